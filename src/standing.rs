//! How borrowers and collectors stand: what the words said and what the counts said, as one record each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::aggregate::frequency::{Counting, PartyCount};
use crate::aggregate::parties::{Parties, Party};
use crate::aggregate::standings::Standings;
use crate::build::Engine;
use crate::model::finding::{FrequencyFinding, Verdict};
use crate::model::receipt::Receipt;
use crate::model::scan::{PartyRecord, Peak, Rules};
use crate::verdict;

/// Numbers that a rule counts by are as private as those in a quote. Done last: the order and the fingerprints are those of the
/// true numbers.
pub fn mask_numbers(engine: &Engine, counting: &mut Counting) {
    for (part, value) in counting.findings.iter_mut().flat_map(|f| &mut f.key) {
        if part.ends_with("_number") || *part == "contact" {
            *value = engine.mask.apply(value);
        }
    }
}

/// Borrowers whose calls are told one by one.
const MOST_SHOWN: usize = 25;

/// The worst borrowers in the order of [`records`], before these are made.
pub fn worst_borrowers(engine: &Engine, words: &Parties, counted: &[FrequencyFinding]) -> BTreeSet<String> {
    let mut by_party: BTreeMap<&str, Vec<&FrequencyFinding>> =
        words.0.iter().filter(|(_, p)| !p.scores().is_empty()).map(|(id, _)| (&**id, Vec::new())).collect();
    for f in counted {
        by_party.entry(f.borrower_id.as_deref().unwrap_or_default()).or_default().push(f);
    }
    let nobody = Party::default();
    let mut ranked: Vec<(Verdict, f64, &str)> = by_party
        .into_iter()
        .map(|(id, found)| {
            let spoken = words.0.get(id).unwrap_or(&nobody);
            let verdicts = spoken.verdicts().chain(found.iter().map(|f| f.verdict));
            let steps = verdict::party_receipts(&engine.rules.policy, spoken.scores(), found.iter().copied());
            (verdicts.max().unwrap_or(Verdict::Pass), Receipt::total(&steps), id)
        })
        .collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| b.1.total_cmp(&a.1)).then_with(|| a.2.cmp(b.2)));
    ranked.into_iter().take(MOST_SHOWN).map(|(_, _, id)| id.to_owned()).collect()
}

/// Whose record is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A borrower.
    Borrower,
    /// A collector.
    Collector,
}

/// What the words said and what the counts said, as one record per party, worst first.
pub fn records(
    engine: &Engine,
    words: &Parties,
    counted: &[FrequencyFinding],
    standings: &Standings,
    kind: Kind,
) -> Vec<PartyRecord> {
    let mut by_party: BTreeMap<&str, Vec<&FrequencyFinding>> = BTreeMap::new();
    for f in counted.iter().filter(|_| kind == Kind::Borrower) {
        by_party.entry(f.borrower_id.as_deref().unwrap_or_default()).or_default().push(f);
    }
    let nobody = Party::default();
    let mut records: Vec<PartyRecord> = Vec::new();
    let mut add = |id: &str, count: PartyCount| {
        let found = by_party.get(id).map_or(&[][..], Vec::as_slice);
        let spoken = words.0.get(id).unwrap_or(&nobody);
        records.push(record(engine, id.to_owned(), spoken, count, found));
    };
    match kind {
        Kind::Borrower => standings.each_borrower(&engine.profile, &mut add),
        Kind::Collector => standings.each_collector(&engine.profile, &mut add),
    }
    let is_counted = |id: &str| match kind {
        Kind::Borrower => standings.has_borrower(id),
        Kind::Collector => standings.has_collector(id),
    };
    words.0.keys().filter(|id| !is_counted(id)).for_each(|id| add(id, PartyCount::default()));
    // Each id is there once. To keep the order of equals would take room for half of them.
    records.sort_unstable_by(|a, b| {
        b.verdict.cmp(&a.verdict).then_with(|| b.score.total_cmp(&a.score)).then_with(|| a.id.cmp(&b.id))
    });
    records
}

fn record(
    engine: &Engine,
    id: String,
    spoken: &Party,
    count: PartyCount,
    found: &[&FrequencyFinding],
) -> PartyRecord {
    let mut rules = count.rules;
    rules.extend(spoken.rules().map(|(rule, c)| (Arc::from(rule), c.clone())));
    peaks(&mut rules, found);
    let receipts = verdict::party_receipts(&engine.rules.policy, spoken.scores(), found.iter().copied());
    let verdicts = spoken.verdicts().chain(rules.iter().map(|(_, c)| c.verdict));
    PartyRecord {
        id,
        // A rule that could not be tested does not undo a call that was looked at and found lawful.
        verdict: party_verdict(verdicts, spoken.partly),
        score: Receipt::total(&receipts),
        receipts,
        calls: count.calls,
        rules,
        timeline: count.timeline,
        rate: count.rate,
    }
}

/// Puts the calls of the largest finding to each rule that is broken.
fn peaks(rules: &mut Rules, found: &[&FrequencyFinding]) {
    let mut largest: BTreeMap<&str, &FrequencyFinding> = BTreeMap::new();
    for f in found {
        let entry = largest.entry(&f.rule).or_insert(f);
        if f.count > entry.count {
            *entry = f;
        }
    }
    for (rule, f) in largest {
        if let Some(count) = rules.get_mut(rule) {
            let peak = Peak { from: f.from.clone(), to: f.to.clone(), calls: f.calls.clone() };
            count.peak = Some(Box::new(peak));
        }
    }
}

/// Violation beats review; a party with something looked at and nothing found passes; else nothing was checked.
/// A call in which words are masked was looked at in part alone: with one (`partly`) a party does not pass.
fn party_verdict(verdicts: impl Iterator<Item = Verdict>, partly: bool) -> Verdict {
    let all: Vec<Verdict> = verdicts.collect();
    let bad = all.iter().copied().filter(|v| *v >= Verdict::Review).max();
    let passed = !partly && all.contains(&Verdict::Pass);
    bad.unwrap_or(if passed { Verdict::Pass } else { Verdict::NotChecked })
}

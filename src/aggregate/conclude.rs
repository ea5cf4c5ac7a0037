//! From what the parts of the work found to findings and to how each borrower and collector stands.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};

use super::attempt::Attempt;
use super::calls::CallBook;
use super::frequency::{Episode, Fact, Found, Tally, Who, name_of, not_checked};
use super::hours::LocalClock;
use crate::model::finding::{FrequencyFinding, Verdict};
use crate::model::profile::{Counts, Profile, ProfileRule, Test};
use crate::model::scan::RuleCount;

/// What the counting rules say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counting {
    /// Findings, sorted by borrower, rule, key and time.
    pub findings: Vec<FrequencyFinding>,
    /// Rules that could not be tested (`frequency/<id>`), with the reason.
    pub not_checked: BTreeMap<String, String>,
    /// By borrower id.
    pub borrowers: BTreeMap<String, PartyCount>,
    /// By collector id. A collector answers for every window that holds a call of his or hers, whoever made the others.
    pub collectors: BTreeMap<String, PartyCount>,
}

/// How a borrower or a collector stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartyCount {
    /// Distinct calls.
    pub calls: u64,
    /// Largest count and limit by rule (`frequency/<id>`), for every rule of the profile. For hours the number of findings.
    pub rules: BTreeMap<String, RuleCount>,
}

/// Certainty that is shown for findings of a rule that binds, and of one that is for review.
const SCORES: (f64, f64) = (1.0, 0.5);

/// Puts together what [`run`](super::frequency::run) found in all parts.
pub fn conclude(book: &CallBook, profile: &Profile, found: Vec<Vec<Found>>) -> Counting {
    let untested: Vec<Option<String>> =
        profile.rules.iter().map(|rule| not_checked(book, profile, rule)).collect();
    let mut findings = Vec::new();
    let mut tallies: FxHashMap<(usize, Who), Tally> = FxHashMap::default();
    for Found(fact) in found.into_iter().flatten() {
        match fact {
            Fact::Over(finding) => findings.push(*finding),
            Fact::Party { rule, who, tally } => tallies.entry((rule, who)).or_default().join(tally),
        }
    }
    findings.sort_by(|a, b| {
        (&a.borrower_id, &a.rule, &a.key, &a.from, &a.calls).cmp(&(
            &b.borrower_id,
            &b.rule,
            &b.key,
            &b.from,
            &b.calls,
        ))
    });
    let mut calls: FxHashMap<Who, u64> = FxHashMap::default();
    for (_, attempt) in book.attempts() {
        for who in [Who::Borrower(attempt.borrower), Who::Collector(attempt.collector)] {
            *calls.entry(who).or_default() += 1;
        }
    }
    let mut counting = Counting { findings, ..Counting::default() };
    for (rule, reason) in profile.rules.iter().zip(&untested) {
        counting.not_checked.extend(reason.clone().map(|r| (rule_id(rule), r)));
    }
    for (who, calls) in calls {
        let (symbol, parties) = match who {
            Who::Borrower(symbol) => (symbol, &mut counting.borrowers),
            Who::Collector(symbol) => (symbol, &mut counting.collectors),
        };
        let Some(id) = book.symbols.get(symbol) else { continue };
        let rules = profile.rules.iter().enumerate().map(|(ix, rule)| {
            let tally = tallies.get(&(ix, who)).copied().unwrap_or_default();
            (rule_id(rule), rule_count(book, rule, tally, untested[ix].is_some()))
        });
        parties.insert(id.to_owned(), PartyCount { calls, rules: rules.collect() });
    }
    counting
}

fn rule_id(rule: &ProfileRule) -> String {
    format!("frequency/{}", rule.id)
}

fn limit(rule: &ProfileRule) -> u64 {
    match rule.test {
        Test::Count { max, .. } => max,
        Test::Hours { .. } => 0,
    }
}

fn over(rule: &ProfileRule) -> Verdict {
    if rule.review { Verdict::Review } else { Verdict::Violation }
}

fn rule_count(book: &CallBook, rule: &ProfileRule, tally: Tally, untested: bool) -> RuleCount {
    let limit = limit(rule);
    let count = tally.count + tally.inside;
    // Without a log nobody knows how many dials there were beside the calls with a transcript.
    let lower_bound = !book.has_log() && counts_attempts(rule);
    let verdict = if untested {
        Verdict::NotChecked
    } else if count > limit {
        over(rule)
    } else if lower_bound || tally.most.saturating_add(tally.loose) > limit {
        Verdict::NotChecked
    } else {
        Verdict::Pass
    };
    RuleCount { count, limit, verdict }
}

fn counts_attempts(rule: &ProfileRule) -> bool {
    matches!(rule.test, Test::Count { counts: Counts::Attempts, .. })
}

/// What is said about calls over a limit.
pub(super) fn finding(
    book: &CallBook,
    profile: &Profile,
    episode: &Episode,
    clock: &mut LocalClock<'_>,
) -> FrequencyFinding {
    let rule = &profile.rules[episode.rule];
    let mut calls: Vec<(i64, String, &Attempt)> = episode
        .calls
        .iter()
        .map(|ix| {
            let attempt = book.attempt(*ix);
            (attempt.start().unwrap_or_default(), book.id(attempt), attempt)
        })
        .collect();
    calls.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let (first, last) = (calls.first().map_or(0, |c| c.0), calls.last().map_or(0, |c| c.0));
    let same = calls.windows(2).all(|pair| pair[0].2.borrower == pair[1].2.borrower);
    let borrower = calls.first().filter(|_| same).and_then(|c| book.symbols.get(c.2.borrower));
    let key = key_of(book, rule, calls.first().map(|c| c.2));
    let ids: Vec<String> = calls.into_iter().map(|(_, id, _)| id).collect();
    let verdict = over(rule);
    let day = clock.date(last);
    let basis: Vec<String> = rule.basis.iter().filter(|b| b.in_force(day)).map(|b| b.id.clone()).collect();
    let mut notes = notes(book, rule, episode);
    if basis.is_empty() && !rule.basis.is_empty() {
        notes.push("no clause of this rule was in force on that day".to_owned());
    }
    FrequencyFinding {
        rule: rule_id(rule),
        group: "frequency",
        severity: rule.severity,
        verdict,
        score: if verdict == Verdict::Violation { SCORES.0 } else { SCORES.1 },
        borrower_id: borrower.map(str::to_owned),
        fingerprint: fingerprint(rule, &key, &ids),
        key: key.into_iter().filter(|(name, _)| *name != "borrower").collect(),
        calls: ids,
        from: clock.rfc3339(first),
        to: clock.rfc3339(last),
        count: episode.count,
        limit: limit(rule),
        basis,
        notes,
    }
}

fn key_of(book: &CallBook, rule: &ProfileRule, call: Option<&Attempt>) -> BTreeMap<&'static str, String> {
    let (Test::Count { key, .. }, Some(call)) = (&rule.test, call) else { return BTreeMap::new() };
    let part = |part| (name_of(part), book.symbols.get(call.part(part)).unwrap_or_default().to_owned());
    key.iter().map(|p| part(*p)).collect()
}

fn notes(book: &CallBook, rule: &ProfileRule, episode: &Episode) -> Vec<String> {
    let mut notes = Vec::new();
    if !book.has_log() && matches!(rule.test, Test::Count { .. }) {
        notes.push(format!("at least {}: no call log", episode.count));
    }
    if episode.open > 0 {
        let n = episode.open;
        notes.push(format!(
            "{n} more in that time not counted: not known who was called, whether it was answered or how long it lasted"
        ));
    }
    notes
}

/// 16 hexadecimal digits over rule, key and the sorted ids of the calls, each closed by a byte that cannot stand in text.
fn fingerprint(rule: &ProfileRule, key: &BTreeMap<&'static str, String>, ids: &[String]) -> String {
    let mut sorted: Vec<&String> = ids.iter().collect();
    sorted.sort_unstable();
    let mut sum = Sha256::new();
    let mut add = |part: &str| {
        sum.update(part.as_bytes());
        sum.update([0xff]);
    };
    add(&rule_id(rule));
    for (name, value) in key {
        add(name);
        add(value);
    }
    sorted.into_iter().for_each(|id| add(id));
    sum.finalize().iter().take(8).map(|b| format!("{b:02x}")).collect()
}

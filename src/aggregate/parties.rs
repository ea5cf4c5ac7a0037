//! What is gathered per borrower and per collector while calls go by. Memory grows with parties, not with calls.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::finding::Verdict;
use crate::model::scan::{CallOutcome, RuleCount};

/// What is known of one borrower or collector from the words of the calls.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Party {
    /// A bit per verdict that a call had.
    verdicts: u8,
    /// Whether a group of rules could not be tested on some call.
    pub partly: bool,
    /// What most have nothing of.
    found: Option<Box<Found>>,
}

/// What was found in the calls of one party.
#[derive(Debug, Clone, Default, PartialEq)]
struct Found {
    scores: Vec<CallScore>,
    rules: BTreeMap<String, RuleCount>,
}

const VERDICTS: [Verdict; 4] = [Verdict::Pass, Verdict::NotChecked, Verdict::Review, Verdict::Violation];

impl Party {
    /// Verdicts of the calls, each once.
    pub fn verdicts(&self) -> impl Iterator<Item = Verdict> {
        let bits = self.verdicts;
        VERDICTS.into_iter().filter(move |v| bits & 1 << *v as u8 != 0)
    }

    /// The worst calls, at most as many as count.
    pub fn scores(&self) -> &[CallScore] {
        self.found.as_ref().map_or(&[], |found| &found.scores)
    }

    /// Findings by rule.
    pub fn rules(&self) -> impl Iterator<Item = (&str, &RuleCount)> {
        self.found.iter().flat_map(|found| &found.rules).map(|(rule, count)| (rule.as_str(), count))
    }
}

/// A call and its score.
#[derive(Debug, Clone, PartialEq)]
pub struct CallScore {
    /// 0 to 1.
    pub score: f64,
    /// Call.
    pub call_id: String,
}

impl CallScore {
    /// Order by score, the worst call first.
    pub fn worst_first(a: &CallScore, b: &CallScore) -> Ordering {
        b.score.total_cmp(&a.score).then_with(|| a.call_id.cmp(&b.call_id))
    }
}

/// Borrowers or collectors by id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parties(pub BTreeMap<Box<str>, Party>);

impl Parties {
    /// Adds a judged call to the party `id`; of its scores the worst `keep` are kept.
    pub fn add(&mut self, id: &str, outcome: &CallOutcome, keep: usize) {
        let party = match self.0.get_mut(id) {
            Some(party) => party,
            None => self.0.entry(id.into()).or_default(),
        };
        party.verdicts |= 1 << outcome.record.verdict as u8;
        party.partly |= !outcome.record.not_checked.is_empty();
        if outcome.record.score > 0.0 {
            let call_id = outcome.record.call_id.clone();
            let scores = &mut party.found.get_or_insert_default().scores;
            scores.push(CallScore { score: outcome.record.score, call_id });
            scores.sort_by(CallScore::worst_first);
            scores.truncate(keep);
        }
        for f in &outcome.findings {
            let none = RuleCount { count: 0, limit: 0, verdict: Verdict::Pass, at_least: false, peak: None };
            let entry = party.found.get_or_insert_default().rules.entry(f.rule.clone()).or_insert(none);
            entry.count += 1;
            entry.verdict = entry.verdict.max(f.verdict);
        }
    }
}

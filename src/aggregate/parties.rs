//! What is gathered per borrower and per collector while calls go by. Memory grows with parties, not with calls.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::model::finding::Verdict;
use crate::model::scan::{CallOutcome, RuleCount};

/// What is known of one borrower or collector from the words of the calls.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Party {
    /// Verdicts of the calls.
    pub verdicts: Vec<Verdict>,
    /// The worst calls, at most as many as count.
    pub scores: Vec<CallScore>,
    /// Whether a group of rules could not be tested on some call.
    pub partly: bool,
    /// Findings by rule.
    pub rules: BTreeMap<String, RuleCount>,
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
pub struct Parties(pub BTreeMap<String, Party>);

impl Parties {
    /// Adds a judged call to the party `id`; of its scores the worst `keep` are kept.
    pub fn add(&mut self, id: &str, outcome: &CallOutcome, keep: usize) {
        let party = match self.0.get_mut(id) {
            Some(party) => party,
            None => self.0.entry(id.to_owned()).or_default(),
        };
        if !party.verdicts.contains(&outcome.record.verdict) {
            party.verdicts.push(outcome.record.verdict);
        }
        party.partly |= !outcome.record.not_checked.is_empty();
        if outcome.record.score > 0.0 {
            let call_id = outcome.record.call_id.clone();
            party.scores.push(CallScore { score: outcome.record.score, call_id });
            party.scores.sort_by(CallScore::worst_first);
            party.scores.truncate(keep);
        }
        for f in &outcome.findings {
            let none = RuleCount { count: 0, limit: 0, verdict: Verdict::Pass, at_least: false, peak: None };
            let entry = party.rules.entry(f.rule.clone()).or_insert(none);
            entry.count += 1;
            entry.verdict = entry.verdict.max(f.verdict);
        }
    }
}

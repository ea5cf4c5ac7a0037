//! Of findings of one group that share characters, the best stays.

use std::collections::BTreeMap;

use crate::model::candidate::Candidate;
use crate::model::rules::RuleSet;

/// Keeps, per group, candidates that do not overlap: violations first, then the surer, the graver, the longer. In order of place.
/// Candidates that were rejected are dropped.
pub fn resolve(candidates: &[Candidate], rules: &RuleSet) -> Vec<Candidate> {
    let mut ranked: Vec<&Candidate> = candidates.iter().filter(|c| c.rejected.is_none()).collect();
    ranked.sort_by(|a, b| {
        let sure = |c: &Candidate| c.lowered.is_empty() && c.weight >= rules.policy.violation;
        let key = |c: &Candidate| (rules.rules[c.rule].severity, c.span.end - c.span.start);
        sure(b)
            .cmp(&sure(a))
            .then_with(|| b.weight.total_cmp(&a.weight))
            .then_with(|| key(b).cmp(&key(a)))
            .then_with(|| (a.span, a.rule, &a.parts).cmp(&(b.span, b.rule, &b.parts)))
    });
    let mut kept: Vec<Candidate> = Vec::new();
    // Where those of a group stand: by group and first byte the byte behind. None overlaps another.
    let mut taken: BTreeMap<(&str, usize), usize> = BTreeMap::new();
    for candidate in ranked {
        let group = rules.rules[candidate.rule].group.as_str();
        let before = taken.range((group, 0)..(group, candidate.span.end)).next_back();
        if before.is_none_or(|(_, end)| *end <= candidate.span.start) {
            taken.insert((group, candidate.span.start), candidate.span.end);
            kept.push(candidate.clone());
        }
    }
    kept.sort_by_key(|c| (c.span, c.rule));
    kept
}

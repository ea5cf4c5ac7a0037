//! Weighs findings: the score of a call, of a borrower, of a collector. Every number can be explained from the findings.

use std::collections::BTreeMap;

use crate::model::finding::{Finding, FrequencyFinding, Verdict};
use crate::model::policy::Policy;
use crate::model::rules::Severity;

/// The worst verdict of several; `default` when there are none.
pub fn worst(verdicts: impl IntoIterator<Item = Verdict>, default: Verdict) -> Verdict {
    verdicts.into_iter().max().unwrap_or(default)
}

/// Weight of one finding: its severity's weight, less when it is for review only.
pub fn weight(policy: &Policy, severity: Severity, verdict: Verdict, score: f64) -> f64 {
    let base = policy.severity_weight[severity as usize] * score;
    if verdict == Verdict::Violation { base } else { base * policy.review_factor }
}

/// `1 − Π(1 − wᵢ)` over a call's findings, at most `cap_per_rule` per rule so that repeating one word does not dominate.
pub fn call_score(policy: &Policy, findings: &[Finding]) -> f64 {
    let mut by_rule: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for f in findings {
        by_rule.entry(&f.rule).or_default().push(weight(policy, f.severity, f.verdict, f.score));
    }
    let counted = by_rule.into_values().flat_map(|mut weights| {
        weights.sort_by(|a, b| b.total_cmp(a));
        weights.truncate(policy.cap_per_rule);
        weights
    });
    join(counted)
}

/// Score of a borrower or collector: the worst calls' scores joined with the counting findings.
pub fn party_score<'a>(
    policy: &Policy,
    mut calls: Vec<f64>,
    frequency: impl Iterator<Item = &'a FrequencyFinding>,
) -> f64 {
    calls.sort_by(|a, b| b.total_cmp(a));
    calls.truncate(policy.cap_calls);
    let mut by_rule: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for f in frequency {
        by_rule.entry(&f.rule).or_default().push(weight(policy, f.severity, f.verdict, f.score));
    }
    let counted = by_rule.into_values().flat_map(|mut weights| {
        weights.sort_by(|a, b| b.total_cmp(a));
        weights.truncate(policy.cap_per_rule);
        weights
    });
    join(calls.into_iter().chain(counted))
}

fn join(weights: impl Iterator<Item = f64>) -> f64 {
    let left: f64 = weights.map(|w| 1.0 - w.clamp(0.0, 1.0)).product();
    ((1.0 - left) * 10_000.0).round() / 10_000.0
}

//! Weighs findings: the score of a call, of a borrower, of a collector. Every number can be explained from the findings.

use std::collections::BTreeMap;

use crate::aggregate::parties::CallScore;
use crate::model::finding::{Finding, FrequencyFinding, Verdict};
use crate::model::policy::Policy;
use crate::model::receipt::Receipt;
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

/// Score of a call: `1 − Π(1 − wᵢ)` over its findings.
pub fn call_score(policy: &Policy, findings: &[Finding]) -> f64 {
    Receipt::total(&call_receipts(policy, findings))
}

/// The steps of a call's score: its findings, at most `cap_per_rule` per rule so that repeating one word does not dominate.
pub fn call_receipts(policy: &Policy, findings: &[Finding]) -> Vec<Receipt> {
    let weighed = findings.iter().map(|f| Receipt {
        turn: Some(f.turn),
        ..of_finding(&f.rule, &f.fingerprint, weight(policy, f.severity, f.verdict, f.score))
    });
    join(capped(policy, weighed))
}

/// The steps of a borrower's or collector's score: the scores of the worst calls, and the counting findings.
pub fn party_receipts<'a>(
    policy: &Policy,
    calls: &[CallScore],
    frequency: impl Iterator<Item = &'a FrequencyFinding>,
) -> Vec<Receipt> {
    let mut worst: Vec<&CallScore> = calls.iter().collect();
    worst.sort_by(|a, b| CallScore::worst_first(a, b));
    let worst = worst.into_iter().take(policy.cap_calls);
    let mut steps: Vec<Receipt> =
        worst.map(|c| Receipt { call_id: Some(c.call_id.clone()), ..step(c.score) }).collect();
    let weighed = frequency
        .map(|f| of_finding(&f.rule, &f.fingerprint, weight(policy, f.severity, f.verdict, f.score)));
    steps.extend(capped(policy, weighed));
    join(steps)
}

fn step(weight: f64) -> Receipt {
    Receipt { weight: weight.clamp(0.0, 1.0), ..Receipt::default() }
}

fn of_finding(rule: &str, fingerprint: &str, weight: f64) -> Receipt {
    Receipt { rule: Some(rule.to_owned()), fingerprint: Some(fingerprint.to_owned()), ..step(weight) }
}

/// The heaviest of each rule.
fn capped(policy: &Policy, weighed: impl Iterator<Item = Receipt>) -> Vec<Receipt> {
    let mut by_rule: BTreeMap<Option<String>, Vec<Receipt>> = BTreeMap::new();
    for one in weighed {
        by_rule.entry(one.rule.clone()).or_default().push(one);
    }
    let heaviest = by_rule.into_values().flat_map(|mut of_rule| {
        of_rule.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        of_rule.truncate(policy.cap_per_rule);
        of_rule
    });
    heaviest.collect()
}

/// Puts the steps in order, the heaviest first, and counts what each adds.
fn join(mut steps: Vec<Receipt>) -> Vec<Receipt> {
    steps.sort_by(|a, b| b.weight.total_cmp(&a.weight));
    let (mut left, mut before) = (1.0, 0.0);
    for (at, one) in steps.iter_mut().enumerate() {
        left *= 1.0 - one.weight;
        one.step = at + 1;
        one.score = rounded(1.0 - left);
        one.points = rounded(one.score - before);
        one.weight = rounded(one.weight);
        before = one.score;
    }
    steps
}

/// To four digits, in which scores are told.
fn rounded(score: f64) -> f64 {
    (score * 10_000.0).round() / 10_000.0
}

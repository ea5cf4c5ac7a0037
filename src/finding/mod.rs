//! Candidates that passed every gate → findings with their evidence.

use std::ops::Range;

use crate::model::candidate::{Candidate, Matched};
use crate::model::finding::{Finding, Neighbour, Verdict};
use crate::model::policy::Policy;
use crate::model::rules::RuleSet;
use crate::model::span::{CharSpan, NormSpan, RawSpan};
use crate::model::transcript::Speaker;
use jiff::civil::Date;

mod fingerprint;
mod mask;
mod overlap;
mod shown;

pub use fingerprint::fingerprint;
pub use mask::Mask;
pub use overlap::resolve;
pub use shown::Shown;

/// Characters of a turn beside a finding that are kept.
const MOST_BESIDE: usize = 200;

/// Characters of the answer that shows who listens.
const MOST_OF_ANSWER: usize = 30;

/// The groups in which it matters who listens.
const LEAKS: [&str; 2] = ["disclosure", "third-party"];

/// What a finding needs to know about its call.
pub struct Facts<'a> {
    /// Tables.
    pub rules: &'a RuleSet,
    /// The call, as it is shown.
    pub shown: &'a Shown<'a>,
    /// Its date in the profile's time zone.
    pub day: Option<Date>,
    /// How many turns on each side of a finding are kept.
    pub context: usize,
    /// The turns in which another than the borrower is on the line.
    pub another: Option<Range<usize>>,
}

/// One judged candidate of a turn, as a finding. `raw` maps a span of the normalised text to the turn's own text.
pub fn finding(
    facts: &Facts<'_>,
    turn: usize,
    speaker: Speaker,
    candidate: &Candidate,
    raw: &dyn Fn(NormSpan) -> RawSpan,
) -> Finding {
    let (call, rule) = (facts.shown.call, &facts.rules.rules[candidate.rule]);
    let utterance = &call.turns[turn];
    let place = raw(candidate.span);
    let span = place.in_chars(&utterance.text);
    let shown = facts.shown.turn(turn);
    let marks: Vec<CharSpan> = candidate.parts.iter().map(|p| raw(*p).in_chars(&utterance.text)).collect();
    Finding {
        rule: rule.id.clone(),
        group: rule.group.clone(),
        severity: rule.severity,
        verdict: verdict(candidate, &facts.rules.policy),
        score: round(f64::from(candidate.weight)),
        call_id: call.call_id.clone(),
        borrower_id: call.borrower_id.clone(),
        collector_id: call.collector_id.clone(),
        agency: call.agency.clone(),
        file: call.file.clone(),
        line: utterance.line.unwrap_or(call.line),
        turn,
        speaker,
        start_ms: utterance.start_ms,
        quote: shown.map(|turn| turn.quote(place, span)).unwrap_or_default(),
        span,
        matched: matched(candidate, facts.rules),
        basis: rule.basis.iter().filter(|b| b.in_force(facts.day)).map(|b| b.id.clone()).collect(),
        fingerprint: String::new(),
        notes: notes(facts, turn, candidate),
        text: shown.map_or_else(|| "".into(), |turn| turn.text.clone()),
        marks,
        around: [turn.checked_sub(1), turn.checked_add(1)].map(|at| neighbour(facts, at)),
        context: context(facts, turn),
        accepted: None,
    }
}

/// The turn at this place, masked; nothing beyond the ends of the call.
fn neighbour(facts: &Facts<'_>, at: Option<usize>) -> Option<Neighbour> {
    let (speaker, shown) = (facts.shown.call.turns.get(at?)?.speaker, facts.shown.turn(at?)?);
    Some(Neighbour { speaker, text: shown.beginning(MOST_BESIDE) })
}

/// The turns around this one that were asked for, in order.
fn context(facts: &Facts<'_>, turn: usize) -> Vec<(usize, Neighbour)> {
    let around = turn.saturating_sub(facts.context)..=turn.saturating_add(facts.context);
    let last = facts.shown.call.turns.len().saturating_sub(1);
    let around = *around.start()..=last.min(*around.end());
    around.filter(|at| *at != turn).filter_map(|at| Some((at, neighbour(facts, Some(at))?))).collect()
}

/// A match that was lowered, or that is not sure enough, is for review.
fn verdict(candidate: &Candidate, policy: &Policy) -> Verdict {
    if candidate.weight >= policy.violation && candidate.lowered.is_empty() {
        Verdict::Violation
    } else {
        Verdict::Review
    }
}

fn matched(candidate: &Candidate, rules: &RuleSet) -> String {
    match &candidate.matched {
        Matched::Term(pattern) => rules.patterns[*pattern].shown().to_owned(),
        Matched::Phrase(phrase) => rules.phrases[*phrase].shown.clone(),
        Matched::Classifier { .. } => "classifier".to_owned(),
    }
}

fn notes(facts: &Facts<'_>, turn: usize, candidate: &Candidate) -> Vec<String> {
    let mut notes = candidate.lowered.clone();
    notes.extend(candidate.supported.clone());
    let leaks = LEAKS.contains(&&*facts.rules.rules[candidate.rule].group);
    let another = facts.another.as_ref().filter(|turns| leaks && turns.contains(&turn));
    if let Some(answer) = another.and_then(|turns| facts.shown.turn(turns.start)) {
        notes.push(format!("who answers is another: {}", answer.beginning(MOST_OF_ANSWER)));
    }
    if let Matched::Classifier { pieces, .. } = &candidate.matched {
        notes.push(format!("weighed most: {}", pieces.join(" | ")));
    }
    notes
}

/// Four decimals: enough for people, and the same digits on every machine.
pub fn round(x: f64) -> f64 {
    (x * 10_000.0).round() / 10_000.0
}

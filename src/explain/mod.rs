//! What became of every match of a call and why: the facts behind `cuicha explain` and `cuicha why-not`.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::build::Engine;
use crate::finding;
use crate::judge::{self, JudgedTurn, voices};
use crate::model::candidate::{Candidate, Likeness, Matched};
use crate::model::finding::Verdict;
use crate::model::scan::Presence;
use crate::model::span::CharSpan;
use crate::model::transcript::{Call, Speaker};

mod answers;
mod elements;
mod near;
mod typed;
mod why_not;
mod wording;

pub use answers::Answer;
pub use elements::{ExplainedElement, Shown};
pub use near::{Near, Place, brief};
pub use typed::typed;
pub(crate) use why_not::nearest_said;
pub use why_not::{Ask, Stage, TurnAnswer, WhyNot, why_not};
pub use wording::{GroupScore, Piece, Wording};

/// A call, explained.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Explained {
    /// Call.
    pub call_id: String,
    /// Input file.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// The call's verdict.
    pub verdict: Verdict,
    /// The call's score, 0 to 1.
    pub score: f64,
    /// Required elements.
    pub conduct: BTreeMap<String, Presence>,
    /// Required elements with the words that show them, in the order of their files; empty where they cannot be checked.
    pub elements: Vec<ExplainedElement>,
    /// 0-based indices of the turn with which another than the borrower who was called comes on the line and of the one with which he is
    /// off it: what is said to him is judged as said to a contact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub another: Option<[usize; 2]>,
    /// Its turns in order.
    pub turns: Vec<ExplainedTurn>,
}

/// A turn, explained.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExplainedTurn {
    /// 0-based index in the call.
    pub turn: usize,
    /// Who spoke.
    pub speaker: Speaker,
    /// Whether the speaker was inferred.
    pub inferred: bool,
    /// The words as they came in, masked.
    pub text: String,
    /// The words as they were judged, masked, when that is another text.
    pub judged: Option<String>,
    /// The words of the segmenter, masked.
    pub tokens: Vec<String>,
    /// Every match and what became of it.
    pub candidates: Vec<ExplainedCandidate>,
    /// What the classifier says, or why it was not asked.
    pub classifier: Wording,
}

/// A match, explained.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExplainedCandidate {
    /// Rule.
    pub rule: String,
    /// The words, masked.
    pub words: String,
    /// Where they stand, in characters of the turn's text as it came in.
    pub span: CharSpan,
    /// `term`, `phrase` or `classifier`.
    pub by: &'static str,
    /// The entry that matched; the pieces that weighed most, for the classifier.
    pub matched: String,
    /// How the text was read to find it, if it does not stand there as listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spelled: Option<&'static str>,
    /// How far the text is from the entry.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<u16>,
    /// How sure, 0 to 1.
    pub weight: f64,
    /// How likely the classifier finds it; on the scale of weights the bars of all groups are one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What each gate that was asked said, in order.
    pub gates: Vec<Answer>,
    /// Why it can be no more than a matter for review.
    pub lowered: Vec<String>,
    /// Why it is more than its own words alone would make it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supported: Option<String>,
    /// What became of it.
    pub outcome: Fate,
    /// The better match of its group at the same place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overruled_by: Option<String>,
}

/// What became of a match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It is a violation.
    Violation,
    /// It is for review.
    Review,
    /// A gate stopped it.
    Rejected,
    /// It is less sure than what is shown.
    BelowBar,
    /// A better match of the same group stands at the same place.
    Overruled,
}

/// Explains a call.
pub fn explain(engine: &Engine, call: &Call) -> Explained {
    let call = &*voices::told(engine, call);
    let judged = judge::turns(engine, call);
    let record = judge::call(engine, call).record;
    let turns = (0..judged.len()).map(|i| explained_turn(engine, call, &judged, i));
    Explained {
        call_id: call.call_id.clone(),
        file: call.file.clone(),
        line: call.line,
        verdict: record.verdict,
        score: record.score,
        elements: elements::explained(engine, call, &judged, &record.conduct),
        conduct: record.conduct,
        another: judge::another(call, &judged).map(|turns| [turns.start, turns.end]),
        turns: turns.collect(),
    }
}

fn explained_turn(engine: &Engine, call: &Call, judged: &[JudgedTurn], at: usize) -> ExplainedTurn {
    let turn = &judged[at];
    let raw = &call.turns[at].text;
    let kept = finding::resolve(&turn.candidates, &engine.rules);
    let text = &turn.text.text;
    ExplainedTurn {
        turn: at,
        speaker: turn.speaker,
        inferred: turn.inferred || voices::is_told(call, &call.turns[at]),
        text: engine.mask.apply(raw),
        judged: (text != raw).then(|| engine.mask.apply(text)),
        tokens: answers::tokens(engine, text),
        candidates: turn.candidates.iter().map(|c| explained(engine, raw, turn, c, &kept)).collect(),
        classifier: wording::wording(engine, judged, at),
    }
}

fn explained(
    engine: &Engine,
    raw: &str,
    turn: &JudgedTurn,
    c: &Candidate,
    kept: &[Candidate],
) -> ExplainedCandidate {
    let rules = &engine.rules;
    let (by, matched) = match &c.matched {
        Matched::Term(p) => ("term", rules.patterns[*p].shown().to_owned()),
        Matched::Phrase(p) => ("phrase", rules.phrases[*p].shown.clone()),
        Matched::Classifier { pieces, .. } => ("classifier", pieces.join(" | ")),
    };
    let probability = match c.matched {
        Matched::Classifier { probability, .. } => Some(finding::round(f64::from(probability))),
        _ => None,
    };
    let (outcome, overruled_by) = fate(engine, c, kept);
    ExplainedCandidate {
        rule: rules.rules[c.rule].id.clone(),
        words: answers::masked(engine, &turn.text.text, c.span),
        span: turn.text.raw(c.span).in_chars(raw),
        by,
        matched,
        spelled: c.fold.map(|f| spelled(f.by)),
        cost: c.fold.map(|f| f.cost),
        weight: finding::round(f64::from(c.weight)),
        probability,
        gates: answers::of(engine, c),
        lowered: c.lowered.clone(),
        supported: c.supported.clone(),
        outcome,
        overruled_by,
    }
}

/// How a text was read that does not stand as listed.
fn spelled(by: Likeness) -> &'static str {
    match by {
        Likeness::Hesitation => "with fillers or doubled characters",
        Likeness::Pinyin => "spelled in letters",
        Likeness::Sound => "by sound",
    }
}

/// What becomes of a match among the others of its turn, and the rule and words that overrule it.
fn fate(engine: &Engine, c: &Candidate, kept: &[Candidate]) -> (Fate, Option<String>) {
    let rules = &engine.rules;
    if c.rejected.is_some() {
        return (Fate::Rejected, None);
    }
    if !kept.contains(c) {
        let group = &rules.rules[c.rule].group;
        let better = |k: &&Candidate| rules.rules[k.rule].group == *group && k.span.overlaps(c.span);
        let better = kept.iter().find(better).map(|k| rules.rules[k.rule].id.clone());
        return (Fate::Overruled, better);
    }
    if c.weight < rules.policy.review {
        return (Fate::BelowBar, None);
    }
    let sure = c.weight >= rules.policy.violation && c.lowered.is_empty();
    (if sure { Fate::Violation } else { Fate::Review }, None)
}

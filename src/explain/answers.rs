//! What each gate said of a match, and the words of a text.

use schemars::JsonSchema;
use serde::Serialize;

use crate::build::Engine;
use crate::context::GATES;
use crate::model::candidate::Candidate;
use crate::model::span::NormSpan;
use crate::segment::Edges;

/// What a gate said of a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Answer {
    /// The gate.
    pub gate: &'static str,
    /// Whether the match passed.
    pub passed: bool,
    /// The words that decided, when it did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// The gates in order up to the one that stopped the match; those behind it were not asked.
pub(super) fn of(engine: &Engine, c: &Candidate) -> Vec<Answer> {
    if !engine.layers.gates || !c.listed() {
        return c.rejected.iter().map(|r| stopped(r.gate, &r.detail)).collect();
    }
    let mut answers = Vec::new();
    for gate in GATES.iter().map(|g| g.name()) {
        match &c.rejected {
            Some(r) if r.gate == gate => {
                answers.push(stopped(gate, &r.detail));
                return answers;
            }
            _ => answers.push(Answer { gate, passed: true, because: None }),
        }
    }
    // What is no gate of the context looks at the turn as a whole and comes last.
    answers.extend(c.rejected.iter().map(|r| stopped(r.gate, &r.detail)));
    answers
}

fn stopped(gate: &'static str, because: &str) -> Answer {
    Answer { gate, passed: false, because: Some(because.to_owned()) }
}

/// The words of a normalised text as the segmenter cuts them, numbers masked.
pub(super) fn tokens(engine: &Engine, text: &str) -> Vec<String> {
    let edges = Edges::new(text, engine.segmenter.as_ref());
    let mut tokens = Vec::new();
    let mut start = 0;
    for (at, _) in text.char_indices().skip(1).chain([(text.len(), ' ')]) {
        if at > start && edges.is_edge(at) {
            tokens.push(masked(engine, text, NormSpan { start, end: at }));
            start = at;
        }
    }
    tokens.retain(|t| !t.trim().is_empty());
    tokens
}

/// A piece of a text, masked as it would be within the whole: the mask keeps the number of characters.
pub(super) fn masked(engine: &Engine, text: &str, span: NormSpan) -> String {
    let before = text[..span.start].chars().count();
    let length = text[span.start..span.end].chars().count();
    engine.mask.apply(text).chars().skip(before).take(length).collect()
}

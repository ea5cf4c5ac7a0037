//! A match that is to be judged, and what became of it.

use super::rules::{PatternIx, RuleIx};
use super::span::NormSpan;

/// What matched.
#[derive(Debug, Clone, PartialEq)]
pub enum Matched {
    /// A term: index of its pattern.
    Term(PatternIx),
    /// A phrase: index into the phrases.
    Phrase(usize),
    /// The classifier, with its probability and the pieces of text that weighed most.
    Classifier {
        /// Probability, 0 to 1.
        probability: f32,
        /// Pieces of text that weighed most.
        pieces: Vec<String>,
    },
}

/// Why a candidate was rejected.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Name of the gate.
    pub gate: &'static str,
    /// The words that decided.
    pub detail: String,
}

/// A match of a rule in one utterance.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// Which rule.
    pub rule: RuleIx,
    /// What matched.
    pub matched: Matched,
    /// Where, from the first to the last part.
    pub span: NormSpan,
    /// The parts of a phrase, or the one span of a term.
    pub parts: Vec<NormSpan>,
    /// How sure, 0 to 1.
    pub weight: f32,
    /// Spans whose ends must lie on word edges, and how.
    pub edges: Vec<(NormSpan, super::rules::Boundary)>,
    /// Why it was rejected, if it was.
    pub rejected: Option<Rejection>,
    /// Why it can be no more than a matter for review.
    pub lowered: Vec<String>,
}

/// A pattern that stands at a place of the normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// Where.
    pub span: NormSpan,
    /// Which.
    pub pattern: PatternIx,
}

/// A phrase that stands in the normalised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PhraseMatch {
    /// Index into the phrases.
    pub phrase: usize,
    /// What the phrase is for.
    pub owner: super::rules::Owner,
    /// Where each part stands.
    pub parts: Vec<NormSpan>,
    /// The class each part matched through.
    pub classes: Vec<super::rules::ClassIx>,
}

impl Candidate {
    /// Whether a listed term or phrase matched, and not the classifier.
    pub fn listed(&self) -> bool {
        !matches!(self.matched, Matched::Classifier { .. })
    }
}

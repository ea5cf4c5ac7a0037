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

/// By which likeness an entry was recognised in a text that spells it otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Fillers stand between its characters, or some are said twice; the characters are those listed.
    Hesitation,
    /// Some syllables are written in letters, the rest as listed.
    Pinyin,
    /// Characters of the same or nearly the same sound stand for those listed.
    Sound,
}

/// How an entry was recognised that is spelled otherwise, and how far the text is from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fold {
    /// By what.
    pub by: Likeness,
    /// 1 for each syllable in letters or of the same sound and for each character added, 2 for one of nearly the same sound.
    pub cost: u16,
    /// Whether something of it stands as listed.
    pub anchored: bool,
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
    /// How the text was read to find it, when it does not stand there as listed.
    pub fold: Option<Fold>,
    /// Why it was rejected, if it was.
    pub rejected: Option<Rejection>,
    /// Why it can be no more than a matter for review.
    pub lowered: Vec<String>,
    /// Why it is more than its own words alone would make it.
    pub supported: Option<String>,
}

/// A pattern that stands at a place of the normalised text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// Where.
    pub span: NormSpan,
    /// Which.
    pub pattern: PatternIx,
}

/// An entry that stands at a place by its sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sounded {
    /// The place and the entry.
    pub occurrence: Occurrence,
    /// How it was recognised.
    pub fold: Fold,
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

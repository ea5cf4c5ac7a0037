//! Gates: each looks at one candidate in its surroundings and can only say no, with the reason.

use crate::model::candidate::{Candidate, Occurrence, Rejection};
use crate::model::effort::spend;
use crate::model::rules::{Cue, CueKind, RuleSet, Scope, Use};
use crate::model::span::NormSpan;
use crate::model::transcript::Speaker;

mod boundary;
mod except;
mod negation;
mod notice;
mod question;
mod quotation;
pub mod roles;
mod speaker;

/// What a gate may look at.
pub struct Surroundings<'a> {
    /// Tables.
    pub rules: &'a RuleSet,
    /// Who spoke.
    pub speaker: Speaker,
    /// The normalised text of the utterance.
    pub text: &'a str,
    /// Patterns by place.
    pub occurrences: &'a [Occurrence],
    /// Bytes of the longest of them.
    pub longest: usize,
    /// For each class whether one of them is a member: of most cues none is anywhere, which is told once.
    pub stands: &'a [bool],
    /// Whether a word begins or ends at this byte of the text.
    pub is_edge: &'a dyn Fn(usize) -> bool,
}

/// For each class whether a member stands among these patterns.
pub fn classes_of(occurrences: &[Occurrence], rules: &RuleSet) -> Vec<bool> {
    let mut stands = vec![false; rules.classes.len()];
    for used in occurrences.iter().flat_map(|o| rules.patterns[o.pattern].uses.iter()) {
        if let Use::Member { class } = *used {
            stands[class] = true;
        }
    }
    stands
}

/// A reason to reject a candidate.
pub trait Gate: Sync {
    /// The name that `explain`, tests in lexicon files and output use.
    fn name(&self) -> &'static str;
    /// What it asks, for people.
    fn about(&self) -> &'static str;
    /// The words that decide, or nothing when the candidate passes.
    fn judge(&self, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String>;
}

/// All gates. The order is meaning: the first that rejects gives the reason; the dearest (words) comes after the cheap ones.
pub const GATES: &[&dyn Gate] = &[
    &speaker::SpeakerGate,
    &except::ExceptGate,
    &boundary::BoundaryGate,
    &negation::NegationGate,
    &quotation::QuotationGate,
    &question::QuestionGate,
    &notice::NoticeGate,
];

/// Passes a candidate through all gates and notes the first rejection.
pub fn judge(candidate: &mut Candidate, around: &Surroundings<'_>) {
    candidate.rejected = GATES
        .iter()
        .find_map(|gate| gate.judge(candidate, around).map(|detail| Rejection { gate: gate.name(), detail }));
}

/// The words of the first cue of this kind that holds for the candidate.
fn cue_near(kind: CueKind, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String> {
    let group = &around.rules.rules[candidate.rule].group;
    around
        .rules
        .cues
        .iter()
        .filter(|cue| cue.kind == kind && around.stands[cue.class])
        .filter(|cue| cue.groups.is_empty() || cue.groups.contains(group))
        .find_map(|cue| place_of(cue, candidate, around))
        .map(|span| around.text[span.start..span.end].to_owned())
}

fn place_of(cue: &Cue, candidate: &Candidate, around: &Surroundings<'_>) -> Option<NormSpan> {
    // A character has at most four bytes: what stands farther away reaches the candidate by no count.
    let reach = 4 * cue.reach;
    let near = around.starting(candidate.span.start.saturating_sub(reach), candidate.span.end + reach);
    members(cue.class, near, around.rules).find(|span| {
        !candidate.parts.iter().any(|part| part.overlaps(*span))
            && !cue.void.is_some_and(|class| voided(class, *span, around))
            && reaches(cue, *span, candidate, around.text)
    })
}

/// Whether a member of a class that voids cues lies over `span`.
fn voided(class: usize, span: NormSpan, around: &Surroundings<'_>) -> bool {
    let near = around.starting(span.start, span.end);
    members(class, near, around.rules).any(|v| v.overlaps(span) && v != span)
}

impl Surroundings<'_> {
    /// At least all occurrences that reach into the bytes from `from` on or begin no later than `to`: in a long text most
    /// stand far from what is judged.
    fn starting(&self, from: usize, to: usize) -> &[Occurrence] {
        let from = from.saturating_sub(self.longest);
        let first = self.occurrences.partition_point(|o| o.span.start < from);
        let behind = self.occurrences[first..].partition_point(|o| o.span.start <= to);
        spend(behind);
        &self.occurrences[first..first + behind]
    }
}

fn members<'a>(
    class: usize,
    occurrences: &'a [Occurrence],
    rules: &'a RuleSet,
) -> impl Iterator<Item = NormSpan> + 'a {
    occurrences.iter().filter_map(move |o| {
        let of_class = |u: &Use| matches!(u, Use::Member { class: c } if *c == class);
        rules.patterns[o.pattern].uses.iter().any(of_class).then_some(o.span)
    })
}

/// Whether a cue at `span` is near enough. A cue between the parts of a phrase counts as before its last part.
fn reaches(cue: &Cue, span: NormSpan, candidate: &Candidate, text: &str) -> bool {
    let (from, to) = if cue.after {
        (candidate.span.end, span.start)
    } else {
        let last = candidate.parts.last().map_or(candidate.span.start, |p| p.start);
        let anchor = if span.start < candidate.span.start { candidate.span.start } else { last };
        (span.end, anchor)
    };
    if from > to {
        return false;
    }
    let between = &text[from..to];
    between.chars().count() <= cue.reach
        && !between.contains(|c| match cue.scope {
            Scope::Clause => is_clause_end(c),
            Scope::Sentence => is_sentence_end(c),
        })
}

/// Full stop, question or exclamation mark, semicolon, line end, of either width.
fn is_sentence_end(c: char) -> bool {
    matches!(c, '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '!' | '?' | '\n' | '\r' | '\u{ff1b}' | ';')
}

/// The same and commas.
fn is_clause_end(c: char) -> bool {
    is_sentence_end(c) || matches!(c, '\u{ff0c}' | ',')
}

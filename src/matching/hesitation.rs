//! Entries with fillers between their characters, or with characters said twice: what a speaker adds while thinking and a
//! recogniser writes down. The text is read once more without them, and what then stands in it is put back in its place.
//! The text itself stays as it is: gates and the classifier see every word.

use crate::model::candidate::{Fold, Likeness, Occurrence, PhraseMatch};
use crate::model::rules::{Owner, RuleSet, Use};
use crate::model::span::NormSpan;

/// Fillers by length, the longest first.
#[derive(Debug, Clone, Default)]
pub struct Fillers(Vec<Vec<char>>);

/// A text without what was added, and where each of its characters stood.
pub(super) struct Bare {
    /// The rest.
    pub text: String,
    /// For each byte of the rest where a character begins, and at its end, the byte of the whole text.
    starts: Vec<usize>,
    ends: Vec<usize>,
}

/// What stands in the text once the additions are left out.
#[derive(Debug, Default)]
pub(super) struct Hesitant {
    /// Entries with an addition inside.
    pub entries: Vec<(Occurrence, Fold)>,
    /// Phrases with an addition inside a part or between parts.
    pub phrases: Vec<(PhraseMatch, Fold)>,
    /// Harmless expressions with an addition inside.
    pub harmless: Vec<Occurrence>,
}

impl Fillers {
    /// `words`: fillers in normalised form.
    pub fn new(words: impl IntoIterator<Item = String>) -> Fillers {
        let mut all: Vec<Vec<char>> = words.into_iter().map(|w| w.chars().collect()).collect();
        all.retain(|w| !w.is_empty());
        all.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        Fillers(all)
    }

    /// How many characters of a filler stand at the beginning; 0 when none does.
    fn length(&self, rest: &[(usize, char)]) -> usize {
        let fits =
            |w: &&Vec<char>| w.len() <= rest.len() && w.iter().zip(rest).all(|(wanted, (_, c))| wanted == c);
        self.0.iter().find(fits).map_or(0, Vec::len)
    }

    /// The text without fillers and second sayings; none when there is nothing to leave out.
    pub(super) fn bare(&self, text: &str) -> Option<Bare> {
        let chars: Vec<(usize, char)> = text.char_indices().collect();
        let mut bare = Bare { text: String::with_capacity(text.len()), starts: Vec::new(), ends: Vec::new() };
        let (mut last, mut i) = (None, 0);
        while i < chars.len() {
            let (at, c) = chars[i];
            let filler = self.length(&chars[i..]);
            if filler > 0 {
                i += filler;
                // The pauses around a filler are part of it.
                if chars.get(i).is_some_and(|(_, c)| is_comma(*c)) && bare.pop_comma() {
                    i += 1;
                    last = bare.text.chars().next_back();
                }
                continue;
            }
            i += 1;
            if last == Some(c) && is_han(c) {
                continue;
            }
            last = Some(c);
            bare.push(c, at);
        }
        (bare.text.len() < text.len()).then_some(bare)
    }
}

impl Bare {
    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        for _ in 0..c.len_utf8() {
            self.starts.push(at);
            self.ends.push(at + c.len_utf8());
        }
    }

    /// Takes a comma at the end away; whether there was one.
    fn pop_comma(&mut self) -> bool {
        let there = self.text.ends_with(is_comma);
        if there {
            self.text.pop();
            self.starts.truncate(self.text.len());
            self.ends.truncate(self.text.len());
        }
        there
    }

    /// The place in the whole text.
    fn whole(&self, span: NormSpan) -> NormSpan {
        NormSpan { start: self.starts[span.start], end: self.ends[span.end - 1] }
    }

    /// How many bytes were left out within a span of the rest.
    fn left_out(&self, span: NormSpan) -> usize {
        let whole = self.whole(span);
        (whole.end - whole.start) - (span.end - span.start)
    }

    /// Puts what was located in the rest back into the whole text; what has no addition inside is known already.
    pub(super) fn back(
        &self,
        rules: &RuleSet,
        occurrences: &[Occurrence],
        phrases: Vec<PhraseMatch>,
    ) -> Hesitant {
        let mut found = Hesitant::default();
        for o in occurrences.iter().filter(|o| self.left_out(o.span) > 0) {
            let uses = &rules.patterns[o.pattern].uses;
            let placed = Occurrence { span: self.whole(o.span), pattern: o.pattern };
            if uses.iter().any(|u| matches!(u, Use::Except { .. })) {
                found.harmless.push(placed);
            }
            found.entries.push((placed, self.fold(o.span)));
        }
        for mut m in phrases.into_iter().filter(|m| matches!(m.owner, Owner::Rule(_))) {
            let Some(span) = m.parts.iter().copied().reduce(NormSpan::join) else { continue };
            if self.left_out(span) > 0 {
                m.parts = m.parts.iter().map(|p| self.whole(*p)).collect();
                found.phrases.push((m, self.fold(span)));
            }
        }
        found
    }

    fn fold(&self, span: NormSpan) -> Fold {
        // Han characters have three bytes.
        let cost = u16::try_from(self.left_out(span) / 3).unwrap_or(u16::MAX).max(1);
        Fold { by: Likeness::Hesitation, cost, anchored: true }
    }
}

fn is_comma(c: char) -> bool {
    matches!(c, '\u{ff0c}' | ',' | '\u{3001}')
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

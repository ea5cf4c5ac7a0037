//! Entries with fillers between their characters, or with characters said twice: what a speaker adds while thinking and a
//! recogniser writes down. The text is read once more without them, and what then stands in it is put back in its place.
//! The text itself stays as it is: gates and the classifier see every word.

use rustc_hash::FxHashMap;

use crate::model::candidate::{Fold, Likeness, Occurrence, PhraseMatch};
use crate::model::rules::{Owner, RuleSet, Use};
use crate::model::span::NormSpan;

/// Fillers by their first character, the longest first.
#[derive(Debug, Clone)]
pub struct Fillers {
    words: FxHashMap<char, Vec<Vec<char>>>,
    /// A bit for each character that may begin one, by its lower bits: most characters begin none, which is told at once.
    firsts: [u64; FIRSTS / 64],
}

/// Bits by which characters are told apart at first.
const FIRSTS: usize = 4096;

/// A text without what was added, and where each of its characters stood.
#[derive(Debug, Default)]
pub(super) struct Bare {
    /// The rest.
    pub text: String,
    /// Places of the rest from which on something more was left out before, and how many bytes in all.
    pub cuts: Vec<(usize, usize)>,
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
        let mut all: FxHashMap<char, Vec<Vec<char>>> = FxHashMap::default();
        for word in words.into_iter().map(|w| w.chars().collect::<Vec<char>>()) {
            if let Some(first) = word.first() {
                all.entry(*first).or_default().push(word);
            }
        }
        all.values_mut().for_each(|w| w.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b))));
        let mut firsts = [0; FIRSTS / 64];
        all.keys().for_each(|c| firsts[*c as usize % FIRSTS / 64] |= 1 << (*c as usize % 64));
        Fillers { words: all, firsts }
    }

    fn may_begin(&self, c: char) -> bool {
        self.firsts[c as usize % FIRSTS / 64] >> (c as usize % 64) & 1 == 1
    }

    /// How many bytes of a filler stand at the beginning of a text that begins with `c`; 0 when none does.
    fn length(&self, c: char, rest: &str) -> usize {
        let bytes = |word: &Vec<char>| {
            let mut rest = rest.chars();
            let fits = word.iter().all(|wanted| rest.next() == Some(*wanted));
            fits.then(|| word.iter().map(|c| c.len_utf8()).sum::<usize>())
        };
        self.words.get(&c).into_iter().flatten().find_map(bytes).unwrap_or(0)
    }

    /// The text without fillers and second sayings; none when there is nothing to leave out.
    pub(super) fn bare(&self, text: &str) -> Option<Bare> {
        let mut bare = Bare::default();
        self.bare_in(text, &mut bare).then_some(bare)
    }

    /// Puts the text without fillers and second sayings in the place of what was left of another; false when there is nothing to leave
    /// out.
    pub(super) fn bare_in(&self, text: &str, bare: &mut Bare) -> bool {
        bare.text.clear();
        bare.cuts.clear();
        // Where what stays and is not yet taken over begins, and the character before.
        let (mut from, mut last) = (0, None);
        let (mut rest, mut begun) = (text.char_indices(), 0);
        while let Some((at, c)) = rest.next() {
            let at = begun + at;
            let filler = if self.may_begin(c) { self.length(c, &text[at..]) } else { 0 };
            if filler > 0 {
                bare.take(text, from, at);
                from = at + filler;
                // The pauses around a filler are part of it.
                let pause = text[from..].chars().next().filter(|c| is_comma(*c));
                if let Some(pause) = pause.filter(|_| bare.pop_comma()) {
                    from += pause.len_utf8();
                    last = bare.text.chars().next_back();
                }
                (rest, begun) = (text[from..].char_indices(), from);
            } else if last == Some(c) && is_han(c) {
                bare.take(text, from, at);
                from = at + c.len_utf8();
            } else {
                last = Some(c);
            }
        }
        if from > 0 {
            bare.take(text, from, text.len());
        }
        from > 0
    }
}

impl Bare {
    /// Takes a piece of the whole text over.
    fn take(&mut self, text: &str, from: usize, to: usize) {
        if from == to {
            return;
        }
        let (here, left_out) = (self.text.len(), from - self.text.len());
        if left_out > self.cuts.last().map_or(0, |cut| cut.1) {
            self.cuts.pop_if(|cut| cut.0 == here);
            self.cuts.push((here, left_out));
        }
        self.text.reserve(text.len() - here);
        self.text.push_str(&text[from..to]);
    }

    /// Takes a comma at the end away; whether there was one.
    fn pop_comma(&mut self) -> bool {
        let there = self.text.ends_with(is_comma);
        if there {
            self.text.pop();
        }
        there
    }

    /// The place in the whole text.
    pub(super) fn whole(&self, span: NormSpan) -> NormSpan {
        let behind = |cuts: usize| cuts.checked_sub(1).map_or(0, |last| self.cuts[last].1);
        let start = behind(self.cuts.partition_point(|cut| cut.0 <= span.start));
        let end = behind(self.cuts.partition_point(|cut| cut.0 < span.end));
        NormSpan { start: span.start + start, end: span.end + end }
    }

    /// How many bytes were left out within a span of the rest.
    pub(super) fn left_out(&self, span: NormSpan) -> usize {
        let whole = self.whole(span);
        (whole.end - whole.start) - (span.end - span.start)
    }

    /// The pieces of the rest, with their places, that hold every span of at most `longest` bytes from which something was
    /// left out.
    pub(super) fn around_cuts(&self, longest: usize) -> impl Iterator<Item = (usize, &str)> {
        let mut cuts = self.cuts.iter().map(|cut| cut.0).peekable();
        std::iter::from_fn(move || {
            let first = cuts.next()?;
            let mut last = first;
            while let Some(next) = cuts.next_if(|next| *next <= last + 2 * longest) {
                last = next;
            }
            let is_boundary = |at: &usize| self.text.is_char_boundary(*at);
            let start = (0..=first.saturating_sub(longest)).rev().find(is_boundary)?;
            let end = ((last + longest).min(self.text.len())..).find(is_boundary)?;
            Some((start, &self.text[start..end]))
        })
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

//! Phrases that are proved at the places noted: what the search for phrases finds, without putting the members of each class
//! in order first. Where it would have to choose among many, that search is left to do it.

use super::outline::Outlines;
use super::sheet::Marked;
use crate::matching::phrases::{MOST_PER_PHRASE, is_apart, near, sentence};
use crate::model::effort::spend;
use crate::model::rules::Phrase;
use crate::model::span::NormSpan;

/// A phrase at the places noted.
pub(super) struct Proof<'a> {
    pub(super) text: &'a str,
    pub(super) marked: &'a [Marked],
    pub(super) phrases: &'a Outlines,
    /// The phrase, and its number.
    pub(super) phrase: (&'a Phrase, usize),
}

/// What is found: the parts of each match, one match's behind the other's.
#[derive(Debug, Default)]
pub(super) struct Proved {
    parts: Vec<NormSpan>,
    /// The parts that are chosen so far.
    chosen: Vec<NormSpan>,
}

/// There is more to choose from than is tried; which of it, the search for phrases decides by its own order.
struct TooMany;

impl Proved {
    /// The parts of each match.
    pub(super) fn matches(&self, phrase: &Phrase) -> impl Iterator<Item = &[NormSpan]> {
        self.parts.chunks_exact(phrase.parts.len().max(1))
    }
}

impl Proof<'_> {
    /// Notes the matches; false when there may be more than are asked for.
    pub(super) fn find(&self, proved: &mut Proved) -> bool {
        proved.parts.clear();
        let parts = &self.phrases.outline(self.phrase.1).parts;
        let count = parts.len();
        let listed = (0..count).map(|n| (n, parts[n].1));
        let turned = self.phrases.outline(self.phrase.1).reversed;
        self.ordered(listed, proved).is_ok()
            && turned.is_none_or(|gap| {
                let turned = (0..count).rev().map(|n| (n, gap));
                self.ordered(turned, proved).is_ok()
            })
    }

    /// How often the same place may be chosen: once for each class of a part.
    fn times(&self, part: usize) -> usize {
        self.phrase.0.parts[part].classes.len()
    }

    /// One match per place of the first part: each further part is the nearest that fits.
    fn ordered(
        &self,
        mut parts: impl Iterator<Item = (usize, usize)> + Clone,
        proved: &mut Proved,
    ) -> Result<(), TooMany> {
        let Some((first, _)) = parts.next() else { return Ok(()) };
        let column = self.phrases.column(self.phrases.part(self.phrase.1, Some(first)));
        let mut found = 0;
        for (at, marked) in self.marked.iter().enumerate() {
            if !column.holds(marked.stands) {
                continue;
            }
            proved.chosen.clear();
            proved.chosen.push(marked.place.span());
            if self.extend(at, parts.clone(), &mut proved.chosen)? && !self.forbidden(&proved.chosen) {
                found += self.times(first);
                if found > MOST_PER_PHRASE {
                    return Err(TooMany);
                }
                proved.parts.extend_from_slice(&proved.chosen);
            }
        }
        Ok(())
    }

    /// Chooses the further parts behind the place `at`, the nearest and of these the longest first.
    fn extend(
        &self,
        at: usize,
        mut parts: impl Iterator<Item = (usize, usize)> + Clone,
        chosen: &mut Vec<NormSpan>,
    ) -> Result<bool, TooMany> {
        let Some((part, gap)) = parts.next() else { return Ok(true) };
        let column = self.phrases.column(self.phrases.part(self.phrase.1, Some(part)));
        let end = self.marked[at].place.end();
        // A character has at most four bytes.
        let reach = end.saturating_add(gap.saturating_mul(4));
        let mut tried = 0;
        let mut from = at + 1;
        while let Some(start) = self.marked.get(from).map(|m| m.place.start()).filter(|start| *start <= reach)
        {
            let same = self.marked[from..].iter().take_while(|m| m.place.start() == start).count();
            let fits = start >= end && near(&self.text[end..start], gap);
            for next in (from..from + same).rev().filter(|_| fits) {
                if !column.holds(self.marked[next].stands) {
                    continue;
                }
                tried += self.times(part);
                if tried > MOST_PER_PHRASE {
                    return Err(TooMany);
                }
                chosen.push(self.marked[next].place.span());
                if self.extend(next, parts.clone(), chosen)? {
                    return Ok(true);
                }
                chosen.pop();
            }
            from += same;
        }
        spend(from - at);
        Ok(false)
    }

    /// Whether what forbids the phrase stands in the sentence of the match, apart from its parts.
    fn forbidden(&self, chosen: &[NormSpan]) -> bool {
        let (Some(first), Some(last)) = (chosen.first(), chosen.last()) else { return false };
        if self.phrase.0.unless.is_empty() {
            return false;
        }
        let column = self.phrases.column(self.phrases.part(self.phrase.1, None));
        let mut there =
            self.marked.iter().filter(|m| column.holds(m.stands)).map(|m| m.place.span()).peekable();
        if there.peek().is_none() {
            return false;
        }
        let sentence = sentence(self.text, *first, *last);
        there
            .filter(|span| sentence.start <= span.start && span.end <= sentence.end)
            .any(|span| is_apart(span, chosen.iter().copied()))
    }
}

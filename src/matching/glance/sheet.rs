//! The text at hand: where its patterns stand, and which phrases may stand there.

use super::Begun;
use super::outline::{Column, Outlines};
use super::proof::Proved;
use super::sought::{EVERYWHERE, Sought};
use super::window;
use crate::matching::hesitation::Bare;
use crate::matching::phrases::near;
use crate::matching::prefixes::{Code, Room, Row};
use crate::model::effort::spend;
use crate::model::rules::PatternIx;
use crate::model::span::NormSpan;

/// Bits in a mask.
const MOST_MARKED: usize = u128::BITS as usize;

/// Parts that are cleared at once.
const CLEARED: usize = 128;

/// A pattern at a place, in the order of places: start, end, pattern, whether it stands there otherwise than listed, and the bit of
/// the place among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Place(u64);

/// Bits of a start or an end: enough for [`LONGEST`](super::LONGEST) bytes.
const OF_BYTE: u32 = 12;
/// Bits that tell the bit of a place.
const OF_BIT: u32 = window::BITS.ilog2();
/// Where in a place the end begins.
const END: u32 = u64::BITS - 2 * OF_BYTE;

impl Place {
    /// `first`: the number of its first character in the text.
    pub(super) fn new(span: NormSpan, first: usize, pattern: PatternIx, heard: bool) -> Place {
        let place = (span.start as u64) << (END + OF_BYTE) | (span.end as u64) << END;
        let stands = (pattern as u64) << (OF_BIT + 1) | u64::from(heard) << OF_BIT;
        Place(place | stands | (first % window::BITS) as u64)
    }

    pub(super) fn pattern(self) -> PatternIx {
        (self.0 >> (OF_BIT + 1) & ((1 << (END - OF_BIT - 1)) - 1)) as PatternIx
    }

    pub(super) fn span(self) -> NormSpan {
        NormSpan { start: self.start(), end: self.end() }
    }

    pub(super) fn is_heard(self) -> bool {
        self.0 >> OF_BIT & 1 == 1
    }

    pub(super) fn start(self) -> usize {
        (self.0 >> (END + OF_BYTE)) as usize
    }

    pub(super) fn end(self) -> usize {
        (self.0 >> END) as usize & ((1 << OF_BYTE) - 1)
    }

    /// The number of its bit, see [`window`].
    #[inline]
    pub(super) fn bit(self) -> u32 {
        self.0 as u32 % window::BITS as u32
    }
}

/// A place of a part of a phrase.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marked {
    pub(super) place: Place,
    /// The number of what its pattern stands for.
    pub(super) stands: u32,
}

impl Marked {
    /// Holds the room of one.
    const NOTHING: Marked = Marked { place: Place(0), stands: 0 };
}

/// Kept by each thread, so that its memory is used again.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) row: Row,
    /// The text at hand in syllables, where each of its characters is one.
    pub(super) heard: Vec<Code>,
    /// The text at hand without what was added while thinking.
    pub(super) bare: Bare,
    /// Room for looking for words, and for syllables.
    pub(super) finds: Room,
    /// All places, in order.
    pub(super) places: Vec<Place>,
    /// Those of parts of phrases; each has a bit.
    pub(super) marked: Vec<Marked>,
    /// Bytes of the longest of these.
    pub(super) longest: usize,
    /// Whether a term is among the places.
    pub(super) terms: bool,
    /// The numbers of those that may be the rarest part of a phrase.
    pub(super) begins: Vec<u8>,
    /// For each part that is asked after first a bit for each place where it stands.
    pub(super) present: Vec<u64>,
    /// Phrases that may stand there, with their kinds.
    pub(super) outlined: Vec<(u8, usize)>,
    /// Evidence that may begin there.
    pub(super) begun: Vec<Begun>,
    /// What of it is proved.
    pub(super) proved: Proved,
}

impl Sheet {
    /// Puts a place where it belongs.
    pub(super) fn insert(&mut self, one: Place) {
        let places = &mut self.places;
        let mut at = places.len();
        places.push(one);
        while at > 0 && places[at - 1] > one {
            places[at] = places[at - 1];
            at -= 1;
        }
        places[at] = one;
        spend(places.len() - at);
    }

    /// Notes the places of parts, and where those of the parts stand that are asked after first; false when there are more
    /// places than bits.
    pub(super) fn mark(&mut self, phrases: &Outlines, sought: &Sought) -> bool {
        let Sheet { places, marked, begins, present, .. } = self;
        let (mut longest, mut terms, mut noted, mut begun) = (0, false, 0, 0);
        // Room for all, so that nothing has to be foretold: each is written, and kept if it counts.
        marked.resize(places.len(), Marked::NOTHING);
        begins.resize(places.len(), 0);
        if present.len() < sought.count() {
            present.resize(sought.count(), 0);
        }
        // Piece by piece: where more is cleared at once, some processors clear byte by byte.
        present[..sought.count()].chunks_mut(CLEARED).for_each(|some| some.fill(0));
        present[usize::from(EVERYWHERE)] = !0;
        for place in &*places {
            let number = phrases.stands(place.pattern());
            let stands = sought.stands(number);
            terms |= stands.term;
            let counts = stands.part;
            longest = longest.max(if counts { place.end() - place.start() } else { 0 });
            marked[noted] = Marked { place: *place, stands: number };
            begins[begun] = noted as u8;
            let bit = 1 << place.bit();
            sought.asked(stands, |part| present[part] |= bit);
            begun += usize::from(stands.begins());
            noted += usize::from(counts);
        }
        marked.truncate(noted);
        begins.truncate(begun);
        (self.longest, self.terms) = (longest, terms);
        self.marked.len() <= MOST_MARKED
    }

    /// The places of parts.
    pub(super) fn marks(&self) -> Marks<'_> {
        Marks { all: &self.marked, longest: self.longest }
    }
}

/// Places of parts of phrases, in order.
#[derive(Clone, Copy)]
pub(super) struct Marks<'a> {
    pub(super) all: &'a [Marked],
    /// At least the bytes of the longest of them.
    pub(super) longest: usize,
}

impl Marks<'_> {
    /// Where a part stands as listed.
    pub(super) fn listed(
        &self,
        phrases: &Outlines,
        part: u32,
    ) -> impl Iterator<Item = (NormSpan, PatternIx)> {
        let column = phrases.column(part);
        let listed = self.all.iter().filter(move |m| !m.place.is_heard() && column.holds(m.stands));
        listed.map(|m| (m.place.span(), m.place.pattern()))
    }

    /// Whether the parts of a phrase stand near enough around its rarest part, which stands `at` a place: at least wherever it
    /// matches.
    pub(super) fn holds(&self, phrases: &Outlines, ix: usize, at: usize, by: &By<'_>) -> bool {
        let outline = phrases.outline(ix);
        if !by.heard && self.all[at].place.is_heard() {
            return false;
        }
        let chain = Chain { marks: *self, phrases, by };
        let (before, [_, after @ ..]) = outline.parts.split_at(outline.anchor) else { return false };
        let gaps = outline.parts[1..=outline.anchor].iter().rev().map(|(_, gap)| *gap);
        let parts = before.iter().rev().map(|(part, _)| *part).zip(gaps);
        let onward = || chain.onward(at, after.iter().copied());
        // What is nearer is told sooner.
        let (here, next) = (outline.parts[outline.anchor].1, after.first().map(|(_, gap)| *gap));
        let back_first = !before.is_empty() && next.is_none_or(|next| here <= next);
        let back = || chain.back(at, parts.clone());
        let stands = (!back_first || back()) && onward() && (back_first || back());
        if stands {
            return true;
        }
        outline.reversed.is_some_and(|gap| {
            let other = |(part, _): &(u32, usize)| (*part, gap);
            chain.onward(at, before.iter().rev().map(other)) && chain.back(at, after.iter().map(other))
        })
    }
}

/// How the parts of a phrase are looked for.
pub(super) struct By<'a> {
    pub(super) text: &'a str,
    /// Whether they may stand there otherwise than listed.
    pub(super) heard: bool,
    /// Bytes by which they may stand farther apart than they are said to.
    pub(super) left_out: usize,
}

/// Parts that are asked after one by one.
struct Chain<'a> {
    marks: Marks<'a>,
    phrases: &'a Outlines,
    by: &'a By<'a>,
}

impl Chain<'_> {
    /// Whether a part stands at a place, `gap` characters at most between two places.
    #[inline]
    fn fits(&self, marked: &Marked, part: Column<'_>, (before, after): (usize, usize), gap: usize) -> bool {
        part.holds(marked.stands)
            && (self.by.heard || !marked.place.is_heard())
            && (self.by.left_out > 0 || near(&self.by.text[before..after], gap))
    }

    /// Most bytes within a gap: a character has at most four.
    fn reach(&self, gap: usize) -> usize {
        gap.saturating_mul(4).saturating_add(self.by.left_out)
    }

    /// Whether the parts stand one behind the other behind a place, each at most so many characters from the one before.
    fn onward(&self, at: usize, parts: impl Iterator<Item = (u32, usize)>) -> bool {
        let marked = self.marks.all;
        let mut last: u128 = 1 << at;
        let mut parts = parts.peekable();
        while let Some((part, gap)) = parts.next() {
            // Of the last one it is enough that it stands there.
            let is_end = parts.peek().is_none();
            let part = self.phrases.column(part);
            let mut next = 0;
            for at in bits(last) {
                let end = marked[at].place.end();
                let reach = end.saturating_add(self.reach(gap));
                let near = marked[at + 1..].iter().take_while(|m| m.place.start() <= reach);
                for (i, m) in near.enumerate() {
                    let start = m.place.start();
                    if start >= end && self.fits(m, part, (end, start), gap) {
                        if is_end {
                            return true;
                        }
                        next |= 1 << (at + 1 + i);
                    }
                }
            }
            spend(1);
            if next == 0 {
                return false;
            }
            last = next;
        }
        true
    }

    /// Whether the parts stand one before the other before a place.
    fn back(&self, at: usize, parts: impl Iterator<Item = (u32, usize)>) -> bool {
        let marked = self.marks.all;
        let mut first: u128 = 1 << at;
        let mut parts = parts.peekable();
        while let Some((part, gap)) = parts.next() {
            let is_end = parts.peek().is_none();
            let part = self.phrases.column(part);
            let mut next = 0;
            for at in bits(first) {
                let start = marked[at].place.start();
                let reach = start.saturating_sub(self.reach(gap));
                let near = marked[..at].iter().enumerate().rev();
                for (i, m) in near.take_while(|(_, m)| m.place.start() + self.marks.longest >= reach) {
                    let end = m.place.end();
                    if (reach..=start).contains(&end) && self.fits(m, part, (end, start), gap) {
                        if is_end {
                            return true;
                        }
                        next |= 1 << i;
                    }
                }
            }
            spend(1);
            if next == 0 {
                return false;
            }
            first = next;
        }
        true
    }
}

/// The bits that are set, from the lowest on.
fn bits(mut mask: u128) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let at = mask.trailing_zeros() as usize;
        mask &= mask.wrapping_sub(1);
        (at < MOST_MARKED).then_some(at)
    })
}

//! How far from its rarest part the other parts of a phrase may stand, as bits.
//!
//! A place is one of 64 bits, the number of its first character modulo 64. Turned so that the rarest part stands at bit 0, the
//! places of another part are held against those where it may begin. In a longer text more seems to stand near than does, never less.

use crate::model::rules::Phrase;

/// Bits of a place.
pub(super) const BITS: usize = u64::BITS as usize;

/// A part that must stand somewhere beside the rarest part of a phrase.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beside {
    /// Its number; none for a phrase of fewer parts.
    pub(super) part: Option<u32>,
    /// A bit for each place where it may begin.
    pub(super) window: u64,
}

impl Beside {
    /// Nothing need stand there.
    pub(super) const NONE: Beside = Beside { part: None, window: !0 };

    /// Of a phrase, beside its part `from`, the part `to` with its number. `longest`: for each class the characters of its longest member.
    pub(super) fn new(phrase: &Phrase, (from, to): (usize, usize), number: u32, longest: &[usize]) -> Beside {
        let length =
            |part: usize| phrase.parts[part].classes.iter().map(|class| longest[*class]).max().unwrap_or(0);
        let (first, last) = (from.min(to), from.max(to));
        let between = || first + 1..last;
        // From the beginning of one part to that of another behind it.
        let reach = |before: usize, gaps: usize| {
            between().map(length).fold(length(before).saturating_add(gaps), usize::saturating_add)
        };
        let gaps = || phrase.parts[first + 1..=last].iter().map(|part| part.gap);
        let least = last - first;
        let farthest = reach(first, gaps().fold(0, usize::saturating_add));
        let mut window = if to > from { ahead(least, farthest) } else { behind(least, farthest) };
        if phrase.any_order {
            let gap = phrase.parts.iter().map(|part| part.gap).max().unwrap_or(0);
            let farthest = reach(last, gap.saturating_mul(least));
            window |= if to > from { behind(least, farthest) } else { ahead(least, farthest) };
        }
        Beside { part: Some(number), window }
    }
}

/// The places from `least` to `most` characters farther on.
fn ahead(least: usize, most: usize) -> u64 {
    if most >= BITS - 1 { !0 } else { (least..=most).fold(0, |bits, at| bits | 1 << at) }
}

/// The places from `least` to `most` characters before.
fn behind(least: usize, most: usize) -> u64 {
    if most >= BITS - 1 { !0 } else { (least..=most).fold(0, |bits, at| bits | 1 << ((BITS - at) % BITS)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rules::{Owner, Part};

    fn phrase(gaps: &[usize], any_order: bool) -> Phrase {
        let part = |(class, gap): (usize, &usize)| Part { classes: vec![class], gap: *gap };
        Phrase {
            owner: Owner::Rule(0),
            shown: String::new(),
            parts: gaps.iter().enumerate().map(part).collect(),
            unless: Vec::new(),
            weight: 1.0,
            any_order,
            void: None,
            line: 0,
        }
    }

    /// The distances that a window holds, within half of its bits either way.
    fn distances(phrase: &Phrase, from: usize, to: usize) -> Vec<i64> {
        let window = Beside::new(phrase, (from, to), 0, &[1, 2, 3]).window;
        (-31..=32).filter(|at: &i64| window >> at.rem_euclid(64) & 1 == 1).collect()
    }

    #[test]
    fn a_part_begins_behind_the_one_before_and_no_farther_than_the_gaps_and_the_longest_words_reach() {
        let three = phrase(&[0, 2, 1], false);
        assert_eq!(distances(&three, 0, 1), [1, 2, 3]);
        assert_eq!(distances(&three, 0, 2), [2, 3, 4, 5, 6]);
        assert_eq!(distances(&three, 1, 0), [-3, -2, -1]);
        assert_eq!(distances(&three, 2, 1), [-3, -2, -1]);
        assert_eq!(distances(&three, 2, 0), [-6, -5, -4, -3, -2]);
    }

    #[test]
    fn in_any_order_it_may_stand_on_either_side_with_the_widest_gap() {
        let turned = phrase(&[0, 2, 1], true);
        assert_eq!(distances(&turned, 0, 1), [-4, -3, -2, -1, 1, 2, 3]);
        assert_eq!(distances(&turned, 0, 2), [-9, -8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn a_gap_wider_than_all_bits_asks_for_the_part_anywhere() {
        assert_eq!(Beside::new(&phrase(&[0, 62], false), (0, 1), 0, &[1, 2]).window, !0);
        assert_eq!(Beside::new(&phrase(&[0, usize::MAX], true), (1, 0), 0, &[1, 2]).window, !0);
        assert_ne!(Beside::new(&phrase(&[0, 61], false), (0, 1), 0, &[1, 2]).window, !0);
    }
}

//! The first look at a long turn: its characters and pairs of neighbours alone, each with one weight of a table that fits a near
//! cache. Most of what collectors say is so far from all abuse that this tells it.

use std::borrow::Cow;

use super::features::{Key, Room};
use super::layout::SKIM_SLOTS;
use super::model::{Head, logistic};

/// Steps of a weight, up and down.
pub(super) const SKIM_STEPS: f32 = 7.0;

/// Log-odds below which a passage is lawful, and from which on a window opens the turn: as likely a violation as not.
pub(super) const HIDING: f32 = 0.0;
/// A turn of [`PER_CHARS`] characters is lawful, and not scored at all, if the odds of a violation are below this. Of a longer one more
/// is known: it may be so by odds as much higher, up to [`MOST_LAWFUL`].
const LAWFUL: f32 = 1.0 / 16.0;
const PER_CHARS: f32 = 20.0;
const MOST_LAWFUL: f32 = 1.0 / 2.0;
/// Characters from the beginning of a window to that of the next, half a window.
const HALF: usize = 16;

/// What the first look asks for. Immutable; shared by all threads.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Skim {
    /// By the [`slot`] of a character or pair its weight plus eight, those of two slots in a byte; several may share a slot.
    pub(super) weights: Cow<'static, [u8]>,
    pub(super) head: Head,
}

/// What the first look tells: log-odds of belonging to any group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Look {
    /// Of the turn.
    pub(super) whole: f32,
    /// Of the window that has most.
    pub(super) likeliest: f32,
    /// Characters of the turn, with the pauses at both ends.
    pub(super) count: usize,
}

impl Look {
    /// Of a turn of which nothing is known.
    const UNKNOWN: Look = Look { whole: f32::INFINITY, likeliest: f32::INFINITY, count: 0 };

    /// Whether the turn as a whole is lawful beyond doubt.
    pub(super) fn is_lawful(self) -> bool {
        let probability = logistic(self.whole);
        let least = LAWFUL * (self.count as f32 / PER_CHARS).max(1.0);
        // No division, as a probability may be one.
        probability < (1.0 - probability) * least.min(MOST_LAWFUL)
    }
}

/// The weights of some characters and pairs, each plus eight, and how many there are.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    weights: i32,
    all: i32,
}

impl Sum {
    fn with(self, other: Sum) -> Sum {
        Sum { weights: self.weights + other.weights, all: self.all + other.all }
    }
}

/// Where the weight of a character or a pair stands.
#[inline]
pub(super) fn slot(key: Key) -> usize {
    key as usize & (SKIM_SLOTS - 1)
}

/// The weight of a slot, plus eight.
#[inline]
fn of_slot(weights: &[u8; SKIM_SLOTS / 2], slot: usize) -> u8 {
    weights[slot / 2] >> (slot % 2 * 4) & 15
}

impl Skim {
    /// With these weights by slot, each from −8 to 7.
    pub(super) fn new(weights: &[i8], head: Head) -> Skim {
        let pack = |two: &[i8]| two.iter().rev().fold(0, |all, weight| all << 4 | (weight + 8) as u8);
        Skim { weights: weights.chunks_exact(2).map(pack).collect(), head }
    }

    /// A first look at the turn that was read.
    pub(super) fn look(&self, room: &Room) -> Look {
        // Of a table that lacks something nothing is known.
        let Some(weights) = self.weights.first_chunk::<{ SKIM_SLOTS / 2 }>() else { return Look::UNKNOWN };
        let (mut whole, mut before, mut likeliest) = (Sum::default(), Sum::default(), f32::NEG_INFINITY);
        for from in (0..room.count()).step_by(HALF) {
            let mut here = Sum::default();
            room.short_runs(from, from + HALF, |key| {
                here.weights += i32::from(of_slot(weights, slot(key)));
                here.all += 1;
            });
            whole = whole.with(here);
            // The first half is none by itself, unless there is nothing else.
            if from > 0 || room.count() <= HALF {
                likeliest = likeliest.max(self.odds(before.with(here)));
            }
            before = here;
        }
        Look { whole: self.odds(whole), likeliest, count: room.count() }
    }

    fn odds(&self, sum: Sum) -> f32 {
        self.head.calibrated(self.head.value(sum.weights - 8 * sum.all, SKIM_STEPS, sum.all as f32))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::asks::Asks;
    use crate::classify::features::{Folds, Input};
    use crate::model::sounds::Sounds;

    #[test]
    fn a_look_tells_of_the_whole_and_of_the_likeliest_window() {
        let weights: Vec<i8> = (0..SKIM_SLOTS).map(|slot| (slot * 7 % 15) as i8 - 7).collect();
        let head = Head { scale: 3.5, bias: 0.25, slope: 2.0, offset: -0.5 };
        let skim = Skim::new(&weights, head);
        let (sounds, asks) = (Sounds::default(), Asks::new([]).unwrap());
        for count in [0, 1, 14, 15, 16, 30, 31, 32, 33, 100, 399, 600] {
            let text: String = (0..count).filter_map(|n| char::from_u32(0x4e00 + n * n * 31 % 997)).collect();
            let input = Input {
                sounds: &sounds,
                text: &text,
                asks: &asks,
                previous: None,
                heard: [None; 2],
                reply: None,
                contact: false,
            };
            let mut room = Room::default();
            room.read(&Folds::default(), &input);
            let odds = |from: usize, to: usize| {
                let (mut sum, mut all) = (0i32, 0u16);
                room.short_runs(from, to, |key| {
                    sum += i32::from(weights[slot(key)]);
                    all += 1;
                });
                let norm = if all > 0 { f32::from(all).sqrt() } else { 1.0 };
                2.0 * (0.25 + sum as f32 * 0.5 / norm) - 0.5
            };
            let last = room.count().saturating_sub(HALF + 1) / HALF;
            let windows = (0..=last).map(|n| odds(n * HALF, n * HALF + 2 * HALF));
            let expected = Look {
                whole: odds(0, room.count()),
                likeliest: windows.fold(f32::MIN, f32::max),
                count: room.count(),
            };
            assert_eq!(skim.look(&room), expected, "{count} characters");
        }
    }

    #[test]
    fn a_longer_turn_is_lawful_by_higher_odds() {
        let is_lawful = |whole: f32, count| Look { whole, likeliest: 0.0, count }.is_lawful();
        // ln(1/16) and, for three times the characters, ln(3/16).
        assert!(is_lawful(-2.78, 15) && is_lawful(-2.78, 20) && !is_lawful(-2.76, 20));
        assert!(is_lawful(-1.68, 60) && !is_lawful(-1.66, 60));
        // ln(1/2), however long.
        assert!(is_lawful(-0.7, 402) && !is_lawful(-0.69, 402) && !is_lawful(f32::INFINITY, 0));
    }

    #[test]
    fn a_table_that_lacks_something_lets_nothing_go() {
        assert_eq!(Skim::default().look(&Room::default()), Look::UNKNOWN);
    }
}

//! The trained model: for each known feature its rarity and one weight per head, for each head a calibration. A head answers
//! one question: does the turn belong to this group; the last head: to any group. Coarse weights, cut off at a scale that few
//! reach, do better on voices that were not learnt from than exact ones.

use std::cell::RefCell;

use super::buckets::{Buckets, Known};
use super::features::{Feature, Folds, Input, Key, Room, features};
use crate::model::span::NormSpan;

mod file;

/// Groups of the taxonomy.
pub(super) const N: usize = 10;
/// Heads: one per group and one for any of them.
pub(super) const HEADS: usize = N + 1;
/// The head for any group.
pub(super) const ANY: usize = N;
/// Steps of a rarity per unit.
pub(super) const RARITY_STEPS: f32 = 8.0;
/// Rarity of a feature that is not known.
const UNKNOWN: f32 = super::buckets::UNKNOWN as f32 / RARITY_STEPS;
/// Up to this squared length, in squared steps, every sum of squares is exact, in whatever order they are added.
const EXACT: u64 = 1 << f32::MANTISSA_DIGITS;
/// Below this log-odds of any group the turn is lawful and no group is asked.
const NOTHING: f32 = -5.0;
/// Pieces of text that an explanation names.
const MOST_PIECES: usize = 4;

/// A trained model. Immutable; shared by all threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(super) folds: Folds,
    pub(super) heads: [Head; HEADS],
    pub(super) buckets: Buckets,
    /// Per slot the weights for the groups, as [`pack`] makes them.
    pub(super) groups: Vec<u8>,
}

/// The weights of a feature for the groups, two in a byte.
pub(super) type Packed = [u8; N / 2];

/// Nothing for any group.
const NO_WEIGHT: Packed = [0x88; N / 2];

/// Steps of a weight for any group, up and down.
pub(super) const ANY_STEPS: f32 = 63.0;
/// Steps of a weight for one group, up and down.
pub(super) const GROUP_STEPS: f32 = 7.0;

/// Packs weights from −7 to 7.
pub(super) fn pack(weights: [i8; N]) -> Packed {
    std::array::from_fn(|i| (weights[2 * i] + 8) as u8 | ((weights[2 * i + 1] + 8) as u8) << 4)
}

/// One of the packed weights.
fn unpacked(packed: &Packed, group: usize) -> i8 {
    let pair = packed[group / 2];
    (if group.is_multiple_of(2) { pair & 15 } else { pair >> 4 }) as i8 - 8
}

/// What belongs to one head.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Head {
    pub scale: f32,
    pub bias: f32,
    pub slope: f32,
    pub offset: f32,
}

impl Head {
    fn calibrated(&self, score: f32) -> f32 {
        self.slope * score + self.offset
    }
}

/// A piece of text that weighed much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Where.
    pub span: NormSpan,
    /// Its share of all that speaks for the group in the words of the turn, from 0 to 1.
    pub weight: f32,
}

/// What the model says of a turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scores {
    /// Log-odds per group in the order of the taxonomy.
    groups: [f32; N],
    /// Log-odds that the turn belongs to any group.
    any: f32,
}

impl Scores {
    /// A turn that belongs to no group.
    const LAWFUL: Scores = Scores { groups: [f32::NEG_INFINITY; N], any: f32::NEG_INFINITY };

    /// The probability that the turn belongs to the group that it most looks like: how near it is to an alarm.
    pub fn alarm(&self) -> f32 {
        logistic((self.groups.iter().copied().fold(f32::NEG_INFINITY, f32::max) + self.any) / 2.0)
    }

    /// The probability that the turn belongs to a group, from what two heads say: that of the group, and the one that asks
    /// for any group and errs on other turns. A group beside the likeliest one must reach the probability `second` by its own
    /// head: what speaks for one kind of abuse raises the others a little too.
    pub fn probability(&self, group: usize, second: f32) -> f32 {
        let own = self.groups[group];
        let likeliest = self.groups.iter().all(|z| *z <= own);
        if likeliest || logistic(own) >= second { logistic((own + self.any) / 2.0) } else { 0.0 }
    }
}

/// What scoring a turn needs room for, to be used again for the next one.
#[derive(Default)]
struct Scratch {
    room: Room,
    keys: Vec<Key>,
    /// Those of them that may be known.
    likely: Vec<Key>,
    /// The known features.
    known: Vec<Known>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Model {
    /// Scores a turn.
    pub fn score(&self, input: &Input<'_>) -> Scores {
        let raw = self.raw(input, NOTHING);
        let Some(raw) = raw else { return Scores::LAWFUL };
        let z: [f32; HEADS] = std::array::from_fn(|h| self.heads[h].calibrated(raw[h]));
        Scores { groups: std::array::from_fn(|g| z[g]), any: z[ANY] }
    }

    /// Scores before calibration; none when the calibrated one for any group lies below `least`.
    pub(super) fn raw(&self, input: &Input<'_>, least: f32) -> Option<[f32; HEADS]> {
        SCRATCH.with_borrow_mut(|scratch| self.raw_in(scratch, input, least))
    }

    fn raw_in(&self, scratch: &mut Scratch, input: &Input<'_>, least: f32) -> Option<[f32; HEADS]> {
        let Scratch { room, keys, likely, known } = scratch;
        keys.clear();
        room.features(&self.folds, input, |f| keys.push(f.key));
        self.likely(keys, likely);
        known.resize(likely.len(), Known::default());
        let (mut sum, mut count) = (0i32, 0usize);
        let square = |rarity: u8| u64::from(rarity) * u64::from(rarity);
        let mut squares = square(super::buckets::UNKNOWN) * (keys.len() - likely.len()) as u64;
        for key in likely.iter() {
            let found = self.buckets.look_up(*key);
            sum += i32::from(found.rarity) * i32::from(found.any);
            squares += square(found.rarity);
            known[count] = found;
            count += usize::from(found.known);
        }
        let length =
            if squares <= EXACT { squares as f32 / (RARITY_STEPS * RARITY_STEPS) } else { self.length(keys) };
        let norm = if length > 0.0 { length.sqrt() } else { 1.0 };
        let value = |head: &Head, sum: i32, steps: f32| {
            head.bias + sum as f32 / RARITY_STEPS * (head.scale / steps) / norm
        };
        let any = value(&self.heads[ANY], sum, ANY_STEPS);
        if self.heads[ANY].calibrated(any) < least {
            return None;
        }
        let sums = self.group_sums(&known[..count]);
        let group = |h: usize| value(&self.heads[h], sums[h], GROUP_STEPS);
        Some(std::array::from_fn(|h| if h == ANY { any } else { group(h) }))
    }

    /// Those of the keys that the model may know. Their buckets are fetched here, many at once: each is as far away as the memory.
    fn likely(&self, keys: &[Key], likely: &mut Vec<Key>) {
        likely.resize(keys.len(), 0);
        let mut count = 0;
        for key in keys {
            likely[count] = *key;
            count += usize::from(self.buckets.may_know(*key));
        }
        likely.truncate(count);
        std::hint::black_box(likely.iter().fold(0, |all, key| all ^ self.buckets.touch(*key)));
    }

    /// For each group the sum over features of rarity times weight. Sixteen features at a time four groups in one number: their
    /// weights are below sixteen as they are packed, so that no sum of sixteen reaches the next group's bits.
    fn group_sums(&self, known: &[Known]) -> [i32; N] {
        const EVERY_OTHER: u64 = 0x000f_000f_000f;
        let (mut sums, mut steps) = ([0i32; N], 0i32);
        let touch = |feature: &Known| self.groups.get(feature.slot as usize * (N / 2)).copied().unwrap_or(0);
        std::hint::black_box(known.iter().fold(0, |all, feature| all ^ touch(feature)));
        for some in known.chunks(16) {
            // Of the groups that begin at the bits 0, 8, 4 and 12 of the packed weights, and every sixteenth behind.
            let mut packed = [0u64; 4];
            for feature in some {
                let step = u64::from(feature.rarity);
                let [a, b, c, d, e] = self.packed(feature.slot);
                let weights = u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]);
                for (sum, at) in packed.iter_mut().zip([0, 8, 4, 12]) {
                    *sum += (weights >> at & EVERY_OTHER) * step;
                }
                steps += i32::from(feature.rarity);
            }
            for (sum, first) in packed.into_iter().zip([0, 2, 1, 3]) {
                for (n, group) in (first..N).step_by(4).enumerate() {
                    sums[group] += i32::from((sum >> (16 * n)) as u16);
                }
            }
        }
        // A packed weight is eight more than it weighs.
        sums.map(|sum| sum - 8 * steps)
    }

    /// The squared length of a long turn's vector, added up in the order of its features.
    fn length(&self, keys: &[Key]) -> f32 {
        keys.iter()
            .map(|key| self.buckets.look_up(*key))
            .fold(0.0, |length, found| length + share(found.rarity))
    }

    /// The packed weights of a slot.
    fn packed(&self, slot: u32) -> Packed {
        let from = self.groups.get(slot as usize * (N / 2)..);
        from.and_then(|from| from.first_chunk().copied()).unwrap_or(NO_WEIGHT)
    }

    /// What a feature adds for a group, on the scale of the probability, before it is divided by the length of the turn.
    fn weight(&self, f: &Feature, group: usize) -> f32 {
        let Known { slot, known: true, rarity, any } = self.buckets.look_up(f.key) else { return 0.0 };
        let of = |head: &Head, w: i8, steps: f32| f32::from(w) * head.scale / steps * head.slope;
        let both = of(&self.heads[group], unpacked(&self.packed(slot), group), GROUP_STEPS)
            + of(&self.heads[ANY], any, ANY_STEPS);
        f32::from(rarity) / RARITY_STEPS * both / 2.0
    }

    /// The pieces of the text that weighed most for a group, in order of place. At least one, if any feature spoke for it.
    pub fn explain(&self, input: &Input<'_>, group: usize) -> Vec<Piece> {
        let mut placed: Vec<(usize, usize, f32)> = Vec::new();
        let spans = features(&self.folds, input, |f| {
            if let Some((from, to)) = f.place {
                let weight = self.weight(&f, group);
                if weight > 0.0 {
                    placed.push((from, to, weight));
                }
            }
        });
        let total: f32 = placed.iter().map(|(.., weight)| weight).sum();
        let mut pieces: Vec<Piece> = placed
            .into_iter()
            .map(|(from, to, weight)| Piece {
                span: NormSpan { start: spans[from].start, end: spans[to - 1].end },
                weight: weight / total,
            })
            .filter(|p| p.span.start < p.span.end)
            .collect();
        pieces.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.span.cmp(&b.span)));
        let mut kept: Vec<Piece> = Vec::new();
        for piece in pieces {
            if kept.len() == MOST_PIECES {
                break;
            }
            if !kept.iter().any(|k| k.span.overlaps(piece.span)) {
                kept.push(piece);
            }
        }
        kept.sort_by_key(|p| p.span);
        kept
    }
}

/// What a known feature adds to the squared length of a turn's vector; an unknown one adds the square of [`UNKNOWN`]. So talk
/// of things that the model does not know does not look sure on the strength of the few words that it does.
fn share(rarity: u8) -> f32 {
    let rarity = f32::from(rarity) / RARITY_STEPS;
    rarity * rarity
}

/// The squared length of a turn's vector: known features by their rarity, and the number of unknown ones.
pub(super) fn length(known: impl Iterator<Item = u8>, unknown: usize) -> f32 {
    known.map(share).sum::<f32>() + unknown as f32 * UNKNOWN * UNKNOWN
}

/// 1 / (1 + e^−x) from additions, multiplications and divisions alone, so that every machine gets the same bits.
pub(super) fn logistic(x: f32) -> f32 {
    let x = f64::from(x).clamp(-30.0, 30.0);
    // e^−x as (e^(−x/1024))^1024, the inner one by its series.
    let y = -x / 1024.0;
    let mut e = 1.0 + y * (1.0 + y / 2.0 * (1.0 + y / 3.0 * (1.0 + y / 4.0)));
    for _ in 0..10 {
        e *= e;
    }
    (1.0 / (1.0 + e)) as f32
}

#[cfg(test)]
mod tests;

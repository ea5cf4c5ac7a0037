//! The trained model: for each known feature its rarity and one weight per head, for each head a calibration. A head answers
//! one question: does the turn belong to this group; the last head: to any group. Coarse weights, cut off at a scale that few
//! reach, do better on voices that were not learnt from than exact ones.

use std::cell::RefCell;

use super::buckets::{Buckets, Known, Likely, Sums, UNKNOWN};
use super::features::{Folds, Input, Key, Room};
use super::layout::Packed;
use super::skim::{HIDING, Skim};
use crate::model::span::NormSpan;

mod file;

/// Groups of the taxonomy.
pub(super) const N: usize = 10;
/// Heads: one per group and one for any of them.
pub(super) const HEADS: usize = N + 1;
/// The head for any group.
pub(super) const ANY: usize = N;
/// Below this log-odds of any group the turn is lawful and no group is asked.
const NOTHING: f32 = -5.0;
/// Pieces of text that an explanation names.
const MOST_PIECES: usize = 4;

/// A trained model. Immutable; shared by all threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(super) folds: Folds,
    pub(super) skim: Skim,
    pub(super) heads: [Head; HEADS],
    pub(super) buckets: Buckets,
}

/// Steps of a weight for any group, up and down.
pub(super) const ANY_STEPS: f32 = 24.0;
/// Steps of a weight for one group, up and down.
pub(super) const GROUP_STEPS: f32 = 4.0;

/// Packs weights from −8 to 7.
pub(super) fn pack(weights: [i8; N]) -> Packed {
    std::array::from_fn(|i| (weights[2 * i] + 8) as u8 | ((weights[2 * i + 1] + 8) as u8) << 4)
}

/// One of the packed weights.
fn unpacked(packed: Packed, group: usize) -> i8 {
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
    pub(super) fn calibrated(&self, score: f32) -> f32 {
        self.slope * score + self.offset
    }

    /// The score from a sum of rarity times weight, in these `steps`, and the squared length of the turn's vector.
    pub(super) fn value(&self, sum: i32, steps: f32, length: f32) -> f32 {
        let norm = if length > 0.0 { length.sqrt() } else { 1.0 };
        self.bias + sum as f32 * (self.scale / steps) / norm
    }
}

/// How closely a text is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    /// All of it is scored, however lawful it looks at first.
    Thorough,
    /// A turn: a long one that looks lawful at first is lawful, a short one is scored.
    Turn,
    /// A passage of a turn: it counts only where it is sure, and a long one is lawful unless it looks like a violation at first.
    Passage,
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
    /// See [`Scores::hides`].
    hides: bool,
}

impl Scores {
    /// Of a turn that belongs to no group.
    fn lawful(hides: bool) -> Scores {
        Scores { groups: [f32::NEG_INFINITY; N], any: f32::NEG_INFINITY, hides }
    }

    /// Whether some words of the turn look like a violation at first: they may drown in the whole.
    pub fn hides(&self) -> bool {
        self.hides
    }

    /// Whether the turn belongs to no group, so surely that the groups were not asked.
    pub fn is_lawful(&self) -> bool {
        self.any == f32::NEG_INFINITY
    }

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
    /// The features that seem to be known.
    likely: Vec<Likely>,
    /// Those that are.
    known: Vec<Known>,
    /// Features that seem to be known, with their places.
    placed: Vec<(Likely, (usize, usize))>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl Scratch {
    /// Makes room for so many features.
    fn reserve(&mut self, all: usize) {
        if self.known.len() < all {
            self.keys.resize(all, 0);
            self.likely.resize(all, Likely::default());
            self.known.resize(all, Known::default());
        }
    }
}

impl Model {
    /// Scores a turn or a passage.
    pub fn score(&self, input: &Input<'_>, care: Care) -> Scores {
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.room.read(&self.folds, input);
            let look = scratch.room.is_long().then(|| self.skim.look(&scratch.room));
            let hides = look.is_some_and(|look| look.likeliest >= HIDING);
            let is_lawful = look.is_some_and(|look| match care {
                Care::Thorough => false,
                Care::Turn => look.is_lawful(),
                Care::Passage => look.whole < HIDING,
            });
            if is_lawful {
                return Scores::lawful(hides);
            }
            let Some(raw) = self.raw_in(scratch, input, NOTHING) else { return Scores::lawful(hides) };
            let z: [f32; HEADS] = std::array::from_fn(|h| self.heads[h].calibrated(raw[h]));
            Scores { groups: std::array::from_fn(|g| z[g]), any: z[ANY], hides }
        })
    }

    /// Scores before calibration; none for a turn whose calibrated score for any group is below `least`.
    pub(super) fn raw(&self, input: &Input<'_>, least: f32) -> Option<[f32; HEADS]> {
        SCRATCH.with_borrow_mut(|scratch| {
            scratch.room.read(&self.folds, input);
            self.raw_in(scratch, input, least)
        })
    }

    /// The same of the text that was read.
    fn raw_in(&self, scratch: &mut Scratch, input: &Input<'_>, least: f32) -> Option<[f32; HEADS]> {
        let most = scratch.room.read_others(&self.folds, input);
        scratch.reserve(most);
        let all = scratch.room.keys(input, &mut scratch.keys);
        let sums = self.known(scratch, all);
        let length = squared(sums.squares(), all - sums.count);
        let any = self.heads[ANY].value(sums.any(), ANY_STEPS, length);
        if self.heads[ANY].calibrated(any) < least {
            return None;
        }
        let of_groups = group_sums(&scratch.known[..sums.count]);
        let group = |h: usize| self.heads[h].value(of_groups[h], GROUP_STEPS, length);
        Some(std::array::from_fn(|h| if h == ANY { any } else { group(h) }))
    }

    /// What the known ones among the first `all` of the keys come to. One step after the other, each a loop without a call: a loop
    /// that does all of it has more at hand than the processor has registers.
    fn known(&self, scratch: &mut Scratch, all: usize) -> Sums {
        let Scratch { keys, likely, known, .. } = scratch;
        let (lower, mut seeming) = (self.buckets.lower(), 0);
        for key in &keys[..all] {
            let (feature, may_be) = Buckets::likely(lower, *key);
            likely[seeming] = feature;
            seeming += usize::from(may_be);
        }
        self.buckets.known(&mut likely[..seeming], known)
    }

    /// What a known feature adds for a group, on the scale of the probability, before it is divided by the length of the turn.
    fn weight(&self, known: Known, group: usize) -> f32 {
        let of = |head: &Head, w: i8, steps: f32| f32::from(w) * head.scale / steps * head.slope;
        let both = of(&self.heads[group], unpacked(known.groups(), group), GROUP_STEPS)
            + of(&self.heads[ANY], known.any(), ANY_STEPS);
        f32::from(known.rarity()) * both / 2.0
    }

    /// The features of the text that speak for a group: the places of each and its weight.
    fn placed(&self, scratch: &mut Scratch, input: &Input<'_>, group: usize) -> Vec<(usize, usize, f32)> {
        let Scratch { room, placed, .. } = scratch;
        room.read(&self.folds, input);
        let most = room.read_others(&self.folds, input);
        placed.resize(placed.len().max(most), Default::default());
        let (lower, mut seeming) = (self.buckets.lower(), 0);
        room.each(input, |f| {
            if let Some(place) = f.place {
                let (feature, may_be) = Buckets::likely(lower, f.key);
                placed[seeming] = (feature, place);
                seeming += usize::from(may_be);
            }
        });
        let known = placed[..seeming].iter().filter_map(|(feature, place)| {
            let weight = self.weight(self.buckets.seeming(*feature)?, group);
            (weight > 0.0).then_some((place.0, place.1, weight))
        });
        known.collect()
    }

    /// The pieces of the text that weighed most for a group, in order of place. At least one, if any feature spoke for it.
    pub fn explain(&self, input: &Input<'_>, group: usize) -> Vec<Piece> {
        let spans = self.folds.spans(input.text);
        let placed = SCRATCH.with_borrow_mut(|scratch| self.placed(scratch, input, group));
        let total: f32 = placed.iter().map(|(.., weight)| weight).sum();
        let pieces: Vec<Piece> = placed
            .into_iter()
            .map(|(from, to, weight)| Piece {
                span: NormSpan { start: spans[from].start, end: spans[to - 1].end },
                weight: weight / total,
            })
            .filter(|p| p.span.start < p.span.end)
            .collect();
        let mut kept: Vec<Piece> = Vec::with_capacity(MOST_PIECES);
        while kept.len() < MOST_PIECES {
            let free = pieces.iter().filter(|p| !kept.iter().any(|k| k.span.overlaps(p.span)));
            let heavier = |a: &&Piece, b: &&Piece| b.weight.total_cmp(&a.weight).then(a.span.cmp(&b.span));
            let Some(next) = free.min_by(heavier) else { break };
            kept.push(*next);
        }
        kept.sort_by_key(|p| p.span);
        kept
    }
}

/// For each group the sum over features of rarity times weight. Sixteen features at a time, three groups in one number: their
/// weights are below sixteen as they are packed, so that no sum of sixteen reaches the next group's bits.
fn group_sums(known: &[Known]) -> [i32; N] {
    /// Of the groups that begin at these bits of the packed weights, every fourth behind too, those that there are.
    const GROUPS: [(u32, u64); 4] =
        [(0, 0x000f_000f_000f), (4, 0x000f_000f_000f), (8, 0x000f_000f), (12, 0x000f_000f)];
    let (mut sums, mut steps) = ([0i32; N], 0i32);
    for some in known.chunks(16) {
        let mut packed = [0u64; GROUPS.len()];
        for feature in some {
            let step = u64::from(feature.rarity());
            for (sum, (at, mask)) in packed.iter_mut().zip(GROUPS) {
                *sum += (feature.bits() >> at & mask) * step;
            }
            steps += i32::from(feature.rarity());
        }
        for (first, sum) in packed.into_iter().enumerate() {
            for (n, group) in (first..N).step_by(GROUPS.len()).enumerate() {
                sums[group] += i32::from((sum >> (16 * n)) as u16);
            }
        }
    }
    // A packed weight is eight more than it weighs.
    sums.map(|sum| sum - 8 * steps)
}

/// The squared length of a turn's vector: known features by their rarity, and the number of unknown ones, each of which adds the
/// square of [`UNKNOWN`]. So talk of things that the model does not know does not look sure on the strength of the few words that it does.
pub(super) fn length(known: impl Iterator<Item = u8>, unknown: usize) -> f32 {
    squared(known.map(|rarity| u64::from(rarity).pow(2)).sum(), unknown)
}

fn squared(known: u64, unknown: usize) -> f32 {
    (known + u64::from(UNKNOWN).pow(2) * unknown as u64) as f32
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

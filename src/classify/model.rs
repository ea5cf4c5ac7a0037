//! The trained model: one weight per bucket and group, a calibration per group, all in one small file.
//!
//! Layout, little-endian: magic `cuicha-linear-2\n`; u32 bits of the bucket number; u32 number of folds, each two u32 code
//! points (`u32::MAX`: left out); per group f32 scale of its weights, f32 bias, f32 slope and f32 offset of the calibration;
//! u8 per bucket: rarity in steps of 1/16; i8 per bucket and group: weight in steps of the group's scale / 127.

use super::features::{Feature, Folds, Input, features};
use crate::model::span::NormSpan;

/// Groups of the taxonomy.
pub(super) const N: usize = 10;
const MAGIC: &[u8] = b"cuicha-linear-2\n";
/// Steps of a rarity per unit.
pub(super) const RARITY_STEPS: f32 = 16.0;
/// Rarity of a feature that was never learnt.
const UNKNOWN: f32 = 8.0;
/// Pieces of text that an explanation names.
const MOST_PIECES: usize = 4;

/// A trained model. Immutable; shared by all threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    pub(super) bits: u32,
    pub(super) folds: Folds,
    pub(super) heads: [Head; N],
    pub(super) rarity: Vec<u8>,
    pub(super) weights: Vec<[i8; N]>,
}

/// What belongs to one group.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Head {
    pub scale: f32,
    pub bias: f32,
    pub slope: f32,
    pub offset: f32,
}

/// A piece of text that weighed much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Piece {
    /// Where.
    pub span: NormSpan,
    /// How much it adds to the log-odds.
    pub weight: f32,
}

impl Model {
    /// Probability per group in the order of the taxonomy.
    pub fn score(&self, input: &Input<'_>) -> [f32; N] {
        let (found, _) = features(&self.folds, input);
        let logits = self.logits(&found);
        std::array::from_fn(|g| logistic(self.heads[g].slope * logits[g] + self.heads[g].offset))
    }

    /// Scores before calibration.
    pub(super) fn logits(&self, found: &[Feature]) -> [f32; N] {
        let mut sums = [0i32; N];
        let mut length = 0.0f32;
        for f in found {
            let (bucket, _) = self.bucket(f);
            length += share(self.rarity[bucket]);
            let step = i32::from(self.rarity[bucket]);
            for (sum, w) in sums.iter_mut().zip(&self.weights[bucket]) {
                *sum += step * i32::from(*w);
            }
        }
        let norm = if length > 0.0 { length.sqrt() } else { 1.0 };
        std::array::from_fn(|g| {
            let head = &self.heads[g];
            head.bias + sums[g] as f32 / RARITY_STEPS * (head.scale / 127.0) / norm
        })
    }

    fn bucket(&self, f: &Feature) -> (usize, f32) {
        let bucket = bucket_of(f.hash, self.bits);
        (bucket, f32::from(self.rarity[bucket]) / RARITY_STEPS)
    }

    /// The pieces of the text that weighed most for a group, in order of place. At least one, if the text has any feature.
    pub fn explain(&self, input: &Input<'_>, group: usize) -> Vec<Piece> {
        let (found, spans) = features(&self.folds, input);
        let mut pieces: Vec<Piece> = found
            .iter()
            .filter_map(|f| {
                let (from, to) = f.place?;
                let (bucket, rarity) = self.bucket(f);
                let weight =
                    rarity * f32::from(self.weights[bucket][group]) * self.heads[group].scale / 127.0;
                let span = NormSpan { start: spans[from].start, end: spans[to - 1].end };
                (weight > 0.0 && span.start < span.end).then_some(Piece { span, weight })
            })
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

    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend(self.bits.to_le_bytes());
        let folds = self.folds.pairs();
        out.extend((folds.len() as u32).to_le_bytes());
        for (from, to) in folds {
            out.extend((from as u32).to_le_bytes());
            out.extend(to.map_or(u32::MAX, |c| c as u32).to_le_bytes());
        }
        for h in &self.heads {
            out.extend([h.scale, h.bias, h.slope, h.offset].into_iter().flat_map(f32::to_le_bytes));
        }
        out.extend(&self.rarity);
        out.extend(self.weights.iter().flatten().map(|w| *w as u8));
        out
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(bytes: &[u8]) -> Result<Model, String> {
        let mut rest = Rest(bytes.strip_prefix(MAGIC).ok_or("is no classifier of this version")?);
        let bits = rest.u32()?;
        if !(8..=20).contains(&bits) {
            return Err(format!("a bucket number of {bits} bits is not possible"));
        }
        let folds = (0..rest.u32()?.min(100_000)).map(|_| rest.fold()).collect::<Result<Vec<_>, String>>()?;
        let mut heads = [Head::default(); N];
        for h in &mut heads {
            *h = Head { scale: rest.f32()?, bias: rest.f32()?, slope: rest.f32()?, offset: rest.f32()? };
        }
        let buckets = 1usize << bits;
        if rest.0.len() != buckets * (1 + N) {
            return Err("is cut off or has bytes too many".to_owned());
        }
        let (rarity, weights) = rest.0.split_at(buckets);
        let weights = weights.chunks_exact(N).map(|w| std::array::from_fn(|g| w[g] as i8)).collect();
        Ok(Model { bits, folds: Folds::new(folds), heads, rarity: rarity.to_vec(), weights })
    }
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn u32(&mut self) -> Result<u32, String> {
        let (head, tail) = self.0.split_first_chunk::<4>().ok_or("is cut off")?;
        self.0 = tail;
        Ok(u32::from_le_bytes(*head))
    }

    fn f32(&mut self) -> Result<f32, String> {
        self.u32().map(f32::from_bits)
    }

    fn fold(&mut self) -> Result<(char, Option<char>), String> {
        let from = char::from_u32(self.u32()?).ok_or("holds a fold of no character")?;
        Ok((from, char::from_u32(self.u32()?)))
    }
}

/// What a feature adds to the squared length of a turn's vector. One that was never learnt counts as the rarest: talk of
/// things that the model does not know must not look sure on the strength of the few words that it does.
pub(super) fn share(rarity: u8) -> f32 {
    let rarity = if rarity == 0 { UNKNOWN } else { f32::from(rarity) / RARITY_STEPS };
    rarity * rarity
}

/// The bucket of a feature.
pub(super) fn bucket_of(hash: u64, bits: u32) -> usize {
    (hash >> (64 - bits)) as usize
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

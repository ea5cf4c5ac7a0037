//! The file of a model.
//!
//! Layout, little-endian: magic `cuicha-linear-7\n`, then a deflate stream (RFC 1951) of: u32 number of folds, each two u32 code
//! points (`u32::MAX`: left out); per head f32 scale of its weights, f32 bias, f32 slope and f32 offset of the calibration;
//! u8 per slot, then u8 per slot: the upper and the lower half of what its tag is above that of the slot before it in its bucket,
//! nothing for an empty slot, which stands behind the others; u8 per slot: rarity in steps of 1/8; i8 per slot: weight of the
//! last head in steps of scale / 63; five u8 per slot: those of the groups in steps of scale / 7, plus eight, the even groups in
//! the lower half of a byte. Most weights for a group are nothing and tags in order are near each other, so that the stream is
//! little more than half of what it becomes.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::{HEADS, Head, Model, N};
use crate::classify::buckets::{Buckets, Known};
use crate::classify::features::Folds;
use crate::classify::table::{SLOTS, WIDTH};

/// How hard packing tries, of ten; it is done once.
const EFFORT: u8 = 10;
const MAGIC: &[u8] = b"cuicha-linear-7\n";
/// More bytes than any model has, so that no small file of a stranger fills the memory.
const MOST_BYTES: usize = 16 << 20;

impl Model {
    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let folds = self.folds.pairs();
        out.extend((folds.len() as u32).to_le_bytes());
        for (from, to) in folds {
            out.extend((from as u32).to_le_bytes());
            out.extend(to.map_or(u32::MAX, |c| c as u32).to_le_bytes());
        }
        for h in &self.heads {
            out.extend([h.scale, h.bias, h.slope, h.offset].into_iter().flat_map(f32::to_le_bytes));
        }
        let tags: Vec<u16> = self.buckets.all_tags().collect();
        let above: Vec<u16> = tags.chunks_exact(WIDTH).flat_map(distances).collect();
        out.extend(above.iter().map(|d| d.to_le_bytes()[1]));
        out.extend(above.iter().map(|d| d.to_le_bytes()[0]));
        out.extend(self.buckets.all().map(Known::rarity));
        out.extend(self.buckets.all().map(|known| known.any() as u8));
        out.extend(self.buckets.all().flat_map(Known::groups));
        let mut file = MAGIC.to_vec();
        file.extend(compress_to_vec(&out, EFFORT));
        file
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(bytes: &[u8]) -> Result<Model, String> {
        let packed = bytes.strip_prefix(MAGIC).ok_or("is no classifier of this version")?;
        let bytes = decompress_to_vec_with_limit(packed, MOST_BYTES).map_err(|_| "is cut off or altered")?;
        let mut rest = Rest(&bytes);
        let folds = (0..rest.u32()?.min(100_000)).map(|_| rest.fold()).collect::<Result<Vec<_>, String>>()?;
        let mut heads = [Head::default(); HEADS];
        for h in &mut heads {
            *h = Head { scale: rest.f32()?, bias: rest.f32()?, slope: rest.f32()?, offset: rest.f32()? };
        }
        if rest.0.len() != SLOTS * (2 + 1 + 1 + N / 2) {
            return Err("is cut off or has bytes too many".to_owned());
        }
        let (upper, rest) = rest.0.split_at(SLOTS);
        let (lower, rest) = rest.split_at(SLOTS);
        let (rarity, rest) = rest.split_at(SLOTS);
        let (any, groups) = rest.split_at(SLOTS);
        let above: Vec<u16> = lower.iter().zip(upper).map(|(l, u)| u16::from_le_bytes([*l, *u])).collect();
        let tags: Vec<u16> = above.chunks_exact(WIDTH).flat_map(from_distances).collect();
        let any: Vec<i8> = any.iter().map(|w| *w as i8).collect();
        Ok(Model { folds: Folds::new(folds), heads, buckets: Buckets::new(&tags, rarity, &any, groups) })
    }
}

/// How far each tag of a bucket lies above the one before; nothing for an empty slot.
fn distances(bucket: &[u16]) -> impl Iterator<Item = u16> + '_ {
    bucket.iter().scan(0u16, |before, tag| {
        Some(if *tag == 0 { 0 } else { tag.wrapping_sub(std::mem::replace(before, *tag)) })
    })
}

/// The tags of a bucket; in a file that was altered they may begin anew at its end.
fn from_distances(bucket: &[u16]) -> impl Iterator<Item = u16> + '_ {
    bucket.iter().scan(0u16, |tag, above| {
        *tag = tag.wrapping_add(*above);
        Some(if *above == 0 { 0 } else { *tag })
    })
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

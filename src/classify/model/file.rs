//! The file of a model.
//!
//! Layout, little-endian: magic `cuicha-linear-6\n`, then a deflate stream (RFC 1951) of: u32 number of folds, each two u32 code
//! points (`u32::MAX`: left out); per head f32 scale of its weights, f32 bias, f32 slope and f32 offset of the calibration;
//! u16 per slot: tag; u8 per slot: rarity in steps of 1/8; i8 per slot: weight of the last head in steps of scale / 63;
//! five u8 per slot: those of the groups in steps of scale / 7, plus eight, the even groups in the lower half of a byte. Most
//! weights for a group are nothing, so that the stream is little more than half of what it becomes.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::{HEADS, Head, Model, N};
use crate::classify::buckets::{Buckets, Known};
use crate::classify::features::Folds;
use crate::classify::table::SLOTS;

/// How hard packing tries, of ten; it is done once.
const EFFORT: u8 = 10;
const MAGIC: &[u8] = b"cuicha-linear-6\n";
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
        out.extend(self.buckets.all_tags().flat_map(u16::to_le_bytes));
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
        let (tags, rest) = rest.0.split_at(SLOTS * 2);
        let (rarity, rest) = rest.split_at(SLOTS);
        let (any, groups) = rest.split_at(SLOTS);
        let tags: Vec<u16> = tags.chunks_exact(2).map(|t| u16::from_le_bytes([t[0], t[1]])).collect();
        let any: Vec<i8> = any.iter().map(|w| *w as i8).collect();
        Ok(Model { folds: Folds::new(folds), heads, buckets: Buckets::new(&tags, rarity, &any, groups) })
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

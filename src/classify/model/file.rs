//! The file of a model.
//!
//! Layout, little-endian: magic `cuicha-linear-9\n`, then a deflate stream (RFC 1951) of: u32 number of folds, each two u32 code
//! points (`u32::MAX`: left out); per head, and then for the first look, f32 scale of its weights, f32 bias, f32 slope and f32 offset of the
//! calibration; two bits per slot, the first in the lowest, then u8 per slot: the upper and the lower half of what its tag is above
//! that of the slot before it in its bucket, nothing for an empty slot, which stands behind the others; u8 per slot: rarity; i8 per
//! slot: weight of the last head in steps of scale / 24; five u8 per slot: those of the groups in steps of scale / 4, plus eight,
//! the even groups in the lower half of a byte; four bits per slot of the first look: weight in steps of
//! scale / 7, plus eight, the even slots in the lower half of a byte. Most weights for a group are nothing and tags in order are near each other, so that the stream is
//! a third of what it becomes. Bytes are coded by their frequencies alone: none has to do with those before it.

use std::borrow::Cow;

use miniz_oxide::deflate::core::{
    CompressionStrategy, CompressorOxide, TDEFLFlush, TDEFLStatus, compress_to_output,
    create_comp_flags_from_zip_params,
};

use super::{HEADS, Head, Model};
use crate::classify::buckets::{Buckets, Known};
use crate::classify::features::Folds;
use crate::classify::layout::{self, BUCKETS, MAGIC, SKIM_SLOTS, SLOTS, UPPER, WIDTH};
use crate::classify::skim::Skim;

/// Bits of the window, which a stream without a frame does not name.
const NO_FRAME: i32 = 0;

/// Bytes where numbers of 64 bits may stand.
#[repr(C, align(8))]
struct Aligned<B: ?Sized>(B);

/// What the build script makes of the built-in model: its tables and behind them its head; nothing if that is of another version.
static PREPARED: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/classifier.prepared")));
/// Bytes of the tables in it.
const PREPARED_TABLES: usize = (BUCKETS + SLOTS) * size_of::<u64>();

impl Model {
    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let tags: Vec<u16> = self.buckets.all_tags().collect();
        let above: Vec<u16> = tags.chunks_exact(WIDTH).flat_map(distances).collect();
        let upper = |d: &[u16]| d.iter().rev().fold(0, |all, d| all << 2 | d.to_le_bytes()[1]);
        let parts: [Vec<u8>; 7] = [
            self.head(),
            above.chunks_exact(UPPER).map(upper).collect(),
            above.iter().map(|d| d.to_le_bytes()[0]).collect(),
            self.buckets.all().map(Known::rarity).collect(),
            self.buckets.all().map(|known| known.any() as u8).collect(),
            self.buckets.all().flat_map(Known::groups).collect(),
            self.skim.weights.to_vec(),
        ];
        let mut file = MAGIC.to_vec();
        let flags = create_comp_flags_from_zip_params(1, NO_FRAME, CompressionStrategy::HuffmanOnly as i32);
        let mut compressor = CompressorOxide::new(flags);
        for (n, part) in parts.iter().enumerate() {
            // Each has frequencies of its own: no block goes on from one to the next.
            let flush = if n + 1 < parts.len() { TDEFLFlush::Sync } else { TDEFLFlush::Finish };
            let (status, read) = compress_to_output(&mut compressor, part, flush, |some| {
                file.extend_from_slice(some);
                true
            });
            assert!(matches!(status, TDEFLStatus::Okay | TDEFLStatus::Done) && read == part.len());
        }
        file
    }

    /// The folds and the heads.
    fn head(&self) -> Vec<u8> {
        let folds = self.folds.pairs();
        let mut out = (folds.len() as u32).to_le_bytes().to_vec();
        for (from, to) in folds {
            out.extend((from as u32).to_le_bytes());
            out.extend(to.map_or(u32::MAX, |c| c as u32).to_le_bytes());
        }
        for h in self.heads.iter().chain([&self.skim.head]) {
            out.extend([h.scale, h.bias, h.slope, h.offset].into_iter().flat_map(f32::to_le_bytes));
        }
        out
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(bytes: &[u8]) -> Result<Model, String> {
        let mut tables = layout::tables(bytes)?;
        let head = std::mem::take(&mut tables.head);
        let skimmed = std::mem::take(&mut tables.skimmed);
        Model::with(&head, skimmed.into(), Buckets::of(tables))
    }

    /// The model that is built into the program, without unpacking it; none where this cannot be done.
    pub fn built_in() -> Option<Model> {
        let (tables, rest) = PREPARED.0.split_at_checked(PREPARED_TABLES)?;
        let (skimmed, head) = rest.split_at_checked(SKIM_SLOTS / 2)?;
        if cfg!(target_endian = "big") {
            return None;
        }
        let (lower, slots) = bytemuck::try_cast_slice(tables).ok()?.split_at(BUCKETS);
        Model::with(head, skimmed.into(), Buckets::prepared(lower, slots)?).ok()
    }

    fn with(head: &[u8], skimmed: Cow<'static, [u8]>, buckets: Buckets) -> Result<Model, String> {
        let mut rest = Rest(head);
        let folds = (0..rest.u32()?.min(100_000)).map(|_| rest.fold()).collect::<Result<Vec<_>, String>>()?;
        let mut heads = [Head::default(); HEADS];
        for h in &mut heads {
            *h = rest.head()?;
        }
        let skim = Skim { weights: skimmed, head: rest.head()? };
        if !rest.0.is_empty() {
            return Err("has bytes too many".to_owned());
        }
        Ok(Model { folds: Folds::new(folds), skim, heads, buckets })
    }
}

/// How far each tag of a bucket lies above the one before; nothing for an empty slot.
fn distances(bucket: &[u16]) -> impl Iterator<Item = u16> + '_ {
    bucket.iter().scan(0u16, |before, tag| {
        Some(if *tag == 0 { 0 } else { tag.wrapping_sub(std::mem::replace(before, *tag)) })
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

    fn head(&mut self) -> Result<Head, String> {
        let head = Head { scale: self.f32()?, bias: self.f32()?, slope: self.f32()?, offset: self.f32()? };
        let all = [head.scale, head.bias, head.slope, head.offset];
        if all.iter().all(|number| number.is_finite()) {
            Ok(head)
        } else {
            Err("is cut off or altered".to_owned())
        }
    }

    fn fold(&mut self) -> Result<(char, Option<char>), String> {
        let from = char::from_u32(self.u32()?).ok_or("holds a fold of no character")?;
        Ok((from, char::from_u32(self.u32()?)))
    }
}

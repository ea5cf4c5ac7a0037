//! The features that a model is to know, in buckets of eight: a feature lies in the bucket that its key names or nowhere, so
//! that finding it, or that it is unknown, takes one look.

use super::features::Key;
use super::layout::{BUCKETS, SLOTS, WIDTH};

/// Bits of a key that tell a feature from the others in its bucket: of features that are not known one in 128 is taken for another,
/// about two in a turn, which costs less than a third of the features that more bits would leave room for.
const TAG_BITS: u32 = 10;

/// Which features are known and where their weights stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Table {
    /// What [`tag`] makes of the key per slot; 0: the slot is empty.
    tags: Vec<u16>,
}

impl Table {
    /// An empty table.
    pub(super) fn new() -> Table {
        Table { tags: vec![0; SLOTS] }
    }

    /// The tags of all slots.
    pub(super) fn tags(&self) -> &[u16] {
        &self.tags
    }

    /// Puts the features of each bucket in the order of their tags, empty slots behind them: that packs better. What slot a
    /// feature has is not settled before.
    pub(super) fn sort(&mut self) {
        for bucket in self.tags.chunks_exact_mut(WIDTH) {
            bucket.sort_unstable_by_key(|tag| tag.wrapping_sub(1));
        }
    }

    /// The slot of a feature; none when it is not known.
    pub(super) fn slot(&self, key: Key) -> Option<usize> {
        let first = bucket(key) * WIDTH;
        let tags = self.tags[first..].first_chunk::<WIDTH>()?;
        // All eight at once, without a branch for each: most features are unknown and would be compared eight times.
        let tag = tag(key);
        let same = (0..WIDTH).fold(0u32, |same, i| same | u32::from(tags[i] == tag) << i);
        (same != 0).then(|| first + same.trailing_zeros() as usize)
    }

    /// Gives a feature that is not yet known a slot; none when its bucket is full.
    pub(super) fn insert(&mut self, key: Key) -> Option<usize> {
        let first = bucket(key) * WIDTH;
        let free = first + self.tags[first..first + WIDTH].iter().position(|t| *t == 0)?;
        self.tags[free] = tag(key);
        Some(free)
    }
}

/// The bucket that a key names.
#[inline]
pub(super) fn bucket(key: Key) -> usize {
    // All bits of the key choose the bucket, the lower ones then tell it from the others there.
    let mixed = u64::from(key.wrapping_mul(0x9e37_79b1));
    ((mixed * BUCKETS as u64) >> 32) as usize
}

/// What of a key is kept in its bucket; never 0.
#[inline]
pub(super) fn tag(key: Key) -> u16 {
    let tag = key as u16 & ((1 << TAG_BITS) - 1);
    tag | u16::from(tag == 0)
}

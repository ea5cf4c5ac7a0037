//! What the model knows of its features, as it is asked for: a bucket of eight features is one line of the processor's
//! cache, with all that most turns need.

use super::features::Key;
use super::table::{WIDTH, first};

/// The rarity of what is not known, in steps: eight units.
pub(super) const UNKNOWN: u8 = 64;
const ONES: u64 = 0x0001_0001_0001_0001;

/// Eight slots.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[repr(align(32))]
pub(super) struct Bucket {
    /// The lower bits of the keys, four in a number, the first in the lowest bits; 0: the slot is empty.
    tags: [u64; 2],
    rarity: [u8; WIDTH],
    any: [i8; WIDTH],
}

impl Bucket {
    fn tags(&self) -> impl Iterator<Item = u16> + use<> {
        let tags = self.tags;
        (0..WIDTH).map(move |lane| (tags[lane / 4] >> (lane % 4 * 16)) as u16)
    }
}

/// The bit of a tag in the filter of its bucket.
#[inline]
fn bit(tag: u16) -> u64 {
    1 << (tag >> 10)
}

/// A feature as it weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Known {
    /// Its slot; what stands here for an unknown one is no slot.
    pub slot: u32,
    /// Whether the model knows it.
    pub known: bool,
    /// Its rarity in steps; [`UNKNOWN`] for an unknown one.
    pub rarity: u8,
    /// Its weight for any group; none for an unknown one.
    pub any: i8,
}

/// All slots.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Buckets {
    all: Vec<Bucket>,
    /// Per bucket a bit for the highest six bits of each tag in it: a quarter of their size, it stays in the cache nearest to the
    /// processor, and most unknown features are told by it.
    filter: Vec<u64>,
}

impl Buckets {
    /// From what stands in each slot; three lists of one length.
    pub(super) fn new(tags: &[u16], rarity: &[u8], any: &[i8]) -> Buckets {
        let slots = tags.chunks_exact(WIDTH).zip(rarity.chunks_exact(WIDTH)).zip(any.chunks_exact(WIDTH));
        let bucket = |((tags, rarity), any): ((&[u16], &[u8]), &[i8])| Bucket {
            tags: std::array::from_fn(|half| {
                (0..4).fold(0, |lanes, i| lanes | u64::from(tags[4 * half + i]) << (16 * i))
            }),
            rarity: std::array::from_fn(|lane| rarity[lane]),
            any: std::array::from_fn(|lane| any[lane]),
        };
        let buckets: Vec<Bucket> = slots.map(bucket).collect();
        let filter = buckets.iter().map(|b| b.tags().filter(|t| *t != 0).fold(0, |bits, t| bits | bit(t)));
        Buckets { filter: filter.collect(), all: buckets }
    }

    /// Whether a feature may be known; of those that are not one in nine seems to be.
    #[inline]
    pub(super) fn may_know(&self, key: Key) -> bool {
        self.filter[first(key) / WIDTH] & bit(key as u16) != 0
    }

    /// Fetches the bucket of a feature: what comes of it is worth nothing.
    #[inline]
    pub(super) fn touch(&self, key: Key) -> u64 {
        self.all[first(key) / WIDTH].tags[0]
    }

    /// What is known of a feature. Without a branch, as nobody can foretell whether it is known: so the processor waits for many
    /// buckets at once, which a branch would have it do one by one.
    #[inline]
    pub(super) fn look_up(&self, key: Key) -> Known {
        let first = first(key);
        let bucket = &self.all[first / WIDTH];
        let wanted = (u64::from(key) & 0xffff) * ONES;
        let lanes =
            u128::from(empty(bucket.tags[1] ^ wanted)) << 64 | u128::from(empty(bucket.tags[0] ^ wanted));
        // Eight where there is none.
        let place = lanes.trailing_zeros() / 16;
        let lane = (place % WIDTH as u32) as usize;
        let unknown = (place >> 3) as u8;
        // All bits for a known one.
        let mask = unknown.wrapping_sub(1);
        Known {
            slot: (first + lane) as u32,
            known: unknown == 0,
            rarity: bucket.rarity[lane] & mask | UNKNOWN & !mask,
            any: bucket.any[lane] & mask as i8,
        }
    }

    /// The tags of all slots.
    pub(super) fn tags(&self) -> impl Iterator<Item = u16> {
        self.all.iter().flat_map(Bucket::tags)
    }

    /// The rarities of all slots.
    pub(super) fn rarities(&self) -> impl Iterator<Item = u8> {
        self.all.iter().flat_map(|b| b.rarity)
    }

    /// The weights for any group of all slots.
    pub(super) fn any(&self) -> impl Iterator<Item = i8> {
        self.all.iter().flat_map(|b| b.any)
    }
}

/// The highest bit of each sixteen that are all zero; above the lowest such perhaps of others too, so that the lowest alone
/// counts.
#[inline]
fn empty(lanes: u64) -> u64 {
    lanes.wrapping_sub(ONES) & !lanes & (ONES << 15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::table::{SLOTS, Table};

    #[test]
    fn a_feature_is_found_where_the_table_put_it() {
        let (mut table, mut state, mut keys) = (Table::new(), 1u32, Vec::new());
        for _ in 0..300_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            keys.push(state | u32::from(state as u16 == 0));
        }
        let (inserted, others) = keys.split_at(150_000);
        for key in inserted {
            if table.slot(*key).is_none() {
                table.insert(*key);
            }
        }
        let of = |slot: usize| ((slot % 251) as u8, (slot % 255) as u8 as i8);
        let slots = || 0..SLOTS;
        let (rarity, any): (Vec<u8>, Vec<i8>) = slots().map(of).unzip();
        let buckets = Buckets::new(table.tags(), &rarity, &any);
        assert!(buckets.tags().eq(table.tags().iter().copied()));
        assert!(buckets.rarities().zip(buckets.any()).eq(slots().map(of)));
        let mut known = 0;
        for key in inserted.iter().chain(others) {
            let found = buckets.look_up(*key);
            assert!(buckets.may_know(*key) || !found.known);
            match table.slot(*key) {
                Some(slot) => {
                    let (rarity, any) = of(slot);
                    assert_eq!(found, Known { slot: slot as u32, known: true, rarity, any });
                    known += 1;
                }
                None => assert_eq!((found.known, found.rarity, found.any), (false, UNKNOWN, 0)),
            }
        }
        assert!((130_000..keys.len()).contains(&known), "{known}");
    }
}

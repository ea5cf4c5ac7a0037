//! What the model knows of its features, as it is asked for: a bucket of eight features is one line of the processor's
//! cache, with all that most turns need.

use super::features::Key;
use super::table::{WIDTH, first};

/// The rarity of what is not known, in steps: eight units.
pub(super) const UNKNOWN: u8 = 128;
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
pub(super) struct Buckets(Vec<Bucket>);

impl Buckets {
    /// From what stands in each slot.
    pub(super) fn new(
        tags: impl Iterator<Item = u16>,
        rarity: impl Iterator<Item = u8>,
        any: impl Iterator<Item = i8>,
    ) -> Buckets {
        let mut slots = tags.zip(rarity).zip(any).peekable();
        let mut buckets = Vec::with_capacity(super::table::SLOTS / WIDTH);
        while slots.peek().is_some() {
            let mut bucket = Bucket::default();
            for (lane, ((tag, rarity), any)) in slots.by_ref().take(WIDTH).enumerate() {
                bucket.tags[lane / 4] |= u64::from(tag) << (lane % 4 * 16);
                bucket.rarity[lane] = rarity;
                bucket.any[lane] = any;
            }
            buckets.push(bucket);
        }
        Buckets(buckets)
    }

    /// What is known of a feature. Without a branch: whether it is known nobody can foretell.
    #[inline]
    pub(super) fn look_up(&self, key: Key) -> Known {
        let first = first(key);
        let bucket = &self.0[first / WIDTH];
        let wanted = (u64::from(key) & 0xffff) * ONES;
        let (lower, upper) = (empty(bucket.tags[0] ^ wanted), empty(bucket.tags[1] ^ wanted));
        let (lanes, base) = if lower == 0 { (upper, 4) } else { (lower, 0) };
        let known = lanes != 0;
        let lane = (base + lanes.trailing_zeros() as usize / 16) % WIDTH;
        Known {
            slot: (first + lane) as u32,
            known,
            rarity: if known { bucket.rarity[lane] } else { UNKNOWN },
            any: if known { bucket.any[lane] } else { 0 },
        }
    }

    /// The tags of all slots.
    pub(super) fn tags(&self) -> impl Iterator<Item = u16> {
        self.0.iter().flat_map(|b| b.tags).flat_map(|four| (0..4).map(move |i| (four >> (16 * i)) as u16))
    }

    /// The rarities of all slots.
    pub(super) fn rarities(&self) -> impl Iterator<Item = u8> {
        self.0.iter().flat_map(|b| b.rarity)
    }

    /// The weights for any group of all slots.
    pub(super) fn any(&self) -> impl Iterator<Item = i8> {
        self.0.iter().flat_map(|b| b.any)
    }
}

/// The highest bit of each sixteen that are all zero; above the lowest such perhaps of others too, so that the lowest alone
/// counts.
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
        let buckets = Buckets::new(
            table.tags().iter().copied(),
            slots().map(|slot| of(slot).0),
            slots().map(|slot| of(slot).1),
        );
        assert!(buckets.tags().eq(table.tags().iter().copied()));
        assert!(buckets.rarities().zip(buckets.any()).eq(slots().map(of)));
        let mut known = 0;
        for key in inserted.iter().chain(others) {
            let found = buckets.look_up(*key);
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

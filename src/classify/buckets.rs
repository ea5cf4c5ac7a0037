//! What the model knows of its features, as it is asked for: a byte for each feature of a bucket tells nearly always which of
//! them it is, if any, and all that is known of one lies in one number.

use std::borrow::Cow;

use super::features::Key;
use super::layout::{self, BUCKETS, Packed, Tables, WIDTH};
use super::model::N;
use super::table::{bucket, tag};

/// The rarity of what is not known.
pub(super) const UNKNOWN: u8 = 8;
const ONES: u64 = 0x0101_0101_0101_0101;

/// All that is known of a feature, see [`layout::known`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Known(u64);

impl Known {
    pub(super) fn new(tag: u16, rarity: u8, any: i8, groups: Packed) -> Known {
        Known(layout::known(tag, rarity, any as u8, groups))
    }

    /// Its rarity.
    #[inline]
    pub(super) fn rarity(self) -> u8 {
        (self.0 >> 48) as u8
    }

    /// Its weight for any group.
    #[inline]
    pub(super) fn any(self) -> i8 {
        (self.0 >> 56) as i8
    }

    /// The bits of the weights for the groups; what stands above them is something else.
    #[inline]
    pub(super) fn bits(self) -> u64 {
        self.0
    }

    /// The weights for the groups.
    pub(super) fn groups(self) -> Packed {
        let [a, b, c, d, e, ..] = self.0.to_le_bytes();
        [a, b, c, d, e]
    }

    #[inline]
    fn upper(self) -> u8 {
        (self.0 >> 40) as u8
    }

    /// Whether the upper half of the tag is that of a key.
    #[inline]
    fn is(self, key: Key) -> bool {
        self.upper() == tag(key).to_le_bytes()[1]
    }
}

/// What the known features of a turn come to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// How many there are.
    pub(super) count: usize,
    /// The sum of rarity times weight for any group, and in the lower half that of the squares of the rarities: added up at once.
    both: i64,
}

impl Sums {
    #[inline]
    fn add(&mut self, feature: Known, counts: bool) {
        let rarity = i64::from(feature.rarity());
        let both = rarity * ((i64::from(feature.any()) << 32) + rarity);
        self.both += if counts { both } else { 0 };
        self.count += usize::from(counts);
    }

    /// The sum of rarity times weight for any group.
    pub(super) fn any(self) -> i32 {
        (self.both >> 32) as i32
    }

    /// The sum of the squares of the rarities.
    pub(super) fn squares(self) -> u64 {
        u64::from(self.both as u32)
    }
}

/// A feature that seems to be known.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Likely {
    key: Key,
    slot: u32,
}

/// The lower halves of the tags of all buckets.
pub(super) type Lower = [u64; BUCKETS];

/// Of a table without a feature.
static EMPTY: Lower = [0; BUCKETS];

/// All slots. The tables of the built-in model lie in the program and are not copied.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Buckets {
    /// Per bucket the lower halves of its tags, the first in the lowest bits. An eighth of all, so that it stays in a near cache:
    /// of the features that are not known it lets one in thirty pass.
    lower: Cow<'static, [u64]>,
    /// What is known of the feature in each slot; of an empty one the tag is 0, which no feature has.
    slots: Cow<'static, [u64]>,
}

impl Buckets {
    /// From what stands in each slot; lists of one length, the last one with five bytes for each.
    pub(super) fn new(tags: &[u16], rarity: &[u8], any: &[i8], groups: &[u8]) -> Buckets {
        let packed = groups.chunks_exact(N / 2).map(|bytes| std::array::from_fn(|i| bytes[i]));
        let slots = tags.iter().zip(rarity).zip(any).zip(packed);
        let known = slots.map(|(((tag, rarity), any), groups)| Known::new(*tag, *rarity, *any, groups).0);
        Buckets { lower: layout::lower_halves(tags).into(), slots: known.collect() }
    }

    /// Those of a file.
    pub(super) fn of(tables: Tables) -> Buckets {
        Buckets { lower: tables.lower.into(), slots: tables.slots.into() }
    }

    /// Those that lie in the program; none where they do not fill all buckets.
    pub(super) fn prepared(lower: &'static [u64], slots: &'static [u64]) -> Option<Buckets> {
        let whole = lower.len() == BUCKETS && slots.len() == BUCKETS * WIDTH;
        whole.then_some(Buckets { lower: lower.into(), slots: slots.into() })
    }

    /// The lower halves of all tags: asked for once and not for each feature.
    pub(super) fn lower(&self) -> &Lower {
        self.lower.first_chunk().unwrap_or(&EMPTY)
    }

    /// Where a feature stands if it is known, and whether it may be. Nothing but the bytes of its bucket is asked, and without a
    /// branch, as nobody can foretell whether a feature is known.
    #[inline]
    pub(super) fn likely(lower: &Lower, key: Key) -> (Likely, bool) {
        let bucket = bucket(key);
        let wanted = u64::from(tag(key) as u8) * ONES;
        let same = empty(lower[bucket] ^ wanted);
        // The highest bit makes no difference but that there is one.
        let lane = (same | 1 << 63).trailing_zeros() / 8;
        (Likely { key, slot: bucket as u32 * WIDTH as u32 + lane }, same != 0)
    }

    /// Puts what is known of the features that seem to be known into `known`, and tells what it comes to. What seems so and is
    /// not takes the place of those that were looked at, so that nothing has to be foretold here either.
    pub(super) fn known(&self, likely: &mut [Likely], known: &mut [Known]) -> Sums {
        let mut sums = Sums::default();
        let slots = &*self.slots;
        // Fetched here, many at once: each is as far away as the memory.
        std::hint::black_box(likely.iter().fold(0, |all, feature| all ^ slots[feature.slot as usize]));
        let mut others = 0;
        for at in 0..likely.len() {
            let feature = likely[at];
            let found = Known(slots[feature.slot as usize]);
            let is_it = found.is(feature.key);
            known[sums.count] = found;
            sums.add(found, is_it);
            likely[others] = feature;
            others += usize::from(!is_it);
        }
        for found in likely[..others].iter().filter_map(|feature| self.other(feature.key)) {
            known[sums.count] = found;
            sums.add(found, true);
        }
        sums
    }

    /// The same where the first tag with such a lower half is another one.
    fn other(&self, key: Key) -> Option<Known> {
        let first = bucket(key) * WIDTH;
        let wanted = tag(key);
        let lane = self.tags(first / WIDTH).position(|tag| tag == wanted)?;
        Some(Known(self.slots[first + lane]))
    }

    /// What is known of a feature.
    #[cfg(test)]
    pub(super) fn look_up(&self, key: Key) -> Option<Known> {
        let (feature, may_be) = Buckets::likely(self.lower(), key);
        if may_be { self.seeming(feature) } else { None }
    }

    /// What is known of a feature that seems to be known.
    pub(super) fn seeming(&self, feature: Likely) -> Option<Known> {
        let found = Known(self.slots[feature.slot as usize]);
        if found.is(feature.key) { Some(found) } else { self.other(feature.key) }
    }

    /// The tags of a bucket.
    fn tags(&self, bucket: usize) -> impl Iterator<Item = u16> {
        let lower = self.lower[bucket].to_le_bytes();
        let slots = &self.slots[bucket * WIDTH..];
        lower.into_iter().zip(slots).map(|(lower, known)| u16::from_le_bytes([lower, Known(*known).upper()]))
    }

    /// The tags of all slots.
    pub(super) fn all_tags(&self) -> impl Iterator<Item = u16> {
        (0..self.lower.len()).flat_map(|bucket| self.tags(bucket))
    }

    /// What stands in all slots.
    pub(super) fn all(&self) -> impl Iterator<Item = Known> {
        self.slots.iter().map(|known| Known(*known))
    }
}

/// The highest bit of each byte that is zero; above the lowest such perhaps of others too, so that the lowest alone counts.
#[inline]
fn empty(bytes: u64) -> u64 {
    bytes.wrapping_sub(ONES) & !bytes & (ONES << 7)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::layout::SLOTS;
    use crate::classify::table::Table;

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
        let bytes = |slot: usize| std::array::from_fn(|i| (slot * 7 + i * 31) as u8);
        let (rarity, any): (Vec<u8>, Vec<i8>) = (0..SLOTS).map(of).unzip();
        let groups: Vec<u8> = (0..SLOTS).flat_map(bytes).collect();
        let buckets = Buckets::new(table.tags(), &rarity, &any, &groups);
        assert!(buckets.all_tags().eq(table.tags().iter().copied()));
        assert!(buckets.all().map(|known| (known.rarity(), known.any())).eq((0..SLOTS).map(of)));
        assert!(buckets.all().map(Known::groups).eq((0..SLOTS).map(bytes)));
        let mut known = 0;
        for key in inserted.iter().chain(others) {
            let slot = table.slot(*key);
            let expected = slot.map(|slot| Known::new(tag(*key), of(slot).0, of(slot).1, bytes(slot)));
            assert_eq!(buckets.look_up(*key), expected);
            known += usize::from(slot.is_some());
        }
        assert!((130_000..keys.len()).contains(&known), "{known}");
    }
}

//! How the file of a model becomes the tables that are asked. Nothing else of the crate is used here: the build script takes this
//! file too, so that the tables of the built-in model lie in the program as they are asked for, and a scan does not begin with
//! unpacking them.

use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Features in a bucket.
pub const WIDTH: usize = 8;
/// Buckets: as many as keep the file of a model, compressed, below two megabytes.
pub const BUCKETS: usize = 75_400;
/// Slots for features.
pub const SLOTS: usize = WIDTH * BUCKETS;
/// Slots for what the first look asks for: characters and pairs of neighbours.
pub const SKIM_SLOTS: usize = 1 << 18;
/// What a file begins with.
pub const MAGIC: &[u8] = b"cuicha-linear-9\n";
/// Upper halves of tags in a byte of the file: a tag has ten bits.
pub const UPPER: usize = 4;
/// Bytes of a slot in the unpacked file, beside its share of a byte of upper halves.
const SLOT_BYTES: usize = 8;
/// More bytes than any model has, so that no small file of a stranger fills the memory.
const MOST_BYTES: usize = 16 << 20;

/// The weights of a feature for the groups, two in a byte.
pub type Packed = [u8; 5];

/// What a file holds.
pub struct Tables {
    /// The folds and the heads, as they stand in the file.
    pub head: Vec<u8>,
    /// Per bucket the lower halves of its tags.
    pub lower: Vec<u64>,
    /// All that is known of the feature in each slot.
    pub slots: Vec<u64>,
    /// The weights that the first look asks for, two in a byte.
    pub skimmed: Vec<u8>,
}

/// Unpacks a file.
///
/// # Errors
/// When it is none of this version, or cut off.
pub fn tables(file: &[u8]) -> Result<Tables, String> {
    let packed = file.strip_prefix(MAGIC).ok_or("is no classifier of this version")?;
    let bytes = decompress_to_vec_with_limit(packed, MOST_BYTES).map_err(|_| "is cut off or altered")?;
    let all = SLOTS / UPPER + SLOTS * SLOT_BYTES + SKIM_SLOTS / 2;
    let (head, rest) = bytes.split_at(bytes.len().checked_sub(all).ok_or("is cut off")?);
    let (upper, rest) = rest.split_at(SLOTS / UPPER);
    let upper = upper.iter().flat_map(|four| std::array::from_fn::<u8, UPPER, _>(|n| four >> (2 * n) & 3));
    let (lower, rest) = rest.split_at(SLOTS);
    let (rarity, rest) = rest.split_at(SLOTS);
    let (any, rest) = rest.split_at(SLOTS);
    let (groups, skimmed) = rest.split_at(rest.len() - SKIM_SLOTS / 2);
    let above: Vec<u16> = lower.iter().zip(upper).map(|(l, u)| u16::from_le_bytes([*l, u])).collect();
    let tags: Vec<u16> = above.chunks_exact(WIDTH).flat_map(from_distances).collect();
    let groups = groups.as_chunks().0;
    let features = tags.iter().zip(rarity).zip(any).zip(groups);
    Ok(Tables {
        head: head.to_vec(),
        lower: lower_halves(&tags),
        slots: features.map(|(((tag, rarity), any), groups)| known(*tag, *rarity, *any, *groups)).collect(),
        skimmed: skimmed.to_vec(),
    })
}

/// All that is known of a feature. From the lowest bit on: five bytes of weights for the groups, the upper half of the tag, the
/// rarity, the weight for any group.
pub fn known(tag: u16, rarity: u8, any: u8, groups: Packed) -> u64 {
    let [a, b, c, d, e] = groups;
    u64::from_le_bytes([a, b, c, d, e, tag.to_le_bytes()[1], rarity, any])
}

/// Per bucket the lower halves of its tags, the first in the lowest bits.
pub fn lower_halves(tags: &[u16]) -> Vec<u64> {
    let of = |tags: &[u16]| tags.iter().rev().fold(0, |all, tag| all << 8 | u64::from(*tag as u8));
    tags.chunks_exact(WIDTH).map(of).collect()
}

/// The tags of a bucket; in a file that was altered they may have more bits than tags have.
fn from_distances(bucket: &[u16]) -> impl Iterator<Item = u16> + '_ {
    bucket.iter().scan(0u16, |tag, above| {
        *tag = tag.wrapping_add(*above);
        Some(if *above == 0 { 0 } else { *tag })
    })
}

//! Ordinary speech that no collector said: what keeps a classifier that learnt from collectors alone from alarming at talk of
//! other things. Kept as the keys of its features, from which no text can be read back.
//!
//! File, little-endian: magic `cuicha-background-2\n`; u32 number of turns; per turn u16 features that are too rare to be
//! named, u16 number of keys, the keys as u32.

use rustc_hash::FxHashMap;

use super::features::{Folds, Input, Key, features};

const MAGIC: &[u8] = b"cuicha-background-2\n";
/// Features in fewer of all the turns than this are not named.
const FEWEST: u32 = 6;

/// Turns of ordinary speech.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Background {
    /// The turns.
    pub turns: Vec<Turn>,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its features, sorted; one that stands twice in it comes twice.
    pub keys: Vec<Key>,
    /// How many features were too rare to be named.
    pub unseen: u16,
}

impl Background {
    /// The turns at the places `chosen` of `all`; which features are rare is a matter of all of them.
    pub fn of(folds: &Folds, all: &[Input<'_>], chosen: &[usize]) -> Background {
        let mut having: FxHashMap<Key, u32> = FxHashMap::default();
        for input in all {
            let mut keys = keys(folds, input);
            keys.dedup();
            keys.into_iter().for_each(|key| *having.entry(key).or_default() += 1);
        }
        let turn = |i: &usize| {
            let (named, rare): (Vec<Key>, Vec<Key>) =
                keys(folds, &all[*i]).into_iter().partition(|key| having[key] >= FEWEST);
            Turn { keys: named, unseen: rare.len().min(usize::from(u16::MAX)) as u16 }
        };
        Background { turns: chosen.iter().map(turn).collect() }
    }

    /// The file.
    pub fn write(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend((self.turns.len() as u32).to_le_bytes());
        for turn in &self.turns {
            out.extend(turn.unseen.to_le_bytes());
            out.extend((turn.keys.len() as u16).to_le_bytes());
            out.extend(turn.keys.iter().flat_map(|key| key.to_le_bytes()));
        }
        out
    }

    /// Reads a file that [`write`](Self::write) made.
    ///
    /// # Errors
    /// When it is none.
    pub fn read(bytes: &[u8]) -> Result<Background, String> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or("is no background of this version")?;
        let mut take = |n: usize| {
            let (head, tail) = rest.split_at_checked(n).ok_or("is cut off")?;
            rest = tail;
            Ok::<&[u8], String>(head)
        };
        let turns = u32_of(take(4)?);
        let mut background = Background::default();
        for _ in 0..turns {
            let unseen = u16_of(take(2)?);
            let keys = usize::from(u16_of(take(2)?));
            let keys = take(4 * keys)?.chunks_exact(4).map(u32_of).collect();
            background.turns.push(Turn { keys, unseen });
        }
        if rest.is_empty() { Ok(background) } else { Err("has bytes too many".to_owned()) }
    }
}

/// The keys of a turn's features, sorted.
fn keys(folds: &Folds, input: &Input<'_>) -> Vec<Key> {
    let mut keys = Vec::new();
    features(folds, input, |f| keys.push(f.key));
    keys.sort_unstable();
    // More do not fit the file; a turn that long is cut before.
    keys.truncate(usize::from(u16::MAX));
    keys
}

fn u16_of(bytes: &[u8]) -> u16 {
    u16::from_le_bytes([bytes[0], bytes[1]])
}

fn u32_of(bytes: &[u8]) -> u32 {
    u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])
}

//! Pieces of wording that tell who speaks, and what a voice was told to be by them.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::transcript::Speaker;

/// Characters of the longest piece.
const LONGEST: usize = 3;
/// What stands before the first character of a turn.
pub const START: char = '^';
/// Bits of a character in a key.
const BITS: u32 = 21;

/// A piece of up to three characters, one number.
pub type Piece = u64;

/// How much each piece speaks for the collector; what speaks for the other side is negative.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RolePieces(rustc_hash::FxHashMap<Piece, f32>);

impl RolePieces {
    /// From pieces as they are written.
    pub fn new(rows: impl Iterator<Item = (Piece, f32)>) -> RolePieces {
        RolePieces(rows.collect())
    }

    /// How much a piece speaks for the collector; nothing when it is not listed.
    pub fn weight(&self, piece: Piece) -> Option<f32> {
        self.0.get(&piece).copied()
    }
}

/// Whose part a voice has in a call, as far as its words tell.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct InferredRole {
    /// What the input calls it; nothing where turns without labels take turns.
    pub voice: Option<String>,
    /// The part; `unknown` when the words do not tell enough.
    pub role: Speaker,
    /// How sure, 0 to 1; of the likelier part where it is unknown.
    pub confidence: f64,
    /// How many turns it has.
    pub turns: u64,
}

/// The different pieces of a text, in order of their keys: its letters, digits and Han characters, in runs of up to three.
pub fn pieces(text: &str) -> Vec<Piece> {
    let said = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase);
    let mut found = Vec::with_capacity(text.len());
    let mut run = [0u32; LONGEST];
    let mut length = 0;
    for c in std::iter::once(START).chain(said) {
        run.rotate_left(1);
        run[LONGEST - 1] = u32::from(c);
        length = LONGEST.min(length + 1);
        let mut key = 0;
        for back in 0..length {
            key |= u64::from(run[LONGEST - 1 - back]) << (BITS * back as u32);
            found.push(key);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// A piece as it is written; nothing when it is empty or too long.
pub fn read(text: &str) -> Option<Piece> {
    let count = text.chars().count();
    (1..=LONGEST)
        .contains(&count)
        .then(|| text.chars().fold(0, |key, c| key << BITS | u64::from(u32::from(c))))
}

/// How a piece is written.
pub fn written(piece: Piece) -> String {
    let one =
        |at: u32| char::from_u32((piece >> (BITS * at)) as u32 & ((1 << BITS) - 1)).filter(|c| *c != '\0');
    (0..LONGEST as u32).rev().filter_map(one).collect()
}

/// The pieces of some texts that weigh most for the collector (`sign` 1) or the other side (-1), with the sum of their weights.
pub fn heaviest<'t>(
    table: &RolePieces,
    texts: impl Iterator<Item = &'t str>,
    sign: f32,
    most: usize,
) -> Vec<(String, f64)> {
    let mut sums: BTreeMap<Piece, f32> = BTreeMap::new();
    for piece in texts.flat_map(pieces).filter(|piece| *piece != u64::from(u32::from(START))) {
        if let Some(weight) = table.weight(piece).filter(|w| w * sign > 0.0) {
            *sums.entry(piece).or_default() += weight * sign;
        }
    }
    let mut order: Vec<(Piece, f32)> = sums.into_iter().collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.truncate(most);
    order.into_iter().map(|(piece, sum)| (written(piece), f64::from(sum))).collect()
}

#[cfg(test)]
mod tests {
    use super::{pieces, read, written};

    #[test]
    fn a_piece_is_read_as_it_is_written() {
        let found: Vec<String> = pieces("\u{4f60}\u{597d}\u{ff0c}A").into_iter().map(written).collect();
        let mut want = ["^", "\u{4f60}", "\u{597d}", "a", "^\u{4f60}", "\u{4f60}\u{597d}", "\u{597d}a"]
            .map(str::to_owned)
            .to_vec();
        want.extend(["^\u{4f60}\u{597d}", "\u{4f60}\u{597d}a"].map(str::to_owned));
        want.sort_by_key(|text| read(text));
        assert_eq!(found, want);
        assert_eq!((read(""), read("four")), (None, None));
        assert_eq!(pieces(""), [u64::from('^')]);
    }
}

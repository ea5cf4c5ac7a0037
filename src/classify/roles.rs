//! Learns which pieces of wording tell the collector from the other side.

use rustc_hash::FxHashMap;

use super::solver::{Row, Solver};
use crate::model::roles::{self, Piece, START};

/// Pieces that are kept.
const MOST: usize = 4_000;
/// A piece in fewer turns than this tells nothing.
const FEWEST: u32 = 4;
/// How the weights are found.
const SOLVER: Solver = Solver { cost: 0.05, positive: 1.0, passes: 60, seed: 20_261_125 };

/// Pieces with hundredths of their weight, positive for the collector, in order of their keys. `turns` are normalised texts and
/// whether the collector says them; there should be about as many of either side.
pub fn learn(turns: &[(String, bool)]) -> Vec<(Piece, i16)> {
    let found: Vec<Vec<Piece>> = turns.iter().map(|(text, _)| roles::pieces(text)).collect();
    let labels: Vec<bool> = turns.iter().map(|(_, collector)| *collector).collect();
    let chosen = choose(&found, &labels);
    let index: FxHashMap<Piece, u32> = chosen.iter().copied().zip(0..).collect();
    let row =
        |pieces: &Vec<Piece>| -> Row { pieces.iter().filter_map(|p| Some((*index.get(p)?, 1.0))).collect() };
    let rows: Vec<Row> = found.iter().map(row).collect();
    // The piece that begins every turn takes the bias.
    let (weights, bias) = SOLVER.solve(&rows, (&labels, &|_| 1.0), chosen.len());
    let start = u64::from(u32::from(START));
    let one = |(piece, weight): (Piece, f32)| {
        let weight = if piece == start { weight + bias } else { weight };
        (piece, (weight * 100.0).round() as i16)
    };
    chosen.into_iter().zip(weights).map(one).filter(|(_, hundredths)| *hundredths != 0).collect()
}

/// The pieces by which the sides differ most, and the one that begins every turn; in order of their keys.
fn choose(found: &[Vec<Piece>], labels: &[bool]) -> Vec<Piece> {
    let mut counts: FxHashMap<Piece, [u32; 2]> = FxHashMap::default();
    for (pieces, collector) in found.iter().zip(labels) {
        for piece in pieces {
            counts.entry(*piece).or_default()[usize::from(*collector)] += 1;
        }
    }
    let all = [false, true].map(|side| labels.iter().filter(|l| **l == side).count() as f64 + 2.0);
    let start = u64::from(u32::from(START));
    let mut scored: Vec<(f64, Piece)> = counts
        .into_iter()
        .filter(|(piece, [a, b])| a + b >= FEWEST && *piece != start)
        .map(|(piece, [a, b])| {
            let (a, b) = ((f64::from(a) + 1.0) / all[0], (f64::from(b) + 1.0) / all[1]);
            ((a - b) * (a - b) / (a + b), piece)
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut chosen: Vec<Piece> =
        scored.into_iter().take(MOST).map(|(_, piece)| piece).chain([start]).collect();
    chosen.sort_unstable();
    chosen
}

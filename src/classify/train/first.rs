//! Trains what the first look asks for, see [`Skim`]: one linear machine over characters and pairs of neighbours.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use super::{ANY, Data, Example, Settings, belongs, platt, scale};
use crate::classify::background::Turn;
use crate::classify::features::{Folds, Key, OF_CHAR, Room, SKIM_LONGEST};
use crate::classify::layout::SKIM_SLOTS;
use crate::classify::model::Head;
use crate::classify::skim::{SKIM_STEPS, Skim, slot};
use crate::classify::solver::{Row, Solver};

/// Cost of an example on the wrong side: lower than that of the whole model, as its few features tell less. Chosen on the
/// voices to calibrate on.
const COST: f32 = 0.3;

/// Trains and calibrates.
pub(super) fn skim(settings: &Settings, folds: &Folds, data: &Data<'_>) -> Skim {
    let mut room = Room::default();
    let mut known: FxHashSet<Key> = FxHashSet::default();
    let labelled: Vec<Row> = data
        .labelled
        .iter()
        .map(|example| {
            let keys = keys(&mut room, folds, example);
            known.extend(&keys);
            row(&keys, keys.len())
        })
        .collect();
    // Of ordinary speech no more is kept than keys: those that are characters and pairs are told by where else they stand.
    let ordinary = |turn: &Turn| {
        let keys: Vec<Key> = turn.keys.iter().copied().filter(|key| known.contains(key)).collect();
        row(&keys, (turn.keys.len() + usize::from(turn.unseen)) * SKIM_LONGEST / OF_CHAR)
    };
    let rows: Vec<Row> = labelled.into_iter().chain(data.background.turns.iter().map(ordinary)).collect();
    let labels = data.labelled.iter().map(|example| belongs(example, ANY));
    let labels: Vec<bool> = labels.chain(data.background.turns.iter().map(|_| false)).collect();
    let in_call = |row: usize| data.labelled.get(row).is_some_and(|example| example.in_call);
    let times = |row: usize| if in_call(row) { settings.in_call } else { 1.0 };
    let solver =
        Solver { cost: COST, positive: settings.positive, passes: settings.passes, seed: settings.seed };
    let (weights, bias) = solver.solve(&rows, (&labels, &times), SKIM_SLOTS);
    let head = Head { scale: scale(&weights), bias, slope: 1.0, offset: 0.0 };
    let step = |w: &f32| (w / head.scale * SKIM_STEPS).round().clamp(-SKIM_STEPS, SKIM_STEPS) as i8;
    let weights: Vec<i8> = weights.iter().map(step).collect();
    calibrated(
        Skim::new(&weights, head),
        folds,
        if data.calibrate.is_empty() { &data.labelled } else { &data.calibrate },
    )
}

/// The characters and pairs of a turn.
fn keys(room: &mut Room, folds: &Folds, example: &Example<'_>) -> Vec<Key> {
    room.read(folds, &example.input);
    let mut keys = Vec::new();
    room.short_runs(0, room.count(), |key| keys.push(key));
    keys
}

/// A turn as [`Skim::look`] will see it, with so many characters and pairs in all.
fn row(keys: &[Key], all: usize) -> Row {
    let mut counted: BTreeMap<u32, f32> = BTreeMap::new();
    for key in keys {
        *counted.entry(slot(*key) as u32).or_default() += 1.0;
    }
    let norm = (all.max(1) as f32).sqrt();
    counted.into_iter().map(|(slot, n)| (slot, n / norm)).collect()
}

/// With slope and offset by the long turns: others nobody looks at.
fn calibrated(mut skim: Skim, folds: &Folds, examples: &[Example<'_>]) -> Skim {
    let mut room = Room::default();
    let mut sides: Vec<(f64, bool)> = Vec::new();
    for example in examples {
        room.read(folds, &example.input);
        if room.is_long() {
            sides.push((f64::from(skim.look(&room).whole), belongs(example, ANY)));
        }
    }
    if sides.iter().any(|(_, of)| *of) && sides.iter().any(|(_, of)| !*of) {
        let (slope, offset) = platt(&sides);
        (skim.head.slope, skim.head.offset) = (slope as f32, offset as f32);
    }
    skim
}

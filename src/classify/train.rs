//! Trains a [`Model`] from labelled turns: one linear machine per head, calibrated on voices that were not trained on.
//! One thread, a fixed order, no library function that differs between machines: the same data give the same file.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::background::{Background, Turn};
use super::buckets::Buckets;
use super::features::{Folds, Input, Key, features};
use super::layout::SLOTS;
use super::model::{ANY, ANY_STEPS, GROUP_STEPS, HEADS, Head, Model, N, length, logistic, pack};
use super::skim::Skim;
use super::solver::{Row, Solver};
use super::table::Table;

mod first;

/// A labelled turn.
pub struct Example<'a> {
    /// What it is scored by.
    pub input: Input<'a>,
    /// Which groups it belongs to.
    pub labels: [bool; N],
    /// Whether it is a turn of a whole call, as most turns that are judged are.
    pub in_call: bool,
}

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Most passes over the data.
    pub passes: usize,
    /// Cost of an example on the wrong side: the higher, the closer the model follows the data.
    pub cost: f32,
    /// How much more an example of a group costs than one that is not.
    pub positive: f32,
    /// How much more an example that is a turn of a whole call costs than an utterance by itself.
    pub in_call: f32,
    /// Features in fewer examples than this are left out.
    pub fewest: u32,
    /// Seed of the order.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { passes: 60, cost: 2.0, positive: 1.0, in_call: 2.4, fewest: 2, seed: 20_261_123 }
    }
}

/// A turn as the trainer sees it.
struct Sample {
    /// How often it has which feature.
    features: BTreeMap<Key, u32>,
    /// Features that are too rare to be named.
    unseen: u32,
    labels: [bool; HEADS],
    in_call: bool,
}

impl Sample {
    fn labelled(folds: &Folds, example: &Example<'_>) -> Sample {
        let mut counted = BTreeMap::new();
        features(folds, &example.input, |f| *counted.entry(f.key).or_default() += 1);
        let labels = std::array::from_fn(|h| belongs(example, h));
        Sample { features: counted, unseen: 0, labels, in_call: example.in_call }
    }

    fn ordinary(turn: &Turn) -> Sample {
        let mut counted = BTreeMap::new();
        for key in &turn.keys {
            *counted.entry(*key).or_default() += 1;
        }
        Sample { features: counted, unseen: u32::from(turn.unseen), labels: [false; HEADS], in_call: false }
    }
}

/// What there is to learn from.
#[derive(Default)]
pub struct Data<'a> {
    /// Labelled turns.
    pub labelled: Vec<Example<'a>>,
    /// Labelled turns of other voices, to calibrate on; when there are none, those above are taken.
    pub calibrate: Vec<Example<'a>>,
    /// Ordinary speech, in which nothing is a violation.
    pub background: Background,
}

/// Trains and calibrates.
pub fn train(settings: &Settings, folds: &Folds, data: &Data<'_>) -> Model {
    let labelled = data.labelled.iter().map(|e| Sample::labelled(folds, e));
    let samples: Vec<Sample> = labelled.chain(data.background.turns.iter().map(Sample::ordinary)).collect();
    let rarities = rarities(&samples, settings.fewest);
    // Twice: first over all features, then over those that weighed enough to be kept.
    let all: FxHashMap<Key, usize> = rarities.iter().enumerate().map(|(i, (key, _))| (*key, i)).collect();
    let rarity: Vec<u8> = rarities.iter().map(|(_, r)| *r).collect();
    let rows = rows(&samples, &rarity, |key| all.get(&key).copied());
    let first = heads(settings, &rows, &samples, rarity.len());
    drop(rows);
    let (table, rarity) = keep(&rarities, &first);
    let rows = self::rows(&samples, &rarity, |key| table.slot(key));
    let second = heads(settings, &rows, &samples, rarity.len());
    let mut model = quantise(folds, &table, &rarity, &second);
    drop(rows);
    model.skim = first::skim(settings, folds, data);
    calibrate(&mut model, if data.calibrate.is_empty() { &data.labelled } else { &data.calibrate });
    model
}

fn belongs(example: &Example<'_>, head: usize) -> bool {
    if head == ANY { example.labels.contains(&true) } else { example.labels[head] }
}

/// Every feature that is frequent enough with its rarity, 1 + ln(n / number of samples that have it), to whole ones: finer ones tell no better and take room.
fn rarities(samples: &[Sample], fewest: u32) -> Vec<(Key, u8)> {
    let mut having: FxHashMap<Key, u32> = FxHashMap::default();
    for key in samples.iter().flat_map(|s| s.features.keys()) {
        *having.entry(*key).or_default() += 1;
    }
    let mut rarities: Vec<(Key, u8)> = having
        .into_iter()
        .filter(|(_, n)| *n >= fewest)
        .map(|(key, n)| {
            let rarity = 1.0 + ln(samples.len() as f64 / f64::from(n));
            (key, rarity.round() as u8)
        })
        .collect();
    rarities.sort_unstable();
    rarities
}

/// The natural logarithm by halving and a series: the same bits on every machine.
fn ln(x: f64) -> f64 {
    let (mut x, mut halvings) = (x, 0.0);
    while x > 1.5 {
        x /= 2.0;
        halvings += 1.0;
    }
    let z = (x - 1.0) / (x + 1.0);
    let (mut term, mut sum) = (z, 0.0);
    for k in 0..20 {
        sum += term / f64::from(2 * k + 1);
        term *= z * z;
    }
    2.0 * sum + halvings * std::f64::consts::LN_2
}

/// The samples as vectors, as [`Model::score`] will see them.
fn rows(samples: &[Sample], rarity: &[u8], place: impl Fn(Key) -> Option<usize>) -> Vec<Row> {
    samples
        .iter()
        .map(|sample| {
            let known: Vec<(usize, u32)> =
                sample.features.iter().filter_map(|(key, n)| Some((place(*key)?, *n))).collect();
            let all = sample.features.values().sum::<u32>() + sample.unseen;
            let seen = known.iter().map(|(_, n)| n).sum::<u32>();
            let repeated = known.iter().flat_map(|(f, n)| (0..*n).map(|_| rarity[*f]));
            let norm = length(repeated, (all - seen) as usize).sqrt().max(1e-6);
            let value = |(f, n): (usize, u32)| (f as u32, n as f32 * f32::from(rarity[f]) / norm);
            known.into_iter().map(value).collect()
        })
        .collect()
}

/// Weights and bias of every head.
fn heads(settings: &Settings, rows: &[Row], samples: &[Sample], features: usize) -> Vec<(Vec<f32>, f32)> {
    let solver = Solver {
        cost: settings.cost,
        positive: settings.positive,
        passes: settings.passes,
        seed: settings.seed,
    };
    (0..HEADS)
        .map(|h| {
            let labels: Vec<bool> = samples.iter().map(|s| s.labels[h]).collect();
            let times = |row: usize| if samples[row].in_call { settings.in_call } else { 1.0 };
            solver.solve(rows, (&labels, &times), features)
        })
        .collect()
}

/// The features that weigh most over all heads, as many as there is room for, and their rarities by slot.
fn keep(rarities: &[(Key, u8)], heads: &[(Vec<f32>, f32)]) -> (Table, Vec<u8>) {
    let weight = |i: usize| {
        let squares: f32 = heads.iter().map(|(w, _)| w[i] * w[i]).sum();
        squares.sqrt() * f32::from(rarities[i].1)
    };
    let mut order: Vec<(f32, usize)> = (0..rarities.len()).map(|i| (weight(i), i)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut table = Table::new();
    let kept = |table: &mut Table, key| table.slot(key).is_none() && table.insert(key).is_some();
    order.retain(|(_, i)| kept(&mut table, rarities[*i].0));
    table.sort();
    let mut by_slot = vec![0u8; SLOTS];
    for (key, rarity) in order.into_iter().map(|(_, i)| rarities[i]) {
        if let Some(slot) = table.slot(key) {
            by_slot[slot] = rarity;
        }
    }
    (table, by_slot)
}

fn quantise(folds: &Folds, table: &Table, rarity: &[u8], solved: &[(Vec<f32>, f32)]) -> Model {
    let heads: [Head; HEADS] = std::array::from_fn(|h| Head {
        scale: scale(&solved[h].0),
        bias: solved[h].1,
        slope: 1.0,
        offset: 0.0,
    });
    let step = |h: usize, slot: usize, steps: f32| {
        (solved[h].0[slot] / heads[h].scale * steps).round().clamp(-steps, steps) as i8
    };
    let any: Vec<i8> = (0..rarity.len()).map(|slot| step(ANY, slot, ANY_STEPS)).collect();
    let groups = (0..rarity.len()).flat_map(|slot| pack(std::array::from_fn(|g| step(g, slot, GROUP_STEPS))));
    let groups: Vec<u8> = groups.collect();
    let buckets = Buckets::new(table.tags(), rarity, &any, &groups);
    Model { folds: folds.clone(), skim: Skim::default(), buckets, heads }
}

/// The weight that one feature in a thousand surpasses: those are cut down to it. A feature that few examples have must not
/// decide alone.
fn scale(weights: &[f32]) -> f32 {
    let mut sizes: Vec<f32> = weights.iter().map(|w| w.abs()).filter(|w| *w > 0.0).collect();
    sizes.sort_by(f32::total_cmp);
    let at = sizes.len() * 999 / 1000;
    sizes.get(at).copied().unwrap_or(1e-6)
}

/// Platt scaling per head: slope and offset by Newton's method on the log loss.
fn calibrate(model: &mut Model, examples: &[Example<'_>]) {
    let scored: Vec<[f32; HEADS]> = examples
        .iter()
        .map(|e| model.raw(&e.input, f32::NEG_INFINITY).unwrap_or([f32::MIN; HEADS]))
        .collect();
    for h in 0..HEADS {
        let sides: Vec<(f64, bool)> =
            scored.iter().zip(examples).map(|(s, e)| (f64::from(s[h]), belongs(e, h))).collect();
        if sides.iter().any(|(_, of)| *of) && sides.iter().any(|(_, of)| !*of) {
            let (slope, offset) = platt(&sides);
            model.heads[h].slope = slope as f32;
            model.heads[h].offset = offset as f32;
        }
    }
}

/// The slope and offset under which the scores tell the sides with the least log loss. The targets are drawn in a little
/// (Platt 1999), so that sides that are told apart without an error do not make the slope endless.
fn platt(sides: &[(f64, bool)]) -> (f64, f64) {
    let of = sides.iter().filter(|(_, of)| *of).count() as f64;
    let (high, low) = ((of + 1.0) / (of + 2.0), 1.0 / (sides.len() as f64 - of + 2.0));
    let (mut slope, mut offset) = (1.0f64, 0.0f64);
    for _ in 0..100 {
        let (mut g, mut h) = ([0.0f64; 2], [1e-9f64, 0.0, 1e-9]);
        for (score, of) in sides {
            let p = f64::from(logistic((slope * score + offset) as f32));
            let (error, spread) = (p - if *of { high } else { low }, (p * (1.0 - p)).max(1e-9));
            g[0] += error * score;
            g[1] += error;
            h[0] += spread * score * score;
            h[1] += spread * score;
            h[2] += spread;
        }
        let determinant = h[0] * h[2] - h[1] * h[1];
        if determinant.abs() < 1e-12 {
            break;
        }
        let steps = [(h[2] * g[0] - h[1] * g[1]) / determinant, (h[0] * g[1] - h[1] * g[0]) / determinant];
        slope = (slope - steps[0].clamp(-2.0, 2.0)).clamp(0.2, 30.0);
        offset -= steps[1].clamp(-2.0, 2.0);
        if steps[0].abs() + steps[1].abs() < 1e-7 {
            break;
        }
    }
    (slope, offset)
}

//! Trains a [`Model`] from labelled turns: logistic regression per group, calibrated on voices that were not trained on.
//! One thread, a fixed order, no library function that differs between machines: the same data give the same file.

use super::features::{Folds, Input, features};
use super::model::{Head, Model, N, RARITY_STEPS, bucket_of, logistic, share};

/// A labelled turn.
pub struct Example<'a> {
    /// What it is scored by.
    pub input: Input<'a>,
    /// Which groups it belongs to.
    pub labels: [bool; N],
}

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Bits of the bucket number.
    pub bits: u32,
    /// Passes over the data.
    pub epochs: usize,
    /// First step length.
    pub rate: f32,
    /// Pull of weights towards zero.
    pub decay: f32,
    /// How much more an example of a group counts than one that is not.
    pub positive: f32,
    /// Features in fewer examples than this are left out.
    pub fewest: u32,
    /// Seed of the order.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { bits: 17, epochs: 30, rate: 0.5, decay: 2e-6, positive: 1.5, fewest: 2, seed: 20_261_123 }
    }
}

/// One example as buckets with values of a vector of length one.
struct Row {
    values: Vec<(u32, f32)>,
    labels: [bool; N],
}

/// Trains on `train`, calibrates on `dev` (on `train` when there is none).
pub fn train(settings: &Settings, folds: &Folds, train: &[Example<'_>], dev: &[Example<'_>]) -> Model {
    let rarity = rarity(settings, folds, train);
    let rows: Vec<Row> = train.iter().map(|e| row(settings, folds, &rarity, e)).collect();
    let (weights, biases) = fit(settings, &rows);
    let mut model = quantise(settings, folds, rarity, &weights, &biases);
    calibrate(&mut model, if dev.is_empty() { train } else { dev });
    model
}

fn buckets<'a>(
    settings: &'a Settings,
    folds: &Folds,
    e: &Example<'_>,
) -> impl Iterator<Item = usize> + use<'a> {
    let (found, _) = features(folds, &e.input);
    let mut buckets: Vec<usize> = found.iter().map(|f| bucket_of(f.hash, settings.bits)).collect();
    buckets.sort_unstable();
    buckets.dedup();
    buckets.into_iter()
}

/// 1 + ln(n / count), in steps; 0 for what is too rare to be learnt.
fn rarity(settings: &Settings, folds: &Folds, examples: &[Example<'_>]) -> Vec<u8> {
    let mut counts = vec![0u32; 1 << settings.bits];
    for e in examples {
        for b in buckets(settings, folds, e) {
            counts[b] += 1;
        }
    }
    let n = examples.len() as u32;
    counts
        .into_iter()
        .map(|count| match count {
            c if c < settings.fewest => 0,
            c => ((1.0 + ln(f64::from(n) / f64::from(c)) as f32) * RARITY_STEPS) as u8,
        })
        .collect()
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

fn row(settings: &Settings, folds: &Folds, rarity: &[u8], e: &Example<'_>) -> Row {
    let all: Vec<usize> = buckets(settings, folds, e).collect();
    let norm = all.iter().map(|b| share(rarity[*b])).sum::<f32>().sqrt().max(1e-6);
    let known = all.into_iter().filter(|b| rarity[*b] > 0);
    let mut values: Vec<(u32, f32)> =
        known.map(|b| (b as u32, f32::from(rarity[b]) / RARITY_STEPS)).collect();
    for (_, v) in &mut values {
        *v /= norm;
    }
    Row { values, labels: e.labels }
}

/// Stochastic gradient descent with a step length per weight (AdaGrad).
fn fit(settings: &Settings, rows: &[Row]) -> (Vec<[f32; N]>, [f32; N]) {
    let mut weights = vec![[0.0f32; N]; 1 << settings.bits];
    let mut history = vec![[1e-2f32; N]; 1 << settings.bits];
    let (mut biases, mut bias_history) = ([-3.0f32; N], [1.0f32; N]);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut state = settings.seed | 1;
    for _ in 0..settings.epochs {
        shuffle(&mut order, &mut state);
        for &i in &order {
            let row = &rows[i];
            let mut sums = biases;
            for &(b, v) in &row.values {
                for (sum, w) in sums.iter_mut().zip(&weights[b as usize]) {
                    *sum += w * v;
                }
            }
            let errors: [f32; N] = std::array::from_fn(|g| {
                let (target, weight) = if row.labels[g] { (1.0, settings.positive) } else { (0.0, 1.0) };
                (logistic(sums[g]) - target) * weight
            });
            for g in 0..N {
                bias_history[g] += errors[g] * errors[g];
                biases[g] -= 0.1 * errors[g] / bias_history[g].sqrt();
            }
            for &(b, v) in &row.values {
                let (w, h) = (&mut weights[b as usize], &mut history[b as usize]);
                for g in 0..N {
                    let gradient = errors[g] * v + settings.decay * w[g];
                    h[g] += gradient * gradient;
                    w[g] -= settings.rate * gradient / h[g].sqrt();
                }
            }
        }
    }
    (weights, biases)
}

/// Fisher–Yates with a xorshift generator.
fn shuffle(order: &mut [usize], state: &mut u64) {
    for i in (1..order.len()).rev() {
        *state ^= *state << 13;
        *state ^= *state >> 7;
        *state ^= *state << 17;
        order.swap(i, (*state % (i as u64 + 1)) as usize);
    }
}

fn quantise(
    settings: &Settings,
    folds: &Folds,
    rarity: Vec<u8>,
    weights: &[[f32; N]],
    biases: &[f32; N],
) -> Model {
    let heads: [Head; N] = std::array::from_fn(|g| {
        let scale = weights.iter().map(|w| w[g].abs()).fold(1e-6, f32::max);
        Head { scale, bias: biases[g], slope: 1.0, offset: 0.0 }
    });
    let small = weights
        .iter()
        .map(|w| std::array::from_fn(|g| (w[g] / heads[g].scale * 127.0).round().clamp(-127.0, 127.0) as i8))
        .collect();
    Model { bits: settings.bits, folds: folds.clone(), heads, rarity, weights: small }
}

/// Platt scaling per group: slope and offset by gradient descent on the log loss.
fn calibrate(model: &mut Model, examples: &[Example<'_>]) {
    let scored: Vec<([f32; N], [bool; N])> =
        examples.iter().map(|e| (model.logits(&features(&model.folds, &e.input).0), e.labels)).collect();
    for g in 0..N {
        if !scored.iter().any(|(_, labels)| labels[g]) {
            continue;
        }
        let (mut slope, mut offset) = (1.0f32, 0.0f32);
        for _ in 0..2000 {
            let (mut ds, mut d0) = (0.0f32, 0.0f32);
            for (logits, labels) in &scored {
                let error = logistic(slope * logits[g] + offset) - f32::from(u8::from(labels[g]));
                ds += error * logits[g];
                d0 += error;
            }
            let n = scored.len() as f32;
            slope = (slope - 2.0 * ds / n).clamp(0.2, 5.0);
            offset -= 2.0 * d0 / n;
        }
        model.heads[g].slope = slope;
        model.heads[g].offset = offset;
    }
}

//! Counts of right, wrong and missed, and what follows from them.

use schemars::JsonSchema;
use serde::Serialize;

/// Two-sided 95 % of the normal distribution.
const Z: f64 = 1.959_964;

/// Counts of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Tally {
    /// Labelled and found.
    pub right: u64,
    /// Found and not labelled.
    pub wrong: u64,
    /// Labelled and not found.
    pub missed: u64,
}

/// A share with its 95 % interval (Wilson 1927), which holds for small counts too.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Interval {
    /// The share itself, 0 to 1.
    pub share: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Interval {
    /// `part` of `whole`; of nothing it is nothing between nothing and all.
    pub fn of(part: u64, whole: u64) -> Interval {
        if whole == 0 {
            return Interval { share: 0.0, low: 0.0, high: 1.0 };
        }
        let (n, p) = (whole as f64, part as f64 / whole as f64);
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let reach = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        Interval { share: p, low: (middle - reach).max(0.0), high: (middle + reach).min(1.0) }
    }
}

impl Tally {
    /// Counts one comparison.
    pub fn add(&mut self, labelled: bool, found: bool) {
        self.right += u64::from(labelled && found);
        self.wrong += u64::from(!labelled && found);
        self.missed += u64::from(labelled && !found);
    }

    /// The sum of several.
    pub fn sum<'a>(all: impl IntoIterator<Item = &'a Tally>) -> Tally {
        all.into_iter().fold(Tally::default(), |a, b| Tally {
            right: a.right + b.right,
            wrong: a.wrong + b.wrong,
            missed: a.missed + b.missed,
        })
    }

    /// How much of what was found is right.
    pub fn precision(&self) -> Interval {
        Interval::of(self.right, self.right + self.wrong)
    }

    /// How much of what is labelled was found.
    pub fn recall(&self) -> Interval {
        Interval::of(self.right, self.right + self.missed)
    }

    /// Harmonic mean of both.
    pub fn f1(&self) -> f64 {
        let all = 2 * self.right + self.wrong + self.missed;
        if all == 0 { 0.0 } else { 2.0 * self.right as f64 / all as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_tables() {
        let i = Interval::of(9, 10);
        assert!((i.low - 0.5958).abs() < 5e-4 && (i.high - 0.9821).abs() < 5e-4, "{i:?}");
        assert_eq!(Interval::of(0, 0).high, 1.0);
        assert!(Interval::of(10, 10).low > 0.69);
    }

    #[test]
    fn measures_follow_from_the_counts() {
        let t = Tally { right: 8, wrong: 2, missed: 4 };
        assert!((t.precision().share - 0.8).abs() < 1e-9);
        assert!((t.recall().share - 2.0 / 3.0).abs() < 1e-9);
        assert!((t.f1() - 16.0 / 22.0).abs() < 1e-9);
    }
}

//! How often something happens, and how sure that is.

use crate::model::scan::Rate;

/// Quantile of the normal distribution for 95 %.
const Z: f64 = 1.959_963_984_540_054;

/// `violating` of `calls`, of a hundred, with the interval of Wilson. Without calls nothing is known.
pub fn rate(violating: u64, calls: u64) -> Rate {
    if calls == 0 {
        return Rate { violating_calls: 0, per_100: 0.0, low: 0.0, high: 100.0 };
    }
    let (n, p) = (calls as f64, violating as f64 / calls as f64);
    let z2 = Z * Z;
    let middle = p + z2 / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z2 / n;
    let of_100 = |x: f64| (x.clamp(0.0, 1.0) * 10_000.0).round() / 100.0;
    Rate {
        violating_calls: violating,
        per_100: of_100(p),
        low: of_100((middle - half) / whole),
        high: of_100((middle + half) / whole),
    }
}

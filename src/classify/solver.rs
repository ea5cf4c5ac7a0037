//! A linear support vector machine with squared hinge loss, solved in the dual one example at a time (Hsieh et al., "A dual
//! coordinate descent method for large-scale linear SVM", 2008). Fixed order from a seed, additions and multiplications
//! alone: the same bits on every machine.

/// One example: indices of features and their values, a vector of about length one.
pub(super) type Row = Vec<(u32, f32)>;

/// How to solve.
#[derive(Debug, Clone, Copy)]
pub(super) struct Solver {
    /// Cost of an example on the wrong side.
    pub cost: f32,
    /// How much more an example that belongs to the group costs.
    pub positive: f32,
    /// Most passes over the examples.
    pub passes: usize,
    /// Seed of the order.
    pub seed: u64,
}

/// Largest correction in a pass at which the solution counts as found.
const SETTLED: f32 = 1e-3;

impl Solver {
    /// Weights of `features` features and the bias that tell the rows with a true label from the others. `times`: how much more each
    /// row costs than it would.
    pub(super) fn solve(
        &self,
        rows: &[Row],
        (labels, times): (&[bool], &dyn Fn(usize) -> f32),
        features: usize,
    ) -> (Vec<f32>, f32) {
        let mut weights = vec![0.0f32; features];
        let mut bias = 0.0f32;
        let mut alpha = vec![0.0f32; rows.len()];
        // The bias is the weight of a feature that every row has with the value one.
        let squares: Vec<f32> =
            rows.iter().map(|r| 1.0 + r.iter().map(|(_, v)| v * v).sum::<f32>()).collect();
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let mut state = self.seed | 1;
        for _ in 0..self.passes {
            shuffle(&mut order, &mut state);
            let mut largest = 0.0f32;
            for &i in &order {
                let (sign, cost) =
                    if labels[i] { (1.0, self.cost * self.positive) } else { (-1.0, self.cost) };
                let slack = 0.5 / (cost * times(i));
                let score = bias + rows[i].iter().map(|(f, v)| weights[*f as usize] * v).sum::<f32>();
                let gradient = sign * score - 1.0 + slack * alpha[i];
                let wanted = (alpha[i] - gradient / (squares[i] + slack)).max(0.0);
                let change = wanted - alpha[i];
                if change == 0.0 {
                    continue;
                }
                largest = largest.max(change.abs());
                alpha[i] = wanted;
                bias += change * sign;
                for (f, v) in &rows[i] {
                    weights[*f as usize] += change * sign * v;
                }
            }
            if largest < SETTLED {
                break;
            }
        }
        (weights, bias)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_can_be_told() {
        let rows: Vec<Row> = (0..200u32).map(|i| vec![(i % 2, 0.8), (2 + i % 7, 0.6)]).collect();
        let labels: Vec<bool> = (0..200).map(|i| i % 2 == 1).collect();
        let solver = Solver { cost: 1.0, positive: 1.0, passes: 200, seed: 7 };
        let (weights, bias) = solver.solve(&rows, (&labels, &|_| 1.0), 9);
        for (row, label) in rows.iter().zip(&labels) {
            let score = bias + row.iter().map(|(f, v)| weights[*f as usize] * v).sum::<f32>();
            assert_eq!(score > 0.0, *label);
        }
        assert_eq!(solver.solve(&rows, (&labels, &|_| 1.0), 9), (weights, bias), "the same bits twice");
    }

    #[test]
    fn what_costs_more_is_told_sooner() {
        // Three rows with one feature, two of them on one side; only the odd one's cost decides.
        let rows: Vec<Row> = vec![vec![(0, 1.0)]; 3];
        let labels = [true, false, false];
        let solver = Solver { cost: 1.0, positive: 1.0, passes: 200, seed: 7 };
        let score = |times: f32| {
            let (weights, bias) =
                solver.solve(&rows, (&labels, &|row| if row == 0 { times } else { 1.0 }), 1);
            bias + weights[0]
        };
        assert!(score(1.0) < 0.0 && score(4.0) > 0.0, "{} {}", score(1.0), score(4.0));
    }
}

//! The gravest things of many, in the order in which they came: memory stays bounded whatever the input holds.

use std::cmp::Reverse;

use crate::model::finding::Verdict;
use crate::model::rules::Severity;

/// How grave something is.
pub(super) type Rank = (Verdict, Severity);

/// At most twice `most` things at a time.
pub(super) struct Gravest<T> {
    most: usize,
    kept: Vec<(Rank, usize, T)>,
    seen: usize,
}

impl<T> Gravest<T> {
    pub(super) fn new(most: usize) -> Gravest<T> {
        Gravest { most, kept: Vec::new(), seen: 0 }
    }

    pub(super) fn keep(&mut self, rank: Rank, thing: impl FnOnce() -> T) {
        self.kept.push((rank, self.seen, thing()));
        self.seen += 1;
        if self.kept.len() >= 2 * self.most {
            self.thin();
        }
    }

    /// Drops the least grave beyond the limit.
    fn thin(&mut self) {
        self.kept.sort_by_key(|(rank, order, _)| (Reverse(*rank), *order));
        self.kept.truncate(self.most);
    }

    /// What was kept, the gravest first, and how many others there were.
    pub(super) fn take(&mut self) -> (Vec<T>, usize) {
        self.thin();
        let left_out = self.seen - self.kept.len();
        (std::mem::take(&mut self.kept).into_iter().map(|(_, _, thing)| thing).collect(), left_out)
    }
}

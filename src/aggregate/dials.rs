//! Calls dealt out over parts of the work, and put in order within them.

use std::hash::Hasher;

use rustc_hash::FxHasher;

use super::attempt::{Attempt, EARLIER, INBOUND};
use super::calls::CallBook;
use super::hours::LocalClock;
use super::symbols::Symbol;
use crate::model::profile::KeyPart;

/// Most parts.
const MOST_PARTS: usize = 1_024;
/// Slices of the work that are done one after another.
pub(super) const SLICES: usize = 3;
/// Calls of a part, about.
const CALLS_PER_PART: usize = 32_768;

/// A call in its place in time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dial {
    pub ix: u32,
    /// Number of the local day; of no meaning without a start.
    pub day: i32,
    /// Second of that day.
    pub second: u32,
    pub attempt: Attempt,
}

impl Dial {
    pub fn start(&self) -> Option<i64> {
        self.attempt.start()
    }
}

/// Calls by number, dealt out so that those with the same value of `by` stand in the same part.
#[derive(Debug)]
pub(super) struct Partition {
    pub by: KeyPart,
    members: Vec<u32>,
    ends: Vec<usize>,
}

impl Partition {
    /// One of [`SLICES`] of all parts: the numbers of all calls at once would take room.
    pub fn new(book: &CallBook, by: KeyPart, slice: usize) -> Partition {
        let parts = book.len().div_ceil(CALLS_PER_PART).div_ceil(SLICES).clamp(1, MOST_PARTS);
        // Calls without the value belong to nobody: they are dealt out evenly.
        let part_of = |ix: u32, a: &Attempt| {
            let symbol = a.part(by);
            let mut hash = FxHasher::default();
            hash.write_u32(if symbol.is_some() { symbol.0 } else { ix / 1_024 });
            let part = (hash.finish() >> 20) as usize % (parts * SLICES);
            (part % SLICES == slice).then_some(part / SLICES)
        };
        let mut sizes = vec![0usize; parts];
        for (ix, a) in book.attempts() {
            if let Some(part) = part_of(ix, a) {
                sizes[part] += 1;
            }
        }
        let mut next: Vec<usize> = Vec::with_capacity(parts);
        let mut sum = 0;
        for size in &sizes {
            next.push(sum);
            sum += size;
        }
        let mut members = vec![0u32; sum];
        for (ix, a) in book.attempts() {
            if let Some(part) = part_of(ix, a) {
                members[next[part]] = ix;
                next[part] += 1;
            }
        }
        Partition { by, members, ends: next }
    }

    pub fn parts(&self) -> usize {
        self.ends.len()
    }

    pub fn size(&self, part: usize) -> usize {
        self.members(part).len()
    }

    fn members(&self, part: usize) -> &[u32] {
        let begin = if part == 0 { 0 } else { self.ends[part - 1] };
        &self.members[begin..self.ends[part]]
    }

    /// Hands over the calls of a part, all with the same value together and in the order of their starts; those without a start
    /// come last. Calls to the agency are left out and counted.
    pub fn each_group(
        &self,
        book: &CallBook,
        clock: &mut LocalClock<'_>,
        part: usize,
        take: &mut dyn FnMut(Symbol, &[Dial], u32),
    ) {
        let key = |ix: u32| {
            let attempt = book.attempt(ix);
            let start = attempt.start().map_or(u64::from(u32::MAX), |s| s as u64);
            (u64::from(attempt.part(self.by).0) << 32 | start, ix)
        };
        let mut order: Vec<(u64, u32)> = self.members(part).iter().map(|ix| key(*ix)).collect();
        order.sort_unstable();
        let mut dials: Vec<Dial> = Vec::new();
        for group in order.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
            dials.clear();
            let mut inbound = 0;
            for (_, ix) in group {
                let attempt = *book.attempt(*ix);
                if attempt.is(INBOUND) {
                    inbound += u32::from(!attempt.is(EARLIER));
                    continue;
                }
                let (day, second) = attempt.start().map_or((0, 0), |s| clock.day_and_second(s));
                dials.push(Dial { ix: *ix, day: day as i32, second: second as u32, attempt });
            }
            take(Symbol((group[0].0 >> 32) as u32), &dials, inbound);
        }
    }
}

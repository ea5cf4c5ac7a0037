//! Calls dealt out over parts of the work, and put in order within them.

use std::hash::Hasher;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::attempt::{Attempt, EARLIER, INBOUND};
use super::calls::CallBook;
use super::crowd::Crowd;
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
    pub fn new(ix: u32, attempt: Attempt, clock: &mut LocalClock<'_>) -> Dial {
        let (day, second) = attempt.start().map_or((0, 0), |s| clock.day_and_second(s));
        Dial { ix, day: day as i32, second: second as u32, attempt }
    }

    pub fn start(&self) -> Option<i64> {
        self.attempt.start()
    }
}

/// The calls of one group in the order of their starts; those without a start come last.
pub(super) trait Calls {
    fn len(&self) -> usize;

    /// The call at a place below the length.
    fn dial(&self, at: usize) -> Dial;

    fn all(&self) -> impl Iterator<Item = Dial> {
        (0..self.len()).map(|at| self.dial(at))
    }

    /// One past the last call that began in the same second as that at `first`.
    fn second(&self, first: usize) -> usize {
        let start = self.dial(first).start();
        (first + 1..self.len()).find(|at| self.dial(*at).start() != start).unwrap_or(self.len())
    }
}

impl Calls for [Dial] {
    fn len(&self) -> usize {
        <[Dial]>::len(self)
    }

    fn dial(&self, at: usize) -> Dial {
        self[at]
    }
}

/// Calls by number, dealt out so that those with the same value of `by` stand in the same part.
#[derive(Debug)]
pub(super) struct Partition {
    pub by: KeyPart,
    members: Vec<u32>,
    ends: Vec<usize>,
    /// Those with a value that very many calls have stand in no part.
    pub crowds: Vec<Arc<Crowd>>,
}

impl Partition {
    /// One of [`SLICES`] of all parts: the numbers of all calls at once would take room. More than `many` calls with the same
    /// value are a crowd.
    pub fn new(book: &CallBook, by: KeyPart, slice: usize, many: usize) -> Partition {
        let parts = book.len().div_ceil(CALLS_PER_PART).div_ceil(SLICES).clamp(1, MOST_PARTS);
        // Calls without the value belong to nobody: they are dealt out evenly.
        let part_of = |ix: u32, symbol: Symbol| {
            let mut hash = FxHasher::default();
            hash.write_u32(if symbol.is_some() { symbol.0 } else { ix / 1_024 });
            // The upper bits, as a number below that of all parts.
            let part = (((hash.finish() >> 32) * (parts * SLICES) as u64) >> 32) as usize;
            part.checked_sub(slice * parts).filter(|part| *part < parts)
        };
        let mut sizes = vec![0usize; parts];
        for (ix, a) in book.attempts() {
            if let Some(part) = part_of(ix, a.part(by)) {
                sizes[part] += 1;
            }
        }
        let large = |symbol: Symbol| part_of(0, symbol).is_some_and(|part| sizes[part] > many);
        let crowded =
            if sizes.iter().any(|n| *n > many) { crowded(book, by, many, &large) } else { Vec::new() };
        for (symbol, calls) in &crowded {
            if let Some(part) = part_of(0, *symbol) {
                sizes[part] -= calls;
            }
        }
        let crowds = crowded.iter().map(|(symbol, calls)| gather(book, by, *symbol, *calls)).collect();
        let mut next: Vec<usize> = Vec::with_capacity(parts);
        let mut sum = 0;
        for size in &sizes {
            next.push(sum);
            sum += size;
        }
        let mut members = vec![0u32; sum];
        for (ix, a) in book.attempts() {
            let symbol = a.part(by);
            if let Some(part) = part_of(ix, symbol)
                && !crowded.iter().any(|(crowd, _)| *crowd == symbol)
            {
                members[next[part]] = ix;
                next[part] += 1;
            }
        }
        Partition { by, members, ends: next, crowds }
    }

    pub fn parts(&self) -> usize {
        self.ends.len()
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
        // Each is read once, in the order in which they stand.
        let attempts: Vec<Attempt> = self.members(part).iter().map(|ix| book.attempt(*ix)).collect();
        let key = |(at, attempt): (u32, &Attempt)| {
            let start = attempt.start().map_or(u64::from(u32::MAX), |s| s as u64);
            (u64::from(attempt.part(self.by).0) << 32 | start, at)
        };
        let mut order: Vec<(u64, u32)> = (0u32..).zip(&attempts).map(key).collect();
        order.sort_unstable();
        let mut dials: Vec<Dial> = Vec::new();
        for group in order.chunk_by(|a, b| a.0 >> 32 == b.0 >> 32) {
            dials.clear();
            let mut inbound = 0;
            for (_, at) in group {
                let (ix, attempt) = (self.members(part)[*at as usize], attempts[*at as usize]);
                if attempt.is(INBOUND) {
                    inbound += u32::from(!attempt.is(EARLIER));
                    continue;
                }
                dials.push(Dial::new(ix, attempt, clock));
            }
            take(Symbol((group[0].0 >> 32) as u32), &dials, inbound);
        }
    }
}

/// Values that more than `many` calls have, with their number; only `among` those.
fn crowded(
    book: &CallBook,
    by: KeyPart,
    many: usize,
    among: &dyn Fn(Symbol) -> bool,
) -> Vec<(Symbol, usize)> {
    let mut calls: FxHashMap<Symbol, usize> = FxHashMap::default();
    for symbol in book.attempts().map(|(_, a)| a.part(by)).filter(|s| s.is_some()) {
        if among(symbol) {
            *calls.entry(symbol).or_default() += 1;
        }
    }
    let mut crowded: Vec<(Symbol, usize)> = calls.into_iter().filter(|(_, n)| *n > many).collect();
    crowded.sort_unstable();
    crowded
}

/// One value's calls, `most` of them.
fn gather(book: &CallBook, by: KeyPart, who: Symbol, most: usize) -> Arc<Crowd> {
    let mut inbound = 0;
    let mut calls = Vec::with_capacity(most);
    for (ix, a) in book.attempts().filter(|(_, a)| a.part(by) == who) {
        if a.is(INBOUND) {
            inbound += u32::from(!a.is(EARLIER));
            continue;
        }
        calls.push(ix);
    }
    Arc::new(Crowd::new(book, who, calls, inbound))
}

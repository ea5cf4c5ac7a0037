//! Counting in half-open windows `[t, t + length)` over sorted times. A calendar day is a window of length 1 over day numbers.

use std::collections::VecDeque;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::dials::Dial;
use super::symbols::Symbol;
use crate::model::profile::KeyPart;

/// A call in its place among those with the same key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Second, or number of the local day.
    pub time: i64,
    /// Whether it surely counts; otherwise it may count.
    pub sure: bool,
    pub dial: Dial,
}

/// Calls with one key in order of time.
pub(super) trait Entries {
    fn len(&self) -> usize;

    /// Nothing where a call does not count.
    fn entry(&self, at: usize) -> Option<Entry>;
}

/// Calls in overlapping windows that each hold more than the limit, by the places of the first and the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub first: usize,
    pub last: usize,
    /// The largest number within one window.
    pub count: u64,
}

impl Span {
    /// Puts a span behind the others, or joins it with the last of them where both share calls.
    pub fn add(self, spans: &mut Vec<Span>) {
        match spans.last_mut() {
            Some(known) if self.first <= known.last => {
                known.last = known.last.max(self.last);
                known.count = known.count.max(self.count);
            }
            _ => spans.push(self),
        }
    }
}

/// What a window is held against.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    pub length: i64,
    pub max: u64,
    /// Different values of this are counted, and not calls.
    pub of: Option<KeyPart>,
    /// Whether there may be calls of which it is not known whether they count.
    pub open: bool,
}

/// What is within the window.
struct Inside {
    sure: u64,
    open: u64,
    values: FxHashMap<Symbol, u32>,
    of: Option<KeyPart>,
}

impl Inside {
    fn enter(&mut self, entry: &Entry) {
        if !entry.sure {
            self.open += 1;
            return;
        }
        self.sure += 1;
        if let Some(of) = self.of {
            *self.values.entry(entry.dial.attempt.part(of)).or_default() += 1;
        }
    }

    fn leave(&mut self, entry: &Entry) {
        if !entry.sure {
            self.open -= 1;
            return;
        }
        self.sure -= 1;
        if let Some(of) = self.of {
            let value = entry.dial.attempt.part(of);
            if let Some(count) = self.values.get_mut(&value) {
                *count -= 1;
                if *count == 0 {
                    self.values.remove(&value);
                }
            }
        }
    }

    fn count(&self) -> u64 {
        if self.of.is_some() { self.values.len() as u64 } else { self.sure }
    }
}

/// Windows that may still be the largest one for a call to come: their times rise and their numbers fall.
#[derive(Default)]
struct Largest(VecDeque<(i64, u64)>);

impl Largest {
    fn push(&mut self, time: i64, count: u64) {
        while self.0.back().is_some_and(|(_, n)| *n <= count) {
            self.0.pop_back();
        }
        // One that began at the same time and holds more is as good for all that come.
        if self.0.back().is_none_or(|(t, _)| *t != time) {
            self.0.push_back((time, count));
        }
    }

    /// The largest number in a window that holds this time.
    fn at(&mut self, time: i64, length: i64) -> u64 {
        while self.0.front().is_some_and(|(first, _)| !within(*first, time, length)) {
            self.0.pop_front();
        }
        self.0.front().map_or(0, |(_, n)| *n)
    }
}

/// Counts the windows that begin with the calls at `begins`. `tell` gets each call that any of them holds with the largest
/// number of calls that surely count, and of those that may count too, in one of these windows.
///
/// A list may be cut anywhere: the spans of all pieces, put behind one another, are those of the whole, and the largest of what
/// is told of a call is what is told of it at once.
pub(super) fn slide<E: Entries + ?Sized>(
    entries: &E,
    begins: Range<usize>,
    limit: Limit,
    tell: &mut impl FnMut(&Entry, u64, u64),
) -> Vec<Span> {
    let Limit { length, max, of, open } = limit;
    let mut inside = Inside { sure: 0, open: 0, values: FxHashMap::default(), of };
    let (mut largest, mut most) = (Largest::default(), Largest::default());
    let mut spans = Vec::new();
    let (mut end, mut last, behind) = (begins.start, begins.start, begins.end);
    for first in begins {
        let Some(entry) = entries.entry(first) else { continue };
        while end < entries.len() {
            let next = entries.entry(end);
            if next.as_ref().is_some_and(|next| !within(entry.time, next.time, length)) {
                break;
            }
            if let Some(next) = next {
                last = if next.sure { end } else { last };
                inside.enter(&next);
            }
            end += 1;
        }
        let count = inside.count();
        if entry.sure && count > max {
            Span { first, last, count }.add(&mut spans);
        }
        largest.push(entry.time, count);
        let count = largest.at(entry.time, length);
        let mut may = count;
        if open {
            most.push(entry.time, inside.count() + inside.open);
            may = most.at(entry.time, length);
        }
        tell(&entry, count, may);
        inside.leave(&entry);
    }
    // Calls behind those at which windows begin, within the last windows.
    for entry in (behind..end).filter_map(|at| entries.entry(at)) {
        let count = largest.at(entry.time, length);
        let may = if open { most.at(entry.time, length) } else { count };
        tell(&entry, count, may);
    }
    spans
}

pub(super) fn within(first: i64, time: i64, length: i64) -> bool {
    time.saturating_sub(first) < length
}

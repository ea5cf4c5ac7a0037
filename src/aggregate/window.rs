//! Counting in half-open windows `[t, t + length)` over sorted times. A calendar day is a window of length 1 over day numbers.

use std::collections::VecDeque;
use std::ops::Range;

use rustc_hash::FxHashMap;

/// The window that begins with each call: one past its last call, and what is counted in it.
#[derive(Debug)]
pub(super) struct Windows {
    length: i64,
    ends: Vec<usize>,
    counts: Vec<u64>,
}

impl Windows {
    fn new(length: i64, calls: usize) -> Windows {
        Windows { length, ends: Vec::with_capacity(calls), counts: Vec::with_capacity(calls) }
    }

    /// Counts calls.
    pub fn calls(times: &[i64], length: i64) -> Windows {
        let mut windows = Windows::new(length, times.len());
        let mut end = 0;
        for first in 0..times.len() {
            end = end_of(times, length, first, end);
            windows.ends.push(end);
            windows.counts.push((end - first) as u64);
        }
        windows
    }

    /// Counts different values.
    pub fn distinct(times: &[i64], values: &[u32], length: i64) -> Windows {
        let mut windows = Windows::new(length, times.len());
        let mut inside: FxHashMap<u32, u32> = FxHashMap::default();
        let mut end = 0;
        for first in 0..times.len() {
            let next = end_of(times, length, first, end);
            for value in &values[end..next] {
                *inside.entry(*value).or_default() += 1;
            }
            end = next;
            windows.ends.push(end);
            windows.counts.push(inside.len() as u64);
            if let Some(count) = inside.get_mut(&values[first]) {
                *count -= 1;
                if *count == 0 {
                    inside.remove(&values[first]);
                }
            }
        }
        windows
    }

    /// Calls in overlapping windows that each hold more than `max`: their indices, and the largest number within one window.
    pub fn episodes(&self, max: u64) -> Vec<(Range<usize>, u64)> {
        let mut found: Vec<(Range<usize>, u64)> = Vec::new();
        for (first, (end, count)) in self.ends.iter().zip(&self.counts).enumerate() {
            if *count <= max {
                continue;
            }
            match found.last_mut() {
                Some((range, most)) if first < range.end => {
                    range.end = *end;
                    *most = (*count).max(*most);
                }
                _ => found.push((first..*end, *count)),
            }
        }
        found
    }

    /// For each call the largest number in any window that holds it.
    pub fn largest(&self, times: &[i64]) -> Vec<u64> {
        let mut largest = Vec::with_capacity(times.len());
        // Windows that may still be the largest one, by their first call: numbers fall from front to back.
        let mut open: VecDeque<(usize, u64)> = VecDeque::new();
        for (call, count) in self.counts.iter().enumerate() {
            while open.back().is_some_and(|(_, n)| n <= count) {
                open.pop_back();
            }
            open.push_back((call, *count));
            while open.front().is_some_and(|(first, _)| !within(times[*first], times[call], self.length)) {
                open.pop_front();
            }
            largest.push(open.front().map_or(0, |(_, n)| *n));
        }
        largest
    }
}

/// One past the last call of the window that begins with `first`; it lies at `from` or behind.
fn end_of(times: &[i64], length: i64, first: usize, from: usize) -> usize {
    let mut end = from.max(first);
    while times.get(end).is_some_and(|t| within(times[first], *t, length)) {
        end += 1;
    }
    end
}

pub(super) fn within(first: i64, time: i64, length: i64) -> bool {
    time.saturating_sub(first) < length
}

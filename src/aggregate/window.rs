//! Counting in half-open windows `[t, t + length)` over sorted times. A calendar day is a window of length 1 over day numbers.

use std::collections::VecDeque;
use std::ops::Range;

/// Calls in overlapping windows that each hold more than `max`: their indices, and the largest number within one window.
pub(super) fn episodes(times: &[i64], length: i64, max: u64) -> Vec<(Range<usize>, u64)> {
    let mut found: Vec<(Range<usize>, u64)> = Vec::new();
    let mut end = 0;
    for first in 0..times.len() {
        end = end_of(times, length, first, end);
        let count = (end - first) as u64;
        if count <= max {
            continue;
        }
        match found.last_mut() {
            Some((range, most)) if first < range.end => {
                range.end = end;
                *most = count.max(*most);
            }
            _ => found.push((first..end, count)),
        }
    }
    found
}

/// For each call the largest number of calls in any window that holds it.
pub(super) fn largest(times: &[i64], length: i64) -> Vec<u64> {
    let mut counts = Vec::with_capacity(times.len());
    // Windows that may still be the largest one, by their first call: numbers fall from front to back.
    let mut windows: VecDeque<(usize, u64)> = VecDeque::new();
    let mut end = 0;
    for call in 0..times.len() {
        end = end_of(times, length, call, end);
        let count = (end - call) as u64;
        while windows.back().is_some_and(|(_, n)| *n <= count) {
            windows.pop_back();
        }
        windows.push_back((call, count));
        while windows.front().is_some_and(|(first, _)| !within(times[*first], times[call], length)) {
            windows.pop_front();
        }
        counts.push(windows.front().map_or(0, |(_, n)| *n));
    }
    counts
}

/// One past the last call of the window that begins with `first`; it lies at `from` or behind.
fn end_of(times: &[i64], length: i64, first: usize, from: usize) -> usize {
    let mut end = from.max(first);
    while times.get(end).is_some_and(|t| within(times[first], *t, length)) {
        end += 1;
    }
    end
}

fn within(first: i64, time: i64, length: i64) -> bool {
    time.saturating_sub(first) < length
}

//! More calls, or more different numbers, within a window than the limit.

use std::ops::Range;

use super::keyed::{Placed, by_key};
use crate::aggregate::dials::{Calls, Dial};
use crate::aggregate::frequency::{Episode, Part};
use crate::aggregate::window::{Entries, Limit, Span, slide};
use crate::model::profile::Test;

/// A group of calls.
pub(in crate::aggregate) fn test(part: &mut Part<'_>, dials: &[Dial]) {
    by_key(part, dials, &mut |part, entries: &[Placed<'_>], open| {
        for span in spans(part, entries, 0..entries.len(), open) {
            let episode = episode(entries, span);
            part.push(episode);
        }
    });
}

/// Calls with the same key, as they stand in the book.
pub(in crate::aggregate) fn list<C: Calls + ?Sized>(part: &mut Part<'_>, calls: &C) {
    for span in piece(part, calls, 0..calls.len()) {
        told(part, calls, span);
    }
}

/// The windows that begin with some of these calls.
pub(in crate::aggregate) fn piece<C: Calls + ?Sized>(
    part: &mut Part<'_>,
    calls: &C,
    begins: Range<usize>,
) -> Vec<Span> {
    part.gauge().map_or_else(Vec::new, |gauge| spans(part, &gauge.entries(calls), begins, true))
}

/// Tells of the calls of a span.
pub(in crate::aggregate) fn told<C: Calls + ?Sized>(part: &mut Part<'_>, calls: &C, span: Span) {
    if let Some(gauge) = part.gauge() {
        let episode = episode(&gauge.entries(calls), span);
        part.push(episode);
    }
}

fn spans<E: Entries + ?Sized>(
    part: &mut Part<'_>,
    entries: &E,
    begins: Range<usize>,
    open: bool,
) -> Vec<Span> {
    let (max, of) = match &part.spec().test {
        Test::Count { max, .. } => (*max, None),
        Test::Distinct { max, of, .. } => (*max, Some(*of)),
        _ => return Vec::new(),
    };
    let length = part.gauge().map_or(1, |gauge| gauge.length());
    slide(entries, begins, Limit { length, max, of, open }, &mut |entry, count, most| {
        part.tally(&entry.dial, |t| {
            if entry.sure {
                t.count(count);
            }
            t.most(most);
        });
    })
}

fn episode<E: Entries + ?Sized>(entries: &E, span: Span) -> Episode {
    let Span { first, last, count } = span;
    let time = |at: usize| entries.entry(at).map(|e| e.time);
    let (begin, end) = (time(first), time(last));
    let mut open = 0;
    let mut calls = Vec::new();
    for entry in (first..=last).filter_map(|at| entries.entry(at)) {
        if entry.sure {
            calls.push(entry.dial.ix);
        } else {
            open += 1;
        }
    }
    // Those of the same second as the first or the last one stand between them too.
    let before = (0..first).rev().filter_map(|at| entries.entry(at)).take_while(|e| Some(e.time) == begin);
    let behind =
        (last + 1..entries.len()).filter_map(|at| entries.entry(at)).take_while(|e| Some(e.time) == end);
    let mut episode = Episode::of(calls, count);
    episode.open = open + before.chain(behind).filter(|e| !e.sure).count() as u64;
    episode
}

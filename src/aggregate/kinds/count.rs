//! More calls, or more different numbers, within a window than the limit.

use std::borrow::Cow;

use super::keyed::{Entry, by_key, length};
use crate::aggregate::admit::Admits;
use crate::aggregate::dials::Dial;
use crate::aggregate::frequency::{Episode, Part};
use crate::aggregate::window::Windows;
use crate::model::profile::{KeyPart, Test, Window};

pub(in crate::aggregate) fn test(part: &mut Part<'_>, dials: &[Dial]) {
    let (window, max, of) = match &part.spec().test {
        Test::Count { window, max, .. } => (*window, *max, None),
        Test::Distinct { window, max, of, .. } => (*window, *max, Some(*of)),
        _ => return,
    };
    let sure = |part: &Part<'_>, dial: &Dial| match part.admits(dial) {
        Admits::No => None,
        // Without the value it cannot be told from the others.
        Admits::Yes => Some(of.is_none_or(|of| dial.attempt.part(of).is_some())),
        Admits::Open => Some(false),
    };
    by_key(part, dials, window, &sure, &mut |part, entries| key(part, entries, window, max, of));
}

/// All calls with one key.
fn key(part: &mut Part<'_>, group: &[Entry<'_>], window: Window, max: u64, of: Option<KeyPart>) {
    let length = length(window);
    let sure: Cow<'_, [Entry<'_>]> = match group.iter().all(|e| e.sure) {
        true => Cow::Borrowed(group),
        false => Cow::Owned(group.iter().filter(|e| e.sure).copied().collect()),
    };
    let times: Vec<i64> = sure.iter().map(|e| e.time).collect();
    let windows = counted(&sure, &times, length, of);
    for (range, count) in windows.episodes(max) {
        let calls = &sure[range];
        let (first, last) = (calls[0].time, calls[calls.len() - 1].time);
        let between = group.partition_point(|e| e.time <= last) - group.partition_point(|e| e.time < first);
        let mut episode = Episode::of(calls.iter().map(|e| e.dial.ix).collect(), count);
        episode.open = (between - calls.len()) as u64;
        part.push(episode);
    }
    for (entry, count) in sure.iter().zip(windows.largest(&times)) {
        part.tally(entry.dial, |t| t.count(count));
    }
    if sure.len() < group.len() {
        let all: Vec<i64> = group.iter().map(|e| e.time).collect();
        // A call that may count may also be one with a value of its own.
        let most = Windows::calls(&all, length).largest(&all);
        for (entry, most) in group.iter().zip(most) {
            let most = u32::try_from(most).unwrap_or(u32::MAX);
            part.tally(entry.dial, |t| t.most = t.most.max(most));
        }
    }
}

fn counted(sure: &[Entry<'_>], times: &[i64], length: i64, of: Option<KeyPart>) -> Windows {
    match of {
        None => Windows::calls(times, length),
        Some(of) => {
            let values: Vec<u32> = sure.iter().map(|e| e.dial.attempt.part(of).0).collect();
            Windows::distinct(times, &values, length)
        }
    }
}

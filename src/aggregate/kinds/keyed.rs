//! Calls of a group by the rest of a rule's key.

use crate::aggregate::dials::Dial;
use crate::aggregate::frequency::Part;
use crate::aggregate::symbols::Symbol;
use crate::model::profile::{KeyPart, Window};

/// Most parts of a key.
const KEY_PARTS: usize = 6;

/// A call in its place among those with the same key.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'d> {
    /// Second, or number of the local day.
    pub time: i64,
    /// Whether it surely counts.
    pub sure: bool,
    pub dial: &'d Dial,
}

/// The calls of a group that have every part of the key and a start, one list per key, each in order; `sure` says whether a
/// call counts, may count (`Some(false)`) or does not. Those that may count and cannot be placed are tallied.
pub(super) fn by_key<'d>(
    part: &mut Part<'_>,
    dials: &'d [Dial],
    window: Window,
    sure: &dyn Fn(&Part<'_>, &Dial) -> Option<bool>,
    take: &mut dyn FnMut(&mut Part<'_>, &[Entry<'d>]),
) {
    let (key, by) = (part.spec().test.key(), part.by);
    let rest: Vec<KeyPart> = key.iter().copied().filter(|k| *k != by).collect();
    let grouped = key.len() > rest.len();
    let mut entries: Vec<Entry<'d>> = Vec::with_capacity(dials.len());
    for dial in dials {
        let Some(sure) = sure(part, dial) else { continue };
        let symbols = key_of(dial, &rest);
        let complete = symbols[..rest.len()].iter().all(|s| s.is_some())
            && (!grouped || dial.attempt.part(by).is_some());
        match dial.start().filter(|_| complete) {
            None => part.tally(dial, |t| t.loose = t.loose.saturating_add(1)),
            Some(start) => entries.push(Entry { time: unit(window, dial, start), sure, dial }),
        }
    }
    if rest.is_empty() {
        if !entries.is_empty() {
            take(part, &entries);
        }
        return;
    }
    // Stable: within a key the order of the starts stays.
    entries.sort_by_key(|e| key_of(e.dial, &rest));
    for group in entries.chunk_by(|a, b| key_of(a.dial, &rest) == key_of(b.dial, &rest)) {
        take(part, group);
    }
}

fn key_of(dial: &Dial, parts: &[KeyPart]) -> [Symbol; KEY_PARTS] {
    let mut symbols = [Symbol::NONE; KEY_PARTS];
    symbols.iter_mut().zip(parts).for_each(|(s, part)| *s = dial.attempt.part(*part));
    symbols
}

fn unit(window: Window, dial: &Dial, start: i64) -> i64 {
    match window {
        Window::CalendarDay | Window::CalendarDays { .. } => i64::from(dial.day),
        Window::Rolling { .. } | Window::Forever => start,
    }
}

/// Length of a window in the unit of the times.
pub(super) fn length(window: Window) -> i64 {
    match window {
        Window::CalendarDay => 1,
        Window::CalendarDays { days } => days,
        Window::Rolling { seconds } => seconds,
        Window::Forever => i64::MAX,
    }
}

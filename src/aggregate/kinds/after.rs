//! Calls behind an event: a conversation, a refusal, an announcement.

use super::keyed::by_key;
use crate::aggregate::admit::{Admits, is_event};
use crate::aggregate::dials::{Calls, Dial};
use crate::aggregate::frequency::{Episode, Part};
use crate::aggregate::window::{Entries, Entry, within};
use crate::model::profile::{Event, Test};

/// A group of calls.
pub(in crate::aggregate) fn test(part: &mut Part<'_>, dials: &[Dial]) {
    by_key(part, dials, &mut |part, entries, _| follow(part, entries));
}

/// Calls with the same key, as they stand in the book.
pub(in crate::aggregate) fn list<C: Calls + ?Sized>(part: &mut Part<'_>, calls: &C) {
    if let Some(gauge) = part.gauge() {
        follow(part, &gauge.entries(calls));
    }
}

fn follow<E: Entries + ?Sized>(part: &mut Part<'_>, entries: &E) {
    let Test::After { event, max, .. } = part.spec().test else { return };
    let length = part.gauge().map_or(1, |gauge| gauge.length());
    let mut clock = Clock { entries, last: None, open: false, calls: Vec::new(), max };
    // Calls of the same second follow what was before it, and none of them follows another.
    let mut second: Vec<Entry> = Vec::new();
    for at in 0..entries.len() {
        let Some(entry) = entries.entry(at) else { continue };
        if second.first().is_some_and(|first| first.dial.start() != entry.dial.start()) {
            clock.events(part, &second, event);
            second.clear();
        }
        clock.call(part, at, &entry, length);
        second.push(entry);
    }
    clock.events(part, &second, event);
    clock.close(part);
}

/// What has happened since the last event.
struct Clock<'e, E: ?Sized> {
    entries: &'e E,
    last: Option<Entry>,
    /// Whether there may have been an event of which nobody knows.
    open: bool,
    /// Places of the calls since.
    calls: Vec<u32>,
    max: u64,
}

impl<E: Entries + ?Sized> Clock<'_, E> {
    fn call(&mut self, part: &mut Part<'_>, at: usize, entry: &Entry, length: i64) {
        let follows = self.last.is_some_and(|last| within(last.time, entry.time, length));
        match part.admits(&entry.dial) {
            Admits::Yes if follows => self.calls.push(at as u32),
            Admits::Open if follows => part.tally(&entry.dial, |t| t.loose()),
            Admits::Yes | Admits::Open if self.open => part.tally(&entry.dial, |t| t.loose()),
            _ => part.tally(&entry.dial, |t| t.count(0)),
        }
    }

    /// Events of one second: the first of them by its id starts the clock anew.
    fn events(&mut self, part: &mut Part<'_>, second: &[Entry], event: Event) {
        let profile = part.profile;
        let is = |e: &Entry| is_event(profile, event, &e.dial.attempt);
        let id = |e: &Entry| part.book.id(e.dial.ix, &e.dial.attempt);
        let first = second.iter().filter(|e| is(e) == Admits::Yes).min_by_key(|e| id(e));
        if first.is_some() {
            self.close(part);
            self.last = first.copied();
            self.open = false;
        } else if second.iter().any(|e| is(e) == Admits::Open) {
            self.open = true;
        }
    }

    /// The calls behind one event are complete.
    fn close(&mut self, part: &mut Part<'_>) {
        let count = self.calls.len() as u64;
        let calls = || self.calls.iter().filter_map(|at| self.entries.entry(*at as usize));
        for entry in calls() {
            part.tally(&entry.dial, |t| t.count(count));
        }
        if let Some(event) = self.last
            && count > self.max
        {
            let mut episode = Episode::of(calls().map(|e| e.dial.ix).collect(), count);
            episode.event = Some(event.dial.ix);
            part.push(episode);
        }
        self.calls.clear();
    }
}

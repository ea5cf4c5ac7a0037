//! Calls behind an event: a conversation, a refusal, an announcement.

use super::keyed::{Entry, by_key, length};
use crate::aggregate::admit::{Admits, is_event};
use crate::aggregate::dials::Dial;
use crate::aggregate::frequency::{Episode, Part};
use crate::aggregate::window::within;
use crate::model::profile::{Event, Test};

pub(in crate::aggregate) fn test(part: &mut Part<'_>, dials: &[Dial]) {
    let Test::After { event, window, max, .. } = part.spec().test else { return };
    let profile = part.profile;
    let sure = |part: &Part<'_>, dial: &Dial| {
        let (admits, event) = (part.admits(dial), is_event(profile, event, &dial.attempt));
        if admits == Admits::No && event == Admits::No {
            return None;
        }
        Some(admits != Admits::Open && event != Admits::Open)
    };
    by_key(part, dials, window, &sure, &mut |part, group| {
        let mut clock = Clock { last: None, open: false, calls: Vec::new(), max };
        // Calls of the same second follow what was before it, and none of them follows another.
        for second in group.chunk_by(|a, b| a.dial.start() == b.dial.start()) {
            second.iter().for_each(|entry| clock.call(part, entry, length(window)));
            clock.events(part, second, event);
        }
        clock.close(part);
    });
}

/// What has happened since the last event.
struct Clock<'e, 'd> {
    last: Option<&'e Entry<'d>>,
    /// Whether there may have been an event of which nobody knows.
    open: bool,
    calls: Vec<&'e Entry<'d>>,
    max: u64,
}

impl<'e, 'd> Clock<'e, 'd> {
    fn call(&mut self, part: &mut Part<'_>, entry: &'e Entry<'d>, length: i64) {
        let follows = self.last.is_some_and(|last| within(last.time, entry.time, length));
        match part.admits(entry.dial) {
            Admits::Yes if follows => self.calls.push(entry),
            Admits::Open if follows => part.tally(entry.dial, |t| t.loose = t.loose.saturating_add(1)),
            Admits::Yes | Admits::Open if self.open => {
                part.tally(entry.dial, |t| t.loose = t.loose.saturating_add(1));
            }
            _ => part.tally(entry.dial, |t| t.count(0)),
        }
    }

    /// Events of one second: the first of them by its id starts the clock anew.
    fn events(&mut self, part: &mut Part<'_>, second: &'e [Entry<'d>], event: Event) {
        let profile = part.profile;
        let is = |e: &Entry<'_>| is_event(profile, event, &e.dial.attempt);
        let id = |e: &Entry<'_>| part.book.id(e.dial.ix, &e.dial.attempt);
        let first = second.iter().filter(|e| is(e) == Admits::Yes).min_by_key(|e| id(e));
        if first.is_some() {
            self.close(part);
            self.last = first;
            self.open = false;
        } else if second.iter().any(|e| is(e) == Admits::Open) {
            self.open = true;
        }
    }

    /// The calls behind one event are complete.
    fn close(&mut self, part: &mut Part<'_>) {
        let calls = std::mem::take(&mut self.calls);
        let count = calls.len() as u64;
        for entry in &calls {
            part.tally(entry.dial, |t| t.count(count));
        }
        if let Some(event) = self.last
            && count > self.max
        {
            let mut episode = Episode::of(calls.iter().map(|e| e.dial.ix).collect(), count);
            episode.event = Some(event.dial.ix);
            part.push(episode);
        }
    }
}

//! Calls of a group by the rest of a rule's key.

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashMap, FxHasher};

use crate::aggregate::admit::{Admits, admits, is_event};
use crate::aggregate::dials::{Calls, Dial};
use crate::aggregate::frequency::Part;
use crate::aggregate::symbols::Symbol;
use crate::aggregate::window::{Entries, Entry};
use crate::model::profile::{KeyPart, Profile, ProfileRule, Test, Window};

/// Most parts of a key.
const KEY_PARTS: usize = 6;

/// Keys of a crowd whose calls get a list at once, as there are mostly few; the others are sorted.
const LISTS: usize = 4_096;

/// What a rule makes of a call.
#[derive(Clone, Copy)]
pub(in crate::aggregate) struct Gauge<'a> {
    profile: &'a Profile,
    rule: &'a ProfileRule,
    pub window: Window,
}

impl<'a> Gauge<'a> {
    /// Of a rule that counts in windows.
    pub fn of(profile: &'a Profile, rule: &'a ProfileRule) -> Option<Gauge<'a>> {
        let window = match rule.test {
            Test::Count { window, .. } | Test::Distinct { window, .. } | Test::After { window, .. } => window,
            Test::Hours { .. } | Test::ContactFirst { .. } | Test::Unrecorded => return None,
        };
        Some(Gauge { profile, rule, window })
    }

    /// Whether a call counts, may count (`Some(false)`) or does not.
    pub fn sure(&self, dial: &Dial) -> Option<bool> {
        let admits = admits(self.profile, self.rule, &dial.attempt);
        match &self.rule.test {
            Test::After { event, .. } => {
                let event = is_event(self.profile, *event, &dial.attempt);
                let neither = admits == Admits::No && event == Admits::No;
                (!neither).then_some(admits != Admits::Open && event != Admits::Open)
            }
            // Without the value it cannot be told from the others.
            Test::Distinct { of, .. } if admits == Admits::Yes => Some(dial.attempt.part(*of).is_some()),
            _ => match admits {
                Admits::No => None,
                admits => Some(admits == Admits::Yes),
            },
        }
    }

    /// When the call was, in the unit of the window.
    pub fn time(&self, dial: &Dial) -> Option<i64> {
        let start = dial.start()?;
        Some(match self.window {
            Window::CalendarDay | Window::CalendarDays { .. } => i64::from(dial.day),
            Window::Rolling { .. } | Window::Forever => start,
        })
    }

    /// Length of the window in the same unit.
    pub fn length(&self) -> i64 {
        match self.window {
            Window::CalendarDay => 1,
            Window::CalendarDays { days } => days,
            Window::Rolling { seconds } => seconds,
            Window::Forever => i64::MAX,
        }
    }

    /// Calls that have the same key, as a list of entries.
    pub fn entries<'c, C: Calls + ?Sized>(self, calls: &'c C) -> Gauged<'a, 'c, C> {
        Gauged { gauge: self, calls }
    }
}

/// Calls with what a rule makes of them, found out whenever one is asked for.
pub(in crate::aggregate) struct Gauged<'a, 'c, C: ?Sized> {
    gauge: Gauge<'a>,
    calls: &'c C,
}

impl<C: Calls + ?Sized> Entries for Gauged<'_, '_, C> {
    fn len(&self) -> usize {
        self.calls.len()
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let dial = self.calls.dial(at);
        let sure = self.gauge.sure(&dial)?;
        Some(Entry { time: self.gauge.time(&dial)?, sure, dial })
    }
}

/// A call of a group in its place among those with the same key.
#[derive(Debug, Clone, Copy)]
pub(in crate::aggregate) struct Placed<'d> {
    time: i64,
    sure: bool,
    dial: &'d Dial,
}

impl Entries for [Placed<'_>] {
    fn len(&self) -> usize {
        <[Placed<'_>]>::len(self)
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let Placed { time, sure, dial } = self[at];
        Some(Entry { time, sure, dial: *dial })
    }
}

/// The calls of a group that have every part of the key and a start, one list per key, each in order. Those that may count and
/// cannot be placed are tallied. `take` also gets whether some of a list may count only.
pub(in crate::aggregate) fn by_key(
    part: &mut Part<'_>,
    dials: &[Dial],
    take: &mut impl FnMut(&mut Part<'_>, &[Placed<'_>], bool),
) {
    let Some(gauge) = part.gauge() else { return };
    let (rest, grouped) = (rest(part), part.grouped());
    let mut entries: Vec<Placed<'_>> = Vec::with_capacity(dials.len());
    for dial in dials {
        let Some(sure) = gauge.sure(dial) else { continue };
        let complete = is_complete(dial, &rest) && (!grouped || dial.attempt.part(part.by).is_some());
        match gauge.time(dial).filter(|_| complete) {
            None => part.tally(dial, |t| t.loose()),
            Some(time) => entries.push(Placed { time, sure, dial }),
        }
    }
    let open = |group: &[Placed<'_>]| !group.iter().all(|e| e.sure);
    if rest.is_empty() {
        if !entries.is_empty() {
            take(part, &entries, open(&entries));
        }
        return;
    }
    // Stable: within a key the order of the starts stays.
    entries.sort_by_key(|e| key_of(e.dial, &rest));
    for group in entries.chunk_by(|a, b| key_of(a.dial, &rest) == key_of(b.dial, &rest)) {
        take(part, group, open(group));
    }
}

/// The parts of the key beside the one by which the calls are grouped.
pub(in crate::aggregate) fn rest(part: &Part<'_>) -> Vec<KeyPart> {
    part.spec().test.key().iter().copied().filter(|k| *k != part.by).collect()
}

fn is_complete(dial: &Dial, rest: &[KeyPart]) -> bool {
    rest.iter().all(|part| dial.attempt.part(*part).is_some())
}

fn key_of(dial: &Dial, parts: &[KeyPart]) -> [Symbol; KEY_PARTS] {
    let mut symbols = [Symbol::NONE; KEY_PARTS];
    symbols.iter_mut().zip(parts).for_each(|(s, part)| *s = dial.attempt.part(*part));
    symbols
}

/// The same as [`by_key`] for a crowd, of which no copy is made: `take` gets the numbers of the calls of each key.
pub(in crate::aggregate) fn split<C: Calls>(
    part: &mut Part<'_>,
    calls: &C,
    take: &mut impl FnMut(&mut Part<'_>, Vec<u32>),
) {
    let Some(gauge) = part.gauge() else { return };
    let rest = rest(part);
    let mut lists: FxHashMap<[Symbol; KEY_PARTS], Vec<u32>> = FxHashMap::default();
    // Of the keys that have no list: the upper half brings calls together, the lower one keeps their order.
    let mut places: Vec<u64> = Vec::new();
    for (place, dial) in calls.all().enumerate() {
        if gauge.sure(&dial).is_none() {
            continue;
        }
        if !is_complete(&dial, &rest) || dial.start().is_none() {
            part.tally(&dial, |t| t.loose());
            continue;
        }
        let key = key_of(&dial, &rest);
        if lists.len() < LISTS || lists.contains_key(&key) {
            lists.entry(key).or_default().push(dial.ix);
        } else {
            let mut hash = FxHasher::default();
            key.hash(&mut hash);
            places.push(hash.finish() & !u64::from(u32::MAX) | place as u64);
        }
    }
    lists.into_values().for_each(|order| take(part, order));
    places.sort_unstable();
    for same in places.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
        let key = |place: u64| key_of(&calls.dial(place as u32 as usize), &rest);
        let first = key(same[0]);
        if !same.iter().all(|place| key(*place) == first) {
            same.sort_by_key(|place| key(*place));
        }
        for group in same.chunk_by(|a, b| key(*a) == key(*b)) {
            take(part, group.iter().map(|place| calls.dial(*place as u32 as usize).ix).collect());
        }
    }
}

//! Counting rules: how often and when a borrower was called. Exact to the second.
//!
//! [`tasks`] cuts the work into independent parts, [`run`] does one of them, [`conclude`] puts the results together; in
//! whatever order they come, the same comes out.

use std::hash::Hasher;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHasher};

use super::attempt::Attempt;
use super::calls::CallBook;
use super::conclude::finding;
use super::hours::{LocalClock, inside};
use super::symbols::Symbol;
use super::window::{episodes, largest};
use crate::model::finding::FrequencyFinding;
use crate::model::profile::{Counts, KeyPart, Profile, ProfileRule, Test, Window};
use crate::model::transcript::CalleeRole;

pub use super::conclude::{Counting, PartyCount, conclude};

/// Most parts that a rule is cut into.
const MOST_PARTS: usize = 64;
/// Calls below which a part is not worth a thread.
const CALLS_PER_PART: usize = 4_096;
/// Most parts of a key.
const KEY_PARTS: usize = 5;

/// Some calls to be counted by one rule: all that share a key, or none of them.
#[derive(Debug, Clone)]
pub struct Task {
    rule: usize,
    members: Arc<Vec<u32>>,
}

/// Whom a number is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Borrower(Symbol),
    Collector(Symbol),
}

/// What one part of the work has found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found(pub(super) Fact);

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fact {
    /// Calls over a limit.
    Over(Box<FrequencyFinding>),
    /// How a borrower or a collector stands.
    Party { rule: usize, who: Who, tally: Tally },
}

/// Calls in overlapping windows over the limit, or one call at a forbidden hour.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Episode {
    pub rule: usize,
    /// Indices of the calls.
    pub calls: Vec<u32>,
    /// The largest number in one window.
    pub count: u64,
    /// Calls between the first and the last one of which it is not known whether they belong here.
    pub open: u64,
}

/// Largest counts for one borrower or collector.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Calls that surely count.
    pub count: u64,
    /// The same with calls that may count.
    pub most: u64,
    /// Calls that may count and belong to no known window.
    pub loose: u64,
    /// Calls at forbidden hours.
    pub inside: u64,
}

impl Tally {
    /// The same party, seen from another part of the work.
    pub fn join(&mut self, other: Tally) {
        self.count = self.count.max(other.count);
        self.most = self.most.max(other.most);
        self.loose = self.loose.saturating_add(other.loose);
        self.inside = self.inside.saturating_add(other.inside);
    }
}

/// Calls by number, dealt out over parts.
type Parts = Vec<Arc<Vec<u32>>>;

/// Whether a rule counts a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Admits {
    Yes,
    No,
    /// What is known of the call does not say.
    Open,
}

/// Cuts the rules that can be tested into parts.
pub fn tasks(book: &CallBook, profile: &Profile) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut cut: Vec<(Vec<KeyPart>, Parts)> = Vec::new();
    for (rule, spec) in profile.rules.iter().enumerate() {
        if not_checked(book, profile, spec).is_some() {
            continue;
        }
        let key = match &spec.test {
            Test::Count { key, .. } => key.as_slice(),
            Test::Hours { .. } => &[],
        };
        let at = cut.iter().position(|(k, _)| k == key).unwrap_or_else(|| {
            cut.push((key.to_vec(), partition(book, key)));
            cut.len() - 1
        });
        tasks.extend(cut[at].1.iter().map(|members| Task { rule, members: Arc::clone(members) }));
    }
    tasks
}

/// Calls with the same key stand in the same part; with an empty key they are dealt out evenly.
fn partition(book: &CallBook, key: &[KeyPart]) -> Parts {
    let parts = book.len().div_ceil(CALLS_PER_PART).clamp(1, MOST_PARTS);
    let mut members: Vec<Vec<u32>> = vec![Vec::new(); parts];
    for (place, (ix, attempt)) in book.attempts().enumerate() {
        let mut hash = FxHasher::default();
        key.iter().for_each(|part| hash.write_u32(attempt.part(*part).0));
        let part =
            if key.is_empty() { place * parts / book.len().max(1) } else { hash.finish() as usize % parts };
        members[part].push(ix);
    }
    members.into_iter().map(Arc::new).collect()
}

/// Why a rule cannot be tested at all on these calls.
pub(super) fn not_checked(book: &CallBook, profile: &Profile, rule: &ProfileRule) -> Option<String> {
    let known = &book.resolved().known;
    if rule.needs_call_log && !book.has_log() {
        return Some("needs a call log: none was given".to_owned());
    }
    if book.is_empty() {
        return Some("no call was given".to_owned());
    }
    let Test::Count { counts, key, .. } = &rule.test else {
        return (known.starts == 0).then(|| "no call tells when it began".to_owned());
    };
    let by_answer = *counts != Counts::Attempts;
    let by_role = *counts == Counts::Effective
        || !(rule.callees.is_empty() || rule.callees.contains(&CalleeRole::Unknown));
    let reason = if *counts == Counts::Unanswered && !book.has_log() {
        "unanswered calls stand in a call log only: none was given".to_owned()
    } else if known.starts == 0 {
        "no call tells when it began".to_owned()
    } else if let Some(part) = key.iter().find(|part| known.part(**part) == 0) {
        format!("no call tells its {}", name_of(*part).replace('_', " "))
    } else if by_answer && known.connected == 0 {
        "no call tells whether it was answered".to_owned()
    } else if by_role && known.roles == 0 {
        "no call tells who was called".to_owned()
    } else if *counts == Counts::Effective && profile.effective_min_seconds > 0 && known.durations == 0 {
        "no call tells how long it lasted".to_owned()
    } else {
        return None;
    };
    Some(reason)
}

/// The name of a part of a key, as profiles write it.
pub(super) fn name_of(part: KeyPart) -> &'static str {
    match part {
        KeyPart::Borrower => "borrower",
        KeyPart::CalleeNumber => "callee_number",
        KeyPart::CallerNumber => "caller_number",
        KeyPart::Collector => "collector",
        KeyPart::Agency => "agency",
    }
}

fn admits(profile: &Profile, rule: &ProfileRule, attempt: &Attempt) -> Admits {
    let Test::Count { counts, .. } = &rule.test else { return by_role(&rule.callees, attempt) };
    let answer = |wanted: bool| match attempt.connected() {
        None => Admits::Open,
        Some(answered) if answered == wanted => Admits::Yes,
        Some(_) => Admits::No,
    };
    let by_counts = match counts {
        Counts::Attempts => Admits::Yes,
        Counts::Connected => answer(true),
        Counts::Unanswered => answer(false),
        Counts::Effective => {
            let long = match attempt.duration() {
                // An answered call lasted for some time.
                None if profile.effective_min_seconds == 0 => Admits::Yes,
                None => Admits::Open,
                Some(seconds) if seconds > profile.effective_min_seconds => Admits::Yes,
                Some(_) => Admits::No,
            };
            both(both(answer(true), long), by_role(&[CalleeRole::Borrower], attempt))
        }
    };
    both(by_counts, by_role(&rule.callees, attempt))
}

fn by_role(callees: &[CalleeRole], attempt: &Attempt) -> Admits {
    if callees.is_empty() || callees.contains(&attempt.role) {
        Admits::Yes
    } else if attempt.role == CalleeRole::Unknown {
        Admits::Open
    } else {
        Admits::No
    }
}

fn both(a: Admits, b: Admits) -> Admits {
    match (a, b) {
        (Admits::No, _) | (_, Admits::No) => Admits::No,
        (Admits::Yes, Admits::Yes) => Admits::Yes,
        _ => Admits::Open,
    }
}

/// A call in its place among those with the same key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    key: [Symbol; KEY_PARTS],
    /// Second, or number of the local day.
    time: i64,
    ix: u32,
    sure: bool,
}

/// Does one part of the work.
pub fn run(book: &CallBook, profile: &Profile, task: &Task) -> Vec<Found> {
    let mut part =
        Part { book, profile, rule: task.rule, episodes: Vec::new(), parties: FxHashMap::default() };
    match &profile.rules[task.rule].test {
        Test::Hours { from, to } => {
            let mut clock = LocalClock::new(&profile.timezone);
            part.hours(&task.members, &mut |second| inside(clock.day_and_second(second).1, *from, *to));
        }
        Test::Count { key, window, max, .. } => {
            let (entries, length) = part.entries(&task.members, key, *window);
            for group in entries.chunk_by(|a, b| a.key == b.key) {
                part.group(group, length, *max);
            }
        }
    }
    let rule = task.rule;
    let parties = part.parties.into_iter().map(|(who, tally)| Found(Fact::Party { rule, who, tally }));
    let mut clock = LocalClock::new(&profile.timezone);
    let over =
        part.episodes.iter().map(|e| Found(Fact::Over(Box::new(finding(book, profile, e, &mut clock)))));
    over.chain(parties).collect()
}

struct Part<'a> {
    book: &'a CallBook,
    profile: &'a Profile,
    rule: usize,
    episodes: Vec<Episode>,
    parties: FxHashMap<Who, Tally>,
}

impl Part<'_> {
    fn admits(&self, attempt: &Attempt) -> Admits {
        admits(self.profile, &self.profile.rules[self.rule], attempt)
    }

    /// Adds to what is known of the borrower and the collector of a call.
    fn tally(&mut self, ix: u32, add: impl Fn(&mut Tally)) {
        let attempt = self.book.attempt(ix);
        if attempt.borrower.is_some() {
            add(self.parties.entry(Who::Borrower(attempt.borrower)).or_default());
        }
        if attempt.collector.is_some() {
            add(self.parties.entry(Who::Collector(attempt.collector)).or_default());
        }
    }

    fn hours(&mut self, members: &[u32], inside: &mut dyn FnMut(i64) -> bool) {
        for ix in members {
            let attempt = self.book.attempt(*ix);
            let admits = self.admits(attempt);
            match attempt.start().map(&mut *inside) {
                Some(false) => {}
                Some(true) if admits == Admits::Yes => {
                    let episode = Episode { rule: self.rule, calls: vec![*ix], count: 1, open: 0 };
                    self.episodes.push(episode);
                    self.tally(*ix, |t| t.inside += 1);
                }
                _ if admits == Admits::No => {}
                // It may lie inside, or may be one that the rule is about.
                _ => self.tally(*ix, |t| t.loose += 1),
            }
        }
    }

    /// The calls that count or may count, in order, and the length of a window in the unit of their times.
    fn entries(&mut self, members: &[u32], key: &[KeyPart], window: Window) -> (Vec<Entry>, i64) {
        let mut clock = LocalClock::new(&self.profile.timezone);
        let mut entries = Vec::with_capacity(members.len());
        for ix in members {
            let attempt = self.book.attempt(*ix);
            let admits = self.admits(attempt);
            if admits == Admits::No {
                continue;
            }
            let complete = key.iter().all(|part| attempt.part(*part).is_some());
            let Some(start) = attempt.start().filter(|_| complete) else {
                self.tally(*ix, |t| t.loose += 1);
                continue;
            };
            let mut symbols = [Symbol::NONE; KEY_PARTS];
            symbols.iter_mut().zip(key).for_each(|(symbol, part)| *symbol = attempt.part(*part));
            let time = if window == Window::CalendarDay { clock.day_and_second(start).0 } else { start };
            entries.push(Entry { key: symbols, time, ix: *ix, sure: admits == Admits::Yes });
        }
        entries.sort_unstable();
        let length = match window {
            Window::CalendarDay => 1,
            Window::Rolling { seconds } => seconds,
        };
        (entries, length)
    }

    /// All calls with one key.
    fn group(&mut self, group: &[Entry], length: i64, max: u64) {
        let sure: Vec<Entry> = group.iter().filter(|e| e.sure).copied().collect();
        let times: Vec<i64> = sure.iter().map(|e| e.time).collect();
        for (range, count) in episodes(&times, length, max) {
            let calls = &sure[range];
            let (first, last) = (calls[0].time, calls[calls.len() - 1].time);
            let between =
                group.partition_point(|e| e.time <= last) - group.partition_point(|e| e.time < first);
            let episode = Episode {
                rule: self.rule,
                calls: calls.iter().map(|e| e.ix).collect(),
                count,
                open: (between - calls.len()) as u64,
            };
            self.episodes.push(episode);
        }
        for (entry, count) in sure.iter().zip(largest(&times, length)) {
            self.tally(entry.ix, |t| {
                t.count = t.count.max(count);
                t.most = t.most.max(count);
            });
        }
        if sure.len() < group.len() {
            let all: Vec<i64> = group.iter().map(|e| e.time).collect();
            for (entry, most) in group.iter().zip(largest(&all, length)) {
                self.tally(entry.ix, |t| t.most = t.most.max(most));
            }
        }
    }
}

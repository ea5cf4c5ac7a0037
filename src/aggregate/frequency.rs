//! Counting rules: how often and when a borrower was called. Exact to the second.
//!
//! [`tasks`] cuts the work into independent parts, [`run`] does one of them, [`Merge`] puts the results together; in whatever
//! order they come, the same comes out.

use std::cell::OnceCell;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::admit::{Admits, admits, not_checked};
use super::attempt::{Attempt, EARLIER};
use super::calls::CallBook;
use super::conclude::finding;
use super::cut::{Portion, Spans, Step};
use super::dials::{Calls, Dial, Partition, SLICES};
use super::hours::LocalClock;
use super::kinds;
use super::kinds::keyed::Gauge;
use super::picture::Picture;
use super::redial;
use super::symbols::Symbol;
use super::tally::{Collectors, Tally, Who};
use crate::model::finding::{FrequencyFinding, Verdict};
use crate::model::profile::{KeyPart, Profile, ProfileRule, Test};

pub use super::conclude::{Counting, Merge};
pub use super::cut::Cut;
pub use super::standings::PartyCount;

/// Some calls to be counted by some rules.
#[derive(Debug, Clone)]
pub struct Task {
    pub(super) rules: Vec<usize>,
    pub(super) work: Work,
}

/// Which calls.
#[derive(Debug, Clone)]
pub(super) enum Work {
    /// Those of a part, and whether the borrowers' pictures are made too.
    Part(Arc<Partition>, usize, bool),
    /// Some of a crowd.
    Crowd(Portion),
}

/// What one part of the work has found.
#[derive(Debug, Default)]
pub struct Found {
    pub(super) over: Vec<FrequencyFinding>,
    /// How borrowers and collectors stand.
    pub(super) parties: Vec<(usize, Who, Tally)>,
    pub(super) pictures: Vec<(Symbol, Picture)>,
    /// Indices of the calls that belong to a violation.
    pub(super) violating: Vec<u32>,
    /// Spans of calls that may go on in other pieces.
    pub(super) spans: Vec<Spans>,
    /// What is to be done next.
    pub(super) next: Vec<Task>,
}

/// Calls in overlapping windows over the limit, or what else breaks a rule.
#[derive(Debug, Clone)]
pub(super) struct Episode {
    /// Indices of the calls.
    pub calls: Vec<u32>,
    /// The largest number in one window.
    pub count: u64,
    /// Calls between the first and the last one of which it is not known whether they belong here.
    pub open: u64,
    /// For review whatever the rule says.
    pub review: bool,
    /// The call that the others follow.
    pub event: Option<u32>,
    /// What else is to be said.
    pub note: Option<&'static str>,
    /// Another call of this run takes part, though it is none of those counted.
    pub touched: bool,
}

impl Episode {
    pub fn of(calls: Vec<u32>, count: u64) -> Episode {
        Episode { calls, count, open: 0, review: false, event: None, note: None, touched: false }
    }

    /// Whether a call of this run takes part.
    fn is_new(&self, book: &CallBook) -> bool {
        let new = |ix: &u32| !book.attempt(*ix).is(EARLIER);
        self.touched || self.calls.iter().chain(&self.event).any(new)
    }
}

/// The part of a rule's key by which calls are dealt out.
fn dealt_by(rule: &ProfileRule) -> KeyPart {
    let key = rule.test.key();
    if key.is_empty() || key.contains(&KeyPart::Borrower) { KeyPart::Borrower } else { key[0] }
}

/// Slices of the work, one after another so that memory stays small: each is a number for [`tasks`].
pub fn slices() -> std::ops::Range<usize> {
    0..SLICES
}

/// Cuts the rules that can be tested into parts: one slice of them. [`Merge::rest`] tells what comes after these.
pub fn tasks(book: &CallBook, profile: &Profile, slice: usize, cut: Cut) -> Vec<Task> {
    let mut rules: Vec<(KeyPart, Vec<usize>)> = vec![(KeyPart::Borrower, Vec::new())];
    for (ix, rule) in profile.rules.iter().enumerate() {
        if not_checked(book, profile, rule).is_some() {
            continue;
        }
        let by = dealt_by(rule);
        match rules.iter_mut().find(|(part, _)| *part == by) {
            Some((_, list)) => list.push(ix),
            None => rules.push((by, vec![ix])),
        }
    }
    let mut tasks = Vec::new();
    for (by, rules) in rules {
        let calls = Arc::new(Partition::new(book, by, slice, cut.many));
        for part in 0..calls.parts() {
            let work = Work::Part(Arc::clone(&calls), part, by == KeyPart::Borrower);
            tasks.push(Task { rules: rules.clone(), work });
        }
        for crowd in &calls.crowds {
            let portion = Portion { crowd: Arc::clone(crowd), by, cut, step: Step::Whole };
            tasks.extend(portion.tasks(book, profile, &rules));
        }
    }
    tasks
}

/// Does one part of the work.
pub fn run(book: &CallBook, profile: &Profile, task: &Task) -> Found {
    let by = match &task.work {
        Work::Part(calls, ..) => calls.by,
        Work::Crowd(portion) => portion.by,
    };
    let mut part = Part {
        book,
        profile,
        by,
        rule: task.rules.first().copied().unwrap_or(0),
        own: Tally::default(),
        parties: FxHashMap::default(),
        collectors: Collectors::new(book, &task.rules),
        episodes: Vec::new(),
        clock: LocalClock::new(&profile.timezone),
        found: Found::default(),
    };
    match &task.work {
        Work::Crowd(portion) => portion.run(&mut part),
        Work::Part(calls, number, picture) => {
            let mut clock = LocalClock::new(&profile.timezone);
            calls.each_group(book, &mut clock, *number, &mut |who, dials, inbound| {
                let redials = OnceCell::new();
                for rule in &task.rules {
                    part.rule = *rule;
                    part.group(who, dials);
                    part.settle(who, &|| redials.get_or_init(|| redial::among(dials)));
                }
                if *picture && who.is_some() {
                    part.found.pictures.push((who, Picture::of(profile, dials, inbound)));
                }
            });
        }
    }
    part.finish()
}

/// One part of the work under way: one rule after another over one group of calls after another.
pub(super) struct Part<'a> {
    pub book: &'a CallBook,
    pub profile: &'a Profile,
    /// By what the calls are grouped.
    pub by: KeyPart,
    rule: usize,
    /// The borrower's, while calls are grouped by borrower.
    own: Tally,
    /// Those of borrowers, while calls are grouped by something else.
    parties: FxHashMap<(usize, Symbol), Tally>,
    collectors: Collectors,
    episodes: Vec<Episode>,
    clock: LocalClock<'a>,
    pub found: Found,
}

impl<'a> Part<'a> {
    pub fn spec(&self) -> &'a ProfileRule {
        &self.profile.rules[self.rule]
    }

    pub fn admits(&self, dial: &Dial) -> Admits {
        admits(self.profile, self.spec(), &dial.attempt)
    }

    /// What the rule makes of a call, where it counts in windows.
    pub fn gauge(&self) -> Option<Gauge<'a>> {
        Gauge::of(self.profile, self.spec())
    }

    pub fn rule(&self) -> usize {
        self.rule
    }

    /// Whether the rule's key holds that by which the calls are grouped.
    pub fn grouped(&self) -> bool {
        self.spec().test.key().contains(&self.by)
    }

    fn group(&mut self, who: Symbol, dials: &[Dial]) {
        match &self.spec().test {
            Test::Count { .. } | Test::Distinct { .. } => kinds::count::test(self, dials),
            Test::After { .. } => kinds::after::test(self, dials),
            _ => self.test(who, dials),
        }
    }

    /// Tests calls with the same key.
    pub fn test<C: Calls + ?Sized>(&mut self, who: Symbol, calls: &C) {
        match &self.spec().test {
            Test::Hours { from, to, overrun } => {
                kinds::hours::test(self, calls.all(), (*from, *to), *overrun)
            }
            Test::Count { .. } | Test::Distinct { .. } => kinds::count::list(self, calls),
            Test::After { .. } => kinds::after::list(self, calls),
            Test::ContactFirst { failed } => kinds::contact_first::test(self, who, calls, *failed),
            Test::Unrecorded => kinds::unrecorded::test(self, who, calls),
        }
    }

    /// Makes findings of what was found since.
    pub fn settle<'r>(&mut self, who: Symbol, redials: &dyn Fn() -> &'r [u32]) {
        let own = std::mem::take(&mut self.own);
        if self.by == KeyPart::Borrower && who.is_some() && own != Tally::default() {
            self.found.parties.push((self.rule, Who::Borrower(who), own));
        }
        for mut episode in std::mem::take(&mut self.episodes) {
            if !episode.is_new(self.book) {
                continue;
            }
            let redials = redials();
            let found = finding(self.book, self.spec(), &mut episode, redials, &mut self.clock);
            if found.verdict == Verdict::Violation {
                self.found.violating.append(&mut episode.calls);
            }
            self.found.over.push(found);
        }
    }

    /// Adds to what is known of the borrower and the collector of a call of this run.
    pub fn tally(&mut self, dial: &Dial, add: impl Fn(&mut Tally)) {
        self.tally_of(&dial.attempt, add);
    }

    pub fn tally_of(&mut self, attempt: &Attempt, add: impl Fn(&mut Tally)) {
        if attempt.is(EARLIER) {
            return;
        }
        if self.by == KeyPart::Borrower {
            add(&mut self.own);
        } else if attempt.borrower.is_some() {
            add(self.parties.entry((self.rule, attempt.borrower)).or_default());
        }
        if attempt.collector.is_some() {
            add(self.collectors.of(self.rule, attempt.collector));
        }
    }

    pub fn push(&mut self, episode: Episode) {
        self.episodes.push(episode);
    }

    fn finish(self) -> Found {
        let mut found = self.found;
        let borrowers = self.parties.into_iter();
        found.parties.extend(borrowers.map(|((rule, who), tally)| (rule, Who::Borrower(who), tally)));
        self.collectors.finish(&mut found.parties);
        found
    }
}

/// Counts everything, one task after another.
pub fn count(book: &CallBook, profile: &Profile, cut: Cut) -> Counting {
    let mut merge = Merge::new(book, profile);
    for slice in slices() {
        let mut work = tasks(book, profile, slice, cut);
        while !work.is_empty() {
            work.iter().for_each(|task| merge.add(run(book, profile, task)));
            work = merge.rest();
        }
    }
    merge.count_calls(book);
    merge.records(&book.names, profile)
}

//! Counting rules: how often and when a borrower was called. Exact to the second.
//!
//! [`tasks`] cuts the work into independent parts, [`run`] does one of them, [`conclude`] puts the results together; in
//! whatever order they come, the same comes out.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::admit::{Admits, admits, not_checked};
use super::attempt::EARLIER;
use super::calls::CallBook;
use super::conclude::finding;
use super::dials::{Dial, Partition, SLICES};
use super::hours::LocalClock;
use super::kinds;
use super::picture::Picture;
use super::redial;
use super::symbols::Symbol;
use crate::model::finding::{FrequencyFinding, Verdict};
use crate::model::profile::{KeyPart, Profile, ProfileRule, Test};

pub use super::conclude::{Counting, Merge, PartyCount};

/// Calls of a part above which each rule is a task of its own: one borrower may have millions of calls.
const MANY: usize = 1 << 18;

/// Collectors above which their tallies stand in a map.
const MOST_COLLECTORS: usize = 2_048;

/// Some calls to be counted by some rules: all that share a key, or none of them.
#[derive(Debug, Clone)]
pub struct Task {
    rules: Vec<usize>,
    calls: Arc<Partition>,
    part: usize,
    /// Whether the borrowers' pictures are made too.
    picture: bool,
}

/// Whom a number is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Who {
    Borrower(Symbol),
    Collector(Symbol),
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
    /// Those that follow a call that broke off.
    pub redials: Vec<u32>,
    /// What else is to be said.
    pub note: Option<&'static str>,
    /// Another call of this run takes part, though it is none of those counted.
    pub touched: bool,
}

impl Episode {
    pub fn of(calls: Vec<u32>, count: u64) -> Episode {
        Episode {
            calls,
            count,
            open: 0,
            review: false,
            event: None,
            redials: Vec::new(),
            note: None,
            touched: false,
        }
    }

    /// Whether a call of this run takes part.
    fn is_new(&self, book: &CallBook) -> bool {
        let new = |ix: &u32| !book.attempt(*ix).is(EARLIER);
        self.touched || self.calls.iter().chain(&self.event).any(new)
    }
}

/// Largest counts for one borrower or collector.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Calls that surely count.
    pub count: u32,
    /// The same with calls that may count.
    pub most: u32,
    /// Calls that may count and belong to no known window.
    pub loose: u32,
    /// Calls at forbidden hours.
    pub inside: u32,
    /// Findings that are for review whatever the rule says.
    pub doubtful: u32,
}

impl Tally {
    /// The same party, seen from another part of the work.
    pub fn join(&mut self, other: Tally) {
        self.count = self.count.max(other.count);
        self.most = self.most.max(other.most);
        self.loose = self.loose.saturating_add(other.loose);
        self.inside = self.inside.saturating_add(other.inside);
        self.doubtful = self.doubtful.saturating_add(other.doubtful);
    }

    pub fn count(&mut self, count: u64) {
        self.count = self.count.max(u32::try_from(count).unwrap_or(u32::MAX));
        self.most = self.most.max(self.count);
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

/// Cuts the rules that can be tested into parts: one slice of them.
pub fn tasks(book: &CallBook, profile: &Profile, slice: usize) -> Vec<Task> {
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
        let calls = Arc::new(Partition::new(book, by, slice));
        for part in 0..calls.parts() {
            let picture = by == KeyPart::Borrower;
            let task = |rules: Vec<usize>, picture| Task { rules, calls: Arc::clone(&calls), part, picture };
            if calls.size(part) < MANY || rules.len() < 2 {
                tasks.push(task(rules.clone(), picture));
            } else {
                tasks.extend(rules.iter().enumerate().map(|(n, rule)| task(vec![*rule], picture && n == 0)));
            }
        }
    }
    tasks
}

/// Does one part of the work.
pub fn run(book: &CallBook, profile: &Profile, task: &Task) -> Found {
    let mut part = Part {
        book,
        profile,
        by: task.calls.by,
        rule: 0,
        own: Tally::default(),
        parties: FxHashMap::default(),
        collectors: Collectors::new(book, &task.rules),
        episodes: Vec::new(),
        redials: None,
        found: Found::default(),
    };
    let mut local = LocalClock::new(&profile.timezone);
    let mut clock = LocalClock::new(&profile.timezone);
    task.calls.each_group(book, &mut clock, task.part, &mut |who, dials, inbound| {
        part.redials = None;
        for rule in &task.rules {
            part.rule = *rule;
            part.group(who, dials, &mut local);
        }
        if task.picture && who.is_some() {
            part.found.pictures.push((who, Picture::of(profile, dials, inbound)));
        }
    });
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
    /// Redials of the group, once they are asked for.
    redials: Option<Vec<u32>>,
    found: Found,
}

impl<'a> Part<'a> {
    pub fn spec(&self) -> &'a ProfileRule {
        &self.profile.rules[self.rule]
    }

    pub fn admits(&self, dial: &Dial) -> Admits {
        admits(self.profile, self.spec(), &dial.attempt)
    }

    fn group(&mut self, who: Symbol, dials: &[Dial], clock: &mut LocalClock<'_>) {
        self.own = Tally::default();
        match &self.spec().test {
            Test::Hours { from, to, overrun } => kinds::hours::test(self, dials, (*from, *to), *overrun),
            Test::Count { .. } | Test::Distinct { .. } => kinds::count::test(self, dials),
            Test::After { .. } => kinds::after::test(self, dials),
            Test::ContactFirst { failed } => kinds::contact_first::test(self, who, dials, *failed),
            Test::Unrecorded => kinds::unrecorded::test(self, who, dials),
        }
        if self.by == KeyPart::Borrower && who.is_some() {
            let (rule, own) = (self.rule, self.own);
            self.found.parties.push((rule, Who::Borrower(who), own));
        }
        for mut episode in std::mem::take(&mut self.episodes) {
            if !episode.is_new(self.book) {
                continue;
            }
            let redials = self.redials.get_or_insert_with(|| redial::among(dials));
            let is_redial = |ix: &u32| redials.binary_search(ix).is_ok();
            episode.redials = episode.calls.iter().copied().filter(is_redial).collect();
            episode.redials.sort_unstable();
            let found = finding(self.book, self.spec(), &episode, clock);
            if found.verdict == Verdict::Violation {
                self.found.violating.extend(&episode.calls);
            }
            self.found.over.push(found);
        }
    }

    /// Adds to what is known of the borrower and the collector of a call of this run.
    pub fn tally(&mut self, dial: &Dial, add: impl Fn(&mut Tally)) {
        if dial.attempt.is(EARLIER) {
            return;
        }
        if self.by == KeyPart::Borrower {
            add(&mut self.own);
        } else if dial.attempt.borrower.is_some() {
            add(self.parties.entry((self.rule, dial.attempt.borrower)).or_default());
        }
        if dial.attempt.collector.is_some() {
            add(self.collectors.of(self.rule, dial.attempt.collector));
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

/// Tallies of collectors in one part of the work: in a table where there are few of them, as every call asks for one.
enum Collectors {
    /// A row for each of the rules.
    Table {
        rules: Vec<usize>,
        width: usize,
        tallies: Vec<Tally>,
    },
    Map(FxHashMap<(usize, Symbol), Tally>),
}

impl Collectors {
    fn new(book: &CallBook, rules: &[usize]) -> Collectors {
        let width = book.names.collectors.len();
        if width > MOST_COLLECTORS {
            return Collectors::Map(FxHashMap::default());
        }
        let tallies = vec![Tally::default(); width * rules.len()];
        Collectors::Table { rules: rules.to_vec(), width, tallies }
    }

    fn of(&mut self, rule: usize, who: Symbol) -> &mut Tally {
        match self {
            Collectors::Table { rules, width, tallies } => {
                let row = rules.iter().position(|r| *r == rule).unwrap_or(0);
                &mut tallies[row * *width + who.0 as usize]
            }
            Collectors::Map(map) => map.entry((rule, who)).or_default(),
        }
    }

    fn finish(self, parties: &mut Vec<(usize, Who, Tally)>) {
        match self {
            Collectors::Map(map) => {
                parties
                    .extend(map.into_iter().map(|((rule, who), tally)| (rule, Who::Collector(who), tally)));
            }
            Collectors::Table { rules, width, tallies } => {
                for (rule, row) in rules.iter().zip(tallies.chunks(width.max(1))) {
                    let known = (0u32..).zip(row).filter(|(_, tally)| **tally != Tally::default());
                    parties.extend(known.map(|(who, tally)| (*rule, Who::Collector(Symbol(who)), *tally)));
                }
            }
        }
    }
}

/// Puts together what [`run`] found in all parts.
pub fn conclude(book: &CallBook, profile: &Profile, found: Vec<Found>) -> Counting {
    let mut merge = Merge::new(book, profile);
    found.into_iter().for_each(|part| merge.add(part));
    merge.count_calls(book);
    merge.records(&book.names, profile)
}

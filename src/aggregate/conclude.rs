//! From what the parts of the work found to findings and to how each borrower and collector stands.

use std::collections::{BTreeMap, BTreeSet};

use super::admit::{name_of, not_checked};
use super::attempt::{Attempt, EARLIER, WORDS_VIOLATE};
use super::calendar::calendar;
use super::calls::{CallBook, Names};
use super::cut::Spans;
use super::frequency::{Episode, Found, Task};
use super::hours::LocalClock;
use super::rates::rate;
use super::records::Seen;
use super::remarks::{fingerprint, notes};
use super::standings::{PartyCount, Sides, Standings};
use crate::model::calendar::Calendar;
use crate::model::error::Error;
use crate::model::finding::{FrequencyFinding, Verdict};
use crate::model::profile::{KeyPart, Profile, ProfileRule};
use crate::model::scan::AgencyRecord;
use crate::model::texts::Texts;

/// What the counting rules say.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Counting {
    /// Findings, sorted by borrower, rule, key and time.
    pub findings: Vec<FrequencyFinding>,
    /// Rules that could not be tested (`frequency/<id>`), with the reason.
    pub not_checked: BTreeMap<String, String>,
    /// By borrower id.
    pub borrowers: BTreeMap<String, PartyCount>,
    /// By collector id. A collector answers for every window that holds a call of his or hers, whoever made the others.
    pub collectors: BTreeMap<String, PartyCount>,
    /// Agencies, the highest rate of violations first.
    pub agencies: Vec<AgencyRecord>,
}

/// Most ids of calls in a finding.
const MOST_IDS: usize = 1_000;
/// Certainty that is shown for findings of a rule that binds, and of one that is for review.
const SCORES: (f64, f64) = (1.0, 0.5);

/// Takes the parts one after another; memory grows with parties and findings, not with parts.
#[derive(Debug)]
pub struct Merge {
    untested: Vec<Option<String>>,
    findings: Vec<FrequencyFinding>,
    sides: Sides,
    agencies: Vec<(u64, u64)>,
    /// A bit per record.
    violating: Vec<u64>,
    /// Tasks that came out of others, and what pieces found that may go on in others.
    next: (Vec<Task>, Vec<Spans>),
}

impl Merge {
    /// Nothing yet.
    pub fn new(book: &CallBook, profile: &Profile) -> Merge {
        let untested: Vec<Option<String>> =
            profile.rules.iter().map(|rule| not_checked(book, profile, rule)).collect();
        let names = &book.names;
        Merge {
            sides: Sides::new(names, untested.iter().map(Option::is_none).collect(), book.has_log()),
            agencies: vec![(0, 0); names.agencies.len()],
            violating: vec![0; book.records.len().div_ceil(64)],
            findings: Vec::new(),
            next: Default::default(),
            untested,
        }
    }

    /// What one part found.
    pub fn add(&mut self, found: Found) {
        self.findings.extend(found.over);
        for (rule, who, tally) in found.parties {
            self.sides.join(rule, who, tally);
        }
        for (who, picture) in found.pictures {
            self.sides.picture(who, picture);
        }
        for ix in found.violating {
            self.violating[ix as usize / 64] |= 1 << (ix % 64);
        }
        self.next.0.extend(found.next);
        self.next.1.extend(found.spans);
    }

    /// What is to be done when all tasks so far are done; nothing at the end.
    pub fn rest(&mut self) -> Vec<Task> {
        let (next, spans) = std::mem::take(&mut self.next);
        Found::rest(next, spans)
    }

    /// What was found so far.
    pub fn findings(&self) -> &[FrequencyFinding] {
        &self.findings
    }

    /// When the calls were made, those to `borrowers` one by one.
    pub fn calendar(&self, book: &CallBook, profile: &Profile, borrowers: &BTreeSet<String>) -> Calendar {
        calendar(book, profile, borrowers, &|ix, a| self.violates(ix, a))
    }

    /// Whether a call belongs to a violation.
    fn violates(&self, ix: u32, attempt: &Attempt) -> bool {
        self.violating[ix as usize / 64] & (1 << (ix % 64)) != 0 || attempt.is(WORDS_VIOLATE)
    }

    /// Counts the calls of everybody; the calls are not needed after that, only their names.
    pub(super) fn count_calls(&mut self, book: &CallBook) {
        for (ix, a) in book.attempts().filter(|(_, a)| !a.is(EARLIER)) {
            let violating = self.violates(ix, &a);
            self.sides.borrowers.note(a.borrower, violating);
            self.sides.collectors.note(a.collector, violating);
            if let Some((all, bad)) = self.agencies.get_mut(a.agency().0 as usize) {
                *all += 1;
                *bad += u64::from(violating);
            }
        }
    }

    /// The whole, with how everybody stands apart: that is handed out one by one, as all of it takes much memory. The calls are
    /// dropped before.
    ///
    /// # Errors
    /// When calls could not be kept in a temporary file or not be read from it.
    pub fn finish(mut self, mut book: CallBook, profile: &Profile) -> Result<(Counting, Standings), Error> {
        self.count_calls(&book);
        if let Some(fault) = book.fault() {
            return Err(fault);
        }
        let names = book.into_names();
        let counting = self.told(&names, profile);
        Ok((counting, Standings { sides: self.sides, names }))
    }

    /// The whole, when the calls are counted, but for how everybody stands.
    fn told(&mut self, names: &Names, profile: &Profile) -> Counting {
        let mut findings = std::mem::take(&mut self.findings);
        findings.sort_by(|a, b| {
            let key =
                |f: &FrequencyFinding| (f.borrower_id.clone(), f.rule.clone(), f.key.clone(), f.from.clone());
            key(a).cmp(&key(b)).then_with(|| a.calls.cmp(&b.calls))
        });
        let mut counting = Counting { findings, ..Counting::default() };
        for (rule, reason) in profile.rules.iter().zip(&self.untested) {
            counting.not_checked.extend(reason.clone().map(|r| (rule_id(rule), r)));
        }
        counting.agencies = agencies(names, &self.agencies);
        counting
    }

    /// The whole, when the calls are counted.
    pub(super) fn records(mut self, names: &Names, profile: &Profile) -> Counting {
        let mut counting = self.told(names, profile);
        let (borrowers, collectors) = (&mut counting.borrowers, &mut counting.collectors);
        self.sides.each_borrower(names, profile, &mut |id, party| _ = borrowers.insert(id.to_owned(), party));
        self.sides
            .each_collector(names, profile, &mut |id, party| _ = collectors.insert(id.to_owned(), party));
        counting
    }
}

fn agencies(names: &Names, calls: &[(u64, u64)]) -> Vec<AgencyRecord> {
    let mut agencies: Vec<AgencyRecord> = names
        .agencies
        .iter()
        .map(|(who, name)| {
            let (calls, bad) = calls.get(who.0 as usize).copied().unwrap_or_default();
            AgencyRecord { agency: name.to_owned(), calls, rate: rate(bad, calls) }
        })
        .filter(|a| a.calls > 0)
        .collect();
    agencies.sort_by(|a, b| b.rate.low.total_cmp(&a.rate.low).then_with(|| a.agency.cmp(&b.agency)));
    agencies
}

pub(super) fn rule_id(rule: &ProfileRule) -> String {
    format!("frequency/{}", rule.id)
}

pub(super) fn over(rule: &ProfileRule) -> Verdict {
    if rule.review { Verdict::Review } else { Verdict::Violation }
}

/// Whether there may be more calls than are seen: dials that no log tells of, calls of other agencies.
pub(super) fn at_least(rule: &ProfileRule, has_log: bool) -> bool {
    rule.all_agencies || (!has_log && rule.test.counts().is_some())
}

/// What is said about calls over a limit.
pub(super) fn finding(
    book: &CallBook,
    rule: &ProfileRule,
    episode: &mut Episode,
    redials: &[u32],
    clock: &mut LocalClock<'_>,
) -> FrequencyFinding {
    let known = Seen::of(book, &episode.calls);
    let start = |ix: &u32| known.attempt(*ix).start().unwrap_or_default();
    let id = |ix: &u32| book.id(*ix, &known.attempt(*ix));
    in_order(&mut episode.calls, &start, &id);
    let (episode, calls) = (&*episode, &episode.calls);
    let (first, last) = (calls.first().map_or(0, start), calls.last().map_or(0, start));
    let of = |ix: u32| known.attempt(ix).borrower;
    let same = calls.windows(2).all(|pair| of(pair[0]) == of(pair[1]));
    let borrower = calls.first().filter(|_| same).and_then(|ix| book.names.borrowers.get(of(*ix)));
    let key = key_of(book, rule, calls.first().map(|ix| known.attempt(*ix)));
    let told = &calls[..calls.len().min(MOST_IDS)];
    let some =
        |which: &dyn Fn(u32) -> bool| -> Texts { told.iter().filter(|ix| which(**ix)).map(id).collect() };
    let redials = some(&|ix| redials.binary_search(&ix).is_ok());
    let earlier = some(&|ix| known.attempt(ix).is(EARLIER));
    let ids = some(&|_| true);
    let verdict = if episode.review { Verdict::Review } else { over(rule) };
    let day = clock.date(last);
    let basis: Vec<String> = rule.basis.iter().filter(|b| b.in_force(day)).map(|b| b.id.clone()).collect();
    let mut notes = notes(book, rule, episode);
    if calls.len() > told.len() {
        notes.push(format!("{} more calls, not listed", calls.len() - told.len()));
    }
    if basis.is_empty() && !rule.basis.is_empty() {
        notes.push("no clause of this rule was in force on that day".to_owned());
    }
    FrequencyFinding {
        rule: rule_id(rule),
        group: "frequency",
        severity: rule.severity,
        verdict,
        score: if verdict == Verdict::Violation { SCORES.0 } else { SCORES.1 },
        borrower_id: borrower.map(str::to_owned),
        fingerprint: fingerprint(rule, &key, &ids),
        accepted: None,
        key: key.into_iter().filter(|(name, _)| *name != "borrower").collect(),
        calls: ids,
        from: clock.rfc3339(first),
        to: clock.rfc3339(last),
        count: episode.count,
        limit: rule.test.limit(),
        basis,
        after: episode.event.map(|ix| book.id(ix, &book.attempt(ix))),
        redials,
        earlier,
        at_least: at_least(rule, book.has_log()),
        notes,
        place: place_of(book, told, &known),
    }
}

/// File and line of the last of these calls that this run saw.
fn place_of(book: &CallBook, calls: &[u32], known: &Seen<'_>) -> Option<(String, usize)> {
    let seen = calls.iter().map(|ix| known.attempt(*ix)).filter(|a| !a.is(EARLIER));
    let placed = seen.filter_map(|a| {
        let file = book.names.others.get(a.file).filter(|file| !file.is_empty())?;
        Some((a.start(), file, a.line))
    });
    placed.max().map(|(_, file, line)| (file.to_owned(), line as usize))
}

/// By start, and by id where that is the same, as far as the ids are told. A window of a week may hold a million calls of one
/// borrower: nobody reads their ids.
fn in_order(calls: &mut [u32], start: &dyn Fn(&u32) -> i64, id: &dyn Fn(&u32) -> String) {
    if !calls.is_sorted_by_key(start) {
        calls.sort_by_key(start);
    }
    let told = calls.get(MOST_IDS).map_or(calls.len(), |next| {
        let last = start(next);
        calls.partition_point(|ix| start(ix) <= last)
    });
    for same in calls[..told].chunk_by_mut(|a, b| start(a) == start(b)).filter(|same| same.len() > 1) {
        same.sort_by_cached_key(id);
    }
}

fn key_of(book: &CallBook, rule: &ProfileRule, call: Option<Attempt>) -> BTreeMap<&'static str, String> {
    let key = rule.test.key();
    let Some(call) = call.filter(|_| rule.test.counts().is_some()) else { return BTreeMap::new() };
    let part = |p: KeyPart| (name_of(p), book.names.part(p, call.part(p)).unwrap_or_default().to_owned());
    key.iter().map(|p| part(*p)).collect()
}

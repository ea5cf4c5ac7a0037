//! What several sources say of one call becomes one attempt.

use std::cmp::Ordering;
use std::hash::BuildHasher;

use rustc_hash::{FxBuildHasher, FxHashMap};

use super::attempt::{ANNOUNCED, Attempt, EARLIER, HAS_TRANSCRIPT, INBOUND, MADE_UP, REFUSED};
use super::calls::CallBook;
use super::contradiction;
use super::symbols::Symbol;
use super::twice::{Marked, Twice};
use crate::model::notice::Notice;
use crate::model::profile::KeyPart;
use crate::model::transcript::CalleeRole;

/// Records above which their ids are compared in several rounds, so that the memory for it stays small.
const MANY: usize = 1 << 20;

/// The calls of a book, each once.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// A bit per record that does not stand for a call as it is.
    odd: Vec<u64>,
    /// Calls of which several records tell different things, by the index of one of them.
    merged: Vec<(u32, Attempt)>,
    /// Contradictions.
    pub notices: Vec<Notice>,
    /// Of how many calls what is known.
    pub known: Known,
    /// The same of the calls of this run alone.
    pub own: Known,
}

impl Resolved {
    /// Whether the record was merged into another one, or changed by that.
    pub fn odd(&self, ix: u32) -> bool {
        self.odd.get(ix as usize / 64).is_some_and(|word| word & (1 << (ix % 64)) != 0)
    }

    /// What became of a record by merging; nothing if another one stands for the call.
    pub fn merged(&self, ix: u32) -> Option<&Attempt> {
        let at = self.merged.binary_search_by_key(&ix, |(i, _)| *i).ok()?;
        Some(&self.merged[at].1)
    }

    fn mark(&mut self, ix: u32) {
        self.odd[ix as usize / 64] |= 1 << (ix % 64);
    }
}

/// Of how many calls something is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub calls: usize,
    pub starts: usize,
    pub borrowers: usize,
    pub connected: usize,
    pub roles: usize,
    pub durations: usize,
    pub rings: usize,
    pub inbound: usize,
    pub recordings: usize,
    /// Calls of which it is known what was said.
    pub transcripts: usize,
    /// In the order of [`PARTS`].
    parts: [usize; PARTS.len()],
}

/// Every part of a key.
const PARTS: [KeyPart; 6] = [
    KeyPart::Borrower,
    KeyPart::CalleeNumber,
    KeyPart::CallerNumber,
    KeyPart::Collector,
    KeyPart::Agency,
    KeyPart::Contact,
];

impl Known {
    /// Of how many calls this part of the key is known.
    pub fn part(&self, part: KeyPart) -> usize {
        // A log of calls to the borrower alone has no contacts, which is no lack of knowledge.
        let part = if part == KeyPart::Contact { KeyPart::CalleeNumber } else { part };
        PARTS.iter().zip(self.parts).find(|(p, _)| **p == part).map_or(0, |(_, n)| n)
    }

    fn add(&mut self, a: &Attempt) {
        self.calls += 1;
        self.starts += usize::from(a.start().is_some());
        self.borrowers += usize::from(a.borrower.is_some());
        self.connected += usize::from(a.connected().is_some());
        self.roles += usize::from(a.role() != CalleeRole::Unknown);
        self.durations += usize::from(a.duration().is_some());
        self.rings += usize::from(a.ring().is_some());
        self.inbound += usize::from(a.is(INBOUND));
        self.recordings += usize::from(a.is(super::attempt::TELLS_RECORDING));
        self.transcripts += usize::from(a.is(HAS_TRANSCRIPT | REFUSED | ANNOUNCED));
        for (count, part) in self.parts.iter_mut().zip(PARTS) {
            *count += usize::from(a.part(part).is_some());
        }
    }
}

/// What identifies a call without an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Identity {
    borrower: Symbol,
    callee: Symbol,
    start: Option<i64>,
    /// Only where borrower and number are both missing: anything else that tells calls apart.
    others: (Symbol, Symbol, Symbol, Option<u64>),
    /// Where nothing identifies a transcript: its place.
    place: (Symbol, u32),
}

impl Identity {
    /// Never 0.
    fn hash(&self) -> u32 {
        let full = FxBuildHasher.hash_one(self);
        ((full >> 32) as u32 ^ full as u32).max(1)
    }
}

/// Merges the records of each call.
pub(super) fn resolve(book: &CallBook) -> Resolved {
    let mut work = Work {
        book,
        done: Resolved::default(),
        nameless: Marked::new(book.records.len()),
        groups: Vec::new(),
    };
    work.done.odd = vec![0; book.records.len().div_ceil(64)];
    work.by_id();
    if !work.nameless.is_empty() {
        work.by_identity();
    }
    let groups = std::mem::take(&mut work.groups);
    groups.into_iter().for_each(|group| work.merge(group));
    let mut resolved = work.done;
    resolved.merged.sort_unstable_by_key(|(ix, _)| *ix);
    resolved.notices.sort();
    let (mut known, mut own) = (Known::default(), Known::default());
    for (ix, a) in book.records.iter() {
        let stands = if resolved.odd(ix) { resolved.merged(ix) } else { Some(&a) };
        if let Some(a) = stands {
            known.add(a);
            if !a.is(EARLIER) {
                own.add(a);
            }
        }
    }
    (resolved.known, resolved.own) = (known, own);
    resolved
}

struct Work<'a> {
    book: &'a CallBook,
    done: Resolved,
    /// Records that no id identifies.
    nameless: Marked,
    /// Records of one call, two or more of them.
    groups: Vec<Vec<u32>>,
}

impl Work<'_> {
    /// Brings records with the same id together: nearly every id is there once, so that only those are looked at of whose hash
    /// some bits are there twice; in rounds over its first bits where these are many.
    fn by_id(&mut self) {
        let records = &self.book.records;
        let twice = Twice::among(records.len(), records.iter().map(|(_, a)| a.id_hash));
        let mut many = 0;
        for (ix, a) in records.iter() {
            if a.id_hash == 0 {
                self.nameless.mark(ix);
            } else if twice.holds(a.id_hash) {
                many += 1;
            } else if a.is(MADE_UP) {
                self.nameless.mark(ix);
            }
        }
        let bits = if many > MANY { 2 } else { 0 };
        let mut round: Vec<(u32, u32)> = Vec::new();
        for first in 0..1u64 << bits {
            round.clear();
            for (ix, a) in records.iter() {
                if a.id_hash != 0 && u64::from(a.id_hash) >> (32 - bits) == first && twice.holds(a.id_hash) {
                    round.push((a.id_hash, ix));
                }
            }
            round.sort_unstable();
            for same in round.chunk_by(|a, b| a.0 == b.0) {
                self.same_hash(same);
            }
        }
    }

    /// Records whose ids have the same hash, mostly one.
    fn same_hash(&mut self, same: &[(u32, u32)]) {
        let made_up = |ix: u32| self.book.records.get(ix).is(MADE_UP);
        if let [(_, only)] = same {
            if made_up(*only) {
                self.nameless.mark(*only);
            }
            return;
        }
        let mut members: Vec<u32> = same.iter().map(|(_, ix)| *ix).collect();
        members.sort_by(|a, b| self.book.records.id(*a).cmp(&self.book.records.id(*b)).then(a.cmp(b)));
        let mut groups = Vec::new();
        for group in members.chunk_by(|a, b| self.book.records.id(*a) == self.book.records.id(*b)) {
            if group.iter().all(|ix| made_up(*ix)) {
                group.iter().for_each(|ix| self.nameless.mark(*ix));
            } else if group.len() > 1 {
                groups.push(group.to_vec());
            }
        }
        self.groups.extend(groups);
    }

    /// Records without an id belong to the call with the same borrower, number and start, or together.
    fn by_identity(&mut self) {
        let records = &self.book.records;
        let known = |a: &Attempt| a.borrower.is_some() && a.callee.is_some() && a.start().is_some();
        // Nearly each of them is like no other, and stays as it is.
        let hash_of = |(ix, a): (u32, Attempt)| {
            if self.nameless.holds(ix) || known(&a) { identity(&a).hash() } else { 0 }
        };
        let twice = Twice::among(records.len(), records.iter().map(hash_of));
        let mut alike: FxHashMap<Identity, Vec<u32>> = FxHashMap::default();
        for (ix, a) in records.iter().filter(|(ix, _)| self.nameless.holds(*ix)) {
            let identity = identity(&a);
            if twice.holds(identity.hash()) {
                alike.entry(identity).or_default().push(ix);
            }
        }
        let mut named: FxHashMap<Identity, u32> = FxHashMap::default();
        for (ix, a) in records.iter().filter(|(ix, a)| known(a) && !self.nameless.holds(*ix)) {
            let identity = identity(&a);
            if alike.contains_key(&identity) {
                let entry = named.entry(identity).or_insert(ix);
                if self.book.records.id(ix) < self.book.records.id(*entry) {
                    *entry = ix;
                }
            }
        }
        let mut group_of: FxHashMap<u32, usize> = FxHashMap::default();
        for (at, group) in self.groups.iter().enumerate() {
            group_of.extend(group.iter().map(|ix| (*ix, at)));
        }
        let mut lists: Vec<(Identity, Vec<u32>)> = alike.into_iter().collect();
        lists.sort_unstable();
        for (identity, mut members) in lists {
            match named.get(&identity).map(|ix| (*ix, group_of.get(ix).copied())) {
                Some((_, Some(group))) => self.groups[group].append(&mut members),
                Some((ix, None)) => {
                    members.push(ix);
                    group_of.insert(ix, self.groups.len());
                    self.groups.push(members);
                }
                None if members.len() > 1 => self.groups.push(members),
                None => {}
            }
        }
    }

    /// The records of one call become one.
    fn merge(&mut self, mut members: Vec<u32>) {
        let book = self.book;
        let record = |ix: u32| book.records.get(ix);
        members.sort_unstable_by(|a, b| by_content(book, *a, *b));
        let first = record(members[0]);
        let mut merged = first;
        for pair in members.windows(2) {
            let other = record(pair[1]);
            if !other.is(EARLIER) {
                contradiction::twice(book, &first, (members[0], &merged), &other, &mut self.done.notices);
            }
            if record(pair[0]).says_the_same(&other) {
                continue;
            }
            // A source of this run corrects what an earlier one said: the ledger tells how often.
            if !other.is(EARLIER) {
                contradiction::remark(book, &first, (members[0], &merged), &other, &mut self.done.notices);
            }
            merged.fill(&other);
        }
        // The one whose id is that of the call stands for it.
        let named = members.iter().copied().find(|ix| record(*ix).id_hash != 0 && !record(*ix).is(MADE_UP));
        let stands = named.unwrap_or(members[0]);
        for ix in members {
            self.done.mark(ix);
        }
        self.done.merged.push((stands, merged));
    }
}

fn identity(a: &Attempt) -> Identity {
    let none = Symbol::NONE;
    let place = a.is(HAS_TRANSCRIPT) && !(a.borrower.is_some() && a.start().is_some());
    let others = !a.borrower.is_some() && !a.callee.is_some();
    Identity {
        borrower: a.borrower,
        callee: a.callee,
        start: a.start(),
        others: if others {
            (a.caller, a.collector, a.agency(), a.duration())
        } else {
            (none, none, none, None)
        },
        place: if place { (a.file, a.line) } else { (none, 0) },
    }
}

/// Earlier runs last. Log rows first: they tell of the dial and not of the recording. Then by everything that is said, what is known before what
/// is not; the place comes last.
pub(super) fn by_content(book: &CallBook, one: u32, two: u32) -> Ordering {
    let (a, b) = (&book.records.get(one), &book.records.get(two));
    let text = |a: Option<&str>, b: Option<&str>| match (a, b) {
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    let part = |part: KeyPart| text(book.names.part(part, a.part(part)), book.names.part(part, b.part(part)));
    let kind = |x: &Attempt| (x.is(EARLIER), x.is(HAS_TRANSCRIPT), x.is(MADE_UP));
    let others = &book.names.others;
    kind(a)
        .cmp(&kind(b))
        .then_with(|| known_first(a.start(), b.start()))
        .then_with(|| part(KeyPart::Borrower))
        .then_with(|| part(KeyPart::CalleeNumber))
        .then_with(|| part(KeyPart::Collector))
        .then_with(|| part(KeyPart::Agency))
        .then_with(|| part(KeyPart::CallerNumber))
        .then_with(|| a.role().cmp(&b.role()))
        .then_with(|| known_first(a.duration(), b.duration()))
        .then_with(|| known_first(a.ring(), b.ring()))
        .then_with(|| b.said_connected().cmp(&a.said_connected()))
        .then_with(|| {
            book.agreement(a).map(|x| (x.from, x.to)).cmp(&book.agreement(b).map(|x| (x.from, x.to)))
        })
        .then_with(|| a.flags.cmp(&b.flags))
        .then_with(|| text(book.records.id(one).as_deref(), book.records.id(two).as_deref()))
        .then_with(|| text(others.get(a.file), others.get(b.file)))
        .then_with(|| a.line.cmp(&b.line))
}

fn known_first<T: Ord>(a: Option<T>, b: Option<T>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

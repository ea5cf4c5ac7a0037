//! What several sources say of one call becomes one attempt.

use std::cmp::Ordering;

use jiff::Timestamp;
use rustc_hash::FxHashMap;

use super::attempt::{Attempt, HAS_TRANSCRIPT, MADE_UP};
use super::calls::CallBook;
use super::symbols::{Symbol, Symbols};
use crate::model::notice::Notice;
use crate::model::profile::KeyPart;
use crate::model::transcript::CalleeRole;

/// The calls of a book, each once.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    /// Indices of records, or, from the number of records on, of `merged`.
    pub order: Vec<u32>,
    /// Calls of which several records tell different things.
    pub merged: Vec<Attempt>,
    /// Contradictions.
    pub notices: Vec<Notice>,
    /// Of how many calls what is known.
    pub known: Known,
}

/// Of how many calls something is known.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub starts: usize,
    pub borrowers: usize,
    pub connected: usize,
    pub roles: usize,
    pub durations: usize,
    /// In the order of [`PARTS`].
    parts: [usize; PARTS.len()],
}

/// Every part of a key.
const PARTS: [KeyPart; 5] =
    [KeyPart::Borrower, KeyPart::CalleeNumber, KeyPart::CallerNumber, KeyPart::Collector, KeyPart::Agency];

impl Known {
    /// Of how many calls this part of the key is known.
    pub fn part(&self, part: KeyPart) -> usize {
        PARTS.iter().zip(self.parts).find(|(p, _)| **p == part).map_or(0, |(_, n)| n)
    }

    fn add(&mut self, a: &Attempt) {
        self.starts += usize::from(a.start().is_some());
        self.borrowers += usize::from(a.borrower.is_some());
        self.connected += usize::from(a.connected().is_some());
        self.roles += usize::from(a.role != CalleeRole::Unknown);
        self.durations += usize::from(a.duration().is_some());
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

/// Merges the records of each call.
pub(super) fn resolve(book: &CallBook) -> Resolved {
    let mut real = vec![false; book.symbols.len()];
    for a in book.records.iter().filter(|a| a.call.is_some() && !a.is(MADE_UP)) {
        real[a.call.0 as usize] = true;
    }
    let has_id = |a: &Attempt| a.call.is_some() && real[a.call.0 as usize];
    let mut named: Vec<(Symbol, u32)> = Vec::with_capacity(book.records.len());
    let mut nameless: Vec<(Identity, u32)> = Vec::new();
    for (ix, a) in (0u32..).zip(&book.records) {
        if has_id(a) { named.push((a.call, ix)) } else { nameless.push((identity(a), ix)) }
    }
    if !nameless.is_empty() {
        let by_identity = identities(book, &named);
        nameless.retain(|(identity, ix)| match by_identity.get(identity) {
            Some(call) => {
                named.push((*call, *ix));
                false
            }
            None => true,
        });
    }
    let mut resolved = Resolved::default();
    resolved.order.reserve(book.records.len());
    named.sort_unstable();
    nameless.sort_unstable();
    groups(book, &named, &mut resolved);
    groups(book, &nameless, &mut resolved);
    resolved.notices.sort();
    let mut known = Known::default();
    for ix in &resolved.order {
        let ix = *ix as usize;
        known.add(book.records.get(ix).unwrap_or_else(|| &resolved.merged[ix - book.records.len()]));
    }
    resolved.known = known;
    resolved
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
            (a.caller, a.collector, a.agency, a.duration())
        } else {
            (none, none, none, None)
        },
        place: if place { (a.file, a.line) } else { (none, 0) },
    }
}

/// Calls with an id, by borrower, number and start where all three are known.
fn identities(book: &CallBook, named: &[(Symbol, u32)]) -> FxHashMap<Identity, Symbol> {
    let mut calls: FxHashMap<Identity, Symbol> = FxHashMap::default();
    for (call, ix) in named {
        let a = &book.records[*ix as usize];
        if !a.borrower.is_some() || !a.callee.is_some() || a.start().is_none() {
            continue;
        }
        let entry = calls.entry(identity(a)).or_insert(*call);
        if book.symbols.get(*call) < book.symbols.get(*entry) {
            *entry = *call;
        }
    }
    calls
}

fn groups<K: PartialEq>(book: &CallBook, sorted: &[(K, u32)], resolved: &mut Resolved) {
    for group in sorted.chunk_by(|a, b| a.0 == b.0) {
        if let [(_, only)] = group {
            resolved.order.push(*only);
            continue;
        }
        let mut members: Vec<u32> = group.iter().map(|(_, ix)| *ix).collect();
        members.sort_unstable_by(|a, b| {
            by_content(&book.symbols, &book.records[*a as usize], &book.records[*b as usize])
        });
        let first = &book.records[members[0] as usize];
        let mut merged = *first;
        for pair in members.windows(2) {
            let [before, other] = [pair[0], pair[1]].map(|ix| &book.records[ix as usize]);
            if before.says_the_same(other) {
                continue;
            }
            contradiction(book, first, &merged, other, &mut resolved.notices);
            merged.fill(other);
        }
        if merged == *first {
            resolved.order.push(members[0]);
        } else {
            let ix = book.records.len() + resolved.merged.len();
            resolved.order.push(u32::try_from(ix).unwrap_or(u32::MAX));
            resolved.merged.push(merged);
        }
    }
}

/// Transcripts first, then by everything that is said, what is known before what is not; the place comes last.
pub(super) fn by_content(symbols: &Symbols, a: &Attempt, b: &Attempt) -> Ordering {
    let text = |a: Symbol, b: Symbol| match (symbols.get(a), symbols.get(b)) {
        (Some(a), Some(b)) => a.cmp(b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    };
    let kind = |x: &Attempt| (!x.is(HAS_TRANSCRIPT), x.is(MADE_UP));
    kind(a)
        .cmp(&kind(b))
        .then_with(|| known_first(a.start(), b.start()))
        .then_with(|| text(a.borrower, b.borrower))
        .then_with(|| text(a.callee, b.callee))
        .then_with(|| text(a.collector, b.collector))
        .then_with(|| text(a.agency, b.agency))
        .then_with(|| text(a.caller, b.caller))
        .then_with(|| a.role.cmp(&b.role))
        .then_with(|| known_first(a.duration(), b.duration()))
        .then_with(|| b.said_connected.cmp(&a.said_connected))
        .then_with(|| text(a.call, b.call))
        .then_with(|| text(a.file, b.file))
        .then_with(|| a.line.cmp(&b.line))
}

fn known_first<T: Ord>(a: Option<T>, b: Option<T>) -> Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    }
}

/// Remarks on what `other` says otherwise than the sources before it.
fn contradiction(
    book: &CallBook,
    first: &Attempt,
    merged: &Attempt,
    other: &Attempt,
    notices: &mut Vec<Notice>,
) {
    let mut says = Vec::new();
    if let (Some(a), Some(b)) = (merged.start(), other.start())
        && a != b
    {
        says.push(format!("start {} and not {}", moment(b), moment(a)));
    }
    if let (Some(a), Some(b)) = (book.symbols.get(merged.borrower), book.symbols.get(other.borrower))
        && a != b
    {
        says.push(format!("borrower `{b}` and not `{a}`"));
    }
    if let (Some(a), Some(b)) = (merged.said_connected, other.said_connected)
        && a != b
    {
        says.push(format!("connected {b} and not {a}"));
    }
    if says.is_empty() {
        return;
    }
    let place = book.symbols.get(first.file).unwrap_or_default();
    let message = format!(
        "call `{}`: says {}, as {place}:{} does; the call counts once",
        book.id(merged),
        says.join(", "),
        first.line
    );
    let file = book.symbols.get(other.file).unwrap_or_default();
    notices.push(Notice::remark(file, Some(other.line as usize), message));
}

fn moment(second: i64) -> String {
    Timestamp::from_second(second).map_or_else(|_| second.to_string(), |t| t.to_string())
}

//! Every call of a run once, from logs and transcripts.

use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};
use rustc_hash::FxHashMap;

use super::attempt::{
    ANNOUNCED, Attempt, EARLIER, HAS_TRANSCRIPT, IN_LOG, INBOUND, MADE_UP, REFUSED, WORDS_VIOLATE,
};
use super::intake::Intake;
use super::join::Index;
use super::records::{Records, Spill};
use super::resolve::{Resolved, resolve};
use super::symbols::{Symbol, Symbols};
use crate::model::calllog::{Agreed, LogLine, LogRow};
use crate::model::error::Error;
use crate::model::notice::Notice;
use crate::model::profile::KeyPart;
use crate::model::transcript::Call;

/// Every call of a run. The same call id counts once; without one, the same borrower, number and start are the same call.
/// The order in which rows and calls come in changes nothing.
#[derive(Debug, Default)]
pub struct CallBook {
    pub(super) names: Names,
    /// What each source says, in the order of arrival.
    pub(super) records: Records,
    /// Names of recordings with the log row that has them.
    pub(super) recordings: Vec<(Symbol, u32)>,
    agreements: Vec<Agreed>,
    agreement: FxHashMap<Agreed, u16>,
    has_log: bool,
    resolved: OnceLock<Resolved>,
    index: OnceLock<Index>,
}

/// What was found in the words of a call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Said {
    /// Something is a violation.
    pub violates: bool,
    /// The one called asked not to be called again.
    pub refused: bool,
    /// The collector announced many calls, a visit, or calls to others.
    pub announced: bool,
}

impl Said {
    pub(super) fn flags(self) -> u16 {
        let said = [(WORDS_VIOLATE, self.violates), (REFUSED, self.refused), (ANNOUNCED, self.announced)];
        said.into_iter().filter(|(_, holds)| *holds).map(|(flag, _)| flag).sum()
    }
}

/// The texts of a book. Borrowers, collectors and agencies have tables of their own, so that their numbers lie close.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub borrowers: Symbols,
    pub collectors: Symbols,
    pub agencies: Symbols,
    /// Phone numbers, files, recordings.
    pub others: Symbols,
}

impl Names {
    /// The text of a part of a key.
    pub fn part(&self, part: KeyPart, symbol: Symbol) -> Option<&str> {
        match part {
            KeyPart::Borrower => self.borrowers.get(symbol),
            KeyPart::Collector => self.collectors.get(symbol),
            KeyPart::Agency => self.agencies.get(symbol),
            KeyPart::CalleeNumber | KeyPart::CallerNumber | KeyPart::Contact => self.others.get(symbol),
        }
    }
}

impl CallBook {
    /// Says from when on what is known of calls with transcripts goes into temporary files. It changes nothing of what comes out.
    pub fn spill(&mut self, spill: Spill) {
        self.records.spill(spill);
    }

    /// What went wrong with the temporary files: then nothing that the book says is to be trusted.
    pub fn fault(&mut self) -> Option<Error> {
        self.records.fault()
    }

    /// Adds the rows of a call log. A log without rows still is a log.
    pub fn add_log(&mut self, rows: &[LogRow]) {
        self.note_log();
        self.records.reserve(rows.len());
        let mut intake = self.intake();
        rows.iter().for_each(|row| intake.add(&row.line()));
    }

    /// A log was given: rules that need one can be tested.
    pub fn note_log(&mut self) {
        self.has_log = true;
    }

    /// Adds one row of a call log.
    pub fn add_row(&mut self, row: &LogLine<'_>) {
        self.intake().add(row);
    }

    /// Takes many rows of call logs.
    pub fn intake(&mut self) -> Intake<'_> {
        Intake::new(self)
    }

    pub(super) fn open_log(&mut self) {
        self.has_log = true;
        self.forget();
    }

    /// Adds a call with a transcript. It counts as answered unless something says otherwise; without an end, it lasted until
    /// its last turn.
    pub fn add_call(&mut self, call: &Call) {
        self.add_judged(call, Said::default());
    }

    /// The same, with what was found in its words.
    pub fn add_judged(&mut self, call: &Call, said: Said) {
        // The rows of the logs, which transcripts are held against, are the same as before.
        self.resolved.take();
        let mut flags = HAS_TRANSCRIPT | said.flags();
        flags |= if call.made_up_id { MADE_UP } else { 0 };
        flags |= if call.inbound { INBOUND } else { 0 };
        let mut attempt = Attempt::at(self.file(&call.file), call.line, flags);
        let names = &mut self.names;
        attempt.borrower = names.borrowers.intern_some(call.borrower_id.as_deref());
        attempt.set_agency(names.agencies.intern_some(call.agency.as_deref()));
        attempt.collector = names.collectors.intern_some(call.collector_id.as_deref());
        attempt.caller = names.others.intern_some(call.caller_number.as_deref());
        attempt.callee = names.others.intern_some(call.callee_number.as_deref());
        attempt.set_role(call.callee_role);
        attempt.set_start(call.start.map(second));
        attempt.set_duration(length(call));
        attempt.set_connected(call.connected);
        self.push(attempt, &call.call_id);
    }

    /// What was known of the records so far does not hold any more.
    pub(super) fn forget(&mut self) {
        self.resolved.take();
        self.index.take();
    }

    pub(super) fn push(&mut self, attempt: Attempt, id: &str) {
        self.records.push(attempt, id);
    }

    pub(super) fn agreed(&mut self, agreed: Agreed) -> u16 {
        if let Some(known) = self.agreement.get(&agreed) {
            return *known;
        }
        // Beyond 65,535 different agreements the rest are none: their calls are findings that a person excuses.
        let number = u16::try_from(self.agreements.len()).unwrap_or(super::attempt::NO_AGREEMENT);
        if number != super::attempt::NO_AGREEMENT {
            self.agreements.push(agreed);
            self.agreement.insert(agreed, number);
        }
        number
    }

    /// The hours that were agreed on with the one called.
    pub(super) fn agreement(&self, attempt: &Attempt) -> Option<&Agreed> {
        self.agreements.get(usize::from(attempt.agreement))
    }

    /// Gives a transcript what only the log knows of it, and says where the two do not agree. Where the log has its id, or its
    /// recording, or one call to its borrower at that time, it is that call.
    pub fn complete(&self, call: &mut Call) -> Vec<Notice> {
        if !self.has_log {
            return Vec::new();
        }
        self.index.get_or_init(|| Index::new(self)).complete(self, call)
    }

    /// The texts alone.
    pub(super) fn into_names(self) -> Names {
        self.names
    }

    /// Whether a call log was given.
    pub fn has_log(&self) -> bool {
        self.has_log
    }

    /// Distinct calls.
    pub fn len(&self) -> usize {
        self.resolved().known.calls
    }

    /// Whether there is no call at all.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Distinct calls in the logs of this run.
    pub fn in_log(&self) -> u64 {
        self.attempts().filter(|(_, a)| a.is(IN_LOG) && !a.is(EARLIER)).count() as u64
    }

    /// Distinct calls with a transcript of this run.
    pub fn with_transcript(&self) -> u64 {
        self.attempts().filter(|(_, a)| a.is(HAS_TRANSCRIPT) && !a.is(EARLIER)).count() as u64
    }

    /// How many calls were answered by the log and have no transcript, and the first ids of them, sorted, at most `most`.
    pub fn without_transcript(&self, most: usize) -> (u64, Vec<String>) {
        let silent = |a: &Attempt| !a.is(HAS_TRANSCRIPT) && a.connected() == Some(true) && !a.is(EARLIER);
        let mut count = 0;
        let mut first = std::collections::BinaryHeap::new();
        for (ix, a) in self.attempts().filter(|(_, a)| silent(a)) {
            count += 1;
            if most > 0 {
                first.push(self.id(ix, &a));
            }
            if first.len() > most {
                first.pop();
            }
        }
        (count, first.into_sorted_vec())
    }

    /// Remarks: sources that contradict each other, and what calls do not tell; sorted.
    pub fn notices(&self) -> Vec<Notice> {
        let resolved = self.resolved();
        let mut notices = resolved.notices.clone();
        let known = &resolved.own;
        let all = known.calls;
        let mut tell = |count: usize, what: &str| {
            if count > 0 {
                notices.push(Notice::remark("", None, format!("{count} of {all} calls {what}")));
            }
        };
        tell(all - known.starts, "do not tell when they began: no counting rule sees them");
        tell(all - known.borrowers, "have no borrower id: no rule that counts by borrower sees them");
        tell(
            all - known.connected,
            "do not tell whether they were answered: they count as attempts, neither as connected nor as unanswered",
        );
        tell(all - known.roles, "do not tell who was called: they do not count as calls to the borrower");
        tell(known.inbound, "are calls to the agency: no counting rule sees them");
        notices.sort();
        notices
    }

    /// The id of a call; one made of what identifies it where the source gives none.
    pub(super) fn id(&self, ix: u32, attempt: &Attempt) -> String {
        if let Some(id) = self.records.id(ix) {
            return id.into_owned();
        }
        let start = attempt.start().and_then(|s| Timestamp::from_second(s).ok());
        let mut id = self.names.borrowers.get(attempt.borrower).unwrap_or("?").to_owned();
        id.push('@');
        id.push_str(&start.map_or("?".to_owned(), |s| s.to_string()));
        if let Some(number) = self.names.others.get(attempt.callee) {
            // The whole number would put personal data into every report.
            let tail: Vec<char> = number.chars().rev().take(4).collect();
            id.push('#');
            id.extend(tail.iter().rev());
        }
        id
    }

    /// Every call once, with its index.
    pub(super) fn attempts(&self) -> impl Iterator<Item = (u32, Attempt)> {
        let resolved = self.resolved();
        self.records.iter().filter_map(|(ix, a)| {
            if !resolved.odd(ix) { Some((ix, a)) } else { resolved.merged(ix).map(|merged| (ix, *merged)) }
        })
    }

    /// A call by index.
    pub(super) fn attempt(&self, ix: u32) -> Attempt {
        let resolved = self.resolved();
        let merged = if resolved.odd(ix) { resolved.merged(ix) } else { None };
        merged.copied().unwrap_or_else(|| self.records.get(ix))
    }

    pub(super) fn resolved(&self) -> &Resolved {
        self.resolved.get_or_init(|| resolve(self))
    }

    /// Most records come from the file of the one before.
    pub(super) fn file(&mut self, file: &str) -> Symbol {
        match self.records.last().map(|a| a.file) {
            Some(last) if self.names.others.get(last) == Some(file) => last,
            _ => self.names.others.intern(file),
        }
    }
}

/// Windows are exact to the second: what lies below is cut off.
pub(super) fn second(time: Timestamp) -> i64 {
    time.as_second() - i64::from(time.subsec_nanosecond() < 0)
}

/// Seconds, rounded up so that half a second is more than none.
fn length(call: &Call) -> Option<u64> {
    let span = match (call.start, call.end) {
        (Some(start), Some(end)) => Some(end.duration_since(start)).filter(|d| !d.is_negative()),
        _ => None,
    };
    let spoken = || {
        let last = call.turns.iter().filter_map(|t| t.end_ms).max()?;
        i64::try_from(last).ok().map(SignedDuration::from_millis)
    };
    let length = span.or_else(spoken)?;
    u64::try_from(length.as_secs()).ok().map(|s| s + u64::from(length.subsec_nanos() > 0))
}

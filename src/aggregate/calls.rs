//! Every call of a run once, from logs and transcripts.

use std::sync::OnceLock;

use jiff::{SignedDuration, Timestamp};

use super::attempt::{Attempt, HAS_TRANSCRIPT, IN_LOG, MADE_UP};
use super::resolve::{Resolved, resolve};
use super::symbols::{Symbol, Symbols};
use crate::model::calllog::LogRow;
use crate::model::notice::Notice;
use crate::model::transcript::{Call, CalleeRole};

/// Every call of a run. The same call id counts once; without one, the same borrower, number and start are the same call.
/// The order in which rows and calls come in changes nothing.
#[derive(Debug, Default)]
pub struct CallBook {
    pub(super) symbols: Symbols,
    /// What each source says, in the order of arrival.
    pub(super) records: Vec<Attempt>,
    /// For each symbol the log row of the call that has it for an id; `u32::MAX`: none.
    log_row: Vec<u32>,
    has_log: bool,
    resolved: OnceLock<Resolved>,
}

impl CallBook {
    /// Adds the rows of a call log. A log without rows still is a log.
    pub fn add_log(&mut self, rows: &[LogRow]) {
        self.note_log();
        self.records.reserve(rows.len());
        for row in rows {
            self.add_row(row);
        }
    }

    /// A log was given: rules that need one can be tested.
    pub fn note_log(&mut self) {
        self.has_log = true;
    }

    /// Adds one row of a call log.
    pub fn add_row(&mut self, row: &LogRow) {
        self.has_log = true;
        self.resolved.take();
        let mut attempt = Attempt::at(self.file(&row.file), row.line, IN_LOG);
        let s = &mut self.symbols;
        attempt.call = s.intern_some(row.call_id.as_deref());
        attempt.borrower = s.intern_some(row.borrower_id.as_deref());
        attempt.agency = s.intern_some(row.agency.as_deref());
        attempt.collector = s.intern_some(row.collector_id.as_deref());
        attempt.caller = s.intern_some(row.caller_number.as_deref());
        attempt.callee = s.intern_some(row.callee_number.as_deref());
        attempt.role = row.callee_role;
        attempt.set_start(Some(second(row.start)));
        attempt.set_duration(row.duration_s);
        attempt.said_connected = row.connected;
        self.index(&attempt);
        self.records.push(attempt);
    }

    /// Adds a call with a transcript. It counts as answered unless something says otherwise; without an end, it lasted until
    /// its last turn.
    pub fn add_call(&mut self, call: &Call) {
        self.resolved.take();
        let made_up = if call.made_up_id { MADE_UP } else { 0 };
        let mut attempt = Attempt::at(self.file(&call.file), call.line, HAS_TRANSCRIPT | made_up);
        let s = &mut self.symbols;
        attempt.call = s.intern(&call.call_id);
        attempt.borrower = s.intern_some(call.borrower_id.as_deref());
        attempt.agency = s.intern_some(call.agency.as_deref());
        attempt.collector = s.intern_some(call.collector_id.as_deref());
        attempt.caller = s.intern_some(call.caller_number.as_deref());
        attempt.callee = s.intern_some(call.callee_number.as_deref());
        attempt.role = call.callee_role;
        attempt.set_start(call.start.map(second));
        attempt.set_duration(length(call));
        attempt.said_connected = call.connected;
        self.records.push(attempt);
    }

    /// Gives a transcript what only the log knows of it. Where the log has its id, that id is no longer made up.
    pub fn complete(&self, call: &mut Call) {
        let Some(row) = self.row_of(&call.call_id) else { return };
        let known = |symbol: Symbol| self.symbols.get(symbol).map(str::to_owned);
        call.made_up_id = false;
        call.borrower_id = call.borrower_id.take().or_else(|| known(row.borrower));
        call.agency = call.agency.take().or_else(|| known(row.agency));
        call.collector_id = call.collector_id.take().or_else(|| known(row.collector));
        call.caller_number = call.caller_number.take().or_else(|| known(row.caller));
        call.callee_number = call.callee_number.take().or_else(|| known(row.callee));
        call.start = call.start.or_else(|| Timestamp::from_second(row.start()?).ok());
        call.connected = call.connected.or(row.said_connected);
        if call.callee_role == CalleeRole::Unknown {
            call.callee_role = row.role;
        }
    }

    /// Whether a call log was given.
    pub fn has_log(&self) -> bool {
        self.has_log
    }

    /// Distinct calls.
    pub fn len(&self) -> usize {
        self.resolved().order.len()
    }

    /// Whether there is no call at all.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Distinct calls in the logs.
    pub fn in_log(&self) -> u64 {
        self.attempts().filter(|(_, a)| a.is(IN_LOG)).count() as u64
    }

    /// Distinct calls with a transcript.
    pub fn with_transcript(&self) -> u64 {
        self.attempts().filter(|(_, a)| a.is(HAS_TRANSCRIPT)).count() as u64
    }

    /// Ids of the calls that were answered by the log and have no transcript, sorted.
    pub fn without_transcript(&self) -> Vec<String> {
        let silent = |a: &Attempt| !a.is(HAS_TRANSCRIPT) && a.connected() == Some(true);
        let mut ids: Vec<String> =
            self.attempts().filter(|(_, a)| silent(a)).map(|(_, a)| self.id(a)).collect();
        ids.sort_unstable();
        ids
    }

    /// Remarks: sources that contradict each other, and what calls do not tell; sorted.
    pub fn notices(&self) -> Vec<Notice> {
        let resolved = self.resolved();
        let mut notices = resolved.notices.clone();
        let known = &resolved.known;
        let all = self.len();
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
        notices.sort();
        notices
    }

    /// The id of a call; one made of what identifies it where the source gives none.
    pub(super) fn id(&self, attempt: &Attempt) -> String {
        if let Some(id) = self.symbols.get(attempt.call) {
            return id.to_owned();
        }
        let start = attempt.start().and_then(|s| Timestamp::from_second(s).ok());
        let mut id = self.symbols.get(attempt.borrower).unwrap_or("?").to_owned();
        id.push('@');
        id.push_str(&start.map_or("?".to_owned(), |s| s.to_string()));
        if let Some(number) = self.symbols.get(attempt.callee) {
            // The whole number would put personal data into every report.
            let tail: Vec<char> = number.chars().rev().take(4).collect();
            id.push('#');
            id.extend(tail.iter().rev());
        }
        id
    }

    /// Every call once, with its index.
    pub(super) fn attempts(&self) -> impl Iterator<Item = (u32, &Attempt)> {
        self.resolved().order.iter().map(|ix| (*ix, self.attempt(*ix)))
    }

    /// A call by index.
    pub(super) fn attempt(&self, ix: u32) -> &Attempt {
        let ix = ix as usize;
        self.records.get(ix).unwrap_or_else(|| &self.resolved().merged[ix - self.records.len()])
    }

    pub(super) fn resolved(&self) -> &Resolved {
        self.resolved.get_or_init(|| resolve(self))
    }

    /// The log row of a call id.
    fn row_of(&self, call_id: &str) -> Option<&Attempt> {
        let symbol = self.symbols.find(call_id)?;
        let ix = *self.log_row.get(symbol.0 as usize)?;
        self.records.get(ix as usize).filter(|a| a.is(IN_LOG))
    }

    /// Remembers the row for [`CallBook::complete`]; of several rows the one that comes first by what it says.
    fn index(&mut self, attempt: &Attempt) {
        if !attempt.call.is_some() {
            return;
        }
        let at = attempt.call.0 as usize;
        if self.log_row.len() <= at {
            self.log_row.resize((at + 1).max(self.symbols.len()), u32::MAX);
        }
        let known = self.records.get(self.log_row[at] as usize);
        if known.is_none_or(|k| super::resolve::by_content(&self.symbols, attempt, k).is_lt()) {
            self.log_row[at] = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        }
    }

    /// Most records come from the file of the one before.
    fn file(&mut self, file: &str) -> Symbol {
        match self.records.last() {
            Some(last) if self.symbols.get(last.file) == Some(file) => last.file,
            _ => self.symbols.intern(file),
        }
    }
}

/// Windows are exact to the second: what lies below is cut off.
fn second(time: Timestamp) -> i64 {
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

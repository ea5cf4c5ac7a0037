//! Which row of the log a transcript belongs to: by the call id, else by the name of its recording, else by its borrower and
//! its start.

use jiff::Timestamp;

use super::attempt::{Attempt, IN_LOG};
use super::calls::{CallBook, second};
use super::contradiction::moment;
use super::ids;
use super::resolve::by_content;
use super::symbols::Symbol;
use crate::model::notice::Notice;
use crate::model::transcript::{Call, CalleeRole};

/// A recording may begin so many seconds away from the dial of the log.
pub(super) const TOLERANCE: i64 = 120;

/// Rows of the logs by what transcripts tell.
#[derive(Debug)]
pub(super) struct Index {
    /// By hash of the call id.
    ids: Vec<(u32, u32)>,
    /// By name of the recording.
    recordings: Vec<(Symbol, u32)>,
    /// By borrower and start.
    starts: Vec<(Symbol, i64, u32)>,
}

impl Index {
    pub fn new(book: &CallBook) -> Index {
        let rows = || book.records.iter().filter(|(_, a)| a.is(IN_LOG));
        let mut ids: Vec<(u32, u32)> =
            rows().filter(|(_, a)| a.id_hash != 0).map(|(ix, a)| (a.id_hash, ix)).collect();
        let mut starts: Vec<(Symbol, i64, u32)> = rows()
            .filter(|(_, a)| a.borrower.is_some())
            .filter_map(|(ix, a)| Some((a.borrower, a.start()?, ix)))
            .collect();
        let mut recordings = book.recordings.clone();
        ids.sort_unstable();
        starts.sort_unstable();
        recordings.sort_unstable();
        Index { ids, recordings, starts }
    }

    /// See [`CallBook::complete`].
    pub fn complete(&self, book: &CallBook, call: &mut Call) -> Vec<Notice> {
        let mut notices = Vec::new();
        let Some(ix) = self.row(book, call, &mut notices) else { return notices };
        let row = &book.records.get(ix);
        if let Some(id) = book.records.id(ix) {
            call.call_id = id.into_owned();
            call.made_up_id = false;
        }
        let names = &book.names;
        let known = |text: Option<&str>| text.map(str::to_owned);
        call.borrower_id = call.borrower_id.take().or_else(|| known(names.borrowers.get(row.borrower)));
        call.agency = call.agency.take().or_else(|| known(names.agencies.get(row.agency())));
        call.collector_id = call.collector_id.take().or_else(|| known(names.collectors.get(row.collector)));
        call.caller_number = call.caller_number.take().or_else(|| known(names.others.get(row.caller)));
        call.callee_number = call.callee_number.take().or_else(|| known(names.others.get(row.callee)));
        call.start = call.start.or_else(|| Timestamp::from_second(row.start()?).ok());
        call.connected = call.connected.or(row.said_connected());
        self.role(row, call, &mut notices);
        notices
    }

    /// Whom the log calls the callee decides what may be said to him.
    fn role(&self, row: &Attempt, call: &mut Call, notices: &mut Vec<Notice>) {
        if row.role() == CalleeRole::Unknown {
            return;
        }
        if call.callee_role != CalleeRole::Unknown && call.callee_role != row.role() {
            let message = format!(
                "call `{}`: says callee role {}, the log says {}: the log decides",
                call.call_id,
                role_name(call.callee_role),
                role_name(row.role())
            );
            notices.push(Notice::remark(&*call.file, Some(call.line), message));
        }
        call.callee_role = row.role();
    }

    fn row(&self, book: &CallBook, call: &Call, notices: &mut Vec<Notice>) -> Option<u32> {
        self.by_id(book, &call.call_id)
            .or_else(|| self.by_recording(book, call))
            .or_else(|| self.by_start(book, call, notices))
    }

    fn by_id(&self, book: &CallBook, id: &str) -> Option<u32> {
        let same = equal(&self.ids, ids::hash(id), |(hash, _)| *hash);
        same.iter()
            .map(|(_, ix)| *ix)
            .filter(|ix| book.records.id(*ix).as_deref() == Some(id))
            .min_by(|a, b| by_content(book, *a, *b))
    }

    fn by_recording(&self, book: &CallBook, call: &Call) -> Option<u32> {
        let of = |name: &str| {
            let symbol = book.names.others.find(stem(name))?;
            let same = equal(&self.recordings, symbol, |(s, _)| *s);
            same.iter().map(|(_, ix)| *ix).min_by(|a, b| by_content(book, *a, *b))
        };
        of(&call.file).or_else(|| of(&call.call_id))
    }

    /// Only where one call of the log comes into question, and the log does not know the transcript's own id.
    fn by_start(&self, book: &CallBook, call: &Call, notices: &mut Vec<Notice>) -> Option<u32> {
        let borrower = book.names.borrowers.find(call.borrower_id.as_deref()?)?;
        let start = second(call.start?);
        let from = self.starts.partition_point(|(b, s, _)| (*b, *s) < (borrower, start - TOLERANCE));
        let near: Vec<u32> = self.starts[from..]
            .iter()
            .take_while(|(b, s, _)| *b == borrower && *s <= start + TOLERANCE)
            .map(|(_, _, ix)| *ix)
            .filter(|ix| {
                let row = book.records.get(*ix);
                let number = call.callee_number.as_deref();
                let other = |n: &str| book.names.others.get(row.callee).is_some_and(|c| c != n);
                row.said_connected() != Some(false) && !number.is_some_and(other)
            })
            .collect();
        let [ix] = near[..] else { return None };
        let row = &book.records.get(ix);
        // The same id, or none, and the same second: nothing to report.
        let exact = row.start() == Some(start) && call.made_up_id;
        if !exact {
            let id = book.id(ix, row);
            let at = row.start().map_or_else(String::new, moment);
            let message = format!(
                "transcript `{}`: taken for the call `{id}` of the log, the only one to its borrower within {TOLERANCE} seconds ({at})",
                call.call_id
            );
            notices.push(Notice::remark(&*call.file, Some(call.line), message));
        }
        Some(ix)
    }
}

/// The entries of a sorted list with this key.
fn equal<T, K: Ord>(sorted: &[T], key: K, of: impl Fn(&T) -> K) -> &[T] {
    let from = sorted.partition_point(|e| of(e) < key);
    let length = sorted[from..].partition_point(|e| of(e) == key);
    &sorted[from..from + length]
}

/// The name of a file without its folders and its extension.
pub(super) fn stem(name: &str) -> &str {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.rsplit_once('.').map_or(file, |(stem, _)| if stem.is_empty() { file } else { stem })
}

/// As profiles and logs write it.
pub(super) fn role_name(role: CalleeRole) -> &'static str {
    match role {
        CalleeRole::Borrower => "borrower",
        CalleeRole::Contact => "contact",
        CalleeRole::Unknown => "unknown",
    }
}

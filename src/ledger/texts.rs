//! From rows back to calls.

use std::borrow::Cow;
use std::rc::Rc;

use super::row::Row;
use super::seal::Seal;
use crate::model::past::PastCall;

/// The texts of a row.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub call_id: String,
    /// In the order of [`ids`].
    pub names: [Option<Rc<str>>; 5],
}

/// The numbers of the names of a row: borrower, agency, collector, number that called, number that was called.
pub(super) fn ids(row: &Row) -> [Option<i64>; 5] {
    let borrower = Some(row.borrower).filter(|b| *b != super::row::NOBODY);
    [borrower, row.agency, row.collector, row.caller, row.callee]
}

/// The id of a call; nothing if its row is not as it was written.
pub(super) fn call_id(seal: &mut Seal, row: &Row) -> Option<String> {
    String::from_utf8(seal.open(&row.sealed_id, &row.facts())?).ok()
}

impl Texts {
    pub fn call<'t>(&'t self, row: &Row) -> PastCall<'t> {
        let seconds = |s: Option<i64>| s.and_then(|s| u64::try_from(s).ok());
        let [borrower, agency, collector, caller, callee] = &self.names;
        PastCall {
            call_id: Some(self.call_id.as_str()).filter(|id| !id.is_empty()).map(Cow::Borrowed),
            made_up_id: row.made_up_id(),
            borrower_id: borrower.as_deref(),
            agency: agency.as_deref(),
            collector_id: collector.as_deref(),
            caller_number: caller.as_deref(),
            callee_number: callee.as_deref(),
            callee_role: row.callee_role(),
            start: row.start,
            talk_s: seconds(row.talk_s),
            ring_s: seconds(row.ring_s),
            connected: row.connected,
            agreed: row.agreed(),
            marks: row.marks(),
        }
    }
}

/// What is said of a row that is not as it was written.
pub(super) fn changed(row: &Row) -> String {
    format!(
        "is damaged (the call of borrower {} that began at second {}, or a name of it, was changed): \
         `cuicha history verify` tells all places; put a good copy in its place",
        row.borrower, row.start
    )
}

/// The rows, sorted by start, that are linked to the time from `first` to `last` by steps shorter than `apart`.
pub(super) fn near(rows: &[Row], first: i64, last: i64, apart: i64) -> std::ops::Range<usize> {
    let (mut begin, mut edge) = (rows.partition_point(|r| r.start < first), first);
    let (mut end, mut until) = (rows.partition_point(|r| r.start <= last), last);
    while begin > 0 && edge - rows[begin - 1].start < apart {
        begin -= 1;
        edge = rows[begin].start;
    }
    while end < rows.len() && rows[end].start - until < apart {
        until = rows[end].start;
        end += 1;
    }
    begin..end
}

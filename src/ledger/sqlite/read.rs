//! Calls of earlier runs that matter to this one.

use std::rc::Rc;

use rusqlite::{Connection, params_from_iter};

use super::Sqlite;
use super::names::{self, Kind};
use crate::ledger::Take;
use crate::ledger::row::{NOBODY, Row};
use crate::model::error::Error;
use crate::model::past::{PastCall, Reach, Wanted};

/// The columns in the order of [`row`].
pub(super) const COLUMNS: &str = "borrower, start, key, agency, collector, caller, callee, role, connected, \
talk_s, ring_s, agreed, flags, sealed_id";

/// Rows that are handed over at one go.
const ROWS: usize = 4_096;

pub(super) fn row(r: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        borrower: r.get(0)?,
        start: r.get(1)?,
        key: r.get(2)?,
        agency: r.get(3)?,
        collector: r.get(4)?,
        caller: r.get(5)?,
        callee: r.get(6)?,
        role: r.get(7)?,
        connected: r.get(8)?,
        talk_s: r.get(9)?,
        ring_s: r.get(10)?,
        agreed: r.get(11)?,
        flags: r.get(12)?,
        sealed_id: r.get(13)?,
    })
}

/// A call with texts of its own.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub call_id: String,
    pub borrower: Option<Rc<str>>,
    pub agency: Option<Rc<str>>,
    pub collector: Option<Rc<str>>,
    pub caller: Option<Rc<str>>,
    pub callee: Option<Rc<str>>,
}

impl Texts {
    pub fn call<'t>(&'t self, row: &Row) -> PastCall<'t> {
        let seconds = |s: Option<i64>| s.and_then(|s| u64::try_from(s).ok());
        PastCall {
            call_id: Some(self.call_id.as_str()).filter(|id| !id.is_empty()),
            made_up_id: row.made_up_id(),
            borrower_id: self.borrower.as_deref(),
            agency: self.agency.as_deref(),
            collector_id: self.collector.as_deref(),
            caller_number: self.caller.as_deref(),
            callee_number: self.callee.as_deref(),
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

impl Sqlite {
    /// The texts of a row; an error if it, or one of its names, is not as it was written.
    pub(super) fn texts(&mut self, row: &Row) -> Result<Texts, Error> {
        let connection = &self.store.connection;
        let mut broken = None;
        let mut text = |id: Option<i64>| -> Result<Option<Rc<str>>, Error> {
            let Some(id) = id else { return Ok(None) };
            let text = self.names.text(connection, &mut self.seal, id).map_err(|e| self.store.fail(&e))?;
            if text.is_none() {
                broken = Some(format!("name {id} does not open"));
            }
            Ok(text)
        };
        let mut texts = Texts {
            call_id: String::new(),
            borrower: text(Some(row.borrower).filter(|b| *b != NOBODY))?,
            agency: text(row.agency)?,
            collector: text(row.collector)?,
            caller: text(row.caller)?,
            callee: text(row.callee)?,
        };
        let id = self.seal.open(&row.sealed_id, &row.facts()).and_then(|id| String::from_utf8(id).ok());
        match id {
            Some(id) if broken.is_none() => texts.call_id = id,
            _ => {
                let what = broken.unwrap_or_else(|| {
                    format!(
                        "the call of borrower {} that began at second {} was changed",
                        row.borrower, row.start
                    )
                });
                return Err(self.store.fault(format!(
                    "is damaged ({what}): `cuicha history verify` tells all places; put a good copy in its place"
                )));
            }
        }
        Ok(texts)
    }

    /// Hands over rows with their texts.
    fn hand_over(&mut self, rows: &[Row], take: &mut Take<'_>) -> Result<u64, Error> {
        for row in rows {
            let texts = self.texts(row)?;
            take(&texts.call(row));
        }
        Ok(rows.len() as u64)
    }

    /// All calls, in the order of the table.
    pub(super) fn all(&mut self, take: &mut Take<'_>) -> Result<u64, Error> {
        let mut count = 0;
        let mut last: Option<(i64, i64, Vec<u8>)> = None;
        loop {
            let (borrower, start, key) = last.take().unwrap_or((i64::MIN, i64::MIN, Vec::new()));
            let sql = format!(
                "SELECT {COLUMNS} FROM call WHERE (borrower, start, key) > (?1, ?2, ?3) \
                 ORDER BY borrower, start, key LIMIT {ROWS}"
            );
            let rows = query(&self.store.connection, &sql, (borrower, start, key))
                .map_err(|e| self.store.fail(&e))?;
            count += self.hand_over(&rows, take)?;
            let Some(end) = rows.last().filter(|_| rows.len() == ROWS) else { return Ok(count) };
            last = Some((end.borrower, end.start, end.key.clone()));
        }
    }
}

fn query(connection: &Connection, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<Vec<Row>> {
    connection.prepare_cached(sql)?.query_map(values, row)?.collect()
}

/// See [`Ledger::earlier`](crate::ledger::Ledger::earlier).
pub(super) fn earlier(
    ledger: &mut Sqlite,
    wanted: &[Wanted],
    reach: Reach,
    take: &mut Take<'_>,
) -> Result<u64, Error> {
    if reach.everybody {
        return ledger.all(take);
    }
    let mut known = Vec::new();
    for w in wanted {
        let hash = names::hash(&ledger.seal, Kind::Borrower, &w.borrower_id);
        let id = names::find(&ledger.store.connection, &hash).map_err(|e| ledger.store.fail(&e))?;
        known.extend(id.map(|id| (id, w.first, w.last)));
    }
    // In the order of the table, so that each page of it is read once.
    known.sort_unstable();
    let sql = format!("SELECT {COLUMNS} FROM call WHERE borrower = ?1 ORDER BY start, key");
    let mut count = 0;
    for (id, first, last) in known {
        let rows = query(&ledger.store.connection, &sql, params_from_iter([id]))
            .map_err(|e| ledger.store.fail(&e))?;
        let near = match reach.apart {
            None => 0..rows.len(),
            Some(apart) => near(&rows, first, last, apart),
        };
        count += ledger.hand_over(&rows[near], take)?;
    }
    Ok(count)
}

/// The rows, sorted by start, that are linked to the time from `first` to `last` by steps shorter than `apart`.
fn near(rows: &[Row], first: i64, last: i64, apart: i64) -> std::ops::Range<usize> {
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

//! Calls of earlier runs that matter to this one.

use rusqlite::{Connection, params_from_iter};

use super::Sqlite;
use super::names::find;
use crate::ledger::Take;
use crate::ledger::names::{Kind, hash};
use crate::ledger::row::Row;
use crate::ledger::texts::{self, Texts, near};
use crate::model::error::Error;
use crate::model::past::{Reach, Wanted};

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

impl Sqlite {
    /// The texts of a row; an error if it, or one of its names, is not as it was written.
    fn texts(&mut self, row: &Row) -> Result<Texts, Error> {
        let Sqlite { store, seal, names } = self;
        let mut texts = Texts::default();
        let mut whole = true;
        for (text, id) in texts.names.iter_mut().zip(texts::ids(row)) {
            let Some(id) = id else { continue };
            *text = names.text(&store.connection, seal, id).map_err(|e| store.fail(&e))?;
            whole &= text.is_some();
        }
        match texts::call_id(seal, row).filter(|_| whole) {
            Some(id) => texts.call_id = id,
            None => return Err(store.fault(texts::changed(row))),
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
        let hash = hash(&ledger.seal, Kind::Borrower, &w.borrower_id);
        let id = find(&ledger.store.connection, &hash).map_err(|e| ledger.store.fail(&e))?;
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

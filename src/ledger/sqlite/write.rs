//! The one commit of a run.

use rusqlite::{Connection, OptionalExtension, params};

use super::Sqlite;
use super::read::{COLUMNS, row};
use crate::ledger::entry::{Entry, Sum};
use crate::ledger::names;
use crate::ledger::row::{Names, Row};
use crate::model::error::Error;
use crate::model::past::{Changes, PastCall, Stamp};

/// Calls that are sorted together before they are written: sorted ones are written nearly twice as fast.
const CHUNK: usize = 1 << 18;

/// See [`Ledger::commit`](crate::ledger::Ledger::commit).
pub(super) fn commit(
    ledger: &mut Sqlite,
    stamp: &Stamp,
    calls: &mut dyn Iterator<Item = PastCall<'_>>,
) -> Result<Changes, Error> {
    let result = write(ledger, stamp, calls);
    match result {
        Ok(changes) => {
            let end = if changes.any() { "COMMIT" } else { "ROLLBACK" };
            ledger.store.connection.execute_batch(end).map_err(|e| ledger.store.fail(&e))?;
            Ok(changes)
        }
        Err(e) => {
            // What failed is told; that the rest is taken back needs no word.
            let _ = ledger.store.connection.execute_batch("ROLLBACK");
            Err(ledger.store.fail(&e))
        }
    }
}

fn write(
    ledger: &mut Sqlite,
    stamp: &Stamp,
    calls: &mut dyn Iterator<Item = PastCall<'_>>,
) -> rusqlite::Result<Changes> {
    if ledger.store.connection.is_autocommit() {
        ledger.store.connection.execute_batch("BEGIN IMMEDIATE")?;
    }
    let mut changes = Changes::default();
    let batch: i64 =
        ledger.store.connection.query_row("SELECT coalesce(max(id), 0) + 1 FROM batch", [], |r| r.get(0))?;
    ledger.store.connection.execute(
        "INSERT INTO batch VALUES (?1, x'', ?2, ?3, 0, 0, 0)",
        params![batch, stamp.at.map(|t| t.as_second()), stamp.version],
    )?;
    let mut sum = Sum::default();
    loop {
        let mut chunk = Vec::new();
        for call in calls.take(CHUNK) {
            let entry = ledger.entry(&call)?;
            sum.add(&entry);
            chunk.push(entry);
        }
        if chunk.is_empty() {
            break;
        }
        ledger.put(Entry::once(chunk), batch, &mut changes)?;
    }
    changes.corrected_calls.sort();
    ledger.store.connection.execute(
        "UPDATE batch SET input_sha256 = ?2, added = ?3, completed = ?4, corrected = ?5 WHERE id = ?1",
        params![
            batch,
            sum.digest(),
            changes.added as i64,
            changes.completed as i64,
            changes.corrected as i64
        ],
    )?;
    Ok(changes)
}

impl Sqlite {
    fn entry(&mut self, call: &PastCall<'_>) -> rusqlite::Result<Entry> {
        let Sqlite { store, seal, names: table } = self;
        let mut ids = [None; 5];
        for (id, (kind, text)) in ids.iter_mut().zip(names::of(call)) {
            *id = text.map(|t| table.intern(&store.connection, seal, kind, t)).transpose()?;
        }
        Ok(Entry::new(call, Names::from(ids), seal))
    }

    /// Writes some calls, in an order that reads and writes each page of the table once.
    fn put(&mut self, chunk: Vec<Entry>, batch: i64, changes: &mut Changes) -> rusqlite::Result<()> {
        let Sqlite { store, seal, .. } = self;
        let connection = &store.connection;
        let nameless = connection
            .query_row("SELECT 1 FROM call WHERE flags & 1 LIMIT 1", [], |_| Ok(()))
            .optional()?
            .is_some();
        let mut fresh = Vec::with_capacity(chunk.len());
        for mut entry in chunk {
            let mut older = find(connection, &entry.row.key)?;
            if let Some(identity) = entry.identity.as_ref().filter(|_| nameless)
                && let Some(row) = find(connection, identity)?
            {
                delete(connection, &row)?;
                older = older.or(Some(row));
            }
            if entry.settle(older.as_ref(), seal, changes) {
                older.map(|row| delete(connection, &row)).transpose()?;
                fresh.push(entry.row);
            }
        }
        fresh.sort_by_key(|row| (row.borrower, row.start));
        fresh.iter().try_for_each(|row| insert(connection, row, batch))
    }
}

fn find(connection: &Connection, key: &[u8]) -> rusqlite::Result<Option<Row>> {
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM call WHERE key = ?1"))?
        .query_row([key], row)
        .optional()
}

fn delete(connection: &Connection, row: &Row) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM call WHERE borrower = ?1 AND start = ?2 AND key = ?3")?
        .execute(params![row.borrower, row.start, row.key])
        .map(drop)
}

fn insert(connection: &Connection, row: &Row, batch: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached(&format!(
            "INSERT INTO call ({COLUMNS}, batch) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)"
        ))?
        .execute(params![
            row.borrower,
            row.start,
            row.key,
            row.agency,
            row.collector,
            row.caller,
            row.callee,
            row.role,
            row.connected,
            row.talk_s,
            row.ring_s,
            row.agreed,
            row.flags,
            row.sealed_id,
            batch
        ])
        .map(drop)
}

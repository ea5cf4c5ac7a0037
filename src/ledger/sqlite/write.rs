//! The one commit of a run.

use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};

use super::Sqlite;
use super::names::Kind;
use super::read::{COLUMNS, row};
use crate::ledger::row::{NAMELESS, Names, Row, identity};
use crate::model::error::Error;
use crate::model::past::{Changes, PastCall, Stamp};

/// Calls that are sorted together before they are written: sorted ones are written nearly twice as fast.
const CHUNK: usize = 1 << 18;
/// Ids of corrected calls that are told.
const MOST_TOLD: usize = 20;

/// A call on its way into the table.
struct Entry {
    row: Row,
    id: String,
    /// The key that it has where nobody tells its id.
    identity: Option<Vec<u8>>,
}

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
    // Each call by itself, so that the sum is that of the calls, whatever their order and files.
    let mut sum = [0u8; 32];
    loop {
        let mut chunk = Vec::new();
        for call in calls.take(CHUNK) {
            let entry = ledger.entry(&call)?;
            add(&mut sum, &Sha256::digest([&entry.row.facts(), entry.id.as_bytes()].concat()));
            chunk.push(entry);
        }
        if chunk.is_empty() {
            break;
        }
        ledger.put(chunk, batch, &mut changes)?;
    }
    changes.corrected_calls.sort();
    ledger.store.connection.execute(
        "UPDATE batch SET input_sha256 = ?2, added = ?3, completed = ?4, corrected = ?5 WHERE id = ?1",
        params![
            batch,
            Sha256::digest(sum).to_vec(),
            changes.added as i64,
            changes.completed as i64,
            changes.corrected as i64
        ],
    )?;
    Ok(changes)
}

/// Adds as numbers of 256 bits: the order does not matter, and two of the same do not cancel out.
fn add(sum: &mut [u8; 32], other: &[u8]) {
    let mut carry = 0u16;
    for (a, b) in sum.iter_mut().zip(other) {
        let total = u16::from(*a) + u16::from(*b) + carry;
        *a = (total & 0xff) as u8;
        carry = total >> 8;
    }
}

impl Sqlite {
    fn entry(&mut self, call: &PastCall<'_>) -> rusqlite::Result<Entry> {
        let Sqlite { store, seal, names } = self;
        let connection = &store.connection;
        let mut intern = |kind: Kind, text: Option<&str>| {
            text.map(|t| names.intern(connection, seal, kind, t)).transpose()
        };
        let numbers = Names {
            borrower: intern(Kind::Borrower, call.borrower_id)?,
            agency: intern(Kind::Agency, call.agency)?,
            collector: intern(Kind::Collector, call.collector_id)?,
            caller: intern(Kind::Number, call.caller_number)?,
            callee: intern(Kind::Number, call.callee_number)?,
        };
        let row = Row::of(call, numbers, seal);
        let identified = call.borrower_id.is_some() && call.callee_number.is_some();
        let identity = (row.flags & NAMELESS == 0 && identified).then(|| identity(call, seal));
        Ok(Entry { row, id: call.call_id.unwrap_or_default().to_owned(), identity })
    }

    /// Writes some calls, in an order that reads and writes each page of the table once.
    fn put(&mut self, mut chunk: Vec<Entry>, batch: i64, changes: &mut Changes) -> rusqlite::Result<()> {
        let nameless = self
            .store
            .connection
            .query_row("SELECT 1 FROM call WHERE flags & 1 LIMIT 1", [], |_| Ok(()))
            .optional()?
            .is_some();
        chunk.sort_by(|a, b| a.row.key.cmp(&b.row.key));
        chunk.dedup_by(|b, a| {
            let same = a.row.key == b.row.key;
            if same {
                a.row.fill(&b.row);
            }
            same
        });
        let mut fresh = Vec::with_capacity(chunk.len());
        for mut entry in chunk {
            let mut older = take_out(&self.store.connection, &entry.row.key)?;
            if let Some(identity) = entry.identity.as_ref().filter(|_| nameless)
                && let Some(row) = take_out(&self.store.connection, identity)?
            {
                delete(&self.store.connection, &row)?;
                older = older.or(Some(row));
            }
            match older {
                None => changes.added += 1,
                Some(older) => {
                    self.fill(&mut entry, &older);
                    if entry.row == older {
                        changes.unchanged += 1;
                        continue;
                    }
                    if entry.row.corrects(&older) {
                        changes.corrected += 1;
                        if changes.corrected_calls.len() < MOST_TOLD {
                            changes.corrected_calls.push(entry.id.clone());
                        }
                    } else {
                        changes.completed += 1;
                    }
                    delete(&self.store.connection, &older)?;
                }
            }
            fresh.push(entry);
        }
        fresh.sort_by_key(|e| (e.row.borrower, e.row.start));
        for entry in &mut fresh {
            entry.row.sealed_id = self.seal.close(entry.id.as_bytes(), &entry.row.facts());
            insert(&self.store.connection, &entry.row, batch)?;
        }
        Ok(())
    }

    /// Completes a call by what is known of it, and seals it.
    fn fill(&mut self, entry: &mut Entry, older: &Row) {
        if entry.id.is_empty()
            && let Some(id) = self.seal.open(&older.sealed_id, &older.facts())
        {
            entry.id = String::from_utf8(id).unwrap_or_default();
        }
        entry.row.fill(older);
        entry.row.sealed_id = self.seal.close(entry.id.as_bytes(), &entry.row.facts());
    }
}

fn take_out(connection: &Connection, key: &[u8]) -> rusqlite::Result<Option<Row>> {
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

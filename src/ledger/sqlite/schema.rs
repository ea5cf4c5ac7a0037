//! The tables. A change of them is a new entry in [`MIGRATIONS`]; docs/history.md explains the columns.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::{Store, whole};
use crate::ledger::fault;
use crate::ledger::seal::Seal;
use crate::model::error::Error;

/// `cuic`: tells a ledger from other files of SQLite.
const APPLICATION: i64 = 0x6375_6963;

/// What brings the tables from each version to the next; `user_version` says how many were applied.
const MIGRATIONS: &[&str] = &["
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE batch (
  id INTEGER PRIMARY KEY, input_sha256 BLOB NOT NULL, at INTEGER, tool_version TEXT NOT NULL,
  added INTEGER NOT NULL, completed INTEGER NOT NULL, corrected INTEGER NOT NULL) STRICT;
CREATE TABLE name (id INTEGER PRIMARY KEY, hash BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL) STRICT;
CREATE TABLE call (
  borrower INTEGER NOT NULL, start INTEGER NOT NULL, key BLOB NOT NULL,
  agency INTEGER, collector INTEGER, caller INTEGER, callee INTEGER,
  role INTEGER NOT NULL, connected INTEGER, talk_s INTEGER, ring_s INTEGER, agreed TEXT,
  flags INTEGER NOT NULL, sealed_id BLOB NOT NULL, batch INTEGER NOT NULL REFERENCES batch (id),
  PRIMARY KEY (borrower, start, key)) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX call_key ON call (key);
CREATE INDEX call_nameless ON call (key) WHERE flags & 1;
"];

/// Makes the tables, or brings older ones up to date.
pub(super) fn prepare(store: &mut Store, seal: &Seal) -> Result<(), Error> {
    if version(store)? == Some(MIGRATIONS.len() as i64) {
        return Ok(());
    }
    // Asked again inside, as another run may have been faster.
    let fits = whole(store, |connection| {
        let Some(version) = read_version(connection)? else { return Ok(false) };
        let done = usize::try_from(version).unwrap_or(0);
        for step in MIGRATIONS.iter().skip(done) {
            connection.execute_batch(step)?;
        }
        if done == 0 {
            connection.execute("INSERT INTO meta VALUES ('key_check', ?1)", [seal.hash(&[b"key check"])])?;
        }
        connection.execute_batch(&format!(
            "PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {}",
            MIGRATIONS.len()
        ))?;
        Ok(true)
    })?;
    if fits { Ok(()) } else { Err(stranger(store)) }
}

/// Refuses what is no ledger, or is none that this version can read.
pub(super) fn check(store: &Store) -> Result<(), Error> {
    match version(store)? {
        Some(v) if v == MIGRATIONS.len() as i64 => Ok(()),
        Some(0) => Err(store.fault("is empty: no run has written to it")),
        Some(_) => {
            Err(store.fault("is of an older version: a run of `cuicha scan --history` brings it up to date"))
        }
        None => Err(stranger(store)),
    }
}

/// How many migrations were applied; nothing if this is no ledger.
fn version(store: &Store) -> Result<Option<i64>, Error> {
    let version = read_version(&store.connection).map_err(|e| store.fail(&e))?;
    match version {
        Some(v) if v > MIGRATIONS.len() as i64 => Err(store.fault(format!(
            "was written by a newer version (tables {v}, this program knows {}): use that version",
            MIGRATIONS.len()
        ))),
        Some(v) if v < 0 => Ok(None),
        known => Ok(known),
    }
}

fn read_version(connection: &Connection) -> rusqlite::Result<Option<i64>> {
    let number = |pragma: &str| connection.query_row(&format!("PRAGMA {pragma}"), [], |r| r.get::<_, i64>(0));
    let (application, version) = (number("application_id")?, number("user_version")?);
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
    let empty = application == 0 && version == 0 && tables == 0;
    Ok(if application == APPLICATION || empty { Some(version) } else { None })
}

fn stranger(store: &Store) -> Error {
    store.fault("is a database of something else, and was not touched: name another file")
}

/// Whether the key is the one that the ledger was made with.
pub(super) fn key_fits(store: &Store, seal: &Seal) -> Result<bool, Error> {
    let wanted: Option<Vec<u8>> = store
        .connection
        .query_row("SELECT value FROM meta WHERE name = 'key_check'", [], |r| r.get(0))
        .optional()
        .map_err(|e| store.fail(&e))?;
    Ok(wanted.is_some_and(|w| w == seal.hash(&[b"key check"])))
}

pub(super) fn check_key(store: &Store, seal: &Seal, file: &Path) -> Result<(), Error> {
    if key_fits(store, seal)? {
        return Ok(());
    }
    let message = format!(
        "is not the key of the ledger {}: name the right one with --history-key",
        store.path.display()
    );
    Err(fault(file, message))
}

/// What differs from the tables that the migrations make.
pub(super) fn difference(store: &Store) -> rusqlite::Result<Vec<String>> {
    let list = |connection: &Connection| -> rusqlite::Result<Vec<String>> {
        let mut statement =
            connection.prepare("SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name")?;
        statement.query_map([], |r| r.get(0))?.collect()
    };
    let fresh = Connection::open_in_memory()?;
    for step in MIGRATIONS {
        fresh.execute_batch(step)?;
    }
    let (wanted, found) = (list(&fresh)?, list(&store.connection)?);
    let missing = wanted.iter().filter(|t| !found.contains(t)).map(|t| format!("the tables lack: {t}"));
    let strange = found.iter().filter(|t| !wanted.contains(t)).map(|t| format!("does not belong here: {t}"));
    Ok(missing.chain(strange).collect())
}

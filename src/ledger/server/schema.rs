//! The tables, in a schema of their own: `cuicha`. Their columns are those of the ledger in a file.

use std::path::Path;

use super::Store;
use crate::ledger::fault;
use crate::ledger::seal::Seal;
use crate::model::error::Error;

/// `cuic`: the number of the lock that keeps runs apart.
pub(super) const APPLICATION: i64 = 0x6375_6963;

/// What brings the tables from each version to the next; the number of those applied stands in `meta`.
const MIGRATIONS: &[&str] = &["
CREATE SCHEMA cuicha;
CREATE TABLE cuicha.meta (name TEXT NOT NULL PRIMARY KEY, value BYTEA NOT NULL);
CREATE TABLE cuicha.batch (
  id BIGINT PRIMARY KEY, input_sha256 BYTEA NOT NULL, at BIGINT, tool_version TEXT NOT NULL,
  added BIGINT NOT NULL, completed BIGINT NOT NULL, corrected BIGINT NOT NULL);
CREATE TABLE cuicha.name (id BIGINT PRIMARY KEY, hash BYTEA NOT NULL UNIQUE, sealed BYTEA NOT NULL);
CREATE TABLE cuicha.call (
  borrower BIGINT NOT NULL, start BIGINT NOT NULL, key BYTEA NOT NULL UNIQUE,
  agency BIGINT, collector BIGINT, caller BIGINT, callee BIGINT,
  role BIGINT NOT NULL, connected BOOLEAN, talk_s BIGINT, ring_s BIGINT, agreed TEXT,
  flags BIGINT NOT NULL, sealed_id BYTEA NOT NULL, batch BIGINT NOT NULL REFERENCES cuicha.batch (id),
  PRIMARY KEY (borrower, start, key));
"];

/// Whether there are tables.
pub(super) fn there(store: &mut Store) -> Result<bool, Error> {
    store
        .client
        .query_one("SELECT to_regclass('cuicha.meta') IS NOT NULL", &[])
        .map(|row| row.get(0))
        .map_err(|e| store.fail(&e))
}

fn value(store: &mut Store, name: &str) -> Result<Option<Vec<u8>>, Error> {
    store
        .client
        .query_opt("SELECT value FROM cuicha.meta WHERE name = $1", &[&name])
        .map(|row| row.map(|r| r.get(0)))
        .map_err(|e| store.fail(&e))
}

/// How many migrations were applied; nothing if there are no tables.
pub(super) fn version(store: &mut Store) -> Result<Option<usize>, Error> {
    if !there(store)? {
        return Ok(None);
    }
    let version = value(store, "version")?.and_then(|v| String::from_utf8(v).ok()?.parse().ok());
    match version {
        Some(v) if v > MIGRATIONS.len() => Err(store.fault(format!(
            "was written by a newer version (tables {v}, this program knows {}): use that version",
            MIGRATIONS.len()
        ))),
        Some(v) => Ok(Some(v)),
        None => {
            Err(store
                .fault("has a schema `cuicha` that is no ledger, and was not touched: use another database"))
        }
    }
}

/// Makes the tables, or brings older ones up to date; inside a transaction.
pub(super) fn prepare(store: &mut Store, seal: &Seal) -> Result<(), Error> {
    let done = version(store)?.unwrap_or(0);
    if done == MIGRATIONS.len() {
        return Ok(());
    }
    for step in MIGRATIONS.iter().skip(done) {
        store.batch(step)?;
    }
    let set =
        "INSERT INTO cuicha.meta VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value";
    let mut values = vec![("version", MIGRATIONS.len().to_string().into_bytes())];
    if done == 0 {
        values.push(("key_check", seal.hash(&[b"key check"])));
    }
    for (name, value) in values {
        store.client.execute(set, &[&name, &value]).map_err(|e| store.fail(&e))?;
    }
    Ok(())
}

/// Refuses what is no ledger that this version can read.
pub(super) fn check(store: &mut Store) -> Result<(), Error> {
    match version(store)? {
        Some(v) if v == MIGRATIONS.len() => Ok(()),
        Some(_) => {
            Err(store.fault("is of an older version: a run of `cuicha scan --history` brings it up to date"))
        }
        None => Err(store.fault("there is no ledger in this database: `cuicha scan --history` makes one")),
    }
}

/// Whether the key is the one that the ledger was made with.
pub(super) fn key_fits(store: &mut Store, seal: &Seal) -> Result<bool, Error> {
    Ok(value(store, "key_check")?.is_some_and(|v| v == seal.hash(&[b"key check"])))
}

pub(super) fn check_key(store: &mut Store, seal: &Seal, file: &Path) -> Result<(), Error> {
    if key_fits(store, seal)? {
        return Ok(());
    }
    let message = format!(
        "is not the key of the ledger {}: name the right one with --history-key",
        store.shown.display()
    );
    Err(fault(file, message))
}

//! The one commit of a run: names and calls go in by COPY, a chunk at a time.

use std::io::Write as _;

use rustc_hash::FxHashMap;

use super::{Server, Store};
use crate::ledger::entry::{Entry, Sum};
use crate::ledger::key::hex;
use crate::ledger::names::{self, Kind};
use crate::ledger::row::{Names, Row};
use crate::model::error::Error;
use crate::model::past::{Changes, PastCall, Stamp};

/// Calls that are looked up and written at one go.
const CHUNK: usize = 1 << 15;

/// See [`Ledger::commit`](crate::ledger::Ledger::commit).
pub(super) fn commit(
    ledger: &mut Server,
    stamp: &Stamp,
    calls: &mut dyn Iterator<Item = PastCall<'_>>,
) -> Result<Changes, Error> {
    let changes = write(ledger, stamp, calls);
    let end = if changes.as_ref().is_ok_and(Changes::any) { "COMMIT" } else { "ROLLBACK" };
    let ended = ledger.store.batch(end);
    let changes = changes?;
    ended?;
    Ok(changes)
}

fn write(
    ledger: &mut Server,
    stamp: &Stamp,
    calls: &mut dyn Iterator<Item = PastCall<'_>>,
) -> Result<Changes, Error> {
    let mut changes = Changes::default();
    ledger.store.batch("CREATE TEMP TABLE fresh (LIKE cuicha.call) ON COMMIT DROP")?;
    let batch = ledger.store.next("batch")?;
    let at = stamp.at.map(|t| t.as_second());
    ledger.store.execute(
        "INSERT INTO cuicha.batch VALUES ($1, '', $2, $3, 0, 0, 0)",
        &[&batch, &at, &stamp.version],
    )?;
    let mut sum = Sum::default();
    loop {
        let chunk: Vec<PastCall<'_>> = calls.take(CHUNK).collect();
        if chunk.is_empty() {
            break;
        }
        ledger.intern(&chunk)?;
        let entries: Vec<Entry> = chunk.iter().map(|call| ledger.entry(call)).collect();
        entries.iter().for_each(|entry| sum.add(entry));
        ledger.put(Entry::once(entries), batch, &mut changes)?;
    }
    changes.corrected_calls.sort();
    ledger.store.execute(
        "UPDATE cuicha.batch SET input_sha256 = $2, added = $3, completed = $4, corrected = $5 WHERE id = $1",
        &[
            &batch,
            &sum.digest(),
            &(changes.added as i64),
            &(changes.completed as i64),
            &(changes.corrected as i64),
        ],
    )?;
    Ok(changes)
}

impl Store {
    fn execute(&mut self, sql: &str, values: &[&(dyn postgres::types::ToSql + Sync)]) -> Result<u64, Error> {
        self.client.execute(sql, values).map_err(|e| self.fail(&e))
    }

    /// The next number of a table; no other run gives numbers at the same time.
    fn next(&mut self, table: &str) -> Result<i64, Error> {
        let sql = format!("SELECT coalesce(max(id), 0) + 1 FROM cuicha.{table}");
        self.client.query_one(&sql, &[]).map(|r| r.get(0)).map_err(|e| self.fail(&e))
    }

    /// Sends lines to a table.
    fn copy(&mut self, table: &str, lines: &str) -> Result<(), Error> {
        let shown = self.shown.clone();
        let sent = self
            .client
            .copy_in(&format!("COPY {table} FROM STDIN"))
            .map(|mut copy| copy.write_all(lines.as_bytes()).map(|()| copy.finish()));
        match sent {
            Ok(Ok(Ok(_))) => Ok(()),
            Ok(Err(e)) => Err(crate::ledger::fault(&shown, format!("the connection broke off: {e}"))),
            Ok(Ok(Err(e))) | Err(e) => Err(self.fail(&e)),
        }
    }
}

impl Server {
    /// Gives every name of some calls a number.
    fn intern(&mut self, calls: &[PastCall<'_>]) -> Result<(), Error> {
        let mut missing: Vec<(Kind, &str)> = calls
            .iter()
            .flat_map(names::of)
            .filter_map(|(kind, text)| Some((kind, text?)))
            .filter(|(kind, text)| !self.numbers.contains_key(&(*kind, (*text).to_owned())))
            .collect();
        missing.sort_unstable();
        missing.dedup();
        let hashes: Vec<Vec<u8>> =
            missing.iter().map(|(kind, text)| names::hash(&self.seal, *kind, text)).collect();
        let sql = "SELECT hash, id FROM cuicha.name WHERE hash = ANY($1)";
        let found = self.store.client.query(sql, &[&hashes]).map_err(|e| self.store.fail(&e))?;
        let known: FxHashMap<Vec<u8>, i64> = found.iter().map(|r| (r.get(0), r.get(1))).collect();
        let mut next = self.store.next("name")?;
        let mut lines = String::new();
        for ((kind, text), hash) in missing.into_iter().zip(hashes) {
            let id = known.get(&hash).copied().unwrap_or_else(|| {
                let sealed = names::close(&mut self.seal, next, &hash, text);
                lines += &format!("{next}\t{}\t{}\n", bytes(&hash), bytes(&sealed));
                next += 1;
                next - 1
            });
            self.numbers.insert((kind, text.to_owned()), id);
        }
        if lines.is_empty() { Ok(()) } else { self.store.copy("cuicha.name", &lines) }
    }

    fn entry(&self, call: &PastCall<'_>) -> Entry {
        let ids = names::of(call).map(|(kind, text)| self.numbers.get(&(kind, text?.to_owned())).copied());
        Entry::new(call, Names::from(ids), &self.seal)
    }

    fn put(&mut self, entries: Vec<Entry>, batch: i64, changes: &mut Changes) -> Result<(), Error> {
        let keys: Vec<&Vec<u8>> =
            entries.iter().flat_map(|e| [Some(&e.row.key), e.identity.as_ref()]).flatten().collect();
        let rows = self.store.rows("WHERE key = ANY($1)", &[&keys])?;
        let older: FxHashMap<Vec<u8>, Row> = rows.into_iter().map(|row| (row.key.clone(), row)).collect();
        let (mut gone, mut lines) = (Vec::new(), String::new());
        for mut entry in entries {
            let same = older.get(&entry.row.key);
            let nameless = entry.identity.as_ref().and_then(|identity| older.get(identity));
            let fresh = entry.settle(same.or(nameless), &mut self.seal, changes);
            gone.extend(nameless.map(|row| row.key.clone()));
            if fresh {
                gone.extend(same.map(|row| row.key.clone()));
                lines += &line(&entry.row, batch);
            }
        }
        if !gone.is_empty() {
            self.store.execute("DELETE FROM cuicha.call WHERE key = ANY($1)", &[&gone])?;
        }
        if !lines.is_empty() {
            self.store.copy("fresh", &lines)?;
            self.store.batch(
                "INSERT INTO cuicha.call SELECT * FROM fresh ORDER BY borrower, start, key \
                 ON CONFLICT DO NOTHING; TRUNCATE fresh",
            )?;
        }
        Ok(())
    }
}

/// A row as COPY takes it. The only text is that of an agreement, which is made of digits, colons and dashes.
fn line(row: &Row, batch: i64) -> String {
    let number = |n: Option<i64>| n.map_or_else(|| "\\N".to_owned(), |n| n.to_string());
    let fields = [
        row.borrower.to_string(),
        row.start.to_string(),
        bytes(&row.key),
        number(row.agency),
        number(row.collector),
        number(row.caller),
        number(row.callee),
        row.role.to_string(),
        row.connected.map_or_else(|| "\\N".to_owned(), |c| c.to_string()),
        number(row.talk_s),
        number(row.ring_s),
        row.agreed.clone().unwrap_or_else(|| "\\N".to_owned()),
        row.flags.to_string(),
        bytes(&row.sealed_id),
        batch.to_string(),
    ];
    fields.join("\t") + "\n"
}

/// Bytes as COPY takes them.
fn bytes(bytes: &[u8]) -> String {
    format!("\\\\x{}", hex(bytes))
}

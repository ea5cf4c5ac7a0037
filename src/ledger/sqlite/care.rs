//! Looking after a ledger: what it holds, whether it is whole, forgetting, taking out.

use std::io::Write;
use std::path::Path;
use std::rc::Rc;

use super::read::{COLUMNS, row};
use super::{Access, Sqlite, Store, schema, whole};
use crate::ledger::faults::Faults;
use crate::ledger::key::{self, hex};
use crate::ledger::names;
use crate::ledger::row::{NOBODY, Row};
use crate::ledger::seal::Seal;
use crate::ledger::texts::{self, Texts};
use crate::ledger::{Care, Info, Ledger, Options, csv};
use crate::model::error::Error;
use crate::model::past::PastCall;

/// The ledger in a file.
pub(in crate::ledger) struct InFile;

impl Care for InFile {
    fn for_run(&self, options: &Options) -> Result<Box<dyn Ledger>, Error> {
        Ok(Box::new(Sqlite::for_run(options)?))
    }

    fn info(&self, options: &Options) -> Result<Info, Error> {
        info(options)
    }

    fn verify(&self, options: &Options) -> Result<Vec<String>, Error> {
        verify(options)
    }

    fn prune(&self, options: &Options, before: i64) -> Result<u64, Error> {
        prune(options, before)
    }

    fn export(
        &self,
        options: &Options,
        hashed: bool,
        out: &mut dyn Write,
        shown: &Path,
    ) -> Result<u64, Error> {
        export(options, hashed, out, shown)
    }
}

fn info(options: &Options) -> Result<Info, Error> {
    let store = Store::open(options, Access::Existing)?;
    schema::check(&store)?;
    let key_fits = match key::read(&options.key_file(), &options.path) {
        Ok(secret) => Seal::new(&secret).map(|seal| schema::key_fits(&store, &seal)).transpose()?,
        // Without a key there is still something to tell, unless one was named.
        Err(_) if options.key.is_none() => None,
        Err(e) => return Err(e),
    };
    let bytes = std::fs::metadata(&store.path)
        .map_err(|source| Error::Read { path: store.path.clone(), source })?
        .len();
    let read = || -> rusqlite::Result<Info> {
        let c = &store.connection;
        let number = |sql: &str| c.query_row(sql, [], |r| r.get::<_, i64>(0));
        let some = |sql: &str| c.query_row(sql, [], |r| r.get::<_, Option<i64>>(0));
        let last_run = c.query_row("SELECT at, tool_version FROM batch ORDER BY id DESC LIMIT 1", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        });
        Ok(Info {
            schema: number("PRAGMA user_version")?,
            runs: number("SELECT count(*) FROM batch")? as u64,
            calls: number("SELECT count(*) FROM call")? as u64,
            borrowers: number(&format!(
                "SELECT count(DISTINCT borrower) FROM call WHERE borrower <> {NOBODY}"
            ))? as u64,
            first: some("SELECT min(start) FROM call")?,
            last: some("SELECT max(start) FROM call")?,
            last_run: match last_run {
                Ok(run) => Some(run),
                Err(rusqlite::Error::QueryReturnedNoRows) => None,
                Err(e) => return Err(e),
            },
            bytes,
            key_fits,
        })
    };
    read().map_err(|e| store.fail(&e))
}

fn verify(options: &Options) -> Result<Vec<String>, Error> {
    let mut ledger = Sqlite::existing(options)?;
    let mut faults = Faults::default();
    let store = &ledger.store;
    let structure = || -> rusqlite::Result<Vec<String>> {
        let mut check = store.connection.prepare("PRAGMA integrity_check(20)")?;
        let told: Vec<String> = check.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
        let mut faults: Vec<String> = told.into_iter().filter(|line| line != "ok").collect();
        faults.extend(schema::difference(store)?);
        Ok(faults)
    };
    match structure() {
        Ok(found) => found.into_iter().for_each(|f| faults.add(f)),
        Err(e) => faults.add(e.to_string()),
    }
    if let Err(e) = seals(&mut ledger, &mut faults) {
        faults.add(e.to_string());
    }
    Ok(faults.list())
}

/// Whether every name and every call still is what was written.
fn seals(ledger: &mut Sqlite, faults: &mut Faults) -> rusqlite::Result<()> {
    let connection = &ledger.store.connection;
    let mut all = connection.prepare("SELECT id, hash, sealed FROM name")?;
    let mut rows = all.query([])?;
    let mut known = rustc_hash::FxHashSet::default();
    while let Some(r) = rows.next()? {
        let (id, hash, sealed): (i64, Vec<u8>, Vec<u8>) = (r.get(0)?, r.get(1)?, r.get(2)?);
        known.insert(id);
        if names::open(&mut ledger.seal, id, &hash, &sealed).is_none() {
            faults.add(format!("name {id} was changed: it does not open"));
        }
    }
    let mut all = connection.prepare(&format!("SELECT {COLUMNS} FROM call"))?;
    let mut rows = all.query([])?;
    while let Some(r) = rows.next()? {
        let row = row(r)?;
        let place = format!("call of borrower {} at second {}", row.borrower, row.start);
        if ledger.seal.open(&row.sealed_id, &row.facts()).is_none() {
            faults.add(format!("{place}: was changed, it does not open"));
        }
        let missing = texts::ids(&row).into_iter().flatten().find(|n| !known.contains(n));
        if let Some(name) = missing {
            faults.add(format!("{place}: its name {name} is not there"));
        }
    }
    Ok(())
}

fn prune(options: &Options, before: i64) -> Result<u64, Error> {
    let mut store = Store::open(options, Access::Existing)?;
    schema::check(&store)?;
    let gone = whole(&mut store, |c| {
        let gone = c.execute("DELETE FROM call WHERE start < ?1", [before])?;
        c.execute_batch(
            "CREATE TEMP TABLE kept AS SELECT borrower AS id FROM call UNION SELECT agency FROM call
             UNION SELECT collector FROM call UNION SELECT caller FROM call UNION SELECT callee FROM call;
             DELETE FROM name WHERE id NOT IN (SELECT id FROM kept WHERE id IS NOT NULL);
             DROP TABLE kept;",
        )?;
        Ok(gone as u64)
    })?;
    // The calls are gone already; this gives their room back.
    store.connection.execute_batch("VACUUM").map_err(|e| store.fail(&e))?;
    Ok(gone)
}

fn export(options: &Options, hashed: bool, out: &mut dyn Write, shown: &Path) -> Result<u64, Error> {
    let fail = |source: std::io::Error| Error::Write { path: shown.to_owned(), source };
    writeln!(out, "{}", csv::HEADER).map_err(fail)?;
    let mut written = Ok(());
    let mut put = |call: &PastCall<'_>| {
        if written.is_ok() {
            written = csv::write(call, &mut *out);
        }
    };
    let count = if hashed {
        let store = Store::open(options, Access::Existing)?;
        schema::check(&store)?;
        each_hashed(&store, &mut put).map_err(|e| store.fail(&e))?
    } else {
        Sqlite::existing(options)?.all(&mut put)?
    };
    written.and_then(|()| out.flush()).map_err(fail)?;
    Ok(count)
}

/// All calls with hashes for ids: equal ones stay equal, and no key is needed.
fn each_hashed(store: &Store, put: &mut dyn FnMut(&PastCall<'_>)) -> rusqlite::Result<u64> {
    let mut hashes = store.connection.prepare("SELECT hash FROM name WHERE id = ?1")?;
    let mut of = |id: i64| -> rusqlite::Result<Rc<str>> {
        hashes.query_row([id], |r| r.get::<_, Vec<u8>>(0)).map(|hash| hex(&hash).into())
    };
    let mut all =
        store.connection.prepare(&format!("SELECT {COLUMNS} FROM call ORDER BY borrower, start, key"))?;
    let mut rows = all.query([])?;
    let mut count = 0;
    while let Some(r) = rows.next()? {
        let row: Row = row(r)?;
        let mut texts = Texts { call_id: hex(&row.key), ..Texts::default() };
        for (text, id) in texts.names.iter_mut().zip(texts::ids(&row)) {
            *text = id.map(&mut of).transpose()?;
        }
        put(&PastCall { made_up_id: false, ..texts.call(&row) });
        count += 1;
    }
    Ok(count)
}

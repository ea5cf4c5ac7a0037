//! The ledger in a file of SQLite.

pub(super) mod care;
mod names;
mod read;
mod schema;
mod write;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use super::key;
use super::seal::Seal;
use super::{Ledger, Options, Take, fault};
use crate::model::error::Error;
use crate::model::past::{Changes, PastCall, Reach, Stamp, Wanted};
use names::NameTable;

/// A ledger that is open.
pub(super) struct Sqlite {
    store: Store,
    seal: Seal,
    names: NameTable,
}

/// The file, without the key.
pub(super) struct Store {
    path: PathBuf,
    wait: Duration,
    connection: Connection,
}

/// What is wanted of a ledger.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// Make it if it is not there, and bring its tables up to date.
    Make,
    /// It must be there.
    Existing,
}

impl Store {
    pub fn open(options: &Options, access: Access) -> Result<Store, Error> {
        let path = &options.path;
        if access == Access::Existing && !path.exists() {
            return Err(fault(path, "there is no such ledger: `cuicha scan --history` makes one"));
        }
        if path.is_dir() {
            return Err(fault(path, "is a folder: a ledger is a file"));
        }
        let mut flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        if access == Access::Make {
            flags |= OpenFlags::SQLITE_OPEN_CREATE;
        }
        let store = Store {
            path: path.clone(),
            wait: options.wait,
            connection: Connection::open_with_flags(path, flags)
                .map_err(|e| explain(path, options.wait, &e))?,
        };
        store.settings().map_err(|e| store.fail(&e))?;
        Ok(store)
    }

    /// One commit a run: a journal beside the file that is gone afterwards keeps it in one piece, and every commit is on the
    /// disk before the run goes on.
    fn settings(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(self.wait.min(Duration::from_secs(super::LONGEST_WAIT)))?;
        self.connection.set_prepared_statement_cache_capacity(64);
        for (name, value) in [
            ("trusted_schema", "OFF"),
            ("cell_size_check", "ON"),
            ("synchronous", "FULL"),
            ("fullfsync", "ON"),
            // What is forgotten is overwritten.
            ("secure_delete", "ON"),
            // 256 MB at most: the pages that a day of calls touches.
            ("cache_size", "-262144"),
            ("temp_store", "MEMORY"),
        ] {
            self.connection.execute_batch(&format!("PRAGMA {name} = {value}"))?;
        }
        Ok(())
    }

    pub fn fail(&self, error: &rusqlite::Error) -> Error {
        explain(&self.path, self.wait, error)
    }

    fn fault(&self, message: impl Into<String>) -> Error {
        fault(&self.path, message)
    }
}

impl Sqlite {
    /// Makes ledger and key when there is none.
    pub fn for_run(options: &Options) -> Result<Sqlite, Error> {
        let new = std::fs::metadata(&options.path).map_or(true, |m| m.len() == 0);
        if new {
            writable(&options.path)?;
            // The key first: a ledger whose key is lost is lost too.
            key::read_or_make(&options.key_file(), &options.path)?;
        }
        let mut store = Store::open(options, Access::Make)?;
        let seal = seal_of(options)?;
        schema::prepare(&mut store, &seal)?;
        schema::check_key(&store, &seal, &options.key_file())?;
        Ok(Sqlite { store, seal, names: NameTable::default() })
    }

    /// One that is there.
    pub fn existing(options: &Options) -> Result<Sqlite, Error> {
        let store = Store::open(options, Access::Existing)?;
        schema::check(&store)?;
        let seal = seal_of(options)?;
        schema::check_key(&store, &seal, &options.key_file())?;
        Ok(Sqlite { store, seal, names: NameTable::default() })
    }
}

impl Ledger for Sqlite {
    fn begin(&mut self) -> Result<(), Error> {
        self.store.connection.execute_batch("BEGIN IMMEDIATE").map_err(|e| self.store.fail(&e))
    }

    fn earlier(&mut self, wanted: &[Wanted], reach: Reach, take: &mut Take<'_>) -> Result<u64, Error> {
        read::earlier(self, wanted, reach, take)
    }

    fn commit(
        &mut self,
        stamp: &Stamp,
        calls: &mut dyn Iterator<Item = PastCall<'_>>,
    ) -> Result<Changes, Error> {
        write::commit(self, stamp, calls)
    }
}

fn seal_of(options: &Options) -> Result<Seal, Error> {
    let file = options.key_file();
    let secret = key::read(&file, &options.path)?;
    Seal::new(&secret).ok_or_else(|| fault(&file, "cannot be used as a key"))
}

/// A key for a ledger that cannot be made would lie about for nothing.
fn writable(path: &Path) -> Result<(), Error> {
    let fail = |source: std::io::Error| Error::Write { path: path.to_owned(), source };
    std::fs::OpenOptions::new().append(true).create(true).open(path).map(drop).map_err(fail)
}

/// What went wrong, and what to do.
fn explain(path: &Path, wait: Duration, error: &rusqlite::Error) -> Error {
    let message = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => format!(
            "another run is using the ledger and did not end within {} seconds: \
             try again when it has ended, or wait longer with --history-wait",
            wait.as_secs()
        ),
        Some(ErrorCode::NotADatabase) => {
            "is no ledger: name another file, or put a good copy in its place; nothing in it was changed"
                .to_owned()
        }
        Some(ErrorCode::DatabaseCorrupt) => {
            "is damaged: `cuicha history verify` says where; put a good copy in its place".to_owned()
        }
        Some(ErrorCode::ReadOnly) => "cannot be written: the file, or its folder, is read-only".to_owned(),
        Some(ErrorCode::DiskFull) => {
            "cannot be written: the disk is full; nothing of this run is in it".to_owned()
        }
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            format!("cannot be opened: {error}; is its folder there, and may you write to it?")
        }
        _ => format!("{error}"),
    };
    fault(path, message)
}

/// All or nothing, whatever is in between.
fn whole<T>(store: &mut Store, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, Error> {
    let (path, wait) = (store.path.clone(), store.wait);
    let fail = |e: rusqlite::Error| explain(&path, wait, &e);
    let transaction =
        store.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(&fail)?;
    let done = work(&transaction).map_err(&fail)?;
    transaction.commit().map_err(&fail)?;
    Ok(done)
}

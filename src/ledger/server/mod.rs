//! The ledger on a server of PostgreSQL, which several machines share.

mod care;
mod read;
mod schema;
mod write;

use std::path::PathBuf;
use std::rc::Rc;

use postgres::{Client, NoTls};
use rustc_hash::FxHashMap;

use super::key;
use super::names::Kind;
use super::seal::Seal;
use super::{Ledger, Options, Take, fault};
use crate::model::error::Error;
use crate::model::past::{Changes, PastCall, Reach, Stamp, Wanted};

pub(super) use care::OnServer;

/// A ledger that is open.
struct Server {
    store: Store,
    seal: Seal,
    /// Names that were looked up already, in both directions.
    numbers: FxHashMap<(Kind, String), i64>,
    texts: FxHashMap<i64, Rc<str>>,
}

/// The connection, without the key.
struct Store {
    shown: PathBuf,
    wait: u64,
    client: Client,
}

impl Store {
    fn open(options: &Options) -> Result<Store, Error> {
        let shown = options.shown();
        let client = Client::connect(&options.path.to_string_lossy(), NoTls).map_err(|e| {
            fault(
                &shown,
                format!(
                    "the server cannot be reached: {}; name it as postgres://user@host/database",
                    why(&e)
                ),
            )
        })?;
        Ok(Store { shown, wait: options.wait.as_secs(), client })
    }

    fn fail(&self, error: &postgres::Error) -> Error {
        use postgres::error::SqlState;
        let message = match error.code() {
            Some(&SqlState::LOCK_NOT_AVAILABLE) => format!(
                "another run is using the ledger and did not end within {} seconds: \
                 try again when it has ended, or wait longer with --history-wait",
                self.wait
            ),
            _ => why(error),
        };
        fault(&self.shown, message)
    }

    fn fault(&self, message: impl Into<String>) -> Error {
        fault(&self.shown, message)
    }

    fn batch(&mut self, sql: &str) -> Result<(), Error> {
        self.client.batch_execute(sql).map_err(|e| self.fail(&e))
    }

    /// Begins, and waits until no other run writes. The lock ends with the transaction, also when the program is killed.
    fn begin(&mut self) -> Result<(), Error> {
        let wait = self.wait.min(super::LONGEST_WAIT).saturating_mul(1_000).max(1);
        self.batch(&format!(
            "BEGIN; SET LOCAL lock_timeout = '{wait}ms'; SELECT pg_advisory_xact_lock({}); \
             SET LOCAL lock_timeout = 0; SET LOCAL synchronous_commit = on",
            schema::APPLICATION
        ))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What was not committed is not there; nobody is left to hear that it could not be taken back.
        let _ = self.store.client.batch_execute("ROLLBACK");
    }
}

impl Ledger for Server {
    fn begin(&mut self) -> Result<(), Error> {
        self.store.begin()
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

impl Server {
    fn new(store: Store, seal: Seal) -> Server {
        Server { store, seal, numbers: FxHashMap::default(), texts: FxHashMap::default() }
    }

    /// Makes the tables and the key when there are none.
    fn for_run(options: &Options) -> Result<Server, Error> {
        key_named(options)?;
        let mut store = Store::open(options)?;
        store.begin()?;
        if !schema::there(&mut store)? {
            key::read_or_make(&options.key_file(), &store.shown)?;
        }
        let seal = seal_of(options)?;
        schema::prepare(&mut store, &seal)?;
        store.batch("COMMIT")?;
        schema::check_key(&mut store, &seal, &options.key_file())?;
        Ok(Server::new(store, seal))
    }

    /// One that is there.
    fn existing(options: &Options) -> Result<Server, Error> {
        key_named(options)?;
        let mut store = Store::open(options)?;
        schema::check(&mut store)?;
        let seal = seal_of(options)?;
        schema::check_key(&mut store, &seal, &options.key_file())?;
        Ok(Server::new(store, seal))
    }
}

/// There is no place beside a server.
fn key_named(options: &Options) -> Result<(), Error> {
    if options.key.is_some() {
        return Ok(());
    }
    Err(fault(&options.shown(), "name the key file of a ledger on a server with --history-key"))
}

fn seal_of(options: &Options) -> Result<Seal, Error> {
    let file = options.key_file();
    let secret = key::read(&file, &options.shown())?;
    Seal::new(&secret).ok_or_else(|| fault(&file, "cannot be used as a key"))
}

/// What the server says, or what is behind an error that says little.
fn why(error: &postgres::Error) -> String {
    if let Some(db) = error.as_db_error() {
        return db.message().to_owned();
    }
    let mut text = error.to_string();
    let mut behind = std::error::Error::source(error);
    while let Some(cause) = behind {
        text = format!("{text}: {cause}");
        behind = cause.source();
    }
    text
}

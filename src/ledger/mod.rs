//! Calls of earlier runs. What is kept names nobody without the key file: ids are sealed with it, and words are not kept at all.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::error::Error;
use crate::model::past::{Changes, PastCall, Reach, Stamp, Wanted};

#[cfg(feature = "history")]
mod csv;
#[cfg(feature = "history")]
mod entry;
#[cfg(feature = "history")]
mod faults;
#[cfg(feature = "history")]
mod key;
#[cfg(feature = "history")]
mod names;
#[cfg(feature = "history")]
mod row;
#[cfg(feature = "history")]
mod seal;
#[cfg(feature = "postgres")]
mod server;
#[cfg(feature = "history")]
mod sqlite;
#[cfg(feature = "history")]
mod texts;

/// Longest patience with other runs, in seconds: a day.
#[cfg(feature = "history")]
const LONGEST_WAIT: u64 = 86_400;

/// What is done with each call.
pub type Take<'a> = dyn FnMut(&PastCall<'_>) + 'a;

/// Where the calls of earlier runs are kept.
///
/// A run begins, asks for what it needs and commits once; what it has not committed is not there, whatever ends it.
pub trait Ledger {
    /// Waits until no other run writes, and keeps others from writing until the commit or the end.
    ///
    /// # Errors
    /// When another run does not end in time.
    fn begin(&mut self) -> Result<(), Error>;

    /// Hands over the calls that matter to a run with these borrowers, and says how many there are.
    ///
    /// # Errors
    /// When a call cannot be read as it was written.
    fn earlier(&mut self, wanted: &[Wanted], reach: Reach, take: &mut Take<'_>) -> Result<u64, Error>;

    /// Takes the calls of a run, all or none of them. A call that is known already is brought up to date.
    ///
    /// # Errors
    /// When they cannot be written.
    fn commit(
        &mut self,
        stamp: &Stamp,
        calls: &mut dyn Iterator<Item = PastCall<'_>>,
    ) -> Result<Changes, Error>;
}

/// Which ledger, and how to open it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The ledger.
    pub path: PathBuf,
    /// The key file; without it `<ledger>.key`.
    pub key: Option<PathBuf>,
    /// How long to wait for other runs.
    pub wait: Duration,
}

impl Options {
    /// With the key beside the ledger and a minute of patience.
    pub fn new(path: impl Into<PathBuf>) -> Options {
        Options { path: path.into(), key: None, wait: Duration::from_secs(60) }
    }

    /// Whether it is on a server and not in a file.
    pub fn on_server(&self) -> bool {
        let name = self.path.to_string_lossy();
        name.starts_with("postgres://") || name.starts_with("postgresql://")
    }

    /// What messages call it: a password is nobody's business.
    pub fn shown(&self) -> PathBuf {
        let name = self.path.to_string_lossy();
        let Some((scheme, rest)) = name.split_once("://").filter(|_| self.on_server()) else {
            return self.path.clone();
        };
        let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
        let plain = host.split('?').next().unwrap_or(host);
        format!("{scheme}://{plain}").into()
    }

    /// Where the key file is.
    pub fn key_file(&self) -> PathBuf {
        self.key.clone().unwrap_or_else(|| {
            let mut name = self.path.clone().into_os_string();
            name.push(".key");
            name.into()
        })
    }
}

/// What can be told of a ledger without looking at single calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// Version of its tables.
    pub schema: i64,
    /// Runs that changed something.
    pub runs: u64,
    /// Calls.
    pub calls: u64,
    /// Borrowers with calls.
    pub borrowers: u64,
    /// Start of the first call, in seconds since 1970.
    pub first: Option<i64>,
    /// Start of the last call.
    pub last: Option<i64>,
    /// Time and program version of the last run.
    pub last_run: Option<(Option<i64>, String)>,
    /// Bytes of the file.
    pub bytes: u64,
    /// Whether the key file fits; nothing where there is none.
    pub key_fits: Option<bool>,
}

/// A kind of ledger.
trait Care {
    fn for_run(&self, options: &Options) -> Result<Box<dyn Ledger>, Error>;
    fn info(&self, options: &Options) -> Result<Info, Error>;
    fn verify(&self, options: &Options) -> Result<Vec<String>, Error>;
    fn prune(&self, options: &Options, before: i64) -> Result<u64, Error>;
    fn export(
        &self,
        options: &Options,
        hashed: bool,
        out: &mut dyn Write,
        shown: &Path,
    ) -> Result<u64, Error>;
}

/// The kind that the name of a ledger means.
fn kind(options: &Options) -> Result<&'static dyn Care, Error> {
    if options.on_server() {
        #[cfg(feature = "postgres")]
        return Ok(&server::OnServer);
        #[cfg(not(feature = "postgres"))]
        return Err(left_out(options, "postgres"));
    }
    #[cfg(feature = "history")]
    return Ok(&sqlite::care::InFile);
    #[cfg(not(feature = "history"))]
    return Err(left_out(options, "history"));
}

#[cfg(not(feature = "postgres"))]
fn left_out(options: &Options, feature: &str) -> Error {
    let message =
        format!("this program was built without the feature `{feature}`: build it with --features {feature}");
    fault(&options.shown(), message)
}

/// Opens the ledger for a run; makes it, and its key, when there is none.
///
/// # Errors
/// When it is damaged, belongs to a newer version or to another key, or cannot be written.
pub fn open(options: &Options) -> Result<Box<dyn Ledger>, Error> {
    kind(options)?.for_run(options)
}

/// What it holds, at a glance.
///
/// # Errors
/// When it cannot be read.
pub fn info(options: &Options) -> Result<Info, Error> {
    kind(options)?.info(options)
}

/// Reads all of it: what is wrong with it, one fault a line; nothing when it is whole.
///
/// # Errors
/// When it cannot be opened at all.
pub fn verify(options: &Options) -> Result<Vec<String>, Error> {
    kind(options)?.verify(options)
}

/// Forgets the calls that began before a second, and says how many they were.
///
/// # Errors
/// When it cannot be written.
pub fn prune(options: &Options, before: i64) -> Result<u64, Error> {
    kind(options)?.prune(options, before)
}

/// Writes all calls as a call log in CSV, with their ids or (`hashed`) with what stands for them; says how many they are.
///
/// # Errors
/// When it cannot be read, the key does not fit, or `out` fails; `shown` names `out`.
pub fn export(options: &Options, hashed: bool, out: &mut dyn Write, shown: &Path) -> Result<u64, Error> {
    kind(options)?.export(options, hashed, out, shown)
}

fn fault(path: &Path, message: impl Into<String>) -> Error {
    Error::Ledger { path: path.to_owned(), message: message.into() }
}

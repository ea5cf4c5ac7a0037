//! What the verbs take that are about counting: profiles and the ledger of earlier runs.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::WAIT;

/// `profile`
#[derive(Debug, Args)]
pub struct ProfileArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: ProfileVerb,
}

/// `profile list`, `profile show`
#[derive(Debug, Subcommand)]
pub enum ProfileVerb {
    /// One line per built-in profile
    List,
    /// Each rule of a profile in words, with its clauses and how certain they are
    Show {
        /// A built-in profile, or a file
        #[arg(value_name = "NAME|FILE")]
        profile: String,
    },
}

/// `history`
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: HistoryVerb,
}

/// `history info`, `verify`, `prune`, `export`, `import`
#[derive(Debug, Subcommand)]
pub enum HistoryVerb {
    /// How many calls of which days it holds, and whether the key fits
    Info(LedgerArgs),
    /// Read all of it and say what is damaged; exit status 2 if anything is
    Verify(LedgerArgs),
    /// Forget the calls before a day, for good
    Prune(PruneArgs),
    /// Write its calls as a call log in CSV
    Export(ExportArgs),
    /// Put the rows of call logs into it and count nothing
    Import(ImportArgs),
}

/// Which ledger.
#[derive(Debug, Args)]
pub struct LedgerArgs {
    /// The ledger: a file, or postgres://…
    #[arg(value_name = "LEDGER")]
    pub ledger: PathBuf,
    /// Its key file; without it LEDGER.key
    #[arg(long, value_name = "FILE")]
    pub history_key: Option<PathBuf>,
    /// How long to wait for another run that uses it
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT)]
    pub history_wait: u64,
}

/// `history prune`
#[derive(Debug, Args)]
pub struct PruneArgs {
    #[command(flatten)]
    pub ledger: LedgerArgs,
    /// First day that is kept, such as 2026-03-01; days begin as those of the default profile do
    #[arg(long, value_name = "DATE")]
    pub before: String,
}

/// `history export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    #[command(flatten)]
    pub ledger: LedgerArgs,
    /// With what stands for the ids instead of the ids: needs no key
    #[arg(long)]
    pub hashed: bool,
    /// Write to this file (whole or not at all, for you alone) instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `history import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    #[command(flatten)]
    pub ledger: LedgerArgs,
    /// Call logs, CSV with a header; `-` is standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    /// Profile whose time zone holds for times that name none
    #[arg(long, value_name = "NAME|FILE", default_value = cuicha::build::DEFAULT_PROFILE)]
    pub profile: String,
    /// Encoding of the logs, when it is not to be detected
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
}

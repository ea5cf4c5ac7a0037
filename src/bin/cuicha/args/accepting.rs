//! What `scan` takes to accept findings, and the verbs that look after what is accepted.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// What does not fail a run.
#[derive(Debug, Args)]
pub struct AcceptingArgs {
    /// Violations that are allowed before the exit status is 1
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub max_violations: u64,
    /// Findings that are known (from `baseline create`): marked, and no failure
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Reviewed findings that do not count, each with reason, author and last day: marked, and no failure
    #[arg(long, value_name = "FILE")]
    pub suppressions: Option<PathBuf>,
}

/// `baseline`
#[derive(Debug, Args)]
pub struct BaselineArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: BaselineVerb,
}

/// `baseline create`, `update`, `show`
#[derive(Debug, Subcommand)]
pub enum BaselineVerb {
    /// Write the findings of a result as a new baseline
    Create(BaselineWriteArgs),
    /// Take up the new findings of a result and drop those that it has no longer
    Update(BaselineWriteArgs),
    /// List what a baseline holds, by rule
    Show {
        /// The baseline
        #[arg(value_name = "BASELINE")]
        baseline: PathBuf,
    },
}

/// `baseline create`, `baseline update`
#[derive(Debug, Args)]
pub struct BaselineWriteArgs {
    /// The baseline, written whole or not at all
    #[arg(value_name = "BASELINE")]
    pub baseline: PathBuf,
    /// Results of `scan` in the form json or jsonl
    #[arg(value_name = "RESULT", required = true)]
    pub results: Vec<PathBuf>,
}

/// `diff`
#[derive(Debug, Args)]
pub struct DiffArgs {
    /// Result of `scan` before, json or jsonl
    #[arg(value_name = "OLD")]
    pub old: PathBuf,
    /// Result of `scan` after
    #[arg(value_name = "NEW")]
    pub new: PathBuf,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = DiffFormat::Text)]
    pub format: DiffFormat,
}

/// Form of the output of `diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DiffFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

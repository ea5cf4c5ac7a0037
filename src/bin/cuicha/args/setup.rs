//! What people set up once: configuration, completions, manual pages; and how much they want to read.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Lang;

/// Where the configuration comes from.
#[derive(Debug, Args)]
pub struct SourceArgs {
    /// This configuration file, in place of the nearest cuicha.toml upwards from the working folder
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// No configuration file at all
    #[arg(long, global = true, conflicts_with = "config")]
    pub isolated: bool,
    /// Language of what people read; without it reports are in Chinese, all else is in that of the system
    #[arg(long, global = true, value_enum, value_name = "zh|en", hide_possible_values = true)]
    pub lang: Option<Lang>,
}

/// How much the report for people tells.
#[derive(Debug, Args)]
pub struct ViewArgs {
    /// Tell more: the reason, the advice and the turns around each finding
    #[arg(long, short, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Tell the findings alone, and nothing on standard error that is not wrong
    #[arg(long, short)]
    pub quiet: bool,
    /// Turns to show around each finding; with --verbose 1
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(0..=100), default_value_t = 0)]
    pub context: u64,
}

impl ViewArgs {
    /// Turns to keep around each finding.
    pub fn turns(&self) -> usize {
        let least = u64::from(self.verbose);
        usize::try_from(self.context.max(least)).unwrap_or(usize::MAX)
    }
}

/// `config`
#[derive(Debug, Args)]
pub struct ConfigArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: ConfigVerb,
}

/// `config show`, `config schema`
#[derive(Debug, Subcommand)]
pub enum ConfigVerb {
    /// Each value with its origin
    Show,
    /// JSON Schema of cuicha.toml, for editors
    Schema,
}

/// `schema`
#[derive(Debug, Args)]
pub struct SchemaArgs {
    /// Which one; without it all names are listed
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

/// `init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// Folder of the new file
    #[arg(value_name = "DIR", default_value = ".")]
    pub dir: PathBuf,
}

/// `completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `man`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// Folder to write all pages to; without it the first page goes to standard output
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

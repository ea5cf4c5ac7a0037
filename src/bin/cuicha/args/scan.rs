//! What `scan` takes.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use cuicha::report::REPORTERS;

use super::{AcceptingArgs, EngineArgs, MetadataArgs, ReadingArgs, ViewArgs, WAIT};

/// `scan`
#[derive(Debug, Args)]
pub struct ScanArgs {
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required_unless_present = "calls")]
    pub paths: Vec<PathBuf>,
    /// Call log, CSV with a header (may repeat); `-` is standard input
    #[arg(long, value_name = "LOG")]
    pub calls: Vec<PathBuf>,
    /// Counting rules: a built-in profile, or a file
    #[arg(long, value_name = "NAME|FILE", default_value = cuicha::build::DEFAULT_PROFILE)]
    pub profile: String,
    /// Ledger of earlier runs, a file or postgres://…: their calls count, and those of this run are kept in it.
    /// Made if it is not there
    #[arg(long, value_name = "FILE")]
    pub history: Option<PathBuf>,
    /// Key file of the ledger; without it FILE.key, made with a new ledger. Keep it apart from the ledger
    #[arg(long, value_name = "FILE", requires = "history")]
    pub history_key: Option<PathBuf>,
    /// How long to wait for another run that uses the ledger, a day at most
    #[arg(long, value_name = "SECONDS", default_value_t = WAIT)]
    pub history_wait: u64,
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Form of the output
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = formats())]
    pub format: String,
    /// Write to this file (whole or not at all) instead of standard output
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// One more report of the same scan, written to a file (may repeat)
    #[arg(long, value_name = "FORMAT=FILE", value_parser = report)]
    pub report: Vec<(usize, PathBuf)>,
    /// Lowest severity of a violation that makes the exit status 1
    #[arg(long, value_enum, default_value_t = FailOn::Major)]
    pub fail_on: FailOn,
    #[command(flatten)]
    pub accepting: AcceptingArgs,
    /// Number of threads; 0 takes one per core
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = super::threads)]
    pub threads: usize,
    /// The time now (RFC 3339): calls that begin a day later or more are refused. Without it the clock of the machine
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Exit with 0 whatever was found, for hosts that take 1 for a crash; 2 stays 2
    #[arg(long)]
    pub exit_zero: bool,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub metadata: MetadataArgs,
    /// Whether reports hold words of the calls; `none` leaves ids, rules, places and hashes
    #[arg(long, value_enum, default_value_t = Text::Full)]
    pub text: Text,
    /// When to colour the report for people
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
    #[command(flatten)]
    pub view: ViewArgs,
}

impl ScanArgs {
    /// The file for the report; nothing for standard output, which `-` means too.
    pub fn file(&self) -> Option<&PathBuf> {
        self.output.as_ref().filter(|path| path.as_os_str() != "-")
    }
}

/// Lowest severity that fails a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Only critical violations.
    Critical,
    /// Major and critical ones.
    Major,
    /// Minor ones too.
    Minor,
    /// None.
    Never,
}

/// The names of the forms of output, with what each is for.
fn formats() -> PossibleValuesParser {
    PossibleValuesParser::new(REPORTERS.iter().map(|r| PossibleValue::new(r.name).help(r.about)))
}

/// `FORMAT=FILE`: the index of the form in [`REPORTERS`], and the file.
fn report(text: &str) -> Result<(usize, PathBuf), String> {
    let known = || REPORTERS.iter().map(|r| r.name).collect::<Vec<_>>().join(", ");
    let (name, file) =
        text.split_once('=').ok_or_else(|| format!("FORMAT=FILE, with FORMAT one of {}", known()))?;
    let format = REPORTERS.iter().position(|r| r.name == name);
    let format = format.ok_or_else(|| format!("unknown format `{name}`: known are {}", known()))?;
    match file {
        "" => Err(format!("`{text}` names no file")),
        "-" => Err(format!("`{text}`: --report writes to a file; for standard output use --format {name}")),
        file => Ok((format, PathBuf::from(file))),
    }
}

/// Whether reports hold words of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Text {
    /// They do.
    Full,
    /// They do not.
    None,
}

/// When to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

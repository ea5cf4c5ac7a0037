//! What may be typed.

mod learning;

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use cuicha::report::REPORTERS;

pub use learning::{BackgroundArgs, EvalArgs, EvalFormat, LayerArg, TrainArgs};

/// Seconds of patience with other runs.
const WAIT: u64 = 60;

/// 催查: checks Chinese debt-collection calls.
#[derive(Debug, Parser)]
#[command(
    version,
    about = "Checks Chinese debt-collection calls: forbidden words and too many calls",
    max_term_width = 100
)]
#[command(
    after_help = "Exit status: 0 looked at everything and found nothing, 1 found something, 2 could not look at everything."
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge transcripts and count calls
    Scan(ScanArgs),
    /// Show every candidate and the gate that stopped it
    Explain(ExplainArgs),
    /// Show what was understood of each file and what is not known
    Inspect(InspectArgs),
    /// Write transcripts of any format as canonical records, with nothing masked
    Convert(ConvertArgs),
    /// List the rules, or show one with its clauses
    Rules(RulesArgs),
    /// List the profiles of counting rules, or show what one tests
    Profile(ProfileArgs),
    /// Look after a ledger of earlier runs
    History(HistoryArgs),
    /// Test, check or list a lexicon
    Lexicon(LexiconArgs),
    /// Train the classifier from labelled utterances
    Train(TrainArgs),
    /// Prepare ordinary speech for `train`, so that the classifier raises no alarm at it
    Background(BackgroundArgs),
    /// Compare what is found with what people labelled
    Eval(EvalArgs),
}

/// What is asked of an engine, by every verb that judges.
#[derive(Debug, Args)]
pub struct EngineArgs {
    /// Folder of your own lexicon files, laid over the built-in ones (may repeat)
    #[arg(long, value_name = "DIR")]
    pub lexicon: Vec<PathBuf>,
    /// Show phone, identity and card numbers in quotes
    #[arg(long)]
    pub no_mask: bool,
    /// Judge by terms and phrases alone
    #[arg(long)]
    pub no_classifier: bool,
    /// A classifier of your own (from `train`) in place of the built-in one
    #[arg(long, value_name = "FILE", conflicts_with = "no_classifier")]
    pub classifier: Option<PathBuf>,
}

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
    /// Number of threads; 0 takes one per core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub threads: usize,
    /// The time now (RFC 3339): calls that begin a day later or more are refused. Without it the clock of the machine
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
    /// Exit with 0 whatever was found, for hosts that take 1 for a crash; 2 stays 2
    #[arg(long)]
    pub exit_zero: bool,
    /// Encoding of the transcripts and logs, when it is not to be detected (utf-8, gb18030, big5, utf-16le …)
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
    /// Whether reports hold words of the calls; `none` leaves ids, rules, places and hashes
    #[arg(long, value_enum, default_value_t = Text::Full)]
    pub text: Text,
    /// Language of the report for people
    #[arg(long, value_enum, default_value_t = Lang::Zh)]
    pub lang: Lang,
    /// When to colour the report for people
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,
}

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Only the call with this id
    #[arg(long, value_name = "ID")]
    pub call: Option<String>,
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Encoding of the transcripts, when it is not to be detected
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
}

/// `inspect`
#[derive(Debug, Args)]
pub struct InspectArgs {
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Encoding of the transcripts, when it is not to be detected
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
}

/// `convert`
#[derive(Debug, Args)]
pub struct ConvertArgs {
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// What to write
    #[arg(long, value_enum, default_value_t = Target::Jsonl)]
    pub to: Target,
    /// Encoding of the transcripts, when it is not to be detected
    #[arg(long, value_name = "LABEL")]
    pub encoding: Option<String>,
}

/// What `convert` can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Target {
    /// JSON Lines, one call a line
    Jsonl,
}

/// `rules`
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: RulesVerb,
}

/// `rules list`, `rules show`
#[derive(Debug, Subcommand)]
pub enum RulesVerb {
    /// One line per rule
    List {
        /// Folder of your own lexicon files, laid over the built-in ones
        #[arg(long, value_name = "DIR")]
        lexicon: Vec<PathBuf>,
    },
    /// Title, reason, advice, clauses and size of one rule
    Show {
        /// Rule id, such as threat/violence
        id: String,
        /// Folder of your own lexicon files, laid over the built-in ones
        #[arg(long, value_name = "DIR")]
        lexicon: Vec<PathBuf>,
    },
}

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
        /// Language
        #[arg(long, value_enum, default_value_t = Lang::Zh)]
        lang: Lang,
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

/// `lexicon`
#[derive(Debug, Args)]
pub struct LexiconArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: LexiconVerb,
}

/// `lexicon test`, `lexicon lint`, `lexicon list`
#[derive(Debug, Subcommand)]
pub enum LexiconVerb {
    /// Run the tests that stand in the rule files
    Test {
        /// Your own folder, laid over the built-in files; without it the built-in ones
        dir: Option<PathBuf>,
    },
    /// Find entries that can never match, and what else is wrong
    Lint {
        /// Your own folder, laid over the built-in files; without it the built-in ones
        dir: Option<PathBuf>,
    },
    /// List files with their terms, phrases and tests
    List {
        /// Your own folder, laid over the built-in files; without it the built-in ones
        dir: Option<PathBuf>,
    },
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
    if file.is_empty() { Err(format!("`{text}` names no file")) } else { Ok((format, PathBuf::from(file))) }
}

/// Whether reports hold words of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Text {
    /// They do.
    Full,
    /// They do not.
    None,
}

/// Language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
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

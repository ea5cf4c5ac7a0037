//! What may be typed.

mod accepting;
mod explaining;
mod learning;
mod ledger;
mod reading;
mod rules;
mod scan;
mod setup;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use accepting::{AcceptingArgs, BaselineArgs, BaselineVerb, BaselineWriteArgs, DiffArgs, DiffFormat};
pub use explaining::{ExplainArgs, ExplainFormat, WhyNotArgs};
pub use learning::{BackgroundArgs, EvalArgs, EvalFormat, LayerArg, TrainArgs};
pub use ledger::{
    ExportArgs, HistoryArgs, HistoryVerb, ImportArgs, LedgerArgs, ProfileArgs, ProfileVerb, PruneArgs,
};
pub use reading::{ConvertArgs, EncodingErrors, InspectArgs, MetadataArgs, ReadingArgs, Target};
pub use rules::{CoverageArgs, LexiconArgs, LexiconFormat, LexiconVerb, RulesArgs, RulesFormat, RulesVerb};
pub use scan::{Color, FailOn, ScanArgs, Text};
pub use setup::{
    CompletionsArgs, ConfigArgs, ConfigVerb, InitArgs, ManArgs, SchemaArgs, SourceArgs, ViewArgs,
};

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
    #[command(flatten)]
    pub source: SourceArgs,
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Judge transcripts and count calls
    Scan(Box<ScanArgs>),
    /// Show every candidate and the gate that stopped it
    Explain(ExplainArgs),
    /// Name the first stage that kept a rule from finding anything in a call
    WhyNot(WhyNotArgs),
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
    /// Write, test, check, format or measure a lexicon
    Lexicon(LexiconArgs),
    /// Train the classifier from labelled utterances
    Train(TrainArgs),
    /// Prepare ordinary speech for `train`, so that the classifier raises no alarm at it
    Background(BackgroundArgs),
    /// Compare what is found with what people labelled
    Eval(EvalArgs),
    /// Look after a baseline of known findings
    Baseline(BaselineArgs),
    /// Compare two results of `scan`
    Diff(DiffArgs),
    /// Write the JSON Schema of something that is read or written
    Schema(SchemaArgs),
    /// Show what is set, and where
    Config(ConfigArgs),
    /// Write a commented cuicha.toml
    Init(InitArgs),
    /// Write completions for a shell
    Completions(CompletionsArgs),
    /// Write manual pages
    Man(ManArgs),
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

/// A number of threads.
fn threads(text: &str) -> Result<usize, String> {
    let most = cuicha::config::MOST_THREADS;
    let number = text.parse().ok().filter(|n| *n <= most).and_then(|n: u64| usize::try_from(n).ok());
    number.ok_or_else(|| format!("must be a whole number from 0 to {most}"))
}

/// Language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// Chinese.
    Zh,
    /// English.
    En,
}

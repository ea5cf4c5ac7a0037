//! What may be typed.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use cuicha::report::REPORTERS;

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

/// `train`
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Files or folders of labelled utterances (JSON Lines) to learn from
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<PathBuf>,
    /// Labelled utterances of other voices, to calibrate on
    #[arg(long, value_name = "DATA")]
    pub calibrate: Vec<PathBuf>,
    /// Ordinary speech (from `background`), in which nothing is a violation (may repeat)
    #[arg(long, value_name = "FILE")]
    pub background: Vec<PathBuf>,
    /// File to write; put it at classifier.bin in a lexicon folder to use it
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Most passes over the data
    #[arg(long, default_value_t = cuicha::classify::train::Settings::default().passes)]
    pub passes: usize,
    /// Cost of an error: the higher, the closer the classifier follows the data
    #[arg(long, default_value_t = cuicha::classify::train::Settings::default().cost)]
    pub cost: f32,
    /// How much more it costs to miss a violation than to see one where there is none
    #[arg(long, default_value_t = cuicha::classify::train::Settings::default().positive)]
    pub positive: f32,
    /// Seed of the order in which examples are seen
    #[arg(long, default_value_t = cuicha::classify::train::Settings::default().seed)]
    pub seed: u64,
}

/// `background`
#[derive(Debug, Args)]
pub struct BackgroundArgs {
    /// Text files, one turn of ordinary speech a line
    #[arg(value_name = "TEXT", required = true)]
    pub texts: Vec<PathBuf>,
    /// The classifier that says which turns are hard
    #[command(flatten)]
    pub engine: EngineArgs,
    /// How many of the turns nearest to a false alarm are taken
    #[arg(long, value_name = "N", default_value_t = 4000)]
    pub hard: usize,
    /// How many of the other turns are taken
    #[arg(long, value_name = "N", default_value_t = 4000)]
    pub random: usize,
    /// File to write: keys of features, from which no text can be read back
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// `eval`
#[derive(Debug, Args)]
pub struct EvalArgs {
    /// Labelled utterances (`*.jsonl`) and whole calls (`NAME.calls.jsonl` with `NAME.truth.jsonl`): files or folders
    #[arg(value_name = "DATA", required = true)]
    pub data: Vec<PathBuf>,
    /// What judges
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = EvalFormat::Text)]
    pub format: EvalFormat,
    /// How many of the worst mistakes are shown per set
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub show: usize,
    /// Measure a plain list of words instead (a table: group, tab, word), for comparison; labelled utterances alone
    #[arg(long, value_name = "FILE", conflicts_with = "layers")]
    pub words: Option<PathBuf>,
    /// Layers that judge, from terms to the classifier; without it all
    #[arg(long, value_enum, value_delimiter = ',', value_name = "LAYER")]
    pub layers: Option<Vec<LayerArg>>,
    /// Number of threads; 0 takes one per core
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub threads: usize,
}

/// Form of the output of `eval`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EvalFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

/// A layer of judging.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LayerArg {
    /// Single terms.
    Terms,
    /// Phrases of several parts.
    Phrases,
    /// Gates: speaker, word boundaries, exceptions, negation, quotation, question, notice.
    Gates,
    /// Folding of spellings.
    Normalising,
    /// The classifier.
    Classifier,
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

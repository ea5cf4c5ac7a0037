//! What the verbs take that learn from labelled data and measure on them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::EngineArgs;

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
    #[arg(long, value_parser = times, default_value_t = cuicha::classify::train::Settings::default().cost)]
    pub cost: f32,
    /// How much more it costs to miss a violation than to see one where there is none
    #[arg(long, value_parser = times, default_value_t = cuicha::classify::train::Settings::default().positive)]
    pub positive: f32,
    /// How much more an error in a whole call costs
    #[arg(long, value_parser = times, default_value_t = cuicha::classify::train::Settings::default().in_call)]
    pub in_call: f32,
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
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = super::threads)]
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

/// A number above nothing that has an end.
fn times(text: &str) -> Result<f32, String> {
    let number: f32 = text.parse().map_err(|_| "not a number".to_owned())?;
    if number > 0.0 && number.is_finite() {
        Ok(number)
    } else {
        Err("must be above 0 and have an end".to_owned())
    }
}

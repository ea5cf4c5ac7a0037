//! What the verbs take that say why something was found or not.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use cuicha::model::transcript::CalleeRole;

use super::EngineArgs;
use super::reading::{MetadataArgs, ReadingArgs};

/// `explain`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required_unless_present = "text")]
    pub paths: Vec<PathBuf>,
    /// Judge these words at once, in full detail: one turn a line, `坐席：` or another label before it; without one it is the
    /// collector's (may repeat)
    #[arg(long, value_name = "LINES", conflicts_with_all = ["paths", "call", "encoding", "input_format", "manifest", "name_pattern"])]
    pub text: Vec<String>,
    /// Who was called, for `--text`
    #[arg(long, value_enum, requires = "text", conflicts_with = "paths")]
    pub callee: Option<CalleeArg>,
    /// Only the call with this id
    #[arg(long, value_name = "ID")]
    pub call: Option<String>,
    /// Show words, gates and the classifier's pieces of each turn too; `--text` does so anyway
    #[arg(long)]
    pub detail: bool,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub metadata: MetadataArgs,
    /// Tell how each file was read
    #[arg(long, short)]
    pub verbose: bool,
}

/// `why-not`
#[derive(Debug, Args)]
pub struct WhyNotArgs {
    /// Id of the call, and a colon and the number of the turn (as `explain` counts them) to ask about one turn
    #[arg(value_name = "CALL[:TURN]")]
    pub call: String,
    /// Rule id, such as threat/violence or conduct/identify-self
    #[arg(value_name = "RULE")]
    pub rule: String,
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Name of a built-in profile, or a profile file, for rules that count
    #[arg(long, value_name = "NAME|FILE")]
    pub profile: Option<String>,
    /// Form of the output
    #[arg(long, value_enum, default_value_t = ExplainFormat::Text)]
    pub format: ExplainFormat,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
    #[command(flatten)]
    pub metadata: MetadataArgs,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

/// Who was called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CalleeArg {
    /// The person who owes.
    Borrower,
    /// A third person.
    Contact,
}

impl CalleeArg {
    /// The role that stands in a call.
    pub fn role(self) -> CalleeRole {
        match self {
            CalleeArg::Borrower => CalleeRole::Borrower,
            CalleeArg::Contact => CalleeRole::Contact,
        }
    }
}

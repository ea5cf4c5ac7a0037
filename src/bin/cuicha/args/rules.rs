//! What the verbs take that show and look after rules.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::EngineArgs;
use super::reading::ReadingArgs;

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
    /// One line per rule, or a page of Markdown with reasons, clauses, examples and exceptions
    List {
        /// Form of the output
        #[arg(long, value_enum, default_value_t = RulesFormat::Text)]
        format: RulesFormat,
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

/// Form of the output of `rules list`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// One line per rule.
    Text,
    /// A page of Markdown.
    Markdown,
}

/// `lexicon`
#[derive(Debug, Args)]
pub struct LexiconArgs {
    /// What to do
    #[command(subcommand)]
    pub verb: LexiconVerb,
}

/// `lexicon new`, `test`, `lint`, `format`, `coverage`, `list`
#[derive(Debug, Subcommand)]
pub enum LexiconVerb {
    /// Write a rule file with comments that say what to fill in
    New {
        /// What the rule is called, such as threat/door-paint
        #[arg(value_name = "GROUP/NAME")]
        id: String,
        /// Your folder of lexicon files; it is made when it is not there
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Run the tests that stand in the rule files
    Test {
        /// Your own folder, laid over the built-in files; without it the built-in ones
        dir: Option<PathBuf>,
    },
    /// Find entries that can never match, and those that say nothing: doubles, shadowed terms, idle exceptions, unused classes
    Lint {
        /// Your own folder, laid over the built-in files; without it the built-in ones
        dir: Option<PathBuf>,
        /// End with 1 for warnings too
        #[arg(long)]
        strict: bool,
        /// Form of the output
        #[arg(long, value_enum, default_value_t = LexiconFormat::Text)]
        format: LexiconFormat,
    },
    /// Put rule files into their one form: order and spacing of keys, lines of lists; comments stay
    Format {
        /// Rule files, or folders of lexicon files
        #[arg(value_name = "PATH", required = true)]
        paths: Vec<PathBuf>,
        /// Change nothing; name the files that would change and end with 1
        #[arg(long)]
        check: bool,
    },
    /// Which entries ever matched on a body of transcripts, and which gates stopped them
    Coverage(CoverageArgs),
    /// List files with their terms, phrases and tests
    List {
        /// Your own folder, laid over the built-in files; without it the built-in ones
        dir: Option<PathBuf>,
    },
}

/// `lexicon coverage`
#[derive(Debug, Args)]
pub struct CoverageArgs {
    /// Files or folders of transcripts; `-` is standard input
    #[arg(value_name = "PATH", required = true)]
    pub paths: Vec<PathBuf>,
    /// Only this rule
    #[arg(long, value_name = "RULE")]
    pub rule: Option<String>,
    /// Name the entries that never matched too
    #[arg(long)]
    pub unused: bool,
    /// Form of the output; `json` holds every entry
    #[arg(long, value_enum, default_value_t = LexiconFormat::Text)]
    pub format: LexiconFormat,
    #[command(flatten)]
    pub engine: EngineArgs,
    #[command(flatten)]
    pub reading: ReadingArgs,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LexiconFormat {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

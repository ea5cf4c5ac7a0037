//! What the verbs take that show and look after rules.

use std::path::PathBuf;

use clap::{Args, Subcommand};

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

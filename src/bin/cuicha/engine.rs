//! The engine of a verb, and what is to be said of the folders that it is made of.

use std::path::Path;

use cuicha::build::{self, Choices, Engine};
use cuicha::lexicon::{Files, passed_over};
use cuicha::model::error::Error;

use crate::exit::{noticed, say};
use crate::language::fill;

/// The engine that was asked for; files in lexicon folders that nothing reads are told of.
///
/// # Errors
/// Those of the engine.
pub fn built(choices: &Choices) -> Result<Engine, Error> {
    for dir in &choices.lexicons {
        warn(dir);
    }
    Engine::new(choices)
}

/// The folder's own files laid over the built-in lexicon, with the same to tell.
///
/// # Errors
/// When the folder cannot be read.
pub fn files(dir: Option<&Path>) -> Result<Files, Error> {
    if let Some(dir) = dir {
        warn(dir);
    }
    build::files_with(dir)
}

/// A rule that nobody applies is worth a warning: its author relies on it.
fn warn(dir: &Path) {
    for notice in passed_over(dir) {
        say(&fill("said.warning", &[&noticed(&notice)]));
    }
}

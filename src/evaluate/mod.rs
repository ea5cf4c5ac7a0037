//! Holds what the program finds against what people labelled: precision, recall and their product per group, with the
//! uncertainty that the number of examples leaves.

mod calls;
mod tally;
mod utterances;
mod words;

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Serialize;

pub use calls::{CallScores, evaluate as evaluate_calls};
pub use tally::{Interval, Tally};
pub use utterances::{Mistake, UtteranceScores, evaluate as evaluate_utterances, evaluate_words};
pub use words::WordList;

use crate::labelled::{self, truth};
use crate::model::error::Error;

/// Everything that was measured.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Results {
    /// Version of the program.
    pub version: &'static str,
    /// Hash of the lexicon.
    pub lexicon: String,
    /// Sets of utterances.
    pub utterances: Vec<UtteranceScores>,
    /// Sets of whole calls.
    pub calls: Vec<CallScores>,
}

/// What counts as found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Violations alone.
    Violation,
    /// Violations and matters for review.
    Review,
}

/// Both levels.
pub const LEVELS: [Level; 2] = [Level::Violation, Level::Review];

/// Labelled data, as it lies in files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// Files of labelled utterances.
    pub utterances: Vec<PathBuf>,
    /// Files of whole calls (`NAME.calls.jsonl`), each with its truth (`NAME.truth.jsonl`) beside it.
    pub calls: Vec<(PathBuf, PathBuf)>,
}

/// Finds labelled data below the given files and folders.
///
/// # Errors
/// When a path does not exist, or whole calls have no truth beside them.
pub fn find(paths: &[PathBuf]) -> Result<Data, Error> {
    let mut data = Data { utterances: Vec::new(), calls: Vec::new() };
    for file in labelled::files(paths)? {
        match truth::beside(&file) {
            Some(truth) if truth.is_file() => data.calls.push((file, truth)),
            Some(truth) => {
                return Err(Error::Usage(format!(
                    "{}: whole calls need their truth beside them: {} is missing",
                    file.display(),
                    truth.display()
                )));
            }
            None if truth::is_truth(&file) => {}
            None => data.utterances.push(file),
        }
    }
    Ok(data)
}

/// The name under which a file's results are shown.
pub fn name_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.trim_end_matches(".jsonl").trim_end_matches(".calls").to_owned()
}

//! The measure that every checker must beat: a plain list of words, each found wherever it stands.

use std::path::Path;

use crate::labelled::Labelled;
use crate::model::error::{Error, Fault};
use crate::model::rules::GROUPS;
use crate::model::transcript::Speaker;

/// Words and the groups they stand for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordList(Vec<(String, String)>);

impl WordList {
    /// Reads a table: group, tab, word; `#` begins a comment.
    ///
    /// # Errors
    /// When the file cannot be read, or a line names no known group or no word.
    pub fn read(path: &Path) -> Result<WordList, Error> {
        let text =
            std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
        let mut words = Vec::new();
        let mut faults = Vec::new();
        let lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
        for (i, line) in lines {
            match line.split_once('\t').map(|(g, w)| (g.trim(), w.trim())) {
                Some((group, word)) if GROUPS.contains(&group) && !word.is_empty() => {
                    words.push((group.to_owned(), word.to_owned()));
                }
                _ => faults.push(Fault {
                    file: path.display().to_string(),
                    line: i + 1,
                    message: "a line is a group, a tab, a word".to_owned(),
                }),
            }
        }
        if faults.is_empty() { Ok(WordList(words)) } else { Err(Error::Rules(faults)) }
    }

    /// The groups whose words stand in what a collector said.
    pub fn groups(&self, labelled: &Labelled) -> Vec<&str> {
        if labelled.speaker != Speaker::Collector {
            return Vec::new();
        }
        self.0.iter().filter(|(_, w)| labelled.text.contains(w.as_str())).map(|(g, _)| g.as_str()).collect()
    }
}

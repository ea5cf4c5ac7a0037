//! One TOML file: text in, a typed value or a fault with file and line out.

use serde::de::DeserializeOwned;

use crate::model::error::Fault;

/// Parses `text` into `T`; unknown keys are refused (with a suggestion) where `T` denies them.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Fault> {
    let text_without_mark = text.strip_prefix('\u{feff}').unwrap_or(text);
    toml::from_str(text_without_mark).map_err(|e| {
        let line = e.span().map_or(0, |s| line_of(text_without_mark, s.start));
        Fault { file: file.to_owned(), line, message: with_suggestion(e.message()) }
    })
}

/// 1-based line of a byte offset.
pub fn line_of(text: &str, offset: usize) -> usize {
    let end = offset.min(text.len());
    text.as_bytes()[..end].iter().filter(|b| **b == b'\n').count() + 1
}

/// Where the lines of a text begin: for files of which many places are told.
pub struct Lines(Vec<usize>);

impl Lines {
    /// Of this text.
    pub fn of(text: &str) -> Lines {
        let ends = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        Lines(ends.map(|(at, _)| at + 1).collect())
    }

    /// 1-based line of a byte offset.
    pub fn line(&self, offset: usize) -> usize {
        self.0.partition_point(|begin| *begin <= offset) + 1
    }
}

/// ` (did you mean …?)` with the closest of `known`, or nothing when none is close.
pub fn suggest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    known
        .into_iter()
        .map(|k| (strsim::damerau_levenshtein(word, k), k))
        .filter(|(d, k)| *d <= 1 + k.chars().count() / 4)
        .min()
        .map_or(String::new(), |(_, k)| format!(" (did you mean `{k}`?)"))
}

/// Serde names the unknown field and the known ones between back quotes: pick the closest.
fn with_suggestion(message: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let names: Vec<&str> = first.split('`').skip(1).step_by(2).collect();
    match names.split_first() {
        Some((wrong, known)) if first.starts_with("unknown ") => {
            format!("{first}{}", suggest(wrong, known.iter().copied()))
        }
        _ => first.to_owned(),
    }
}

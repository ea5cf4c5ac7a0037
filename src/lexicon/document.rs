//! One TOML file: text in, a typed value or a fault with file and line out.

use serde::de::DeserializeOwned;

use super::syntax;
use crate::model::error::Fault;

/// Parses `text` into `T`; unknown keys are refused (with a suggestion) where `T` denies them.
pub fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = toml::Deserializer::parse(text).map_err(|e| {
        let (at, message) = unreadable(text, &e);
        Fault { file: file.to_owned(), line: e.span().map_or(0, |_| line_of(text, at)), message }
    })?;
    T::deserialize(document).map_err(|e| {
        let line = e.span().map_or(0, |s| line_of(text, s.start));
        Fault { file: file.to_owned(), line, message: unfit(text, &e) }
    })
}

/// Where and why a text is not TOML: what its parser says, and the same in plain words.
pub fn unreadable(text: &str, error: &toml::de::Error) -> (usize, String) {
    let parser = with_suggestion(error.message().lines().next().unwrap_or_default());
    let plain = syntax::plainly(text, error.span(), &parser);
    let at = error.span().map_or(0, |s| s.start);
    let (line, plain_line) = (line_of(text, at), line_of(text, plain.at));
    let message = match line == plain_line {
        true => Fault::with_plain_words(&parser, &plain.remark),
        false => Fault::with_plain_words_of_line(&parser, plain_line, &plain.remark),
    };
    (at, message)
}

/// Why a value is not what the file should hold there.
fn unfit(text: &str, error: &toml::de::Error) -> String {
    let span = error.span().unwrap_or_default();
    let written = text.get(span.clone()).unwrap_or_default();
    let message = in_plain_words(error.message(), written);
    let is_day = || DAYS.contains(&key_before(text, span.start)) && written.starts_with(['"', '\'']);
    if message != with_suggestion(error.message().lines().next().unwrap_or_default()) {
        Fault::with_plain_words(&message, &syntax::in_column(text, span.start, &message))
    } else if is_day() {
        let plain = syntax::no_day(&shortened(written.trim()));
        Fault::with_plain_words(&message, &syntax::in_column(text, span.start, &plain))
    } else {
        message
    }
}

/// So many errors of one file are told: each is looked into by reading again, which a file of another kind would make long.
pub const MOST_ERRORS: usize = 20;

/// Keys of days in text.
const DAYS: [&str; 2] = ["from", "until"];

/// The key whose value begins at a byte offset.
fn key_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or_default().trim_end();
    let key = before.strip_suffix('=').unwrap_or_default().trim_end();
    key.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default()
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
        // A word of which no letter is right is not meant: one of a single letter would be near any other.
        .filter(|(d, k)| *d <= 1 + k.chars().count() / 4 && *d < k.chars().count())
        .min()
        .map_or(String::new(), |(_, k)| format!(" (did you mean `{k}`?)"))
}

/// Characters of a value that a message shows.
const MOST_SHOWN: usize = 40;

/// What a reader of files that people write says of a value, without the words of programmers. `written`: the value in the file.
fn in_plain_words(message: &str, written: &str) -> String {
    let first = message.lines().next().unwrap_or_default();
    let wrong = first.strip_prefix("invalid type: ").or_else(|| first.strip_prefix("invalid value: "));
    let expected = wrong.and_then(|rest| rest.rsplit_once(", expected ")).map(|(_, expected)| expected);
    let template = match expected {
        Some(expected) => wanted(expected),
        None => (first == "wanted string or table").then_some("this should be a text in quotes: {}"),
    };
    match template {
        Some(template) if !written.trim().is_empty() => template.replace("{}", &shortened(written.trim())),
        _ => with_suggestion(first),
    }
}

/// The first line of a value, as far as it is shown.
pub(super) fn shortened(value: &str) -> String {
    let line = value.lines().next().unwrap_or_default();
    let short: String = line.chars().take(MOST_SHOWN).collect();
    if short.len() < value.len() { short + "\u{2026}" } else { short }
}

/// What is wanted in place of a value, by the parser's name for it.
fn wanted(expected: &str) -> Option<&'static str> {
    Some(match expected {
        "usize" | "u8" | "u16" | "u32" | "u64" => "this should be a whole number, 0 or more: {}",
        "isize" | "i8" | "i16" | "i32" | "i64" => "this should be a whole number: {}",
        "f32" | "f64" => "this should be a number: {}",
        "a boolean" => "this should be true or false: {}",
        "a string" => "this should be a text in quotes: {}",
        "a date string" => "this should be a date in quotes, such as \"2026-01-30\": {}",
        "a map" => "this should be a table: {}",
        _ if expected.starts_with("struct ") => "this should be a table: {}",
        _ if ["a sequence", "a tuple"].iter().any(|list| expected.starts_with(list)) => {
            "this should be a list: {}"
        }
        _ => return None,
    })
}

/// Serde names the unknown field and the known ones between back quotes: pick the closest.
fn with_suggestion(first: &str) -> String {
    let names: Vec<&str> = first.split('`').skip(1).step_by(2).collect();
    match names.split_first() {
        Some((wrong, known)) if first.starts_with("unknown ") => {
            format!("{first}{}", suggest(wrong, known.iter().copied()))
        }
        _ => first.to_owned(),
    }
}

//! `tables/*.tsv`: one entry a line, columns between tabs, `#` begins a comment line.

use std::collections::BTreeMap;

use super::files::{File, Files};
use crate::model::error::Fault;
use crate::model::messages::Messages;
use crate::model::roles::{self, RolePieces};
use crate::model::transcript::Speaker;

/// The text of a file; bytes that are no UTF-8 are a fault.
pub(super) fn text_of<'f>(file: &'f File, faults: &mut Vec<Fault>) -> Option<&'f str> {
    match std::str::from_utf8(&file.bytes) {
        Ok(text) => Some(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(e) => {
            let line = file.bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
            faults.push(Fault {
                file: file.shown.clone(),
                line,
                message: "is not UTF-8: save it as UTF-8".to_owned(),
            });
            None
        }
    }
}

/// Rows of a table with their 1-based lines.
fn rows(text: &str) -> impl Iterator<Item = (usize, Vec<&str>)> {
    lines(text).map(|(n, line)| (n, line.split('\t').map(str::trim).collect()))
}

/// Lines that hold a row, with their 1-based numbers.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(i, line)| (i + 1, line.trim_end_matches('\r')))
        .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'))
}

/// Speaker labels of `tables/speakers.tsv`.
pub(super) fn speakers(files: &Files, faults: &mut Vec<Fault>) -> BTreeMap<String, Speaker> {
    let mut labels = BTreeMap::new();
    let Some(file) = files.0.get("tables/speakers.tsv") else { return labels };
    let Some(text) = text_of(file, faults) else { return labels };
    for (line, row) in rows(text) {
        // A question mark: the label only mostly means it.
        let role = match row.get(1).map(|role| role.trim_end_matches('?')) {
            Some("collector") => Speaker::Collector,
            Some("borrower") => Speaker::Borrower,
            Some("contact") => Speaker::Contact,
            Some("unknown" | "other") => Speaker::Unknown,
            other => {
                let message = format!(
                    "`{}`: a speaker is collector, borrower, contact, other or unknown",
                    other.unwrap_or("")
                );
                faults.push(Fault { file: file.shown.clone(), line, message });
                continue;
            }
        };
        labels.insert(row[0].to_owned(), role);
    }
    labels
}

/// Folds of single characters: every table whose name begins with `fold-`.
pub(super) fn folds(files: &Files, faults: &mut Vec<Fault>) -> Vec<(char, char)> {
    let mut folds: Vec<(char, char)> = Vec::new();
    for (_, file) in files.below("tables/fold-", ".tsv") {
        let Some(text) = text_of(file, faults) else { continue };
        for (line, row) in lines(text) {
            let single = |s: &str| {
                let s = s.trim();
                s.chars().next().filter(|c| c.len_utf8() == s.len())
            };
            // Of thousands of rows; a list for each would take as long as all the rest.
            let mut cells = row.split('\t');
            match (cells.next().and_then(single), cells.next().and_then(single)) {
                (Some(from), Some(to)) => folds.push((from, to)),
                _ => faults.push(Fault {
                    file: file.shown.clone(),
                    line,
                    message: "a fold is one character, a tab, one character".to_owned(),
                }),
            }
        }
    }
    // The last of several counts.
    folds.reverse();
    folds.sort_by_key(|(from, _)| *from);
    folds.dedup_by_key(|(from, _)| *from);
    folds
}

/// Tables of spellings of several characters: radicals written apart, letters for words.
const SPELLINGS: [&str; 2] = ["tables/split-characters.tsv", "tables/abbreviations.tsv"];
/// Table of further sounds of characters.
const READINGS: &str = "tables/readings.tsv";

/// Table of characters that are never taken for others of the same sound.
const PLAIN_WORDS: &str = "tables/plain-words.tsv";

/// Table of what speakers add while thinking.
const FILLERS: &str = "tables/fillers.tsv";

/// A row of a table with an example: what is written, what it stands for, what is said, what must come of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemplified {
    /// As written.
    pub from: String,
    /// What it stands for.
    pub to: String,
    /// A sentence with it.
    pub say: String,
    /// A piece of the sentence as it must be read, or the rule that must find it.
    pub becomes: String,
}

/// The rows of one table with examples.
fn exemplified(files: &Files, table: &str, faults: &mut Vec<Fault>) -> Vec<Exemplified> {
    let Some(file) = files.0.get(table) else { return Vec::new() };
    let Some(text) = text_of(file, faults) else { return Vec::new() };
    let mut found = Vec::new();
    for (line, row) in rows(text) {
        match row[..] {
            [from, to, say, becomes] if row.iter().all(|cell| !cell.is_empty()) => {
                let owned = [from, to, say, becomes].map(str::to_owned);
                let [from, to, say, becomes] = owned;
                found.push(Exemplified { from, to, say, becomes });
            }
            _ => faults.push(Fault {
                file: file.shown.clone(),
                line,
                message:
                    "a row is a spelling, what it stands for, an example and what becomes of it, tabs between"
                        .to_owned(),
            }),
        }
    }
    found
}

/// Spellings of several characters with their examples.
pub fn read_spellings(files: &Files) -> Vec<Exemplified> {
    SPELLINGS.iter().flat_map(|table| exemplified(files, table, &mut Vec::new())).collect()
}

/// Characters with a further sound, in pinyin without tones, with their examples.
pub fn read_readings(files: &Files) -> Vec<Exemplified> {
    exemplified(files, READINGS, &mut Vec::new())
}

/// What speakers add while thinking, with a sentence and the rule that must find an entry in it all the same.
pub fn read_fillers(files: &Files) -> Vec<Exemplified> {
    exemplified(files, FILLERS, &mut Vec::new())
}

/// Characters that mean themselves, an entry that each would sound like, and a sentence where it must not.
pub fn read_plain_words(files: &Files) -> Vec<Exemplified> {
    exemplified(files, PLAIN_WORDS, &mut Vec::new())
}

/// Notes what is wrong in the tables that only the normaliser reads.
pub(super) fn check(files: &Files, faults: &mut Vec<Fault>) {
    folds(files, faults);
    for table in SPELLINGS.iter().chain([&READINGS, &PLAIN_WORDS, &FILLERS]) {
        exemplified(files, table, faults);
    }
}

/// Characters that stand for a digit when a number is spoken: `tables/spoken-digits.tsv`.
pub(super) fn digits(files: &Files, faults: &mut Vec<Fault>) -> Vec<char> {
    let text = files.0.get("tables/spoken-digits.tsv").and_then(|f| text_of(f, faults)).unwrap_or_default();
    let mut digits: Vec<char> = rows(text).filter_map(|(_, row)| row[0].chars().next()).collect();
    digits.sort_unstable();
    digits
}

/// Pieces of wording that tell who speaks, with hundredths of their weight: `tables/roles.tsv`.
pub(super) fn role_pieces(files: &Files, faults: &mut Vec<Fault>) -> RolePieces {
    let Some(file) = files.0.get("tables/roles.tsv") else { return RolePieces::default() };
    let text = text_of(file, faults).unwrap_or_default();
    let row = |(line, row): (usize, Vec<&str>)| {
        let cells = match row[..] {
            [piece, weight] => roles::read(piece).zip(weight.parse::<i16>().ok()),
            _ => None,
        };
        if cells.is_none() {
            let message = "a row is a piece of one to three characters, a tab, and hundredths".to_owned();
            faults.push(Fault { file: file.shown.clone(), line, message });
        }
        cells.map(|(piece, hundredths)| (piece, f32::from(hundredths) / 100.0))
    };
    RolePieces::new(rows(text).filter_map(row))
}

/// What reports say and what the verbs say, by key.
const MESSAGES: [&str; 2] = ["tables/messages.tsv", "tables/pages.tsv"];
/// Remarks of the program on input and findings, what it refuses, and its help, in Chinese.
const REMARKS: [&str; 3] = ["tables/remarks.tsv", "tables/faults.tsv", "tables/help.tsv"];

/// Everything that is said to people.
pub(super) fn messages(files: &Files, faults: &mut Vec<Fault>) -> Messages {
    let mut messages = Messages::default();
    for file in MESSAGES.iter().filter_map(|table| files.0.get(*table)) {
        let Some(text) = text_of(file, faults) else { continue };
        for (line, row) in rows(text) {
            match row[..] {
                [key, zh, en] => {
                    messages.0.insert(key.to_owned(), [zh.to_owned(), en.to_owned()]);
                }
                _ => faults.push(Fault {
                    file: file.shown.clone(),
                    line,
                    message: "a message is a key, a tab, Chinese, a tab, English".to_owned(),
                }),
            }
        }
    }
    for file in REMARKS.iter().filter_map(|table| files.0.get(*table)) {
        remarks(file, &mut messages, faults);
    }
    messages
}

fn remarks(file: &File, messages: &mut Messages, faults: &mut Vec<Fault>) {
    let Some(text) = text_of(file, faults) else { return };
    for (line, row) in rows(text) {
        match row[..] {
            [en, zh] if en.matches("{}").count() == zh.matches("{}").count() => {
                messages.add_remark(en, zh);
            }
            _ => faults.push(Fault {
                file: file.shown.clone(),
                line,
                message: "a remark is English, a tab, and Chinese with as many `{}`".to_owned(),
            }),
        }
    }
}

/// What reports say, alone.
pub fn read_messages(files: &Files) -> Messages {
    messages(files, &mut Vec::new())
}

/// Folds alone, for the normaliser that the other files are read with.
pub fn read_folds(files: &Files) -> Vec<(char, char)> {
    folds(files, &mut Vec::new())
}

/// Neutral words of the field for the segmenter: `tables/words.tsv`.
pub fn read_words(files: &Files) -> Vec<String> {
    let mut words = Vec::new();
    if let Some(text) = files.0.get("tables/words.tsv").and_then(|f| text_of(f, &mut Vec::new())) {
        words.extend(rows(text).map(|(_, row)| row[0].to_owned()));
    }
    words
}

/// The first column of a table, such as `refusals` or `announcements`.
pub fn read_list(files: &Files, name: &str) -> Vec<String> {
    let file = files.0.get(&format!("tables/{name}.tsv"));
    let text = file.and_then(|f| text_of(f, &mut Vec::new())).unwrap_or_default();
    rows(text).map(|(_, row)| row[0].to_owned()).collect()
}

/// Characters that tell style and not content, and what they become (nothing: left out): `tables/style.tsv`.
pub fn read_style_folds(files: &Files) -> Vec<(char, Option<char>)> {
    let text = files.0.get("tables/style.tsv").and_then(|f| text_of(f, &mut Vec::new())).unwrap_or_default();
    let first = |s: &str| s.chars().next();
    rows(text).filter_map(|(_, row)| Some((first(row[0])?, row.get(1).and_then(|s| first(s))))).collect()
}

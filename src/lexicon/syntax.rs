//! What is wrong with how a TOML file is written, in plain words: for those who are not helped by the words of its parser. What a
//! Chinese input method types in place of a sign of TOML is named first, as it is what is meant most often.

use std::ops::Range;

use super::document::shortened;

mod trial;
mod walk;

use trial::Trial;
use walk::Walk;

/// What is typed by mistake, and what it should be.
const WIDE: [(char, char); 24] = [
    ('\u{201c}', '"'),
    ('\u{201d}', '"'),
    ('\u{ff02}', '"'),
    ('\u{300c}', '"'),
    ('\u{300d}', '"'),
    ('\u{2018}', '"'),
    ('\u{2019}', '"'),
    ('\u{ff07}', '\''),
    ('\u{ff0c}', ','),
    ('\u{3001}', ','),
    ('\u{ff1b}', ','),
    ('\u{ff1d}', '='),
    ('\u{ff1a}', '='),
    ('\u{3010}', '['),
    ('\u{3011}', ']'),
    ('\u{ff3b}', '['),
    ('\u{ff3d}', ']'),
    ('\u{ff5b}', '{'),
    ('\u{ff5d}', '}'),
    ('\u{ff03}', '#'),
    ('\u{ff0e}', '.'),
    ('\u{3002}', '.'),
    ('\u{3000}', ' '),
    ('\u{a0}', ' '),
];

/// What the parser says of a value that is none.
const UNQUOTED: &str = "string values must be quoted, expected literal string";

/// Answers that may be meant as `true` or `false`, or as a text.
const ANSWERS: [&str; 4] = ["yes", "no", "on", "off"];

/// Plain words, and where the line is that they are about: what is wrong may stand before what the parser stumbles over.
pub struct Plain {
    /// A place in the line.
    pub at: usize,
    /// A remark that names the column.
    pub remark: String,
}

impl Plain {
    fn new(text: &str, at: usize, remark: &str) -> Plain {
        Plain { at, remark: in_column(text, at, remark) }
    }
}

/// What the parser of TOML finds wrong at a place. A cause is named only when the file can be read further once it is mended.
pub fn plainly(text: &str, span: Option<Range<usize>>, parser: &str) -> Plain {
    let at = span.as_ref().map_or(0, |s| s.start);
    let Some(span) = span.filter(|_| text.is_char_boundary(at)) else {
        return Plain { at, remark: unread(parser) };
    };
    let walk = Walk::through(text, at);
    let cause = cause(&Trial::new(text, walk.statement, at), &walk, parser);
    cause.unwrap_or_else(|| Plain::new(text, at, &told(text, &span, &walk, parser)))
}

/// What is wrong, if it is told by trial.
fn cause(trial: &Trial<'_>, walk: &Walk, parser: &str) -> Option<Plain> {
    // What is escaped wrongly stands within a text, where any sign may stand.
    if parser.starts_with("missing escaped value") || parser.contains("unicode") {
        return None;
    }
    if let Some((at, wide, sign)) = trial.closing(walk) {
        return Some(Plain::new(trial.text, at, &write(wide, sign)));
    }
    unclosed(trial, walk, parser)
        .or_else(|| trial.runs_on(walk).map(|at| begins(trial.text, at)))
        .or_else(|| wide(trial, walk, parser))
}

/// A text that begins and does not end.
fn unclosed(trial: &Trial<'_>, walk: &Walk, parser: &str) -> Option<Plain> {
    let left = walk.unclosed.clone()?;
    let quote = walk::quote(&trial.text[left.start..])?;
    // The parser says so itself where it stops at the end of the line.
    let is_said = quote.len() == 1 && parser.starts_with("invalid") && trial.to <= left.end;
    let at = left.start;
    (!is_said && trial.passes(&[(left, "\"\"")], at)).then(|| begins(trial.text, at))
}

fn begins(text: &str, at: usize) -> Plain {
    let quote = walk::quote(&text[at..]).unwrap_or_default();
    Plain::new(text, at, &format!("the text that begins here is not closed: `{quote}` is missing"))
}

/// A sign outside of texts that a Chinese input method typed.
fn wide(trial: &Trial<'_>, walk: &Walk, parser: &str) -> Option<Plain> {
    // Where a text begins without its quote any sign may follow, but not where a number does.
    let bare = ["missing opening quote", "missing comma"].iter().any(|start| parser.starts_with(*start))
        || (parser == UNQUOTED && !begins_number(&trial.text[trial.to..]));
    let of_line = walk.wide.filter(|(at, _)| !bare || *at <= trial.to);
    [walk.opening, walk.before, of_line].into_iter().flatten().find_map(|(at, typed)| {
        let remark = match trial.remedy(at, typed)? {
            Some(' ') => "a full-width blank stands here: write a plain one".to_owned(),
            Some(sign) => write(typed, sign),
            None => needless(typed),
        };
        Some(Plain::new(trial.text, at, &remark))
    })
}

fn write(wide: char, sign: char) -> String {
    format!("`{wide}` is a full-width sign: write `{sign}`")
}

fn needless(sign: char) -> String {
    format!("`{sign}` is not needed here: delete it")
}

/// A remark with the column of its place, in characters from 1 on.
pub fn in_column(text: &str, at: usize, remark: &str) -> String {
    let before = text.get(..at).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("column {column}: {remark}")
}

/// What is wrong with a value that should be a day.
pub fn no_day(written: &str) -> String {
    match is_shaped(written.trim_matches(['"', '\''])) {
        true => format!("there is no such day: {written}"),
        false => format!("this should be a date in quotes, such as \"2026-01-30\": {written}"),
    }
}

/// Whether a text is written as a day is.
fn is_shaped(text: &str) -> bool {
    let fits = |(i, b): (usize, u8)| if i == 4 || i == 7 { b == b'-' } else { b.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(fits)
}

fn told(text: &str, span: &Range<usize>, walk: &Walk, parser: &str) -> String {
    let written = shortened(text.get(span.clone()).unwrap_or_default().trim());
    let line = text[walk.begin..].lines().next().unwrap_or_default();
    // A list that was left open is found out only where the next key stands.
    let left_open =
        walk.open.filter(|at| parser.starts_with("unclosed") || (*at < walk.begin && begins_anew(line)));
    if let Some(at) = left_open {
        let (opened, open) = (text[..at].matches('\n').count() + 1, &text[at..at + 1]);
        return match parser.starts_with("unclosed") {
            true => format!("the `{open}` of line {opened} is not closed"),
            false => {
                format!("the `{open}` of line {opened} is not closed before this line, or a comma is missing")
            }
        };
    }
    let word =
        ["invalid boolean, expected", "invalid float, expected `inf`", "invalid float, expected `nan`"]
            .iter()
            .any(|start| parser.starts_with(start) && written.starts_with(|c: char| c.is_ascii_alphabetic()));
    match parser {
        _ if parser.starts_with("duplicate key") && !written.is_empty() => {
            format!("the key `{written}` stands here a second time")
        }
        UNQUOTED if written.is_empty() => "no value stands behind `=`".to_owned(),
        UNQUOTED if begins_number(&written) => number(&written),
        _ if parser == UNQUOTED || word => bare_word(&written),
        _ if parser.starts_with("invalid date") && is_shaped(&written) => {
            format!("there is no such day: {written}")
        }
        _ if parser.starts_with("unexpected key or value") => needless_comma(text, span.start, parser),
        _ => unread(parser),
    }
}

/// What is wrong with a word that stands without quotes. The parser goes by its first letter alone.
fn bare_word(written: &str) -> String {
    let word = written.to_ascii_lowercase();
    if ["true", "false"].iter().any(|known| strsim::damerau_levenshtein(&word, known) <= 1) {
        format!("this should be true or false: {written}")
    } else if ANSWERS.contains(&word.as_str()) {
        format!("this should be true, false or a text in quotes: {written}")
    } else {
        format!("this should be a text in quotes: {written}")
    }
}

/// What is wrong with a value that may be meant as a number or as a text.
fn number(written: &str) -> String {
    format!("a number is written in half-width digits alone, a text in quotes: {written}")
}

/// A comma behind a value, as other languages have it, or within a number.
fn needless_comma(text: &str, at: usize, parser: &str) -> String {
    let rest = text[at..].lines().next().unwrap_or_default();
    let is_digit = |c: char| c.is_ascii_digit();
    match rest.chars().next() {
        Some(',') if rest[1..].starts_with(is_digit) && text[..at].ends_with(is_digit) => {
            let before = text[..at].rsplit(['=', ' ', '\n']).next().unwrap_or_default();
            number(&format!("{before}{}", rest.trim()))
        }
        Some(sign @ (',' | ';')) if is_over(&rest[1..]) => needless(sign),
        _ => unread(parser),
    }
}

/// Whether nothing but a remark follows in a line.
fn is_over(rest: &str) -> bool {
    let rest = rest.trim();
    rest.is_empty() || rest.starts_with('#')
}

/// Whether a value begins as a number does, in digits of any width.
fn begins_number(value: &str) -> bool {
    let value = value.trim_start_matches(['+', '-', '\u{ff0b}', '\u{ff0d}', '\u{2212}']);
    value.starts_with(|c: char| c.is_ascii_digit() || ('\u{ff10}'..='\u{ff19}').contains(&c))
}

/// The parser's own words.
fn unread(parser: &str) -> String {
    format!("not written as TOML: {parser}")
}

/// Whether a line is the head of a table, or begins with a key.
fn begins_anew(line: &str) -> bool {
    let line = line.trim();
    let is_key = |key: &str| {
        let mut bytes = key.bytes();
        !key.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
    };
    let head = line.trim_start_matches('[').split(']').next().unwrap_or_default();
    let key = line.split('=').next().unwrap_or_default();
    (line.starts_with('[') && is_key(head.trim())) || (line.contains('=') && is_key(key.trim()))
}

/// The sign of TOML for which another was typed.
fn meant(typed: char) -> Option<char> {
    WIDE.iter().find(|(wide, _)| *wide == typed).map(|(_, sign)| *sign)
}

//! What is wrong with how a TOML file is written, in plain words: for those who are not helped by the words of its parser. What a
//! Chinese input method types in place of a sign of TOML is named first, as it is what is meant most often.

use std::ops::Range;

use super::document::shortened;

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

/// What a text stands in.
const QUOTES: [&str; 4] = ["\"\"\"", "'''", "\"", "'"];

/// What the parser of TOML finds wrong at a place, as a remark that names the column.
pub fn plainly(text: &str, span: Option<Range<usize>>, parser: &str) -> String {
    let Some(span) = span.filter(|s| s.start <= text.len() && text.is_char_boundary(s.start)) else {
        return unread(parser);
    };
    // What is escaped wrongly stands within a text, where any sign may stand; so it does behind where a text begins without its quote.
    let escape = parser.starts_with("missing escaped value") || parser.contains("unicode");
    let bare =
        [UNQUOTED, "missing opening quote", "missing comma"].iter().any(|start| parser.starts_with(*start));
    let walk = Walk::through(text, span.start);
    match walk.wide.filter(|(at, ..)| !escape && (!bare || *at <= span.start)) {
        Some((at, _, ' ')) => in_column(text, at, "a full-width blank stands here: write a plain one"),
        Some((at, wide, sign)) => {
            in_column(text, at, &format!("`{wide}` is a full-width sign: write `{sign}`"))
        }
        None => in_column(text, span.start, &told(text, &span, &walk, parser)),
    }
}

/// A remark with the column of its place, in characters from 1 on.
pub fn in_column(text: &str, at: usize, remark: &str) -> String {
    let before = text.get(..at).unwrap_or_default();
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("column {column}: {remark}")
}

/// What is wrong with a value that should be a day.
pub fn no_day(written: &str) -> String {
    match is_shaped(written.trim_matches('"')) {
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
    match parser {
        _ if parser.starts_with("duplicate key") && !written.is_empty() => {
            format!("the key `{written}` stands here a second time")
        }
        UNQUOTED if written.is_empty() => "no value stands behind `=`".to_owned(),
        UNQUOTED => format!("this should be a text in quotes: {written}"),
        _ if parser.starts_with("invalid date") && is_shaped(&written) => {
            format!("there is no such day: {written}")
        }
        _ => unread(parser),
    }
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

/// What a way through the file to a place of it passes.
struct Walk {
    /// Where the line of the place begins.
    begin: usize,
    /// The innermost bracket that is still open at the place.
    open: Option<usize>,
    /// The first sign in the line that no text is meant to hold: its place, itself, and what it should be.
    wide: Option<(usize, char, char)>,
}

impl Walk {
    fn through(text: &str, to: usize) -> Walk {
        let begin = text[..to].rfind('\n').map_or(0, |n| n + 1);
        let end = text[to..].find('\n').map_or(text.len(), |n| to + n);
        let (mut at, mut open, mut wide) = (0, Vec::new(), None);
        while let Some(c) = text[at..end].chars().next() {
            let rest = &text[at..end];
            if let Some(quote) = QUOTES.iter().find(|quote| rest.starts_with(**quote)) {
                let length = length(rest, quote);
                let line_end = rest.find('\n').unwrap_or(rest.len());
                if length.is_none() && at + line_end > begin {
                    wide = wide.or_else(|| closing(&rest[..line_end], at));
                }
                at += length.unwrap_or(if quote.len() == 1 { line_end } else { rest.len() });
                continue;
            }
            match c {
                '#' => {
                    at += rest.find('\n').unwrap_or(rest.len());
                    continue;
                }
                '[' | '{' if at < to => open.push(at),
                ']' | '}' if at < to => _ = open.pop(),
                _ if at >= begin && wide.is_none() => wide = meant(c).map(|sign| (at, c, sign)),
                _ => {}
            }
            at += c.len_utf8();
        }
        Walk { begin, open: open.pop(), wide }
    }
}

/// The sign of TOML for which another was typed.
fn meant(typed: char) -> Option<char> {
    WIDE.iter().find(|(wide, _)| *wide == typed).map(|(_, sign)| *sign)
}

/// How long a text is with its quotes; nothing when it does not end.
fn length(rest: &str, quote: &str) -> Option<usize> {
    let mut at = quote.len();
    loop {
        let after = rest.get(at..)?;
        let c = after.chars().next()?;
        if after.starts_with(quote) {
            return Some(at + quote.len());
        }
        if c == '\n' && quote.len() == 1 {
            return None;
        }
        let escaped = if c == '\\' && quote.starts_with('"') { after[1..].chars().next() } else { None };
        at += c.len_utf8() + escaped.map_or(0, char::len_utf8);
    }
}

/// The quote of a Chinese input method with which a text was meant to end.
fn closing(text: &str, from: usize) -> Option<(usize, char, char)> {
    // A single one is an apostrophe too.
    let double = |c: char| !('\u{2018}'..='\u{2019}').contains(&c) && meant(c) == Some('"');
    text.char_indices().rev().find(|(_, c)| double(*c)).map(|(at, c)| (from + at, c, '"'))
}

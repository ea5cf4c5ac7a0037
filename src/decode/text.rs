//! Text, one call a file: a line a turn, with a time, a speaker, both or neither; above the turns perhaps a header.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::content::Content;
use super::mark::{self, Mark, Who};
use super::{Decoded, Decoder, Document, speaker, time};
use crate::model::notice::Notice;
use crate::model::transcript::{Call, Utterance};

/// The table of header labels: label, tab, key.
pub const HEADERS: &str = include_str!("../../lexicons/tables/text-headers.tsv");

static KEYS: LazyLock<FxHashMap<&'static str, &'static str>> =
    LazyLock::new(|| speaker::rows(HEADERS).map(|(label, key)| (label, key.trim())).collect());

/// Longest header label, in characters.
const HEADER_LABEL: usize = 12;
/// Longest label of a speaker who is not in the table, in characters.
const UNLISTED_LABEL: usize = 8;
/// Longest value of a header line that looks like a turn, in characters.
const HEADER_VALUE: usize = 12;
/// Columns from which on lines with equally many separators are a table and no speech.
const TABLE_COLUMNS: usize = 4;

/// The decoder.
pub struct Text;

impl Decoder for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["txt"]
    }

    fn recognises(&self, content: &Content<'_>) -> bool {
        let (text, start) = (content.text, content.start());
        let control = |c: &char| c.is_control() && !c.is_whitespace();
        let wild = text.chars().take(4096).filter(control).count();
        let seen = text.chars().take(4096).count();
        let foreign = start.starts_with('{')
            || is_json_array(start)
            || is_markup(start)
            || is_table(start)
            || is_subtitle(start);
        !foreign && wild * 20 <= seen
    }

    fn is_general(&self) -> bool {
        true
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        let lines: Vec<Line<'_>> = lines(document);
        let conventions = Conventions::of(&lines);
        let mut builder = Builder::new(document);
        for line in &lines {
            builder.line(line, &conventions);
        }
        if conventions.plain && builder.call.turns.len() == 1 {
            builder.split_sentences();
        }
        builder.finish(&conventions)
    }
}

fn is_json_array(start: &str) -> bool {
    start.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(['{', ']', '"']))
}

fn is_markup(start: &str) -> bool {
    let line = start.lines().next().unwrap_or_default();
    start.starts_with('<') && !matches!(mark::read(line).who, Who::Known(_))
}

fn is_table(start: &str) -> bool {
    let columns = |line: &str, sign: char| line.split(sign).count();
    let mut lines = start.lines().filter(|line| !line.trim().is_empty()).take(4);
    let Some(first) = lines.next() else { return false };
    let rest: Vec<&str> = lines.collect();
    [',', '\t'].into_iter().any(|sign| {
        let n = columns(first, sign);
        let alone = rest.is_empty() && !first.is_ascii();
        n >= TABLE_COLUMNS && !alone && rest.iter().all(|line| columns(line, sign) == n)
    })
}

fn is_subtitle(start: &str) -> bool {
    start.starts_with("WEBVTT") || start.lines().take(20).any(|line| line.contains("-->"))
}

struct Line<'a> {
    number: usize,
    text: &'a str,
    mark: Mark<'a>,
}

/// Lines that are not blank. Line ends are LF or CR LF, or CR where there is no LF at all.
fn lines<'a>(document: &Document<'a>) -> Vec<Line<'a>> {
    let end = if document.text.contains('\n') { '\n' } else { '\r' };
    let line = |(index, text): (usize, &'a str)| {
        let text = text.trim().trim_start_matches('\u{feff}');
        (!text.is_empty()).then(|| Line { number: document.first_line + index, text, mark: mark::read(text) })
    };
    document.text.split(end).enumerate().filter_map(line).collect()
}

/// How this file writes its turns.
struct Conventions<'a> {
    /// No line begins with a label, nor do enough of them with a time: each line is a turn.
    plain: bool,
    /// A time alone begins a turn.
    times: bool,
    /// Labels that are not in the table, and how many turns they begin.
    unlisted: BTreeMap<&'a str, usize>,
}

impl<'a> Conventions<'a> {
    fn of(lines: &[Line<'a>]) -> Conventions<'a> {
        let mut unlisted: BTreeMap<&str, usize> = BTreeMap::new();
        for line in lines {
            if let Who::Unlisted(label) = line.mark.who
                && label.chars().count() <= UNLISTED_LABEL
            {
                *unlisted.entry(label).or_default() += 1;
            }
        }
        // Speech has colons too; a label comes again.
        let header = |label: &str| KEYS.get(key(label).as_ref()).is_some_and(|name| boolean(name).is_none());
        unlisted.retain(|label, n| *n >= 2 && !header(label));
        let labelled = |line: &&Line<'_>| match line.mark.who {
            Who::Known(_) => true,
            Who::Unlisted(label) => unlisted.contains_key(label),
            Who::Nobody => false,
        };
        let starts = lines.iter().filter(labelled).count();
        let timed = lines.iter().filter(|line| line.mark.clock.is_some()).count();
        let both = lines.iter().filter(labelled).filter(|line| line.mark.clock.is_some()).count();
        let times = if starts == 0 { timed >= 2 && timed * 3 >= lines.len() } else { both * 3 >= starts };
        Conventions { plain: starts == 0 && !times, times, unlisted }
    }

    /// Whether a turn begins here: the label of who speaks, and what.
    fn turn<'l>(&self, line: &'l Line<'a>) -> Option<(Option<&'l str>, &'l str)> {
        let mark = &line.mark;
        match mark.who {
            Who::Known(label) => Some((Some(label), mark.text)),
            Who::Unlisted(label) if self.unlisted.contains_key(label) => Some((Some(label), mark.text)),
            _ if self.times && mark.clock.is_some() => Some((None, mark.labelled)),
            _ => None,
        }
    }
}

/// A header label as the table writes it.
fn key(label: &str) -> Cow<'_, str> {
    let plain = |c: char| !c.is_whitespace() && !matches!(c, '_' | '-') && !c.is_ascii_uppercase();
    if label.chars().all(plain) {
        return Cow::Borrowed(label);
    }
    let kept = label.chars().filter(|c| !c.is_whitespace() && !matches!(c, '_' | '-'));
    Cow::Owned(kept.map(|c| c.to_ascii_lowercase()).collect())
}

/// Label and value of a line that may belong to a header.
fn header(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start_matches(['#', ' ', '*']);
    if let Some((label, value)) = mark::in_brackets(line) {
        return Some((label.trim(), mark::colon(value.trim_start()).unwrap_or(value).trim()));
    }
    let (label, value) = line.split_once([':', '\u{ff1a}'])?;
    Some((label.trim(), value.trim()))
}

struct Builder<'a> {
    document: &'a Document<'a>,
    call: Call,
    begun: bool,
    duration_ms: Option<u64>,
    strange: Vec<String>,
    notices: Vec<Notice>,
}

impl<'a> Builder<'a> {
    fn new(document: &'a Document<'a>) -> Builder<'a> {
        let call = Call {
            call_id: document.stem(),
            made_up_id: true,
            file: document.file.to_owned(),
            line: document.first_line,
            ..Call::default()
        };
        Builder { document, call, begun: false, duration_ms: None, strange: Vec::new(), notices: Vec::new() }
    }

    fn line(&mut self, line: &Line<'_>, conventions: &Conventions<'_>) {
        if !self.begun && self.header(line, conventions) {
            return;
        }
        match conventions.turn(line) {
            Some((label, text)) => {
                self.begun = true;
                self.push(line, label, text);
            }
            None if conventions.plain => {
                self.begun = true;
                self.push(line, None, line.text);
            }
            None => match self.call.turns.last_mut() {
                Some(turn) => join(&mut turn.text, line.text),
                None => self.push(line, None, line.text),
            },
        }
    }

    fn push(&mut self, line: &Line<'_>, label: Option<&str>, text: &str) {
        let clock = line.mark.clock.unwrap_or_default();
        self.call.turns.push(Utterance {
            start_ms: clock.start,
            end_ms: clock.end,
            line: Some(line.number),
            ..speaker::turn(label, text.trim().to_owned())
        });
    }

    /// Whether the line belongs to the header; what it says goes into the call.
    fn header(&mut self, line: &Line<'_>, conventions: &Conventions<'_>) -> bool {
        let comment = line.text.starts_with('#');
        if comment || !line.text.chars().any(char::is_alphanumeric) {
            if let Some((label, value)) = header(line.text).filter(|_| comment) {
                self.set(line, label, value);
            }
            return true;
        }
        let Some((label, value)) = header(line.text) else { return false };
        // The table of speakers comes first: `agent: 802` is a turn, unless it stands without a time above turns with times.
        if let Who::Known(_) = line.mark.who
            && (!conventions.times || line.mark.clock.is_some() || !is_value(value))
        {
            return false;
        }
        if conventions.times && line.mark.clock.is_some() {
            return false;
        }
        if self.set(line, label, value) {
            return true;
        }
        let odd = !conventions.plain && !conventions.unlisted.contains_key(label) && is_header_label(label);
        if odd {
            self.strange.push(label.to_owned());
        }
        odd
    }

    /// Puts a header value into the call. False when the label is not in the table.
    fn set(&mut self, line: &Line<'_>, label: &str, value: &str) -> bool {
        let Some(name) = KEYS.get(key(label).as_ref()) else { return false };
        let call = &mut self.call;
        let text = (!value.is_empty()).then(|| value.to_owned());
        match *name {
            "call_id" => {
                call.made_up_id = text.is_none();
                call.call_id = text.unwrap_or_else(|| self.document.stem());
            }
            "borrower_id" => call.borrower_id = text,
            "collector_id" => call.collector_id = text,
            "agency" => call.agency = text,
            "caller_number" => call.caller_number = text,
            "callee_number" => call.callee_number = text,
            "callee_role" => call.callee_role = speaker::callee(value),
            "start" | "end" if text.is_none() => {}
            "start" | "end" => {
                let time = time::lenient(value);
                if time.is_none() {
                    let shown: String = value.chars().take(40).collect();
                    let text = format!("`{name}` is no time: `{shown}`; the call is read without it");
                    self.notices.push(Notice::lost(self.document.file, Some(line.number), text));
                }
                if *name == "start" { call.start = time } else { call.end = time }
            }
            "duration_ms" => self.duration_ms = value.parse().ok(),
            "connected" => call.connected = KEYS.get(key(value).as_ref()).and_then(|v| boolean(v)),
            _ => return false,
        }
        true
    }

    /// A text of one line without speakers: a sentence a turn.
    fn split_sentences(&mut self) {
        let Some(only) = self.call.turns.pop() else { return };
        let is_end = |c: char| matches!(c, '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '!' | '?' | '\u{ff1b}');
        let mut rest = only.text.as_str();
        while !rest.is_empty() {
            let stop = rest.find(is_end).unwrap_or(rest.len());
            let end = rest[stop..].find(|c: char| !is_end(c)).map_or(rest.len(), |more| stop + more);
            let text = rest[..end].trim();
            if !text.is_empty() {
                self.call.turns.push(Utterance { text: text.to_owned(), ..only.clone() });
            }
            rest = &rest[end..];
        }
    }

    fn finish(mut self, conventions: &Conventions<'_>) -> Decoded {
        let length =
            self.duration_ms.and_then(|ms| i64::try_from(ms).ok()).map(jiff::SignedDuration::from_millis);
        if let (Some(start), None, Some(length)) = (self.call.start, self.call.end, length) {
            self.call.end = start.checked_add(length).ok();
        }
        let file = self.document.file;
        if !self.strange.is_empty() {
            let text = format!("header lines not known: {}", self.strange.join(", "));
            self.notices.push(Notice::remark(file, None, text));
        }
        if !conventions.unlisted.is_empty() {
            let named: Vec<String> =
                conventions.unlisted.iter().map(|(label, n)| format!("{label} ({n} turns)")).collect();
            let text = format!(
                "speakers not known by their labels: {}; `--speakers` tells who they are, else what they say",
                named.join(", ")
            );
            self.notices.push(Notice::remark(file, None, text));
        }
        if self.call.turns.is_empty() {
            self.notices.push(Notice::remark(file, None, "no turn in it"));
        }
        Decoded { calls: vec![self.call], notices: self.notices }
    }
}

fn boolean(value: &str) -> Option<bool> {
    match value {
        "=true" => Some(true),
        "=false" => Some(false),
        _ => None,
    }
}

/// Whether this is short and without the signs of a sentence.
fn is_value(text: &str) -> bool {
    text.chars().count() <= HEADER_VALUE
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ' | '*'))
}

fn is_header_label(label: &str) -> bool {
    (1..=HEADER_LABEL).contains(&label.chars().count())
        && label.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
}

/// A line that was broken: words of Chinese join without a space.
fn join(text: &mut String, line: &str) {
    let spaced = text.chars().last().is_some_and(|c| c.is_ascii())
        || line.chars().next().is_some_and(|c| c.is_ascii());
    if spaced && !text.is_empty() {
        text.push(' ');
    }
    text.push_str(line);
}

//! Where a text first differs from what a format expects.

use super::content::Content;
use super::{DECODERS, Decoder, Document};
use crate::model::notice::Notice;

/// Most formats that are told to be near.
const NEAR: usize = 6;
/// Most keys that are told to be there.
const KEYS: usize = 6;
/// What is no text though it can be decoded.
const CONTROL: &str = "control characters";
/// Between the formats of one remark.
const BETWEEN: &str = " | ";

/// A difference, and how much of the format was there before it.
struct Difference {
    /// 1-based line of the text.
    line: usize,
    /// Keys and parts of keys that are there.
    there: usize,
    what: String,
}

/// The format that the user named does not fit.
pub(super) fn forced(document: &Document<'_>, content: &Content<'_>, decoder: &dyn Decoder) -> Notice {
    let first = first(document, content, decoder);
    let text = format!("not {}: {}: not read", decoder.name(), first.what);
    Notice::lost(document.file, Some(first.line), text)
}

/// No format fits: what each of those that come nearest lacks.
pub(super) fn unknown(document: &Document<'_>, content: &Content<'_>) -> Notice {
    let near = nearest(document, content);
    let text = if near.is_empty() {
        format!("format not recognised; known are {}", known())
    } else {
        format!("format not recognised; the first differences are {near}; `--input-format` names one")
    };
    Notice::lost(document.file, None, text)
}

/// Which formats come nearest to what only a general one has taken, and what each lacks.
pub(super) fn near(document: &Document<'_>, content: &Content<'_>) -> Option<Notice> {
    let near = nearest(document, content);
    let text = format!("no format fits; the first differences are {near}");
    (!near.is_empty()).then(|| Notice::remark(document.file, None, text))
}

/// Several formats fit: by what each is known.
pub(super) fn several(document: &Document<'_>, content: &Content<'_>, fitting: &[&dyn Decoder]) -> Notice {
    let has = |d: &&dyn Decoder| {
        let group = d.marks().iter().find(|group| group.iter().all(|path| content.shape().has(path)));
        let has = group.map(|group| format!(" (has `{}`)", group.join("`, `"))).unwrap_or_default();
        format!("{}{has}", d.name())
    };
    let names: Vec<String> = fitting.iter().map(has).collect();
    let text = format!(
        "may be of several formats: {}; `--input-format` names the right one: not read",
        names.join(BETWEEN)
    );
    Notice::lost(document.file, None, text)
}

fn nearest(document: &Document<'_>, content: &Content<'_>) -> String {
    let json = is_json(content);
    if kind(content) == CONTROL {
        return String::new();
    }
    let other = DECODERS.iter().filter(|d| d.marks().is_empty() != json && !(json && d.is_general()));
    let mut all: Vec<(&str, Difference)> = other
        .map(|d| (d.name(), first(document, content, *d)))
        .filter(|(_, d)| !json || d.there > 0)
        .collect();
    // The sort keeps the order of the formats where equally much is there.
    all.sort_by_key(|(_, d)| std::cmp::Reverse(d.there));
    let told = all.iter().take(NEAR).map(|(name, d)| format!("{name}: line {}: {}", d.line, d.what));
    told.collect::<Vec<_>>().join(BETWEEN)
}

fn is_json(content: &Content<'_>) -> bool {
    content.start().starts_with(['{', '['])
}

fn first(document: &Document<'_>, content: &Content<'_>, decoder: &dyn Decoder) -> Difference {
    if decoder.marks().is_empty() {
        return first_line(document, content, decoder);
    }
    let before = content.text.len() - content.start().len();
    let line = document.first_line + content.text[..before].matches('\n').count();
    if !is_json(content) {
        let what = format!("JSON expected, {} found", kind(content));
        return Difference { line, there: 0, what };
    }
    let groups = decoder.marks().iter().map(|group| missing(content, group));
    // Of equally near ones the first, which is the most usual.
    let best = groups.reduce(|best, next| if next.0 > best.0 { next } else { best });
    let (there, what) = best.unwrap_or_default();
    match content.shape().broken() {
        Some((at, why)) => Difference { line: line + at - 1, there, what: format!("{what}; {why}") },
        None => Difference { line, there, what },
    }
}

/// How much is there of one group of keys, and what is said of the first that is not.
fn missing(content: &Content<'_>, group: &[&str]) -> (usize, String) {
    let shape = content.shape();
    let parts = |path: &str| path.matches(['.', '[']).count() + 1;
    let there = group.iter().filter(|path| shape.has(path)).map(|path| parts(path) + 1).sum();
    let Some(path) = group.iter().find(|path| !shape.has(path)) else {
        return (there, "nothing that can be read".to_owned());
    };
    let ends = path.match_indices(['.', '[']).map(|(at, _)| at).rev();
    let parent = ends.map(|at| &path[..at]).find(|parent| !parent.is_empty() && shape.has(parent));
    let inside = |list: &str| path.starts_with(list) && shape.has(list);
    let parent = [parent, inside("[]").then_some("[]")].into_iter().flatten().max_by_key(|p| p.len());
    let keys = shape.keys(parent.unwrap_or_default(), KEYS);
    let place = parent.map_or("at the top".to_owned(), |parent| format!("at `{parent}`"));
    let found = if keys.is_empty() { "nothing".to_owned() } else { format!("`{}`", keys.join("`, `")) };
    let what = format!("`{path}` is missing, {place} there is {found}");
    // Of lists there are many.
    (there + parent.filter(|parent| *parent != "[]").map_or(0, parts), what)
}

/// For formats of lines: the first line that is not one of them.
fn first_line(document: &Document<'_>, content: &Content<'_>, decoder: &dyn Decoder) -> Difference {
    let lines = super::lines::of(content.text, document.first_line);
    let filled = lines
        .filter(|(_, text)| !text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty());
    let mut there = 0;
    let mut line = document.first_line;
    for (number, text) in filled {
        line = number;
        if !decoder.takes(text.trim_start_matches('\u{feff}').trim()) {
            break;
        }
        there += 1;
    }
    let what = format!("{} expected, {} found", decoder.expects(), kind(content));
    Difference { line, there, what }
}

/// What a text is, without a word of it.
fn kind(content: &Content<'_>) -> String {
    let start = content.start();
    let line = start.lines().next().unwrap_or_default();
    let columns = |sign: char| line.split(sign).count();
    if is_json(content) {
        return "JSON".to_owned();
    }
    if start.starts_with('<') {
        return "markup".to_owned();
    }
    if start.chars().take(4096).filter(|c| c.is_control() && !c.is_whitespace()).count() > 0 {
        return CONTROL.to_owned();
    }
    match columns('\t').max(columns(',')) {
        1 => "plain text".to_owned(),
        n => format!("a line of {n} columns"),
    }
}

fn known() -> String {
    let one = |d: &&dyn Decoder| {
        let extensions: Vec<String> = d.extensions().iter().map(|e| format!(".{e}")).collect();
        if extensions.is_empty() {
            d.name().to_owned()
        } else {
            format!("{} ({})", d.name(), extensions.join(", "))
        }
    };
    DECODERS.iter().map(one).collect::<Vec<_>>().join(", ")
}

//! The one form of a rule file: keys in their order and aligned, long lists wrapped, comments kept.

use toml_edit::{Array, DocumentMut, Item, RawString, Table, Value};
use unicode_width::UnicodeWidthStr;

use super::document::{line_of, parse};
use super::entries::RuleFile;
use crate::model::error::Fault;

/// Columns of a line.
const WIDTH: usize = 140;
/// Keys of a rule file in order.
const KEYS: &[&str] = &[
    "title", "severity", "why", "advice", "basis", "speakers", "boundary", "terms", "except", "phrase",
    "tests",
];
/// Tables by which files of required elements, cues and counting rules are known.
const OTHER_TABLES: &[&str] = &["need", "cue", "care", "voice", "arguable", "rule"];
/// Keys of a phrase in order.
const PHRASE_KEYS: &[&str] = &["parts", "gap", "gaps", "unless", "weight", "any_order"];
/// Keys of the tests in order.
const TEST_KEYS: &[&str] = &["hit", "miss"];
/// Lists with one entry a line.
const UPRIGHT: &[&str] = &["basis", "hit", "miss"];

/// The text of a rule file in its one form. `file` is its name, for faults.
///
/// # Errors
/// What is wrong with the file, with its line.
pub fn format(file: &str, text: &str) -> Result<String, Fault> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    parse::<RuleFile>(file, text).map_err(|fault| of_another_kind(file, text).unwrap_or(fault))?;
    let mut document: DocumentMut = text.parse().map_err(|e: toml_edit::TomlError| Fault {
        file: file.to_owned(),
        line: e.span().map_or(0, |s| line_of(text, s.start)),
        message: e.message().to_owned(),
    })?;
    let table = document.as_table_mut();
    let head = table.iter_mut().next().map(|(mut key, _)| {
        let head = raw(key.leaf_decor().prefix()).to_owned();
        key.leaf_decor_mut().set_prefix("");
        head
    });
    order(table, KEYS);
    if let (Some((mut key, _)), Some(head)) = (table.iter_mut().next(), head) {
        // What stands above the first key is the head of the file, whichever key comes first.
        let own = raw(key.leaf_decor().prefix()).to_owned();
        key.leaf_decor_mut().set_prefix(head + &own);
    }
    entries(table, 8);
    if let Some(phrases) = table.get_mut("phrase").and_then(Item::as_array_of_tables_mut) {
        for (n, phrase) in phrases.iter_mut().enumerate() {
            phrase.set_position(Some(n as isize + 1));
            section(phrase, PHRASE_KEYS, 6);
        }
    }
    if let Some(tests) = table.get_mut("tests").and_then(Item::as_table_mut) {
        tests.set_position(Some(isize::MAX));
        section(tests, TEST_KEYS, 4);
    }
    let trailing = comments(raw(Some(document.trailing())));
    document.set_trailing(if trailing.is_empty() { String::new() } else { format!("\n{trailing}") });
    let lines: Vec<String> = document.to_string().lines().map(|l| l.trim_end().to_owned()).collect();
    Ok(format!("{}\n", lines.join("\n").trim_matches('\n')))
}

/// The fault of a file that is right but no rule file: its form is its own.
fn of_another_kind(file: &str, text: &str) -> Option<Fault> {
    let table: toml::Table = text.parse().ok()?;
    let message = "is no rule file: only these have one form".to_owned();
    let several = |key: &&str| {
        let entries = table.get(*key).and_then(toml::Value::as_array);
        entries.is_some_and(|entries| entries.iter().all(toml::Value::is_table))
    };
    let class = |value: &toml::Value| value.as_table().is_some_and(|t| t.contains_key("words"));
    let bars = table.get("bars").is_some_and(toml::Value::is_table);
    let other = bars || OTHER_TABLES.iter().any(several) || table.values().any(class);
    other.then(|| Fault { file: file.to_owned(), line: 0, message })
}

/// A table with a header: a blank line before it.
fn section(table: &mut Table, keys: &[&str], width: usize) {
    let above = comments(raw(table.decor().prefix()));
    table.decor_mut().set_prefix(format!("\n{above}"));
    order(table, keys);
    entries(table, width);
}

/// Puts the keys of a table in order.
fn order(table: &mut Table, keys: &[&str]) {
    let place = |key: &str| keys.iter().position(|k| *k == key).unwrap_or(keys.len());
    table.sort_values_by(|a, _, b, _| place(a.get()).cmp(&place(b.get())));
}

/// Aligns the keys and lays out the values of a table.
fn entries(table: &mut Table, width: usize) {
    let mut first = true;
    for (mut key, item) in table.iter_mut() {
        let name = key.get().to_owned();
        let Some(value) = item.as_value_mut() else { continue };
        let above = raw(key.leaf_decor().prefix());
        // A blank line sets a commented part off from what stands before it.
        let blank = !first && above.starts_with('\n') && above.contains('#');
        let above = format!("{}{}", if blank { "\n" } else { "" }, comments(above));
        key.leaf_decor_mut().set_prefix(above);
        key.leaf_decor_mut().set_suffix(" ".repeat(width.saturating_sub(name.len()) + 1));
        let behind = raw(value.decor().suffix()).trim().to_owned();
        value.decor_mut().set_prefix(" ");
        value.decor_mut().set_suffix(if behind.is_empty() { String::new() } else { format!(" {behind}") });
        tidy(value);
        if let Value::Array(array) = value {
            lay_out(array, UPRIGHT.contains(&name.as_str()), width + 3);
        }
        first = false;
    }
}

fn raw(text: Option<&RawString>) -> &str {
    text.and_then(RawString::as_str).unwrap_or_default()
}

/// The comments in the space between things, each on a line of its own; at most one blank line where some stood.
fn comments(space: &str) -> String {
    let lines: Vec<&str> = space.lines().map(str::trim).collect();
    let mut out = String::new();
    for (i, line) in lines.iter().enumerate().filter(|(_, l)| l.starts_with('#')) {
        if !out.is_empty() && lines[i - 1].is_empty() {
            out.push('\n');
        }
        out.push_str(line);
        out.push('\n');
    }
    // A blank line below a comment keeps it apart from what follows, as in the head of a file.
    let apart = !out.is_empty() && space.trim_end_matches([' ', '\t']).ends_with("\n\n");
    if apart { out + "\n" } else { out }
}

/// Takes the space around the entries away: before each one, and behind the last. Comments before a comma go behind it.
fn spaces(array: &mut Array) -> (Vec<String>, String) {
    let (mut before, mut carried) = (Vec::new(), String::new());
    for value in array.iter_mut() {
        before.push(std::mem::take(&mut carried) + raw(value.decor().prefix()));
        carried = raw(value.decor().suffix()).to_owned();
        value.decor_mut().set_suffix("");
        tidy(value);
    }
    (before, carried + raw(Some(array.trailing())))
}

/// Spaces within a small table.
fn tidy(value: &mut Value) {
    if let Value::InlineTable(table) = value {
        // What stands on several lines may hold comments.
        if !table.to_string().contains('\n') {
            table.fmt();
        }
    }
}

/// One line where it fits, else wrapped lines, or one line for each entry.
fn lay_out(array: &mut Array, upright: bool, before: usize) {
    let (spaces, trailing) = spaces(array);
    let commented = spaces.iter().chain([&trailing]).any(|s| s.contains('#'));
    let widths: Vec<usize> = array
        .iter()
        .map(|v| {
            let mut bare = v.clone();
            bare.decor_mut().clear();
            bare.to_string().as_str().width()
        })
        .collect();
    let total = before + 2 + widths.iter().map(|w| w + 2).sum::<usize>();
    let tables = array.iter().any(Value::is_inline_table);
    if !commented && total <= WIDTH && !(upright && (widths.len() > 1 || tables)) {
        for (i, value) in array.iter_mut().enumerate() {
            value.decor_mut().set_prefix(if i == 0 { "" } else { " " });
        }
        array.set_trailing("");
        array.set_trailing_comma(false);
        return;
    }
    let mut column = 0;
    for (i, value) in array.iter_mut().enumerate() {
        let alone = upright || value.is_inline_table() || spaces[i].contains('#');
        let fits = i > 0 && !alone && column > 0 && column + widths[i] + 2 <= WIDTH;
        value.decor_mut().set_prefix(if fits { " ".to_owned() } else { within(&spaces[i], "\n  ") });
        column = if fits { column } else { 2 } + widths[i] + 2;
        if value.is_inline_table() {
            column = 0;
        }
    }
    array.set_trailing(within(&trailing, "\n"));
    array.set_trailing_comma(true);
}

/// The space before an entry on a new line: a comment behind the entry before it stays there, others get lines of their own.
fn within(space: &str, end: &str) -> String {
    let mut out = String::new();
    for (i, line) in space.lines().map(str::trim).enumerate().filter(|(_, l)| l.starts_with('#')) {
        out.push_str(if i == 0 { " " } else { "\n  " });
        out.push_str(line);
    }
    out + end
}

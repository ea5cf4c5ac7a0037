//! Many files at a glance: a line each, and below what is not as it should be.

use std::collections::BTreeMap;

use unicode_width::UnicodeWidthStr;

use super::{LACKING, Seen};
use crate::language::{fill, remark, say};

/// What the columns are called.
const HEAD: [&str; 7] = ["file", "format", "encoding", "calls", "turns", "speakers", "times"];
/// Space between columns.
const GAP: usize = 2;

/// A table of the files, and what there is to say of them.
pub(super) fn table(files: &[Seen]) -> String {
    let mut rows: Vec<[String; 7]> = vec![HEAD.map(|key| say(&format!("inspect.head.{key}")))];
    // A folder or the manifest has no calls of its own.
    rows.extend(files.iter().filter(|f| f.read).map(row));
    let widest = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEAD.len()).map(widest).collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| {
            let space = " ".repeat(width - cell.width() + GAP);
            format!("{cell}{space}")
        });
        text.push_str(cells.collect::<String>().trim_end());
        text.push('\n');
    }
    let calls: usize = files.iter().map(|f| f.calls).sum();
    let read = files.iter().filter(|f| f.calls > 0).count();
    text.push_str(&fill("inspect.in-files", &[&calls, &read, &(rows.len() - 1)]));
    text.push('\n');
    let mut lacking: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, n) in files.iter().flat_map(|f| &f.lacking) {
        *lacking.entry(key).or_default() += n;
    }
    for key in LACKING {
        if let Some(n) = lacking.get(key) {
            let why = say(&format!("inspect.without.{key}"));
            let lacks = fill("inspect.lacks", &[&key, n, &calls, &why]);
            text.push_str(&format!("{} {lacks}\n", say("inspect.missing")));
        }
    }
    for notice in files.iter().flat_map(|f| &f.notices) {
        let line = notice.line.map(|l| format!(":{l}")).unwrap_or_default();
        let kind = say(if notice.lost { "inspect.lost" } else { "inspect.note" });
        text.push_str(&format!("{kind} {}{line}: {}\n", notice.file, remark(&notice.message)));
    }
    text
}

fn row(seen: &Seen) -> [String; 7] {
    [
        seen.file.clone(),
        seen.format(),
        seen.encoding(),
        seen.calls.to_string(),
        seen.turns.to_string(),
        speakers(seen),
        times(seen),
    ]
}

/// Who speaks, by turns; `~` where it was inferred.
fn speakers(seen: &Seen) -> String {
    let mut all: BTreeMap<&str, (usize, bool)> = BTreeMap::new();
    for (name, n) in &seen.given {
        all.insert(name, (*n, false));
    }
    let inferred: usize = seen.inferred.values().sum();
    if let Some((n, _)) = all.get_mut("unknown") {
        *n = n.saturating_sub(inferred);
    }
    for (name, n) in &seen.inferred {
        let entry = all.entry(name).or_default();
        *entry = (entry.0 + n, true);
    }
    let told = all.iter().filter(|(_, (n, _))| *n > 0);
    let told = told.map(|(name, (n, guess))| {
        format!("{} {}{n}", say(&format!("role.{name}")), if *guess { "~" } else { "" })
    });
    let told = told.collect::<Vec<_>>().join(", ");
    if told.is_empty() { "-".to_owned() } else { told }
}

/// How many turns have a time.
fn times(seen: &Seen) -> String {
    match (seen.with_start, seen.with_end) {
        (0, 0) => say("inspect.no-times"),
        (start, end) if start == seen.turns && end == start => say("inspect.all-times"),
        (start, end) => fill("inspect.some-times", &[&start, &end]),
    }
}

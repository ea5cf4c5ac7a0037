//! A workbook: findings, calls, borrowers, collectors, agencies and what is accepted in sheets of their own, with links between
//! them. Rows go to a temporary file as they come, so that memory grows with parties, not with calls. No cell is a formula.

use std::collections::BTreeMap;
use std::io::{self, Write};

use self::book::{Book, Cell};
use super::accepted::named as mark;
use super::doubts::doubts;
use super::shared::{counted, matched, notes, relative, severity, speaker, told, verdict};
use super::sides::sides;
use super::{About, Reporter};
use crate::model::accepted::Accepted;
use crate::model::finding::{Finding, FrequencyFinding};
use crate::model::scan::{CallOutcome, Conclusion, Presence};

mod accepted;
mod book;
mod parties;

/// The sheets, in their order: the key of their name, and how many columns stay when one scrolls.
const SHEETS: [(&str, u16); 7] = [
    ("sheet.findings", 1),
    ("sheet.calls", 1),
    ("sheet.borrowers", 1),
    ("sheet.collectors", 1),
    ("agencies", 1),
    ("sheet.accepted", 1),
    ("sheet.about", 0),
];
const FINDINGS: usize = 0;
const CALLS: usize = 1;
const BORROWERS: usize = 2;
const COLLECTORS: usize = 3;
const AGENCIES: usize = 4;
const ACCEPTED: usize = 5;
const ABOUT: usize = 6;

/// Columns of the findings: the key of the name, and the width in characters.
const FINDING_COLUMNS: &[(&str, f64)] = &[
    ("column.verdict", 9.0),
    ("field.severity", 8.0),
    ("filter.group", 16.0),
    ("field.title", 28.0),
    ("field.rule", 26.0),
    ("call", 16.0),
    ("borrower", 14.0),
    ("collector", 12.0),
    ("agency", 20.0),
    ("field.turn", 7.0),
    ("field.speaker", 14.0),
    ("field.quote", 36.0),
    ("field.text", 50.0),
    ("field.count", 24.0),
    ("field.from", 22.0),
    ("field.to", 22.0),
    ("score", 7.0),
    ("why", 40.0),
    ("advice", 40.0),
    ("html.basis", 24.0),
    ("matched", 20.0),
    ("note", 24.0),
    ("field.calls", 24.0),
    ("field.file", 24.0),
    ("field.line", 7.0),
    ("field.fingerprint", 20.0),
];
/// Columns of the calls before those of the required elements.
const CALL_COLUMNS: &[(&str, f64)] = &[
    ("column.id", 18.0),
    ("column.verdict", 9.0),
    ("column.score", 7.0),
    ("field.start", 22.0),
    ("borrower", 14.0),
    ("collector", 12.0),
    ("field.findings", 10.0),
    ("side.said", 40.0),
    ("side.left-out", 30.0),
    ("field.file", 24.0),
    ("field.line", 7.0),
];
/// Ids of calls in a cell.
const MOST_CALLS: usize = 50;

/// The workbook under way.
#[derive(Default)]
pub(super) struct Xlsx {
    book: Option<Book>,
    /// The row of the first call of each party, by id.
    first: [BTreeMap<String, u32>; 2],
}

impl Reporter for Xlsx {
    fn call(&mut self, about: &About<'_>, outcome: &CallOutcome, _: &mut dyn Write) -> io::Result<()> {
        let book = open(&mut self.book, about)?;
        let record = &outcome.record;
        let (call, first) = (book.next(CALLS), book.next(FINDINGS));
        for f in &outcome.findings {
            book.put(FINDINGS, words(about, f, call))?;
            if let Some(by) = &f.accepted {
                book.put(ACCEPTED, accepted::of_words(about, f, by, call))?;
            }
        }
        let sides = sides(about, record, &outcome.findings);
        let said: Vec<String> = sides.said.iter().map(|s| format!("{} ×{}", s.title, s.count)).collect();
        let left_out: Vec<&str> = sides.left_out.iter().map(|(title, _)| *title).collect();
        let found = outcome.findings.len();
        let mut cells = vec![
            Cell::text(&record.call_id),
            named(about, "verdict", verdict(record.verdict)),
            Cell::Number(record.score),
            Cell::maybe(record.start.as_deref()),
            Cell::maybe(record.borrower_id.as_deref()),
            Cell::maybe(record.collector_id.as_deref()),
            match found {
                0 => Cell::Number(0.0),
                n => Cell::link(FINDINGS, first, &n.to_string()),
            },
            Cell::text(&said.join("; ")),
            Cell::text(&left_out.join("; ")),
            Cell::text(&relative(about, &record.file)),
            Cell::count(record.line as u64),
        ];
        cells.extend(about.rules.conduct.iter().map(|e| match record.conduct.get(&e.name) {
            Some(Presence::Present) => named(about, "presence", "present"),
            Some(Presence::Missing) => named(about, "presence", "missing"),
            Some(Presence::NotChecked) => named(about, "verdict", "not-checked"),
            None => Cell::Empty,
        }));
        cells.push(Cell::text(&doubts(about, record).join("; ")));
        book.put(CALLS, cells)?;
        for (known, id) in self.first.iter_mut().zip([&record.borrower_id, &record.collector_id]) {
            if let Some(id) = id
                && !known.contains_key(id)
            {
                known.insert(id.clone(), call);
            }
        }
        Ok(())
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        let book = open(&mut self.book, about)?;
        for f in &conclusion.frequency {
            book.put(FINDINGS, counts(about, f))?;
            if let Some(by) = &f.accepted {
                book.put(ACCEPTED, accepted::of_counts(about, f, by))?;
            }
        }
        accepted::rest(about, conclusion, book)?;
        parties::borrowers(about, &conclusion.borrowers, &self.first[0], book)?;
        parties::collectors(about, &conclusion.collectors, &self.first[1], book)?;
        parties::agencies(&conclusion.agencies, book)?;
        parties::totals(about, conclusion, book)?;
        out.write_all(&book.close()?)
    }
}

/// The workbook, with the heads of its sheets.
fn open<'b>(book: &'b mut Option<Book>, about: &About<'_>) -> io::Result<&'b mut Book> {
    if book.is_none() {
        let names: Vec<(String, u16)> = SHEETS.iter().map(|(key, n)| (about.voice.say(key), *n)).collect();
        let mut new = Book::new(&names)?;
        let named = |columns: &[(&str, f64)]| -> Vec<(String, f64)> {
            columns.iter().map(|(key, width)| (about.voice.say(key), *width)).collect()
        };
        let mut calls = named(CALL_COLUMNS);
        calls.extend(about.rules.conduct.iter().map(|e| (about.voice.pick(&e.title).to_owned(), 12.0)));
        calls.push((about.voice.say("note"), 36.0));
        new.head(FINDINGS, &named(FINDING_COLUMNS))?;
        new.head(CALLS, &calls)?;
        new.head(BORROWERS, &named(parties::BORROWER_COLUMNS))?;
        new.head(COLLECTORS, &named(parties::COLLECTOR_COLUMNS))?;
        new.head(AGENCIES, &named(parties::AGENCY_COLUMNS))?;
        new.head(ACCEPTED, &named(accepted::COLUMNS))?;
        *book = Some(new);
    }
    book.as_mut().ok_or_else(|| io::Error::other("no workbook"))
}

/// A name of the machine contract in the language of the report.
fn named(about: &About<'_>, kind: &str, name: &str) -> Cell {
    Cell::text(&about.voice.say(&format!("{kind}.{name}")))
}

/// A verdict with the mark of what accepts the finding.
fn marked(about: &About<'_>, verdict: &str, accepted: Option<&Accepted>) -> Cell {
    Cell::text(&mark(about, about.voice.say(&format!("verdict.{verdict}")), accepted))
}

fn words(about: &About<'_>, f: &Finding, call: u32) -> Vec<Cell> {
    let rule = told(about, &f.rule);
    vec![
        marked(about, verdict(f.verdict), f.accepted.as_ref()),
        named(about, "severity", severity(f.severity)),
        named(about, "group", &f.group),
        Cell::text(rule.title),
        Cell::text(&f.rule),
        Cell::link(CALLS, call, &f.call_id),
        Cell::maybe(f.borrower_id.as_deref()),
        Cell::maybe(f.collector_id.as_deref()),
        Cell::maybe(f.agency.as_deref()),
        Cell::count(f.turn as u64 + 1),
        named(about, "speaker", speaker(f.speaker)),
        Cell::text(&f.quote),
        Cell::text(&f.text),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Number(f.score),
        Cell::text(rule.why),
        Cell::text(rule.advice),
        Cell::text(&f.basis.join(", ")),
        Cell::text(&matched(about, f)),
        Cell::text(&notes(about, &f.notes)),
        Cell::Empty,
        Cell::text(&relative(about, &f.file)),
        Cell::count(f.line as u64),
        Cell::text(&f.fingerprint),
    ]
}

fn counts(about: &About<'_>, f: &FrequencyFinding) -> Vec<Cell> {
    let rule = told(about, &f.rule);
    let mut calls = f.calls.iter().take(MOST_CALLS).collect::<Vec<_>>().join(" ");
    if f.calls.len() > MOST_CALLS {
        calls.push_str(" \u{2026}");
    }
    let mut cells = vec![
        marked(about, verdict(f.verdict), f.accepted.as_ref()),
        named(about, "severity", severity(f.severity)),
        named(about, "group", f.group),
        Cell::text(rule.title),
        Cell::text(&f.rule),
        Cell::Empty,
        Cell::maybe(f.borrower_id.as_deref()),
        Cell::maybe(f.key.get("collector").map(String::as_str)),
        Cell::maybe(f.key.get("agency").map(String::as_str)),
    ];
    cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
    cells.extend([
        Cell::text(&counted(about, f)),
        Cell::text(&f.from),
        Cell::text(&f.to),
        Cell::Number(f.score),
        Cell::text(rule.why),
        Cell::text(rule.advice),
        Cell::text(&f.basis.join(", ")),
        Cell::Empty,
        Cell::text(&notes(about, &f.notes)),
        Cell::text(&calls),
        Cell::Empty,
        Cell::Empty,
        Cell::text(&f.fingerprint),
    ]);
    cells
}

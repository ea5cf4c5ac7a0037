//! The sheet of what is accepted: findings of the baseline and suppressed ones, what is wrong with the suppressions, and entries
//! of the baseline that are stale.

use std::io;

use super::book::{Book, Cell};
use super::{ACCEPTED, CALLS, named};
use crate::model::accepted::{Accepted, AcceptedBy};
use crate::model::finding::{Finding, FrequencyFinding};
use crate::model::scan::Conclusion;
use crate::report::About;
use crate::report::accepted::title;
use crate::report::shared::{notes, relative, told, verdict};

/// Columns: the key of the name, and the width in characters.
pub(super) const COLUMNS: &[(&str, f64)] = &[
    ("accepted.kind", 18.0),
    ("column.verdict", 9.0),
    ("field.title", 28.0),
    ("field.rule", 26.0),
    ("call", 16.0),
    ("borrower", 14.0),
    ("agency", 20.0),
    ("accepted.reason", 36.0),
    ("accepted.author", 14.0),
    ("accepted.until", 12.0),
    ("accepted.suppressed", 10.0),
    ("accepted.of", 10.0),
    ("note", 40.0),
    ("field.file", 24.0),
    ("field.line", 7.0),
    ("field.fingerprint", 20.0),
];

/// What accepts a finding: kind, reason, author, last day.
fn by(about: &About<'_>, accepted: &Accepted) -> (Cell, [Cell; 3]) {
    let kind = match accepted.by {
        AcceptedBy::Baseline => "accepted.kind.baseline",
        AcceptedBy::Suppression => "accepted.kind.suppression",
    };
    let rest = [&accepted.reason, &accepted.author, &accepted.expires];
    (Cell::text(&about.voice.say(kind)), rest.map(|text| Cell::maybe(text.as_deref())))
}

/// A finding in words, with a link to its call.
pub(super) fn of_words(about: &About<'_>, f: &Finding, accepted: &Accepted, call: u32) -> Vec<Cell> {
    let (kind, rest) = by(about, accepted);
    let mut cells = vec![
        kind,
        named(about, "verdict", verdict(f.verdict)),
        Cell::text(told(about, &f.rule).title),
        Cell::text(&f.rule),
        Cell::link(CALLS, call, &f.call_id),
        Cell::maybe(f.borrower_id.as_deref()),
        Cell::maybe(f.agency.as_deref()),
    ];
    cells.extend(rest);
    cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::text(&relative(about, &f.file))]);
    cells.extend([Cell::count(f.line as u64), Cell::text(&f.fingerprint)]);
    cells
}

/// A counting finding.
pub(super) fn of_counts(about: &About<'_>, f: &FrequencyFinding, accepted: &Accepted) -> Vec<Cell> {
    let (kind, rest) = by(about, accepted);
    let mut cells = vec![
        kind,
        named(about, "verdict", verdict(f.verdict)),
        Cell::text(told(about, &f.rule).title),
        Cell::text(&f.rule),
        Cell::Empty,
        Cell::maybe(f.borrower_id.as_deref()),
        Cell::maybe(f.key.get("agency").map(String::as_str)),
    ];
    cells.extend(rest);
    cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty]);
    cells.push(Cell::text(&f.fingerprint));
    cells
}

/// What is wrong with the suppressions, and stale entries of the baseline.
pub(super) fn rest(about: &About<'_>, conclusion: &Conclusion, book: &mut Book) -> io::Result<()> {
    for a in &conclusion.audits {
        let mut cells = vec![
            Cell::text(&about.voice.say("accepted.kind.audit")),
            named(about, "verdict", verdict(a.verdict)),
            Cell::text(&title(about, a.rule)),
            Cell::text(a.rule),
            Cell::Empty,
            Cell::Empty,
            Cell::maybe(a.agency.as_deref()),
        ];
        cells.extend([Cell::Empty, Cell::Empty, Cell::Empty, Cell::count(a.count)]);
        cells.push(a.of.map_or(Cell::Empty, Cell::count));
        cells.extend([Cell::text(&notes(about, &a.notes)), Cell::text(&relative(about, &a.file))]);
        cells.extend([Cell::count(a.line as u64), Cell::text(&a.fingerprint)]);
        book.put(ACCEPTED, cells)?;
    }
    for s in &conclusion.stale {
        let mut cells = vec![
            Cell::text(&about.voice.say("accepted.kind.stale")),
            Cell::Empty,
            Cell::text(told(about, &s.rule).title),
            Cell::text(&s.rule),
            Cell::maybe(s.call_id.as_deref()),
            Cell::maybe(s.borrower_id.as_deref()),
        ];
        cells.extend((0..6).map(|_| Cell::Empty));
        cells.extend([Cell::text(&about.voice.remark(&s.remark)), Cell::text(&relative(about, &s.file))]);
        cells.extend([Cell::count(s.line as u64), Cell::text(&s.fingerprint)]);
        book.put(ACCEPTED, cells)?;
    }
    Ok(())
}

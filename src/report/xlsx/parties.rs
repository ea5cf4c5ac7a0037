//! The sheets of borrowers, collectors and agencies, and what the run was.

use std::collections::BTreeMap;
use std::io;

use super::book::{Book, Cell};
use super::{ABOUT, AGENCIES, BORROWERS, CALLS, COLLECTORS, named};
use crate::model::finding::Verdict;
use crate::model::scan::{AgencyRecord, Conclusion, PartyRecord};
use crate::report::About;
use crate::report::shared::{self, told, verdict};

/// Columns of the borrowers: the key of the name, and the width in characters.
pub(super) const BORROWER_COLUMNS: &[(&str, f64)] = &[
    ("column.id", 18.0),
    ("column.verdict", 9.0),
    ("column.score", 7.0),
    ("column.calls", 8.0),
    ("field.attempts", 8.0),
    ("timeline.answered", 8.0),
    ("timeline.unanswered", 8.0),
    ("field.to-contacts", 12.0),
    ("field.contacts", 10.0),
    ("field.numbers", 12.0),
    ("field.night", 10.0),
    ("field.inbound", 8.0),
    ("field.first", 26.0),
    ("field.last", 26.0),
    ("column.rules", 60.0),
];
/// Those of the collectors.
pub(super) const COLLECTOR_COLUMNS: &[(&str, f64)] = &[
    ("column.id", 18.0),
    ("column.verdict", 9.0),
    ("column.score", 7.0),
    ("column.calls", 8.0),
    ("column.violating", 10.0),
    ("column.rate", 10.0),
    ("field.low", 12.0),
    ("field.high", 12.0),
    ("column.rules", 60.0),
];
/// Those of the agencies.
pub(super) const AGENCY_COLUMNS: &[(&str, f64)] = &[
    ("agency", 30.0),
    ("column.calls", 8.0),
    ("column.violating", 10.0),
    ("column.rate", 10.0),
    ("field.low", 12.0),
    ("field.high", 12.0),
];

/// Id, verdict, score and number of calls; the id leads to the first call with a transcript.
fn common(about: &About<'_>, row: &PartyRecord, first: &BTreeMap<String, u32>) -> Vec<Cell> {
    vec![
        match first.get(&row.id) {
            Some(call) => Cell::link(CALLS, *call, &row.id),
            None => Cell::text(&row.id),
        },
        named(about, "verdict", verdict(row.verdict)),
        Cell::Number(row.score),
        Cell::count(row.calls),
    ]
}

fn rules(about: &About<'_>, row: &PartyRecord) -> Cell {
    let bad = row.rules.iter().filter(|(_, c)| c.verdict >= Verdict::Review);
    let bad: Vec<String> = bad.map(|(id, c)| format!("{} {}", told(about, id).title, c.count)).collect();
    Cell::text(&bad.join("; "))
}

pub(super) fn borrowers(
    about: &About<'_>,
    rows: &[PartyRecord],
    first: &BTreeMap<String, u32>,
    book: &mut Book,
) -> io::Result<()> {
    for row in rows {
        let mut cells = common(about, row, first);
        if let Some(t) = &row.timeline {
            let counts = [
                t.attempts,
                t.connected,
                t.unanswered,
                t.to_contacts,
                t.contacts,
                t.numbers,
                t.night,
                t.inbound,
            ];
            cells.extend(counts.iter().map(|n| Cell::count(u64::from(*n))));
            cells.extend([t.first, t.last].map(|m| m.map_or(Cell::Empty, |m| Cell::text(&m.to_string()))));
        } else {
            cells.extend((0..10).map(|_| Cell::Empty));
        }
        cells.push(rules(about, row));
        book.put(BORROWERS, cells)?;
    }
    Ok(())
}

pub(super) fn collectors(
    about: &About<'_>,
    rows: &[PartyRecord],
    first: &BTreeMap<String, u32>,
    book: &mut Book,
) -> io::Result<()> {
    for row in rows {
        let mut cells = common(about, row, first);
        match row.rate.as_deref() {
            Some(r) => {
                cells.push(Cell::count(r.violating_calls));
                cells.extend([r.per_100, r.low, r.high].map(Cell::Number));
            }
            None => cells.extend((0..4).map(|_| Cell::Empty)),
        }
        cells.push(rules(about, row));
        book.put(COLLECTORS, cells)?;
    }
    Ok(())
}

pub(super) fn agencies(rows: &[AgencyRecord], book: &mut Book) -> io::Result<()> {
    for row in rows {
        let r = row.rate;
        let mut cells = vec![Cell::text(&row.agency), Cell::count(row.calls), Cell::count(r.violating_calls)];
        cells.extend([r.per_100, r.low, r.high].map(Cell::Number));
        book.put(AGENCIES, cells)?;
    }
    Ok(())
}

/// Totals, versions, what could not be looked at.
pub(super) fn totals(about: &About<'_>, conclusion: &Conclusion, book: &mut Book) -> io::Result<()> {
    let (t, voice) = (&conclusion.totals, about.voice);
    book.head(ABOUT, &[(voice.say("html.title"), 110.0)])?;
    let mut lines = vec![format!("cuicha {}", env!("CARGO_PKG_VERSION"))];
    lines.extend(shared::totals(about, conclusion));
    lines.extend([voice.say("html.saturation"), voice.say("summary.limits")]);
    if t.lost > 0 {
        lines.push(voice.fill("summary.lost", &[&t.lost]));
    }
    let full = book.left_out();
    lines.extend(full.iter().map(|(name, n)| format!("{name}: {}", voice.fill("more", &[n]))));
    lines.extend(
        conclusion.not_checked.iter().map(|(rule, reason)| format!("{rule}: {}", voice.remark(reason))),
    );
    lines.extend(conclusion.notices.iter().map(|n| {
        let line = n.line.map(|l| format!(":{l}")).unwrap_or_default();
        format!("{}{line} {}", n.file, voice.remark(&n.message)).trim().to_owned()
    }));
    for line in lines {
        book.put(ABOUT, vec![Cell::text(&line)])?;
    }
    Ok(())
}

//! The names of the columns, and what stands above them.

use super::columns::{CALL_ID, COLUMNS, CONNECTED, DURATION, END, Layout, RECORDING, START, near};
use super::records::{Record, Records};
use super::shown;
use crate::model::notice::Notice;

/// So many records are looked at for the names of the columns: a title may stand above them.
pub(super) const MOST_ABOVE: usize = 10;
/// A row with fewer known names is no header, unless it is the first.
pub(super) const LEAST_KNOWN: usize = 3;

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// A call log: each row has a start.
    Log,
    /// A manifest: each row names a file or a call.
    Manifest,
}

impl Table {
    /// Whether there is the column without which no row tells anything.
    pub fn is_sure(self, layout: &Layout) -> bool {
        match self {
            Table::Log => layout.at[START].is_some(),
            Table::Manifest => layout.at[RECORDING].or(layout.at[CALL_ID]).is_some(),
        }
    }

    fn layout(self, names: &[&str]) -> Layout {
        match self {
            Table::Log => Layout::of(names),
            Table::Manifest => Layout::of_manifest(names),
        }
    }
}

/// The header of a table.
pub(super) struct Header {
    table: Table,
    pub delimiter: u8,
    pub layout: Layout,
    /// The names as written.
    pub names: Vec<String>,
    /// 1-based line on which it stands.
    pub line: usize,
    pub closed: bool,
    /// Where the text behind it begins.
    pub end: usize,
    /// The line on which that is.
    pub line_of_end: usize,
    /// Records above it.
    pub above: usize,
}

impl Header {
    fn of(
        table: Table,
        record: &Record<'_>,
        delimiter: u8,
        above: usize,
        (end, line): (usize, usize),
    ) -> Header {
        let names: Vec<String> = record.fields.iter().map(|f| f.trim().to_owned()).collect();
        Header {
            table,
            delimiter,
            layout: table.layout(&names.iter().map(String::as_str).collect::<Vec<_>>()),
            names,
            line: record.line,
            closed: record.closed,
            end,
            line_of_end: line,
            above,
        }
    }
}

/// The header with the delimiter that makes the most sense of it.
pub(super) fn find(text: &str, table: Table) -> Result<Header, String> {
    let mut best: Option<Header> = None;
    for delimiter in [b',', b';', b'\t'] {
        let mut records = Records::new(text, delimiter, 1);
        let mut record = Record::default();
        for above in 0..MOST_ABOVE {
            if !records.next(&mut record) {
                break;
            }
            let header = Header::of(table, &record, delimiter, above, records.place());
            if best.as_ref().is_none_or(|b| rank(&header) > rank(b)) {
                best = Some(header);
            }
        }
    }
    best.ok_or_else(|| match table {
        Table::Log => "empty: a call log begins with the names of its columns".to_owned(),
        Table::Manifest => "empty: a manifest begins with the names of its columns".to_owned(),
    })
}

/// The header among the first rows of a table that is cut into fields already.
pub(super) fn among(rows: &[Record<'_>], table: Table) -> Result<Header, String> {
    let of = |(above, row): (usize, &Record<'_>)| Header::of(table, row, b',', above, (0, row.line));
    let headers = rows.iter().enumerate().map(of);
    let best = headers.reduce(|best, header| if rank(&header) > rank(&best) { header } else { best });
    best.ok_or_else(|| "empty".to_owned())
}

/// The first record unless a later one surely is the header and it is not.
fn rank(header: &Header) -> (bool, usize, std::cmp::Reverse<usize>, usize) {
    let known = header.layout.known();
    let sure = header.table.is_sure(&header.layout) && (header.above == 0 || known >= LEAST_KNOWN);
    let known = if sure || header.above == 0 { known } else { 0 };
    (sure, known, std::cmp::Reverse(header.above), header.names.len())
}

pub(super) fn without_start(header: &Header) -> String {
    let names: Vec<&str> = header.names.iter().map(String::as_str).collect();
    let near = near(&names, START).map_or(String::new(), |n| format!(" (did you mean `start` by `{n}`?)"));
    let there: Vec<String> = names.iter().take(40).map(|n| shown(n)).collect();
    let listed = header.layout.missing().join("`, `");
    format!(
        "no column `start`{near}: no row can be read; missing are `{listed}`; there are `{}`",
        there.join("`, `")
    )
}

/// What is to be said about the place of the names and about names that say the same, in any table.
pub(super) fn tell_names(file: &str, header: &Header, notices: &mut Vec<Notice>) {
    let mut tell = |message| notices.push(Notice::remark(file, Some(header.line), message));
    match header.above {
        0 => {}
        1 => tell("1 row above the names of the columns: not read".to_owned()),
        n => tell(format!("{n} rows above the names of the columns: not read")),
    }
    for doubled in &header.layout.doubled {
        tell(format!("column `{}` says what another column says: it is not read", shown(doubled)));
    }
}

/// What is to be said about the columns of a log.
pub(super) fn tell(file: &str, header: &Header, notices: &mut Vec<Notice>) {
    let layout = &header.layout;
    tell_names(file, header, notices);
    let mut tell = |message| notices.push(Notice::remark(file, Some(header.line), message));
    let known_end = layout.at[DURATION].is_some() || layout.at[END].is_some();
    let missing: Vec<&str> = layout
        .missing()
        .into_iter()
        .filter(|m| *m != COLUMNS[CONNECTED] && (*m != COLUMNS[DURATION] || !known_end))
        .collect();
    if !missing.is_empty() {
        tell(format!("no column `{}`: what needs it is not checked", missing.join("`, `")));
    }
    if layout.at[CONNECTED].is_none() {
        tell(match layout.at[DURATION] {
            Some(_) => {
                "no column `connected`: a call counts as answered when `duration_s` is more than 0".to_owned()
            }
            None => "no column `connected`: whether a call was answered is not known".to_owned(),
        });
    }
}

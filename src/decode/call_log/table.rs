//! Rows of a spreadsheet as rows of a log.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::columns::{CALLEE_NUMBER, CALLER_NUMBER, COLUMNS, START};
use super::header::{self, LEAST_KNOWN, MOST_ABOVE};
use super::records::Record;
use super::row::Rows;
use super::{Context, Take, shown};
use crate::decode::workbook::{Cell, Kind, Row, Workbook};
use crate::model::notice::Notice;

/// A number with as many digits has all of them.
const DIGITS_OF_A_NUMBER: usize = 11;

/// Reads the first sheet that has the names of columns of a log; the others are named.
pub(super) fn read(file: &str, bytes: &[u8], context: Context<'_>, take: &mut Take<'_>) -> Vec<Notice> {
    match try_read(file, bytes, context, take) {
        Ok(notices) => notices,
        Err(message) => vec![Notice::lost(file, None, message)],
    }
}

/// The sheets that are not read, if there are any.
pub(super) fn other_sheets(file: &str, read: &str, names: &[String]) -> Option<Notice> {
    let others: Vec<&str> = names.iter().map(String::as_str).filter(|n| *n != read).collect();
    let message = format!("sheet `{}` is read; not read: `{}`", shown(read), others.join("`, `"));
    (!others.is_empty()).then(|| Notice::remark(file, None, message))
}

fn try_read(
    file: &str,
    bytes: &[u8],
    context: Context<'_>,
    take: &mut Take<'_>,
) -> Result<Vec<Notice>, String> {
    let mut workbook = Workbook::open(bytes)?;
    let names = workbook.names();
    let mut why = None;
    for name in &names {
        let mut head = Vec::new();
        workbook.rows(name, &mut |row| {
            head.push(record(&row, None));
            head.len() < MOST_ABOVE
        })?;
        let found = match header::among(&head, header::Table::Log) {
            Ok(found) => found,
            Err(_) => continue,
        };
        if found.layout.at[START].is_none() || found.layout.known() < LEAST_KNOWN.min(found.names.len()) {
            why.get_or_insert_with(|| header::without_start(&found));
            continue;
        }
        let mut notices = Vec::new();
        header::tell(file, &found, &mut notices);
        notices.extend(other_sheets(file, name, &names));
        let mut table = Table::new(file, context, found);
        let read = workbook.rows(name, &mut |row| {
            table.row(&row, take);
            true
        });
        notices.extend(table.finish());
        notices.extend(read.err().map(|e| Notice::lost(file, None, format!("sheet `{}`: {e}", shown(name)))));
        notices.sort_by_key(|n| n.line);
        return Ok(notices);
    }
    Err(why.unwrap_or_else(|| "empty: a call log begins with the names of its columns".to_owned()))
}

/// The rows of one sheet.
struct Table<'a> {
    file: &'a str,
    rows: Rows<'a>,
    /// Row of the names of the columns.
    header: usize,
    width: usize,
    /// The known columns by their places.
    known: BTreeMap<usize, usize>,
    /// First row and number of the cells that have lost zeros, perhaps, of callers and of callees.
    short: BTreeMap<usize, (usize, usize)>,
    notices: Vec<Notice>,
}

impl<'a> Table<'a> {
    fn new(file: &'a str, context: Context<'a>, found: header::Header) -> Table<'a> {
        let places = found.layout.at.iter().enumerate();
        Table {
            file,
            header: found.line,
            width: found.layout.width,
            known: places.filter_map(|(column, at)| Some(((*at)?, column))).collect(),
            short: BTreeMap::new(),
            notices: Vec::new(),
            rows: Rows::new(file, context, Arc::new(found.layout)),
        }
    }

    fn row(&mut self, row: &Row, take: &mut Take<'_>) {
        if row.number <= self.header {
            return;
        }
        let mut record = record(row, Some(self.width));
        for (at, cell) in &row.cells {
            if let Some(column) = self.known.get(at).copied() {
                self.number(row.number, column, cell, &mut record.fields[*at]);
            }
        }
        self.rows.record(&record, take);
    }

    /// What has become of a number or an id that was typed in as a number.
    fn number(&mut self, row: usize, column: usize, cell: &Cell, field: &mut Cow<'static, str>) {
        match cell.kind {
            Kind::Rounded => {
                let message = format!(
                    "`{}`: `{}` has lost its digits in a spreadsheet: read without it",
                    COLUMNS[column],
                    shown(&cell.text)
                );
                self.notices.push(Notice::lost(self.file, Some(row), message));
                *field = Cow::Borrowed("");
            }
            Kind::Number
                if matches!(column, CALLER_NUMBER | CALLEE_NUMBER)
                    && cell.text.len() < DIGITS_OF_A_NUMBER =>
            {
                self.short.entry(column).or_insert((row, 0)).1 += 1;
            }
            _ => {}
        }
    }

    fn finish(mut self) -> Vec<Notice> {
        for (column, (row, count)) in self.short {
            let name = COLUMNS[column];
            let cells = if count == 1 {
                "1 cell is a number and no text".to_owned()
            } else {
                format!("{count} cells are numbers and no text")
            };
            let message = format!("`{name}`: {cells}: zeros at the beginning, if there were any, are lost");
            self.notices.push(Notice::remark(self.file, Some(row), message));
        }
        self.notices.extend(self.rows.finish());
        self.notices
    }
}

/// A row with as many fields as the names of the columns have; more where more is written.
pub(super) fn record(row: &Row, width: Option<usize>) -> Record<'static> {
    let last = row.cells.iter().map(|(at, _)| at + 1).max().unwrap_or(0);
    let mut fields = vec![Cow::Borrowed(""); last.max(width.unwrap_or(0))];
    for (at, cell) in &row.cells {
        fields[*at] = Cow::Owned(cell.text.clone());
    }
    Record { fields, line: row.number, closed: true, tidy: true, ..Record::default() }
}

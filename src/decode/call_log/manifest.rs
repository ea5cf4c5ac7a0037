//! Manifests: a table that tells of each recording what its transcript does not, with the columns of a call log. A row needs no
//! start, but the name of its recording or the id of its call.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::columns::{
    AGENCY, Answer, BORROWER_ID, CALL_ID, CALLEE_NUMBER, CALLEE_ROLE, CALLER_NUMBER, COLLECTOR_ID, COLUMNS,
    CONNECTED, DIRECTION, DURATION, END, Layout, RECORDING, START, WORDS,
};
use super::fields::{self, Local};
use super::header::{self, Header, MOST_ABOVE, Table};
use super::records::{Record, Records};
use super::{row, shown, table};
use crate::decode::bytes::beside;
use crate::decode::charset::Charset;
use crate::decode::workbook::{self, Kind, Workbook};
use crate::model::calllog::Direction;
use crate::model::facts::Facts;
use crate::model::notice::Notice;
use crate::model::transcript::CalleeRole;

/// Longest length of a call that is believed, in seconds.
const MOST_SECONDS: u64 = 366 * 86_400;

/// One row of a manifest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestRow {
    /// Name of the recording or of its transcript, as written.
    pub recording: Option<String>,
    /// What the row tells.
    pub facts: Facts,
    /// 1-based row or line of the file.
    pub line: usize,
}

/// The rows of a manifest, and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Manifest {
    /// Rows in the order of the file.
    pub rows: Vec<ManifestRow>,
    /// Notices by row.
    pub notices: Vec<Notice>,
}

/// Whether a text is a manifest and nothing else that is known: several columns of one, and no start.
pub fn is_manifest(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    header::find(text, Table::Manifest).is_ok_and(|found| {
        found.closed && Table::Manifest.is_sure(&found.layout) && found.layout.known() >= 2
    })
}

/// Reads a manifest in CSV or of a spreadsheet. Times without an offset are those of `zone`.
///
/// # Errors
/// Says why no row of it can be read.
pub fn read_manifest(
    file: &str,
    bytes: &[u8],
    charset: Charset,
    zone: &TimeZone,
) -> Result<Manifest, String> {
    if workbook::is_workbook(bytes) {
        return sheet(file, bytes, zone);
    }
    let mut replaced = Vec::new();
    let text = beside(file, bytes, charset, &mut replaced)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let found = header::find(text, Table::Manifest)?;
    check(&found)?;
    let mut rows = Rows::new(file, &found, zone);
    rows.notices.append(&mut replaced);
    let mut records = Records::new(&text[found.end..], found.delimiter, found.line_of_end);
    let mut record = Record::default();
    while records.next(&mut record) {
        rows.record(&record);
    }
    Ok(rows.finish())
}

/// The first sheet that has the names of the columns; the others are named.
fn sheet(file: &str, bytes: &[u8], zone: &TimeZone) -> Result<Manifest, String> {
    let mut workbook = Workbook::open(bytes)?;
    let names = workbook.names();
    let mut why = None;
    for name in &names {
        let mut head = Vec::new();
        workbook.rows(name, &mut |row| {
            head.push(table::record(&row, None));
            head.len() < MOST_ABOVE
        })?;
        let Ok(found) = header::among(&head, Table::Manifest) else { continue };
        if let Err(message) = check(&found) {
            why.get_or_insert(message);
            continue;
        }
        let mut rows = Rows::new(file, &found, zone);
        rows.notices.extend(table::other_sheets(file, name, &names));
        let read = workbook.rows(name, &mut |row| {
            if row.number > found.line {
                let mut record = table::record(&row, Some(found.layout.width));
                for (at, _) in row.cells.iter().filter(|(_, cell)| cell.kind == Kind::Rounded) {
                    rows.ruined(row.number, *at, &mut record.fields[*at]);
                }
                rows.record(&record);
            }
            true
        });
        rows.notices
            .extend(read.err().map(|e| Notice::lost(file, None, format!("sheet `{}`: {e}", shown(name)))));
        return Ok(rows.finish());
    }
    Err(why.unwrap_or_else(|| "empty: a manifest begins with the names of its columns".to_owned()))
}

fn check(found: &Header) -> Result<(), String> {
    let there: Vec<String> = found.names.iter().take(40).map(|n| shown(n)).collect();
    if !found.closed {
        return Err(format!("line {}: a quote in the names of the columns is not closed", found.line));
    }
    if !Table::Manifest.is_sure(&found.layout) {
        return Err(format!(
            "no column `recording` (the name of the file) and no `call_id`: no row can be joined; there are `{}`",
            there.join("`, `")
        ));
    }
    if found.layout.known() < 2 {
        return Err(format!(
            "no column but `{}` is known: nothing is told; there are `{}`",
            COLUMNS[if found.layout.at[RECORDING].is_some() { RECORDING } else { CALL_ID }],
            there.join("`, `")
        ));
    }
    Ok(())
}

/// The rows that are being read.
struct Rows<'a> {
    file: &'a str,
    layout: &'a Layout,
    local: Local<'a>,
    rows: Vec<ManifestRow>,
    notices: Vec<Notice>,
    /// First row and number of those whose time names no zone.
    zoneless: Option<(usize, usize)>,
}

impl<'a> Rows<'a> {
    fn new(file: &'a str, found: &'a Header, zone: &'a TimeZone) -> Rows<'a> {
        let layout = &found.layout;
        let mut notices = Vec::new();
        header::tell_names(file, found, &mut notices);
        let unknown: Vec<String> = found
            .names
            .iter()
            .filter(|n| !n.is_empty() && WORDS.column_of_manifest(n).is_none())
            .map(|n| shown(n))
            .collect();
        if !unknown.is_empty() {
            let message = format!("columns that are not known are not read: `{}`", unknown.join("`, `"));
            notices.push(Notice::remark(file, Some(found.line), message));
        }
        Rows { file, layout, local: Local::new(zone), rows: Vec::new(), notices, zoneless: None }
    }

    fn lost(&mut self, line: usize, message: String) {
        self.notices.push(Notice::lost(self.file, Some(line), message));
    }

    /// A record that is no row.
    fn skip(&mut self, line: usize, first: &str, why: &str) {
        self.notices.push(row::skipped(self.file, line, first, why));
    }

    /// A column as the messages call it.
    fn name(&self, column: usize) -> String {
        let written = self.layout.written[column].as_str();
        if written == COLUMNS[column] || written.is_empty() {
            format!("`{}`", COLUMNS[column])
        } else {
            format!("`{}` (`{}`)", COLUMNS[column], shown(written))
        }
    }

    /// A cell whose digits a spreadsheet has rounded is read as if it were empty.
    fn ruined(&mut self, line: usize, at: usize, field: &mut Cow<'static, str>) {
        if let Some(column) = self.layout.at.iter().position(|p| *p == Some(at)) {
            let message = format!(
                "{}: `{}` has lost its digits in a spreadsheet: read without it",
                self.name(column),
                shown(field)
            );
            self.lost(line, message);
            *field = Cow::Borrowed("");
        }
    }

    fn record(&mut self, record: &Record<'_>) {
        let line = record.line;
        let Some(first) = record.fields.iter().map(|f| f.trim()).find(|f| !f.is_empty()) else { return };
        if let Err(message) = record.whole(self.layout.width) {
            return self.skip(line, first, &message);
        }
        let at = self.layout.at;
        let field = |column: usize| -> Option<&str> {
            let value = record.fields.get(at[column]?)?.trim();
            (!value.is_empty()).then_some(value)
        };
        let own = |column: usize| field(column).map(str::to_owned);
        let (recording, call_id) = (own(RECORDING), own(CALL_ID));
        if recording.is_none() && call_id.is_none() {
            return self.skip(line, first, "neither a recording nor a call id");
        }
        let talk = field(DURATION).and_then(|value| self.seconds(value, line));
        let facts = Facts {
            call_id,
            borrower_id: own(BORROWER_ID),
            collector_id: own(COLLECTOR_ID),
            agency: own(AGENCY),
            caller_number: self.number(CALLER_NUMBER, field(CALLER_NUMBER), line),
            callee_number: self.number(CALLEE_NUMBER, field(CALLEE_NUMBER), line),
            callee_role: field(CALLEE_ROLE).map_or(CalleeRole::Unknown, |word| self.role(word, line)),
            start: self.moment(START, field(START), line),
            end: self.moment(END, field(END), line),
            length_ms: talk.map(|s| s * 1000),
            connected: field(CONNECTED).and_then(|word| self.connected(word, line)),
            inbound: field(DIRECTION).and_then(|word| self.inbound(word, line)),
            masked_words: None,
        };
        self.rows.push(ManifestRow { recording, facts, line });
    }

    /// A value that cannot be read is told, and the rest of the row counts.
    fn strange(&mut self, column: usize, value: &str, line: usize, what: &str) {
        let message = format!("{}: `{}` {what}: read without it", self.name(column), shown(value));
        self.lost(line, message);
    }

    fn moment(&mut self, column: usize, value: Option<&str>, line: usize) -> Option<Timestamp> {
        let value = value?;
        let Some((time, named)) = fields::moment(value, &mut self.local) else {
            self.strange(column, value, line, "is no date and time");
            return None;
        };
        if !named {
            self.zoneless.get_or_insert((line, 0)).1 += usize::from(column == START);
        }
        Some(time)
    }

    fn seconds(&mut self, value: &str, line: usize) -> Option<u64> {
        let seconds = fields::duration(value).filter(|s| *s <= MOST_SECONDS);
        if seconds.is_none() {
            self.strange(DURATION, value, line, "is no number of seconds");
        }
        seconds
    }

    fn number(&mut self, column: usize, value: Option<&str>, line: usize) -> Option<String> {
        let value = value?;
        if fields::is_ruined_number(value) {
            self.strange(column, value, line, "has lost its digits in a spreadsheet");
            return None;
        }
        Some(value.to_owned())
    }

    fn role(&mut self, word: &str, line: usize) -> CalleeRole {
        WORDS.role(word).unwrap_or_else(|| {
            self.strange(CALLEE_ROLE, word, line, "is not known");
            CalleeRole::Unknown
        })
    }

    fn connected(&mut self, word: &str, line: usize) -> Option<bool> {
        let answer = WORDS.connected(word);
        if answer.is_none() {
            self.strange(CONNECTED, word, line, "is neither true nor false");
        }
        answer.map(|a| a == Answer::Yes)
    }

    fn inbound(&mut self, word: &str, line: usize) -> Option<bool> {
        let direction = WORDS.direction(word);
        if direction.is_none() {
            self.strange(DIRECTION, word, line, "is not known");
        }
        direction.map(|d| d == Direction::Inbound)
    }

    fn finish(mut self) -> Manifest {
        if let Some((line, count)) = self.zoneless.filter(|(_, count)| *count > 0) {
            self.notices.push(self.local.zoneless(self.file, line, count));
        }
        self.notices.sort_by_key(|n| n.line);
        Manifest { rows: self.rows, notices: self.notices }
    }
}

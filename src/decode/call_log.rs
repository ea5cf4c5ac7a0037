//! Call logs: CSV with a header, one dial a row, read piece by piece.

mod bare;
mod columns;
mod fields;
mod forms;
mod freeswitch;
mod header;
mod records;
mod row;
mod table;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::calllog::{LogLine, LogRow};
use crate::model::notice::Notice;
pub use forms::{EXTENSIONS, Form, form};
use records::{Record, Records};
use row::Rows;

/// Text that is enough to find the header in.
const HEAD: usize = 64 << 10;
/// Longest record; a longer one is a quote that is not closed.
const MOST_RECORD: usize = 16 << 20;

/// The rows of a call log, and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallLog {
    /// Rows in the order of the file.
    pub rows: Vec<LogRow>,
    /// Notices by line.
    pub notices: Vec<Notice>,
}

/// What the rows of a log do not say.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Zone of times that name none.
    pub zone: &'a TimeZone,
    /// The time now; a call that begins a day later or more is refused.
    pub now: Option<Timestamp>,
}

/// What is done with each row.
pub type Take<'a> = dyn FnMut(&LogLine<'_>) + 'a;

/// Decodes a whole call log.
pub fn decode_call_log(file: &str, text: &str, context: Context<'_>) -> CallLog {
    let mut rows = Vec::new();
    let mut reader = Reader::new(file, context);
    reader.push(text, &mut |row| rows.push(row.to_row()));
    let notices = reader.finish(&mut |row| rows.push(row.to_row()));
    CallLog { rows, notices }
}

/// Whether a text is a call log: the names of its columns hold a start and more columns of one.
pub fn is_call_log(text: &str) -> bool {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    bare::layout(text).is_some()
        || header::find(text)
            .is_ok_and(|found| found.layout.at[columns::START].is_some() && found.layout.known() >= 3)
}

/// Reads a log as its text comes in; wherever the text is cut, the same comes out.
pub struct Reader<'a> {
    file: &'a str,
    context: Context<'a>,
    /// Text that is not read yet.
    held: String,
    /// Line on which `held` begins.
    line: usize,
    started: bool,
    body: Body<'a>,
    notices: Vec<Notice>,
}

enum Body<'a> {
    /// The header is still to come.
    Head,
    /// Rows, with this delimiter.
    Rows(u8, Box<Rows<'a>>),
    /// Nothing can be read.
    Lost,
}

impl<'a> Reader<'a> {
    /// For a file of this name.
    pub fn new(file: &'a str, context: Context<'a>) -> Reader<'a> {
        Reader {
            file,
            context,
            held: String::new(),
            line: 1,
            started: false,
            body: Body::Head,
            notices: Vec::new(),
        }
    }

    /// The next piece of the text.
    pub fn push(&mut self, text: &str, take: &mut Take<'_>) {
        let text = if self.started { text } else { text.strip_prefix('\u{feff}').unwrap_or(text) };
        self.started = true;
        self.held.push_str(text);
        if matches!(self.body, Body::Head) && self.held.len() >= HEAD {
            self.head();
        }
        self.drain(false, take);
        if self.held.len() > MOST_RECORD {
            // One record holds all of it: its lines are read, the last of them with what comes.
            let end = self.held.rfind('\n').map_or(self.held.len(), |at| at + 1);
            let rest = self.held.split_off(end);
            self.drain(true, take);
            self.held = rest;
        }
    }

    /// The end of the text.
    pub fn finish(mut self, take: &mut Take<'_>) -> Vec<Notice> {
        if matches!(self.body, Body::Head) {
            self.head();
        }
        self.drain(true, take);
        if let Body::Rows(_, rows) = self.body {
            self.notices.extend(rows.finish());
            self.notices.sort_by_key(|n| n.line);
        }
        self.notices
    }

    fn head(&mut self) {
        match header::find(&self.held) {
            Err(message) => self.lost(None, message),
            Ok(found) if !found.closed => {
                self.lost(Some(found.line), "a quote in the names of the columns is not closed".to_owned());
            }
            Ok(found) if found.layout.at[columns::START].is_none() => {
                if let Some((layout, program)) = bare::layout(&self.held) {
                    let message = format!("no names of columns: read as the log of {program}");
                    self.notices.push(Notice::remark(self.file, Some(1), message));
                    self.body = Body::Rows(b',', Box::new(Rows::new(self.file, self.context, layout)));
                    return;
                }
                self.lost(Some(found.line), header::without_start(&found));
            }
            Ok(found) => {
                header::tell(self.file, &found, &mut self.notices);
                let rest = self.held.split_off(found.end);
                self.held = rest;
                self.line = found.line_of_end;
                let rows = Rows::new(self.file, self.context, found.layout);
                self.body = Body::Rows(found.delimiter, Box::new(rows));
            }
        }
    }

    fn lost(&mut self, line: Option<usize>, message: String) {
        self.notices.push(Notice::lost(self.file, line, message));
        self.body = Body::Lost;
    }

    /// Reads what is complete; at the end everything is.
    fn drain(&mut self, end: bool, take: &mut Take<'_>) {
        let (delimiter, rows) = match &mut self.body {
            Body::Head => return,
            Body::Lost => {
                self.held.clear();
                return;
            }
            Body::Rows(delimiter, rows) => (*delimiter, rows),
        };
        let mut records = Records::new(&self.held, delimiter, self.line);
        let mut record = Record::default();
        let (mut read, mut line) = (0, self.line);
        while records.next(&mut record) {
            // Behind the last record of a piece more of it may come, or the other half of its line break.
            if !end && record.end + 2 > self.held.len() {
                break;
            }
            let suspect = record.several_lines && !(record.closed && record.tidy);
            if suspect || (record.several_lines && rows.is_bad(&record)) {
                salvage(rows, &self.held, delimiter, &record, take);
            } else {
                rows.record(&record, take);
            }
            (read, line) = records.place();
        }
        drop(record);
        if end {
            self.held.clear();
        } else {
            self.held.drain(..read);
        }
        self.line = line;
    }
}

/// A stray quote may have swallowed rows: reads each line of the record for itself.
fn salvage(rows: &mut Rows<'_>, text: &str, delimiter: u8, whole: &Record<'_>, take: &mut Take<'_>) {
    let piece = text[whole.begin..whole.end].replace("\r\n", "\n");
    for (line, text) in (whole.line..).zip(piece.split(['\n', '\r'])) {
        let mut record = Record::default();
        if Records::new(text, delimiter, line).next(&mut record) {
            rows.record(&record, take);
        }
    }
}

/// At most 40 characters of a value, on one line.
fn shown(value: &str) -> String {
    let mut chars = value.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut text: String = chars.by_ref().take(40).collect();
    if chars.next().is_some() {
        text.push('\u{2026}');
    }
    text
}

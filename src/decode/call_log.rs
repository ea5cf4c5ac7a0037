//! Call logs: CSV with a header, one dial a row, read piece by piece.

mod bare;
mod block;
mod columns;
mod fields;
mod forms;
mod freeswitch;
mod header;
mod manifest;
mod manifest_columns;
mod records;
mod row;
mod table;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::calllog::{LogLine, LogRow};
use crate::model::notice::Notice;
pub use forms::{EXTENSIONS, Form, form};
use header::Table;
use row::Rows;

pub use block::{Apart, Block};
pub use manifest::{Manifest, ManifestRow, is_manifest, read_manifest};
pub use manifest_columns::MANIFEST_COLUMNS;

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
    let mut end = text.len().min(HEAD);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = &text[..end];
    bare::layout(text).is_some()
        || header::find(text, Table::Log)
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
    /// Rows.
    Rows(Box<Rows<'a>>, Apart<'a>),
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

    /// Reads blocks of the text for themselves, where the names of the columns are known.
    pub fn apart(&self) -> Option<Apart<'a>> {
        match &self.body {
            Body::Rows(_, apart) => Some(apart.clone()),
            _ => None,
        }
    }

    /// Takes a block that was read apart, in place of its text; `rest` is what it left of that. Gives how many lines are before
    /// the block. Nothing where it does not begin with a record: then its text has to be pushed.
    pub fn accept(&mut self, rest: &str, block: Block) -> Option<usize> {
        match &mut self.body {
            Body::Rows(rows, _) if self.held.is_empty() && rest.len() <= MOST_RECORD => {
                let before = self.line - 1;
                rows.hear(block.remarks, before);
                self.line += block.lines;
                self.held.push_str(rest);
                Some(before)
            }
            _ => None,
        }
    }

    /// The end of the text.
    pub fn finish(mut self, take: &mut Take<'_>) -> Vec<Notice> {
        if matches!(self.body, Body::Head) {
            self.head();
        }
        self.drain(true, take);
        if let Body::Rows(rows, _) = self.body {
            self.notices.extend(rows.finish());
            self.notices.sort_by_key(|n| n.line);
        }
        self.notices
    }

    fn head(&mut self) {
        match header::find(&self.held, Table::Log) {
            Err(message) => self.lost(None, message),
            Ok(found) if !found.closed => {
                self.lost(Some(found.line), "a quote in the names of the columns is not closed".to_owned());
            }
            Ok(found) if found.layout.at[columns::START].is_none() => {
                if let Some((layout, program)) = bare::layout(&self.held) {
                    let message = format!("no names of columns: read as the log of {program}");
                    self.notices.push(Notice::remark(self.file, Some(1), message));
                    let apart = Apart::new(self.file, self.context, layout, b',');
                    self.body = Body::Rows(Box::new(apart.rows()), apart);
                    return;
                }
                self.lost(Some(found.line), header::without_start(&found));
            }
            Ok(found) => {
                header::tell(self.file, &found, &mut self.notices);
                let rest = self.held.split_off(found.end);
                self.held = rest;
                self.line = found.line_of_end;
                let apart = Apart::new(self.file, self.context, found.layout, found.delimiter);
                self.body = Body::Rows(Box::new(apart.rows()), apart);
            }
        }
    }

    fn lost(&mut self, line: Option<usize>, message: String) {
        self.notices.push(Notice::lost(self.file, line, message));
        self.body = Body::Lost;
    }

    /// Reads what is complete; at the end everything is.
    fn drain(&mut self, end: bool, take: &mut Take<'_>) {
        let (rows, delimiter) = match &mut self.body {
            Body::Head => return,
            Body::Lost => {
                self.held.clear();
                return;
            }
            Body::Rows(rows, apart) => (rows, apart.delimiter),
        };
        let (read, line) = block::records(rows, &self.held, delimiter, self.line, end, take);
        if end {
            self.held.clear();
        } else {
            self.held.drain(..read);
        }
        self.line = line;
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

//! Logs that are read as a whole: spreadsheets, and what a telephone exchange writes call by call.

use super::{Context, Take, freeswitch, table};
use crate::decode::charset::{self, Charset};
use crate::decode::workbook;
use crate::model::notice::Notice;

/// How a log is read that is not read piece by piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A spreadsheet.
    Workbook,
    /// Records in JSON.
    Json,
    /// Records in XML.
    Xml,
}

/// Extensions of logs, lower case and without the dot: what a folder is searched for.
pub const EXTENSIONS: &[&str] = &["csv", "tsv", "xlsx", "xlsm", "xls", "json", "xml"];

/// The form of a file that begins with these bytes; nothing when it is CSV.
pub fn form(head: &[u8]) -> Option<Form> {
    if workbook::is_workbook(head) {
        return Some(Form::Workbook);
    }
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    match text.first() {
        Some(b'{' | b'[') => Some(Form::Json),
        Some(b'<') => Some(Form::Xml),
        _ => None,
    }
}

impl Form {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Form::Workbook => "call log (spreadsheet)",
            Form::Json => "call log (FreeSWITCH JSON)",
            Form::Xml => "call log (FreeSWITCH XML)",
        }
    }

    /// The encoding of a whole file, and how much of it has to be replaced; nothing where there is none or it cannot be read.
    pub fn encoding(self, bytes: &[u8], charset: Charset) -> Option<(&'static str, Option<(usize, usize)>)> {
        let read = if self == Form::Workbook { None } else { charset::read(bytes, charset).ok() };
        read.map(|read| (read.encoding, read.replaced))
    }

    /// Reads a whole file.
    pub fn read(
        self,
        file: &str,
        bytes: &[u8],
        charset: Charset,
        context: Context<'_>,
        take: &mut Take<'_>,
    ) -> Vec<Notice> {
        if self == Form::Workbook {
            return table::read(file, bytes, context, take);
        }
        match charset::whole(bytes, charset) {
            Ok(text) if self == Form::Json => freeswitch::read_json(file, &text, context, take),
            Ok(text) => freeswitch::read_xml(file, &text, context, take),
            Err(e) => {
                let message = format!("{} (byte {} of the file): not read", e.why, e.offset);
                vec![Notice::lost(file, None, message)]
            }
        }
    }
}

//! Blocks of a log's text, each read for itself: several threads may read at once.
//!
//! A block is thought to begin with a record. Whether that is so is known when the blocks before it are read: only a quote that
//! is not closed goes on over the end of a line.

use std::sync::Arc;

use super::columns::Layout;
use super::records::{Record, Records};
use super::row::{Remarks, Rows};
use super::{Context, Take};

/// What is needed to read a block of a log.
#[derive(Clone)]
pub struct Apart<'a> {
    file: &'a str,
    context: Context<'a>,
    layout: Arc<Layout>,
    pub(super) delimiter: u8,
}

/// What came of a block beside its rows.
#[derive(Debug)]
pub struct Block {
    /// Bytes of its complete records.
    read: usize,
    /// Lines of these.
    pub(super) lines: usize,
    pub(super) remarks: Remarks,
}

impl Block {
    /// Bytes of the text that were read; what is left may go on in the next block.
    pub fn read(&self) -> usize {
        self.read
    }
}

impl<'a> Apart<'a> {
    pub(super) fn new(file: &'a str, context: Context<'a>, layout: Layout, delimiter: u8) -> Apart<'a> {
        Apart { file, context, layout: Arc::new(layout), delimiter }
    }

    pub(super) fn rows(&self) -> Rows<'a> {
        Rows::new(self.file, self.context, Arc::clone(&self.layout))
    }

    /// Reads a text that begins with a record, as long as its records are complete. Lines are counted from its beginning.
    pub fn read(&self, text: &str, take: &mut Take<'_>) -> Block {
        let mut rows = self.rows();
        let (read, line) = records(&mut rows, text, self.delimiter, 1, false, take);
        Block { read, lines: line - 1, remarks: rows.remarks() }
    }
}

/// Reads the complete records of a text that begins on `line`; at the end of a file all are complete. Gives how many bytes they
/// take, and the line behind them.
pub(super) fn records(
    rows: &mut Rows<'_>,
    text: &str,
    delimiter: u8,
    line: usize,
    end: bool,
    take: &mut Take<'_>,
) -> (usize, usize) {
    let mut records = Records::new(text, delimiter, line);
    let mut record = Record::default();
    let mut place = (0, line);
    while records.next(&mut record) {
        // Behind the last record of a piece more of it may come, or the other half of its line break.
        let behind = &text.as_bytes()[record.end..];
        if !end && behind.len() < 2 && behind != b"\n" {
            return place;
        }
        let suspect = record.several_lines && !(record.closed && record.tidy);
        if suspect || (record.several_lines && rows.is_bad(&record)) {
            salvage(rows, text, delimiter, &record, take);
        } else {
            rows.record(&record, take);
        }
        place = records.place();
    }
    // Only line breaks are left, of the last of which the other half may come.
    if !end && text.ends_with('\r') { place } else { records.place() }
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

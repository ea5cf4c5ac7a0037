//! Records of a CSV text with the physical lines they stand on. Unlike a reader that only yields fields it tells when a quote
//! is not closed, or closes amid a field: a stray quote must not swallow the rows behind it unseen.

use std::borrow::Cow;

/// One record.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// The fields, without their quotes.
    pub fields: Vec<Cow<'a, str>>,
    /// 1-based physical line on which it begins.
    pub line: usize,
    /// Where it begins in the text.
    pub begin: usize,
    /// One past its last byte, without the line break.
    pub end: usize,
    /// Whether it stands on more than one line.
    pub several_lines: bool,
    /// Whether the last quote is closed.
    pub closed: bool,
    /// Whether a delimiter or a line break stands behind every closing quote.
    pub tidy: bool,
}

/// Cuts a text into records; lines without anything are none.
#[derive(Debug, Clone)]
pub(super) struct Records<'a> {
    text: &'a str,
    delimiter: u8,
    at: usize,
    line: usize,
}

impl Record<'_> {
    /// Why it is no row of so many fields.
    pub fn whole(&self, needs: usize) -> Result<(), String> {
        let has = self.fields.len();
        if !self.closed {
            Err("a quote is not closed".to_owned())
        } else if has != needs {
            Err(format!("{has} fields, the header has {needs}"))
        } else {
            Ok(())
        }
    }
}

impl<'a> Records<'a> {
    /// Of a whole text, or of a piece of it that begins on this line.
    pub fn new(text: &'a str, delimiter: u8, line: usize) -> Records<'a> {
        Records { text, delimiter, at: 0, line }
    }

    /// Reads the next record; false at the end of the text.
    pub fn next(&mut self, record: &mut Record<'a>) -> bool {
        while self.skip_line_break() {}
        if self.at >= self.text.len() {
            return false;
        }
        record.fields.clear();
        (record.line, record.begin) = (self.line, self.at);
        (record.closed, record.tidy) = (true, true);
        loop {
            self.field(record);
            if self.byte() != Some(self.delimiter) {
                break;
            }
            self.at += 1;
        }
        record.end = self.at;
        record.several_lines = self.line > record.line;
        true
    }

    /// Where the next record begins at the earliest, and its line.
    pub fn place(&self) -> (usize, usize) {
        (self.at, self.line)
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// `\n`, `\r\n` or `\r`.
    fn skip_line_break(&mut self) -> bool {
        let length = match self.text.as_bytes().get(self.at..) {
            Some([b'\r', b'\n', ..]) => 2,
            Some([b'\r' | b'\n', ..]) => 1,
            _ => return false,
        };
        self.at += length;
        self.line += 1;
        true
    }

    /// Reads up to the delimiter or the end of the record.
    fn field(&mut self, record: &mut Record<'a>) {
        if self.byte() != Some(b'"') {
            let plain = self.plain();
            record.fields.push(Cow::Borrowed(plain));
            return;
        }
        let (quoted, closed) = self.quoted();
        record.closed = closed;
        let rest = self.plain();
        if rest.is_empty() {
            record.fields.push(quoted);
        } else {
            record.tidy = false;
            record.fields.push(Cow::Owned(quoted.into_owned() + rest));
        }
    }

    fn plain(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let ends = |b: u8| b == self.delimiter || b == b'\n' || b == b'\r';
        let length = rest.bytes().position(ends).unwrap_or(rest.len());
        self.at += length;
        &rest[..length]
    }

    /// The inside of quotes, of which two together stand for one; and whether they are closed.
    fn quoted(&mut self) -> (Cow<'a, str>, bool) {
        self.at += 1;
        let begin = self.at;
        let mut doubled = false;
        let closed = loop {
            match self.text.as_bytes().get(self.at..) {
                Some([b'"', b'"', ..]) => {
                    doubled = true;
                    self.at += 2;
                }
                Some([b'"', ..]) => break true,
                Some([_, ..]) => {
                    if !self.skip_line_break() {
                        self.at += 1;
                    }
                }
                _ => break false,
            }
        };
        let inside = &self.text[begin..self.at];
        self.at += usize::from(closed);
        (if doubled { Cow::Owned(inside.replace("\"\"", "\"")) } else { Cow::Borrowed(inside) }, closed)
    }
}

//! JSON Lines, one call a line; and JSON files with one record, an array of records, or records one after another.

use serde::de::IgnoredAny;

use super::content::Content;
use super::record::{Place, Record};
use super::{Decoded, Decoder, Document};
use crate::model::notice::Notice;

/// The decoder.
pub struct JsonLines;

impl Decoder for JsonLines {
    fn name(&self) -> &'static str {
        "jsonl"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["jsonl", "ndjson", "json"]
    }

    fn recognises(&self, content: &Content<'_>) -> bool {
        let text = content.start();
        match text.strip_prefix('[') {
            Some(rest) => rest.trim_ascii_start().starts_with(['{', ']']),
            None => text.starts_with('{'),
        }
    }

    fn is_general(&self) -> bool {
        true
    }

    fn by_lines(&self) -> bool {
        true
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        let stem = document.stem();
        let mut reader = Reader { file: document.file, stem: &stem, out: Decoded::default() };
        if document.whole {
            reader.values(document.text);
        } else {
            for (index, line) in document.text.split('\n').enumerate() {
                reader.line(line, document.first_line + index);
            }
        }
        reader.out
    }
}

/// So many times a text is looked through for the ends of records that are not closed.
const MOST_LOOKS: usize = 8;

struct Reader<'a> {
    file: &'a str,
    stem: &'a str,
    out: Decoded,
}

impl Reader<'_> {
    /// One line: nothing or a record.
    fn line(&mut self, line: &str, number: usize) {
        let line = line.trim_ascii();
        if line.is_empty() || self.record(line, number).is_ok() {
            return;
        }
        // The mark of a file that was appended to another one; line ends of an old kind, which JSON has nowhere inside a record.
        let line = line.trim_start_matches('\u{feff}');
        let parts = line.split('\r').filter(|part| !part.trim_ascii().is_empty());
        for (index, part) in parts.enumerate() {
            if let Err(notice) = self.record(part.trim_ascii(), number + index) {
                self.out.notices.push(notice);
            }
        }
    }

    /// One record, which begins at this line.
    fn record(&mut self, json: &str, line: usize) -> Result<(), Notice> {
        let place = Place { file: self.file, stem: self.stem, line };
        if !json.starts_with('{') {
            return Err(place.lost("not a JSON object: skipped"));
        }
        let parsed = serde_json::from_str::<Record>(json);
        if parsed.as_ref().map_or(true, Record::is_foreign) && self.recognised(json, line) {
            return Ok(());
        }
        let record = parsed.map_err(|error| {
            let at = Place { line: line + error.line().max(1) - 1, ..place };
            at.lost(format!("{} (column {}): record skipped", explain(&error), error.column()))
        })?;
        let place = Place { file: self.file, stem: self.stem, line };
        let call = record.into_call(&place, &mut self.out.notices)?;
        self.out.calls.push(call);
        Ok(())
    }

    /// Reads a line that holds what a recogniser wrote. False when it does not.
    fn recognised(&mut self, json: &str, line: usize) -> bool {
        let fitting = super::candidates(self.file, &Content::new(json));
        let [decoder] = fitting[..] else { return false };
        if decoder.is_general() {
            return false;
        }
        let document = Document { file: self.file, first_line: line, text: json, whole: false };
        let mut decoded = decoder.decode(&document);
        self.out.notices.extend(super::masked::mark(&document, decoder, &mut decoded.calls));
        self.out.calls.extend(decoded.calls);
        self.out.notices.extend(decoded.notices);
        true
    }

    /// All values of a file, in an array or one after another.
    fn values(&mut self, text: &str) {
        let mut at = Cursor { text, offset: 0, line: 1 };
        at.skip(|c| c.is_ascii_whitespace() || c == '\u{feff}');
        let mut unclosed = 0;
        let array = at.rest().starts_with('[');
        if array {
            at.advance(1);
        }
        loop {
            at.skip(|c| c.is_ascii_whitespace() || matches!(c, ',' | ']' | '\u{feff}'));
            if at.rest().is_empty() {
                break;
            }
            let (line, rest) = (at.line, at.rest());
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
            match values.next() {
                Some(Ok(_)) => {
                    let end = values.byte_offset();
                    if let Err(notice) = self.record(rest[..end].trim_ascii(), line) {
                        self.out.notices.push(notice);
                    }
                    at.advance(end);
                }
                Some(Err(error)) => {
                    let text = format!("{} (column {}): record skipped", explain(&error), error.column());
                    let wrong = line + error.line().max(1) - 1;
                    self.out.notices.push(Notice::lost(self.file, Some(wrong), text));
                    // Where the broken record ends cannot be known; a line that begins with a brace begins another one.
                    at.advance(rest.find("\n{").map_or(rest.len(), |newline| newline + 1));
                    // A record that is not closed is looked for to the end of the file: many of them, only on their lines.
                    unclosed += if error.is_eof() { rest.len() } else { 0 };
                    if unclosed / MOST_LOOKS > at.text.len() {
                        let lines = at.rest().split('\n').zip(at.line..);
                        lines.for_each(|(text, number)| self.line(text, number));
                        break;
                    }
                }
                None => break,
            }
        }
        if array && !text.trim_ascii_end().ends_with(']') {
            self.out.notices.push(Notice::lost(
                self.file,
                Some(at.line),
                "the array is not closed: the file may be cut short",
            ));
        }
    }
}

/// A place in a text, with its line.
struct Cursor<'a> {
    text: &'a str,
    offset: usize,
    line: usize,
}

impl<'a> Cursor<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.offset..]
    }

    fn advance(&mut self, bytes: usize) {
        self.line += self.rest()[..bytes].bytes().filter(|b| *b == b'\n').count();
        self.offset += bytes;
    }

    fn skip(&mut self, what: impl Fn(char) -> bool) {
        let rest = self.rest();
        self.advance(rest.len() - rest.trim_start_matches(what).len());
    }
}

/// What is wrong, without the place, which serde counts from the start of the record.
pub(super) fn explain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map_or(text.clone(), str::to_owned)
}

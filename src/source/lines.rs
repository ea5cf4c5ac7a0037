//! Cuts a stream of bytes into pieces of whole lines, in memory that does not grow with the stream.

use std::collections::VecDeque;

use super::{Besides, Item, Options, Piece, PieceKind};
use crate::model::notice::Notice;

/// Collects chunks and gives pieces.
pub struct Cutter {
    file: String,
    /// Line with which `held` begins.
    line: usize,
    /// Whole lines, and from `tail` on the beginning of one.
    held: Vec<u8>,
    tail: usize,
    /// Bytes passed over of a line that is too long.
    skipping: Option<usize>,
    given: bool,
    piece_bytes: usize,
    max_line_bytes: usize,
}

impl Cutter {
    /// For a file of this name.
    pub fn new(file: &str, options: &Options) -> Cutter {
        Cutter {
            file: file.to_owned(),
            line: 1,
            held: Vec::new(),
            tail: 0,
            skipping: None,
            given: false,
            piece_bytes: options.piece_bytes,
            max_line_bytes: options.max_line_bytes,
        }
    }

    /// Takes a chunk.
    pub fn push(&mut self, chunk: &[u8], ready: &mut VecDeque<Item>) {
        let mut rest = chunk;
        while !rest.is_empty() {
            let (part, end) = match memchr::memchr(b'\n', rest) {
                Some(at) => (&rest[..=at], true),
                None => (rest, false),
            };
            // All lines of the chunk at once, where none of them can be too long.
            if self.skipping.is_none() && self.held.len() - self.tail + rest.len() <= self.max_line_bytes {
                self.take(rest, ready);
                return;
            }
            match self.skipping {
                Some(n) => self.skip_on(n + part.len(), end, ready),
                None if self.held.len() - self.tail + part.len() - usize::from(end) > self.max_line_bytes => {
                    let begun = self.held.len() - self.tail;
                    self.held.truncate(self.tail);
                    self.give(ready);
                    self.skip_on(begun + part.len(), end, ready);
                }
                None => self.take(part, ready),
            }
            rest = &rest[part.len()..];
        }
    }

    fn take(&mut self, bytes: &[u8], ready: &mut VecDeque<Item>) {
        let before = self.held.len();
        self.held.extend_from_slice(bytes);
        if let Some(last) = memchr::memrchr(b'\n', bytes) {
            self.tail = before + last + 1;
        }
        if self.tail >= self.piece_bytes.max(1) {
            self.give(ready);
        }
    }

    fn skip_on(&mut self, skipped: usize, end: bool, ready: &mut VecDeque<Item>) {
        if end {
            let text =
                format!("line of {} bytes is longer than {}: skipped", skipped - 1, self.max_line_bytes);
            self.lose(text, ready);
            self.line += 1;
            self.skipping = None;
        } else {
            self.skipping = Some(skipped);
        }
    }

    fn lose(&mut self, text: String, ready: &mut VecDeque<Item>) {
        self.given = true;
        ready.push_back(Err(Notice::lost(&*self.file, Some(self.line), text)));
    }

    /// Gives the whole lines held; keeps the begun one.
    fn give(&mut self, ready: &mut VecDeque<Item>) {
        let begun = self.held.split_off(self.tail);
        let bytes = std::mem::replace(&mut self.held, begun);
        self.tail = 0;
        if bytes.is_empty() {
            return;
        }
        let first_line = self.line;
        self.line += memchr::memchr_iter(b'\n', &bytes).count();
        if !is_blank(&bytes, first_line) {
            self.given = true;
            ready.push_back(Ok(Piece {
                file: self.file.clone(),
                first_line,
                bytes,
                kind: PieceKind::Lines,
                beside: Besides::default(),
            }));
        }
    }

    /// Gives the rest at the end of the stream.
    pub fn finish(mut self, ready: &mut VecDeque<Item>) {
        if let Some(skipped) = self.skipping {
            let text = format!("line of {skipped} bytes is longer than {}: skipped", self.max_line_bytes);
            self.lose(text, ready);
        }
        self.tail = self.held.len();
        self.give(ready);
        if !self.given {
            // Nothing in it: an empty whole, so that whoever decodes says so.
            let (file, bytes) = (self.file, Vec::new());
            ready.push_back(Ok(Piece {
                file,
                first_line: 1,
                bytes,
                kind: PieceKind::Whole,
                beside: Besides::default(),
            }));
        }
    }

    /// Gives the whole lines, drops the begun one and says where it stands.
    pub fn give_up(mut self, ready: &mut VecDeque<Item>) -> usize {
        self.give(ready);
        self.line
    }
}

fn is_blank(bytes: &[u8], first_line: usize) -> bool {
    let bytes = if first_line == 1 { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
    bytes.iter().all(u8::is_ascii_whitespace)
}

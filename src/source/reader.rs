//! One file: is it lines or a whole, and its pieces.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::lines::Cutter;
use super::long::{Limit, Long};
use super::opened::{CHUNK, Opened, read_some};
use super::{Besides, Item, Options, Piece, PieceKind};
use crate::model::notice::Notice;

/// Extensions of files that are JSON Lines whatever they begin with.
const LINE_EXTENSIONS: [&str; 2] = ["jsonl", "ndjson"];

/// Bytes between two looks at the lines of a file that is read as a whole.
const WHOLE_STEP: u64 = 1 << 20;

/// A file or stream that is being read.
pub struct Reader {
    input: Opened,
    buffer: Vec<u8>,
    cutter: Option<Cutter>,
    limits: Arc<Options>,
}

impl Reader {
    /// Reads an open file.
    pub fn new(input: Opened, options: &Arc<Options>) -> Reader {
        Reader { input, buffer: Vec::new(), cutter: None, limits: Arc::clone(options) }
    }

    /// Reads on and puts what is ready into `ready`. False when there is no more.
    pub fn advance(&mut self, ready: &mut VecDeque<Item>) -> bool {
        match self.try_advance(ready) {
            Ok(more) => more,
            Err(error) => {
                // What was read in whole lines is good; the rest is lost.
                let line = self.cutter.take().map(|cutter| cutter.give_up(ready));
                ready.push_back(Err(Notice::lost(
                    &*self.input.name,
                    line,
                    format!("cannot read on: {error}"),
                )));
                false
            }
        }
    }

    fn try_advance(&mut self, ready: &mut VecDeque<Item>) -> io::Result<bool> {
        let Some(cutter) = &mut self.cutter else {
            return self.begin(ready);
        };
        // Of a small file all is read already: no buffer is made for nothing.
        self.buffer.resize(if self.input.has_ended() { 0 } else { CHUNK }, 0);
        match read_some(&mut self.input, &mut self.buffer)? {
            0 => {
                if let Some(cutter) = self.cutter.take() {
                    cutter.finish(ready);
                }
                self.say_if_changed(ready);
                Ok(false)
            }
            n => {
                cutter.push(&self.buffer[..n], ready);
                Ok(true)
            }
        }
    }

    /// Tells lines from a whole by the first bytes; a whole is read to its end.
    fn begin(&mut self, ready: &mut VecDeque<Item>) -> io::Result<bool> {
        let mut head = self.input.take_head();
        let name = &self.input.name;
        if self.limits.by_lines && is_lines(by_extension(name), &head) {
            let mut cutter = Cutter::new(name, &self.limits);
            cutter.push(&head, ready);
            self.cutter = Some(cutter);
            return Ok(true);
        }
        let long = self.read_whole(&mut head)?;
        let file = self.input.name.clone();
        if head.len() as u64 > self.limits.max_file_bytes {
            let text =
                format!("larger than {} bytes and not JSON Lines: not read", self.limits.max_file_bytes);
            ready.push_back(Err(Notice::lost(file, None, text)));
            return Ok(false);
        }
        for long in long {
            let line = 1 + head[..long.offset].iter().filter(|b| **b == b'\n').count();
            ready.push_back(Err(long.notice(&file, line)));
        }
        ready.push_back(Ok(Piece {
            file,
            first_line: 1,
            bytes: head,
            kind: PieceKind::Whole,
            beside: Besides::default(),
        }));
        self.say_if_changed(ready);
        Ok(false)
    }

    /// Reads to the end, or a byte more than is allowed; gives the lines that are too long.
    fn read_whole(&mut self, held: &mut Vec<u8>) -> io::Result<Vec<Long>> {
        let mut long = Vec::new();
        // A line of UTF-16 does not end at the byte 0A.
        let most = if is_utf16(held) { usize::MAX } else { self.limits.max_line_bytes };
        let mut limit = Limit::new(most);
        limit.check(held, 0, &mut long);
        while held.len() as u64 <= self.limits.max_file_bytes {
            let old = held.len();
            let n = (&mut self.input).take(WHOLE_STEP).read_to_end(held)?;
            if n == 0 {
                break;
            }
            limit.check(held, old, &mut long);
        }
        limit.finish(held.len(), &mut long);
        Ok(long)
    }

    fn say_if_changed(&self, ready: &mut VecDeque<Item>) {
        if self.input.changed() {
            ready.push_back(Err(Notice::lost(&*self.input.name, None, "changed while it was read")));
        }
    }
}

/// Whether a file of this name is JSON Lines, if the name tells.
fn by_extension(name: &str) -> Option<bool> {
    let extension = Path::new(name).extension()?.to_string_lossy().to_ascii_lowercase();
    match extension.as_str() {
        e if LINE_EXTENSIONS.contains(&e) => Some(true),
        "json" => Some(false),
        _ => None,
    }
}

fn is_utf16(head: &[u8]) -> bool {
    head.starts_with(&[0xff, 0xfe])
        || head.starts_with(&[0xfe, 0xff])
        || (head.len() >= 2 && (head[0] == 0) != (head[1] == 0))
}

/// Whether the input is JSON Lines, by its extension (if that tells) and its first bytes.
fn is_lines(by_extension: Option<bool>, head: &[u8]) -> bool {
    // Lines of UTF-16 cannot be cut at the byte 0A.
    if is_utf16(head) {
        return false;
    }
    by_extension.unwrap_or_else(|| {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let first_line = text.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii_end();
        // A line that is but a brace begins one record that is spread over lines.
        first_line.first() == Some(&b'{') && first_line != b"{"
    })
}

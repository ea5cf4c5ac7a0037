//! One file: is it lines or a whole, and its pieces.

use std::collections::VecDeque;
use std::io::{self, Read};
use std::path::Path;

use super::lines::Cutter;
use super::opened::{CHUNK, Opened, read_some};
use super::{Besides, Item, Options, Piece, PieceKind};
use crate::model::notice::Notice;

/// Extensions of files that are JSON Lines whatever they begin with.
const LINE_EXTENSIONS: [&str; 2] = ["jsonl", "ndjson"];

/// A file or stream that is being read.
pub struct Reader {
    input: Opened,
    buffer: Vec<u8>,
    cutter: Option<Cutter>,
    limits: Options,
}

impl Reader {
    /// Reads an open file.
    pub fn new(input: Opened, options: &Options) -> Reader {
        Reader { input, buffer: Vec::new(), cutter: None, limits: options.clone() }
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
        self.buffer.resize(CHUNK, 0);
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
        if is_lines(by_extension(name), &head) {
            let mut cutter = Cutter::new(name, &self.limits);
            cutter.push(&head, ready);
            self.cutter = Some(cutter);
            return Ok(true);
        }
        let rest = (self.limits.max_file_bytes + 1).saturating_sub(head.len() as u64);
        (&mut self.input).take(rest).read_to_end(&mut head)?;
        let file = self.input.name.clone();
        if head.len() as u64 > self.limits.max_file_bytes {
            let text =
                format!("larger than {} bytes and not JSON Lines: not read", self.limits.max_file_bytes);
            ready.push_back(Err(Notice::lost(file, None, text)));
            return Ok(false);
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

/// Whether the input is JSON Lines, by its extension (if that tells) and its first bytes.
fn is_lines(by_extension: Option<bool>, head: &[u8]) -> bool {
    // UTF-16: lines of it cannot be cut at the byte 0A.
    let utf16 = head.starts_with(&[0xff, 0xfe])
        || head.starts_with(&[0xfe, 0xff])
        || (head.len() >= 2 && (head[0] == 0) != (head[1] == 0));
    if utf16 {
        return false;
    }
    by_extension.unwrap_or_else(|| {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        let first_line = text.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii_end();
        // A line that is but a brace begins one record that is spread over lines.
        first_line.first() == Some(&b'{') && first_line != b"{"
    })
}

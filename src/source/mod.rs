//! Paths, folders, archives and standard input, read lazily and in a fixed order: bytes in pieces of bounded size.
//!
//! Paths come in the order the user named them; each folder is walked sorted by name. What cannot be read is a lost [`Notice`]
//! and the rest goes on. A piece is a whole file, or, for JSON Lines, some whole lines, so that memory does not grow with the file.

mod archive;
mod blocks;
mod company;
mod files;
mod lines;
mod long;
mod opened;
mod passed;
mod reader;
mod seen;
mod walk;

use std::collections::VecDeque;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::error::Error;
use crate::model::notice::Notice;

pub use blocks::{Blocks, blocks};
pub use company::{Beside, Besides, Company};
pub use files::{Files, files};
pub use long::Long;
pub use opened::{Opened, STDIN};
pub use seen::{Meter, Seen, digest};
pub use walk::reads;

use reader::Reader;

/// Most bytes that an archive may unpack to, unless it is set otherwise.
pub const MAX_EXPANDED_BYTES: u64 = 1 << 30;

/// Longest line in bytes, unless it is set otherwise.
pub const MAX_LINE_BYTES: usize = 64 << 20;

/// What may be set about reading.
#[derive(Debug, Clone)]
pub struct Options {
    /// Extensions, lower case and without the dot, of the files that a folder is searched for. A file named by the user is always taken.
    pub extensions: Vec<String>,
    /// Longest line, in bytes; a longer one is skipped.
    pub max_line_bytes: usize,
    /// Whether JSON Lines are read line by line, as long as nothing tells otherwise.
    pub by_lines: bool,
    /// Largest file that is read as a whole, in bytes; a larger one is skipped. JSON Lines files have no limit.
    pub max_file_bytes: u64,
    /// About how many bytes of lines make a piece.
    pub piece_bytes: usize,
    /// Most bytes that an archive may unpack to; what is behind is not read.
    pub max_expanded_bytes: u64,
    /// Files that are no input of their own.
    pub company: Company,
    /// What is looked for, for people.
    pub what: &'static str,
    /// Reads the name of a file in an archive whose bytes are not UTF-8.
    pub name: fn(&[u8]) -> String,
}

impl Options {
    /// Default limits, and these extensions.
    pub fn new(extensions: &[&str]) -> Options {
        Options {
            extensions: extensions.iter().map(|e| e.to_ascii_lowercase()).collect(),
            max_line_bytes: MAX_LINE_BYTES,
            by_lines: true,
            max_file_bytes: 1 << 30,
            piece_bytes: 256 << 10,
            max_expanded_bytes: MAX_EXPANDED_BYTES,
            company: Company::default(),
            what: "transcript",
            name: |bytes| String::from_utf8_lossy(bytes).into_owned(),
        }
    }
}

/// What a piece holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PieceKind {
    /// A whole file.
    Whole,
    /// Whole lines of a JSON Lines file.
    Lines,
}

/// Some bytes of the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// File, as the user named it; [`STDIN`] for standard input; bytes that are not UTF-8 are replaced.
    pub file: String,
    /// 1-based line of the file with which the piece begins.
    pub first_line: usize,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whole file or lines of one.
    pub kind: PieceKind,
    /// What stands beside the file and is read with it.
    pub beside: Besides,
}

/// What a source yields: a piece, or something to say about the input.
pub type Item = Result<Piece, Notice>;

/// The input, piece by piece. Made by [`open`].
pub struct Source {
    files: Files,
    reader: Option<Reader>,
    beside: Besides,
    ready: VecDeque<Item>,
    options: Arc<Options>,
}

/// Whether all paths exist.
///
/// # Errors
/// [`Error::Usage`] that names every path that does not. `-` always exists. Whether a path can be read shows only later, as a notice.
pub fn check(paths: &[PathBuf]) -> Result<(), Error> {
    let missing: Vec<String> = paths
        .iter()
        .filter(|p| !is_stdin(p) && absent(p))
        .map(|p| format!("{}: no such file or folder", p.display()))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(Error::Usage(missing.join("\n"))) }
}

/// Only a path that is surely absent; one that may not be looked at becomes a notice.
fn absent(path: &Path) -> bool {
    use std::io::ErrorKind::{NotADirectory, NotFound};
    std::fs::metadata(path).is_err_and(|e| matches!(e.kind(), NotFound | NotADirectory))
}

fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// Opens the input. Nothing is read before the first piece is asked for.
pub fn open(paths: &[PathBuf], options: Options) -> Source {
    of(files(paths, options.clone()), options)
}

/// The pieces of one stream that is called `name`, as if it were a file of that name.
pub fn from_reader(name: &str, input: Box<dyn Read + Send>, options: Options) -> Source {
    of(Files::of_stream(name, input, options.clone()), options)
}

fn of(files: Files, options: Options) -> Source {
    Source {
        files,
        reader: None,
        beside: Besides::default(),
        ready: VecDeque::new(),
        options: Arc::new(options),
    }
}

impl Source {
    /// One step; what it yields is put into `ready`. False at the end of the input.
    fn step(&mut self) -> bool {
        if let Some(reader) = &mut self.reader {
            if !reader.advance(&mut self.ready) {
                self.reader = None;
            }
            if !self.beside.is_empty() {
                self.ready.iter_mut().flatten().for_each(|piece| piece.beside = Besides::clone(&self.beside));
            }
            return true;
        }
        match self.files.next() {
            None => return false,
            Some(Ok(opened)) => {
                self.beside = Besides::clone(&opened.beside);
                self.reader = Some(Reader::new(opened, &self.options));
            }
            Some(Err(notice)) => self.ready.push_back(Err(notice)),
        }
        true
    }
}

impl Iterator for Source {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            if !self.step() {
                return None;
            }
        }
    }
}

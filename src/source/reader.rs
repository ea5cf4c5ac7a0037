//! One file or stream: is it lines or a whole, and its pieces.

use std::collections::VecDeque;
use std::fs::{File, FileType, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::lines::Cutter;
use super::{Item, Options, Piece, PieceKind, is_stdin};
use crate::model::error::Error;
use crate::model::notice::Notice;

/// Name of standard input in pieces and notices.
pub const STDIN: &str = "<stdin>";

/// Extensions of files that are JSON Lines whatever they begin with.
const LINE_EXTENSIONS: [&str; 2] = ["jsonl", "ndjson"];

/// How much is read at once, and how much is enough to tell the kind.
const CHUNK: usize = 64 << 10;

/// What is read from.
enum Input {
    File(File, Metadata),
    Stream(Box<dyn Read + Send>),
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Input::File(file, _) => file.read(buffer),
            Input::Stream(stream) => stream.read(buffer),
        }
    }
}

impl Input {
    /// Whether the file is not the same any more as when it was opened.
    fn changed(&self) -> bool {
        let Input::File(file, before) = self else { return false };
        before.is_file()
            && file
                .metadata()
                .is_ok_and(|now| now.len() != before.len() || now.modified().ok() != before.modified().ok())
    }
}

/// A file or stream that is being read.
pub struct Reader {
    name: String,
    by_extension: Option<bool>,
    input: Input,
    buffer: Vec<u8>,
    cutter: Option<Cutter>,
    limits: Options,
}

impl Reader {
    /// Opens a path that the user or a walk named; `-` is standard input.
    pub fn open(path: &Path, options: &Options) -> Result<Reader, Notice> {
        if is_stdin(path) {
            return Ok(Reader::from_stream(STDIN, Box::new(io::stdin()), options));
        }
        let name = path.to_string_lossy().into_owned();
        let input = open_file(path).map_err(|why| Notice::lost(name.clone(), None, why))?;
        Ok(Reader::new(name, input, options))
    }

    /// Reads a stream as if it were a file of this name.
    pub fn from_stream(name: &str, stream: Box<dyn Read + Send>, options: &Options) -> Reader {
        Reader::new(name.to_owned(), Input::Stream(stream), options)
    }

    fn new(name: String, input: Input, options: &Options) -> Reader {
        let extension = Path::new(&name).extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        let by_extension = match extension.as_deref() {
            Some(e) if LINE_EXTENSIONS.contains(&e) => Some(true),
            Some("json") => Some(false),
            _ => None,
        };
        Reader { name, by_extension, input, buffer: Vec::new(), cutter: None, limits: options.clone() }
    }

    /// Reads on and puts what is ready into `ready`. False when there is no more.
    pub fn advance(&mut self, ready: &mut VecDeque<Item>) -> bool {
        match self.try_advance(ready) {
            Ok(more) => more,
            Err(error) => {
                // What was read in whole lines is good; the rest is lost.
                let line = self.cutter.take().map(|cutter| cutter.give_up(ready));
                ready.push_back(Err(Notice::lost(&*self.name, line, format!("cannot read on: {error}"))));
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

    /// Reads enough to tell lines from a whole; a whole is read to its end.
    fn begin(&mut self, ready: &mut VecDeque<Item>) -> io::Result<bool> {
        let mut head = vec![0; CHUNK];
        let mut filled = 0;
        while filled < head.len() {
            match read_some(&mut self.input, &mut head[filled..])? {
                0 => break,
                n => filled += n,
            }
        }
        head.truncate(filled);
        if is_lines(self.by_extension, &head) {
            let mut cutter = Cutter::new(&self.name, &self.limits);
            cutter.push(&head, ready);
            self.cutter = Some(cutter);
            return Ok(true);
        }
        let rest = (self.limits.max_file_bytes + 1).saturating_sub(head.len() as u64);
        (&mut self.input).take(rest).read_to_end(&mut head)?;
        if head.len() as u64 > self.limits.max_file_bytes {
            let text =
                format!("larger than {} bytes and not JSON Lines: not read", self.limits.max_file_bytes);
            ready.push_back(Err(Notice::lost(&*self.name, None, text)));
            return Ok(false);
        }
        ready.push_back(Ok(Piece {
            file: self.name.clone(),
            first_line: 1,
            bytes: head,
            kind: PieceKind::Whole,
        }));
        self.say_if_changed(ready);
        Ok(false)
    }

    fn say_if_changed(&self, ready: &mut VecDeque<Item>) {
        if self.input.changed() {
            ready.push_back(Err(Notice::lost(&*self.name, None, "changed while it was read")));
        }
    }
}

fn read_some(input: &mut Input, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
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

fn open_file(path: &Path) -> Result<Input, String> {
    let cannot = |e: io::Error| format!("cannot read: {e}");
    // Looked at before it is opened: opening a pipe waits and opening a device may do things.
    let kind = std::fs::metadata(path).map_err(cannot)?.file_type();
    if !kind.is_file() && !is_pipe(kind) {
        return Err("not a file (folder, device or socket): not read".to_owned());
    }
    let file = File::open(path).map_err(cannot)?;
    let metadata = file.metadata().map_err(cannot)?;
    Ok(Input::File(file, metadata))
}

#[cfg(unix)]
fn is_pipe(kind: FileType) -> bool {
    use std::os::unix::fs::FileTypeExt;
    kind.is_fifo()
}

#[cfg(not(unix))]
fn is_pipe(_: FileType) -> bool {
    false
}

/// A file in blocks that end with a line break.
pub struct Blocks {
    path: PathBuf,
    input: Input,
    held: Vec<u8>,
    ended: bool,
}

/// Opens a file to be read in blocks; `-` is standard input.
///
/// # Errors
/// [`Error::Read`] when it is no file or cannot be opened.
pub fn blocks(path: &Path) -> Result<Blocks, Error> {
    let input = if is_stdin(path) {
        Input::Stream(Box::new(io::stdin()))
    } else {
        let failed = |why: String| Error::Read { path: PathBuf::from(path), source: io::Error::other(why) };
        open_file(path).map_err(failed)?
    };
    Ok(Blocks { path: path.to_owned(), input, held: Vec::new(), ended: false })
}

impl Blocks {
    /// The next block, of about `size` bytes; longer where a line is. Nothing at the end of the file.
    ///
    /// # Errors
    /// [`Error::Read`] when it cannot be read on.
    pub fn next(&mut self, size: usize) -> Result<Option<Vec<u8>>, Error> {
        while !self.ended {
            let filled = self.held.len();
            self.held.resize(filled + size, 0);
            let read = read_some(&mut self.input, &mut self.held[filled..]);
            let read = read.map_err(|source| Error::Read { path: self.path.clone(), source });
            self.held.truncate(filled + *read.as_ref().unwrap_or(&0));
            self.ended = read? == 0;
            let end = self.held.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
            if end > 0 && self.held.len() >= size {
                let rest = self.held.split_off(end);
                return Ok(Some(std::mem::replace(&mut self.held, rest)));
            }
        }
        Ok((!self.held.is_empty()).then(|| std::mem::take(&mut self.held)))
    }

    /// All that is left, at most `most` bytes.
    ///
    /// # Errors
    /// [`Error::Read`] when it cannot be read on or is larger.
    pub fn rest(mut self, mut first: Vec<u8>, most: u64) -> Result<Vec<u8>, Error> {
        first.append(&mut self.held);
        let limit = most.saturating_add(1).saturating_sub(first.len() as u64);
        let failed = |source: io::Error| Error::Read { path: self.path.clone(), source };
        (&mut self.input).take(limit).read_to_end(&mut first).map_err(failed)?;
        if first.len() as u64 > most {
            return Err(failed(io::Error::other(format!("larger than {most} bytes"))));
        }
        Ok(first)
    }
}

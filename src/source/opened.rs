//! An open file: on disk, in an archive or standard input; its first bytes are read already, so that its kind can be told.

use std::fs::{File, FileType, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Besides, is_stdin};
use crate::model::notice::Notice;

/// Name of standard input in pieces and notices.
pub const STDIN: &str = "<stdin>";

/// How much is read at once, and how much is enough to tell the kind.
pub(super) const CHUNK: usize = 64 << 10;

/// What is read from.
enum Input {
    File(File, Before),
    Stream(Box<dyn Read + Send>),
}

/// What was known of a file when it was opened.
struct Before {
    is_file: bool,
    length: u64,
    modified: Option<SystemTime>,
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self {
            Input::File(file, _) => file.read(buffer),
            Input::Stream(stream) => stream.read(buffer),
        }
    }
}

/// A file that is open.
pub struct Opened {
    /// Its name for people; that of a member stands behind that of its archive and a slash.
    pub name: String,
    /// Where it lies, if it lies on disk by itself.
    path: Option<PathBuf>,
    /// What stands beside it and is read with it.
    pub(super) beside: Besides,
    head: Vec<u8>,
    ended: bool,
    input: Input,
}

impl Opened {
    /// Opens a path that the user or a walk named; `-` is standard input.
    pub(super) fn path(path: &Path) -> Result<Opened, Notice> {
        if is_stdin(path) {
            return Opened::stream(STDIN, Box::new(io::stdin()));
        }
        // Looked at before it is opened: opening a pipe waits and opening a device may do things.
        let kind = std::fs::metadata(path).map(|about| about.file_type());
        match kind {
            Ok(kind) if !kind.is_file() && !is_pipe(kind) => {
                let text = "not a file (folder, device or socket): not read";
                Err(Notice::lost(path.to_string_lossy(), None, text))
            }
            _ => Opened::file(path.to_owned()),
        }
    }

    /// Opens what is known to be a file.
    pub(super) fn file(path: PathBuf) -> Result<Opened, Notice> {
        let name = path.to_string_lossy().into_owned();
        match open_file(&path) {
            Ok(input) => Opened::new(name, Some(path), input),
            Err(why) => Err(Notice::lost(name, None, format!("cannot read: {why}"))),
        }
    }

    /// A stream as if it were a file of this name.
    pub(super) fn stream(name: &str, stream: Box<dyn Read + Send>) -> Result<Opened, Notice> {
        Opened::new(name.to_owned(), None, Input::Stream(stream))
    }

    fn new(name: String, path: Option<PathBuf>, input: Input) -> Result<Opened, Notice> {
        // A byte more than a small file has shows its end without another look.
        let expected = match &input {
            Input::File(_, before) if before.is_file => {
                usize::try_from(before.length).map_or(CHUNK, |n| n.saturating_add(1)).min(CHUNK)
            }
            _ => CHUNK,
        };
        let mut opened =
            Opened { name, path, beside: Besides::default(), head: vec![0; expected], ended: false, input };
        match opened.fill() {
            Ok(()) => Ok(opened),
            Err(error) => Err(Notice::lost(opened.name, None, format!("cannot read on: {error}"))),
        }
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut filled = 0;
        // A file whose last byte is read needs no other look: whether it grew is asked when it is done.
        let length = match &self.input {
            Input::File(_, before) if before.is_file => before.length,
            _ => 0,
        };
        while filled < self.head.len() {
            if filled > 0 && filled as u64 == length {
                self.ended = true;
                break;
            }
            match read_some(&mut self.input, &mut self.head[filled..])? {
                0 => {
                    self.ended = true;
                    break;
                }
                n => filled += n,
            }
        }
        self.head.truncate(filled);
        Ok(())
    }

    /// The first bytes of the file.
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Whether nothing comes behind the first bytes.
    pub(super) fn has_ended(&self) -> bool {
        self.ended
    }

    /// Where it lies, if it lies on disk by itself.
    pub(super) fn on_disk(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The first bytes, once; what is read then comes behind them.
    pub(super) fn take_head(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.head)
    }

    /// The whole file as a stream.
    pub(super) fn into_stream(mut self) -> Box<dyn Read + Send> {
        Box::new(io::Cursor::new(self.take_head()).chain(self))
    }

    /// Whether the file is not the same any more as when it was opened.
    pub(super) fn changed(&self) -> bool {
        let Input::File(file, before) = &self.input else { return false };
        let other = |now: Metadata| now.len() != before.length || now.modified().ok() != before.modified;
        before.is_file && file.metadata().is_ok_and(other)
    }
}

/// What stands behind the first bytes.
impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.ended { Ok(0) } else { self.input.read(buffer) }
    }
}

pub(super) fn read_some(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match input.read(buffer) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

fn open_file(path: &Path) -> io::Result<Input> {
    let file = File::open(path)?;
    let now = file.metadata()?;
    let before = Before { is_file: now.is_file(), length: now.len(), modified: now.modified().ok() };
    Ok(Input::File(file, before))
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

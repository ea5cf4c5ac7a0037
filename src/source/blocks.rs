//! Files for readers that cut them themselves.

use std::io;
use std::path::{Path, PathBuf};

use super::MAX_LINE_BYTES;
use super::long::{Limit, Long};
use super::opened::{Opened, read_some};
use crate::model::error::Error;

/// Bytes that are read at one go of a file that is read as a whole.
const REST: usize = 1 << 20;

/// A file in blocks that end with a line break.
pub struct Blocks {
    path: PathBuf,
    input: Opened,
    held: Vec<u8>,
    /// So many bytes of `held` are known to have no line break.
    plain: usize,
    ended: bool,
    limit: Limit,
    /// Lines of what is held that were too long, and of the block that was given last.
    long: Vec<Long>,
    given: Vec<Long>,
}

/// Opens a file to be read in blocks; `-` is standard input.
///
/// # Errors
/// [`Error::Read`] when it is no file or cannot be opened.
pub fn blocks(path: &Path) -> Result<Blocks, Error> {
    let failed = |why: String| Error::Read { path: PathBuf::from(path), source: io::Error::other(why) };
    let opened = Opened::path(path).map_err(|notice| failed(notice.message))?;
    Ok(Blocks::of(opened, MAX_LINE_BYTES))
}

impl Blocks {
    /// Of an open file. A line with more bytes than this is left empty.
    pub fn of(input: Opened, max_line_bytes: usize) -> Blocks {
        let mut blocks = Blocks {
            path: PathBuf::from(&input.name),
            held: Vec::new(),
            plain: 0,
            ended: false,
            limit: Limit::new(max_line_bytes),
            long: Vec::new(),
            given: Vec::new(),
            input,
        };
        blocks.held = blocks.input.take_head();
        blocks.limit.check(&mut blocks.held, 0, &mut blocks.long);
        blocks
    }

    /// The next block, of about `size` bytes; longer where a line is. Nothing at the end of the file.
    ///
    /// # Errors
    /// [`Error::Read`] when it cannot be read on.
    pub fn next(&mut self, size: usize) -> Result<Option<Vec<u8>>, Error> {
        while !self.ended {
            if self.held.len() >= size {
                let last = self.held[self.plain..].iter().rposition(|b| *b == b'\n');
                if let Some(last) = last {
                    let end = self.plain + last + 1;
                    let rest = self.held.split_off(end);
                    self.plain = rest.len();
                    self.give(end);
                    return Ok(Some(std::mem::replace(&mut self.held, rest)));
                }
                self.plain = self.held.len();
            }
            self.fill(size)?;
            // A line that turned out too long is taken out again.
            self.plain = self.plain.min(self.held.len());
        }
        self.give(self.held.len());
        Ok((!self.held.is_empty()).then(|| std::mem::take(&mut self.held)))
    }

    /// The lines of the last block that were too long.
    pub fn long(&mut self) -> Vec<Long> {
        std::mem::take(&mut self.given)
    }

    /// Reads on.
    fn fill(&mut self, size: usize) -> Result<(), Error> {
        let filled = self.held.len();
        self.held.resize(filled + size, 0);
        let read = read_some(&mut self.input, &mut self.held[filled..]);
        self.held.truncate(filled + *read.as_ref().unwrap_or(&0));
        let n = read.map_err(|source| Error::Read { path: self.path.clone(), source })?;
        self.limit.check(&mut self.held, filled, &mut self.long);
        if n == 0 {
            self.ended = true;
            self.limit.finish(self.held.len(), &mut self.long);
        }
        Ok(())
    }

    /// Which long lines stand in the first bytes of what is held.
    fn give(&mut self, bytes: usize) {
        let first = self.long.iter().position(|long| long.offset >= bytes && !self.ended);
        let behind = self.long.split_off(first.unwrap_or(self.long.len()));
        self.given.append(&mut self.long);
        self.long = behind.into_iter().map(|long| long.behind(bytes)).collect();
    }

    /// The last block and all that is behind it, at most `most` bytes.
    ///
    /// # Errors
    /// [`Error::Read`] when it cannot be read on or is larger.
    pub fn rest(&mut self, mut last: Vec<u8>, most: u64) -> Result<Vec<u8>, Error> {
        self.long = self.long.iter().map(|long| long.after(last.len())).collect();
        last.append(&mut self.held);
        self.held = last;
        self.long.splice(..0, self.given.drain(..));
        while !self.ended {
            self.fill(REST)?;
            if self.held.len() as u64 > most {
                let source = io::Error::other(format!("larger than {most} bytes"));
                return Err(Error::Read { path: self.path.clone(), source });
            }
        }
        self.give(self.held.len());
        Ok(std::mem::take(&mut self.held))
    }
}

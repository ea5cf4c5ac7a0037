//! Files for readers that cut them themselves.

use std::io::{self, Read};
use std::path::{Path, PathBuf};

use super::opened::{Opened, read_some};
use crate::model::error::Error;

/// A file in blocks that end with a line break.
pub struct Blocks {
    path: PathBuf,
    input: Opened,
    held: Vec<u8>,
    /// So many bytes of `held` are known to have no line break.
    plain: usize,
    ended: bool,
}

/// Opens a file to be read in blocks; `-` is standard input.
///
/// # Errors
/// [`Error::Read`] when it is no file or cannot be opened.
pub fn blocks(path: &Path) -> Result<Blocks, Error> {
    let failed = |why: String| Error::Read { path: PathBuf::from(path), source: io::Error::other(why) };
    Opened::path(path).map(Blocks::of).map_err(|notice| failed(notice.message))
}

impl Blocks {
    /// Of an open file.
    pub fn of(mut input: Opened) -> Blocks {
        Blocks { path: PathBuf::from(&input.name), held: input.take_head(), plain: 0, input, ended: false }
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
                    let rest = self.held.split_off(self.plain + last + 1);
                    self.plain = rest.len();
                    return Ok(Some(std::mem::replace(&mut self.held, rest)));
                }
                self.plain = self.held.len();
            }
            let filled = self.held.len();
            self.held.resize(filled + size, 0);
            let read = read_some(&mut self.input, &mut self.held[filled..]);
            let read = read.map_err(|source| Error::Read { path: self.path.clone(), source });
            self.held.truncate(filled + *read.as_ref().unwrap_or(&0));
            self.ended = read? == 0;
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

//! A temporary file that is written at its end and read anywhere. The system removes it when nobody has it open any more, on
//! whatever way that comes about: where that is possible it never has a name.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use crate::model::error::Error;

#[derive(Debug)]
pub(super) struct Scratch {
    file: File,
    folder: PathBuf,
    length: u64,
}

impl Scratch {
    /// # Errors
    /// When no file can be made in the folder.
    pub fn new(folder: &Path) -> io::Result<Scratch> {
        tempfile::tempfile_in(folder).map(|file| Scratch { file, folder: folder.to_owned(), length: 0 })
    }

    /// One over a file that is open.
    #[cfg(test)]
    pub fn of(file: File) -> Scratch {
        Scratch { file, folder: PathBuf::from("/tmp"), length: 0 }
    }

    /// # Errors
    /// When there is no room.
    pub fn append(&mut self, bytes: &[u8]) -> Result<(), Error> {
        write(&self.file, bytes, self.length)
            .map_err(|source| Error::Write { path: self.folder.clone(), source })?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Bytes in the file.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// Reads what begins at `at`, as much as there is room for.
    ///
    /// # Errors
    /// When there is not as much.
    pub fn read(&self, bytes: &mut [u8], at: u64) -> Result<(), Error> {
        read(&self.file, bytes, at).map_err(|source| Error::Read { path: self.folder.clone(), source })
    }
}

#[cfg(unix)]
fn write(file: &File, bytes: &[u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, at)
}

#[cfg(unix)]
fn read(file: &File, bytes: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn write(file: &File, mut bytes: &[u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_write(file, bytes, at)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            n => (bytes, at) = (&bytes[n..], at + n as u64),
        }
    }
    Ok(())
}

#[cfg(windows)]
fn read(file: &File, mut bytes: &mut [u8], mut at: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        match std::os::windows::fs::FileExt::seek_read(file, bytes, at)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            n => (bytes, at) = (&mut bytes[n..], at + n as u64),
        }
    }
    Ok(())
}

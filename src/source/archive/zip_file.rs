//! zip: a directory at the end says where the members stand. They come in the order of their names, as in a folder.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::Arc;

use flate2::Crc;
use flate2::read::DeflateDecoder;
use zip::{CompressionMethod, ZipArchive};

use super::budget::Budget;
use super::packed::Frames;
use super::{MOST_MEMBERS, Members, Next, member};
use crate::model::notice::Notice;
use crate::source::Options;
use crate::source::company::{Folders, Stand, split};
use crate::source::opened::Opened;

/// Where the bytes are; each member is read by a look of its own.
enum Place {
    Disk(PathBuf),
    Memory(Arc<[u8]>),
}

trait Look: Read + Seek + Send {}
impl<T: Read + Seek + Send> Look for T {}

impl Place {
    fn look(&self) -> io::Result<Box<dyn Look>> {
        Ok(match self {
            Place::Disk(path) => Box::new(File::open(path)?),
            Place::Memory(bytes) => Box::new(Cursor::new(Arc::clone(bytes))),
        })
    }
}

/// A zip archive that is being read.
pub(super) struct ZipFile {
    place: Place,
    archive: ZipArchive<Box<dyn Look>>,
    /// Names and numbers of the members that are still to come, the next one last.
    members: Vec<(String, usize)>,
    /// How they stand to each other.
    folders: Folders,
    /// Numbers of the members by name, of those that others may be read with.
    numbers: BTreeMap<String, usize>,
    budget: Budget,
}

/// Opens an archive; a document that is a zip archive too stays whole.
pub(super) fn open(opened: Opened, budget: Budget, options: &Options) -> Result<Members, Notice> {
    let name = opened.name.clone();
    let lost = |why: String| Notice::lost(name.clone(), None, why);
    let place = match opened.on_disk() {
        Some(path) => Place::Disk(path.to_owned()),
        None => {
            let mut bytes = Vec::new();
            let most = options.max_file_bytes;
            let read = opened.into_stream().take(most + 1).read_to_end(&mut bytes);
            read.map_err(|e| lost(format!("cannot read on: {e}")))?;
            if bytes.len() as u64 > most {
                return Err(lost(format!("larger than {most} bytes and no file on disk: not read")));
            }
            Place::Memory(bytes.into())
        }
    };
    let damaged = |e: &dyn std::fmt::Display| lost(format!("no zip archive that can be read: {e}"));
    let look = place.look().map_err(|e| damaged(&e))?;
    let archive = ZipArchive::new(look).map_err(|e| damaged(&e))?;
    if archive.len() > MOST_MEMBERS {
        return Err(lost(format!("more than {MOST_MEMBERS} files: not read")));
    }
    let raw: Vec<Vec<u8>> = archive.file_names_raw().map(<[u8]>::to_vec).collect();
    if raw.iter().any(|n| n == b"[Content_Types].xml") {
        let look = place.look().map_err(|e| damaged(&e))?;
        return Opened::stream(&name, Box::new(look)).map(|whole| Members::Document(Some(whole)));
    }
    let mut members: Vec<(String, usize)> =
        raw.iter().enumerate().map(|(i, n)| (member::name(n, options.name), i)).collect();
    members.sort_unstable_by(|a, b| b.cmp(a));
    let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
    let folders = Folders::of(&names, options);
    let special = members.iter().filter(|(name, _)| options.company.is_special(split(name).1));
    let numbers = special.cloned().collect();
    Ok(Members::Zip(ZipFile { place, archive, members, folders, numbers, budget }))
}

impl ZipFile {
    pub fn next(&mut self, archive: &str) -> Next {
        loop {
            let Some((name, index)) = self.members.pop() else { return Next::End };
            if name.ends_with('/') {
                continue;
            }
            return match self.member(&name, index, archive) {
                Ok(next) => next,
                Err(error) => Next::Lost(name, format!("cannot read: {error}")),
            };
        }
    }

    /// How a member stands to the others.
    pub fn stand(&self, name: &str, options: &Options) -> Stand {
        self.folders.stand(name, options)
    }

    /// The member of this name, which another one is read with.
    pub fn beside(&mut self, name: &str, archive: &str) -> Next {
        let Some(index) = self.numbers.get(name).copied() else { return Next::End };
        match self.member(name, index, archive) {
            Ok(next) => next,
            Err(error) => Next::Lost(name.to_owned(), format!("cannot read: {error}")),
        }
    }

    fn member(&mut self, name: &str, index: usize, archive: &str) -> io::Result<Next> {
        let lost = |why: String| Ok(Next::Lost(name.to_owned(), why));
        let entry = self.archive.by_index_raw(index).map_err(io::Error::other)?;
        if entry.is_symlink() {
            return Ok(Next::Link);
        }
        if entry.encrypted() {
            return lost("locked by a password: not read".to_owned());
        }
        let method = entry.compression();
        let (start, packed) = (entry.data_start(), entry.compressed_size());
        let (crc, size) = (entry.crc32(), entry.size());
        let start = start.ok_or_else(|| io::Error::other("its place is not known"))?;
        drop(entry);
        let mut look = self.place.look()?;
        look.seek(SeekFrom::Start(start))?;
        let bytes = self.budget.packed(look.take(packed));
        let plain: Box<dyn Read + Send> = match method {
            CompressionMethod::STORE => Box::new(bytes),
            CompressionMethod::DEFLATE => Box::new(DeflateDecoder::new(bytes)),
            CompressionMethod::ZSTD => Box::new(Frames::new(bytes)),
            other => return lost(format!("packed by a method that is not supported ({other}): not read")),
        };
        let stream = Checked { inner: self.budget.expanded(plain), found: Crc::new(), crc, size };
        match Opened::stream(&format!("{archive}/{name}"), Box::new(stream)) {
            Ok(opened) => Ok(Next::File(name.to_owned(), opened)),
            Err(notice) => lost(notice.message),
        }
    }
}

/// A member, held against its size and its sum when it ends.
struct Checked<R> {
    inner: R,
    found: Crc,
    crc: u32,
    size: u64,
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.found.update(&buffer[..read]);
        let ended = read == 0 && !buffer.is_empty();
        // The sum of the library counts the size in 32 bits.
        if ended && (self.found.sum() != self.crc || self.found.amount() != self.size as u32) {
            return Err(io::Error::other("the checksum is wrong: damaged"));
        }
        Ok(read)
    }
}

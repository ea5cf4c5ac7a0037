//! tar: members one after the other in one stream.

use std::io::{self, Read};
use std::sync::{Arc, Mutex, PoisonError};

use tar::{EntryType, Header, PaxExtensions};

use super::{Next, member};
use crate::source::Options;
use crate::source::opened::Opened;

const BLOCK: usize = 512;
/// Longest description of a member (a long name, a list of properties).
const MOST_DESCRIPTION: u64 = 1 << 20;

/// What comes out of it is counted where it is unpacked; a plain archive is no larger than it is.
type Stream = Box<dyn Read + Send>;

/// An archive that is read from its beginning to its end.
pub(super) struct Tape {
    stream: Arc<Mutex<Stream>>,
    /// Bytes of the member, and those that fill its last block, that nobody has read.
    left: Arc<Mutex<u64>>,
    filling: u64,
}

/// What stands before a member about it.
#[derive(Default)]
struct Described {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

impl Tape {
    pub fn new(stream: Stream) -> Tape {
        Tape { stream: Arc::new(Mutex::new(stream)), left: Arc::default(), filling: 0 }
    }

    pub fn next(&mut self, archive: &str, options: &Options) -> Next {
        match self.try_next(archive, options) {
            Ok(next) => next,
            Err(error) => Next::Broken(format!("cannot read on: {error}")),
        }
    }

    fn try_next(&mut self, archive: &str, options: &Options) -> io::Result<Next> {
        let mut described = Described::default();
        loop {
            self.skip()?;
            let mut block = [0; BLOCK];
            if !self.block(&mut block)? {
                return Ok(Next::End);
            }
            let header = Header::from_byte_slice(&block);
            if !sum_is_right(&block, header) {
                return Err(io::Error::other("no tar header where one must stand: damaged"));
            }
            let kind = header.entry_type();
            let told = if kind.is_pax_local_extensions() { None } else { described.size };
            let size = told.map_or_else(|| header.entry_size(), Ok)?;
            *lock(&self.left) = size;
            self.filling = (BLOCK as u64 - size % BLOCK as u64) % BLOCK as u64;
            match kind {
                EntryType::GNULongName => described.name = Some(until_nul(self.description(size)?)),
                EntryType::XHeader => described.add(&self.description(size)?),
                EntryType::GNULongLink | EntryType::XGlobalHeader | EntryType::Directory => {}
                _ => {
                    let name = described.name.take().unwrap_or_else(|| header.path_bytes().into_owned());
                    return Ok(self.member(kind, &member::name(&name, options.name), archive));
                }
            }
            if kind == EntryType::Directory {
                described = Described::default();
            }
        }
    }

    fn member(&self, kind: EntryType, name: &str, archive: &str) -> Next {
        match kind {
            EntryType::Regular | EntryType::Continuous => {
                let stream = Member { stream: Arc::clone(&self.stream), left: Arc::clone(&self.left) };
                match Opened::stream(&format!("{archive}/{name}"), Box::new(stream)) {
                    Ok(opened) => Next::File(name.to_owned(), opened),
                    Err(notice) => Next::Lost(name.to_owned(), notice.message),
                }
            }
            EntryType::Symlink | EntryType::Link => Next::Link,
            EntryType::GNUSparse => Next::Lost(name.to_owned(), "a file with holes: not read".to_owned()),
            _ => Next::Lost(name.to_owned(), "not a file (device or pipe): not read".to_owned()),
        }
    }

    /// What a member that describes the next one holds.
    fn description(&mut self, size: u64) -> io::Result<Vec<u8>> {
        if size > MOST_DESCRIPTION {
            return Err(io::Error::other("a name of more than a million bytes: damaged"));
        }
        let mut bytes = vec![0; size as usize];
        lock(&self.stream).read_exact(&mut bytes)?;
        *lock(&self.left) = 0;
        Ok(bytes)
    }

    /// Passes over what is left of the member.
    fn skip(&mut self) -> io::Result<()> {
        let left = std::mem::take(&mut *lock(&self.left)) + std::mem::take(&mut self.filling);
        let mut stream = lock(&self.stream);
        let skipped = io::copy(&mut (&mut *stream).take(left), &mut io::sink())?;
        if skipped < left { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(()) }
    }

    /// The next block; false at the end: nothing, or a block of nothing.
    fn block(&mut self, block: &mut [u8; BLOCK]) -> io::Result<bool> {
        let mut stream = lock(&self.stream);
        let mut filled = 0;
        while filled < BLOCK {
            match stream.read(&mut block[filled..])? {
                0 if filled == 0 => return Ok(false),
                0 => return Err(io::ErrorKind::UnexpectedEof.into()),
                n => filled += n,
            }
        }
        Ok(block.iter().any(|b| *b != 0))
    }
}

impl Described {
    fn add(&mut self, properties: &[u8]) {
        for property in PaxExtensions::new(properties).filter_map(Result::ok) {
            match property.key_bytes() {
                b"path" => self.name = Some(property.value_bytes().to_vec()),
                b"size" => self.size = property.value().ok().and_then(|v| v.parse().ok()),
                _ => {}
            }
        }
    }
}

fn until_nul(mut bytes: Vec<u8>) -> Vec<u8> {
    let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
    bytes.truncate(end);
    bytes
}

/// The sum of the header's bytes, with spaces for the sum itself, stands in it.
fn sum_is_right(block: &[u8; BLOCK], header: &Header) -> bool {
    let sum: u32 = block
        .iter()
        .enumerate()
        .map(|(at, b)| if (148..156).contains(&at) { 32 } else { u32::from(*b) })
        .sum();
    header.cksum().is_ok_and(|told| told == sum)
}

/// The bytes of one member.
struct Member {
    stream: Arc<Mutex<Stream>>,
    left: Arc<Mutex<u64>>,
}

impl Read for Member {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut left = lock(&self.left);
        let most = buffer.len().min(usize::try_from(*left).unwrap_or(usize::MAX));
        if most == 0 {
            return Ok(0);
        }
        match lock(&self.stream).read(&mut buffer[..most])? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            n => {
                *left -= n as u64;
                Ok(n)
            }
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

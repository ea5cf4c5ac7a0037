//! The records of all calls by number, with their ids. Beyond a bound those of transcripts go into temporary files: judging such
//! a call takes a hundred times as long as reading it back. Rows of logs, of which millions are counted in a second, stay.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use super::attempt::Attempt;
use super::calls::CallBook;
use super::ids::{self, Ids};
use super::scratch::Scratch;
use crate::model::error::Error;

/// Records that are read or written at one go.
const AT_ONCE: usize = 1_024;
/// Calls that are kept while a finding is made of them.
const MOST_SEEN: usize = 4_096;

/// Where records go that are more than what stays in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spill {
    /// Bytes of records that stay in memory.
    pub beyond: usize,
    /// Folder of the temporary files; they have no name there where the system allows that.
    pub folder: PathBuf,
}

/// The records, in the order of arrival.
#[derive(Debug, Default)]
pub(super) struct Records {
    /// The first ones, which stay: rows of logs, which are read before anything else.
    head: Kept,
    /// Those behind them.
    spilled: Option<Spilled>,
    /// The last ones.
    tail: Kept,
    spill: Option<Spill>,
    /// What could not be written or read.
    fault: OnceLock<Error>,
}

/// Records in memory.
#[derive(Debug, Default)]
struct Kept {
    attempts: Vec<Attempt>,
    ids: Ids,
}

/// Records in files.
#[derive(Debug)]
struct Spilled {
    attempts: Scratch,
    ids: Scratch,
    count: usize,
    /// Where each of the ids of a step begins.
    marks: Vec<u64>,
}

impl Records {
    /// Says from when on records of calls go into files.
    pub fn spill(&mut self, spill: Spill) {
        self.spill = Some(spill);
    }

    /// What went wrong with the files since it was asked for last: then the records are not to be trusted.
    pub fn fault(&mut self) -> Option<Error> {
        self.fault.take()
    }

    pub fn len(&self) -> usize {
        self.head.attempts.len() + self.count_spilled() + self.tail.attempts.len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn count_spilled(&self) -> usize {
        self.spilled.as_ref().map_or(0, |s| s.count)
    }

    /// Adds a call.
    pub fn push(&mut self, mut attempt: Attempt, id: &str) {
        if !id.is_empty() {
            attempt.id_hash = ids::hash(id);
        }
        self.tail.ids.push(id);
        self.tail.attempts.push(attempt);
        let Some(Spill { beyond, .. }) = &self.spill else { return };
        let bytes = self.tail.attempts.len() * Attempt::BYTES + self.tail.ids.bytes();
        if bytes > *beyond
            && self.tail.attempts.len().is_multiple_of(ids::STEP)
            && let Err(error) = self.put_away()
        {
            // Nothing more is written: the run ends as soon as somebody asks.
            self.spill = None;
            let _ = self.fault.set(error);
        }
    }

    /// Adds rows of logs.
    pub fn extend(&mut self, rows: impl ExactSizeIterator<Item = Attempt>, ids: &Ids) {
        let first = self.spilled.is_none() && self.tail.attempts.is_empty();
        let to = if first { &mut self.head } else { &mut self.tail };
        to.attempts.extend(rows);
        to.ids.append(ids);
    }

    /// Makes room for rows of logs.
    pub fn reserve(&mut self, rows: usize) {
        self.head.attempts.reserve(rows);
    }

    fn put_away(&mut self) -> Result<(), Error> {
        let Some(Spill { folder, .. }) = &self.spill else { return Ok(()) };
        let spilled = match &mut self.spilled {
            Some(spilled) => spilled,
            None => {
                // Where no file can be made, all stay in memory.
                let (Ok(attempts), Ok(ids)) = (Scratch::new(folder), Scratch::new(folder)) else {
                    self.spill = None;
                    return Ok(());
                };
                self.spilled.insert(Spilled { attempts, ids, count: 0, marks: Vec::new() })
            }
        };
        let mut bytes = Vec::with_capacity(AT_ONCE * Attempt::BYTES);
        for some in self.tail.attempts.chunks(AT_ONCE) {
            bytes.clear();
            some.iter().for_each(|a| bytes.extend_from_slice(&a.to_bytes()));
            spilled.attempts.append(&bytes)?;
        }
        self.tail.ids.put_away(&mut spilled.ids, &mut spilled.marks)?;
        spilled.count += self.tail.attempts.len();
        self.tail.attempts.clear();
        Ok(())
    }

    /// A record; one of nothing where it cannot be read, which [`fault`](Self::fault) tells.
    pub fn get(&self, ix: u32) -> Attempt {
        let head = self.head.attempts.len();
        if let Some(known) = self.head.attempts.get(ix as usize) {
            return *known;
        }
        let behind = ix as usize - head;
        match &self.spilled {
            Some(spilled) if behind < spilled.count => {
                let mut bytes = [0; Attempt::BYTES];
                let read = spilled.attempts.read(&mut bytes, (behind * Attempt::BYTES) as u64);
                self.or_blank(read.map(|()| Attempt::from_bytes(&bytes)))
            }
            _ => self.tail.attempts[behind - self.count_spilled()],
        }
    }

    fn or_blank(&self, read: Result<Attempt, Error>) -> Attempt {
        read.unwrap_or_else(|error| {
            let _ = self.fault.set(error);
            Attempt::BLANK
        })
    }

    /// The last one.
    pub fn last(&self) -> Option<Attempt> {
        self.len().checked_sub(1).map(|ix| self.get(ix as u32))
    }

    /// The id of a record; nothing if it has none.
    pub fn id(&self, ix: u32) -> Option<Cow<'_, str>> {
        let head = self.head.attempts.len();
        let behind = match (ix as usize).checked_sub(head) {
            None => return self.head.ids.get(ix as usize).map(Cow::Borrowed),
            Some(behind) => behind,
        };
        match &self.spilled {
            Some(spilled) if behind < spilled.count => {
                let read = ids::read(&spilled.ids, &spilled.marks, behind);
                let id = read.unwrap_or_else(|error| {
                    let _ = self.fault.set(error);
                    None
                });
                id.map(Cow::Owned)
            }
            _ => self.tail.ids.get(behind - self.count_spilled()).map(Cow::Borrowed),
        }
    }

    /// All of them with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Attempt)> {
        let spilled = (0..self.count_spilled()).step_by(AT_ONCE).flat_map(|from| self.some(from));
        let (head, tail) = (self.head.attempts.iter().copied(), self.tail.attempts.iter().copied());
        (0u32..).zip(head.chain(spilled).chain(tail))
    }

    /// Records in the file, from one on.
    fn some(&self, from: usize) -> Vec<Attempt> {
        let Some(spilled) = &self.spilled else { return Vec::new() };
        let count = AT_ONCE.min(spilled.count - from);
        let mut bytes = vec![0; count * Attempt::BYTES];
        match spilled.attempts.read(&mut bytes, (from * Attempt::BYTES) as u64) {
            Ok(()) => bytes.as_chunks().0.iter().map(Attempt::from_bytes).collect(),
            Err(error) => vec![self.or_blank(Err(error)); count],
        }
    }
}

/// What is known of a few calls that are asked about more than once: where reading them takes long, each is read once.
pub(super) struct Seen<'b> {
    book: &'b CallBook,
    attempts: FxHashMap<u32, Attempt>,
}

impl<'b> Seen<'b> {
    pub fn of(book: &'b CallBook, calls: &[u32]) -> Seen<'b> {
        let few = if book.records.spilled.is_some() { &calls[..calls.len().min(MOST_SEEN)] } else { &[] };
        Seen { book, attempts: few.iter().map(|ix| (*ix, book.attempt(*ix))).collect() }
    }

    pub fn attempt(&self, ix: u32) -> Attempt {
        self.attempts.get(&ix).copied().unwrap_or_else(|| self.book.attempt(ix))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    /// Records with this many calls in files, which are the given ones.
    fn records(attempts: Scratch, ids: Scratch, count: usize) -> Records {
        let spilled = Some(Spilled { attempts, ids, count, marks: vec![0; count.div_ceil(ids::STEP)] });
        let spill = Some(Spill { beyond: 0, folder: PathBuf::from("/nowhere") });
        Records { spilled, spill, ..Records::default() }
    }

    #[test]
    fn a_full_disk_is_told_and_nothing_goes_on() {
        let full = || Scratch::of(std::fs::File::options().write(true).open("/dev/full").unwrap());
        let mut records = records(full(), full(), 0);
        assert!(records.fault().is_none());
        (0..40).for_each(|n| records.push(Attempt::BLANK, &format!("c{n}")));
        let told = records.fault();
        assert!(
            matches!(&told, Some(Error::Write { source, .. }) if source.raw_os_error() == Some(28)),
            "{told:?}"
        );
        // What was not put away is still there.
        assert_eq!((records.len(), records.id(39).as_deref()), (40, Some("c39")));
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told() {
        let empty = || Scratch::of(tempfile::tempfile().unwrap());
        let mut records = records(empty(), empty(), 64);
        assert_eq!(records.iter().count(), 64);
        assert!(records.fault().is_some());
        assert_eq!(records.get(3), Attempt::BLANK);
        assert!(records.fault().is_some());
        assert_eq!(records.id(3), None);
    }

    #[test]
    fn where_no_file_can_be_made_all_stay_in_memory() {
        let mut records = Records::default();
        records.spill(Spill { beyond: 0, folder: PathBuf::from("/nowhere/at/all") });
        (0..100).for_each(|n| records.push(Attempt::BLANK, &format!("c{n}")));
        assert!(records.fault().is_none() && records.spilled.is_none());
        assert_eq!((records.len(), records.id(99).as_deref()), (100, Some("c99")));
    }
}

//! Ids of calls, one after another: nearly every row of a log has one of its own, so a table of them would be larger than they.

use super::scratch::Scratch;
use crate::model::error::Error;

/// Every so many ids their place is noted.
pub(super) const STEP: usize = 32;
/// First byte of an id that is longer than what one byte can say; its length follows in eight.
const LONG: u8 = u8::MAX;

/// A text per record, in their order; an empty one stands for none.
#[derive(Debug, Clone, Default)]
pub(super) struct Ids {
    bytes: Vec<u8>,
    marks: Vec<u64>,
    count: usize,
}

impl Ids {
    /// The id of the next record.
    pub fn push(&mut self, id: &str) {
        if self.count.is_multiple_of(STEP) {
            self.marks.push(self.bytes.len() as u64);
        }
        match u8::try_from(id.len()) {
            Ok(length) if length < LONG => self.bytes.push(length),
            _ => {
                self.bytes.push(LONG);
                self.bytes.extend((id.len() as u64).to_le_bytes());
            }
        }
        self.bytes.extend_from_slice(id.as_bytes());
        self.count += 1;
    }

    /// Puts the ids of other records behind these.
    pub fn append(&mut self, more: &Ids) {
        let begin = self.bytes.len();
        let mut at = 0;
        while let Some((text, length)) = extent(&more.bytes, at) {
            if self.count.is_multiple_of(STEP) {
                self.marks.push((begin + at) as u64);
            }
            self.count += 1;
            at = text + length;
        }
        self.bytes.extend_from_slice(&more.bytes);
    }

    /// Empties it and keeps its room.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.marks.clear();
        self.count = 0;
    }

    /// The id of a record; nothing if it has none.
    pub fn get(&self, record: usize) -> Option<&str> {
        let begin = usize::try_from(*self.marks.get(record / STEP)?).ok()?;
        nth(self.bytes.get(begin..)?, record % STEP)
    }

    /// Bytes that they take.
    pub fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Puts all of them, a multiple of [`STEP`], behind those in a file, with the places of every so many of them there.
    pub fn put_away(&mut self, file: &mut Scratch, marks: &mut Vec<u64>) -> Result<(), Error> {
        let begin = file.length();
        file.append(&self.bytes)?;
        marks.extend(self.marks.iter().map(|mark| begin + mark));
        self.clear();
        Ok(())
    }
}

/// The id of a record that was put away; nothing if it has none.
pub(super) fn read(file: &Scratch, marks: &[u64], record: usize) -> Result<Option<String>, Error> {
    let step = record / STEP;
    let Some(begin) = marks.get(step).copied() else { return Ok(None) };
    let end = marks.get(step + 1).copied().unwrap_or_else(|| file.length());
    let mut bytes = vec![0; usize::try_from(end - begin).unwrap_or(0)];
    file.read(&mut bytes, begin)?;
    Ok(nth(&bytes, record % STEP).map(str::to_owned))
}

/// One of the texts in these bytes; nothing if it is empty.
fn nth(bytes: &[u8], n: usize) -> Option<&str> {
    let mut at = 0;
    for _ in 0..n {
        let (begin, length) = extent(bytes, at)?;
        at = begin + length;
    }
    let (begin, length) = extent(bytes, at)?;
    let text = std::str::from_utf8(bytes.get(begin..begin + length)?).ok()?;
    (!text.is_empty()).then_some(text)
}

/// Where the text of the entry at `at` begins, and how long it is.
fn extent(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let length = *bytes.get(at)?;
    if length < LONG {
        return Some((at + 1, usize::from(length)));
    }
    let long = bytes.get(at + 1..at + 9)?.try_into().ok()?;
    Some((at + 9, usize::try_from(u64::from_le_bytes(long)).ok()?))
}

/// A hash of an id, never 0. It only brings equal ids together: what is equal is told by the texts.
pub(super) fn hash(id: &str) -> u32 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(id.as_bytes());
    let full = hasher.finish();
    ((full >> 32) as u32 ^ full as u32).max(1)
}

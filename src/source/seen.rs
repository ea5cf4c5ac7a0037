//! What was read so far: a hash of it, so that two runs can tell whether the input moved, and how much it was.

use std::hash::Hasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use siphasher::sip128::{Hasher128, SipHasher13};

use super::{Item, PieceKind};

/// Counters of a run under way, for somebody who watches it.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<[AtomicU64; 2]>);

impl Meter {
    /// Bytes of transcripts and logs that were read.
    pub fn bytes(&self) -> u64 {
        self.0[0].load(Ordering::Relaxed)
    }

    /// Calls that were judged.
    pub fn calls(&self) -> u64 {
        self.0[1].load(Ordering::Relaxed)
    }

    /// Adds what was read.
    pub fn read(&self, bytes: usize) {
        self.0[0].fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// Adds a call.
    pub fn judged(&self) {
        self.0[1].fetch_add(1, Ordering::Relaxed);
    }
}

/// A hash over all input: over each line of a log or of JSON Lines and over each other file, in whatever order they come and
/// wherever they lie. It tells a change, it does not prove anything against somebody who wants to deceive.
#[derive(Default)]
pub struct Seen {
    sum: u128,
    /// Counts along.
    pub meter: Meter,
}

impl Seen {
    /// A hash of nothing yet.
    pub fn new(meter: Meter) -> Seen {
        Seen { sum: 0, meter }
    }

    /// Adds lines.
    pub fn lines(&mut self, bytes: &[u8]) {
        self.meter.read(bytes.len());
        let mut from = 0;
        for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            self.unit(bytes[from..end].trim_ascii_end());
            from = end + 1;
        }
    }

    /// Adds what belongs together.
    pub fn whole(&mut self, bytes: &[u8]) {
        self.part(bytes.len(), digest(bytes));
    }

    /// Adds bytes by their number and digest.
    pub fn part(&mut self, bytes: usize, digest: u128) {
        self.meter.read(bytes);
        // A sum: the same in any order.
        self.sum = self.sum.wrapping_add(digest);
    }

    fn unit(&mut self, bytes: &[u8]) {
        self.sum = self.sum.wrapping_add(digest(bytes));
    }

    /// Adds a piece, or what stands for one that could not be read.
    pub fn item(&mut self, item: &Item) {
        match item {
            Ok(piece) => {
                match piece.kind {
                    PieceKind::Whole => self.whole(&piece.bytes),
                    PieceKind::Lines => self.lines(&piece.bytes),
                }
                // Every piece of a file has the same beside it.
                if piece.first_line == 1 {
                    piece.beside.iter().for_each(|beside| self.whole(&beside.bytes));
                }
            }
            Err(notice) => self.unit(notice.message.as_bytes()),
        }
    }

    /// The hash, 32 hexadecimal digits.
    pub fn hash(&self) -> String {
        format!("{:032x}", self.sum)
    }
}

/// A hash of bytes; nothing of none.
pub fn digest(bytes: &[u8]) -> u128 {
    let mut hasher = SipHasher13::new();
    hasher.write(bytes);
    if bytes.is_empty() { 0 } else { hasher.finish128().as_u128() }
}

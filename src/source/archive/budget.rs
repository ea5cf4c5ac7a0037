//! How much an archive may unpack to.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Most times the packed size.
const MOST_RATIO: u64 = 200;
/// What is small may be packed better.
const SMALL: u64 = 16 << 20;

/// Bytes of one archive so far, packed and unpacked.
#[derive(Clone)]
pub(super) struct Budget {
    packed: Arc<AtomicU64>,
    expanded: Arc<AtomicU64>,
    most: u64,
}

impl Budget {
    pub fn new(most: u64) -> Budget {
        Budget { packed: Arc::default(), expanded: Arc::default(), most }
    }

    /// Counts what is read of the packed bytes.
    pub fn packed<R>(&self, inner: R) -> Packed<R> {
        Packed { inner, budget: self.clone() }
    }

    /// Counts what comes out, and refuses more than is allowed.
    pub fn expanded<R>(&self, inner: R) -> Expanded<R> {
        Expanded { inner, budget: self.clone() }
    }
}

pub(super) struct Packed<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Read for Packed<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.budget.packed.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

pub(super) struct Expanded<R> {
    inner: R,
    budget: Budget,
}

impl<R: Read> Read for Expanded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let budget = &self.budget;
        let expanded = budget.expanded.fetch_add(read as u64, Ordering::Relaxed) + read as u64;
        if expanded > budget.most {
            return Err(io::Error::other(format!("the archive unpacks to more than {} bytes", budget.most)));
        }
        let packed = budget.packed.load(Ordering::Relaxed);
        if expanded > SMALL && expanded > packed.saturating_mul(MOST_RATIO) {
            return Err(io::Error::other(format!(
                "the archive unpacks to more than {MOST_RATIO} times its size"
            )));
        }
        Ok(read)
    }
}

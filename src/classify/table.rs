//! The features that a model knows, in buckets of eight: a feature lies in the bucket that its hash names or nowhere, so that
//! finding it, or that it is unknown, takes one look.

/// Features in a bucket.
const WIDTH: usize = 8;

/// Which features are known and where their weights stand.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Table {
    bits: u32,
    /// Sixteen further bits of the hash per slot; 0: the slot is empty.
    tags: Vec<u16>,
}

impl Table {
    /// An empty table of `2^bits` slots.
    pub(super) fn new(bits: u32) -> Table {
        Table { bits, tags: vec![0; 1 << bits] }
    }

    /// The table whose slots hold these tags.
    pub(super) fn of(bits: u32, tags: Vec<u16>) -> Table {
        Table { bits, tags }
    }

    /// Number of slots as a power of two.
    pub(super) fn bits(&self) -> u32 {
        self.bits
    }

    /// The tags of all slots.
    pub(super) fn tags(&self) -> &[u16] {
        &self.tags
    }

    /// The slot of a feature; none when it is not known.
    pub(super) fn slot(&self, hash: u64) -> Option<usize> {
        let first = self.first(hash);
        let tag = tag(hash);
        let bucket = &self.tags[first..first + WIDTH];
        bucket.iter().position(|t| *t == tag).map(|i| first + i)
    }

    /// Gives a feature a slot; none when its bucket is full.
    pub(super) fn insert(&mut self, hash: u64) -> Option<usize> {
        if let Some(slot) = self.slot(hash) {
            return Some(slot);
        }
        let first = self.first(hash);
        let free = first + self.tags[first..first + WIDTH].iter().position(|t| *t == 0)?;
        self.tags[free] = tag(hash);
        Some(free)
    }

    fn first(&self, hash: u64) -> usize {
        (hash >> (64 - self.bits)) as usize / WIDTH * WIDTH
    }
}

fn tag(hash: u64) -> u16 {
    (hash as u16).max(1)
}

//! Records and hashes as bits: which are marked, and which hashes are there more than once, without sorting all of them.

/// Which hashes may be there more than once: some that are not may seem so.
pub(super) struct Twice {
    bits: Vec<u64>,
    mask: u32,
}

impl Twice {
    /// Of these, about so many; 0 is none.
    pub fn among(count: usize, hashes: impl Iterator<Item = u32>) -> Twice {
        let size = (count * 8).next_power_of_two().clamp(64, 1 << 32);
        let mask = (size - 1) as u32;
        let mut seen = vec![0u64; size / 64];
        let mut twice = Twice { bits: vec![0u64; size / 64], mask };
        for hash in hashes.filter(|hash| *hash != 0) {
            let (word, bit) = twice.place(hash);
            twice.bits[word] |= seen[word] & bit;
            seen[word] |= bit;
        }
        twice
    }

    fn place(&self, hash: u32) -> (usize, u64) {
        let place = hash & self.mask;
        (place as usize / 64, 1 << (place % 64))
    }

    pub fn holds(&self, hash: u32) -> bool {
        let (word, bit) = self.place(hash);
        self.bits[word] & bit != 0
    }
}

/// A bit per record.
pub(super) struct Marked {
    bits: Vec<u64>,
    any: bool,
}

impl Marked {
    /// Of so many records none.
    pub fn new(records: usize) -> Marked {
        Marked { bits: vec![0; records.div_ceil(64)], any: false }
    }

    pub fn is_empty(&self) -> bool {
        !self.any
    }

    pub fn mark(&mut self, ix: u32) {
        self.bits[ix as usize / 64] |= 1 << (ix % 64);
        self.any = true;
    }

    pub fn holds(&self, ix: u32) -> bool {
        self.bits[ix as usize / 64] & (1 << (ix % 64)) != 0
    }
}

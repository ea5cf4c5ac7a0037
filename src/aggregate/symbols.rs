//! Strings as numbers: ids and phone numbers occur again and again in a call log.

use std::hash::{BuildHasher, Hasher, RandomState};

use rustc_hash::FxHasher;

/// A string of a [`Symbols`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub(super) u32);

impl Symbol {
    /// No string.
    pub const NONE: Symbol = Symbol(u32::MAX);

    /// Whether it stands for a string.
    pub fn is_some(self) -> bool {
        self != Symbol::NONE
    }
}

/// Strings, each once. Numbers are given in the order of arrival: they must not decide about anything that is put out.
#[derive(Debug, Clone)]
pub struct Symbols {
    text: String,
    ends: Vec<u64>,
    /// Open addressing; [`Symbol::NONE`] is a free slot. Never more than half full.
    slots: Vec<Slot>,
    /// Keyed by chance, so that an input that collides in one run does not in the next.
    seed: u64,
}

/// A string with a part of its hash: most others are told apart without a look at their text.
#[derive(Debug, Clone, Copy)]
struct Slot {
    symbol: Symbol,
    tag: u32,
}

impl Slot {
    const FREE: Slot = Slot { symbol: Symbol::NONE, tag: 0 };
}

/// Room for looking up many strings at once.
#[derive(Debug, Default)]
pub struct Batch {
    hashes: Vec<u64>,
    slots: Vec<Slot>,
    begins: Vec<usize>,
    heads: Vec<Option<u8>>,
    symbols: Vec<Symbol>,
}

impl Batch {
    /// The numbers, in the order of the strings.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }
}

impl Default for Symbols {
    fn default() -> Symbols {
        let seed = RandomState::new().hash_one(0u8);
        Symbols { text: String::new(), ends: Vec::new(), slots: Vec::new(), seed }
    }
}

impl Symbols {
    /// The number of a string; a new one if need be. Beyond 2³² − 1 strings the rest are no string at all.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if self.slots.len() < 2 * (self.ends.len() + 1) {
            self.grow();
        }
        self.intern_hashed(text, self.hash(text))
    }

    /// The same where there is a free slot and the hash is known.
    fn intern_hashed(&mut self, text: &str, hash: u64) -> Symbol {
        let at = self.slot(text, hash);
        if self.slots[at].symbol.is_some() {
            return self.slots[at].symbol;
        }
        let symbol = u32::try_from(self.ends.len()).map_or(Symbol::NONE, Symbol);
        if symbol.is_some() {
            self.text.push_str(text);
            self.ends.push(self.text.len() as u64);
            self.slots[at] = Slot { symbol, tag: tag(hash) };
        }
        symbol
    }

    /// The numbers of many strings, of which an empty one is none. Each step is done for all of them before the next, so that the
    /// processor waits for many of them at once.
    pub fn intern_all<'t>(&mut self, count: usize, text: &dyn Fn(usize) -> &'t str, batch: &mut Batch) {
        while self.slots.len() < 2 * (self.ends.len() + count) {
            self.grow();
        }
        batch.symbols.clear();
        if count == 0 {
            return;
        }
        let mask = self.slots.len() - 1;
        batch.hashes.clear();
        batch.hashes.extend((0..count).map(|i| self.hash(text(i))));
        batch.slots.clear();
        batch.slots.extend(batch.hashes.iter().map(|hash| self.slots[*hash as usize & mask]));
        batch.begins.clear();
        batch.begins.extend(batch.slots.iter().map(|slot| self.begin(slot.symbol)));
        batch.heads.clear();
        batch.heads.extend(batch.begins.iter().map(|begin| self.text.as_bytes().get(*begin).copied()));
        for i in 0..count {
            let (text, slot, hash) = (text(i), batch.slots[i], batch.hashes[i]);
            let begin = batch.begins[i];
            let same = slot.tag == tag(hash)
                && batch.heads[i] == text.as_bytes().first().copied()
                && self.text.as_bytes().get(begin..begin + text.len()) == Some(text.as_bytes())
                && self.begin(Symbol(slot.symbol.0.saturating_add(1))) == begin + text.len();
            batch.symbols.push(match text {
                "" => Symbol::NONE,
                _ if same && slot.symbol.is_some() => slot.symbol,
                _ => self.intern_hashed(text, hash),
            });
        }
    }

    /// Where the text of a number begins.
    fn begin(&self, symbol: Symbol) -> usize {
        match symbol.0 {
            0 => 0,
            n => self.ends.get(n as usize - 1).map_or(usize::MAX / 2, |end| *end as usize),
        }
    }

    /// The number of a string that may be missing.
    pub fn intern_some(&mut self, text: Option<&str>) -> Symbol {
        text.map_or(Symbol::NONE, |t| self.intern(t))
    }

    /// The number of a string that is known already.
    pub fn find(&self, text: &str) -> Option<Symbol> {
        if self.slots.is_empty() {
            return None;
        }
        Some(self.slots[self.slot(text, self.hash(text))].symbol).filter(|s| s.is_some())
    }

    /// The string of a number.
    pub fn get(&self, symbol: Symbol) -> Option<&str> {
        let ix = symbol.0 as usize;
        let end = *self.ends.get(ix)? as usize;
        let start = if ix == 0 { 0 } else { self.ends[ix - 1] as usize };
        self.text.get(start..end)
    }

    /// All strings with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &str)> {
        (0..self.ends.len()).filter_map(|ix| {
            let symbol = Symbol(u32::try_from(ix).ok()?);
            Some((symbol, self.get(symbol)?))
        })
    }

    /// Empties it and keeps its room.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.slots.fill(Slot::FREE);
    }

    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    fn hash(&self, text: &str) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write_u64(self.seed);
        hasher.write(text.as_bytes());
        hasher.finish()
    }

    /// Where the string stands, or the free slot where it belongs. There is at least one free slot.
    fn slot(&self, text: &str, hash: u64) -> usize {
        let (mask, tag) = (self.slots.len() - 1, tag(hash));
        let mut at = hash as usize & mask;
        loop {
            let slot = self.slots[at];
            if !slot.symbol.is_some() || (slot.tag == tag && self.get(slot.symbol) == Some(text)) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots.clear();
        self.slots.resize(size, Slot::FREE);
        for ix in 0..self.ends.len() {
            let symbol = u32::try_from(ix).map_or(Symbol::NONE, Symbol);
            let hash = self.hash(self.get(symbol).unwrap_or_default());
            let mut at = hash as usize & (size - 1);
            while self.slots[at].symbol.is_some() {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = Slot { symbol, tag: tag(hash) };
        }
    }
}

/// The half of a hash that does not say where the string stands.
fn tag(hash: u64) -> u32 {
    (hash >> 32) as u32
}

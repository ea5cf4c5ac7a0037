//! Strings as numbers: ids and phone numbers occur again and again in a call log.

use std::hash::{BuildHasher, RandomState};

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
#[derive(Debug, Clone, Default)]
pub struct Symbols {
    text: String,
    ends: Vec<usize>,
    /// Open addressing; [`Symbol::NONE`] is a free slot. Never more than half full.
    slots: Vec<Symbol>,
    /// Keyed by chance, so that no input can be made to collide.
    hasher: RandomState,
}

impl Symbols {
    /// The number of a string; a new one if need be. Beyond 2³² − 1 strings the rest are no string at all.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if self.slots.len() < 2 * (self.ends.len() + 1) {
            self.grow();
        }
        let slot = self.slot(text);
        if self.slots[slot].is_some() {
            return self.slots[slot];
        }
        let symbol = u32::try_from(self.ends.len()).map_or(Symbol::NONE, Symbol);
        if symbol.is_some() {
            self.text.push_str(text);
            self.ends.push(self.text.len());
            self.slots[slot] = symbol;
        }
        symbol
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
        Some(self.slots[self.slot(text)]).filter(|s| s.is_some())
    }

    /// The string of a number.
    pub fn get(&self, symbol: Symbol) -> Option<&str> {
        let ix = symbol.0 as usize;
        let end = *self.ends.get(ix)?;
        let start = if ix == 0 { 0 } else { self.ends[ix - 1] };
        self.text.get(start..end)
    }

    /// All strings with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &str)> {
        (0..self.ends.len()).filter_map(|ix| {
            let symbol = Symbol(u32::try_from(ix).ok()?);
            Some((symbol, self.get(symbol)?))
        })
    }

    /// How many strings there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Where the string stands, or the free slot where it belongs. There is at least one free slot.
    fn slot(&self, text: &str) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = self.hasher.hash_one(text) as usize & mask;
        while self.slots[at].is_some() && self.get(self.slots[at]) != Some(text) {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let size = (self.slots.len() * 2).max(64);
        self.slots.clear();
        self.slots.resize(size, Symbol::NONE);
        for ix in 0..self.ends.len() {
            let symbol = u32::try_from(ix).map_or(Symbol::NONE, Symbol);
            let hash = self.hasher.hash_one(self.get(symbol).unwrap_or_default());
            let mut at = hash as usize & (size - 1);
            while self.slots[at].is_some() {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = symbol;
        }
    }
}

//! Automata that find all of many words in a text, overlapping ones too.
//!
//! Two engines behind one trait: [`Chars`] looks up by two characters each, [`Bytes`] steps once for each byte. Both find the
//! same in the same order (a test compares them); on Han characters, of three bytes each, the first takes a fraction of the time.

use std::cell::RefCell;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::prefixes::{Alphabet, Prefixes, Row};
use crate::model::error::Error;
use crate::model::span::NormSpan;

/// Finds words.
pub trait Automaton: Sized {
    /// An automaton over words, known by their number.
    ///
    /// # Errors
    /// When the words or their characters are too many.
    fn new<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Result<Self, Error>;

    /// Hands each place of a word to `see`, with the number of the word: by the end of the place, at the same end the longest
    /// first. Stops when `see` says so by false.
    fn each(&self, text: &str, see: impl FnMut(NormSpan, usize) -> bool);
}

/// Words by the characters that they begin with; each stands once among them.
pub struct Chars {
    /// Their characters.
    pub alphabet: Alphabet,
    /// The words, by their number.
    pub prefixes: Prefixes,
}

thread_local! {
    /// The text at hand; kept so that its memory is used again.
    static ROW: RefCell<Row> = RefCell::default();
}

/// An automaton over bytes.
pub struct Bytes(AhoCorasick);

impl Automaton for Chars {
    fn new<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Result<Chars, Error> {
        let alphabet = Alphabet::new(words.clone())?;
        let prefixes = Prefixes::new(words.map(|word| alphabet.word(word)).zip(0..));
        Ok(Chars { alphabet, prefixes })
    }

    fn each(&self, text: &str, mut see: impl FnMut(NormSpan, usize) -> bool) {
        let mut row = ROW.take();
        row.read(text, &self.alphabet);
        self.prefixes.each_by_end(&row.codes, |start, end, word| see(row.span(start, end), word as usize));
        ROW.set(row);
    }
}

impl Automaton for Bytes {
    fn new<'a>(words: impl Iterator<Item = &'a str> + Clone) -> Result<Bytes, Error> {
        let built = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(words);
        built.map(Bytes).map_err(too_large)
    }

    fn each(&self, text: &str, mut see: impl FnMut(NormSpan, usize) -> bool) {
        for m in self.0.find_overlapping_iter(text) {
            if !see(NormSpan { start: m.start(), end: m.end() }, m.pattern().as_usize()) {
                break;
            }
        }
    }
}

fn too_large(error: impl std::fmt::Display) -> Error {
    Error::Usage(format!("the lexicon is too large: {error}"))
}

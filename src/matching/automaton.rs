//! Automata that find all of many words in a text, overlapping ones too.
//!
//! Two engines behind one trait: [`Chars`] steps once for each character, [`Bytes`] once for each byte. Both find the same in the
//! same order (a test compares them); on Han characters, of three bytes each, the first takes a third of the time.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use daachorse::CharwiseDoubleArrayAhoCorasick;

use crate::model::error::Error;
use crate::model::span::NormSpan;

/// Finds words.
pub trait Automaton: Sized {
    /// An automaton over words, known by their number.
    ///
    /// # Errors
    /// When the words are too many, or one stands twice among them.
    fn new<'a>(words: impl ExactSizeIterator<Item = &'a str>) -> Result<Self, Error>;

    /// Hands each place of a word to `see`, with the number of the word: by the end of the place, at the same end the longest
    /// first. Stops when `see` says so by false.
    fn each(&self, text: &str, see: impl FnMut(NormSpan, usize) -> bool);
}

/// A double array over characters; nothing when there is no word.
pub struct Chars(Option<CharwiseDoubleArrayAhoCorasick<u32>>);

/// An automaton over bytes.
pub struct Bytes(AhoCorasick);

impl Automaton for Chars {
    fn new<'a>(words: impl ExactSizeIterator<Item = &'a str>) -> Result<Chars, Error> {
        if words.len() == 0 {
            return Ok(Chars(None));
        }
        CharwiseDoubleArrayAhoCorasick::new(words).map(|made| Chars(Some(made))).map_err(too_large)
    }

    fn each(&self, text: &str, mut see: impl FnMut(NormSpan, usize) -> bool) {
        for m in self.0.iter().flat_map(|made| made.find_overlapping_iter(text)) {
            if !see(NormSpan { start: m.start(), end: m.end() }, m.value() as usize) {
                break;
            }
        }
    }
}

impl Automaton for Bytes {
    fn new<'a>(words: impl ExactSizeIterator<Item = &'a str>) -> Result<Bytes, Error> {
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

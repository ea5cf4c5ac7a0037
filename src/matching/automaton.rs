//! Automata that find all of many words in a text, overlapping ones too.
//!
//! Two engines behind one trait: [`Chars`] steps once for each character, [`Bytes`] once for each byte. Both find the same in the
//! same order (a test compares them); on Han characters, of three bytes each, the first takes a third of the time.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use daachorse::CharwiseDoubleArrayAhoCorasick;

use super::double_array;
use crate::model::error::Error;
use crate::model::span::NormSpan;

/// Finds words.
pub trait Automaton: Sized {
    /// An automaton over words, known by their number.
    ///
    /// # Errors
    /// When the words are too many.
    fn new<'a>(words: impl Iterator<Item = &'a str>) -> Result<Self, Error>;

    /// Hands each place of a word to `see`, with the number of the word: by the end of the place, at the same end the longest
    /// first. Stops when `see` says so by false.
    fn each(&self, text: &str, see: impl FnMut(NormSpan, usize) -> bool);
}

/// A double array over characters; nothing when there is no word.
pub struct Chars(Option<CharwiseDoubleArrayAhoCorasick<u32>>);

/// An automaton over bytes.
pub struct Bytes(AhoCorasick);

impl Automaton for Chars {
    fn new<'a>(words: impl Iterator<Item = &'a str>) -> Result<Chars, Error> {
        let mut words = words.peekable();
        if words.peek().is_none() {
            return Ok(Chars(None));
        }
        let bytes = double_array::bytes(words).map_err(too_large)?;
        CharwiseDoubleArrayAhoCorasick::deserialize(&bytes)
            .map(|(made, _)| Chars(Some(made)))
            .map_err(too_large)
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
    fn new<'a>(words: impl Iterator<Item = &'a str>) -> Result<Bytes, Error> {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Words of one to `longest` characters out of `from`, some of them twice.
    fn words(count: u64, from: &[char], longest: u64) -> Vec<String> {
        let mut state = 7u64;
        let mut below = |n: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % n
        };
        (0..count)
            .map(|_| (0..=below(longest)).map(|_| from[below(from.len() as u64) as usize]).collect())
            .collect()
    }

    /// It is daachorse that reads what is built here: were its form another one, this would tell.
    #[test]
    fn what_is_built_here_finds_what_daachorse_finds() {
        let few: Vec<char> = "a\u{e9}\u{4f60}\u{597d}\u{1f600}".chars().collect();
        let many: Vec<char> = ('\u{4e00}'..'\u{9fa0}').collect();
        let lists = [
            words(3_000, &few, 6),
            words(20_000, &many, 6),
            words(20_000, &many[..300], 4),
            words(1, &few, 1),
        ];
        let mut places = 0;
        for mut list in lists {
            for _ in 0..2 {
                let theirs = CharwiseDoubleArrayAhoCorasick::<u32>::new(&list).unwrap();
                let ours = Chars::new(list.iter().map(String::as_str)).unwrap();
                for text in list.chunks(50).map(|some| some.join("\u{597d}")) {
                    let expected: Vec<(usize, usize, u32)> = theirs
                        .find_overlapping_iter(&text)
                        .map(|m| (m.start(), m.end(), m.value()))
                        .collect();
                    let mut found = Vec::new();
                    ours.each(&text, |span, word| {
                        found.push((span.start, span.end, word as u32));
                        true
                    });
                    assert_eq!(found, expected, "{text}");
                    places += found.len();
                }
                // Once more in order, so that nothing is left to sort.
                list.sort();
            }
        }
        assert!(places > 100_000, "{places}");
    }
}

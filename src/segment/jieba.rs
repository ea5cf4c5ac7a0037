//! jieba behind the [`Segmenter`] trait, given the words of its dictionary that a text may hold when it is first cut.
//!
//! How jieba cuts a block is a matter of the words that stand in it, their frequencies and the sum of all frequencies, and
//! of nothing else. So a jieba that knows all words which begin with two characters that stand side by side in the block, and
//! the sum, cuts as one that knows the whole dictionary, whose loading takes as long as judging hundreds of calls.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{OnceLock, PoisonError, RwLock};

use super::Segmenter;
use super::dictionary::Dictionary;

/// Stands in no block: it has the frequency of all words that are not known yet, so that the sum stays as it is.
const REST: &str = "\0";
/// Starts that are remembered as known; a power of two.
const REMEMBERED: usize = 1 << 14;

/// The jieba segmenter with its own dictionary and neutral domain words.
#[derive(Default)]
pub struct Jieba {
    known: OnceLock<RwLock<Known>>,
    words: Vec<String>,
}

impl Jieba {
    /// `words`: neutral words of the field that the dictionary lacks. Never terms of a lexicon.
    pub fn new(words: Vec<String>) -> Jieba {
        Jieba { known: OnceLock::new(), words }
    }
}

impl Segmenter for Jieba {
    fn cut(&self, block: &str) -> Vec<usize> {
        let known = self.known.get_or_init(|| RwLock::new(Known::new(&self.words)));
        {
            let known = known.read().unwrap_or_else(PoisonError::into_inner);
            if known.covers(block) {
                return known.cut(block);
            }
        }
        let mut known = known.write().unwrap_or_else(PoisonError::into_inner);
        known.learn(block);
        known.cut(block)
    }
}

/// How words may begin at one place of a text: a character and the one behind it, 0 where there is none that words have.
#[derive(Clone, Copy)]
struct Start(u32);

impl Start {
    fn of(first: char, second: Option<char>) -> Start {
        // Words of the dictionary have characters of sixteen bits alone.
        let unit = |c: char| u16::try_from(u32::from(c)).map_or(0, u32::from);
        Start(unit(first) << 16 | second.map_or(0, unit))
    }

    fn first(self) -> u16 {
        (self.0 >> 16) as u16
    }

    fn second(self) -> u16 {
        self.0 as u16
    }

    fn slot(self) -> usize {
        (self.0.wrapping_mul(0x9e37_79b1) >> (32 - REMEMBERED.trailing_zeros())) as usize
    }
}

/// A jieba that knows the words which begin as texts did so far.
struct Known {
    jieba: jieba_rs::Jieba,
    dictionary: Dictionary,
    /// The frequency of [`REST`].
    rest: usize,
    /// Which first characters are known as words, and behind them of which pairs the words are known.
    loaded: Vec<bool>,
    /// Some starts whose words are known, by their slots: nearly all that is asked for is asked for again.
    remembered: Vec<AtomicU32>,
}

impl Known {
    fn new(own: &[String]) -> Known {
        let dictionary = Dictionary::new();
        let mut known = Known {
            jieba: jieba_rs::Jieba::empty(),
            dictionary,
            rest: dictionary.total(),
            loaded: vec![false; dictionary.firsts() + dictionary.pairs()],
            remembered: (0..REMEMBERED).map(|_| AtomicU32::new(0)).collect(),
        };
        known.jieba.add_word(REST, Some(known.rest), None);
        for word in own {
            // Its frequency is found by cutting it.
            known.learn(word);
            known.jieba.add_word(word, None, None);
        }
        known
    }

    fn cut(&self, block: &str) -> Vec<usize> {
        let mut at = 0;
        let ends = self.jieba.cut(block, false).into_iter().map(|token| {
            at += token.word.len();
            at
        });
        ends.collect()
    }

    /// Whether every word is known that may stand in the block.
    fn covers(&self, block: &str) -> bool {
        starts(block).all(|start| {
            let slot = &self.remembered[start.slot()];
            // What is remembered was learnt under the lock that is held here for reading.
            if slot.load(Ordering::Relaxed) == start.0 {
                return true;
            }
            let is_known = self.missing(start).is_none();
            if is_known {
                slot.store(start.0, Ordering::Relaxed);
            }
            is_known
        })
    }

    /// Something at a start that is not loaded yet: its place in `loaded`, and the words.
    fn missing(&self, start: Start) -> Option<(usize, Vec<(String, usize)>)> {
        let d = self.dictionary;
        let first = d.first(start.first())?;
        if !self.loaded[first.0] {
            return Some((first.0, d.alone(first).into_iter().collect()));
        }
        let pair = d.pair(first, start.second())?;
        let at = d.firsts() + pair.0;
        (!self.loaded[at]).then(|| (at, d.words(first, pair).collect()))
    }

    /// Adds every word that may stand in the block.
    fn learn(&mut self, block: &str) {
        let before = self.rest;
        for start in starts(block) {
            while let Some((at, words)) = self.missing(start) {
                self.loaded[at] = true;
                for (word, frequency) in words {
                    self.jieba.add_word(&word, Some(frequency), None);
                    self.rest -= frequency;
                }
            }
        }
        if self.rest != before {
            self.jieba.add_word(REST, Some(self.rest), None);
        }
    }
}

fn starts(block: &str) -> impl Iterator<Item = Start> {
    let mut rest = block.chars();
    std::iter::from_fn(move || {
        let first = rest.next()?;
        Some(Start::of(first, rest.clone().next()))
    })
}

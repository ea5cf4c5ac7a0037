//! Characters in, characters out: many spellings become one, and every place can be mapped back.
//!
//! Two steps: each character is folded to its plain form (width, case, traditional, look-alike), and characters that are
//! put between others to hide a word (spaces within a word, asterisks, zero-width characters) are left out.

use rustc_hash::FxHashMap;

use crate::model::span::{NormSpan, RawSpan};

mod noise;
mod pinyin;

pub use pinyin::sounds;

/// Folds characters and drops noise. Immutable; shared by all threads.
#[derive(Debug, Clone, Default)]
pub struct Normaliser {
    folds: FxHashMap<char, char>,
    /// Changes nothing.
    off: bool,
}

/// A normalised text that can say where each of its bytes came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    /// The normalised text.
    pub text: String,
    /// For each byte of `text` the byte of the raw text where its character starts; empty when nothing moved.
    starts: Vec<u32>,
    /// The same for the end of its character.
    ends: Vec<u32>,
}

impl Normaliser {
    /// `folds`: pairs of a character and its plain form. A fold of a fold is followed to its end.
    pub fn new(folds: &[(char, char)]) -> Normaliser {
        let direct: FxHashMap<char, char> = folds.iter().copied().collect();
        let settle = |mut to: char| {
            for _ in 0..4 {
                match direct.get(&to) {
                    Some(next) if *next != to => to = *next,
                    _ => break,
                }
            }
            to
        };
        Normaliser { off: false, folds: folds.iter().map(|(from, to)| (*from, settle(*to))).collect() }
    }

    /// One that changes nothing: to measure what folding is worth.
    pub fn none() -> Normaliser {
        Normaliser { off: true, ..Normaliser::default() }
    }

    /// The plain form of one character.
    pub fn fold(&self, c: char) -> char {
        let narrow = match c {
            '\u{ff01}'..='\u{ff5e}' if !noise::is_stop(c) => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            _ => c,
        };
        if narrow.is_ascii() {
            return narrow.to_ascii_lowercase();
        }
        self.folds.get(&narrow).copied().unwrap_or(narrow)
    }

    /// Normalises one utterance.
    pub fn apply(&self, raw: &str) -> Normalised {
        if self.is_plain(raw) {
            return Normalised { text: raw.to_owned(), starts: Vec::new(), ends: Vec::new() };
        }
        let chars: Vec<(usize, char)> = raw.char_indices().map(|(at, c)| (at, self.fold(c))).collect();
        let mut out = Normalised {
            text: String::with_capacity(raw.len()),
            starts: Vec::with_capacity(raw.len()),
            ends: Vec::with_capacity(raw.len()),
        };
        for (i, (at, c)) in chars.iter().enumerate() {
            let kept = match noise::judge(&chars, i) {
                noise::Kind::Keep => *c,
                noise::Kind::Pause => '\u{ff0c}',
                noise::Kind::Drop => continue,
            };
            let end = chars.get(i + 1).map_or(raw.len(), |(next, _)| *next);
            out.text.push(kept);
            for _ in 0..kept.len_utf8() {
                out.starts.push(u32::try_from(*at).unwrap_or(u32::MAX));
                out.ends.push(u32::try_from(end).unwrap_or(u32::MAX));
            }
        }
        out
    }

    /// The normalised spelling of a lexicon entry.
    pub fn entry(&self, text: &str) -> String {
        self.apply(text).text
    }

    /// Whether [`apply`](Self::apply) would change nothing; the common case, decided without allocating.
    fn is_plain(&self, raw: &str) -> bool {
        self.off || raw.chars().all(|c| !noise::is_suspect(c) && self.fold(c) == c)
    }
}

impl Normalised {
    /// The one place where a span in the normalised text becomes a span in the raw text.
    pub fn raw(&self, span: NormSpan) -> RawSpan {
        if self.starts.is_empty() || span.end <= span.start {
            return RawSpan { start: span.start, end: span.end.max(span.start) };
        }
        RawSpan { start: self.starts[span.start] as usize, end: self.ends[span.end - 1] as usize }
    }
}

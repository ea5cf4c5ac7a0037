//! Characters in, characters out: many spellings become one, and every place can be mapped back.
//!
//! Three steps: each character is folded to its plain form (width, case, traditional, look-alike), spellings of several
//! characters (radicals written apart, letters for words) become what they stand for, and characters that are put between
//! others to hide a word (spaces within a word, asterisks, zero-width characters) are left out.

use rustc_hash::FxHashMap;

use crate::model::span::{NormSpan, RawSpan};

mod noise;
mod pinyin;
mod spellings;

pub use pinyin::sounds;
use spellings::Spellings;

/// Blocks of characters that nearly all texts are made of: ASCII, marks, Han, wide forms.
const COMMON: [std::ops::Range<u32>; 4] = [0..0x80, 0x3000..0x3040, 0x4e00..0xa000, 0xff00..0xfff0];

/// Folds characters and drops noise. Immutable; shared by all threads.
#[derive(Debug, Clone, Default)]
pub struct Normaliser {
    folds: FxHashMap<char, char>,
    spellings: Spellings,
    /// A bit for each common character that means itself: it is no noise, is not folded and begins no spelling, as nearly all
    /// of those that are spoken.
    plain: Vec<u64>,
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
        let folds = folds.iter().map(|(from, to)| (*from, settle(*to))).collect();
        let mut normaliser = Normaliser { folds, ..Normaliser::default() };
        normaliser.mark();
        normaliser
    }

    /// Notes which characters are plain.
    fn mark(&mut self) {
        self.plain.clear();
        let mut plain = vec![0; COMMON[COMMON.len() - 1].end.div_ceil(64) as usize];
        let han = &COMMON[2];
        for at in han.start / 64..han.end / 64 {
            plain[at as usize] = !0;
        }
        let special = self.folds.keys().copied().chain(self.spellings.firsts()).map(u32::from);
        for at in special.filter(|c| han.contains(c)) {
            plain[at as usize / 64] &= !(1u64 << (at % 64));
        }
        let others = COMMON.into_iter().filter(|block| block != han).flatten();
        for c in others.filter_map(char::from_u32) {
            if !noise::is_suspect(c) && self.fold(c) == c && !self.spellings.may_begin_with(c) {
                plain[c as usize / 64] |= 1u64 << (c as u32 % 64);
            }
        }
        self.plain = plain;
    }

    /// Whether a character is known to mean itself.
    fn means_itself(&self, c: char) -> bool {
        self.plain.get(c as usize / 64).is_some_and(|bits| bits >> (c as u32 % 64) & 1 == 1)
    }

    /// The same with spellings of several characters and what they stand for.
    pub fn with_spellings(mut self, pairs: &[(String, String)]) -> Normaliser {
        let fold = |text: &str| text.chars().map(|c| self.fold(c)).collect::<Vec<char>>();
        let folded: Vec<_> = pairs.iter().map(|(from, to)| (fold(from), fold(to))).collect();
        self.spellings = Spellings::new(folded.into_iter());
        self.mark();
        self
    }

    /// The same that reads characters one by one.
    pub fn without_spellings(&self) -> Normaliser {
        Normaliser { spellings: Spellings::default(), ..self.clone() }
    }

    /// One that changes nothing: to measure what folding is worth.
    pub fn none() -> Normaliser {
        Normaliser { off: true, ..Normaliser::default() }
    }

    /// The plain form of one character.
    pub fn fold(&self, c: char) -> char {
        if self.means_itself(c) {
            return c;
        }
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
        let place = |i: usize| chars.get(i).map_or(raw.len(), |(at, _)| *at);
        let mut i = 0;
        while i < chars.len() {
            let span = |next| RawSpan { start: place(i), end: place(next) };
            if self.means_itself(chars[i].1) {
                out.push(chars[i].1, span(i + 1));
                i += 1;
                continue;
            }
            if let Some(meant) = self.spellings.at(&chars, i) {
                meant.to.iter().for_each(|c| out.push(*c, span(meant.next)));
                i = meant.next;
                continue;
            }
            match noise::judge(&chars, i) {
                noise::Kind::Keep => out.push(chars[i].1, span(i + 1)),
                noise::Kind::Pause => out.push('\u{ff0c}', span(i + 1)),
                noise::Kind::Drop => {}
            }
            i += 1;
        }
        out
    }

    /// The normalised spelling of a lexicon entry.
    pub fn entry(&self, text: &str) -> String {
        self.apply(text).text
    }

    /// Whether [`apply`](Self::apply) would change nothing; the common case, decided without allocating.
    fn is_plain(&self, raw: &str) -> bool {
        self.off
            || raw.char_indices().all(|(at, c)| {
                self.means_itself(c)
                    || c == '.' && self.is_in_number(raw, at)
                    || !noise::is_suspect(c) && self.fold(c) == c && !self.spellings.may_begin(&raw[at..], c)
            })
    }

    /// Whether a point stands right between two digits, no spelling begins with the one before, and so it belongs to the text.
    fn is_in_number(&self, raw: &str, point: usize) -> bool {
        let digit = |at: Option<usize>| {
            at.and_then(|at| raw.as_bytes().get(at)).map(|b| char::from(*b)).filter(char::is_ascii_digit)
        };
        let before = digit(point.checked_sub(1));
        before.is_some_and(|c| !self.spellings.may_begin_with(c)) && digit(point.checked_add(1)).is_some()
    }
}

impl Normalised {
    /// Adds a character that stands for the raw text in `from`.
    fn push(&mut self, c: char, from: RawSpan) {
        self.text.push(c);
        let place = |at: usize| std::iter::repeat_n(u32::try_from(at).unwrap_or(u32::MAX), c.len_utf8());
        self.starts.extend(place(from.start));
        self.ends.extend(place(from.end));
    }

    /// The one place where a span in the normalised text becomes a span in the raw text.
    pub fn raw(&self, span: NormSpan) -> RawSpan {
        if self.starts.is_empty() || span.end <= span.start {
            return RawSpan { start: span.start, end: span.end.max(span.start) };
        }
        RawSpan { start: self.starts[span.start] as usize, end: self.ends[span.end - 1] as usize }
    }
}

//! All words of many in a short text, by the two characters that they begin with.
//!
//! An automaton steps through a table that does not fit the nearest caches, for each character. Here a bit says of each pair of
//! characters whether a word begins so, and only then the words are looked at. Found by their starts, they come in order of place.

use rustc_hash::FxHashMap;

use crate::model::error::Error;
use crate::model::span::NormSpan;

mod stages;

pub use stages::{Found, Room};

/// Characters of a text or of a word, each as a small number of its own; 0 stands for those that no word has.
pub type Code = u16;

/// The characters of words, numbered. Immutable; shared by all threads.
pub struct Alphabet {
    /// For each character, up to the last one that words have, its code.
    codes: Vec<Code>,
}

impl Alphabet {
    /// The characters of these words.
    ///
    /// # Errors
    /// When there are more of them than codes.
    pub fn new<'a>(words: impl Iterator<Item = &'a str>) -> Result<Alphabet, Error> {
        let (mut codes, mut next): (Vec<Code>, u32) = (Vec::new(), 0);
        for c in words.flat_map(str::chars).map(|c| c as usize) {
            codes.resize(codes.len().max(c + 1), 0);
            if codes[c] == 0 {
                next += 1;
                let code = Code::try_from(next);
                codes[c] =
                    code.map_err(|error| Error::Usage(format!("the lexicon is too large: {error}")))?;
            }
        }
        Ok(Alphabet { codes })
    }

    /// The code of a character; 0 when no word has it.
    pub fn code(&self, c: char) -> Code {
        self.codes.get(c as usize).copied().unwrap_or(0)
    }

    /// A word in codes.
    pub fn word(&self, word: &str) -> Vec<Code> {
        word.chars().map(|c| self.code(c)).collect()
    }
}

/// A text in codes.
#[derive(Debug, Default)]
pub struct Row {
    /// The code of each character.
    pub codes: Vec<Code>,
    /// Where each character begins, in bytes, and the end of the last one.
    pub places: Vec<usize>,
}

impl Row {
    /// Takes a text in the place of the one before.
    pub fn read(&mut self, text: &str, alphabet: &Alphabet) {
        self.read_along(text, alphabet, |_, _| {});
    }

    /// The same; hands each character over by its number in the text.
    pub fn read_along(&mut self, text: &str, alphabet: &Alphabet, mut see: impl FnMut(usize, char)) {
        // No more characters than bytes: so each finds its place without a question for room.
        self.codes.resize(text.len(), 0);
        self.places.resize(text.len() + 1, 0);
        let slots = self.codes.iter_mut().zip(&mut self.places);
        let mut read = 0;
        for ((at, c), (code, place)) in text.char_indices().zip(slots) {
            (*code, *place) = (alphabet.code(c), at);
            see(read, c);
            read += 1;
        }
        self.places[read] = text.len();
        self.codes.truncate(read);
        self.places.truncate(read + 1);
    }

    /// The bytes of some of the characters.
    pub fn span(&self, start: usize, end: usize) -> NormSpan {
        NormSpan { start: self.places[start], end: self.places[end] }
    }
}

/// No word.
const NONE: u32 = u32::MAX;
/// Bits for each pair that words begin with: so many that hardly ever a pair takes another's.
const BITS_PER_PAIR: usize = 16;

/// Words of codes. Immutable; shared by all threads.
pub struct Prefixes {
    /// For each code the word that it is.
    single: Vec<u32>,
    /// A bit for each pair of codes that longer words begin with, by its hash, and how many are set before each 64 of them.
    bits: Vec<(u64, u32)>,
    /// How far a hash is shifted to become the number of a bit.
    shift: u32,
    /// The pair of each bit that is set, in their order, and what begins with it.
    pairs: Vec<(u32, Beginning)>,
    /// The pairs whose bit is another one's.
    others: FxHashMap<u32, Beginning>,
    /// The longer words, in order, one after the other.
    codes: Vec<Code>,
    /// Where each of them begins, and the end of the last one.
    starts: Vec<u32>,
    /// Their numbers.
    numbers: Vec<u32>,
    /// Codes of the longest word.
    longest: usize,
}

/// What begins with a pair of codes: all that nearly every place asks for, in the piece of memory that is asked for anyway.
#[derive(Debug, Clone, Copy)]
struct Beginning {
    /// The number of the word that is the pair and nothing more; [`NONE`] if there is none.
    word: u32,
    /// The first of the longer words, and the one behind the last.
    from: u32,
    to: u32,
    /// A bit for each code that follows in a longer word, modulo [`NEXT`]; and [`SHARED`].
    next: u32,
}

/// Bits that tell which codes may follow.
const NEXT: Code = 31;
/// The bit that tells that another pair has the same bit among all.
const SHARED: u32 = 1 << NEXT;

impl Beginning {
    /// Whether a longer word may go on with a code.
    #[inline]
    fn may_go_on(&self, next: Code) -> bool {
        self.next >> (next % NEXT) & 1 == 1
    }

    /// Whether another pair has the same bit.
    #[inline]
    fn is_shared(&self) -> bool {
        self.next & SHARED != 0
    }
}

impl Prefixes {
    /// `words`: codes, none of them 0, and a number of the caller's.
    pub fn new(words: impl Iterator<Item = (Vec<Code>, u32)>) -> Prefixes {
        let (mut single, mut longer): (Vec<_>, Vec<_>) =
            words.filter(|w| !w.0.is_empty()).partition(|w| w.0.len() == 1);
        longer.sort_unstable();
        single.sort_unstable();
        let mut made = Prefixes {
            single: vec![NONE; single.last().map_or(0, |(word, _)| usize::from(word[0]) + 1)],
            bits: Vec::new(),
            shift: 0,
            pairs: Vec::new(),
            others: FxHashMap::default(),
            codes: Vec::new(),
            starts: vec![0],
            numbers: Vec::with_capacity(longer.len()),
            longest: longer.iter().map(|(word, _)| word.len()).max().unwrap_or(1),
        };
        for (word, number) in single {
            made.single[usize::from(word[0])] = number;
        }
        let mut pairs: FxHashMap<u32, Beginning> = FxHashMap::default();
        for (at, (word, number)) in longer.into_iter().enumerate() {
            let at = at as u32;
            let none = Beginning { word: NONE, from: at, to: at, next: 0 };
            let beginning = pairs.entry(pair(word[0], word[1])).or_insert(none);
            match word.get(2) {
                // The shortest of those that begin alike comes first.
                None => *beginning = Beginning { word: number, from: at + 1, to: at + 1, next: 0 },
                Some(next) => {
                    beginning.to = at + 1;
                    beginning.next |= 1 << (next % NEXT);
                }
            }
            made.codes.extend(word);
            made.starts.push(made.codes.len() as u32);
            made.numbers.push(number);
        }
        made.begin(pairs);
        made
    }

    /// Notes what begins with each pair.
    fn begin(&mut self, pairs: FxHashMap<u32, Beginning>) {
        let bits = (pairs.len() * BITS_PER_PAIR).next_power_of_two().max(64);
        (self.bits, self.shift) = (vec![(0, 0); bits / 64], u32::BITS - bits.trailing_zeros().min(u32::BITS));
        let mut pairs: Vec<(usize, u32, Beginning)> =
            pairs.into_iter().map(|(pair, begins)| (self.bit(pair), pair, begins)).collect();
        pairs.sort_unstable_by_key(|(bit, pair, _)| (*bit, *pair));
        for (bit, pair, begins) in pairs {
            let (set, before) = &mut self.bits[bit / 64];
            if *set == 0 {
                *before = self.pairs.len() as u32;
            }
            if *set >> (bit % 64) & 1 == 0 {
                *set |= 1 << (bit % 64);
                self.pairs.push((pair, begins));
            } else {
                // Pairs come in the order of their bits: the last one has this bit.
                if let Some((_, first)) = self.pairs.last_mut() {
                    first.next |= SHARED;
                }
                self.others.insert(pair, begins);
            }
        }
    }

    /// The first pair whose bit, one of these, is set, and what begins with it.
    #[inline]
    fn first(&self, (set, before): (u64, u32), bit: usize) -> (u32, Beginning) {
        let below = set & ((1 << (bit % 64)) - 1);
        self.pairs[(before + below.count_ones()) as usize]
    }

    /// What begins with a pair.
    fn beginning(&self, pair: u32) -> Option<Beginning> {
        let bit = self.bit(pair);
        let bits = self.bits[bit / 64];
        if bits.0 >> (bit % 64) & 1 == 0 {
            return None;
        }
        let (known, begins) = self.first(bits, bit);
        if known == pair {
            Some(begins)
        } else {
            self.others.get(&pair).copied().filter(|_| begins.is_shared())
        }
    }

    /// Hands over where each word begins and ends and its number: by the end of the place, at the same end the longest first. Stops when `see` says so by false.
    pub fn each_by_end(&self, text: &[Code], mut see: impl FnMut(usize, usize, u32) -> bool) {
        // What ends at a place has begun within the longest word before it, and no word is longer than the text.
        let around = self.longest.min(text.len()) + 1;
        let mut waiting: Vec<Vec<(usize, u32)>> = vec![Vec::new(); around];
        for at in 0..=text.len() {
            if !waiting[at % around].drain(..).all(|(start, word)| see(start, at, word)) {
                return;
            }
            if at < text.len() {
                self.starting(text, at, &mut |start, end, word| waiting[end % around].push((start, word)));
            }
        }
    }

    /// Codes of the longest word.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// The words that begin at a place.
    #[inline]
    pub fn starting(&self, text: &[Code], at: usize, see: &mut impl FnMut(usize, usize, u32)) {
        let first = text[at];
        if let Some(number) = self.single.get(usize::from(first)).filter(|number| **number != NONE) {
            see(at, at + 1, *number);
        }
        let Some(second) = text.get(at + 1) else { return };
        let Some(beginning) = self.beginning(pair(first, *second)) else { return };
        if beginning.word != NONE {
            see(at, at + 2, beginning.word);
        }
        if text.get(at + 2).is_some_and(|next| beginning.may_go_on(*next)) {
            self.longer(text, at, (beginning.from as usize, beginning.to as usize), see);
        }
    }

    /// The words among `from..to`, which begin with the two codes at a place and are longer, that stand there.
    fn longer(
        &self,
        text: &[Code],
        at: usize,
        (mut from, mut to): (usize, usize),
        see: &mut impl FnMut(usize, usize, u32),
    ) {
        let mut length = 2;
        while let Some(next) = text.get(at + length) {
            from = self.split(from, to, |code| code < *next, length);
            to = self.split(from, to, |code| code == *next, length);
            if from == to {
                return;
            }
            length += 1;
            // The shortest of those that begin alike comes first.
            if self.length(from) == length {
                see(at, at + length, self.numbers[from]);
                from += 1;
            }
        }
    }

    /// The first of some words of which the code at `n` is not such.
    fn split(&self, mut from: usize, mut to: usize, is_such: impl Fn(Code) -> bool, n: usize) -> usize {
        while from < to {
            let middle = from + (to - from) / 2;
            if is_such(self.codes[self.starts[middle] as usize + n]) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        from
    }

    fn length(&self, word: usize) -> usize {
        (self.starts[word + 1] - self.starts[word]) as usize
    }

    fn bit(&self, pair: u32) -> usize {
        // Words by the millions would ask for more bits than a hash has.
        (pair.wrapping_mul(0x9e37_79b1) >> self.shift) as usize & (self.bits.len() * 64 - 1)
    }
}

fn pair(first: Code, second: Code) -> u32 {
    u32::from(first) << 16 | u32::from(second)
}

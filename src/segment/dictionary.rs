//! The dictionary of jieba in a prepared form: nothing of it is read before a text asks, and then only the words that begin
//! like the text does.
//!
//! Layout of `dictionary.bin`, little-endian, characters as u16: magic; u32 number of first characters, u32 number of pairs,
//! u64 sum of all frequencies. Per first character, ascending: u16 itself; then u32 frequency of the word that it is
//! alone plus one, 0 where it is none; then u32 number of its first pair; then u32 where its words begin. Per pair, by its two
//! characters: u16 the second; then u16 where its words begin behind those of its first character. Per word of a pair: its
//! frequency times sixteen plus the number of further characters, seven bits a byte, the lowest first, the eighth bit: more
//! follow; then these characters. `tests/suite/dictionary.rs` makes it and compares it with jieba's.

static PREPARED: &[u8] = include_bytes!("dictionary.bin");

const MAGIC: &[u8] = b"cuicha-words-1\n";
/// Bytes before the tables.
const HEAD: usize = MAGIC.len() + 4 + 4 + 8;

/// A word and how often it stands in what the dictionary was counted from.
pub type Word = (String, usize);

/// The tables of the prepared form.
#[derive(Clone, Copy)]
pub(super) struct Dictionary {
    firsts: usize,
    pairs: usize,
    total: usize,
}

/// A first character of words, by its number.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct First(pub usize);

/// The first two characters of words, by the number of the pair.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair(pub usize);

impl Dictionary {
    pub(super) fn new() -> Dictionary {
        let at = MAGIC.len();
        let (firsts, pairs) = (u32_at(at), u32_at(at + 4));
        let total = u32_at(at + 8) | u32_at(at + 12) << 32;
        Dictionary { firsts, pairs, total }
    }

    /// How many first characters there are.
    pub(super) fn firsts(self) -> usize {
        self.firsts
    }

    /// How many pairs there are.
    pub(super) fn pairs(self) -> usize {
        self.pairs
    }

    /// The sum of all frequencies.
    pub(super) fn total(self) -> usize {
        self.total
    }

    /// The number of a first character; none when no word begins with it.
    pub(super) fn first(self, c: u16) -> Option<First> {
        search(HEAD, 0..self.firsts, c).map(First)
    }

    /// The number of the pair that `first` makes with `second`; none when no word begins with it.
    pub(super) fn pair(self, first: First, second: u16) -> Option<Pair> {
        search(self.seconds(), self.pairs_of(first), second).map(Pair)
    }

    /// The word that a first character is alone.
    pub(super) fn alone(self, First(n): First) -> Option<Word> {
        let frequency = u32_at(self.alone_table() + 4 * n).checked_sub(1)?;
        Some((text(std::iter::once(u16_at(HEAD + 2 * n))), frequency))
    }

    /// The words that begin with a pair.
    pub(super) fn words(self, first: First, Pair(p): Pair) -> impl Iterator<Item = Word> {
        let begin = |p: usize| self.begin(first) + usize::from(u16_at(self.offsets() + 2 * p));
        let end =
            if p + 1 < self.pairs_of(first).end { begin(p + 1) } else { self.begin(First(first.0 + 1)) };
        let head = [u16_at(HEAD + 2 * first.0), u16_at(self.seconds() + 2 * p)];
        let mut at = begin(p);
        std::iter::from_fn(move || {
            (at < end).then(|| {
                let (mut number, mut shift) = (0, 0);
                loop {
                    let byte = PREPARED[at];
                    at += 1;
                    number |= usize::from(byte & 127) << shift;
                    shift += 7;
                    if byte < 128 {
                        break;
                    }
                }
                let further = number & 15;
                let word = text(head.into_iter().chain((0..further).map(|i| u16_at(at + 2 * i))));
                at += 2 * further;
                (word, number >> 4)
            })
        })
    }

    /// The numbers of the pairs that begin with a first character.
    fn pairs_of(self, First(n): First) -> std::ops::Range<usize> {
        let of = |n: usize| u32_at(self.alone_table() + 4 * self.firsts + 4 * n);
        of(n)..if n + 1 < self.firsts { of(n + 1) } else { self.pairs }
    }

    /// Where the words of a first character begin.
    fn begin(self, First(n): First) -> usize {
        let end = PREPARED.len() - self.text();
        let of = |n: usize| u32_at(self.alone_table() + 8 * self.firsts + 4 * n);
        self.text() + if n < self.firsts { of(n) } else { end }
    }

    fn alone_table(self) -> usize {
        HEAD + 2 * self.firsts
    }

    fn seconds(self) -> usize {
        HEAD + 14 * self.firsts
    }

    fn offsets(self) -> usize {
        self.seconds() + 2 * self.pairs
    }

    fn text(self) -> usize {
        self.seconds() + 4 * self.pairs
    }
}

/// Every word of the dictionary.
pub fn words() -> impl Iterator<Item = Word> {
    let dictionary = Dictionary::new();
    (0..dictionary.firsts).map(First).flat_map(move |first| {
        let pairs = dictionary.pairs_of(first).map(Pair);
        dictionary.alone(first).into_iter().chain(pairs.flat_map(move |pair| dictionary.words(first, pair)))
    })
}

fn text(chars: impl Iterator<Item = u16>) -> String {
    chars.filter_map(|c| char::from_u32(u32::from(c))).collect()
}

/// The place of a character in an ascending row of them.
fn search(table: usize, mut range: std::ops::Range<usize>, c: u16) -> Option<usize> {
    while range.start < range.end {
        let middle = range.start.midpoint(range.end);
        match u16_at(table + 2 * middle).cmp(&c) {
            std::cmp::Ordering::Equal => return Some(middle),
            std::cmp::Ordering::Less => range.start = middle + 1,
            std::cmp::Ordering::Greater => range.end = middle,
        }
    }
    None
}

fn u16_at(at: usize) -> u16 {
    u16::from_le_bytes([PREPARED[at], PREPARED[at + 1]])
}

fn u32_at(at: usize) -> usize {
    usize::from(u16_at(at)) | usize::from(u16_at(at + 2)) << 16
}

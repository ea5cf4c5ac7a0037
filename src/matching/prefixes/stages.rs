//! All words in a text, found in stages: each is a loop over all places without a branch that nobody can foretell, so that the
//! processor waits for many places of memory at once and not for one after the other.

use super::{Code, NONE, Prefixes, pair};

/// A word in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Found {
    /// The number of its first code in the text.
    pub start: u32,
    /// The number of the code behind it.
    pub end: u32,
    /// Its number.
    pub word: u32,
}

/// What looking for words needs room for, to be used again for the next text.
#[derive(Debug, Default)]
pub struct Room {
    /// For each place the words of one and of two codes that begin there.
    words: Vec<[u32; 2]>,
    /// Places of pairs that words seem to begin with.
    hits: Vec<Hit>,
    /// Where longer words may stand.
    open: Vec<Open>,
    /// The longer words.
    longer: Vec<Found>,
    found: Vec<Found>,
}

/// A pair that words seem to begin with.
#[derive(Debug, Clone, Copy, Default)]
struct Hit {
    at: u32,
    pair: u32,
    bit: u32,
}

/// A place where one of some longer words may stand.
#[derive(Debug, Clone, Copy, Default)]
struct Open {
    at: u32,
    from: u32,
    to: u32,
}

impl Prefixes {
    /// All words in a text: by the start of the place, at the same start the shortest first.
    pub fn find<'r>(&self, text: &[Code], room: &'r mut Room) -> &'r [Found] {
        let hits = self.seem(text, room);
        let open = self.look_up(text, hits, room);
        room.longer.clear();
        for Open { at, from, to } in &room.open[..open] {
            let mut see = |start: usize, end: usize, word| {
                room.longer.push(Found { start: start as u32, end: end as u32, word });
            };
            self.longer(text, *at as usize, (*from as usize, *to as usize), &mut see);
        }
        room.gather()
    }

    /// Notes the words of one code, and the pairs that words seem to begin with; how many of these there are.
    fn seem(&self, text: &[Code], room: &mut Room) -> usize {
        let Room { words, hits, .. } = room;
        words.clear();
        words.extend(text.iter().map(|code| {
            let single = self.single.get(usize::from(*code)).copied();
            [single.unwrap_or(NONE), NONE]
        }));
        // Each is written, and kept if it counts.
        hits.resize(hits.len().max(text.len()), Hit::default());
        let mut count = 0;
        for (at, two) in text.windows(2).enumerate() {
            let pair = pair(two[0], two[1]);
            let bit = self.bit(pair);
            hits[count] = Hit { at: at as u32, pair, bit: bit as u32 };
            count += (self.bits[bit / 64].0 >> (bit % 64) & 1) as usize;
        }
        count
    }

    /// Notes the words of two codes, and where longer ones may stand; how many such places there are.
    fn look_up(&self, text: &[Code], hits: usize, room: &mut Room) -> usize {
        let Room { words, open, hits: all, .. } = room;
        open.resize(open.len().max(hits), Open::default());
        let mut count = 0;
        for hit in &all[..hits] {
            let (at, bit) = (hit.at as usize, hit.bit as usize);
            let (known, mut begins) = self.first(self.bits[bit / 64], bit);
            let mut is_it = known == hit.pair;
            if !is_it && begins.is_shared() {
                let other = self.others.get(&hit.pair);
                is_it = other.is_some();
                begins = other.copied().unwrap_or(begins);
            }
            words[at][1] = if is_it { begins.word } else { NONE };
            let next = text.get(at + 2).copied().unwrap_or(0);
            open[count] = Open { at: hit.at, from: begins.from, to: begins.to };
            count += usize::from(is_it & begins.may_go_on(next));
        }
        count
    }
}

impl Room {
    /// Puts what was noted in order.
    fn gather(&mut self) -> &[Found] {
        let Room { words, longer, found, .. } = self;
        let most = 2 * words.len() + longer.len();
        found.resize(found.len().max(most), Found::default());
        let (mut count, mut taken) = (0, 0);
        for (at, two) in words.iter().enumerate() {
            let start = at as u32;
            for (word, length) in two.iter().zip(1..) {
                found[count] = Found { start, end: start + length, word: *word };
                count += usize::from(*word != NONE);
            }
            while let Some(one) = longer.get(taken).filter(|one| one.start == start) {
                found[count] = *one;
                (count, taken) = (count + 1, taken + 1);
            }
        }
        &found[..count]
    }
}

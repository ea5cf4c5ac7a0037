//! Builds a double array over the characters of many words, in the form in which daachorse keeps its own.
//!
//! daachorse makes a tree of small lists first, which takes ten times the room of what comes out of it, and looks for places long.
//! Here the words are put in order, so that those with the same beginning stand side by side: a state is a stretch of them, and
//! no tree is needed. daachorse reads what comes out, and runs it; that both find the same in the same order is tested.

use std::num::NonZeroU32;

/// The first state, of nothing read yet.
const ROOT: u32 = 0;
/// What no state comes from; daachorse keeps the place free.
const DEAD: u32 = 1;
/// A character that stands in no word.
const NO_CODE: u32 = u32::MAX;
/// Free places that are tried from the first one on.
const TRIES: usize = 16;
/// Free places that are tried from there on where there was room last, and from the beginning of the last block.
const MORE_TRIES: usize = 1_024;
/// So many states behind one are few.
const FEW: usize = 4;
/// How the words are found: all of them, overlapping ones too.
const STANDARD: u8 = 0;
/// No filter ahead of the automaton; with thousands of words daachorse makes none either.
const NO_FILTER: u8 = 0;

/// A word and its number.
type Word<'a> = (&'a str, u32);

/// The words that begin with the same characters, and the state that is reached by these.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    first: u32,
    end: u32,
    /// Bytes that they have in common.
    depth: u32,
    state: u32,
}

/// The automaton over these words, each with its place as number.
///
/// # Errors
/// When the words are too many: how many places they would take.
pub(super) fn bytes<'a>(words: impl Iterator<Item = &'a str>) -> Result<Vec<u8>, usize> {
    let mut words: Vec<Word<'_>> = (0u32..).zip(words).map(|(number, word)| (word, number)).collect();
    if !words.is_sorted() {
        words.sort_unstable();
    }
    let codes = Codes::new(&words);
    let mut made = Array { words, codes, ..Array::default() };
    made.place()?;
    let outputs = made.fall_back();
    Ok(made.written(&outputs))
}

/// Characters by number, the most frequent first.
#[derive(Debug, Default)]
struct Codes {
    table: Vec<u32>,
    count: u32,
}

impl Codes {
    fn new(words: &[Word<'_>]) -> Codes {
        let mut table: Vec<u32> = Vec::new();
        for c in words.iter().flat_map(|(word, _)| word.chars()) {
            let at = c as usize;
            if table.len() <= at {
                table.resize(at + 1, 0);
            }
            table[at] += 1;
        }
        let mut known: Vec<(u32, usize)> =
            table.iter().enumerate().filter(|(_, n)| **n > 0).map(|(c, n)| (*n, c)).collect();
        known.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
        table.fill(NO_CODE);
        for (code, (_, c)) in (0u32..).zip(&known) {
            table[*c] = code;
        }
        Codes { table, count: known.len() as u32 }
    }

    fn of(&self, c: char) -> u32 {
        self.table[c as usize]
    }
}

/// A number that is kept of a state.
#[derive(Debug, Clone, Copy)]
enum Field {
    /// Where the states behind it stand: at this number with the bits of the character's code turned over. 0: there is none.
    Base,
    /// The state that it comes from.
    Check,
    /// The state of the longest shorter ending of what was read.
    FallBack,
    /// 1 and more: the place of what ends here.
    Output,
}

/// A place that no state has.
const FREE: [u32; 4] = [0, DEAD, DEAD, 0];

/// The states as daachorse writes them, from the start on: a second copy of them would take as much again.
#[derive(Debug)]
struct States {
    /// Their number, and four numbers of each.
    bytes: Vec<u8>,
}

impl Default for States {
    fn default() -> States {
        States { bytes: vec![0; size_of::<u32>()] }
    }
}

impl States {
    /// How many places there are.
    fn len(&self) -> usize {
        self.bytes.len() / size_of_val(&FREE)
    }

    fn add(&mut self, places: usize) {
        let free: Vec<u8> = FREE.iter().flat_map(|n| n.to_le_bytes()).collect();
        self.bytes.reserve(places * free.len());
        (0..places).for_each(|_| self.bytes.extend_from_slice(&free));
    }

    fn place(state: u32, field: Field) -> std::ops::Range<usize> {
        let begin =
            size_of::<u32>() + state as usize * size_of_val(&FREE) + field as usize * size_of::<u32>();
        begin..begin + size_of::<u32>()
    }

    fn get(&self, state: u32, field: Field) -> u32 {
        self.bytes[States::place(state, field)].try_into().map_or(0, u32::from_le_bytes)
    }

    fn set(&mut self, state: u32, field: Field, number: u32) {
        self.bytes[States::place(state, field)].copy_from_slice(&number.to_le_bytes());
    }
}

/// A word that ends in a state, and what ends there beside it: the place of the next, counted from 1.
#[derive(Debug, Clone, Copy)]
struct Output {
    word: u32,
    length: u32,
    next: u32,
}

#[derive(Debug, Default)]
struct Array<'a> {
    words: Vec<Word<'a>>,
    codes: Codes,
    states: States,
    /// A bit per place that is taken.
    taken: Vec<u64>,
    /// No place before this one is free; a multiple of 64.
    free_from: usize,
    /// Where there was room last for a state with several behind it.
    room_from: usize,
    count: u32,
}

impl<'a> Array<'a> {
    /// Places in a block: all states behind one stand in the same.
    fn block(&self) -> usize {
        self.codes.count.next_power_of_two().max(2) as usize
    }

    /// All words.
    fn root(&self) -> Stretch {
        Stretch { first: 0, end: self.words.len() as u32, depth: 0, state: ROOT }
    }

    /// The words of a stretch that end with it.
    fn ending(&self, of: Stretch) -> &[Word<'a>] {
        let all = &self.words[of.first as usize..of.end as usize];
        let ended = all.iter().take_while(|(word, _)| word.len() == of.depth as usize).count();
        &all[..ended]
    }

    /// What follows a stretch, by the next character; the states are not yet known.
    fn behind(&self, of: Stretch, found: &mut Vec<(char, Stretch)>) {
        found.clear();
        let depth = of.depth as usize;
        let mut at = of.first + self.ending(of).len() as u32;
        while at < of.end {
            let word = self.words[at as usize].0;
            let Some(c) = word[depth..].chars().next() else { break };
            let begin = &word[..depth + c.len_utf8()];
            let more = self.words[at as usize..of.end as usize].iter();
            let end = at
                + more.take_while(|(word, _)| word.as_bytes().starts_with(begin.as_bytes())).count() as u32;
            found.push((c, Stretch { first: at, end, depth: begin.len() as u32, state: ROOT }));
            at = end;
        }
    }

    /// Gives each state its place, those at the end of the words first.
    fn place(&mut self) -> Result<(), usize> {
        self.add_block()?;
        self.take(ROOT as usize);
        self.take(DEAD as usize);
        self.count = 1;
        let mut open = vec![self.root()];
        let (mut behind, mut codes) = (Vec::new(), Vec::new());
        while let Some(stretch) = open.pop() {
            self.behind(stretch, &mut behind);
            if behind.is_empty() {
                continue;
            }
            codes.clear();
            codes.extend(behind.iter().map(|(c, _)| self.codes.of(*c) as usize));
            let base = self.base(&codes)?;
            self.states.set(stretch.state, Field::Base, base as u32);
            for ((_, next), code) in behind.iter_mut().zip(&codes) {
                next.state = (base ^ code) as u32;
                self.take(base ^ code);
                self.states.set(next.state, Field::Check, stretch.state);
                self.count += 1;
                open.push(*next);
            }
        }
        Ok(())
    }

    /// A number by which all these codes lead to free places. A few of the first ones are tried, which do for states with one
    /// behind them. For several what is left there is too scattered: for them the search goes on where there was room last.
    fn base(&mut self, codes: &[usize]) -> Result<usize, usize> {
        if let Some(at) = self.free(self.free_from).take(TRIES).find(|at| self.fits(*at, codes)) {
            return Ok(at ^ codes[0]);
        }
        let mut from = self.room_from;
        loop {
            let found = self.free(from).take(MORE_TRIES).find(|at| self.fits(*at, codes));
            if let Some(at) = found {
                if codes.len() <= FEW {
                    self.room_from = at;
                }
                return Ok(at ^ codes[0]);
            }
            // What is left there is for states with one behind them; those with very many may find no room where others do.
            let last = self.states.len() - self.block();
            if from >= last {
                self.add_block()?;
            }
            from = self.states.len() - self.block();
        }
    }

    /// Whether all these codes lead to free places where the first leads to this one.
    fn fits(&self, at: usize, codes: &[usize]) -> bool {
        let base = at ^ codes[0];
        base != 0 && codes[1..].iter().all(|code| !self.is_taken(base ^ code))
    }

    /// Free places from one on, in order.
    fn free(&self, from: usize) -> impl Iterator<Item = usize> {
        let mask = move |word: usize| if word == from / 64 { u64::MAX << (from % 64) } else { u64::MAX };
        (from / 64..self.taken.len()).flat_map(move |word| {
            let mut bits = !self.taken[word] & mask(word);
            std::iter::from_fn(move || {
                let bit = bits.trailing_zeros() as usize;
                bits &= bits.wrapping_sub(1);
                (bit < 64).then_some(word * 64 + bit)
            })
        })
    }

    fn is_taken(&self, at: usize) -> bool {
        self.taken[at / 64] & (1 << (at % 64)) != 0
    }

    fn take(&mut self, at: usize) {
        self.taken[at / 64] |= 1 << (at % 64);
        // A word of bits that reaches beyond the end is not full for good.
        while self.free_from + 64 <= self.states.len() && self.taken[self.free_from / 64] == u64::MAX {
            self.free_from += 64;
        }
    }

    fn add_block(&mut self) -> Result<(), usize> {
        let length = self.states.len() + self.block();
        if u32::try_from(length).is_err() {
            return Err(length);
        }
        self.states.add(self.block());
        // Places beyond the end are taken.
        self.taken.resize(length.div_ceil(64), u64::MAX);
        for at in length - self.block()..length {
            self.taken[at / 64] &= !(1 << (at % 64));
        }
        Ok(())
    }

    /// The state that a character leads to.
    fn next(&self, state: u32, c: char) -> Option<u32> {
        let base = NonZeroU32::new(self.states.get(state, Field::Base))?;
        let next = base.get() ^ self.codes.of(c);
        (self.states.get(next, Field::Check) == state).then_some(next)
    }

    /// Says for each state, the shortest first, where it goes on when no character fits, and what ends in it.
    fn fall_back(&mut self) -> Vec<Output> {
        let mut outputs = Vec::with_capacity(self.words.len());
        self.states.set(ROOT, Field::FallBack, ROOT);
        let mut level = vec![self.root()];
        let (mut below, mut behind) = (Vec::new(), Vec::new());
        while !level.is_empty() {
            below.clear();
            for stretch in &level {
                self.end(*stretch, &mut outputs);
                self.behind(*stretch, &mut behind);
                for (c, next) in &mut behind {
                    let Some(state) = self.next(stretch.state, *c) else { continue };
                    next.state = state;
                    self.states.set(state, Field::FallBack, self.shorter(stretch.state, *c));
                    below.push(*next);
                }
            }
            std::mem::swap(&mut level, &mut below);
        }
        outputs
    }

    /// The state of the longest ending of what was read up to `state`, and `c`, that is shorter than that.
    fn shorter(&self, state: u32, c: char) -> u32 {
        let mut state = state;
        while state != ROOT {
            state = self.states.get(state, Field::FallBack);
            if let Some(next) = self.next(state, c) {
                return next;
            }
        }
        ROOT
    }

    /// Notes what ends in a state: its own words, then those of the state that it falls back to.
    fn end(&mut self, stretch: Stretch, outputs: &mut Vec<Output>) {
        let fall_back = self.states.get(stretch.state, Field::FallBack);
        let mut last = if stretch.state == ROOT { 0 } else { self.states.get(fall_back, Field::Output) };
        for (_, word) in self.ending(stretch).iter().rev() {
            outputs.push(Output { word: *word, length: stretch.depth, next: last });
            last = outputs.len() as u32;
        }
        self.states.set(stretch.state, Field::Output, last);
    }

    /// As daachorse writes it.
    fn written(self, outputs: &[Output]) -> Vec<u8> {
        let Array { states, codes, count, .. } = self;
        let places = states.len() as u32;
        let mut out = states.bytes;
        out[..size_of::<u32>()].copy_from_slice(&places.to_le_bytes());
        let numbers = codes.table.len() + 3 + 3 * outputs.len() + 1;
        out.reserve_exact(numbers * size_of::<u32>() + 2);
        let mut write = |number: u32| out.extend_from_slice(&number.to_le_bytes());
        write(codes.table.len() as u32);
        codes.table.iter().copied().for_each(&mut write);
        write(codes.count);
        write(outputs.len() as u32);
        for Output { word, length, next } in outputs {
            [*word, *length, *next].into_iter().for_each(&mut write);
        }
        out.push(STANDARD);
        out.extend_from_slice(&count.to_le_bytes());
        out.push(NO_FILTER);
        out
    }
}

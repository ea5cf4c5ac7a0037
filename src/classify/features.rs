//! What a turn is scored by: runs of characters and of sounds, pairs of characters near one another, the turn before and the
//! answer, whether a third person hears it, and whether somebody does who has asked for what is his due. Listed matches are left
//! out: the lists were written from the same voices, so on these they look surer than they are.

use rustc_hash::FxHashMap;

use super::asks::Asks;
use crate::model::letters::is_said;
use crate::model::sounds::Sounds;
use crate::model::span::NormSpan;

/// Longest run of characters.
const LONGEST: usize = 4;
/// Lengths of runs of sounds: a misheard word sounds like the right one.
const SOUNDS: [usize; 2] = [2, 3];
/// Most characters from the first of a pair to the second; how far apart they are makes no difference.
const NEAR: usize = 8;
/// Most characters of a turn that are looked at as one.
pub const MOST_CHARS: usize = 400;
/// What any punctuation becomes but a mark of question.
const PAUSE: char = '\u{ff0c}';
/// What a mark of question becomes.
const QUESTION: char = '\u{ff1f}';
/// Longest run of characters said to a third person that is a feature of its own.
const TO_CONTACT: usize = 3;
/// Longest run of characters said to somebody who asked for what is his due that is a feature of its own.
const TO_ASKED: usize = 3;
/// Most characters of a turn that may mean what the one before makes of it, and as many of the end of that one.
const ANSWER: usize = 16;

/// Features of each character of a turn by itself, but for the last ones.
pub const OF_CHAR: usize = LONGEST + NEAR - 1 + SOUNDS.len();
/// Longest run of characters that the first look asks for.
pub const SKIM_LONGEST: usize = 2;

/// How many turns of the other side are looked through for what it asks.
pub const HEARD: usize = 2;
/// So many turns back at most, of both sides.
pub const HEARD_WITHIN: usize = 6;

/// What a feature is, so that the same characters in another role are another feature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Run = 1,
    Pair = 2,
    Before = 3,
    Sound = 4,
    Reply = 5,
    Contact = 6,
    ContactBefore = 7,
    ContactReply = 8,
    Answer = 9,
    Asked = 10,
}

/// A turn and what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// How characters sound.
    pub sounds: &'a Sounds,
    /// The normalised text.
    pub text: &'a str,
    /// By which words somebody asks for what is his due.
    pub asks: &'a Asks,
    /// The normalised text of the other side's turn before.
    pub previous: Option<&'a str>,
    /// The normalised texts of the last turns of the other side, whoever spoke since: what it asked for there is still open.
    pub heard: [Option<&'a str>; HEARD],
    /// The normalised text of what the other side said to it.
    pub reply: Option<&'a str>,
    /// Whether the called is known to be a third person: what may be said to a borrower may be a leak to others.
    pub contact: bool,
}

impl<'a> Input<'a> {
    /// By which word the other side has asked for what is its due.
    pub fn asked(&self) -> Option<&'a str> {
        self.heard.into_iter().flatten().find_map(|text| self.asks.first_in(text))
    }
}

/// What a feature is called: 32 bits of a hash over its role and content, the lower sixteen not all zero.
pub type Key = u32;

/// A feature at a place of the text; features that belong to no place stand at the whole text. The same feature comes as
/// often as it stands in the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feature {
    /// Key over role and content.
    pub key: Key,
    /// Where, as a range of characters of the folded text.
    pub place: Option<(usize, usize)>,
}

/// A folded text.
struct Folded {
    /// The characters and room for more: written by their places, as asking for room for each takes as long as folding it.
    all: [char; MOST_CHARS + 2],
    count: usize,
}

impl Default for Folded {
    fn default() -> Folded {
        Folded { all: [PAUSE; MOST_CHARS + 2], count: 0 }
    }
}

impl Folded {
    fn chars(&self) -> &[char] {
        &self.all[..self.count]
    }
}

/// Folds out what tells style and not content, as the model file says.
#[derive(Debug, Clone, PartialEq)]
pub struct Folds {
    map: FxHashMap<char, Option<char>>,
    /// A bit for the last twelve bits of each character in `map`: nearly all others are told from those by it.
    may: [u64; 64],
}

impl Default for Folds {
    fn default() -> Folds {
        Folds::new([])
    }
}

impl Folds {
    /// Pairs of a character and what it becomes; nothing: it is left out.
    pub fn new(pairs: impl IntoIterator<Item = (char, Option<char>)>) -> Folds {
        let map: FxHashMap<char, Option<char>> = pairs.into_iter().collect();
        let mut may = [0; 64];
        map.keys().for_each(|c| may[word(*c)] |= bit(*c));
        Folds { map, may }
    }

    /// The pairs, sorted.
    pub fn pairs(&self) -> Vec<(char, Option<char>)> {
        let mut pairs: Vec<_> = self.map.iter().map(|(a, b)| (*a, *b)).collect();
        pairs.sort_unstable();
        pairs
    }

    /// Punctuation of any kind but a mark of question becomes one pause, digits one digit; both ends are pauses. `see`: where
    /// each character stands, and whether that goes on the one before.
    #[inline]
    fn apply(&self, text: &str, out: &mut Folded, mut see: impl FnMut(NormSpan, bool)) {
        let mut last = PAUSE;
        let mut count = 1;
        see(NormSpan { start: 0, end: 0 }, false);
        for (start, c) in text.char_indices() {
            let plain = if self.may[word(c)] & bit(c) == 0 { Some(plain(c)) } else { self.plain(c) };
            let Some(plain) = plain else { continue };
            let goes_on = plain == last && (plain == PAUSE || plain == '0');
            see(NormSpan { start, end: start + c.len_utf8() }, goes_on);
            last = plain;
            out.all[count] = plain;
            count += usize::from(!goes_on);
            if count > MOST_CHARS {
                break;
            }
        }
        if last != PAUSE {
            out.all[count] = PAUSE;
            count += 1;
            see(NormSpan { start: text.len(), end: text.len() }, false);
        }
        out.count = count;
    }

    /// What a character becomes; nothing: it is left out.
    fn plain(&self, c: char) -> Option<char> {
        self.map.get(&c).copied().unwrap_or_else(|| Some(plain(c)))
    }

    /// Where the characters of the folded text stand: what the places of features refer to.
    pub fn spans(&self, text: &str) -> Vec<NormSpan> {
        let mut spans: Vec<NormSpan> = Vec::new();
        self.apply(text, &mut Folded::default(), |span, goes_on| match spans.last_mut() {
            Some(last) if goes_on => last.end = span.end,
            _ => spans.push(span),
        });
        spans
    }
}

/// What a character becomes that is not folded.
#[inline]
fn plain(c: char) -> char {
    match c {
        // Asked first, as nearly all characters are such.
        '\u{4e00}'..='\u{9fef}' => c,
        '0'..='9' => '0',
        '?' | QUESTION => QUESTION,
        c if is_said(c) => c,
        _ => PAUSE,
    }
}

fn word(c: char) -> usize {
    u32::from(c) as usize >> 6 & 63
}

fn bit(c: char) -> u64 {
    1 << (u32::from(c) & 63)
}

/// Room for the folded text of a turn and of its neighbours, to be used again for the next one.
#[derive(Default)]
pub struct Room {
    folded: Folded,
    previous: Folded,
    reply: Folded,
    sounds: Vec<u64>,
    /// Whether the other side has asked for what is its due.
    asked: bool,
}

impl Room {
    /// Takes a turn in the place of the one before.
    pub fn read(&mut self, folds: &Folds, input: &Input<'_>) {
        folds.apply(input.text, &mut self.folded, |_, _| {});
    }

    /// Takes what else is known of the same turn; how many features it has at most.
    pub fn read_others(&mut self, folds: &Folds, input: &Input<'_>) -> usize {
        for (text, folded) in [(input.previous, &mut self.previous), (input.reply, &mut self.reply)] {
            match text {
                Some(text) => folds.apply(text, folded, |_, _| {}),
                None => folded.count = 0,
            }
        }
        self.sounds.clear();
        self.sounds.extend(self.folded.chars().iter().map(|c| sound(input.sounds, *c)));
        self.asked = input.asked().is_some();
        let of_char = OF_CHAR + TO_CONTACT + TO_ASKED;
        of_char * self.folded.count + 3 * (self.previous.count + self.reply.count) + ANSWER * ANSWER
    }

    /// Puts the keys of all features of the turn that was read into `keys`, which has room for them; how many there are.
    pub fn keys(&self, input: &Input<'_>, keys: &mut [Key]) -> usize {
        let mut n = 0;
        self.each(input, |f| {
            keys[n] = f.key;
            n += 1;
        });
        n
    }

    /// How many characters the folded text has.
    pub fn count(&self) -> usize {
        self.folded.count
    }

    /// Whether the turn that was read, with a pause at both ends, says something by itself: shorter ones often mean what the one
    /// before makes of them.
    pub fn is_long(&self) -> bool {
        self.folded.count > ANSWER
    }

    /// Hands every feature of the turn that was read to `each`.
    #[inline]
    pub fn each(&self, input: &Input<'_>, mut each: impl FnMut(Feature)) {
        self.runs(&mut each);
        self.others(input, &mut each);
    }

    /// The runs of its characters, in order of place.
    #[inline]
    fn runs(&self, mut each: impl FnMut(Feature)) {
        let chars = self.folded.chars();
        for i in 0..chars.len() {
            runs(Role::Run, &chars[i..], LONGEST, |n, key| each(Feature { key, place: Some((i, i + n)) }));
        }
    }

    /// The shortest of those that begin with one of some characters, which the first look asks for.
    #[inline]
    pub fn short_runs(&self, from: usize, to: usize, mut each: impl FnMut(Key)) {
        let chars = self.folded.chars();
        for i in from..to.min(chars.len()) {
            runs(Role::Run, &chars[i..], SKIM_LONGEST, |_, key| each(key));
        }
    }

    /// All other features.
    #[inline]
    fn others(&self, input: &Input<'_>, mut each: impl FnMut(Feature)) {
        let chars = self.folded.chars();
        for (i, first) in chars.iter().enumerate().filter(|(_, first)| **first != PAUSE) {
            let rest = &chars[i..];
            let from = step(start(Role::Pair), *first as u64);
            let mut pair = |d: usize, second: char| {
                if second != PAUSE {
                    each(Feature { key: finish(step(from, second as u64)), place: Some((i, i + d + 1)) });
                }
            };
            // Nearly all have so many behind them, and then nobody asks for the end.
            match rest.first_chunk::<{ NEAR + 1 }>() {
                Some(all) => (2..=NEAR).for_each(|d| pair(d, all[d])),
                None => (2..rest.len()).for_each(|d| pair(d, rest[d])),
            }
        }
        for n in SOUNDS {
            for (i, run) in self.sounds.windows(n).enumerate() {
                let hash = run.iter().fold(start(Role::Sound), |hash, s| step(hash, *s));
                each(Feature { key: finish(step(hash, n as u64)), place: Some((i, i + n)) });
            }
        }
        let heard_by = [(input.contact, Role::Contact, TO_CONTACT), (self.asked, Role::Asked, TO_ASKED)];
        for (_, role, longest) in heard_by.into_iter().filter(|(applies, ..)| *applies) {
            for i in 0..chars.len() {
                runs(role, &chars[i..], longest, |n, key| each(Feature { key, place: Some((i, i + n)) }));
            }
        }
        let contact = |role| Some(role).filter(|_| input.contact);
        neighbour(self.previous.chars(), Role::Before, contact(Role::ContactBefore), &mut each);
        self.answer(&mut each);
        neighbour(self.reply.chars(), Role::Reply, contact(Role::ContactReply), &mut each);
    }

    /// A short turn often means nothing by itself: each of its characters with each pair of neighbours at the end of the turn
    /// before.
    #[inline]
    fn answer(&self, each: &mut impl FnMut(Feature)) {
        let (chars, before) = (self.folded.chars(), self.previous.chars());
        if chars.len() > ANSWER {
            return;
        }
        for pair in before[before.len().saturating_sub(ANSWER)..].windows(2) {
            let asked = step(step(start(Role::Answer), pair[0] as u64), pair[1] as u64);
            for (i, c) in chars.iter().enumerate().filter(|(_, c)| **c != PAUSE) {
                each(Feature { key: finish(step(asked, *c as u64)), place: Some((i, i + 1)) });
            }
        }
    }
}

/// Hands every feature of a turn to `each`.
pub fn features(folds: &Folds, input: &Input<'_>, each: impl FnMut(Feature)) {
    let mut room = Room::default();
    room.read(folds, input);
    room.read_others(folds, input);
    room.each(input, each);
}

/// The runs that begin with the first of some characters: how many each has, and its key. A pause alone says nothing.
#[inline]
fn runs(role: Role, chars: &[char], longest: usize, mut each: impl FnMut(usize, Key)) {
    let mut hash = start(role);
    for (n, c) in chars.iter().enumerate().take(longest) {
        hash = step(hash, *c as u64);
        if n > 0 || *c != PAUSE {
            each(n + 1, finish(hash));
        }
    }
}

/// What the other side says: its characters and pairs of neighbours, the latter once more when a third person says them.
#[inline]
fn neighbour(chars: &[char], role: Role, by_contact: Option<Role>, each: &mut impl FnMut(Feature)) {
    let feature = |hash| Feature { key: finish(hash), place: None };
    let from = start(role);
    for pair in chars.windows(2) {
        let first = step(from, pair[0] as u64);
        each(feature(first));
        each(feature(step(first, pair[1] as u64)));
        if let Some(role) = by_contact {
            each(feature(step(step(start(role), pair[0] as u64), pair[1] as u64)));
        }
    }
    if let Some(last) = chars.last() {
        each(feature(step(from, *last as u64)));
    }
}

/// A number for how a character sounds; one that has no sound stands for itself.
fn sound(sounds: &Sounds, c: char) -> u64 {
    sounds.of(c).map_or(0x1_0000 + c as u64, u64::from)
}

#[inline]
fn start(role: Role) -> u64 {
    step(0xcbf2_9ce4_8422_2325, role as u64)
}

#[inline]
fn step(hash: u64, value: u64) -> u64 {
    (hash ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// Spreads the last step over all bits and takes those of the key. One multiplication is enough, as every step before has
/// its own.
#[inline]
fn finish(h: u64) -> Key {
    let h = (h ^ (h >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    let key = (h >> 32) as u32 ^ u32::from(h as u16);
    key | u32::from(key as u16 == 0)
}

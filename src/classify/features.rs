//! What a turn is scored by: runs of characters and of sounds, pairs of characters near one another, the turn before and the
//! answer, and whether a third person hears it. Listed matches are left out: the lists were written from the same voices, so on
//! these they look surer than they are.

use rustc_hash::FxHashMap;

use crate::model::sounds::Sounds;
use crate::model::span::NormSpan;

/// Longest run of characters.
const LONGEST: usize = 4;
/// Lengths of runs of sounds: a misheard word sounds like the right one.
const SOUNDS: [usize; 2] = [2, 3];
/// Most characters from the first of a pair to the second; how far apart they are makes no difference.
const NEAR: usize = 8;
/// Most characters of a turn that are looked at; abuse in a longer one is found by its terms.
const MOST_CHARS: usize = 400;
/// What any punctuation becomes but a mark of question.
const PAUSE: char = '\u{ff0c}';
/// What a mark of question becomes.
const QUESTION: char = '\u{ff1f}';
/// Longest run of characters said to a third person that is a feature of its own.
const TO_CONTACT: usize = 3;
/// Most characters of a turn that may mean what the one before makes of it, and as many of the end of that one.
const ANSWER: usize = 16;

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
}

/// A turn and what is known about it.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// How characters sound.
    pub sounds: &'a Sounds,
    /// The normalised text.
    pub text: &'a str,
    /// The normalised text of the other side's turn before.
    pub previous: Option<&'a str>,
    /// The normalised text of what the other side said to it.
    pub reply: Option<&'a str>,
    /// Whether the called is known to be a third person: what may be said to a borrower may be a leak to others.
    pub contact: bool,
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

/// One character of the folded text and where it stands in the normalised one.
struct Folded {
    c: char,
    span: NormSpan,
}

/// Folds out what tells style and not content, as the model file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Folds {
    map: FxHashMap<char, Option<char>>,
    /// A bit for the last six bits of each character in `map`: most characters are told from those by it.
    may: u64,
}

impl Folds {
    /// Pairs of a character and what it becomes; nothing: it is left out.
    pub fn new(pairs: impl IntoIterator<Item = (char, Option<char>)>) -> Folds {
        let map: FxHashMap<char, Option<char>> = pairs.into_iter().collect();
        let may = map.keys().fold(0, |may, c| may | bit(*c));
        Folds { map, may }
    }

    /// The pairs, sorted.
    pub fn pairs(&self) -> Vec<(char, Option<char>)> {
        let mut pairs: Vec<_> = self.map.iter().map(|(a, b)| (*a, *b)).collect();
        pairs.sort_unstable();
        pairs
    }

    /// Punctuation of any kind but a mark of question becomes one pause, digits one digit; both ends are pauses.
    fn apply(&self, text: &str, out: &mut Vec<Folded>) {
        out.clear();
        out.push(Folded { c: PAUSE, span: NormSpan { start: 0, end: 0 } });
        for (start, c) in text.char_indices() {
            let end = start + c.len_utf8();
            let folded = if self.may & bit(c) == 0 { None } else { self.map.get(&c) };
            let plain = match folded {
                Some(None) => continue,
                Some(Some(other)) => *other,
                // Asked before the tables of all letters, which take long.
                None if ('\u{4e00}'..='\u{9fef}').contains(&c) => c,
                None if c.is_ascii_digit() => '0',
                None if c.is_alphanumeric() => c,
                None if c == '?' || c == QUESTION => QUESTION,
                None => PAUSE,
            };
            let last = out.last_mut().map(|l| (l.c, &mut l.span));
            match last {
                Some((before, span)) if before == plain && (plain == PAUSE || plain == '0') => span.end = end,
                _ => out.push(Folded { c: plain, span: NormSpan { start, end } }),
            }
            if out.len() > MOST_CHARS {
                break;
            }
        }
        if out.last().is_some_and(|l| l.c != PAUSE) {
            out.push(Folded { c: PAUSE, span: NormSpan { start: text.len(), end: text.len() } });
        }
    }
}

fn bit(c: char) -> u64 {
    1 << (u32::from(c) & 63)
}

/// Room for the folded text of a turn, to be used again for the next one.
#[derive(Default)]
pub struct Room {
    folded: Vec<Folded>,
    sounds: Vec<u64>,
    other: Vec<Folded>,
}

impl Room {
    /// Hands every feature of a turn to `each`, in order of place.
    pub fn features(&mut self, folds: &Folds, input: &Input<'_>, mut each: impl FnMut(Feature)) {
        folds.apply(input.text, &mut self.folded);
        let folded = &self.folded[..];
        for i in 0..folded.len() {
            let mut hash = start(Role::Run);
            for n in 0..LONGEST.min(folded.len() - i) {
                hash = step(hash, folded[i + n].c as u64);
                // A pause alone says nothing.
                if n > 0 || folded[i].c != PAUSE {
                    each(Feature { key: finish(hash), place: Some((i, i + n + 1)) });
                }
            }
            if folded[i].c == PAUSE {
                continue;
            }
            let first = step(start(Role::Pair), folded[i].c as u64);
            for (d, second) in folded[i..].iter().enumerate().take(NEAR + 1).skip(2) {
                if second.c != PAUSE {
                    each(Feature { key: finish(step(first, second.c as u64)), place: Some((i, i + d + 1)) });
                }
            }
        }
        self.sounds.clear();
        self.sounds.extend(folded.iter().map(|f| sound(input.sounds, f.c)));
        for n in SOUNDS {
            for (i, run) in self.sounds.windows(n).enumerate() {
                let hash = run.iter().fold(start(Role::Sound), |hash, s| step(hash, *s));
                each(Feature { key: finish(step(hash, n as u64)), place: Some((i, i + n)) });
            }
        }
        if input.contact {
            for (i, first) in folded.iter().enumerate() {
                let mut hash = start(Role::Contact);
                for n in 0..TO_CONTACT.min(folded.len() - i) {
                    hash = step(hash, folded[i + n].c as u64);
                    if n > 0 || first.c != PAUSE {
                        each(Feature { key: finish(hash), place: Some((i, i + n + 1)) });
                    }
                }
            }
        }
        if let Some(text) = input.previous {
            folds.apply(text, &mut self.other);
            self.neighbour([Role::Before, Role::ContactBefore], input.contact, &mut each);
            self.answer(&mut each);
        }
        if let Some(text) = input.reply {
            folds.apply(text, &mut self.other);
            self.neighbour([Role::Reply, Role::ContactReply], input.contact, &mut each);
        }
    }

    /// What the other side says: its characters and pairs of neighbours, the latter once more when a third person says them.
    fn neighbour(&self, [role, by_contact]: [Role; 2], contact: bool, each: &mut impl FnMut(Feature)) {
        for (i, f) in self.other.iter().enumerate() {
            let first = step(start(role), f.c as u64);
            each(Feature { key: finish(first), place: None });
            let Some(next) = self.other.get(i + 1) else { break };
            each(Feature { key: finish(step(first, next.c as u64)), place: None });
            if contact {
                let hash = step(step(start(by_contact), f.c as u64), next.c as u64);
                each(Feature { key: finish(hash), place: None });
            }
        }
    }

    /// A short turn often means nothing by itself: each of its characters with each pair of neighbours at the end of the turn
    /// before.
    fn answer(&self, each: &mut impl FnMut(Feature)) {
        if self.folded.len() > ANSWER {
            return;
        }
        for pair in self.other[self.other.len().saturating_sub(ANSWER)..].windows(2) {
            let asked = step(step(start(Role::Answer), pair[0].c as u64), pair[1].c as u64);
            for (i, f) in self.folded.iter().enumerate().filter(|(_, f)| f.c != PAUSE) {
                each(Feature { key: finish(step(asked, f.c as u64)), place: Some((i, i + 1)) });
            }
        }
    }

    /// The spans that the places of the features refer to.
    pub fn spans(&self) -> Vec<NormSpan> {
        self.folded.iter().map(|f| f.span).collect()
    }
}

/// Hands every feature of a turn to `each`, in order of place; returns the spans that the places refer to.
pub fn features(folds: &Folds, input: &Input<'_>, each: impl FnMut(Feature)) -> Vec<NormSpan> {
    let mut room = Room::default();
    room.features(folds, input, each);
    room.spans()
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
    let h = h ^ (h >> 32);
    ((h >> 48) as u32) << 16 | u32::from((h as u16).max(1))
}

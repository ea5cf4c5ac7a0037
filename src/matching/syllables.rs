//! A text as a row of syllables: Han characters by their sound, letters that spell pinyin by what they spell.

use super::prefixes::{Code, Room};
use crate::model::sounds::{Sounds, Syllable};
use crate::model::span::NormSpan;

/// Stands for a character that no entry has.
const BREAK: char = '\u{f8ff}';
/// The last of the Han characters that have a sound.
const LAST_HAN: char = '\u{9fff}';
/// Letters of the longest syllable.
const LONGEST: usize = 6;
/// Most letters in a row that are read as pinyin.
const MOST_LETTERS: usize = 40;

/// A syllable of a text, in few bytes: each text is a row of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Unit {
    start: u32,
    end: u32,
    /// The character, unless it is written in letters.
    pub han: Option<char>,
    /// Its sound.
    pub sound: Syllable,
}

impl Unit {
    /// A character at a place, as it is heard.
    pub(super) fn new(span: NormSpan, c: char, sounds: &Sounds) -> Unit {
        let sound = sounds.syllable(c).unwrap_or_default();
        Unit { start: span.start as u32, end: span.end as u32, han: Some(c), sound }
    }

    /// Where it stands.
    pub(super) fn span(&self) -> NormSpan {
        NormSpan { start: self.start as usize, end: self.end as usize }
    }
}

/// What stands for letters and for marks that nobody speaks: where one of these is, characters and syllables differ in number.
const APART: Code = Code::MAX;

/// The syllable of each character, for texts in which each has one and is one. Immutable; shared by all threads.
pub(super) struct Aloud(Vec<Code>);

impl Aloud {
    pub(super) fn new(sounds: &Sounds) -> Aloud {
        let code = |c: char| match sounds.syllable(c) {
            _ if c.is_ascii_alphabetic() || is_between(c) => APART,
            sound => sound.map_or(0, |sound| sound.wide),
        };
        // Behind the Han characters nothing has a sound or stands between others.
        Aloud((0..=LAST_HAN as u32).map(|c| char::from_u32(c).map_or(0, code)).collect())
    }

    /// The syllable of a character, by its number in [`Heard::row`].
    #[inline]
    pub(super) fn code(&self, c: char) -> Code {
        self.0.get(c as usize).copied().unwrap_or(0)
    }

    /// Whether each character of a text is one syllable or none.
    #[inline]
    pub(super) fn is_one_by_one(code: Code) -> bool {
        code != APART
    }
}

/// A text as it is heard.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// For each unit the number of its syllable, mixed-up ones made one; 0 for what is no syllable.
    pub row: Vec<Code>,
    /// The units.
    pub units: Vec<Unit>,
    /// Whether some of them are written in letters.
    pub letters: bool,
    /// Room for looking for rows of syllables.
    pub finds: Room,
}

impl Heard {
    fn push(&mut self, span: NormSpan, han: Option<char>, sound: Option<Syllable>) {
        self.row.push(sound.map_or(0, |sound| sound.wide));
        // What is no syllable passes for a character that no entry has.
        self.units.push(Unit {
            start: span.start as u32,
            end: span.end as u32,
            han: han.or(sound.is_none().then_some(BREAK)),
            sound: sound.unwrap_or_default(),
        });
    }

    /// Reads a normalised text aloud; what was read before is forgotten.
    pub(super) fn read(&mut self, text: &str, sounds: &Sounds) {
        self.row.clear();
        self.units.clear();
        self.letters = false;
        // Han characters have three bytes.
        self.row.reserve(text.len() / 3 + 1);
        self.units.reserve(text.len() / 3 + 1);
        let mut skip = 0;
        // Places are kept in 32 bits; a text of four gigabytes is heard no further.
        for (at, c) in text.char_indices().take_while(|(at, _)| *at < u32::MAX as usize - MOST_LETTERS) {
            if at < skip {
                continue;
            }
            if c.is_ascii_alphabetic() {
                skip = letters(text, at);
                spell(text, at, skip, sounds, self);
            } else if is_han(c) || !is_between(c) {
                self.push(NormSpan { start: at, end: at + c.len_utf8() }, Some(c), sounds.syllable(c));
            }
        }
    }
}

/// Asked first: nearly all characters are.
fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..=LAST_HAN)
}

/// Spaces and marks that nobody speaks.
fn is_between(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '_' | '*' | '\'' | '/' | '~')
}

/// The end of the letters that begin at `at`; letters that stand apart one by one are taken together.
fn letters(text: &str, at: usize) -> usize {
    let run = |from: usize| text[from..].bytes().take_while(u8::is_ascii_alphabetic).count();
    let mut end = at + run(at);
    let mut single = end - at == 1;
    while single && end - at < MOST_LETTERS {
        let gap = text[end..].chars().next().filter(|c| is_between(*c)).map_or(0, char::len_utf8);
        let further = run(end + gap);
        if gap == 0 || further == 0 || further > 1 {
            break;
        }
        end += gap + further;
        single = true;
    }
    end
}

/// Adds the syllables that the letters from `at` to `end` spell, as few as can be; one break when they spell none.
fn spell(text: &str, at: usize, end: usize, sounds: &Sounds, heard: &mut Heard) {
    let places: Vec<usize> = text[at..end]
        .bytes()
        .enumerate()
        .filter(|(_, b)| b.is_ascii_alphabetic())
        .map(|(i, _)| at + i)
        .collect();
    let name: String = places.iter().filter_map(|i| text[*i..].chars().next()).collect();
    let Some(lengths) = syllables(&name, sounds) else {
        return heard.push(NormSpan { start: at, end }, None, None);
    };
    let mut from = 0;
    for length in lengths {
        let span = NormSpan { start: places[from], end: places[from + length - 1] + 1 };
        heard.push(span, None, sounds.named(&name[from..from + length]));
        heard.letters = true;
        from += length;
    }
}

/// The lengths of the fewest syllables that letters spell. Vowels alone are too common in other writing.
fn syllables(name: &str, sounds: &Sounds) -> Option<Vec<usize>> {
    if name.len() > MOST_LETTERS {
        return None;
    }
    // For each length of the beginning: how many syllables it takes, and how long the last one is.
    let mut best: Vec<Option<(usize, usize)>> = vec![None; name.len() + 1];
    best[0] = Some((0, 0));
    for to in 2..=name.len() {
        for length in 2..=LONGEST.min(to) {
            let Some((count, _)) = best[to - length] else { continue };
            let shorter = best[to].is_none_or(|(known, _)| count + 1 < known);
            if shorter && sounds.named(&name[to - length..to]).is_some() {
                best[to] = Some((count + 1, length));
            }
        }
    }
    let mut lengths = Vec::new();
    let mut to = name.len();
    while to > 0 {
        let (_, length) = best[to]?;
        lengths.push(length);
        to -= length;
    }
    lengths.reverse();
    Some(lengths)
}

//! How characters sound: numbers per syllable, one for the syllable itself and one that is the same for those that recognisers
//! and dialects mix up.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

/// First character of the table.
const FIRST: u32 = 0x4e00;
/// Characters in the table: the block of unified Han characters.
const COUNT: usize = 0x5200;

/// A syllable; all numbers count from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Syllable {
    /// The same for the same syllable, whatever the tone.
    pub exact: u16,
    /// The same for syllables that are mixed up.
    pub near: u16,
    /// The same for those too that only some dialects mix up; for matching alone, what is learnt goes by `near`.
    pub wide: u16,
}

/// The sound of each Han character. Immutable; shared by all threads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sounds {
    /// The number of each character's syllable: a table of a few bytes for each stays in a near cache.
    table: Vec<u16>,
    /// The syllables that there are; the first is none.
    syllables: Vec<Syllable>,
    names: BTreeMap<String, Syllable>,
    further: FxHashMap<char, Vec<Syllable>>,
    as_written: FxHashSet<char>,
}

impl Sounds {
    /// Sounds of characters, syllables by their pinyin, and further sounds of characters that have several.
    pub fn new(
        pairs: impl Iterator<Item = (char, Syllable)>,
        names: BTreeMap<String, Syllable>,
        further: &[(char, String)],
    ) -> Sounds {
        let (mut table, mut syllables) = (vec![0; COUNT], vec![Syllable::default()]);
        let mut known: FxHashMap<Syllable, u16> = FxHashMap::default();
        for (c, sound) in pairs {
            if let Some(slot) = Sounds::index(c).and_then(|i| table.get_mut(i)) {
                *slot = *known.entry(sound).or_insert_with(|| {
                    syllables.push(sound);
                    syllables.len() as u16 - 1
                });
            }
        }
        let mut more: FxHashMap<char, Vec<Syllable>> = FxHashMap::default();
        for (c, name) in further {
            if let Some(syllable) = names.get(name) {
                more.entry(*c).or_default().push(*syllable);
            }
        }
        Sounds { table, syllables, names, further: more, as_written: FxHashSet::default() }
    }

    /// The same, with characters that are common words by themselves and so are never misheard ones.
    pub fn with_plain_words(mut self, words: impl Iterator<Item = char>) -> Sounds {
        self.as_written.extend(words);
        self
    }

    /// Whether a character means itself and never another of the same sound.
    pub fn as_written(&self, c: char) -> bool {
        self.as_written.contains(&c)
    }

    /// The sound of a character, mixed-up ones made one; none when it has none that is known.
    pub fn of(&self, c: char) -> Option<u16> {
        self.syllable(c).map(|s| s.near)
    }

    /// The syllable of a character; none when it has none that is known.
    pub fn syllable(&self, c: char) -> Option<Syllable> {
        let number = *self.table.get(Sounds::index(c)?)?;
        let sound = self.syllables[usize::from(number)];
        (sound.near > 0).then_some(sound)
    }

    /// All syllables of a character, the usual one first.
    pub fn readings(&self, c: char) -> impl Iterator<Item = Syllable> {
        self.syllable(c).into_iter().chain(self.further.get(&c).into_iter().flatten().copied())
    }

    /// The syllable that pinyin without tones writes so.
    pub fn named(&self, pinyin: &str) -> Option<Syllable> {
        self.names.get(pinyin).copied()
    }

    fn index(c: char) -> Option<usize> {
        (c as u32).checked_sub(FIRST).map(|i| i as usize)
    }
}

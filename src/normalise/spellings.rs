//! Spellings of several characters that stand for others: characters written apart, letters for words.

use rustc_hash::FxHashMap;

use super::noise;

/// Most suspects that may stand between two characters of a spelling.
const MOST_BETWEEN: usize = 2;

/// Spellings by their first character, the longest first.
#[derive(Debug, Clone, Default)]
pub(super) struct Spellings(FxHashMap<char, Vec<Spelling>>);

#[derive(Debug, Clone)]
struct Spelling {
    from: Vec<char>,
    to: Vec<char>,
}

/// A spelling at a place.
pub(super) struct Meant<'a> {
    /// Index of the first character behind it.
    pub next: usize,
    /// What it stands for.
    pub to: &'a [char],
}

impl Spellings {
    /// `pairs`: a spelling and what it stands for, both already folded.
    pub(super) fn new(pairs: impl Iterator<Item = (Vec<char>, Vec<char>)>) -> Spellings {
        let mut by_first: FxHashMap<char, Vec<Spelling>> = FxHashMap::default();
        for (from, to) in pairs {
            if let Some(first) = from.first() {
                by_first.entry(*first).or_default().push(Spelling { from, to });
            }
        }
        for list in by_first.values_mut() {
            list.sort_by(|a, b| b.from.len().cmp(&a.from.len()).then_with(|| a.from.cmp(&b.from)));
        }
        Spellings(by_first)
    }

    /// The characters that a spelling begins with.
    pub(super) fn firsts(&self) -> impl Iterator<Item = char> {
        self.0.keys().copied()
    }

    /// Whether a spelling begins with a character.
    pub(super) fn may_begin_with(&self, c: char) -> bool {
        self.0.contains_key(&c)
    }

    /// Whether a text that needs no other folding begins with a spelling; says yes too often, for letters.
    pub(super) fn may_begin(&self, rest: &str, first: char) -> bool {
        self.0.get(&first).is_some_and(|list| {
            list.iter()
                .any(|s| first.is_ascii() || s.from.iter().copied().eq(rest.chars().take(s.from.len())))
        })
    }

    /// The spelling that begins at `i`. One that begins or ends with a letter must not lie within a longer word of letters.
    pub(super) fn at(&self, chars: &[(usize, char)], i: usize) -> Option<Meant<'_>> {
        let list = self.0.get(&chars[i].1)?;
        let alone = |at: Option<&(usize, char)>| at.is_none_or(|(_, c)| !c.is_ascii_alphanumeric());
        list.iter().find_map(|s| {
            let next = end_of(&s.from, chars, i)?;
            let free = (!s.from.first()?.is_ascii_alphabetic()
                || alone(i.checked_sub(1).and_then(|b| chars.get(b))))
                && (!s.from.last()?.is_ascii_alphabetic() || alone(chars.get(next)));
            free.then_some(Meant { next, to: &s.to })
        })
    }
}

/// The index behind `from` when it stands at `i`, with noise between its characters or not.
fn end_of(from: &[char], chars: &[(usize, char)], i: usize) -> Option<usize> {
    let mut at = i;
    for (n, wanted) in from.iter().enumerate() {
        let mut skipped = 0;
        while n > 0 && skipped < MOST_BETWEEN && chars.get(at).is_some_and(|(_, c)| noise::is_suspect(*c)) {
            (at, skipped) = (at + 1, skipped + 1);
        }
        if chars.get(at)?.1 != *wanted {
            return None;
        }
        at += 1;
    }
    Some(at)
}

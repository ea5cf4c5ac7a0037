//! Entries that stand in a text by their sound: misheard characters, syllables written in letters.
//!
//! The text is spelled as a row of syllables, in which the rows of the entries are looked up. What is found is then compared
//! syllable by syllable, and what stands there as listed is left to those who read words.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::lists::Lists;
use super::prefixes::{Alphabet, Code, Found, Prefixes, Room, Row};
use super::syllables::{Aloud, Heard, Unit};
use crate::model::candidate::{Fold, Likeness, Occurrence, Sounded};
use crate::model::effort::spend;
use crate::model::rules::{Owner, PatternIx, RuleSet, Use};
use crate::model::sounds::Sounds;
use crate::model::span::NormSpan;

/// Most places that are compared per utterance, so that a hostile text stays cheap.
const MOST_PLACES: usize = 4_000;
/// Syllables of the longest entry that is looked for by sound.
const MOST_SYLLABLES: usize = 12;
/// From so many syllables on other characters of the same sound are enough; shorter entries need the words to be broken.
const FREE_FROM: usize = 3;

/// Entries by their syllables. Immutable; shared by all threads.
pub(super) struct SoundIndex {
    aloud: Aloud,
    rows: Prefixes,
    /// For each row the entries that sound so.
    entries: Lists,
    /// The characters of these entries, one entry after the other, so that comparing reads nothing that lies elsewhere.
    chars: Vec<char>,
    /// The same as codes.
    codes: Vec<Code>,
    /// Where those of each row begin.
    begins: Vec<u32>,
    /// Entries of one character by their exact syllable: looked for in letters alone.
    single: FxHashMap<u16, Vec<PatternIx>>,
}

impl SoundIndex {
    /// `alphabet`: the codes of the characters of all patterns.
    pub(super) fn new(rules: &RuleSet, sounds: &Sounds, alphabet: &Alphabet) -> SoundIndex {
        let used = classes_of_rules(rules);
        let mut rows: Vec<(Vec<Code>, PatternIx)> = Vec::new();
        let mut single: FxHashMap<u16, Vec<PatternIx>> = FxHashMap::default();
        for (ix, pattern) in rules.patterns.iter().enumerate() {
            let wanted = pattern.uses.iter().any(|u| match *u {
                Use::Term { .. } => true,
                Use::Member { class } => used[class],
                Use::Except { .. } => false,
            });
            let chars: Vec<char> = pattern.text.chars().collect();
            if !wanted || chars.len() > MOST_SYLLABLES {
                continue;
            }
            if let [one] = chars[..] {
                for syllable in sounds.readings(one) {
                    single.entry(syllable.exact).or_default().push(ix);
                }
                continue;
            }
            rows.extend(spelled(&chars, sounds).into_iter().map(|row| (row, ix)));
        }
        rows.sort_unstable();
        let alike = || rows.chunk_by(|a, b| a.0 == b.0);
        let entries = Lists::new(alike().map(|same| same.iter().map(|row| row.1).collect()));
        let (mut chars, mut begins): (Vec<char>, Vec<u32>) = (Vec::new(), Vec::new());
        for row in 0..alike().count() {
            begins.push(chars.len() as u32);
            chars.extend(entries.of(row).iter().flat_map(|ix| rules.patterns[*ix as PatternIx].text.chars()));
        }
        // Taken and not copied: with words by the hundred thousand these rows are most of the memory at hand.
        rows.dedup_by(|a, b| a.0 == b.0);
        let rows = Prefixes::new(rows.into_iter().map(|(row, _)| row).zip(0..));
        let codes = chars.iter().map(|c| alphabet.code(*c)).collect();
        SoundIndex { aloud: Aloud::new(sounds), rows, entries, chars, codes, begins, single }
    }

    /// Entries that stand in a normalised text otherwise than listed. `is_edge`: whether a word begins or ends at a byte.
    pub(super) fn find(
        &self,
        text: &str,
        rules: &RuleSet,
        sounds: &Sounds,
        is_edge: &dyn Fn(usize) -> bool,
    ) -> Vec<Sounded> {
        let mut found = Vec::new();
        self.each(text, sounds, &mut |covered, ix, fold| {
            if fold.by == Likeness::Pinyin || broken(covered, ix, rules, is_edge) {
                found.push(sounded(covered, ix, fold));
            }
        });
        found.sort_unstable();
        found.dedup_by_key(|s| s.occurrence);
        found.truncate(MOST_PLACES);
        found
    }

    /// The entries that [`find`](Self::find) finds and those that it rejects for the words that they stand in.
    pub(super) fn candidates(&self, text: &str, sounds: &Sounds, see: &mut dyn FnMut(NormSpan, PatternIx)) {
        self.each(text, sounds, &mut |covered, ix, _| see(place(covered), ix));
    }

    /// Reads a text in codes and, in the place of what was `heard` before, as syllables; whether each of its characters is one
    /// syllable or none, and it is no longer than texts are that are heard whole.
    pub(super) fn read(&self, text: &str, alphabet: &Alphabet, row: &mut Row, heard: &mut Vec<Code>) -> bool {
        heard.resize(text.len(), 0);
        let mut one_by_one = true;
        row.read_along(text, alphabet, |n, c| {
            let code = self.aloud.code(c);
            one_by_one &= Aloud::is_one_by_one(code);
            heard[n] = code;
        });
        heard.truncate(row.codes.len());
        one_by_one && is_short(heard)
    }

    /// The same as [`candidates`](Self::candidates) for a text that was found to be such by [`read`](Self::read).
    pub(super) fn candidates_at(
        &self,
        text: &str,
        (row, heard, finds): (&Row, &[Code], &mut Room),
        sounds: &Sounds,
        see: &mut dyn FnMut(NormSpan, PatternIx),
    ) {
        for found in self.rows.find(heard, finds) {
            let (start, end, sound) = (found.start as usize, found.end as usize, found.word);
            let entries = self.entries.of(sound as usize);
            spend(entries.len());
            let (count, from) = (end - start, self.begins[sound as usize] as usize);
            let said = &row.codes[start..end];
            for (ix, entry) in entries.iter().zip((from..).step_by(count)) {
                let codes = &self.codes[entry..entry + count];
                let same = said.iter().zip(codes).filter(|(said, code)| said == code).count();
                if is_other(same, count) {
                    continue;
                }
                let span = row.span(start, end);
                let mut covered = [Unit::default(); MOST_SYLLABLES];
                let places = row.places[start..=end].windows(2).map(|w| NormSpan { start: w[0], end: w[1] });
                for ((unit, c), place) in
                    covered.iter_mut().zip(text[span.start..span.end].chars()).zip(places)
                {
                    *unit = Unit::new(place, c, sounds);
                }
                if compare(&covered[..count], &self.chars[entry..entry + count], sounds).is_some() {
                    see(span, *ix as PatternIx);
                }
            }
        }
    }

    /// Hands each place that sounds like an entry and stands there otherwise than listed to `see`.
    fn each(&self, text: &str, sounds: &Sounds, see: &mut dyn FnMut(&[Unit], PatternIx, Fold)) {
        HEARD.with_borrow_mut(|heard| {
            heard.read(text, sounds);
            let Heard { row, units, letters, finds } = heard;
            let mut compare_all = |start: usize, end: usize, sound: u32| {
                let (covered, entries) = (&units[start..end], self.entries.of(sound as usize));
                spend(entries.len());
                let chars = self.chars[self.begins[sound as usize] as usize..].chunks_exact(covered.len());
                for (ix, entry) in entries.iter().zip(chars) {
                    let same = || covered.iter().zip(entry).filter(|(unit, c)| unit.han == Some(**c)).count();
                    if !*letters && is_other(same(), covered.len()) {
                        continue;
                    }
                    if let Some(fold) = compare(covered, entry, sounds) {
                        see(covered, *ix as PatternIx, fold);
                    }
                }
            };
            if is_short(row) {
                for Found { start, end, word } in self.rows.find(row, finds) {
                    compare_all(*start as usize, *end as usize, *word);
                }
            } else {
                let mut places = 0;
                self.rows.each_by_end(row, |start, end, sound| {
                    places += 1;
                    if places <= MOST_PLACES {
                        compare_all(start, end, sound);
                    }
                    places <= MOST_PLACES
                });
            }
            if *letters {
                for unit in units.iter().filter(|u| u.han.is_none()).take(MOST_PLACES) {
                    for ix in self.single.get(&unit.sound.exact).into_iter().flatten() {
                        let fold = Fold { by: Likeness::Pinyin, cost: 1, anchored: false };
                        see(std::slice::from_ref(unit), *ix, fold);
                    }
                }
            }
        });
    }
}

/// Whether no more places are compared in a text than may be.
fn is_short(heard: &[Code]) -> bool {
    heard.len() * MOST_SYLLABLES <= MOST_PLACES
}

thread_local! {
    /// The text at hand as it is heard; kept so that its memory is used again.
    static HEARD: RefCell<Heard> = RefCell::default();
}

fn sounded(covered: &[Unit], pattern: PatternIx, fold: Fold) -> Sounded {
    Sounded { occurrence: Occurrence { span: place(covered), pattern }, fold }
}

fn place(covered: &[Unit]) -> NormSpan {
    NormSpan { start: covered[0].span().start, end: covered[covered.len() - 1].span().end }
}

/// Classes that phrases of rules are made of: cues are never heard, as a guess must not acquit.
fn classes_of_rules(rules: &RuleSet) -> Vec<bool> {
    let mut used = vec![false; rules.classes.len()];
    for phrase in rules.phrases.iter().filter(|p| matches!(p.owner, Owner::Rule(_))) {
        for class in phrase.parts.iter().flat_map(|p| &p.classes) {
            used[*class] = true;
        }
    }
    used
}

/// An entry as rows of syllables: one by the usual sounds, and one more for each further sound of one of its characters.
/// None when a character has no sound.
fn spelled(chars: &[char], sounds: &Sounds) -> Vec<Vec<Code>> {
    let usual = chars.iter().map(|c| sounds.syllable(*c).map(|s| s.wide)).collect::<Option<Vec<Code>>>();
    let Some(usual) = usual else { return Vec::new() };
    let mut rows = vec![usual.clone()];
    for (i, c) in chars.iter().enumerate() {
        for other in sounds.readings(*c).skip(1) {
            let mut row = usual.clone();
            row[i] = other.wide;
            if !rows.contains(&row) {
                rows.push(row);
            }
        }
    }
    rows
}

/// Whether [`compare`] surely finds nothing in a text without letters: all of the entry stands there as listed, or nothing of a
/// short one. So it is nearly always, and told without a look at sounds. `same`: how many of its characters stand there.
#[inline]
fn is_other(same: usize, characters: usize) -> bool {
    same == characters || same == 0 && characters <= FREE_FROM
}

/// How the covered text differs from the entry; none when it stands there as listed, or too little of it fits.
fn compare(covered: &[Unit], entry: &[char], sounds: &Sounds) -> Option<Fold> {
    let (mut letters, mut same, mut other, mut cost) = (0, 0, 0, 0);
    for (unit, c) in covered.iter().zip(entry.iter().copied()) {
        let exact = || sounds.readings(c).any(|s| s.exact == unit.sound.exact);
        match unit.han {
            Some(han) if han == c => same += 1,
            Some(han) if sounds.as_written(han) => return None,
            // Letters are typed on purpose: what they spell is meant exactly.
            None if !exact() => return None,
            None => {
                letters += 1;
                cost += 1;
            }
            Some(_) => {
                other += 1;
                cost += if exact() { 1 } else { 2 };
            }
        }
    }
    let by = match (letters, other) {
        (0, 0) => return None,
        (_, 0) => Likeness::Pinyin,
        _ => Likeness::Sound,
    };
    // Two syllables must sound exactly alike and one of them stand as listed; longer ones may differ by a little in all.
    let short = covered.len() < FREE_FROM;
    let enough = by == Likeness::Pinyin
        || (cost as usize <= if short { 1 } else { covered.len() - 1 }
            && (same > 0 || covered.len() > FREE_FROM));
    enough.then_some(Fold { by, cost, anchored: same > 0 })
}

/// Whether the covered text looks misheard and not like ordinary words: a changed character stands as a word of its own, and
/// a short text has no part in its neighbours' words.
fn broken(covered: &[Unit], entry: PatternIx, rules: &RuleSet, is_edge: &dyn Fn(usize) -> bool) -> bool {
    let ends = is_edge(covered[0].span().start) && is_edge(covered[covered.len() - 1].span().end);
    if covered.len() < FREE_FROM && !ends {
        return false;
    }
    covered.iter().zip(rules.patterns[entry].text.chars()).any(|(unit, c)| {
        unit.han.is_some_and(|han| han != c) && is_edge(unit.span().start) && is_edge(unit.span().end)
    })
}

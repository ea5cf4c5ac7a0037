//! Entries that stand in a text by their sound: misheard characters, syllables written in letters.
//!
//! The text is spelled as a row of syllables, one character each, and searched by an automaton over the syllables of the
//! entries. What it points at is then compared syllable by syllable, and what stands there as listed is left to the other
//! automaton.

use std::cell::RefCell;

use rustc_hash::FxHashMap;

use super::automaton::{Automaton, Chars};
use super::lists::Lists;
use super::syllables::{Heard, Unit, WIDTH, written};
use crate::model::candidate::{Fold, Likeness, Occurrence, Sounded};
use crate::model::effort::spend;
use crate::model::error::Error;
use crate::model::rules::{Owner, PatternIx, RuleSet, Use};
use crate::model::sounds::{Sounds, Syllable};
use crate::model::span::NormSpan;

/// Most places that are compared per utterance, so that a hostile text stays cheap.
const MOST_PLACES: usize = 4_000;
/// Syllables of the longest entry that is looked for by sound.
const MOST_SYLLABLES: usize = 12;
/// From so many syllables on other characters of the same sound are enough; shorter entries need the words to be broken.
const FREE_FROM: usize = 3;

/// The automaton over syllables. Immutable; shared by all threads.
pub(super) struct SoundIndex {
    automaton: Chars,
    /// For each pattern of the automaton the entries that sound so.
    entries: Lists,
    /// Entries of one character by their exact syllable: looked for in letters alone.
    single: FxHashMap<u16, Vec<PatternIx>>,
}

impl SoundIndex {
    pub(super) fn new(rules: &RuleSet, sounds: &Sounds) -> Result<SoundIndex, Error> {
        let used = classes_of_rules(rules);
        let mut rows = Rows::default();
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
            rows.spell(&chars, sounds, ix);
        }
        rows.sort();
        let entries =
            Lists::new(rows.alike().map(|same| same.iter().map(|row| row.pattern as usize).collect()));
        let automaton = Chars::new(rows.alike().map(|same| rows.text(same[0])))?;
        Ok(SoundIndex { automaton, entries, single })
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
        self.each(text, rules, sounds, &mut |covered, ix, fold| {
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
    pub(super) fn candidates(
        &self,
        text: &str,
        rules: &RuleSet,
        sounds: &Sounds,
        patterns: &mut Vec<PatternIx>,
    ) {
        self.each(text, rules, sounds, &mut |_, ix, _| patterns.push(ix));
    }

    /// Hands each place that sounds like an entry and stands there otherwise than listed to `see`.
    fn each(
        &self,
        text: &str,
        rules: &RuleSet,
        sounds: &Sounds,
        see: &mut dyn FnMut(&[Unit], PatternIx, Fold),
    ) {
        HEARD.with_borrow_mut(|heard| {
            heard.read(text, sounds);
            let Heard { row, units, letters } = heard;
            let mut places = 0;
            self.automaton.each(row, |span, sound| {
                if places == MOST_PLACES {
                    return false;
                }
                places += 1;
                spend(self.entries.of(sound).len());
                let covered = &units[span.start / WIDTH..span.end / WIDTH];
                for ix in self.entries.of(sound) {
                    let ix = *ix as PatternIx;
                    let entry = &*rules.patterns[ix].text;
                    // Most stand there as listed, which is told at once.
                    let written = &text[covered[0].span().start..covered[covered.len() - 1].span().end];
                    let fold = if written == entry { None } else { compare(covered, entry, sounds) };
                    if let Some(fold) = fold {
                        see(covered, ix, fold);
                    }
                }
                true
            });
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

thread_local! {
    /// The text at hand as it is heard; kept so that its memory is used again.
    static HEARD: RefCell<Heard> = RefCell::default();
}

fn sounded(covered: &[Unit], pattern: PatternIx, fold: Fold) -> Sounded {
    let span = NormSpan { start: covered[0].span().start, end: covered[covered.len() - 1].span().end };
    Sounded { occurrence: Occurrence { span, pattern }, fold }
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

/// Entries as rows of syllables, one behind the other in one text.
#[derive(Default)]
struct Rows {
    text: String,
    rows: Vec<Row>,
}

#[derive(Clone, Copy)]
struct Row {
    begin: u32,
    end: u32,
    pattern: u32,
}

impl Rows {
    fn text(&self, row: Row) -> &str {
        &self.text[row.begin as usize..row.end as usize]
    }

    /// Adds an entry: a row by the usual sounds, and one more for each further sound of one of its characters. None when a
    /// character has no sound.
    fn spell(&mut self, chars: &[char], sounds: &Sounds, pattern: PatternIx) {
        let usual = |c: &char| sounds.syllable(*c);
        if !chars.iter().all(|c| usual(c).is_some()) {
            return;
        }
        let first = self.rows.len();
        self.add(chars.iter().filter_map(usual), pattern, first);
        for (i, c) in chars.iter().enumerate() {
            for other in sounds.readings(*c).skip(1) {
                let row =
                    chars.iter().enumerate().filter_map(|(n, c)| if n == i { Some(other) } else { usual(c) });
                self.add(row, pattern, first);
            }
        }
    }

    /// Adds a row, unless it is one of those from `first` on.
    fn add(&mut self, syllables: impl Iterator<Item = Syllable>, pattern: PatternIx, first: usize) {
        let begin = self.text.len();
        self.text.extend(syllables.map(written));
        let row = Row { begin: begin as u32, end: self.text.len() as u32, pattern: pattern as u32 };
        if self.rows[first..].iter().any(|known| self.text(*known) == self.text(row)) {
            self.text.truncate(begin);
        } else {
            self.rows.push(row);
        }
    }

    fn sort(&mut self) {
        let Rows { text, rows } = self;
        rows.sort_unstable_by_key(|row| (&text[row.begin as usize..row.end as usize], row.pattern));
    }

    /// Those of the same sound together, once they are sorted.
    fn alike(&self) -> impl Iterator<Item = &[Row]> {
        self.rows.chunk_by(|a, b| self.text(*a) == self.text(*b))
    }
}

/// How the covered text differs from the entry; none when it stands there as listed, or too little of it fits.
fn compare(covered: &[Unit], entry: &str, sounds: &Sounds) -> Option<Fold> {
    let (mut letters, mut same, mut other, mut cost) = (0, 0, 0, 0);
    for (unit, c) in covered.iter().zip(entry.chars()) {
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

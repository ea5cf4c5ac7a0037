//! Phrases: parts in order, at most so many characters apart, within one sentence.

use std::cell::{Cell, RefCell};

use super::filter::Filter;
use super::lists::Lists;
use super::rarity::Rarity;
use crate::model::candidate::{Occurrence, PhraseMatch};
use crate::model::effort::spend;
use crate::model::rules::{ClassIx, Part, PatternIx, RuleSet, Use};
use crate::model::span::NormSpan;

/// Most matches of one phrase reported per utterance, and most places tried for one of its parts.
pub(super) const MOST_PER_PHRASE: usize = 8;
/// Most bytes of a sentence before and behind a match that are looked at: in a text without full stops it would be all of it.
const LONGEST_SENTENCE: usize = 1 << 12;

/// Phrases by the words that they are made of: few texts hold all parts of a phrase, and only for these phrases the places of
/// their members are gathered and compared.
pub(super) struct PhraseIndex {
    /// For each pattern the classes it is a member of, sorted.
    classes: Lists,
    /// Which phrases may stand in a text.
    pub(super) filter: Filter,
}

/// A class member at a place.
#[derive(Debug, Clone, Copy)]
struct Member {
    span: NormSpan,
    class: ClassIx,
}

/// The members of the classes that are asked for, by class and in order of place. Kept by each thread, as making the lists
/// anew for each text costs more than filling them.
#[derive(Default)]
struct Places {
    of: Vec<Vec<NormSpan>>,
    wanted: Vec<ClassIx>,
    is_wanted: Vec<bool>,
    complete: Vec<usize>,
    /// Where patterns of the part stand that is gathered.
    here: Vec<(NormSpan, PatternIx)>,
    /// What a search needs room for.
    chosen: Chosen,
    /// The parts and classes of the match at hand.
    room: (Vec<NormSpan>, Vec<ClassIx>),
}

/// What is chosen of the members of a phrase, and what may be chosen for its parts.
#[derive(Default)]
struct Chosen {
    members: Vec<Member>,
    /// The options of each part that is looked for, one part's behind the other's.
    options: Vec<Member>,
}

impl Places {
    /// Forgets the text before.
    fn clear(&mut self, classes: usize) {
        for class in self.wanted.drain(..) {
            self.of[class].clear();
            self.is_wanted[class] = false;
        }
        self.of.resize_with(classes.max(self.of.len()), Vec::new);
        self.is_wanted.resize(classes.max(self.is_wanted.len()), false);
    }

    fn want(&mut self, class: ClassIx) {
        if !self.is_wanted[class] {
            self.is_wanted[class] = true;
            self.wanted.push(class);
        }
    }
}

thread_local! {
    static PLACES: RefCell<Places> = RefCell::default();
}

impl PhraseIndex {
    pub(super) fn new(rules: &RuleSet, rarity: &Rarity) -> PhraseIndex {
        let classes = rules.patterns.iter().map(|pattern| {
            let of = pattern.uses.iter().filter_map(|u| match *u {
                Use::Member { class } => Some(class),
                _ => None,
            });
            of.collect()
        });
        PhraseIndex { classes: Lists::new(classes), filter: Filter::new(rules, rarity) }
    }

    /// The phrases of these kinds that match, in their order. `occurrences` in order of place.
    pub(super) fn find(
        &self,
        wanted: u8,
        text: &str,
        rules: &RuleSet,
        occurrences: &[Occurrence],
    ) -> Vec<PhraseMatch> {
        let mut complete = PLACES.with_borrow_mut(|places| std::mem::take(&mut places.complete));
        self.filter.complete(wanted, occurrences.iter().map(|o| o.pattern), &mut complete);
        let found = self.matches(&complete, text, rules, occurrences);
        PLACES.with_borrow_mut(|places| places.complete = complete);
        found
    }

    /// The matches of these phrases.
    pub(super) fn matches(
        &self,
        phrases: &[usize],
        text: &str,
        rules: &RuleSet,
        occurrences: &[Occurrence],
    ) -> Vec<PhraseMatch> {
        let mut found = Vec::new();
        if !phrases.is_empty() {
            PLACES.with_borrow_mut(|places| {
                self.gather(phrases, rules, occurrences, places);
                let mut see = |m: &PhraseMatch| found.push(m.clone());
                phrases.iter().for_each(|ix| matches(*ix, text, rules, places, &mut see));
            });
        }
        found
    }

    /// Hands the matches over where it is known for each part of a phrase, and for what forbids the phrase, which patterns stand
    /// where.
    pub(super) fn matches_at<I: Iterator<Item = (NormSpan, PatternIx)>>(
        &self,
        phrases: &[usize],
        text: &str,
        rules: &RuleSet,
        at: impl Fn(usize, Option<usize>) -> I,
        see: &mut dyn FnMut(&PhraseMatch),
    ) {
        if phrases.is_empty() {
            return;
        }
        PLACES.with_borrow_mut(|places| {
            places.clear(rules.classes.len());
            for ix in phrases {
                let phrase = &rules.phrases[*ix];
                for (n, part) in phrase.parts.iter().enumerate() {
                    self.gather_at(&part.classes, || at(*ix, Some(n)), places);
                }
                self.gather_at(&phrase.unless, || at(*ix, None), places);
            }
            phrases.iter().for_each(|ix| matches(*ix, text, rules, places, see));
        });
    }

    /// Notes where the members of these classes stand: the patterns `at` these places are of one of them at least.
    fn gather_at<I: Iterator<Item = (NormSpan, PatternIx)>>(
        &self,
        classes: &[ClassIx],
        at: impl Fn() -> I,
        places: &mut Places,
    ) {
        if classes.iter().all(|class| places.is_wanted[*class]) {
            return;
        }
        places.here.clear();
        places.here.extend(at());
        for class in classes {
            if places.is_wanted[*class] {
                continue;
            }
            places.want(*class);
            let is_of = |pattern| classes.len() == 1 || self.classes.of(pattern).contains(&(*class as u32));
            let here = places.here.iter().filter(|(_, pattern)| is_of(*pattern));
            places.of[*class].extend(here.map(|(span, _)| *span));
        }
    }

    /// Notes where the members of all classes of these phrases stand: those that the index knows and the tables at hand still hold.
    fn gather(&self, phrases: &[usize], rules: &RuleSet, occurrences: &[Occurrence], places: &mut Places) {
        places.clear(rules.classes.len());
        for phrase in phrases.iter().map(|ix| &rules.phrases[*ix]) {
            let classes = phrase.parts.iter().flat_map(|part| &part.classes).chain(&phrase.unless);
            classes.for_each(|class| places.want(*class));
        }
        spend(occurrences.len());
        for o in occurrences {
            for class in self.classes.of(o.pattern).iter().map(|class| *class as usize) {
                let member = || rules.patterns[o.pattern].uses.contains(&Use::Member { class });
                if places.is_wanted[class] && member() {
                    places.of[class].push(o.span);
                }
            }
        }
    }
}

/// Hands over the matches of one phrase: all in the same room.
fn matches(ix: usize, text: &str, rules: &RuleSet, places: &mut Places, see: &mut dyn FnMut(&PhraseMatch)) {
    let phrase = &rules.phrases[ix];
    let Places { of, chosen, room, .. } = places;
    let (parts, classes) = std::mem::take(room);
    let mut one = PhraseMatch { phrase: ix, owner: phrase.owner, parts, classes };
    let search = Search { text, places: of, unless: &phrase.unless, sentence: Cell::new(None) };
    let mut note = |members: &[Member]| {
        one.parts.clear();
        one.parts.extend(members.iter().map(|m| m.span));
        one.classes.clear();
        one.classes.extend(members.iter().map(|m| m.class));
        see(&one);
    };
    search.ordered(Sequence { parts: &phrase.parts, turned: None }, chosen, &mut note);
    if phrase.any_order {
        // The gap before a part stays that part's.
        let turned = Some(phrase.parts.iter().map(|p| p.gap).max().unwrap_or(0));
        search.ordered(Sequence { parts: &phrase.parts, turned }, chosen, &mut note);
    }
    *room = (one.parts, one.classes);
}

/// The parts of a phrase in the order in which they are looked for.
#[derive(Clone, Copy)]
struct Sequence<'a> {
    parts: &'a [Part],
    /// With the order turned round: most characters between two of them.
    turned: Option<usize>,
}

impl<'a> Sequence<'a> {
    /// The first part, most characters before it, and the rest.
    fn split_first(self) -> Option<(&'a [ClassIx], usize, Sequence<'a>)> {
        let (part, parts) =
            if self.turned.is_some() { self.parts.split_last() } else { self.parts.split_first() }?;
        Some((&part.classes, self.turned.unwrap_or(part.gap), Sequence { parts, ..self }))
    }
}

struct Search<'a> {
    text: &'a str,
    places: &'a [Vec<NormSpan>],
    unless: &'a [ClassIx],
    /// The sentence that was looked for last.
    sentence: Cell<Option<NormSpan>>,
}

impl Search<'_> {
    /// One match per place of the first part: each further part is the nearest that fits.
    fn ordered(&self, parts: Sequence<'_>, chosen: &mut Chosen, note: &mut impl FnMut(&[Member])) {
        let Some((classes, _, rest)) = parts.split_first() else { return };
        let mut found = 0;
        for class in classes {
            for span in &self.places[*class] {
                chosen.members.clear();
                chosen.members.push(Member { span: *span, class: *class });
                if self.extend(rest, chosen) && !self.forbidden(&chosen.members) {
                    note(&chosen.members);
                    found += 1;
                    if found == MOST_PER_PHRASE {
                        return;
                    }
                }
            }
        }
    }

    fn extend(&self, rest: Sequence<'_>, chosen: &mut Chosen) -> bool {
        let Some((classes, gap, rest)) = rest.split_first() else { return true };
        let Some(last) = chosen.members.last().map(|m| m.span) else { return true };
        // A character has at most four bytes: what stands farther away is none of the options by no count.
        let reach = last.end.saturating_add(gap.saturating_mul(4));
        let from = chosen.options.len();
        for class in classes {
            let places = &self.places[*class];
            let first = places.partition_point(|span| span.start < last.end);
            let near = places[first..].iter().take_while(|span| span.start <= reach);
            let fits = near.filter(|span| self::near(&self.text[last.end..span.start], gap));
            chosen.options.extend(fits.map(|span| Member { span: *span, class: *class }));
        }
        let options = &mut chosen.options[from..];
        spend(options.len() + 1);
        options.sort_by_key(|m| (m.span.start, usize::MAX - m.span.end));
        let most = options.len().min(MOST_PER_PHRASE);
        let extended = (from..from + most).any(|at| {
            chosen.members.push(chosen.options[at]);
            let extended = self.extend(rest, chosen);
            if !extended {
                chosen.members.pop();
            }
            extended
        });
        chosen.options.truncate(from);
        extended
    }

    /// Whether a member of a forbidding class stands in the sentence of the match, apart from its parts.
    fn forbidden(&self, chosen: &[Member]) -> bool {
        if self.unless.iter().all(|class| self.places[*class].is_empty()) {
            return false;
        }
        let (Some(first), Some(last)) = (chosen.first(), chosen.last()) else { return false };
        let sentence = self.sentence(first.span, last.span);
        self.unless.iter().any(|class| {
            let places = &self.places[*class];
            let from = places.partition_point(|span| span.start < sentence.start);
            let inside = places[from..].iter().take_while(|span| span.start <= sentence.end);
            let mut inside = inside.filter(|span| span.end <= sentence.end);
            inside.any(|span| is_apart(*span, chosen.iter().map(|part| part.span)))
        })
    }

    /// The sentence of a match.
    fn sentence(&self, first: NormSpan, last: NormSpan) -> NormSpan {
        // In a text without full stops each match would look through all of it.
        if let Some(known) = self.sentence.get()
            && known.start < first.start
            && last.end <= known.end
        {
            return known;
        }
        let found = sentence(self.text, first, last);
        // A word may hold the end of a sentence; then the next match lies in another one.
        let whole = !self.text[first.start..last.end].contains(is_sentence_end);
        self.sentence.set(Some(found).filter(|_| whole));
        found
    }
}

/// From the end of the sentence before a match to the end of its own, as far as is looked.
pub(super) fn sentence(text: &str, first: NormSpan, last: NormSpan) -> NormSpan {
    let from = boundary(text, first.start.saturating_sub(LONGEST_SENTENCE));
    let to = boundary(text, last.end.saturating_add(LONGEST_SENTENCE));
    let start = text[from..first.start].rfind(is_sentence_end).map_or(from, |i| from + i);
    let end = text[last.end..to].find(is_sentence_end).map_or(to, |i| last.end + i);
    spend(end - start);
    NormSpan { start, end }
}

/// The end of the character that a byte lies in, at most that of the text.
fn boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Whether at most `gap` characters stand between two parts and no end of a sentence.
pub(super) fn near(between: &str, gap: usize) -> bool {
    let mut left = gap;
    between.chars().all(|c| {
        let fits = left > 0 && !is_sentence_end(c);
        left = left.wrapping_sub(1);
        fits
    })
}

/// Full stop, question or exclamation mark, line end, of either width.
fn is_sentence_end(c: char) -> bool {
    matches!(c, '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '!' | '?' | '\n' | '\r')
}

/// Whether a word that forbids a phrase counts beside these parts: it touches none of them, or it is a longer word around one. What is
/// no more than a part, or lies across the end of one, is of the phrase itself.
pub(super) fn is_apart(word: NormSpan, parts: impl Iterator<Item = NormSpan>) -> bool {
    let mut touches = false;
    for part in parts {
        if word != part && word.covers(part) {
            return true;
        }
        touches |= word.overlaps(part);
    }
    !touches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_around_a_part_forbids_and_one_within_does_not() {
        let span = |start, end| NormSpan { start, end };
        let parts = [span(3, 6), span(12, 18)];
        let apart = |word| is_apart(word, parts.into_iter());
        assert!(apart(span(6, 12)) && apart(span(20, 23)), "beside the parts");
        assert!(apart(span(0, 6)) && apart(span(3, 9)) && apart(span(9, 21)), "around one");
        assert!(!apart(span(3, 6)) && !apart(span(12, 15)), "no more than one");
        assert!(!apart(span(15, 21)), "across the end of one");
    }
}

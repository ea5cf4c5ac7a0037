//! Phrases: parts in order, at most so many characters apart, within one sentence.

use std::cell::{Cell, RefCell};

use super::filter::Filter;
use super::lists::Lists;
use crate::model::candidate::{Occurrence, PhraseMatch};
use crate::model::effort::spend;
use crate::model::rules::{ClassIx, Part, PatternIx, RuleSet, Use};
use crate::model::span::NormSpan;

/// Most matches of one phrase reported per utterance, and most places tried for one of its parts.
const MOST_PER_PHRASE: usize = 8;

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
    pub(super) fn new(rules: &RuleSet) -> PhraseIndex {
        let classes = rules.patterns.iter().map(|pattern| {
            let of = pattern.uses.iter().filter_map(|u| match *u {
                Use::Member { class } => Some(class),
                _ => None,
            });
            of.collect()
        });
        PhraseIndex { classes: Lists::new(classes), filter: Filter::new(rules) }
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
                phrases.iter().for_each(|ix| matches(*ix, text, rules, &places.of, &mut found));
            });
        }
        found
    }

    /// The same where it is known for each part of a phrase, and for what forbids the phrase, which patterns stand where.
    pub(super) fn matches_at<I: Iterator<Item = (NormSpan, PatternIx)>>(
        &self,
        phrases: &[usize],
        text: &str,
        rules: &RuleSet,
        at: impl Fn(usize, Option<usize>) -> I,
    ) -> Vec<PhraseMatch> {
        let mut found = Vec::new();
        if phrases.is_empty() {
            return found;
        }
        PLACES.with_borrow_mut(|places| {
            places.clear(rules.classes.len());
            for ix in phrases {
                let phrase = &rules.phrases[*ix];
                for (n, part) in phrase.parts.iter().enumerate() {
                    self.gather_at(&part.classes, &|| at(*ix, Some(n)), places);
                }
                self.gather_at(&phrase.unless, &|| at(*ix, None), places);
            }
            phrases.iter().for_each(|ix| matches(*ix, text, rules, &places.of, &mut found));
        });
        found
    }

    /// Notes where the members of these classes stand: the patterns `at` these places are of one of them at least.
    fn gather_at<I: Iterator<Item = (NormSpan, PatternIx)>>(
        &self,
        classes: &[ClassIx],
        at: &dyn Fn() -> I,
        places: &mut Places,
    ) {
        for class in classes {
            if places.is_wanted[*class] {
                continue;
            }
            places.want(*class);
            let is_of = |pattern| classes.len() == 1 || self.classes.of(pattern).contains(&(*class as u32));
            places.of[*class].extend(at().filter(|(_, pattern)| is_of(*pattern)).map(|(span, _)| span));
        }
    }

    /// Notes where the members of all classes of these phrases stand.
    fn gather(&self, phrases: &[usize], rules: &RuleSet, occurrences: &[Occurrence], places: &mut Places) {
        places.clear(rules.classes.len());
        for phrase in phrases.iter().map(|ix| &rules.phrases[*ix]) {
            let classes = phrase.parts.iter().flat_map(|part| &part.classes).chain(&phrase.unless);
            classes.for_each(|class| places.want(*class));
        }
        spend(occurrences.len());
        for o in occurrences {
            for class in self.classes.of(o.pattern).iter().map(|class| *class as usize) {
                if places.is_wanted[class] {
                    places.of[class].push(o.span);
                }
            }
        }
    }
}

/// Adds the matches of one phrase.
fn matches(ix: usize, text: &str, rules: &RuleSet, places: &[Vec<NormSpan>], found: &mut Vec<PhraseMatch>) {
    let phrase = &rules.phrases[ix];
    let search = Search { text, places, unless: &phrase.unless, sentence: Cell::new(None) };
    let parts: Vec<Sought<'_>> =
        phrase.parts.iter().map(|p| Sought { classes: &p.classes, gap: p.gap }).collect();
    let mut chosen = search.ordered(&parts);
    if phrase.any_order {
        chosen.extend(search.reversed(&phrase.parts));
    }
    found.extend(chosen.into_iter().map(|members| PhraseMatch {
        phrase: ix,
        owner: phrase.owner,
        parts: members.iter().map(|m| m.span).collect(),
        classes: members.iter().map(|m| m.class).collect(),
    }));
}

/// A part of a phrase that is looked for.
struct Sought<'a> {
    classes: &'a [ClassIx],
    gap: usize,
}

struct Search<'a> {
    text: &'a str,
    places: &'a [Vec<NormSpan>],
    unless: &'a [ClassIx],
    /// The sentence that was looked for last.
    sentence: Cell<Option<NormSpan>>,
}

impl<'a> Search<'a> {
    /// The members of a part, class by class, each class in order of place.
    fn members(&self, part: &Sought<'a>) -> impl Iterator<Item = Member> {
        let places = self.places;
        part.classes.iter().flat_map(move |class| {
            let class = *class;
            places[class].iter().map(move |span| Member { span: *span, class })
        })
    }

    /// One match per place of the first part: each further part is the nearest that fits.
    fn ordered(&self, parts: &[Sought<'a>]) -> Vec<Vec<Member>> {
        let mut found: Vec<Vec<Member>> = Vec::new();
        let Some((first, rest)) = parts.split_first() else { return found };
        let mut chosen: Vec<Member> = Vec::with_capacity(parts.len());
        for first in self.members(first) {
            chosen.clear();
            chosen.push(first);
            if self.extend(rest, &mut chosen) && !self.forbidden(&chosen) {
                found.push(chosen.clone());
                if found.len() == MOST_PER_PHRASE {
                    break;
                }
            }
        }
        found
    }

    /// The same with the order of the parts turned round; the gap before a part stays that part's.
    fn reversed(&self, parts: &'a [Part]) -> Vec<Vec<Member>> {
        let gap = parts.iter().map(|p| p.gap).max().unwrap_or(0);
        let parts: Vec<Sought<'_>> =
            parts.iter().rev().map(|p| Sought { classes: &p.classes, gap }).collect();
        self.ordered(&parts)
    }

    fn extend(&self, rest: &[Sought<'a>], chosen: &mut Vec<Member>) -> bool {
        let Some((part, rest)) = rest.split_first() else { return true };
        let Some(last) = chosen.last().map(|m| m.span) else { return true };
        // A character has at most four bytes: what stands farther away is none of the options by no count.
        let reach = last.end + part.gap * 4;
        let mut options: Vec<Member> = Vec::new();
        for class in part.classes {
            let places = &self.places[*class];
            let first = places.partition_point(|span| span.start < last.end);
            let near = places[first..].iter().take_while(|span| span.start <= reach);
            let fits = near.filter(|span| self::near(&self.text[last.end..span.start], part.gap));
            options.extend(fits.map(|span| Member { span: *span, class: *class }));
        }
        spend(options.len() + 1);
        options.sort_by_key(|m| (m.span.start, usize::MAX - m.span.end));
        for option in options.into_iter().take(MOST_PER_PHRASE) {
            chosen.push(option);
            if self.extend(rest, chosen) {
                return true;
            }
            chosen.pop();
        }
        false
    }

    /// Whether a member of a forbidding class stands in the sentence of the match, outside its parts.
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
            inside.any(|span| !chosen.iter().any(|part| part.span.overlaps(*span)))
        })
    }

    /// From the end of the sentence before a match to the end of its own.
    fn sentence(&self, first: NormSpan, last: NormSpan) -> NormSpan {
        // In a text without full stops each match would look through all of it.
        if let Some(known) = self.sentence.get()
            && known.start < first.start
            && last.end <= known.end
        {
            return known;
        }
        let start = self.text[..first.start].rfind(is_sentence_end).unwrap_or(0);
        let end = self.text[last.end..].find(is_sentence_end).map_or(self.text.len(), |i| last.end + i);
        let found = NormSpan { start, end };
        spend(end - start);
        // A word may hold the end of a sentence; then the next match lies in another one.
        let whole = !self.text[first.start..last.end].contains(is_sentence_end);
        self.sentence.set(Some(found).filter(|_| whole));
        found
    }
}

/// Whether at most `gap` characters stand between two parts and no end of a sentence.
pub(super) fn near(between: &str, gap: usize) -> bool {
    between.chars().count() <= gap && !between.contains(is_sentence_end)
}

/// Full stop, question or exclamation mark, line end, of either width.
fn is_sentence_end(c: char) -> bool {
    matches!(c, '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '!' | '?' | '\n' | '\r')
}

//! Phrases: parts in order, at most so many characters apart, within one sentence.

use std::cell::RefCell;

use crate::model::candidate::{Occurrence, PhraseMatch};
use crate::model::rules::{ClassIx, Part, Pattern, RuleSet, Use};
use crate::model::span::NormSpan;

/// Most matches of one phrase reported per utterance.
const MOST_PER_PHRASE: usize = 8;

/// Phrases by the words that they are made of.
///
/// Most turns hold the first part of hundreds of phrases and all parts of a handful. So each phrase is asked after only where
/// its rarest part stands, and places of members are gathered for the handful alone.
pub(super) struct PhraseIndex {
    /// For each pattern the classes it is a member of, sorted.
    classes: Lists,
    /// The same, only classes that parts of phrases are made of.
    part_classes: Lists,
    /// For each class the phrases whose rarest part it may be.
    by_rarest: Lists,
}

/// Many short lists of numbers in one piece of memory.
struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn new(lists: impl Iterator<Item = Vec<usize>>) -> Lists {
        let mut made = Lists { ends: vec![0], items: Vec::new() };
        for mut list in lists {
            list.sort_unstable();
            list.dedup();
            made.items.extend(list.into_iter().map(|item| item as u32));
            made.ends.push(made.items.len() as u32);
        }
        made
    }

    fn of(&self, n: usize) -> &[u32] {
        &self.items[self.ends[n] as usize..self.ends[n + 1] as usize]
    }
}

/// Occurrences of a text that a mask tells apart; a text with more of them is searched through.
const MASKED: usize = 128;

/// Which patterns and classes the text at hand holds, and where: a bit for each occurrence. Marks of earlier texts are told
/// from its own by their number, so that nothing has to be wiped.
#[derive(Default)]
struct Marks {
    text: u32,
    patterns: Vec<(u32, u128)>,
    classes: Vec<(u32, u128)>,
}

impl Marks {
    /// Begins another text.
    fn begin(&mut self, patterns: usize, classes: usize) {
        self.text = self.text.wrapping_add(1);
        if self.text == 0 || self.patterns.len() != patterns || self.classes.len() != classes {
            *self = Marks { text: 1, patterns: vec![(0, 0); patterns], classes: vec![(0, 0); classes] };
        }
    }

    fn has(&self, class: ClassIx) -> bool {
        self.classes[class].0 == self.text
    }
}

thread_local! {
    static MARKS: RefCell<Marks> = RefCell::default();
}

/// A class member at a place.
#[derive(Debug, Clone, Copy)]
struct Member {
    span: NormSpan,
    class: ClassIx,
}

/// The members in one utterance.
struct Present<'a> {
    index: &'a PhraseIndex,
    marks: &'a Marks,
    occurrences: &'a [Occurrence],
}

impl Present<'_> {
    /// The members of any class in order of place.
    fn members(&self, class: ClassIx) -> impl Iterator<Item = Member> {
        let wanted = class as u32;
        let of_class = move |o: &&Occurrence| self.index.classes.of(o.pattern).binary_search(&wanted).is_ok();
        self.occurrences.iter().filter(of_class).map(move |o| Member { span: o.span, class })
    }

    /// Adds the members of a class that parts are made of, in order of place.
    fn add(&self, class: ClassIx, members: &mut Vec<Member>) {
        if self.occurrences.len() > MASKED {
            return members.extend(self.members(class));
        }
        let (text, mut places) = self.marks.classes[class];
        while text == self.marks.text && places != 0 {
            let o = &self.occurrences[places.trailing_zeros() as usize];
            members.push(Member { span: o.span, class });
            places &= places - 1;
        }
    }

    fn of(&self, part: &Part) -> Vec<Member> {
        let mut members = Vec::with_capacity(4);
        part.classes.iter().for_each(|c| self.add(*c, &mut members));
        members
    }
}

impl PhraseIndex {
    pub(super) fn new(rules: &RuleSet) -> PhraseIndex {
        let mut in_parts = vec![false; rules.classes.len()];
        for class in rules.phrases.iter().flat_map(|p| &p.parts).flat_map(|p| &p.classes) {
            in_parts[*class] = true;
        }
        let classes = |pattern: &Pattern, wanted: &dyn Fn(usize) -> bool| -> Vec<usize> {
            let of = pattern.uses.iter().filter_map(|u| match *u {
                Use::Member { class } if wanted(class) => Some(class),
                _ => None,
            });
            of.collect()
        };
        let mut by_rarest = vec![Vec::new(); rules.classes.len()];
        for (ix, phrase) in rules.phrases.iter().enumerate() {
            let rarest = phrase.parts.iter().min_by_key(|part| commonness(part, rules));
            for class in rarest.iter().flat_map(|part| &part.classes) {
                by_rarest[*class].push(ix);
            }
        }
        PhraseIndex {
            classes: Lists::new(rules.patterns.iter().map(|p| classes(p, &|_| true))),
            part_classes: Lists::new(rules.patterns.iter().map(|p| classes(p, &|class| in_parts[class]))),
            by_rarest: Lists::new(by_rarest.into_iter()),
        }
    }

    pub(super) fn find(&self, text: &str, rules: &RuleSet, occurrences: &[Occurrence]) -> Vec<PhraseMatch> {
        MARKS.with_borrow_mut(|marks| {
            let complete = self.complete(rules, occurrences, marks);
            let present = Present { index: self, marks, occurrences };
            complete.into_iter().flat_map(|ix| matches(ix, text, rules, &present)).collect()
        })
    }

    /// The phrases of which each part stands somewhere in the text, in order; marks what stands where.
    fn complete(&self, rules: &RuleSet, occurrences: &[Occurrence], marks: &mut Marks) -> Vec<usize> {
        marks.begin(rules.patterns.len(), rules.classes.len());
        let text = marks.text;
        let mut distinct: Vec<usize> = Vec::with_capacity(occurrences.len());
        for (i, o) in occurrences.iter().enumerate() {
            let place = 1u128.checked_shl(i as u32).unwrap_or(0);
            let mark = &mut marks.patterns[o.pattern];
            if mark.0 == text {
                mark.1 |= place;
            } else {
                *mark = (text, place);
                distinct.push(o.pattern);
            }
        }
        let mut asked: Vec<u32> = Vec::with_capacity(64);
        for pattern in distinct {
            let places = marks.patterns[pattern].1;
            for class in self.part_classes.of(pattern) {
                let mark = &mut marks.classes[*class as usize];
                if mark.0 == text {
                    mark.1 |= places;
                } else {
                    *mark = (text, places);
                    asked.extend(self.by_rarest.of(*class as usize));
                }
            }
        }
        let stands = |part: &Part| part.classes.iter().any(|c| marks.has(*c));
        let mut complete: Vec<usize> = asked.into_iter().map(|ix| ix as usize).collect();
        complete.retain(|ix| rules.phrases[*ix].parts.iter().all(stands));
        complete.sort_unstable();
        complete.dedup();
        complete
    }
}

/// The matches of one phrase.
fn matches(ix: usize, text: &str, rules: &RuleSet, present: &Present<'_>) -> Vec<PhraseMatch> {
    let phrase = &rules.phrases[ix];
    let search = Search { text, present, unless: &phrase.unless };
    let parts: Vec<Sought> =
        phrase.parts.iter().map(|p| Sought { members: present.of(p), gap: p.gap }).collect();
    let mut matches = search.ordered(&parts);
    if phrase.any_order {
        matches.extend(search.reversed(parts));
    }
    let made = matches.into_iter().map(|members| PhraseMatch {
        phrase: ix,
        owner: phrase.owner,
        parts: members.iter().map(|m| m.span).collect(),
        classes: members.iter().map(|m| m.class).collect(),
    });
    made.collect()
}

/// How common the words of a part are, from their number and length: a guess, which only decides how much is asked in vain.
fn commonness(part: &Part, rules: &RuleSet) -> u64 {
    let members = part.classes.iter().flat_map(|c| &rules.classes[*c].members);
    // A character more makes a word about thirty times as rare.
    members.map(|m| 30u64.pow(5 - (m.chars().count() as u32).clamp(1, 5))).sum()
}

/// A part of a phrase with the members that stand in the text.
struct Sought {
    members: Vec<Member>,
    gap: usize,
}

struct Search<'a> {
    text: &'a str,
    present: &'a Present<'a>,
    unless: &'a [ClassIx],
}

impl Search<'_> {
    /// One match per place of the first part: each further part is the nearest that fits.
    fn ordered(&self, parts: &[Sought]) -> Vec<Vec<Member>> {
        let mut found: Vec<Vec<Member>> = Vec::new();
        let mut chosen: Vec<Member> = Vec::with_capacity(parts.len());
        for first in &parts[0].members {
            chosen.clear();
            chosen.push(*first);
            if self.extend(&parts[1..], &mut chosen) && !self.forbidden(&chosen) {
                found.push(chosen.clone());
                if found.len() == MOST_PER_PHRASE {
                    break;
                }
            }
        }
        found
    }

    /// The same with the order of the parts turned round; the gap before a part stays that part's.
    fn reversed(&self, mut parts: Vec<Sought>) -> Vec<Vec<Member>> {
        let gap = parts.iter().map(|p| p.gap).max().unwrap_or(0);
        parts.reverse();
        for part in &mut parts {
            part.gap = gap;
        }
        self.ordered(&parts)
    }

    fn extend(&self, rest: &[Sought], chosen: &mut Vec<Member>) -> bool {
        let Some((part, rest)) = rest.split_first() else { return true };
        let Some(last) = chosen.last().map(|m| m.span) else { return true };
        let fits = |m: &&Member| m.span.start >= last.end && self.near(last, m.span, part.gap);
        let mut options: Vec<Member> = part.members.iter().filter(fits).copied().collect();
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

    /// At most `gap` characters apart and no end of a sentence between.
    fn near(&self, before: NormSpan, after: NormSpan, gap: usize) -> bool {
        // A character has at most four bytes: the cheap test first.
        after.start - before.end <= gap * 4 && {
            let between = &self.text[before.end..after.start];
            between.chars().count() <= gap && !between.contains(is_sentence_end)
        }
    }

    /// Whether a member of a forbidding class stands in the sentence of the match, outside its parts.
    fn forbidden(&self, chosen: &[Member]) -> bool {
        let (Some(first), Some(last)) = (chosen.first(), chosen.last()) else { return false };
        let from = self.text[..first.span.start].rfind(is_sentence_end).unwrap_or(0);
        let to =
            self.text[last.span.end..].find(is_sentence_end).map_or(self.text.len(), |i| last.span.end + i);
        self.unless.iter().flat_map(|c| self.present.members(*c)).any(|m| {
            from <= m.span.start && m.span.end <= to && !chosen.iter().any(|part| part.span.overlaps(m.span))
        })
    }
}

/// Full stop, question or exclamation mark, line end, of either width.
fn is_sentence_end(c: char) -> bool {
    matches!(c, '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '!' | '?' | '\n' | '\r')
}

//! Phrases: parts in order, at most so many characters apart, within one sentence.

use crate::model::candidate::{Occurrence, PhraseMatch};
use crate::model::rules::{ClassIx, Part, RuleSet, Use};
use crate::model::span::NormSpan;

/// Most matches of one phrase reported per utterance.
const MOST_PER_PHRASE: usize = 8;

/// Phrases by the classes their first part may start with.
pub(super) struct PhraseIndex {
    by_first: Vec<Vec<usize>>,
    classes: usize,
}

/// A class member at a place.
#[derive(Debug, Clone, Copy)]
struct Member {
    span: NormSpan,
    class: ClassIx,
}

/// The members in one utterance, by class.
struct Present {
    members: Vec<Vec<Member>>,
}

impl Present {
    fn of(&self, part: &Part) -> impl Iterator<Item = Member> {
        part.classes.iter().flat_map(|c| self.members[*c].iter().copied())
    }

    fn any(&self, part: &Part) -> bool {
        part.classes.iter().any(|c| !self.members[*c].is_empty())
    }
}

impl PhraseIndex {
    pub(super) fn new(rules: &RuleSet) -> PhraseIndex {
        let mut by_first = vec![Vec::new(); rules.classes.len()];
        for (ix, phrase) in rules.phrases.iter().enumerate() {
            let starters: &[Part] = if phrase.any_order { &phrase.parts } else { &phrase.parts[..1] };
            let mut classes: Vec<ClassIx> = starters.iter().flat_map(|p| p.classes.iter().copied()).collect();
            classes.sort_unstable();
            classes.dedup();
            for class in classes {
                by_first[class].push(ix);
            }
        }
        PhraseIndex { by_first, classes: rules.classes.len() }
    }

    pub(super) fn find(&self, text: &str, rules: &RuleSet, occurrences: &[Occurrence]) -> Vec<PhraseMatch> {
        let mut present = Present { members: vec![Vec::new(); self.classes] };
        let mut tried: Vec<usize> = Vec::new();
        for o in occurrences {
            for u in &rules.patterns[o.pattern].uses {
                if let Use::Member { class } = *u {
                    if present.members[class].is_empty() {
                        tried.extend(&self.by_first[class]);
                    }
                    present.members[class].push(Member { span: o.span, class });
                }
            }
        }
        tried.sort_unstable();
        tried.dedup();
        let mut found = Vec::new();
        for ix in tried {
            let phrase = &rules.phrases[ix];
            if !phrase.parts.iter().all(|p| present.any(p)) {
                continue;
            }
            let search = Search { text, present: &present, unless: &phrase.unless };
            let mut matches = search.ordered(&phrase.parts);
            if phrase.any_order {
                matches.extend(search.reversed(&phrase.parts));
            }
            found.extend(matches.into_iter().map(|members| PhraseMatch {
                phrase: ix,
                owner: phrase.owner,
                parts: members.iter().map(|m| m.span).collect(),
                classes: members.iter().map(|m| m.class).collect(),
            }));
        }
        found
    }
}

struct Search<'a> {
    text: &'a str,
    present: &'a Present,
    unless: &'a [ClassIx],
}

impl Search<'_> {
    /// One match per place of the first part: each further part is the nearest that fits.
    fn ordered(&self, parts: &[Part]) -> Vec<Vec<Member>> {
        let mut found: Vec<Vec<Member>> = Vec::new();
        for first in self.present.of(&parts[0]) {
            let mut chosen = vec![first];
            if self.extend(&parts[1..], &mut chosen) && !self.forbidden(&chosen) {
                found.push(chosen);
                if found.len() == MOST_PER_PHRASE {
                    break;
                }
            }
        }
        found
    }

    /// The same with the order of the parts turned round; the gap before a part stays that part's.
    fn reversed(&self, parts: &[Part]) -> Vec<Vec<Member>> {
        let gap = parts.iter().map(|p| p.gap).max().unwrap_or(0);
        let turned: Vec<Part> =
            parts.iter().rev().map(|p| Part { classes: p.classes.clone(), gap }).collect();
        self.ordered(&turned)
    }

    fn extend(&self, rest: &[Part], chosen: &mut Vec<Member>) -> bool {
        let Some((part, rest)) = rest.split_first() else { return true };
        let Some(last) = chosen.last().map(|m| m.span) else { return true };
        let mut options: Vec<Member> = self
            .present
            .of(part)
            .filter(|m| m.span.start >= last.end && self.near(last, m.span, part.gap))
            .collect();
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
        self.unless.iter().flat_map(|c| &self.present.members[*c]).any(|m| {
            from <= m.span.start && m.span.end <= to && !chosen.iter().any(|part| part.span.overlaps(m.span))
        })
    }
}

/// Full stop, question or exclamation mark, line end, of either width.
fn is_sentence_end(c: char) -> bool {
    matches!(c, '\u{3002}' | '\u{ff01}' | '\u{ff1f}' | '!' | '?' | '\n' | '\r')
}

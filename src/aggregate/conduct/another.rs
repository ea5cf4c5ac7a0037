//! Somebody else than the borrower is on the line: what he says confirms nothing, and what is said to him is said to a contact.

use std::ops::Range;

use super::{ANSWER_WITHIN, Element, Evidence, NAME_PREFIX, NO_SHORT_NAME, Turn, members, whole};
use crate::model::letters::is_said;
use crate::model::rules::{Need, Owner, Void};
use crate::model::span::NormSpan;

/// Who turns out to be somebody else so many turns later has been so before.
const BACK_WITHIN: usize = 6;
/// Who answers for somebody else says so in one of so many first turns of his.
const ANSWERS_IN: usize = 3;
/// Turns of the call from one turn of a speaker to his next.
const NEXT_OWN: usize = 2;
/// Class of what stands before a name by which somebody says who he is.
const BEFORE_NAME: &str = "before-own-name";
/// Class of what names the family alone.
const BEFORE_FAMILY: &str = "before-family-name";
/// Fewest and most characters of a name that are looked at; a family name is one.
const NAME: (usize, usize) = (2, 4);
/// Class of words by which somebody else is meant.
const OTHERS: &str = "other-persons";
/// Class of those of them that are not spoken to.
const THIRD: &str = "third-person";
/// Class of those who may answer for another.
const KIN: &str = "belongs-to-him";
/// Class of what stands behind a name when the speaker belongs to him who has it.
const OF_ANOTHER: &str = "of-another";
/// Class of what may stand behind a claim and adds nothing.
const PARTICLES: &str = "particles";
/// Class of clauses that say yes.
const YES: &str = "yes";
/// Class of clauses that open a call and say nothing else.
const HELLO: &str = "hello";

/// Classes whose words the search for required elements reads, whatever phrases may hold them.
pub const READ: [&str; 10] = [
    NAME_PREFIX,
    NO_SHORT_NAME,
    BEFORE_NAME,
    BEFORE_FAMILY,
    OF_ANOTHER,
    OTHERS,
    PARTICLES,
    THIRD,
    HELLO,
    YES,
];

impl Element<'_> {
    /// The turns in which somebody else is on the line.
    pub(super) fn another(&self) -> &Option<Range<usize>> {
        self.another.get_or_init(|| {
            let mut needs = (0..self.element.needs.len()).filter(|n| self.element.needs[*n].void);
            needs.find_map(|n| {
                let need = &self.element.needs[n];
                let own = self.early(need);
                // Hardly any call holds such words.
                let holds = |turn: &&usize| self.has_void(n, **turn, &|void| void.other);
                let first = own.iter().take(ANSWERS_IN).find(holds)?;
                // Who has confirmed that he is the borrower may speak of others, but not of himself as somebody else.
                let confirms =
                    |e: &Evidence| self.is_claim(need, e) && e.full || self.answered(e, n, &|_, _| true);
                let claimed = own.iter().copied().find(|turn| self.evidence(n, *turn).iter().any(confirms));
                let is_other = |turn: &usize| {
                    let new = claimed.is_none_or(|claimed| *turn < claimed) && !self.says_yes(*turn);
                    self.is_void(n, *turn, |void| void.other && (new || void.back))
                };
                let from =
                    own.iter().copied().take(ANSWERS_IN).skip_while(|turn| turn < first).find(is_other)?;
                let all = self.search.of.get(&need.speaker).map_or(&[][..], Vec::as_slice);
                let until = all.iter().copied().find(|turn| *turn > from && self.takes_over(n, *turn));
                Some(from..until.unwrap_or(self.search.turns.len()))
            })
        })
    }

    /// Whether nothing shows a need in a turn because somebody else speaks there.
    pub(super) fn is_anothers(&self, n: usize, turn: usize) -> bool {
        self.element.needs[n].void && self.another().as_ref().is_some_and(|turns| turns.contains(&turn))
    }

    /// Whether somebody says in a turn that he is who was asked for.
    fn claims(&self, n: usize, turn: usize) -> bool {
        let need = &self.element.needs[n];
        self.evidence(n, turn).iter().any(|e| e.full && self.is_claim(need, e))
    }

    /// Whether evidence is a claim: with it somebody says of himself that he is who was asked for.
    pub(super) fn is_claim(&self, need: &Need, e: &Evidence) -> bool {
        self.is_claim_at(need, e.turn, e.span)
    }

    /// Whether words are a claim: a clause of their own, or before a name that the other side has said.
    fn is_claim_at(&self, need: &Need, turn: usize, span: NormSpan) -> bool {
        let text = self.search.turns[turn].text;
        let whole = need.claims.iter().any(|claim| *claim == text[span.start..span.end]);
        self.is_before_name(turn, span)
            || whole && self.begins_clause(&text[..span.start]) && self.ends_clause(&text[span.end..])
    }

    /// Whether the speaker says his name in evidence or right behind it.
    pub(super) fn says_name(&self, e: &Evidence) -> bool {
        self.is_before_name(e.turn, e.span)
    }

    fn is_before_name(&self, turn: usize, span: NormSpan) -> bool {
        let said = &self.search.turns[turn].text[span.start..span.end];
        let mut name = said;
        let before_name = members(self.search.rules, BEFORE_NAME);
        while let Some(shorter) = before_name.iter().find_map(|m| name.strip_prefix(m.as_str())) {
            name = shorter;
        }
        let lead = &said[..said.len() - name.len()];
        !lead.is_empty() && self.is_named(turn, span.start + lead.len(), lead)
    }

    /// Whether a name that the other side has said stands at a place, behind `lead`, and not that of somebody whom the speaker belongs
    /// to.
    fn is_named(&self, turn: usize, from: usize, lead: &str) -> bool {
        let turns = self.search.turns;
        let own = &turns[turn];
        let heard =
            |name: &str| turns[..turn].iter().any(|t| t.speaker != own.speaker && t.text.contains(name));
        let rest = &own.text[from..];
        let family = members(self.search.rules, BEFORE_FAMILY).iter().any(|m| lead.ends_with(m.as_str()));
        let fewest = if family { 1 } else { NAME.0 };
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let said = rest.chars().take_while(|c| is_said(*c)).count();
        let longest = ends.take(said.min(NAME.1)).skip(fewest - 1).filter(|end| heard(&rest[..*end])).last();
        longest.is_some_and(|end| !self.begins(rest, OTHERS) && !self.begins(&rest[end..], OF_ANOTHER))
    }

    /// Whether a clause begins behind a text, with a mere yes before it at most.
    fn begins_clause(&self, before: &str) -> bool {
        let clause = before.rsplit(|c| !is_said(c)).next().unwrap_or_default();
        clause.is_empty() || members(self.search.rules, YES).iter().any(|yes| yes == clause)
    }

    /// Whether a clause ends before a text, is no question, and it is not said behind it to whom the speaker belongs.
    fn ends_clause(&self, rest: &str) -> bool {
        let Some(next) = rest.chars().next() else { return true };
        if is_said(next) {
            return self.begins(rest, PARTICLES);
        }
        let behind = rest.trim_start_matches(|c| !is_said(c));
        let third = members(self.search.rules, THIRD).iter().find_map(|m| behind.strip_prefix(m.as_str()));
        !matches!(next, '?' | '\u{ff1f}') && !third.is_some_and(|behind| self.begins(behind, KIN))
    }

    fn begins(&self, text: &str, class: &str) -> bool {
        members(self.search.rules, class).iter().any(|m| text.starts_with(m.as_str()))
    }

    /// Whether a turn begins with a yes, a hello before it at most, or with a yes and the name that was asked for: who begins so may
    /// speak of others and is asked for all the same.
    fn says_yes(&self, turn: usize) -> bool {
        let own = &self.search.turns[turn];
        let opens = |clause: &str| members(self.search.rules, HELLO).iter().any(|hello| hello == clause);
        let mut clauses = own
            .text
            .split(|c| !is_said(c))
            .filter(|clause| !clause.is_empty())
            .skip_while(|clause| opens(clause));
        let first = clauses.next().unwrap_or_default();
        let heard = |name: &str| {
            let mut before = self.search.turns[..turn].iter().filter(|t| t.speaker != own.speaker);
            name.chars().count() >= NAME.0 && before.any(|t| t.text.contains(name))
        };
        let mut behind =
            members(self.search.rules, YES).iter().filter_map(|yes| first.strip_prefix(yes.as_str()));
        behind.any(|name| name.is_empty() || heard(name))
    }

    /// Whether somebody says in a turn, however late, that he is who was asked for.
    fn takes_over(&self, n: usize, turn: usize) -> bool {
        let need = &self.element.needs[n];
        if self.early(need).binary_search(&turn).is_ok() {
            return self.claims(n, turn);
        }
        let text = self.search.turns[turn].text;
        need.claims.iter().any(|claim| {
            let mut places = text.match_indices(claim.as_str());
            places.any(|(start, _)| {
                self.is_claim_at(need, turn, NormSpan { start, end: start + claim.len() })
                    && self.begins_clause(&text[..start])
            })
        })
    }

    /// What the speaker of a turn has said before it.
    fn own_before(&self, turn: usize) -> impl Iterator<Item = &str> {
        let speaker = self.search.turns[turn].speaker;
        self.search.turns[..turn].iter().filter(move |t| t.speaker == speaker).map(|t| t.text)
    }

    /// Whether nothing in a turn counts because of a phrase with these parts there: somebody else speaks.
    pub(super) fn voids(&self, void: &Void, turn: usize, parts: &[NormSpan]) -> bool {
        let turns = self.search.turns;
        let own = &turns[turn];
        let others = |from: usize| turns[from..turn].iter().filter(|t| t.speaker != own.speaker);
        let said = |parts: &[NormSpan]| whole(parts).map_or("", |span| &own.text[span.start..span.end]);
        let heard = |parts: &[NormSpan]| others(0).any(|t| t.text.contains(said(parts)));
        let others_say = |parts: &[NormSpan]| {
            turns.iter().any(|t| t.speaker != own.speaker && t.text.contains(said(parts)))
        };
        let asked = |t: &Turn<'_>| void.unless_asked.iter().any(|word| t.text.contains(word.as_str()));
        let within = |word: &String| {
            let places = own.text.match_indices(word.as_str());
            let mut spans = places.map(|(start, _)| NormSpan { start, end: start + word.len() });
            spans.any(|span| parts.iter().any(|part| span.covers(*part)))
        };
        let early = || {
            let before: usize =
                self.own_before(turn).map(|t| t.chars().filter(|c| is_said(*c)).count()).sum();
            let here = parts.first().map_or("", |first| &own.text[..first.start]);
            before + here.chars().filter(|c| is_said(*c)).count() <= void.within
        };
        (void.heard == 0 || heard(&parts[..void.heard.min(parts.len())]))
            && (void.within == 0 || early())
            && !(void.unheard && others_say(&parts[parts.len() - 1..]))
            && !void.except.iter().any(within)
            && !others(turn.saturating_sub(ANSWER_WITHIN)).any(asked)
    }

    /// Whether somebody else speaks in a turn by what `counts`.
    fn is_void(&self, n: usize, turn: usize, counts: impl Fn(&Void) -> bool) -> bool {
        self.has_void(n, turn, &counts) && self.evidence(n, turn).is_empty()
    }

    /// Whether words stand in a turn that may void it and that `counts`.
    fn has_void(&self, n: usize, turn: usize, counts: &dyn Fn(&Void) -> bool) -> bool {
        let mut found = false;
        (self.search.find)(turn, Owner::Need(self.ix, n), false, &mut |phrase, parts| {
            let void = self.search.rules.phrases[phrase].void.as_ref().filter(|void| counts(void));
            found |= void.is_some_and(|void| self.voids(void, turn, parts));
        });
        found
    }

    /// Whether what is shown is weak and somebody else spoke the turn before, or is taken back shortly behind: full evidence
    /// no later than what must come behind it.
    pub(super) fn taken_back(&self, e: &Evidence, n: usize) -> bool {
        let need = &self.element.needs[n];
        if !need.void {
            return false;
        }
        let voided = |turn: usize, back: bool| self.is_void(n, turn, |void| void.back || !back);
        let latest = if e.full { self.last } else { usize::MAX };
        let mut behind =
            self.early(need).iter().filter(|turn| (e.turn + 1..=e.turn + BACK_WITHIN).contains(turn));
        let mut before =
            self.early(need).iter().filter(|turn| (e.turn.saturating_sub(NEXT_OWN)..e.turn).contains(turn));
        behind.any(|turn| *turn <= latest && voided(*turn, true))
            || !e.full && before.any(|turn| voided(*turn, false))
    }
}

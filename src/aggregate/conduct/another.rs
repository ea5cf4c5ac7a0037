//! Somebody else than the borrower is on the line: what he says confirms nothing, and what is said to him is said to a contact.

use std::ops::Range;

use super::{ANSWER_WITHIN, Element, Evidence, Turn, members, whole};
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
/// Characters of a name that make sure that it is the same one; a family name is one.
const NAME: usize = 2;

/// Class of words by which somebody else is meant.
const OTHERS: &str = "other-persons";
/// Class of what may stand behind a claim and adds nothing.
const PARTICLES: &str = "particles";

impl Element<'_> {
    /// The turns in which somebody else is on the line.
    pub(super) fn another(&self) -> &Option<Range<usize>> {
        self.another.get_or_init(|| {
            let mut needs = (0..self.element.needs.len()).filter(|n| self.element.needs[*n].void);
            needs.find_map(|n| {
                let need = &self.element.needs[n];
                let own = self.early(need);
                let others = |turn: &usize, counts: &dyn Fn(&Void) -> bool| self.has_void(n, *turn, counts);
                // Hardly any call holds such words.
                let first = own.iter().take(ANSWERS_IN).find(|turn| others(turn, &|void| void.other))?;
                // Who has confirmed that he is the borrower may speak of others, but not of himself as somebody else.
                let confirms =
                    |e: &Evidence| self.is_claim(need, e) && e.full || self.answered(e, n, &|_, _| true);
                let claimed = own.iter().copied().find(|turn| self.evidence(n, *turn).iter().any(confirms));
                let is_other = |turn: &usize| {
                    let new = claimed.is_none_or(|claimed| *turn < claimed);
                    self.is_void(n, *turn, |void| void.other && (new || void.back))
                };
                let from =
                    own.iter().copied().take(ANSWERS_IN).skip_while(|turn| turn < first).find(is_other)?;
                let until = own.iter().copied().find(|turn| *turn > from && self.claims(n, *turn));
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

    /// Whether full evidence leaves no doubt that the speaker means himself: a pause or a name that the other side has said stands
    /// behind it, or it is itself such a name.
    pub(super) fn is_claim(&self, need: &Need, e: &Evidence) -> bool {
        let turns = self.search.turns;
        let (own, rest) = (&turns[e.turn], &turns[e.turn].text[e.span.end..]);
        let said = &own.text[e.span.start..e.span.end];
        let heard =
            |name: &str| turns[..e.turn].iter().any(|t| t.speaker != own.speaker && t.text.contains(name));
        let members = |class| members(self.search.rules, class);
        let begins = |text: &str, class| members(class).iter().any(|m| text.starts_with(m.as_str()));
        let ends = || rest.chars().next().is_none_or(|c| !is_said(c)) || begins(rest, PARTICLES);
        let next: String = rest.chars().take_while(|c| is_said(*c)).take(NAME).collect();
        let names = || next.chars().count() == NAME && !begins(&next, OTHERS) && heard(&next);
        if need.claims.iter().any(|claim| claim == said) && (ends() || names()) {
            return true;
        }
        let mut name = said;
        while let Some(shorter) = members(BEFORE_NAME).iter().find_map(|m| name.strip_prefix(m.as_str())) {
            name = shorter;
        }
        let lead = &said[..said.len() - name.len()];
        let family = members(BEFORE_FAMILY).iter().any(|m| lead.ends_with(m.as_str()));
        let long = name.chars().count() >= if family { 1 } else { NAME };
        long && name.chars().all(is_said) && heard(name)
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

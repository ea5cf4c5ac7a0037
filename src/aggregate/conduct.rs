//! Required elements of a call to the borrower: was each of them said, and early enough.
//!
//! An element has needs, a need has evidence: phrases by weight. Weight 1 shows it alone. Less than 1 shows it only beside
//! full evidence for another need of the element (a bare number next to the institution's name is a work number).
//! Weight 0 is the opposite of evidence: what it overlaps does not count (in "pay 500 first" the number is not the debt).

use std::collections::BTreeMap;

use crate::model::candidate::PhraseMatch;
use crate::model::rules::{ConductElement, Need, Owner, RuleSet};
use crate::model::scan::Presence;
use crate::model::span::NormSpan;
use crate::model::transcript::{Call, CalleeRole, Speaker};

/// Most characters between weak evidence and the full evidence that supports it, both by one speaker.
const NEAR: usize = 8;
/// A full answer comes at most so many turns after the question; a weak one must be the next turn.
const ANSWER_WITHIN: usize = 3;
/// Characters of an agency's name that people shorten it to.
const SHORT_NAME: usize = 2;
/// Class of places and legal forms that an agency's name may begin with; they are no part of its short name.
const NAME_PREFIX: &str = "agency-name-prefix";
/// Class of words too common to be a short name.
const NO_SHORT_NAME: &str = "no-short-name";

/// One turn as the elements see it.
pub struct Turn<'a> {
    /// Who spoke.
    pub speaker: Speaker,
    /// What was said, normalised.
    pub text: &'a str,
    /// Phrases of every owner in it.
    pub phrases: &'a [PhraseMatch],
    /// Groups with a violation in it.
    pub groups: Vec<&'a str>,
}

/// Words that show a need.
struct Evidence {
    turn: usize,
    span: NormSpan,
    full: bool,
}

/// What the search for evidence reads.
struct Search<'a> {
    rules: &'a RuleSet,
    turns: &'a [Turn<'a>],
    names: Vec<String>,
}

/// Present, missing or not checked, by element. Only an answered call to the borrower with a known collector can be checked.
pub fn elements(
    rules: &RuleSet,
    call: &Call,
    agency: Option<&str>,
    turns: &[Turn<'_>],
) -> BTreeMap<String, Presence> {
    let heard = turns.iter().any(|t| t.speaker == Speaker::Collector);
    let checkable = heard && call.callee_role == CalleeRole::Borrower && call.connected != Some(false);
    let search = Search { rules, turns, names: agency.map_or_else(Vec::new, |name| names(rules, name)) };
    let places: Vec<Option<usize>> = if checkable {
        rules.conduct.iter().enumerate().map(|(ix, e)| search.place(ix, e)).collect()
    } else {
        Vec::new()
    };
    let place_of = |name: &str| {
        let ix = rules.conduct.iter().position(|e| e.name == name)?;
        places.get(ix).copied().flatten()
    };
    rules
        .conduct
        .iter()
        .map(|e| {
            let late = |at: usize| e.before.as_deref().and_then(place_of).is_some_and(|other| at > other);
            let presence = match (checkable, place_of(&e.name)) {
                (false, _) => Presence::NotChecked,
                (true, Some(at)) if !late(at) => Presence::Present,
                (true, _) => Presence::Missing,
            };
            (e.name.clone(), presence)
        })
        .collect()
}

/// The agency's name and what people shorten it to.
fn names(rules: &RuleSet, agency: &str) -> Vec<String> {
    let members =
        |class: &str| rules.classes.iter().find(|c| c.name == class).map_or(&[][..], |c| &c.members[..]);
    let mut rest = agency;
    while let Some(shorter) = members(NAME_PREFIX).iter().find_map(|m| rest.strip_prefix(m.as_str())) {
        rest = shorter;
    }
    let short: String = rest.chars().take(SHORT_NAME).collect();
    let mut names = vec![agency.to_owned()];
    if short.chars().count() == SHORT_NAME && short != agency && !members(NO_SHORT_NAME).contains(&short) {
        names.push(short);
    }
    names.retain(|n| !n.trim().is_empty());
    names
}

impl Search<'_> {
    /// The turn by which all needs of an element were met.
    fn place(&self, ix: usize, element: &ConductElement) -> Option<usize> {
        let needs = &element.needs;
        let found: Vec<Vec<Evidence>> = needs
            .iter()
            .enumerate()
            .map(|(n, need)| self.evidence(Owner::Need(ix, n), need, element))
            .collect();
        let mut latest = 0;
        for (n, evidence) in found.iter().enumerate() {
            let at = evidence.iter().find(|e| self.shown(e, n, needs, &found))?;
            latest = latest.max(at.turn);
        }
        Some(latest)
    }

    /// Everything that may show a need, in order of place.
    fn evidence(&self, owner: Owner, need: &Need, element: &ConductElement) -> Vec<Evidence> {
        let limit = if element.first_turns == 0 { usize::MAX } else { element.first_turns };
        let own = self.turns.iter().enumerate().filter(|(_, t)| t.speaker == need.speaker).take(limit);
        // Who has said the agency's true name pretends to be nobody else, whatever a finding suspects.
        let names_it = element.needs.iter().any(|n| n.agency);
        let mut named = false;
        let mut found = Vec::new();
        for (turn, t) in own {
            named |= names_it && self.named(t.text).next().is_some();
            if !named && element.void_by.iter().any(|g| t.groups.contains(&g.as_str())) {
                continue;
            }
            let matches = || {
                t.phrases
                    .iter()
                    .filter(|m| m.owner == owner)
                    .map(|m| (self.rules.phrases[m.phrase].weight, m))
            };
            // By its parts: what stands in a gap of the counter-evidence is none of it.
            let against: Vec<NormSpan> =
                matches().filter(|(w, _)| *w <= 0.0).flat_map(|(_, m)| m.parts.clone()).collect();
            let mut here: Vec<Evidence> = matches()
                .filter(|(w, _)| *w > 0.0)
                .filter_map(|(w, m)| Some(Evidence { turn, span: whole(m)?, full: w >= 1.0 }))
                .collect();
            if need.agency {
                here.extend(self.named(t.text).map(|span| Evidence { turn, span, full: true }));
            }
            here.retain(|e| !against.iter().any(|a| a.overlaps(e.span)));
            here.sort_by_key(|e| (e.span, !e.full));
            found.extend(here);
        }
        found
    }

    /// Where the agency's name stands.
    fn named<'t>(&'t self, text: &'t str) -> impl Iterator<Item = NormSpan> + 't {
        self.names.iter().flat_map(move |name| {
            text.match_indices(name.as_str()).map(|(start, _)| NormSpan { start, end: start + name.len() })
        })
    }

    /// Whether evidence for need `n` holds beside what was found for the other needs.
    fn shown(&self, e: &Evidence, n: usize, needs: &[Need], found: &[Vec<Evidence>]) -> bool {
        let others = || (0..needs.len()).filter(|m| *m != n);
        let talk = others().filter(|m| needs[*m].speaker != needs[n].speaker);
        // Question and answer hold together: the one before the other, and one of them full.
        let answered = talk.clone().all(|m| {
            found[m].iter().any(|s| {
                let (first, second) = if m < n { (s.turn, e.turn) } else { (e.turn, s.turn) };
                let answer = if m < n { e } else { s };
                let soon = second == first + 1 || (answer.full && second <= first + ANSWER_WITHIN);
                first < second && soon && (s.full || e.full)
            })
        });
        let supported = e.full
            || talk.count() > 0
            || others().any(|m| found[m].iter().any(|s| s.full && s.turn == e.turn && self.near(s, e)));
        answered && supported
    }

    fn near(&self, a: &Evidence, b: &Evidence) -> bool {
        let (from, to) = (a.span.end.min(b.span.end), a.span.start.max(b.span.start));
        let text = self.turns[a.turn].text;
        from >= to || text.get(from..to).is_some_and(|between| between.chars().count() <= NEAR)
    }
}

/// From the first part of a phrase to its last.
fn whole(m: &PhraseMatch) -> Option<NormSpan> {
    m.parts.iter().copied().reduce(NormSpan::join)
}

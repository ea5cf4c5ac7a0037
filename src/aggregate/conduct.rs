//! Required elements of a call to the borrower: was each of them said, and early enough.
//!
//! An element has needs, a need has evidence: phrases by weight. Weight 1 shows it alone. Less than 1 shows it only beside
//! full evidence for another need of the element (a bare number next to the institution's name is a work number).
//! Weight 0 is the opposite of evidence: what it overlaps does not count (in "pay 500 first" the number is not the debt).

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::rules::{ConductElement, Need, Owner, RuleSet};
use crate::model::scan::Presence;
use crate::model::span::NormSpan;
use crate::model::transcript::{Call, CalleeRole, Speaker};

mod another;

pub use another::READ;

/// Most characters between weak evidence and the full evidence that supports it, both by one speaker.
const NEAR: usize = 8;
/// A full answer comes at most so many turns after the question; a weak one must be the next turn.
const ANSWER_WITHIN: usize = 3;
/// Characters of an agency's name that people shorten it to.
const SHORT_NAME: usize = 2;
/// Fewest characters of what an agency's name is without a place before it.
const LEAST_NAME: usize = 3;
/// Classes of what the names of firms end with.
const FIRM_KINDS: [&str; 2] = ["firm-suffix", "lender-suffix"];
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
    /// Groups with a violation in it.
    pub groups: Vec<&'a str>,
}

/// Words that show a need.
struct Evidence {
    turn: usize,
    span: NormSpan,
    full: bool,
}

/// Where a need of an element was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// 0-based index of the turn.
    pub turn: usize,
    /// The words.
    pub span: NormSpan,
}

/// Hands over the phrases of an owner in a turn, those that show something or those that speak against it: their number and the
/// places of their parts, the same perhaps twice. They are asked for when they are needed: most turns need not be looked at.
pub type Find<'a> = dyn Fn(usize, Owner, bool, &mut See<'_>) + 'a;

/// Takes the number of a phrase and the places of its parts.
pub type See<'a> = dyn FnMut(usize, &[NormSpan]) + 'a;

/// What the search for evidence reads.
struct Search<'a> {
    rules: &'a RuleSet,
    turns: &'a [Turn<'a>],
    find: &'a Find<'a>,
    names: Vec<String>,
    /// The turns of each speaker.
    of: BTreeMap<Speaker, Vec<usize>>,
}

/// Present, missing or not checked, by element. Only an answered call to the borrower with a known collector can be checked.
pub fn elements(
    rules: &RuleSet,
    call: &Call,
    agency: Option<&str>,
    turns: &[Turn<'_>],
    find: &Find<'_>,
) -> BTreeMap<String, Presence> {
    let heard = turns.iter().any(|t| t.speaker == Speaker::Collector);
    let checkable = heard && is_checkable(call);
    let search = Search::new(rules, agency, turns, find);
    let places = if checkable { places(&search) } else { vec![(None, 0); rules.conduct.len()] };
    let presence = |ix: usize| match (checkable, in_time(rules, &places, ix)) {
        (false, _) => Presence::NotChecked,
        (true, true) => Presence::Present,
        (true, false) => Presence::Missing,
    };
    rules.conduct.iter().enumerate().map(|(ix, e)| (e.name.clone(), presence(ix))).collect()
}

/// Whether an element was shown, and no later than the one that it must come before.
fn in_time(rules: &RuleSet, places: &[(Option<usize>, usize)], ix: usize) -> bool {
    let before = rules.conduct[ix].before.as_ref();
    let other = before.and_then(|name| rules.conduct.iter().position(|e| e.name == *name));
    let limit = other.and_then(|other| places[other].0).unwrap_or(usize::MAX);
    places[ix].0.is_some_and(|at| at <= limit)
}

/// Where the needs of each element were shown, in their order; of one that is missing, where that was too late.
pub fn proofs(
    rules: &RuleSet,
    agency: Option<&str>,
    turns: &[Turn<'_>],
    find: &Find<'_>,
) -> Vec<Option<Vec<Proof>>> {
    let search = Search::new(rules, agency, turns, find);
    let places = places(&search);
    let element = |ix| match in_time(rules, &places, ix) {
        true => Element::new(&search, ix, places[ix].1),
        false => Element { first_turns: 0, ..Element::new(&search, ix, usize::MAX) },
    };
    (0..rules.conduct.len()).map(|ix| element(ix).proofs()).collect()
}

/// The turns in which somebody else than the borrower is on the line: from where one of the first answers surely is another's to where
/// somebody says of himself that he is the borrower.
pub fn somebody_else(rules: &RuleSet, turns: &[Turn<'_>], find: &Find<'_>) -> Option<Range<usize>> {
    let search = Search::new(rules, None, turns, find);
    let voids = |ix: &usize| rules.conduct[*ix].needs.iter().any(|need| need.void);
    let elements = (0..rules.conduct.len()).filter(voids).map(|ix| Element::new(&search, ix, usize::MAX));
    elements.filter_map(|element| element.another().clone()).min_by_key(|turns| turns.start)
}

/// The turns of each speaker.
fn by_speaker(turns: &[Turn<'_>]) -> BTreeMap<Speaker, Vec<usize>> {
    let mut of: BTreeMap<Speaker, Vec<usize>> = BTreeMap::new();
    for (at, turn) in turns.iter().enumerate() {
        of.entry(turn.speaker).or_insert_with(|| Vec::with_capacity(turns.len())).push(at);
    }
    of
}

/// The turn by which each element was shown, and the last that can show it. One that must come before another is looked for no
/// farther than to where that one was shown, as later it is missing all the same: a question and its answer need nothing beyond.
fn places(search: &Search<'_>) -> Vec<(Option<usize>, usize)> {
    let elements = &search.rules.conduct;
    let mut places = vec![(None, usize::MAX); elements.len()];
    let (free, bound): (Vec<usize>, Vec<usize>) =
        (0..elements.len()).partition(|ix| elements[*ix].before.is_none());
    for ix in free.into_iter().chain(bound) {
        let of = |ix: usize| elements[ix].before.as_deref();
        let other = of(ix).and_then(|name| elements.iter().position(|e| e.name == name));
        // Where another one asks for its place, the place is wanted even if it comes too late; and in a longer talk what comes
        // late may bear out what came early.
        let asked = (0..elements.len()).any(|one| of(one) == Some(&*elements[ix].name));
        let whole = asked || elements[ix].needs.len() > 2;
        let last = other.and_then(|other| places[other].0).filter(|_| !whole).unwrap_or(usize::MAX);
        places[ix] = (Element::new(search, ix, last).place(), last);
    }
    places
}

/// In how many of the first turns of a speaker elements are looked for that must come early.
pub fn early_turns(rules: &RuleSet) -> usize {
    rules.conduct.iter().map(|element| element.first_turns).max().unwrap_or(0)
}

/// Whether a call can be checked once it is known who the collector is.
pub fn is_checkable(call: &Call) -> bool {
    call.callee_role == CalleeRole::Borrower && call.connected != Some(false)
}

/// The members of a class.
fn members<'a>(rules: &'a RuleSet, class: &str) -> &'a [String] {
    rules.classes.iter().find(|c| c.name == class).map_or(&[][..], |c| &c.members[..])
}

/// The agency's name and what people shorten it to.
fn names(rules: &RuleSet, agency: &str) -> Vec<String> {
    let mut rest = agency;
    while let Some(shorter) = members(rules, NAME_PREFIX).iter().find_map(|m| rest.strip_prefix(m.as_str())) {
        rest = shorter;
    }
    let short: String = rest.chars().take(SHORT_NAME).collect();
    let mut names = vec![agency.to_owned()];
    if short.chars().count() == SHORT_NAME
        && short != agency
        && !members(rules, NO_SHORT_NAME).contains(&short)
    {
        names.push(short);
    }
    // Many begin with a place that nobody says: what stands behind two characters, if that is a name and no mere kind of firm.
    let behind: String = agency.chars().skip(SHORT_NAME).collect();
    let kinds = FIRM_KINDS.iter().flat_map(|class| members(rules, class));
    if behind.chars().count() >= LEAST_NAME
        && !kinds.into_iter().any(|kind| behind.starts_with(kind.as_str()))
    {
        names.push(behind);
    }
    names.retain(|n| !n.trim().is_empty());
    names
}

impl<'a> Search<'a> {
    fn new(
        rules: &'a RuleSet,
        agency: Option<&str>,
        turns: &'a [Turn<'a>],
        find: &'a Find<'a>,
    ) -> Search<'a> {
        let names = agency.map_or_else(Vec::new, |name| names(rules, name));
        Search { rules, turns, find, names, of: by_speaker(turns) }
    }

    /// Where the agency's name stands.
    fn named<'t>(&'t self, text: &'t str) -> impl Iterator<Item = NormSpan> + 't {
        self.names.iter().flat_map(move |name| {
            text.match_indices(name.as_str()).map(|(start, _)| NormSpan { start, end: start + name.len() })
        })
    }
}

/// The search for what shows one element.
struct Element<'a> {
    search: &'a Search<'a>,
    ix: usize,
    element: &'a ConductElement,
    /// In how many of the first turns of a speaker it is looked for; 0: in all.
    first_turns: usize,
    /// The last turn that can show it.
    last: usize,
    /// For each need what was found in each turn, as far as it was asked for; one need's turns behind the other's.
    found: Vec<OnceCell<Vec<Evidence>>>,
    /// For each need the first turn in which its speaker has said the agency's name.
    named: Vec<Option<usize>>,
    /// The turns in which somebody else is on the line.
    another: OnceCell<Option<Range<usize>>>,
}

impl<'a> Element<'a> {
    fn new(search: &'a Search<'a>, ix: usize, last: usize) -> Element<'a> {
        let element = &search.rules.conduct[ix];
        let cells = search.turns.len() * element.needs.len();
        let found = std::iter::repeat_with(OnceCell::new).take(cells).collect();
        let another = OnceCell::new();
        let first_turns = element.first_turns;
        let mut made = Element { search, ix, element, first_turns, last, found, named: Vec::new(), another };
        // Who has said the agency's true name pretends to be nobody else, whatever a finding suspects.
        let names_it = element.needs.iter().any(|n| n.agency) && !search.names.is_empty();
        let says = |t: &usize| search.named(search.turns[*t].text).next().is_some();
        let first = |need| made.own(need).iter().copied().filter(|_| names_it).find(says);
        made.named = element.needs.iter().map(first).collect();
        made
    }

    /// The turns of a need's speaker that are no later than the element asks.
    fn early(&self, need: &Need) -> &'a [usize] {
        let all = self.search.of.get(&need.speaker).map_or(&[][..], Vec::as_slice);
        let limit = if self.first_turns == 0 { usize::MAX } else { self.first_turns };
        &all[..all.len().min(limit)]
    }

    /// The turns that may show a need.
    fn own(&self, need: &Need) -> &'a [usize] {
        let early = self.early(need);
        &early[..early.partition_point(|turn| *turn <= self.last)]
    }

    /// The turn by which all needs were met.
    fn place(&self) -> Option<usize> {
        let needs = 0..self.element.needs.len();
        needs.map(|n| self.first(n)).try_fold(0, |latest, e| Some(latest.max(e?.turn)))
    }

    /// Where each need was met: a question by the one that its answer answers.
    fn proofs(&self) -> Option<Vec<Proof>> {
        let needs = 0..self.element.needs.len();
        let first: Vec<&Evidence> = needs.clone().map(|n| self.first(n)).collect::<Option<_>>()?;
        let proof = |n: usize| {
            let answer = self.talk(n).find(|m| *m > n).map(|m| first[m].turn);
            let asked = answer.and_then(|at| {
                let near = (at.saturating_sub(ANSWER_WITHIN)..at).rev();
                near.flat_map(|turn| self.evidence(n, turn)).find(|e| self.shown(e, n))
            });
            let e = asked.unwrap_or(first[n]);
            Proof { turn: e.turn, span: e.span }
        };
        Some(needs.map(proof).collect())
    }

    /// The first evidence that shows a need.
    fn first(&self, n: usize) -> Option<&Evidence> {
        let mut own = self.own(&self.element.needs[n]).iter().copied().filter(|t| self.may_answer(n, *t));
        own.find_map(|t| self.evidence(n, t).iter().find(|e| self.shown(e, n)))
    }

    /// Everything in a turn that may show a need, in order of place; nothing when the turn is none of its speaker's, or
    /// comes too late.
    fn evidence(&self, n: usize, turn: usize) -> &[Evidence] {
        let (cell, need) = (&self.found[n * self.search.turns.len() + turn], &self.element.needs[n]);
        cell.get_or_init(|| {
            let own = self.own(need).binary_search(&turn).is_ok();
            if own { self.look(n, need, turn) } else { Vec::new() }
        })
    }

    fn look(&self, n: usize, need: &Need, turn: usize) -> Vec<Evidence> {
        let t = &self.search.turns[turn];
        let named = self.named[n].is_some_and(|first| first <= turn);
        if !named && self.element.void_by.iter().any(|g| t.groups.contains(&g.as_str())) {
            return Vec::new();
        }
        let owner = Owner::Need(self.ix, n);
        let weight = |phrase: usize| self.search.rules.phrases[phrase].weight;
        let mut here: Vec<Evidence> = Vec::new();
        (self.search.find)(turn, owner, true, &mut |phrase, parts| {
            here.extend(whole(parts).map(|span| Evidence { turn, span, full: weight(phrase) >= 1.0 }));
        });
        if need.agency {
            here.extend(self.search.named(t.text).map(|span| Evidence { turn, span, full: true }));
        }
        if here.is_empty() {
            return here;
        }
        // By its parts: what stands in a gap of the counter-evidence is none of it.
        let mut voids: Vec<(bool, Vec<NormSpan>)> = Vec::new();
        (self.search.find)(turn, owner, false, &mut |phrase, parts| match &self.search.rules.phrases[phrase]
            .void
        {
            Some(void) if self.voids(void, turn, parts) => voids.push((void.other, parts.to_vec())),
            Some(_) => {}
            // Who says his name has said it, whatever else he says.
            None => here.retain(|e| {
                let stands = !parts.iter().any(|a| a.overlaps(e.span));
                stands || need.void && e.full && self.says_name(e)
            }),
        });
        // Who says who he is may speak of others beside that.
        let stands = |(other, parts): &(bool, Vec<NormSpan>)| {
            let beside = |e: &Evidence| !parts.iter().any(|a| a.overlaps(e.span));
            here.iter().any(|e| e.full && if *other { self.is_claim(need, e) } else { beside(e) })
        };
        if !voids.iter().all(stands) {
            here.clear();
        }
        here.sort_by_key(|e| (e.span, !e.full));
        here
    }

    /// The needs of the other side: question and answer hold together.
    fn talk(&self, n: usize) -> impl Iterator<Item = usize> {
        let needs = &self.element.needs;
        (0..needs.len()).filter(move |m| needs[*m].speaker != needs[n].speaker)
    }

    /// Whether something was asked shortly before, if this need is an answer: else the turn need not be looked at.
    fn may_answer(&self, n: usize, turn: usize) -> bool {
        let asked =
            |m: usize| (turn.saturating_sub(ANSWER_WITHIN)..turn).any(|t| !self.evidence(m, t).is_empty());
        self.talk(n).filter(|m| *m < n).all(asked)
    }

    /// Whether evidence for need `n` holds beside what was found for the other needs.
    fn shown(&self, e: &Evidence, n: usize) -> bool {
        let mut others = (0..self.element.needs.len()).filter(|m| *m != n);
        let beside = |m| self.evidence(m, e.turn).iter().any(|s| s.full && self.near(s, e));
        let answered = self.answered(e, n, &|m, turn| !self.is_anothers(m, turn));
        let enough = answered && (e.full || self.talk(n).next().is_some() || others.any(beside));
        enough && !self.is_anothers(n, e.turn) && !self.taken_back(e, n)
    }

    /// Whether question and answer belong together, in turns that count: the one before the other, and one of them full.
    fn answered(&self, e: &Evidence, n: usize, counts: &dyn Fn(usize, usize) -> bool) -> bool {
        self.talk(n).all(|m| {
            let last = self.search.turns.len().min(e.turn + ANSWER_WITHIN + 1);
            let near = if m < n { e.turn.saturating_sub(ANSWER_WITHIN)..e.turn } else { e.turn + 1..last };
            near.filter(|turn| counts(m, *turn)).flat_map(|turn| self.evidence(m, turn)).any(|s| {
                let (first, second) = if m < n { (s.turn, e.turn) } else { (e.turn, s.turn) };
                let answer = if m < n { e } else { s };
                (second == first + 1 || answer.full) && (s.full || e.full)
            })
        })
    }

    fn near(&self, a: &Evidence, b: &Evidence) -> bool {
        let (from, to) = (a.span.end.min(b.span.end), a.span.start.max(b.span.start));
        let text = self.search.turns[a.turn].text;
        from >= to || text.get(from..to).is_some_and(|between| between.chars().count() <= NEAR)
    }
}

/// From the first part of a phrase to its last.
fn whole(parts: &[NormSpan]) -> Option<NormSpan> {
    parts.iter().copied().reduce(NormSpan::join)
}

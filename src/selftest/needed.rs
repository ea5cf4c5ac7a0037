//! What entries are good for: each is left out in turn, and a test in the files must then come out otherwise. Terms, phrases, their
//! words and what voids cues are asked of the `hit`s, whatever stops a match of the `miss`es.

use std::collections::{BTreeMap, BTreeSet};

use super::entry::{Entry, Family, Less, Sparing, all, is_of, told};
use super::{Unshown, elements, signs, wrong};
use crate::build::Engine;
use crate::judge::{self, JudgedTurn};
use crate::matching::kinds;
use crate::model::candidate::{Candidate, Matched};
use crate::model::rules::{ClassIx, ElementTest, Expect, Owner, RuleIx, RuleSet, RuleTest, SignTest, Use};
use crate::model::span::RawSpan;
use crate::model::transcript::{Call, Utterance};

/// Entries without which each test in the files comes out as it does with them, and nothing is found less surely.
pub(super) fn unshown(engine: &Engine) -> Vec<Unshown> {
    let mut proof = Proof::new(engine);
    for (ix, rule) in engine.rules.rules.iter().enumerate() {
        rule.tests.iter().for_each(|test| proof.see(ix, test));
    }
    for (ix, element) in engine.rules.conduct.iter().enumerate() {
        element.tests.iter().for_each(|test| proof.see_call(ix, test));
    }
    for (owner, tests) in signs::all(&engine.rules) {
        tests.iter().for_each(|test| proof.see_sign(owner, test));
    }
    proof.rest.iter().map(|entry| told(&engine.rules, *entry)).collect()
}

struct Proof<'a> {
    engine: &'a Engine,
    family: Family,
    /// What no test has shown so far.
    rest: BTreeSet<Entry>,
    /// The tables, in which one entry at a time is left out.
    less: Less,
}

impl Proof<'_> {
    fn new(engine: &Engine) -> Proof<'_> {
        let family = Family::new(&engine.rules);
        let rest = all(&engine.rules, &family);
        Proof { engine, family, rest, less: Less::new(&engine.rules) }
    }

    /// Strikes off what a test of a rule would miss. One that fails as it is tells nothing.
    fn see(&mut self, rule: RuleIx, test: &RuleTest) {
        if wrong(self.engine, &self.engine.rules, rule, test).is_some() {
            return;
        }
        let engine = self.engine;
        for (entry, weight) in self.concerned(rule, test) {
            let misses = self.less.without(entry, &self.family, |less| match test.expect {
                Expect::Miss(_) => wrong(engine, less, rule, test).is_some(),
                // Not found at all, or less surely.
                Expect::Hit(mark) => {
                    let utterance = Utterance::said(test.speaker, &test.text);
                    let turn = judge::listed_turn_by(engine, less, &utterance);
                    let sure = |c: &&Candidate| stands(c, rule) && c.weight >= weight;
                    !turn.candidates.iter().filter(sure).any(|c| meets(&turn, c, mark))
                }
            });
            if misses {
                self.rest.remove(&entry);
            }
        }
    }

    /// Strikes off what a test of a required element would miss.
    fn see_call(&mut self, element: usize, test: &ElementTest) {
        let (engine, rules) = (self.engine, &self.engine.rules);
        if elements::wrong(engine, rules, &rules.conduct[element], test).is_some() {
            return;
        }
        let call = elements::call(test);
        let judged = judge::elements(engine, rules, &call).2;
        let classes = classes(rules, |owner| matches!(owner, Owner::Need(of, _) if of == element));
        let members: BTreeSet<Entry> = judged
            .iter()
            .flat_map(|turn| self.members(turn, &classes))
            .chain(self.sparing(element, &judged))
            .chain(self.read(&call, &judged))
            .filter(|e| self.rest.contains(e))
            .collect();
        for entry in members {
            let misses = self.less.without(entry, &self.family, |less| {
                elements::wrong(engine, less, &less.conduct[element], test).is_some()
            });
            if misses {
                self.rest.remove(&entry);
            }
        }
    }

    /// Strikes off what a test of a cue of distress or of words that tell the speaker would miss.
    fn see_sign(&mut self, owner: Owner, test: &SignTest) {
        let (engine, rules) = (self.engine, &self.engine.rules);
        if signs::is_seen(engine, rules, owner, test) != test.seen {
            return;
        }
        let turn = judge::listed_turn_by(engine, rules, &Utterance::said(test.speaker, &test.text));
        let classes = classes(rules, |of| of == owner);
        let members: BTreeSet<Entry> =
            self.members(&turn, &classes).into_iter().filter(|e| self.rest.contains(e)).collect();
        for entry in members {
            let misses = self
                .less
                .without(entry, &self.family, |less| signs::is_seen(engine, less, owner, test) != test.seen);
            if misses {
                self.rest.remove(&entry);
            }
        }
    }

    /// What may decide a test of a rule, of the entries that are not shown yet, and how sure it is.
    fn concerned(&self, rule: RuleIx, test: &RuleTest) -> BTreeMap<Entry, f32> {
        let rules = &self.engine.rules;
        let turn = judge::listed_turn_by(self.engine, rules, &Utterance::said(test.speaker, &test.text));
        let words = self.members(&turn, &classes(rules, |owner| owner == Owner::Rule(rule)));
        let mut concerned = match test.expect {
            Expect::Hit(mark) => {
                let mut found = found(rules, &turn, rule, mark);
                let weight = found.values().copied().fold(0.0, f32::max);
                found.extend(words.into_iter().map(|word| (word, weight)));
                found
            }
            Expect::Miss(_) => {
                let complete = self.engine.matcher.complete(kinds::RULE, &turn.located);
                let unless = complete.into_iter().map(Entry::Unless).chain(words);
                stopping(rules, &turn, rule).chain(unless.map(|entry| (entry, 0.0))).collect()
            }
        };
        concerned.retain(|entry, _| self.rest.contains(entry));
        concerned
    }

    /// What may keep phrases of an element from voiding the turns of a call.
    fn sparing(&self, element: usize, turns: &[JudgedTurn]) -> Vec<Entry> {
        let said = |word: &String| turns.iter().any(|turn| turn.text.text.as_str().contains(word.as_str()));
        let rules = &self.engine.rules;
        let mut sparing = Vec::new();
        for (ix, phrase) in rules.phrases.iter().enumerate() {
            let Some(void) = phrase.void.as_ref() else { continue };
            if !matches!(phrase.owner, Owner::Need(of, _) if of == element) {
                continue;
            }
            for list in Sparing::ALL {
                let words = list.words(void).iter().enumerate();
                sparing.extend(words.filter(|(_, w)| said(w)).map(|(word, _)| Entry::Spared(ix, list, word)));
            }
        }
        sparing
    }

    /// What the search for elements may have read itself in a call.
    fn read(&self, call: &Call, turns: &[JudgedTurn]) -> Vec<Entry> {
        let rules = &self.engine.rules;
        let agency = call.agency.as_deref().unwrap_or_default();
        let said = |word: &str| agency.contains(word) || turns.iter().any(|t| t.text.text.contains(word));
        let is_read = |entry: &Entry| match *entry {
            Entry::Read(class, word) => said(&rules.classes[class].members[word]),
            Entry::Claim(element, need, claim) => said(&rules.conduct[element].needs[need].claims[claim]),
            _ => false,
        };
        self.rest.iter().copied().filter(is_read).collect()
    }

    /// The members of these classes in a turn, by the classes that list them.
    fn members(&self, turn: &JudgedTurn, classes: &BTreeSet<ClassIx>) -> Vec<Entry> {
        let rules = &self.engine.rules;
        let heard = turn.located.sounded.iter().map(|s| s.occurrence);
        let mut members = Vec::new();
        for o in turn.located.occurrences.iter().copied().chain(heard) {
            for u in rules.patterns[o.pattern].uses.iter() {
                if let Use::Member { class } = *u
                    && classes.contains(&class)
                {
                    let listers = self.family.listers(rules, class, o.pattern);
                    members.extend(listers.into_iter().map(|lister| Entry::Member(lister, o.pattern)));
                }
            }
        }
        members
    }
}

/// The classes of all phrases that are for something.
fn classes(rules: &RuleSet, is_for: impl Fn(Owner) -> bool) -> BTreeSet<ClassIx> {
    let own = rules.phrases.iter().filter(|phrase| is_for(phrase.owner));
    own.flat_map(|p| p.parts.iter().flat_map(|part| &part.classes).chain(&p.unless)).copied().collect()
}

/// What is found where a `hit` has its mark, and what may keep a cue from stopping it.
fn found(rules: &RuleSet, turn: &JudgedTurn, rule: RuleIx, mark: Option<RawSpan>) -> BTreeMap<Entry, f32> {
    let mut found = BTreeMap::new();
    for c in turn.candidates.iter().filter(|c| stands(c, rule) && meets(turn, c, mark)) {
        let entry = match c.matched {
            Matched::Term(term) => Entry::Term(rule, term),
            Matched::Phrase(phrase) => Entry::Phrase(phrase),
            Matched::Classifier { .. } => continue,
        };
        let weight = found.entry(entry).or_insert(c.weight);
        *weight = c.weight.max(*weight);
    }
    let stands =
        |class| turn.located.occurrences.iter().any(|o| is_of(&rules.patterns[o.pattern].uses, class));
    let void = rules.cues.iter().enumerate().filter(|(_, cue)| cue.void.is_some() && stands(cue.void));
    found.extend(void.map(|(ix, _)| (Entry::Void(ix), 0.0)));
    found
}

/// The exceptions and cues in a turn.
fn stopping(rules: &RuleSet, turn: &JudgedTurn, rule: RuleIx) -> impl Iterator<Item = (Entry, f32)> {
    let uses = turn.located.occurrences.iter().flat_map(|o| {
        let uses = rules.patterns[o.pattern].uses.iter();
        uses.map(move |u| (o.pattern, *u))
    });
    uses.filter_map(move |(pattern, u)| match u {
        Use::Except { rule: of } if of == rule => Some((Entry::Except(rule, pattern), 0.0)),
        Use::Member { class } => Some((Entry::Cue(class, pattern), 0.0)),
        _ => None,
    })
}

/// Whether a candidate is a rule's, listed, and as sure as its entry.
fn stands(candidate: &Candidate, rule: RuleIx) -> bool {
    candidate.rule == rule
        && candidate.listed()
        && candidate.rejected.is_none()
        && candidate.lowered.is_empty()
}

/// Whether a candidate stands where a test has its mark.
fn meets(turn: &JudgedTurn, candidate: &Candidate, mark: Option<RawSpan>) -> bool {
    let raw = turn.text.raw(candidate.span);
    mark.is_none_or(|m| raw.start < m.end && m.start < raw.end)
}

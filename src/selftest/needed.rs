//! What entries are good for: each is left out in turn, and a test in the files must then come out otherwise. Terms, phrases and what
//! voids cues are asked of the `hit`s, whatever stops a match of the `miss`es.

use std::collections::{BTreeMap, BTreeSet};

use super::{Unshown, wrong};
use crate::build::Engine;
use crate::judge::{self, JudgedTurn};
use crate::matching::kinds;
use crate::model::candidate::{Candidate, Matched};
use crate::model::rules::{
    ClassIx, Expect, Owner, Part, PatternIx, Phrase, RuleIx, RuleSet, RuleTest, Use, Uses,
};
use crate::model::span::RawSpan;
use crate::model::transcript::Utterance;

/// Something that a lexicon lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Entry {
    /// A term of a rule.
    Term(RuleIx, PatternIx),
    /// A phrase.
    Phrase(usize),
    /// The words that forbid a phrase.
    Unless(usize),
    /// A harmless expression of a rule.
    Except(RuleIx, PatternIx),
    /// A word of a cue, by the class that holds it.
    Cue(ClassIx, PatternIx),
    /// The words that void a cue.
    Void(usize),
}

/// Entries without which each test in the files of rules comes out as it does with them, and nothing is found less surely.
pub(super) fn unshown(engine: &Engine) -> Vec<Unshown> {
    let mut proof = Proof::new(engine);
    for (ix, rule) in engine.rules.rules.iter().enumerate() {
        rule.tests.iter().for_each(|test| proof.see(ix, test));
    }
    proof.rest.iter().map(|entry| told(&engine.rules, *entry)).collect()
}

/// Every entry that a test of a rule can show.
fn all(rules: &RuleSet) -> BTreeSet<Entry> {
    let is_cue = |class: ClassIx| rules.cues.iter().any(|cue| cue.class == class);
    let uses = rules.patterns.iter().enumerate().flat_map(|(ix, p)| p.uses.iter().map(move |u| (ix, *u)));
    let listed = uses.filter_map(|(ix, u)| match u {
        Use::Term { rule, .. } => Some(Entry::Term(rule, ix)),
        Use::Except { rule } => Some(Entry::Except(rule, ix)),
        Use::Member { class } => is_cue(class).then_some(Entry::Cue(class, ix)),
    });
    let of_rules = |(_, p): &(usize, &Phrase)| matches!(p.owner, Owner::Rule(_));
    let phrases = rules.phrases.iter().enumerate().filter(of_rules).flat_map(|(ix, phrase)| {
        [Some(Entry::Phrase(ix)), (!phrase.unless.is_empty()).then_some(Entry::Unless(ix))]
    });
    let cues = rules.cues.iter().enumerate();
    let voids = cues.filter_map(|(ix, cue)| cue.void.map(|_| Entry::Void(ix)));
    listed.chain(phrases.flatten()).chain(voids).collect()
}

/// What an entry is called, and where it stands.
fn told(rules: &RuleSet, entry: Entry) -> Unshown {
    let of_pattern = |ix: PatternIx, what: &str| {
        let (file, line) = rules.patterns[ix].origin;
        let entry = [what, rules.patterns[ix].shown()].concat();
        Unshown { file: rules.files[file as usize].clone(), line: line as usize, entry }
    };
    // What several files list is known by the place of the first.
    let of_rule = |rule: RuleIx, ix: PatternIx, what: &str| {
        let (first, file) = (of_pattern(ix, what), &rules.rules[rule].file);
        let line = if first.file == *file { first.line } else { 0 };
        Unshown { file: file.clone(), line, ..first }
    };
    let of_phrase = |ix: usize, what: &str| {
        let phrase = &rules.phrases[ix];
        let file = match phrase.owner {
            Owner::Rule(rule) => rules.rules[rule].file.clone(),
            _ => String::new(),
        };
        Unshown { file, line: phrase.line, entry: [what, &phrase.shown].concat() }
    };
    match entry {
        Entry::Term(rule, ix) => of_rule(rule, ix, ""),
        Entry::Except(rule, ix) => of_rule(rule, ix, "except: "),
        Entry::Cue(_, ix) => of_pattern(ix, "cue: "),
        Entry::Void(ix) => {
            let first = |class| rules.patterns.iter().position(|p| is_of(&p.uses, class));
            let known = first(rules.cues[ix].void).or_else(|| first(Some(rules.cues[ix].class)));
            of_pattern(known.unwrap_or(0), "void: ")
        }
        Entry::Phrase(ix) => of_phrase(ix, ""),
        Entry::Unless(ix) => of_phrase(ix, "unless: "),
    }
}

struct Proof<'a> {
    engine: &'a Engine,
    /// What no test has shown so far.
    rest: BTreeSet<Entry>,
    /// The tables, in which one entry at a time is left out.
    less: RuleSet,
}

impl Proof<'_> {
    fn new(engine: &Engine) -> Proof<'_> {
        Proof { engine, rest: all(&engine.rules), less: engine.rules.clone() }
    }

    /// Strikes off what a test would miss. One that fails as it is tells nothing.
    fn see(&mut self, rule: RuleIx, test: &RuleTest) {
        if wrong(self.engine, &self.engine.rules, rule, test).is_some() {
            return;
        }
        for (entry, weight) in self.concerned(rule, test) {
            if self.misses(rule, test, entry, weight) {
                self.rest.remove(&entry);
            }
        }
    }

    /// Whether a test comes out otherwise without an entry: a `miss` for another reason or not at all, a `hit` less surely.
    fn misses(&mut self, rule: RuleIx, test: &RuleTest, entry: Entry, weight: f32) -> bool {
        let before = self.leave_out(entry);
        let missed = match test.expect {
            Expect::Miss(_) => wrong(self.engine, &self.less, rule, test).is_some(),
            Expect::Hit(mark) => {
                let utterance = Utterance::said(test.speaker, &test.text);
                let turn = judge::listed_turn_by(self.engine, &self.less, &utterance);
                let sure = |c: &&Candidate| stands(c, rule) && c.weight >= weight;
                !turn.candidates.iter().filter(sure).any(|c| meets(&turn, c, mark))
            }
        };
        self.put_back(entry, before);
        missed
    }

    /// What may decide a test, of the entries that are not shown yet, and how sure it is.
    fn concerned(&self, rule: RuleIx, test: &RuleTest) -> BTreeMap<Entry, f32> {
        let rules = &self.engine.rules;
        let turn = judge::listed_turn_by(self.engine, rules, &Utterance::said(test.speaker, &test.text));
        let mut concerned = match test.expect {
            Expect::Hit(mark) => found(rules, &turn, rule, mark),
            Expect::Miss(_) => {
                let complete = self.engine.matcher.complete(kinds::RULE, &turn.located);
                let unless = complete.into_iter().map(|phrase| (Entry::Unless(phrase), 0.0));
                stopping(rules, &turn, rule).chain(unless).collect()
            }
        };
        concerned.retain(|entry, _| self.rest.contains(entry));
        concerned
    }

    /// Leaves an entry out; gives what was there.
    fn leave_out(&mut self, entry: Entry) -> Before {
        let less = &mut self.less;
        match entry {
            Entry::Phrase(ix) => Before::Parts(std::mem::take(&mut less.phrases[ix].parts)),
            Entry::Unless(ix) => Before::Classes(std::mem::take(&mut less.phrases[ix].unless)),
            Entry::Void(ix) => Before::Void(less.cues[ix].void.take()),
            Entry::Term(_, ix) | Entry::Except(_, ix) | Entry::Cue(_, ix) => {
                let is = |u: &Use| match (*u, entry) {
                    (Use::Term { rule, .. }, Entry::Term(of, _)) => rule == of,
                    (Use::Except { rule }, Entry::Except(of, _)) => rule == of,
                    (Use::Member { class }, Entry::Cue(of, _)) => class == of,
                    _ => false,
                };
                let uses = &mut less.patterns[ix].uses;
                let kept: Vec<Use> = uses.iter().filter(|u| !is(u)).copied().collect();
                Before::Uses(std::mem::replace(uses, Uses::Several(kept.into())))
            }
        }
    }

    fn put_back(&mut self, entry: Entry, before: Before) {
        let less = &mut self.less;
        match (entry, before) {
            (Entry::Phrase(ix), Before::Parts(parts)) => less.phrases[ix].parts = parts,
            (Entry::Unless(ix), Before::Classes(classes)) => less.phrases[ix].unless = classes,
            (Entry::Void(ix), Before::Void(void)) => less.cues[ix].void = void,
            (Entry::Term(_, ix) | Entry::Except(_, ix) | Entry::Cue(_, ix), Before::Uses(uses)) => {
                less.patterns[ix].uses = uses;
            }
            _ => {}
        }
    }
}

/// What was there before an entry was left out.
enum Before {
    Parts(Vec<Part>),
    Classes(Vec<ClassIx>),
    Uses(Uses),
    Void(Option<ClassIx>),
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

/// Whether what is used so is a member of the class.
fn is_of(uses: &Uses, class: Option<ClassIx>) -> bool {
    uses.iter().any(|u| matches!(u, Use::Member { class: of } if Some(*of) == class))
}

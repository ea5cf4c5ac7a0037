//! Which entries of the lexicon ever matched on a body of calls, and what stopped them.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::build::Engine;
use crate::finding;
use crate::judge;
use crate::model::candidate::Matched;
use crate::model::rules::{Owner, RuleIx, Use};
use crate::model::transcript::Call;

/// What became of the matches of an entry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How often it matched.
    pub matched: u64,
    /// How often it became a finding.
    pub found: u64,
    /// How often it stood, and a better match of its group stood at the same place or it was too little to be shown.
    pub overruled: u64,
    /// How often each gate stopped it.
    pub rejected: BTreeMap<&'static str, u64>,
}

/// An entry of a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// `term` or `phrase`.
    pub by: &'static str,
    /// As listed.
    pub entry: String,
    /// What became of its matches.
    #[serde(flatten)]
    pub tally: Tally,
}

/// The entries of a rule: those that matched most come first, equals in the order of their text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCoverage {
    /// Rule.
    pub rule: String,
    /// How many of its entries ever matched.
    pub used: usize,
    /// Its entries.
    pub entries: Vec<Entry>,
}

/// What was looked at, and every rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Coverage {
    /// Calls.
    pub calls: u64,
    /// Turns in them.
    pub turns: u64,
    /// Rules by id.
    pub rules: Vec<RuleCoverage>,
}

/// Counts call by call.
pub struct Counter<'a> {
    engine: &'a Engine,
    calls: u64,
    turns: u64,
    tallies: BTreeMap<(RuleIx, usize, usize), Tally>,
}

/// Terms and phrases are numbered apart.
const TERM: usize = 0;
const PHRASE: usize = 1;

impl<'a> Counter<'a> {
    /// Every entry of every rule, none seen yet.
    pub fn new(engine: &'a Engine) -> Counter<'a> {
        let mut tallies = BTreeMap::new();
        for (ix, pattern) in engine.rules.patterns.iter().enumerate() {
            for u in &pattern.uses {
                if let Use::Term { rule, .. } = *u {
                    tallies.insert((rule, TERM, ix), Tally::default());
                }
            }
        }
        for (ix, phrase) in engine.rules.phrases.iter().enumerate() {
            if let Owner::Rule(rule) = phrase.owner {
                tallies.insert((rule, PHRASE, ix), Tally::default());
            }
        }
        Counter { engine, calls: 0, turns: 0, tallies }
    }

    /// Adds a call.
    pub fn add(&mut self, call: &Call) {
        self.calls += 1;
        let rules = &self.engine.rules;
        for turn in judge::turns(self.engine, call) {
            self.turns += 1;
            let kept = finding::resolve(&turn.candidates, rules);
            for c in &turn.candidates {
                let key = match c.matched {
                    Matched::Term(ix) => (c.rule, TERM, ix),
                    Matched::Phrase(ix) => (c.rule, PHRASE, ix),
                    Matched::Classifier { .. } => continue,
                };
                let tally = self.tallies.entry(key).or_default();
                tally.matched += 1;
                match &c.rejected {
                    Some(r) => *tally.rejected.entry(r.gate).or_default() += 1,
                    None if c.weight >= rules.policy.review && kept.contains(c) => tally.found += 1,
                    None => tally.overruled += 1,
                }
            }
        }
    }

    /// The counts by rule; with `only`, of this rule alone.
    pub fn finish(self, only: Option<RuleIx>) -> Coverage {
        let rules = &self.engine.rules;
        let mut by_rule: BTreeMap<RuleIx, Vec<Entry>> = BTreeMap::new();
        for ((rule, kind, ix), tally) in self.tallies {
            if only.is_some_and(|wanted| wanted != rule) {
                continue;
            }
            let (by, entry) = match kind {
                TERM => ("term", rules.patterns[ix].shown().to_owned()),
                _ => ("phrase", rules.phrases[ix].shown.clone()),
            };
            by_rule.entry(rule).or_default().push(Entry { by, entry, tally });
        }
        let rules = by_rule.into_iter().map(|(rule, mut entries)| {
            entries.sort_by(|a, b| {
                b.tally.matched.cmp(&a.tally.matched).then_with(|| (a.by, &a.entry).cmp(&(b.by, &b.entry)))
            });
            let used = entries.iter().filter(|e| e.tally.matched > 0).count();
            RuleCoverage { rule: rules.rules[rule].id.clone(), used, entries }
        });
        Coverage { calls: self.calls, turns: self.turns, rules: rules.collect() }
    }
}

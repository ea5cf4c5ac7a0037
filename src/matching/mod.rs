//! Locates every pattern of the lexicon and the phrases made of them. Overlapping: what is harmless is decided later.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::model::candidate::{Candidate, Matched, Occurrence, PhraseMatch};
use crate::model::error::Error;
use crate::model::rules::{Boundary, Owner, RuleSet, Use};
use crate::model::span::NormSpan;

mod phrases;

use phrases::PhraseIndex;

/// Most occurrences kept per utterance, so that nested patterns in a hostile text stay cheap.
const MOST_OCCURRENCES: usize = 20_000;

/// The automaton over all patterns and the index of phrases. Immutable; shared by all threads.
pub struct Matcher {
    automaton: AhoCorasick,
    phrases: PhraseIndex,
}

/// What was located in one utterance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// Patterns by place.
    pub occurrences: Vec<Occurrence>,
    /// Phrases of every owner, by place.
    pub phrases: Vec<PhraseMatch>,
    /// Whether the text holds more occurrences than are looked at.
    pub truncated: bool,
}

impl Matcher {
    /// # Errors
    /// When the patterns are too many for the automaton.
    pub fn new(rules: &RuleSet) -> Result<Matcher, Error> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(rules.patterns.iter().map(|p| p.text.as_str()))
            .map_err(|e| Error::Usage(format!("the lexicon is too large: {e}")))?;
        Ok(Matcher { automaton, phrases: PhraseIndex::new(rules) })
    }

    /// Every pattern and every phrase in a normalised text.
    pub fn locate(&self, text: &str, rules: &RuleSet) -> Located {
        let mut located = Located::default();
        for m in self.automaton.find_overlapping_iter(text) {
            if located.occurrences.len() == MOST_OCCURRENCES {
                located.truncated = true;
                break;
            }
            let span = NormSpan { start: m.start(), end: m.end() };
            located.occurrences.push(Occurrence { span, pattern: m.pattern().as_usize() });
        }
        if !located.occurrences.is_empty() {
            located.occurrences.sort_unstable();
            located.phrases = self.phrases.find(text, rules, &located.occurrences);
        }
        located
    }
}

/// The candidates among what was located: terms and phrases that belong to rules, in order of place.
pub fn candidates(located: &Located, rules: &RuleSet) -> Vec<Candidate> {
    let mut found = Vec::new();
    for o in &located.occurrences {
        for u in &rules.patterns[o.pattern].uses {
            if let Use::Term { rule, weight, boundary } = *u {
                found.push(Candidate {
                    rule,
                    matched: Matched::Term(o.pattern),
                    span: o.span,
                    parts: vec![o.span],
                    weight,
                    edges: vec![(o.span, boundary)],
                    rejected: None,
                    lowered: Vec::new(),
                });
            }
        }
    }
    for m in &located.phrases {
        let phrase = &rules.phrases[m.phrase];
        if let Owner::Rule(rule) = phrase.owner {
            found.push(Candidate {
                rule,
                matched: Matched::Phrase(m.phrase),
                span: m.parts.iter().copied().reduce(NormSpan::join).unwrap_or(NormSpan { start: 0, end: 0 }),
                parts: m.parts.clone(),
                weight: phrase.weight,
                edges: edges(m, rules),
                rejected: None,
                lowered: Vec::new(),
            });
        }
    }
    found.sort_by(|a, b| (a.span, a.rule, &a.parts).cmp(&(b.span, b.rule, &b.parts)));
    found
}

/// The edges a phrase's parts ask for, by the class each matched through.
fn edges(m: &PhraseMatch, rules: &RuleSet) -> Vec<(NormSpan, Boundary)> {
    m.parts.iter().zip(&m.classes).map(|(span, class)| (*span, rules.classes[*class].boundary)).collect()
}

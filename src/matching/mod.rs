//! Locates every pattern of the lexicon and the phrases made of them. Overlapping: what is harmless is decided later.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::model::candidate::{Candidate, Fold, Likeness, Matched, Occurrence, PhraseMatch, Sounded};
use crate::model::error::Error;
use crate::model::rules::{Boundary, Owner, RuleSet, Use};
use crate::model::sounds::Sounds;
use crate::model::span::NormSpan;

mod hesitation;
mod phrases;
mod sounds;
mod syllables;

pub use hesitation::Fillers;
use hesitation::Hesitant;
use phrases::PhraseIndex;
use sounds::SoundIndex;

/// Most occurrences kept per utterance, so that nested patterns in a hostile text stay cheap.
const MOST_OCCURRENCES: usize = 20_000;

/// The automaton over all patterns and the index of phrases. Immutable; shared by all threads.
pub struct Matcher {
    automaton: AhoCorasick,
    phrases: PhraseIndex,
    sounds: SoundIndex,
    fillers: Fillers,
}

/// What was located in one utterance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// Patterns by place.
    pub occurrences: Vec<Occurrence>,
    /// Phrases of every owner, by place.
    pub phrases: Vec<PhraseMatch>,
    /// Entries that stand there by their sound, by place.
    pub sounded: Vec<Sounded>,
    /// Phrases of rules with a part that stands there by its sound.
    pub sounded_phrases: Vec<(PhraseMatch, Fold)>,
    /// Whether the text holds more occurrences than are looked at.
    pub truncated: bool,
}

impl Matcher {
    /// # Errors
    /// When the patterns are too many for the automaton.
    pub fn new(rules: &RuleSet, sounds: &Sounds, fillers: Fillers) -> Result<Matcher, Error> {
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(rules.patterns.iter().map(|p| p.text.as_str()))
            .map_err(|e| Error::Usage(format!("the lexicon is too large: {e}")))?;
        let (phrases, sounds) = (PhraseIndex::new(rules), SoundIndex::new(rules, sounds)?);
        Ok(Matcher { automaton, phrases, sounds, fillers })
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

    /// Adds what stands in the same text by its sound, or with fillers and second sayings inside. `is_edge`: whether a word begins or ends at a byte.
    pub fn listen(
        &self,
        text: &str,
        rules: &RuleSet,
        sounds: &Sounds,
        is_edge: &dyn Fn(usize) -> bool,
        located: &mut Located,
    ) {
        located.sounded = self.sounds.find(text, rules, sounds, is_edge);
        let hesitant = self.hesitant(text, rules);
        located.sounded.extend(
            hesitant
                .entries
                .iter()
                .map(|(occurrence, fold)| Sounded { occurrence: *occurrence, fold: *fold }),
        );
        located.sounded.sort_unstable();
        located.sounded.dedup_by_key(|s| s.occurrence);
        located.sounded.retain(|s| located.occurrences.binary_search(&s.occurrence).is_err());
        if !hesitant.harmless.is_empty() {
            located.occurrences.extend(hesitant.harmless);
            located.occurrences.sort_unstable();
            located.occurrences.dedup();
        }
        located.sounded_phrases = hesitant.phrases;
        located.sounded_phrases.retain(|(m, _)| !located.phrases.contains(m));
        if located.sounded.is_empty() {
            return;
        }
        let mut all: Vec<Occurrence> = located.sounded.iter().map(|s| s.occurrence).collect();
        all.extend_from_slice(&located.occurrences);
        all.sort_unstable();
        let phrases = self.phrases.find(text, rules, &all);
        let heard = phrases.into_iter().filter(|m| matches!(m.owner, Owner::Rule(_)));
        let folded: Vec<(PhraseMatch, Fold)> =
            heard.filter_map(|m| phrase_fold(&m, rules, located).map(|fold| (m, fold))).collect();
        let known = located.sounded_phrases.len();
        for (m, fold) in folded {
            if !located.sounded_phrases[..known].iter().any(|(k, _)| *k == m) {
                located.sounded_phrases.push((m, fold));
            }
        }
    }

    /// What stands in the text when fillers and second sayings are left out.
    fn hesitant(&self, text: &str, rules: &RuleSet) -> Hesitant {
        let Some(bare) = self.fillers.bare(text) else { return Hesitant::default() };
        let located = self.locate(&bare.text, rules);
        bare.back(rules, &located.occurrences, located.phrases)
    }
}

/// How a phrase was recognised: by the parts that stand there by their sound alone. None when there is no such part, or no
/// part that stands as listed.
fn phrase_fold(m: &PhraseMatch, rules: &RuleSet, located: &Located) -> Option<Fold> {
    let is_of = |pattern: usize, class: usize| {
        let of_class = |u: &Use| matches!(u, Use::Member { class: c } if *c == class);
        rules.patterns[pattern].uses.iter().any(of_class)
    };
    let mut folds: Vec<Fold> = Vec::new();
    for (span, class) in m.parts.iter().zip(&m.classes) {
        // Both lists are in order of place: only what stands at the part is looked at.
        let from = located.occurrences.partition_point(|o| o.span < *span);
        let mut listed = located.occurrences[from..].iter().take_while(|o| o.span == *span);
        if !listed.any(|o| is_of(o.pattern, *class)) {
            let from = located.sounded.partition_point(|s| s.occurrence.span < *span);
            let mut heard = located.sounded[from..].iter().take_while(|s| s.occurrence.span == *span);
            folds.push(heard.find(|s| is_of(s.occurrence.pattern, *class))?.fold);
        }
    }
    let by = folds.iter().map(|f| f.by).max()?;
    let whole = folds.len() < m.parts.len();
    let anchored = whole || folds.iter().any(|f| f.anchored);
    (whole || by == Likeness::Pinyin).then(|| Fold { by, cost: folds.iter().map(|f| f.cost).sum(), anchored })
}

/// The candidates among what was located: terms and phrases that belong to rules, in order of place.
pub fn candidates(located: &Located, rules: &RuleSet) -> Vec<Candidate> {
    let mut found = Vec::new();
    let listed = located.occurrences.iter().map(|o| (*o, None));
    for (o, fold) in listed.chain(located.sounded.iter().map(|s| (s.occurrence, Some(s.fold)))) {
        for u in &rules.patterns[o.pattern].uses {
            if let Use::Term { rule, weight, boundary } = *u {
                let base = (rule, Matched::Term(o.pattern), weight);
                found.push(candidate(base, vec![o.span], vec![(o.span, boundary)], fold));
            }
        }
    }
    let listed = located.phrases.iter().map(|m| (m, None));
    for (m, fold) in listed.chain(located.sounded_phrases.iter().map(|(m, fold)| (m, Some(*fold)))) {
        let phrase = &rules.phrases[m.phrase];
        if let Owner::Rule(rule) = phrase.owner {
            let base = (rule, Matched::Phrase(m.phrase), phrase.weight);
            found.push(candidate(base, m.parts.clone(), edges(m, rules), fold));
        }
    }
    let sure: Vec<(usize, NormSpan, f32)> =
        found.iter().filter(|c| c.fold.is_none()).map(|c| (c.rule, c.span, c.weight)).collect();
    // What sounds like an entry where one of the same rule stands as listed says nothing new.
    found.retain(|c| {
        c.fold.is_none_or(|f| f.by == Likeness::Pinyin)
            || !sure
                .iter()
                .any(|(rule, span, weight)| *rule == c.rule && *weight >= c.weight && span.overlaps(c.span))
    });
    found.sort_by(|a, b| (a.span, a.rule, &a.parts).cmp(&(b.span, b.rule, &b.parts)));
    found
}

/// What a match is worth less for each unit of its cost.
const PER_COST: f32 = 0.05;
/// What remains of a weight however far the text is from the entry.
const LEAST_SHARE: f32 = 0.6;

fn candidate(
    (rule, matched, weight): (usize, Matched, f32),
    parts: Vec<NormSpan>,
    edges: Vec<(NormSpan, Boundary)>,
    fold: Option<Fold>,
) -> Candidate {
    let by_sound = fold.is_some_and(|f| f.by == Likeness::Sound);
    let share =
        fold.filter(|_| by_sound).map_or(1.0, |f| (1.0 - PER_COST * f32::from(f.cost)).max(LEAST_SHARE));
    Candidate {
        rule,
        span: parts.iter().copied().reduce(NormSpan::join).unwrap_or(NormSpan { start: 0, end: 0 }),
        matched,
        parts,
        weight: weight * share,
        // Misheard words are cut anyhow; whether they are words was asked before.
        edges: if by_sound { Vec::new() } else { edges },
        fold,
        rejected: None,
        lowered: Vec::new(),
    }
}

/// The edges a phrase's parts ask for, by the class each matched through.
fn edges(m: &PhraseMatch, rules: &RuleSet) -> Vec<(NormSpan, Boundary)> {
    m.parts.iter().zip(&m.classes).map(|(span, class)| (*span, rules.classes[*class].boundary)).collect()
}

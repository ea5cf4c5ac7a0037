//! Locates every pattern of the lexicon and the phrases made of them. Overlapping: what is harmless is decided later.

use std::cell::RefCell;
use std::collections::BTreeSet;

use crate::model::candidate::{Candidate, Fold, Likeness, Matched, Occurrence, PhraseMatch, Sounded};
use crate::model::effort::spend;
use crate::model::error::Error;
use crate::model::rules::{Boundary, Owner, PatternIx, RuleSet, Use};
use crate::model::sounds::Sounds;
use crate::model::span::NormSpan;
use crate::model::transcript::Speaker;

pub mod automaton;
mod filter;
mod glance;
mod hesitation;
mod lists;
mod phrases;
pub mod prefixes;
mod rarity;
mod sounds;
mod syllables;

use automaton::{Automaton, Chars};
pub use filter::kinds;
use glance::Glance;
pub use glance::{Evidence, Seen, Turn};
pub use hesitation::Fillers;
use hesitation::{Bare, Hesitant};
use phrases::PhraseIndex;
use rarity::Rarity;
use sounds::SoundIndex;

/// Most occurrences kept per utterance, so that nested patterns in a hostile text stay cheap.
const MOST_OCCURRENCES: usize = 20_000;

/// Most of them that a first look compares; a text with more is not ordinary and gets the whole treatment.
const MOST_LOOKED_AT: usize = 2 * MOST_OCCURRENCES;

/// The automaton over all patterns and the index of phrases. Immutable; shared by all threads.
pub struct Matcher {
    automaton: Chars,
    /// Bytes of the longest pattern.
    longest: usize,
    /// How many patterns there are; what has a higher number in the automaton is a refusal and nothing else.
    patterns: usize,
    /// Patterns that are refusals too.
    refusals: Vec<PatternIx>,
    phrases: PhraseIndex,
    sounds: SoundIndex,
    fillers: Fillers,
    glance: Glance,
    /// Speakers whose words can break a rule.
    concerned: BTreeSet<Speaker>,
}

/// What was located in one utterance.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Located {
    /// Patterns by place.
    pub occurrences: Vec<Occurrence>,
    /// Phrases of the kinds that were asked for, in their order.
    pub phrases: Vec<PhraseMatch>,
    /// Entries that stand there by their sound, by place.
    pub sounded: Vec<Sounded>,
    /// Harmless expressions with fillers inside; they stand among the occurrences too.
    pub harmless: Vec<Occurrence>,
    /// Phrases of rules with a part that stands there by its sound.
    pub sounded_phrases: Vec<(PhraseMatch, Fold)>,
    /// Whether the text holds more occurrences than are looked at.
    pub truncated: bool,
    /// Whether somebody asks not to be called again, as far as the text was looked at.
    pub refuses: bool,
}

/// What a look needs; kept so that its memory is used again.
#[derive(Default)]
struct Look {
    patterns: Vec<PatternIx>,
    complete: Vec<usize>,
}

thread_local! {
    static LOOK: RefCell<Look> = RefCell::default();
}

impl Matcher {
    /// `refusals`: words by which somebody asks not to be called again, normalised.
    ///
    /// # Errors
    /// When the patterns are too many for the automaton.
    pub fn new(
        rules: &RuleSet,
        sounds: &Sounds,
        fillers: Fillers,
        refusals: &[String],
    ) -> Result<Matcher, Error> {
        let refusals: BTreeSet<&str> =
            refusals.iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
        let known = |word: &str| rules.patterns.binary_search_by(|p| (*p.text).cmp(word)).ok();
        let further: Vec<&str> = refusals.iter().copied().filter(|w| known(w).is_none()).collect();
        let known: Vec<PatternIx> = refusals.iter().copied().filter_map(known).collect();
        let words: Vec<&str> = rules.patterns.iter().map(|p| &*p.text).chain(further).collect();
        let automaton = Chars::new(words.iter().copied())?;
        let longest = rules.patterns.iter().map(|p| p.text.len()).max().unwrap_or(0);
        let rarity = Rarity::new(rules);
        let phrases = PhraseIndex::new(rules, &rarity);
        let sounds = SoundIndex::new(rules, sounds, &automaton.alphabet);
        let mut concerned: BTreeSet<Speaker> = rules.rules.iter().flat_map(|r| r.speakers.clone()).collect();
        // Whoever is not known may be anybody; and the classifier, which looks at collectors, asks what was rejected.
        concerned.extend([Speaker::Collector, Speaker::Unknown]);
        let patterns = rules.patterns.len();
        let all: Vec<usize> = known.iter().copied().chain(patterns..words.len()).collect();
        let kind = |ix| phrases.filter.kind(ix);
        let glance = Glance::new((rules, &rarity), &kind, &concerned, (&words, &automaton.alphabet), &all);
        let refusals = known;
        Ok(Matcher { automaton, longest, patterns, refusals, phrases, sounds, fillers, glance, concerned })
    }

    /// Every pattern and every phrase in a normalised text.
    pub fn locate(&self, text: &str, rules: &RuleSet) -> Located {
        let mut located = self.words(text);
        located.phrases = self.phrases(kinds::PHRASES, text, rules, &located);
        located
    }

    /// Every pattern in a normalised text.
    pub fn words(&self, text: &str) -> Located {
        let mut located = Located::default();
        let Located { occurrences, truncated, refuses, .. } = &mut located;
        let mut moved = 0;
        self.automaton.each(text, |span, pattern| {
            if pattern >= self.patterns {
                *refuses = true;
                return true;
            }
            *truncated = occurrences.len() == MOST_OCCURRENCES;
            if !*truncated {
                moved += insert(occurrences, Occurrence { span, pattern });
            }
            !*truncated
        });
        spend(occurrences.len() + moved);
        *refuses |= occurrences.iter().any(|o| self.refusals.contains(&o.pattern));
        located
    }

    /// The phrases of these kinds in a text, in their order; `located` is what [`words`](Self::words) found there.
    pub fn phrases(&self, wanted: u8, text: &str, rules: &RuleSet, located: &Located) -> Vec<PhraseMatch> {
        self.phrases.find(wanted, text, rules, &located.occurrences)
    }

    /// Which of these kinds may stand in a text, the phrases among them only if each of their parts does: at least all that
    /// do. `sounds`: also what stands there by its sound or with fillers inside. `located` is what [`words`](Self::words)
    /// found there.
    pub fn look(&self, wanted: u8, text: &str, sounds: Option<&Sounds>, located: &Located) -> u8 {
        if located.truncated {
            return wanted;
        }
        LOOK.with_borrow_mut(|Look { patterns, complete }| {
            patterns.clear();
            patterns.extend(located.occurrences.iter().map(|o| o.pattern));
            if let Some(sounds) = sounds {
                self.sounds.candidates(text, sounds, &mut |_, ix| patterns.push(ix));
                if let Some(bare) = self.fillers.bare(text) {
                    self.across(&bare, patterns);
                }
            }
            if patterns.len() > MOST_LOOKED_AT {
                return wanted;
            }
            let filter = &self.phrases.filter;
            let terms = patterns.iter().fold(0, |all, p| all | filter.begins(*p)) & kinds::TERM;
            filter.complete(wanted, patterns.iter().copied(), complete);
            (complete.iter().fold(terms, |all, ix| all | filter.kind(*ix))) & wanted
        })
    }

    /// The phrases of this kind of which each part stands somewhere in a text: at least all that match.
    pub fn complete(&self, kind: u8, located: &Located) -> Vec<usize> {
        let mut complete = Vec::new();
        let patterns = located.occurrences.iter().map(|o| o.pattern);
        self.phrases.filter.complete(kind, patterns, &mut complete);
        complete
    }

    /// The matches of these phrases, without fillers inside.
    pub fn matches(
        &self,
        phrases: &[usize],
        text: &str,
        rules: &RuleSet,
        located: &Located,
    ) -> Vec<PhraseMatch> {
        if located.harmless.is_empty() {
            return self.phrases.matches(phrases, text, rules, &located.occurrences);
        }
        let mut listed = located.occurrences.clone();
        listed.retain(|o| !located.harmless.contains(o));
        self.phrases.matches(phrases, text, rules, &listed)
    }

    /// Whether fillers or second sayings stand in a text, which is looked at without them too.
    pub fn hesitates(&self, text: &str) -> bool {
        self.fillers.bare(text).is_some()
    }

    /// Whether any rule concerns what this speaker says.
    pub fn concerns(&self, speaker: Speaker) -> bool {
        self.concerned.contains(&speaker)
    }

    /// Adds the patterns that stand across something left out.
    fn across(&self, bare: &Bare, patterns: &mut Vec<PatternIx>) {
        for (at, piece) in bare.around_cuts(self.longest) {
            self.automaton.each(piece, |span, pattern| {
                let span = NormSpan { start: at + span.start, end: at + span.end };
                if pattern < self.patterns && bare.left_out(span) > 0 {
                    patterns.push(pattern);
                }
                patterns.len() <= MOST_LOOKED_AT
            });
        }
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
            located.harmless = hesitant.harmless;
            located.harmless.retain(|o| located.occurrences.binary_search(o).is_err());
            located.occurrences.extend(&located.harmless);
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
        let heard = self.phrases.find(kinds::RULE, text, rules, &all).into_iter();
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
        let located = self.words(&bare.text);
        let phrases = self.phrases(kinds::RULE, &bare.text, rules, &located);
        bare.back(rules, &located.occurrences, phrases)
    }
}

/// Puts an occurrence where it belongs, and says how far from the end that is. They come by their ends, so that none has far
/// to go.
fn insert(occurrences: &mut Vec<Occurrence>, one: Occurrence) -> usize {
    let mut at = occurrences.len();
    occurrences.push(one);
    while at > 0 && occurrences[at - 1] > one {
        occurrences[at] = occurrences[at - 1];
        at -= 1;
    }
    occurrences[at] = one;
    occurrences.len() - at
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
    if found.iter().any(|c| c.fold.is_some()) {
        drop_what_stands(&mut found);
    }
    found.sort_by(|a, b| (a.span, a.rule, &a.parts).cmp(&(b.span, b.rule, &b.parts)));
    found
}

/// What sounds like an entry where one of the same rule stands as listed says nothing new.
fn drop_what_stands(found: &mut Vec<Candidate>) {
    let listed = found.iter().filter(|c| c.fold.is_none());
    let mut sure: Vec<(usize, NormSpan, f32)> = listed.map(|c| (c.rule, c.span, c.weight)).collect();
    sure.sort_by_key(|(rule, span, _)| (*rule, *span));
    let longest = sure.iter().map(|(_, span, _)| span.end - span.start).max().unwrap_or(0);
    found.retain(|c| {
        // In a long text most stand far away.
        let from = c.span.start.saturating_sub(longest);
        let first = sure.partition_point(|(rule, span, _)| (*rule, span.start) < (c.rule, from));
        let near =
            sure[first..].iter().take_while(|(rule, span, _)| *rule == c.rule && span.start < c.span.end);
        spend(near.clone().count());
        c.fold.is_none_or(|f| f.by == Likeness::Pinyin)
            || !near.clone().any(|(_, span, weight)| *weight >= c.weight && span.overlaps(c.span))
    });
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
        supported: None,
    }
}

/// The edges a phrase's parts ask for, by the class each matched through.
fn edges(m: &PhraseMatch, rules: &RuleSet) -> Vec<(NormSpan, Boundary)> {
    m.parts.iter().zip(&m.classes).map(|(span, class)| (*span, rules.classes[*class].boundary)).collect()
}

//! The entry of a rule that came nearest to matching, and what it lacked.

use schemars::JsonSchema;
use serde::Serialize;

use crate::judge::JudgedTurn;
use crate::model::rules::{ClassIx, Owner, Part, Phrase, RuleIx, RuleSet, Use};
use crate::model::span::NormSpan;

/// Fewest characters of a term that must stand in the text for it to be near.
const LEAST_PIECE: usize = 2;

/// Alternatives of a part that a message names; the rest is told by dots.
const MOST_NAMED: usize = 3;

/// An entry with the first alternatives of each of its parts.
pub fn brief(entry: &str) -> String {
    let short = |part: &str| {
        let all: Vec<&str> = part.split('|').collect();
        if all.len() <= MOST_NAMED {
            part.to_owned()
        } else {
            format!("{}|\u{2026}", all[..MOST_NAMED].join("|"))
        }
    };
    entry.split(" \u{2026} ").map(short).collect::<Vec<_>>().join(" \u{2026} ")
}

/// An entry that did not match, and how much of it stands in the text.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Near {
    /// The entry as listed.
    pub entry: String,
    /// `term` or `phrase`.
    pub by: &'static str,
    /// What of it stands in the text.
    pub has: Vec<String>,
    /// What of it does not: the parts as written, or the rest of the term.
    pub lacks: Vec<String>,
    /// Why what stands there is not enough.
    pub place: Place,
    /// The share of the entry that stands there, 0 to 1.
    pub share: f64,
}

/// Why what stands in the text is not enough.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    /// A part is missing.
    Incomplete,
    /// All parts stand there, but too far apart, in another order, or with the end of a sentence between.
    Apart,
    /// This word stands in the sentence, which the phrase excludes.
    Unless(String),
}

/// The nearest entry of the rule; none when nothing of any stands in the turn.
pub(super) fn nearest(rules: &RuleSet, turn: &JudgedTurn, rule: RuleIx) -> Option<Near> {
    let of_rule = |p: &&Phrase| p.owner == Owner::Rule(rule);
    let phrases = rules.phrases.iter().filter(of_rule).filter_map(|p| near_phrase(rules, turn, p));
    let terms = rules
        .patterns
        .iter()
        .filter(|p| p.uses.iter().any(|u| matches!(u, Use::Term { rule: r, .. } if *r == rule)))
        .filter_map(|p| near_term(&turn.text.text, &p.text, p.shown()));
    // Of equals the first listed; phrases say more than pieces of terms.
    phrases.chain(terms).fold(None, |best: Option<Near>, next| match best {
        Some(b) if b.share >= next.share => Some(b),
        _ => Some(next),
    })
}

fn near_phrase(rules: &RuleSet, turn: &JudgedTurn, phrase: &Phrase) -> Option<Near> {
    let written: Vec<&str> = phrase.shown.split(" \u{2026} ").collect();
    let (mut has, mut lacks) = (Vec::new(), Vec::new());
    for (part, written) in phrase.parts.iter().zip(written) {
        match first(rules, turn, part) {
            Some(span) => has.push(turn.text.text[span.start..span.end].to_owned()),
            None => lacks.push(written.to_owned()),
        }
    }
    // A pronoun alone says nothing: half of the parts at least.
    if has.len() * 2 < phrase.parts.len() {
        return None;
    }
    let place = if !lacks.is_empty() {
        Place::Incomplete
    } else if let Some(word) = member(rules, turn, &phrase.unless) {
        Place::Unless(turn.text.text[word.start..word.end].to_owned())
    } else {
        Place::Apart
    };
    let share = has.len() as f64 / phrase.parts.len().max(1) as f64;
    let entry = phrase.shown.clone();
    Some(Near { entry, by: "phrase", has, lacks, place, share: crate::finding::round(share) })
}

fn first(rules: &RuleSet, turn: &JudgedTurn, part: &Part) -> Option<NormSpan> {
    member(rules, turn, &part.classes)
}

/// The first place of a member of one of the classes.
fn member(rules: &RuleSet, turn: &JudgedTurn, classes: &[ClassIx]) -> Option<NormSpan> {
    let of_class = |u: &Use| matches!(u, Use::Member { class } if classes.contains(class));
    let found = turn.located.occurrences.iter().find(|o| rules.patterns[o.pattern].uses.iter().any(of_class));
    found.map(|o| o.span)
}

/// The longest piece of a term that stands in the text, when it is at least half of it.
fn near_term(text: &str, term: &str, shown: &str) -> Option<Near> {
    let ends: Vec<usize> = term.char_indices().map(|(i, _)| i).chain([term.len()]).collect();
    let length = ends.len() - 1;
    let pieces = (LEAST_PIECE.max(length.div_ceil(2))..length).rev();
    let (piece, count) = pieces
        .flat_map(|n| (0..=length - n).map(move |from| (from, n)))
        .map(|(from, n)| (&term[ends[from]..ends[from + n]], n))
        .find(|(piece, _)| text.contains(piece))?;
    let rest = term.split(piece).filter(|r| !r.is_empty()).map(str::to_owned).collect();
    Some(Near {
        entry: shown.to_owned(),
        by: "term",
        has: vec![piece.to_owned()],
        lacks: rest,
        place: Place::Incomplete,
        share: crate::finding::round(count as f64 / length as f64),
    })
}

//! Who speaks, inferred from the words when the input does not say.

use crate::model::candidate::PhraseMatch;
use crate::model::rules::{Owner, RuleSet};
use crate::model::transcript::Speaker;

/// A guess needs at least this much more weight than the other side has.
const MARGIN: f32 = 1.0;

/// The speaker of one utterance by the words that tell, or `Unknown` when they do not tell enough.
pub fn infer(phrases: &[PhraseMatch], rules: &RuleSet) -> Speaker {
    let weight = |speaker: Speaker| -> f32 {
        phrases
            .iter()
            .filter_map(|m| match rules.phrases[m.phrase].owner {
                Owner::Voice(ix) if rules.voices[ix].speaker == speaker => Some(rules.voices[ix].weight),
                _ => None,
            })
            .sum()
    };
    let (collector, borrower) = (weight(Speaker::Collector), weight(Speaker::Borrower));
    if collector >= borrower + MARGIN {
        Speaker::Collector
    } else if borrower >= collector + MARGIN {
        Speaker::Borrower
    } else {
        Speaker::Unknown
    }
}

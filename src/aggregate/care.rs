//! Cues that somebody is in distress, with what the collector said next. Never part of a score or of the exit status.

use crate::model::candidate::PhraseMatch;
use crate::model::rules::{Owner, RuleSet};
use crate::model::scan::Care;
use crate::model::transcript::{Call, Speaker};

/// One turn as the cues see it.
pub struct Turn<'a> {
    /// Who spoke.
    pub speaker: Speaker,
    /// Phrases of every owner in it.
    pub phrases: &'a [PhraseMatch],
}

/// One note per turn and kind of cue. `mask` hides numbers.
pub fn notes(rules: &RuleSet, call: &Call, turns: &[Turn<'_>], mask: &dyn Fn(&str) -> String) -> Vec<Care> {
    let mut notes = Vec::new();
    for (i, turn) in turns.iter().enumerate() {
        let mut kinds: Vec<usize> = seen(rules, turn.speaker, turn.phrases).collect();
        kinds.sort_unstable();
        kinds.dedup();
        if kinds.is_empty() {
            continue;
        }
        let answer = (i + 1..turns.len())
            .find(|j| turns[*j].speaker == Speaker::Collector)
            .map(|j| mask(&call.turns[j].text));
        notes.extend(kinds.into_iter().map(|ix| Care {
            call_id: call.call_id.clone(),
            borrower_id: call.borrower_id.clone(),
            turn: i,
            cue: rules.care[ix].name.clone(),
            quote: mask(&call.turns[i].text),
            answer: answer.clone(),
            file: call.file.clone(),
            line: call.turns[i].line.unwrap_or(call.line),
        }));
    }
    notes
}

/// The kinds of cues among the phrases of a turn, the same perhaps twice.
pub fn seen<'a>(
    rules: &'a RuleSet,
    speaker: Speaker,
    phrases: &'a [PhraseMatch],
) -> impl Iterator<Item = usize> + 'a {
    phrases.iter().filter_map(move |m| match m.owner {
        Owner::Care(ix) if concerns(&rules.care[ix].speakers, speaker) => Some(ix),
        _ => None,
    })
}

/// An unknown speaker may be the one the cue concerns: better one note too many.
fn concerns(speakers: &[Speaker], speaker: Speaker) -> bool {
    speaker == Speaker::Unknown || speakers.contains(&speaker)
}

//! The tests of what words are a sign of: that somebody is in distress, and who speaks.

use super::Failure;
use crate::aggregate::care;
use crate::build::Engine;
use crate::judge;
use crate::model::error::Fault;
use crate::model::rules::{Owner, RuleSet, SignTest};
use crate::model::transcript::Utterance;

/// The tests of each sign.
pub(super) fn all(rules: &RuleSet) -> Vec<(Owner, &[SignTest])> {
    let care = rules.care.iter().enumerate().map(|(ix, cue)| (Owner::Care(ix), &cue.tests[..]));
    let voices = rules.voices.iter().enumerate().map(|(ix, voice)| (Owner::Voice(ix), &voice.tests[..]));
    care.chain(voices).collect()
}

/// Runs them.
pub(super) fn in_data(engine: &Engine) -> Vec<Failure> {
    let rules = &engine.rules;
    let tests = all(rules).into_iter().flat_map(|(owner, tests)| tests.iter().map(move |test| (owner, test)));
    let wrong = tests.filter(|(owner, test)| is_seen(engine, rules, *owner, test) != test.seen);
    wrong
        .map(|(owner, test)| {
            let (name, file) = told(rules, owner);
            let message = match test.seen {
                true => format!("`{}`: not seen, should be", test.text),
                false => format!("`{}`: seen, should not be", test.text),
            };
            Failure { rule: name, fault: Fault { file, line: test.line, message } }
        })
        .collect()
}

/// Whether the words of a test are the sign: for a speaker, whether all that tells who speaks tells him. `rules`: the engine's own, or those with something left out.
pub(super) fn is_seen(engine: &Engine, rules: &RuleSet, owner: Owner, test: &SignTest) -> bool {
    let turn = judge::listed_turn_by(engine, rules, &Utterance::said(test.speaker, &test.text));
    match owner {
        Owner::Voice(ix) => turn.speaker == rules.voices[ix].speaker,
        _ => care::seen(rules, turn.speaker, &turn.located.phrases).any(|ix| owner == Owner::Care(ix)),
    }
}

/// What a sign is called, and its file.
fn told(rules: &RuleSet, owner: Owner) -> (String, String) {
    match owner {
        Owner::Care(ix) => (format!("care/{}", rules.care[ix].name), rules.care[ix].file.clone()),
        Owner::Voice(ix) => {
            let speaker = format!("{:?}", rules.voices[ix].speaker).to_lowercase();
            (format!("voice/{speaker}"), rules.voices[ix].file.clone())
        }
        _ => (String::new(), String::new()),
    }
}

//! What the lexicon finds in a turn, and what the gates make of it: once with all that was located, for those who ask why, and
//! once with no more than a verdict takes. A first look tells most turns to hold nothing of weight; then that is all.

use super::{BY_SOUND, JudgedTurn};
use crate::build::Engine;
use crate::context::{self, Surroundings};
use crate::matching::{self, Located, Turn, kinds};
use crate::model::candidate::{Candidate, Fold, Likeness, Matched};
use crate::model::rules::RuleSet;
use crate::model::transcript::{CalleeRole, Speaker, Utterance};
use crate::segment::Edges;

/// Everything that stands in a turn, and every candidate. `rules`: the engine's own, or those with something left out.
pub(super) fn thoroughly(engine: &Engine, rules: &RuleSet, utterance: &Utterance) -> JudgedTurn {
    let mut turn = begin(engine, utterance, |text| engine.matcher.locate(text, rules));
    if listens(engine, turn.speaker) {
        listen(engine, rules, &mut turn);
    }
    judge(engine, rules, &mut turn);
    turn
}

/// The patterns in a turn, and what can become a finding or a cue of distress.
/// `needs`: whether evidence for required elements will be asked for. `late`: whether the speaker has spoken too often for those that must come early.
pub(super) fn quickly(engine: &Engine, utterance: &Utterance, needs: bool, late: bool) -> JudgedTurn {
    let (matcher, rules) = (&engine.matcher, &engine.rules);
    let text = engine.normaliser.apply(&utterance.text);
    let speaker = utterance.speaker;
    let sounds = listens(engine, speaker).then_some(&engine.sounds);
    let glanced = Turn { speaker, text: &text.text, needs, late, sounds };
    if let Some(seen) = matcher.glance(&glanced, rules) {
        let (inferred, evidence) = (utterance.inferred, Some(seen.evidence));
        let located = seen.located;
        let mut turn = JudgedTurn {
            speaker,
            inferred,
            callee: CalleeRole::Unknown,
            text,
            located,
            evidence,
            candidates: Vec::new(),
        };
        if seen.weighty {
            if seen.heard {
                listen(engine, rules, &mut turn);
            }
            judge(engine, rules, &mut turn);
        }
        return turn;
    }
    searched(engine, utterance)
}

/// The same of any turn: a long one, one of nobody knows whom.
fn searched(engine: &Engine, utterance: &Utterance) -> JudgedTurn {
    let (matcher, rules) = (&engine.matcher, &engine.rules);
    let mut turn = begin(engine, utterance, |text| {
        let mut located = matcher.words(text);
        if utterance.speaker == Speaker::Unknown {
            located.phrases = matcher.phrases(kinds::VOICE, text, rules, &located);
        }
        located
    });
    let listens = listens(engine, turn.speaker);
    let breaks = if matcher.concerns(turn.speaker) { kinds::TERM | kinds::RULE } else { 0 };
    let sounds = listens.then_some(&engine.sounds);
    let text = &turn.text.text;
    let seen = matcher.look(kinds::CARE | breaks, text, sounds, &turn.located);
    turn.located.phrases = matcher.phrases(seen, text, rules, &turn.located);
    if seen & breaks != 0 {
        if listens {
            listen(engine, rules, &mut turn);
        }
        judge(engine, rules, &mut turn);
    }
    turn
}

fn begin(engine: &Engine, utterance: &Utterance, locate: impl Fn(&str) -> Located) -> JudgedTurn {
    let text = engine.normaliser.apply(&utterance.text);
    let located = locate(&text.text);
    let guessed = (utterance.speaker == Speaker::Unknown)
        .then(|| context::roles::infer(&located.phrases, &engine.rules))
        .filter(|s| *s != Speaker::Unknown);
    JudgedTurn {
        speaker: guessed.unwrap_or(utterance.speaker),
        inferred: guessed.is_some() || utterance.inferred,
        callee: CalleeRole::Unknown,
        text,
        located,
        evidence: None,
        candidates: Vec::new(),
    }
}

/// Whether a turn is read for what stands there by its sound.
fn listens(engine: &Engine, speaker: Speaker) -> bool {
    engine.layers.normalising && matches!(speaker, Speaker::Collector | Speaker::Unknown)
}

fn listen(engine: &Engine, rules: &RuleSet, turn: &mut JudgedTurn) {
    let text = &turn.text.text;
    let edges = Edges::new(text, engine.segmenter.as_ref());
    let is_edge = |at| edges.is_edge(at);
    engine.matcher.listen(text, rules, &engine.sounds, &is_edge, &mut turn.located);
}

/// Notes the candidates and passes them through the gates.
fn judge(engine: &Engine, rules: &RuleSet, turn: &mut JudgedTurn) {
    turn.candidates = matching::candidates(&turn.located, rules);
    for c in &mut turn.candidates {
        c.lowered.extend(c.fold.filter(|f| !trusted(*f, c)).map(|_| BY_SOUND.to_owned()));
    }
    turn.candidates.retain(|c| match c.matched {
        Matched::Phrase(_) => engine.layers.phrases,
        _ => engine.layers.terms,
    });
    if engine.layers.gates {
        gate(engine, rules, turn);
    }
}

/// Whether a match that is spelled otherwise is as good as a listed one: all of it stands as listed but for fillers, or
/// something of it does and the rest is in letters, or it is a phrase.
fn trusted(fold: Fold, candidate: &Candidate) -> bool {
    fold.anchored && (fold.by != Likeness::Sound || matches!(candidate.matched, Matched::Phrase(_)))
}

fn gate(engine: &Engine, rules: &RuleSet, turn: &mut JudgedTurn) {
    if turn.candidates.is_empty() {
        return;
    }
    let edges = Edges::new(&turn.text.text, engine.segmenter.as_ref());
    let around = Surroundings {
        rules,
        speaker: turn.speaker,
        text: &turn.text.text,
        occurrences: &turn.located.occurrences,
        longest: turn.located.occurrences.iter().map(|o| o.span.end - o.span.start).max().unwrap_or(0),
        stands: &context::classes_of(&turn.located.occurrences, rules),
        is_edge: &|at| edges.is_edge(at),
    };
    for candidate in &mut turn.candidates {
        context::judge(candidate, &around);
    }
}

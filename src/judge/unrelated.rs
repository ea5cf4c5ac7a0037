//! Talk of which nothing says that it is a collection call: neither what is known of the call nor a word in it.

use super::{JudgedTurn, classified, spoken};
use crate::build::Engine;
use crate::model::candidate::{Candidate, Matched};
use crate::model::rules::{GROUPS, RuleSet};
use crate::model::transcript::{Call, CalleeRole};

/// Remarks on what is found in such talk and not beyond doubt.
const NO_DEBT: &str = "nothing in the call speaks of a debt";
const HARDLY_DEBT: &str = "hardly anything in the call speaks of a debt";

/// Lowers what the classifier does not see beyond doubt in a whole call that may be any talk: it has learnt what is wrong when a
/// collector says it, and in a quarrel over a lost umbrella much sounds like that. What is listed is no surer there: people tell what
/// they were called. What the user lists himself stands, and so does what the classifier was not asked about.
pub(super) fn lower(engine: &Engine, call: &Call, judged: &mut [JudgedTurn]) {
    let told = call.agency.is_some()
        || call.collector_id.is_some()
        || call.borrower_id.is_some()
        || call.callee_role != CalleeRole::Unknown;
    let own = |c: &Candidate| c.listed() && engine.rules.rules[c.rule].own;
    let stands = |c: &Candidate| c.rejected.is_none() && !own(c);
    let found = |turn: &JudgedTurn| turn.candidates.iter().any(stands);
    let whole = spoken(judged) >= engine.rules.policy.lone_turns;
    // Words of a debt are looked for where there is something to lower: in most calls there is not.
    if told || engine.classifier.is_none() || !whole || !judged.iter().any(found) {
        return;
    }
    let policy = &engine.rules.policy;
    let (least, why) = match words_of_debt(engine, judged) {
        0 => (policy.no_debt, NO_DEBT),
        1 => (policy.hardly_debt, HARDLY_DEBT),
        _ => return,
    };
    let group = |c: &Candidate| RuleSet::group_index(&engine.rules.rules[c.rule].group);
    for turn in judged.iter_mut().filter(|turn| classified::is_asked(engine, turn)) {
        let mut likely = [0.0f32; GROUPS.len()];
        for c in &turn.candidates {
            if let (Matched::Classifier { probability, .. }, Some(group)) = (&c.matched, group(c)) {
                likely[group] = likely[group].max(*probability);
            }
        }
        for c in turn.candidates.iter_mut().filter(|c| stands(c)) {
            if group(c).is_none_or(|group| likely[group] < least) {
                c.lowered.push(why.to_owned());
            }
        }
    }
}

/// How many of the words that tell of a debt are said; more than two are not counted.
fn words_of_debt(engine: &Engine, judged: &[JudgedTurn]) -> usize {
    let said = |word: &&String| judged.iter().any(|turn| turn.text.text.contains(word.as_str()));
    engine.debt_talk.iter().filter(said).take(2).count()
}

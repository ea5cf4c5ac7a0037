//! Talk of which nothing says that it is a collection call: neither what is known of the call nor a word in it.

use super::{JudgedTurn, spoken};
use crate::build::Engine;
use crate::model::candidate::Matched;
use crate::model::transcript::{Call, CalleeRole};

/// Remark on what the classifier alone sees in such talk.
const NO_DEBT: &str = "nothing in the call speaks of a debt";

/// From this probability on it stands all the same: a threat that leaves no doubt is one, whatever else was said.
const NO_DOUBT: f32 = 0.99;

/// Lowers what the classifier alone sees, and not beyond doubt, in a whole call that may be any talk: it has learnt what is wrong when a
/// collector says it, and in a quarrel over a lost umbrella much sounds like that.
pub(super) fn lower(engine: &Engine, call: &Call, judged: &mut [JudgedTurn]) {
    let told = call.agency.is_some()
        || call.collector_id.is_some()
        || call.borrower_id.is_some()
        || call.callee_role != CalleeRole::Unknown;
    if told || spoken(judged) < engine.rules.policy.lone_turns {
        return;
    }
    let mut words = None;
    for turn in 0..judged.len() {
        for c in 0..judged[turn].candidates.len() {
            let Matched::Classifier { probability, .. } = judged[turn].candidates[c].matched else {
                continue;
            };
            if probability >= NO_DOUBT {
                continue;
            }
            // Asked where there is something to lower: in most calls there is not.
            if *words.get_or_insert_with(|| speaks_of_debt(engine, judged)) {
                return;
            }
            judged[turn].candidates[c].lowered.push(NO_DEBT.to_owned());
        }
    }
}

fn speaks_of_debt(engine: &Engine, judged: &[JudgedTurn]) -> bool {
    let speaks = |text: &str| engine.debt_talk.iter().any(|word| text.contains(word.as_str()));
    judged.iter().any(|turn| speaks(&turn.text.text))
}

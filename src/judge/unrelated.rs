//! Talk of which nothing says that it is a collection call: neither what is known of the call nor a word in it.

use super::{JudgedTurn, spoken};
use crate::build::Engine;
use crate::model::candidate::Matched;
use crate::model::transcript::{Call, CalleeRole};

/// Remarks on what the classifier alone sees in such talk.
const NO_DEBT: &str = "nothing in the call speaks of a debt";
const HARDLY_DEBT: &str = "hardly anything in the call speaks of a debt";

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
    let policy = &engine.rules.policy;
    let mut sure = None;
    for turn in 0..judged.len() {
        for c in 0..judged[turn].candidates.len() {
            let Matched::Classifier { probability, .. } = judged[turn].candidates[c].matched else {
                continue;
            };
            // Asked where there is something to lower: in most calls there is not.
            let (least, why) = *sure.get_or_insert_with(|| match words_of_debt(engine, judged) {
                0 => (policy.no_debt, NO_DEBT),
                1 => (policy.hardly_debt, HARDLY_DEBT),
                _ => (0.0, HARDLY_DEBT),
            });
            if probability >= least {
                continue;
            }
            judged[turn].candidates[c].lowered.push(why.to_owned());
        }
    }
}

/// How many of the words that tell of a debt are said; more than two are not counted.
fn words_of_debt(engine: &Engine, judged: &[JudgedTurn]) -> usize {
    let said = |word: &&String| judged.iter().any(|turn| turn.text.text.contains(word.as_str()));
    engine.debt_talk.iter().filter(said).take(2).count()
}

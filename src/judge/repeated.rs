//! What is likely by its wording, near a turn that violates the same group: who has begun goes on, and who listens to the one
//! place hears the other.

use super::JudgedTurn;
use crate::build::Engine;
use crate::model::candidate::{Candidate, Matched};
use crate::model::rules::RuleSet;

/// Makes a violation of what the classifier finds likely alone where a turn near by surely violates the same group. What is for
/// review for another reason too stays so.
pub(super) fn raise(engine: &Engine, judged: &mut [JudgedTurn]) {
    let policy = &engine.rules.policy;
    let group = |c: &Candidate| RuleSet::group_index(&engine.rules.rules[c.rule].group);
    let stands =
        |c: &&Candidate| c.rejected.is_none() && c.lowered.is_empty() && c.weight >= policy.violation;
    let sure =
        |t: &JudgedTurn| -> Vec<usize> { t.candidates.iter().filter(stands).filter_map(group).collect() };
    // In order, and most often none: hardly any call holds a violation.
    let violating: Vec<(usize, Vec<usize>)> =
        judged.iter().map(sure).enumerate().filter(|(_, groups)| !groups.is_empty()).collect();
    for (at, turn) in judged.iter_mut().enumerate() {
        let first = violating.partition_point(|(other, _)| other + policy.repeated_turns < at);
        let near = violating[first..].iter().take_while(|(other, _)| *other <= at + policy.repeated_turns);
        let near = near.filter(|(other, _)| *other != at);
        for c in &mut turn.candidates {
            let Matched::Classifier { probability, .. } = c.matched else { continue };
            // What is not sure has a remark that says so; another one is another reason.
            let alone = c.weight < policy.violation && c.lowered.len() == 1;
            let Some(g) = group(c).filter(|_| alone && c.rejected.is_none()) else { continue };
            let likely = probability >= policy.repeated * policy.bars[g].violation;
            if likely && near.clone().any(|(_, groups)| groups.contains(&g)) {
                c.lowered.clear();
                c.weight = policy.violation;
                c.supported = Some(format!(
                    "likely by its wording ({probability:.2}), and near another violation of its group"
                ));
            }
        }
    }
}

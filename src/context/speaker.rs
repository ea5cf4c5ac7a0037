//! Only the words of the speakers that a rule names can break it. An unknown speaker passes; the verdict is lowered later.

use super::{Gate, Surroundings};
use crate::model::candidate::Candidate;
use crate::model::transcript::Speaker;

pub(super) struct SpeakerGate;

impl Gate for SpeakerGate {
    fn name(&self) -> &'static str {
        "speaker"
    }

    fn about(&self) -> &'static str {
        "Somebody spoke whose words the rule does not concern."
    }

    fn judge(&self, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String> {
        let concerned = &around.rules.rules[candidate.rule].speakers;
        let passes = around.speaker == Speaker::Unknown || concerned.contains(&around.speaker);
        (!passes).then(|| format!("{:?}", around.speaker).to_lowercase())
    }
}

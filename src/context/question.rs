//! It is asked whether it happened.

use super::{Gate, Surroundings, cue_near};
use crate::model::candidate::Candidate;
use crate::model::rules::CueKind;

pub(super) struct QuestionGate;

impl Gate for QuestionGate {
    fn name(&self) -> &'static str {
        "question"
    }

    fn about(&self) -> &'static str {
        "It is asked whether it happened."
    }

    fn judge(&self, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String> {
        cue_near(CueKind::Question, candidate, around)
    }
}

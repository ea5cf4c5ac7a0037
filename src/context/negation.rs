//! It is denied, or the listener is warned off it.

use super::{Gate, Surroundings, cue_near};
use crate::model::candidate::Candidate;
use crate::model::rules::CueKind;

pub(super) struct NegationGate;

impl Gate for NegationGate {
    fn name(&self) -> &'static str {
        "negation"
    }

    fn about(&self) -> &'static str {
        "It is denied, or the listener is warned off it."
    }

    fn judge(&self, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String> {
        cue_near(CueKind::Negation, candidate, around)
    }
}

//! Somebody else's words are reported.

use super::{Gate, Surroundings, cue_near};
use crate::model::candidate::Candidate;
use crate::model::rules::CueKind;

pub(super) struct QuotationGate;

impl Gate for QuotationGate {
    fn name(&self) -> &'static str {
        "quotation"
    }

    fn about(&self) -> &'static str {
        "Somebody else's words are reported."
    }

    fn judge(&self, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String> {
        cue_near(CueKind::Quotation, candidate, around)
    }
}

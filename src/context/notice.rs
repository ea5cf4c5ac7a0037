//! It is a true notice of what the law provides.

use super::{Gate, Surroundings, cue_near};
use crate::model::candidate::Candidate;
use crate::model::rules::CueKind;

pub(super) struct NoticeGate;

impl Gate for NoticeGate {
    fn name(&self) -> &'static str {
        "notice"
    }

    fn about(&self) -> &'static str {
        "It is a true notice of what the law provides."
    }

    fn judge(&self, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String> {
        cue_near(CueKind::Notice, candidate, around)
    }
}

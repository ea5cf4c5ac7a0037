//! The candidate cuts through a word of the segmenter.

use super::{Gate, Surroundings};
use crate::model::candidate::Candidate;
use crate::model::rules::Boundary;

pub(super) struct BoundaryGate;

impl Gate for BoundaryGate {
    fn name(&self) -> &'static str {
        "boundary"
    }

    fn about(&self) -> &'static str {
        "The characters belong to other words."
    }

    fn judge(&self, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String> {
        candidate
            .edges
            .iter()
            .find(|(span, boundary)| match boundary {
                Boundary::Free => false,
                Boundary::Start => !(around.is_edge)(span.start),
                Boundary::Word => !(around.is_edge)(span.start) || !(around.is_edge)(span.end),
            })
            .map(|(span, _)| around.text[span.start..span.end].to_owned())
    }
}

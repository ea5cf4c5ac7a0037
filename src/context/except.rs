//! A listed harmless expression that overlaps the candidate.

use super::{Gate, Surroundings};
use crate::model::candidate::Candidate;
use crate::model::rules::Use;

pub(super) struct ExceptGate;

impl Gate for ExceptGate {
    fn name(&self) -> &'static str {
        "except"
    }

    fn about(&self) -> &'static str {
        "The words belong to an expression that the rule lists as harmless."
    }

    fn judge(&self, candidate: &Candidate, around: &Surroundings<'_>) -> Option<String> {
        around
            .starting(candidate.span.start, candidate.span.end)
            .iter()
            .filter(|o| candidate.parts.iter().any(|part| o.span.overlaps(*part) && o.span != *part))
            .find(|o| {
                let uses = &around.rules.patterns[o.pattern].uses;
                uses.iter().any(|u| matches!(u, Use::Except { rule } if *rule == candidate.rule))
            })
            .map(|o| around.text[o.span.start..o.span.end].to_owned())
    }
}

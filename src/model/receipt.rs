//! Where the points of a score come from.

use schemars::JsonSchema;
use serde::Serialize;

/// One step of a score: what it counts, and how far that brings the score. Each step takes its weight of what the steps before
/// it left of 1, so that a score saturates and never falls by one more finding.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Receipt {
    /// Number of the step, from 1; the heaviest finding comes first.
    pub step: usize,
    /// Of a finding: its rule. The keys of a step are none of a finding's, so that who counts findings by their keys counts none
    /// twice.
    #[serde(rename = "of", skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Of a finding: its fingerprint.
    #[serde(rename = "finding", skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
    /// Of a finding in words, within its call: 0-based index of the utterance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn: Option<usize>,
    /// Of a borrower or a collector: the call whose score counts.
    #[serde(rename = "call", skip_serializing_if = "Option::is_none")]
    pub call_id: Option<String>,
    /// Weight, 0 to 1: that of the severity times how sure the finding is, less for review; of a call its score.
    pub weight: f64,
    /// What the step adds to the score.
    pub points: f64,
    /// The score after the step.
    pub score: f64,
}

impl Receipt {
    /// The score that the steps give: 0 without any.
    pub fn total(steps: &[Receipt]) -> f64 {
        steps.last().map_or(0.0, |last| last.score)
    }
}

//! Findings that somebody has accepted: they stay, marked, and do not fail a run.

use schemars::JsonSchema;
use serde::Serialize;

use super::finding::Verdict;
use super::rules::Severity;

/// Who accepts a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AcceptedBy {
    /// It was known when the baseline was made.
    Baseline,
    /// An entry of the file of suppressions, with its reason.
    Suppression,
}

/// Why a finding does not fail a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Accepted {
    /// What accepts it.
    pub by: AcceptedBy,
    /// Why, as the file of suppressions says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// The last day on which it holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
}

/// How many findings were accepted; there only where a baseline or suppressions were given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct AcceptedTotals {
    /// Findings that stand in the baseline.
    pub baseline: u64,
    /// Findings that are suppressed.
    pub suppressed: u64,
    /// Entries of the baseline that no finding of this run has.
    pub stale: u64,
}

/// What is wrong with the suppressions themselves: a finding about those who accept findings.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Audit {
    /// `suppression/expired`, `suppression/unused` or `suppression/share`.
    pub rule: &'static str,
    /// `suppression`.
    pub group: &'static str,
    /// How grave.
    pub severity: Severity,
    /// `violation` fails the run, `review` does not.
    pub verdict: Verdict,
    /// 1.
    pub score: f64,
    /// The file of suppressions.
    pub file: String,
    /// 1-based line of the entry.
    pub line: usize,
    /// Whose findings are suppressed too often, if that is it and the name is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agency: Option<String>,
    /// How many findings are suppressed, or the entry suppresses.
    pub count: u64,
    /// How many findings there are, where it is about a share of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<u64>,
    /// Stays the same from run to run.
    pub fingerprint: String,
    /// What is wrong, in words.
    pub notes: Vec<String>,
}

/// The bar of a run that may have some violations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Gate {
    /// Violations at or above the bar that nobody accepted.
    pub violations: u64,
    /// How many of them do not fail the run.
    pub allowed: u64,
}

/// An entry of the baseline that no finding of this run has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stale {
    /// The baseline.
    pub file: String,
    /// 1-based line of the entry.
    pub line: usize,
    /// Rule.
    pub rule: String,
    /// Call, where it is about one.
    pub call_id: Option<String>,
    /// Borrower, if known.
    pub borrower_id: Option<String>,
    /// What the finding was known by.
    pub fingerprint: String,
    /// What is said of it.
    pub remark: String,
}

//! What a scan yields: one outcome per call, and the totals at the end.

use std::collections::BTreeMap;

use serde::Serialize;

use super::finding::{Finding, Verdict};
use super::notice::Notice;

/// Whether a required element was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Presence {
    /// It was.
    Present,
    /// It was not.
    Missing,
    /// Cannot be said: not a call to the borrower, not answered, or the speakers are unknown.
    NotChecked,
}

/// A call, judged.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CallRecord {
    /// Call.
    pub call_id: String,
    /// Borrower, if known.
    pub borrower_id: Option<String>,
    /// Collector, if known.
    pub collector_id: Option<String>,
    /// Start, RFC 3339 in the profile's time zone, if known.
    pub start: Option<String>,
    /// Verdict.
    pub verdict: Verdict,
    /// 0 to 1.
    pub score: f64,
    /// Findings by group.
    pub groups: BTreeMap<String, u64>,
    /// Required elements.
    pub conduct: BTreeMap<String, Presence>,
    /// Input file.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// Whether some speaker is known, given or inferred.
    #[serde(skip)]
    pub roles_known: bool,
    /// Findings left out because one rule matched too often.
    #[serde(skip_serializing_if = "is_zero")]
    pub truncated: u64,
}

fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// The borrower may be in distress: never part of a score, never of the exit status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Care {
    /// Call.
    pub call_id: String,
    /// Borrower, if known.
    pub borrower_id: Option<String>,
    /// 0-based index of the utterance.
    pub turn: usize,
    /// Kind of cue.
    pub cue: String,
    /// The words, masked.
    pub quote: String,
    /// What the collector said next, masked.
    pub answer: Option<String>,
    /// Input file.
    pub file: String,
    /// 1-based line.
    pub line: usize,
}

/// Everything about one call.
#[derive(Debug, Clone, PartialEq)]
pub struct CallOutcome {
    /// The record.
    pub record: CallRecord,
    /// Findings by turn and place.
    pub findings: Vec<Finding>,
    /// Distress.
    pub care: Vec<Care>,
}

/// A rule's count for a borrower or a collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleCount {
    /// How many findings, or for a counting rule the largest count.
    pub count: u64,
    /// The largest lawful count.
    pub limit: u64,
    /// How the rule came out.
    pub verdict: Verdict,
}

/// A borrower or a collector, judged over all calls.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PartyRecord {
    /// Borrower or collector id.
    #[serde(skip)]
    pub id: String,
    /// Verdict.
    pub verdict: Verdict,
    /// 0 to 1.
    pub score: f64,
    /// Calls in transcripts and log, each once.
    pub calls: u64,
    /// Rule id → count.
    pub rules: BTreeMap<String, RuleCount>,
}

/// The denominators and totals of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Totals {
    /// Distinct calls in the call logs.
    pub calls_in_log: u64,
    /// Distinct calls with a transcript.
    pub calls_with_transcript: u64,
    /// Transcripts decoded.
    pub calls_decoded: u64,
    /// Of them with known (or inferred) speakers.
    pub calls_with_known_roles: u64,
    /// Of them judged: not `not-checked`.
    pub calls_judged: u64,
    /// Answered calls in the log without a transcript.
    pub connected_without_transcript: u64,
    /// Verdicts of the calls.
    pub verdicts: BTreeMap<String, u64>,
    /// Findings by rule.
    pub findings: BTreeMap<String, u64>,
    /// Borrowers.
    pub borrowers: u64,
    /// Records and files that could not be looked at.
    pub lost: u64,
}

/// Everything that is known when the last call was judged.
#[derive(Debug, Clone, PartialEq)]
pub struct Conclusion {
    /// Counting findings.
    pub frequency: Vec<super::finding::FrequencyFinding>,
    /// Rules of the profile that could not be tested, with the reason.
    pub not_checked: BTreeMap<String, String>,
    /// Borrowers, worst first.
    pub borrowers: Vec<PartyRecord>,
    /// Collectors, worst first.
    pub collectors: Vec<PartyRecord>,
    /// Remarks on the input, sorted.
    pub notices: Vec<Notice>,
    /// Ids of answered calls of the logs that have no transcript: a recording is a duty.
    pub without_transcript: Vec<String>,
    /// Totals.
    pub totals: Totals,
}

impl Totals {
    /// Findings in words: all but the counting ones.
    pub fn in_words(&self) -> u64 {
        self.findings.iter().filter(|(rule, _)| !rule.starts_with("frequency/")).map(|(_, n)| n).sum()
    }
}

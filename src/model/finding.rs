//! What the program says about a call, with its evidence.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::accepted::Accepted;
use super::rules::Severity;
use super::span::CharSpan;
use super::texts::Texts;
use super::transcript::Speaker;

/// How a rule, a call, a borrower or a collector came out. The four never merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Looked at; nothing found.
    Pass,
    /// The data that is needed is missing.
    NotChecked,
    /// A person should look.
    Review,
    /// A rule was broken.
    Violation,
}

/// Words that break a rule.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Finding {
    /// Rule id, `group/name`.
    pub rule: String,
    /// Group.
    pub group: String,
    /// How grave.
    pub severity: Severity,
    /// `violation` or `review`.
    pub verdict: Verdict,
    /// How sure, 0 to 1.
    pub score: f64,
    /// Call.
    pub call_id: String,
    /// Borrower, if known.
    pub borrower_id: Option<String>,
    /// Collector, if known.
    pub collector_id: Option<String>,
    /// Agency, if known.
    pub agency: Option<String>,
    /// Input file.
    pub file: String,
    /// 1-based line.
    pub line: usize,
    /// 0-based index of the utterance in its call.
    pub turn: usize,
    /// Who spoke.
    pub speaker: Speaker,
    /// Start of the utterance, milliseconds from the start of the call.
    pub start_ms: Option<u64>,
    /// The words, masked unless asked otherwise.
    pub quote: String,
    /// Where they stand, in characters of the turn's text.
    pub span: CharSpan,
    /// The term, the phrase or `classifier`.
    pub matched: String,
    /// Clauses in force on the day of the call.
    pub basis: Vec<String>,
    /// Stays the same from run to run for the same words of the same call.
    pub fingerprint: String,
    /// Why it is for review only, and other remarks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why it does not fail the run, if somebody accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Accepted>,
    /// The whole turn, masked like the quote; character for character the turn's text.
    #[serde(skip)]
    pub text: Arc<str>,
    /// The parts to underline, in characters of `text`.
    #[serde(skip)]
    pub marks: Vec<CharSpan>,
    /// The turns before and after, if there are any.
    #[serde(skip)]
    pub around: [Option<Neighbour>; 2],
    /// More turns around it with their indices, where they were asked for.
    #[serde(skip)]
    pub context: Vec<(usize, Neighbour)>,
}

/// A turn beside that of a finding, for those who read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// Who spoke, as the input says.
    pub speaker: Speaker,
    /// What was said, masked like a quote and cut where it is long.
    pub text: String,
}

/// Calls that break a counting rule.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct FrequencyFinding {
    /// `frequency/<id>`.
    pub rule: String,
    /// `frequency`.
    pub group: &'static str,
    /// How grave.
    pub severity: Severity,
    /// `violation` or `review`.
    pub verdict: Verdict,
    /// How sure, 0 to 1.
    pub score: f64,
    /// Borrower, if known.
    pub borrower_id: Option<String>,
    /// The other parts of the rule's key, by name.
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    pub key: std::collections::BTreeMap<&'static str, String>,
    /// Ids of the calls counted, by time.
    #[schemars(with = "Vec<String>")]
    pub calls: Texts,
    /// Start of the first call counted, RFC 3339 in the profile's time zone.
    pub from: String,
    /// Start of the last call counted.
    pub to: String,
    /// How many.
    pub count: u64,
    /// The largest lawful count; 0 for hours.
    pub limit: u64,
    /// Clauses in force on that day.
    pub basis: Vec<String>,
    /// Stays the same from run to run for the same calls.
    pub fingerprint: String,
    /// The call that the others follow, where a rule is about what comes after one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Those of the calls that began within a minute after an answered call to the same number: a line may have broken off.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub redials: Texts,
    /// Those of the calls that belong to earlier runs.
    #[serde(skip_serializing_if = "Texts::is_empty")]
    #[schemars(with = "Vec<String>")]
    pub earlier: Texts,
    /// Whether there may be more calls than are seen here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
    /// Remarks, such as that the count is a lower bound.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// Why it does not fail the run, if somebody accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<Accepted>,
    /// File and 1-based line of the last of the listed calls that this run saw.
    #[serde(skip)]
    pub place: Option<(String, usize)>,
}

//! What a scan yields: one outcome per call, and the totals at the end.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use super::accepted::{AcceptedTotals, Audit, Gate, Stale};
use super::calendar::Calendar;
use super::finding::{Finding, Verdict};
use super::notice::Notice;
use super::receipt::Receipt;
use super::roles::InferredRole;
use super::texts::Texts;

/// Whether a required element was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
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
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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
    /// Where the points of the score come from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
    /// Findings by group.
    pub groups: BTreeMap<String, u64>,
    /// Required elements.
    pub conduct: BTreeMap<String, Presence>,
    /// Whose parts the voices have whose labels do not tell, by what they say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub inferred_roles: Vec<InferredRole>,
    /// Groups of rules that could not be tested on this call, with the reason.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub not_checked: BTreeMap<&'static str, String>,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
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

/// The calls in the window with the largest count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Peak {
    /// Start of the first call, RFC 3339.
    pub from: String,
    /// Start of the last call.
    pub to: String,
    /// Their ids.
    #[schemars(with = "Vec<String>")]
    pub calls: Texts,
}

/// A rule's count for a borrower or a collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RuleCount {
    /// How many findings, or for a counting rule the largest count.
    pub count: u64,
    /// The largest lawful count.
    pub limit: u64,
    /// How the rule came out.
    pub verdict: Verdict,
    /// Whether there may be more calls than are seen here.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub at_least: bool,
    /// Where the count is over the limit: the calls.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub peak: Option<Box<Peak>>,
}

/// The id of a rule and its count.
pub type Counted = (Arc<str>, RuleCount);

/// Counts by rule id, sorted by it. Of a million borrowers most share their counts with many others: what
/// is the same stands once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules(Arc<[Arc<Counted>]>);

impl Rules {
    /// From counts in any order, each rule once.
    pub fn new(counts: Vec<Counted>) -> Rules {
        Rules::shared(counts.into_iter().map(Arc::new).collect())
    }

    /// The same from counts that others may have too.
    pub fn shared(mut counts: Vec<Arc<Counted>>) -> Rules {
        counts.sort_by(|a, b| a.0.cmp(&b.0));
        Rules(counts.into())
    }

    /// By rule id.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RuleCount)> {
        self.0.iter().map(|counted| (&*counted.0, &counted.1))
    }

    /// The count of one rule, to be changed.
    pub fn get_mut(&mut self, rule: &str) -> Option<&mut RuleCount> {
        let at = self.0.binary_search_by(|counted| (*counted.0).cmp(rule)).ok()?;
        Some(&mut Arc::make_mut(&mut Arc::make_mut(&mut self.0)[at]).1)
    }

    /// Adds counts of other rules.
    pub fn extend(&mut self, counts: impl Iterator<Item = Counted>) {
        let mut counts = counts.map(Arc::new).peekable();
        if counts.peek().is_some() {
            let mut all = self.0.to_vec();
            all.extend(counts);
            *self = Rules::shared(all);
        }
    }
}

impl std::ops::Index<&str> for Rules {
    type Output = RuleCount;

    fn index(&self, rule: &str) -> &RuleCount {
        match self.0.binary_search_by(|counted| (*counted.0).cmp(rule)) {
            Ok(at) => &self.0[at].1,
            Err(_) => panic!("no rule `{rule}`"),
        }
    }
}

impl Serialize for Rules {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// A point in time with the offset it is shown in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Seconds since 1970.
    pub second: u32,
    /// Seconds east of Greenwich.
    pub offset: i32,
}

impl std::fmt::Display for Moment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let time = jiff::Timestamp::from_second(i64::from(self.second));
        match (time, jiff::tz::Offset::from_seconds(self.offset)) {
            (Ok(time), Ok(offset)) => write!(f, "{}", time.display_with_offset(offset)),
            _ => write!(f, "{}", self.second),
        }
    }
}

impl Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// All calls of one borrower at a glance. Calls to the agency are in `inbound` alone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Timeline {
    /// Calls of the agency.
    pub attempts: u32,
    /// Of them answered.
    pub connected: u32,
    /// Of them not answered.
    pub unanswered: u32,
    /// Calls to contacts.
    pub to_contacts: u32,
    /// Different contacts that were called.
    pub contacts: u32,
    /// Different numbers that called.
    pub numbers: u32,
    /// Calls to the agency.
    pub inbound: u32,
    /// Calls that began at hours which the profile forbids.
    pub night: u32,
    /// Calls for which the log tells of agreed hours.
    pub agreed: u32,
    /// Start of the first call, RFC 3339.
    #[schemars(with = "Option<String>")]
    pub first: Option<Moment>,
    /// Start of the last call.
    #[schemars(with = "Option<String>")]
    pub last: Option<Moment>,
}

/// Calls that belong to a violation, in words or in counts, among all calls; with the interval of Wilson for 95 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Rate {
    /// Calls that belong to a violation.
    pub violating_calls: u64,
    /// Of a hundred.
    pub per_100: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

/// A borrower or a collector, judged over all calls.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct PartyRecord {
    /// Borrower or collector id.
    #[serde(skip)]
    pub id: String,
    /// Verdict.
    pub verdict: Verdict,
    /// 0 to 1.
    pub score: f64,
    /// Where the points of the score come from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub receipts: Vec<Receipt>,
    /// Calls in transcripts and log, each once.
    pub calls: u64,
    /// Rule id → count.
    #[schemars(with = "BTreeMap<String, RuleCount>")]
    pub rules: Rules,
    /// Of a borrower: the calls at a glance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Timeline>,
    /// Of a collector: how many calls belong to a violation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Box<Rate>>,
}

/// An agency over all its calls.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct AgencyRecord {
    /// Its name.
    pub agency: String,
    /// Calls in transcripts and log, each once.
    pub calls: u64,
    /// How many of them belong to a violation.
    #[serde(flatten)]
    pub rate: Rate,
}

/// The denominators and totals of a run.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
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
    /// Characters that stand for bytes that are no text, where such bytes are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced: Option<u64>,
    /// What became of the ledger of earlier runs, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<super::past::Changes>,
    /// How many findings were accepted, where a baseline or suppressions were given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accepted: Option<AcceptedTotals>,
    /// The violations that count and how many are allowed, where some are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gate: Option<Gate>,
}

/// Most ids of answered calls without a transcript that are told; how many there are stands in the totals.
pub const MOST_UNHEARD: usize = 1_000;

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
    /// Agencies, the highest rate of violations first.
    pub agencies: Vec<AgencyRecord>,
    /// When the calls were made.
    pub calendar: Calendar,
    /// Remarks on the input, sorted.
    pub notices: Vec<Notice>,
    /// Ids of answered calls of the logs that have no transcript, the first [`MOST_UNHEARD`]: a recording is a duty. None where
    /// no transcript was given.
    pub without_transcript: Vec<String>,
    /// What is wrong with the suppressions.
    pub audits: Vec<Audit>,
    /// Entries of the baseline that no finding of this run has, by rule.
    pub stale: Vec<Stale>,
    /// Hash of everything that was read, in whatever order.
    pub input: String,
    /// What was set that the lexicon and the profile do not tell, by name: what can change results.
    pub settings: BTreeMap<&'static str, String>,
    /// How each file of transcripts and logs was read, where that was asked for.
    pub ways: Vec<Way>,
    /// Totals.
    pub totals: Totals,
}

/// How a file was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// File, as the user named it.
    pub file: String,
    /// Name of its format.
    pub format: &'static str,
    /// Name of its encoding; empty when all is ASCII.
    pub encoding: &'static str,
}

impl Totals {
    /// Findings in words: all but the counting ones.
    pub fn in_words(&self) -> u64 {
        self.findings.iter().filter(|(rule, _)| !rule.starts_with("frequency/")).map(|(_, n)| n).sum()
    }
}

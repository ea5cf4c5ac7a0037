//! A profile: the set of counting rules that a scan applies.

use jiff::civil::Time;
use jiff::tz::TimeZone;

use super::rules::{Basis, Bilingual, Severity};
use super::transcript::CalleeRole;

/// Which calls a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Counts {
    /// Every dial, whatever came of it.
    Attempts,
    /// Answered calls.
    Connected,
    /// Answered calls to the borrower, longer than the profile's `effective_min_seconds`.
    Effective,
    /// Dials that nobody answered.
    Unanswered,
}

/// One part of the key by which calls are grouped before they are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPart {
    /// Borrower id.
    Borrower,
    /// Number that was called.
    CalleeNumber,
    /// Number that called.
    CallerNumber,
    /// Collector id.
    Collector,
    /// Agency name.
    Agency,
}

/// The stretch of time within which calls are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// A date in the profile's time zone.
    CalendarDay,
    /// Half-open `[t, t + seconds)`, from each call on.
    Rolling {
        /// Length in seconds.
        seconds: i64,
    },
}

/// What a rule of a profile tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Test {
    /// More than `max` calls within one window are a finding.
    Count {
        /// Which calls.
        counts: Counts,
        /// Grouped by what.
        key: Vec<KeyPart>,
        /// Within which stretch of time.
        window: Window,
        /// The largest lawful count.
        max: u64,
    },
    /// A call that starts inside the half-open stretch `[from, to)` of local time is a finding; `from > to` crosses midnight.
    Hours {
        /// Start, inside.
        from: Time,
        /// End, outside.
        to: Time,
    },
}

/// One rule of a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRule {
    /// Name within the profile; the finding's rule id is `frequency/<id>`.
    pub id: String,
    /// Title for people.
    pub title: Option<Bilingual>,
    /// Why it matters.
    pub why: Option<Bilingual>,
    /// What is tested.
    pub test: Test,
    /// Calls to whom; empty: to anybody.
    pub callees: Vec<CalleeRole>,
    /// How grave a finding is.
    pub severity: Severity,
    /// Whether a finding is for review only (the rule is a recommendation, or its certainty is low).
    pub review: bool,
    /// Clauses, each with the time it was in force.
    pub basis: Vec<Basis>,
    /// Whether it can be tested from a call log only.
    pub needs_call_log: bool,
}

/// A set of counting rules.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    /// Name, or the path of the user's file.
    pub name: String,
    /// Title for people.
    pub title: Bilingual,
    /// Time zone of days and hours.
    pub timezone: TimeZone,
    /// A connected call to the borrower counts as effective when it lasted longer than this many seconds.
    pub effective_min_seconds: u64,
    /// The rules, in the order of the file.
    pub rules: Vec<ProfileRule>,
}

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
    /// Number of a third person that was called. Calls to anybody else have none.
    Contact,
}

/// The stretch of time within which calls are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// A date in the profile's time zone.
    CalendarDay,
    /// So many dates in a row, from that of each call on.
    CalendarDays {
        /// How many.
        days: i64,
    },
    /// Half-open `[t, t + seconds)`, from each call on.
    Rolling {
        /// Length in seconds.
        seconds: i64,
    },
    /// Without an end; only behind an event.
    Forever,
}

/// What starts the clock of a [`Test::After`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// An answered call.
    Connected,
    /// A conversation with the borrower: an effective call.
    Effective,
    /// The one called asked not to be called again, in a transcript.
    Refusal,
    /// The collector announced many calls, a visit, or calls to others, in a transcript.
    Announcement,
}

/// How strongly a text binds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wording {
    /// It forbids.
    MustNot,
    /// It requires, in a text that is not law.
    Should,
    /// It recommends: a person decides.
    Advised,
    /// No text names the number: it picks out what a person should look at.
    Chosen,
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
    /// The same, but different values are counted and not calls: numbers that called, contacts that were called.
    Distinct {
        /// Which calls.
        counts: Counts,
        /// Of what different values are counted.
        of: KeyPart,
        /// Grouped by what.
        key: Vec<KeyPart>,
        /// Within which stretch of time.
        window: Window,
        /// The largest lawful number.
        max: u64,
    },
    /// A call that starts inside the half-open stretch `[from, to)` of local time is a finding; `from > to` crosses midnight.
    Hours {
        /// Start, inside.
        from: Time,
        /// End, outside.
        to: Time,
        /// Whether a call that begins outside and runs on into the stretch is for review.
        overrun: bool,
    },
    /// More than `max` calls within the window behind an event are a finding.
    After {
        /// What starts the clock.
        event: Event,
        /// Which calls.
        counts: Counts,
        /// Grouped by what; the event has the same key.
        key: Vec<KeyPart>,
        /// How long. With dates, that of the event is the first.
        window: Window,
        /// The largest lawful count.
        max: u64,
    },
    /// A call to a contact is a finding unless the borrower could not be reached before it.
    ContactFirst {
        /// So many calls to the borrower in a row must have failed.
        failed: u64,
    },
    /// An answered call without a recording and without a transcript is a finding.
    Unrecorded,
}

impl Test {
    /// The parts of the key by which calls are grouped.
    pub fn key(&self) -> &[KeyPart] {
        match self {
            Test::Count { key, .. } | Test::Distinct { key, .. } | Test::After { key, .. } => key,
            Test::ContactFirst { .. } | Test::Unrecorded => &[KeyPart::Borrower],
            Test::Hours { .. } => &[],
        }
    }

    /// The largest lawful count.
    pub fn limit(&self) -> u64 {
        match self {
            Test::Count { max, .. } | Test::Distinct { max, .. } | Test::After { max, .. } => *max,
            Test::Hours { .. } | Test::ContactFirst { .. } | Test::Unrecorded => 0,
        }
    }

    /// Which calls are counted, where the rule says so.
    pub fn counts(&self) -> Option<Counts> {
        match self {
            Test::Count { counts, .. } | Test::Distinct { counts, .. } | Test::After { counts, .. } => {
                Some(*counts)
            }
            Test::Hours { .. } | Test::ContactFirst { .. } | Test::Unrecorded => None,
        }
    }
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
    /// Only calls that were not answered and rang for at most so many seconds.
    pub ring_max_seconds: Option<u64>,
    /// How grave a finding is.
    pub severity: Severity,
    /// Whether a finding is for review only (the rule is a recommendation, or its certainty is low).
    pub review: bool,
    /// How strongly the text binds, if the profile says so.
    pub wording: Option<Wording>,
    /// Whether the limit holds for all agencies of a lender together: the count is a lower bound.
    pub all_agencies: bool,
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
    /// Time zone of days and hours, also of times in a log that name none.
    pub timezone: TimeZone,
    /// A connected call to the borrower counts as effective when it lasted longer than this many seconds.
    pub effective_min_seconds: u64,
    /// The rules, in the order of the file.
    pub rules: Vec<ProfileRule>,
}

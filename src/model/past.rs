//! Calls as they are kept from run to run: facts of the dial and marks of the words, never the words.

use std::borrow::Cow;

use jiff::Timestamp;

use super::calllog::Agreed;
use super::transcript::CalleeRole;

/// One call with all that later runs need of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCall<'a> {
    /// Id of the call.
    pub call_id: Option<Cow<'a, str>>,
    /// Whether a decoder made up the id: then it identifies nothing.
    pub made_up_id: bool,
    /// Id of the borrower.
    pub borrower_id: Option<&'a str>,
    /// Name of the agency.
    pub agency: Option<&'a str>,
    /// Id of the collector.
    pub collector_id: Option<&'a str>,
    /// Number that called.
    pub caller_number: Option<&'a str>,
    /// Number that was called.
    pub callee_number: Option<&'a str>,
    /// Who was called.
    pub callee_role: CalleeRole,
    /// Start, in seconds since 1970.
    pub start: i64,
    /// Talk time in seconds.
    pub talk_s: Option<u64>,
    /// How long it rang, in seconds, when nobody answered.
    pub ring_s: Option<u64>,
    /// Whether it was answered, if a source says so.
    pub connected: Option<bool>,
    /// Hours that the log says were agreed on.
    pub agreed: Option<Agreed>,
    /// Yes-or-no facts.
    pub marks: Marks,
}

/// Yes-or-no facts of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// It stands in a call log.
    pub in_log: bool,
    /// It has a transcript.
    pub transcript: bool,
    /// The agency was called.
    pub inbound: bool,
    /// The number does not exist.
    pub invalid_number: bool,
    /// The log tells of recordings.
    pub tells_recording: bool,
    /// There is a recording.
    pub recorded: bool,
    /// Something said in it is a violation.
    pub violates: bool,
    /// The one called asked not to be called again.
    pub refused: bool,
    /// The collector announced many calls, a visit, or calls to others.
    pub announced: bool,
}

impl Marks {
    /// What newer sources say, and where they say nothing what older ones said.
    pub fn over(self, older: Marks) -> Marks {
        let log = if self.in_log { self } else { older };
        let recording = if self.tells_recording { self } else { older };
        let words = if self.transcript { self } else { older };
        Marks {
            in_log: self.in_log || older.in_log,
            transcript: self.transcript || older.transcript,
            inbound: if self.in_log || !older.in_log { self.inbound } else { log.inbound },
            invalid_number: log.invalid_number,
            tells_recording: recording.tells_recording,
            recorded: recording.recorded,
            violates: words.violates,
            refused: words.refused,
            announced: words.announced,
        }
    }
}

/// A borrower of a run, with the time that its calls span, in seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Id of the borrower.
    pub borrower_id: String,
    /// Start of the first call.
    pub first: i64,
    /// Start of the last call.
    pub last: i64,
}

/// How far back, and forward, calls matter to those of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Calls of a borrower so many seconds apart share no window; nothing: all calls matter, however old.
    pub apart: Option<i64>,
    /// Whether some rule counts over more than one borrower, so that everybody's calls matter.
    pub everybody: bool,
}

/// When a run was, and by which version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Time of the run, if it has one.
    pub at: Option<Timestamp>,
    /// Version of the program.
    pub version: &'static str,
}

/// What a run changed among the calls that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, schemars::JsonSchema)]
pub struct Changes {
    /// Calls of earlier runs that were looked at.
    pub earlier: u64,
    /// New calls.
    pub added: u64,
    /// Known calls of which more is known now.
    pub completed: u64,
    /// Known calls of which something else is told now.
    pub corrected: u64,
    /// Known calls of which nothing new is told.
    pub unchanged: u64,
    /// Calls that are not kept: they do not tell when they began.
    pub without_start: u64,
    /// The first ids of corrected calls.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrected_calls: Vec<String>,
}

impl Changes {
    /// Whether anything is to be written.
    pub fn any(&self) -> bool {
        self.added + self.completed + self.corrected > 0
    }
}

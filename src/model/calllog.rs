//! One row of a call log.

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::transcript::CalleeRole;

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    /// The agency called; also where nothing is said.
    #[default]
    Outbound,
    /// The agency was called: no rule counts it.
    Inbound,
}

/// Hours at which the one called has agreed to be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Agreed {
    /// Start, inside.
    pub from: Time,
    /// End, outside.
    pub to: Time,
    /// Day of the agreement.
    pub on: Option<Date>,
    /// Whether the log names what proves it: a call or a document.
    pub proved: bool,
}

/// One dial, answered or not, as a call log tells it; the texts are those of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// Id of the call; rows with the same id are one call.
    pub call_id: Option<&'a str>,
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
    /// Start of the call.
    pub start: Timestamp,
    /// Talk time in seconds.
    pub duration_s: Option<u64>,
    /// How long it rang, in seconds.
    pub ring_s: Option<u64>,
    /// Whether it was answered; `None` when neither the column nor a duration says so.
    pub connected: Option<bool>,
    /// Whether the number does not exist.
    pub invalid_number: bool,
    /// Who called whom.
    pub direction: Direction,
    /// Name of the recording; `None` when the log does not tell of recordings, empty when there is none.
    pub recording: Option<&'a str>,
    /// Agreed hours.
    pub agreed: Option<Agreed>,
    /// Input file, as the user named it.
    pub file: &'a str,
    /// 1-based line of the file.
    pub line: usize,
}

/// The same with texts of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Id of the call; rows with the same id are one call.
    pub call_id: Option<String>,
    /// Id of the borrower.
    pub borrower_id: Option<String>,
    /// Name of the agency.
    pub agency: Option<String>,
    /// Id of the collector.
    pub collector_id: Option<String>,
    /// Number that called.
    pub caller_number: Option<String>,
    /// Number that was called.
    pub callee_number: Option<String>,
    /// Who was called.
    pub callee_role: CalleeRole,
    /// Start of the call.
    pub start: Timestamp,
    /// Talk time in seconds.
    pub duration_s: Option<u64>,
    /// How long it rang, in seconds.
    pub ring_s: Option<u64>,
    /// Whether it was answered; `None` when neither the column nor a duration says so.
    pub connected: Option<bool>,
    /// Whether the number does not exist.
    pub invalid_number: bool,
    /// Who called whom.
    pub direction: Direction,
    /// Name of the recording; `None` when the log does not tell of recordings, empty when there is none.
    pub recording: Option<String>,
    /// Agreed hours.
    pub agreed: Option<Agreed>,
    /// Input file, as the user named it.
    pub file: String,
    /// 1-based line of the file.
    pub line: usize,
}

impl LogRow {
    /// The row with borrowed texts.
    pub fn line(&self) -> LogLine<'_> {
        LogLine {
            call_id: self.call_id.as_deref(),
            borrower_id: self.borrower_id.as_deref(),
            agency: self.agency.as_deref(),
            collector_id: self.collector_id.as_deref(),
            caller_number: self.caller_number.as_deref(),
            callee_number: self.callee_number.as_deref(),
            callee_role: self.callee_role,
            start: self.start,
            duration_s: self.duration_s,
            ring_s: self.ring_s,
            connected: self.connected,
            invalid_number: self.invalid_number,
            direction: self.direction,
            recording: self.recording.as_deref(),
            agreed: self.agreed,
            file: &self.file,
            line: self.line,
        }
    }
}

impl LogLine<'_> {
    /// The row with texts of its own.
    pub fn to_row(&self) -> LogRow {
        let own = |text: Option<&str>| text.map(str::to_owned);
        LogRow {
            call_id: own(self.call_id),
            borrower_id: own(self.borrower_id),
            agency: own(self.agency),
            collector_id: own(self.collector_id),
            caller_number: own(self.caller_number),
            callee_number: own(self.callee_number),
            callee_role: self.callee_role,
            start: self.start,
            duration_s: self.duration_s,
            ring_s: self.ring_s,
            connected: self.connected,
            invalid_number: self.invalid_number,
            direction: self.direction,
            recording: own(self.recording),
            agreed: self.agreed,
            file: self.file.to_owned(),
            line: self.line,
        }
    }
}

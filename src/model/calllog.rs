//! One row of a call log.

use jiff::Timestamp;

use super::transcript::CalleeRole;

/// One dial, answered or not, as a call log tells it.
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
    /// Whether it was answered; `None` when neither the column nor a duration says so.
    pub connected: Option<bool>,
    /// Input file, as the user named it.
    pub file: String,
    /// 1-based line of the file.
    pub line: usize,
}

//! What is told of a call from outside its transcript.

use jiff::Timestamp;

use super::transcript::CalleeRole;

/// What a sidecar, a row of a manifest or the name of a file says of a call; nothing where it says nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Id of the call.
    pub call_id: Option<String>,
    /// Id of the borrower.
    pub borrower_id: Option<String>,
    /// Id of the collector.
    pub collector_id: Option<String>,
    /// Name of the agency.
    pub agency: Option<String>,
    /// Number that called.
    pub caller_number: Option<String>,
    /// Number that was called.
    pub callee_number: Option<String>,
    /// Who was called.
    pub callee_role: CalleeRole,
    /// Start of the call.
    pub start: Option<Timestamp>,
    /// End of the call.
    pub end: Option<Timestamp>,
    /// Length in milliseconds: tells the end where a start is known.
    pub length_ms: Option<u64>,
    /// Whether it was answered.
    pub connected: Option<bool>,
    /// Whether the agency was called and did not call.
    pub inbound: Option<bool>,
    /// Words that the recogniser has masked.
    pub masked_words: Option<usize>,
}

impl Facts {
    /// What holds for every call of a file that has several.
    pub fn of_the_file(&self) -> Facts {
        Facts {
            borrower_id: self.borrower_id.clone(),
            collector_id: self.collector_id.clone(),
            agency: self.agency.clone(),
            caller_number: self.caller_number.clone(),
            callee_number: self.callee_number.clone(),
            callee_role: self.callee_role,
            inbound: self.inbound,
            ..Facts::default()
        }
    }
}

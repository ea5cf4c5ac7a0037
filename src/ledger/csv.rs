//! Calls as a call log in CSV.

use std::io::{self, Write};

use jiff::Timestamp;

use crate::model::calllog::Agreed;
use crate::model::past::PastCall;
use crate::model::transcript::CalleeRole;

/// The columns of a call log that a ledger can fill.
pub(super) const HEADER: &str = "call_id,borrower_id,agency,collector_id,caller_number,callee_number,callee_role,\
start,duration_s,connected,direction,ring_s,agreed_hours,agreed_on,agreed_by";

pub(super) fn write(call: &PastCall<'_>, out: &mut dyn Write) -> io::Result<()> {
    let seconds = |s: Option<u64>| s.map_or_else(String::new, |s| s.to_string());
    let start = Timestamp::from_second(call.start).map_or_else(|_| String::new(), |t| t.to_string());
    let agreed = call.agreed.as_ref();
    let fields = [
        // An id that was made up by a decoder identifies nothing.
        field(call.call_id.as_deref().filter(|_| !call.made_up_id)),
        field(call.borrower_id),
        field(call.agency),
        field(call.collector_id),
        field(call.caller_number),
        field(call.callee_number),
        role(call.callee_role).to_owned(),
        start,
        seconds(call.talk_s),
        call.connected.map_or_else(String::new, |c| c.to_string()),
        if call.marks.inbound { "inbound" } else { "outbound" }.to_owned(),
        seconds(call.ring_s),
        agreed.map_or_else(String::new, hours),
        agreed.and_then(|a| a.on).map_or_else(String::new, |d| d.to_string()),
        // What proved it is not kept, that something did is.
        agreed.filter(|a| a.proved).map_or_else(String::new, |_| "on record".to_owned()),
    ];
    writeln!(out, "{}", fields.join(","))
}

fn hours(agreed: &Agreed) -> String {
    format!("{}-{}", agreed.from, agreed.to)
}

fn role(role: CalleeRole) -> &'static str {
    match role {
        CalleeRole::Borrower => "borrower",
        CalleeRole::Contact => "contact",
        CalleeRole::Unknown => "",
    }
}

fn field(text: Option<&str>) -> String {
    let text = text.unwrap_or_default();
    if text.contains([',', '"', '\n', '\r']) || text.trim() != text {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

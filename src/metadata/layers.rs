//! What several sources tell of the calls of one file, the surest first: what was told stays, and who says otherwise is told.

use std::collections::BTreeMap;
use std::fmt::Display;

use jiff::{SignedDuration, Timestamp};

use crate::model::facts::Facts;
use crate::model::notice::Notice;
use crate::model::transcript::{Call, CalleeRole};

/// Who tells something of a call, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// The transcript itself.
    Transcript,
    /// A file beside it.
    Sidecar,
    /// A row of the manifest.
    Manifest,
    /// The names of the file and its folders.
    Name,
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Origin::Transcript => "transcript",
            Origin::Sidecar => "sidecar",
            Origin::Manifest => "manifest",
            Origin::Name => "name",
        }
    }
}

/// Fields with more than one source, by name.
type Given = BTreeMap<&'static str, Origin>;

/// The first of the calls for which two sources differ.
struct Conflict {
    line: usize,
    own: String,
    other: String,
    calls: usize,
}

/// The layers of one file.
#[derive(Default)]
pub struct Layers {
    conflicts: BTreeMap<(&'static str, Origin, Origin), Conflict>,
}

/// A call whose fields are being told.
pub struct Layered<'a, 'b> {
    layers: &'b mut Layers,
    call: &'a mut Call,
    given: Given,
    length_ms: Option<u64>,
}

impl Layers {
    /// Begins with a call.
    pub fn call<'a, 'b>(&'b mut self, call: &'a mut Call) -> Layered<'a, 'b> {
        Layered { layers: self, call, given: Given::new(), length_ms: None }
    }

    /// Who said otherwise, once a field.
    pub fn notices(self, file: &str) -> Vec<Notice> {
        let tell = |((field, sure, other), c): ((&str, Origin, Origin), Conflict)| {
            let (sure, unsure) = (sure.name(), other.name());
            let more = match c.calls {
                1 => String::new(),
                n => format!(" (and so for {} more calls)", n - 1),
            };
            let text = format!(
                "`{field}` is `{}` in the {sure} and `{}` in the {unsure}: the {sure} decides{more}",
                c.own, c.other
            );
            Notice::remark(file, Some(c.line), text)
        };
        self.conflicts.into_iter().map(tell).collect()
    }
}

impl Layered<'_, '_> {
    /// Tells what a source knows.
    pub fn tell(&mut self, facts: &Facts, origin: Origin) {
        let call = &mut *self.call;
        // The name of the recording is no id of the call where one is told.
        let own = (!call.made_up_id && !call.id_is_recording).then(|| call.call_id.clone());
        let mut fields = (
            own,
            call.borrower_id.take(),
            call.collector_id.take(),
            call.agency.take(),
            call.caller_number.take(),
            call.callee_number.take(),
        );
        let line = call.line;
        let (start, end, connected) = (call.start, call.end, call.connected);
        let inbound = call.inbound.then_some(true);
        let role = Some(call.callee_role).filter(|r| *r != CalleeRole::Unknown);
        let mut put = Put { layers: self.layers, given: &mut self.given, origin, line };
        put.text("call_id", &mut fields.0, &facts.call_id);
        put.text("borrower_id", &mut fields.1, &facts.borrower_id);
        put.text("collector_id", &mut fields.2, &facts.collector_id);
        put.text("agency", &mut fields.3, &facts.agency);
        put.text("caller_number", &mut fields.4, &facts.caller_number);
        put.text("callee_number", &mut fields.5, &facts.callee_number);
        let start = put.value("start", start, facts.start, Timestamp::to_string);
        let end = put.value("end", end, facts.end, Timestamp::to_string);
        let connected = put.value("connected", connected, facts.connected, bool::to_string);
        let inbound = put.value("direction", inbound, facts.inbound, |i| direction(*i).to_owned());
        let told = Some(facts.callee_role).filter(|r| *r != CalleeRole::Unknown);
        let role = put.value("callee_role", role, told, |r| role_name(*r).to_owned());
        (call.borrower_id, call.collector_id, call.agency) = (fields.1, fields.2, fields.3);
        (call.caller_number, call.callee_number) = (fields.4, fields.5);
        if let Some(id) = fields.0 {
            (call.call_id, call.made_up_id, call.id_is_recording) = (id, false, false);
        }
        (call.start, call.end, call.connected) = (start, end, connected);
        (call.inbound, call.callee_role) = (inbound == Some(true), role.unwrap_or_default());
        call.masked_words = call.masked_words.max(facts.masked_words.unwrap_or(0));
        self.length_ms = self.length_ms.or(facts.length_ms);
    }

    /// At the end: a length tells the end where the start is known.
    pub fn finish(self) {
        let Some(length) = self.length_ms.and_then(|ms| i64::try_from(ms).ok()) else { return };
        if let (Some(start), None) = (self.call.start, self.call.end) {
            self.call.end = start.checked_add(SignedDuration::from_millis(length)).ok();
        }
    }
}

/// What one source says, put beside what is known.
struct Put<'a> {
    layers: &'a mut Layers,
    given: &'a mut Given,
    origin: Origin,
    line: usize,
}

impl Put<'_> {
    fn text(&mut self, field: &'static str, slot: &mut Option<String>, told: &Option<String>) {
        let known = slot.take();
        *slot = self.value(field, known, told.clone(), String::clone);
    }

    fn value<T: PartialEq>(
        &mut self,
        field: &'static str,
        known: Option<T>,
        told: Option<T>,
        show: impl Fn(&T) -> String,
    ) -> Option<T> {
        match (known, told) {
            (None, Some(told)) => {
                self.given.insert(field, self.origin);
                Some(told)
            }
            (Some(known), Some(told)) if known != told => {
                self.differ(field, &show(&known), &show(&told));
                Some(known)
            }
            (known, _) => known,
        }
    }

    fn differ(&mut self, field: &'static str, own: &dyn Display, other: &dyn Display) {
        let sure = self.given.get(field).copied().unwrap_or(Origin::Transcript);
        let first = || Conflict { line: self.line, own: own.to_string(), other: other.to_string(), calls: 0 };
        self.layers.conflicts.entry((field, sure, self.origin)).or_insert_with(first).calls += 1;
    }
}

fn direction(inbound: bool) -> &'static str {
    if inbound { "inbound" } else { "outbound" }
}

fn role_name(role: CalleeRole) -> &'static str {
    match role {
        CalleeRole::Borrower => "borrower",
        CalleeRole::Contact => "contact",
        CalleeRole::Unknown => "unknown",
    }
}

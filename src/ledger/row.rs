//! A call as it stands in the table `call`.

use jiff::civil::{Date, Time};

use super::seal::Seal;
use crate::model::calllog::Agreed;
use crate::model::past::{Marks, PastCall};
use crate::model::transcript::CalleeRole;

/// Nothing but borrower, number and start identifies the call.
pub(super) const NAMELESS: i64 = 1;
const MADE_UP: i64 = 1 << 1;
const IN_LOG: i64 = 1 << 2;
const TRANSCRIPT: i64 = 1 << 3;
const INBOUND: i64 = 1 << 4;
const INVALID_NUMBER: i64 = 1 << 5;
const TELLS_RECORDING: i64 = 1 << 6;
const RECORDED: i64 = 1 << 7;
const VIOLATES: i64 = 1 << 8;
const REFUSED: i64 = 1 << 9;
const ANNOUNCED: i64 = 1 << 10;

/// Number of nobody in `borrower`, which is part of the primary key.
pub(super) const NOBODY: i64 = 0;

/// Columns are explained in docs/history.md.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub borrower: i64,
    pub start: i64,
    pub key: Vec<u8>,
    pub agency: Option<i64>,
    pub collector: Option<i64>,
    pub caller: Option<i64>,
    pub callee: Option<i64>,
    pub role: i64,
    pub connected: Option<bool>,
    pub talk_s: Option<i64>,
    pub ring_s: Option<i64>,
    pub agreed: Option<String>,
    pub flags: i64,
    pub sealed_id: Vec<u8>,
}

/// The numbers of a call's names.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Names {
    pub borrower: Option<i64>,
    pub agency: Option<i64>,
    pub collector: Option<i64>,
    pub caller: Option<i64>,
    pub callee: Option<i64>,
}

impl From<[Option<i64>; 5]> for Names {
    fn from([borrower, agency, collector, caller, callee]: [Option<i64>; 5]) -> Names {
        Names { borrower, agency, collector, caller, callee }
    }
}

impl Row {
    /// The row of a call; its id is yet to be sealed.
    pub fn of(call: &PastCall<'_>, names: Names, seal: &Seal) -> Row {
        let seconds = |s: Option<u64>| s.and_then(|s| i64::try_from(s).ok());
        let nameless = call.call_id.is_none() || call.made_up_id;
        Row {
            borrower: names.borrower.unwrap_or(NOBODY),
            start: call.start,
            key: if nameless {
                identity(call, seal)
            } else {
                named(call.call_id.as_deref().unwrap_or_default(), seal)
            },
            agency: names.agency,
            collector: names.collector,
            caller: names.caller,
            callee: names.callee,
            role: match call.callee_role {
                CalleeRole::Unknown => 0,
                CalleeRole::Borrower => 1,
                CalleeRole::Contact => 2,
            },
            connected: call.connected,
            talk_s: seconds(call.talk_s),
            ring_s: seconds(call.ring_s),
            agreed: call.agreed.as_ref().map(agreed_text),
            flags: flags(call.marks)
                | if nameless { NAMELESS } else { 0 }
                | if call.made_up_id { MADE_UP } else { 0 },
            sealed_id: Vec::new(),
        }
    }

    /// What the sealed id is bound to: a row of which anything was changed does not open.
    pub fn facts(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(128);
        bytes.extend(b"call");
        bytes.extend(&self.key);
        let known = |n: Option<i64>| n.unwrap_or(i64::MIN);
        for number in [
            self.borrower,
            self.start,
            known(self.agency),
            known(self.collector),
            known(self.caller),
            known(self.callee),
            self.role,
            known(self.connected.map(i64::from)),
            known(self.talk_s),
            known(self.ring_s),
            self.flags,
        ] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.agreed.as_deref().unwrap_or_default().as_bytes());
        bytes
    }

    pub fn marks(&self) -> Marks {
        let is = |flag: i64| self.flags & flag != 0;
        Marks {
            in_log: is(IN_LOG),
            transcript: is(TRANSCRIPT),
            inbound: is(INBOUND),
            invalid_number: is(INVALID_NUMBER),
            tells_recording: is(TELLS_RECORDING),
            recorded: is(RECORDED),
            violates: is(VIOLATES),
            refused: is(REFUSED),
            announced: is(ANNOUNCED),
        }
    }

    pub fn made_up_id(&self) -> bool {
        self.flags & MADE_UP != 0
    }

    pub fn callee_role(&self) -> CalleeRole {
        match self.role {
            1 => CalleeRole::Borrower,
            2 => CalleeRole::Contact,
            _ => CalleeRole::Unknown,
        }
    }

    pub fn agreed(&self) -> Option<Agreed> {
        agreed(self.agreed.as_deref()?)
    }

    /// Takes from an older row of the same call what is not known here.
    pub fn fill(&mut self, older: &Row) {
        if self.borrower == NOBODY {
            self.borrower = older.borrower;
        }
        // Seconds of talk belong to an answered call, those of ringing to the others.
        if self.connected.is_none() || self.connected == older.connected || older.connected.is_none() {
            self.talk_s = self.talk_s.or(older.talk_s);
            self.ring_s = self.ring_s.or(older.ring_s);
        }
        self.connected = self.connected.or(older.connected);
        self.agency = self.agency.or(older.agency);
        self.collector = self.collector.or(older.collector);
        self.caller = self.caller.or(older.caller);
        self.callee = self.callee.or(older.callee);
        if self.role == 0 {
            self.role = older.role;
        }
        if self.agreed.is_none() {
            self.agreed.clone_from(&older.agreed);
        }
        let identity = self.flags & (NAMELESS | MADE_UP);
        self.flags = flags(self.marks().over(older.marks())) | identity;
    }

    /// Whether this says something else than `older` did, and not only more.
    pub fn corrects(&self, older: &Row) -> bool {
        let other = |new: Option<i64>, old: Option<i64>| old.is_some() && new != old;
        let someone = |n: i64| Some(n).filter(|n| *n != NOBODY);
        other(someone(self.borrower), someone(older.borrower))
            || self.start != older.start
            || other(self.agency, older.agency)
            || other(self.collector, older.collector)
            || other(self.caller, older.caller)
            || other(self.callee, older.callee)
            || other(someone(self.role), someone(older.role))
            || other(self.connected.map(i64::from), older.connected.map(i64::from))
            || other(self.talk_s, older.talk_s)
            || other(self.ring_s, older.ring_s)
            || (older.agreed.is_some() && self.agreed != older.agreed)
            || (older.flags & !self.flags & !(NAMELESS | MADE_UP)) != 0
    }
}

/// The key of a call with an id.
pub(super) fn named(id: &str, seal: &Seal) -> Vec<u8> {
    seal.hash(&[b"call id", id.as_bytes()])
}

/// The key of a call without an id: the same borrower, number and start are the same call.
pub(super) fn identity(call: &PastCall<'_>, seal: &Seal) -> Vec<u8> {
    let text = |t: Option<&str>| t.map_or_else(Vec::new, |t| [b"=", t.as_bytes()].concat());
    let start = call.start.to_le_bytes();
    let (borrower, callee) = (text(call.borrower_id), text(call.callee_number));
    if !borrower.is_empty() || !callee.is_empty() {
        return seal.hash(&[b"identity", &borrower, &callee, &start]);
    }
    let others =
        [text(call.caller_number), text(call.collector_id), text(call.agency), text(call.call_id.as_deref())];
    let talk = call.talk_s.map_or_else(Vec::new, |s| s.to_le_bytes().to_vec());
    seal.hash(&[b"others", &start, &others[0], &others[1], &others[2], &others[3], &talk])
}

fn flags(marks: Marks) -> i64 {
    [
        (marks.in_log, IN_LOG),
        (marks.transcript, TRANSCRIPT),
        (marks.inbound, INBOUND),
        (marks.invalid_number, INVALID_NUMBER),
        (marks.tells_recording, TELLS_RECORDING),
        (marks.recorded, RECORDED),
        (marks.violates, VIOLATES),
        (marks.refused, REFUSED),
        (marks.announced, ANNOUNCED),
    ]
    .into_iter()
    .filter(|(is, _)| *is)
    .fold(0, |all, (_, flag)| all | flag)
}

/// `from/to/day/proved`, the day empty when it is not told.
fn agreed_text(agreed: &Agreed) -> String {
    let day = agreed.on.map_or_else(String::new, |d| d.to_string());
    format!("{}/{}/{day}/{}", agreed.from, agreed.to, u8::from(agreed.proved))
}

fn agreed(text: &str) -> Option<Agreed> {
    let mut parts = text.split('/');
    let from: Time = parts.next()?.parse().ok()?;
    let to: Time = parts.next()?.parse().ok()?;
    let on = match parts.next()? {
        "" => None,
        day => Some(day.parse::<Date>().ok()?),
    };
    Some(Agreed { from, to, on, proved: parts.next()? == "1" })
}

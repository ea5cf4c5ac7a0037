//! One dial, small: a log of ten million rows is to stay in memory.

use super::symbols::Symbol;
use crate::model::profile::KeyPart;
use crate::model::transcript::CalleeRole;

/// The call stands in a call log.
pub(super) const IN_LOG: u8 = 1;
/// The call has a transcript.
pub(super) const HAS_TRANSCRIPT: u8 = 2;
/// The id was made up by a decoder.
pub(super) const MADE_UP: u8 = 4;

const NO_START: i64 = i64::MIN;
const NO_DURATION: u32 = u32::MAX;

/// One dial with what a source says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    /// Call id.
    pub(super) call: Symbol,
    pub(super) borrower: Symbol,
    pub(super) agency: Symbol,
    pub(super) collector: Symbol,
    pub(super) caller: Symbol,
    pub(super) callee: Symbol,
    start: i64,
    duration: u32,
    pub(super) file: Symbol,
    pub(super) line: u32,
    pub(super) role: CalleeRole,
    /// What a source says, before a transcript without a word on it is taken for an answered call.
    pub(super) said_connected: Option<bool>,
    /// `IN_LOG`, `HAS_TRANSCRIPT`, `MADE_UP`.
    pub(super) flags: u8,
}

const _: () = assert!(size_of::<Attempt>() <= 64);

impl Attempt {
    /// Nothing known but where it stands.
    pub(super) fn at(file: Symbol, line: usize, flags: u8) -> Attempt {
        Attempt {
            call: Symbol::NONE,
            borrower: Symbol::NONE,
            agency: Symbol::NONE,
            collector: Symbol::NONE,
            caller: Symbol::NONE,
            callee: Symbol::NONE,
            start: NO_START,
            duration: NO_DURATION,
            file,
            line: u32::try_from(line).unwrap_or(u32::MAX),
            role: CalleeRole::Unknown,
            said_connected: None,
            flags,
        }
    }

    /// Start in seconds since 1970.
    pub(super) fn start(&self) -> Option<i64> {
        if self.start == NO_START { None } else { Some(self.start) }
    }

    pub(super) fn set_start(&mut self, start: Option<i64>) {
        self.start = start.unwrap_or(NO_START);
    }

    /// Talk time in seconds.
    pub(super) fn duration(&self) -> Option<u64> {
        if self.duration == NO_DURATION { None } else { Some(u64::from(self.duration)) }
    }

    pub(super) fn set_duration(&mut self, seconds: Option<u64>) {
        // A call of more than a century is as long as one of a century.
        self.duration = seconds.map_or(NO_DURATION, |s| u32::try_from(s).unwrap_or(NO_DURATION - 1));
    }

    /// Whether it was answered: where there are words and nothing says otherwise, it was.
    pub(super) fn connected(&self) -> Option<bool> {
        self.said_connected.or(if self.is(HAS_TRANSCRIPT) { Some(true) } else { None })
    }

    pub(super) fn is(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// One part of the key that calls are grouped by.
    pub(super) fn part(&self, part: KeyPart) -> Symbol {
        match part {
            KeyPart::Borrower => self.borrower,
            KeyPart::CalleeNumber => self.callee,
            KeyPart::CallerNumber => self.caller,
            KeyPart::Collector => self.collector,
            KeyPart::Agency => self.agency,
        }
    }

    /// Whether two records differ in nothing but their place.
    pub(super) fn says_the_same(&self, other: &Attempt) -> bool {
        Attempt { file: self.file, line: self.line, ..*other } == *self
    }

    /// Takes from `other` what is not known here.
    pub(super) fn fill(&mut self, other: &Attempt) {
        let or = |mine: Symbol, theirs: Symbol| if mine.is_some() { mine } else { theirs };
        self.call = if self.is(MADE_UP) && !other.is(MADE_UP) && other.call.is_some() {
            other.call
        } else {
            or(self.call, other.call)
        };
        self.borrower = or(self.borrower, other.borrower);
        self.agency = or(self.agency, other.agency);
        self.collector = or(self.collector, other.collector);
        self.caller = or(self.caller, other.caller);
        self.callee = or(self.callee, other.callee);
        self.set_start(self.start().or(other.start()));
        self.set_duration(self.duration().or(other.duration()));
        if self.role == CalleeRole::Unknown {
            self.role = other.role;
        }
        self.said_connected = match (self.said_connected, other.said_connected) {
            // Two legs of one call in a log: it was answered when one of them was.
            (Some(false), Some(true)) if !self.is(HAS_TRANSCRIPT) => Some(true),
            (mine, theirs) => mine.or(theirs),
        };
        let real = self.flags & other.flags & MADE_UP;
        self.flags = ((self.flags | other.flags) & !MADE_UP) | real;
    }
}

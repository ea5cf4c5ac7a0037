//! One dial, small: a log of ten million rows is to stay in memory.

use super::symbols::Symbol;
use crate::model::profile::KeyPart;
use crate::model::transcript::CalleeRole;

/// The call stands in a call log.
pub(super) const IN_LOG: u16 = 1;
/// The call has a transcript.
pub(super) const HAS_TRANSCRIPT: u16 = 1 << 1;
/// The id was made up by a decoder.
pub(super) const MADE_UP: u16 = 1 << 2;
/// The agency was called.
pub(super) const INBOUND: u16 = 1 << 3;
/// The log tells of recordings.
pub(super) const TELLS_RECORDING: u16 = 1 << 4;
/// There is a recording.
pub(super) const RECORDED: u16 = 1 << 5;
/// The number does not exist.
pub(super) const NO_SUCH_NUMBER: u16 = 1 << 6;
/// Something that was said in the call is a violation.
pub(super) const WORDS_VIOLATE: u16 = 1 << 7;
/// The call belongs to an earlier run.
pub(super) const EARLIER: u16 = 1 << 8;
/// The one called asked not to be called again.
pub(super) const REFUSED: u16 = 1 << 14;
/// The collector announced many calls, a visit, or calls to others.
pub(super) const ANNOUNCED: u16 = 1 << 15;
/// The seconds are those of ringing.
const RINGS: u16 = 1 << 13;
/// Who was called: two bits.
const ROLE: u16 = 9;
/// Whether it was answered: two bits.
const ANSWER: u16 = 11;

const NONE: u32 = u32::MAX;
const NO_SECONDS: u16 = u16::MAX;
/// No agreement on hours.
pub(super) const NO_AGREEMENT: u16 = u16::MAX;

/// One dial with what a source says of it. The id stands beside it: see `ids`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Attempt {
    /// Hash of the call id; 0: it has none.
    pub id_hash: u32,
    pub borrower: Symbol,
    pub collector: Symbol,
    pub caller: Symbol,
    pub callee: Symbol,
    /// Seconds since 1970.
    start: u32,
    pub file: Symbol,
    pub line: u32,
    /// Symbol of the agency, of which there are few.
    agency: u16,
    /// Talk time of a call, or how long it rang when nobody answered.
    seconds: u16,
    /// Index of the agreement on hours.
    pub agreement: u16,
    /// What is said above.
    pub flags: u16,
}

const _: () = assert!(size_of::<Attempt>() == 40);

impl Attempt {
    /// What a record takes in a file.
    pub const BYTES: usize = 40;

    /// Nothing known at all.
    pub const BLANK: Attempt = Attempt {
        id_hash: 0,
        borrower: Symbol::NONE,
        collector: Symbol::NONE,
        caller: Symbol::NONE,
        callee: Symbol::NONE,
        start: NONE,
        file: Symbol::NONE,
        line: u32::MAX,
        agency: u16::MAX,
        seconds: NO_SECONDS,
        agreement: NO_AGREEMENT,
        flags: 0,
    };

    /// As it stands in a file.
    pub fn to_bytes(self) -> [u8; Attempt::BYTES] {
        let a = self;
        let long =
            [a.id_hash, a.borrower.0, a.collector.0, a.caller.0, a.callee.0, a.start, a.file.0, a.line];
        let short = [a.agency, a.seconds, a.agreement, a.flags];
        let mut bytes = [0; Attempt::BYTES];
        let (longs, shorts) = bytes.split_at_mut(size_of_val(&long));
        longs.as_chunks_mut().0.iter_mut().zip(long).for_each(|(to, n)| *to = n.to_le_bytes());
        shorts.as_chunks_mut().0.iter_mut().zip(short).for_each(|(to, n)| *to = n.to_le_bytes());
        bytes
    }

    /// What [`to_bytes`](Self::to_bytes) wrote.
    pub fn from_bytes(bytes: &[u8; Attempt::BYTES]) -> Attempt {
        let (longs, shorts) = bytes.split_at(32);
        let long = |n: usize| u32::from_le_bytes(longs.as_chunks().0[n]);
        let short = |n: usize| u16::from_le_bytes(shorts.as_chunks().0[n]);
        Attempt {
            id_hash: long(0),
            borrower: Symbol(long(1)),
            collector: Symbol(long(2)),
            caller: Symbol(long(3)),
            callee: Symbol(long(4)),
            start: long(5),
            file: Symbol(long(6)),
            line: long(7),
            agency: short(0),
            seconds: short(1),
            agreement: short(2),
            flags: short(3),
        }
    }

    /// Nothing known but where it stands.
    pub fn at(file: Symbol, line: usize, flags: u16) -> Attempt {
        Attempt { file, line: u32::try_from(line).unwrap_or(u32::MAX), flags, ..Attempt::BLANK }
    }

    /// Start in seconds since 1970.
    pub fn start(&self) -> Option<i64> {
        if self.start == NONE { None } else { Some(i64::from(self.start)) }
    }

    /// A start before 1970 or after 2106 is as good as none.
    pub fn set_start(&mut self, start: Option<i64>) {
        self.start = start.and_then(|s| u32::try_from(s).ok()).unwrap_or(NONE);
    }

    fn seconds(&self) -> Option<u64> {
        if self.seconds == NO_SECONDS { None } else { Some(u64::from(self.seconds)) }
    }

    /// Talk time in seconds; a call of more than 18 hours is as long as one of 18 hours.
    pub fn duration(&self) -> Option<u64> {
        self.seconds().filter(|_| !self.is(RINGS))
    }

    /// How long it rang, in seconds, of a call that nobody answered.
    pub fn ring(&self) -> Option<u64> {
        self.seconds().filter(|_| self.is(RINGS))
    }

    pub fn set_duration(&mut self, seconds: Option<u64>) {
        self.set_seconds(seconds);
        self.flags &= !RINGS;
    }

    pub fn set_ring(&mut self, seconds: u64) {
        self.set_seconds(Some(seconds));
        self.flags |= RINGS;
    }

    fn set_seconds(&mut self, seconds: Option<u64>) {
        let most = NO_SECONDS - 1;
        self.seconds = seconds.map_or(NO_SECONDS, |s| u16::try_from(s).unwrap_or(most).min(most));
    }

    /// The agency.
    pub fn agency(&self) -> Symbol {
        if self.agency == u16::MAX { Symbol::NONE } else { Symbol(u32::from(self.agency)) }
    }

    /// Beyond 65,535 agencies the rest are none.
    pub fn set_agency(&mut self, agency: Symbol) {
        self.agency = u16::try_from(agency.0).unwrap_or(u16::MAX);
    }

    /// Who was called.
    pub fn role(&self) -> CalleeRole {
        match (self.flags >> ROLE) & 3 {
            1 => CalleeRole::Borrower,
            2 => CalleeRole::Contact,
            _ => CalleeRole::Unknown,
        }
    }

    pub fn set_role(&mut self, role: CalleeRole) {
        let bits = match role {
            CalleeRole::Unknown => 0,
            CalleeRole::Borrower => 1,
            CalleeRole::Contact => 2,
        };
        self.flags = (self.flags & !(3 << ROLE)) | (bits << ROLE);
    }

    /// What a source says, before a transcript without a word on it is taken for an answered call.
    pub fn said_connected(&self) -> Option<bool> {
        match (self.flags >> ANSWER) & 3 {
            1 => Some(false),
            2 => Some(true),
            _ => None,
        }
    }

    pub fn set_connected(&mut self, connected: Option<bool>) {
        let bits = connected.map_or(0, |c| 1 + u16::from(c));
        self.flags = (self.flags & !(3 << ANSWER)) | (bits << ANSWER);
    }

    /// Whether it was answered: where there are words and nothing says otherwise, it was.
    pub fn connected(&self) -> Option<bool> {
        self.said_connected().or(if self.is(HAS_TRANSCRIPT) { Some(true) } else { None })
    }

    pub fn is(&self, flag: u16) -> bool {
        self.flags & flag != 0
    }

    /// One part of the key that calls are grouped by.
    pub fn part(&self, part: KeyPart) -> Symbol {
        match part {
            KeyPart::Borrower => self.borrower,
            KeyPart::CalleeNumber => self.callee,
            KeyPart::CallerNumber => self.caller,
            KeyPart::Collector => self.collector,
            KeyPart::Agency => self.agency(),
            KeyPart::Contact if self.role() == CalleeRole::Contact => self.callee,
            KeyPart::Contact => Symbol::NONE,
        }
    }

    /// Whether two records differ in nothing but their place.
    pub fn says_the_same(&self, other: &Attempt) -> bool {
        Attempt { file: self.file, line: self.line, ..*other } == *self
    }

    /// The flags of which an earlier run has nothing more to say.
    fn settles(&self) -> u16 {
        let of = |known: u16, settled: u16| if self.is(known) { settled } else { 0 };
        of(IN_LOG, INBOUND | NO_SUCH_NUMBER)
            | of(TELLS_RECORDING, RECORDED)
            | of(HAS_TRANSCRIPT, WORDS_VIOLATE | REFUSED | ANNOUNCED)
    }

    /// Takes from `other` what is not known here.
    pub fn fill(&mut self, other: &Attempt) {
        let or = |mine: Symbol, theirs: Symbol| if mine.is_some() { mine } else { theirs };
        if self.id_hash == 0 || (self.is(MADE_UP) && !other.is(MADE_UP) && other.id_hash != 0) {
            self.id_hash = other.id_hash;
        }
        self.borrower = or(self.borrower, other.borrower);
        self.set_agency(or(self.agency(), other.agency()));
        self.collector = or(self.collector, other.collector);
        self.caller = or(self.caller, other.caller);
        self.callee = or(self.callee, other.callee);
        self.set_start(self.start().or(other.start()));
        // What an earlier run knew fills gaps and corrects nothing.
        let older = other.is(EARLIER) && !self.is(EARLIER);
        let answers = (self.said_connected(), other.said_connected());
        let corrected = older && matches!(answers, (Some(now), Some(then)) if now != then);
        let (talk, ring) = match corrected {
            true => (self.duration(), self.ring()),
            false => (self.duration().or(other.duration()), self.ring().or(other.ring())),
        };
        if self.agreement == NO_AGREEMENT {
            self.agreement = other.agreement;
        }
        let role = if self.role() == CalleeRole::Unknown { other.role() } else { self.role() };
        let connected = match answers {
            // Two legs of one call in a log: it was answered when one of them was.
            (Some(false), Some(true)) if !other.is(HAS_TRANSCRIPT) && !older => Some(true),
            (mine, theirs) => mine.or(theirs),
        };
        let of_both = self.flags & other.flags & (MADE_UP | EARLIER);
        let theirs = if older { other.flags & !self.settles() } else { other.flags };
        self.flags = ((self.flags | theirs) & !(MADE_UP | EARLIER)) | of_both;
        match ring.filter(|_| connected != Some(true)) {
            Some(ring) => self.set_ring(ring),
            None => self.set_duration(talk),
        }
        self.set_role(role);
        self.set_connected(connected);
    }
}

//! Calls of earlier runs into the book, and those of this run out of it.

use rustc_hash::FxHashMap;

use super::attempt::{
    ANNOUNCED, Attempt, EARLIER, HAS_TRANSCRIPT, IN_LOG, INBOUND, MADE_UP, NO_SUCH_NUMBER, RECORDED, REFUSED,
    TELLS_RECORDING, WORDS_VIOLATE,
};
use super::calls::CallBook;
use super::symbols::Symbol;
use crate::model::past::{Marks, PastCall, Reach, Wanted};
use crate::model::profile::{KeyPart, Profile, Test, Window};

/// The shortest reach: a redial follows a call of at most 18 hours.
const TWO_DAYS: i64 = 2 * DAY;
const DAY: i64 = 86_400;

/// Where a mark stands.
type Mark = fn(&mut Marks) -> &mut bool;

/// Flags of a call with the mark that each of them is.
const FLAGS: [(u16, Mark); 9] = [
    (IN_LOG, |m| &mut m.in_log),
    (HAS_TRANSCRIPT, |m| &mut m.transcript),
    (INBOUND, |m| &mut m.inbound),
    (NO_SUCH_NUMBER, |m| &mut m.invalid_number),
    (TELLS_RECORDING, |m| &mut m.tells_recording),
    (RECORDED, |m| &mut m.recorded),
    (WORDS_VIOLATE, |m| &mut m.violates),
    (REFUSED, |m| &mut m.refused),
    (ANNOUNCED, |m| &mut m.announced),
];

/// How far calls matter to one another by the rules of a profile.
pub fn reach(profile: &Profile) -> Reach {
    let by_borrower = |key: &[KeyPart]| key.is_empty() || key.contains(&KeyPart::Borrower);
    let mut apart = profile.rules.iter().map(|rule| match rule.test {
        Test::Count { window, .. } | Test::Distinct { window, .. } | Test::After { window, .. } => {
            match window {
                Window::CalendarDay => Some(TWO_DAYS),
                Window::CalendarDays { days } => days.checked_add(1)?.checked_mul(DAY),
                Window::Rolling { seconds } => Some(seconds),
                Window::Forever => None,
            }
        }
        Test::Hours { .. } => Some(0),
        // They look at all calls of a borrower.
        Test::ContactFirst { .. } | Test::Unrecorded => None,
    });
    Reach {
        apart: apart.try_fold(TWO_DAYS, |longest, one| Some(longest.max(one?))),
        everybody: !profile.rules.iter().all(|rule| by_borrower(rule.test.key())),
    }
}

impl CallBook {
    /// The borrowers of this run; to be asked before calls of earlier ones are added.
    pub fn wanted(&self) -> Vec<Wanted> {
        let mut spans: FxHashMap<Symbol, (i64, i64)> = FxHashMap::default();
        for (_, a) in self.records.iter().filter(|(_, a)| a.borrower.is_some()) {
            let Some(start) = a.start() else { continue };
            let span = spans.entry(a.borrower).or_insert((start, start));
            *span = (span.0.min(start), span.1.max(start));
        }
        let mut wanted: Vec<Wanted> = spans
            .into_iter()
            .filter_map(|(who, (first, last))| {
                let borrower_id = self.names.borrowers.get(who)?.to_owned();
                Some(Wanted { borrower_id, first, last })
            })
            .collect();
        wanted.sort_unstable_by(|a, b| a.borrower_id.cmp(&b.borrower_id));
        wanted
    }

    /// Adds a call of an earlier run: it counts in windows that reach into this run, and makes no finding by itself. Whether
    /// this run has a log is another matter. What a source of this run says of the same call goes before.
    pub fn add_past(&mut self, call: &PastCall<'_>) {
        self.forget();
        let mut marks = call.marks;
        let set = FLAGS.iter().filter(|(_, of)| *of(&mut marks)).fold(0, |all, (flag, _)| all | flag);
        let made_up = if call.made_up_id { MADE_UP } else { 0 };
        let mut attempt = Attempt::at(self.file(""), 0, EARLIER | set | made_up);
        let names = &mut self.names;
        attempt.borrower = names.borrowers.intern_some(call.borrower_id);
        attempt.set_agency(names.agencies.intern_some(call.agency));
        attempt.collector = names.collectors.intern_some(call.collector_id);
        attempt.caller = names.others.intern_some(call.caller_number);
        attempt.callee = names.others.intern_some(call.callee_number);
        attempt.set_role(call.callee_role);
        attempt.set_start(Some(call.start));
        attempt.set_duration(call.talk_s);
        attempt.set_connected(call.connected);
        if let Some(ring) = call.ring_s {
            attempt.set_ring(ring);
        }
        if let Some(agreed) = call.agreed {
            attempt.agreement = self.agreed(agreed);
        }
        self.push(attempt, call.call_id.as_deref().unwrap_or_default());
    }

    /// The calls of this run, each once, with what earlier ones knew of them. Those without a start are left out.
    pub fn of_this_run(&self) -> impl Iterator<Item = PastCall<'_>> {
        self.attempts().filter(|(_, a)| !a.is(EARLIER)).filter_map(|(ix, a)| self.kept(ix, &a))
    }

    /// How many calls of earlier runs there are beside those of this one.
    pub fn of_earlier_runs(&self) -> u64 {
        (self.resolved().known.calls - self.resolved().own.calls) as u64
    }

    /// How many calls of this run do not tell when they began.
    pub fn without_start(&self) -> u64 {
        self.attempts().filter(|(_, a)| !a.is(EARLIER) && a.start().is_none()).count() as u64
    }

    fn kept(&self, ix: u32, a: &Attempt) -> Option<PastCall<'_>> {
        let mut marks = Marks::default();
        FLAGS.iter().for_each(|(flag, of)| *of(&mut marks) = a.is(*flag));
        Some(PastCall {
            call_id: self.records.id(ix),
            made_up_id: a.is(MADE_UP),
            borrower_id: self.names.borrowers.get(a.borrower),
            agency: self.names.agencies.get(a.agency()),
            collector_id: self.names.collectors.get(a.collector),
            caller_number: self.names.others.get(a.caller),
            callee_number: self.names.others.get(a.callee),
            callee_role: a.role(),
            start: a.start()?,
            talk_s: a.duration(),
            ring_s: a.ring(),
            connected: a.said_connected(),
            agreed: self.agreement(a).copied(),
            marks,
        })
    }
}

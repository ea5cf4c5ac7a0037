//! What a borrower's calls look like as a whole.

use super::attempt::{EARLIER, NO_AGREEMENT};
use super::dials::Calls;
use super::hours::Stretch;
use super::symbols::Symbol;
use crate::model::profile::{Profile, Test};
use crate::model::transcript::CalleeRole;

/// Numbers over all calls of one borrower in this run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Picture {
    pub attempts: u32,
    pub connected: u32,
    pub unanswered: u32,
    pub to_contacts: u32,
    /// Different contacts, by number.
    pub contacts: u32,
    /// Different numbers that called.
    pub numbers: u32,
    pub inbound: u32,
    /// Calls within the hours that the first rule on hours forbids.
    pub night: u32,
    /// Calls for which the log tells of agreed hours.
    pub agreed: u32,
    pub first: Option<u32>,
    pub last: Option<u32>,
}

impl Picture {
    pub fn of<C: Calls + ?Sized>(profile: &Profile, calls: &C, inbound: u32) -> Picture {
        let night = profile.rules.iter().find_map(|r| match r.test {
            Test::Hours { from, to, .. } => Some(Stretch::new(from, to)),
            _ => None,
        });
        let (mut contacts, mut numbers) = (Different::default(), Different::default());
        let mut picture = Picture { inbound, ..Picture::default() };
        for d in calls.all().filter(|d| !d.attempt.is(EARLIER)) {
            let contact = d.attempt.role() == CalleeRole::Contact;
            picture.attempts += 1;
            picture.connected += u32::from(d.attempt.connected() == Some(true));
            picture.unanswered += u32::from(d.attempt.connected() == Some(false));
            picture.to_contacts += u32::from(contact);
            picture.agreed += u32::from(d.attempt.agreement != NO_AGREEMENT);
            numbers.add(d.attempt.caller);
            if contact {
                contacts.add(d.attempt.callee);
            }
            if let Some(start) = d.start().and_then(|s| u32::try_from(s).ok()) {
                picture.night += u32::from(night.is_some_and(|night| night.holds(i64::from(d.second))));
                picture.first = Some(picture.first.map_or(start, |first| first.min(start)));
                picture.last = picture.last.max(Some(start));
            }
        }
        (picture.contacts, picture.numbers) = (contacts.count(), numbers.count());
        picture
    }
}

/// Different texts, of calls that may be very many.
#[derive(Default)]
struct Different {
    all: Vec<Symbol>,
    /// So many of them are sorted and each there once.
    sorted: usize,
}

impl Different {
    fn add(&mut self, symbol: Symbol) {
        if symbol.is_some() {
            self.all.push(symbol);
            if self.all.len() > 4_096 + 2 * self.sorted {
                self.settle();
            }
        }
    }

    fn settle(&mut self) {
        self.all.sort_unstable();
        self.all.dedup();
        self.sorted = self.all.len();
    }

    fn count(mut self) -> u32 {
        self.settle();
        self.sorted as u32
    }
}

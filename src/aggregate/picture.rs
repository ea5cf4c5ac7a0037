//! What a borrower's calls look like as a whole.

use super::attempt::{EARLIER, NO_AGREEMENT};
use super::dials::Dial;
use super::hours::Stretch;
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
    pub fn of(profile: &Profile, dials: &[Dial], inbound: u32) -> Picture {
        let night = profile.rules.iter().find_map(|r| match r.test {
            Test::Hours { from, to, .. } => Some(Stretch::new(from, to)),
            _ => None,
        });
        let own = || dials.iter().filter(|d| !d.attempt.is(EARLIER));
        let count = |what: &dyn Fn(&Dial) -> bool| own().filter(|d| what(d)).count() as u32;
        let contact = |d: &Dial| d.attempt.role() == CalleeRole::Contact;
        let starts = || own().filter_map(|d| u32::try_from(d.start()?).ok());
        Picture {
            attempts: count(&|_| true),
            connected: count(&|d| d.attempt.connected() == Some(true)),
            unanswered: count(&|d| d.attempt.connected() == Some(false)),
            to_contacts: count(&contact),
            contacts: different(own().filter(|d| contact(d)).map(|d| d.attempt.callee.0)),
            numbers: different(own().map(|d| d.attempt.caller.0)),
            inbound,
            night: night
                .map_or(0, |night| count(&|d| d.start().is_some() && night.holds(i64::from(d.second)))),
            agreed: count(&|d| d.attempt.agreement != NO_AGREEMENT),
            first: starts().min(),
            last: starts().max(),
        }
    }
}

/// How many different symbols, of which [`u32::MAX`] is none.
fn different(symbols: impl Iterator<Item = u32>) -> u32 {
    let mut all: Vec<u32> = symbols.filter(|s| *s != u32::MAX).collect();
    all.sort_unstable();
    all.dedup();
    all.len() as u32
}

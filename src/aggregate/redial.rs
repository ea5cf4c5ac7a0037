//! Calls that follow one that broke off: they count, and a person may excuse them.

use rustc_hash::FxHashMap;

use super::dials::{Calls, Dial};
use super::symbols::Symbol;

/// So many seconds after the end of the call before, at most.
const SOON: i64 = 60;

/// Which calls of a group begin less than a minute after the answered call before them to the same number of the same borrower
/// ended; sorted by index.
pub(super) fn among<C: Calls + ?Sized>(calls: &C) -> Vec<u32> {
    let mut ended: FxHashMap<(Symbol, Symbol), i64> = FxHashMap::default();
    let mut found = Vec::new();
    let mut first = 0;
    while first < calls.len() {
        // Calls of the same second do not follow one another.
        let second = first..calls.second(first);
        first = second.end;
        let dials = || second.clone().map(|at| calls.dial(at));
        for dial in dials() {
            let Some(start) = dial.start() else { continue };
            let before = number(&dial).and_then(|number| ended.get(&number));
            if before.is_some_and(|end| *end <= start && start - end < SOON) {
                found.push(dial.ix);
            }
        }
        // The one that ended last counts, whatever their order.
        for dial in dials() {
            if let (Some(number), Some(end)) = (number(&dial), end(&dial)) {
                let known = ended.entry(number).or_insert(end);
                *known = (*known).max(end);
            }
        }
    }
    found.sort_unstable();
    found
}

fn number(dial: &Dial) -> Option<(Symbol, Symbol)> {
    let (borrower, callee) = (dial.attempt.borrower, dial.attempt.callee);
    callee.is_some().then_some((borrower, callee))
}

fn end(dial: &Dial) -> Option<i64> {
    let start = dial.start()?;
    let talk = dial.attempt.duration().filter(|_| dial.attempt.connected() == Some(true))?;
    start.checked_add(i64::try_from(talk).ok()?)
}

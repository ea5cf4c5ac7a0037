//! Calls that follow one that broke off: they count, and a person may excuse them.

use super::attempt::Attempt;
use super::dials::Dial;

/// So many seconds after the end of the call before, at most.
const SOON: i64 = 60;
/// How many calls are looked back over.
const BACK: usize = 256;

/// Which of `calls` begin less than a minute after an answered call to the same number of the same borrower ended.
pub(super) fn among(dials: &[Dial], calls: &[u32]) -> Vec<u32> {
    let mut wanted = calls.to_vec();
    wanted.sort_unstable();
    let mut found = Vec::new();
    for (at, dial) in dials.iter().enumerate() {
        if wanted.binary_search(&dial.ix).is_ok() && follows(&dials[at.saturating_sub(BACK)..at], dial) {
            found.push(dial.ix);
        }
    }
    found
}

fn follows(before: &[Dial], dial: &Dial) -> bool {
    let Some(start) = dial.start() else { return false };
    before.iter().rev().any(|other| {
        same(&other.attempt, &dial.attempt)
            && other.start() < dial.start()
            && other.attempt.connected() == Some(true)
            && ended(other).is_some_and(|end| end <= start && start - end < SOON)
    })
}

fn same(a: &Attempt, b: &Attempt) -> bool {
    a.borrower == b.borrower && a.callee == b.callee && a.callee.is_some()
}

fn ended(dial: &Dial) -> Option<i64> {
    let talk = i64::try_from(dial.attempt.duration()?).ok()?;
    dial.start()?.checked_add(talk)
}

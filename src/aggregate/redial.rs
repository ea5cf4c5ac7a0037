//! Calls that follow one that broke off: they count, and a person may excuse them.

use rustc_hash::FxHashMap;

use super::dials::Dial;
use super::symbols::Symbol;

/// So many seconds after the end of the call before, at most.
const SOON: i64 = 60;

/// Which calls of a group begin less than a minute after the answered call before them to the same number of the same borrower
/// ended; sorted by index.
pub(super) fn among(dials: &[Dial]) -> Vec<u32> {
    let mut ended: FxHashMap<(Symbol, Symbol), i64> = FxHashMap::default();
    let mut found = Vec::new();
    // Calls of the same second do not follow one another.
    for second in dials.chunk_by(|a, b| a.start() == b.start()) {
        let Some(start) = second[0].start() else { continue };
        for dial in second {
            let before = number(dial).and_then(|number| ended.get(&number));
            if before.is_some_and(|end| *end <= start && start - end < SOON) {
                found.push(dial.ix);
            }
        }
        // The one that ended last counts, whatever their order.
        for dial in second {
            if let (Some(number), Some(end)) = (number(dial), end(dial, start)) {
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

fn end(dial: &Dial, start: i64) -> Option<i64> {
    let talk = dial.attempt.duration().filter(|_| dial.attempt.connected() == Some(true))?;
    start.checked_add(i64::try_from(talk).ok()?)
}

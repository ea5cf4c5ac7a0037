//! Answered calls of which there is neither a recording nor a transcript.

use crate::aggregate::admit::Admits;
use crate::aggregate::attempt::{HAS_TRANSCRIPT, RECORDED, TELLS_RECORDING};
use crate::aggregate::dials::Dial;
use crate::aggregate::frequency::{Episode, Part};
use crate::aggregate::symbols::Symbol;

pub(in crate::aggregate) fn test(part: &mut Part<'_>, who: Symbol, dials: &[Dial]) {
    let mut silent: Vec<&Dial> = Vec::new();
    for dial in dials {
        let kept = dial.attempt.is(RECORDED) || dial.attempt.is(HAS_TRANSCRIPT);
        match (part.admits(dial), dial.attempt.connected()) {
            (Admits::No, _) | (_, Some(false)) => {}
            _ if kept => part.tally(dial, |t| t.count(0)),
            (Admits::Yes, Some(true)) if dial.attempt.is(TELLS_RECORDING) => silent.push(dial),
            _ => part.tally(dial, |t| t.loose = t.loose.saturating_add(1)),
        }
    }
    let count = silent.len() as u64;
    for dial in &silent {
        part.tally(dial, |t| t.count(count));
    }
    if who.is_some() && count > 0 {
        part.push(Episode::of(silent.iter().map(|d| d.ix).collect(), count));
    } else {
        // Calls of nobody have nothing in common.
        silent.iter().for_each(|d| part.push(Episode::of(vec![d.ix], 1)));
    }
}

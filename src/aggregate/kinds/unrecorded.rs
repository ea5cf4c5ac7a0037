//! Answered calls of which there is neither a recording nor a transcript.

use crate::aggregate::admit::Admits;
use crate::aggregate::attempt::{HAS_TRANSCRIPT, RECORDED, TELLS_RECORDING};
use crate::aggregate::dials::Calls;
use crate::aggregate::frequency::{Episode, Part};
use crate::aggregate::symbols::Symbol;

pub(in crate::aggregate) fn test<C: Calls + ?Sized>(part: &mut Part<'_>, who: Symbol, calls: &C) {
    // Places of the calls that are told of.
    let mut silent: Vec<u32> = Vec::new();
    for (at, dial) in (0u32..).zip(calls.all()) {
        let kept = dial.attempt.is(RECORDED) || dial.attempt.is(HAS_TRANSCRIPT);
        match (part.admits(&dial), dial.attempt.connected()) {
            (Admits::No, _) | (_, Some(false)) => {}
            _ if kept => part.tally(&dial, |t| t.count(0)),
            (Admits::Yes, Some(true)) if dial.attempt.is(TELLS_RECORDING) => silent.push(at),
            _ => part.tally(&dial, |t| t.loose()),
        }
    }
    let count = silent.len() as u64;
    for at in &mut silent {
        let dial = calls.dial(*at as usize);
        part.tally(&dial, |t| t.count(count));
        *at = dial.ix;
    }
    if who.is_some() && count > 0 {
        part.push(Episode::of(silent, count));
    } else {
        // Calls of nobody have nothing in common.
        silent.into_iter().for_each(|ix| part.push(Episode::of(vec![ix], 1)));
    }
}

//! The input in batches: one is judged by all threads while the one before is handed over and the next one is read.

use rayon::prelude::*;

use super::{Job, Run, Sink, file};
use crate::aggregate::calls::Said;
use crate::decode::Decoded;
use crate::model::error::Error;
use crate::model::scan::CallOutcome;
use crate::model::transcript::Call;
use crate::source::{Item, Meter, Seen, Source};

/// Bytes of input that are decoded and judged at one go; enough for every thread, little enough to stay small in memory.
const BATCH_BYTES: usize = 4 << 20;
/// Files that are decoded and judged at one go.
const BATCH_FILES: usize = 512;

/// The next pieces, together about [`BATCH_BYTES`]; nothing at the end of the input.
pub(super) fn next(input: &mut Source, seen: &mut Seen) -> Option<Vec<Item>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while bytes < BATCH_BYTES && batch.len() < BATCH_FILES {
        let Some(item) = input.next() else { break };
        bytes += item.as_ref().map_or(0, |piece| piece.bytes.len());
        seen.item(&item);
        batch.push(item);
    }
    (!batch.is_empty()).then_some(batch)
}

/// One piece, judged.
pub(super) struct Judged {
    pub(super) calls: Vec<(Call, CallOutcome, Said)>,
    /// The rest of what came of it.
    pub(super) decoded: Decoded,
}

/// Judges all of the input, notes each call and hands it to `sink`, in order.
///
/// # Errors
/// When what is known of the calls cannot be kept, or `sink` fails.
pub(super) fn each(
    run: &mut Run<'_>,
    job: &Job,
    (input, seen): (&mut Source, &mut Seen),
    sink: &mut Sink<'_>,
) -> Result<(), Error> {
    let meter = seen.meter.clone();
    let mut batch = next(input, seen);
    let mut done: Vec<Judged> = Vec::new();
    while let Some(items) = batch.take() {
        let judging = &*run;
        let judge = || items.par_iter().map(|item| judging.judge(item, job)).collect::<Vec<Judged>>();
        let before = std::mem::take(&mut done);
        let mut judged = Vec::new();
        if rayon::current_num_threads() > 1 {
            rayon::in_place_scope(|scope| {
                scope.spawn(|_| judged = judge());
                hand_over(before, &meter, sink)?;
                batch = next(input, seen);
                Ok(())
            })?;
        } else {
            // One thread is all that is wanted.
            hand_over(before, &meter, sink)?;
            judged = judge();
            batch = next(input, seen);
        }
        for (item, part) in items.iter().zip(&mut judged) {
            run.ways.add(file(item), &part.decoded);
            run.notices.append(&mut part.decoded.notices);
            part.calls.iter().for_each(|(call, outcome, said)| run.note(call, outcome, *said));
        }
        if let Some(fault) = run.book.fault() {
            hand_over(judged, &meter, sink)?;
            return Err(fault);
        }
        done = judged;
    }
    hand_over(done, &meter, sink)
}

/// Hands over what was judged, in the order of the input.
fn hand_over(judged: Vec<Judged>, meter: &Meter, sink: &mut Sink<'_>) -> Result<(), Error> {
    for (_, outcome, _) in judged.iter().flat_map(|part| &part.calls) {
        sink(outcome)?;
        meter.judged();
    }
    Ok(())
}

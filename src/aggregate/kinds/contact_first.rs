//! A contact was called though the borrower had not been unreachable before.

use crate::aggregate::attempt::{EARLIER, NO_SUCH_NUMBER};
use crate::aggregate::dials::{Calls, Dial};
use crate::aggregate::frequency::{Episode, Part};
use crate::aggregate::symbols::Symbol;
use crate::model::transcript::CalleeRole;

const NO_CALL_BEFORE: &str = "these calls tell of no call to the borrower before";

pub(in crate::aggregate) fn test<C: Calls + ?Sized>(
    part: &mut Part<'_>,
    who: Symbol,
    calls: &C,
    failed: u64,
) {
    let mut run = Run { failed: 0, may_have: 0, tried: false, gone: false, new_answer: false };
    let mut episodes: Vec<(i32, Episode)> = Vec::new();
    let mut first = 0;
    while first < calls.len() {
        let second = first..calls.second(first);
        for dial in second.clone().map(|at| calls.dial(at)) {
            let placed = dial.start().is_some() && who.is_some();
            match dial.attempt.role() {
                CalleeRole::Borrower => part.tally(&dial, |t| t.count(0)),
                CalleeRole::Contact if placed && (run.gone || run.failed >= failed) => {
                    part.tally(&dial, |t| t.count(0));
                }
                CalleeRole::Contact if placed && run.may_have < failed => add(&mut episodes, &dial, &run),
                _ => part.tally(&dial, |t| t.loose()),
            }
        }
        first = second.end;
        run.borrower(second.map(|at| calls.dial(at)));
    }
    let new = |e: &&(i32, Episode)| e.1.calls.iter().any(|ix| !part.book.attempt(*ix).is(EARLIER));
    let most = episodes.iter().filter(new).map(|(_, e)| e.count).max().unwrap_or(0);
    for ix in episodes.iter().flat_map(|(_, episode)| &episode.calls) {
        part.tally_of(&part.book.attempt(*ix), |t| t.count(most));
    }
    for (_, episode) in episodes {
        part.push(episode);
    }
}

/// The calls of one day are one matter.
fn add(episodes: &mut Vec<(i32, Episode)>, dial: &Dial, run: &Run) {
    match episodes.last_mut() {
        Some((day, episode)) if *day == dial.day => {
            episode.calls.push(dial.ix);
            episode.count += 1;
            episode.touched |= run.new_answer;
        }
        _ => {
            let mut episode = Episode::of(vec![dial.ix], 1);
            episode.note = (!run.tried).then_some(NO_CALL_BEFORE);
            episode.touched = run.new_answer;
            episodes.push((dial.day, episode));
        }
    }
}

/// Calls to the borrower so far.
struct Run {
    /// Failed ones in a row.
    failed: u64,
    /// The same with those of which it is not known.
    may_have: u64,
    tried: bool,
    /// A number of the borrower does not exist.
    gone: bool,
    /// The last answered call is one of this run: that the borrower could be reached is news.
    new_answer: bool,
}

impl Run {
    /// The calls of one second, the answered ones last.
    fn borrower(&mut self, second: impl Iterator<Item = Dial>) {
        let to_borrower = |d: &Dial| d.start().is_some() && d.attempt.role() == CalleeRole::Borrower;
        let (mut answered, mut new) = (false, false);
        for dial in second.filter(to_borrower) {
            self.tried = true;
            self.gone |= dial.attempt.is(NO_SUCH_NUMBER);
            match dial.attempt.connected() {
                Some(true) => (answered, new) = (true, new | !dial.attempt.is(EARLIER)),
                Some(false) => (self.failed, self.may_have) = (self.failed + 1, self.may_have + 1),
                None => self.may_have += 1,
            }
        }
        if answered {
            (self.failed, self.may_have, self.gone, self.new_answer) = (0, 0, false, new);
        }
    }
}

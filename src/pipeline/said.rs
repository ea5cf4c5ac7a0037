//! What the words of a call tell the counting.

use crate::aggregate::calls::Said;
use crate::build::Engine;
use crate::model::finding::Verdict;
use crate::model::profile::{Event, Test};
use crate::model::scan::CallOutcome;

/// What the counting rules want to know of the words of a call; `all`: also what only other profiles ask for.
pub(super) fn said(engine: &Engine, outcome: &CallOutcome, refused: bool, all: bool) -> Said {
    let listens = |event: Event| {
        all || engine
            .profile
            .rules
            .iter()
            .any(|r| matches!(r.test, Test::After { event: e, .. } if e == event))
    };
    Said {
        violates: outcome.record.verdict == Verdict::Violation,
        refused: refused && listens(Event::Refusal),
        announced: outcome.findings.iter().any(|f| engine.announcements.contains(&f.rule)),
    }
}

/// The name of a verdict in the totals.
pub(super) fn verdict_name(verdict: Verdict) -> String {
    match verdict {
        Verdict::Violation => "violation",
        Verdict::Review => "review",
        Verdict::Pass => "pass",
        Verdict::NotChecked => "not-checked",
    }
    .to_owned()
}

//! A call from both sides: what the collector said and must not say, and what he or she must say and did not.

use super::About;
use super::shared::told;
use crate::model::finding::{Finding, Verdict};
use crate::model::scan::{CallRecord, Presence};

/// A rule that was broken in the call.
pub(super) struct Said<'a> {
    /// Title of the rule.
    pub title: &'a str,
    /// The gravest finding of the rule.
    pub first: &'a Finding,
    /// How many findings there are of it.
    pub count: usize,
}

/// Both sides of one call.
pub(super) struct Sides<'a> {
    /// Said and not to be said: violations first, then by turn.
    pub said: Vec<Said<'a>>,
    /// Required and not said: titles of the elements, with the reason.
    pub left_out: Vec<(&'a str, &'a str)>,
    /// Of these it cannot be told.
    pub unknown: Vec<&'a str>,
}

/// Both sides of a call, with those of its findings that are known.
pub(super) fn sides<'a>(about: &About<'a>, record: &CallRecord, findings: &'a [Finding]) -> Sides<'a> {
    let mut said: Vec<Said<'a>> = Vec::new();
    for f in findings {
        match said.iter_mut().find(|s| s.first.rule == f.rule) {
            Some(known) => {
                known.count += 1;
                if f.verdict > known.first.verdict {
                    known.first = f;
                }
            }
            None => said.push(Said { title: told(about, &f.rule).title, first: f, count: 1 }),
        }
    }
    said.sort_by_key(|s| (s.first.verdict != Verdict::Violation, s.first.turn));
    let of = |wanted: Presence| {
        let elements = about.rules.conduct.iter();
        elements.filter(move |e| record.conduct.get(&e.name) == Some(&wanted))
    };
    Sides {
        said,
        left_out: of(Presence::Missing)
            .map(|e| (about.voice.pick(&e.title), about.voice.pick(&e.why)))
            .collect(),
        unknown: of(Presence::NotChecked).map(|e| about.voice.pick(&e.title)).collect(),
    }
}

//! One page for reviewers: a file that needs no network and no script, prints well, and fits a phone. What is gathered over the
//! calls is bounded; the page is written at the end.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::gravest::Gravest;
use super::{About, Reporter};
use crate::model::finding::{Finding, Verdict};
use crate::model::rules::Severity;
use crate::model::scan::{CallOutcome, Care, Conclusion, Presence};

mod cards;
mod charts;
mod escape;
mod page;
mod tables;

/// Findings that are shown; the others are counted.
const MOST_FINDINGS: usize = 2000;
/// Distress notes that are shown.
const MOST_CARE: usize = 200;

/// Calls of a day or of an hour, by verdict.
#[derive(Clone, Copy, Default)]
struct Tally {
    violation: u64,
    review: u64,
    pass: u64,
    not_checked: u64,
}

impl Tally {
    fn add(&mut self, verdict: Verdict, n: u64) {
        *match verdict {
            Verdict::Violation => &mut self.violation,
            Verdict::Review => &mut self.review,
            Verdict::Pass => &mut self.pass,
            Verdict::NotChecked => &mut self.not_checked,
        } += n;
    }

    fn all(&self) -> u64 {
        self.violation + self.review + self.pass + self.not_checked
    }
}

/// What the page is made of.
struct Gathered {
    findings: Gravest<Finding>,
    groups: BTreeMap<String, Tally>,
    days: BTreeMap<jiff::civil::Date, Tally>,
    /// Monday first, then the hour.
    week: [[Tally; 24]; 7],
    missing: BTreeMap<String, u64>,
    care: Vec<Care>,
    care_left_out: usize,
}

impl Default for Gathered {
    fn default() -> Gathered {
        Gathered {
            findings: Gravest::new(MOST_FINDINGS),
            groups: BTreeMap::new(),
            days: BTreeMap::new(),
            week: [[Tally::default(); 24]; 7],
            missing: BTreeMap::new(),
            care: Vec::new(),
            care_left_out: 0,
        }
    }
}

#[derive(Default)]
pub(super) struct Html {
    gathered: Gathered,
}

impl Reporter for Html {
    fn call(&mut self, _: &About<'_>, outcome: &CallOutcome, _: &mut dyn Write) -> io::Result<()> {
        let all = &mut self.gathered;
        for f in &outcome.findings {
            all.findings.keep((f.verdict, f.severity), || f.clone());
            all.groups.entry(f.group.clone()).or_default().add(f.verdict, 1);
        }
        if let Some((day, hour)) = outcome.record.start.as_deref().and_then(began) {
            all.days.entry(day).or_default().add(outcome.record.verdict, 1);
            let weekday = usize::from(day.weekday().to_monday_zero_offset().unsigned_abs());
            all.week[weekday][hour].add(outcome.record.verdict, 1);
        }
        for (element, _) in outcome.record.conduct.iter().filter(|(_, p)| **p == Presence::Missing) {
            *all.missing.entry(element.clone()).or_default() += 1;
        }
        for care in &outcome.care {
            if all.care.len() < MOST_CARE {
                all.care.push(care.clone());
            } else {
                all.care_left_out += 1;
            }
        }
        Ok(())
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        for f in &conclusion.frequency {
            self.gathered.groups.entry(f.group.to_owned()).or_default().add(f.verdict, 1);
        }
        page::write(about, &mut self.gathered, conclusion, out)
    }
}

/// Local date and hour of a start.
fn began(start: &str) -> Option<(jiff::civil::Date, usize)> {
    let day = start.get(..10)?.parse().ok()?;
    let hour: usize = start.get(11..13)?.parse().ok()?;
    (hour < 24).then_some((day, hour))
}

/// The weight by which a severity is shown.
fn grave(severity: Severity) -> bool {
    severity >= Severity::Major
}

//! One page for reviewers: a file that needs no network and no script, prints well, and fits a phone. What is gathered over the
//! calls is bounded; the page is written at the end.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::{About, Reporter};
use crate::model::finding::Verdict;
use crate::model::rules::Severity;
use crate::model::scan::{CallOutcome, Care, Conclusion, Presence};

mod anchors;
mod cards;
mod charts;
mod counts;
mod escape;
mod page;
mod partly;
mod receipts;
mod sheet;
mod sheets;
mod tables;
mod timeline;

use sheets::{Sheet, Sheets};

/// Calls without a finding, but with a required element left out, that are shown.
const MOST_LACKING: usize = 100;
/// Distress notes that are shown.
const MOST_CARE: usize = 200;

/// Calls of a day, or findings of a group, by verdict.
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

    fn join(&mut self, other: &Tally) {
        self.violation += other.violation;
        self.review += other.review;
        self.pass += other.pass;
        self.not_checked += other.not_checked;
    }

    fn all(&self) -> u64 {
        self.violation + self.review + self.pass + self.not_checked
    }
}

/// What the page is made of.
#[derive(Default)]
struct Gathered {
    sheets: Sheets,
    /// Calls with nothing but required elements left out, the first ones.
    lacking: Vec<Sheet>,
    lacking_left_out: usize,
    /// Calls of which something could not be looked at.
    partly: partly::Partly,
    groups: BTreeMap<String, Tally>,
    days: BTreeMap<jiff::civil::Date, Tally>,
    missing: BTreeMap<String, u64>,
    care: Vec<Care>,
    care_left_out: usize,
}

#[derive(Default)]
pub(super) struct Html {
    gathered: Gathered,
}

impl Reporter for Html {
    fn call(&mut self, _: &About<'_>, outcome: &CallOutcome, _: &mut dyn Write) -> io::Result<()> {
        let all = &mut self.gathered;
        for f in &outcome.findings {
            all.groups.entry(f.group.clone()).or_default().add(f.verdict, 1);
        }
        if let Some(day) = outcome.record.start.as_deref().and_then(began) {
            all.days.entry(day).or_default().add(outcome.record.verdict, 1);
        }
        let missing = || outcome.record.conduct.iter().filter(|(_, p)| **p == Presence::Missing);
        for (element, _) in missing() {
            *all.missing.entry(element.clone()).or_default() += 1;
        }
        all.partly.keep(&outcome.record);
        if !outcome.findings.is_empty() {
            all.sheets.keep(&outcome.record, &outcome.findings);
        } else if missing().next().is_some() {
            match all.lacking.len() < MOST_LACKING {
                true => all.lacking.push(Sheet::new(&outcome.record, &[])),
                false => all.lacking_left_out += 1,
            }
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

/// Local date of a start.
fn began(start: &str) -> Option<jiff::civil::Date> {
    start.get(..10)?.parse().ok()
}

/// The weight by which a severity is shown.
fn grave(severity: Severity) -> bool {
    severity >= Severity::Major
}

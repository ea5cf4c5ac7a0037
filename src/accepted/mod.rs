//! Accepted findings: those of a baseline and those that are suppressed. They are marked, never dropped.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::accepted::{Accepted, AcceptedBy, AcceptedTotals, Stale};
use crate::model::finding::{Finding, FrequencyFinding};
use crate::model::notice::Notice;
use crate::model::scan::{CallOutcome, Conclusion};
use crate::model::texts::Texts;

mod audit;
mod baseline;
mod suppressions;

pub use baseline::{Baseline, Head as BaselineHead, Known};
pub use suppressions::{Document as SuppressionsFile, Entry, Suppressions};

/// Stale entries of a baseline that are named one by one.
const MOST_STALE: usize = 20;

/// What is said of a finding that may be accepted.
struct Subject<'a> {
    rule: &'a str,
    fingerprint: &'a str,
    calls: Calls<'a>,
    borrower: Option<&'a str>,
    collector: Option<&'a str>,
    agency: Option<&'a str>,
}

/// Findings and how many of them are suppressed, of one agency.
#[derive(Debug, Clone, Copy, Default)]
struct Share {
    all: u64,
    suppressed: u64,
}

/// Marks findings as they come and says at the end what is wrong with the files that accept them.
pub struct Acceptance {
    baseline: Option<Baseline>,
    suppressions: Option<Suppressions>,
    /// The day of the run: an entry holds until the end of its last day.
    today: Date,
    totals: AcceptedTotals,
    shares: BTreeMap<Option<String>, Share>,
    calls: std::collections::BTreeSet<String>,
}

impl Acceptance {
    /// With what is accepted, on a day.
    pub fn new(baseline: Option<Baseline>, suppressions: Option<Suppressions>, today: Date) -> Acceptance {
        Acceptance {
            baseline,
            suppressions,
            today,
            totals: AcceptedTotals::default(),
            shares: BTreeMap::new(),
            calls: std::collections::BTreeSet::new(),
        }
    }

    /// Whether there is anything to accept findings by.
    fn idle(&self) -> bool {
        self.baseline.is_none() && self.suppressions.is_none()
    }

    /// The outcome with its accepted findings marked; nothing when none is.
    pub fn mark(&mut self, outcome: &CallOutcome) -> Option<CallOutcome> {
        if self.idle() {
            return None;
        }
        if self.baseline.is_some() {
            self.calls.insert(outcome.record.call_id.clone());
        }
        let mut marked: Option<CallOutcome> = None;
        for (at, finding) in outcome.findings.iter().enumerate() {
            if let Some(accepted) = self.accept(&of_words(finding)) {
                let copy = marked.get_or_insert_with(|| outcome.clone());
                copy.findings[at].notes.push(remark(&accepted));
                copy.findings[at].accepted = Some(accepted);
            }
        }
        marked
    }

    /// Marks the counting findings, and adds what is to be said of the baseline and the suppressions themselves.
    pub fn finish(&mut self, conclusion: &mut Conclusion) {
        if self.idle() {
            return;
        }
        for finding in &mut conclusion.frequency {
            if let Some(accepted) = self.accept(&of_counts(finding)) {
                finding.notes.push(remark(&accepted));
                finding.accepted = Some(accepted);
            }
        }
        conclusion.stale = self.stale(&mut conclusion.notices);
        if let Some(suppressions) = &self.suppressions {
            conclusion.audits = audit::all(suppressions, &self.shares, self.today);
        }
        conclusion.totals.accepted = Some(self.totals);
    }

    fn accept(&mut self, subject: &Subject<'_>) -> Option<Accepted> {
        let known = self.baseline.as_mut().is_some_and(|b| b.see(subject.fingerprint));
        let entry = self.suppressions.as_mut().and_then(|s| s.apply(subject, self.today));
        let share = self.shares.entry(subject.agency.map(str::to_owned)).or_default();
        share.all += 1;
        share.suppressed += u64::from(entry.is_some());
        if let Some(accepted) = entry {
            self.totals.suppressed += 1;
            return Some(accepted);
        }
        self.totals.baseline += u64::from(known);
        known.then_some(Accepted { by: AcceptedBy::Baseline, reason: None, author: None, expires: None })
    }

    fn stale(&mut self, notices: &mut Vec<Notice>) -> Vec<Stale> {
        let Some(baseline) = &self.baseline else { return Vec::new() };
        let remark = |known: &Known| match known.call_id.as_deref().filter(|id| !self.calls.contains(*id)) {
            Some(id) => format!("call {id} is not in this run"),
            None => "no longer found".to_owned(),
        };
        let stale = baseline.stale().map(|known| Stale {
            file: baseline.file.clone(),
            line: known.line,
            rule: known.rule.clone(),
            call_id: known.call_id.clone(),
            borrower_id: known.borrower_id.clone(),
            fingerprint: known.fingerprint.clone(),
            remark: remark(known),
        });
        let stale: Vec<Stale> = stale.collect();
        self.totals.stale = stale.len() as u64;
        for entry in stale.iter().take(MOST_STALE) {
            let message = format!("{} {}: {}", entry.rule, entry.fingerprint, entry.remark);
            notices.push(Notice::remark(&*entry.file, Some(entry.line), message));
        }
        if stale.len() > MOST_STALE {
            let message = format!("{} more entries are stale", stale.len() - MOST_STALE);
            notices.push(Notice::remark(&*baseline.file, None, message));
        }
        notices.sort();
        stale
    }
}

fn of_words(f: &Finding) -> Subject<'_> {
    Subject {
        rule: &f.rule,
        fingerprint: &f.fingerprint,
        calls: Calls::One(&f.call_id),
        borrower: f.borrower_id.as_deref(),
        collector: f.collector_id.as_deref(),
        agency: f.agency.as_deref(),
    }
}

/// The calls of a finding.
enum Calls<'a> {
    One(&'a str),
    Some(&'a Texts),
}

impl Calls<'_> {
    fn contains(&self, id: &str) -> bool {
        match self {
            Calls::One(one) => *one == id,
            Calls::Some(some) => some.iter().any(|one| one == id),
        }
    }
}

fn of_counts(f: &FrequencyFinding) -> Subject<'_> {
    let key = |name: &str| f.key.get(name).map(String::as_str);
    Subject {
        rule: &f.rule,
        fingerprint: &f.fingerprint,
        calls: Calls::Some(&f.calls),
        borrower: f.borrower_id.as_deref(),
        collector: key("collector"),
        agency: key("agency"),
    }
}

/// What is shown to people beside the finding.
fn remark(accepted: &Accepted) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    match accepted.by {
        AcceptedBy::Baseline => "in the baseline: does not fail the run".to_owned(),
        AcceptedBy::Suppression => format!(
            "suppressed until {} by {}: {}",
            text(&accepted.expires),
            text(&accepted.author),
            text(&accepted.reason)
        ),
    }
}

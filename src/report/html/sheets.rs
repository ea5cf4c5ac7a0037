//! The gravest calls of many, with their findings: memory stays bounded whatever the input holds.

use std::cmp::Reverse;

use crate::model::finding::{Finding, Verdict};
use crate::model::rules::Severity;
use crate::model::scan::CallRecord;

/// Findings that are shown; the others are counted.
const MOST_FINDINGS: usize = 2000;
/// Findings of one call that are shown.
const MOST_OF_A_CALL: usize = 200;

/// A call with its findings by turn, the gravest ones if there are many.
pub(super) struct Sheet {
    pub record: CallRecord,
    pub findings: Vec<Finding>,
    /// Findings of the call that are not held here.
    pub left_out: usize,
}

impl Sheet {
    pub fn new(record: &CallRecord, findings: &[Finding]) -> Sheet {
        let mut order: Vec<usize> = (0..findings.len()).collect();
        if findings.len() > MOST_OF_A_CALL {
            order.sort_by_key(|at| (Reverse((findings[*at].verdict, findings[*at].severity)), *at));
            order.truncate(MOST_OF_A_CALL);
            order.sort_unstable();
        }
        let kept: Vec<Finding> = order.into_iter().map(|at| findings[at].clone()).collect();
        let left_out = findings.len() - kept.len();
        Sheet { record: record.clone(), findings: kept, left_out }
    }
}

/// How grave a call is: its verdict, its gravest finding, its score in parts of ten thousand.
type Rank = (Verdict, Severity, u32);

/// At most twice as many findings as are shown, at a time.
#[derive(Default)]
pub(super) struct Sheets {
    kept: Vec<(Rank, usize, Sheet)>,
    held: usize,
    seen: usize,
    findings: usize,
}

impl Sheets {
    pub fn keep(&mut self, record: &CallRecord, findings: &[Finding]) {
        let gravest = findings.iter().max_by_key(|f| (f.verdict, f.severity));
        let severity = gravest.map_or(Severity::Info, |f| f.severity);
        let sheet = Sheet::new(record, findings);
        self.findings += findings.len();
        self.held += sheet.findings.len();
        self.kept.push(((record.verdict, severity, (record.score * 10_000.0) as u32), self.seen, sheet));
        self.seen += 1;
        if self.held >= 2 * MOST_FINDINGS {
            self.thin();
        }
    }

    /// Drops the least grave calls beyond the limit.
    fn thin(&mut self) {
        self.kept.sort_by_key(|(rank, order, _)| (Reverse(*rank), *order));
        let (mut held, mut calls) = (0, 0);
        for (_, _, sheet) in &self.kept {
            if held + sheet.findings.len() > MOST_FINDINGS {
                break;
            }
            held += sheet.findings.len();
            calls += 1;
        }
        self.kept.truncate(calls);
        self.held = held;
    }

    /// The calls, the gravest first, and how many findings stand in none of them.
    pub fn take(&mut self) -> (Vec<Sheet>, usize) {
        self.thin();
        let left_out = self.findings - self.held;
        (std::mem::take(&mut self.kept).into_iter().map(|(_, _, sheet)| sheet).collect(), left_out)
    }
}

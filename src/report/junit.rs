//! JUnit XML: a suite per collector (per file where no collector is known), a case per call, a failure per call with a
//! violation. What is for review stands in the case's output, what was not checked is skipped, what could not be looked at is
//! an error: it never reads as passed.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::accepted::sentence_of_audit;
use super::shared::{other, relative, sentence, sentence_of_counts, verdict};
use super::table::clean;
use super::{About, Reporter};
use crate::model::finding::{Finding, Verdict};
use crate::model::scan::{CallOutcome, Conclusion};

/// Most cases without a finding; hosts refuse larger files. Those beyond are counted.
const MOST_PASSED: usize = 20_000;
/// Most cases with one.
const MOST_FOUND: usize = 50_000;

/// What a case says.
struct Case {
    name: String,
    verdict: Verdict,
    lines: Vec<String>,
    properties: Vec<(String, String)>,
}

/// The cases by suite.
#[derive(Default)]
pub(super) struct JUnit {
    suites: BTreeMap<String, Vec<Case>>,
    names: BTreeSet<(String, String)>,
    passed: usize,
    found: usize,
    left_out: BTreeMap<Verdict, usize>,
}

impl Reporter for JUnit {
    fn call(&mut self, about: &About<'_>, outcome: &CallOutcome, _: &mut dyn Write) -> io::Result<()> {
        let record = &outcome.record;
        let file = relative(about, &record.file);
        let suite = record.collector_id.clone().unwrap_or_else(|| file.clone());
        let lines = outcome.findings.iter().map(|f| format!("{} [{}]", sentence(about, f), f.rule));
        let mut properties = vec![("file".to_owned(), file), ("line".to_owned(), record.line.to_string())];
        properties.extend(outcome.findings.iter().map(|f| (verdict(f.verdict).to_owned(), f.rule.clone())));
        let case = Case {
            name: record.call_id.clone(),
            verdict: standing(record.verdict, &outcome.findings),
            lines: lines.collect(),
            properties,
        };
        self.keep(suite, case);
        Ok(())
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        for f in &conclusion.frequency {
            let who = f.borrower_id.as_deref().unwrap_or("-");
            let case = Case {
                name: format!("{} {who} {}", f.rule, f.from),
                verdict: if f.accepted.is_some() { Verdict::Review } else { f.verdict },
                lines: vec![format!("{} [{}]", sentence_of_counts(about, f), f.rule)],
                properties: vec![(verdict(f.verdict).to_owned(), f.rule.clone())],
            };
            self.keep("frequency".to_owned(), case);
        }
        for audit in &conclusion.audits {
            let case = Case {
                name: format!("{} {}:{}", audit.rule, audit.file, audit.line),
                verdict: audit.verdict,
                lines: vec![format!("{} [{}]", sentence_of_audit(about, audit), audit.rule)],
                properties: vec![(verdict(audit.verdict).to_owned(), audit.rule.to_owned())],
            };
            self.keep("suppressions".to_owned(), case);
        }
        let mut report = Report::new("cuicha");
        for (name, cases) in std::mem::take(&mut self.suites) {
            let mut suite = TestSuite::new(clean(&name));
            suite.set_time(Duration::ZERO);
            suite.add_test_cases(cases.into_iter().map(|c| case(about, &name, c)));
            report.add_test_suite(suite);
        }
        self.not_looked_at(about, conclusion, &mut report);
        // Made whole first: the writer of XML does not tell what kept it from writing.
        let mut xml = Vec::new();
        report.serialize(&mut xml).map_err(other)?;
        out.write_all(&xml)
    }
}

/// A call whose violations are all accepted does not fail.
fn standing(verdict: Verdict, findings: &[Finding]) -> Verdict {
    let stands = |f: &Finding| f.verdict == Verdict::Violation && f.accepted.is_none();
    if verdict == Verdict::Violation && !findings.iter().any(stands) { Verdict::Review } else { verdict }
}

impl JUnit {
    /// Names are unique in their suite, for hosts drop the second of two.
    fn keep(&mut self, suite: String, mut case: Case) {
        let found = case.verdict >= Verdict::Review;
        let (count, most) = match found {
            true => (&mut self.found, MOST_FOUND),
            false => (&mut self.passed, MOST_PASSED),
        };
        if *count >= most {
            *self.left_out.entry(case.verdict).or_default() += 1;
            return;
        }
        *count += 1;
        let bare = case.name.clone();
        let mut copy = 2;
        while !self.names.insert((suite.clone(), case.name.clone())) {
            case.name = format!("{bare} #{copy}");
            copy += 1;
        }
        self.suites.entry(suite).or_default().push(case);
    }

    /// Lost input, and the cases beyond the limits.
    fn not_looked_at(&self, about: &About<'_>, conclusion: &Conclusion, report: &mut Report) {
        let lost: Vec<_> = conclusion.notices.iter().filter(|n| n.lost).take(MOST_FOUND).collect();
        if lost.is_empty() && self.left_out.is_empty() {
            return;
        }
        let mut suite = TestSuite::new("input");
        suite.set_time(Duration::ZERO);
        for (at, n) in lost.iter().enumerate() {
            let line = n.line.map(|l| format!(":{l}")).unwrap_or_default();
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_type("not-checked").set_message(clean(&about.voice.remark(&n.message)));
            let name = format!("{}{line} ({})", clean(&n.file), at + 1);
            suite.add_test_case(plain(&name, "input", status));
        }
        for (how, count) in &self.left_out {
            let kind = match how {
                Verdict::Violation => TestCaseStatus::non_success(NonSuccessKind::Failure),
                _ => TestCaseStatus::skipped(),
            };
            let mut status = kind;
            status.set_type(verdict(*how)).set_message(about.voice.fill("more", &[count]));
            suite.add_test_case(plain(&format!("more: {}", verdict(*how)), "input", status));
        }
        report.add_test_suite(suite);
    }
}

fn plain(name: &str, class: &str, status: TestCaseStatus) -> TestCase {
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("cuicha.{class}")).set_time(Duration::ZERO);
    case
}

fn case(about: &About<'_>, suite: &str, case: Case) -> TestCase {
    let text = case.lines.join("\n");
    let status = match case.verdict {
        Verdict::Violation => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let first = case.lines.first().cloned().unwrap_or_default();
            status.set_type("violation").set_message(first).set_description(text.clone());
            status
        }
        Verdict::NotChecked => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(about.voice.say("verdict.not-checked"));
            status
        }
        Verdict::Review | Verdict::Pass => TestCaseStatus::success(),
    };
    let mut shown = plain(&clean(&case.name), &clean(suite), status);
    if case.verdict == Verdict::Review {
        shown.set_system_out(text);
    }
    shown.add_property(Property::new("verdict", verdict(case.verdict)));
    shown.add_properties(case.properties.iter().map(|(k, v)| Property::new(k.as_str(), v.as_str())));
    shown
}

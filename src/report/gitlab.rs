//! GitLab code quality: a JSON array with one entry a finding, and one for each place that could not be looked at.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::accepted::sentence_of_audit;
use super::shared::{place_of_counts, relative, sentence, sentence_of_counts, severity, verdict};
use super::{About, Reporter};
use crate::model::finding::Verdict;
use crate::model::rules::Severity;
use crate::model::scan::{CallOutcome, Conclusion};

/// How many entries are written.
#[derive(Default)]
pub(super) struct GitLab {
    written: usize,
}

impl Reporter for GitLab {
    fn call(&mut self, about: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()> {
        for f in &outcome.findings {
            let kind = (&*f.rule, f.verdict, weight(f.severity, f.accepted.is_some()));
            let place = (&*f.file, f.line);
            self.entry(&entry(about, kind, place, &sentence(about, f), &f.fingerprint), out)?;
        }
        Ok(())
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        for f in &conclusion.frequency {
            let kind = (&*f.rule, f.verdict, weight(f.severity, f.accepted.is_some()));
            let place = place_of_counts(about, f);
            self.entry(&entry(about, kind, place, &sentence_of_counts(about, f), &f.fingerprint), out)?;
        }
        for audit in &conclusion.audits {
            let (kind, place) = ((audit.rule, audit.verdict, audit.severity), (&*audit.file, audit.line));
            self.entry(
                &entry(about, kind, place, &sentence_of_audit(about, audit), &audit.fingerprint),
                out,
            )?;
        }
        for n in conclusion.notices.iter().filter(|n| n.lost) {
            let (file, line) = (if n.file.is_empty() { "-" } else { &n.file }, n.line.unwrap_or(1));
            let mark = format!("not-checked:{file}:{line}:{}", n.message);
            let kind = ("not-checked", Verdict::NotChecked, Severity::Major);
            self.entry(&entry(about, kind, (file, line), &about.voice.remark(&n.message), &mark), out)?;
        }
        out.write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })
    }
}

impl GitLab {
    fn entry(&mut self, entry: &Value, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.written == 0 { b"[\n" } else { b",\n" })?;
        self.written += 1;
        serde_json::to_writer(&mut *out, entry)?;
        Ok(())
    }
}

/// What was accepted weighs nothing.
fn weight(severity: Severity, accepted: bool) -> Severity {
    if accepted { Severity::Info } else { severity }
}

fn entry(
    about: &About<'_>,
    (rule, how, weight): (&str, Verdict, Severity),
    (file, line): (&str, usize),
    text: &str,
    fingerprint: &str,
) -> Value {
    // What is for review is no breach yet.
    let shown = if how == Verdict::Review { "info" } else { severity(weight) };
    json!({
        "type": "issue",
        "check_name": rule,
        "description": text,
        "severity": shown,
        "verdict": verdict(how),
        "fingerprint": fingerprint,
        "location": { "path": relative(about, file), "lines": { "begin": line.max(1) } },
    })
}

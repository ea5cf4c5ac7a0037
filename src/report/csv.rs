//! One row per finding, and per group of rules that could not be tested on a call, for spreadsheets: UTF-8 with a mark at the start, CRLF, and no cell that a spreadsheet would take
//! for a formula. The keys are those of the JSON record.

use std::io::{self, Write};

use super::accepted::title;
use super::shared::{formula, notes, severity, speaker, told, verdict};
use super::{About, Reporter};
use crate::model::accepted::{Accepted, AcceptedBy, Audit};
use crate::model::finding::{Finding, FrequencyFinding, Verdict};
use crate::model::scan::{CallOutcome, CallRecord, Conclusion};

/// The columns.
const COLUMNS: [&str; 31] = [
    "rule",
    "title",
    "group",
    "severity",
    "verdict",
    "score",
    "call_id",
    "borrower_id",
    "collector_id",
    "agency",
    "file",
    "line",
    "turn",
    "speaker",
    "start_ms",
    "quote",
    "text",
    "span_start",
    "span_end",
    "matched",
    "basis",
    "why",
    "advice",
    "notes",
    "calls",
    "from",
    "to",
    "count",
    "limit",
    "fingerprint",
    "accepted",
];

/// Whether the head is written.
#[derive(Default)]
pub(super) struct Csv {
    headed: bool,
}

impl Reporter for Csv {
    fn call(&mut self, about: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()> {
        self.head(out)?;
        outcome.findings.iter().try_for_each(|f| row(&words(about, f), out))?;
        outcome.record.not_checked.iter().try_for_each(|n| row(&unchecked(about, &outcome.record, n), out))
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        self.head(out)?;
        conclusion.frequency.iter().try_for_each(|f| row(&counts(about, f), out))?;
        conclusion.audits.iter().try_for_each(|a| row(&audit(about, a), out))
    }
}

impl Csv {
    fn head(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if self.headed {
            return Ok(());
        }
        self.headed = true;
        out.write_all("\u{feff}".as_bytes())?;
        row(&COLUMNS.map(str::to_owned), out)
    }
}

fn words(about: &About<'_>, f: &Finding) -> [String; 31] {
    let rule = told(about, &f.rule);
    let id = |id: &Option<String>| safe(id.as_deref().unwrap_or_default());
    [
        safe(&f.rule),
        safe(rule.title),
        safe(&f.group),
        severity(f.severity).to_owned(),
        verdict(f.verdict).to_owned(),
        f.score.to_string(),
        safe(&f.call_id),
        id(&f.borrower_id),
        id(&f.collector_id),
        id(&f.agency),
        safe(&f.file),
        f.line.to_string(),
        f.turn.to_string(),
        speaker(f.speaker).to_owned(),
        f.start_ms.map(|ms| ms.to_string()).unwrap_or_default(),
        safe(&f.quote),
        safe(&f.text),
        f.span.start.to_string(),
        f.span.end.to_string(),
        safe(&f.matched),
        safe(&f.basis.join("; ")),
        safe(rule.why),
        safe(rule.advice),
        safe(&notes(about, &f.notes)),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
        safe(&f.fingerprint),
        accepted(f.accepted.as_ref()).to_owned(),
    ]
}

fn counts(about: &About<'_>, f: &FrequencyFinding) -> [String; 31] {
    let rule = told(about, &f.rule);
    let key = |name: &str| safe(f.key.get(name).map_or("", String::as_str));
    let mut row = std::array::from_fn(|_| String::new());
    let mut set = |column: &str, value: String| {
        if let Some(at) = COLUMNS.iter().position(|c| *c == column) {
            row[at] = value;
        }
    };
    set("rule", safe(&f.rule));
    set("title", safe(rule.title));
    set("group", f.group.to_owned());
    set("severity", severity(f.severity).to_owned());
    set("verdict", verdict(f.verdict).to_owned());
    set("score", f.score.to_string());
    set("borrower_id", safe(f.borrower_id.as_deref().unwrap_or_default()));
    set("collector_id", key("collector"));
    set("agency", key("agency"));
    set("basis", safe(&f.basis.join("; ")));
    set("why", safe(rule.why));
    set("notes", safe(&notes(about, &f.notes)));
    set("calls", safe(&f.calls.iter().collect::<Vec<_>>().join(" ")));
    set("from", f.from.clone());
    set("to", f.to.clone());
    set("count", f.count.to_string());
    set("limit", f.limit.to_string());
    set("fingerprint", safe(&f.fingerprint));
    set("accepted", accepted(f.accepted.as_ref()).to_owned());
    row
}

/// What could not be tested on a call: a group of rules without a rule, and the reason.
fn unchecked(about: &About<'_>, record: &CallRecord, (group, why): (&&'static str, &String)) -> [String; 31] {
    let mut row = std::array::from_fn(|_| String::new());
    let mut set = |column: &str, value: String| {
        if let Some(at) = COLUMNS.iter().position(|c| *c == column) {
            row[at] = value;
        }
    };
    let id = |id: &Option<String>| safe(id.as_deref().unwrap_or_default());
    set("group", (*group).to_owned());
    set("verdict", verdict(Verdict::NotChecked).to_owned());
    set("call_id", safe(&record.call_id));
    set("borrower_id", id(&record.borrower_id));
    set("collector_id", id(&record.collector_id));
    set("file", safe(&record.file));
    set("line", record.line.to_string());
    set("notes", safe(&about.voice.remark(why)));
    row
}

fn audit(about: &About<'_>, audit: &Audit) -> [String; 31] {
    let mut row = std::array::from_fn(|_| String::new());
    let mut set = |column: &str, value: String| {
        if let Some(at) = COLUMNS.iter().position(|c| *c == column) {
            row[at] = value;
        }
    };
    set("rule", audit.rule.to_owned());
    set("title", title(about, audit.rule));
    set("group", audit.group.to_owned());
    set("severity", severity(audit.severity).to_owned());
    set("verdict", verdict(audit.verdict).to_owned());
    set("score", audit.score.to_string());
    set("agency", safe(audit.agency.as_deref().unwrap_or_default()));
    set("file", safe(&audit.file));
    set("line", audit.line.to_string());
    set("notes", safe(&audit.notes.join("; ")));
    set("count", audit.count.to_string());
    set("fingerprint", safe(&audit.fingerprint));
    row
}

fn accepted(accepted: Option<&Accepted>) -> &'static str {
    match accepted.map(|a| a.by) {
        None => "",
        Some(AcceptedBy::Baseline) => "baseline",
        Some(AcceptedBy::Suppression) => "suppression",
    }
}

/// Text that a spreadsheet must not take for a formula gets an apostrophe in front.
fn safe(text: &str) -> String {
    let text = text.replace('\0', "\u{fffd}");
    if formula(&text) { format!("'{text}") } else { text }
}

fn row(cells: &[String; 31], out: &mut dyn Write) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        if at > 0 {
            out.write_all(b",")?;
        }
        if cell.contains([',', '"', '\n', '\r']) || cell.trim() != cell {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\r\n")
}

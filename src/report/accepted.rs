//! How accepted findings and what is wrong with the suppressions look in the formats.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::About;
use super::counted::{heading, verdict};
use super::table::clean;
use crate::model::accepted::{Accepted, AcceptedBy, Audit};
use crate::model::scan::Conclusion;

/// What a suppression is called where findings are listed by rule.
pub(super) fn title(about: &About<'_>, rule: &str) -> String {
    about.voice.say(&format!("audit.{}", rule.trim_start_matches("suppression/")))
}

/// One line: verdict, title, what is wrong.
pub(super) fn sentence_of_audit(about: &About<'_>, audit: &Audit) -> String {
    let verdict = about.voice.say(&format!("verdict.{}", verdict(audit.verdict)));
    let notes: Vec<String> = audit.notes.iter().map(|n| clean(&about.voice.remark(n))).collect();
    let rest = if notes.is_empty() { String::new() } else { format!(": {}", notes.join("; ")) };
    format!("{verdict}: {}{rest}", title(about, audit.rule))
}

/// The part of the page for people that is about the suppressions.
pub(super) fn audits(about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
    if conclusion.audits.is_empty() {
        return Ok(());
    }
    heading(about, "audits", out)?;
    for audit in &conclusion.audits {
        writeln!(out, "  {}:{}: {}", clean(&audit.file), audit.line, sentence_of_audit(about, audit))?;
    }
    writeln!(out)
}

/// The lines of the summary: how many findings are accepted, and how many violations are allowed.
pub(super) fn lines(about: &About<'_>, conclusion: &Conclusion) -> Vec<String> {
    let totals = &conclusion.totals;
    let accepted = totals
        .accepted
        .map(|a| about.voice.fill("summary.accepted", &[&a.baseline, &a.suppressed, &a.stale]));
    let gate = totals.gate.map(|g| about.voice.fill("summary.gate", &[&g.violations, &g.allowed]));
    accepted.into_iter().chain(gate).collect()
}

/// The verdict of a finding as a word for people, with the mark of what accepts it.
pub(super) fn named(about: &About<'_>, word: String, accepted: Option<&Accepted>) -> String {
    match accepted.map(|a| a.by) {
        None => word,
        Some(AcceptedBy::Baseline) => about.voice.fill("accepted.baseline", &[&word]),
        Some(AcceptedBy::Suppression) => about.voice.fill("accepted.suppression", &[&word]),
    }
}

/// In the words of SARIF.
pub(super) fn sarif(result: &mut Value, accepted: Option<&Accepted>) {
    match accepted {
        Some(a) if a.by == AcceptedBy::Suppression => {
            let mut one = json!({ "kind": "external", "status": "accepted" });
            if let Some(reason) = &a.reason {
                one["justification"] = json!(reason);
            }
            one["properties"] = json!({ "author": a.author, "expires": a.expires });
            result["suppressions"] = json!([one]);
        }
        Some(_) => result["baselineState"] = json!("unchanged"),
        None => {}
    }
}

/// Where one result was compared with a baseline, all were.
pub(super) fn compared(results: &mut [Value]) {
    if results.iter().any(|r| r.get("baselineState").is_some()) {
        for result in results.iter_mut().filter(|r| r.get("baselineState").is_none()) {
            result["baselineState"] = json!("new");
        }
    }
}

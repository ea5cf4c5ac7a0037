//! SARIF 2.1.0: one result a finding, the rules with their help, relative addresses. At most what the hosts of such files
//! take; the gravest come first, and when there are more, the file says how many are left out.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::accepted::{compared, sarif, sentence_of_audit, title};
use super::gravest::Gravest;
use super::shared::{place_of_counts, sentence, sentence_of_counts, severity, told, uri, verdict};
use super::table::clean;
use super::{About, Reporter};
use crate::model::accepted::Audit;
use crate::model::finding::{Finding, FrequencyFinding, Verdict};
use crate::model::rules::{Basis, Severity};
use crate::model::scan::{CallOutcome, Conclusion};

mod limits;

use limits::{LeftOut, MOST_NOTICES, MOST_RESULTS, MOST_TEXT};

/// Rules about the suppressions.
const AUDITS: [&str; 3] = ["suppression/expired", "suppression/unused", "suppression/share"];

/// The results so far.
pub(super) struct Sarif {
    results: Gravest<Value>,
}

impl Default for Sarif {
    fn default() -> Sarif {
        Sarif { results: Gravest::new(MOST_RESULTS) }
    }
}

impl Reporter for Sarif {
    fn call(&mut self, about: &About<'_>, outcome: &CallOutcome, _: &mut dyn Write) -> io::Result<()> {
        for f in &outcome.findings {
            self.results.keep((f.verdict, f.severity), || {
                let mut result = words(about, f);
                sarif(&mut result, f.accepted.as_ref());
                result
            });
        }
        Ok(())
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        for f in &conclusion.frequency {
            self.results.keep((f.verdict, f.severity), || {
                let mut result = counts(about, f);
                sarif(&mut result, f.accepted.as_ref());
                result
            });
        }
        for audit in &conclusion.audits {
            self.results.keep((audit.verdict, audit.severity), || of_audit(about, audit));
        }
        let (mut results, others) = self.results.take();
        compared(&mut results);
        let too_large = limits::cut(&mut results)?;
        let mut rules = rules(about);
        let left_out =
            LeftOut { results: others + too_large, rules: limits::cut_rules(&mut rules, &mut results) };
        let log = json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": {
                    "name": "cuicha",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                } },
                "automationDetails": { "id": "cuicha/" },
                "columnKind": "unicodeCodePoints",
                "invocations": [{
                    "executionSuccessful": conclusion.totals.lost == 0,
                    "toolExecutionNotifications": notifications(about, conclusion, left_out),
                }],
                "results": results,
                "properties": {
                    "lexicon": about.rules.hash,
                    "profile": about.profile.name,
                    "totals": conclusion.totals,
                    "resultsLeftOut": left_out.results,
                    "rulesLeftOut": left_out.rules,
                },
            }],
        });
        serde_json::to_writer(&mut *out, &log)?;
        out.write_all(b"\n")
    }
}

fn words(about: &About<'_>, f: &Finding) -> Value {
    let mut region = json!({ "startLine": f.line.max(1) });
    if !f.text.is_empty() {
        region["snippet"] = json!({ "text": clean(&f.text).chars().take(MOST_TEXT).collect::<String>() });
    }
    json!({
        "ruleId": f.rule,
        "ruleIndex": index(about, &f.rule),
        "level": level(f.verdict),
        "rank": (f.score * 1000.0).round() / 10.0,
        "message": { "text": sentence(about, f) },
        "locations": [{
            "physicalLocation": { "artifactLocation": { "uri": uri(about, &f.file) }, "region": region },
            "logicalLocations": [{ "name": f.call_id, "fullyQualifiedName": format!("{}/{}", f.call_id, f.turn) }],
        }],
        "partialFingerprints": fingerprints(&f.fingerprint),
        "properties": {
            "verdict": verdict(f.verdict),
            "severity": severity(f.severity),
            "call_id": f.call_id,
            "borrower_id": f.borrower_id,
            "collector_id": f.collector_id,
            "turn": f.turn,
            "span": f.span,
            "basis": f.basis,
            "notes": f.notes.iter().map(|n| about.voice.remark(n)).collect::<Vec<_>>(),
        },
    })
}

fn counts(about: &About<'_>, f: &FrequencyFinding) -> Value {
    let (file, line) = place_of_counts(about, f);
    let place =
        json!({ "artifactLocation": { "uri": uri(about, file) }, "region": { "startLine": line.max(1) } });
    json!({
        "ruleId": f.rule,
        "ruleIndex": index(about, &f.rule),
        "level": level(f.verdict),
        "rank": (f.score * 1000.0).round() / 10.0,
        "message": { "text": sentence_of_counts(about, f) },
        "locations": [{ "physicalLocation": place }],
        "partialFingerprints": fingerprints(&f.fingerprint),
        "properties": {
            "verdict": verdict(f.verdict),
            "severity": severity(f.severity),
            "borrower_id": f.borrower_id,
            "key": f.key,
            "calls": f.calls,
            "from": f.from,
            "to": f.to,
            "count": f.count,
            "limit": f.limit,
            "basis": f.basis,
            "notes": f.notes.iter().map(|n| about.voice.remark(n)).collect::<Vec<_>>(),
        },
    })
}

/// What is wrong with the suppressions.
fn of_audit(about: &About<'_>, audit: &Audit) -> Value {
    let file = uri(about, &audit.file);
    json!({
        "ruleId": audit.rule,
        "ruleIndex": index(about, audit.rule),
        "level": level(audit.verdict),
        "message": { "text": sentence_of_audit(about, audit) },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": file }, "region": { "startLine": audit.line.max(1) } } }],
        "partialFingerprints": fingerprints(&audit.fingerprint),
        "properties": {
            "verdict": verdict(audit.verdict),
            "severity": severity(audit.severity),
            "agency": audit.agency,
            "count": audit.count,
        },
    })
}

/// Ours, and the one that GitHub reads.
fn fingerprints(fingerprint: &str) -> Value {
    json!({ "cuicha/v1": fingerprint, "primaryLocationLineHash": format!("{fingerprint}:1") })
}

fn level(verdict: Verdict) -> &'static str {
    if verdict == Verdict::Violation { "error" } else { "warning" }
}

/// The rules about words by id, then those of the profile.
fn rules(about: &About<'_>) -> Vec<Value> {
    let words = about.rules.rules.iter().map(|r| rule(about, &r.id, &r.group, r.severity, &r.basis));
    let counts = about.profile.rules.iter();
    let counts =
        counts.map(|r| rule(about, &format!("frequency/{}", r.id), "frequency", r.severity, &r.basis));
    let audits = AUDITS.iter().map(|id| {
        let title = title(about, id);
        json!({
            "id": id,
            "shortDescription": { "text": title },
            "fullDescription": { "text": title },
            "help": { "text": title },
            "defaultConfiguration": { "level": "error" },
            "properties": { "tags": ["suppression"], "severity": "major", "basis": [] },
        })
    });
    words.chain(counts).chain(audits).collect()
}

fn index(about: &About<'_>, id: &str) -> Option<usize> {
    let known = about.rules.rule(id).or_else(|| {
        let at = about.profile.rules.iter().position(|r| id.strip_prefix("frequency/") == Some(&r.id))?;
        Some(about.rules.rules.len() + at)
    });
    known.or_else(|| {
        let at = AUDITS.iter().position(|audit| *audit == id)?;
        Some(about.rules.rules.len() + about.profile.rules.len() + at)
    })
}

fn rule(about: &About<'_>, id: &str, group: &str, weight: Severity, basis: &[Basis]) -> Value {
    let (rule, voice) = (told(about, id), about.voice);
    let basis: Vec<&str> = basis.iter().map(|b| &*b.id).collect();
    let lines = [("why", rule.why), ("advice", rule.advice), ("basis", &basis.join(", "))];
    let lines = lines.iter().filter(|(_, text)| !text.is_empty());
    let help: Vec<String> = lines.map(|(key, text)| format!("{}: {text}", voice.say(key))).collect();
    let full = if rule.why.is_empty() { rule.title } else { rule.why };
    json!({
        "id": id,
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": full },
        "help": { "text": if help.is_empty() { rule.title.to_owned() } else { help.join("\n") } },
        "defaultConfiguration": { "level": if weight >= Severity::Major { "error" } else { "warning" } },
        "properties": { "tags": [group], "severity": severity(weight), "basis": basis },
    })
}

fn notifications(about: &About<'_>, conclusion: &Conclusion, left_out: LeftOut) -> Vec<Value> {
    let mut told: Vec<Value> = Vec::new();
    for n in conclusion.notices.iter().take(MOST_NOTICES) {
        let level = if n.lost { "error" } else { "note" };
        let mut one =
            json!({ "level": level, "message": { "text": clean(&about.voice.remark(&n.message)) } });
        if !n.file.is_empty() {
            let mut place = json!({ "artifactLocation": { "uri": uri(about, &n.file) } });
            if let Some(line) = n.line {
                place["region"] = json!({ "startLine": line.max(1) });
            }
            one["locations"] = json!([{ "physicalLocation": place }]);
        }
        told.push(one);
    }
    let notices = conclusion.notices.len().saturating_sub(MOST_NOTICES);
    let cut = [("notices", notices), ("results", left_out.results), ("rules", left_out.rules)];
    for (what, count) in cut.iter().filter(|(_, count)| *count > 0) {
        let text = about.voice.fill(&format!("sarif.left-out.{what}"), &[count]);
        told.push(json!({ "level": "warning", "message": { "text": text } }));
    }
    for (rule, reason) in &conclusion.not_checked {
        told.push(json!({ "level": "note", "message": { "text": format!("{rule}: {}", about.voice.remark(reason)) } }));
    }
    told
}

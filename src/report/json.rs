//! One JSON document with an array per type of record. It is held in memory until the end; for large input take JSON Lines.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::records::{Party, SCHEMA, summary};
use super::{About, Reporter};
use crate::model::scan::{CallOutcome, Conclusion};

#[derive(Default)]
pub(super) struct Json {
    findings: Vec<Value>,
    care: Vec<Value>,
    calls: Vec<Value>,
}

impl Reporter for Json {
    fn call(&mut self, _: &About<'_>, outcome: &CallOutcome, _: &mut dyn Write) -> io::Result<()> {
        for finding in &outcome.findings {
            self.findings.push(serde_json::to_value(finding)?);
        }
        for care in &outcome.care {
            self.care.push(serde_json::to_value(care)?);
        }
        self.calls.push(serde_json::to_value(&outcome.record)?);
        Ok(())
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        for finding in &conclusion.frequency {
            self.findings.push(serde_json::to_value(finding)?);
        }
        for audit in &conclusion.audits {
            self.findings.push(serde_json::to_value(audit)?);
        }
        let document = json!({
            "schema": SCHEMA,
            "findings": self.findings,
            "care": self.care,
            "calls": self.calls,
            "borrowers": conclusion.borrowers.iter().map(|b| Party::borrower(b, false)).collect::<Vec<_>>(),
            "collectors": conclusion.collectors.iter().map(|c| Party::collector(c, false)).collect::<Vec<_>>(),
            "agencies": conclusion.agencies,
            "notices": conclusion.notices,
            "summary": untyped(summary(about, conclusion)),
        });
        serde_json::to_writer_pretty(&mut *out, &document)?;
        out.write_all(b"\n")
    }
}

/// The array already names the type.
fn untyped(mut record: Value) -> Value {
    if let Some(object) = record.as_object_mut() {
        object.remove("type");
    }
    record
}

//! JSON Lines: one record a line, as soon as a call is judged. Types: finding, care, call, borrower, collector,
//! agency, notice, summary.

use std::io::{self, Write};

use serde::Serialize;

use super::records::{Party, Typed, summary};
use super::{About, Reporter};
use crate::model::scan::{CallOutcome, Conclusion};

/// Bytes of nearly all records.
const MOST_RECORDS: usize = 1024;

pub(super) struct JsonLines;

impl Reporter for JsonLines {
    fn call(&mut self, _: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()> {
        for finding in &outcome.findings {
            line(&Typed { kind: "finding", record: finding }, out)?;
        }
        for care in &outcome.care {
            line(&Typed { kind: "care", record: care }, out)?;
        }
        line(&Typed { kind: "call", record: &outcome.record }, out)
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        for finding in &conclusion.frequency {
            line(&Typed { kind: "finding", record: finding }, out)?;
        }
        for audit in &conclusion.audits {
            line(&Typed { kind: "finding", record: audit }, out)?;
        }
        for borrower in &conclusion.borrowers {
            line(&Party::borrower(borrower, true), out)?;
        }
        for collector in &conclusion.collectors {
            line(&Party::collector(collector, true), out)?;
        }
        for agency in &conclusion.agencies {
            line(&Typed { kind: "agency", record: agency }, out)?;
        }
        for notice in &conclusion.notices {
            line(&Typed { kind: "notice", record: notice }, out)?;
        }
        line(&summary(about, conclusion), out)
    }
}

fn line<T: Serialize>(record: &T, out: &mut dyn Write) -> io::Result<()> {
    // Written at once: a record is made of dozens of small pieces.
    let mut bytes = Vec::with_capacity(MOST_RECORDS);
    serde_json::to_writer(&mut bytes, record)?;
    bytes.push(b'\n');
    out.write_all(&bytes)
}

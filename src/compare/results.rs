//! A result file as written by `cuicha scan` with `json` or `jsonl`: what is needed to compare two of them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde_json::Value;

use crate::model::error::{Error, Fault};

/// A finding as far as it is compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Rule.
    pub rule: String,
    /// Call, where it is about one.
    pub call_id: Option<String>,
    /// Borrower, if known.
    pub borrower_id: Option<String>,
    /// 0-based turn, where it is about one.
    pub turn: Option<u64>,
    /// How it came out, by key: verdict, severity, score, accepted.
    pub outcome: BTreeMap<&'static str, String>,
}

/// One result file.
#[derive(Debug, Clone, Default)]
pub struct Results {
    /// Findings by fingerprint; those that share one, in order.
    pub findings: BTreeMap<String, Vec<Found>>,
    /// Verdicts by kind of record (`call`, `borrower`, `collector`) and id.
    pub verdicts: BTreeMap<(&'static str, String), String>,
    /// Rules that were not checked, with the reason.
    pub not_checked: BTreeMap<String, String>,
    /// Hashes of what made the results: program, lexicon, profile, configuration, input. None where the file does not tell.
    pub prints: BTreeMap<&'static str, Option<String>>,
    ended: bool,
}

/// Kinds of records with a verdict: type, the key of the array in a document, the key of the id.
const JUDGED: [(&str, &str, &str); 3] = [
    ("call", "calls", "call_id"),
    ("borrower", "borrowers", "borrower_id"),
    ("collector", "collectors", "collector_id"),
];

impl Results {
    /// Reads a file of JSON or JSON Lines.
    ///
    /// # Errors
    /// When it cannot be read, is none of this program's results, or was cut short.
    pub fn read(path: &Path) -> Result<Results, Error> {
        let lost = |source| Error::Read { path: path.to_owned(), source };
        let file = File::open(path).map_err(lost)?;
        let mut reader = BufReader::new(file);
        let mut first = String::new();
        while first.trim().is_empty() {
            first.clear();
            if reader.read_line(&mut first).map_err(lost)? == 0 {
                return Err(fault(path, 0, "empty: no result of a scan"));
            }
        }
        let typed = serde_json::from_str::<Value>(&first).is_ok_and(|v| v["type"].is_string());
        let results = if typed { lines(path, &first, reader)? } else { document(path, first, reader)? };
        if results.ended {
            return Ok(results);
        }
        Err(fault(path, 0, "holds no summary: the file was cut short, or is no result of a scan"))
    }

    fn record(&mut self, kind: &str, record: &Value) {
        match kind {
            "finding" => self.finding(record),
            "summary" => self.summary(record),
            _ => {
                if let Some((kind, _, id)) = JUDGED.iter().find(|(name, ..)| *name == kind) {
                    let key = (*kind, text(record, id));
                    self.verdicts.insert(key, text(record, "verdict"));
                }
            }
        }
    }

    fn finding(&mut self, record: &Value) {
        let known = |key: &str| record[key].as_str().map(str::to_owned);
        let mut outcome: BTreeMap<&'static str, String> =
            ["verdict", "severity"].into_iter().map(|key| (key, text(record, key))).collect();
        outcome.insert("score", record["score"].to_string());
        let accepted = record["accepted"]["by"].as_str().unwrap_or("no");
        outcome.insert("accepted", accepted.to_owned());
        for key in ["count", "limit"].into_iter().filter(|key| record[*key].is_u64()) {
            outcome.insert(key, record[key].to_string());
        }
        let found = Found {
            rule: text(record, "rule"),
            call_id: known("call_id"),
            borrower_id: known("borrower_id"),
            turn: record["turn"].as_u64(),
            outcome,
        };
        self.findings.entry(text(record, "fingerprint")).or_default().push(found);
    }

    fn summary(&mut self, record: &Value) {
        let known = |value: &Value| value.as_str().map(str::to_owned);
        self.ended = true;
        self.prints = BTreeMap::from([
            ("program", known(&record["version"])),
            ("lexicon", known(&record["lexicon"])),
            ("profile", known(&record["profile"])),
            ("configuration", known(&record["run"]["configuration"])),
            ("input", known(&record["run"]["input"])),
        ]);
        let reasons = record["not_checked"].as_object().into_iter().flatten();
        self.not_checked =
            reasons.map(|(rule, why)| (rule.clone(), why.as_str().unwrap_or_default().to_owned())).collect();
    }
}

fn text(record: &Value, key: &str) -> String {
    record[key].as_str().unwrap_or_default().to_owned()
}

fn fault(path: &Path, line: usize, message: &str) -> Error {
    Error::Rules(vec![Fault { file: path.display().to_string(), line, message: message.to_owned() }])
}

/// One record a line.
fn lines(path: &Path, first: &str, mut reader: impl BufRead) -> Result<Results, Error> {
    let mut results = Results::default();
    let (mut line, mut number) = (first.to_owned(), 1);
    loop {
        if !line.trim().is_empty() {
            let record: Value = serde_json::from_str(&line)
                .map_err(|e| fault(path, number, &format!("no record of JSON: {e}")))?;
            let Some(kind) = record["type"].as_str().map(str::to_owned) else {
                return Err(fault(path, number, "a record without `type`: no result of a scan"));
            };
            results.record(&kind, &record);
        }
        line.clear();
        number += 1;
        let read = reader.read_line(&mut line);
        if read.map_err(|source| Error::Read { path: path.to_owned(), source })? == 0 {
            return Ok(results);
        }
    }
}

/// One document.
fn document(path: &Path, mut text: String, mut reader: impl Read) -> Result<Results, Error> {
    reader.read_to_string(&mut text).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let document: Value = serde_json::from_str(&text)
        .map_err(|e| fault(path, e.line(), &format!("neither JSON nor JSON Lines: {e}")))?;
    let mut results = Results::default();
    let array = |key: &str| document[key].as_array().into_iter().flatten();
    array("findings").for_each(|record| results.record("finding", record));
    for (kind, key, _) in JUDGED {
        array(key).for_each(|record| results.record(kind, record));
    }
    if document["summary"].is_object() {
        results.record("summary", &document["summary"]);
    }
    Ok(results)
}

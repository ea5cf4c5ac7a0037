//! What is written.

use serde_json::{Map, Value, json};

use super::Document;
use crate::compare::Difference;
use crate::evaluate::Results;
use crate::explain::{Explained, WhyNot};
use crate::model::accepted::Audit;
use crate::model::finding::{Finding, FrequencyFinding};
use crate::model::notice::Notice;
use crate::model::scan::{AgencyRecord, CallRecord, Care, PartyRecord, Totals};

/// The kinds of records of a scan.
struct Records {
    finding: Value,
    care: Value,
    call: Value,
    borrower: Value,
    collector: Value,
    agency: Value,
    notice: Value,
    summary: Value,
}

impl Records {
    fn of(document: &mut Document) -> Records {
        let words = document.of::<Finding>();
        let counts = document.of::<FrequencyFinding>();
        let audits = document.of::<Audit>();
        let party = document.of::<PartyRecord>();
        let with = |key: &str| json!({ "allOf": [party, { "required": [key], "properties": { key: { "type": "string" } } }] });
        Records {
            finding: json!({
                "description": "A finding in words has a `turn`, one of a counting rule has `calls`, one about suppressions has the group `suppression`.",
                "anyOf": [words, counts, audits],
            }),
            care: document.of::<Care>(),
            call: document.of::<CallRecord>(),
            borrower: with("borrower_id"),
            collector: with("collector_id"),
            agency: document.of::<AgencyRecord>(),
            notice: document.of::<Notice>(),
            summary: summary(document),
        }
    }

    fn by_type(&self) -> [(&'static str, &Value); 8] {
        [
            ("finding", &self.finding),
            ("care", &self.care),
            ("call", &self.call),
            ("borrower", &self.borrower),
            ("collector", &self.collector),
            ("agency", &self.agency),
            ("notice", &self.notice),
            ("summary", &self.summary),
        ]
    }
}

/// Totals, versions and definitions.
fn summary(document: &mut Document) -> Value {
    let text = || json!({ "type": "string" });
    let texts = || json!({ "type": "object", "additionalProperties": { "type": "string" } });
    object(
        &[
            ("schema", json!({ "const": 1 }), "Version of the contract."),
            ("version", text(), "Version of the program."),
            ("lexicon", text(), "Hash of the lexicon."),
            ("profile", text(), "Counting rules."),
            (
                "run",
                object(
                    &[
                        ("input", text(), "Hash of everything that was read."),
                        ("configuration", text(), "Hash of everything that was set."),
                        ("settings", texts(), "What was set that lexicon and profile do not tell."),
                    ],
                    "What the run read and was set to.",
                ),
                "",
            ),
            ("timezone", text(), "Zone in which days and hours are counted."),
            (
                "effective_min_seconds",
                json!({ "type": "integer", "minimum": 0 }),
                "From so many seconds a call is effective.",
            ),
            (
                "definitions",
                json!({ "type": "object", "additionalProperties": { "type": "object" } }),
                "What each counting rule tests.",
            ),
            (
                "counts_are_lower_bounds",
                json!({ "type": "boolean" }),
                "There may be calls that nobody has shown.",
            ),
            ("totals", document.of::<Totals>(), ""),
            (
                "connected_without_transcript",
                json!({ "type": "array", "items": { "type": "string" } }),
                "Ids of answered calls without a transcript.",
            ),
            ("not_checked", texts(), "Rules that could not be tested, with the reason."),
        ],
        "Totals, versions and definitions of the run: the last record.",
    )
}

/// An object with these keys, all of them required.
fn object(keys: &[(&str, Value, &str)], about: &str) -> Value {
    let described = |(key, schema, about): &(&str, Value, &str)| {
        let mut schema = schema.clone();
        if !about.is_empty() {
            schema["description"] = json!(about);
        }
        ((*key).to_owned(), schema)
    };
    json!({
        "type": "object",
        "description": about,
        "required": keys.iter().map(|(key, ..)| *key).collect::<Vec<_>>(),
        "properties": keys.iter().map(described).collect::<Map<String, Value>>(),
    })
}

/// A line: what its type says.
pub fn scan_jsonl() -> Value {
    let mut document = Document::written();
    let records = Records::of(&mut document);
    let names: Vec<&str> = records.by_type().iter().map(|(name, _)| *name).collect();
    let cases: Vec<Value> = records
        .by_type()
        .iter()
        .map(
            |(name, schema)| json!({ "if": { "properties": { "type": { "const": name } } }, "then": schema }),
        )
        .collect();
    let schema = json!({
        "type": "object",
        "description": "One record a line; the last is the summary.",
        "required": ["type"],
        "properties": { "type": { "enum": names } },
        "allOf": cases,
    });
    document.close("cuicha scan, a line of JSON Lines", schema)
}

/// One document with a list for each kind of record.
pub fn scan_json() -> Value {
    let mut document = Document::written();
    let r = Records::of(&mut document);
    let list = |schema: &Value| json!({ "type": "array", "items": schema });
    let schema = object(
        &[
            ("schema", json!({ "const": 1 }), "Version of the contract."),
            ("findings", list(&r.finding), ""),
            ("care", list(&r.care), ""),
            ("calls", list(&r.call), ""),
            ("borrowers", list(&r.borrower), ""),
            ("collectors", list(&r.collector), ""),
            ("agencies", list(&r.agency), ""),
            ("notices", list(&r.notice), ""),
            ("summary", r.summary.clone(), ""),
        ],
        "A whole scan.",
    );
    document.close("cuicha scan", schema)
}

/// Calls, explained.
pub fn explain() -> Value {
    let mut document = Document::written();
    let calls = json!({ "type": "array", "items": document.of::<Explained>() });
    document.close("cuicha explain", object(&[("calls", calls, "")], "Every match and what became of it."))
}

/// Why a rule found nothing.
pub fn why_not() -> Value {
    let mut document = Document::written();
    let answer = document.of::<WhyNot>();
    document.close("cuicha why-not", answer)
}

/// What was measured.
pub fn eval() -> Value {
    let mut document = Document::written();
    let results = document.of::<Results>();
    document.close("cuicha eval", results)
}

/// What changed between two results.
pub fn diff() -> Value {
    let mut document = Document::written();
    let difference = document.of::<Difference>();
    document.close("cuicha diff", difference)
}

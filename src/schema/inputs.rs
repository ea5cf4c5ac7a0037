//! What is read.

use serde_json::{Value, json};

use super::Document;
use crate::accepted::{BaselineHead, Known, SuppressionsFile};
use crate::decode::{MANIFEST_COLUMNS, Record, SIDECAR_KEYS};
use crate::labelled::{Labelled, truth::Truth};
use crate::model::rules::GROUPS;

/// The canonical record.
pub fn call() -> Value {
    let mut document = Document::read();
    document.of::<Record>();
    let mut schema = inlined(&mut document, "Record");
    // An unanswered call has no words.
    let unanswered = json!({ "properties": { "connected": { "enum": [false, "false", "no", "0", 0] } }, "required": ["connected"] });
    schema["anyOf"] = json!([{ "required": ["turns"] }, { "required": ["segments"] }, unanswered]);
    schema["description"] = json!("A call with what was said in it. Every key but the words is optional.");
    document.close("cuicha call", schema)
}

/// What stands beside a transcript: the same keys but the turns.
pub fn sidecar() -> Value {
    let mut document = Document::read();
    document.of::<Record>();
    let mut schema = inlined(&mut document, "Record");
    if let Some(keys) = schema["properties"].as_object_mut() {
        keys.retain(|key, _| SIDECAR_KEYS.contains(&key.as_str()));
    }
    schema["description"] = json!("What is known of the call of the transcript beside it.");
    schema["additionalProperties"] = json!(false);
    let mut schema = document.close("cuicha sidecar", schema);
    // Its turns are those of the transcript.
    schema.as_object_mut().map(|s| s.remove("$defs"));
    schema
}

/// A row of a manifest: every cell is text.
pub fn manifest() -> Value {
    let properties: serde_json::Map<String, Value> = MANIFEST_COLUMNS
        .iter()
        .map(|(column, about)| ((*column).to_owned(), json!({ "type": "string", "description": about })))
        .collect();
    let schema = json!({
        "type": "object",
        "description": "Cells of a row by the names of the columns; other names of them stand in lexicons/tables/call-log-columns.tsv.",
        "properties": properties,
        "anyOf": [
            { "required": ["recording"], "properties": { "recording": { "minLength": 1 } } },
            { "required": ["call_id"], "properties": { "call_id": { "minLength": 1 } } },
        ],
    });
    Document::read().close("cuicha manifest row", schema)
}

/// A line of a baseline: the first names the form, each other one a finding.
pub fn baseline() -> Value {
    let mut document = Document::read();
    let lines = json!({ "anyOf": [document.of::<BaselineHead>(), document.of::<Known>()] });
    document.close("cuicha baseline line", lines)
}

/// The file of suppressions.
pub fn suppressions() -> Value {
    let mut document = Document::read();
    document.of::<SuppressionsFile>();
    let mut schema = inlined(&mut document, "Document");
    schema["description"] = json!("Reviewed decisions that a finding does not count.");
    document.close("cuicha suppressions", schema)
}

/// A labelled utterance.
pub fn labelled() -> Value {
    let mut document = Document::read();
    document.of::<Labelled>();
    let mut schema = inlined(&mut document, "Labelled");
    schema["properties"]["labels"]["items"] = json!({ "enum": GROUPS });
    document.close("cuicha labelled utterance", schema)
}

/// What people say of a whole call.
pub fn truth() -> Value {
    let mut document = Document::read();
    document.of::<Truth>();
    let schema = inlined(&mut document, "Truth");
    document.close("cuicha truth of a call", schema)
}

/// A definition taken out to be the root.
fn inlined(document: &mut Document, name: &str) -> Value {
    document.generator.definitions_mut().remove(name).unwrap_or_default()
}

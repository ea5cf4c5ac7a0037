//! What is made from the table of keys: the commented file, and the schema for editors.

use std::fmt::Write;

use serde_json::{Value, json};

use super::keys::{KEYS, Kind};
use crate::model::messages::Voice;

/// A commented configuration file in which everything is as it is without one.
pub fn template(voice: Voice<'_>) -> String {
    let mut text = String::new();
    for line in ["config.scope", "config.more"] {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# {}", voice.say(line));
    }
    for key in KEYS {
        let about = match key.kind {
            Kind::Choice(known) => format!("{} ({})", voice.remark(key.about), known().join(", ")),
            _ => voice.remark(key.about),
        };
        let value = if key.default.is_empty() { key.example } else { key.default };
        let _ = write!(text, "\n# {about}\n# {} = {value}\n", key.name);
    }
    text
}

/// JSON Schema of the configuration file.
pub fn schema() -> Value {
    let property = |kind: Kind| match kind {
        Kind::Text | Kind::File | Kind::Profile => json!({ "type": "string" }),
        Kind::Folders => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Choice(known) => json!({ "type": "string", "enum": known() }),
        Kind::Number { most } => json!({ "type": "integer", "minimum": 0, "maximum": most }),
        Kind::Switch => json!({ "type": "boolean" }),
    };
    let properties = KEYS.iter().map(|key| {
        let mut one = property(key.kind);
        one["description"] = json!(key.about);
        if let Some(default) = default(key.default) {
            one["default"] = default;
        }
        (key.name.to_owned(), one)
    });
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "cuicha.toml",
        "type": "object",
        "additionalProperties": false,
        "properties": properties.collect::<serde_json::Map<String, Value>>(),
    })
}

/// The values of the table are spelled alike in TOML and in JSON.
fn default(written: &str) -> Option<Value> {
    serde_json::from_str(written).ok()
}

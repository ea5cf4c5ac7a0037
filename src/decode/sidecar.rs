//! Sidecars: `NAME.meta.json` beside a transcript, with the keys of the canonical record but its turns.

use serde_json::Value;

use super::charset::Charset;
use super::record::{Place, Record};
use super::{bytes, json};
use crate::model::facts::Facts;
use crate::model::notice::Notice;

/// End of the names of sidecars.
pub const SIDECAR: &str = ".meta.json";

/// Keys of a sidecar: those of the canonical record but its turns.
pub const KEYS: [&str; 16] = [
    "call_id",
    "borrower_id",
    "collector_id",
    "agent_id",
    "agency",
    "caller_number",
    "callee_number",
    "callee_role",
    "start",
    "started_at",
    "end",
    "ended_at",
    "duration_ms",
    "connected",
    "direction",
    "masked_words",
];

/// What a sidecar tells; nothing where it cannot be read. What is wrong with it goes into `notices`.
pub fn read_sidecar(file: &str, bytes: &[u8], charset: Charset, notices: &mut Vec<Notice>) -> Option<Facts> {
    match facts(file, bytes, charset, notices) {
        Ok(facts) => Some(facts),
        Err((line, why)) => {
            notices.push(Notice::lost(file, line, format!("{why}: the sidecar is not used")));
            None
        }
    }
}

type Wrong = (Option<usize>, String);

fn facts(file: &str, content: &[u8], charset: Charset, notices: &mut Vec<Notice>) -> Result<Facts, Wrong> {
    let text = bytes::beside(file, content, charset, notices).map_err(|why| (None, why))?;
    let text = text.trim_start_matches('\u{feff}');
    let wrong =
        |e: &serde_json::Error| (Some(e.line().max(1)), format!("{} (column {})", json::why(e), e.column()));
    let value: Value = serde_json::from_str(text).map_err(|e| wrong(&e))?;
    let Value::Object(keys) = &value else { return Err((Some(1), "not a JSON object".to_owned())) };
    if keys.contains_key("turns") || keys.contains_key("segments") {
        return Err((Some(1), "holds turns: it is a transcript and no sidecar".to_owned()));
    }
    for key in keys.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        let shown: String = key.chars().take(40).collect();
        notices.push(Notice::remark(file, None, format!("unknown key `{shown}`: it tells nothing")));
    }
    // Read from the text, so that what is wrong has its line.
    let record: Record = serde_json::from_str(text).map_err(|e| wrong(&e))?;
    let place = Place { file, stem: "", line: 1 };
    Ok(record.into_facts(&place, notices))
}

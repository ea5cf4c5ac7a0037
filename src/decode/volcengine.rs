//! Volcengine: recorded files, version 1 and the large model.

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, json};

/// The decoder.
pub struct Volcengine;

impl Decoder for Volcengine {
    fn name(&self) -> &'static str {
        "volcengine"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[
            &["resp.utterances"],
            &["result.utterances"],
            &["result[].utterances"],
            &["utterances[].start_time"],
            &["resp.code", "resp.message"],
        ]
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    let wrapped = match json::at(value, "result") {
        Some(Value::Array(results)) => results.iter().filter_map(|r| json::at(r, "utterances")).collect(),
        _ => Vec::new(),
    };
    let paths = ["result.utterances", "resp.utterances", "utterances"];
    let plain = paths.iter().find_map(|path| json::at(value, path));
    let lists: Vec<&Value> = plain.into_iter().chain(wrapped).collect();
    if lists.is_empty() {
        let why = json::first_label(value, &["resp.message", "message", "resp.code"]).unwrap_or_default();
        return vec![Conversation::failed(format!("no `utterances` in it (`{why}`)"))];
    }
    let mut out = Conversation::default();
    for utterance in lists.into_iter().filter_map(Value::as_array).flatten() {
        let voice = json::first_label(utterance, &["additions.speaker", "additions.channel_id", "speaker"]);
        let times = (json::millis(utterance, "start_time"), json::millis(utterance, "end_time"));
        out.push(json::words(utterance, "text"), voice, times.0, times.1);
    }
    vec![out]
}

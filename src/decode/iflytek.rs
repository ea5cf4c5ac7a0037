//! iFlytek: recorded files, version 1 (a list in a string) and version 2 (JSON in a string in a string).

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, json, tokens};

/// The decoder.
pub struct Iflytek;

impl Decoder for Iflytek {
    fn name(&self) -> &'static str {
        "iflytek"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[&["content.orderResult"], &["content.orderInfo"], &["data", "err_no"], &["[].onebest"]]
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    if json::at(value, "content").is_some() {
        return vec![version_2(value)];
    }
    let list = if value.is_array() {
        Some(std::borrow::Cow::Borrowed(value))
    } else {
        json::unpacked(value, "data")
    };
    let Some(list) = list.as_deref().and_then(Value::as_array) else {
        let why = json::first_label(value, &["failed", "err_no"]).unwrap_or_default();
        return vec![Conversation::failed(format!("`data` holds no list of sentences (`{why}`)"))];
    };
    let mut out = Conversation::default();
    for sentence in list {
        let times = (json::millis(sentence, "bg"), json::millis(sentence, "ed"));
        out.push(json::words(sentence, "onebest"), json::label(sentence, "speaker"), times.0, times.1);
    }
    vec![out]
}

fn version_2(value: &Value) -> Conversation {
    let Some(result) = json::unpacked(value, "content.orderResult") else {
        let paths = ["descInfo", "content.orderInfo.status"];
        let why = json::first_label(value, &paths).unwrap_or_default();
        return Conversation::failed(format!("`content.orderResult` holds no result (`{why}`)"));
    };
    let mut out = Conversation::default();
    // The second lattice is what was heard before it was smoothed.
    let full = json::list(&result, "lattice2");
    let lattice = if full.is_empty() { json::list(&result, "lattice") } else { full };
    for (index, part) in lattice.iter().enumerate() {
        match json::unpacked(part, "json_1best") {
            Some(best) => sentence(json::at(&best, "st").unwrap_or(&Value::Null), &mut out),
            None => out.lose(None, format!("segment {index} has no `json_1best`: skipped")),
        }
    }
    out
}

fn sentence(st: &Value, out: &mut Conversation) {
    let words = json::list(st, "rt").iter().flat_map(|rt| json::list(rt, "ws"));
    let words = words.filter_map(|word| json::list(word, "cw").first());
    // `g` marks the end of a paragraph and is no word.
    let words = words.filter(|word| json::at(word, "wp").and_then(Value::as_str) != Some("g"));
    let text = tokens::join(words.filter_map(|word| json::at(word, "w")?.as_str()));
    out.push(Some(text), json::label(st, "rl"), json::millis(st, "bg"), json::millis(st, "ed"));
}

//! FunASR: lists of the models, with and without speakers and punctuation, and the runtime's answer.

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, completeness, json, tokens};

/// The decoder.
pub struct Funasr;

impl Decoder for Funasr {
    fn name(&self) -> &'static str {
        "funasr"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[
            &["[].key", "[].text"],
            &["[].sentence_info"],
            &["sentence_info"],
            &["key", "text", "timestamp"],
            &["stamp_sents", "wav_name"],
            &["mode", "wav_name"],
        ]
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    match value {
        Value::Array(recordings) => recordings.iter().map(recording).collect(),
        one => vec![recording(one)],
    }
}

fn recording(value: &Value) -> Conversation {
    let mut out = Conversation::default();
    // A key that the recogniser made up tells nothing.
    out.id = json::first_label(value, &["key", "wav_name"]).filter(|key| !key.starts_with("rand_key_"));
    for sentence in json::list(value, "sentence_info") {
        let text = match json::at(sentence, "sentence") {
            Some(_) => json::words(sentence, "sentence"),
            None => json::words(sentence, "text"),
        };
        let times = (json::millis(sentence, "start"), json::millis(sentence, "end"));
        out.push(text, json::label(sentence, "spk"), times.0, times.1);
    }
    for sentence in json::list(value, "stamp_sents") {
        let text = json::words(sentence, "text_seg").map(|text| {
            let mark = json::words(sentence, "punc").unwrap_or_default();
            tokens::unspaced(&text) + mark.trim()
        });
        let times = (json::millis(sentence, "start"), json::millis(sentence, "end"));
        out.push(text, json::label(sentence, "spk"), times.0, times.1);
    }
    out.join_clauses();
    completeness::complete(&mut out, &json::words(value, "text").unwrap_or_default());
    if out.segments.is_empty() && json::at(value, "sentence_info").is_none() {
        sentences(value, &mut out);
    }
    out
}

/// Without sentences there is one text, and a time for each character or word that is no punctuation.
fn sentences(value: &Value, out: &mut Conversation) {
    let Some(text) = json::words(value, "text") else {
        out.lose(None, "neither `sentence_info` nor `text` in it");
        return;
    };
    let stamps = json::unpacked(value, "timestamp");
    let stamps = stamps.as_deref().and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let stamp =
        |n: usize, side: usize| stamps.get(n)?.get(side)?.as_f64().map(|ms| ms.max(0.0).round() as u64);
    let text = tokens::unspaced(&text);
    let timed = count(&text) == stamps.len();
    let mut first = 0;
    for sentence in tokens::sentences(&text) {
        let n = count(sentence);
        let times = if timed && n > 0 { (stamp(first, 0), stamp(first + n - 1, 1)) } else { (None, None) };
        out.push(Some(sentence.to_owned()), None, times.0, times.1);
        first += n;
    }
}

/// How many times the text has: one for a character of Chinese, one for a run of Latin letters and digits.
fn count(text: &str) -> usize {
    let mut inside = false;
    let starts = text.chars().filter(|c| {
        let before = std::mem::replace(&mut inside, c.is_ascii_alphanumeric() || *c == '\'');
        c.is_alphanumeric() && !(inside && before)
    });
    starts.count()
}

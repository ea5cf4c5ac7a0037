//! Alibaba Cloud: recorded files (version 4, callback of version 2), and Paraformer of Bailian.

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, json};

/// The decoder.
pub struct Aliyun;

impl Decoder for Aliyun {
    fn name(&self) -> &'static str {
        "aliyun"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[
            &["Result.Sentences"],
            &["StatusText", "StatusCode", "TaskId"],
            &["result[].begin_time", "status_text"],
            &["status_code", "status_text", "task_id"],
            &["transcripts[].sentences"],
        ]
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    let mut out = Conversation::default();
    if json::at(value, "transcripts").is_some() {
        for channel in json::list(value, "transcripts") {
            let voice = json::label(channel, "channel_id");
            for sentence in json::list(channel, "sentences") {
                let voice = json::label(sentence, "speaker_id").or_else(|| voice.clone());
                let times = (json::millis(sentence, "begin_time"), json::millis(sentence, "end_time"));
                out.push(json::words(sentence, "text"), voice, times.0, times.1);
            }
        }
        return vec![out];
    }
    let old = json::at(value, "status_text").is_some();
    let result = json::unpacked(value, if old { "result" } else { "Result" });
    let [text, start, end, channel] = if old {
        ["text", "begin_time", "end_time", "channel_id"]
    } else {
        ["Text", "BeginTime", "EndTime", "ChannelId"]
    };
    let sentences = result.as_deref().and_then(|r| if old { Some(r) } else { json::at(r, "Sentences") });
    let Some(sentences) = sentences.and_then(Value::as_array) else {
        return vec![without_result(value)];
    };
    for sentence in sentences {
        let times = (json::millis(sentence, start), json::millis(sentence, end));
        out.push(json::words(sentence, text), json::label(sentence, channel), times.0, times.1);
    }
    vec![out]
}

/// Success without words is a recording in which nobody speaks; anything else is not a result yet.
fn without_result(value: &Value) -> Conversation {
    let status = json::first_label(value, &["StatusText", "status_text"]).unwrap_or_default();
    if status.starts_with("SUCCESS") {
        return Conversation::default();
    }
    Conversation::failed(format!("the recogniser was not done or failed (`{status}`): no words in it"))
}

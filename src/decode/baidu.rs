//! Baidu: recorded files; each task of the answer is a call.

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, completeness, json};

/// The decoder.
pub struct Baidu;

impl Decoder for Baidu {
    fn name(&self) -> &'static str {
        "baidu"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[
            &["tasks_info[].task_result"],
            &["tasks_info.task_result"],
            &["tasks_info[].task_status"],
            &["tasks_info.task_status"],
        ]
    }

    fn unmasking(&self) -> &'static str {
        "set `switch_nlp_censor` to off"
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    match json::at(value, "tasks_info") {
        Some(Value::Array(tasks)) => tasks.iter().map(task).collect(),
        Some(one) => vec![task(one)],
        None => vec![Conversation::failed("`tasks_info` is missing")],
    }
}

fn task(task: &Value) -> Conversation {
    let mut out = Conversation::default();
    let status = json::label(task, "task_status").unwrap_or_default();
    let Some(result) = json::at(task, "task_result").filter(|_| matches!(status.as_str(), "" | "Success"))
    else {
        return Conversation::failed(format!(
            "the recogniser was not done or failed (`{status}`): no words in it"
        ));
    };
    for sentence in json::list(result, "detailed_result") {
        let times = (json::millis(sentence, "begin_time"), json::millis(sentence, "end_time"));
        // Files of one channel have a channel too; of two channels each is one speaker.
        let voice = json::first_label(sentence, &["speaker_id", "channel"]);
        out.push(json::words(sentence, "res"), voice, times.0, times.1);
    }
    completeness::complete(&mut out, &json::words(result, "result").unwrap_or_default());
    if json::at(result, "detailed_result").is_none() {
        out.push(json::words(result, "result"), None, None, None);
    }
    out
}

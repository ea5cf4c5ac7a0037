//! Amazon Transcribe and its Call Analytics.

use serde_json::Value;

use super::conversation::Conversation;
use super::tokens::{self, Token};
use super::{Decoded, Decoder, Document, json};

/// The decoder.
pub struct Amazon;

impl Decoder for Amazon {
    fn name(&self) -> &'static str {
        "amazon"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[
            &["results.transcripts"],
            &["Transcript[].Content"],
            &["ConversationCharacteristics", "Transcript"],
            &["jobName", "status", "accountId"],
        ]
    }

    fn unmasking(&self) -> &'static str {
        "transcribe without a vocabulary filter, or with `VocabularyFilterMethod` `tag`"
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    let mut out = Conversation::default();
    if json::at(value, "Transcript").is_some() {
        for part in json::list(value, "Transcript") {
            let voice = json::first_label(part, &["ParticipantRole", "ParticipantId"]);
            let times = (json::millis(part, "BeginOffsetMillis"), json::millis(part, "EndOffsetMillis"));
            out.push(json::words(part, "Content").map(|text| unspaced(&text)), voice, times.0, times.1);
        }
        return vec![out];
    }
    let Some(results) = json::at(value, "results") else {
        let status = json::label(value, "status").unwrap_or_default();
        let why = format!("the recogniser was not done or failed (`{status}`): no words in it");
        return vec![Conversation::failed(why)];
    };
    let parts = json::list(results, "audio_segments");
    for part in parts {
        let voice = json::first_label(part, &["speaker_label", "channel_label"]);
        let times = (json::seconds(part, "start_time"), json::seconds(part, "end_time"));
        out.push(json::words(part, "transcript").map(|text| unspaced(&text)), voice, times.0, times.1);
    }
    if parts.is_empty() {
        words(results, &mut out);
    }
    vec![out]
}

/// Text in which a space may stand between Chinese words.
fn unspaced(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { tokens::unspaced(text) }
}

/// Turns from single words: per channel where there are channels.
fn words(results: &Value, out: &mut Conversation) {
    let channels = json::list(results, "channel_labels.channels");
    if channels.is_empty() {
        out.segments.extend(tokens::turns(items(results, None)));
    }
    for channel in channels {
        let voice = json::label(channel, "channel_label");
        out.segments.extend(tokens::turns(items(channel, voice)));
    }
    if out.segments.is_empty() {
        for whole in json::list(results, "transcripts") {
            out.push(json::words(whole, "transcript").map(|text| unspaced(&text)), None, None, None);
        }
    }
}

fn items(of: &Value, voice: Option<String>) -> Vec<Token> {
    let one = |item: &Value| {
        let best = json::list(item, "alternatives").first()?;
        Some(Token {
            text: json::words(best, "content")?,
            voice: voice.clone().or_else(|| json::first_label(item, &["speaker_label", "channel_label"])),
            start_ms: json::seconds(item, "start_time"),
            end_ms: json::seconds(item, "end_time"),
        })
    };
    json::list(of, "items").iter().filter_map(one).collect()
}

//! Whisper and what writes as it does: faster-whisper, WhisperX, FunASR's server of the same interface.

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, json};

/// The decoder.
pub struct Whisper;

impl Decoder for Whisper {
    fn name(&self) -> &'static str {
        "whisper"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[
            &["segments[].start", "segments[].text"],
            &["[].start", "[].end", "[].text"],
            &["segments[]", "language"],
            &["segments", "word_segments"],
        ]
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    let mut out = Conversation::default();
    let segments = value.as_array().map_or_else(|| json::list(value, "segments"), Vec::as_slice);
    for segment in segments {
        let times = (json::seconds(segment, "start"), json::seconds(segment, "end"));
        let text = json::words(segment, "text");
        // Without a speaker of its own the segment belongs to whoever says its first word.
        let voice = json::label(segment, "speaker");
        let voice = voice.or_else(|| json::label(json::list(segment, "words").first()?, "speaker"));
        out.push(text, voice, times.0, times.1);
    }
    vec![out]
}

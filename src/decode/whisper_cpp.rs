//! whisper.cpp: its JSON, which may hold raw control characters, and lose a line that was no text.

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, json};

/// The decoder.
pub struct WhisperCpp;

impl Decoder for WhisperCpp {
    fn name(&self) -> &'static str {
        "whisper.cpp"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[&["transcription[].offsets"], &["transcription[].timestamps"], &["systeminfo", "transcription"]]
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        let decoded = json::decode(document, read);
        if decoded.notices.is_empty() {
            return decoded;
        }
        let mended = mend(document.text);
        json::decode(&Document { text: &mended, ..*document }, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    let mut out = Conversation::default();
    for segment in json::list(value, "transcription") {
        let times = (json::millis(segment, "offsets.from"), json::millis(segment, "offsets.to"));
        let voice = json::label(segment, "speaker").filter(|speaker| speaker != "?");
        out.push(json::words(segment, "text"), voice, times.0, times.1);
    }
    vec![out]
}

/// The JSON with control characters in its strings made spaces, and without commas that nothing follows.
fn mend(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let (mut inside, mut escaped) = (false, false);
    let mut comma = None;
    for c in text.chars() {
        if inside {
            inside = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            mended.push(if c.is_control() { ' ' } else { c });
            continue;
        }
        match c {
            '"' => (inside, comma) = (true, None),
            ',' => comma = Some(mended.len()),
            '}' | ']' => {
                if let Some(at) = comma.take() {
                    mended.replace_range(at..=at, " ");
                }
            }
            c if c.is_whitespace() => {}
            _ => comma = None,
        }
        mended.push(c);
    }
    mended
}

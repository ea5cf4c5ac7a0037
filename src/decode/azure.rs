//! Azure Speech: batch and fast transcription.

use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Decoder, Document, json, tokens};

/// The decoder.
pub struct Azure;

impl Decoder for Azure {
    fn name(&self) -> &'static str {
        "azure"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[&["recognizedPhrases"], &["combinedPhrases", "phrases"], &["phrases[].offsetMilliseconds"]]
    }

    fn unmasking(&self) -> &'static str {
        "set `profanityFilterMode` to `None`"
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    let mut out = Conversation::default();
    for phrase in json::list(value, "phrases") {
        push(phrase, json::words(phrase, "text"), &mut out);
    }
    for phrase in json::list(value, "recognizedPhrases") {
        // Silence and noise are listed too.
        if json::label(phrase, "recognitionStatus").is_none_or(|status| status == "Success") {
            push(phrase, best(phrase), &mut out);
        }
    }
    vec![out]
}

fn push(phrase: &Value, text: Option<String>, out: &mut Conversation) {
    let start = moment(phrase, ["offsetMilliseconds", "offsetInTicks", "offset"]);
    let length = moment(phrase, ["durationMilliseconds", "durationInTicks", "duration"]);
    let end = start.zip(length).and_then(|(start, length)| start.checked_add(length));
    let voice = json::first_label(phrase, &["speaker", "channel"]);
    out.push(text, voice, start, end);
}

/// The form with punctuation, unless words are masked in it that another form has.
fn best(phrase: &Value) -> Option<String> {
    let best = json::list(phrase, "nBest").first()?;
    let display = json::words(best, "display");
    let plain = display.clone().filter(|text| !text.contains('*'));
    let other = || json::words(best, "itn").filter(|text| !text.contains('*'));
    let lexical = || json::words(best, "lexical").map(|text| tokens::unspaced(&text));
    plain.or_else(other).or_else(lexical).or(display)
}

/// Milliseconds, ticks of 100 nanoseconds, or `PT1M2.5S`.
fn moment(phrase: &Value, [ms, ticks, iso]: [&str; 3]) -> Option<u64> {
    json::millis(phrase, ms).or_else(|| json::time(phrase, ticks, 1e-4)).or_else(|| {
        let text = json::at(phrase, iso)?.as_str()?;
        let time: jiff::SignedDuration = text.parse().ok()?;
        u64::try_from(time.as_millis()).ok()
    })
}

//! Google Speech-to-Text, version 1 and 2.

use serde_json::Value;

use super::conversation::Conversation;
use super::tokens::{self, Token};
use super::{Decoded, Decoder, Document, json};

/// The decoder.
pub struct Google;

impl Decoder for Google {
    fn name(&self) -> &'static str {
        "google"
    }

    fn marks(&self) -> &'static [&'static [&'static str]] {
        &[
            &["results[].alternatives"],
            &["response.results[].alternatives"],
            &["results[].resultEndTime"],
            &["results[].resultEndOffset"],
        ]
    }

    fn unmasking(&self) -> &'static str {
        "set `profanityFilter` to false"
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        json::decode(document, read)
    }
}

fn read(value: &Value) -> Vec<Conversation> {
    let results = json::at(value, "response").unwrap_or(value);
    let results: Vec<Spoken<'_>> = json::list(results, "results").iter().filter_map(Spoken::of).collect();
    let mut out = Conversation::default();
    let repeats = results.last().is_some_and(|last| last.repeats(&results[..results.len() - 1]));
    let from = if repeats { results.len() - 1 } else { 0 };
    for spoken in &results[from..] {
        spoken.push(&mut out);
    }
    vec![out]
}

/// One result: its text and words.
struct Spoken<'a> {
    text: Option<String>,
    words: Vec<Token>,
    result: &'a Value,
}

impl<'a> Spoken<'a> {
    fn of(result: &'a Value) -> Option<Spoken<'a>> {
        let best = json::list(result, "alternatives").first()?;
        let words = json::list(best, "words").iter().map(word).collect();
        Some(Spoken { text: json::words(best, "transcript"), words, result })
    }

    /// With speakers told apart the last result has all words of the recording once more, now with speakers.
    fn repeats(&self, before: &[Spoken<'_>]) -> bool {
        let earlier = before.iter().map(|s| s.words.len()).sum::<usize>();
        let begins = before.iter().flat_map(|s| &s.words).filter_map(|w| w.start_ms).min();
        let told = self.words.iter().all(|w| w.voice.is_some());
        let first = self.words.first().and_then(|w| w.start_ms);
        earlier > 0 && told && self.words.len() >= earlier && first <= begins
    }

    /// Whether the words are all of the text.
    fn is_timed(&self) -> bool {
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).count();
        let words: usize = self.words.iter().map(|w| letters(&w.text)).sum();
        self.text.as_deref().is_none_or(|text| words >= letters(text))
    }

    fn push(&self, out: &mut Conversation) {
        let channel = json::label(self.result, "channelTag").filter(|tag| tag != "0");
        let first = self.words.first().and_then(|w| w.voice.as_ref());
        if self.words.iter().any(|w| w.voice.as_ref() != first) {
            out.segments.extend(tokens::turns(self.words.clone()));
            return;
        }
        let start = self.words.first().and_then(|w| w.start_ms);
        // Where not every word has a time, that of the last one is not the end.
        let end = self.words.last().and_then(|w| w.end_ms).filter(|_| self.is_timed());
        let end = end.or_else(|| json::seconds(self.result, "resultEndTime"));
        let end = end.or_else(|| json::seconds(self.result, "resultEndOffset"));
        let end = end.or_else(|| self.words.last().and_then(|w| w.end_ms));
        let spoken = || tokens::join(self.words.iter().map(|w| w.text.as_str()));
        let text = self.text.clone().filter(|t| !t.trim().is_empty()).or_else(|| Some(spoken()));
        out.push(text, first.cloned().or(channel), start, end);
    }
}

fn word(word: &Value) -> Token {
    let first = |paths: [&str; 2]| paths.iter().find_map(|path| json::seconds(word, path));
    Token {
        text: json::words(word, "word").unwrap_or_default(),
        voice: json::first_label(word, &["speakerLabel", "speakerTag"])
            .filter(|l| !matches!(l.as_str(), "0" | "")),
        // A time of nought is left out.
        start_ms: first(["startOffset", "startTime"]).or(Some(0)),
        end_ms: first(["endOffset", "endTime"]),
    }
}

//! Kaldi's `text`: an utterance a line, its name first. Without the tables beside it names of the form `speaker-recording-start-end` tell the rest, in hundredths.

mod tables;

use std::collections::BTreeMap;

use super::content::Content;
use super::conversation::{Conversation, Segment};
use super::{Decoded, Decoder, Document, tokens};

pub use tables::{TABLES, decode_tables, is_table};

/// Least digits of a time in a name.
const DIGITS: usize = 5;

/// The decoder.
pub struct Kaldi;

impl Decoder for Kaldi {
    fn name(&self) -> &'static str {
        "kaldi"
    }

    fn recognises(&self, content: &Content<'_>) -> bool {
        let mut lines = content.lines().take(20).peekable();
        lines.peek().is_some() && lines.all(|line| Name::of(line).is_some())
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        let mut recordings: BTreeMap<&str, (usize, Conversation)> = BTreeMap::new();
        let mut decoded = Decoded::default();
        let mut lost = Conversation::default();
        let mut beside = 0;
        for (number, line) in (document.first_line..).zip(document.text.lines()) {
            let line = line.trim_start_matches('\u{feff}').trim();
            let Some(name) = Name::of(line) else {
                if !line.is_empty() {
                    lost.lose(Some(number), "no name of an utterance: skipped");
                }
                continue;
            };
            if name.words.is_ascii() {
                beside += 1;
                continue;
            }
            let entry = recordings
                .entry(name.recording)
                .or_insert_with(|| (number, Conversation::named(name.recording)));
            entry.1.segments.push(Segment {
                text: tokens::unspaced(name.words),
                voice: Some(name.speaker.to_owned()),
                start_ms: Some(name.start_ms),
                end_ms: Some(name.end_ms),
                line: Some(number),
            });
        }
        if recordings.is_empty() && beside > 0 {
            lost.remark("tables of Kaldi that stand beside `text` have no words: not read");
        }
        let mut recordings: Vec<(usize, Conversation)> = recordings.into_values().collect();
        recordings.sort_by_key(|(line, _)| *line);
        for (line, out) in recordings {
            out.finish(document, line, None, &mut decoded);
        }
        lost.tell(document, document.first_line, &mut decoded);
        decoded
    }
}

/// The name of an utterance and its words.
struct Name<'a> {
    speaker: &'a str,
    recording: &'a str,
    start_ms: u64,
    end_ms: u64,
    words: &'a str,
}

impl<'a> Name<'a> {
    fn of(line: &'a str) -> Option<Name<'a>> {
        let (name, words) = line.split_once([' ', '\t'])?;
        let (rest, end) = name.rsplit_once('-')?;
        let (who, start) = rest.rsplit_once(['-', '_'])?;
        let (speaker, recording) = who.split_once('-').unwrap_or((who, who));
        let (start, end) = (hundredths(start)?, hundredths(end)?);
        (start <= end && !who.is_empty()).then_some(Name {
            speaker,
            recording,
            start_ms: start,
            end_ms: end,
            words,
        })
    }
}

fn hundredths(text: &str) -> Option<u64> {
    let digits = text.len() >= DIGITS && text.len() <= 12 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse::<u64>().ok().map(|n| n * 10) } else { None }
}

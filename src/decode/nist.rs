//! Tables of NIST: ctm, a word a line with its length, and stm, a turn a line with its end. Channels are no speakers; stm names them.

use std::collections::BTreeMap;

use super::content::Content;
use super::conversation::{Conversation, Segment};
use super::tokens::{self, Token};
use super::{Decoded, Decoder, Document, lines};

/// The decoder.
pub struct Nist;

impl Decoder for Nist {
    fn name(&self) -> &'static str {
        "ctm/stm"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ctm", "stm"]
    }

    fn recognises(&self, content: &Content<'_>) -> bool {
        let mut lines = content.lines().filter(|line| !line.starts_with(";;")).take(20).peekable();
        lines.peek().is_some() && lines.all(|line| row(line).is_some())
    }

    fn expects(&self) -> &'static str {
        "rows of ctm or stm"
    }

    fn takes(&self, line: &str) -> bool {
        line.starts_with(";;") || row(line).is_some()
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        let mut recordings: BTreeMap<&str, Recording> = BTreeMap::new();
        for (number, line) in lines::of(document.text, document.first_line) {
            let line = line.trim_start_matches('\u{feff}').trim();
            if line.is_empty() || line.starts_with(";;") {
                continue;
            }
            let file = line.split_whitespace().next().unwrap_or_default();
            let recording = recordings.entry(file).or_insert_with(|| Recording::new(file, number));
            match row(line) {
                Some(Row::Word(token)) => recording.words.push(token),
                Some(Row::Turn(segment)) => {
                    recording.out.segments.push(Segment { line: Some(number), ..segment });
                }
                Some(Row::Nothing) => {}
                None => recording.out.lose(Some(number), "neither a row of ctm nor of stm: skipped"),
            }
        }
        let mut recordings: Vec<Recording> = recordings.into_values().collect();
        recordings.sort_by_key(|recording| recording.line);
        let mut decoded = Decoded::default();
        for recording in recordings {
            recording.finish(document, &mut decoded);
        }
        decoded
    }
}

/// What one recording of the table holds.
struct Recording {
    line: usize,
    words: Vec<Token>,
    out: Conversation,
}

impl Recording {
    fn new(name: &str, line: usize) -> Recording {
        Recording { line, words: Vec::new(), out: Conversation::named(name) }
    }

    fn finish(mut self, document: &Document<'_>, decoded: &mut Decoded) {
        self.words.sort_by_key(|word| word.start_ms);
        self.out.segments.extend(tokens::turns(self.words));
        self.out.finish(document, self.line, None, decoded);
    }
}

enum Row {
    Word(Token),
    Turn(Segment),
    /// A stretch that is not to be looked at.
    Nothing,
}

fn row(line: &str) -> Option<Row> {
    let fields: Vec<&str> = line.split_whitespace().take(6).collect();
    if let [_, channel, start, length, word, ..] = fields[..]
        && let (Some(start), Some(length)) = (seconds(start), seconds(length))
    {
        let end = start.checked_add(length);
        let token =
            Token { text: word.to_owned(), voice: channel_name(channel), start_ms: Some(start), end_ms: end };
        return Some(Row::Word(token));
    }
    let [_, _, who, start, end, ..] = fields[..] else { return None };
    let times = (Some(seconds(start)?), Some(seconds(end)?));
    let mut words: Vec<&str> = line.split_whitespace().skip(5).collect();
    if words.first().is_some_and(|word| word.starts_with('<') && word.ends_with('>')) {
        words.remove(0);
    }
    if words.first().is_some_and(|word| word.eq_ignore_ascii_case("IGNORE_TIME_SEGMENT_IN_SCORING")) {
        return Some(Row::Nothing);
    }
    let voice = Some(who.to_owned());
    Some(Row::Turn(Segment {
        text: tokens::join(words),
        voice,
        start_ms: times.0,
        end_ms: times.1,
        line: None,
    }))
}

/// A channel called `A` is not the speaker whom transcripts call so.
fn channel_name(channel: &str) -> Option<String> {
    Some(format!("channel {channel}"))
}

fn seconds(text: &str) -> Option<u64> {
    let ms = (text.parse::<f64>().ok()? * 1000.0).round();
    (0.0..9.0e15).contains(&ms).then_some(ms as u64)
}

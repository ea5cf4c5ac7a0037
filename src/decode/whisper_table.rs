//! Tables of Whisper: TSV of the original and of WhisperX, CSV of whisper.cpp. Times are milliseconds, the words come last.

use super::content::Content;
use super::conversation::{Conversation, Segment};
use super::{Decoded, Decoder, Document, lines};

/// The decoder.
pub struct WhisperTable;

impl Decoder for WhisperTable {
    fn name(&self) -> &'static str {
        "whisper table"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["tsv", "csv"]
    }

    fn recognises(&self, content: &Content<'_>) -> bool {
        content.lines().next().is_some_and(|line| header(line).is_some())
    }

    fn expects(&self) -> &'static str {
        "a first line `start,end,[speaker,]text`"
    }

    fn takes(&self, line: &str) -> bool {
        header(line).is_some()
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        let mut out = Conversation::default();
        let mut columns = None;
        for (number, line) in lines::of(document.text, document.first_line) {
            let line = line.trim_start_matches('\u{feff}');
            match columns {
                None => columns = header(line.trim()),
                Some(_) if line.trim().is_empty() => {}
                Some((sign, speaker)) => match row(line, sign, speaker) {
                    Some(segment) => out.segments.push(Segment { line: Some(number), ..segment }),
                    // The words of whisper.cpp may hold line ends.
                    None => match out.segments.last_mut().filter(|_| sign == ',') {
                        Some(segment) => segment.text.push_str(line),
                        None => out.lose(Some(number), "no row of start, end and words: skipped"),
                    },
                },
            }
        }
        if let Some((',', _)) = columns {
            out.segments.iter_mut().for_each(|s| s.text = unquoted(&s.text));
        }
        let mut decoded = Decoded::default();
        out.finish(document, document.first_line, None, &mut decoded);
        decoded
    }
}

/// The separator, and whether there is a column of speakers.
fn header(line: &str) -> Option<(char, bool)> {
    match line {
        "start\tend\ttext" => Some(('\t', false)),
        "start\tend\tspeaker\ttext" => Some(('\t', true)),
        "start,end,text" => Some((',', false)),
        "start,end,speaker,text" => Some((',', true)),
        _ => None,
    }
}

fn row(line: &str, sign: char, speaker: bool) -> Option<Segment> {
    let (start, rest) = line.split_once(sign)?;
    let (end, rest) = rest.split_once(sign)?;
    let (voice, text) = if speaker { rest.split_once(sign)? } else { ("", rest) };
    let voice = Some(voice.trim().trim_matches('"')).filter(|v| !matches!(*v, "" | "?"));
    Some(Segment {
        text: text.to_owned(),
        voice: voice.map(str::to_owned),
        start_ms: Some(start.trim().parse().ok()?),
        end_ms: Some(end.trim().parse().ok()?),
        line: None,
    })
}

/// Quotes inside are doubled, or have a backslash before them in older files.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    let inner = text.strip_prefix('"').map_or(text, |rest| rest.strip_suffix('"').unwrap_or(rest));
    inner.replace("\"\"", "\"").replace("\\\"", "\"")
}

//! Subtitles: SRT and WebVTT. A speaker stands in a voice tag, or as a label before the words.

use super::content::Content;
use super::conversation::{Conversation, Segment};
use super::mark::{self, Who};
use super::{Decoded, Decoder, Document, lines, speaker, tokens};

/// The decoder.
pub struct Subtitle;

impl Decoder for Subtitle {
    fn name(&self) -> &'static str {
        "subtitle"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["srt", "vtt"]
    }

    fn recognises(&self, content: &Content<'_>) -> bool {
        let json = content.start().starts_with(['{', '[']);
        content.start().starts_with("WEBVTT")
            || (!json && content.lines().take(20).any(|line| matches!(times(line), Some(Ok(_)))))
    }

    fn expects(&self) -> &'static str {
        "`WEBVTT` or a line with `-->` between two times"
    }

    fn takes(&self, line: &str) -> bool {
        matches!(times(line), Some(Ok(_)))
    }

    fn decode(&self, document: &Document<'_>) -> Decoded {
        let mut reader = Reader::default();
        for (number, line) in lines::of(document.text, document.first_line) {
            reader.line(number, line.trim_start_matches('\u{feff}').trim());
        }
        reader.close();
        let mut decoded = Decoded::default();
        reader.out.finish(document, document.first_line, None, &mut decoded);
        decoded
    }
}

/// The lines of a cue so far.
#[derive(Default)]
struct Cue {
    line: usize,
    start: u64,
    end: u64,
    text: Vec<(String, bool)>,
}

#[derive(Default)]
struct Reader {
    out: Conversation,
    cue: Option<Cue>,
    /// The line before was blank.
    blank: bool,
    /// Inside a note or a style, which a blank line ends.
    aside: bool,
}

impl Reader {
    fn line(&mut self, number: usize, line: &str) {
        if line.is_empty() {
            (self.blank, self.aside) = (true, false);
            return;
        }
        match times(line) {
            Some(Ok((start, end))) => {
                self.drop_name();
                self.close();
                self.aside = false;
                self.cue = Some(Cue { line: number, start, end, text: Vec::new() });
            }
            Some(Err(())) => {
                self.drop_name();
                self.close();
                self.out.lose(Some(number), "not a time `00:00:00.000 --> 00:00:00.000`: cue skipped");
            }
            None => {
                let word = line.split([' ', '\t']).next().unwrap_or_default();
                self.aside |= self.blank && matches!(word, "NOTE" | "STYLE" | "REGION");
                if let Some(cue) = self.cue.as_mut().filter(|_| !self.aside) {
                    cue.text.push((line.to_owned(), self.blank));
                }
            }
        }
        self.blank = false;
    }

    /// The line right before the times is the number or name of the new cue, if a blank line or nothing but digits sets it off.
    fn drop_name(&mut self) {
        if let Some(cue) = &mut self.cue
            && let Some((line, after_blank)) = cue.text.last()
            && !self.blank
            && (*after_blank || line.chars().all(|c| c.is_ascii_digit()))
        {
            cue.text.pop();
        }
    }

    fn close(&mut self) {
        let Some(cue) = self.cue.take() else { return };
        let first = self.out.segments.len();
        for (line, _) in cue.text {
            for part in voices(&line) {
                let (voice, words) = voice(part);
                let text = plain(words);
                match self.out.segments[first..].last_mut().filter(|_| voice.is_none()) {
                    Some(segment) => tokens::append(&mut segment.text, &text),
                    None => self.out.segments.push(Segment {
                        text,
                        voice,
                        start_ms: Some(cue.start),
                        end_ms: Some(cue.end),
                        line: Some(cue.line),
                    }),
                }
            }
        }
    }
}

/// The parts of a line, each of which begins with a voice tag but perhaps the first.
fn voices(line: &str) -> Vec<&str> {
    let mut cuts: Vec<usize> = line.match_indices("<v").map(|(at, _)| at).filter(|at| *at > 0).collect();
    cuts.insert(0, 0);
    cuts.push(line.len());
    cuts.windows(2).map(|pair| &line[pair[0]..pair[1]]).filter(|part| !part.is_empty()).collect()
}

/// Who speaks, and the words.
fn voice(part: &str) -> (Option<String>, &str) {
    let tag = part.strip_prefix("<v").filter(|rest| rest.starts_with([' ', '.', '\t']));
    if let Some((name, words)) = tag.and_then(|rest| rest.split_once('>')) {
        let name = name.split_once([' ', '\t']).map_or("", |(_, name)| name).trim();
        return (Some(name.to_owned()), words);
    }
    let read = mark::read(part);
    match read.who {
        Who::Known(_) if read.clock.is_none() => {
            let label = part[..part.len() - read.text.len()]
                .trim_matches([' ', '[', ']', ':', '\u{ff1a}', '\u{3010}', '\u{3011}']);
            let label = speaker::role(label)
                .map_or_else(|| label.split([' ', '(', '\u{ff08}']).next().unwrap_or_default(), |_| label);
            (Some(label.to_owned()), read.text)
        }
        _ => (None, part),
    }
}

/// The words without tags, and with what stands for signs put back.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        plain.push_str(&rest[..at]);
        let tag = &rest[at..];
        let is_tag = tag[1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '/');
        match tag.find('>').filter(|_| is_tag) {
            Some(end) => rest = &tag[end + 1..],
            None => {
                plain.push('<');
                rest = &tag[1..];
                if !tag.contains('>') {
                    break;
                }
            }
        }
    }
    plain.push_str(rest);
    if !plain.contains('&') {
        return plain;
    }
    let signs = [("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&lrm;", ""), ("&rlm;", ""), ("&amp;", "&")];
    signs.iter().fold(plain, |text, (name, sign)| text.replace(name, sign))
}

/// The times of a line with an arrow: nothing if it has none, an error if they are none.
fn times(line: &str) -> Option<Result<(u64, u64), ()>> {
    let (start, rest) = line.split_once("-->")?;
    let end = rest.split_whitespace().next().unwrap_or_default();
    Some(clock(start.trim()).zip(clock(end)).ok_or(()))
}

/// `[hours:]minutes:seconds,thousandths`, with a comma or a point.
fn clock(text: &str) -> Option<u64> {
    let (whole, part) = text.split_once([',', '.']).unwrap_or((text, "0"));
    let mut seconds: u64 = 0;
    let fields: Vec<&str> = whole.split(':').collect();
    if !(2..=3).contains(&fields.len()) {
        return None;
    }
    for field in fields {
        seconds = seconds.checked_mul(60)?.checked_add(number(field)?)?;
    }
    let digits = part.len();
    let part = number(part).filter(|_| (1..=3).contains(&digits))?;
    seconds.checked_mul(1000)?.checked_add(part * [100, 10, 1][digits - 1])
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.len() <= 6 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

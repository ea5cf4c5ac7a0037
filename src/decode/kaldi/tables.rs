//! The tables of a Kaldi folder: `text` with `segments`, `utt2spk`, `reco2file_and_channel` and `wav.scp` beside it, joined by the
//! names of utterances and recordings.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::super::conversation::{Conversation, Segment};
use super::super::{Charset, Decoded, Document, Input, tokens, whole_text};
use super::Name;
use crate::model::notice::Notice;

/// The tables that belong together; the first leads.
pub const TABLES: &[&str] = &["text", "segments", "utt2spk", "reco2file_and_channel", "wav.scp"];

/// Whether a file is one of the tables beside `text`, by its name.
pub fn is_table(file: &str) -> bool {
    kind(file).is_some()
}

fn kind(file: &str) -> Option<&'static str> {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    let bare = name.strip_suffix(".txt").unwrap_or(name);
    TABLES[1..].iter().copied().find(|table| {
        bare.strip_suffix(table).is_some_and(|before| before.is_empty() || before.ends_with(['_', '-', '.']))
    })
}

/// A stretch of a recording.
struct Stretch<'a> {
    recording: &'a str,
    start_ms: u64,
    /// None: to the end of the recording.
    end_ms: Option<u64>,
}

/// What stands beside `text`.
#[derive(Default)]
struct Beside<'a> {
    segments: Option<HashMap<&'a str, Stretch<'a>>>,
    speakers: Option<HashMap<&'a str, &'a str>>,
    /// File and channel of each recording.
    channels: HashMap<&'a str, (&'a str, &'a str)>,
    recordings: Option<HashSet<&'a str>>,
    notices: Vec<Notice>,
}

/// Decodes `text` with the tables beside it. Nothing when the tables are of other utterances: then `text` stands for itself.
pub fn decode_tables(input: &Input<'_>, tables: &[(&str, &[u8])], charset: Charset) -> Option<Decoded> {
    let mut notices = Vec::new();
    let text = whole_text(input, charset, &mut notices)?;
    let texts: Vec<(&str, String)> = tables
        .iter()
        .filter_map(|(file, bytes)| {
            let input = Input { file, first_line: 1, bytes, whole: true };
            Some((*file, whole_text(&input, charset, &mut notices)?.into_owned()))
        })
        .collect();
    let mut beside = Beside { notices, ..Beside::default() };
    texts.iter().for_each(|(file, text)| beside.read(file, text));
    let document = Document { file: input.file, first_line: 1, text: &text, whole: true };
    let ours = |line: &str| line.split_whitespace().next().is_some_and(|name| beside.knows(name));
    if !text.lines().any(|line| ours(line.trim_start_matches('\u{feff}'))) {
        return None;
    }
    Some(beside.join(&document))
}

impl<'a> Beside<'a> {
    fn read(&mut self, file: &'a str, text: &'a str) {
        let table = kind(file).unwrap_or_default();
        match table {
            "segments" => self.segments = Some(HashMap::new()),
            "utt2spk" => self.speakers = Some(HashMap::new()),
            "wav.scp" => self.recordings = Some(HashSet::new()),
            _ => {}
        }
        let mut bad: Option<(usize, usize)> = None;
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let fields: Vec<&str> = line.split_whitespace().take(5).collect();
            let good = match (table, &fields[..]) {
                (_, []) => true,
                ("segments", [name, recording, start, end, ..]) => {
                    let times = stretch(start, end);
                    if let (Some((start_ms, end_ms)), Some(all)) = (times, &mut self.segments) {
                        all.insert(name, Stretch { recording, start_ms, end_ms });
                    }
                    times.is_some()
                }
                ("utt2spk", [name, speaker]) => {
                    self.speakers.get_or_insert_default().insert(name, speaker);
                    true
                }
                ("reco2file_and_channel", [recording, file, channel]) => {
                    self.channels.insert(recording, (file, channel));
                    true
                }
                ("wav.scp", [recording, _, ..]) => self.recordings.get_or_insert_default().insert(recording),
                _ => false,
            };
            if !good {
                bad.get_or_insert((number, 0)).1 += 1;
            }
        }
        if let Some((line, count)) = bad {
            let text = format!("no row of `{table}`, nor are {} more: skipped", count - 1);
            self.notices.push(Notice::lost(file, Some(line), text));
        }
    }

    fn knows(&self, utterance: &str) -> bool {
        let of = |there: Option<bool>| there == Some(true);
        of(self.segments.as_ref().map(|s| s.contains_key(utterance)))
            || of(self.speakers.as_ref().map(|s| s.contains_key(utterance)))
            || of(self.recordings.as_ref().map(|s| s.contains(utterance)))
    }

    fn join(self, document: &Document<'_>) -> Decoded {
        let mut calls: BTreeMap<&str, (usize, Conversation)> = BTreeMap::new();
        let mut lacking = Lacking::default();
        let mut seen = HashSet::new();
        let mut decoded = Decoded { calls: Vec::new(), notices: Vec::new() };
        for (number, line) in (1..).zip(document.text.lines()) {
            let line = line.trim_start_matches('\u{feff}').trim();
            let (name, words) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            if name.is_empty() {
                continue;
            }
            if !seen.insert(name) {
                let text = format!("the utterance `{name}` stands twice: read once");
                decoded.notices.push(Notice::lost(document.file, Some(number), text));
                continue;
            }
            let told = Name::of(line);
            let stretch = self.segments.as_ref().and_then(|s| s.get(name));
            lacking.segment.note(self.segments.is_some() && stretch.is_none(), number);
            let recording = match (stretch, &told) {
                (Some(stretch), _) => stretch.recording,
                (None, Some(told)) => told.recording,
                (None, None) => name,
            };
            let known = self.recordings.as_ref().is_none_or(|r| r.contains(recording));
            lacking.recording.note(!known, number);
            let (file, channel) = match self.channels.get(recording) {
                Some((file, channel)) => (*file, Some(*channel)),
                None => (recording, None),
            };
            let speaker = self.speakers.as_ref().and_then(|s| s.get(name)).copied();
            lacking.speaker.note(self.speakers.is_some() && speaker.is_none(), number);
            let named = told.as_ref().filter(|_| self.speakers.is_none()).map(|t| t.speaker);
            let voice = speaker.or(named).map(str::to_owned);
            let times = match (stretch, &told) {
                (Some(s), _) => (Some(s.start_ms), s.end_ms),
                (None, Some(told)) => (Some(told.start_ms), Some(told.end_ms)),
                (None, None) => (None, None),
            };
            let entry = calls.entry(file).or_insert_with(|| (number, Conversation::named(file)));
            entry.1.segments.push(Segment {
                text: tokens::unspaced(words),
                voice: voice.or_else(|| channel.map(|c| format!("channel {c}"))),
                start_ms: times.0,
                end_ms: times.1,
                line: Some(number),
            });
        }
        let mut calls: Vec<(usize, Conversation)> = calls.into_values().collect();
        calls.sort_by_key(|(line, _)| *line);
        for (line, call) in calls {
            call.finish(document, line, None, &mut decoded);
        }
        self.tell(document, &lacking, &seen, &mut decoded);
        decoded
    }

    /// What the tables lack of each other.
    fn tell(self, document: &Document<'_>, lacking: &Lacking, seen: &HashSet<&str>, decoded: &mut Decoded) {
        let mut remark = |line: Option<usize>, text: String| {
            decoded.notices.push(Notice::remark(document.file, line, text));
        };
        for (what, missing, why) in [
            ("segments", &lacking.segment, "they have no times but those of their names"),
            ("utt2spk", &lacking.speaker, "who speaks is not known"),
            ("wav.scp", &lacking.recording, "the recording is not named"),
        ] {
            if missing.count > 0 {
                remark(
                    Some(missing.first),
                    format!("{} utterances do not stand in `{what}`: {why}", missing.count),
                );
            }
        }
        for (what, there) in [("segments", self.segments.is_some()), ("utt2spk", self.speakers.is_some())] {
            if !there {
                remark(None, format!("no `{what}` beside it: what it tells is not known"));
            }
        }
        let silent =
            self.segments.iter().flat_map(HashMap::keys).filter(|name| !seen.contains(**name)).count();
        if silent > 0 {
            remark(None, format!("{silent} utterances of `segments` have no words in `text`"));
        }
        decoded.notices.extend(self.notices);
    }
}

/// Utterances for which a table has no row.
#[derive(Default)]
struct Lacking {
    segment: Missing,
    speaker: Missing,
    recording: Missing,
}

#[derive(Default)]
struct Missing {
    first: usize,
    count: usize,
}

impl Missing {
    fn note(&mut self, missing: bool, line: usize) {
        if missing {
            self.first = if self.count == 0 { line } else { self.first };
            self.count += 1;
        }
    }
}

/// Start and end in seconds; an end of -1 is that of the recording.
fn stretch(start: &str, end: &str) -> Option<(u64, Option<u64>)> {
    let ms = |text: &str| {
        let ms = (text.parse::<f64>().ok()? * 1000.0).round();
        (0.0..9.0e15).contains(&ms).then_some(ms as u64)
    };
    let start = ms(start)?;
    if end.parse::<f64>() == Ok(-1.0) {
        return Some((start, None));
    }
    ms(end).filter(|end| *end >= start).map(|end| (start, Some(end)))
}

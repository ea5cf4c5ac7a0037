//! What a recogniser heard in one recording, and the call it becomes.

use super::{Decoded, Document, speaker, tokens};
use crate::model::notice::Notice;
use crate::model::transcript::{Call, CalleeRole, Utterance};

/// Longest silence between the parts of a sentence, in milliseconds.
const SILENCE_MS: u64 = 1000;

/// What a recogniser calls a speaker or channel: a name, a number or nothing.
pub type Voice = Option<String>;

/// One stretch of speech.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Segment {
    /// What was said.
    pub text: String,
    /// Who said it.
    pub voice: Voice,
    /// Start in milliseconds.
    pub start_ms: Option<u64>,
    /// End in milliseconds.
    pub end_ms: Option<u64>,
    /// 1-based line of the file, if each segment has its own.
    pub line: Option<usize>,
}

/// All of a recording.
#[derive(Debug, Default)]
pub struct Conversation {
    /// What the recogniser calls the recording.
    pub id: Option<String>,
    /// The segments.
    pub segments: Vec<Segment>,
    lost: Vec<(Option<usize>, String)>,
    remarks: Vec<String>,
}

impl Conversation {
    /// One of which nothing can be read, and why.
    pub fn failed(why: impl Into<String>) -> Conversation {
        let mut conversation = Conversation::default();
        conversation.lose(None, why);
        conversation
    }

    /// One whose recording has a name.
    pub fn named(name: &str) -> Conversation {
        Conversation { id: Some(name.to_owned()), ..Conversation::default() }
    }

    /// Takes a segment whose words may be missing.
    pub fn push(&mut self, text: Option<String>, voice: Voice, start_ms: Option<u64>, end_ms: Option<u64>) {
        match text {
            Some(text) => self.segments.push(Segment { text, voice, start_ms, end_ms, line: None }),
            None => {
                let number = self.segments.len() + self.lost.len();
                self.lose(None, format!("segment {number} has no words: skipped"));
            }
        }
    }

    /// Something is lost, at a line of the file if it is known.
    pub fn lose(&mut self, line: Option<usize>, why: impl Into<String>) {
        self.lost.push((line, why.into()));
    }

    /// Something is worth saying.
    pub fn remark(&mut self, what: impl Into<String>) {
        self.remarks.push(what.into());
    }

    /// Puts a clause behind the one before it, where the recogniser cuts at every comma.
    pub fn join_clauses(&mut self) {
        let mut joined: Vec<Segment> = Vec::with_capacity(self.segments.len());
        for segment in self.segments.drain(..) {
            let before = joined.last_mut().filter(|before| {
                let pause = match (before.end_ms, segment.start_ms) {
                    (Some(end), Some(start)) => start.saturating_sub(end),
                    _ => 0,
                };
                before.text.ends_with(['\u{ff0c}', '\u{3001}', ','])
                    && before.voice == segment.voice
                    && pause <= SILENCE_MS
            });
            match before {
                Some(before) => {
                    tokens::append(&mut before.text, &segment.text);
                    before.end_ms = segment.end_ms.or(before.end_ms);
                }
                None => joined.push(segment),
            }
        }
        self.segments = joined;
    }

    /// The call, and what there is to say. `number` tells apart the recordings of one file that have no name.
    pub fn finish(mut self, document: &Document<'_>, line: usize, number: Option<usize>, out: &mut Decoded) {
        let failed = !self.lost.is_empty();
        self.tell(document, line, out);
        self.segments.retain(|s| !s.text.trim().is_empty());
        if self.segments.is_empty() && failed {
            return;
        }
        if self.segments.is_empty() {
            out.notices.push(Notice::remark(document.file, Some(line), "no turn in it"));
        }
        self.sort();
        let id = self.id.take().map(|id| id.trim().to_owned()).filter(|id| !id.is_empty());
        // Of many lines each is known by its number, of one file each recording by its place.
        let number = if document.whole { number } else { Some(line) };
        let stem = || number.map_or_else(|| document.stem(), |n| format!("{}#{n}", document.stem()));
        out.calls.push(Call {
            made_up_id: id.is_none(),
            id_is_recording: id.is_some(),
            call_id: id.unwrap_or_else(stem),
            borrower_id: None,
            collector_id: None,
            agency: None,
            caller_number: None,
            callee_number: None,
            callee_role: CalleeRole::Unknown,
            start: None,
            end: None,
            connected: None,
            inbound: false,
            masked_words: 0,
            turns: self.segments.into_iter().map(utterance).collect(),
            inferred_roles: Vec::new(),
            file: document.file.to_owned(),
            line,
        });
    }

    /// Puts out what there is to say; the segments stay.
    pub fn tell(&mut self, document: &Document<'_>, line: usize, out: &mut Decoded) {
        let lost = self.lost.drain(..);
        out.notices.extend(lost.map(|(at, why)| Notice::lost(document.file, Some(at.unwrap_or(line)), why)));
        let remarks = self.remarks.drain(..);
        out.notices.extend(remarks.map(|what| Notice::remark(document.file, Some(line), what)));
    }

    /// By time: recognisers list one channel after the other. What has no time stays behind what it follows.
    fn sort(&mut self) {
        let mut last = 0;
        let mut keyed: Vec<(u64, Segment)> = Vec::with_capacity(self.segments.len());
        for segment in self.segments.drain(..) {
            last = segment.start_ms.or(segment.end_ms).unwrap_or(last);
            keyed.push((last, segment));
        }
        keyed.sort_by_key(|(at, _)| *at);
        self.segments = keyed.into_iter().map(|(_, segment)| segment).collect();
    }
}

fn utterance(segment: Segment) -> Utterance {
    Utterance {
        start_ms: segment.start_ms,
        end_ms: segment.end_ms,
        line: segment.line,
        ..speaker::turn(segment.voice.as_deref(), segment.text.trim().to_owned())
    }
}

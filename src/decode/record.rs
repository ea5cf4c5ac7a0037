//! The canonical record as it stands in JSON, and the call it becomes.

mod scalar;

use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use crate::model::facts::Facts;
use crate::model::notice::Notice;
use crate::model::transcript::{Call, CalleeRole, Utterance};
use scalar::{Callee, Count, Flag, Id, Millis, Moment, Who};

/// A record. Keys that mean the same are fields of their own, so that a record may hold both.
#[derive(Deserialize, JsonSchema)]
#[serde(expecting = "a call record (a JSON object)")]
pub struct Record {
    /// Id of the call; made from file and line when missing.
    call_id: Option<Id>,
    /// Id of the borrower: what is counted for whom.
    borrower_id: Option<Id>,
    /// Id of the collector.
    collector_id: Option<Id>,
    /// The same as `collector_id`.
    agent_id: Option<Id>,
    /// Name of the agency.
    agency: Option<Id>,
    /// Number that called.
    caller_number: Option<Id>,
    /// Number that was called.
    callee_number: Option<Id>,
    /// Who was called: `borrower`, `contact` or `unknown`, or a label of a speaker.
    callee_role: Option<Callee>,
    /// Start of the call, RFC 3339; without an offset local time of China.
    start: Option<Moment>,
    /// The same as `start`.
    started_at: Option<Moment>,
    /// End of the call.
    end: Option<Moment>,
    /// The same as `end`.
    ended_at: Option<Moment>,
    /// Length in milliseconds: tells the end where it is missing.
    duration_ms: Option<Millis>,
    /// Whether it was answered.
    connected: Option<Flag>,
    /// `inbound`: the agency was called; no rule counts it. Anything else: outbound.
    direction: Option<Id>,
    /// Words that a recogniser has put stars in place of: insults are then not checked.
    masked_words: Option<Count>,
    /// What was said, in order.
    turns: Option<Vec<Turn>>,
    /// The same as `turns`.
    segments: Option<Vec<Turn>>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(expecting = "a turn (a JSON object)")]
struct Turn {
    /// Who spoke: `collector`, `borrower`, `contact`, or a label such as those of call centres.
    speaker: Option<Who>,
    /// Start in milliseconds from the start of the call.
    start_ms: Option<Millis>,
    /// End in milliseconds.
    end_ms: Option<Millis>,
    /// What was said.
    #[schemars(required)]
    text: Option<String>,
}

/// Where a record stands.
pub struct Place<'a> {
    /// File, as the user named it.
    pub file: &'a str,
    /// Its name without folders and extension.
    pub stem: &'a str,
    /// 1-based line.
    pub line: usize,
}

impl Place<'_> {
    /// Something is lost here.
    pub fn lost(&self, message: impl Into<String>) -> Notice {
        Notice::lost(self.file, Some(self.line), message)
    }
}

impl Record {
    /// Whether it may be something else: no turns, or segments whose times are not called as they are here.
    pub fn is_foreign(&self) -> bool {
        let timed = |turns: &Vec<Turn>| turns.is_empty() || turns.iter().any(|turn| turn.start_ms.is_some());
        self.turns.is_none() && self.connected.is_none() && !self.segments.as_ref().is_some_and(timed)
    }

    /// What the record says of its call besides the turns. What is wrong with a part of it goes into `notices`.
    pub fn into_facts(self, place: &Place<'_>, notices: &mut Vec<Notice>) -> Facts {
        Facts {
            call_id: self.call_id.and_then(Id::filled),
            borrower_id: self.borrower_id.and_then(Id::filled),
            collector_id: self.collector_id.and_then(Id::filled).or(self.agent_id.and_then(Id::filled)),
            agency: self.agency.and_then(Id::filled),
            caller_number: self.caller_number.and_then(Id::filled),
            callee_number: self.callee_number.and_then(Id::filled),
            callee_role: self.callee_role.map_or(CalleeRole::Unknown, |c| c.0),
            start: moment("start", self.start.or(self.started_at), place, notices),
            end: moment("end", self.end.or(self.ended_at), place, notices),
            length_ms: self.duration_ms.and_then(|ms| ms.0),
            connected: self.connected.map(|c| c.0),
            inbound: self.direction.map(|d| d.0.trim().eq_ignore_ascii_case("inbound")),
            masked_words: self.masked_words.map(|n| n.0),
        }
    }

    /// The call. What is wrong with a part of it goes into `notices`.
    ///
    /// # Errors
    /// When the record has no turns though the call was not unanswered.
    pub fn into_call(mut self, place: &Place<'_>, notices: &mut Vec<Notice>) -> Result<Call, Notice> {
        let connected = self.connected.as_ref().map(|c| c.0);
        let turns = match self.turns.take().or(self.segments.take()) {
            Some(turns) => utterances(turns, place, notices),
            None if connected == Some(false) => Vec::new(),
            None => return Err(place.lost("record has no `turns` array: skipped")),
        };
        let facts = self.into_facts(place, notices);
        let start = facts.start;
        let end = facts.end.or_else(|| {
            let length = SignedDuration::from_millis(i64::try_from(facts.length_ms?).ok()?);
            start?.checked_add(length).ok()
        });
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            notices.push(Notice::remark(place.file, Some(place.line), "`end` is before `start`"));
        }
        Ok(Call {
            made_up_id: facts.call_id.is_none(),
            id_is_recording: false,
            call_id: facts.call_id.unwrap_or_else(|| format!("{}#{}", place.stem, place.line)),
            borrower_id: facts.borrower_id,
            collector_id: facts.collector_id,
            agency: facts.agency,
            caller_number: facts.caller_number,
            callee_number: facts.callee_number,
            callee_role: facts.callee_role,
            start,
            end,
            connected,
            inbound: facts.inbound == Some(true),
            masked_words: facts.masked_words.unwrap_or_default(),
            turns,
            inferred_roles: Vec::new(),
            file: place.file.to_owned(),
            line: place.line,
        })
    }
}

fn utterances(turns: Vec<Turn>, place: &Place<'_>, notices: &mut Vec<Notice>) -> Vec<Utterance> {
    let one = |(index, turn): (usize, Turn)| {
        // Without its words a turn still counts, so that the numbers of the turns are those of the input.
        let text = turn.text.unwrap_or_else(|| {
            notices.push(place.lost(format!("turn {index} has no `text`")));
            String::new()
        });
        let Who { speaker, given, voice } = turn.speaker.unwrap_or(Who::NOBODY);
        Utterance {
            speaker,
            inferred: false,
            given,
            voice,
            text,
            start_ms: turn.start_ms.and_then(|m| m.0),
            end_ms: turn.end_ms.and_then(|m| m.0),
            line: None,
        }
    };
    turns.into_iter().enumerate().map(one).collect()
}

fn moment(
    key: &str,
    value: Option<Moment>,
    place: &Place<'_>,
    notices: &mut Vec<Notice>,
) -> Option<Timestamp> {
    match value? {
        Moment::At(time) => Some(time),
        Moment::Missing => None,
        Moment::Bad(text) => {
            let shown: String = text.chars().take(40).collect();
            notices.push(
                place.lost(format!("`{key}` is no RFC 3339 time: `{shown}`; the call is read without it")),
            );
            None
        }
    }
}

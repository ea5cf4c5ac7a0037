//! The canonical record as it stands in JSON, and the call it becomes.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};

use super::{speaker, time};
use crate::model::notice::Notice;
use crate::model::transcript::{Call, CalleeRole, Given, Speaker, Utterance, Voice};

/// A record. Keys that mean the same are fields of their own, so that a record may hold both.
#[derive(Deserialize)]
#[serde(expecting = "a call record (a JSON object)")]
pub struct Record {
    call_id: Option<Id>,
    borrower_id: Option<Id>,
    collector_id: Option<Id>,
    agent_id: Option<Id>,
    agency: Option<Id>,
    caller_number: Option<Id>,
    callee_number: Option<Id>,
    callee_role: Option<Callee>,
    start: Option<Moment>,
    started_at: Option<Moment>,
    end: Option<Moment>,
    ended_at: Option<Moment>,
    duration_ms: Option<Millis>,
    connected: Option<Flag>,
    direction: Option<Id>,
    masked_words: Option<Count>,
    turns: Option<Vec<Turn>>,
    segments: Option<Vec<Turn>>,
}

#[derive(Deserialize)]
#[serde(expecting = "a turn (a JSON object)")]
struct Turn {
    speaker: Option<Who>,
    start_ms: Option<Millis>,
    end_ms: Option<Millis>,
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

    /// The call. What is wrong with a part of it goes into `notices`.
    ///
    /// # Errors
    /// When the record has no turns though the call was not unanswered.
    pub fn into_call(self, place: &Place<'_>, notices: &mut Vec<Notice>) -> Result<Call, Notice> {
        let connected = self.connected.map(|c| c.0);
        let turns = match self.turns.or(self.segments) {
            Some(turns) => utterances(turns, place, notices),
            None if connected == Some(false) => Vec::new(),
            None => return Err(place.lost("record has no `turns` array: skipped")),
        };
        let start = moment("start", self.start.or(self.started_at), place, notices);
        let end = moment("end", self.end.or(self.ended_at), place, notices).or_else(|| {
            let length = SignedDuration::from_millis(i64::try_from(self.duration_ms?.0?).ok()?);
            start?.checked_add(length).ok()
        });
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            notices.push(Notice::remark(place.file, Some(place.line), "`end` is before `start`"));
        }
        let call_id = self.call_id.and_then(Id::filled);
        Ok(Call {
            made_up_id: call_id.is_none(),
            id_is_recording: false,
            call_id: call_id.unwrap_or_else(|| format!("{}#{}", place.stem, place.line)),
            borrower_id: self.borrower_id.and_then(Id::filled),
            collector_id: self.collector_id.and_then(Id::filled).or(self.agent_id.and_then(Id::filled)),
            agency: self.agency.and_then(Id::filled),
            caller_number: self.caller_number.and_then(Id::filled),
            callee_number: self.callee_number.and_then(Id::filled),
            callee_role: self.callee_role.map_or(CalleeRole::Unknown, |c| c.0),
            start,
            end,
            connected,
            inbound: self.direction.is_some_and(|d| d.0.trim().eq_ignore_ascii_case("inbound")),
            masked_words: self.masked_words.map_or(0, |n| n.0),
            turns,
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

/// Text, or a number that stands for its digits.
struct Id(String);

impl Id {
    fn filled(self) -> Option<String> {
        let trimmed = self.0.trim();
        match trimmed.len() {
            0 => None,
            n if n == self.0.len() => Some(self.0),
            _ => Some(trimmed.to_owned()),
        }
    }
}

struct Who {
    speaker: Speaker,
    given: Given,
    voice: Option<Voice>,
}

struct Callee(CalleeRole);
struct Millis(Option<u64>);
struct Count(usize);
struct Flag(bool);

enum Moment {
    At(Timestamp),
    Missing,
    Bad(String),
}

/// A value made from whatever scalar stands in the record.
trait Scalar: Sized {
    const EXPECTED: &'static str;
    fn text(text: &str) -> Option<Self>;
    fn integer(value: i128) -> Option<Self> {
        Self::text(&value.to_string())
    }
    fn float(_: f64) -> Option<Self> {
        None
    }
    fn boolean(_: bool) -> Option<Self> {
        None
    }
}

struct ScalarVisitor<T>(std::marker::PhantomData<T>);

impl<T: Scalar> Visitor<'_> for ScalarVisitor<T> {
    type Value = T;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }
    fn visit_str<E: Error>(self, v: &str) -> Result<T, E> {
        T::text(v).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Str(v), &self))
    }
    fn visit_u64<E: Error>(self, v: u64) -> Result<T, E> {
        T::integer(v.into()).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Unsigned(v), &self))
    }
    fn visit_i64<E: Error>(self, v: i64) -> Result<T, E> {
        T::integer(v.into()).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Signed(v), &self))
    }
    fn visit_f64<E: Error>(self, v: f64) -> Result<T, E> {
        T::float(v).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Float(v), &self))
    }
    fn visit_bool<E: Error>(self, v: bool) -> Result<T, E> {
        T::boolean(v).ok_or_else(|| E::invalid_value(serde::de::Unexpected::Bool(v), &self))
    }
}

macro_rules! scalars {
    ($($name:ty),*) => { $(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(ScalarVisitor::<$name>(std::marker::PhantomData))
            }
        }
    )* };
}
scalars!(Id, Who, Callee, Millis, Count, Flag, Moment);

impl Scalar for Id {
    const EXPECTED: &'static str = "text or a whole number";
    fn text(text: &str) -> Option<Id> {
        Some(Id(text.to_owned()))
    }
}

impl Who {
    const NOBODY: Who = Who { speaker: Speaker::Unknown, given: Given::Open, voice: None };
}

impl Scalar for Who {
    const EXPECTED: &'static str = "the label of a speaker";
    fn text(text: &str) -> Option<Who> {
        let known = speaker::known(text);
        Some(Who {
            speaker: known.map_or(Speaker::Unknown, |role| role.speaker),
            given: known.map_or(Given::Open, |role| role.given),
            voice: speaker::voice(text),
        })
    }
}

impl Scalar for Callee {
    const EXPECTED: &'static str = "`borrower`, `contact` or `unknown`";
    fn text(text: &str) -> Option<Callee> {
        Some(Callee(speaker::callee(text)))
    }
}

impl Scalar for Millis {
    const EXPECTED: &'static str = "milliseconds";
    fn text(text: &str) -> Option<Millis> {
        if text.trim().is_empty() { Some(Millis(None)) } else { Millis::float(text.trim().parse().ok()?) }
    }
    fn integer(value: i128) -> Option<Millis> {
        Some(Millis(u64::try_from(value).ok()))
    }
    fn float(value: f64) -> Option<Millis> {
        // Beyond 2^53 a float does not hold whole milliseconds; a negative time is none.
        let whole = value.round();
        Some(Millis((0.0..9.0e15).contains(&whole).then_some(whole as u64)))
    }
}

impl Scalar for Count {
    const EXPECTED: &'static str = "a whole number that is not negative";
    fn text(text: &str) -> Option<Count> {
        text.trim().parse().ok().map(Count)
    }
}

impl Scalar for Flag {
    const EXPECTED: &'static str = "true or false";
    fn text(text: &str) -> Option<Flag> {
        match text.trim().to_ascii_lowercase().as_str() {
            "true" | "yes" | "1" => Some(Flag(true)),
            "false" | "no" | "0" => Some(Flag(false)),
            _ => None,
        }
    }
    fn boolean(value: bool) -> Option<Flag> {
        Some(Flag(value))
    }
}

impl Scalar for Moment {
    const EXPECTED: &'static str = "a time as RFC 3339 writes it";
    fn text(text: &str) -> Option<Moment> {
        Some(match time::rfc3339(text) {
            Some(time) => Moment::At(time),
            None if text.trim().is_empty() => Moment::Missing,
            None => Moment::Bad(text.to_owned()),
        })
    }
    fn float(value: f64) -> Option<Moment> {
        Some(Moment::Bad(value.to_string()))
    }
}

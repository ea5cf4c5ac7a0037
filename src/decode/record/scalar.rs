//! Values of a record as they are written: a number may stand in quotes, a flag may be a number.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use serde_json::{Value, json};

use super::super::{speaker, time};
use crate::model::transcript::{CalleeRole, Given, Speaker, Voice};

/// Text, or a number that stands for its digits.
pub(super) struct Id(pub(super) String);

impl Id {
    pub(super) fn filled(self) -> Option<String> {
        let trimmed = self.0.trim();
        match trimmed.len() {
            0 => None,
            n if n == self.0.len() => Some(self.0),
            _ => Some(trimmed.to_owned()),
        }
    }
}

pub(super) struct Who {
    pub(super) speaker: Speaker,
    pub(super) given: Given,
    pub(super) voice: Option<Voice>,
}

pub(super) struct Callee(pub(super) CalleeRole);
pub(super) struct Millis(pub(super) Option<u64>);
pub(super) struct Count(pub(super) usize);
pub(super) struct Flag(pub(super) bool);

pub(super) enum Moment {
    At(Timestamp),
    Missing,
    Bad(String),
}

/// A value made from whatever scalar stands in the record.
trait Scalar: Sized {
    const EXPECTED: &'static str;
    /// What JSON may hold for it.
    fn schema() -> Value;
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

pub(super) struct ScalarVisitor<T>(std::marker::PhantomData<T>);

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
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }
            fn schema_name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                Schema::try_from(<$name as Scalar>::schema()).unwrap_or_default()
            }
        }
    )* };
}
scalars!(Id, Who, Callee, Millis, Count, Flag, Moment);

impl Scalar for Id {
    const EXPECTED: &'static str = "text or a whole number";
    fn schema() -> Value {
        json!({ "type": ["string", "integer"] })
    }
    fn text(text: &str) -> Option<Id> {
        Some(Id(text.to_owned()))
    }
}

impl Who {
    pub(super) const NOBODY: Who = Who { speaker: Speaker::Unknown, given: Given::Open, voice: None };
}

impl Scalar for Who {
    const EXPECTED: &'static str = "the label of a speaker";
    fn schema() -> Value {
        json!({ "type": "string" })
    }
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
    fn schema() -> Value {
        json!({ "type": "string" })
    }
    fn text(text: &str) -> Option<Callee> {
        Some(Callee(speaker::callee(text)))
    }
}

impl Scalar for Millis {
    const EXPECTED: &'static str = "milliseconds";
    fn schema() -> Value {
        json!({ "anyOf": [
            { "type": "number", "minimum": 0 },
            { "type": "string", "pattern": "^\\s*[0-9]*(\\.[0-9]*)?\\s*$" },
        ] })
    }
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
    fn schema() -> Value {
        json!({ "type": "integer", "minimum": 0 })
    }
    fn text(text: &str) -> Option<Count> {
        text.trim().parse().ok().map(Count)
    }
}

impl Scalar for Flag {
    const EXPECTED: &'static str = "true or false";
    fn schema() -> Value {
        json!({ "anyOf": [
            { "type": "boolean" },
            { "enum": ["true", "yes", "1", "false", "no", "0", 1, 0] },
        ] })
    }
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
    fn schema() -> Value {
        json!({ "type": "string", "pattern": "^$|^\\s*[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}" })
    }
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

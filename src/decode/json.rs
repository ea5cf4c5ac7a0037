//! JSON of recognisers: which keys stand where, and values in whichever way they are written.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;

use super::conversation::Conversation;
use super::{Decoded, Document, tokens};
use crate::model::notice::Notice;

/// How deep keys are looked at.
const DEPTH: usize = 6;
/// How many elements of an array are looked at.
const ELEMENTS: usize = 8;
/// Longest key that is told, in bytes: a longer one is none of a recogniser's.
const LONGEST_KEY: usize = 40;
/// How many different paths are kept.
const PATHS: usize = 4096;

/// The keys of the first value of a text, as paths such as `result[].text`. Broken JSON has those up to where it breaks.
#[derive(Debug, Default)]
pub struct Shape {
    paths: BTreeSet<String>,
    /// Line and reason, where it breaks.
    broken: Option<(usize, String)>,
}

impl Shape {
    /// Looks at a text.
    pub fn of(text: &str) -> Shape {
        let mut shape = Shape::default();
        let text = text.trim_start_matches('\u{feff}').trim_ascii_start();
        if text.starts_with(['{', '[']) {
            let mut at = String::new();
            let look = Look { paths: &mut shape.paths, at: &mut at, depth: 0 };
            // What comes before an error is known all the same.
            let seen = look.deserialize(&mut serde_json::Deserializer::from_str(text));
            shape.broken =
                seen.err().map(|e| (e.line().max(1), format!("{} (column {})", why(&e), e.column())));
        }
        shape
    }

    /// Whether there is something at this path.
    pub fn has(&self, path: &str) -> bool {
        self.paths.contains(path)
    }

    /// The first keys inside the value at a path; of the whole where the path is empty.
    pub fn keys(&self, path: &str, most: usize) -> Vec<&str> {
        let inside = |key: &'_ str| {
            let rest = if path.is_empty() { key } else { key.strip_prefix(path)?.trim_start_matches('.') };
            let deeper = rest.contains('.') || rest.contains("[]") && rest != "[]";
            (!rest.is_empty() && !deeper).then(|| key.len() - rest.len())
        };
        let keys = self.paths.iter().filter_map(|key| inside(key).map(|at| &key[at..]));
        keys.filter(|key| key.len() <= LONGEST_KEY).take(most).collect()
    }

    /// The line of the text on which it breaks, and why.
    pub fn broken(&self) -> Option<(usize, &str)> {
        self.broken.as_ref().map(|(line, why)| (*line, why.as_str()))
    }
}

struct Look<'a> {
    paths: &'a mut BTreeSet<String>,
    at: &'a mut String,
    depth: usize,
}

impl Look<'_> {
    fn inside(&mut self) -> Look<'_> {
        Look { paths: self.paths, at: self.at, depth: self.depth + 1 }
    }
}

impl<'de> DeserializeSeed<'de> for Look<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.depth >= DEPTH || self.paths.len() >= PATHS {
            return deserializer.deserialize_ignored_any(IgnoredAny).map(|_| ());
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Look<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let length = self.at.len();
        while let Some(key) = map.next_key::<String>()? {
            if length > 0 {
                self.at.push('.');
            }
            self.at.push_str(&key);
            self.paths.insert(self.at.clone());
            let seen = map.next_value_seed(self.inside());
            self.at.truncate(length);
            seen?;
        }
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let length = self.at.len();
        self.at.push_str("[]");
        self.paths.insert(self.at.clone());
        for _ in 0..ELEMENTS {
            match seq.next_element_seed(self.inside()) {
                Ok(Some(())) => {}
                Ok(None) => {
                    self.at.truncate(length);
                    return Ok(());
                }
                Err(error) => {
                    self.at.truncate(length);
                    return Err(error);
                }
            }
        }
        self.at.truncate(length);
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(())
    }
    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }
}

/// Decodes all values of a text, one after another; `read` makes the conversations of one.
pub fn decode(document: &Document<'_>, read: fn(&Value) -> Vec<Conversation>) -> Decoded {
    let mut found: Vec<(usize, Conversation)> = Vec::new();
    let mut out = Decoded::default();
    let mut text = document.text.trim_start_matches('\u{feff}');
    let mut line = document.first_line;
    while !text.is_empty() {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let (first_line, mut counted, mut rest) = (line, 0, "");
        while let Some(value) = values.next() {
            match value {
                Ok(value) => found.extend(read(&value).into_iter().map(|c| (line, c))),
                Err(error) => match appended(&text[counted..]) {
                    Some(behind) => rest = behind,
                    None => out.notices.push(broken(document, first_line, &error)),
                },
            }
            let end = if rest.is_empty() { values.byte_offset() } else { text.len() - rest.len() };
            line +=
                text.as_bytes().get(counted..end).unwrap_or_default().iter().filter(|b| **b == b'\n').count();
            counted = end;
        }
        text = rest;
    }
    let several = found.len() > 1;
    for (index, (line, conversation)) in found.into_iter().enumerate() {
        let number = several.then_some(index + 1);
        conversation.finish(document, line, number, &mut out);
    }
    out
}

/// What is wrong, without the place.
pub fn why(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    text.strip_suffix(&place).map_or(text.clone(), str::to_owned)
}

/// What stands behind the mark of a file that was appended to another one.
fn appended(rest: &str) -> Option<&str> {
    rest.trim_ascii_start().strip_prefix('\u{feff}').filter(|behind| !behind.is_empty())
}

fn broken(document: &Document<'_>, first_line: usize, error: &serde_json::Error) -> Notice {
    let why = why(error);
    let line = first_line + error.line().max(1) - 1;
    let text = format!("{why} (column {}): the rest is not read", error.column());
    Notice::lost(document.file, Some(line), text)
}

/// The value at a path of keys, `result.utterances`.
pub fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(value, |value, key| value.get(key)).filter(|v| !v.is_null())
}

/// The array at a path; empty when there is none.
pub fn list<'a>(value: &'a Value, path: &str) -> &'a [Value] {
    at(value, path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The words at a path: text, or a list of tokens. `None` when there is nothing, or something else.
pub fn words(value: &Value, path: &str) -> Option<String> {
    match at(value, path)? {
        Value::String(text) => Some(text.clone()),
        Value::Array(tokens) => Some(tokens::join(tokens.iter().filter_map(Value::as_str))),
        _ => None,
    }
}

/// A label or id at a path: text or a number.
pub fn label(value: &Value, path: &str) -> Option<String> {
    match at(value, path)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The first label that is there.
pub fn first_label(value: &Value, paths: &[&str]) -> Option<String> {
    paths.iter().find_map(|path| label(value, path))
}

/// Whole milliseconds from a number, or text with one, in units of so many milliseconds.
pub fn time(value: &Value, path: &str, unit_ms: f64) -> Option<u64> {
    let number = match at(value, path)? {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().trim_end_matches('s').parse().ok()?,
        _ => return None,
    };
    let ms = (number * unit_ms).round();
    // Beyond 2^53 a float does not hold whole numbers.
    (0.0..9.0e15).contains(&ms).then_some(ms as u64)
}

/// Milliseconds written as such.
pub fn millis(value: &Value, path: &str) -> Option<u64> {
    time(value, path, 1.0)
}

/// Milliseconds from seconds.
pub fn seconds(value: &Value, path: &str) -> Option<u64> {
    time(value, path, 1000.0)
}

/// The value at a path, unpacked if it is text that holds JSON.
pub fn unpacked<'a>(value: &'a Value, path: &str) -> Option<Cow<'a, Value>> {
    match at(value, path)? {
        Value::String(text) => serde_json::from_str(text).ok().map(Cow::Owned),
        other => Some(Cow::Borrowed(other)),
    }
}

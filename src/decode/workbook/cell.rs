//! A cell as the text that a log in CSV would have there.

use calamine::{Data, DataRef, ExcelDateTime};

/// Above it a spreadsheet has rounded the number: of an id it is no longer the id.
const EXACT: f64 = 1e15;

/// What kind of cell the text comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Text, a date, a truth value.
    #[default]
    Text,
    /// A number: zeros at its beginning are gone.
    Number,
    /// A number with more digits than a spreadsheet keeps: the last ones are wrong.
    Rounded,
}

/// A cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Cell {
    /// Its text, without spaces around it.
    pub text: String,
    /// What it comes from.
    pub kind: Kind,
}

impl Cell {
    pub(super) fn of(data: &DataRef<'_>) -> Cell {
        let (text, kind) = match data {
            DataRef::Empty => (String::new(), Kind::Text),
            DataRef::String(text) => (text.trim().to_owned(), Kind::Text),
            DataRef::SharedString(text) => (text.trim().to_owned(), Kind::Text),
            DataRef::Int(number) => (number.to_string(), kind(*number as f64)),
            DataRef::Float(number) => (plain(*number), kind(*number)),
            DataRef::Bool(truth) => (truth.to_string(), Kind::Text),
            DataRef::DateTime(time) => (date(*time), Kind::Text),
            DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), Kind::Text),
            DataRef::Error(error) => (error.to_string(), Kind::Text),
        };
        Cell { text, kind }
    }
}

/// The same as the library gives it for a whole sheet.
pub(super) fn borrowed(data: &Data) -> DataRef<'_> {
    match data {
        Data::Int(number) => DataRef::Int(*number),
        Data::Float(number) => DataRef::Float(*number),
        Data::String(text) => DataRef::SharedString(text),
        Data::Bool(truth) => DataRef::Bool(*truth),
        Data::DateTime(time) => DataRef::DateTime(*time),
        Data::DateTimeIso(text) => DataRef::DateTimeIso(text.clone()),
        Data::DurationIso(text) => DataRef::DurationIso(text.clone()),
        Data::Error(error) => DataRef::Error(error.clone()),
        Data::Empty => DataRef::Empty,
    }
}

fn kind(number: f64) -> Kind {
    if number.abs() >= EXACT { Kind::Rounded } else { Kind::Number }
}

/// A whole number without a point.
fn plain(number: f64) -> String {
    if number.abs() >= EXACT { format!("{number:e}") } else { number.to_string() }
}

/// A point in time as `2026-03-05 10:10:00`, a day as `2026-03-05`, a span as `0:00:54`.
fn date(time: ExcelDateTime) -> String {
    const DAY: f64 = 86_400.0;
    let serial = time.as_f64();
    // A time without a day is how spreadsheets take a span that was typed in.
    if time.is_duration() || (0.0..1.0).contains(&serial) {
        let seconds = (serial * DAY).round().clamp(0.0, 1e9) as u64;
        return format!("{}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60);
    }
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let mut text = format!("{year:04}-{month:02}-{day:02}");
    if serial.fract() != 0.0 {
        text.push_str(&format!(" {hour:02}:{minute:02}:{second:02}"));
        if milli > 0 {
            text.push_str(&format!(".{milli:03}"));
        }
    }
    text
}

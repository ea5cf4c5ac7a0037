//! What FreeSWITCH writes of each leg of a call, in JSON (`mod_json_cdr`) or XML (`mod_xml_cdr`): variables, and a profile of the
//! caller for each step through the dial plan.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use quick_xml::events::Event;
use serde_json::Value;

use super::columns::{
    CALL_ID, CALLEE_NUMBER, CALLER_NUMBER, COLUMNS, CONNECTED, DIRECTION, DURATION, END, Layout, RECORDING,
    START, WORDS,
};
use super::records::Record;
use super::row::Rows;
use super::{Context, Take};
use crate::model::notice::Notice;

/// Columns by the variables that tell them, the first that is there. All legs of a call carry the id of the first.
const VARIABLES: &[(usize, &[&str])] = &[
    (CALL_ID, &["call_uuid", "originating_leg_uuid", "uuid"]),
    (START, &["start_epoch", "start_stamp"]),
    (END, &["end_epoch", "end_stamp"]),
    (DURATION, &["billsec"]),
    (RECORDING, &["record_file", "recording_file", "record_name", "record_filename", "cc_record_filename"]),
    (CALLER_NUMBER, &["effective_caller_id_number", "caller_id_number"]),
    (CALLEE_NUMBER, &["destination_number"]),
    // A leg that came into the exchange may be the collector's own telephone: `direction` does not say who called.
    (DIRECTION, &["call_direction"]),
];
/// The same in the profile of the caller, which goes before the variables.
const PROFILE: &[(usize, &str)] =
    &[(CALLER_NUMBER, "caller_id_number"), (CALLEE_NUMBER, "destination_number")];

/// One leg: variables and the profile of its first step.
#[derive(Debug, Default)]
struct Leg {
    variables: BTreeMap<String, String>,
    profile: BTreeMap<String, String>,
    /// Number of the step that `profile` is of.
    step: Option<u32>,
    /// Whether what comes belongs to that step.
    open: bool,
}

/// One record, or several one after another or in a list.
pub(super) fn read_json(file: &str, text: &str, context: Context<'_>, take: &mut Take<'_>) -> Vec<Notice> {
    let mut log = Log::new(file, context);
    let (mut at, mut line, mut counted) = (0, 1, 0);
    while at < text.len() {
        let skipped = text[at..].len()
            - text[at..]
                .trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ',' | '\u{feff}'))
                .len();
        at += skipped;
        line += text[counted..at].matches('\n').count();
        counted = at;
        let mut values = serde_json::Deserializer::from_str(&text[at..]).into_iter::<Value>();
        match values.next() {
            None => break,
            Some(Ok(value)) => {
                at += values.byte_offset();
                let several = matches!(&value, Value::Array(_));
                let list = if let Value::Array(list) = value { list } else { vec![value] };
                for (n, value) in list.iter().enumerate() {
                    let leg = Leg::of_json(value);
                    let place = if several { format!("record {}: ", n + 1) } else { String::new() };
                    log.leg(leg, line, &place, take);
                }
            }
            Some(Err(error)) => {
                log.lost(line, format!("no JSON: {error}"));
                // The next record begins on a line of its own, or there is none.
                at = text[at..].find("\n{").map_or(text.len(), |next| at + next + 1);
            }
        }
    }
    log.finish()
}

/// One `cdr`, or several in one file.
pub(super) fn read_xml(file: &str, text: &str, context: Context<'_>, take: &mut Take<'_>) -> Vec<Notice> {
    let mut log = Log::new(file, context);
    let mut reader = quick_xml::Reader::from_str(text);
    let (mut path, mut leg, mut value) = (Vec::<String>::new(), Leg::default(), String::new());
    let (mut line, mut counted, mut first, mut any) = (1, 0, 1, false);
    loop {
        let event = reader.read_event();
        let at = usize::try_from(reader.buffer_position()).unwrap_or(text.len()).min(text.len());
        line += text.as_bytes()[counted..at].iter().filter(|b| **b == b'\n').count();
        counted = at;
        match event {
            Err(error) => {
                log.lost(line, format!("no XML: {error}"));
                break;
            }
            Ok(Event::Eof) => break,
            Ok(Event::Start(start)) => {
                let name = start.local_name().as_ref().to_owned();
                if name == "cdr" {
                    (leg, first, any) = (Leg::default(), line, true);
                }
                if name == "callflow" {
                    let step = start.try_get_attribute("profile_index").ok().flatten();
                    leg.begin_step(step.and_then(|s| s.value.parse().ok()));
                }
                path.push(name);
                value.clear();
            }
            Ok(Event::Text(part)) => value.push_str(&part),
            Ok(Event::CData(part)) => value.push_str(&part),
            Ok(Event::End(_)) => {
                let path_now: Vec<&str> = path.iter().map(String::as_str).collect();
                match path_now[..] {
                    [.., "cdr"] => log.leg(std::mem::take(&mut leg), first, "", take),
                    [.., "variables", name] => leg.variable(name, &value),
                    [.., "caller_profile", name] => leg.profiled(name, &value),
                    _ => {}
                }
                path.pop();
                value.clear();
            }
            Ok(_) => {}
        }
    }
    if !any {
        log.lost(1, "no call log: XML without `cdr`".to_owned());
    } else if path.iter().any(|name| name == "cdr") {
        log.lost(first, "`cdr` is not closed: record skipped".to_owned());
    }
    log.finish()
}

impl Leg {
    fn of_json(value: &Value) -> Leg {
        let mut leg = Leg::default();
        let text = |value: &Value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            _ => None,
        };
        for (name, value) in value["variables"].as_object().into_iter().flatten() {
            if let Some(value) = text(value) {
                leg.variable(name, &value);
            }
        }
        for step in value["callflow"].as_array().into_iter().flatten() {
            leg.begin_step(text(&step["profile_index"]).and_then(|n| n.parse().ok()));
            for (name, value) in step["caller_profile"].as_object().into_iter().flatten() {
                if let Some(value) = text(value) {
                    leg.profiled(name, &value);
                }
            }
        }
        leg
    }

    fn variable(&mut self, name: &str, value: &str) {
        self.variables.insert(name.to_owned(), decoded(value));
    }

    /// The first step is the one with the lowest number; without numbers the one that is listed first.
    fn begin_step(&mut self, number: Option<u32>) {
        self.open = self.profile.is_empty() || number.zip(self.step).is_some_and(|(new, old)| new < old);
        if self.open {
            self.profile.clear();
            self.step = number;
        }
    }

    fn profiled(&mut self, name: &str, value: &str) {
        if self.open {
            self.profile.insert(name.to_owned(), decoded(value));
        }
    }
}

/// Values are written as in the address of a page unless that is switched off.
fn decoded(value: &str) -> String {
    percent_decode_str(value.trim()).decode_utf8().map_or_else(|_| value.to_owned(), Cow::into_owned)
}

/// Rows as they come.
struct Log<'a> {
    file: &'a str,
    rows: Rows<'a>,
    notices: Vec<Notice>,
}

impl<'a> Log<'a> {
    fn new(file: &'a str, context: Context<'a>) -> Log<'a> {
        Log { file, rows: Rows::new(file, context, Arc::new(Layout::by_name())), notices: Vec::new() }
    }

    fn lost(&mut self, line: usize, message: String) {
        self.notices.push(Notice::lost(self.file, Some(line), message));
    }

    fn leg(&mut self, leg: Leg, line: usize, place: &str, take: &mut Take<'_>) {
        if leg.variables.is_empty() {
            self.lost(line, format!("{place}no record of FreeSWITCH: without `variables`: not read"));
            return;
        }
        let mut fields = vec![Cow::Borrowed(""); COLUMNS.len()];
        for (name, value) in &leg.variables {
            if let Some(column) =
                WORDS.column(name).filter(|c| !VARIABLES.iter().any(|(known, _)| known == c))
            {
                fields[column] = Cow::Borrowed(value.as_str());
            }
        }
        for (column, names) in VARIABLES {
            let value =
                names.iter().filter_map(|name| leg.variables.get(*name)).find(|v| !v.is_empty() && *v != "0");
            // Nothing else than a talk of no seconds may be 0.
            let value =
                value.or_else(|| (*column == DURATION).then(|| leg.variables.get("billsec")).flatten());
            fields[*column] = Cow::Borrowed(value.map_or("", String::as_str));
        }
        for (column, name) in PROFILE {
            if let Some(value) = leg.profile.get(*name).filter(|v| !v.is_empty()) {
                fields[*column] = Cow::Borrowed(value.as_str());
            }
        }
        let cause = leg.variables.get("hangup_cause").map_or("", String::as_str);
        if WORDS.is_invalid(cause) {
            fields[CONNECTED] = Cow::Borrowed(cause);
        } else if let Some(answer) = leg.variables.get("answer_epoch").filter(|_| fields[DURATION].is_empty())
        {
            fields[CONNECTED] = Cow::Borrowed(if answer == "0" { "false" } else { "true" });
        }
        self.rows.tell_recordings(!fields[RECORDING].is_empty());
        let record = Record { fields, line, closed: true, tidy: true, ..Record::default() };
        self.rows.record(&record, take);
    }

    fn finish(mut self) -> Vec<Notice> {
        self.notices.extend(self.rows.finish());
        self.notices.sort_by_key(|n| n.line);
        self.notices
    }
}

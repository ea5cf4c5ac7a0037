//! Profiles of counting rules: `lexicons/frequency/<name>.toml` or a file of the user's own.

mod reader;

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::document::suggest;
use crate::model::error::{Error, Fault};
use crate::model::profile::{Counts, KeyPart, Profile, ProfileRule, Test, Window};
use crate::model::rules::{Bilingual, Severity};
use crate::model::transcript::CalleeRole;
use reader::Reader;

static DIR: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lexicons/frequency");

const DEFAULT_ZONE: &str = "Asia/Shanghai";
const FILE_KEYS: [&str; 4] = ["title", "timezone", "effective_min_seconds", "rule"];
const RULE_KEYS: [&str; 13] = [
    "id", "title", "why", "counts", "callees", "key", "window", "max", "severity", "review", "basis",
    "needs", "hours",
];
const COUNTS: [(&str, Counts); 4] = [
    ("attempts", Counts::Attempts),
    ("connected", Counts::Connected),
    ("effective", Counts::Effective),
    ("unanswered", Counts::Unanswered),
];
const CALLEES: [(&str, CalleeRole); 3] =
    [("borrower", CalleeRole::Borrower), ("contact", CalleeRole::Contact), ("unknown", CalleeRole::Unknown)];
const KEY_PARTS: [(&str, KeyPart); 5] = [
    ("borrower", KeyPart::Borrower),
    ("callee_number", KeyPart::CalleeNumber),
    ("caller_number", KeyPart::CallerNumber),
    ("collector", KeyPart::Collector),
    ("agency", KeyPart::Agency),
];
const SEVERITIES: [(&str, Severity); 4] = [
    ("info", Severity::Info),
    ("minor", Severity::Minor),
    ("major", Severity::Major),
    ("critical", Severity::Critical),
];
const UNITS: [(char, i64); 5] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];

/// Names of the built-in profiles, sorted.
pub fn builtin() -> Vec<&'static str> {
    let mut names: Vec<&str> = DIR
        .files()
        .filter(|f| f.path().extension().is_some_and(|e| e == "toml"))
        .filter_map(|f| f.path().file_stem()?.to_str())
        .collect();
    names.sort_unstable();
    names
}

/// The text of a built-in profile, as a user may copy and change it.
pub fn source(name: &str) -> Option<&'static str> {
    DIR.get_file(format!("{name}.toml"))?.contents_utf8()
}

/// Reads a built-in profile, or else the file at this path.
///
/// # Errors
/// [`Error::Rules`] with every fault of the file, [`Error::Usage`] when it is neither a built-in name nor a file,
/// [`Error::Read`] when the file cannot be read.
pub fn load(name_or_path: &str) -> Result<Profile, Error> {
    if let Some(text) = source(name_or_path) {
        return parse(name_or_path, &format!("lexicons/frequency/{name_or_path}.toml"), text);
    }
    let path = Path::new(name_or_path);
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => {
            let known = builtin();
            let near = suggest(name_or_path, known.iter().copied());
            Error::Usage(format!(
                "no profile and no file `{name_or_path}`{near}; built-in profiles are {}",
                known.join(", ")
            ))
        }
        _ => Error::Read { path: path.to_owned(), source },
    })?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let good = e.utf8_error().valid_up_to();
        let line = e.as_bytes()[..good].iter().filter(|b| **b == b'\n').count() + 1;
        let message = "is not UTF-8: save it as UTF-8".to_owned();
        Error::Rules(vec![Fault { file: name_or_path.to_owned(), line, message }])
    })?;
    parse(name_or_path, name_or_path, &text)
}

/// Reads a profile from text. `name` is what the profile is called, `file` what faults call it.
///
/// # Errors
/// [`Error::Rules`] with every fault of the text.
pub fn parse(name: &str, file: &str, text: &str) -> Result<Profile, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(file, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let message = error.message().lines().next().unwrap_or_default().to_owned();
        reader.fault(error.span().map_or(0, |s| s.start), message);
    }
    // What a broken file seems to hold would only raise faults that are none.
    let profile = if errors.is_empty() { Some(profile(&mut reader, name, document.get_ref())) } else { None };
    match profile {
        Some(profile) if reader.faults.is_empty() => Ok(profile),
        _ => {
            reader.faults.sort();
            reader.faults.dedup();
            Err(Error::Rules(reader.faults))
        }
    }
}

fn profile(r: &mut Reader<'_>, name: &str, document: &DeTable<'_>) -> Profile {
    r.keys(document, &FILE_KEYS, "a profile");
    let named = || Bilingual { zh: name.to_owned(), en: name.to_owned() };
    let title = r.bilingual(document, "title").unwrap_or_else(named);
    let timezone = zone(r, document);
    let effective_min_seconds = r.number(document, "effective_min_seconds").unwrap_or(0);
    let mut rules = Vec::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    match document.get("rule").map(|v| (v.get_ref().as_array(), v.span().start)) {
        Some((Some(array), _)) if !array.is_empty() => {
            for entry in array.iter() {
                let at = entry.span().start;
                let Some(table) = entry.get_ref().as_table() else {
                    r.fault(at, "a rule must be a table: begin it with [[rule]]");
                    continue;
                };
                rules.extend(rule(r, table, at, &mut lines));
            }
        }
        Some((_, at)) => r.fault(at, "a rule begins with [[rule]]"),
        None => r.fault(0, "no rule: each begins with [[rule]]"),
    }
    Profile { name: name.to_owned(), title, timezone, effective_min_seconds, rules }
}

fn zone(r: &mut Reader<'_>, document: &DeTable<'_>) -> TimeZone {
    let (name, at) = r.text(document, "timezone").unwrap_or((DEFAULT_ZONE, 0));
    TimeZone::get(name).unwrap_or_else(|_| {
        let known: Vec<String> = jiff::tz::db().available().map(|n| n.to_string()).collect();
        let near = suggest(name, known.iter().map(String::as_str));
        r.fault(at, format!("unknown time zone `{name}`{near}; write a name such as `{DEFAULT_ZONE}`"));
        TimeZone::UTC
    })
}

fn rule(
    r: &mut Reader<'_>,
    table: &DeTable<'_>,
    at: usize,
    lines: &mut BTreeMap<String, usize>,
) -> Option<ProfileRule> {
    r.keys(table, &RULE_KEYS, "a rule");
    let id = rule_id(r, table, at, lines);
    let (title, why) = (r.bilingual(table, "title"), r.bilingual(table, "why"));
    let test = test(r, table, at);
    let callees = r.words(table, "callees", &CALLEES).unwrap_or_default();
    let severity = r.word(table, "severity", &SEVERITIES).unwrap_or(Severity::Major);
    let review = r.flag(table, "review").unwrap_or(false);
    let needs = r.word(table, "needs", &[("call-log", true)]).unwrap_or(false);
    let basis = r.basis(table);
    Some(ProfileRule {
        id: id?,
        title,
        why,
        test: test?,
        callees,
        severity,
        review,
        basis,
        needs_call_log: needs,
    })
}

fn rule_id(
    r: &mut Reader<'_>,
    table: &DeTable<'_>,
    at: usize,
    lines: &mut BTreeMap<String, usize>,
) -> Option<String> {
    let Some((id, at)) = r.text(table, "id") else {
        if !table.contains_key("id") {
            r.fault(at, "a rule needs an `id`");
        }
        return None;
    };
    if id.is_empty() || id.contains(|c: char| c == '/' || c.is_whitespace() || c.is_control()) {
        r.fault(at, format!("`{id}` is no rule id: use letters, digits and `-`"));
        return None;
    }
    if let Some(first) = lines.get(id) {
        r.fault(at, format!("the rule id `{id}` is used already in line {first}"));
        return None;
    }
    lines.insert(id.to_owned(), r.line(at));
    Some(id.to_owned())
}

fn test(r: &mut Reader<'_>, table: &DeTable<'_>, at: usize) -> Option<Test> {
    let counting = ["counts", "key", "window", "max"];
    let given: Vec<&str> = counting.into_iter().filter(|k| table.contains_key(*k)).collect();
    if let Some(hours) = table.get("hours") {
        if !given.is_empty() {
            let message = format!("a rule has either `hours` or `{}`, not both", given.join("`, `"));
            r.fault(hours.span().start, message);
        }
        return self::hours(r, table);
    }
    if given.is_empty() {
        r.fault(at, "a rule needs either `hours` or `counts`, `key`, `window` and `max`");
        return None;
    }
    for missing in counting.into_iter().filter(|k| !given.contains(k)) {
        r.fault(at, format!("the rule has no `{missing}`"));
    }
    let counts = r.word(table, "counts", &COUNTS);
    let key = r.words(table, "key", &KEY_PARTS);
    let window = window(r, table);
    let max = r.number(table, "max");
    Some(Test::Count { counts: counts?, key: key?, window: window?, max: max? })
}

fn window(r: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Window> {
    let (text, at) = r.text(table, "window")?;
    if text == "calendar-day" {
        return Some(Window::CalendarDay);
    }
    let seconds = text.char_indices().next_back().and_then(|(last, unit)| {
        let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let number = text.get(..last).filter(|n| n.bytes().all(|b| b.is_ascii_digit()))?;
        number.parse::<i64>().ok()?.checked_mul(*seconds)
    });
    match seconds {
        Some(seconds) if seconds > 0 => Some(Window::Rolling { seconds }),
        _ => {
            let near = suggest(text, ["calendar-day"]);
            r.fault(
                at,
                format!("unknown window `{text}`{near}; write `calendar-day` or a length such as `90s`, `1h` or `7d`"),
            );
            None
        }
    }
}

fn hours(r: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Test> {
    let (hours, at) = r.table(table, "hours", "{ from, to }")?;
    r.keys(hours, &["from", "to"], "`hours`");
    for missing in ["from", "to"].into_iter().filter(|k| !hours.contains_key(*k)) {
        r.fault(at, format!("`hours` has no `{missing}`"));
    }
    let (from, to) = (clock(r, hours, "from"), clock(r, hours, "to"));
    if from.is_some() && from == to {
        r.fault(at, "`from` and `to` are the same time: nothing lies between them");
    }
    Some(Test::Hours { from: from?, to: to? })
}

/// `HH:MM:SS` or `HH:MM`, between quotes or as a TOML time.
fn clock(r: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Option<Time> {
    let value: &Spanned<DeValue<'_>> = table.get(key)?;
    let written = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        _ => String::new(),
    };
    let shaped = matches!(written.len(), 5 | 8)
        && written.bytes().enumerate().all(|(i, b)| if i % 3 == 2 { b == b':' } else { b.is_ascii_digit() });
    // The parser takes a leap second for the second before it; in a rule it is a slip of the pen.
    let time = if shaped && !written.ends_with(":60") { written.parse::<Time>().ok() } else { None };
    if time.is_none() {
        r.fault(value.span().start, format!("`{key}` must be a time of day, such as \"22:00:00\""));
    }
    time
}

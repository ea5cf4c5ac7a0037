//! Profiles of counting rules: `lexicons/frequency/<name>.toml` or a file of the user's own.

mod layers;
mod reader;
mod test;

use std::collections::BTreeMap;
use std::path::Path;

use include_dir::{Dir, include_dir};
use jiff::tz::TimeZone;
use toml::de::DeTable;

use super::document::{MOST_ERRORS, suggest, unreadable};
use crate::model::error::{Error, Fault};
use crate::model::profile::{Profile, ProfileRule, Test, Wording};
use crate::model::rules::{Bilingual, Severity};
use crate::model::transcript::CalleeRole;
pub use layers::files;
use reader::Reader;

static DIR: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lexicons/frequency");

const DEFAULT_ZONE: &str = "Asia/Shanghai";
/// Profiles that may be built on one another in a row.
const MOST_LAYERS: usize = 8;
const FILE_KEYS: [&str; 5] = ["extends", "title", "timezone", "effective_min_seconds", "rule"];
const RULE_KEYS: [&str; 21] = [
    "id",
    "title",
    "why",
    "counts",
    "distinct",
    "after",
    "callees",
    "ring_max_seconds",
    "key",
    "window",
    "max",
    "hours",
    "contact_after_failed",
    "requires",
    "severity",
    "wording",
    "review",
    "basis",
    "needs",
    "all_agencies",
    "off",
];
const CALLEES: [(&str, CalleeRole); 3] =
    [("borrower", CalleeRole::Borrower), ("contact", CalleeRole::Contact), ("unknown", CalleeRole::Unknown)];
const SEVERITIES: [(&str, Severity); 4] = [
    ("info", Severity::Info),
    ("minor", Severity::Minor),
    ("major", Severity::Major),
    ("critical", Severity::Critical),
];
const WORDINGS: [(&str, Wording); 4] = [
    ("must-not", Wording::MustNot),
    ("should", Wording::Should),
    ("advised", Wording::Advised),
    ("chosen", Wording::Chosen),
];

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

/// ` (did you mean …?)` with the built-in profile that is nearest to a name, or to that of a file: who writes `strict.toml` means the
/// profile of that name where there is no such file.
pub fn nearest(name_or_path: &str) -> String {
    let known = builtin();
    let stem = Path::new(name_or_path).file_stem().and_then(|stem| stem.to_str()).unwrap_or(name_or_path);
    suggest(stem, known)
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
    layered(name_or_path, MOST_LAYERS)
}

fn layered(name_or_path: &str, layers: usize) -> Result<Profile, Error> {
    if let Some(text) = source(name_or_path) {
        return document(name_or_path, &format!("lexicons/frequency/{name_or_path}.toml"), text, layers);
    }
    let path = Path::new(name_or_path);
    let bytes = std::fs::read(path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => {
            let near = nearest(name_or_path);
            Error::Usage(format!(
                "no profile and no file `{name_or_path}`{near}; built-in profiles are {}",
                builtin().join(", ")
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
    document(name_or_path, name_or_path, &text, layers)
}

/// Reads a profile from text. `name` is what the profile is called, `file` what faults call it.
///
/// # Errors
/// [`Error::Rules`] with every fault of the text.
pub fn parse(name: &str, file: &str, text: &str) -> Result<Profile, Error> {
    document(name, file, text, MOST_LAYERS)
}

fn document(name: &str, file: &str, text: &str, layers: usize) -> Result<Profile, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader::new(file, text);
    let (document, errors) = DeTable::parse_recoverable(text);
    for error in errors.iter().take(MOST_ERRORS) {
        let (at, message) = unreadable(text, error);
        reader.fault(at, message);
    }
    // What a broken file seems to hold would only raise faults that are none.
    let profile = if errors.is_empty() {
        let base = base(&mut reader, file, document.get_ref(), layers)?;
        Some(profile(&mut reader, name, document.get_ref(), base))
    } else {
        None
    };
    match profile {
        Some(profile) if reader.faults.is_empty() => Ok(profile),
        _ => {
            reader.faults.sort();
            Err(Error::Rules(reader.faults))
        }
    }
}

/// The profile that this one changes: a built-in one, or a file beside it.
fn base(
    r: &mut Reader<'_>,
    file: &str,
    document: &DeTable<'_>,
    layers: usize,
) -> Result<Option<Profile>, Error> {
    let Some((name, at)) = r.text(document, "extends") else { return Ok(None) };
    if layers == 0 {
        r.fault(
            at,
            format!("more than {MOST_LAYERS} profiles are built on one another, perhaps in a circle"),
        );
        return Ok(None);
    }
    let beside = Path::new(file).parent().unwrap_or(Path::new("")).join(name);
    let found = if source(name).is_some() { name.to_owned() } else { beside.to_string_lossy().into_owned() };
    match layered(&found, layers - 1) {
        Ok(profile) => Ok(Some(profile)),
        Err(Error::Usage(_)) => {
            let near = nearest(name);
            r.fault(at, format!("no profile and no file `{name}` to extend{near}"));
            Ok(None)
        }
        Err(other) => Err(other),
    }
}

fn profile(r: &mut Reader<'_>, name: &str, document: &DeTable<'_>, base: Option<Profile>) -> Profile {
    r.keys(document, &FILE_KEYS, "a profile");
    let extends = base.is_some() || document.contains_key("extends");
    let mut whole = base.unwrap_or_else(|| Profile {
        name: String::new(),
        title: Bilingual { zh: name.to_owned(), en: name.to_owned() },
        timezone: TimeZone::UTC,
        effective_min_seconds: 0,
        rules: Vec::new(),
    });
    whole.name = name.to_owned();
    whole.title = r.bilingual(document, "title").unwrap_or(whole.title);
    if !extends || document.contains_key("timezone") {
        whole.timezone = zone(r, document);
    }
    whole.effective_min_seconds =
        r.number(document, "effective_min_seconds").unwrap_or(whole.effective_min_seconds);
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    match document.get("rule").map(|v| (v.get_ref().as_array(), v.span().start)) {
        Some((Some(array), _)) if !array.is_empty() => {
            for entry in array.iter() {
                let at = entry.span().start;
                let Some(table) = entry.get_ref().as_table() else {
                    r.fault(at, "a rule must be a table: begin it with [[rule]]");
                    continue;
                };
                lay(r, table, at, &mut lines, &mut whole.rules);
            }
        }
        Some((_, at)) => r.fault(at, "a rule begins with [[rule]]"),
        None if extends => {}
        None => r.fault(0, "no rule: each begins with [[rule]]"),
    }
    whole
}

/// Puts a rule in the place of the one with its id, which gives it what it does not say, or behind the others.
fn lay(
    r: &mut Reader<'_>,
    table: &DeTable<'_>,
    at: usize,
    lines: &mut BTreeMap<String, usize>,
    rules: &mut Vec<ProfileRule>,
) {
    r.keys(table, &RULE_KEYS, "a rule");
    let id = rule_id(r, table, at, lines);
    let place = rules.iter().position(|known| Some(&known.id) == id.as_ref());
    if r.flag(table, "off") == Some(true) {
        match place {
            Some(place) => drop(rules.remove(place)),
            None => r.fault(
                at,
                "`off` takes out a rule of the profile that is extended; there is none with this id",
            ),
        }
        return;
    }
    let base = place.map(|place| rules[place].clone());
    let Some(rule) = rule(r, table, at, id, base) else { return };
    match place {
        Some(place) => rules[place] = rule,
        None => rules.push(rule),
    }
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
    id: Option<String>,
    base: Option<ProfileRule>,
) -> Option<ProfileRule> {
    let test = test::read(r, table, at, base.as_ref().map(|b| &b.test));
    let title = r.bilingual(table, "title");
    let why = r.bilingual(table, "why");
    let callees = r.words(table, "callees", &CALLEES);
    let ring = r.number(table, "ring_max_seconds");
    let severity = r.word(table, "severity", &SEVERITIES);
    let wording = r.word(table, "wording", &WORDINGS);
    let review = r.flag(table, "review");
    let needs = r.word(table, "needs", &[("call-log", true)]);
    let all_agencies = r.flag(table, "all_agencies");
    let basis = table.contains_key("basis").then(|| r.basis(table));
    let base = base.unwrap_or_else(|| ProfileRule {
        id: String::new(),
        title: None,
        why: None,
        test: Test::Unrecorded,
        callees: Vec::new(),
        ring_max_seconds: None,
        severity: Severity::Major,
        review: false,
        wording: None,
        all_agencies: false,
        basis: Vec::new(),
        needs_call_log: false,
    });
    // A recommendation, and a number that no text names, are for a person to weigh.
    let by_wording = wording.map(|w| matches!(w, Wording::Advised | Wording::Chosen));
    Some(ProfileRule {
        id: id?,
        title: title.or(base.title),
        why: why.or(base.why),
        test: test?,
        callees: callees.unwrap_or(base.callees),
        ring_max_seconds: ring.or(base.ring_max_seconds),
        severity: severity.unwrap_or(base.severity),
        review: review.or(by_wording).unwrap_or(base.review),
        wording: wording.or(base.wording),
        all_agencies: all_agencies.unwrap_or(base.all_agencies),
        basis: basis.unwrap_or(base.basis),
        needs_call_log: needs.unwrap_or(base.needs_call_log),
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

//! Names of files and folders that tell of the call: `{borrower_id}_{collector_id}_{start:%Y%m%d%H%M%S}`.

use std::collections::HashSet;

use jiff::Timestamp;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::TimeZone;

use crate::lexicon::document::suggest;
use crate::model::error::Error;
use crate::model::facts::Facts;
use crate::model::transcript::CalleeRole;

/// Fields that a pattern may hold.
const FIELDS: [&str; 8] = [
    "call_id",
    "borrower_id",
    "collector_id",
    "agency",
    "caller_number",
    "callee_number",
    "callee_role",
    "start",
];
/// Longest name that is looked at, in bytes: no file system has longer ones.
const MOST_NAME: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Literal(String),
    /// Something that tells nothing.
    Skip,
    Field(&'static str),
    /// A start, by its strftime form.
    Start(String),
}

/// A pattern of names, without their extension.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    parts: Vec<Part>,
    /// Folders above the file that it takes in.
    folders: usize,
}

/// What a name says, by field.
type Said<'a> = Vec<(&'static str, &'a str)>;

impl Pattern {
    /// Reads a pattern. A `/` takes in the name of a folder; `{}` and `{_}` skip.
    ///
    /// # Errors
    /// When a brace is not closed, a field is unknown or stands twice, two fields touch, or the form of the start is none.
    pub fn parse(text: &str) -> Result<Pattern, Error> {
        let wrong = |message: String| Error::Usage(format!("--name-pattern: {message}"));
        let mut parts: Vec<Part> = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let at = rest.find('{').unwrap_or(rest.len());
            if at > 0 {
                parts.push(Part::Literal(rest[..at].to_owned()));
            }
            let Some(inside) = rest[at..].strip_prefix('{') else { break };
            let (field, after) =
                inside.split_once('}').ok_or_else(|| wrong(format!("`{{{inside}` has no `}}`")))?;
            let part = part(field).map_err(wrong)?;
            if matches!(parts.last(), Some(last) if !matches!(last, Part::Literal(_))) {
                return Err(wrong(format!("nothing stands before `{{{field}}}` to tell where it begins")));
            }
            if part != Part::Skip && parts.iter().any(|p| p.name().is_some() && p.name() == part.name()) {
                return Err(wrong(format!("`{{{field}}}` stands twice")));
            }
            parts.push(part);
            rest = after;
        }
        if parts.iter().all(|p| p.name().is_none()) {
            return Err(wrong(format!("no field in it; known are {}", FIELDS.join(", "))));
        }
        let slashes = |p: &Part| if let Part::Literal(l) = p { l.matches('/').count() } else { 0 };
        let folders = parts.iter().map(slashes).sum();
        Ok(Pattern { parts, folders })
    }

    /// What the name of a file says; nothing when it does not fit. Times without an offset are those of `zone`.
    pub fn facts(&self, file: &str, zone: &TimeZone) -> Option<Facts> {
        let name = file.replace('\\', "/");
        let said = self.read(self.tail(&name), zone)?;
        let mut facts = Facts::default();
        for (field, value) in said {
            let slot = match field {
                "start" => {
                    facts.start = self.form().and_then(|form| time(form, value, zone));
                    continue;
                }
                "callee_role" => {
                    facts.callee_role = role(value).unwrap_or_default();
                    continue;
                }
                "call_id" => &mut facts.call_id,
                "borrower_id" => &mut facts.borrower_id,
                "collector_id" => &mut facts.collector_id,
                "agency" => &mut facts.agency,
                "caller_number" => &mut facts.caller_number,
                _ => &mut facts.callee_number,
            };
            *slot = Some(value.to_owned());
        }
        Some(facts)
    }

    /// The form of the start.
    fn form(&self) -> Option<&str> {
        self.parts.iter().find_map(|p| if let Part::Start(form) = p { Some(form.as_str()) } else { None })
    }

    /// The part of a path that is looked at: the name without extension, and as many folders as the pattern has.
    fn tail<'a>(&self, path: &'a str) -> &'a str {
        let from = path.rmatch_indices('/').nth(self.folders).map_or(0, |(at, _)| at + 1);
        let tail = &path[from..];
        let name = tail.rfind('/').map_or(0, |at| at + 1);
        tail[name..].rfind('.').filter(|dot| *dot > 0).map_or(tail, |dot| &tail[..name + dot])
    }

    fn read<'a>(&self, name: &'a str, zone: &TimeZone) -> Option<Said<'a>> {
        let mut search = Search { name, zone, said: Vec::new(), failed: HashSet::new() };
        let fits = name.len() <= MOST_NAME && self.fit(&mut search, 0, 0);
        fits.then_some(search.said)
    }

    /// Whether the parts from `index` on fit the name from byte `at` on.
    fn fit(&self, search: &mut Search<'_, '_>, index: usize, at: usize) -> bool {
        let rest = &search.name[at..];
        let Some(part) = self.parts.get(index) else { return rest.is_empty() };
        if let Part::Literal(literal) = part {
            return rest.starts_with(literal.as_str()) && self.fit(search, index + 1, at + literal.len());
        }
        if search.failed.contains(&(index, at)) {
            return false;
        }
        let inside = rest.find('/').unwrap_or(rest.len());
        let ends = rest[..inside].char_indices().map(|(i, c)| i + c.len_utf8());
        for end in ends {
            let value = &rest[..end];
            let good = match part {
                Part::Start(form) => time(form, value, search.zone).is_some(),
                Part::Field("callee_role") => role(value).is_some(),
                _ => !value.trim().is_empty(),
            };
            if !good {
                continue;
            }
            let before = search.said.len();
            search.said.extend(part.name().map(|field| (field, value.trim())));
            if self.fit(search, index + 1, at + end) {
                return true;
            }
            search.said.truncate(before);
        }
        search.failed.insert((index, at));
        false
    }
}

/// A name that is being read.
struct Search<'a, 'z> {
    name: &'a str,
    zone: &'z TimeZone,
    said: Said<'a>,
    /// Parts that fit nowhere from a byte on: keeps the time polynomial.
    failed: HashSet<(usize, usize)>,
}

impl Part {
    fn name(&self) -> Option<&'static str> {
        match self {
            Part::Field(name) => Some(name),
            Part::Start(_) => Some("start"),
            Part::Literal(_) | Part::Skip => None,
        }
    }
}

fn part(text: &str) -> Result<Part, String> {
    let (name, form) = text.split_once(':').map_or((text, None), |(name, form)| (name, Some(form)));
    if matches!(name, "" | "_") && form.is_none() {
        return Ok(Part::Skip);
    }
    let Some(field) = FIELDS.iter().find(|f| **f == name) else {
        return Err(format!("unknown field `{name}`{}", suggest(name, FIELDS)));
    };
    match (*field, form) {
        ("start", Some(form)) => {
            // A day alone would be midnight, at which nobody may call.
            let sample = Timestamp::UNIX_EPOCH.to_zoned_datetime(TimeZone::UTC);
            let written = BrokenDownTime::from(&sample).to_string(form);
            let read = written.is_ok_and(|text| time(form, &text, &TimeZone::UTC).is_some());
            let hour = ["%H", "%I", "%k", "%l", "%T", "%R", "%s"].iter().any(|d| form.contains(d));
            if read && hour {
                return Ok(Part::Start(form.to_owned()));
            }
            Err(format!("`{form}` is no form of a day with an hour, such as `%Y%m%d%H%M%S`"))
        }
        ("start", None) => Err("`start` needs a form, such as `{start:%Y%m%d%H%M%S}`".to_owned()),
        (_, Some(_)) => Err(format!("`{name}` takes no form")),
        (field, None) => Ok(Part::Field(field)),
    }
}

fn time(form: &str, value: &str, zone: &TimeZone) -> Option<Timestamp> {
    let read = BrokenDownTime::parse(form, value).ok()?;
    if let Ok(at) = read.to_timestamp() {
        return Some(at);
    }
    zone.to_timestamp(read.to_datetime().ok()?).ok()
}

fn role(value: &str) -> Option<CalleeRole> {
    match value.trim().to_ascii_lowercase().as_str() {
        "borrower" => Some(CalleeRole::Borrower),
        "contact" => Some(CalleeRole::Contact),
        "unknown" => Some(CalleeRole::Unknown),
        _ => None,
    }
}

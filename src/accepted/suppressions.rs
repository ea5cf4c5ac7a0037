//! The file of suppressions: reviewed decisions that a finding does not count, each with a reason, somebody who answers for it
//! and a last day.

use std::path::Path;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;

use super::Subject;
use crate::lexicon::document::{self, suggest};
use crate::model::accepted::{Accepted, AcceptedBy};
use crate::model::error::{Error, Fault};

/// The file as it is written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The share of an agency's findings that may be suppressed.
    #[schemars(with = "f64", range(min = 0.0, max = 1.0))]
    max_share: Spanned<f64>,
    /// Reviewed decisions that a finding does not count.
    #[serde(default)]
    #[schemars(with = "Vec<Written>")]
    suppression: Vec<Spanned<Written>>,
}

/// An entry as it is written.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// Rule of the findings.
    rule: Option<String>,
    /// Their call.
    call: Option<String>,
    /// Their fingerprint.
    fingerprint: Option<String>,
    /// Their collector.
    collector: Option<String>,
    /// Their borrower.
    borrower: Option<String>,
    /// Why.
    reason: String,
    /// Who answers for it.
    author: String,
    /// The last day on which it holds; a date of TOML.
    #[schemars(with = "String", extend("format" = "date"))]
    expires: toml::value::Datetime,
}

/// An entry.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its 1-based line.
    pub line: usize,
    /// What findings it is about: each that is given must be the same.
    pub rule: Option<String>,
    /// Call.
    pub call: Option<String>,
    /// Fingerprint.
    pub fingerprint: Option<String>,
    /// Collector.
    pub collector: Option<String>,
    /// Borrower.
    pub borrower: Option<String>,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub author: String,
    /// The last day on which it holds.
    pub expires: Date,
    /// Findings that it suppressed in this run.
    pub used: u64,
    /// Findings that it would have suppressed, were it not over.
    pub missed: u64,
}

/// All entries.
#[derive(Debug, Clone)]
pub struct Suppressions {
    /// The file, as the user named it.
    pub file: String,
    /// The share of an agency's findings that may be suppressed, 0 to 1.
    pub max_share: f64,
    /// Line of `max_share`.
    pub share_line: usize,
    /// Entries in the order of the file.
    pub entries: Vec<Entry>,
}

impl Suppressions {
    /// Reads the file; `rules` are the ids that are known.
    ///
    /// # Errors
    /// When it cannot be read; every fault of it.
    pub fn read(file: &Path, rules: &[&str]) -> Result<Suppressions, Error> {
        let text =
            std::fs::read_to_string(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
        Suppressions::parse(&file.display().to_string(), &text, rules).map_err(Error::Rules)
    }

    fn parse(file: &str, text: &str, rules: &[&str]) -> Result<Suppressions, Vec<Fault>> {
        let document: Document = document::parse(file, text).map_err(|fault| vec![explained(fault)])?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let line = |span: std::ops::Range<usize>| document::line_of(text, span.start);
        let mut faults = Vec::new();
        let share_line = line(document.max_share.span());
        let max_share = document.max_share.into_inner();
        let fault = |line, message: String| Fault { file: file.to_owned(), line, message };
        if !(0.0..=1.0).contains(&max_share) {
            faults.push(fault(share_line, format!("max_share is {max_share}: it is a share from 0 to 1")));
        }
        let mut entries = Vec::new();
        for written in document.suppression {
            let line = line(written.span());
            match entry(written.into_inner(), line, rules) {
                Ok(entry) => entries.push(entry),
                Err(messages) => faults.extend(messages.into_iter().map(|m| fault(line, m))),
            }
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        Ok(Suppressions { file: file.to_owned(), max_share, share_line, entries })
    }

    /// The first entry in force that is about this finding. Entries that are over count what they miss.
    pub(super) fn apply(&mut self, subject: &Subject<'_>, today: Date) -> Option<Accepted> {
        let mut found: Option<Accepted> = None;
        for entry in self.entries.iter_mut().filter(|e| e.is_about(subject)) {
            if entry.expires < today {
                entry.missed += 1;
            } else {
                entry.used += 1;
                found.get_or_insert_with(|| Accepted {
                    by: AcceptedBy::Suppression,
                    reason: Some(entry.reason.clone()),
                    author: Some(entry.author.clone()),
                    expires: Some(entry.expires.to_string()),
                });
            }
        }
        found
    }
}

impl Entry {
    fn is_about(&self, subject: &Subject<'_>) -> bool {
        let same = |wanted: &Option<String>, is: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| is == Some(wanted))
        };
        same(&self.rule, Some(subject.rule))
            && same(&self.fingerprint, Some(subject.fingerprint))
            && same(&self.collector, subject.collector)
            && same(&self.borrower, subject.borrower)
            && self.call.as_ref().is_none_or(|call| subject.calls.contains(call))
    }

    /// What it is about, as the file says.
    pub fn scope(&self) -> String {
        let keys = [
            ("rule", &self.rule),
            ("call", &self.call),
            ("fingerprint", &self.fingerprint),
            ("collector", &self.collector),
            ("borrower", &self.borrower),
        ];
        let given = keys.iter().filter_map(|(key, value)| Some(format!("{key} {}", value.as_ref()?)));
        given.collect::<Vec<_>>().join(", ")
    }
}

/// Serde's word for a key that lacks, with what the key is for.
fn explained(mut fault: Fault) -> Fault {
    let why = [
        (
            "`max_share`",
            "the share of an agency's findings that may be suppressed, such as `max_share = 0.05`",
        ),
        ("`reason`", "why the finding does not count"),
        ("`author`", "who answers for it"),
        ("`expires`", "the last day on which it holds, such as 2026-06-30"),
    ];
    if let Some((_, why)) = why.iter().find(|(key, _)| fault.message == format!("missing field {key}")) {
        fault.message = format!("{}: {why}", fault.message);
    }
    fault
}

fn entry(written: Written, line: usize, rules: &[&str]) -> Result<Entry, Vec<String>> {
    let mut wrong = Vec::new();
    for (key, value) in [("reason", &written.reason), ("author", &written.author)] {
        if value.trim().is_empty() {
            wrong.push(format!("`{key}` is empty: a suppression needs one"));
        }
    }
    if written.rule.is_none() && written.call.is_none() && written.fingerprint.is_none() {
        wrong.push("names neither `rule`, `call` nor `fingerprint`: it would suppress everything".to_owned());
    }
    if let Some(rule) = written.rule.as_deref().filter(|rule| !rules.contains(rule)) {
        wrong.push(format!("no rule `{rule}`{}", suggest(rule, rules.iter().copied())));
    }
    let day = written.expires.date.filter(|_| written.expires.time.is_none());
    let day = day.and_then(|d| Date::new(i16::try_from(d.year).ok()?, d.month as i8, d.day as i8).ok());
    if day.is_none() {
        wrong.push("`expires` is a day such as 2026-06-30, without quotes".to_owned());
    }
    match day {
        Some(expires) if wrong.is_empty() => Ok(Entry {
            line,
            rule: written.rule,
            call: written.call,
            fingerprint: written.fingerprint,
            collector: written.collector,
            borrower: written.borrower,
            reason: written.reason,
            author: written.author,
            expires,
            used: 0,
            missed: 0,
        }),
        _ => Err(wrong),
    }
}

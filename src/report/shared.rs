//! What the formats have in common: words for a finding, and file names as addresses.

use std::io;
use std::path::{Component, Path, PathBuf};

use super::About;
use super::table::clean;
use crate::model::finding::{Finding, FrequencyFinding, Verdict};
use crate::model::profile::Test;
use crate::model::rules::{Bilingual, Severity};
use crate::model::scan::{Conclusion, Timeline};
use crate::model::transcript::Speaker;

/// What a person is told about a rule.
pub(super) struct Told<'a> {
    /// Title; the id when the rule has none.
    pub title: &'a str,
    /// Why it is forbidden; may be empty.
    pub why: &'a str,
    /// What to do instead; may be empty.
    pub advice: &'a str,
}

/// Title, reason and advice of a rule about words or about counts.
pub(super) fn told<'a>(about: &About<'a>, id: &'a str) -> Told<'a> {
    let side = |text: &'a Bilingual| about.voice.pick(text);
    if let Some(ix) = about.rules.rule(id) {
        let rule = &about.rules.rules[ix];
        return Told { title: side(&rule.title), why: side(&rule.why), advice: side(&rule.advice) };
    }
    let rule = about.profile.rules.iter().find(|r| id.strip_prefix("frequency/") == Some(&r.id));
    let title = rule.and_then(|r| r.title.as_ref()).map_or(id, side);
    Told { title, why: rule.and_then(|r| r.why.as_ref()).map_or("", side), advice: "" }
}

/// The totals of a run, what they were counted by last.
pub(super) fn totals(about: &About<'_>, conclusion: &Conclusion) -> Vec<String> {
    let (t, voice) = (&conclusion.totals, about.voice);
    let of = |key: &str| t.verdicts.get(key).copied().unwrap_or(0);
    let lexicon = about.rules.hash.get(..12).unwrap_or(&about.rules.hash);
    vec![
        voice.fill(
            "summary.log",
            &[&t.calls_in_log, &t.calls_with_transcript, &t.connected_without_transcript],
        ),
        voice.fill("summary.decoded", &[&t.calls_decoded, &t.calls_with_known_roles, &t.calls_judged]),
        voice.fill("summary.verdicts", &[&of("violation"), &of("review"), &of("pass"), &of("not-checked")]),
        voice.fill("summary.findings", &[&t.in_words(), &conclusion.frequency.len()]),
        voice.fill("summary.profile", &[&about.profile.name, &lexicon]),
    ]
}

/// A finding in one line: verdict, title, words, call and turn.
pub(super) fn sentence(about: &About<'_>, f: &Finding) -> String {
    let voice = about.voice;
    let verdict = voice.say(&format!("verdict.{}", verdict(f.verdict)));
    let (quote, call) = (clean(&f.quote), clean(&f.call_id));
    if quote.is_empty() {
        return voice.fill("finding.place", &[&verdict, &told(about, &f.rule).title, &call, &(f.turn + 1)]);
    }
    voice.fill("finding.words", &[&verdict, &told(about, &f.rule).title, &quote, &call, &(f.turn + 1)])
}

/// A counting finding in one line: verdict, title, borrower, count and time.
pub(super) fn sentence_of_counts(about: &About<'_>, f: &FrequencyFinding) -> String {
    let voice = about.voice;
    let verdict = voice.say(&format!("verdict.{}", verdict(f.verdict)));
    let who = clean(f.borrower_id.as_deref().unwrap_or("-"));
    let what = counted(about, f);
    voice.fill("finding.counts", &[&verdict, &told(about, &f.rule).title, &who, &what, &f.from, &f.to])
}

/// How many calls, and how many are lawful; for a rule that counts none, what it is that they do.
pub(super) fn counted(about: &About<'_>, f: &FrequencyFinding) -> String {
    let voice = about.voice;
    let rule = about.profile.rules.iter().find(|r| f.rule.strip_prefix("frequency/") == Some(&r.id));
    match rule.map(|r| &r.test) {
        Some(Test::Hours { .. }) => voice.say("frequency.hours"),
        Some(Test::Distinct { .. }) => voice.fill("frequency.distinct", &[&f.count, &f.limit]),
        Some(Test::After { .. }) => {
            let event = clean(f.after.as_deref().unwrap_or("-"));
            voice.fill("frequency.after", &[&event, &f.count, &f.limit])
        }
        Some(Test::ContactFirst { .. }) => voice.fill("frequency.contact-first", &[&f.count]),
        Some(Test::Unrecorded) => voice.fill("frequency.unrecorded", &[&f.count]),
        _ if f.at_least => voice.fill("frequency.at-least", &[&f.count, &f.limit]),
        _ => voice.fill("frequency.count", &[&f.count, &f.limit]),
    }
}

/// The calls to one borrower in one line. Contacts and numbers are told apart by what the input says of them: where it says
/// nothing there is no number of them, not zero.
pub(super) fn at_a_glance(about: &About<'_>, t: &Timeline) -> String {
    let voice = about.voice;
    let contacts = match (t.contacts, t.to_contacts) {
        (0, 1..) => voice.say("timeline.contacts.unknown"),
        (n, _) => voice.fill("timeline.contacts", &[&n]),
    };
    let numbers = match (t.numbers, t.attempts) {
        (0, 1..) => voice.say("timeline.numbers.unknown"),
        (n, _) => voice.fill("timeline.numbers", &[&n]),
    };
    voice.fill(
        "timeline.calls",
        &[&t.attempts, &t.connected, &t.to_contacts, &contacts, &numbers, &t.night, &t.inbound],
    )
}

/// What was matched, for people: the classifier has no words of its own.
pub(super) fn matched(about: &About<'_>, f: &Finding) -> String {
    if f.matched == "classifier" { about.voice.say("matched.classifier") } else { f.matched.clone() }
}

/// Remarks on a finding in the language of the report.
pub(super) fn notes(about: &About<'_>, notes: &[String]) -> String {
    notes.iter().map(|n| about.voice.remark(n)).collect::<Vec<_>>().join("; ")
}

/// The name of a verdict in the machine contract.
pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violation => "violation",
        Verdict::Review => "review",
        Verdict::Pass => "pass",
        Verdict::NotChecked => "not-checked",
    }
}

/// The name of a severity in the machine contract.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "critical",
        Severity::Major => "major",
        Severity::Minor => "minor",
        Severity::Info => "info",
    }
}

/// The name of a speaker in the machine contract.
pub(super) fn speaker(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Collector => "collector",
        Speaker::Borrower => "borrower",
        Speaker::Contact => "contact",
        Speaker::Unknown => "unknown",
    }
}

/// Whether a spreadsheet could take a text for a formula, also behind leading space and in full width.
pub(super) fn formula(text: &str) -> bool {
    let first = text.trim_start_matches([' ', '\u{3000}', '\u{a0}', '\u{feff}']).chars().next();
    let opens = ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];
    first.is_some_and(|c| opens.contains(&c))
}

/// Where a counting finding is shown, file and line: at the last of its calls, else at the beginning of the first input.
pub(super) fn place_of_counts<'a>(about: &About<'a>, f: &'a FrequencyFinding) -> (&'a str, usize) {
    let first = || (about.inputs.first().map_or("-", String::as_str), 1);
    f.place.as_ref().map_or_else(first, |(file, line)| (file, *line))
}

/// A path as people and pipelines know it, with `/` between its parts: below the folder of the run if it lies there. Elsewhere it
/// is as it was named, so that nobody learns where the folder of the run lies.
pub(super) fn relative(about: &About<'_>, file: &str) -> String {
    let (named, path) = (Path::new(file), lexical(&about.base.join(file)));
    let outside = || if named.is_absolute() { path.clone() } else { lexical(named) };
    let shown = path.strip_prefix(about.base).map_or_else(|_| outside(), Path::to_owned);
    shown.to_string_lossy().replace('\\', "/")
}

/// The same as a URI reference: `file:` where the path is absolute.
pub(super) fn uri(about: &About<'_>, file: &str) -> String {
    let path = relative(about, file);
    let escaped = percent(&path);
    match Path::new(&path).is_absolute() {
        false => escaped,
        true => format!("file:///{}", escaped.trim_start_matches('/')),
    }
}

/// Without `.` and, as far as names tell, `..`; those with which a relative path begins stay.
fn lexical(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => match clean.components().next_back() {
                None | Some(Component::ParentDir) => clean.push(part),
                _ => {
                    clean.pop();
                }
            },
            other => clean.push(other),
        }
    }
    clean
}

/// Everything but unreserved characters and `/` as `%XX`.
fn percent(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                text.push(byte as char)
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

/// Puts an error of another kind into the place of one of writing.
pub(super) fn other(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::other(error)
}

//! GitHub workflow commands: one annotation a finding, and what could not be looked at.

use std::io::{self, Write};

use super::accepted::sentence_of_audit;
use super::shared::{place_of_counts, relative, sentence, sentence_of_counts, told};
use super::table::clean;
use super::{About, Reporter};
use crate::model::finding::Verdict;
use crate::model::scan::{CallOutcome, Conclusion};

pub(super) struct GitHub;

impl Reporter for GitHub {
    fn call(&mut self, about: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()> {
        for f in &outcome.findings {
            let place = (&*f.file, Some(f.line));
            command(
                about,
                level(f.verdict, f.accepted.is_some()),
                place,
                &title(about, &f.rule),
                &sentence(about, f),
                out,
            )?;
        }
        Ok(())
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        for f in &conclusion.frequency {
            let (file, line) = place_of_counts(about, f);
            let place = (file, Some(line));
            let text = sentence_of_counts(about, f);
            command(
                about,
                level(f.verdict, f.accepted.is_some()),
                place,
                &title(about, &f.rule),
                &text,
                out,
            )?;
        }
        for audit in &conclusion.audits {
            let (level, place) = (level(audit.verdict, false), (&*audit.file, Some(audit.line)));
            let title = format!("[{}]", audit.rule);
            command(about, level, place, &title, &sentence_of_audit(about, audit), out)?;
        }
        for n in conclusion.notices.iter().filter(|n| n.lost) {
            let title = about.voice.say("verdict.not-checked");
            command(about, "error", (&n.file, n.line), &title, &about.voice.remark(&n.message), out)?;
        }
        Ok(())
    }
}

fn level(verdict: Verdict, accepted: bool) -> &'static str {
    match verdict {
        _ if accepted => "notice",
        Verdict::Violation => "error",
        _ => "warning",
    }
}

fn title(about: &About<'_>, rule: &str) -> String {
    format!("{} [{rule}]", told(about, rule).title)
}

fn command(
    about: &About<'_>,
    level: &str,
    (file, line): (&str, Option<usize>),
    title: &str,
    text: &str,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut keys = Vec::new();
    if !file.is_empty() {
        keys.push(format!("file={}", property(&relative(about, file))));
    }
    keys.extend(line.map(|l| format!("line={l}")));
    keys.push(format!("title={}", property(title)));
    writeln!(out, "::{level} {}::{}", keys.join(","), data(text))
}

/// The text of a command; it ends with its line.
fn data(text: &str) -> String {
    clean(text).replace('%', "%25")
}

/// The value of a key, which a colon or a comma would end.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

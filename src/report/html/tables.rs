//! Borrowers and collectors, required elements, and what the input made impossible.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::cards::more;
use super::escape::Esc;
use crate::model::finding::Verdict;
use crate::model::scan::{Conclusion, PartyRecord};
use crate::report::About;
use crate::report::shared::verdict;

/// Rows of a table of borrowers or collectors: only those with something to look at.
const MOST_ROWS: usize = 15;
/// Notices and call ids that are shown.
const MOST_REMARKS: usize = 200;

pub(super) fn parties(
    about: &About<'_>,
    title: &str,
    rows: &[PartyRecord],
    out: &mut dyn Write,
) -> io::Result<()> {
    let bad = |v: Verdict| matches!(v, Verdict::Violation | Verdict::Review);
    let worst: Vec<&PartyRecord> = rows.iter().filter(|r| bad(r.verdict)).collect();
    if worst.is_empty() {
        return Ok(());
    }
    let voice = about.voice;
    writeln!(
        out,
        "<section>\n<h2>{}</h2>\n<div class=\"wide\"><table>\n<thead><tr>",
        Esc(&voice.say(title))
    )?;
    for column in ["id", "verdict", "score", "calls", "rules"] {
        write!(out, "<th>{}</th>", Esc(&voice.say(&format!("column.{column}"))))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for row in worst.iter().take(MOST_ROWS) {
        let how = verdict(row.verdict);
        let rules = row.rules.iter().filter(|(_, c)| bad(c.verdict));
        let rules: Vec<String> = rules.map(|(id, c)| format!("{id} {}", c.count)).collect();
        writeln!(
            out,
            "<tr><td>{}</td><td><span class=\"badge {how}\">{}</span></td><td class=\"number\">{:.2}</td>\
             <td class=\"number\">{}</td><td>{}</td></tr>",
            Esc(&row.id),
            Esc(&voice.say(&format!("verdict.{how}"))),
            row.score,
            row.calls,
            Esc(&rules.join(", "))
        )?;
    }
    writeln!(out, "</tbody>\n</table></div>")?;
    more(about, worst.len().saturating_sub(MOST_ROWS), out)?;
    writeln!(out, "</section>")
}

pub(super) fn missing(
    about: &About<'_>,
    counts: &BTreeMap<String, u64>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{}</h2>\n<table>\n<tbody>", Esc(&about.voice.say("conduct.missing")))?;
    for element in &about.rules.conduct {
        if let Some(count) = counts.get(&element.name) {
            let title = about.voice.pick(&element.title);
            writeln!(out, "<tr><td>{}</td><td class=\"number\">{count}</td></tr>", Esc(title))?;
        }
    }
    writeln!(out, "</tbody>\n</table>\n</section>")
}

pub(super) fn remarks(about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
    let rules = conclusion.not_checked.iter().map(|(rule, reason)| format!("{rule}: {reason}"));
    list(about, "not-checked", rules, out)?;
    let notices = conclusion.notices.iter().map(|n| {
        let line = n.line.map(|l| format!(":{l}")).unwrap_or_default();
        let colon = if n.file.is_empty() { "" } else { ": " };
        format!("{}{line}{colon}{}", n.file, n.message)
    });
    list(about, "notices", notices, out)?;
    if conclusion.totals.calls_with_transcript > 0 {
        list(about, "unheard", conclusion.without_transcript.iter().cloned(), out)?;
    }
    Ok(())
}

fn list(
    about: &About<'_>,
    title: &str,
    lines: impl ExactSizeIterator<Item = String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let count = lines.len();
    if count == 0 {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{}</h2>\n<ul>", Esc(&about.voice.say(title)))?;
    for line in lines.take(MOST_REMARKS) {
        writeln!(out, "<li>{}</li>", Esc(&line))?;
    }
    writeln!(out, "</ul>")?;
    more(about, count.saturating_sub(MOST_REMARKS), out)?;
    writeln!(out, "</section>")
}

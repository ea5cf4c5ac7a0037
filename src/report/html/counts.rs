//! Findings in counts.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::cards::more;
use super::escape::Esc;
use crate::model::finding::FrequencyFinding;
use crate::report::About;
use crate::report::shared::{counted, told, verdict};

/// Counting findings that are shown.
const MOST_COUNTS: usize = 500;
/// Call ids that are shown of one.
const MOST_CALLS: usize = 20;

/// Counting findings, rule by rule: what is told of the rule stands once, above its rows.
pub(super) fn section(
    about: &About<'_>,
    findings: &[FrequencyFinding],
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut rules: BTreeMap<&str, Vec<&FrequencyFinding>> = BTreeMap::new();
    for f in findings.iter().take(MOST_COUNTS) {
        rules.entry(&f.rule).or_default().push(f);
    }
    writeln!(out, "<section id=\"counts\">\n<h2>{}</h2>", Esc(&about.voice.say("frequency")))?;
    for (id, rows) in rules {
        let rule = told(about, id);
        writeln!(out, "<h3>{} <code>{}</code></h3>", Esc(rule.title), Esc(id))?;
        writeln!(out, "<p class=\"quiet\">{}</p>\n<div class=\"wide\"><table>\n<tbody>", Esc(rule.why))?;
        rows.into_iter().try_for_each(|f| counting(about, f, out))?;
        writeln!(out, "</tbody>\n</table></div>")?;
    }
    more(about, findings.len().saturating_sub(MOST_COUNTS), out)?;
    writeln!(out, "</section>")
}

fn counting(about: &About<'_>, f: &FrequencyFinding, out: &mut dyn Write) -> io::Result<()> {
    let how = verdict(f.verdict);
    let mut calls = f.calls.iter().take(MOST_CALLS).cloned().collect::<Vec<_>>().join(", ");
    if f.calls.len() > MOST_CALLS {
        calls.push_str(" \u{2026}");
    }
    let time = if f.from == f.to { f.from.clone() } else { format!("{} \u{2026} {}", f.from, f.to) };
    let basis = format!("{}: {}", about.voice.say("basis"), f.basis.join(", "));
    writeln!(
        out,
        "<tr data-rule=\"{}\" data-verdict=\"{how}\"><td><span class=\"badge {how}\">{}</span></td><td>{}</td><td>{}</td>\
         <td>{}</td><td class=\"quiet\">{}</td><td class=\"quiet\">{}</td></tr>",
        Esc(&f.rule),
        Esc(&about.voice.say(&format!("verdict.{how}"))),
        Esc(f.borrower_id.as_deref().unwrap_or("-")),
        Esc(&counted(about, f)),
        Esc(&time),
        Esc(&format!("{} {calls}", about.voice.say("call"))),
        Esc(&[basis].into_iter().chain(f.notes.iter().cloned()).collect::<Vec<_>>().join("; ")),
    )
}

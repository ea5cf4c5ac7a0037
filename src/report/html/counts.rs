//! Findings in counts.

use std::cmp::Reverse;
use std::io::{self, Write};

use super::anchors::{Anchors, linked};
use super::cards::more;
use super::charts::swipe;
use super::escape::Esc;
use crate::model::finding::FrequencyFinding;
use crate::report::About;
use crate::report::shared::{counted, told, verdict};

/// Counting findings that are shown.
const MOST_COUNTS: usize = 500;
/// Call ids that are shown of one.
const MOST_CALLS: usize = 20;

/// Counting findings, the gravest, rule by rule: what is told of the rule stands once, above its rows.
pub(super) fn section(
    about: &About<'_>,
    findings: &[FrequencyFinding],
    anchors: &Anchors,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let mut gravest: Vec<&FrequencyFinding> = findings.iter().collect();
    gravest.sort_by_key(|f| Reverse((f.verdict, f.severity)));
    gravest.truncate(MOST_COUNTS);
    let mut rules: Vec<(&str, Vec<&FrequencyFinding>)> = Vec::new();
    for f in gravest {
        match rules.iter_mut().find(|(rule, _)| *rule == f.rule) {
            Some((_, rows)) => rows.push(f),
            None => rules.push((&f.rule, vec![f])),
        }
    }
    writeln!(out, "<section id=\"counts\">\n<h2>{}</h2>", Esc(&about.voice.say("frequency")))?;
    for (id, rows) in rules {
        let rule = told(about, id);
        writeln!(out, "<h3>{} <code>{}</code></h3>", Esc(rule.title), Esc(id))?;
        writeln!(out, "<p class=\"quiet\">{}</p>", Esc(rule.why))?;
        let swipe = swipe(about);
        writeln!(out, "{swipe}\n<div class=\"wide\"><table class=\"sort counts\">\n<thead><tr>")?;
        for column in ["column.verdict", "borrower", "frequency", "sort.start", "call", "html.basis"] {
            write!(out, "<th>{}</th>", Esc(&about.voice.say(column)))?;
        }
        writeln!(out, "</tr></thead>\n<tbody>")?;
        rows.into_iter().try_for_each(|f| row(about, f, anchors, out))?;
        writeln!(out, "</tbody>\n</table></div>")?;
    }
    more(about, findings.len().saturating_sub(MOST_COUNTS), out)?;
    writeln!(out, "</section>")
}

fn row(about: &About<'_>, f: &FrequencyFinding, anchors: &Anchors, out: &mut dyn Write) -> io::Result<()> {
    let how = verdict(f.verdict);
    let calls: Vec<String> =
        f.calls.iter().take(MOST_CALLS).map(|id| linked(id, anchors.calls.get(id))).collect();
    let more = if f.calls.len() > MOST_CALLS { " \u{2026}" } else { "" };
    let borrower = f.borrower_id.as_deref().unwrap_or("-");
    let basis = [f.basis.join(", ")].into_iter().chain(f.notes.iter().map(|n| about.voice.remark(n)));
    let basis: Vec<String> = basis.filter(|text| !text.is_empty()).collect();
    writeln!(
        out,
        "<tr data-rule=\"{}\" data-verdict=\"{how}\"><td><span class=\"badge {how}\">{}</span></td><td>{}</td><td>{}</td>\
         <td>{}</td><td class=\"quiet\">{}{more}</td><td class=\"quiet\">{}</td></tr>",
        Esc(&f.rule),
        Esc(&about.voice.say(&format!("verdict.{how}"))),
        linked(borrower, anchors.borrowers.get(borrower)),
        Esc(&counted(about, f)),
        Esc(&stretch(&f.from, &f.to)),
        calls.join(", "),
        Esc(&basis.join("; ")),
    )
}

/// From when to when, without what both have in common; local to the profile.
fn stretch(from: &str, to: &str) -> String {
    let parts = |time: &str| {
        let (day, rest) = time.split_once('T')?;
        Some((day.to_owned(), rest.get(..8)?.to_owned()))
    };
    match (parts(from), parts(to)) {
        (Some((day, start)), Some(last)) if last == (day.clone(), start.clone()) => format!("{day} {start}"),
        (Some((day, start)), Some((last, end))) if day == last => format!("{day} {start}\u{2013}{end}"),
        (Some((day, start)), Some((last, end))) => format!("{day} {start} \u{2013} {last} {end}"),
        _ => format!("{from} \u{2026} {to}"),
    }
}

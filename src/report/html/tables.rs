//! Borrowers and collectors, required elements, and what the input made impossible.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use super::super::accepted::sentence_of_audit;
use super::anchors::linked;
use super::cards::more;
use super::escape::Esc;
use crate::model::finding::Verdict;
use crate::model::notice::Notice;
use crate::model::scan::{AgencyRecord, Conclusion, PartyRecord, Rate, RuleCount};
use crate::report::About;
use crate::report::shared::{told, verdict};

/// Rows of a table of borrowers or collectors: only those with something to look at.
const MOST_ROWS: usize = 12;
/// Rules that are named in a row.
const MOST_RULES: usize = 3;
/// Notices and call ids that are shown.
const MOST_REMARKS: usize = 200;

/// Borrowers or collectors with something to look at, the worst first.
pub(super) fn parties(
    about: &About<'_>,
    title: &str,
    rows: &[PartyRecord],
    anchors: &HashMap<String, String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let worst: Vec<&PartyRecord> = rows.iter().filter(|r| bad(r.verdict)).collect();
    if worst.is_empty() {
        return Ok(());
    }
    let rates = worst.iter().any(|r| r.rate.is_some());
    let mut columns = vec!["id", "verdict", "score", "calls"];
    columns.extend(rates.then_some("per-100"));
    columns.push("rules");
    head(about, title, &columns, out)?;
    let shown = &worst[..worst.len().min(MOST_ROWS)];
    let scale = shown.iter().filter_map(|r| r.rate.as_deref()).map(|r| r.high).fold(1.0, f64::max);
    for row in shown {
        let how = verdict(row.verdict);
        let rules = rules(about, row);
        let rate = match (rates, row.rate.as_deref()) {
            (true, Some(rate)) => interval(*rate, scale),
            (true, None) => "<td></td>".to_owned(),
            (false, _) => String::new(),
        };
        writeln!(
            out,
            "<tr><td>{}</td><td><span class=\"badge {how}\">{}</span></td><td class=\"number\">{:.2}</td>\
             <td class=\"number\">{}</td>{rate}<td class=\"rules\">{}</td></tr>",
            linked(&row.id, anchors.get(&row.id)),
            Esc(&about.voice.say(&format!("verdict.{how}"))),
            row.score,
            row.calls,
            Esc(&rules)
        )?;
    }
    tail(about, worst.len().saturating_sub(MOST_ROWS), out)
}

/// Agencies with how many of a hundred calls belong to a violation.
pub(super) fn agencies(about: &About<'_>, rows: &[AgencyRecord], out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    head(about, "agencies", &["id", "calls", "violating", "per-100"], out)?;
    let shown = &rows[..rows.len().min(MOST_ROWS)];
    let scale = shown.iter().map(|r| r.rate.high).fold(1.0, f64::max);
    for row in shown {
        writeln!(
            out,
            "<tr><td>{}</td><td class=\"number\">{}</td><td class=\"number\">{}</td>{}</tr>",
            Esc(&row.agency),
            row.calls,
            row.rate.violating_calls,
            interval(row.rate, scale)
        )?;
    }
    tail(about, rows.len().saturating_sub(MOST_ROWS), out)
}

/// The rules with most findings, violations first.
fn rules(about: &About<'_>, row: &PartyRecord) -> String {
    let mut rules: Vec<(&str, &RuleCount)> = row.rules.iter().filter(|(_, c)| bad(c.verdict)).collect();
    rules.sort_by_key(|(_, c)| Reverse((c.verdict, c.count)));
    let shown = rules.iter().take(MOST_RULES);
    let mut text: Vec<String> =
        shown.map(|(id, c)| format!("{} {}", told(about, id).title, c.count)).collect();
    if rules.len() > MOST_RULES {
        text.push(format!("\u{2026} +{}", rules.len() - MOST_RULES));
    }
    text.join("; ")
}

fn bad(verdict: Verdict) -> bool {
    verdict >= Verdict::Review
}

/// Opens a section with a table that the script of the page can sort.
fn head(about: &About<'_>, title: &str, columns: &[&str], out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section>\n<h2>{}</h2>\n<div class=\"wide\"><table class=\"sort\">\n<thead><tr>",
        Esc(&about.voice.say(title))
    )?;
    for column in columns {
        write!(out, "<th>{}</th>", Esc(&about.voice.say(&format!("column.{column}"))))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")
}

fn tail(about: &About<'_>, left_out: usize, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "</tbody>\n</table></div>")?;
    more(about, left_out, out)?;
    writeln!(out, "</section>")
}

/// A cell with a rate and its interval, drawn on a scale that ends at `scale`.
fn interval(rate: Rate, scale: f64) -> String {
    let at = |x: f64| (x / scale * 100.0).clamp(0.0, 100.0);
    let (low, high, middle) = (at(rate.low), at(rate.high), at(rate.per_100));
    format!(
        "<td class=\"number rate\" data-n=\"{0}\"><svg viewBox=\"-3 0 106 10\" aria-hidden=\"true\">\
         <path class=\"whisker\" d=\"M{low:.1} 5H{high:.1}\"/><circle cx=\"{middle:.1}\" cy=\"5\" r=\"3\"/></svg> \
         {0:.1} <span class=\"quiet\">({1:.1}\u{2013}{2:.1})</span></td>",
        rate.per_100, rate.low, rate.high
    )
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
    let rules =
        conclusion.not_checked.iter().map(|(rule, reason)| format!("{rule}: {}", about.voice.remark(reason)));
    list(about, "not-checked", rules, out)?;
    // What was lost comes first: the list is cut.
    let (lost, others): (Vec<&Notice>, Vec<&Notice>) = conclusion.notices.iter().partition(|n| n.lost);
    let notices: Vec<String> = lost.into_iter().chain(others).map(|n| notice(about, n)).collect();
    list(about, "notices", notices.into_iter(), out)?;
    let audits = conclusion.audits.iter();
    let audits = audits.map(|a| format!("{}:{}: {}", a.file, a.line, sentence_of_audit(about, a)));
    list(about, "audits", audits, out)?;
    if conclusion.totals.calls_with_transcript > 0 {
        list(about, "unheard", conclusion.without_transcript.iter().cloned(), out)?;
    }
    Ok(())
}

fn notice(about: &About<'_>, n: &Notice) -> String {
    let line = n.line.map(|l| format!(":{l}")).unwrap_or_default();
    let colon = if n.file.is_empty() { "" } else { ": " };
    format!("{}{line}{colon}{}", n.file, about.voice.remark(&n.message))
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
    writeln!(out, "<section id=\"{title}\">\n<h2>{}</h2>\n<ul>", Esc(&about.voice.say(title)))?;
    for line in lines.take(MOST_REMARKS) {
        writeln!(out, "<li>{}</li>", Esc(&line))?;
    }
    writeln!(out, "</ul>")?;
    more(about, count.saturating_sub(MOST_REMARKS), out)?;
    writeln!(out, "</section>")
}

//! The part of the page for people that is about counts: findings, tables, what was not checked.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::About;
use super::accepted::named;
use super::shared::{at_a_glance, counted};
use super::table::{cell, clean};
use crate::model::finding::{FrequencyFinding, Verdict};
use crate::model::scan::{AgencyRecord, Conclusion, PartyRecord, RuleCount};
use crate::model::texts::Texts;

/// Rows of a table.
const MOST_ROWS: usize = 50;
/// Ids of calls in a line.
const MOST_IDS: usize = 8;

pub(super) fn frequency(
    about: &About<'_>,
    findings: &[FrequencyFinding],
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    heading(about, "frequency", out)?;
    for f in findings.iter().take(MOST_ROWS) {
        finding(about, f, out)?;
    }
    if findings.len() > MOST_ROWS {
        writeln!(out, "  {}", about.voice.fill("more", &[&(findings.len() - MOST_ROWS)]))?;
    }
    writeln!(out)
}

fn finding(about: &About<'_>, f: &FrequencyFinding, out: &mut dyn Write) -> io::Result<()> {
    let voice = about.voice;
    let rule = about.profile.rules.iter().find(|r| f.rule.strip_prefix("frequency/") == Some(&r.id));
    let title = rule.and_then(|r| r.title.as_ref()).map_or(f.rule.as_str(), |t| voice.pick(t));
    let verdict = voice.say(&format!("verdict.{}", verdict(f.verdict)));
    let verdict = named(about, verdict, f.accepted.as_ref());
    let who = f.borrower_id.as_deref().unwrap_or("-");
    writeln!(out, "  {verdict} [{}] {title}", f.rule)?;
    let what = counted(about, f);
    writeln!(out, "    {} {}: {what}; {} … {}", voice.say("borrower"), clean(who), f.from, f.to)?;
    writeln!(out, "    {}: {}", voice.say("call"), ids(&f.calls))?;
    for (key, calls) in [("frequency.redials", &f.redials), ("frequency.earlier", &f.earlier)] {
        if !calls.is_empty() {
            writeln!(out, "    {} ({}): {}", voice.say(key), calls.len(), ids(calls))?;
        }
    }
    if !f.basis.is_empty() {
        writeln!(out, "    {}: {}", voice.say("basis"), f.basis.join(", "))?;
    }
    for note in &f.notes {
        writeln!(out, "    {}: {}", voice.say("note"), clean(&voice.remark(note)))?;
    }
    Ok(())
}

fn ids(calls: &Texts) -> String {
    let first: Vec<String> = calls.iter().take(MOST_IDS).map(clean).collect();
    let more = if calls.len() > MOST_IDS { " …" } else { "" };
    first.join(" ") + more
}

pub(super) fn parties(
    about: &About<'_>,
    title: &str,
    rows: &[PartyRecord],
    out: &mut dyn Write,
) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    heading(about, title, out)?;
    let say = |key: &str| about.voice.say(key);
    // Only collectors have a rate.
    let rates = rows.iter().any(|r| r.rate.is_some());
    let width = if rates { 9 } else { 0 };
    let rest = about.width.saturating_sub(2 + 16 + 1 + 12 + 1 + 6 + 1 + 6 + 1 + width).max(10);
    let line = |id: &str, verdict: &str, score: &str, calls: &str, rate: &str, rules: &str| {
        let rate = if rates { format!("{} ", cell(rate, width - 1)) } else { String::new() };
        let text = format!(
            "  {} {} {} {} {rate}{}",
            cell(id, 16),
            cell(verdict, 12),
            cell(score, 6),
            cell(calls, 6),
            cell(rules, rest)
        );
        text.trim_end().to_owned()
    };
    let head = ["id", "verdict", "score", "calls", "rate", "rules"].map(|c| say(&format!("column.{c}")));
    writeln!(out, "{}", line(&head[0], &head[1], &head[2], &head[3], &head[4], &head[5]))?;
    for row in rows.iter().take(MOST_ROWS) {
        let bad: Vec<String> = row
            .rules
            .iter()
            .filter(|(_, c)| matches!(c.verdict, Verdict::Violation | Verdict::Review))
            .map(|(id, c)| format!("{id} {}", c.count))
            .collect();
        let verdict = say(&format!("verdict.{}", verdict(row.verdict)));
        let (score, calls) = (format!("{:.2}", row.score), row.calls.to_string());
        let rate = row.rate.as_deref().map_or(String::new(), |r| format!("{:.2}", r.per_100));
        writeln!(out, "{}", line(&clean(&row.id), &verdict, &score, &calls, &rate, &bad.join(", ")))?;
    }
    if rows.len() > MOST_ROWS {
        writeln!(out, "  {}", about.voice.fill("more", &[&(rows.len() - MOST_ROWS)]))?;
    }
    writeln!(out)
}

/// The calls at a glance of borrowers whose counts are over a limit or for review.
pub(super) fn timelines(about: &About<'_>, rows: &[PartyRecord], out: &mut dyn Write) -> io::Result<()> {
    let counted = |row: &&PartyRecord| {
        let bad =
            |(rule, c): (&str, &RuleCount)| rule.starts_with("frequency/") && c.verdict >= Verdict::Review;
        row.rules.iter().any(bad)
    };
    let mut shown = rows.iter().filter(counted).filter_map(|r| Some((r, r.timeline.as_ref()?))).peekable();
    if shown.peek().is_none() {
        return Ok(());
    }
    heading(about, "timeline", out)?;
    for (row, t) in shown.by_ref().take(MOST_ROWS) {
        let calls = at_a_glance(about, t);
        let between = match (t.first, t.last) {
            (Some(first), Some(last)) => format!("; {first} … {last}"),
            _ => String::new(),
        };
        writeln!(out, "  {} {calls}{between}", cell(&clean(&row.id), 16))?;
    }
    let left = shown.count();
    if left > 0 {
        writeln!(out, "  {}", about.voice.fill("more", &[&left]))?;
    }
    writeln!(out)
}

/// Agencies with how many of a hundred calls belong to a violation.
pub(super) fn agencies(about: &About<'_>, rows: &[AgencyRecord], out: &mut dyn Write) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    heading(about, "agencies", out)?;
    let line = |name: &str, calls: &str, bad: &str, rate: &str| {
        format!("  {} {} {} {rate}", cell(name, 24), cell(calls, 9), cell(bad, 9))
    };
    let head =
        ["column.id", "column.calls", "column.violating", "column.per-100"].map(|k| about.voice.say(k));
    writeln!(out, "{}", line(&head[0], &head[1], &head[2], &head[3]))?;
    for row in rows.iter().take(MOST_ROWS) {
        let r = row.rate;
        let rate = format!("{:.2} ({:.2} … {:.2})", r.per_100, r.low, r.high);
        let (calls, bad) = (row.calls.to_string(), r.violating_calls.to_string());
        writeln!(out, "{}", line(&clean(&row.agency), &calls, &bad, &rate))?;
    }
    if rows.len() > MOST_ROWS {
        writeln!(out, "  {}", about.voice.fill("more", &[&(rows.len() - MOST_ROWS)]))?;
    }
    writeln!(out)
}

/// Answered calls without a transcript, when there are transcripts at all.
pub(super) fn unheard(about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
    let ids = &conclusion.without_transcript;
    if ids.is_empty() || conclusion.totals.calls_with_transcript == 0 {
        return Ok(());
    }
    heading(about, "unheard", out)?;
    for row in ids[..ids.len().min(MOST_ROWS)].chunks(4) {
        writeln!(out, "  {}", row.iter().map(|id| clean(id)).collect::<Vec<_>>().join("  "))?;
    }
    let all = conclusion.totals.connected_without_transcript;
    let told = ids.len().min(MOST_ROWS) as u64;
    if all > told {
        writeln!(out, "  {}", about.voice.fill("more", &[&(all - told)]))?;
    }
    writeln!(out)
}

/// Rules that could not be tested, those with the same reason together.
pub(super) fn not_checked(
    about: &About<'_>,
    rules: &BTreeMap<String, String>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if rules.is_empty() {
        return Ok(());
    }
    heading(about, "not-checked", out)?;
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (rule, reason) in rules {
        by_reason.entry(reason).or_default().push(rule);
    }
    for (reason, rules) in by_reason {
        writeln!(out, "  {}", about.voice.remark(reason))?;
        let mut line = String::new();
        for rule in rules {
            if !line.is_empty() && line.len() + rule.len() + 6 > about.width {
                writeln!(out, "    {line}")?;
                line.clear();
            }
            line.push_str(if line.is_empty() { "" } else { "  " });
            line.push_str(rule);
        }
        writeln!(out, "    {line}")?;
    }
    writeln!(out)
}

pub(super) fn heading(about: &About<'_>, key: &str, out: &mut dyn Write) -> io::Result<()> {
    let title = about.voice.say(key);
    if about.color { writeln!(out, "\u{1b}[1m{title}\u{1b}[0m") } else { writeln!(out, "{title}") }
}

pub(super) fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violation => "violation",
        Verdict::Review => "review",
        Verdict::Pass => "pass",
        Verdict::NotChecked => "not-checked",
    }
}

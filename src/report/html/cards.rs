//! Findings one by one: the words in their turn, and everything a reviewer needs to judge them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::escape::Esc;
use super::grave;
use crate::model::finding::{Finding, FrequencyFinding, Neighbour};
use crate::model::scan::Care;
use crate::model::transcript::Speaker;
use crate::report::About;
use crate::report::shared::{counted, severity, told, verdict};

/// Counting findings that are shown.
const MOST_COUNTS: usize = 500;
/// Call ids that are shown of one.
const MOST_CALLS: usize = 20;

pub(super) fn findings(
    about: &About<'_>,
    findings: &[Finding],
    left_out: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    if findings.is_empty() {
        return Ok(());
    }
    let voice = about.voice;
    writeln!(out, "<section>\n<h2>{}</h2>", Esc(&voice.say("html.found")))?;
    writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&voice.say("html.score")))?;
    for f in findings {
        card(about, f, out)?;
    }
    more(about, left_out, out)?;
    writeln!(out, "</section>")
}

fn card(about: &About<'_>, f: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (voice, rule, how) = (about.voice, told(about, &f.rule), verdict(f.verdict));
    open(about, how, (&f.rule, rule.title), (severity(f.severity), grave(f.severity)), out)?;
    let mut who = vec![
        format!("{} {}", voice.say("call"), f.call_id),
        voice.fill("turn", &[&(f.turn + 1)]),
        voice.say(&format!("speaker.{}", speaker(f.speaker))),
    ];
    who.extend(f.start_ms.map(|ms| format!("{:02}:{:02}", ms / 60_000, ms / 1000 % 60)));
    for (key, id) in [("borrower", &f.borrower_id), ("collector", &f.collector_id), ("agency", &f.agency)] {
        who.extend(id.as_ref().map(|id| format!("{} {id}", voice.say(key))));
    }
    writeln!(out, "<p class=\"who\">{}</p>", Esc(&who.join(" · ")))?;
    beside(about, f.around[0].as_ref(), out)?;
    if !f.quote.is_empty() {
        write!(out, "<blockquote>")?;
        marked(f, out)?;
        writeln!(out, "</blockquote>")?;
    }
    beside(about, f.around[1].as_ref(), out)?;
    writeln!(out, "<dl>")?;
    entry(about, "span", &format!("{} … {}", f.span.start, f.span.end), out)?;
    entry(about, "matched", &f.matched, out)?;
    entry(about, "score", &format!("{:.2}", f.score), out)?;
    entry(about, "why", rule.why, out)?;
    entry(about, "advice", rule.advice, out)?;
    entry(about, "basis", &f.basis.join(", "), out)?;
    entry(about, "note", &f.notes.join("; "), out)?;
    entry(about, "place", &format!("{}:{}", f.file, f.line), out)?;
    writeln!(out, "</dl>\n</article>")
}

fn open(
    about: &About<'_>,
    how: &str,
    (id, title): (&str, &str),
    (weight, grave): (&str, bool),
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        out,
        "<article class=\"card {how}\" data-rule=\"{id}\" data-verdict=\"{how}\">\n<h3><span class=\"badge {how}\">{verdict}</span> \
         <span class=\"badge {tone}\">{severity}</span> {title} <code>{id}</code></h3>",
        tone = if grave { "grave" } else { "light" },
        verdict = Esc(&about.voice.say(&format!("verdict.{how}"))),
        severity = Esc(&about.voice.say(&format!("severity.{weight}"))),
        title = Esc(title),
        id = Esc(id),
    )
}

/// The turn before or after.
fn beside(about: &About<'_>, turn: Option<&Neighbour>, out: &mut dyn Write) -> io::Result<()> {
    let Some(turn) = turn else { return Ok(()) };
    let who = about.voice.say(&format!("speaker.{}", speaker(turn.speaker)));
    writeln!(out, "<p class=\"beside\">{}: {}</p>", Esc(&who), Esc(&turn.text))
}

/// The turn, with the words that count marked.
fn marked(f: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let text = if f.text.is_empty() { &f.quote } else { &f.text };
    let inside = |at: usize| f.marks.iter().any(|m| m.start <= at && at < m.end) && !f.text.is_empty();
    let (mut run, mut within) = (String::new(), false);
    for (at, c) in text.chars().enumerate() {
        if inside(at) != within {
            piece(&run, within, out)?;
            run.clear();
            within = !within;
        }
        run.push(c);
    }
    piece(&run, within, out)
}

fn piece(text: &str, marked: bool, out: &mut dyn Write) -> io::Result<()> {
    match (text.is_empty(), marked) {
        (true, _) => Ok(()),
        (false, true) => write!(out, "<mark>{}</mark>", Esc(text)),
        (false, false) => write!(out, "{}", Esc(text)),
    }
}

fn entry(about: &About<'_>, key: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
    if value.is_empty() {
        return Ok(());
    }
    writeln!(out, "<dt>{}</dt><dd>{}</dd>", Esc(&about.voice.say(key)), Esc(value))
}

/// Counting findings, rule by rule: what is told of the rule stands once, above its rows.
pub(super) fn frequency(
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
    writeln!(out, "<section>\n<h2>{}</h2>", Esc(&about.voice.say("frequency")))?;
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

pub(super) fn care(about: &About<'_>, all: &[Care], left_out: usize, out: &mut dyn Write) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let voice = about.voice;
    writeln!(out, "<section>\n<h2>{}</h2>", Esc(&voice.say("care")))?;
    for c in all {
        let cue = about.rules.care.iter().find(|k| k.name == c.cue).map_or(&*c.cue, |k| voice.pick(&k.title));
        let turn = voice.fill("turn", &[&(c.turn + 1)]);
        let who = format!("{} {} · {turn}", voice.say("call"), c.call_id);
        writeln!(
            out,
            "<article class=\"card care\">\n<h3>{}</h3>\n<p class=\"who\">{}</p>",
            Esc(cue),
            Esc(&who)
        )?;
        writeln!(out, "<blockquote>{}</blockquote>", Esc(&c.quote))?;
        let answer = match &c.answer {
            Some(answer) => format!("{}: {answer}", voice.say("care.answer")),
            None => voice.say("care.none"),
        };
        writeln!(out, "<p>{}</p>\n</article>", Esc(&answer))?;
    }
    more(about, left_out, out)?;
    writeln!(out, "</section>")
}

/// How many are not shown, if any.
pub(super) fn more(about: &About<'_>, left_out: usize, out: &mut dyn Write) -> io::Result<()> {
    match left_out {
        0 => Ok(()),
        n => writeln!(out, "<p class=\"warning\">{}</p>", Esc(&about.voice.fill("more", &[&n]))),
    }
}

fn speaker(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Collector => "collector",
        Speaker::Borrower => "borrower",
        Speaker::Contact => "contact",
        Speaker::Unknown => "unknown",
    }
}

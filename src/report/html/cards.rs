//! Findings one by one: the words in their turn, and everything a reviewer needs to judge them.

use std::io::{self, Write};

use super::escape::Esc;
use super::grave;
use crate::model::finding::{Finding, Neighbour};
use crate::model::scan::Care;
use crate::report::About;
use crate::report::shared::{matched, notes, relative, severity, speaker, told, verdict};

/// One finding. `anchor` is the name by which the page refers to it.
pub(super) fn card(about: &About<'_>, anchor: &str, f: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let (voice, rule, how) = (about.voice, told(about, &f.rule), verdict(f.verdict));
    writeln!(
        out,
        "<article class=\"card {how}\" id=\"{anchor}\" data-rule=\"{id}\" data-verdict=\"{how}\" data-group=\"{group}\" \
         data-call=\"{call}\">\n<h4><span class=\"badge {how}\">{verdict}</span> <span class=\"badge {tone}\">{severity}</span> \
         {title} <code>{id}</code></h4>",
        tone = if grave(f.severity) { "grave" } else { "light" },
        verdict = Esc(&voice.say(&format!("verdict.{how}"))),
        severity = Esc(&voice.say(&format!("severity.{}", severity(f.severity)))),
        title = Esc(rule.title),
        id = Esc(&f.rule),
        group = Esc(&f.group),
        call = Esc(&f.call_id),
    )?;
    let mut who =
        vec![voice.fill("turn", &[&(f.turn + 1)]), voice.say(&format!("speaker.{}", speaker(f.speaker)))];
    who.extend(f.start_ms.map(|ms| format!("{:02}:{:02}", ms / 60_000, ms / 1000 % 60)));
    writeln!(out, "<p class=\"who\">{}</p>", Esc(&who.join(" · ")))?;
    beside(about, f.around[0].as_ref(), out)?;
    if !f.quote.is_empty() {
        write!(out, "<blockquote>")?;
        marked(f, out)?;
        writeln!(out, "</blockquote>")?;
    }
    beside(about, f.around[1].as_ref(), out)?;
    writeln!(out, "<dl>")?;
    entry(about, "why", rule.why, out)?;
    entry(about, "advice", rule.advice, out)?;
    entry(about, "html.basis", &f.basis.join(", "), out)?;
    entry(about, "matched", &matched(about, f), out)?;
    entry(about, "score", &format!("{:.2}", f.score), out)?;
    entry(about, "note", &notes(about, &f.notes), out)?;
    entry(
        about,
        "place",
        &format!("{}:{} [{}, {})", relative(about, &f.file), f.line, f.span.start, f.span.end),
        out,
    )?;
    writeln!(out, "</dl>\n</article>")
}

/// The turn before or after.
fn beside(about: &About<'_>, turn: Option<&Neighbour>, out: &mut dyn Write) -> io::Result<()> {
    let Some(turn) = turn else { return Ok(()) };
    let who = about.voice.say(&format!("speaker.{}", speaker(turn.speaker)));
    writeln!(out, "<p class=\"beside\">{}: {}</p>", Esc(&who), Esc(&turn.text))
}

/// The turn, with the words that count marked.
fn marked(f: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let text = if f.text.is_empty() { f.quote.as_str() } else { &*f.text };
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

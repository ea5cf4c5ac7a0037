//! For people in a terminal: each finding with the quoted line underlined, then the tables, then the summary.

use std::io::{self, Write};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::accepted::{audits, lines, named};
use super::counted::{agencies, frequency, heading, not_checked, parties, timelines, unheard, verdict};
use super::table::{cell, clean};
use super::{About, Detail, Reporter, shared, sheet};
use crate::model::finding::{Finding, Verdict};
use crate::model::scan::{CallOutcome, Care, Conclusion, Presence};
use crate::model::span::CharSpan;
use crate::model::transcript::Speaker;

/// Distress notes that are printed in full.
const MOST_CARE: usize = 200;

/// Keeps what belongs to the end of the page.
#[derive(Default)]
pub(super) struct Text {
    care: Vec<Care>,
    care_left_out: usize,
    missing: std::collections::BTreeMap<String, u64>,
}

impl Reporter for Text {
    fn call(&mut self, about: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()> {
        for finding in &outcome.findings {
            writeln!(out, "{}\n", snippet(about, finding))?;
            around(about, finding, out)?;
        }
        if about.detail > Detail::Quiet {
            sheet::write(about, outcome, out)?;
        }
        for care in &outcome.care {
            if self.care.len() < MOST_CARE {
                self.care.push(care.clone());
            } else {
                self.care_left_out += 1;
            }
        }
        for (element, presence) in &outcome.record.conduct {
            if *presence == Presence::Missing {
                *self.missing.entry(element.clone()).or_default() += 1;
            }
        }
        Ok(())
    }

    fn finish(&mut self, about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
        frequency(about, &conclusion.frequency, out)?;
        if about.detail == Detail::Quiet {
            return audits(about, conclusion, out);
        }
        self.care(about, out)?;
        self.conduct(about, out)?;
        parties(about, "borrowers", &conclusion.borrowers, out)?;
        timelines(about, &conclusion.borrowers, out)?;
        parties(about, "collectors", &conclusion.collectors, out)?;
        agencies(about, &conclusion.agencies, out)?;
        unheard(about, conclusion, out)?;
        remarks(about, conclusion, out)?;
        audits(about, conclusion, out)?;
        summary(about, conclusion, out)
    }
}

impl Text {
    fn care(&self, about: &About<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.care.is_empty() {
            return Ok(());
        }
        heading(about, "care", out)?;
        for c in &self.care {
            let title = about
                .rules
                .care
                .iter()
                .find(|k| k.name == c.cue)
                .map_or(&*c.cue, |k| about.voice.pick(&k.title));
            let turn = about.voice.fill("turn", &[&(c.turn + 1)]);
            writeln!(out, "  {title}  {}:{} {} {turn}", clean(&c.file), c.line, clean(&c.call_id))?;
            writeln!(out, "    {}", clean(&c.quote))?;
            match &c.answer {
                Some(a) => writeln!(out, "    {}: {}", about.voice.say("care.answer"), clean(a))?,
                None => writeln!(out, "    {}", about.voice.say("care.none"))?,
            }
        }
        if self.care_left_out > 0 {
            writeln!(out, "  {}", about.voice.fill("more", &[&self.care_left_out]))?;
        }
        writeln!(out)
    }

    fn conduct(&self, about: &About<'_>, out: &mut dyn Write) -> io::Result<()> {
        if self.missing.is_empty() {
            return Ok(());
        }
        heading(about, "conduct.missing", out)?;
        for element in about.rules.conduct.iter().filter(|e| self.missing.contains_key(&e.name)) {
            let count = self.missing[&element.name];
            writeln!(out, "  {} {count}", cell(about.voice.pick(&element.title), 34))?;
        }
        writeln!(out)
    }
}

/// One finding as an annotated line.
fn snippet(about: &About<'_>, f: &Finding) -> String {
    let voice = about.voice;
    let rule = about.rules.rule(&f.rule).map(|ix| &about.rules.rules[ix]);
    let level = match f.verdict {
        Verdict::Violation if f.accepted.is_none() => Level::ERROR,
        _ => Level::WARNING,
    };
    let word = voice.say(&format!("verdict.{}", verdict(f.verdict)));
    let level = level.with_name(named(about, word, f.accepted.as_ref()));
    let text = clean(&f.text);
    let title = rule.map_or(f.rule.clone(), |r| voice.pick(&r.title).to_owned());
    let annotations = f.marks.iter().map(|m| AnnotationKind::Primary.span(bytes(&text, *m)));
    let source = Snippet::source(text.clone())
        .line_start(f.line)
        .path(clean(&f.file))
        .fold(false)
        .annotations(annotations.collect::<Vec<_>>());
    let group = level.primary_title(title).id(f.rule.clone());
    let mut group: Group<'_> = match text.is_empty() {
        true => group.element(Origin::path(clean(&f.file)).line(f.line)),
        false => group.element(source),
    };
    for note in footer(about, f, rule) {
        group = group.element(Level::NOTE.no_name().message(note));
    }
    let renderer = if about.color { Renderer::styled() } else { Renderer::plain() };
    renderer.term_width(about.width).render(&[group])
}

/// The turns around a finding that were asked for, the finding's own in its place.
fn around(about: &About<'_>, f: &Finding, out: &mut dyn Write) -> io::Result<()> {
    if f.context.is_empty() {
        return Ok(());
    }
    let line = |mark: &str, turn: usize, speaker: Speaker, text: &str| {
        let who = about.voice.say(&format!("role.{}", role(speaker)));
        let turn = about.voice.fill("turn", &[&(turn + 1)]);
        format!("  {mark} {} {} {}", cell(&turn, 10), cell(&who, 10), clean(text))
    };
    let (before, after): (Vec<_>, Vec<_>) = f.context.iter().partition(|(turn, _)| *turn < f.turn);
    for (turn, near) in before {
        writeln!(out, "{}", line(" ", *turn, near.speaker, &near.text).trim_end())?;
    }
    writeln!(out, "{}", line(">", f.turn, f.speaker, &f.text).trim_end())?;
    for (turn, near) in after {
        writeln!(out, "{}", line(" ", *turn, near.speaker, &near.text).trim_end())?;
    }
    writeln!(out)
}

fn role(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Collector => "collector",
        Speaker::Borrower => "borrower",
        Speaker::Contact => "contact",
        Speaker::Unknown => "unknown",
    }
}

/// The lines under a finding: who and when, clauses, why, what to say instead.
fn footer(about: &About<'_>, f: &Finding, rule: Option<&crate::model::rules::Rule>) -> Vec<String> {
    let voice = about.voice;
    let mut who =
        vec![format!("{} {}", voice.say("call"), clean(&f.call_id)), voice.fill("turn", &[&(f.turn + 1)])];
    for (key, id) in [("borrower", &f.borrower_id), ("collector", &f.collector_id)] {
        who.extend(id.as_ref().map(|id| format!("{} {}", voice.say(key), clean(id))));
    }
    who.push(format!("{} {:.2}", voice.say("score"), f.score));
    let mut lines = vec![who.join(" · ")];
    if !f.basis.is_empty() {
        lines.push(format!("{}: {}", voice.say("basis"), f.basis.join(", ")));
    }
    if let Some(rule) = rule.filter(|_| about.detail == Detail::Full) {
        lines.push(format!("{}: {}", voice.say("why"), voice.pick(&rule.why)));
        let advice = voice.pick(&rule.advice);
        if !advice.is_empty() {
            lines.push(format!("{}: {advice}", voice.say("advice")));
        }
    }
    lines.extend(f.notes.iter().map(|n| format!("{}: {}", voice.say("note"), clean(&voice.remark(n)))));
    lines
}

/// A span of characters as bytes of `text`.
fn bytes(text: &str, span: CharSpan) -> std::ops::Range<usize> {
    let at = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(i, _)| i);
    at(span.start)..at(span.end)
}

fn remarks(about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
    not_checked(about, &conclusion.not_checked, out)?;
    if !conclusion.notices.is_empty() {
        heading(about, "notices", out)?;
        for n in &conclusion.notices {
            let line = n.line.map(|l| format!(":{l}")).unwrap_or_default();
            let colon = if n.file.is_empty() { "" } else { ": " };
            writeln!(out, "  {}{line}{colon}{}", clean(&n.file), clean(&about.voice.remark(&n.message)))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn summary(about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
    heading(about, "summary", out)?;
    let (t, voice) = (&conclusion.totals, about.voice);
    let mut all = shared::totals(about, conclusion);
    if t.calls_with_transcript + t.calls_in_log == 0 {
        all.push(voice.say("summary.empty"));
    }
    if t.calls_in_log > 0 {
        all.push(voice.say("summary.lower-bound"));
    }
    if let Some(h) = &t.history {
        all.push(
            voice
                .fill("summary.history", &[&h.earlier, &h.added, &(h.completed + h.corrected), &h.unchanged]),
        );
    }
    if t.lost > 0 {
        all.push(voice.fill("summary.lost", &[&t.lost]));
    }
    all.extend(lines(about, conclusion));
    all.push(voice.say("summary.limits"));
    for line in all {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}

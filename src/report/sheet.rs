//! A call in a few lines for a terminal: both sides, and where its score comes from.

use std::io::{self, Write};

use super::About;
use super::doubts::{doubts, not_checked};
use super::shared::{told, verdict};
use super::sides::{Said, sides};
use super::table::clean;
use crate::model::receipt::Receipt;
use crate::model::scan::CallOutcome;

/// Steps of a score that are named.
const MOST_STEPS: usize = 5;

/// The lines of a call with findings, or of which something was not looked at; nothing for others.
pub(super) fn write(about: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()> {
    let (voice, record) = (about.voice, &outcome.record);
    if outcome.findings.is_empty() {
        return unchecked(about, outcome, out);
    }
    let sides = sides(about, record, &outcome.findings);
    let head = [
        voice.say("call"),
        clean(&record.call_id),
        voice.say(&format!("verdict.{}", verdict(record.verdict))),
        score(about, &record.receipts),
    ];
    writeln!(out, "{}", head.join(" "))?;
    let separator = voice.say("side.separator");
    let said: Vec<String> = sides.said.iter().map(|s| said(about, s)).collect();
    writeln!(out, "  {}: {}", voice.say("side.said"), said.join(&separator))?;
    let left_out: Vec<&str> = sides.left_out.iter().map(|(title, _)| *title).collect();
    let left_out = match (left_out.is_empty(), sides.unknown.is_empty()) {
        (false, _) => left_out.join(&separator),
        (true, true) => voice.say("side.nothing"),
        (true, false) => voice.say("side.unknown"),
    };
    writeln!(out, "  {}: {left_out}", voice.say("side.left-out"))?;
    for doubt in doubts(about, record) {
        writeln!(out, "  {}", clean(&doubt))?;
    }
    writeln!(out)
}

/// A call in which nothing was found and something was not looked at: what, and why.
fn unchecked(about: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()> {
    let reasons = not_checked(about, &outcome.record);
    if reasons.is_empty() {
        return Ok(());
    }
    let how = about.voice.say(&format!("verdict.{}", verdict(outcome.record.verdict)));
    writeln!(out, "{} {} {how}", about.voice.say("call"), clean(&outcome.record.call_id))?;
    for reason in reasons {
        writeln!(out, "  {}", clean(&reason))?;
    }
    writeln!(out)
}

fn said(about: &About<'_>, said: &Said<'_>) -> String {
    let mut text = said.title.to_owned();
    if said.count > 1 {
        text.push_str(&format!(" ×{}", said.count));
    }
    let quote = match said.first.quote.is_empty() {
        true => String::new(),
        false => format!(" {}", about.voice.fill("side.quote", &[&clean(&said.first.quote)])),
    };
    format!("{text} ({}{quote})", about.voice.fill("turn", &[&(said.first.turn + 1)]))
}

/// The score as the sum of its steps.
fn score(about: &About<'_>, steps: &[Receipt]) -> String {
    let voice = about.voice;
    let points = steps.iter().filter(|s| s.points > 0.0).take(MOST_STEPS).map(|s| {
        let rule = told(about, s.rule.as_deref().unwrap_or_default()).title;
        let turn = s.turn.map_or(String::new(), |turn| format!(", {}", voice.fill("turn", &[&(turn + 1)])));
        format!("{:.2} ({rule}{turn})", s.points)
    });
    let mut points: Vec<String> = points.collect();
    if steps.len() > MOST_STEPS {
        points.push("\u{2026}".to_owned());
    }
    format!("{} {:.2} = {}", voice.say("column.score"), Receipt::total(steps), points.join(" + "))
}

//! A call in a few lines for a terminal: both sides, and where its score comes from.

use std::io::{self, Write};

use super::About;
use super::shared::{told, verdict};
use super::sides::{Said, sides};
use super::table::clean;
use crate::model::receipt::Receipt;
use crate::model::scan::CallOutcome;

/// Steps of a score that are named.
const MOST_STEPS: usize = 5;

/// The lines of a call with findings; nothing for others.
pub(super) fn write(about: &About<'_>, outcome: &CallOutcome, out: &mut dyn Write) -> io::Result<()> {
    if outcome.findings.is_empty() {
        return Ok(());
    }
    let (voice, record) = (about.voice, &outcome.record);
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
    writeln!(out, "  {}: {left_out}\n", voice.say("side.left-out"))
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

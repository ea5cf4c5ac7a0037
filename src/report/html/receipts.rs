//! Where a score comes from, step by step.

use std::io::{self, Write};

use super::anchors::{Anchors, linked};
use super::escape::Esc;
use crate::model::receipt::Receipt;
use crate::report::About;
use crate::report::shared::told;

/// The steps of a score as a table; those on the page are linked.
pub(super) fn table(
    about: &About<'_>,
    steps: &[Receipt],
    anchors: &Anchors,
    out: &mut dyn Write,
) -> io::Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    let say = |key: &str| about.voice.say(key);
    writeln!(
        out,
        "<h4>{}</h4>\n<div class=\"wide\"><table class=\"receipts\">\n<thead><tr>",
        Esc(&say("html.receipts"))
    )?;
    for column in ["step", "what", "weight", "points", "total"] {
        write!(out, "<th>{}</th>", Esc(&say(&format!("receipt.{column}"))))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for step in steps.iter().filter(|s| s.points > 0.0) {
        writeln!(
            out,
            "<tr><td class=\"number\">{}</td><td>{}</td><td class=\"number\">{:.2}</td><td class=\"number\">+{:.4}</td>\
             <td class=\"number\">{:.4}</td></tr>",
            step.step,
            what(about, step, anchors),
            step.weight,
            step.points,
            step.score
        )?;
    }
    writeln!(out, "</tbody>\n</table></div>")?;
    match steps.iter().filter(|s| s.points <= 0.0).count() {
        0 => Ok(()),
        n => writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&about.voice.fill("receipt.none", &[&n]))),
    }
}

/// What a step counts, escaped.
fn what(about: &About<'_>, step: &Receipt, anchors: &Anchors) -> String {
    let voice = about.voice;
    if let Some(call) = &step.call_id {
        return linked(&format!("{} {call}", voice.say("call")), anchors.calls.get(call));
    }
    let rule = step.rule.as_deref().unwrap_or_default();
    let place = step.turn.map_or(String::new(), |turn| format!(" · {}", voice.fill("turn", &[&(turn + 1)])));
    let text = format!("{}{place}", told(about, rule).title);
    let anchor = step.fingerprint.as_ref().and_then(|f| anchors.findings.get(f));
    format!("{} <code>{}</code>", linked(&text, anchor), Esc(rule))
}

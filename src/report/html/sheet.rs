//! A call: both sides, its findings, and where its score comes from.

use std::io::{self, Write};

use super::anchors::{self, Anchors, linked};
use super::cards::{card, more};
use super::escape::Esc;
use super::receipts;
use super::sheets::Sheet;
use crate::report::About;
use crate::report::doubts::doubts;
use crate::report::shared::{relative, verdict};
use crate::report::sides::{Sides, sides};

/// The calls with findings, the gravest first.
pub(super) fn calls(
    about: &About<'_>,
    all: &[Sheet],
    left_out: usize,
    anchors: &Anchors,
    out: &mut dyn Write,
) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let voice = about.voice;
    writeln!(out, "<section id=\"found\">\n<h2>{}</h2>", Esc(&voice.say("html.found")))?;
    writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&voice.say("html.score")))?;
    writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&voice.say("html.saturation")))?;
    controls(about, all, out)?;
    writeln!(out, "<div id=\"calls\">")?;
    let mut before = 0;
    for (at, sheet) in all.iter().enumerate() {
        call(about, sheet, (at, before), anchors, out)?;
        before += sheet.findings.len();
    }
    writeln!(out, "</div>")?;
    more(about, left_out, out)?;
    writeln!(out, "</section>")
}

/// What the script of the page needs to filter and to sort; without a script it stays hidden.
fn controls(about: &About<'_>, all: &[Sheet], out: &mut dyn Write) -> io::Result<()> {
    let say = |key: &str| about.voice.say(key);
    let mut groups: Vec<&str> = all.iter().flat_map(|s| s.record.groups.keys().map(String::as_str)).collect();
    groups.sort_unstable();
    groups.dedup();
    let verdicts = ["violation", "review"].map(|v| (v, say(&format!("verdict.{v}"))));
    let groups = groups.into_iter().map(|g| (g, say(&format!("group.{g}"))));
    let orders = ["grave", "start", "score", "borrower", "collector"].map(|o| (o, say(&format!("sort.{o}"))));
    writeln!(out, "<div id=\"filter\" role=\"search\" hidden>")?;
    writeln!(
        out,
        "<label>{} <input id=\"f-text\" type=\"search\" autocomplete=\"off\"></label>",
        Esc(&say("filter.text"))
    )?;
    select("f-verdict", &say("filter.verdict"), Some(&say("filter.all")), verdicts.into_iter(), out)?;
    select("f-group", &say("filter.group"), Some(&say("filter.all")), groups, out)?;
    select("f-sort", &say("filter.sort"), None, orders.into_iter(), out)?;
    writeln!(out, "<output id=\"f-count\" aria-live=\"polite\"></output>\n</div>")
}

fn select<'a>(
    id: &str,
    label: &str,
    all: Option<&str>,
    options: impl Iterator<Item = (&'a str, String)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "<label>{} <select id=\"{id}\">", Esc(label))?;
    if let Some(all) = all {
        write!(out, "<option value=\"\">{}</option>", Esc(all))?;
    }
    for (value, text) in options {
        write!(out, "<option value=\"{}\">{}</option>", Esc(value), Esc(&text))?;
    }
    writeln!(out, "</select></label>")
}

/// One call: the `at`th of the page, after `before` findings of others.
fn call(
    about: &About<'_>,
    sheet: &Sheet,
    (at, before): (usize, usize),
    anchors: &Anchors,
    out: &mut dyn Write,
) -> io::Result<()> {
    open(about, sheet, &anchors::call(at), out)?;
    both(about, &sides(about, &sheet.record, &sheet.findings), anchors, out)?;
    for doubt in doubts(about, &sheet.record) {
        writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&doubt))?;
    }
    for (n, f) in sheet.findings.iter().enumerate() {
        card(about, &anchors::finding(before + n), f, out)?;
    }
    more(about, sheet.left_out, out)?;
    receipts::table(about, &sheet.record.receipts, anchors, out)?;
    writeln!(out, "</article>")
}

/// The head of a call: its id, verdict and score, who and when.
fn open(about: &About<'_>, sheet: &Sheet, anchor: &str, out: &mut dyn Write) -> io::Result<()> {
    let (voice, record) = (about.voice, &sheet.record);
    let how = verdict(record.verdict);
    let agency = sheet.findings.first().and_then(|f| f.agency.as_ref());
    let start = record.start.as_deref().unwrap_or_default();
    let mut who: Vec<String> = Vec::new();
    who.extend(record.start.as_ref().map(|s| s.get(..16).unwrap_or(s).replace('T', " ")));
    for (key, id) in [("borrower", record.borrower_id.as_ref()), ("collector", record.collector_id.as_ref())]
    {
        who.extend(id.map(|id| format!("{} {id}", voice.say(key))));
    }
    who.extend(agency.map(|a| format!("{} {a}", voice.say("agency"))));
    who.push(format!("{}:{}", relative(about, &record.file), record.line));
    writeln!(
        out,
        "<article class=\"call {how}\" id=\"{anchor}\" data-how=\"{how}\" data-score=\"{score:.4}\" data-start=\"{start}\" \
         data-borrower=\"{borrower}\" data-collector=\"{collector}\">\n<h3><span class=\"badge {how}\">{verdict}</span> {call} \
         <span class=\"points\">{points} {score:.2}</span></h3>\n<p class=\"who\">{who}</p>",
        score = record.score,
        start = Esc(start),
        borrower = Esc(record.borrower_id.as_deref().unwrap_or_default()),
        collector = Esc(record.collector_id.as_deref().unwrap_or_default()),
        verdict = Esc(&voice.say(&format!("verdict.{how}"))),
        call = Esc(&format!("{} {}", voice.say("call"), record.call_id)),
        points = Esc(&voice.say("column.score")),
        who = Esc(&who.join(" · ")),
    )
}

/// Said and not to be said; to be said and left out.
fn both(about: &About<'_>, sides: &Sides<'_>, anchors: &Anchors, out: &mut dyn Write) -> io::Result<()> {
    let voice = about.voice;
    writeln!(out, "<div class=\"sides\">\n<div class=\"said\"><h4>{}</h4>", Esc(&voice.say("side.said")))?;
    if sides.said.is_empty() {
        writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&voice.say("side.nothing")))?;
    } else {
        writeln!(out, "<ul>")?;
        for s in &sides.said {
            let turn = voice.fill("turn", &[&(s.first.turn + 1)]);
            let turn = linked(&turn, anchors.findings.get(&s.first.fingerprint));
            let quote = match s.first.quote.is_empty() {
                true => String::new(),
                false => Esc(&voice.fill("side.quote", &[&s.first.quote])).to_string(),
            };
            let times = if s.count > 1 { format!(" ×{}", s.count) } else { String::new() };
            writeln!(out, "<li>{}{times} · {turn} {quote}</li>", Esc(s.title))?;
        }
        writeln!(out, "</ul>")?;
    }
    writeln!(out, "</div>\n<div class=\"missed\"><h4>{}</h4>", Esc(&voice.say("side.left-out")))?;
    if sides.left_out.is_empty() {
        let key = if sides.unknown.is_empty() { "side.nothing" } else { "side.unknown" };
        writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&voice.say(key)))?;
    } else {
        writeln!(out, "<ul>")?;
        for (title, why) in &sides.left_out {
            writeln!(out, "<li>{} <span class=\"quiet\">{}</span></li>", Esc(title), Esc(why))?;
        }
        writeln!(out, "</ul>")?;
    }
    if !sides.unknown.is_empty() && !sides.left_out.is_empty() {
        let unknown = format!("{}: {}", voice.say("side.unknown"), sides.unknown.join(", "));
        writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&unknown))?;
    }
    writeln!(out, "</div>\n</div>")
}

/// Calls in which nothing was found but a required element left out.
pub(super) fn lacking(
    about: &About<'_>,
    all: &[Sheet],
    left_out: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    if all.is_empty() {
        return Ok(());
    }
    let voice = about.voice;
    writeln!(
        out,
        "<section>\n<h2>{}</h2>\n<div class=\"wide\"><table class=\"sort\">\n<thead><tr>",
        Esc(&voice.say("html.lacking"))
    )?;
    for column in ["column.id", "borrower", "collector", "side.left-out"] {
        write!(out, "<th>{}</th>", Esc(&voice.say(column)))?;
    }
    writeln!(out, "</tr></thead>\n<tbody>")?;
    for sheet in all {
        let titles: Vec<&str> =
            sides(about, &sheet.record, &[]).left_out.into_iter().map(|(title, _)| title).collect();
        writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            Esc(&sheet.record.call_id),
            Esc(sheet.record.borrower_id.as_deref().unwrap_or("-")),
            Esc(sheet.record.collector_id.as_deref().unwrap_or("-")),
            Esc(&titles.join(", "))
        )?;
    }
    writeln!(out, "</tbody>\n</table></div>")?;
    more(about, left_out, out)?;
    writeln!(out, "</section>")
}

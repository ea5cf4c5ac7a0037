//! The page as a whole: head, what counts first, then charts, tables, findings and remarks.

use std::collections::{BTreeMap, HashMap};
use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::anchors::Anchors;
use super::escape::{Esc, base64};
use super::{Gathered, Tally, cards, charts, counts, sheet, tables, timeline};
use crate::model::messages::Language;
use crate::model::scan::Conclusion;
use crate::report::About;

const STYLE: &str = include_str!("style.css");
/// Filters and sorts; the page says everything without it.
const SCRIPT: &str = include_str!("script.js");

pub(super) fn write(
    about: &About<'_>,
    all: &mut Gathered,
    conclusion: &Conclusion,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (sheets, left_out) = all.sheets.take();
    let anchors = Anchors::of(&sheets, conclusion);
    head(about, out)?;
    warnings(about, conclusion, out)?;
    tiles(about, &all.groups, conclusion, out)?;
    overview(about, all, conclusion, &anchors, out)?;
    sheet::calls(about, &sheets, left_out, &anchors, out)?;
    counts::section(about, &conclusion.frequency, &anchors, out)?;
    timeline::section(about, conclusion, &anchors, out)?;
    cards::care(about, &all.care, all.care_left_out, out)?;
    tables::missing(about, &all.missing, out)?;
    sheet::lacking(about, &all.lacking, all.lacking_left_out, out)?;
    all.partly.write(about, out)?;
    tables::remarks(about, conclusion, out)?;
    foot(about, conclusion, out)
}

/// Charts, and who stands worst.
fn overview(
    about: &About<'_>,
    all: &Gathered,
    conclusion: &Conclusion,
    anchors: &Anchors,
    out: &mut dyn Write,
) -> io::Result<()> {
    writeln!(out, "<div class=\"columns\">\n<div>")?;
    charts::days(about, &all.days, out)?;
    // Without a log the calls are those with a transcript.
    let log = conclusion.totals.calls_in_log > 0;
    if log {
        charts::dials(about, &conclusion.calendar.days, out)?;
    }
    // On the side where there is room.
    let full = log && !all.days.is_empty();
    if !full {
        charts::week(about, &conclusion.calendar.week, out)?;
    }
    writeln!(out, "</div>\n<div>")?;
    if full {
        charts::week(about, &conclusion.calendar.week, out)?;
    }
    charts::groups(about, &all.groups, out)?;
    writeln!(out, "</div>\n</div>")?;
    writeln!(out, "<div class=\"columns tables\">\n<div>")?;
    tables::parties(about, "borrowers", &conclusion.borrowers, &anchors.borrowers, out)?;
    writeln!(out, "</div>\n<div>")?;
    tables::parties(about, "collectors", &conclusion.collectors, &HashMap::new(), out)?;
    tables::agencies(about, &conclusion.agencies, out)?;
    writeln!(out, "</div>\n</div>")
}

fn head(about: &About<'_>, out: &mut dyn Write) -> io::Result<()> {
    let (lang, voice) = (if about.voice.language == Language::English { "en" } else { "zh-CN" }, about.voice);
    let [style, script] = [STYLE, SCRIPT].map(|text| base64(&Sha256::digest(text.as_bytes())));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'"
    );
    let title = voice.say("html.title");
    let lexicon = about.rules.hash.get(..12).unwrap_or(&about.rules.hash);
    let run = voice.fill("summary.profile", &[&about.profile.name, &lexicon]);
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
         <title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n\
         <p>{run} · cuicha {version} · {zone}</p>\n<p>{limits}</p>\n</header>\n<main>",
        title = Esc(&title),
        run = Esc(&run),
        version = env!("CARGO_PKG_VERSION"),
        zone = Esc(about.profile.timezone.iana_name().unwrap_or("")),
        limits = Esc(&voice.say("summary.limits")),
    )
}

/// What must not be overlooked: nothing to check, or not everything looked at.
fn warnings(about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
    let t = &conclusion.totals;
    if t.calls_decoded + t.calls_in_log == 0 {
        writeln!(out, "<p class=\"warning\">{}</p>", Esc(&about.voice.say("summary.empty")))?;
    }
    if t.lost > 0 {
        let text = about.voice.fill("summary.lost", &[&t.lost]);
        writeln!(out, "<p class=\"warning\"><a href=\"#notices\">{}</a></p>", Esc(&text))?;
    }
    Ok(())
}

fn tiles(
    about: &About<'_>,
    groups: &BTreeMap<String, Tally>,
    conclusion: &Conclusion,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (t, voice) = (&conclusion.totals, about.voice);
    writeln!(out, "<section class=\"tiles\" aria-label=\"{}\">", Esc(&voice.say("html.calls-by-verdict")))?;
    for verdict in ["violation", "review", "pass", "not-checked"] {
        let count = t.verdicts.get(verdict).copied().unwrap_or(0);
        let label = voice.say(&format!("verdict.{verdict}"));
        tile(verdict, count, &label, &voice.say("html.calls"), out)?;
    }
    let (mut words, mut counts) = (Tally::default(), Tally::default());
    for (group, tally) in groups {
        (if group == "frequency" { &mut counts } else { &mut words }).join(tally);
    }
    for (title, tally) in [("html.in-words", words), ("frequency", counts)] {
        let of_which = charts::by_verdict(about, &tally);
        let unit = if of_which.is_empty() { Esc(&voice.say("html.findings")).to_string() } else { of_which };
        writeln!(
            out,
            "<div class=\"tile plain\"><span>{}</span><b>{}</b><small>{unit}</small></div>",
            Esc(&voice.say(title)),
            tally.all()
        )?;
    }
    writeln!(out, "</section>")?;
    let known = [
        voice.fill(
            "summary.log",
            &[&t.calls_in_log, &t.calls_with_transcript, &t.connected_without_transcript],
        ),
        voice.fill("summary.decoded", &[&t.calls_decoded, &t.calls_with_known_roles, &t.calls_judged]),
    ];
    writeln!(out, "<p class=\"quiet\">{} · {}</p>", Esc(&known[0]), Esc(&known[1]))
}

fn tile(class: &str, count: u64, label: &str, unit: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<div class=\"tile {class}\"><span>{}</span><b>{count}</b><small>{}</small></div>",
        Esc(label),
        Esc(unit)
    )
}

fn foot(about: &About<'_>, conclusion: &Conclusion, out: &mut dyn Write) -> io::Result<()> {
    let voice = about.voice;
    writeln!(
        out,
        "</main>\n<footer><p>{}</p><p>{}</p></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>",
        Esc(&voice.fill("html.effective", &[&about.profile.effective_min_seconds])),
        Esc(&voice.fill("html.rules", &[&about.rules.rules.len(), &conclusion.totals.findings.len()])),
    )
}

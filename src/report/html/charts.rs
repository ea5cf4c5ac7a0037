//! Charts as plain SVG: their colours come from the style of the page, so they follow dark mode and print.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::civil::Date;

use super::Tally;
use super::escape::Esc;
use crate::model::profile::Test;
use crate::report::About;

/// Days that are shown one by one; more are put together by month.
const MOST_DAYS: usize = 92;
/// The plot of days: width, height, and the room above it for the largest number.
const PLOT: (usize, usize, usize) = (720, 140, 16);
/// A cell of the week: width, height, and the room to its left.
const CELL: (usize, usize, usize) = (27, 24, 44);

pub(super) fn groups(
    about: &About<'_>,
    groups: &BTreeMap<String, Tally>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if groups.is_empty() {
        return Ok(());
    }
    let mut rows: Vec<(&String, &Tally)> = groups.iter().collect();
    rows.sort_by_key(|(name, t)| (std::cmp::Reverse((t.violation, t.review)), *name));
    let most = rows.iter().map(|(_, t)| t.all()).max().unwrap_or(1).max(1);
    writeln!(
        out,
        "<section>\n<h2>{}</h2>\n<table class=\"bars\">\n<tbody>",
        Esc(&about.voice.say("html.groups"))
    )?;
    for (name, t) in rows {
        let (violation, review) = (t.violation * 1000 / most, t.review * 1000 / most);
        writeln!(
            out,
            "<tr><td>{}</td><td class=\"bar\"><svg viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
             <rect class=\"violation\" width=\"{violation}\" height=\"10\"/>\
             <rect class=\"review\" x=\"{violation}\" width=\"{review}\" height=\"10\"/></svg></td>\
             <td class=\"number\">{}</td></tr>",
            Esc(&about.voice.say(&format!("group.{name}"))),
            numbers(about, t)
        )?;
    }
    writeln!(out, "</tbody>\n</table>\n</section>")
}

/// The numbers of a tally in words, without those that are zero.
fn numbers(about: &About<'_>, t: &Tally) -> String {
    let all =
        [("violation", t.violation), ("review", t.review), ("pass", t.pass), ("not-checked", t.not_checked)];
    let named = all.iter().filter(|(_, n)| *n > 0);
    let named = named.map(|(key, n)| format!("{} {n}", Esc(&about.voice.say(&format!("verdict.{key}")))));
    named.collect::<Vec<_>>().join(" · ")
}

pub(super) fn days(about: &About<'_>, days: &BTreeMap<Date, Tally>, out: &mut dyn Write) -> io::Result<()> {
    if days.is_empty() {
        return Ok(());
    }
    let columns = columns(days);
    let most = columns.iter().map(|(_, t)| t.all()).max().unwrap_or(1).max(1) as usize;
    let (width, height, top) = PLOT;
    let step = (width / columns.len()).clamp(4, 48);
    writeln!(
        out,
        "<section>\n<h2>{}</h2>\n<div class=\"wide\"><svg class=\"plot\" viewBox=\"0 0 {width} {}\" role=\"img\">\n\
         <text x=\"0\" y=\"11\">{most}</text><path class=\"grid\" d=\"M0 {top}H{width}M0 {y}H{width}\"/>",
        Esc(&about.voice.say("html.days")),
        top + height + 20,
        y = top + height
    )?;
    let apart = (64 / step).max(1);
    for (at, (name, t)) in columns.iter().enumerate() {
        let (x, mut y) = (at * step, top + height);
        write!(out, "<g><title>{name} {}</title>", numbers(about, t))?;
        for (class, n) in [
            ("violation", t.violation),
            ("review", t.review),
            ("pass", t.pass),
            ("not-checked", t.not_checked),
        ] {
            let tall = n as usize * height / most;
            y -= tall;
            if tall > 0 {
                let wide = step - (step / 5).max(1);
                write!(
                    out,
                    "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{tall}\"/>"
                )?;
            }
        }
        if at % apart == 0 {
            write!(out, "<text x=\"{x}\" y=\"{}\">{}</text>", top + height + 15, short(name))?;
        }
        writeln!(out, "</g>")?;
    }
    writeln!(out, "</svg></div>")?;
    legend(about, out)?;
    writeln!(out, "</section>")
}

/// Month and day of a day, year and month of a month.
fn short(name: &str) -> &str {
    if name.len() == 10 { &name[5..] } else { name }
}

/// Every day from the first to the last, or every month with calls.
fn columns(days: &BTreeMap<Date, Tally>) -> Vec<(String, Tally)> {
    let ends = days.keys().next().zip(days.keys().next_back());
    let span: Vec<Date> = ends.map_or_else(Vec::new, |(first, last)| {
        let mut all = Vec::new();
        let mut day = Some(*first);
        while let Some(d) = day.filter(|d| d <= last && all.len() <= MOST_DAYS) {
            all.push(d);
            day = d.tomorrow().ok();
        }
        all
    });
    if span.len() <= MOST_DAYS {
        return span
            .into_iter()
            .map(|d| (d.to_string(), days.get(&d).copied().unwrap_or_default()))
            .collect();
    }
    let mut months: BTreeMap<String, Tally> = BTreeMap::new();
    for (day, t) in days {
        let month = months.entry(format!("{:04}-{:02}", day.year(), day.month())).or_default();
        month.violation += t.violation;
        month.review += t.review;
        month.pass += t.pass;
        month.not_checked += t.not_checked;
    }
    let skipped = months.len().saturating_sub(PLOT.0 / 4);
    months.into_iter().skip(skipped).collect()
}

fn legend(about: &About<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<p class=\"legend\">")?;
    for key in ["violation", "review", "pass", "not-checked"] {
        let name = about.voice.say(&format!("verdict.{key}"));
        write!(
            out,
            "<span><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"{key}\" width=\"10\" height=\"10\"/></svg> {}</span> ",
            Esc(&name)
        )?;
    }
    writeln!(out, "</p>")
}

pub(super) fn week(about: &About<'_>, week: &[[Tally; 24]; 7], out: &mut dyn Write) -> io::Result<()> {
    let most = week.iter().flatten().map(Tally::all).max().unwrap_or(0);
    if most == 0 {
        return Ok(());
    }
    let (w, h, left) = CELL;
    let forbidden = forbidden(about);
    writeln!(
        out,
        "<section>\n<h2>{}</h2>\n<div class=\"wide\"><svg class=\"plot week\" viewBox=\"0 0 {} {}\" role=\"img\">",
        Esc(&about.voice.say("html.week")),
        left + 24 * w,
        8 * h + 4
    )?;
    for (hour, closed) in forbidden.iter().enumerate() {
        let x = left + hour * w;
        let class = if *closed { " class=\"closed\"" } else { "" };
        write!(out, "<text{class} x=\"{}\" y=\"16\">{hour}</text>", x + 5)?;
        if *closed {
            write!(out, "<rect class=\"night\" x=\"{x}\" y=\"{}\" width=\"{w}\" height=\"{}\"/>", h, 7 * h)?;
        }
    }
    writeln!(out)?;
    for (day, hours) in week.iter().enumerate() {
        let (y, name) = ((day + 1) * h, about.voice.say(&format!("weekday.{}", day + 1)));
        write!(out, "<text x=\"0\" y=\"{}\">{}</text>", y + 16, Esc(&name))?;
        for (hour, t) in hours.iter().enumerate().filter(|(_, t)| t.all() > 0) {
            cell(about, (left + hour * w, y), &format!("{name} {hour}:00"), t, most, out)?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "</svg></div>\n<p class=\"quiet\">{}</p>\n</section>",
        Esc(&about.voice.say("html.week.key"))
    )
}

fn cell(
    about: &About<'_>,
    (x, y): (usize, usize),
    name: &str,
    t: &Tally,
    most: u64,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (w, h, _) = CELL;
    let depth = (t.all() * 4).div_ceil(most);
    write!(
        out,
        "<g><title>{} {}</title><rect class=\"heat{depth}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        Esc(name),
        numbers(about, t),
        x + 1,
        y + 1,
        w - 2,
        h - 2
    )?;
    let (class, shown) = if t.violation > 0 { ("bad", t.violation) } else { ("count", t.all()) };
    if t.violation > 0 {
        write!(
            out,
            "<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
            x + 2,
            y + 2,
            w - 4,
            h - 4
        )?;
    }
    let shown = if shown > 999 { "999+".to_owned() } else { shown.to_string() };
    write!(out, "<text class=\"{class} deep{depth}\" x=\"{}\" y=\"{}\">{shown}</text></g>", x + w / 2, y + 16)
}

/// Hours in which the profile forbids calls.
fn forbidden(about: &About<'_>) -> [bool; 24] {
    let mut hours = [false; 24];
    for rule in &about.profile.rules {
        let Test::Hours { from, to, .. } = &rule.test else { continue };
        for (hour, closed) in hours.iter_mut().enumerate() {
            let Ok(start) = jiff::civil::Time::new(i8::try_from(hour).unwrap_or(0), 0, 0, 0) else {
                continue;
            };
            *closed |= if from < to { *from <= start && start < *to } else { *from <= start || start < *to };
        }
    }
    hours
}

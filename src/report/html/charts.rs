//! Charts as plain SVG: their colours come from the style of the page, so they follow dark mode and print.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::civil::Date;

use super::Tally;
use super::escape::Esc;
use crate::model::calendar::Activity;
use crate::model::profile::Test;
use crate::report::About;

/// Days that are shown one by one; more are put together by month.
const MOST_DAYS: usize = 92;
/// Room that the name of a day takes below the plot, and that of a month, with what keeps it apart from the next.
const ROOM: (usize, usize) = (64, 96);
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
            by_verdict(about, t)
        )?;
    }
    writeln!(out, "</tbody>\n</table>\n</section>")
}

/// Findings by verdict in words; escaped.
pub(super) fn by_verdict(about: &About<'_>, t: &Tally) -> String {
    words(about, &[("verdict.violation", t.violation), ("verdict.review", t.review)])
}

/// Numbers in words, by the keys of their names, without those that are zero; escaped.
fn words(about: &About<'_>, named: &[(&str, u64)]) -> String {
    let named = named.iter().filter(|(_, n)| *n > 0);
    let named = named.map(|(key, n)| format!("{} {n}", Esc(&about.voice.say(key))));
    named.collect::<Vec<_>>().join(" · ")
}

/// One stretch of time and how many calls of each kind it holds, in the order of the legend.
type Column = (String, Vec<u64>);

/// Columns from the first to the last.
struct Columns {
    /// Each is a month, not a day.
    months: bool,
    all: Vec<Column>,
}

/// Kinds of calls: their class in the style, and the key of their name.
type Kinds<'a> = &'a [(&'a str, &'a str)];

/// Calls with a transcript by day, or month, and verdict.
pub(super) fn days(about: &About<'_>, days: &BTreeMap<Date, Tally>, out: &mut dyn Write) -> io::Result<()> {
    let columns = columns(days, |t| vec![t.violation, t.review, t.pass, t.not_checked]);
    let kinds = [
        ("violation", "verdict.violation"),
        ("review", "verdict.review"),
        ("pass", "verdict.pass"),
        ("not-checked", "verdict.not-checked"),
    ];
    let title = if columns.months { "html.months" } else { "html.days" };
    plot(about, title, &columns, &kinds, out)
}

/// All calls of the agency by day, or month.
pub(super) fn dials(
    about: &About<'_>,
    days: &BTreeMap<Date, Activity>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let columns = columns(days, |a| vec![a.violating, a.answered, a.unanswered]);
    let kinds = [
        ("violation", "html.violating"),
        ("answered", "timeline.answered"),
        ("unanswered", "timeline.unanswered"),
    ];
    let title = if columns.months { "html.dials.months" } else { "html.dials" };
    plot(about, title, &columns, &kinds, out)
}

fn plot(
    about: &About<'_>,
    title: &str,
    Columns { months, all: columns }: &Columns,
    kinds: Kinds<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if columns.is_empty() {
        return Ok(());
    }
    let most = columns.iter().map(|(_, n)| n.iter().sum::<u64>()).max().unwrap_or(1).max(1);
    let (width, height, top) = PLOT;
    let step = (width / columns.len()).clamp(4, 48);
    let (title, tall) = (about.voice.say(title), top + height + 20);
    writeln!(
        out,
        "<section>\n<h2>{title}</h2>\n{swipe}\n<div class=\"wide\"><svg class=\"plot\" viewBox=\"0 0 {width} {tall}\" role=\"img\" \
         aria-label=\"{title}\">\n<text x=\"0\" y=\"11\">{most}</text><path class=\"grid\" d=\"M0 {top}H{width}M0 {y}H{width}\"/>",
        title = Esc(&title),
        swipe = swipe(about),
        y = top + height
    )?;
    // No name stands on the next one, or beyond the edge.
    let room = if *months { ROOM.1 } else { ROOM.0 };
    let apart = room.div_ceil(step);
    for (at, column) in columns.iter().enumerate() {
        bar(about, (at * step, step), column, (kinds, most), out)?;
        if at % apart == 0 && (at == 0 || at * step + room / 2 <= width) {
            write!(out, "<text x=\"{}\" y=\"{}\">{}</text>", at * step, top + height + 15, short(&column.0))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "</svg></div>")?;
    legend(about, kinds, out)?;
    writeln!(out, "</section>")
}

/// One stacked bar at `x`, in a column of the width `step`.
fn bar(
    about: &About<'_>,
    (x, step): (usize, usize),
    (name, counts): &Column,
    (kinds, most): (Kinds<'_>, u64),
    out: &mut dyn Write,
) -> io::Result<()> {
    let (_, height, top) = PLOT;
    let mut y = top + height;
    let named: Vec<(&str, u64)> = kinds.iter().map(|(_, key)| *key).zip(counts.iter().copied()).collect();
    write!(out, "<g><title>{name} {}</title>", words(about, &named))?;
    for ((class, _), n) in kinds.iter().zip(counts) {
        // In 128 bits: the counts are those of the input.
        let tall = (u128::from(*n) * height as u128 / u128::from(most)) as usize;
        y -= tall;
        if tall > 0 {
            let wide = step - (step / 5).max(1);
            write!(out, "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{wide}\" height=\"{tall}\"/>")?;
        }
    }
    write!(out, "</g>")
}

/// Month and day of a day, year and month of a month.
fn short(name: &str) -> &str {
    if name.len() == 10 { &name[5..] } else { name }
}

/// Every day from the first to the last, or every month with calls.
fn columns<T>(days: &BTreeMap<Date, T>, counts: impl Fn(&T) -> Vec<u64>) -> Columns {
    let Some(kinds) = days.values().next().map(|t| counts(t).len()) else {
        return Columns { months: false, all: Vec::new() };
    };
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
        let of = |d: Date| days.get(&d).map_or_else(|| vec![0; kinds], &counts);
        return Columns { months: false, all: span.into_iter().map(|d| (d.to_string(), of(d))).collect() };
    }
    let mut months: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (day, t) in days {
        let month = format!("{:04}-{:02}", day.year(), day.month());
        let sums = months.entry(month).or_insert_with(|| vec![0; kinds]);
        sums.iter_mut().zip(counts(t)).for_each(|(sum, n)| *sum += n);
    }
    let skipped = months.len().saturating_sub(PLOT.0 / 4);
    Columns { months: true, all: months.into_iter().skip(skipped).collect() }
}

/// Said above what is wider than a phone, and shown there alone.
pub(super) fn swipe(about: &About<'_>) -> String {
    format!("<p class=\"swipe\">{}</p>", Esc(&about.voice.say("html.swipe")))
}

fn legend(about: &About<'_>, kinds: Kinds<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<p class=\"legend\">")?;
    for (class, key) in kinds {
        write!(
            out,
            "<span><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\"><rect class=\"{class}\" width=\"10\" height=\"10\"/></svg> {}</span> ",
            Esc(&about.voice.say(key))
        )?;
    }
    writeln!(out, "</p>")
}

/// The hours of the week and how many calls began in them; forbidden hours are shaded.
pub(super) fn week(about: &About<'_>, week: &[[Activity; 24]; 7], out: &mut dyn Write) -> io::Result<()> {
    let most = week.iter().flatten().map(Activity::all).max().unwrap_or(0);
    if most == 0 {
        return Ok(());
    }
    let (w, h, left) = CELL;
    let forbidden = forbidden(about);
    writeln!(
        out,
        "<section>\n<h2>{}</h2>\n{}\n<div class=\"wide\"><svg class=\"plot week\" viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{0}\">",
        Esc(&about.voice.say("html.week")),
        swipe(about),
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
        for (hour, a) in hours.iter().enumerate().filter(|(_, a)| a.all() > 0) {
            cell(about, (left + hour * w, y), &format!("{name} {hour}:00"), a, most, out)?;
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
    a: &Activity,
    most: u64,
    out: &mut dyn Write,
) -> io::Result<()> {
    let (w, h, _) = CELL;
    let depth = (u128::from(a.all()) * 4).div_ceil(u128::from(most));
    let named = [
        ("html.violating", a.violating),
        ("timeline.answered", a.answered),
        ("timeline.unanswered", a.unanswered),
    ];
    write!(
        out,
        "<g><title>{} {}</title><rect class=\"heat{depth}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
        Esc(name),
        words(about, &named),
        x + 1,
        y + 1,
        w - 2,
        h - 2
    )?;
    let (class, shown) = if a.violating > 0 { ("bad", a.violating) } else { ("count", a.all()) };
    if a.violating > 0 {
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
pub(super) fn forbidden(about: &About<'_>) -> [bool; 24] {
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

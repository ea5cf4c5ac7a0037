//! The calls to one borrower over time: a row a day, from midnight to midnight, with the forbidden hours shaded.

use std::collections::BTreeMap;
use std::io::{self, Write};

use jiff::civil::Date;

use super::anchors::{self, Anchors};
use super::charts::{forbidden, swipe};
use super::escape::Esc;
use super::receipts;
use crate::model::calendar::{Mark, Marks};
use crate::model::finding::Verdict;
use crate::model::scan::{Conclusion, PartyRecord, Timeline};
use crate::report::About;
use crate::report::shared::{at_a_glance, verdict};

/// Days that are shown of a borrower: those with most calls.
const MOST_DAYS: usize = 14;
/// Width of an hour, height of a day, room to the left and to the right, and above.
const HOUR: usize = 27;
const ROW: usize = 18;
const LEFT: usize = 46;
const RIGHT: usize = 40;
const TOP: usize = 16;

/// The worst borrowers whose calls are told one by one.
pub(super) fn shown(conclusion: &Conclusion) -> impl Iterator<Item = (&PartyRecord, &Timeline, &Marks)> {
    conclusion.borrowers.iter().filter(|b| b.verdict >= Verdict::Review).filter_map(|b| {
        let marks = conclusion.calendar.borrowers.get(&b.id)?;
        Some((b, b.timeline.as_ref()?, marks))
    })
}

/// A section with one picture a borrower.
pub(super) fn section(
    about: &About<'_>,
    conclusion: &Conclusion,
    anchors: &Anchors,
    out: &mut dyn Write,
) -> io::Result<()> {
    if anchors.borrowers.is_empty() {
        return Ok(());
    }
    let voice = about.voice;
    writeln!(out, "<section id=\"timelines\">\n<h2>{}</h2>", Esc(&voice.say("html.timelines")))?;
    writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&voice.say("html.timelines.key")))?;
    legend(about, out)?;
    for (at, (row, t, marks)) in shown(conclusion).enumerate() {
        let how = verdict(row.verdict);
        writeln!(
            out,
            "<article class=\"party {how}\" id=\"{}\">\n<h3><span class=\"badge {how}\">{}</span> {} {} \
             <span class=\"points\">{} {:.2}</span></h3>\n<p class=\"who\">{}</p>",
            anchors::borrower(at),
            Esc(&voice.say(&format!("verdict.{how}"))),
            Esc(&voice.say("borrower")),
            Esc(&row.id),
            Esc(&voice.say("column.score")),
            row.score,
            Esc(&at_a_glance(about, t)),
        )?;
        picture(about, marks, out)?;
        receipts::table(about, &row.receipts, anchors, out)?;
        writeln!(out, "</article>")?;
    }
    let bad = conclusion.borrowers.iter().filter(|b| b.verdict >= Verdict::Review).count();
    let left_out = bad.saturating_sub(shown(conclusion).count());
    if left_out > 0 {
        let text = voice.fill("html.more-borrowers", &[&left_out]);
        writeln!(out, "<p class=\"warning\">{}</p>", Esc(&text))?;
    }
    writeln!(out, "</section>")
}

fn legend(about: &About<'_>, out: &mut dyn Write) -> io::Result<()> {
    write!(out, "<p class=\"legend\">")?;
    for (class, key) in [
        ("dial on", "timeline.answered"),
        ("dial", "timeline.unanswered"),
        ("dial contact", "timeline.contact"),
        ("dial bad", "timeline.bad"),
    ] {
        write!(out, "<span><svg viewBox=\"0 0 12 12\" aria-hidden=\"true\">")?;
        shape(class, (6, 6), 4, out)?;
        write!(out, "</svg> {}</span> ", Esc(&about.voice.say(key)))?;
    }
    writeln!(out, "</p>")
}

fn picture(about: &About<'_>, marks: &Marks, out: &mut dyn Write) -> io::Result<()> {
    let (days, left_out) = days(marks);
    let (wide, tall) = (LEFT + 24 * HOUR + RIGHT, TOP + days.len() * ROW + 4);
    writeln!(
        out,
        "{}\n<div class=\"wide\"><svg class=\"plot line\" viewBox=\"0 0 {wide} {tall}\" role=\"img\" aria-label=\"{}\">",
        swipe(about),
        Esc(&about.voice.say("html.timelines"))
    )?;
    for (hour, closed) in forbidden(about).into_iter().enumerate() {
        let x = LEFT + hour * HOUR;
        if closed {
            let height = days.len() * ROW;
            write!(
                out,
                "<rect class=\"night\" x=\"{x}\" y=\"{TOP}\" width=\"{HOUR}\" height=\"{height}\"/>"
            )?;
        }
        if hour % 3 == 0 {
            write!(out, "<text x=\"{x}\" y=\"11\">{hour}:00</text>")?;
        }
    }
    writeln!(out)?;
    for (at, day) in days.iter().enumerate() {
        let y = TOP + at * ROW;
        let bottom = y + ROW;
        let label = format!("{:02}-{:02}", day.month(), day.day());
        let own = marks.range((*day, 0)..=(*day, u8::MAX));
        let calls: u32 = own.clone().map(|(_, m)| m.calls).sum();
        write!(out, "<path class=\"grid\" d=\"M{LEFT} {bottom}H{}\"/>", wide - RIGHT)?;
        write!(out, "<text x=\"0\" y=\"{0}\">{label}</text>", y + 13)?;
        write!(out, "<text x=\"{}\" y=\"{}\">{calls}</text>", wide - RIGHT + 8, y + 13)?;
        for ((_, slot), mark) in own {
            dial(day, *slot, mark, y + ROW / 2, out)?;
        }
        writeln!(out)?;
    }
    writeln!(out, "</svg></div>")?;
    match left_out {
        0 => Ok(()),
        n => writeln!(out, "<p class=\"quiet\">{}</p>", Esc(&about.voice.fill("html.more-days", &[&n]))),
    }
}

/// The days with most calls, in the order of time, and how many others there are.
fn days(marks: &Marks) -> (Vec<Date>, usize) {
    let mut weight: BTreeMap<Date, (u32, u32)> = BTreeMap::new();
    for ((day, _), mark) in marks {
        let entry = weight.entry(*day).or_default();
        entry.0 += u32::from(mark.violating) * mark.calls;
        entry.1 += mark.calls;
    }
    let mut days: Vec<(Date, (u32, u32))> = weight.into_iter().collect();
    days.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let left_out = days.len().saturating_sub(MOST_DAYS);
    days.truncate(MOST_DAYS);
    let mut days: Vec<Date> = days.into_iter().map(|(day, _)| day).collect();
    days.sort_unstable();
    (days, left_out)
}

fn dial(day: &Date, slot: u8, mark: &Mark, y: usize, out: &mut dyn Write) -> io::Result<()> {
    let (hour, minute) = (usize::from(slot) / 4, usize::from(slot) % 4 * 15);
    let x = LEFT + hour * HOUR + (2 * minute + 15) * HOUR / 120;
    let mut class = "dial".to_owned();
    for (name, holds) in [(" on", mark.answered), (" contact", mark.contact), (" bad", mark.violating)] {
        class.push_str(if holds { name } else { "" });
    }
    let radius = match mark.calls {
        0..=1 => 3,
        2..=3 => 4,
        _ => 5,
    };
    write!(out, "<g><title>{day} {hour:02}:{minute:02} ×{}</title>", mark.calls)?;
    shape(&class, (x, y), radius, out)?;
    write!(out, "</g>")
}

/// A circle for the borrower, a square for a contact.
fn shape(class: &str, (x, y): (usize, usize), r: usize, out: &mut dyn Write) -> io::Result<()> {
    if class.contains("contact") {
        let side = 2 * r;
        return write!(
            out,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{side}\" height=\"{side}\"/>",
            x - r,
            y - r
        );
    }
    write!(out, "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{r}\"/>")
}

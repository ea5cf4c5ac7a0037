//! What a rule tests: the keys of the single kinds of tests.

use jiff::civil::Time;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::reader::Reader;
use crate::lexicon::document::suggest;
use crate::model::profile::{Counts, Event, KeyPart, Test, Window};

const COUNTS: [(&str, Counts); 4] = [
    ("attempts", Counts::Attempts),
    ("connected", Counts::Connected),
    ("effective", Counts::Effective),
    ("unanswered", Counts::Unanswered),
];
const KEY_PARTS: [(&str, KeyPart); 6] = [
    ("borrower", KeyPart::Borrower),
    ("callee_number", KeyPart::CalleeNumber),
    ("caller_number", KeyPart::CallerNumber),
    ("collector", KeyPart::Collector),
    ("agency", KeyPart::Agency),
    ("contact", KeyPart::Contact),
];
const EVENTS: [(&str, Event); 4] = [
    ("connected", Event::Connected),
    ("effective", Event::Effective),
    ("refusal", Event::Refusal),
    ("announcement", Event::Announcement),
];
const UNITS: [(char, i64); 5] = [('s', 1), ('m', 60), ('h', 3_600), ('d', 86_400), ('w', 604_800)];
/// Keys of a rule that counts.
const COUNTING: [&str; 4] = ["counts", "key", "window", "max"];
/// Keys that stand for a kind of their own.
const KINDS: [&str; 3] = ["hours", "contact_after_failed", "requires"];

/// The test of a rule. What it does not say is that of `base`, if both are of one kind.
pub(super) fn read(r: &mut Reader<'_>, table: &DeTable<'_>, at: usize, base: Option<&Test>) -> Option<Test> {
    let given: Vec<&str> =
        COUNTING.into_iter().chain(["distinct", "after"]).filter(|k| table.contains_key(*k)).collect();
    let kinds: Vec<&str> = KINDS.into_iter().filter(|k| table.contains_key(*k)).collect();
    if let Some(kind) = kinds.first() {
        let others: Vec<&str> = kinds[1..].iter().chain(&given).copied().collect();
        if !others.is_empty() {
            let place = table.get(*kind).map_or(at, |v| v.span().start);
            r.fault(place, format!("a rule has either `{kind}` or `{}`, not both", others.join("`, `")));
        }
        return match *kind {
            "hours" => hours(r, table, base),
            "requires" => r.word(table, "requires", &[("recording", ())]).map(|()| Test::Unrecorded),
            _ => Some(Test::ContactFirst { failed: r.number(table, "contact_after_failed")? }),
        };
    }
    if given.is_empty() {
        if base.is_none() {
            r.fault(at, "a rule needs either `hours` or `counts`, `key`, `window` and `max`");
        }
        return base.cloned();
    }
    counting(r, table, at, base)
}

fn counting(r: &mut Reader<'_>, table: &DeTable<'_>, at: usize, base: Option<&Test>) -> Option<Test> {
    let base = base.filter(|b| b.counts().is_some());
    for missing in COUNTING.into_iter().filter(|k| base.is_none() && !table.contains_key(*k)) {
        r.fault(at, format!("the rule has no `{missing}`"));
    }
    let of = r.word(table, "distinct", &KEY_PARTS).or(match base {
        Some(Test::Distinct { of, .. }) => Some(*of),
        _ => None,
    });
    let event = r.word(table, "after", &EVENTS).or(match base {
        Some(Test::After { event, .. }) => Some(*event),
        _ => None,
    });
    let counts = r.word(table, "counts", &COUNTS).or(base.and_then(Test::counts));
    let key = r.words(table, "key", &KEY_PARTS).or(base.map(|b| b.key().to_vec()));
    let window = window(r, table).or(base.and_then(window_of));
    let max = r.number(table, "max").or(base.map(Test::limit));
    if of.is_some() && event.is_some() {
        r.fault(at, "a rule has either `distinct` or `after`, not both");
    }
    let (counts, key, window, max) = (counts?, key?, window?, max?);
    if window == Window::Forever && event.is_none() {
        r.fault(at, "the window `forever` needs `after`: something that it begins with");
    }
    Some(match (event, of) {
        (Some(event), _) => Test::After { event, counts, key, window, max },
        (None, Some(of)) => Test::Distinct { counts, of, key, window, max },
        (None, None) => Test::Count { counts, key, window, max },
    })
}

fn window_of(test: &Test) -> Option<Window> {
    match test {
        Test::Count { window, .. } | Test::Distinct { window, .. } | Test::After { window, .. } => {
            Some(*window)
        }
        Test::Hours { .. } | Test::ContactFirst { .. } | Test::Unrecorded => None,
    }
}

fn window(r: &mut Reader<'_>, table: &DeTable<'_>) -> Option<Window> {
    let (text, at) = r.text(table, "window")?;
    match text {
        "calendar-day" => return Some(Window::CalendarDay),
        "forever" => return Some(Window::Forever),
        _ => {}
    }
    if let Some(days) = text.strip_suffix("-calendar-days").and_then(|n| n.parse::<u16>().ok())
        && days > 0
    {
        return Some(Window::CalendarDays { days: i64::from(days) });
    }
    let seconds = text.char_indices().next_back().and_then(|(last, unit)| {
        let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
        let number = text.get(..last).filter(|n| n.bytes().all(|b| b.is_ascii_digit()))?;
        number.parse::<i64>().ok()?.checked_mul(*seconds)
    });
    match seconds {
        Some(seconds) if seconds > 0 => Some(Window::Rolling { seconds }),
        _ => {
            let near = suggest(text, ["calendar-day", "forever"]);
            let message = format!(
                "unknown window `{text}`{near}; write `calendar-day`, `7-calendar-days` or a length such as `90s`, `1h` or `7d`"
            );
            r.fault(at, message);
            None
        }
    }
}

fn hours(r: &mut Reader<'_>, table: &DeTable<'_>, base: Option<&Test>) -> Option<Test> {
    let (hours, at) = r.table(table, "hours", "{ from, to }")?;
    r.keys(hours, &["from", "to", "overrun"], "`hours`");
    let known = match base {
        Some(Test::Hours { from, to, overrun }) => Some((*from, *to, *overrun)),
        _ => None,
    };
    for missing in ["from", "to"].into_iter().filter(|k| known.is_none() && !hours.contains_key(*k)) {
        r.fault(at, format!("`hours` has no `{missing}`"));
    }
    let from = clock(r, hours, "from").or(known.map(|k| k.0));
    let to = clock(r, hours, "to").or(known.map(|k| k.1));
    let overrun = r.word(hours, "overrun", &[("review", true), ("ignore", false)]);
    if from.is_some() && from == to {
        r.fault(at, "`from` and `to` are the same time: nothing lies between them");
    }
    let overrun = overrun.unwrap_or(known.is_some_and(|k| k.2));
    Some(Test::Hours { from: from?, to: to?, overrun })
}

/// `HH:MM:SS` or `HH:MM`, between quotes or as a TOML time.
fn clock(r: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Option<Time> {
    let value: &Spanned<DeValue<'_>> = table.get(key)?;
    let written = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        _ => String::new(),
    };
    let shaped = matches!(written.len(), 5 | 8)
        && written.bytes().enumerate().all(|(i, b)| if i % 3 == 2 { b == b':' } else { b.is_ascii_digit() });
    // The parser takes a leap second for the second before it; in a rule it is a slip of the pen.
    let time = if shaped && !written.ends_with(":60") { written.parse::<Time>().ok() } else { None };
    if time.is_none() {
        r.fault(value.span().start, format!("`{key}` must be a time of day, such as \"22:00:00\""));
    }
    time
}

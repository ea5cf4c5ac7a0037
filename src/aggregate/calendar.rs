//! When the calls of a run were made.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rustc_hash::FxHashMap;

use super::attempt::{Attempt, EARLIER, INBOUND};
use super::calls::CallBook;
use super::hours::LocalClock;
use super::symbols::Symbol;
use crate::model::calendar::{Activity, Calendar, Mark, Marks};
use crate::model::profile::Profile;
use crate::model::transcript::CalleeRole;

/// Seconds of a slot.
const SLOT: i64 = 900;
/// Days before the first of the calendar, as the clock counts them: 1 January 1970.
const EPOCH: Date = Date::constant(1970, 1, 1);

/// One pass over the calls. `borrowers` are those whose calls are told one by one; `violating` says of a call whether it
/// belongs to a violation.
pub(super) fn calendar(
    book: &CallBook,
    profile: &Profile,
    borrowers: &BTreeSet<String>,
    violating: &dyn Fn(u32, &Attempt) -> bool,
) -> Calendar {
    let names = book.names.borrowers.iter().filter(|(_, id)| borrowers.contains(*id));
    let mut marks: FxHashMap<Symbol, Marks> = names.map(|(who, _)| (who, Marks::new())).collect();
    let mut days: FxHashMap<i64, [Activity; 24]> = FxHashMap::default();
    let mut clock = LocalClock::new(&profile.timezone);
    for (ix, a) in book.attempts().filter(|(_, a)| !a.is(EARLIER) && !a.is(INBOUND)) {
        let Some(start) = a.start() else { continue };
        let (day, second) = clock.day_and_second(start);
        let (answered, bad) = (a.connected() == Some(true), violating(ix, &a));
        let hours = days.entry(day).or_default();
        if let Some(hour) = usize::try_from(second / 3_600).ok().and_then(|h| hours.get_mut(h)) {
            hour.add(answered, bad);
        }
        if let Some(marks) = marks.get_mut(&a.borrower)
            && let Some(date) = date(day)
        {
            let mark = marks.entry((date, u8::try_from(second / SLOT).unwrap_or(0))).or_default();
            *mark = Mark {
                calls: mark.calls.saturating_add(1),
                answered: mark.answered | answered,
                contact: mark.contact | (a.role() == CalleeRole::Contact),
                violating: mark.violating | bad,
            };
        }
    }
    let mut all = Calendar::default();
    for (date, hours) in days.into_iter().filter_map(|(day, hours)| Some((date(day)?, hours))) {
        let weekday = usize::from(date.weekday().to_monday_zero_offset().unsigned_abs());
        for (hour, activity) in hours.into_iter().enumerate() {
            all.days.entry(date).or_default().join(activity);
            all.week[weekday][hour].join(activity);
        }
    }
    all.borrowers = named(book, marks);
    all
}

fn named(book: &CallBook, marks: FxHashMap<Symbol, Marks>) -> BTreeMap<String, Marks> {
    let name = |who: Symbol| book.names.borrowers.get(who).unwrap_or_default().to_owned();
    marks.into_iter().map(|(who, marks)| (name(who), marks)).filter(|(_, m)| !m.is_empty()).collect()
}

fn date(day: i64) -> Option<Date> {
    EPOCH.checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

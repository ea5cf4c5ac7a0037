//! Local days and hours.

use std::ops::Range;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::{Offset, TimeZone};

use crate::model::scan::Moment;

const DAY: i64 = 86_400;

/// Local time of one zone. Remembers how long an offset holds, as times that are asked for one after another lie close.
pub(super) struct LocalClock<'a> {
    zone: &'a TimeZone,
    offset: Offset,
    holds: Range<i64>,
}

impl<'a> LocalClock<'a> {
    pub fn new(zone: &'a TimeZone) -> LocalClock<'a> {
        LocalClock { zone, offset: Offset::UTC, holds: 0..0 }
    }

    /// Number of the local day, and the second of that day.
    pub fn day_and_second(&mut self, second: i64) -> (i64, i64) {
        let local = second.saturating_add(i64::from(self.offset(second).seconds()));
        (local.div_euclid(DAY), local.rem_euclid(DAY))
    }

    /// RFC 3339 with the zone's offset.
    pub fn rfc3339(&mut self, second: i64) -> String {
        let offset = self.offset(second);
        Timestamp::from_second(second)
            .map_or_else(|_| second.to_string(), |t| t.display_with_offset(offset).to_string())
    }

    /// The same, to be written later.
    pub fn moment(&mut self, second: u32) -> Moment {
        Moment { second, offset: self.offset(i64::from(second)).seconds() }
    }

    /// The local date.
    pub fn date(&mut self, second: i64) -> Option<Date> {
        let offset = self.offset(second);
        Timestamp::from_second(second).ok().map(|t| offset.to_datetime(t).date())
    }

    fn offset(&mut self, second: i64) -> Offset {
        if self.holds.contains(&second) {
            return self.offset;
        }
        let Ok(time) = Timestamp::from_second(second) else { return Offset::UTC };
        self.offset = self.zone.to_offset(time);
        // Only the change ahead is looked up: before `second` the offset is asked for anew.
        let next = self.zone.following(time).next().map_or(i64::MAX, |t| t.timestamp().as_second());
        self.holds = second..next;
        self.offset
    }
}

/// A half-open stretch `[from, to)` of the day, which may cross midnight.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    from: i64,
    to: i64,
}

impl Stretch {
    pub fn new(from: Time, to: Time) -> Stretch {
        let of = |t: Time| i64::from(t.hour()) * 3_600 + i64::from(t.minute()) * 60 + i64::from(t.second());
        Stretch { from: of(from), to: of(to) }
    }

    /// Whether a second of the day lies inside.
    pub fn holds(self, second: i64) -> bool {
        let Stretch { from, to } = self;
        if from < to { from <= second && second < to } else { from <= second || second < to }
    }

    /// How many seconds after `second`, which lies outside, the stretch begins.
    pub fn begins_in(self, second: i64) -> i64 {
        (self.from - second).rem_euclid(DAY)
    }
}

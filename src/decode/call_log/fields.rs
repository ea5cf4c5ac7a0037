//! Times and durations as call logs write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use super::columns::WORDS;
use crate::model::notice::Notice;

/// Days from 1970-01-01 back to the day from which spreadsheets count.
const SERIAL_ZERO: f64 = 25_569.0;
const DAY: f64 = 86_400.0;

/// Local time of one zone. Remembers an offset while it holds: the times of a log lie close.
pub(super) struct Local<'a> {
    zone: &'a TimeZone,
    offset: i64,
    /// Seconds since 1970 between which the offset holds whatever the clock says.
    holds: std::ops::Range<i64>,
}

impl<'a> Local<'a> {
    pub fn new(zone: &'a TimeZone) -> Local<'a> {
        Local { zone, offset: 0, holds: 0..0 }
    }

    /// What there is to say of so many rows, the first on `line`, whose times name no zone.
    pub fn zoneless(&self, file: &str, line: usize, count: usize) -> Notice {
        let zone = self.zone.iana_name().unwrap_or("the profile");
        let message = format!("the times of {count} rows name no zone: read as local time of {zone}");
        Notice::remark(file, Some(line), message)
    }

    /// The second of a civil time, given as if the zone were Greenwich's.
    fn second(&mut self, civil: i64) -> Option<i64> {
        let guess = civil - self.offset;
        if self.holds.contains(&guess) {
            return Some(guess);
        }
        let time = Timestamp::from_second(civil).ok()?;
        let local = self.zone.to_timestamp(TimeZone::UTC.to_datetime(time)).ok()?;
        let second = local.as_second();
        self.offset = i64::from(self.zone.to_offset(local).seconds());
        // Near a change of the clocks every time is looked up.
        let margin = 2 * 86_400;
        let next = self.zone.following(local).next().map_or(i64::MAX, |t| t.timestamp().as_second() - margin);
        let last = self.zone.preceding(local).next().map_or(i64::MIN, |t| t.timestamp().as_second() + margin);
        self.holds = last..next;
        Some(second)
    }
}

/// A point in time, and whether the text names its zone: RFC 3339 with an offset or `Z`; seconds or milliseconds since 1970; or
/// year, month, day, hour, minute and perhaps second in this order, or the number of days of a spreadsheet, in local time. A day
/// without a time is refused: as midnight it would look like a call at night.
pub(super) fn moment(text: &str, local: &mut Local<'_>) -> Option<(Timestamp, bool)> {
    if let Some((civil, offset)) = plain(text) {
        let second = match offset {
            Some(offset) => civil - offset,
            None => local.second(civil)?,
        };
        return Some((Timestamp::from_second(second).ok()?, offset.is_some()));
    }
    if let Some(number) = number(text) {
        return match number {
            Number::Epoch(milliseconds) => Some((Timestamp::from_millisecond(milliseconds).ok()?, true)),
            Number::Serial(civil) => Some((Timestamp::from_second(local.second(civil)?).ok()?, false)),
        };
    }
    if let Some(time) = civil(text) {
        return local.zone.to_timestamp(time).ok().map(|t| (t, false));
    }
    // The parser would pass over the name of a zone.
    if text.contains('[') {
        return None;
    }
    let spaced = || text.replacen(" +", "+", 1).parse::<Timestamp>().ok();
    text.parse::<Timestamp>().ok().or_else(spaced).map(|t| (t, true))
}

/// `2026-08-06T20:21:12` and `2026-08-06 20:21:12`, with `Z` or `+08:00` behind or nothing: the second as if in Greenwich, and
/// the offset. It is what nearly all logs write, and a tenth of the time of the general parser.
fn plain(text: &str) -> Option<(i64, Option<i64>)> {
    let b = text.as_bytes();
    let shaped = b.len() >= 19
        && b[4] == b'-'
        && b[7] == b'-'
        && matches!(b[10], b'T' | b' ')
        && b[13] == b':'
        && b[16] == b':';
    if !shaped {
        return None;
    }
    let two = |at: usize| -> Option<i64> {
        let (tens, ones) = (b[at].wrapping_sub(b'0'), b[at + 1].wrapping_sub(b'0'));
        if tens < 10 && ones < 10 { Some(i64::from(tens) * 10 + i64::from(ones)) } else { None }
    };
    let (year, month, day) = (two(0)? * 100 + two(2)?, two(5)?, two(8)?);
    let (hour, minute, second) = (two(11)?, two(14)?, two(17)?);
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let offset = match &b[19..] {
        [] => None,
        [b'Z'] => Some(0),
        [sign @ (b'+' | b'-'), _, _, b':', _, _] => {
            let (hours, minutes) = (two(20)?, two(23)?);
            let seconds = hours * 3_600 + minutes * 60;
            if hours > 23 || minutes > 59 {
                return None;
            }
            Some(if *sign == b'-' { -seconds } else { seconds })
        }
        _ => return None,
    };
    let days = days(year, month, day)?;
    Some((days * 86_400 + hour * 3_600 + minute * 60 + second, offset))
}

/// Whether a text is a date and a time as programs write it.
pub(super) fn is_stamp(text: &str) -> bool {
    plain(text).is_some()
}

/// Days since 1970 of a date, if there is such a date.
fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    const LENGTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = *LENGTHS.get(usize::try_from(month - 1).ok()?)? + i64::from(leap && month == 2);
    if day < 1 || day > length || year < 1 {
        return None;
    }
    // Years begin in March, so that the leap day comes last.
    let (y, m) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    Some(365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719_468)
}

enum Number {
    /// Milliseconds since 1970.
    Epoch(i64),
    /// Second of the local clock.
    Serial(i64),
}

/// Ten digits are seconds since 1970, thirteen milliseconds; five with a fraction are the days of a spreadsheet.
fn number(text: &str) -> Option<Number> {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    match text.split_once('.') {
        None if digits(text) && text.len() == 10 => Some(Number::Epoch(text.parse::<i64>().ok()? * 1_000)),
        None if digits(text) && text.len() == 13 => Some(Number::Epoch(text.parse().ok()?)),
        Some((whole, fraction)) if digits(whole) && digits(fraction) && whole.len() == 10 => {
            Some(Number::Epoch(whole.parse::<i64>().ok()? * 1_000))
        }
        Some((whole, fraction)) if digits(whole) && digits(fraction) && whole.len() == 5 => {
            let serial: f64 = text.parse().ok()?;
            Some(Number::Serial(((serial - SERIAL_ZERO) * DAY).round() as i64))
        }
        _ => None,
    }
}

/// `19:00-22:00`, with any single sign or word between; 24:00 is midnight.
pub(super) fn hours(text: &str) -> Option<(Time, Time)> {
    let mut scan = Scan(text.trim());
    let from = scan.clock()?;
    scan.0 = scan.0.trim_start();
    scan.sign("-~")?;
    scan.0 = scan.0.trim_start();
    let to = scan.clock()?;
    if scan.0.trim().is_empty() && from != to { Some((from, to)) } else { None }
}

/// A day, with or without a time behind it.
pub(super) fn day(text: &str) -> Option<Date> {
    let mut scan = Scan(text);
    let date = scan.date()?;
    let rest = scan.0;
    if rest.is_empty() || rest.starts_with(['T', ' ']) || !rest.is_ascii() { Some(date) } else { None }
}

fn civil(text: &str) -> Option<DateTime> {
    if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i8>().ok();
        let year = text.get(..4)?.parse().ok()?;
        return DateTime::new(year, part(4..6)?, part(6..8)?, part(8..10)?, part(10..12)?, part(12..14)?, 0)
            .ok();
    }
    let mut scan = Scan(text);
    let date = scan.date()?;
    let gap = scan.0;
    scan.optional("Tt");
    scan.0 = scan.0.trim_start();
    if scan.0.len() == gap.len() {
        return None;
    }
    let mut half = scan.half();
    let mut hour = scan.short()?;
    scan.sign(":")?;
    let minute = scan.short()?;
    let mut second = 0;
    let mut nanosecond = 0;
    if !scan.0.is_empty() && !scan.0.starts_with(' ') {
        scan.sign(":")?;
        if !scan.0.is_empty() {
            second = scan.short()?;
            nanosecond = scan.fraction()?;
            scan.optional("");
        }
    }
    scan.0 = scan.0.trim_start();
    half = half.or_else(|| scan.half());
    if !scan.0.is_empty() {
        return None;
    }
    if let Some(second_half) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if second_half { 12 } else { 0 };
    }
    let time = Time::new(hour, minute, second, nanosecond).ok()?;
    Some(date.to_datetime(time))
}

/// What is left to read.
struct Scan<'a>(&'a str);

impl Scan<'_> {
    fn digits(&mut self, least: usize, most: usize) -> Option<i16> {
        let end = self.0.bytes().take_while(u8::is_ascii_digit).count();
        if end < least || end > most {
            return None;
        }
        let number = self.0[..end].parse().ok();
        self.0 = &self.0[end..];
        number
    }

    /// Year, month and day, and one sign behind it that is not ASCII.
    fn date(&mut self) -> Option<Date> {
        let year = self.digits(4, 4)?;
        self.sign("-/.")?;
        let month = self.short()?;
        self.sign("-/.")?;
        let day = self.short()?;
        Date::new(year, month, day).ok()
    }

    /// Hour and minute, and perhaps second.
    fn clock(&mut self) -> Option<Time> {
        let hour = self.short()?;
        self.sign(":")?;
        let minute = self.short()?;
        let mut second = 0;
        if let Some(rest) = self.0.strip_prefix(':') {
            self.0 = rest;
            second = self.short()?;
        }
        if (hour, minute, second) == (24, 0, 0) {
            return Some(Time::midnight());
        }
        Time::new(hour, minute, second, 0).ok()
    }

    /// A word for a half of the day; true: the second.
    fn half(&mut self) -> Option<bool> {
        let (word, second) = WORDS.half.iter().find(|(word, _)| self.0.starts_with(word.as_str()))?;
        self.0 = self.0[word.len()..].trim_start();
        Some(*second)
    }

    fn short(&mut self) -> Option<i8> {
        self.digits(1, 2).and_then(|n| i8::try_from(n).ok())
    }

    /// One of these signs, or one that is not ASCII, such as the Chinese for year or hour.
    fn sign(&mut self, signs: &str) -> Option<()> {
        let first = self.0.chars().next()?;
        if !signs.contains(first) && (first.is_ascii() || first.is_whitespace()) {
            return None;
        }
        self.0 = &self.0[first.len_utf8()..];
        Some(())
    }

    fn optional(&mut self, signs: &str) {
        let _ = self.sign(signs);
    }

    /// Nanoseconds of `.5`; 0 when there is no fraction.
    fn fraction(&mut self) -> Option<i32> {
        let Some(rest) = self.0.strip_prefix(['.', ',']) else { return Some(0) };
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        if end == 0 || end > 9 {
            return None;
        }
        let digits = rest[..end].parse::<i32>().ok()?;
        self.0 = &rest[end..];
        Some(digits * 10_i32.pow(9 - u32::try_from(end).ok()?))
    }
}

/// Seconds, rounded up so that half a second is more than none: `54`, `54.0`, `0:00:54`, or numbers with units.
pub(super) fn duration(text: &str) -> Option<u64> {
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(seconds);
    }
    if text.contains(':') {
        return clock(text);
    }
    if text.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return whole(text.parse().ok()?);
    }
    let mut total = 0u64;
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number: u64 = rest[..end].parse().ok()?;
        rest = rest[end..].trim_start();
        let (unit, seconds) = WORDS.unit.iter().find(|(unit, _)| rest.starts_with(unit.as_str()))?;
        rest = rest[unit.len()..].trim_start();
        total = total.checked_add(number.checked_mul(*seconds)?)?;
    }
    Some(total)
}

/// `H:MM:SS`. Two parts alone could be hours and minutes or minutes and seconds: refused.
fn clock(text: &str) -> Option<u64> {
    let mut parts = text.split(':').map(|p| {
        let plain = !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit());
        if plain { p.parse::<u64>().ok() } else { None }
    });
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || minutes > 59 || seconds > 59 {
        return None;
    }
    hours.checked_mul(3_600)?.checked_add(minutes * 60 + seconds)
}

fn whole(seconds: f64) -> Option<u64> {
    // Below this bound every whole number is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let up = seconds.ceil();
    if (0.0..EXACT).contains(&up) { Some(up as u64) } else { None }
}

/// Whether a spreadsheet has turned a phone number into `1.38E+10`: the digits are gone.
pub(super) fn is_ruined_number(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return false };
    let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
    !mantissa.is_empty()
        && mantissa.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && !exponent.is_empty()
        && exponent.bytes().all(|b| b.is_ascii_digit())
}

//! Times and durations as call logs write them.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::columns::WORDS;

/// RFC 3339 with an offset or `Z`; or year, month, day, hour, minute and perhaps second in this order, in the zone `tz`. A day
/// without a time is refused: as midnight it would look like a call at night.
pub(super) fn moment(text: &str, tz: &TimeZone) -> Option<Timestamp> {
    let civil = civil(text);
    if let Some(time) = civil {
        return tz.to_timestamp(time).ok();
    }
    text.parse::<Timestamp>().ok().or_else(|| text.replacen(" +", "+", 1).parse().ok())
}

fn civil(text: &str) -> Option<DateTime> {
    if text.len() == 14 && text.bytes().all(|b| b.is_ascii_digit()) {
        let part = |range: std::ops::Range<usize>| text.get(range)?.parse::<i8>().ok();
        let year = text.get(..4)?.parse().ok()?;
        return DateTime::new(year, part(4..6)?, part(6..8)?, part(8..10)?, part(10..12)?, part(12..14)?, 0)
            .ok();
    }
    let mut scan = Scan(text);
    let year = scan.digits(4, 4)?;
    scan.sign("-/.")?;
    let month = scan.short()?;
    scan.sign("-/.")?;
    let day = scan.short()?;
    let gap = scan.0;
    scan.optional("Tt");
    scan.0 = scan.0.trim_start();
    if scan.0.len() == gap.len() {
        return None;
    }
    let hour = scan.short()?;
    scan.sign(":")?;
    let minute = scan.short()?;
    let mut second = 0;
    let mut nanosecond = 0;
    if !scan.0.is_empty() {
        scan.sign(":")?;
        if !scan.0.is_empty() {
            second = scan.short()?;
            nanosecond = scan.fraction()?;
            scan.optional("");
        }
    }
    if !scan.0.is_empty() {
        return None;
    }
    DateTime::new(year, month, day, hour, minute, second, nanosecond).ok()
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

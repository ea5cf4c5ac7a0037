//! Points in time as transcripts write them.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

/// Time without a zone is local time of China.
static CHINA: LazyLock<TimeZone> = LazyLock::new(|| {
    // The zone is compiled in; the offset is what it has had since 1991.
    TimeZone::get("Asia/Shanghai").unwrap_or_else(|_| TimeZone::fixed(Offset::constant(8)))
});

/// RFC 3339, with `T` or a space between; without a zone it is local time of China.
pub fn rfc3339(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    // The parser would also take a bare date for midnight, and pass over the name of a zone.
    if !text.contains(':') || text.contains('[') {
        return None;
    }
    text.parse::<Timestamp>().ok().or_else(|| CHINA.to_timestamp(text.parse::<DateTime>().ok()?).ok())
}

/// The same, or year, month, day, hour, minute and perhaps second in this order with any single sign between.
pub fn lenient(text: &str) -> Option<Timestamp> {
    rfc3339(text).or_else(|| {
        let numbers = numbers(text.trim())?;
        let [year, month, day, hour, minute, ref rest @ ..] = numbers[..] else { return None };
        let second = match *rest {
            [] => 0,
            [second] => i8::try_from(second).ok()?,
            _ => return None,
        };
        let [month, day, hour, minute] =
            [month, day, hour, minute].map(|n| i8::try_from(n).unwrap_or(i8::MAX));
        let time = DateTime::new(year, month, day, hour, minute, second, 0).ok()?;
        CHINA.to_timestamp(time).ok()
    })
}

/// Groups of digits, the first of them with four; between two of them one sign that is no letter of ASCII, and spaces.
fn numbers(text: &str) -> Option<Vec<i16>> {
    let mut numbers = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 || (numbers.is_empty() && end != 4) {
            return None;
        }
        numbers.push(rest[..end].parse().ok()?);
        let spaced = rest[end..].trim_start();
        let sign = spaced.chars().next().filter(|c| !c.is_ascii_alphanumeric());
        rest = match sign {
            Some(sign) => spaced[sign.len_utf8()..].trim_start(),
            None => spaced,
        };
    }
    Some(numbers)
}

//! How a line of a text transcript begins: a time, a speaker, both or neither.

use super::speaker;

/// Longest label, in characters.
const LABEL: usize = 16;
/// Longest text in brackets that can be a label or stand behind one, in characters.
const BRACKETED: usize = 32;

/// Who a line says is speaking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who<'a> {
    /// A label of the table.
    Known(&'a str),
    /// Something that may be a label.
    Unlisted(&'a str),
    /// Nobody.
    Nobody,
}

/// A time or stretch of time at the start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clock {
    /// Milliseconds from the start of the call; `None` for a time of day with its date.
    pub start: Option<u64>,
    /// The same for the end.
    pub end: Option<u64>,
}

/// The start of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark<'a> {
    /// The time.
    pub clock: Option<Clock>,
    /// The speaker.
    pub who: Who<'a>,
    /// What follows time and label.
    pub text: &'a str,
    /// What follows the time, label and all.
    pub labelled: &'a str,
}

/// Reads the start of a line.
pub fn read(line: &str) -> Mark<'_> {
    let line = space(line.trim_start_matches('\u{feff}'));
    let (before, rest, free) = match clock(line) {
        Some((clock, rest)) => {
            let free = line.starts_with(is_open) || rest.is_empty() || !rest.starts_with(is_label);
            (Some(clock), space(rest).trim_start_matches(['-', '|', '\u{2013}', '\u{2014}', ',']), free)
        }
        None => (None, line, true),
    };
    let rest = space(rest);
    if let Some(label) = label(rest, before.is_some()) {
        // After the colon another clock may follow, if brackets tell it from what is said.
        let behind =
            label.clock.or_else(|| label.text.starts_with(is_open).then(|| clock(label.text)).flatten());
        let (after, text) = behind.map_or((None, label.text), |(c, rest)| (Some(c), rest));
        return Mark { clock: before.or(after), who: label.who, text: space(text), labelled: rest };
    }
    if before.is_some() && !free {
        // A time that runs into the words is part of them.
        return Mark { clock: None, who: Who::Nobody, text: line, labelled: line };
    }
    Mark { clock: before, who: Who::Nobody, text: rest, labelled: rest }
}

struct Label<'a> {
    who: Who<'a>,
    /// A time behind the label, and what follows it.
    clock: Option<(Clock, &'a str)>,
    text: &'a str,
}

fn label(text: &str, timed: bool) -> Option<Label<'_>> {
    bracketed(text).or_else(|| bare(text, timed))
}

/// A label in brackets, such as `[agent]`, and perhaps a colon.
fn bracketed(text: &str) -> Option<Label<'_>> {
    let (inner, rest) = in_brackets(text)?;
    let inner = space(inner).trim_end();
    let core = inner.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    let inside = clock(space(&inner[core.len()..])).map(|(c, _)| c);
    let listed = [inner, before_bracket(core)].into_iter().find(|label| speaker::role(label).is_some());
    let who = listed.map_or(Who::Unlisted(core), Who::Known);
    let rest = space(rest);
    let (behind, rest) = clock(rest).map_or((inside, rest), |(c, rest)| (Some(c), space(rest)));
    match (who, colon(rest)) {
        (_, Some(text)) => Some(Label { who, clock: behind.map(|c| (c, text)), text }),
        (Who::Known(_), None) => Some(Label { who, clock: behind.map(|c| (c, rest)), text: rest }),
        _ => None,
    }
}

fn before_bracket(text: &str) -> &str {
    text.split(is_open).next().unwrap_or_default()
}

/// A label with a colon; behind a time or before one, also without.
fn bare(text: &str, timed: bool) -> Option<Label<'_>> {
    let (core, rest) = core(text).or_else(|| number_label(text))?;
    let who = if speaker::role(core).is_some() { Who::Known(core) } else { Who::Unlisted(core) };
    let (rest, who) = suffix(rest, who, text);
    let spaced = space(rest);
    let behind = clock(spaced);
    let end = behind.map_or(spaced, |(_, rest)| space(rest));
    if let Some(text) = colon(end) {
        return Some(Label { who, clock: behind.map(|(c, _)| (c, text)), text });
    }
    let apart = rest.is_empty() || spaced.len() < rest.len() || spaced.starts_with(is_open);
    let set_off = behind.is_some() || (timed && apart) || rest.starts_with('\t');
    (matches!(who, Who::Known(_)) && apart && set_off).then(|| Label {
        who,
        clock: behind.map(|(c, _)| (c, end)),
        text: end,
    })
}

/// The characters of which a label can be made.
fn core(text: &str) -> Option<(&str, &str)> {
    let mut end = text.len();
    for (n, (at, c)) in text.char_indices().enumerate() {
        if !is_label(c) {
            end = at;
            break;
        }
        if n == LABEL {
            return None;
        }
    }
    let (core, rest) = text.split_at(end);
    core.chars().any(char::is_alphabetic).then_some((core, rest))
}

/// Passes over what may stand between a label and its colon: a number in brackets or after a space, or a second word of the label.
fn suffix<'a>(rest: &'a str, who: Who<'a>, text: &'a str) -> (&'a str, Who<'a>) {
    let spaced = space(rest);
    if clock(spaced).is_some() {
        return (rest, who);
    }
    if let Some((_, behind)) = in_brackets(spaced) {
        return (behind, who);
    }
    if let Some((_, behind)) = core(spaced).or_else(|| digits(spaced)).filter(|_| spaced.len() < rest.len())
        && colon(space(behind)).is_some()
    {
        let both = text[..text.len() - behind.len()].trim_end();
        let listed = speaker::role(both).is_some();
        let number = matches!(who, Who::Known(_)) && digits(spaced).is_some();
        if number || listed {
            return (behind, if listed { Who::Known(both) } else { who });
        }
    }
    (rest, who)
}

/// A number of one or two digits right before its colon, as recognisers call speakers.
fn number_label(text: &str) -> Option<(&str, &str)> {
    digits(text).filter(|(number, rest)| number.len() <= 2 && colon(rest).is_some())
}

fn digits(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    (1..=6).contains(&end).then(|| text.split_at(end))
}

fn is_label(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '*' | '\u{b7}' | '#' | '/')
}

fn is_open(c: char) -> bool {
    matches!(c, '[' | '(' | '<' | '\u{3010}' | '\u{ff08}' | '\u{3014}' | '\u{ff3b}' | '\u{300a}')
}

fn is_close(c: char) -> bool {
    matches!(c, ']' | ')' | '>' | '\u{3011}' | '\u{ff09}' | '\u{3015}' | '\u{ff3d}' | '\u{300b}')
}

/// What stands in brackets at the start, and what follows.
pub fn in_brackets(text: &str) -> Option<(&str, &str)> {
    let open = text.chars().next().filter(|c| is_open(*c))?;
    let inner = &text[open.len_utf8()..];
    let mut depth = 0;
    for (at, c) in inner.char_indices().take(BRACKETED) {
        if is_open(c) {
            depth += 1;
        } else if is_close(c) {
            if depth == 0 {
                return Some((&inner[..at], &inner[at + c.len_utf8()..]));
            }
            depth -= 1;
        }
    }
    None
}

/// What follows a colon.
pub fn colon(text: &str) -> Option<&str> {
    text.strip_prefix([':', '\u{ff1a}']).map(space)
}

fn space(text: &str) -> &str {
    text.trim_start()
}

/// A time or a stretch of time, perhaps in brackets, and what follows.
fn clock(text: &str) -> Option<(Clock, &str)> {
    if text.starts_with(is_open) {
        let (inner, rest) = in_brackets(text)?;
        let (clock, left) = stretch(space(inner))?;
        return left.trim().is_empty().then_some((clock, rest));
    }
    let (clock, rest) = stretch(text)?;
    (!rest.starts_with(|c: char| c.is_ascii_digit())).then_some((clock, rest))
}

fn stretch(text: &str) -> Option<(Clock, &str)> {
    let (start, rest) = moment(text)?;
    let spaced = space(rest);
    let to = spaced.trim_start_matches(['-', '~', '\u{2013}', '\u{2014}', '\u{ff5e}', '>']);
    if to.len() < spaced.len()
        && let Some((end, rest)) = moment(space(to))
    {
        return Some((Clock { start, end }, rest));
    }
    Some((Clock { start, end: None }, rest))
}

/// `mm:ss` or `hh:mm:ss`, perhaps with thousandths, perhaps with a date before.
fn moment(text: &str) -> Option<(Option<u64>, &str)> {
    if let Some(rest) = date(text) {
        return moment_of_call(space(rest)).map(|(_, rest)| (None, rest));
    }
    moment_of_call(text).map(|(ms, rest)| (Some(ms), rest))
}

fn date(text: &str) -> Option<&str> {
    let (year, rest) = number(text, 4, 4)?;
    let rest = rest.strip_prefix(['-', '/', '.'])?;
    let (_, rest) = number(rest, 1, 2)?;
    let rest = rest.strip_prefix(['-', '/', '.'])?;
    let (_, rest) = number(rest, 1, 2)?;
    (year >= 1970).then(|| rest.strip_prefix('T').unwrap_or(rest))
}

fn moment_of_call(text: &str) -> Option<(u64, &str)> {
    let (first, rest) = number(text, 1, 3)?;
    let (second, rest) = number(rest.strip_prefix([':', '\u{ff1a}'])?, 2, 2)?;
    let third = rest.strip_prefix([':', '\u{ff1a}']).and_then(|rest| number(rest, 2, 2));
    let (seconds, rest) = match third {
        Some((third, rest)) if second < 60 && third < 60 => (first * 3600 + second * 60 + third, rest),
        None if second < 60 => (first * 60 + second, rest),
        _ => return None,
    };
    let fraction = rest
        .strip_prefix(['.', ','])
        .and_then(|r| number(r, 1, 3).map(|(n, rest)| (n, r.len() - rest.len(), rest)));
    Some(match fraction {
        Some((n, digits, rest)) => (seconds * 1000 + n * [1000, 100, 10, 1][digits.min(3)], rest),
        None => (seconds * 1000, rest),
    })
}

/// A number of `least` to `most` digits that no further digit follows.
fn number(text: &str, least: usize, most: usize) -> Option<(u64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if !(least..=most).contains(&end) {
        return None;
    }
    Some((text[..end].parse().ok()?, &text[end..]))
}

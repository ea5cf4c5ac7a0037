//! What a slip is, by trial: a cause is true when the parser gets past the place once it is mended.

use std::ops::Range;

use toml::de::DeTable;

use super::walk::Walk;
use super::{is_over, meant};

/// Most texts of a line in which a wrong quote is looked for, from the place backwards.
const MOST_TEXTS: usize = 8;

/// Quotes of a Chinese input method with which a quotation begins.
const OPENERS: [char; 3] = ['\u{201c}', '\u{300c}', '\u{2018}'];

/// What is replaced, and by what.
type Edit<'e> = (Range<usize>, &'e str);

/// The key or head at which the parser stops, to be read again otherwise written.
pub struct Trial<'t> {
    pub text: &'t str,
    /// The place.
    pub to: usize,
    /// From where to where is read: to the end of the line behind that of the place, so that each trial costs little.
    read: Range<usize>,
}

impl<'t> Trial<'t> {
    pub fn new(text: &'t str, statement: usize, to: usize) -> Trial<'t> {
        let mut ends = text[to..].match_indices('\n').map(|(n, _)| to + n);
        let end = ends.nth(1).unwrap_or(text.len());
        Trial { text, to, read: statement..end }
    }

    /// Whether the parser gets beyond a place with these edits.
    pub fn passes(&self, edits: &[Edit<'_>], beyond: usize) -> bool {
        let (mut written, mut from) = (String::new(), self.read.start);
        for (replaced, by) in edits {
            written.push_str(&self.text[from..replaced.start]);
            written.push_str(by);
            from = replaced.end;
        }
        written.push_str(self.text.get(from..self.read.end).unwrap_or_default());
        let (_, errors) = DeTable::parse_recoverable(&written);
        // Errors are not told in the order in which they stand.
        let first = errors.iter().map(|e| e.span().map_or(0, |s| s.start)).min();
        first.is_none_or(|at| self.read.start + at > beyond)
    }

    /// A quote of a Chinese input method with which a text was meant to end: its place, itself, and what it should be.
    pub fn closing(&self, walk: &Walk) -> Option<(usize, char, char)> {
        self.suspects(walk).find_map(|text| {
            let quote = &self.text[text.start..=text.start];
            let typed = quotes(&self.text[text.clone()], text.start);
            let (at, wide) = *typed.first()?;
            // Who ends one text so ends the next so too, in the same line.
            let is_meant = |typed: &[(usize, char)]| {
                let edits: Vec<Edit<'_>> = typed.iter().flat_map(|one| self.mended(*one, quote)).collect();
                let shorter: usize = edits.iter().map(|(replaced, by)| replaced.len() - by.len()).sum();
                self.passes(&edits, self.to.saturating_sub(shorter))
            };
            let is_meant = is_meant(&typed[..1]) || (typed.len() > 1 && is_meant(&typed));
            is_meant.then(|| (at, wide, if quote == "'" { '\'' } else { '"' }))
        })
    }

    /// Where a text begins that runs on, over a comma, to where the next was meant to begin.
    pub fn runs_on(&self, walk: &Walk) -> Option<usize> {
        // All of the line must be right then: a quote too many would only shift what is wrong.
        let line_end = self.text[self.to..].find('\n').map_or(self.text.len(), |n| self.to + n);
        let misses = |text: &&Range<usize>| {
            let quote = &self.text[text.start..=text.start];
            let comma = self.text[text.start..text.end].rfind(',').map(|n| text.start + n);
            comma.is_some_and(|at| self.passes(&[(at..at, quote)], line_end + 1))
        };
        self.suspects(walk).find(misses).map(|text| text.start)
    }

    /// Texts of the line that may have ended wrongly, the nearest first.
    fn suspects<'w>(&self, walk: &'w Walk) -> impl Iterator<Item = &'w Range<usize>> {
        let line = walk.unclosed.as_ref().map_or(walk.begin, |open| begin_of(self.text, open.start));
        walk.texts.iter().rev().take_while(move |text| text.start >= line).take(MOST_TEXTS)
    }

    /// A quote with the comma or bracket behind it, mended.
    fn mended<'e>(&self, (at, wide): (usize, char), quote: &'e str) -> Vec<Edit<'e>> {
        let mut edits = vec![(at..at + wide.len_utf8(), quote)];
        let rest = &self.text[at + wide.len_utf8()..];
        let next = self.text.len() - rest.trim_start_matches([' ', '\t']).len();
        if let Some(sign) = self.text[next..].chars().next()
            && let Some(by) = meant(sign).and_then(separator)
        {
            edits.push((next..next + sign.len_utf8(), by));
        }
        edits
    }

    /// What a sign outside of texts should be: another sign, or nothing. None when neither helps.
    pub fn remedy(&self, at: usize, typed: char) -> Option<Option<char>> {
        let place = at..at + typed.len_utf8();
        let helps = |sign: &char| self.passes(&[(place.clone(), sign.encode_utf8(&mut [0; 4]))], at);
        // A full stop parts items too.
        let signs = [meant(typed)?, ','];
        let tried = if signs[0] == '.' { &signs[..] } else { &signs[..1] };
        if let Some(sign) = tried.iter().find(|sign| helps(sign)) {
            return Some(Some(*sign));
        }
        let rest = self.text[place.end..].lines().next().unwrap_or_default();
        (is_over(rest) && self.passes(&[(place, "")], at)).then_some(None)
    }
}

/// Where the line of a place begins.
fn begin_of(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |n| n + 1)
}

/// A sign behind which a value is over.
fn separator(sign: char) -> Option<&'static str> {
    [",", "]", "}"].into_iter().find(|known| known.starts_with(sign))
}

/// Quotes of a Chinese input method in a text that may be meant as quotes of TOML, and not as those of a quotation in it.
fn quotes(text: &str, from: usize) -> Vec<(usize, char)> {
    let (mut found, mut is_quoting) = (Vec::new(), false);
    // A single one is an apostrophe too.
    let single = |c: char| ('\u{2018}'..='\u{2019}').contains(&c) || c == '\u{ff07}';
    let is_quote = |c: char| match single(c) {
        true => text.starts_with('\''),
        false => meant(c) == Some('"'),
    };
    for (at, c) in text.char_indices().skip(1) {
        if c == '#' && text[..at].ends_with(char::is_whitespace) {
            break;
        }
        if !is_quote(c) {
            continue;
        }
        let ends = is_end(&text[at + c.len_utf8()..]);
        if OPENERS.contains(&c) && !ends {
            // Behind a text that ended so the next one begins so.
            match !found.is_empty() && is_beginning(&text[..at]) {
                true => found.push((from + at, c)),
                false => is_quoting = true,
            }
        } else if !std::mem::take(&mut is_quoting) && ends {
            found.push((from + at, c));
        }
    }
    found
}

/// Whether a text may end before this.
fn is_end(rest: &str) -> bool {
    let next = rest.trim_start();
    let is_separator = |c: char| separator(meant(c).unwrap_or(c)).is_some();
    next.is_empty() || next.starts_with(is_separator) || (next.starts_with('#') && next.len() < rest.len())
}

/// Whether a text may begin behind this.
fn is_beginning(before: &str) -> bool {
    before.trim_end().ends_with(|c: char| ['[', '{', ',', '='].contains(&meant(c).unwrap_or(c)))
}

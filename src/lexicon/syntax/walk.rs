//! A way through a file to the place at which its parser stops: what is open there, and what stands on it.

use std::ops::Range;

use super::meant;

/// What a text stands in.
const QUOTES: [&str; 4] = ["\"\"\"", "'''", "\"", "'"];

/// What a way through the file to a place of it passes.
#[derive(Default)]
pub struct Walk {
    /// Where the line of the place begins.
    pub begin: usize,
    /// Where the key or head begins to which the place belongs.
    pub statement: usize,
    /// The innermost bracket that is still open at the place.
    pub open: Option<usize>,
    /// Texts of the statement that end in the line where they begin, or in none; to the end of the line when they do not end.
    pub texts: Vec<Range<usize>>,
    /// The text that does not end, when nothing stands between it and the place.
    pub unclosed: Option<Range<usize>>,
    /// The first sign in the line that nothing but a text may hold.
    pub wide: Option<(usize, char)>,
    /// Such a sign in an earlier line, when nothing stands between it and the place.
    pub before: Option<(usize, char)>,
    /// A full-width bracket in an earlier line, with which a list or table was meant to begin, and that is still open at the place.
    pub opening: Option<(usize, char)>,
}

impl Walk {
    pub fn through(text: &str, to: usize) -> Walk {
        let begin = text[..to].rfind('\n').map_or(0, |n| n + 1);
        let end = text[to..].find('\n').map_or(text.len(), |n| to + n);
        let (mut walk, mut at, mut open) = (Walk { begin, ..Walk::default() }, 0, Vec::new());
        while let Some(c) = text[at..end].chars().next() {
            // A file is walked through once: only what ends in its line may look for the end of it.
            let rest = &text[at..end];
            if let Some(quote) = quote(rest) {
                let length = length(rest, quote);
                let all = length.unwrap_or_else(|| if quote.len() == 1 { line(rest) } else { rest.len() });
                if at < to {
                    walk.pass_text(at..at + all, quote, length.is_none());
                }
                at += all;
                continue;
            }
            match c {
                '#' => {
                    at += line(rest);
                    continue;
                }
                '[' | '{' if at < to => open.push(at),
                ']' | '}' if at < to => walk.opening = open.pop().and(walk.opening),
                '\n' if open.is_empty() && walk.opening.is_none() => {
                    walk = Walk { begin, statement: at + 1, ..Walk::default() }
                }
                // The parser takes it for a text without quotes, and stops in the next line only.
                _ if at < begin && open.is_empty() && matches!(meant(c), Some('[' | '{')) => {
                    walk.opening = Some((at, c));
                }
                _ if at >= begin && walk.wide.is_none() => walk.wide = meant(c).map(|_| (at, c)),
                _ => {}
            }
            walk.pass_sign(at, c, to);
            at += c.len_utf8();
        }
        walk.open = open.pop();
        walk
    }

    fn pass_text(&mut self, text: Range<usize>, quote: &str, is_open: bool) {
        self.before = None;
        self.unclosed = is_open.then(|| text.clone());
        if quote.len() == 1 {
            self.texts.push(text);
        }
    }

    fn pass_sign(&mut self, at: usize, sign: char, to: usize) {
        if at < to && !sign.is_ascii_whitespace() {
            self.unclosed = None;
            self.before = (at < self.begin && meant(sign).is_some()).then_some((at, sign));
        }
    }
}

/// The quote with which a text begins here.
pub fn quote(rest: &str) -> Option<&'static str> {
    QUOTES.into_iter().find(|quote| rest.starts_with(quote))
}

/// How long the line is.
fn line(rest: &str) -> usize {
    rest.find('\n').unwrap_or(rest.len())
}

/// How long a text is with its quotes; nothing when it does not end.
fn length(rest: &str, quote: &str) -> Option<usize> {
    let mut at = quote.len();
    loop {
        let after = rest.get(at..)?;
        let c = after.chars().next()?;
        if let Some(behind) = after.strip_prefix(quote) {
            // A text of several lines may end in quotes of its own.
            let most = if quote.len() == 1 { 0 } else { 2 };
            let own = behind.chars().take(most).take_while(|c| quote.starts_with(*c)).count();
            return Some(at + quote.len() + own);
        }
        if c == '\n' && quote.len() == 1 {
            return None;
        }
        let escaped = if c == '\\' && quote.starts_with('"') { after[1..].chars().next() } else { None };
        at += c.len_utf8() + escaped.map_or(0, char::len_utf8);
    }
}

//! Words that a recogniser gives one by one, put together again.

use super::conversation::{Segment, Voice};

/// Longest silence inside a turn, in milliseconds.
const SILENCE_MS: u64 = 1000;

/// One recognised word.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Token {
    /// The word.
    pub text: String,
    /// Who said it, as the recogniser calls them.
    pub voice: Voice,
    /// Start in milliseconds; a sign of punctuation has none.
    pub start_ms: Option<u64>,
    /// End in milliseconds.
    pub end_ms: Option<u64>,
}

/// Words as one text: those of Chinese and digits without a space between, those of Latin letters with one.
pub fn join<'a>(tokens: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for token in tokens {
        append(&mut text, token);
    }
    text
}

/// Puts a word behind a text.
pub fn append(text: &mut String, token: &str) {
    let token = token.trim();
    let (last, next) = (text.chars().next_back(), token.chars().next());
    if let (Some(last), Some(next)) = (last, next)
        && last.is_ascii_alphanumeric()
        && next.is_ascii_alphanumeric()
        && !(last.is_ascii_digit() && next.is_ascii_digit())
    {
        text.push(' ');
    }
    text.push_str(token);
}

/// The same for words that stand in one text with spaces between.
pub fn unspaced(text: &str) -> String {
    join(text.split_whitespace())
}

/// Whether a sentence ends here.
pub fn ends_sentence(text: &str) -> bool {
    text.trim_end().ends_with(['\u{3002}', '\u{ff1f}', '\u{ff01}', '\u{ff1b}', '?', '!', '.'])
}

/// Turns from words in order: a new one where another voice speaks or after a silence, and, if the recogniser does not tell voices
/// apart, after a sentence.
pub fn turns(tokens: Vec<Token>) -> Vec<Segment> {
    let mut turns: Vec<Segment> = Vec::new();
    for token in tokens {
        let goes_on = turns.last().is_some_and(|turn| {
            let pause = match (turn.end_ms, token.start_ms) {
                (Some(end), Some(start)) => start.saturating_sub(end),
                _ => 0,
            };
            let sentence = turn.voice.is_none() && token.start_ms.is_some() && ends_sentence(&turn.text);
            // A sign of punctuation may come without a voice.
            let same = turn.voice == token.voice || (token.voice.is_none() && token.start_ms.is_none());
            same && pause <= SILENCE_MS && !sentence
        });
        match turns.last_mut().filter(|_| goes_on) {
            Some(turn) => {
                append(&mut turn.text, &token.text);
                turn.start_ms = turn.start_ms.or(token.start_ms);
                turn.end_ms = token.end_ms.or(turn.end_ms);
            }
            None => turns.push(Segment {
                text: token.text.trim().to_owned(),
                voice: token.voice,
                start_ms: token.start_ms,
                end_ms: token.end_ms,
                line: None,
            }),
        }
    }
    turns
}

/// The sentences of a text, each with its mark.
pub fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split_inclusive(['\u{3002}', '\u{ff1f}', '\u{ff01}', '?', '!'])
        .filter(|part| !part.trim().is_empty())
}

//! What reports for people say, by key and language. The texts are data of the lexicon.

use std::collections::BTreeMap;

/// Language of what people read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English.
    English,
}

/// The catalogue in one language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Messages(pub BTreeMap<String, [String; 2]>);

/// The catalogue with the language that was chosen.
#[derive(Debug, Clone, Copy)]
pub struct Voice<'a> {
    /// Texts.
    pub messages: &'a Messages,
    /// Language.
    pub language: Language,
}

impl Voice<'_> {
    /// The text of a key; the key itself when the catalogue lacks it, so that nothing is hidden.
    pub fn say(&self, key: &str) -> String {
        let column = usize::from(self.language == Language::English);
        self.messages.0.get(key).map_or_else(|| key.to_owned(), |texts| texts[column].clone())
    }

    /// The text of a key with its places `{}` filled in order.
    pub fn fill(&self, key: &str, values: &[&dyn std::fmt::Display]) -> String {
        let text = self.say(key);
        let mut pieces = text.split("{}");
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        // A value that holds a place itself is not filled.
        for (at, piece) in pieces.enumerate() {
            filled.push_str(&values.get(at).map_or_else(|| "{}".to_owned(), ToString::to_string));
            filled.push_str(piece);
        }
        filled
    }

    /// A remark of the program, which is written in English, in the language that was chosen; as it is when the catalogue does
    /// not know it, so that nothing is hidden. Rows `said.…` hold what may be said, with `{}` for what varies.
    pub fn told(&self, english: &str) -> String {
        if self.language == Language::English {
            return english.to_owned();
        }
        let rows =
            self.messages.0.range("said.".to_owned()..).take_while(|(key, _)| key.starts_with("said."));
        let fits = rows.filter_map(|(_, [chinese, pattern])| {
            let values = captured(pattern, english)?;
            Some((pattern.len(), chinese, values))
        });
        let Some((_, chinese, values)) = fits.max_by_key(|(length, ..)| *length) else {
            return english.to_owned();
        };
        let (mut told, mut rest, mut next) = (String::new(), chinese.as_str(), 0);
        while let Some((before, after)) = rest.split_once('{') {
            let Some((place, after)) = after.split_once('}') else { break };
            // `{}` is the next value, `{2}` the second one: Chinese has its own order.
            let at = place.parse::<usize>().map_or(next, |n| n.saturating_sub(1));
            told.push_str(before);
            // A part may be a remark of its own; it is shorter than the whole.
            told.push_str(&values.get(at).map_or_else(String::new, |value| self.told(value)));
            (rest, next) = (after, at + 1);
        }
        told + rest
    }

    /// The side of a text in two languages; Chinese when there is no English.
    pub fn pick<'t>(&self, text: &'t super::rules::Bilingual) -> &'t str {
        if self.language == Language::English && !text.en.is_empty() { &text.en } else { &text.zh }
    }
}

/// What stands at the places `{}` of a pattern, if the text is of its form. A pattern without fixed words fits nothing.
fn captured<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let first = pieces.next()?;
    let mut rest = text.strip_prefix(first)?;
    let pieces: Vec<&str> = pieces.collect();
    let (last, middle) = match pieces.split_last() {
        None => return rest.is_empty().then(Vec::new),
        Some(split) => split,
    };
    if first.is_empty() && pieces.iter().all(|p| p.is_empty()) {
        return None;
    }
    let mut values = Vec::with_capacity(pieces.len());
    for piece in middle {
        let at = rest.find(piece)?;
        values.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    values.push(rest.strip_suffix(last)?);
    Some(values)
}

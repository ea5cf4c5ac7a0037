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

    /// The side of a text in two languages; Chinese when there is no English.
    pub fn pick<'t>(&self, text: &'t super::rules::Bilingual) -> &'t str {
        if self.language == Language::English && !text.en.is_empty() { &text.en } else { &text.zh }
    }
}

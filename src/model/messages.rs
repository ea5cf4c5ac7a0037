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

/// Before the key of a remark.
const REMARK: &str = "remark ";
/// Between remarks that are listed in one.
const LISTED: &str = " | ";
/// How deep a remark may stand within others.
const DEPTH: usize = 3;

impl Messages {
    /// Adds a remark of the program: its pattern in English, and in Chinese.
    pub fn add_remark(&mut self, en: &str, zh: &str) {
        self.0.insert(format!("{REMARK}{en}"), [zh.to_owned(), en.to_owned()]);
    }

    /// A remark in Chinese; itself when no pattern fits. Of several that fit the one with most words of its own counts.
    fn remark(&self, given: &str, depth: usize) -> String {
        let text = given.trim();
        let patterns = self.0.range(REMARK.to_owned()..).take_while(|(key, _)| key.starts_with(REMARK));
        let fitting = patterns.filter_map(|(_, texts)| Some((texts, slots(&texts[1], text)?)));
        // Its places are no words: a pattern of many would swallow what another words exactly.
        let own = |en: &str| en.len() - en.matches("{}").count() * 2;
        let Some(([zh, _], values)) = fitting.max_by_key(|([_, en], _)| (own(en), en.len())) else {
            return given.to_owned();
        };
        let mut pieces = zh.split("{}");
        let first = pieces.next().unwrap_or_default();
        let mut filled = first.to_owned();
        let mut quoted = first.matches('`').count() % 2 == 1;
        for (value, piece) in values.into_iter().zip(pieces) {
            // What stands in quotes is of the input.
            let own = depth < DEPTH && !quoted;
            quoted ^= piece.matches('`').count() % 2 == 1;
            let listed = |list: &str| {
                let told = list.split(LISTED).map(|one| self.remark(one, depth + 1));
                told.collect::<Vec<_>>().join(LISTED)
            };
            filled.push_str(&if own { listed(value) } else { value.to_owned() });
            filled.push_str(piece);
        }
        filled
    }
}

/// What stands in a text where a pattern has `{}`; nothing when the pattern does not fit.
fn slots<'t>(pattern: &str, text: &'t str) -> Option<Vec<&'t str>> {
    let mut pieces = pattern.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let pieces: Vec<&str> = pieces.collect();
    let Some((last, inner)) = pieces.split_last() else { return rest.is_empty().then(Vec::new) };
    let mut values = Vec::with_capacity(pieces.len());
    for piece in inner {
        let (value, after) = rest.split_once(piece)?;
        values.push(value);
        rest = after;
    }
    values.push(rest.strip_suffix(last)?);
    Some(values)
}

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

    /// A remark of the program on its input or on a finding, which the machine contract words in English.
    pub fn remark(&self, text: &str) -> String {
        if self.language == Language::English { text.to_owned() } else { self.messages.remark(text, 0) }
    }

    /// The side of a text in two languages; Chinese when there is no English.
    pub fn pick<'t>(&self, text: &'t super::rules::Bilingual) -> &'t str {
        if self.language == Language::English && !text.en.is_empty() { &text.en } else { &text.zh }
    }
}

#[cfg(test)]
mod tests {
    use super::{Messages, slots};

    #[test]
    fn a_remark_is_told_in_chinese_with_what_differs() {
        assert_eq!(slots("{} of {} calls", "3 of 5 calls"), Some(vec!["3", "5"]));
        assert_eq!(slots("{} of {} calls", "3 of 5"), None);
        assert_eq!((slots("a", "a"), slots("a", "ab")), (Some(Vec::new()), None));
        let mut all = Messages::default();
        all.add_remark("{}: skipped", "<{}>");
        all.add_remark("`{}` is bad", "`{}`!");
        all.add_remark("bad", "no");
        assert_eq!(all.remark("`bad` is bad: skipped", 0), "<`bad`!>");
        assert_eq!(all.remark("bad | `bad` is bad: skipped", 0), "<no | `bad`!>");
        assert_eq!(all.remark("nothing known", 0), "nothing known");
        all.add_remark("{} {} by {}{}", "wrong");
        all.add_remark("column {}: {}", "column <{}>: <{}>");
        assert_eq!(all.remark("column 3: bad by far", 0), "column <3>: <bad by far>");
    }
}

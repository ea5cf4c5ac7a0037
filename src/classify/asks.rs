//! Words by which somebody asks for what is his due: a bill, a receipt, a name, to complain, to record, not to be called at night. A
//! refusal means another thing after them than after a plea for a discount.

use aho_corasick::AhoCorasick;

/// The words, normalised.
#[derive(Debug, Clone)]
pub struct Asks(AhoCorasick);

impl Asks {
    /// From the words; empty ones ask for nothing.
    ///
    /// # Errors
    /// When there are more of them than an automaton holds.
    pub fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Asks, aho_corasick::BuildError> {
        AhoCorasick::new(words.into_iter().filter(|word| !word.is_empty())).map(Asks)
    }

    /// The first of them that stands in a normalised text.
    pub fn first_in<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.0.find(text).map(|found| &text[found.range()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_is_told_by_any_of_the_words() {
        let asks = Asks::new(["receipt", "", "work number"]).unwrap();
        assert_eq!(asks.first_in("the receipt, please"), Some("receipt"));
        assert_eq!(asks.first_in("your work number?"), Some("work number"));
        assert_eq!((asks.first_in("i will pay"), asks.first_in("")), (None, None));
        assert_eq!(Asks::new([]).unwrap().first_in("receipt"), None);
    }
}

//! jieba behind the [`Segmenter`] trait, loaded when the first candidate asks for it.

use std::sync::OnceLock;

use super::Segmenter;

/// The jieba segmenter with its own dictionary and neutral domain words.
#[derive(Default)]
pub struct Jieba {
    loaded: OnceLock<jieba_rs::Jieba>,
    words: Vec<String>,
}

impl Jieba {
    /// `words`: neutral words of the field that the dictionary lacks. Never terms of a lexicon.
    pub fn new(words: Vec<String>) -> Jieba {
        Jieba { loaded: OnceLock::new(), words }
    }

    fn get(&self) -> &jieba_rs::Jieba {
        self.loaded.get_or_init(|| {
            let mut jieba = jieba_rs::Jieba::new();
            for word in &self.words {
                jieba.add_word(word, None, None);
            }
            jieba
        })
    }
}

impl Segmenter for Jieba {
    fn cut(&self, block: &str) -> Vec<usize> {
        let mut at = 0;
        self.get()
            .cut(block, false)
            .iter()
            .map(|token| {
                at += token.word.len();
                at
            })
            .collect()
    }
}

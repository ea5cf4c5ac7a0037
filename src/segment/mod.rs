//! Words: where a segmenter would cut, asked only where it matters.
//!
//! jieba cuts each block (a maximal run of its own block class) by itself and carries nothing across, so cutting only the
//! blocks that hold a candidate gives exactly the edges that cutting everything gives.
//! The hidden Markov model for unknown words is off: it glues characters of unlisted abuse to their neighbours and hides
//! true matches, and a guess of the segmenter should never be what acquits.

use crate::model::span::NormSpan;

mod dictionary;
mod jieba;

pub use dictionary::{Word, words};
pub use jieba::Jieba;

/// Cuts a text into words.
pub trait Segmenter: Send + Sync {
    /// Byte offsets in `block` where a word ends, ascending, the last one being `block.len()`.
    fn cut(&self, block: &str) -> Vec<usize>;
}

/// Whether jieba keeps a character within a block.
pub fn is_block_char(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{2a6df}' | '\u{2a700}'..='\u{2b73f}' | '\u{2b740}'..='\u{2b81f}'
        | '\u{2b820}'..='\u{2ceaf}' | '\u{2ceb0}'..='\u{2ebef}' | '\u{2f800}'..='\u{2fa1f}'
        | 'a'..='z' | 'A'..='Z' | '0'..='9' | '+' | '#' | '&' | '.' | '_' | '%' | '-')
}

/// The word edges of one text, found block by block on demand.
pub struct Edges<'a> {
    text: &'a str,
    segmenter: &'a dyn Segmenter,
    /// Blocks cut so far: where the block stands, and the edges in it as offsets in the text.
    blocks: std::cell::RefCell<Vec<(NormSpan, Vec<usize>)>>,
}

impl<'a> Edges<'a> {
    /// Nothing is cut yet.
    pub fn new(text: &'a str, segmenter: &'a dyn Segmenter) -> Edges<'a> {
        Edges { text, segmenter, blocks: std::cell::RefCell::default() }
    }

    /// Whether a word begins or ends at byte `at`. Outside of blocks every character is a word.
    pub fn is_edge(&self, at: usize) -> bool {
        let before = self.text[..at].chars().next_back();
        let after = self.text[at..].chars().next();
        let inside = before.is_some_and(is_block_char) && after.is_some_and(is_block_char);
        if !inside {
            return true;
        }
        if let Some(known) = self
            .blocks
            .borrow()
            .iter()
            .find(|(b, _)| b.start < at && at < b.end)
            .map(|(_, e)| e.binary_search(&at).is_ok())
        {
            return known;
        }
        let block = block_at(self.text, at);
        let edges: Vec<usize> = self
            .segmenter
            .cut(&self.text[block.start..block.end])
            .into_iter()
            .map(|e| e + block.start)
            .collect();
        let found = edges.binary_search(&at).is_ok();
        self.blocks.borrow_mut().push((block, edges));
        found
    }
}

/// The block around byte `at`, which lies inside one.
fn block_at(text: &str, at: usize) -> NormSpan {
    let start =
        text[..at].char_indices().rev().take_while(|(_, c)| is_block_char(*c)).last().map_or(at, |(i, _)| i);
    let end = text[at..].char_indices().find(|(_, c)| !is_block_char(*c)).map_or(text.len(), |(i, _)| at + i);
    NormSpan { start, end }
}

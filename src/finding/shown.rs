//! The turns of a call as they are shown: each masked once, however many findings stand in it.

use std::cell::OnceCell;
use std::sync::Arc;

use super::Mask;
use crate::model::span::{CharSpan, RawSpan};
use crate::model::transcript::Call;

/// The turns of a call, masked when they are first asked for.
pub struct Shown<'a> {
    pub(super) call: &'a Call,
    mask: &'a Mask,
    /// Made with the first finding: most calls have none.
    turns: OnceCell<Vec<OnceCell<Masked>>>,
}

/// A masked turn, character for character the turn's text.
pub(super) struct Masked {
    pub(super) text: Arc<str>,
    /// Whether nothing had to be hidden, so that bytes stand where they stood.
    same: bool,
}

impl<'a> Shown<'a> {
    /// How the turns of a call are shown.
    pub fn new(call: &'a Call, mask: &'a Mask) -> Shown<'a> {
        Shown { call, mask, turns: OnceCell::new() }
    }

    /// A turn; nothing beyond the ends of the call.
    pub(super) fn turn(&self, at: usize) -> Option<&Masked> {
        let turns = self.turns.get_or_init(|| self.call.turns.iter().map(|_| OnceCell::new()).collect());
        let said = &self.call.turns.get(at)?.text;
        Some(turns.get(at)?.get_or_init(|| {
            let text = self.mask.apply(said);
            Masked { same: text == *said, text: text.into() }
        }))
    }
}

impl Masked {
    /// The first so many characters, with a sign where more follow.
    pub(super) fn beginning(&self, most: usize) -> String {
        match self.text.char_indices().nth(most) {
            Some((cut, _)) => format!("{}\u{2026}", &self.text[..cut]),
            None => self.text.to_string(),
        }
    }

    /// The words at a place, which is given in bytes of the turn's own text and in characters.
    pub(super) fn quote(&self, raw: RawSpan, span: CharSpan) -> String {
        if self.same {
            return self.text[raw.start..raw.end].to_owned();
        }
        self.text.chars().skip(span.start).take(span.end - span.start).collect()
    }
}

//! A text that is to be recognised, and the keys of its JSON, which are looked at once for all formats.

use std::cell::OnceCell;

use super::json::Shape;
use super::lines;

/// The text of a whole file.
pub struct Content<'a> {
    /// The text.
    pub text: &'a str,
    shape: OnceCell<Shape>,
}

impl<'a> Content<'a> {
    /// Of this text.
    pub fn new(text: &'a str) -> Content<'a> {
        Content { text, shape: OnceCell::new() }
    }

    /// The keys of its JSON; none when it is none.
    pub fn shape(&self) -> &Shape {
        self.shape.get_or_init(|| Shape::of(self.text))
    }

    /// The text without a byte order mark and blanks before it.
    pub fn start(&self) -> &'a str {
        self.text.trim_start_matches('\u{feff}').trim_start()
    }

    /// Lines that are not blank, without blanks around them.
    pub fn lines(&self) -> impl Iterator<Item = &'a str> {
        let bare = |(_, line): (usize, &'a str)| line.trim_start_matches('\u{feff}').trim();
        lines::of(self.start(), 1).map(bare).filter(|line| !line.is_empty())
    }
}

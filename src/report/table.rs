//! Columns for a terminal: a Chinese character takes two cells.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Pads with spaces to `width` cells, or cuts with an ellipsis.
pub(super) fn cell(text: &str, width: usize) -> String {
    let cells = text.width();
    if cells <= width {
        return format!("{text}{}", " ".repeat(width - cells));
    }
    let mut cut = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w + 1 > width {
            break;
        }
        used += w;
        cut.push(c);
    }
    cut.push('\u{2026}');
    format!("{cut}{}", " ".repeat(width.saturating_sub(used + 1)))
}

/// Cells that a text takes on a terminal.
pub fn width(text: &str) -> usize {
    text.width()
}

/// Pads with spaces to `width` cells; what is wider stays whole.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

/// One line without control characters: what comes from input must not steer a terminal. Character for character.
pub(super) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{0}'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or(' '),
            '\u{7f}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => '\u{fffd}',
            _ => c,
        })
        .collect()
}

//! Characters that are put between others to hide a word, and those that only look so.

/// What becomes of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// It stays.
    Keep,
    /// It stands for a pause: recognisers without punctuation write spaces.
    Pause,
    /// It is left out.
    Drop,
}

/// Punctuation that ends a clause or sentence: never folded away, gates need it.
pub(super) fn is_stop(c: char) -> bool {
    matches!(c, '\u{ff0c}' | '\u{ff01}' | '\u{ff1f}' | '\u{ff1b}' | '\u{ff1a}' | '\u{ff08}' | '\u{ff09}')
}

/// Whether a character can be noise at all.
pub(super) fn is_suspect(c: char) -> bool {
    c.is_whitespace() || is_invisible(c) || is_symbol(c)
}

/// Zero-width characters, variation selectors, joiners, direction marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{ad}' | '\u{180e}')
}

/// Symbols that nobody speaks; between two letters they hide a word.
fn is_symbol(c: char) -> bool {
    matches!(
        c,
        '*' | '_'
            | '~'
            | '|'
            | '^'
            | '='
            | '/'
            | '\\'
            | '`'
            | '-'
            | '.'
            | '+'
            | '#'
            | '\''
            | '"'
            | '\u{b7}'
            | '\u{2022}'
            | '\u{2026}'
            | '\u{30fb}'
            | '\u{ff65}'
            | '\u{2013}'
            | '\u{2014}'
            | '\u{2500}'
            | '\u{2605}'
            | '\u{2606}'
            | '\u{25cf}'
            | '\u{25cb}'
            | '\u{25a0}'..='\u{25b3}'
    )
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{2ebef}')
}

/// Judges the character at `i` by its neighbours.
pub(super) fn judge(chars: &[(usize, char)], i: usize) -> Kind {
    let c = chars[i].1;
    if is_invisible(c) {
        return Kind::Drop;
    }
    if !c.is_whitespace() && !is_symbol(c) {
        return Kind::Keep;
    }
    let Some(before) = piece_before(chars, i) else { return Kind::Keep };
    let Some(after) = piece_after(chars, i) else { return Kind::Keep };
    if !before.han || !after.han {
        // Between letters or digits a hyphen, a point or a space belongs to the text; between a letter and Han it does not.
        let mixed = before.han != after.han && (before.length <= 2 && after.length <= 2);
        return if mixed { Kind::Drop } else { Kind::Keep };
    }
    if !c.is_whitespace() || before.length == 1 || after.length == 1 {
        return Kind::Drop;
    }
    Kind::Pause
}

/// What stands beside a suspect character, beyond further suspects.
struct Piece {
    /// Whether the nearest character is Han.
    han: bool,
    /// How many letters or Han in a row, counted to 3.
    length: usize,
}

fn piece_before(chars: &[(usize, char)], i: usize) -> Option<Piece> {
    piece(chars[..i].iter().rev().map(|(_, c)| *c))
}

fn piece_after(chars: &[(usize, char)], i: usize) -> Option<Piece> {
    piece(chars[i + 1..].iter().map(|(_, c)| *c))
}

fn piece(side: impl Iterator<Item = char>) -> Option<Piece> {
    // At most this many suspects in a row are looked through, so that a long run of them stays cheap.
    let mut side = side.take(8).skip_while(|c| is_suspect(*c));
    let first = side.next()?;
    if !is_han(first) && !first.is_ascii_alphanumeric() {
        return None;
    }
    let length = 1 + side.take(2).take_while(|c| is_han(*c) || c.is_ascii_alphanumeric()).count();
    Some(Piece { han: is_han(first), length })
}

//! Letters and digits, told apart from marks without the tables of all scripts.

/// Whether a character is a letter or digit of any script: as [`char::is_alphanumeric`] says, with Han and the marks of
/// Chinese told before the tables of all scripts are asked, which takes long.
#[inline]
pub fn is_said(c: char) -> bool {
    match c {
        '\u{4e00}'..='\u{9fef}' => true,
        '\u{2010}'..='\u{2027}'
        | '\u{3000}'..='\u{3003}'
        | '\u{3008}'..='\u{3020}'
        | '\u{ff01}'..='\u{ff0f}'
        | '\u{ff1a}'..='\u{ff20}' => false,
        _ => c.is_alphanumeric(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_characters_are_what_the_tables_say() {
        for c in '\0'..=char::MAX {
            assert_eq!(is_said(c), c.is_alphanumeric(), "{c:?}");
        }
    }
}

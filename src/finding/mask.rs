//! Hides phone, identity, card and account numbers in what is shown, character for character.

/// Fewer digits in a row than this are an amount or a date, not a number that names somebody.
const SHORTEST: usize = 7;
/// From this length on the first digits stay visible too, so that a reviewer can tell a phone from an identity number.
const LONG: usize = 11;

/// Masks numbers in quotes.
#[derive(Debug, Clone, Default)]
pub struct Mask {
    /// Characters beside 0–9 that stand for a digit when spoken, sorted.
    spoken: Vec<char>,
    off: bool,
}

impl Mask {
    /// A mask that knows the spoken digits of the lexicon.
    pub fn new(spoken: &[char]) -> Mask {
        let mut spoken = spoken.to_vec();
        spoken.sort_unstable();
        Mask { spoken, off: false }
    }

    /// A mask that hides nothing.
    pub fn none() -> Mask {
        Mask { spoken: Vec::new(), off: true }
    }

    /// The text with the same number of characters, digits of long numbers replaced by `*`.
    pub fn apply(&self, text: &str) -> String {
        // Nearly all texts hold no number long enough.
        if self.off || text.chars().filter(|c| self.is_digit(*c)).take(SHORTEST).count() < SHORTEST {
            return text.to_owned();
        }
        let mut chars: Vec<char> = text.chars().collect();
        let mut at = 0;
        while at < chars.len() {
            let run = self.run(&chars[at..]);
            let digits: Vec<usize> = (at..at + run).filter(|i| self.is_digit(chars[*i])).collect();
            if digits.len() >= SHORTEST {
                let head = if digits.len() >= LONG { 3 } else { 0 };
                let tail = if digits.len() >= LONG { 4 } else { 2 };
                for i in &digits[head..digits.len() - tail] {
                    chars[*i] = '*';
                }
            }
            at += run.max(1);
        }
        chars.into_iter().collect()
    }

    fn is_digit(&self, c: char) -> bool {
        c.is_ascii_digit() || self.spoken.binary_search(&c).is_ok()
    }

    /// How many characters from the start belong to one number: digits, with single spaces, hyphens or commas between,
    /// and the check letter of an identity number.
    fn run(&self, chars: &[char]) -> usize {
        let mut length = 0;
        let mut gap = 0;
        for (i, c) in chars.iter().enumerate() {
            if self.is_digit(*c) {
                length = i + 1;
                gap = 0;
            } else if i > 0 && gap == 0 && is_separator(*c) {
                gap = 1;
            } else {
                break;
            }
        }
        length
    }
}

fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '-' | ',' | '.' | '\u{ff0c}' | '\u{3001}' | '\u{3000}' | '\u{2013}' | '\u{2014}')
}

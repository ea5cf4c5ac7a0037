//! Words that a recogniser has put stars in place of.

use super::{Decoder, Document};
use crate::model::notice::Notice;
use crate::model::transcript::Call;

/// Counts the masked words of each call, and tells of them once a file: what they hide cannot be looked for.
pub fn mark(document: &Document<'_>, decoder: &dyn Decoder, calls: &mut [Call]) -> Option<Notice> {
    for call in &mut *calls {
        call.masked_words = call.turns.iter().map(|turn| count(&turn.text)).sum();
    }
    let n: usize = calls.iter().map(|call| call.masked_words).sum();
    let words = if n == 1 { "1 word is".to_owned() } else { format!("{n} words are") };
    let text = format!(
        "{words} masked by the recogniser (`**`): insults in them cannot be found; {}",
        decoder.unmasking()
    );
    (n > 0).then(|| Notice::lost(document.file, None, text))
}

/// Runs of two or more stars. Those at a digit or letter hide a part of a number.
fn count(text: &str) -> usize {
    let (mut n, mut run, mut before) = (0, 0, None);
    let hides = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric());
    for c in text.chars().map(Some).chain([None]) {
        if c == Some('*') {
            run += 1;
            continue;
        }
        n += usize::from(run >= 2 && hides(before) && hides(c));
        (run, before) = (0, c);
    }
    n
}

//! Whether the sentences of a recogniser hold all words of the whole text beside them: some recognisers drop the last ones.

use super::conversation::{Conversation, Segment};

/// Characters that may differ between a text and its sentences: numerals are written in more than one way.
const SLACK: usize = 4;

/// Adds what stands behind the sentences in the whole text alone; tells where a text has far more words than its sentences.
pub fn complete(out: &mut Conversation, whole: &str) {
    if out.segments.is_empty() {
        return;
    }
    let said: Vec<char> = out.segments.iter().flat_map(|s| letters(&s.text)).map(|(_, c)| c).collect();
    let mut rest = letters(whole);
    let same = said.iter().all(|c| rest.next().is_some_and(|(_, other)| other == *c));
    if same {
        if let Some((at, _)) = rest.next() {
            let text = whole[at..].trim().to_owned();
            out.segments.push(Segment { text, ..Segment::default() });
            out.remark("the last words stand in the whole text alone: read without a time and a speaker");
        }
        return;
    }
    let all = letters(whole).count();
    if all > said.len() + said.len() / 4 + SLACK {
        out.lose(
            None,
            format!("its whole text has {all} characters, its sentences {}: some are missing", said.len()),
        );
    }
}

/// Characters that are read aloud, with their places.
fn letters(text: &str) -> impl Iterator<Item = (usize, char)> {
    text.char_indices().filter(|(_, c)| c.is_alphanumeric())
}

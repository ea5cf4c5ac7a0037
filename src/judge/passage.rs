//! Passages of a long turn: a few words of abuse drown in a minute of lawful talk when all of it is scored as one.

use crate::build::Engine;
use crate::classify::{Care, Input, MOST_CHARS, Model, Piece, Scores};
use crate::model::letters::is_said;
use crate::model::span::NormSpan;

/// A passage of a turn and its score.
pub type Passage<'a> = (Input<'a>, Scores);

/// The passages of a turn, each with its score, if it is long and `may_be` unlawful in part, or too long to be scored as one.
/// `care`: how closely the one at a place is looked at.
pub(super) fn scored<'a>(
    engine: &Engine,
    model: &Model,
    input: &Input<'a>,
    may_be: bool,
    care: &dyn Fn(NormSpan) -> Care,
) -> Vec<Passage<'a>> {
    if !(may_be || goes_on(input)) || !is_long(engine, input) {
        return Vec::new();
    }
    let spans = spans(input.text, engine.rules.policy.passage_chars);
    let last = spans.len().saturating_sub(1);
    // Searched for once, and not for each passage.
    let heard = [input.asked(), None];
    let passages = spans.iter().enumerate().map(|(n, span)| Input {
        text: &input.text[span.start..span.end],
        heard,
        // What stands between is no answer to the turn before, and the one behind does not answer it.
        previous: input.previous.filter(|_| n == 0),
        reply: input.reply.filter(|_| n == last),
        ..*input
    });
    let scored = |(passage, place): (Input<'a>, &NormSpan)| (passage, model.score(&passage, care(*place)));
    passages.zip(&spans).map(scored).collect()
}

/// Whether a turn that is lawful as a whole may have a passage that is not.
pub(super) fn may_hide(engine: &Engine, input: &Input<'_>, scores: &Scores) -> bool {
    goes_on(input) || scores.hides() && is_long(engine, input)
}

/// Whether a turn is looked at by passages too.
fn is_long(engine: &Engine, input: &Input<'_>) -> bool {
    input.text.chars().filter(|c| is_said(*c)).count() > engine.rules.policy.passage_turn_chars
}

/// Whether a turn goes on behind what is scored of it as one.
pub(super) fn goes_on(input: &Input<'_>) -> bool {
    // Asked of each turn: no text has more characters than bytes.
    input.text.len() > MOST_CHARS && input.text.chars().nth(MOST_CHARS).is_some()
}

/// Where a passage stands in its turn.
pub(super) fn place(turn: &Input<'_>, passage: &Input<'_>) -> NormSpan {
    let start = passage.text.as_ptr() as usize - turn.text.as_ptr() as usize;
    NormSpan { start, end: start + passage.text.len() }
}

/// The pieces of a passage that weighed most for a group, where they stand in the turn.
pub fn explained(model: &Model, turn: &Input<'_>, passage: &Input<'_>, group: usize) -> Vec<Piece> {
    let from = place(turn, passage).start;
    let moved = |piece: Piece| Piece {
        span: NormSpan { start: piece.span.start + from, end: piece.span.end + from },
        ..piece
    };
    model.explain(passage, group).into_iter().map(moved).collect()
}

/// Passages of at least so many letters, digits and characters and hardly more than twice as many, if the text is so long: each begins
/// amid the one before, at a pause where there is one.
fn spans(text: &str, chars: usize) -> Vec<NormSpan> {
    let least = chars.div_ceil(2).max(1);
    let (mut cuts, mut said) = (vec![0], 0);
    for (at, c) in text.char_indices() {
        if said >= least && (!is_said(c) || said >= 2 * least) {
            cuts.push(at);
            said = 0;
        }
        said += usize::from(is_said(c));
    }
    // What is left over is short and belongs to the piece before.
    if said < least && cuts.len() > 1 {
        cuts.pop();
    }
    cuts.push(text.len());
    cuts.windows(3).map(|cut| NormSpan { start: cut[0], end: cut[2] }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passages_overlap_and_leave_nothing_out() {
        for (text, expected) in [
            ("ab", vec![]),
            ("abcdef,gh", vec![]),
            ("abc,def,ghi,j", vec!["abc,def", ",def,ghi,j"]),
            ("abcdefghijklmno", vec!["abcdefghijkl", "ghijklmno"]),
        ] {
            let found: Vec<&str> = spans(text, 6).iter().map(|s| &text[s.start..s.end]).collect();
            assert_eq!(found, expected, "{text}");
        }
        assert!(spans("", 6).is_empty());
    }
}

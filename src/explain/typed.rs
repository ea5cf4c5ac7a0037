//! Lines that somebody types to have them judged at once.

use crate::decode::speaker;
use crate::model::transcript::{Call, CalleeRole, Speaker, Utterance};

/// What the typed call is called.
const CALL: &str = "typed";

/// A call of the given texts, one turn a line: a label that is known and a colon say who speaks, without them it is the
/// collector. Empty lines are left out. None when nothing is left.
pub fn typed(texts: &[String], callee_role: CalleeRole) -> Option<Call> {
    let lines = texts.iter().flat_map(|t| t.lines()).map(str::trim).filter(|l| !l.is_empty());
    let turns: Vec<Utterance> = lines.enumerate().map(|(i, line)| turn(line, i + 1)).collect();
    (!turns.is_empty()).then(|| Call {
        call_id: CALL.to_owned(),
        made_up_id: true,
        callee_role,
        turns,
        file: "--text".to_owned(),
        line: 1,
        ..Call::default()
    })
}

fn turn(line: &str, number: usize) -> Utterance {
    let labelled = line.split_once(['\u{ff1a}', ':']).and_then(|(label, text)| {
        let text = text.trim();
        Some((speaker::role(label).filter(|_| !text.is_empty())?, text))
    });
    let (speaker, text) = labelled.unwrap_or((Speaker::Collector, line));
    Utterance {
        speaker,
        inferred: false,
        text: text.to_owned(),
        start_ms: None,
        end_ms: None,
        line: Some(number),
    }
}

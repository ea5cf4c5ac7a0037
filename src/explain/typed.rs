//! Lines that somebody types to have them judged at once.

use crate::decode::speaker;
use crate::metadata::Speakers;
use crate::model::transcript::{Call, CalleeRole, Speaker, Utterance};

/// What the typed call is called.
const CALL: &str = "typed";

/// A call of the given texts, one turn a line: a label that is known or named and a colon say who speaks, without them it is
/// the collector. Empty lines are left out. None when nothing is left.
pub fn typed(texts: &[String], callee_role: CalleeRole, speakers: Option<&Speakers>) -> Option<Call> {
    let lines = texts.iter().flat_map(|t| t.lines()).map(str::trim).filter(|l| !l.is_empty());
    let turns: Vec<Utterance> = lines.enumerate().map(|(i, line)| turn(line, i + 1, speakers)).collect();
    let mut call = Call {
        call_id: CALL.to_owned(),
        made_up_id: true,
        callee_role,
        turns,
        file: "--text".to_owned(),
        line: 1,
        ..Call::default()
    };
    if let Some(speakers) = speakers {
        speakers.apply(std::slice::from_mut(&mut call));
    }
    (!call.turns.is_empty()).then_some(call)
}

fn turn(line: &str, number: usize, speakers: Option<&Speakers>) -> Utterance {
    let labelled = line.split_once(['\u{ff1a}', ':']).and_then(|(label, text)| {
        let text = text.trim();
        let known = speaker::role(label).is_some() || speakers.is_some_and(|s| s.names(label));
        (known && !text.is_empty()).then_some((label, text))
    });
    let turn = match labelled {
        Some((label, text)) => speaker::turn(Some(label), text.to_owned()),
        None => Utterance::said(Speaker::Collector, line),
    };
    Utterance { line: Some(number), ..turn }
}

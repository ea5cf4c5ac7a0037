//! What several modules share: the built-in engine, built once, and calls of one turn.

use std::sync::LazyLock;

use cuicha::build::{Choices, Engine};
use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};

static BUILT_IN: LazyLock<Engine> = LazyLock::new(|| Engine::new(&Choices::default()).unwrap());

/// The engine with the built-in lexicon.
pub fn built_in() -> &'static Engine {
    &BUILT_IN
}

/// A call of one turn.
pub fn says(speaker: Speaker, text: &str) -> Call {
    let turn = Utterance {
        speaker,
        inferred: false,
        text: text.to_owned(),
        start_ms: None,
        end_ms: None,
        line: None,
    };
    Call {
        call_id: "K1".to_owned(),
        made_up_id: false,
        borrower_id: None,
        collector_id: None,
        agency: None,
        caller_number: None,
        callee_number: None,
        callee_role: CalleeRole::Unknown,
        start: None,
        end: None,
        connected: None,
        inbound: false,
        masked_words: 0,
        turns: vec![turn],
        file: "in/k1.txt".to_owned(),
        line: 1,
    }
}

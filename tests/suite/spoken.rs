//! What several modules share: the built-in engine, built once, and calls of one turn.

use std::sync::LazyLock;

use cuicha::build::{Choices, Engine};
use cuicha::model::transcript::{Call, Speaker, Utterance};

static BUILT_IN: LazyLock<Engine> = LazyLock::new(|| Engine::new(&Choices::default()).unwrap());

/// The engine with the built-in lexicon.
pub fn built_in() -> &'static Engine {
    &BUILT_IN
}

/// A call of one turn.
pub fn says(speaker: Speaker, text: &str) -> Call {
    let turn = Utterance::said(speaker, text);
    Call {
        call_id: "K1".to_owned(),
        turns: vec![turn],
        file: "in/k1.txt".to_owned(),
        line: 1,
        ..Call::default()
    }
}

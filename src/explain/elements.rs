//! By which words each required element was shown.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::answers;
use crate::build::Engine;
use crate::judge::{self, JudgedTurn};
use crate::model::rules::Bilingual;
use crate::model::scan::Presence;
use crate::model::transcript::Call;

/// A required element, explained.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ExplainedElement {
    /// Name, e.g. `identify-self`.
    pub name: String,
    /// What it is called.
    #[serde(skip)]
    #[schemars(skip)]
    pub title: Bilingual,
    /// Whether it was said, and early enough.
    pub presence: Presence,
    /// The element that it must come before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// In how many of the first turns of its speaker it must stand; 0: in any.
    pub first_turns: usize,
    /// The words that show it, one entry for each thing that it is made of; of a missing one: words that came too late.
    pub shown: Vec<Shown>,
}

/// Words that show a part of an element.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Shown {
    /// 0-based index of the turn.
    pub turn: usize,
    /// The words, masked.
    pub words: String,
}

/// The elements of a call that can be checked.
pub(super) fn explained(
    engine: &Engine,
    call: &Call,
    judged: &[JudgedTurn],
    conduct: &BTreeMap<String, Presence>,
) -> Vec<ExplainedElement> {
    if conduct.values().all(|presence| *presence == Presence::NotChecked) {
        return Vec::new();
    }
    let proofs = judge::proofs(engine, call, judged);
    let elements = engine.rules.conduct.iter().zip(proofs);
    let explained = elements.filter_map(|(element, proofs)| {
        let words = |turn: usize, span| answers::masked(engine, &judged[turn].text.text, span);
        let shown =
            proofs.into_iter().flatten().map(|p| Shown { turn: p.turn, words: words(p.turn, p.span) });
        let presence = *conduct.get(&element.name)?;
        Some(ExplainedElement {
            name: element.name.clone(),
            title: element.title.clone(),
            presence,
            before: element.before.clone(),
            first_turns: element.first_turns,
            shown: shown.collect(),
        })
    });
    explained.collect()
}

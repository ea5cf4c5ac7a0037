//! Who hears each turn: the borrower who was called, or somebody else who answered for him, to whom no debt may be told.

use std::cell::OnceCell;

use super::JudgedTurn;
use crate::aggregate::conduct;
use crate::build::Engine;
use crate::matching::kinds;
use crate::model::rules::Owner;
use crate::model::transcript::{Call, CalleeRole};

/// Who hears each turn of a call, as far as it shows: whoever speaks as another than the borrower, in a call in which nobody
/// makes sure who he is, counts as a contact from there on.
pub fn callees(engine: &Engine, call: &Call, judged: &[JudgedTurn]) -> Vec<CalleeRole> {
    let mut callees = vec![call.callee_role; judged.len()];
    if conduct::is_checkable(call) {
        let turns: Vec<conduct::Turn<'_>> = judged.iter().map(turn).collect();
        let from = conduct::somebody_else(&engine.rules, &turns, &finder(engine, judged));
        callees.iter_mut().skip(from.unwrap_or(usize::MAX)).for_each(|callee| *callee = CalleeRole::Contact);
    }
    callees
}

/// A turn as the required elements see it.
pub(super) fn turn(t: &JudgedTurn) -> conduct::Turn<'_> {
    conduct::Turn { speaker: t.speaker, text: &t.text.text, groups: Vec::new() }
}

/// What hands over the phrases of an owner in a turn.
pub(super) fn finder<'a>(
    engine: &'a Engine,
    judged: &'a [JudgedTurn],
) -> impl Fn(usize, Owner, bool, &mut conduct::See<'_>) + 'a {
    let complete: Vec<[OnceCell<Vec<usize>>; 2]> = vec![Default::default(); judged.len()];
    move |turn, owner, shows, see: &mut conduct::See<'_>| {
        let (matcher, rules, t) = (&engine.matcher, &engine.rules, &judged[turn]);
        if let Some(seen) = &t.evidence {
            return matcher.evidence(seen, (owner, shows), &t.text.text, rules, see);
        }
        let kind = if shows { kinds::NEED } else { kinds::AGAINST };
        let complete = complete[turn][usize::from(shows)].get_or_init(|| matcher.complete(kind, &t.located));
        let of_owner = complete.iter().copied().filter(|ix| rules.phrases[*ix].owner == owner);
        let of_owner: Vec<usize> = of_owner.collect();
        let found = matcher.matches(&of_owner, &t.text.text, rules, &t.located);
        found.iter().for_each(|m| see(m.phrase, &m.parts));
    }
}

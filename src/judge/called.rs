//! Who hears each turn: the borrower who was called, or somebody else who answered for him, to whom no debt may be told.

use std::cell::OnceCell;
use std::ops::Range;

use super::JudgedTurn;
use crate::aggregate::conduct;
use crate::build::Engine;
use crate::matching::kinds;
use crate::model::rules::{Owner, RuleSet};
use crate::model::transcript::{Call, CalleeRole};

/// Notes who hears each turn. Where one of the first answers of a call to the borrower surely is another's, whoever answers counts as a
/// contact from there on, until somebody says of himself that he is the borrower.
pub(super) fn note(engine: &Engine, call: &Call, judged: &mut [JudgedTurn]) {
    let mut another = 0..0;
    if conduct::is_checkable(call) {
        let turns: Vec<conduct::Turn<'_>> = judged.iter().map(turn).collect();
        another = conduct::somebody_else(&engine.rules, &turns, &finder(engine, &engine.rules, judged))
            .unwrap_or(another);
    }
    for (at, turn) in judged.iter_mut().enumerate() {
        turn.callee = if another.contains(&at) { CalleeRole::Contact } else { call.callee_role };
    }
}

/// The turns in which another than the borrower who was called is on the line; in the first of them he shows himself as such.
pub fn another(call: &Call, judged: &[JudgedTurn]) -> Option<Range<usize>> {
    let mut turns = judged.iter().enumerate().filter(|(_, turn)| turn.callee != call.callee_role);
    let first = turns.next()?.0;
    Some(first..turns.next_back().map_or(first, |(last, _)| last) + 1)
}

/// A turn as the required elements see it.
pub(super) fn turn(t: &JudgedTurn) -> conduct::Turn<'_> {
    conduct::Turn { speaker: t.speaker, text: &t.text.text, groups: Vec::new() }
}

/// What hands over the phrases of an owner in a turn. `rules`: the engine's own, or those with something left out.
pub(super) fn finder<'a>(
    engine: &'a Engine,
    rules: &'a RuleSet,
    judged: &'a [JudgedTurn],
) -> impl Fn(usize, Owner, bool, &mut conduct::See<'_>) + 'a {
    let complete: Vec<[OnceCell<Vec<usize>>; 2]> = vec![Default::default(); judged.len()];
    move |turn, owner, shows, see: &mut conduct::See<'_>| {
        let (matcher, t) = (&engine.matcher, &judged[turn]);
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

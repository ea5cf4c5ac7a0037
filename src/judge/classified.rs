//! What the classifier adds to a turn: candidates of its own, and doubt about listed matches.

use super::{BY_SOUND, JudgedTurn, is_scored_thoroughly};
use crate::build::Engine;
use crate::classify::Piece;
use crate::model::candidate::{Candidate, Matched, Rejection};
use crate::model::letters::is_said;
use crate::model::rules::{FULL_WEIGHT, GROUPS, RuleSet};
use crate::model::span::NormSpan;
use crate::model::transcript::{CalleeRole, Speaker};

/// The rule of a group that the classifier's findings belong to.
const IMPLIED: &str = "implied";

/// What rejects a match that is not sure by itself in a turn that looks like no violation at all; its place among the gates is
/// the last.
const WORDING: &str = "wording";

/// The group of what a borrower may hear of his own debt and nobody else.
const DISCLOSURE: &str = "disclosure";

/// What stands around a turn.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) before: Option<&'a JudgedTurn>,
    pub(super) after: Option<&'a JudgedTurn>,
    /// Whether there are too few turns to support what it seems.
    pub(super) alone: bool,
}

/// Scores the turn and notes the result among its candidates.
pub(super) fn add(engine: &Engine, turn: &mut JudgedTurn, around: Around<'_>) {
    let Some(model) = &engine.classifier else { return };
    let policy = &engine.rules.policy;
    let said = |most: usize| turn.text.text.chars().filter(|c| is_said(*c)).take(most).count();
    let fewest = policy.classifier_min_chars;
    if !matches!(turn.speaker, Speaker::Collector | Speaker::Unknown) || said(fewest) < fewest {
        return;
    }
    let input = super::input(engine, around.before, turn, around.after);
    let scores = model.score(&input, is_scored_thoroughly(turn));
    let probabilities: [f32; GROUPS.len()] =
        std::array::from_fn(|g| scores.probability(g, engine.rules.policy.second));
    let strong: Vec<(usize, Vec<Piece>)> = (0..probabilities.len())
        .filter(|g| probabilities[*g] >= least(engine, *g, turn.callee))
        .map(|g| (g, model.explain(&input, g)))
        .collect();
    for c in &mut turn.candidates {
        let group = RuleSet::group_index(&engine.rules.rules[c.rule].group);
        if group.is_some_and(|g| probabilities[g] >= engine.rules.policy.bars[g].review) {
            c.lowered.retain(|why| why != BY_SOUND);
        }
        if let Some(why) = doubt(engine, c, &probabilities, scores.alarm()) {
            if c.weight < FULL_WEIGHT && scores.alarm() < engine.rules.policy.certain {
                c.rejected.get_or_insert(Rejection { gate: WORDING, detail: why });
            } else {
                c.lowered.push(why);
            }
        }
    }
    if strong.is_empty() {
        return;
    }
    let short = around.alone && said(policy.short_chars.saturating_add(1)) <= policy.short_chars;
    for (g, pieces) in strong {
        let sure = probabilities[g] >= policy.bars[g].violation.max(if short { policy.short } else { 0.0 });
        let found = candidate(engine, turn, g, (probabilities[g], sure), &pieces);
        turn.candidates.extend(found);
    }
}

/// From which probability on the classifier's word is shown. What sounds a little like disclosure is none to the borrower.
fn least(engine: &Engine, group: usize, callee: CalleeRole) -> f32 {
    let bars = engine.rules.policy.bars[group];
    let own_debt = callee == CalleeRole::Borrower && GROUPS[group] == DISCLOSURE;
    if own_debt { bars.violation } else { bars.review }
}

/// Why a listed match is for review only: the turn as a whole speaks against it. A match of less than full weight needs a
/// turn that looks like its group, one of full weight a turn that looks like any. What the user lists himself stands.
fn doubt(engine: &Engine, c: &Candidate, probabilities: &[f32], alarm: f32) -> Option<String> {
    let rule = &engine.rules.rules[c.rule];
    let group = GROUPS.iter().position(|g| *g == rule.group)?;
    if rule.own || !c.listed() {
        return None;
    }
    let policy = &engine.rules.policy;
    let (probability, least) = if c.weight < FULL_WEIGHT {
        (probabilities[group], policy.bars[group].doubt)
    } else {
        (alarm, policy.certain)
    };
    (probability < least).then(|| format!("the wording as a whole speaks against it ({probability:.2})"))
}

/// The classifier's own candidate of a group. The bars of the group decide between violation and review, so the weight is set
/// on the common scale.
fn candidate(
    engine: &Engine,
    turn: &JudgedTurn,
    g: usize,
    (probability, sure): (f32, bool),
    pieces: &[Piece],
) -> Option<Candidate> {
    let policy = &engine.rules.policy;
    let rule = engine.rules.rule(&format!("{}/{IMPLIED}", GROUPS[g]))?;
    let parts: Vec<NormSpan> = pieces.iter().map(|p| p.span).collect();
    let whole = NormSpan { start: 0, end: turn.text.text.len() };
    let words = parts.iter().map(|s| turn.text.text[s.start..s.end].to_owned()).collect();
    Some(Candidate {
        rule,
        matched: Matched::Classifier { probability, pieces: words },
        span: parts.iter().copied().reduce(NormSpan::join).unwrap_or(whole),
        parts: if parts.is_empty() { vec![whole] } else { parts },
        weight: if sure { probability.max(policy.violation) } else { probability.max(policy.review) },
        edges: Vec::new(),
        fold: None,
        rejected: acquitted(engine, turn, GROUPS[g]).filter(|_| probability < policy.overrule),
        lowered: if sure { Vec::new() } else { vec![format!("likely by its wording ({probability:.2})")] },
    })
}

/// The reason why every listed match of the group was found harmless in its context: it holds for the wording too, unless the
/// classifier, which has learnt from denials and quotations, is sure all the same.
fn acquitted(engine: &Engine, turn: &JudgedTurn, group: &str) -> Option<Rejection> {
    let mut listed =
        turn.candidates.iter().filter(|c| c.listed() && engine.rules.rules[c.rule].group == group);
    let first = listed.next()?.rejected.clone()?;
    let context = ["negation", "quotation", "question", "notice"].contains(&first.gate);
    (context && listed.all(|c| c.rejected.is_some())).then_some(first)
}

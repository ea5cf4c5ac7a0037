//! What the classifier adds to a turn: candidates of its own, and doubt about listed matches.

use super::passage::{self, Passage};
use super::{BY_SOUND, JudgedTurn, how_closely};
use crate::build::Engine;
use crate::classify::{Care, Input, Model, Piece, Scores};
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
    pub(super) before: &'a [JudgedTurn],
    pub(super) after: Option<&'a JudgedTurn>,
    /// Whether there are too few turns to support what it seems.
    pub(super) alone: bool,
}

/// Scores the turn and notes the result among its candidates.
pub(super) fn add(engine: &Engine, turn: &mut JudgedTurn, around: Around<'_>) {
    let Some(model) = &engine.classifier else { return };
    let policy = &engine.rules.policy;
    if !is_asked(engine, turn) {
        return;
    }
    let input = super::input(engine, around.before, turn, around.after);
    let alone = around.alone && !answers(around.before);
    let scores = model.score(&input, how_closely(turn));
    if turn.candidates.is_empty() && shows_nothing(engine, &input, &scores) {
        return;
    }
    let passages = passages(engine, model, &input, &scores, turn);
    let seen = seen(engine, model, (&input, &scores, &passages), turn.callee);
    let moved: Vec<(NormSpan, Scores)> =
        passages.iter().map(|(passage, scores)| (passage::place(&input, passage), *scores)).collect();
    for c in &mut turn.candidates {
        // Passages stand in their order; of a long turn's most lie elsewhere.
        let first = moved.partition_point(|(place, _)| place.end <= c.span.start);
        let around = moved[first..].iter().take_while(|(place, _)| place.start < c.span.end);
        let around = around.map(|(_, scores)| scores);
        weigh(engine, c, &Heard::of(std::iter::once(&scores).chain(around), policy.second));
    }
    if seen.is_empty() {
        return;
    }
    let least = if alone { least_alone(engine, turn) } else { 0.0 };
    for Seen { group: g, probability, pieces } in seen {
        let sure = probability >= policy.bars[g].violation.max(least);
        let found = candidate(engine, turn, g, (probability, sure), &pieces);
        turn.candidates.extend(found);
    }
}

/// Whether a turn is lawful beyond doubt in all groups alike, as most are, and has no passages.
fn shows_nothing(engine: &Engine, input: &Input<'_>, scores: &Scores) -> bool {
    let policy = &engine.rules.policy;
    let is_below = |probability: f32| policy.bars.iter().all(|bars| probability < bars.review);
    scores.is_lawful()
        && !passage::may_hide(engine, input, scores)
        && is_below(scores.probability(0, policy.second))
}

/// Whether the classifier is asked of a turn: what the other side says, and a few characters, it does not judge.
pub(super) fn is_asked(engine: &Engine, turn: &JudgedTurn) -> bool {
    let fewest = engine.rules.policy.classifier_min_chars;
    let said = || turn.text.text.chars().filter(|c| is_said(*c)).take(fewest).count();
    matches!(turn.speaker, Speaker::Collector | Speaker::Unknown) && said() >= fewest
}

/// Whether what comes next answers words of the other side.
pub(super) fn answers(before: &[JudgedTurn]) -> bool {
    before.last().is_some_and(|turn| {
        matches!(turn.speaker, Speaker::Borrower | Speaker::Contact) && turn.text.text.chars().any(is_said)
    })
}

/// How sure the classifier must be of a turn that answers nobody, beside its group's bar, in a talk with too few turns to support
/// what it seems.
pub(super) fn least_alone(engine: &Engine, turn: &JudgedTurn) -> f32 {
    let policy = &engine.rules.policy;
    let said =
        turn.text.text.chars().filter(|c| is_said(*c)).take(policy.short_chars.saturating_add(1)).count();
    if said <= policy.short_chars { policy.short.max(policy.alone) } else { policy.alone }
}

/// How likely a turn and the passages around a place in it are, each of them by the one that is likeliest.
struct Heard {
    groups: [f32; GROUPS.len()],
    alarm: f32,
}

impl Heard {
    fn of<'a>(scores: impl Iterator<Item = &'a Scores>, second: f32) -> Heard {
        let mut heard = Heard { groups: [0.0; GROUPS.len()], alarm: 0.0 };
        for scores in scores {
            for (g, group) in heard.groups.iter_mut().enumerate() {
                *group = group.max(scores.probability(g, second));
            }
            heard.alarm = heard.alarm.max(scores.alarm());
        }
        heard
    }
}

/// What the wording around a listed match says of it.
fn weigh(engine: &Engine, c: &mut Candidate, heard: &Heard) {
    let policy = &engine.rules.policy;
    let group = RuleSet::group_index(&engine.rules.rules[c.rule].group);
    if group.is_some_and(|g| heard.groups[g] >= policy.bars[g].review) {
        c.lowered.retain(|why| why != BY_SOUND);
    }
    if let Some(why) = doubt(engine, c, &heard.groups, heard.alarm) {
        if c.weight < FULL_WEIGHT && heard.alarm < policy.certain {
            c.rejected.get_or_insert(Rejection { gate: WORDING, detail: why });
        } else {
            c.lowered.push(why);
        }
    }
}

/// Whether a turn as a whole is a violation.
fn is_told(engine: &Engine, scores: &Scores) -> bool {
    let policy = &engine.rules.policy;
    policy.bars.iter().enumerate().any(|(g, bars)| scores.probability(g, policy.second) >= bars.violation)
}

/// What the classifier sees in a turn.
struct Seen {
    group: usize,
    probability: f32,
    /// What weighed most, in the text of the turn.
    pieces: Vec<Piece>,
}

/// The groups that a turn looks like enough to be shown, or a passage of it where the whole is no violation: what a passage adds to
/// one is mostly the same thing by another name.
fn seen(
    engine: &Engine,
    model: &Model,
    (input, scores, passages): (&Input<'_>, &Scores, &[Passage<'_>]),
    callee: CalleeRole,
) -> Vec<Seen> {
    let policy = &engine.rules.policy;
    let of = |group: usize| {
        if let Some((passage, probability)) = surest(engine, (input, scores), passages, group) {
            let pieces = passage::explained(model, input, passage, group);
            return Some(Seen { group, probability, pieces });
        }
        let probability = scores.probability(group, policy.second);
        let pieces = || model.explain(input, group);
        (probability >= least(engine, group, callee)).then(|| Seen { group, probability, pieces: pieces() })
    };
    (0..GROUPS.len()).filter_map(of).collect()
}

/// The passages of a turn that is not lawful beyond doubt, or in which something may drown or something listed stands.
pub fn passages<'a>(
    engine: &Engine,
    model: &Model,
    input: &Input<'a>,
    scores: &Scores,
    turn: &JudgedTurn,
) -> Vec<Passage<'a>> {
    let open = (!scores.is_lawful() || scores.hides()) && !is_told(engine, scores);
    let listed = || turn.candidates.iter().filter(|c| c.listed()).map(|c| c.span);
    // What is listed is weighed by the passage around it, however lawful that looks at first.
    let care =
        |place: NormSpan| match turn.callee == CalleeRole::Contact || listed().any(|s| s.overlaps(place)) {
            true => Care::Thorough,
            false => Care::Passage,
        };
    passage::scored(engine, model, input, open || listed().next().is_some(), &care)
}

/// The passage that looks most like a group, and how likely it is, if it is sure enough to be told and the whole is no violation.
pub fn surest<'p, 'a>(
    engine: &Engine,
    (input, scores): (&Input<'_>, &Scores),
    passages: &'p [Passage<'a>],
    group: usize,
) -> Option<(&'p Input<'a>, f32)> {
    let policy = &engine.rules.policy;
    // Nearly all turns have no passages, and this is asked of each group.
    if passages.is_empty() || is_told(engine, scores) && !passage::goes_on(input) {
        return None;
    }
    let all = passages.iter().map(|(passage, scores)| (passage, scores.probability(group, policy.second)));
    all.max_by(|a, b| a.1.total_cmp(&b.1)).filter(|(_, probability)| *probability >= policy.passage)
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
        supported: None,
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

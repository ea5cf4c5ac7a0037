//! What the classifier says of a turn: per group the probability, its bars, and the pieces of text that weighed most.

use schemars::JsonSchema;
use serde::Serialize;

use super::answers::masked;
use crate::build::Engine;
use crate::classify::Model;
use crate::finding::round;
use crate::judge::{self, JudgedTurn};
use crate::model::rules::GROUPS;
use crate::model::transcript::Speaker;

/// What the classifier says of a turn.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Wording {
    /// Why it was not asked, if it was not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_asked: Option<String>,
    /// How near the turn is to an alarm of any group, 0 to 1.
    pub alarm: f64,
    /// Groups with a probability above nothing, the likeliest first.
    pub groups: Vec<GroupScore>,
}

/// What the classifier says of a turn for one group.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct GroupScore {
    /// Group.
    pub group: &'static str,
    /// Probability, 0 to 1.
    pub probability: f64,
    /// From this probability on it is for review.
    pub review: f64,
    /// From this probability on it is a violation.
    pub violation: f64,
    /// The pieces of text that weighed most, in order of place.
    pub pieces: Vec<Piece>,
}

/// A piece of text and how much of what speaks for the group lies in it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Piece {
    /// The words, masked.
    pub words: String,
    /// Its share, from 0 to 1.
    pub weight: f64,
}

/// Why the classifier is not asked about a turn, or the classifier.
pub(super) fn asked<'a>(engine: &'a Engine, turn: &JudgedTurn) -> Result<&'a Model, String> {
    let Some(model) = &engine.classifier else { return Err("it is switched off".to_owned()) };
    if !matches!(turn.speaker, Speaker::Collector | Speaker::Unknown) {
        return Err("it judges the collector alone".to_owned());
    }
    let least = engine.rules.policy.classifier_min_chars;
    let said = turn.text.text.chars().filter(|c| c.is_alphanumeric()).count();
    if said < least {
        return Err(format!("{said} characters say too little, at least {least} are needed"));
    }
    Ok(model)
}

pub(super) fn wording(engine: &Engine, judged: &[JudgedTurn], at: usize) -> Wording {
    let turn = &judged[at];
    let model = match asked(engine, turn) {
        Ok(model) => model,
        Err(why) => return Wording { not_asked: Some(why), alarm: 0.0, groups: Vec::new() },
    };
    let input = judge::input(engine, &judged[..at], turn, judged.get(at + 1));
    let scores = model.score(&input, judge::how_closely(turn));
    let policy = &engine.rules.policy;
    let passages = judge::passages(engine, model, &input, &scores, turn);
    let least = judge::least_sure(engine, judged, at);
    let score = |(g, group): (usize, &&'static str)| {
        let passage = judge::surest(engine, (&input, &scores), &passages, g);
        let (probability, violation, pieces) = match passage {
            Some((passage, sure)) => (sure, policy.passage, judge::explained(model, &input, passage, g)),
            None => {
                (scores.probability(g, policy.second), policy.bars[g].violation, model.explain(&input, g))
            }
        };
        let probability = round(f64::from(probability));
        let pieces = pieces.into_iter().map(|p| Piece {
            words: masked(engine, &turn.text.text, p.span),
            weight: round(f64::from(p.weight)),
        });
        (probability > 0.0).then(|| GroupScore {
            group,
            probability,
            review: round(f64::from(policy.bars[g].review)),
            violation: round(f64::from(violation.max(least))),
            pieces: pieces.collect(),
        })
    };
    let mut groups: Vec<GroupScore> = GROUPS.iter().enumerate().filter_map(score).collect();
    groups.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    Wording { not_asked: None, alarm: round(f64::from(scores.alarm())), groups }
}

//! Labelled utterances: one turn, its groups.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use super::tally::Tally;
use super::words::WordList;
use super::{LEVELS, Level};
use crate::build::Engine;
use crate::labelled::{self, Labelled};
use crate::model::error::Error;
use crate::model::finding::{Finding, Verdict};
use crate::model::rules::GROUPS;
use crate::model::scan::CallOutcome;
use crate::model::transcript::{Call, Speaker};
use crate::pipeline;

/// An utterance that came out otherwise than it is labelled.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Mistake {
    /// Id.
    pub id: String,
    /// Kind of example.
    pub kind: String,
    /// Labels.
    pub labels: Vec<String>,
    /// Groups that were found, at the level of review.
    pub found: Vec<String>,
    /// What was said.
    pub text: String,
    /// What was found and why, one line a finding.
    pub because: Vec<String>,
    /// How bad: 1 for a sure violation where there is none, or for one that nothing was seen of.
    pub weight: f64,
}

/// Results of one level.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LevelScores {
    /// Which.
    pub level: Level,
    /// Per group.
    pub groups: BTreeMap<String, Tally>,
    /// All groups together.
    pub micro: Tally,
    /// Whether any group was found where any is labelled.
    pub any: Tally,
    /// By kind of example: how many came out right as to any group, of how many.
    pub kinds: BTreeMap<String, (u64, u64)>,
}

/// Results of a set of utterances.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct UtteranceScores {
    /// Name of the set.
    pub name: String,
    /// Utterances.
    pub utterances: u64,
    /// Those that violate.
    pub violating: u64,
    /// Per level.
    pub levels: Vec<LevelScores>,
    /// How often which group was found where which is labelled, at the level of review; `-` stands for none.
    pub confusion: BTreeMap<String, BTreeMap<String, u64>>,
    /// The worst mistakes first.
    pub mistakes: Vec<Mistake>,
}

/// Judges every utterance and compares.
///
/// # Errors
/// None but those of the pipeline.
pub fn evaluate(
    engine: &Engine,
    name: &str,
    data: &[Labelled],
    threads: usize,
) -> Result<UtteranceScores, Error> {
    let calls: Vec<Call> = data.iter().map(labelled::call).collect();
    let outcomes = pipeline::judge_all(engine, &calls, threads)?;
    let found: Vec<Found<'_>> = data.iter().zip(&outcomes).map(|(l, o)| Found::new(l, o)).collect();
    Ok(compare(name, data, &found))
}

/// The same for a plain list of words.
pub fn evaluate_words(words: &WordList, name: &str, data: &[Labelled]) -> UtteranceScores {
    let found: Vec<Found<'_>> = data.iter().map(|l| Found::listed(words.groups(l))).collect();
    compare(name, data, &found)
}

fn compare(name: &str, data: &[Labelled], found: &[Found<'_>]) -> UtteranceScores {
    let mut mistakes: Vec<Mistake> = data.iter().zip(found).filter_map(|(l, f)| mistake(l, f)).collect();
    mistakes.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
    UtteranceScores {
        name: name.to_owned(),
        utterances: data.len() as u64,
        violating: data.iter().filter(|l| !l.labels.is_empty()).count() as u64,
        levels: LEVELS.into_iter().map(|level| scores(level, data, found)).collect(),
        confusion: confusion(data, found),
        mistakes,
    }
}

/// What was found in the labelled turn.
struct Found<'a> {
    findings: Vec<&'a Finding>,
    /// Groups that a plain list of words names, at every level.
    listed: Vec<&'a str>,
}

impl<'a> Found<'a> {
    fn new(labelled: &Labelled, outcome: &'a CallOutcome) -> Found<'a> {
        let at = usize::from(labelled.prev.is_some());
        let findings = outcome.findings.iter().filter(|f| f.turn == at).collect();
        Found { findings, listed: Vec::new() }
    }

    fn listed(listed: Vec<&'a str>) -> Found<'a> {
        Found { findings: Vec::new(), listed }
    }

    fn groups(&self, level: Level) -> BTreeSet<&'a str> {
        let counts = |f: &&&Finding| level == Level::Review || f.verdict == Verdict::Violation;
        let judged = self.findings.iter().filter(counts).map(|f| f.group.as_str());
        judged.chain(self.listed.iter().copied()).collect()
    }
}

fn scores(level: Level, data: &[Labelled], found: &[Found<'_>]) -> LevelScores {
    let mut groups: BTreeMap<String, Tally> =
        GROUPS.iter().map(|g| ((*g).to_owned(), Tally::default())).collect();
    let mut any = Tally::default();
    let mut kinds: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (l, f) in data.iter().zip(found) {
        let seen = f.groups(level);
        for (group, tally) in &mut groups {
            tally.add(l.labels.contains(group), seen.contains(group.as_str()));
        }
        any.add(!l.labels.is_empty(), !seen.is_empty());
        let kind = kinds.entry(l.kind.clone()).or_default();
        kind.0 += u64::from(l.labels.is_empty() == seen.is_empty());
        kind.1 += 1;
    }
    LevelScores { level, micro: Tally::sum(groups.values()), groups, any, kinds }
}

fn confusion(data: &[Labelled], found: &[Found<'_>]) -> BTreeMap<String, BTreeMap<String, u64>> {
    let none = ["-".to_owned()];
    let mut table: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for (l, f) in data.iter().zip(found).filter(|(l, _)| l.speaker == Speaker::Collector) {
        let seen = f.groups(Level::Review);
        let seen: Vec<&str> = if seen.is_empty() { vec!["-"] } else { seen.into_iter().collect() };
        let labels: &[String] = if l.labels.is_empty() { &none } else { &l.labels };
        for label in labels {
            // A group that is right takes the place of the others.
            let right = seen.contains(&label.as_str());
            for group in seen.iter().filter(|g| !right || **g == label) {
                *table.entry(label.clone()).or_default().entry((*group).to_owned()).or_default() += 1;
            }
        }
    }
    table
}

fn mistake(l: &Labelled, f: &Found<'_>) -> Option<Mistake> {
    let (sure, all) = (f.groups(Level::Violation), f.groups(Level::Review));
    let labels: BTreeSet<&str> = l.labels.iter().map(String::as_str).collect();
    let weight = match (labels.is_empty(), sure.is_empty(), all.is_empty()) {
        (true, false, _) | (false, _, true) => 1.0,
        (true, true, false) => 0.5,
        (false, true, false) => 0.4,
        (false, false, _) if sure.is_disjoint(&labels) => 0.3,
        (false, false, _) if sure != labels => 0.1,
        _ => return None,
    };
    let line = |f: &&Finding| {
        let notes = if f.notes.is_empty() { String::new() } else { format!(": {}", f.notes.join("; ")) };
        format!("{} {:.2} by {}{notes}", f.rule, f.score, f.matched)
    };
    Some(Mistake {
        id: l.id.clone(),
        kind: l.kind.clone(),
        labels: l.labels.clone(),
        found: all.into_iter().map(str::to_owned).collect(),
        text: l.text.clone(),
        because: f.findings.iter().map(line).collect(),
        weight,
    })
}

//! Whole calls with their truth: which groups a call holds, in which turn, and which required elements it lacks.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use schemars::JsonSchema;
use serde::Serialize;

use super::tally::{Interval, Tally};
use super::{LEVELS, Level};
use crate::build::Engine;
use crate::labelled::truth::{self, Loose, Truth};
use crate::model::error::Error;
use crate::model::finding::Verdict;
use crate::model::rules::GROUPS;
use crate::model::scan::{CallOutcome, Presence};
use crate::model::transcript::{Call, CalleeRole};
use crate::pipeline;

/// Results of one level.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "CallLevelScores")]
pub struct LevelScores {
    /// Which.
    pub level: Level,
    /// Per group: calls that hold it.
    pub groups: BTreeMap<String, Tally>,
    /// All groups together.
    pub micro: Tally,
    /// Calls without a violation in which one was found.
    pub clean_flagged: Interval,
    /// Labelled turns whose group was found in that turn.
    pub own_turn: Interval,
}

/// Results of a set of calls.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CallScores {
    /// Name of the set.
    pub name: String,
    /// Calls.
    pub calls: u64,
    /// Calls without a violation.
    pub clean: u64,
    /// Per level.
    pub levels: Vec<LevelScores>,
    /// Per required element: how often it was judged right.
    pub conduct: BTreeMap<String, Interval>,
    /// All elements together.
    pub conduct_all: Interval,
    /// What came out otherwise: call, turn, label, what was found.
    pub mistakes: Vec<String>,
}

/// Judges the calls of a file and compares with their truth.
///
/// # Errors
/// When a file cannot be read, a line is no truth, or a call has none.
pub fn evaluate(
    engine: &Engine,
    name: &str,
    files: (&Path, &Path),
    threads: usize,
) -> Result<CallScores, Error> {
    let (calls, truths): (Vec<Call>, Vec<Truth>) = truth::read(files.0, files.1)?.into_iter().unzip();
    let outcomes = pipeline::judge_all(engine, &calls, threads)?;
    let all: Vec<Judged<'_>> = calls
        .iter()
        .zip(&outcomes)
        .zip(&truths)
        .map(|((call, outcome), truth)| Judged { call, outcome, truth })
        .collect();
    let (conduct, conduct_all) = conduct(&all);
    Ok(CallScores {
        name: name.to_owned(),
        calls: all.len() as u64,
        clean: all.iter().filter(|j| j.truth.violations.is_empty()).count() as u64,
        levels: LEVELS.into_iter().map(|level| scores(level, &all)).collect(),
        conduct,
        conduct_all,
        mistakes: all.iter().flat_map(mistakes).collect(),
    })
}

struct Judged<'a> {
    call: &'a Call,
    outcome: &'a CallOutcome,
    truth: &'a Truth,
}

impl Judged<'_> {
    fn found(&self, level: Level) -> BTreeSet<(&str, usize)> {
        let findings = self.outcome.findings.iter();
        findings
            .filter(|f| level == Level::Review || f.verdict == Verdict::Violation)
            .map(|f| (f.group.as_str(), f.turn))
            .collect()
    }
}

fn scores(level: Level, all: &[Judged<'_>]) -> LevelScores {
    let mut groups: BTreeMap<String, Tally> =
        GROUPS.iter().map(|g| ((*g).to_owned(), Tally::default())).collect();
    let (mut clean, mut flagged, mut turns, mut own) = (0, 0, 0, 0);
    for j in all {
        let found = j.found(level);
        let seen: BTreeSet<&str> = found.iter().map(|(g, _)| *g).collect();
        let optional: BTreeSet<&str> = j.truth.optional.iter().map(Loose::name).collect();
        let labels: BTreeSet<&str> = j.truth.violations.iter().map(|v| v.label.as_str()).collect();
        for (group, tally) in &mut groups {
            let (labelled, seen) = (labels.contains(group.as_str()), seen.contains(group.as_str()));
            if labelled || !optional.contains(group.as_str()) {
                tally.add(labelled, seen);
            }
        }
        if labels.is_empty() {
            clean += 1;
            flagged += u64::from(seen.iter().any(|g| !optional.contains(g)));
        }
        for v in &j.truth.violations {
            turns += 1;
            own += u64::from(found.contains(&(v.label.as_str(), v.turn)));
        }
    }
    LevelScores {
        level,
        micro: Tally::sum(groups.values()),
        groups,
        clean_flagged: Interval::of(flagged, clean),
        own_turn: Interval::of(own, turns),
    }
}

fn conduct(all: &[Judged<'_>]) -> (BTreeMap<String, Interval>, Interval) {
    let mut counts: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    let borrowers =
        |j: &&Judged<'_>| j.call.callee_role == CalleeRole::Borrower && j.call.connected.unwrap_or(true);
    for j in all.iter().filter(borrowers) {
        for (element, presence) in &j.outcome.record.conduct {
            if j.truth.missing_optional.iter().any(|o| o.name() == element) {
                continue;
            }
            let missing = j.truth.missing.contains(element);
            let wanted = if missing { Presence::Missing } else { Presence::Present };
            let (right, of) = counts.entry(element).or_default();
            *right += u64::from(*presence == wanted);
            *of += 1;
        }
    }
    let (right, of) = counts.values().fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1));
    let each = counts.into_iter().map(|(e, (right, of))| (e.to_owned(), Interval::of(right, of)));
    (each.collect(), Interval::of(right, of))
}

fn mistakes(j: &Judged<'_>) -> Vec<String> {
    let found = j.found(Level::Review);
    let labelled: BTreeSet<(&str, usize)> =
        j.truth.violations.iter().map(|v| (v.label.as_str(), v.turn)).collect();
    let optional: BTreeSet<&str> = j.truth.optional.iter().map(Loose::name).collect();
    let line = |what: &str, (group, turn): &(&str, usize)| {
        let text = j.call.turns.get(*turn).map_or("", |t| t.text.as_str());
        format!("{} turn {turn} {what} {group}: {text}", j.call.call_id)
    };
    let missed = labelled.difference(&found).map(|m| line("missed", m));
    let wrong = found.difference(&labelled).filter(|(g, _)| !optional.contains(g)).map(|w| line("wrong", w));
    let mut lines: Vec<String> = missed.chain(wrong).collect();
    for (element, presence) in &j.outcome.record.conduct {
        let missing = j.truth.missing.contains(element);
        let differs = matches!((missing, presence), (true, Presence::Present) | (false, Presence::Missing));
        if differs && !j.truth.missing_optional.iter().any(|o| o.name() == element) {
            lines.push(format!("{} conduct {element}: {presence:?}", j.call.call_id));
        }
    }
    lines
}

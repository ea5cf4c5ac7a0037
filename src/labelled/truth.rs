//! What people say of whole calls (`NAME.truth.jsonl` beside `NAME.calls.jsonl`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use super::Labelled;
use crate::classify::{HEARD, HEARD_WITHIN};
use crate::model::error::{Error, Fault};
use crate::model::rules::GROUPS;
use crate::model::transcript::{Call, CalleeRole, Speaker};
use crate::pipeline::{self, Job};

/// What people say of a call.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Truth {
    /// Call.
    pub call_id: String,
    /// Groups and the turns in which they stand.
    pub violations: Vec<Violation>,
    /// Required elements that were not said.
    pub missing: Vec<String>,
    /// Elements on which careful readers may differ: not counted.
    #[serde(default)]
    pub missing_optional: Vec<Loose>,
    /// Groups on which careful readers may differ: neither right nor wrong.
    #[serde(default)]
    pub optional: Vec<Loose>,
}

/// A violation in a call.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub struct Violation {
    /// Group.
    pub label: String,
    /// 0-based index of the turn.
    pub turn: usize,
}

/// A name alone, or in an object.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Loose {
    /// Alone.
    Name(String),
    /// A group.
    Label {
        /// Its name.
        label: String,
    },
    /// A required element.
    Element {
        /// Its name.
        element: String,
    },
}

impl Loose {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Loose::Name(n) | Loose::Label { label: n } | Loose::Element { element: n } => n,
        }
    }
}

/// The file with the truth of a file of calls; none when the file's name is not that of calls.
pub fn beside(calls: &Path) -> Option<PathBuf> {
    let name = calls.file_name()?.to_string_lossy().into_owned();
    Some(calls.with_file_name(format!("{}.truth.jsonl", name.strip_suffix(".calls.jsonl")?)))
}

/// Whether a file holds the truth of calls.
pub fn is_truth(file: &Path) -> bool {
    file.file_name().is_some_and(|n| n.to_string_lossy().ends_with(".truth.jsonl"))
}

/// The calls of a file, each with its truth.
///
/// # Errors
/// When a file cannot be read, a line is no call or no truth, or a call has no truth.
pub fn read(calls: &Path, truth: &Path) -> Result<Vec<(Call, Truth)>, Error> {
    let mut all: Vec<Call> = Vec::new();
    let job = Job { paths: vec![calls.to_owned()], ..Job::default() };
    let notices = pipeline::calls(&job, &mut |call| {
        all.push(call.clone());
        Ok(())
    })?;
    let fault = |n: crate::model::notice::Notice| Fault {
        file: n.file,
        line: n.line.unwrap_or(0),
        message: n.message,
    };
    let lost: Vec<Fault> = notices.into_iter().filter(|n| n.lost).map(fault).collect();
    if !lost.is_empty() {
        return Err(Error::Rules(lost));
    }
    let mut truths = truths(truth)?;
    all.into_iter()
        .map(|call| match truths.remove(&call.call_id) {
            Some(truth) => Ok((call, truth)),
            None => Err(Error::Usage(format!("{}: no truth for call `{}`", truth.display(), call.call_id))),
        })
        .collect()
}

fn truths(path: &Path) -> Result<BTreeMap<String, Truth>, Error> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let mut truths = BTreeMap::new();
    let mut faults = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let mut fault = |message: String| {
            faults.push(Fault { file: path.display().to_string(), line: i + 1, message });
        };
        match serde_json::from_str::<Truth>(line) {
            Err(e) => fault(format!("no truth of a call: {e}")),
            Ok(truth) => {
                if let Some(v) = truth.violations.iter().find(|v| !GROUPS.contains(&v.label.as_str())) {
                    fault(format!("unknown group `{}`", v.label));
                }
                truths.insert(truth.call_id.clone(), truth);
            }
        }
    }
    if faults.is_empty() { Ok(truths) } else { Err(Error::Rules(faults)) }
}

/// The collector's turns of a call as labelled utterances.
pub fn turns(call: &Call, truth: &Truth) -> Vec<Labelled> {
    let label = |turn: usize| {
        let mut labels: Vec<String> =
            truth.violations.iter().filter(|v| v.turn == turn).map(|v| v.label.clone()).collect();
        labels.sort();
        labels.dedup();
        labels
    };
    let spoken = call.turns.iter().enumerate().filter(|(_, t)| t.speaker == Speaker::Collector);
    spoken
        .map(|(i, t)| {
            let before = i.checked_sub(1).map(|p| &call.turns[p]).filter(|p| p.speaker != t.speaker);
            let after = call.turns.get(i + 1).filter(|p| p.speaker != t.speaker);
            let others = call.turns[..i].iter().rev().take(HEARD_WITHIN).filter(|p| p.speaker != t.speaker);
            Labelled {
                id: format!("{}-{i}", call.call_id),
                speaker: t.speaker,
                text: t.text.clone(),
                labels: label(i),
                kind: "call".to_owned(),
                prev: before.map(|p| p.text.clone()),
                reply: after.map(|p| p.text.clone()),
                contact: call.callee_role == CalleeRole::Contact,
                heard: others.take(HEARD).map(|p| p.text.clone()).collect(),
                in_call: true,
            }
        })
        .collect()
}

//! Labelled utterances: reads them, turns them into what the classifier learns from, trains.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::build::Engine;
use crate::classify::train::{Example, Settings, train};
use crate::classify::{Folds, Model};
use crate::judge::{self, JudgedTurn};
use crate::model::error::{Error, Fault};
use crate::model::rules::GROUPS;
use crate::model::transcript::{Call, CalleeRole, Speaker, Utterance};

/// One labelled utterance, one line of a JSON Lines file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Labelled {
    /// Id.
    pub id: String,
    /// Who spoke.
    pub speaker: Speaker,
    /// What was said.
    pub text: String,
    /// Groups it belongs to; empty: lawful.
    pub labels: Vec<String>,
    /// What kind of example it is.
    pub kind: String,
    /// The other side's turn before, when the meaning needs it.
    #[serde(default)]
    pub prev: Option<String>,
}

/// Reads files and folders of `*.jsonl`, in order of their names.
///
/// # Errors
/// When a file cannot be read, or a line is no labelled utterance: file, line and what is wrong.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Labelled>, Error> {
    let mut all = Vec::new();
    for path in paths {
        for entry in walkdir::WalkDir::new(path).sort_by_file_name() {
            let entry = entry.map_err(|e| Error::Usage(e.to_string()))?;
            let wanted = entry.depth() == 0 || entry.path().extension().is_some_and(|e| e == "jsonl");
            if entry.file_type().is_file() && wanted {
                read_file(entry.path(), &mut all)?;
            }
        }
    }
    Ok(all)
}

fn read_file(path: &Path, all: &mut Vec<Labelled>) -> Result<(), Error> {
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let mut faults = Vec::new();
    for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let fault = |message: String| Fault { file: path.display().to_string(), line: i + 1, message };
        match serde_json::from_str::<Labelled>(line) {
            Ok(l) => match l.labels.iter().find(|g| !GROUPS.contains(&g.as_str())) {
                Some(g) => faults.push(fault(format!("unknown group `{g}`"))),
                None => all.push(l),
            },
            Err(e) => faults.push(fault(format!("no labelled utterance: {e}"))),
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Error::Rules(faults)) }
}

/// The utterance as a call of one turn, or of two when it answers another.
pub fn call(labelled: &Labelled) -> Call {
    let turn = |speaker: Speaker, text: &str| Utterance {
        speaker,
        inferred: false,
        text: text.to_owned(),
        start_ms: None,
        end_ms: None,
        line: None,
    };
    let other = if labelled.speaker == Speaker::Collector { Speaker::Borrower } else { Speaker::Collector };
    let mut turns: Vec<Utterance> = labelled.prev.iter().map(|p| turn(other, p)).collect();
    turns.push(turn(labelled.speaker, &labelled.text));
    Call {
        call_id: labelled.id.clone(),
        made_up_id: false,
        borrower_id: None,
        collector_id: None,
        agency: None,
        caller_number: None,
        callee_number: None,
        callee_role: CalleeRole::Unknown,
        start: None,
        end: None,
        connected: None,
        inbound: false,
        turns,
        file: labelled.id.clone(),
        line: 1,
    }
}

/// Trains on the collectors' utterances of `train_on`, calibrates on those of `calibrate_on`. The engine's own classifier, if
/// it has one, is not asked.
pub fn learn(
    engine: &Engine,
    train_on: &[Labelled],
    calibrate_on: &[Labelled],
    settings: &Settings,
) -> Model {
    let folds = Folds::new(engine.style_folds.iter().copied());
    let (first, second) = (prepare(engine, train_on), prepare(engine, calibrate_on));
    train(settings, &folds, &examples(&first, engine), &examples(&second, engine))
}

/// A labelled utterance after the stages before the classifier.
struct Prepared {
    turn: JudgedTurn,
    previous: Option<String>,
    labels: [bool; 10],
}

fn prepare(engine: &Engine, labelled: &[Labelled]) -> Vec<Prepared> {
    labelled
        .iter()
        .filter(|l| l.speaker == Speaker::Collector)
        .map(|l| {
            let mut turns = judge::listed_turns(engine, &call(l));
            let turn = turns.remove(turns.len() - 1);
            let labels = std::array::from_fn(|g| l.labels.iter().any(|x| x == GROUPS[g]));
            Prepared { turn, previous: turns.pop().map(|t| t.text.text), labels }
        })
        .collect()
}

fn examples<'a>(prepared: &'a [Prepared], engine: &'a Engine) -> Vec<Example<'a>> {
    prepared
        .iter()
        .map(|p| Example {
            input: judge::input(&p.turn, p.previous.as_deref(), &engine.rules),
            labels: p.labels,
        })
        .collect()
}

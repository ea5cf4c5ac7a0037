//! Labelled utterances: reads them, turns them into what the classifier learns from, trains.

pub mod roles;
pub mod truth;

use std::path::{Path, PathBuf};

use schemars::JsonSchema;
use serde::Deserialize;

use crate::build::Engine;
use crate::classify::train::{Data, Example, Settings, train};
use crate::classify::{Background, Care, Folds, HEARD, Input, Model};
use crate::model::error::{Error, Fault};
use crate::model::rules::GROUPS;
use crate::model::transcript::{Call, CalleeRole, Speaker, Utterance};

/// Characters of a turn of ordinary speech that are learnt from.
const LONGEST_ORDINARY: usize = 60;

/// One labelled utterance, one line of a JSON Lines file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
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
    /// What the other side said to it, when that is known.
    #[serde(default)]
    pub reply: Option<String>,
    /// Whether it was said to a third person; not known of most single utterances.
    #[serde(default)]
    pub contact: bool,
    /// What the other side said last, the latest first, where a whole call tells it.
    #[serde(skip)]
    pub heard: Vec<String>,
    /// Whether it is a turn of a whole call.
    #[serde(skip)]
    pub in_call: bool,
}

/// The files of `*.jsonl` below files and folders, in order of their names; a file that is named itself is taken as it is.
///
/// # Errors
/// When a path cannot be read.
pub fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    for path in paths {
        for entry in walkdir::WalkDir::new(path).follow_links(true).sort_by_file_name() {
            let entry = entry.map_err(|e| Error::Usage(e.to_string()))?;
            let wanted = entry.depth() == 0 || entry.path().extension().is_some_and(|e| e == "jsonl");
            if entry.file_type().is_file() && wanted {
                found.push(entry.into_path());
            }
        }
    }
    Ok(found)
}

/// The same, and the truth beside whole calls: all that [`read`] reads.
///
/// # Errors
/// When a path cannot be read.
pub fn sources(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    let mut all = files(paths)?;
    let truths: Vec<PathBuf> = all.iter().filter_map(|file| truth::beside(file)).collect();
    all.extend(truths);
    Ok(all)
}

/// Reads the labelled utterances of files and folders; of whole calls with their truth, the collectors' turns.
///
/// # Errors
/// When a file cannot be read, or a line is no labelled utterance: file, line and what is wrong.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Labelled>, Error> {
    let mut all = Vec::new();
    for file in files(paths)? {
        match truth::beside(&file) {
            Some(truth) => {
                all.extend(truth::read(&file, &truth)?.iter().flat_map(|(c, t)| truth::turns(c, t)));
            }
            None if truth::is_truth(&file) => {}
            None => read_file(&file, &mut all)?,
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

/// The utterance as a call of one turn, with the turn before and the answer where they are known.
pub fn call(labelled: &Labelled) -> Call {
    let turn = |speaker: Speaker, text: &str| Utterance::said(speaker, text);
    let (callee_role, called) = if labelled.contact {
        (CalleeRole::Contact, Speaker::Contact)
    } else {
        (CalleeRole::Unknown, Speaker::Borrower)
    };
    let other = if labelled.speaker == Speaker::Collector { called } else { Speaker::Collector };
    let mut turns: Vec<Utterance> = labelled.prev.iter().map(|p| turn(other, p)).collect();
    turns.push(turn(labelled.speaker, &labelled.text));
    turns.extend(labelled.reply.iter().map(|r| turn(other, r)));
    let (call_id, file) = (labelled.id.clone(), labelled.id.clone());
    Call { call_id, callee_role, turns, file, line: 1, ..Call::default() }
}

/// Trains on the collectors' utterances of `train_on` and on ordinary speech, calibrates on those of `calibrate_on`. The
/// engine's own classifier, if it has one, is not asked.
pub fn learn(
    engine: &Engine,
    train_on: &[Labelled],
    calibrate_on: &[Labelled],
    background: Background,
    settings: &Settings,
) -> Model {
    let folds = Folds::new(engine.style_folds.iter().copied());
    let (first, second) = (prepare(engine, train_on), prepare(engine, calibrate_on));
    let data = Data { labelled: examples(engine, &first), calibrate: examples(engine, &second), background };
    train(settings, &folds, &data)
}

/// Chooses turns of ordinary speech to learn from: the `hard` ones nearest to an alarm by the engine's classifier, and
/// `random` others.
pub fn background(engine: &Engine, turns: &[String], hard: usize, random: usize) -> Background {
    let folds = Folds::new(engine.style_folds.iter().copied());
    // Collectors' turns are seldom longer; the start of a long one is as ordinary as the rest.
    let cut = |t: &String| engine.normaliser.apply(t).text.chars().take(LONGEST_ORDINARY).collect();
    let texts: Vec<String> = turns.iter().map(cut).collect();
    let inputs: Vec<Input<'_>> = texts
        .iter()
        .map(|text| Input {
            sounds: &engine.sounds,
            text,
            asks: &engine.asks,
            previous: None,
            heard: [None; HEARD],
            reply: None,
            contact: false,
        })
        .collect();
    let alarm = |i: &Input<'_>| {
        engine.classifier.as_ref().map_or(0.0, |model| model.score(i, Care::Thorough).alarm())
    };
    let mut order: Vec<(f32, usize)> = inputs.iter().enumerate().map(|(i, x)| (alarm(x), i)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let mut chosen: Vec<usize> = order.iter().take(hard).map(|(_, i)| *i).collect();
    // Of the rest every so-and-so-many-th, in order of place.
    let mut rest: Vec<usize> = order.iter().skip(hard).map(|(_, i)| *i).collect();
    rest.sort_unstable();
    let count = random.min(rest.len());
    chosen.extend((0..count).map(|k| rest[k * rest.len() / count]));
    chosen.sort_unstable();
    Background::of(&folds, &inputs, &chosen)
}

/// A labelled utterance as the classifier sees it.
struct Prepared {
    text: String,
    previous: Option<String>,
    heard: Vec<String>,
    reply: Option<String>,
    contact: bool,
    labels: [bool; 10],
    in_call: bool,
}

fn prepare(engine: &Engine, labelled: &[Labelled]) -> Vec<Prepared> {
    let normalised = |text: &String| engine.normaliser.apply(text).text;
    labelled
        .iter()
        .filter(|l| l.speaker == Speaker::Collector)
        .map(|l| Prepared {
            text: engine.normaliser.apply(&l.text).text,
            previous: l.prev.as_ref().map(normalised),
            heard: if l.in_call { &l.heard[..] } else { l.prev.as_slice() }.iter().map(normalised).collect(),
            reply: l.reply.as_ref().map(normalised),
            contact: l.contact,
            labels: std::array::from_fn(|g| l.labels.iter().any(|x| x == GROUPS[g])),
            in_call: l.in_call,
        })
        .collect()
}

fn examples<'a>(engine: &'a Engine, prepared: &'a [Prepared]) -> Vec<Example<'a>> {
    prepared
        .iter()
        .map(|p| Example {
            input: Input {
                sounds: &engine.sounds,
                text: &p.text,
                asks: &engine.asks,
                previous: p.previous.as_deref(),
                heard: std::array::from_fn(|i| p.heard.get(i).map(String::as_str)),
                reply: p.reply.as_deref(),
                contact: p.contact,
            },
            labels: p.labels,
            in_call: p.in_call,
        })
        .collect()
}

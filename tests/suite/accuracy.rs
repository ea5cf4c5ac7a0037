//! The labelled data keep their promises, and what is found in those that nothing was learnt from does not fall.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use cuicha::build::{Choices, Engine};
use cuicha::evaluate::{self, Level, UtteranceScores};
use cuicha::labelled::{self, Labelled};
use serde::Deserialize;

const PARTS: [&str; 3] = ["train", "dev", "test"];

fn folder(part: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/labelled").join(part)
}

/// The files of utterances of a part; each is one voice.
fn voices(part: &str) -> Vec<(String, Vec<Labelled>)> {
    let files = evaluate::find(&[folder(part)]).unwrap().utterances;
    files.iter().map(|f| (evaluate::name_of(f), labelled::read(std::slice::from_ref(f)).unwrap())).collect()
}

fn plain(text: &str) -> Vec<char> {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
}

#[test]
fn there_are_enough_voices_lines_and_calls() {
    let all: Vec<(String, Vec<Labelled>)> = PARTS.iter().flat_map(|p| voices(p)).collect();
    assert!(all.len() >= 12, "{} voices", all.len());
    let lines: Vec<&Labelled> = all.iter().flat_map(|(_, l)| l).collect();
    let texts: BTreeSet<&str> = lines.iter().map(|l| l.text.as_str()).collect();
    let lawful = lines.iter().filter(|l| l.labels.is_empty()).count();
    assert!(texts.len() >= 12_000, "{} distinct lines", texts.len());
    assert!(lawful * 2 >= lines.len(), "{lawful} of {} lines are lawful", lines.len());
    let calls: usize = PARTS
        .iter()
        .flat_map(|p| evaluate::find(&[folder(p)]).unwrap().calls)
        .map(|(calls, truth)| labelled::truth::read(&calls, &truth).unwrap().len())
        .sum();
    assert!(calls >= 150, "{calls} whole calls");
}

#[test]
fn no_voice_and_no_id_stands_in_two_parts() {
    let mut at: BTreeMap<String, &str> = BTreeMap::new();
    let mut ids: BTreeSet<String> = BTreeSet::new();
    for part in PARTS {
        for (voice, lines) in voices(part) {
            assert_eq!(at.insert(voice.clone(), part), None, "{voice}");
            for l in lines {
                assert!(ids.insert(l.id.clone()), "{} stands twice", l.id);
            }
        }
    }
}

#[test]
fn a_line_said_to_a_third_person_is_judged_as_such() {
    use cuicha::model::transcript::{CalleeRole, Speaker};
    let line = r#"{"id":"1","speaker":"collector","text":"打扰","labels":[],"kind":"plain","prev":"谁","contact":true}"#;
    let call = cuicha::labelled::call(&serde_json::from_str(line).unwrap());
    assert_eq!((call.callee_role, call.turns[0].speaker), (CalleeRole::Contact, Speaker::Contact));
    let call = cuicha::labelled::call(&serde_json::from_str(&line.replace("true", "false")).unwrap());
    assert_eq!((call.callee_role, call.turns[0].speaker), (CalleeRole::Unknown, Speaker::Borrower));
}

/// Two lines are near duplicates when they share six of ten runs of three characters.
#[test]
fn no_two_lines_are_nearly_the_same() {
    let lines: Vec<Labelled> = PARTS.iter().flat_map(|p| voices(p)).flat_map(|(_, l)| l).collect();
    let mut seen: HashMap<[char; 3], Vec<u32>> = HashMap::new();
    let mut runs_of: Vec<usize> = Vec::new();
    let mut pairs = Vec::new();
    for (i, line) in lines.iter().enumerate() {
        let text = plain(&line.text);
        let mut runs: Vec<[char; 3]> = text.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
        runs.sort_unstable();
        runs.dedup();
        let mut shared: HashMap<u32, usize> = HashMap::new();
        for run in &runs {
            for other in seen.get(run).into_iter().flatten() {
                *shared.entry(*other).or_default() += 1;
            }
        }
        for (other, n) in shared {
            let union = runs.len() + runs_of[other as usize] - n;
            if runs.len() >= 4 && n * 10 >= union * 6 {
                pairs.push(format!("{} ~ {}", lines[other as usize].id, line.id));
            }
        }
        runs_of.push(runs.len());
        runs.into_iter().for_each(|run| seen.entry(run).or_default().push(i as u32));
    }
    assert!(pairs.is_empty(), "{} pairs:\n{}", pairs.len(), pairs.join("\n"));
}

#[derive(Deserialize)]
struct Floors {
    floor: Vec<Floor>,
}

/// What a measure must not fall below, or rise above.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Floor {
    data: String,
    level: String,
    measure: String,
    least: Option<f64>,
    most: Option<f64>,
}

fn level(name: &str) -> Level {
    match name {
        "violation" => Level::Violation,
        "review" => Level::Review,
        other => panic!("no level `{other}`"),
    }
}

fn of_utterances(scores: &UtteranceScores, floor: &Floor) -> f64 {
    let at = scores.levels.iter().find(|l| l.level == level(&floor.level)).unwrap();
    match floor.measure.as_str() {
        "any_precision" => at.any.precision().share,
        "any_recall" => at.any.recall().share,
        "groups_f1" => at.micro.f1(),
        "worst_group_f1" => at.groups.values().map(|t| t.f1()).fold(1.0, f64::min),
        other => panic!("no measure `{other}` of utterances"),
    }
}

fn of_calls(scores: &evaluate::CallScores, floor: &Floor) -> f64 {
    let at = scores.levels.iter().find(|l| l.level == level(&floor.level)).unwrap();
    match floor.measure.as_str() {
        "groups_f1" => at.micro.f1(),
        "clean_flagged" => at.clean_flagged.share,
        "own_turn" => at.own_turn.share,
        "conduct" => scores.conduct_all.share,
        other => panic!("no measure `{other}` of calls"),
    }
}

#[test]
fn nothing_falls_below_its_floor() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/labelled");
    let floors: Floors = toml::from_str(&std::fs::read_to_string(root.join("floors.toml")).unwrap()).unwrap();
    let engine = Engine::new(&Choices::default()).unwrap();
    let mut utterances: BTreeMap<String, UtteranceScores> = BTreeMap::new();
    let mut calls: BTreeMap<String, evaluate::CallScores> = BTreeMap::new();
    let mut fallen = Vec::new();
    for floor in &floors.floor {
        let file = root.join(&floor.data);
        let reached = match labelled::truth::beside(&file) {
            Some(truth) => {
                let scores = calls.entry(floor.data.clone()).or_insert_with(|| {
                    evaluate::evaluate_calls(&engine, &floor.data, (&file, &truth), 0).unwrap()
                });
                of_calls(scores, floor)
            }
            None => {
                let scores = utterances.entry(floor.data.clone()).or_insert_with(|| {
                    let lines = labelled::read(std::slice::from_ref(&file)).unwrap();
                    evaluate::evaluate_utterances(&engine, &floor.data, &lines, 0).unwrap()
                });
                of_utterances(scores, floor)
            }
        };
        let holds = floor.least.is_none_or(|l| reached >= l) && floor.most.is_none_or(|m| reached <= m);
        assert!(floor.least.is_some() || floor.most.is_some(), "{}: a floor without a bound", floor.data);
        if !holds {
            fallen.push(format!("{} {} {}: {reached:.3}", floor.data, floor.level, floor.measure));
        }
    }
    assert!(fallen.is_empty(), "\n{}", fallen.join("\n"));
}

/// Lawful agents say one form of "you" and abusive ones the other: neither may decide.
#[test]
fn politeness_alone_changes_no_verdict() {
    let engine = Engine::new(&Choices::default()).unwrap();
    let lines: Vec<Labelled> = voices("dev").into_iter().flat_map(|(_, l)| l).collect();
    let rude: Vec<Labelled> = lines
        .iter()
        .map(|l| Labelled { text: l.text.replace('\u{60a8}', "\u{4f60}"), ..l.clone() })
        .collect();
    let (polite, rude) = (
        evaluate::evaluate_utterances(&engine, "as spoken", &lines, 0).unwrap(),
        evaluate::evaluate_utterances(&engine, "rude", &rude, 0).unwrap(),
    );
    let (a, b) = (&polite.levels[0].any, &rude.levels[0].any);
    let moved = a.right.abs_diff(b.right) + a.wrong.abs_diff(b.wrong);
    assert!(moved * 100 <= lines.len() as u64, "{moved} of {} verdicts moved: {a:?} {b:?}", lines.len());
}

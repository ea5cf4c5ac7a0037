//! Chinese by default and English on request: every text of the program has both sides, and no form mixes them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use cuicha::lexicon::{Files, read_messages};
use cuicha::model::messages::{Language, Messages, Voice};
use cuicha::report::REPORTERS;
use serde_json::Value;

fn han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{9fff}')
}

fn messages() -> Messages {
    read_messages(&Files::built_in())
}

#[test]
fn every_text_has_both_sides() {
    let all = messages();
    assert!(all.0.len() > 200, "the texts are not where this test looks");
    for (key, [zh, en]) in &all.0 {
        assert!(!zh.is_empty() && !en.is_empty(), "{key}: one side is empty");
        assert_eq!(zh.matches("{}").count(), en.matches("{}").count(), "{key}: the places differ");
        assert!(!en.contains(han), "{key}: {en}");
        let english = zh.chars().any(|c| c.is_ascii_alphabetic()) && !zh.contains(han);
        assert!(!english, "{key}: {zh} is no Chinese");
    }
}

/// Keys that stand in the source as they are.
fn keys_in(text: &str) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    for call in ["say(", "fill("] {
        for (at, _) in text.match_indices(call) {
            let rest = text[at + call.len()..].trim_start();
            if let Some(key) = rest.strip_prefix('"').and_then(|r| r.split('"').next()) {
                keys.insert(key.to_owned());
            }
        }
    }
    keys
}

#[test]
fn every_key_that_the_reports_ask_for_is_there() {
    let all = messages();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/report");
    let mut asked = BTreeSet::new();
    for entry in walkdir::WalkDir::new(root).into_iter().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|e| e == "rs") {
            asked.extend(keys_in(&std::fs::read_to_string(entry.path()).unwrap()));
        }
    }
    assert!(asked.len() > 80, "{asked:?}");
    // Keys that are put together of a kind and a name of the machine contract.
    let kinds = [
        ("verdict", &["violation", "review", "pass", "not-checked"][..]),
        ("severity", &["critical", "major", "minor", "info"]),
        ("speaker", &["collector", "borrower", "contact", "unknown"]),
        ("presence", &["present", "missing"]),
        ("sort", &["grave", "start", "score", "borrower", "collector"]),
        ("receipt", &["step", "what", "weight", "points", "total"]),
        ("group", &cuicha::model::rules::GROUPS),
    ];
    for (kind, names) in kinds {
        asked.extend(names.iter().map(|name| format!("{kind}.{name}")));
    }
    let missing: Vec<&String> = asked.iter().filter(|key| !all.0.contains_key(*key)).collect();
    assert!(missing.is_empty(), "lexicons/tables/messages.tsv lacks {missing:?}");
}

/// A folder with ids in letters, a matter for review, a broken record, a file that is no transcript, a log with faults.
fn desk() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let call = |id: &str, speaker: &str, words: &str| {
        let turns = [
            serde_json::json!({ "speaker": speaker, "text": words }),
            serde_json::json!({ "speaker": "borrower", "text": "我不想活了。" }),
        ];
        serde_json::json!({ "call_id": id, "borrower_id": "B1", "collector_id": "C1", "callee_role": "borrower",
            "start": "2026-03-05T10:00:00+08:00", "connected": true, "turns": turns })
        .to_string()
    };
    std::fs::create_dir(dir.path().join("calls")).unwrap();
    let lines = [
        call("K1", "collector", "弄死你，信不信。"),
        call("K2", "x", "弄死你，信不信。"),
        "no json".to_owned(),
        r#"{"call_id":"K3"}"#.to_owned(),
        r#"{"call_id":"K4","start":"soon","turns":[{"speaker":"collector","text":"您好"}]}"#.to_owned(),
    ];
    std::fs::write(dir.path().join("calls/calls.jsonl"), lines.join("\n")).unwrap();
    std::fs::write(dir.path().join("calls/empty.txt"), "").unwrap();
    let log = "call_id,borrower_id,callee_number,start,duration_s,connected\n\
               L1,B1,12000000001,2026-03-05T23:00:00+08:00,5,true\nL2,B1,12000000001,never,5,true\n\
               L3,B1,12000000001,2026-03-05T23:05:00,-4,perhaps\nL4,B1\n";
    std::fs::write(dir.path().join("log.csv"), log).unwrap();
    dir
}

fn scan(folder: &Path, args: &[&str]) -> Vec<u8> {
    let run = crate::program()
        .args(["scan", "calls", "--calls", "log.csv"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(2), "{}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

/// A source of rules that has no other name.
const NAME: &str = "内控";

/// Runs of Han that the input does not hold.
fn foreign(text: &str, input: &str) -> Vec<String> {
    let runs = text.split(|c| !han(c)).filter(|run| !run.is_empty() && !input.contains(run) && *run != NAME);
    runs.map(str::to_owned).collect()
}

#[test]
fn english_reports_hold_no_chinese_but_that_of_the_calls() {
    let dir = desk();
    let input = std::fs::read_to_string(dir.path().join("calls/calls.jsonl")).unwrap();
    for format in REPORTERS {
        let bytes = scan(dir.path(), &["--format", format.name, "--lang", "en"]);
        let text =
            if format.binary() { crate::workbook::cells(bytes) } else { String::from_utf8(bytes).unwrap() };
        assert_eq!(foreign(&text, &input), Vec::<String>::new(), "{}", format.name);
    }
}

#[test]
fn chinese_is_the_default_of_every_form_for_people() {
    let dir = desk();
    for format in REPORTERS.iter().filter(|f| !["json", "jsonl"].contains(&f.name)) {
        let plain = scan(dir.path(), &["--format", format.name]);
        assert!(plain == scan(dir.path(), &["--format", format.name, "--lang", "zh"]), "{}", format.name);
        let text =
            if format.binary() { crate::workbook::cells(plain) } else { String::from_utf8(plain).unwrap() };
        assert!(text.contains("以暴力相威胁"), "{}: the title of the rule", format.name);
        // A fingerprint stays the same in both languages.
        let text: Vec<&str> =
            text.split("\"fingerprint\":\"").map(|part| part.split_once('"').map_or(part, |p| p.1)).collect();
        let text = text.concat();
        for english in ["Threat of violence", "speaker unknown", "not a JSON object", "no RFC 3339 time"] {
            assert!(!text.contains(english), "{}: {english}", format.name);
        }
    }
    let records = |lang: &str| scan(dir.path(), &["--format", "jsonl", "--lang", lang]);
    assert!(records("zh") == records("en"), "the machine contract has one language");
}

/// Remarks in the records of a scan.
fn remarks(jsonl: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for record in jsonl.lines().map(|l| serde_json::from_str::<Value>(l).unwrap()) {
        all.extend(record["message"].as_str().map(str::to_owned));
        let notes = record["notes"].as_array().into_iter().flatten();
        all.extend(notes.filter_map(Value::as_str).map(str::to_owned));
        let reasons = record["not_checked"].as_object().into_iter().flatten();
        all.extend(reasons.filter_map(|(_, reason)| reason.as_str()).map(str::to_owned));
    }
    all
}

#[test]
fn every_remark_on_the_samples_is_told_in_chinese() {
    let all = messages();
    let voice = Voice { messages: &all, language: Language::Chinese };
    let dir = desk();
    let mut told = remarks(&String::from_utf8(scan(dir.path(), &["--format", "jsonl"])).unwrap());
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    let logs: Vec<PathBuf> = ["frequent", "joined", "night", "refused"]
        .iter()
        .map(|s| samples.join(format!("scenarios/{s}/calls.csv")))
        .collect();
    for (paths, log) in [("scenarios", None), ("formats", None)]
        .into_iter()
        .chain(logs.iter().map(|l| ("scenarios", Some(l))))
    {
        let mut command = crate::program();
        command.args(["scan", "--format", "jsonl"]).arg(samples.join(paths));
        if let Some(log) = log {
            command.arg("--calls").arg(log);
        }
        told.extend(remarks(&String::from_utf8(command.output().unwrap().stdout).unwrap()));
    }
    assert!(told.len() > 30, "{told:?}");
    let untold: Vec<&String> =
        told.iter().filter(|t| !voice.remark(t).contains(han) || voice.remark(t) == **t).collect();
    assert!(untold.is_empty(), "lexicons/tables/remarks.tsv lacks {untold:#?}");
}

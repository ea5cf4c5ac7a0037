//! The schemas that `cuicha schema` writes, held against everything that the program really reads and writes, and against records
//! that are damaged.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Output;

use cuicha::schema::SCHEMAS;
use serde_json::{Value, json};

use crate::schema::faults;

fn samples(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples").join(name)
}

fn run(desk: &Path, args: &[&str]) -> Output {
    crate::program().args(args).current_dir(desk).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn schema(name: &str) -> Value {
    cuicha::schema::find(name).unwrap_or_else(|| panic!("no schema {name}")).schema()
}

fn fits(schema: &Value, value: &Value) {
    assert_eq!(faults(schema, value), Vec::<String>::new(), "{value:#}");
}

fn refused(schema: &Value, value: &Value) {
    assert!(!faults(schema, value).is_empty(), "{value:#}");
}

/// Every scenario with its log, the records of all.
fn scanned() -> Vec<Value> {
    let desk = tempfile::tempdir().unwrap();
    let mut all = Vec::new();
    let suppressions = "max_share = 0.0\n[[suppression]]\nrule = \"threat/violence\"\nreason = \"r\"\nauthor = \"a\"\n\
        expires = 2020-01-01\n";
    std::fs::write(desk.path().join("s.toml"), suppressions).unwrap();
    let distress = json!({ "call_id": "D1", "turns": [{ "speaker": "borrower", "text": "我不想活了。" }] });
    std::fs::write(desk.path().join("d.jsonl"), distress.to_string()).unwrap();
    let whole = samples("");
    let mut runs: Vec<Vec<String>> = vec![
        vec!["d.jsonl".to_owned()],
        vec![whole.join("formats").display().to_string()],
        vec![whole.join("scenarios").display().to_string(), "--suppressions".to_owned(), "s.toml".to_owned()],
    ];
    for entry in std::fs::read_dir(samples("scenarios")).unwrap() {
        let folder = entry.unwrap().path();
        if folder.join("calls.csv").is_file() {
            let log = folder.join("calls.csv").display().to_string();
            runs.push(vec![folder.display().to_string(), "--calls".to_owned(), log]);
        }
    }
    for args in runs {
        let mut typed = vec!["scan", "--format", "jsonl"];
        typed.extend(args.iter().map(String::as_str));
        all.extend(lines(&text(&run(desk.path(), &typed).stdout)));
    }
    all
}

#[test]
fn the_verb_lists_and_writes_them() {
    let desk = tempfile::tempdir().unwrap();
    let listed = text(&run(desk.path(), &["schema"]).stdout);
    assert_eq!(listed.lines().count(), SCHEMAS.len());
    let formats = std::fs::read_to_string(samples("../docs/formats.md")).unwrap();
    for named in SCHEMAS {
        assert!(listed.contains(named.name) && listed.contains(named.about), "{}", named.name);
        assert!(
            formats.contains(&format!("`{}`", named.name)),
            "docs/formats.md does not name `{}`",
            named.name
        );
        let written: Value =
            serde_json::from_slice(&run(desk.path(), &["schema", named.name]).stdout).unwrap();
        assert_eq!(written, named.schema(), "{}", named.name);
        assert!(written["$schema"].is_string() && written["title"].is_string(), "{}", named.name);
        // Nothing is referred to that is not there.
        let mut references = Vec::new();
        collect(&written, &mut references);
        for reference in references {
            assert!(
                written.pointer(reference.trim_start_matches('#')).is_some(),
                "{}: {reference}",
                named.name
            );
        }
    }
    let unknown = run(desk.path(), &["schema", "scan-jsnl"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("did you mean `scan-jsonl`?"), "{}", text(&unknown.stderr));
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(keys) => {
            found.extend(keys.get("$ref").and_then(Value::as_str).map(str::to_owned));
            keys.values().for_each(|v| collect(v, found));
        }
        Value::Array(items) => items.iter().for_each(|v| collect(v, found)),
        _ => {}
    }
}

#[test]
fn every_line_of_a_scan_fits_and_a_damaged_one_does_not() {
    let schema = schema("scan-jsonl");
    let records = scanned();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for record in &records {
        fits(&schema, record);
        let kind = record["type"].as_str().unwrap().to_owned();
        let shape = if kind != "finding" {
            kind
        } else if record["calls"].is_array() {
            "finding that counts".to_owned()
        } else if record["group"] == "suppression" {
            "finding on suppressions".to_owned()
        } else {
            "finding in words".to_owned()
        };
        let seen = kinds.entry(shape).or_default();
        *seen += 1;
        if *seen > 3 {
            continue;
        }
        refused(&schema, &without(record, "type"));
        let mut renamed = record.clone();
        renamed["type"] = "other".into();
        refused(&schema, &renamed);
        for (key, value) in record.as_object().unwrap().iter().filter(|(k, v)| *k != "type" && !v.is_null()) {
            let mut damaged = record.clone();
            damaged[key] = if value.is_array() { json!({ "a": 1 }) } else { json!([[1]]) };
            refused(&schema, &damaged);
        }
        let mut more = record.clone();
        more["a_key_of_a_later_version"] = json!({ "any": "thing" });
        fits(&schema, &more);
    }
    let all = [
        "agency",
        "borrower",
        "call",
        "care",
        "collector",
        "finding in words",
        "finding on suppressions",
        "finding that counts",
        "notice",
        "summary",
    ];
    assert_eq!(kinds.keys().map(String::as_str).collect::<Vec<_>>(), all);
    let call = records.iter().find(|r| r["type"] == "call").unwrap();
    for key in ["call_id", "verdict", "score", "file", "line"] {
        refused(&schema, &without(call, key));
    }
    let mut odd = call.clone();
    odd["verdict"] = "guilty".into();
    refused(&schema, &odd);
}

fn without(record: &Value, key: &str) -> Value {
    let mut damaged = record.clone();
    damaged.as_object_mut().unwrap().remove(key);
    damaged
}

#[test]
fn documents_of_every_verb_fit() {
    let desk = tempfile::tempdir().unwrap();
    let threat = samples("scenarios/threat").display().to_string();
    let clean = samples("scenarios/clean").display().to_string();
    let frequent = samples("scenarios/frequent").display().to_string();
    let log = samples("scenarios/frequent/calls.csv").display().to_string();
    for (name, data) in [("old.jsonl", &threat), ("new.jsonl", &clean)] {
        run(desk.path(), &["scan", data, "--format", "jsonl", "-o", name]);
    }
    std::fs::copy(samples("labelled/test/voice-f.jsonl"), desk.path().join("l.jsonl")).unwrap();
    let scanned = lines(&text(&std::fs::read(desk.path().join("old.jsonl")).unwrap()));
    let id = scanned.iter().find(|r| r["type"] == "call").unwrap()["call_id"].as_str().unwrap().to_owned();
    let documents: &[(&str, &[&str], &str)] = &[
        ("scan-json", &["scan", &threat, &frequent, "--calls", &log, "--format", "json"], "findings"),
        ("explain", &["explain", &threat, "--format", "json"], "calls"),
        ("why-not", &["why-not", &id, "insult/name-calling", &threat, "--format", "json"], "stage"),
        ("eval", &["eval", "l.jsonl", "--format", "json"], "utterances"),
        ("diff", &["diff", "old.jsonl", "new.jsonl", "--format", "json"], "gone"),
    ];
    for (name, args, key) in documents {
        let output = run(desk.path(), args);
        let document: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|e| panic!("{name}: {e}: {}", text(&output.stderr)));
        let schema = schema(name);
        fits(&schema, &document);
        refused(&schema, &without(&document, key));
        let mut damaged = document.clone();
        damaged[*key] = json!(true);
        refused(&schema, &damaged);
    }
}

#[test]
fn records_of_every_sample_fit_and_those_that_are_refused_do_not() {
    let schema = schema("call");
    let desk = tempfile::tempdir().unwrap();
    let converted = run(desk.path(), &["convert", samples("formats").to_str().unwrap()]);
    let records = lines(&text(&converted.stdout));
    assert!(records.len() > 45, "{}", records.len());
    records.iter().for_each(|record| fits(&schema, record));
    for file in ["call.jsonl", "call.aliases.ndjson", "call.json"] {
        let read = std::fs::read_to_string(samples("formats").join(file)).unwrap();
        let value: Value = serde_json::from_str(read.trim()).unwrap();
        fits(&schema, value.as_array().map_or(&value, |all| &all[0]));
    }
    fits(&schema, &json!({ "call_id": 7, "connected": false }));
    fits(&schema, &json!({ "turns": [{ "text": "a", "start_ms": "5" }], "masked_words": 2, "own": {} }));
    // What the program cannot read the schema refuses too.
    for damaged in [
        json!({ "call_id": "a" }),
        json!({ "turns": {} }),
        json!({ "turns": ["a"] }),
        json!({ "turns": [{ "text": 5 }] }),
        json!({ "turns": [{ "speaker": "agent" }] }),
        json!({ "turns": [], "call_id": {} }),
        json!({ "turns": [], "connected": "perhaps" }),
        json!({ "turns": [], "masked_words": -1 }),
        json!({ "turns": [], "start": 5 }),
        json!([]),
    ] {
        refused(&schema, &damaged);
        std::fs::write(desk.path().join("d.jsonl"), damaged.to_string()).unwrap();
        assert_eq!(run(desk.path(), &["convert", "d.jsonl"]).status.code(), Some(2), "{damaged}");
    }
}

#[test]
fn what_is_read_beside_the_calls_fits() {
    let sidecar = schema("sidecar");
    let told = json!({ "call_id": 1, "borrower_id": "B", "start": "2026-03-05T10:10:00+08:00", "duration_ms": 5,
        "connected": true, "direction": "inbound", "masked_words": 1 });
    fits(&sidecar, &told);
    for damaged in
        [json!({ "borower_id": "B" }), json!({ "turns": [] }), json!({ "connected": [] }), json!(1)]
    {
        refused(&sidecar, &damaged);
    }
    let keys: BTreeSet<&str> =
        sidecar["properties"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, cuicha::decode::SIDECAR_KEYS.into_iter().collect());
    let manifest = schema("manifest");
    fits(&manifest, &json!({ "recording": "a.wav", "borrower_id": "B", "loan": "x" }));
    refused(&manifest, &json!({ "borrower_id": "B" }));
    refused(&manifest, &json!({ "recording": "" }));

    let desk = tempfile::tempdir().unwrap();
    run(desk.path(), &["scan", samples("scenarios").to_str().unwrap(), "--format", "jsonl", "-o", "r.jsonl"]);
    run(desk.path(), &["baseline", "create", "b.json", "r.jsonl"]);
    let baseline = lines(&std::fs::read_to_string(desk.path().join("b.json")).unwrap());
    assert!(baseline.len() > 3);
    let schema_of_lines = schema("baseline");
    baseline.iter().for_each(|line| fits(&schema_of_lines, line));
    refused(&schema_of_lines, &json!({ "cuicha_baseline": 2 }));
    refused(&schema_of_lines, &without(&baseline[1], "fingerprint"));

    let suppressions = schema("suppressions");
    let entry = json!({ "rule": "threat/violence", "reason": "r", "author": "a", "expires": "2027-01-01" });
    let file = |entry: &Value| json!({ "max_share": 0.5, "suppression": [entry] });
    fits(&suppressions, &file(&entry));
    for key in ["reason", "author", "expires"] {
        refused(&suppressions, &file(&without(&entry, key)));
    }
    refused(&suppressions, &json!({ "max_share": 2.0 }));
    refused(&suppressions, &json!({ "max_share": 0.5, "suppresion": [] }));

    let (labelled, truth) = (schema("labelled"), schema("truth"));
    let mut seen = 0;
    for entry in walkdir::WalkDir::new(samples("labelled")).sort_by_file_name() {
        let path = entry.unwrap().into_path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with(".jsonl") || name.ends_with(".calls.jsonl") {
            continue;
        }
        let schema = if name.ends_with(".truth.jsonl") { &truth } else { &labelled };
        for line in lines(&std::fs::read_to_string(&path).unwrap()).iter().take(200) {
            fits(schema, line);
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
    let one = json!({ "id": "1", "speaker": "collector", "text": "t", "labels": [], "kind": "k" });
    fits(&labelled, &one);
    for (key, value) in [("speaker", json!("x")), ("labels", json!(["rude"])), ("text", json!(1))] {
        let mut damaged = one.clone();
        damaged[key] = value;
        refused(&labelled, &damaged);
    }
}

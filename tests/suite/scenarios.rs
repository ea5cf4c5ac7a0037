//! Every folder of samples/scenarios through the program as users run it, held against its expected.toml.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

/// What a scenario promises.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    /// Arguments of `cuicha scan`, run in the scenario's folder.
    args: Vec<String>,
    /// Exit status.
    status: i32,
    /// Verdict of each call with a transcript.
    calls: BTreeMap<String, String>,
    /// Verdict of each borrower.
    borrowers: BTreeMap<String, String>,
    /// Rules with a finding.
    rules: BTreeSet<String>,
    /// Number of things that could not be looked at.
    lost: usize,
    /// Required elements that some call lacks.
    missing: BTreeSet<String>,
    /// Gates that must have stopped a candidate, so that a pass is not mere blindness.
    #[serde(default)]
    rejected: Vec<String>,
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn scenarios() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(samples().join("scenarios")).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
    folders.sort();
    folders
}

fn name(folder: &Path) -> String {
    folder.file_name().unwrap().to_string_lossy().into_owned()
}

fn expected(folder: &Path) -> Expected {
    let text = std::fs::read_to_string(folder.join("expected.toml")).unwrap();
    toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", name(folder)))
}

/// Status and standard output.
fn cuicha(folder: &Path, args: &[&str]) -> (i32, String) {
    let run = crate::program().args(args).current_dir(folder).output().unwrap();
    (run.status.code().unwrap(), String::from_utf8(run.stdout).unwrap())
}

fn text_of(record: &Value, key: &str) -> String {
    record[key].as_str().unwrap_or_default().to_owned()
}

/// Verdicts of the records of this type, by the id under `key`.
fn verdicts(records: &[Value], of: &str, key: &str) -> BTreeMap<String, String> {
    records.iter().filter(|r| r["type"] == of).map(|r| (text_of(r, key), text_of(r, "verdict"))).collect()
}

fn missing(records: &[Value]) -> BTreeSet<String> {
    let conduct = records.iter().filter(|r| r["type"] == "call").filter_map(|r| r["conduct"].as_object());
    conduct.flatten().filter(|(_, state)| *state == "missing").map(|(element, _)| element.clone()).collect()
}

#[test]
fn there_are_scenarios() {
    assert!(scenarios().len() >= 10);
}

#[test]
fn every_scenario_comes_out_as_it_promises() {
    for folder in scenarios() {
        let (want, name) = (expected(&folder), name(&folder));
        let mut args = vec!["scan", "--format", "jsonl"];
        args.extend(want.args.iter().map(String::as_str));
        let (status, out) = cuicha(&folder, &args);
        let records: Vec<Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
        let rules: BTreeSet<String> =
            records.iter().filter(|r| r["type"] == "finding").map(|r| text_of(r, "rule")).collect();
        let lost = records.iter().filter(|r| r["type"] == "notice" && r["lost"] == true).count();
        assert_eq!(rules, want.rules, "{name}: rules");
        assert_eq!(verdicts(&records, "call", "call_id"), want.calls, "{name}: calls");
        assert_eq!(verdicts(&records, "borrower", "borrower_id"), want.borrowers, "{name}: borrowers");
        assert_eq!(missing(&records), want.missing, "{name}: required elements");
        assert_eq!(lost, want.lost, "{name}: lost");
        assert_eq!(status, want.status, "{name}: status");
    }
}

#[test]
fn what_passes_is_seen_and_stopped_by_the_gate_that_it_is_about() {
    for folder in scenarios() {
        let (want, name) = (expected(&folder), name(&folder));
        if want.rejected.is_empty() {
            continue;
        }
        let (_, out) = cuicha(&folder, &["explain", &want.args[0]]);
        for gate in &want.rejected {
            assert!(
                out.contains(&format!("rejected by {gate}")),
                "{name}: no candidate was stopped by {gate}"
            );
        }
    }
}

#[test]
fn every_scenario_has_its_line_in_the_readme_and_every_line_its_scenario() {
    let readme = std::fs::read_to_string(samples().join("README.md")).unwrap();
    let rows = readme.lines().filter_map(|line| line.strip_prefix("| `scenarios/"));
    let told: BTreeSet<&str> = rows.filter_map(|row| row.split_once("/` |")).map(|(name, _)| name).collect();
    let folders: Vec<String> = scenarios().iter().map(|f| name(f)).collect();
    assert_eq!(told, folders.iter().map(String::as_str).collect());
}

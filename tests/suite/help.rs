//! Help, completions and manual pages: what every verb shows, kept in `snapshots/help`, and its examples, which run.
//!
//! With `UPDATE_SNAPSHOTS=1` in the environment the snapshots are written anew; read the difference then.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::cli::{Desk, code, shown, told};

const CALL: &str = "坐席：我弄死你信不信。\n客户：你说什么。\n";
const LOG: &str =
    "call_id,borrower_id,start,duration_s,connected\nK-1,B1,2026-03-05T10:10:00+08:00,30,true\n";
const SUPPRESSIONS: &str = "max_share = 1.0\n[[suppression]]\nrule = \"threat/violence\"\nreason = \"示例\"\n\
    author = \"qa\"\nexpires = 9999-12-31\n";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/snapshots/help")
}

fn help(path: &[&str]) -> String {
    let output = Desk::new(&[]).run(&[path, &["--help"]].concat());
    assert_eq!(code(&output), 0, "{path:?}: {}", told(&output));
    shown(&output).lines().map(|l| format!("{}\n", l.trim_end())).collect()
}

/// The verbs below a verb, as its help lists them.
fn verbs(page: &str) -> Vec<String> {
    let listed = page.split("\nCommands:\n").nth(1).unwrap_or_default();
    let listed = listed.lines().take_while(|l| l.starts_with("  "));
    let names = listed.filter(|l| !l.starts_with("   ")).filter_map(|l| l.split_whitespace().next());
    names.filter(|n| *n != "help").map(str::to_owned).collect()
}

/// Every verb with its help, by the words that are typed.
pub fn pages() -> Vec<(Vec<String>, String)> {
    let mut found = vec![(Vec::new(), help(&[]))];
    let mut at = 0;
    while at < found.len() {
        let (path, page) = found[at].clone();
        for verb in verbs(&page) {
            let below: Vec<String> = path.iter().cloned().chain([verb]).collect();
            let page = help(&below.iter().map(String::as_str).collect::<Vec<_>>());
            found.push((below, page));
        }
        at += 1;
    }
    found
}

#[test]
fn every_help_is_as_it_was_read_last() {
    let update = std::env::var_os("UPDATE_SNAPSHOTS").is_some();
    let mut names = BTreeSet::new();
    for (path, page) in pages() {
        let name = format!("{}.txt", [&["cuicha".to_owned()], &path[..]].concat().join("-"));
        let file = folder().join(&name);
        if update {
            std::fs::create_dir_all(folder()).unwrap();
            std::fs::write(&file, &page).unwrap();
        }
        let kept = std::fs::read_to_string(&file)
            .unwrap_or_else(|_| panic!("{name} is not there: UPDATE_SNAPSHOTS=1 writes it"));
        assert!(kept == page, "{name} has changed: UPDATE_SNAPSHOTS=1 writes it anew\n{page}");
        names.insert(name);
    }
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if update && !names.contains(&name) {
            std::fs::remove_file(folder().join(&name)).unwrap();
        } else {
            assert!(names.contains(&name), "{name}: there is no such verb");
        }
    }
    assert!(names.len() > 25, "{names:?}");
}

/// A folder in which the examples can run.
fn desk() -> Desk {
    let desk = Desk::new(&[("log.csv", LOG.as_bytes()), ("suppressions.toml", SUPPRESSIONS.as_bytes())]);
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples");
    std::fs::create_dir_all(desk.path("calls")).unwrap();
    std::fs::write(desk.path("calls/K-1.txt"), CALL).unwrap();
    std::fs::create_dir_all(desk.path("rules/phrases/improper-demand")).unwrap();
    let rule = "phrases/improper-demand/green-window.toml";
    std::fs::copy(samples.join("scenarios/own-rule/lexicon").join(rule), desk.path("rules").join(rule))
        .unwrap();
    let labelled = std::fs::read_to_string(samples.join("labelled/test/voice-f.jsonl")).unwrap();
    let few: String = labelled.lines().take(60).map(|l| format!("{l}\n")).collect();
    std::fs::write(desk.path("labelled.jsonl"), few).unwrap();
    let speech: String = (1..40).map(|n| format!("今天第{n}次去菜市场买菜，顺便看看天气。\n")).collect();
    std::fs::write(desk.path("speech.txt"), speech).unwrap();
    desk.run(&["scan", "calls", "--format", "jsonl", "-o", "result.jsonl"]);
    desk.run(&["baseline", "create", "baseline.json", "result.jsonl"]);
    desk
}

#[test]
fn every_verb_has_examples_and_they_run() {
    let desk = desk();
    let mut imported = false;
    for (path, page) in pages().into_iter().filter(|(path, _)| !path.is_empty()) {
        let examples: Vec<&str> = page.lines().filter_map(|l| l.strip_prefix("  $ cuicha ")).collect();
        assert!(!examples.is_empty(), "{path:?} has no example");
        let needs_ledger = path[0] == "history" && !imported;
        if needs_ledger {
            desk.run(&["history", "import", "ledger.db", "log.csv"]);
            imported = true;
        }
        for example in examples {
            // What must not be there yet, or is made in another example.
            for made in ["baseline.json", "known.json", "cuicha.toml", "calls/cuicha.toml"] {
                let makes =
                    example.starts_with(&format!("baseline create {made}")) || example.starts_with("init");
                if makes && desk.path(made).exists() {
                    std::fs::remove_file(desk.path(made)).unwrap();
                }
            }
            let words: Vec<&str> = example.split_whitespace().collect();
            let output = desk.run(&words);
            assert!(code(&output) < 2, "cuicha {example}: {} {}", code(&output), told(&output));
            assert!(
                words.starts_with(&path.iter().map(String::as_str).collect::<Vec<_>>()[..1])
                    || path[0] == "baseline"
            );
            if example.starts_with("init") || example.starts_with("baseline create") {
                let _ = std::fs::remove_file(desk.path("cuicha.toml"));
                let _ = std::fs::remove_file(desk.path("calls/cuicha.toml"));
                if !desk.path("baseline.json").exists() {
                    desk.run(&["baseline", "create", "baseline.json", "result.jsonl"]);
                }
            }
        }
    }
}

#[test]
fn completions_know_verbs_and_flags() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = Desk::new(&[]).run(&["completions", shell]);
        let script = shown(&output);
        assert_eq!(code(&output), 0);
        assert!(["baseline", "suppressions", "max-violations"].iter().all(|w| script.contains(w)), "{shell}");
    }
    assert_eq!(code(&Desk::new(&[]).run(&["completions", "tcsh"])), 2);
}

#[cfg(unix)]
#[test]
fn bash_takes_its_completions() {
    let desk = Desk::new(&[]);
    std::fs::write(desk.path("c.bash"), desk.run(&["completions", "bash"]).stdout).unwrap();
    let line = "source c.bash; COMP_WORDS=(cuicha scan --max-v); COMP_CWORD=2; \
                _cuicha cuicha --max-v scan; echo \"${COMPREPLY[@]}\"";
    let output =
        std::process::Command::new("bash").args(["-c", line]).current_dir(desk.0.path()).output().unwrap();
    assert_eq!(shown(&output).trim(), "--max-violations", "{}", told(&output));
}

#[test]
fn a_manual_page_a_verb() {
    let desk = Desk::new(&[]);
    assert_eq!(code(&desk.run(&["man", "pages"])), 0);
    let written: BTreeSet<String> = std::fs::read_dir(desk.path("pages"))
        .unwrap()
        .map(|e| e.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    let wanted: BTreeSet<String> = pages()
        .into_iter()
        .map(|(path, _)| format!("{}.1", [&["cuicha".to_owned()], &path[..]].concat().join("-")))
        .collect();
    assert_eq!(written, wanted);
    let page = std::fs::read_to_string(desk.path("pages/cuicha-scan.1")).unwrap();
    assert!(page.contains(".TH") && page.contains("max\\-violations"), "{page}");
    assert!(shown(&desk.run(&["man"])).starts_with(".ie"), "{}", shown(&desk.run(&["man"])));
}

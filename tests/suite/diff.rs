//! `cuicha diff`: what changed between two results, and what moved.

use serde_json::Value;

use crate::cli::{Desk, code, shown, told};

const THREAT: &str = "坐席：我弄死你信不信。\n客户：你说什么。\n";
const CLEAN: &str = "坐席：您好，请您尽快还款。\n客户：好的。\n";
/// A rule of one's own about what the lawful call says.
const RULE: &str = "title = { zh = \"示例\", en = \"Sample\" }\nseverity = \"minor\"\nwhy = { zh = \"示例\", en = \"Sample\" }\n\
    basis = [{ id = \"X 1\" }]\nterms = [\"尽快还款\"]\n[tests]\nhit = [\"催收员：请您【尽快还款】\"]\n\
    miss = [{ say = \"借款人：我尽快还款\", because = \"speaker\" }, { say = \"催收员：您好\", because = \"no-match\" }]\n";

fn desk() -> Desk {
    let desk = Desk::new(&[("a.txt", THREAT.as_bytes()), ("b.txt", CLEAN.as_bytes())]);
    std::fs::create_dir_all(desk.path("rules/phrases/threat")).unwrap();
    std::fs::write(desk.path("rules/phrases/threat/sample.toml"), RULE).unwrap();
    desk
}

fn scan(desk: &Desk, args: &[&str], to: &str) {
    let output = desk.run(&[&["scan"], args, &["-o", to]].concat());
    assert!(code(&output) < 2, "{}", told(&output));
}

fn difference(desk: &Desk, old: &str, new: &str) -> (i32, Value) {
    let output = desk.run(&["diff", old, new, "--format", "json"]);
    (code(&output), serde_json::from_str(&shown(&output)).unwrap_or_else(|_| panic!("{}", told(&output))))
}

#[test]
fn the_same_input_in_both_forms_is_the_same() {
    let desk = desk();
    scan(&desk, &["a.txt", "b.txt", "--format", "jsonl"], "old.jsonl");
    scan(&desk, &["a.txt", "b.txt", "--format", "json"], "new.json");
    let (status, d) = difference(&desk, "old.jsonl", "new.json");
    assert_eq!(status, 0, "{d}");
    assert!(d["moved"].as_object().unwrap().values().all(|m| m["state"] == "same"), "{d}");
    let page = desk.run(&["diff", "old.jsonl", "new.json"]);
    assert!(code(&page) == 0 && shown(&page).contains("the results are the same"));
}

#[test]
fn a_change_of_the_lexicon_shows_by_rule_and_call() {
    let desk = desk();
    scan(&desk, &["a.txt", "b.txt", "--format", "jsonl"], "old.jsonl");
    scan(&desk, &["a.txt", "b.txt", "--format", "jsonl", "--lexicon", "rules"], "new.jsonl");
    let (status, d) = difference(&desk, "old.jsonl", "new.jsonl");
    assert_eq!((status, &d["rules"]["threat/sample"]["new"]), (1, &1.into()), "{d}");
    assert_eq!(d["new"][0]["call_id"], "b");
    let verdict = d["verdicts"].as_array().unwrap().iter().find(|v| v["kind"] == "call").unwrap();
    assert_eq!((&verdict["id"], &verdict["changes"]["verdict"][0]), (&"b".into(), &"pass".into()), "{d}");
    let state = |what: &str| d["moved"][what]["state"].as_str().unwrap().to_owned();
    assert_eq!(
        [state("lexicon"), state("input"), state("program"), state("configuration")],
        ["moved", "same", "same", "same"]
    );
    let (_, back) = difference(&desk, "new.jsonl", "old.jsonl");
    assert_eq!(back["rules"]["threat/sample"]["gone"], 1);
    let page = shown(&desk.run(&["diff", "old.jsonl", "new.jsonl"]));
    for want in ["lexicon        moved", "input          same", "threat/sample", "new findings", "call b"] {
        assert!(page.contains(want), "{want}\n{page}");
    }
}

#[test]
fn what_moved_is_told_apart() {
    let desk = desk();
    scan(&desk, &["a.txt", "--format", "jsonl"], "old.jsonl");
    let moved = |args: &[&str]| -> Vec<String> {
        scan(&desk, args, "new.jsonl");
        let (_, d) = difference(&desk, "old.jsonl", "new.jsonl");
        let all = d["moved"].as_object().unwrap().iter().filter(|(_, m)| m["state"] == "moved");
        all.map(|(name, _)| name.clone()).collect()
    };
    assert_eq!(
        moved(&["a.txt", "--format", "jsonl", "--profile", "bank-card"]),
        ["configuration", "profile"]
    );
    assert_eq!(moved(&["a.txt", "--format", "jsonl", "--no-classifier"]), ["configuration"]);
    assert_eq!(moved(&["a.txt", "b.txt", "--format", "jsonl"]), ["input"]);
    assert_eq!(moved(&["a.txt", "--format", "jsonl", "--threads", "1"]), [""; 0]);
    // Another name of the file is no other input.
    std::fs::create_dir(desk.path("sub")).unwrap();
    std::fs::copy(desk.path("a.txt"), desk.path("sub/a.txt")).unwrap();
    assert_eq!(moved(&["sub", "--format", "jsonl"]), [""; 0]);
}

#[test]
fn findings_that_came_out_otherwise_are_changed_and_not_new() {
    let desk = desk();
    scan(&desk, &["a.txt", "--format", "jsonl"], "old.jsonl");
    let text = std::fs::read_to_string(desk.path("old.jsonl")).unwrap();
    let lowered = text.replacen("\"verdict\":\"violation\"", "\"verdict\":\"review\"", 1);
    assert!(text.starts_with("{\"type\":\"finding\"") && lowered != text);
    std::fs::write(desk.path("new.jsonl"), lowered).unwrap();
    let (status, d) = difference(&desk, "old.jsonl", "new.jsonl");
    assert_eq!((status, d["new"].as_array().unwrap().len(), d["gone"].as_array().unwrap().len()), (1, 0, 0));
    assert_eq!(d["changed"][0]["changes"]["verdict"], serde_json::json!(["violation", "review"]), "{d}");
}

#[test]
fn what_is_no_result_is_unreadable() {
    let desk = desk();
    scan(&desk, &["a.txt", "--format", "jsonl"], "old.jsonl");
    let text = std::fs::read_to_string(desk.path("old.jsonl")).unwrap();
    let cut: String = text.lines().take(2).map(|l| format!("{l}\n")).collect();
    let broken = format!("{}\n{{\"type\": \"call\"\n", text.lines().next().unwrap());
    for (name, bytes, words) in [
        ("empty", "", "empty"),
        ("cut", &*cut, "no summary"),
        ("broken", &broken, "broken:2"),
        ("words", "nothing at all", "neither JSON nor JSON Lines"),
        ("other", "{\"a\": 1}", "no summary"),
        ("untyped", "{\"type\":\"call\"}\n{\"a\":1}\n", "untyped:2"),
    ] {
        std::fs::write(desk.path(name), bytes).unwrap();
        let output = desk.run(&["diff", "old.jsonl", name]);
        assert!(code(&output) == 2 && told(&output).contains(words), "{name}: {}", told(&output));
    }
    assert_eq!(code(&desk.run(&["diff", "old.jsonl", "gone"])), 2);
}

//! Baseline, suppressions and the number of violations that is allowed: accepted findings stay, marked, and do not fail a run.

use std::process::Output;

use serde_json::Value;

use crate::cli::{Desk, code, shown, told};

const THREAT: &str = "坐席：我弄死你信不信。\n客户：你说什么。\n";
const CLEAN: &str = "坐席：您好，请您尽快还款。\n客户：好的。\n";

/// A record of a call in which the collector threatens.
fn record(id: &str, collector: &str, agency: &str) -> String {
    format!(
        "{{\"call_id\":\"{id}\",\"borrower_id\":\"B-{id}\",\"collector_id\":\"{collector}\",\"agency\":\"{agency}\",\
         \"callee_role\":\"borrower\",\"turns\":[{{\"speaker\":\"agent\",\"text\":\"我弄死你信不信。\"}},\
         {{\"speaker\":\"borrower\",\"text\":\"好的。\"}}]}}\n"
    )
}

fn desk(files: &[(&str, &str)]) -> Desk {
    let desk = Desk::new(&[]);
    std::fs::create_dir(desk.path("calls")).unwrap();
    for (name, text) in files {
        std::fs::write(desk.path(name), text).unwrap();
    }
    desk
}

fn findings(output: &Output) -> Vec<Value> {
    let records = shown(output);
    let records = records.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    records.filter(|r| r["type"] == "finding").collect()
}

fn summary(output: &Output) -> Value {
    serde_json::from_str(shown(output).lines().last().unwrap()).unwrap()
}

#[test]
fn a_number_of_violations_is_allowed() {
    let desk = desk(&[("calls/a.txt", THREAT), ("calls/b.txt", THREAT)]);
    let all = findings(&desk.run(&["scan", "calls", "--format", "jsonl"]));
    let count = all.iter().filter(|f| f["verdict"] == "violation").count();
    assert!(count >= 2);
    let at = |n: usize, more: &[&str]| {
        desk.run(&[&["scan", "calls", "--lang", "en", "--max-violations", &n.to_string()], more].concat())
    };
    assert_eq!((code(&at(0, &[])), code(&at(count - 1, &[])), code(&at(count, &[]))), (1, 1, 0));
    let over = at(count - 1, &[]);
    assert!(
        told(&over).contains(&format!("{count} violations: more than the {}", count - 1)),
        "{}",
        told(&over)
    );
    let line = format!("violations that count for the exit status {count}, allowed {count}");
    assert!(shown(&at(count, &[])).contains(&line), "{}", shown(&at(count, &[])));
    let totals = &summary(&at(count, &["--format", "jsonl"]))["totals"]["gate"];
    assert_eq!(
        (totals["violations"].as_u64(), totals["allowed"].as_u64()),
        (Some(count as u64), Some(count as u64))
    );
    assert_eq!(code(&at(count, &["calls/none.txt"])), 2, "what was not looked at is never allowed");
}

#[test]
fn what_is_in_the_baseline_does_not_fail_whatever_happens_elsewhere() {
    let desk = desk(&[("calls/a.txt", THREAT), ("calls/b.txt", CLEAN)]);
    desk.run(&["scan", "calls", "--format", "jsonl", "-o", "before.jsonl"]);
    let made = desk.run(&["baseline", "create", "base.json", "before.jsonl"]);
    assert_eq!(code(&made), 0, "{}", told(&made));
    let again = desk.run(&["baseline", "create", "base.json", "before.jsonl"]);
    assert!(code(&again) == 2 && told(&again).contains("already"), "{}", told(&again));
    assert!(
        !std::fs::read_to_string(desk.path("base.json")).unwrap().contains("弄死"),
        "holds words of a call"
    );
    // Turns before it, another folder, other files: the same finding.
    std::fs::rename(desk.path("calls"), desk.path("moved")).unwrap();
    std::fs::write(desk.path("moved/a.txt"), format!("{CLEAN}{THREAT}")).unwrap();
    std::fs::write(desk.path("moved/c.txt"), CLEAN).unwrap();
    let known = desk.run(&["scan", "moved", "--baseline", "base.json", "--format", "jsonl"]);
    let marked = findings(&known);
    assert!(!marked.is_empty() && marked.iter().all(|f| f["accepted"]["by"] == "baseline"), "{marked:?}");
    assert_eq!(code(&known), 0);
    assert_eq!(summary(&known)["totals"]["accepted"]["stale"], 0);
    // A new one fails, and the known one stays marked.
    std::fs::write(desk.path("moved/c.txt"), THREAT).unwrap();
    let new = desk.run(&["scan", "moved", "--baseline", "base.json", "--format", "jsonl"]);
    assert_eq!(code(&new), 1);
    assert!(findings(&new).iter().any(|f| f["accepted"].is_null()));
}

#[test]
fn stale_entries_are_told_and_an_update_drops_them() {
    let desk = desk(&[("calls/a.txt", THREAT), ("calls/b.txt", THREAT)]);
    desk.run(&["scan", "calls", "--format", "json", "-o", "before.json"]);
    desk.run(&["baseline", "create", "base.json", "before.json"]);
    std::fs::write(desk.path("calls/a.txt"), CLEAN).unwrap();
    std::fs::remove_file(desk.path("calls/b.txt")).unwrap();
    let stale = desk.run(&["scan", "calls", "--baseline", "base.json", "--lang", "en"]);
    assert_eq!(code(&stale), 0);
    let page = shown(&stale);
    assert!(page.contains("base.json:2") && page.contains("no longer found"), "{page}");
    assert!(page.contains("call b is not in this run"), "{page}");
    desk.run(&["scan", "calls", "--format", "jsonl", "-o", "after.jsonl"]);
    assert_eq!(code(&desk.run(&["baseline", "update", "base.json", "after.jsonl"])), 0);
    let left = shown(&desk.run(&["baseline", "show", "base.json"]));
    assert!(left.contains("findings: 0"), "{left}");
}

#[test]
fn a_file_that_is_no_baseline_is_refused_with_its_line() {
    let desk = desk(&[
        ("calls/a.txt", CLEAN),
        ("x.json", "{}"),
        ("y.json", "{\"cuicha_baseline\":1}\n{\"rule\":1}\n"),
    ]);
    std::fs::write(desk.path("z.json"), "{\"cuicha_baseline\":9}\n").unwrap();
    for (file, words) in
        [("x.json", "x.json:1"), ("y.json", "y.json:2"), ("z.json", "version 9"), ("gone", "gone")]
    {
        let output = desk.run(&["scan", "calls", "--baseline", file]);
        assert!(code(&output) == 2 && told(&output).contains(words), "{file}: {}", told(&output));
    }
    let over = desk.run(&["scan", "calls", "--baseline", "y.json", "--output", "y.json"]);
    assert!(code(&over) == 2 && told(&over).contains("is an input"), "{}", told(&over));
}

const SUPPRESSIONS: &str = "max_share = 0.5\n\n[[suppression]]\nrule = \"threat/violence\"\ncollector = \"801\"\n\
    reason = \"示例：录音复核为玩笑\"\nauthor = \"qa-3\"\nexpires = 2026-06-30\n";

fn suppressed(day: &str, text: &str, more: &[&str]) -> (Desk, Output) {
    let calls = [record("K1", "801", "甲"), record("K2", "802", "甲"), record("K3", "803", "甲")].concat();
    let desk = desk(&[("calls/k.jsonl", &calls), ("s.toml", text)]);
    let now = format!("{day}T12:00:00+08:00");
    let args = ["scan", "calls", "--suppressions", "s.toml", "--now", &now];
    let output = desk.run(&[&args, more].concat());
    (desk, output)
}

#[test]
fn a_suppression_marks_what_it_is_about_and_nothing_else() {
    let (desk, output) = suppressed("2026-06-30", SUPPRESSIONS, &["--format", "jsonl"]);
    assert_eq!(code(&output), 1, "802 and 803 are not suppressed: {}", told(&output));
    let all = findings(&output);
    let (marked, rest): (Vec<&Value>, Vec<&Value>) = all.iter().partition(|f| f["collector_id"] == "801");
    assert!(
        !marked.is_empty() && !rest.is_empty() && rest.iter().all(|f| f["accepted"].is_null()),
        "{all:?}"
    );
    let accepted = &marked.iter().find(|f| f["rule"] == "threat/violence").unwrap()["accepted"];
    assert_eq!(accepted["by"], "suppression");
    assert_eq!((&accepted["author"], &accepted["expires"]), (&"qa-3".into(), &"2026-06-30".into()));
    assert_eq!(summary(&output)["totals"]["accepted"]["suppressed"], 1);
    let args =
        ["scan", "calls", "--suppressions", "s.toml", "--now", "2026-06-30T12:00:00+08:00", "--format"];
    let sarif: Value = serde_json::from_str(&shown(&desk.run(&[&args[..], &["sarif"]].concat()))).unwrap();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let with: Vec<&Value> = results.iter().filter(|r| r["suppressions"].is_array()).collect();
    assert_eq!(with.len(), 1);
    assert_eq!(with[0]["suppressions"][0]["kind"], "external");
    assert_eq!(with[0]["suppressions"][0]["justification"], "示例：录音复核为玩笑");
    let csv = shown(&desk.run(&[&args[..], &["csv"]].concat()));
    assert_eq!(csv.lines().filter(|l| l.ends_with(",suppression")).count(), 1, "{csv}");
    let junit = shown(&desk.run(&[&args[..], &["junit"]].concat()));
    assert_eq!(junit.matches("<failure").count(), 2, "{junit}");
    let github = shown(&desk.run(&[&args[..], &["github"]].concat()));
    assert!(github.contains("::notice ") && github.matches("::error ").count() >= 2, "{github}");
    let text = shown(&desk.run(&[&args[..], &["text"]].concat()));
    assert!(text.contains("已抑制至 2026-06-30（qa-3）：示例：录音复核为玩笑"), "{text}");
    let bare = shown(&desk.run(&[&args[..], &["jsonl", "--text", "none"]].concat()));
    assert!(
        bare.contains("\"by\":\"suppression\"") && !bare.contains("玩笑") && !bare.contains("qa-3"),
        "{bare}"
    );
}

#[test]
fn an_expired_suppression_fails_the_run_and_suppresses_nothing() {
    let (_, output) =
        suppressed("2026-07-01", SUPPRESSIONS, &["--format", "jsonl", "--max-violations", "99"]);
    let all = findings(&output);
    let audit = all.iter().find(|f| f["rule"] == "suppression/expired").unwrap();
    assert_eq!((code(&output), &audit["verdict"], &audit["line"]), (1, &"violation".into(), &3.into()));
    assert_eq!((&audit["count"], &audit["file"]), (&1.into(), &"s.toml".into()));
    assert!(all.iter().all(|f| f["accepted"].is_null()));
    assert!(told(&output).contains("s.toml:3: suppression/expired"), "{}", told(&output));
}

#[test]
fn unused_suppressions_and_too_many_are_findings() {
    let unused = SUPPRESSIONS.replace("801", "899");
    let (desk, output) = suppressed("2026-03-01", &unused, &["--format", "jsonl", "--max-violations", "99"]);
    let audit = findings(&output).into_iter().find(|f| f["rule"] == "suppression/unused").unwrap();
    assert_eq!((code(&output), &audit["verdict"]), (0, &"review".into()), "it does not fail the run");
    for format in ["text", "html", "csv", "json", "junit", "sarif", "github", "gitlab"] {
        let page = shown(&desk.run(&[
            "scan",
            "calls",
            "--suppressions",
            "s.toml",
            "--now",
            "2026-03-01T00:00:00Z",
            "--format",
            format,
        ]));
        assert!(page.contains("s.toml"), "{format}: {page}");
    }
    let narrow = SUPPRESSIONS.replace("0.5", "0.1");
    let (_, output) = suppressed("2026-03-01", &narrow, &["--format", "jsonl", "--max-violations", "99"]);
    let audit = findings(&output).into_iter().find(|f| f["rule"] == "suppression/share").unwrap();
    assert_eq!((code(&output), &audit["verdict"], &audit["agency"]), (1, &"violation".into(), &"甲".into()));
    let share = (audit["count"].as_u64().unwrap(), audit["of"].as_u64().unwrap());
    assert!(share.0 == 1 && share.1 >= 3, "{share:?}");
}

#[test]
fn a_faulty_file_of_suppressions_is_refused_with_its_line() {
    for (from, to, words) in [
        ("max_share = 0.5\n", "", &["max_share", "0.05"][..]),
        ("max_share = 0.5", "max_share = 5.0", &["s.toml:1", "from 0 to 1"]),
        ("reason = \"示例：录音复核为玩笑\"\n", "", &["s.toml:3", "reason", "why"]),
        ("qa-3", " ", &["s.toml:3", "`author` is empty"]),
        ("expires = 2026-06-30", "expires = \"soon\"", &["s.toml:8"]),
        ("expires = 2026-06-30\n", "", &["expires", "last day"]),
        ("threat/violence", "threat/violense", &["s.toml:3", "did you mean `threat/violence`"]),
        ("rule = \"threat/violence\"", "rul = \"threat/violence\"", &["s.toml:4", "did you mean `rule`"]),
        ("rule = \"threat/violence\"\n", "", &["s.toml:3", "everything"]),
    ] {
        let (_, output) = suppressed("2026-03-01", &SUPPRESSIONS.replace(from, to), &[]);
        let told = told(&output);
        assert!(code(&output) == 2 && words.iter().all(|w| told.contains(w)), "{from} -> {to}: {told}");
    }
}

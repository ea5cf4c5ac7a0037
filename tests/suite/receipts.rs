//! Where the points of a score come from, and a call from both sides, as those who read the output see it.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn scan(args: &[&str]) -> String {
    let run = crate::program().arg("scan").args(args).current_dir(root()).output().unwrap();
    String::from_utf8(run.stdout).unwrap()
}

const INPUT: [&str; 4] = [
    "samples/labelled/test/whole-test.calls.jsonl",
    "samples/scenarios/frequent",
    "--calls",
    "samples/scenarios/frequent/calls.csv",
];

#[test]
fn every_score_in_the_records_adds_up_from_findings_that_are_there() {
    let jsonl = scan(&[&INPUT[..], &["--format", "jsonl"]].concat());
    let records: Vec<Value> = jsonl.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let of = |kind: &str| records.iter().filter(|r| r["type"] == kind).collect::<Vec<_>>();
    let text = |v: &Value| v.as_str().map(str::to_owned);
    let findings: BTreeSet<(Option<String>, Option<String>)> =
        of("finding").iter().map(|f| (text(&f["rule"]), text(&f["fingerprint"]))).collect();
    let calls: BTreeSet<Option<String>> = of("call").iter().map(|c| text(&c["call_id"])).collect();
    let (mut seen, mut keys) = (0, BTreeSet::new());
    for record in ["call", "borrower", "collector"].into_iter().flat_map(of) {
        let score = record["score"].as_f64().unwrap();
        let steps = record["receipts"].as_array().map_or(&[][..], Vec::as_slice);
        assert_eq!(steps.is_empty(), score == 0.0, "{record}");
        let mut sum = 0.0;
        for (at, step) in steps.iter().enumerate() {
            keys.extend(step.as_object().unwrap().keys().cloned());
            sum += step["points"].as_f64().unwrap();
            assert_eq!(step["step"], at + 1);
            assert!((sum - step["score"].as_f64().unwrap()).abs() < 1e-9, "{record}");
            match step.get("call") {
                Some(call) => assert!(calls.contains(&text(call)) && record["type"] != "call", "{record}"),
                None => assert!(findings.contains(&(text(&step["of"]), text(&step["finding"]))), "{record}"),
            }
        }
        assert!((sum - score).abs() < 1e-9, "{record}");
        seen += steps.len();
    }
    assert!(seen > 20, "{seen} steps");
    let page = std::fs::read_to_string(root().join("docs/reports.md")).unwrap();
    for key in keys {
        assert!(page.contains(&format!("`{key}`")), "docs/reports.md does not tell what `{key}` is");
    }
}

#[test]
fn a_call_is_told_from_both_sides() {
    let threat = "samples/scenarios/threat/call.txt";
    let zh = scan(&[threat]);
    for line in [
        "说了不该说的: 以暴力相威胁 (第5句 「打断你的腿」)",
        "漏了该说的: 协商方案",
        "分数 0.80 = 0.80 (以暴力相威胁, 第5句)",
    ] {
        assert!(zh.contains(line), "{line}\n{zh}");
    }
    assert!(scan(&[threat, "--lang", "en"]).contains("To be said and left out: Offers a way to pay"));
    let page = scan(&[threat, "--format", "html"]);
    let (said, missed) = page.split_once("class=\"said\"").unwrap().1.split_once("class=\"missed\"").unwrap();
    assert!(said.contains("打断你的腿") && !said.contains("协商方案"));
    assert!(missed.split("</div>").next().unwrap().contains("协商方案"));
    let quiet = scan(&["samples/scenarios/clean/call.txt"]);
    assert!(!quiet.contains("说了不该说的"), "a call without a finding has nothing to tell");
    let bare = scan(&[threat, "--text", "none"]);
    assert!(bare.contains("说了不该说的: 以暴力相威胁 (第5句)") && !bare.contains("打断你"), "{bare}");
}

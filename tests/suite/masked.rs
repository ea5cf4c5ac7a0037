//! Calls in which the recogniser has masked words: looked at in part, and never clean.

use std::process::Output;

fn scan(texts: &[[&str; 2]], format: &str) -> Output {
    let desk = tempfile::tempdir().unwrap();
    for (index, [collector, borrower]) in texts.iter().enumerate() {
        let answer = serde_json::json!({ "Transcript": [
            { "ParticipantRole": "AGENT", "Content": collector, "BeginOffsetMillis": 0, "EndOffsetMillis": 900 },
            { "ParticipantRole": "CUSTOMER", "Content": borrower, "BeginOffsetMillis": 1000, "EndOffsetMillis": 1900 },
        ]});
        std::fs::write(desk.path().join(format!("c{index}.json")), answer.to_string()).unwrap();
    }
    let log = "call_id,borrower_id,collector_id,start,duration_s,connected\n\
        c0,b1,k1,2026-03-05T10:00:00+08:00,60,true\nc1,b1,k1,2026-03-06T10:00:00+08:00,60,true\n";
    std::fs::write(desk.path().join("log.csv"), log).unwrap();
    let mut command = crate::program();
    command.args(["scan", ".", "--calls", "log.csv", "--format", format]).current_dir(desk.path());
    command.output().unwrap()
}

/// Verdict and reasons of each call, verdict of the borrower, and the exit status.
fn outcome(texts: &[[&str; 2]]) -> (Vec<(String, String)>, String, i32) {
    let output = scan(texts, "jsonl");
    let (mut calls, mut borrower) = (Vec::new(), String::new());
    for line in String::from_utf8(output.stdout).unwrap().lines() {
        let record: serde_json::Value = serde_json::from_str(line).unwrap();
        let verdict = record["verdict"].as_str().unwrap_or_default().to_owned();
        let reason = record["not_checked"]["insult"].as_str().unwrap_or_default().to_owned();
        match record["type"].as_str() {
            Some("call") => calls.push((verdict, reason)),
            Some("borrower") => borrower = verdict,
            _ => {}
        }
    }
    (calls, borrower, output.status.code().unwrap())
}

const CLEAN: [&str; 2] = ["您好，请您尽快还款。", "好的，我知道了。"];
const MASKED: [&str; 2] = ["您好，请您尽快还款，***。", "好的，我知道了。"];
const THREAT: [&str; 2] = ["我弄死你信不信，***。", "你说什么。"];

#[test]
fn neither_a_masked_call_nor_its_borrower_is_clean() {
    let pass = ("pass".to_owned(), String::new());
    let masked = ("not-checked".to_owned(), "1 word is masked by the recogniser".to_owned());
    assert_eq!(outcome(&[CLEAN, CLEAN]).0, [pass.clone(), pass.clone()]);
    let (calls, borrower, status) = outcome(&[CLEAN, MASKED]);
    assert_eq!(calls, [pass, masked]);
    assert_eq!((borrower.as_str(), status), ("not-checked", 2));
}

#[test]
fn a_violation_beside_masked_words_stays_one() {
    let (calls, borrower, status) = outcome(&[CLEAN, THREAT]);
    assert_eq!(calls[1].0, "violation");
    assert_eq!(calls[1].1, "1 word is masked by the recogniser", "and the insults are still not checked");
    assert_eq!((borrower.as_str(), status), ("violation", 2));
}

#[test]
fn the_report_for_people_tells_of_masked_words() {
    let output = scan(&[CLEAN, MASKED], "text");
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("1 个词已被识别服务屏蔽"), "{text}");
}

#[test]
fn a_masked_call_stays_masked_when_it_is_converted() {
    let desk = tempfile::tempdir().unwrap();
    let cuicha = |args: &[&str]| {
        let output = crate::program().args(args).current_dir(desk.path()).output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    let turn = serde_json::json!({ "ParticipantRole": "AGENT", "Content": MASKED[0], "BeginOffsetMillis": 0,
        "EndOffsetMillis": 900 });
    std::fs::write(desk.path().join("c.json"), serde_json::json!({ "Transcript": [turn] }).to_string())
        .unwrap();
    let converted = cuicha(&["convert", "c.json"]);
    let record: serde_json::Value = serde_json::from_str(&converted).unwrap();
    assert_eq!(record["masked_words"], 1);
    std::fs::write(desk.path().join("converted.jsonl"), &converted).unwrap();
    assert_eq!(cuicha(&["convert", "converted.jsonl"]), converted);
    let scanned = cuicha(&["scan", "converted.jsonl", "--format", "jsonl"]);
    let mut records = scanned.lines().map(|l| serde_json::from_str::<serde_json::Value>(l).unwrap());
    let call = records.find(|r| r["type"] == "call").unwrap();
    assert_eq!(call["verdict"], "not-checked");
    assert_eq!(call["not_checked"]["insult"], "1 word is masked by the recogniser");

    std::fs::write(desk.path().join("converted.jsonl"), converted.replace("words\":1", "words\":-1"))
        .unwrap();
    assert_eq!(cuicha(&["convert", "converted.jsonl"]), "", "a count that is none is not taken for 0");
}

#[test]
fn every_report_for_people_says_of_each_call_why_insults_were_not_checked() {
    let told = |format: &str| String::from_utf8(scan(&[CLEAN, MASKED], format).stdout).unwrap();
    let reason = "1 个词被识别引擎屏蔽";
    let (text, page) = (told("text"), told("html"));
    let lines: Vec<&str> = text.lines().skip_while(|l| !l.starts_with("通话 c1")).take(2).collect();
    assert_eq!(lines, ["通话 c1 未检", &format!("  未检 辱骂贬损：{reason}")], "{text}");
    let row = format!("<tr><td>c1</td><td>b1</td><td>k1</td><td>未检 辱骂贬损：{reason}</td></tr>");
    assert!(page.contains("未完全检查的通话") && page.contains(&row), "{page}");
    let table = told("csv");
    let row = table.lines().find(|l| l.contains(reason)).unwrap();
    assert!(row.starts_with(",,insult,,not-checked,,c1,b1,k1,"), "{row}");
    let found = String::from_utf8(scan(&[CLEAN, THREAT], "text").stdout).unwrap();
    assert!(found.contains(&format!("\n  未检 辱骂贬损：{reason}\n")), "beside a finding, too: {found}");
    assert!(!String::from_utf8(scan(&[CLEAN, CLEAN], "html").stdout).unwrap().contains("未完全检查的通话"));
}

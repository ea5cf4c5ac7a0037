//! Who is meant by the labels of an input: `--speakers`.

use std::path::Path;
use std::process::Output;

fn cuicha(desk: &Path, args: &[&str]) -> Output {
    crate::program().args(args).current_dir(desk).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn records(output: &Output) -> Vec<serde_json::Value> {
    out(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn of<'a>(records: &'a [serde_json::Value], kind: &str) -> Vec<&'a serde_json::Value> {
    records.iter().filter(|r| r["type"] == kind).collect()
}

/// A call whose speakers are numbers; what is said does not tell who says it.
const NUMBERED: &str = r#"{"call_id":"n1","callee_role":"borrower","turns":[{"speaker":0,"text":"嗯"},{"speaker":"1","text":"信不信打断你的腿"}]}"#;
const NAMED: &str = r#"{"call_id":"n2","turns":[{"speaker":"agent","text":"嗯"},{"speaker":"customer","text":"信不信打断你的腿"}]}"#;

fn desk(files: &[(&str, &str)]) -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(desk.path().join(name), text).unwrap();
    }
    desk
}

fn findings(desk: &Path, speakers: &str) -> Vec<(String, String)> {
    let output = cuicha(desk, &["scan", ".", "--format", "jsonl", "--speakers", speakers]);
    let records = records(&output);
    let found = of(&records, "finding").into_iter();
    found
        .map(|f| [&f["speaker"], &f["verdict"]].map(|v| v.as_str().unwrap().to_owned()))
        .map(Into::into)
        .collect()
}

fn pair(speaker: &str, verdict: &str) -> (String, String) {
    (speaker.to_owned(), verdict.to_owned())
}

#[test]
fn a_label_has_the_role_that_it_is_given() {
    let desk = desk(&[("n.jsonl", NUMBERED)]);
    let violation = [pair("collector", "violation")];
    assert_eq!(findings(desk.path(), "0=borrower,1=collector"), violation);
    assert_eq!(findings(desk.path(), " 1 = 催收员 ， 0=借款人"), violation, "Chinese names and signs too");
    assert_eq!(findings(desk.path(), "1=bot"), violation);
    assert_eq!(findings(desk.path(), "0=collector,1=borrower"), [], "a borrower may threaten");
    assert_eq!(findings(desk.path(), "0=collector,1=contact"), []);
    assert_eq!(
        findings(desk.path(), "0=collector,1=other"),
        [pair("unknown", "review")],
        "nobody that is known"
    );
}

#[test]
fn what_the_user_says_beats_the_label_and_is_told_once() {
    let desk = desk(&[("a.jsonl", NAMED), ("b.jsonl", &NAMED.replace("n2", "n3"))]);
    let output = cuicha(
        desk.path(),
        &["scan", ".", "--format", "jsonl", "--speakers", "customer=collector,Agent=borrower"],
    );
    let records = records(&output);
    assert_eq!(of(&records, "finding").len(), 2);
    let notices = of(&records, "notice").into_iter().map(|n| n["message"].as_str().unwrap());
    let notices: Vec<&str> = notices.filter(|message| message.contains("--speakers")).collect();
    assert_eq!(
        notices,
        [
            "`--speakers`: the label `Agent` names another role itself (2 turns): taken as `borrower`",
            "`--speakers`: the label `customer` names another role itself (2 turns): taken as `collector`",
        ]
    );
    let summary = of(&records, "summary")[0];
    assert_eq!(summary["run"]["settings"]["speakers"], "customer=collector,Agent=borrower");
}

#[test]
fn a_label_that_never_occurs_is_told_by_every_verb() {
    let desk = desk(&[("n.jsonl", NUMBERED)]);
    let text = "note: `--speakers`: no turn is labelled `2`\n\
                note: `--speakers`: the label `1` is not named (1 file): its words tell who speaks";
    for verb in ["convert", "inspect", "explain"] {
        let output = cuicha(desk.path(), &[verb, "n.jsonl", "--speakers", "0=collector,2=contact"]);
        assert_eq!((told(&output).trim_end(), output.status.code()), (text, Some(0)), "{verb}");
    }
    let output = cuicha(desk.path(), &["scan", "n.jsonl", "--speakers", "0=collector,2=contact"]);
    assert!(out(&output).contains("`--speakers`：没有话轮的标签是 `2`"), "{}", out(&output));
}

#[test]
fn a_map_that_is_none_is_refused_with_what_is_right() {
    let desk = desk(&[("n.jsonl", NUMBERED)]);
    let wrong = [
        ("", "`` is no pair such as `0=collector`; commas part them"),
        ("0", "`0` is no pair such as `0=collector`"),
        ("0=", "`0=` is no pair"),
        ("=collector", "`=collector` is no pair"),
        ("0=collector,", "`` is no pair"),
        (
            "0=boss",
            "`boss` is no role; known are collector (坐席), borrower (借款人), contact (联系人), other (其他)",
        ),
        ("0=a", "`a` is no role"),
        ("0=collector,0=borrower", "`0` stands twice"),
        ("A=collector,a=borrower", "`a` stands twice"),
    ];
    for (map, why) in wrong {
        for verb in ["scan", "convert", "inspect", "explain"] {
            let output = cuicha(desk.path(), &[verb, "n.jsonl", "--speakers", map]);
            assert_eq!(output.status.code(), Some(2), "{map}");
            assert!(told(&output).contains(why), "{map}: {}", told(&output));
        }
    }
}

#[test]
fn convert_keeps_labels_that_have_no_role_and_writes_roles_that_are_named() {
    let desk = desk(&[
        ("n.jsonl", NUMBERED),
        ("t.txt", "0：喂\n1：你好\n0：谁\n1：我\n"),
        ("ab.txt", "A: 喂\nB: 你好\n"),
    ]);
    let speakers = |args: &[&str]| -> Vec<String> {
        let records = records(&cuicha(desk.path(), &[&["convert"], args].concat()));
        let turns = records[0]["turns"].as_array().unwrap().iter();
        turns.map(|t| t["speaker"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(speakers(&["n.jsonl"]), ["0", "1"]);
    assert_eq!(speakers(&["t.txt"]), ["0", "1", "0", "1"]);
    assert_eq!(speakers(&["ab.txt"]), ["A", "B"], "what such labels mean is not sure");
    assert_eq!(speakers(&["n.jsonl", "--speakers", "0=坐席,1=其他"]), ["collector", "other"]);
    let converted = out(&cuicha(desk.path(), &["convert", "n.jsonl", "--speakers", "0=坐席,1=其他"]));
    std::fs::write(desk.path().join("again.jsonl"), &converted).unwrap();
    assert_eq!(out(&cuicha(desk.path(), &["convert", "again.jsonl"])), converted);
}

#[test]
fn typed_lines_and_names_of_files_are_told_the_same_way() {
    let desk = desk(&[("b7_k7.jsonl", NUMBERED)]);
    let lines = "0：信不信打断你的腿\n1：你试试";
    let typed = |map: &str| out(&cuicha(desk.path(), &["explain", "--text", lines, "--speakers", map]));
    assert!(typed("0=collector,1=借款人").contains("verdict violation"));
    assert!(typed("0=借款人,1=collector").contains("rejected by speaker"));
    let unlabelled = out(&cuicha(desk.path(), &["explain", "--text", lines]));
    assert!(unlabelled.contains("[1] collector: 0：信不信"), "without the map it is no label: {unlabelled}");
    let inspected = |map: &str| {
        out(&cuicha(
            desk.path(),
            &["inspect", "b7_k7.jsonl", "--name-pattern", "{borrower_id}_{collector_id}", "--speakers", map],
        ))
    };
    assert!(inspected("0=collector,1=borrower").contains("speakers  borrower 1, collector 1"));
    assert!(!inspected("0=collector").contains("missing   borrower_id"));
    let explained = cuicha(desk.path(), &["explain", "b7_k7.jsonl", "--name-pattern", "{call_id}_x"]);
    assert!(told(&explained).contains("the name does not fit the name pattern"), "{}", told(&explained));
}

#[test]
fn a_number_behind_a_label_does_not_matter() {
    use cuicha::decode::speaker::role;
    use cuicha::model::transcript::Speaker::{Borrower, Collector};
    for (label, who) in [
        ("cust_01", Borrower),
        ("cust-2", Borrower),
        ("CUST03", Borrower),
        ("Customer 4", Borrower),
        ("客户５", Borrower),
        ("agt_802", Collector),
        ("csr#7", Collector),
    ] {
        assert_eq!(role(label), Some(who), "{label}");
    }
    // Nor is a word taken for one that it only begins with.
    assert_eq!((role("custom_01"), role("01"), role("_01")), (None, None, None));
    let stm = "F1 A agent_802 0.00 1.00 <o> 您好 请您 还款\nF1 B cust_01 1.00 2.00 <o> 下周 还\n\
               F1 B cust_02 2.00 3.00 <o> 我也 在听\n";
    let desk = desk(&[("a.stm", stm)]);
    let output = cuicha(desk.path(), &["convert", "a.stm"]);
    let call = &records(&output)[0];
    let speakers: Vec<&str> =
        call["turns"].as_array().unwrap().iter().map(|t| t["speaker"].as_str().unwrap()).collect();
    assert_eq!(speakers, ["collector", "borrower", "borrower"], "{}", told(&output));
}

#[test]
fn labels_that_the_map_leaves_out_are_told_once_each_with_their_files() {
    let three = r#"{"turns":[{"speaker":"0","text":"嗯"},{"speaker":"7","text":"喂"},{"speaker":"agent","text":"您好"}]}"#;
    let lines = format!("{three}\n{three}\n");
    let named: Vec<(String, String)> = (0..3)
        .map(|n| (format!("{n}.jsonl"), lines.clone()))
        .chain([("x.jsonl".to_owned(), three.replace("\"7\"", "\"9\""))])
        .collect();
    let files: Vec<(&str, &str)> = named.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    let desk = desk(&files);
    let args = ["scan", ".", "--format", "jsonl", "--speakers", "0=collector"];
    let found = |threads: &str| -> Vec<String> {
        let records = records(&cuicha(desk.path(), &[&args[..], &["--threads", threads]].concat()));
        let notices = of(&records, "notice").into_iter().map(|n| n["message"].as_str().unwrap().to_owned());
        notices.filter(|message| message.contains("--speakers`: the label")).collect()
    };
    let want = [
        "`--speakers`: the label `7` is not named (3 files): its words tell who speaks",
        "`--speakers`: the label `9` is not named (1 file): its words tell who speaks",
    ];
    assert_eq!(found("1"), want, "`agent` tells its role itself");
    assert_eq!(found("2"), want);
    let chinese = out(&cuicha(desk.path(), &["scan", ".", "--speakers", "0=collector"]));
    assert!(chinese.contains("`--speakers`：未指定标签 `7`（3 个文件）"), "{chinese}");

    // Of very many the first by their order are told.
    let many: String = (100..200)
        .map(|n| {
            format!(
                "{{\"turns\":[{{\"speaker\":\"x{n}\",\"text\":\"嗯\"}},{{\"speaker\":0,\"text\":\"喂\"}}]}}\n"
            )
        })
        .collect();
    std::fs::write(desk.path().join("many.jsonl"), many).unwrap();
    let output = told(&cuicha(desk.path(), &["convert", "many.jsonl", "--speakers", "0=collector"]));
    assert_eq!(output.matches("is not named (1 file)").count(), 20, "{output}");
    assert!(output.contains("`x100`") && output.contains("`x119`") && !output.contains("`x120`"), "{output}");
    assert!(output.contains("more than 20 labels are not named"), "{output}");
}

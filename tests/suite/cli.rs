//! The program from outside: exit statuses, bad input, where output goes.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use cuicha::judge;
use cuicha::model::finding::Verdict;
use cuicha::model::rules::{Expect, Severity};
use cuicha::model::transcript::Speaker;

use crate::spoken::{built_in, says};

const CLEAN: &str = "坐席：您好，请您尽快还款。\n客户：好的。\n";
const CRITICAL: &str = "坐席：我弄死你信不信。\n客户：你说什么。\n";

/// A folder of its own, with files by name.
pub struct Desk(pub tempfile::TempDir);

impl Desk {
    pub fn new(files: &[(&str, &[u8])]) -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        for (name, bytes) in files {
            std::fs::write(desk.path(name), bytes).unwrap();
        }
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn run(&self, args: &[&str]) -> Output {
        crate::program().args(args).current_dir(self.0.path()).output().unwrap()
    }

    pub fn names(&self) -> Vec<String> {
        let names = std::fs::read_dir(self.0.path()).unwrap();
        let mut names: Vec<String> =
            names.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }
}

/// Of a run.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// Of a run.
pub fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Of a run.
pub fn shown(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A line that a rule's own tests expect to be found, and whose gravest violation has this severity.
fn line_of(severity: Severity) -> Option<String> {
    let engine = built_in();
    let tests = engine.rules.rules.iter().filter(|r| r.severity == severity).flat_map(|r| &r.tests);
    let lines = tests.filter(|t| t.speaker == Speaker::Collector && matches!(t.expect, Expect::Hit(_)));
    lines
        .map(|t| t.text.clone())
        .find(|text| {
            let found = judge::call(engine, &says(Speaker::Collector, text)).findings;
            let worst = found.iter().filter(|f| f.verdict == Verdict::Violation).map(|f| f.severity).max();
            worst == Some(severity)
        })
        .map(|text| format!("坐席：{text}\n客户：你说什么。\n"))
}

#[test]
fn statuses() {
    let bad =
        format!("{{\"turns\":[{{\"speaker\":\"agent\",\"text\":\"{}\"}}]}}\nno json\n", "我弄死你信不信");
    let desk = Desk::new(&[
        ("clean.txt", CLEAN.as_bytes()),
        ("found.txt", CRITICAL.as_bytes()),
        ("bad.jsonl", bad.as_bytes()),
        ("noise.txt", b"\xff\xfe\xfd\x00\x01\xff\xff"),
    ]);
    std::fs::create_dir(desk.path("empty")).unwrap();
    for (args, expected) in [
        (&["clean.txt"][..], 0),
        (&["found.txt"], 1),
        (&["clean.txt", "found.txt"], 1),
        (&["bad.jsonl"], 2),
        (&["noise.txt"], 2),
        (&["empty"], 2),
        (&["gone"], 2),
        (&["clean.txt", "gone"], 2),
        (&["clean.txt", "--wrong-flag"], 2),
        (&["clean.txt", "--format", "xml"], 2),
        (&["clean.txt", "--profile", "strickt"], 2),
        (&["clean.txt", "--profile", "gone.toml"], 2),
        (&["clean.txt", "--lexicon", "gone"], 2),
        (&["clean.txt", "--lexicon", "empty"], 2),
        (&["clean.txt", "--encoding", "klingon"], 2),
        (&["clean.txt", "--calls", "gone.csv"], 2),
        (&["-", "-"], 2),
        (&[], 2),
        (&["found.txt", "--exit-zero"], 0),
        (&["bad.jsonl", "--exit-zero"], 2),
        (&["empty", "--exit-zero"], 2),
        (&["gone", "--exit-zero"], 2),
        (&["--help"], 0),
    ] {
        let output = desk.run(&[&["scan"], args].concat());
        assert_eq!(code(&output), expected, "{args:?}: {}", told(&output));
        let silent = output.stdout.is_empty() && output.stderr.is_empty();
        assert!(!silent && !told(&output).contains("panicked"), "{args:?}: {}", told(&output));
    }
}

#[test]
fn errors_name_what_is_wrong_and_what_would_be_right() {
    let desk = Desk::new(&[("clean.txt", CLEAN.as_bytes())]);
    std::fs::create_dir(desk.path("empty")).unwrap();
    for (args, words) in [
        (&["clean.txt", "--profile", "strickt"][..], &["strickt", "strict"][..]),
        (&["gone/here"], &["gone/here"]),
        (&["clean.txt", "--fail-onn", "major"], &["--fail-onn", "--fail-on"]),
        (&["empty"], &["nothing to check"]),
        (&["clean.txt", "--encoding", "klingon"], &["klingon"]),
    ] {
        let output = desk.run(&[&["scan"], args].concat());
        let told = told(&output);
        assert!(words.iter().all(|w| told.contains(w)), "{args:?}: {told}");
    }
}

#[test]
fn the_bar_for_failing() {
    let order = ["critical", "major", "minor"];
    for (rank, severity) in [Severity::Critical, Severity::Major, Severity::Minor].into_iter().enumerate() {
        let Some(text) = line_of(severity) else { continue };
        let desk = Desk::new(&[("call.txt", text.as_bytes())]);
        for (bar, name) in order.iter().enumerate() {
            let output = desk.run(&["scan", "call.txt", "--fail-on", name]);
            assert_eq!(code(&output), i32::from(rank <= bar), "{text} --fail-on {name}");
        }
        assert_eq!(code(&desk.run(&["scan", "call.txt", "--fail-on", "never"])), 0, "{text}");
        assert_eq!(code(&desk.run(&["scan", "call.txt"])), i32::from(rank <= 1), "{text}");
    }
    assert!(line_of(Severity::Critical).is_some() && line_of(Severity::Major).is_some());
}

#[test]
fn standard_input_and_a_pipe_that_closes_early() {
    let desk = Desk::new(&[]);
    let record = format!("{{\"turns\":[{{\"speaker\":\"agent\",\"text\":\"{}\"}}]}}\n", "我弄死你信不信");
    let start = || {
        crate::program()
            .args(["scan", "-", "--format", "jsonl"])
            .current_dir(desk.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let mut whole = start();
    whole.stdin.take().unwrap().write_all(record.as_bytes()).unwrap();
    let output = whole.wait_with_output().unwrap();
    assert_eq!((code(&output), shown(&output).contains("threat/")), (1, true), "{}", told(&output));
    let mut cut = start();
    drop(cut.stdout.take());
    let fed = cut.stdin.take().unwrap().write_all(record.repeat(3000).as_bytes());
    let output = cut.wait_with_output().unwrap();
    assert_eq!((code(&output), told(&output)), (0, String::new()), "a closed pipe is success ({fed:?})");
}

#[test]
fn output_goes_to_its_file_whole_or_not_at_all() {
    let desk = Desk::new(&[("found.txt", CRITICAL.as_bytes()), ("report.json", b"old")]);
    let failed = desk.run(&["scan", "gone", "--format", "json", "--output", "report.json"]);
    assert_eq!((code(&failed), std::fs::read(desk.path("report.json")).unwrap()), (2, b"old".to_vec()));
    let to_file = desk.run(&["scan", "found.txt", "--format", "json", "--output", "report.json"]);
    let to_pipe = desk.run(&["scan", "found.txt", "--format", "json"]);
    assert_eq!((code(&to_file), to_file.stdout.len()), (1, 0));
    assert_eq!(std::fs::read(desk.path("report.json")).unwrap(), to_pipe.stdout);
    assert_eq!(desk.names(), ["found.txt", "report.json"], "something was left behind");
    let nowhere = desk.run(&["scan", "found.txt", "--output", "gone/report.json"]);
    assert!(code(&nowhere) == 2 && told(&nowhere).contains("cannot write"), "{}", told(&nowhere));
}

/// A run that is refused because it would write over an input.
pub fn refused(desk: &Desk, args: &[&str], kept: &Path) {
    let before = std::fs::read(kept).unwrap();
    let output = desk.run(args);
    assert_eq!(code(&output), 2, "{args:?}: {}", told(&output));
    assert!(told(&output).contains("input"), "{args:?}: {}", told(&output));
    assert_eq!(std::fs::read(kept).unwrap(), before, "{args:?}");
}

#[test]
fn an_input_is_never_overwritten() {
    let log = b"call_id,start\nK1,2026-03-05T10:10:00+08:00\n";
    let desk = Desk::new(&[("call.txt", CLEAN.as_bytes()), ("log.csv", log)]);
    let kept = desk.path("call.txt");
    refused(&desk, &["scan", "call.txt", "--output", "call.txt"], &kept);
    refused(&desk, &["scan", "call.txt", "--output", "./call.txt"], &kept);
    refused(&desk, &["scan", "call.txt", "--calls", "log.csv", "--output", "log.csv"], &desk.path("log.csv"));
    // A file in a folder that is an input is an input too.
    refused(&desk, &["scan", ".", "--output", "call.txt"], &kept);
}

#[test]
fn a_gbk_file_is_read_and_shown_in_utf_8() {
    let bytes = encoding_rs::GB18030.encode(CRITICAL).0.into_owned();
    let desk = Desk::new(&[("gbk.txt", &bytes)]);
    for args in [&["scan", "gbk.txt", "--format", "jsonl"][..], &["scan", "gbk.txt", "--encoding", "gb18030"]]
    {
        let output = desk.run(args);
        assert!(code(&output) == 1 && shown(&output).contains("弄死你"), "{}", told(&output));
    }
}

#[test]
fn a_number_that_is_counted_by_is_masked() {
    let mut log = "call_id,borrower_id,callee_number,start,duration_s,connected\n".to_owned();
    for minute in 0..8 {
        log += &format!("K{minute},B1,19900000042,2026-03-05T10:0{minute}:00+08:00,0,false\n");
    }
    let desk = Desk::new(&[("log.csv", log.as_bytes())]);
    for format in ["text", "json", "jsonl"] {
        let hidden = shown(&desk.run(&["scan", "--calls", "log.csv", "--format", format]));
        assert!(hidden.contains("unanswered-per-number-day") && !hidden.contains("19900000042"), "{format}");
    }
    let open = shown(&desk.run(&["scan", "--calls", "log.csv", "--format", "jsonl", "--no-mask"]));
    assert!(open.contains("19900000042"));
}

#[test]
fn a_log_without_a_needed_column() {
    let desk =
        Desk::new(&[("clean.txt", CLEAN.as_bytes()), ("log.csv", b"call_id,strat\nK1,2026-03-05 10:10\n")]);
    for format in ["text", "json", "jsonl"] {
        let output =
            desk.run(&["scan", "clean.txt", "--calls", "log.csv", "--lang", "en", "--format", format]);
        assert_eq!(code(&output), 2);
        let all = shown(&output) + &told(&output);
        assert!(all.contains("no column `start`") && all.contains("log.csv"), "{format}: {all}");
    }
}

#[test]
fn the_other_verbs_come_out_too() {
    let desk = Desk::new(&[("found.txt", CRITICAL.as_bytes())]);
    for (args, expected, word) in [
        (&["rules", "list"][..], 0, "threat/violence"),
        (&["rules", "show", "threat/violence"], 0, "CC11 68"),
        (&["rules", "show", "threat/violense"], 2, "threat/violence"),
        (&["profile", "list"], 0, "us-regf"),
        (&["profile", "show", "us-regf", "--lang", "en"], 0, "12 CFR 1006.14(b)(2)(i)(B)"),
        (&["profile", "show", "strikt"], 2, "did you mean `strict`"),
        (&["scan", "found.txt", "--now", "tomorrow"], 2, "--now tomorrow"),
        (&["explain", "found.txt"], 0, "弄死你"),
        (&["explain", "gone"], 2, "gone"),
        (&["lexicon", "list"], 0, "violence"),
        (&["--version"], 0, env!("CARGO_PKG_VERSION")),
    ] {
        let output = desk.run(args);
        let all = shown(&output) + &told(&output);
        assert!(code(&output) == expected && all.contains(word), "{args:?}: {} {all}", code(&output));
    }
}

#[test]
fn calls_of_the_future_are_refused_by_the_clock_that_is_given() {
    let log = "call_id,borrower_id,start\nK1,B1,2026-03-05T10:10:00+08:00\nK2,B1,2026-03-07T10:10:00+08:00\n";
    let desk = Desk::new(&[("log.csv", log.as_bytes())]);
    let at = |now: &str| desk.run(&["scan", "--calls", "log.csv", "--now", now, "--format", "jsonl"]);
    let early = at("2026-03-05T12:00:00+08:00");
    assert_eq!(code(&early), 2);
    assert!(told(&early).contains("log.csv:3: `start` (column 3): 2026-03-07T02:10:00Z lies in the future"));
    assert_eq!(code(&at("2026-03-06T12:00:00+08:00")), 0);
}

#[test]
fn inspect_says_what_was_understood() {
    let srt = "1\n00:00:01,000 --> 00:00:02,000\n您好，请您尽快还款，我是示例公司的客服\n\n2\n00:00:03,000 --> 00:00:04,000\n客户：好\n";
    let desk = Desk::new(&[("a.srt", srt.as_bytes()), ("b.json", b"{\"a\":1}")]);
    let seen = desk.run(&["inspect", "a.srt"]);
    let text = String::from_utf8(seen.stdout.clone()).unwrap();
    for want in [
        "a.srt\n",
        "format    subtitle\n",
        "encoding  UTF-8\n",
        "calls     1, with 2 turns\n",
        "2 turns with a start, 2 with an end",
        "missing   start (1 of 1 calls)",
    ] {
        assert!(text.contains(want), "{want}\n{text}");
    }
    assert_eq!(code(&seen), 0, "{text}");
    assert_eq!(code(&desk.run(&["inspect", "b.json"])), 2);
}

#[test]
fn convert_writes_records_that_are_read_the_same() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    let input = std::fs::read(samples.join("call.jsonl")).unwrap();
    let desk = Desk::new(&[("call.jsonl", &input)]);
    let first = desk.run(&["convert", "call.jsonl", "--to", "jsonl"]);
    assert_eq!((code(&first), first.stdout.iter().filter(|b| **b == b'\n').count()), (0, 1));
    let calls = |bytes: &[u8]| {
        let input = cuicha::decode::Input { file: "call.jsonl", first_line: 1, bytes, whole: true };
        let mut calls = cuicha::decode::decode(&input, cuicha::decode::Charset::AUTO).calls;
        // Roles that labels name are written in plain words.
        calls.iter_mut().flat_map(|call| &mut call.turns).for_each(|turn| turn.voice = None);
        calls
    };
    assert_eq!(calls(&first.stdout), calls(&input));
}

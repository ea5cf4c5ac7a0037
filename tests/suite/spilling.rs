//! What is known of calls may go into temporary files from any number of them on: the same comes out, and no file is left.

use std::fmt::Write as _;
use std::path::Path;

use cuicha::aggregate::records::Spill;
use cuicha::model::scan::{CallOutcome, Conclusion};
use cuicha::pipeline::{self, Job};

use crate::spoken::built_in;

/// Calls, some of them of the log, some twice and not alike, some without an id, a borrower, a start or an end.
fn calls(folder: &Path) {
    let mut lines = String::new();
    for n in 0..1_500 {
        let (day, hour, minute) = (1 + n % 9, n / 9 % 24, n % 60);
        let id = if n % 11 == 0 {
            String::new()
        } else {
            format!(r#""call_id":"C{:04}{}","#, n % 1_400, "长".repeat(n % 3))
        };
        let borrower =
            if n % 13 == 0 { String::new() } else { format!(r#""borrower_id":"B{}","#, n * n % 40) };
        let start = if n % 17 == 0 {
            String::new()
        } else {
            format!(r#""start":"2026-03-0{day}T{hour:02}:{minute:02}:00+08:00","#)
        };
        let said = ["您好，请尽快还款。", "再不还钱我弄死你。", "我们会再打很多电话。"][n % 3];
        let answer = if n % 7 == 0 { "不要再打了。" } else { "知道了。" };
        writeln!(
            lines,
            r#"{{{id}{borrower}{start}"collector_id":"A{}","callee_role":"{}","callee_number":"1200000{:04}","turns":[{{"speaker":"agent","text":"{said}"}},{{"speaker":"borrower","text":"{answer}"}}]}}"#,
            n % 5,
            ["borrower", "contact"][n % 2],
            n % 50,
        )
        .unwrap();
    }
    std::fs::write(folder.join("calls.jsonl"), lines).unwrap();
    let mut rows = String::from(
        "call_id,borrower_id,collector_id,callee_number,callee_role,start,duration_s,connected\n",
    );
    for n in 0..900 {
        let second = if n % 19 == 0 { "?" } else { "00" };
        writeln!(
            rows,
            "C{:04},B{},A{},1200000{:04},{},2026-03-0{}T{:02}:{:02}:{second}+08:00,{},{}",
            n * 2,
            n * n % 40,
            n % 5,
            n % 50,
            ["borrower", "contact", ""][n % 3],
            1 + n % 9,
            n / 9 % 24,
            n % 60,
            n % 90,
            n % 4 != 0,
        )
        .unwrap();
    }
    std::fs::write(folder.join("log.csv"), rows).unwrap();
}

fn scan(folder: &Path, log: bool, threads: usize, beyond: usize) -> (Vec<CallOutcome>, Conclusion) {
    let temporary = tempfile::tempdir().unwrap();
    let empty = || std::fs::read_dir(temporary.path()).unwrap().next().is_none();
    let job = Job {
        paths: vec![folder.join("calls.jsonl")],
        logs: if log { vec![folder.join("log.csv")] } else { Vec::new() },
        spill: Some(Spill { beyond, folder: temporary.path().to_owned() }),
        threads,
        ..Job::default()
    };
    let mut outcomes = Vec::new();
    let conclusion = pipeline::run(built_in(), &job, &mut |outcome| {
        outcomes.push(outcome.clone());
        // Where files may lack a name, nobody finds one even while they are written.
        assert!(cfg!(not(target_os = "linux")) || empty());
        Ok(())
    });
    assert!(empty());
    (outcomes, conclusion.unwrap())
}

#[test]
fn the_same_comes_out_of_memory_and_of_files() {
    let folder = tempfile::tempdir().unwrap();
    calls(folder.path());
    for log in [false, true] {
        let in_memory = scan(folder.path(), log, 1, usize::MAX);
        let (findings, notices) = (in_memory.1.frequency.len(), in_memory.1.notices.len());
        assert!(
            findings > 100 && notices > usize::from(log) * 100,
            "{findings} findings, {notices} notices: the calls say too little"
        );
        for (threads, beyond) in [(1, 0), (2, 0), (2, 10_000)] {
            let in_files = scan(folder.path(), log, threads, beyond);
            assert!(
                in_files == in_memory,
                "log {log}, {threads} threads, beyond {beyond} bytes: something else"
            );
        }
    }
}

#[test]
fn where_no_file_can_be_made_memory_does() {
    let folder = tempfile::tempdir().unwrap();
    calls(folder.path());
    let job = |spill| Job { paths: vec![folder.path().join("calls.jsonl")], spill, ..Job::default() };
    let nowhere = Some(Spill { beyond: 0, folder: folder.path().join("not/there") });
    let run = |job: &Job| pipeline::run(built_in(), job, &mut |_| Ok(())).unwrap();
    assert_eq!(run(&job(nowhere)), run(&job(None)));
}

//! Same input, same bytes, for any number of threads.

use std::path::{Path, PathBuf};
use std::process::Output;

use cuicha::report::REPORTERS;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn scan(paths: &[&Path], format: &str, threads: usize) -> Output {
    let output = crate::program()
        .arg("scan")
        .args(paths)
        .arg("--calls")
        .arg(samples().join("formats/calls.csv"))
        .args(["--format", format, "--threads", &threads.to_string()])
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn alike(paths: &[&Path], format: &str) {
    let one = scan(paths, format, 1);
    for threads in [2, 7] {
        let other = scan(paths, format, threads);
        assert_eq!(one.status.code(), other.status.code(), "{format} with {threads} threads");
        assert!(one.stdout == other.stdout, "{format} with {threads} threads: other bytes");
        assert_eq!(one.stderr, other.stderr, "{format} with {threads} threads");
    }
}

#[test]
fn samples_give_the_same_bytes_in_each_format() {
    for format in REPORTERS {
        alike(&[&samples().join("formats")], format.name);
    }
}

#[test]
fn many_files_come_out_in_their_order() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..530 {
        let word = if n % 3 == 0 { "我弄死你信不信" } else { "请您尽快还款" };
        let text = format!("坐席：您好，第{n}通。\n客户：嗯。\n坐席：{word}。\n");
        std::fs::write(dir.path().join(format!("k{n:03}.txt")), text).unwrap();
    }
    alike(&[dir.path()], "jsonl");
    let out = String::from_utf8(scan(&[dir.path()], "jsonl", 7).stdout).unwrap();
    let ids: Vec<&str> = out
        .lines()
        .filter(|l| l.starts_with("{\"type\":\"call\""))
        .filter_map(|l| l.split("\"call_id\":\"").nth(1)?.split('"').next())
        .collect();
    assert_eq!(ids.len(), 530);
    assert!(ids.is_sorted(), "{ids:?}");
}

#[test]
fn many_lines_of_one_file_come_out_in_their_order() {
    let line = std::fs::read_to_string(samples().join("formats/call.jsonl")).unwrap();
    let dir = tempfile::tempdir().unwrap();
    let lines: String =
        (0..600).map(|n| line.trim_end().replace("F0001", &format!("F{n:04}")) + "\n").collect();
    std::fs::write(dir.path().join("calls.jsonl"), lines).unwrap();
    alike(&[dir.path()], "json");
}

#[path = "../../benches/log/mod.rs"]
mod invented;

#[test]
fn a_long_log_gives_the_same_bytes_in_any_order_and_with_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let mut text = Vec::new();
    let log = invented::Log::new(120_000, true);
    log.write(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let (head, body) = text.split_once('\n').unwrap();
    let mut backwards: Vec<&str> = body.lines().collect();
    backwards.reverse();
    // A row that stands twice is one call.
    backwards.push(backwards[7]);
    std::fs::write(dir.path().join("log.csv"), &text).unwrap();
    let run = |threads: &str| {
        let output = crate::program()
            .args(["scan", "--calls", "log.csv", "--format", "jsonl", "--threads", threads])
            .current_dir(dir.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    // A row that stands twice makes another input, though not another result.
    let results = |text: &str| -> String {
        let (before, after) = text.split_once("\"input\":\"").unwrap();
        before.to_owned() + &after[32..]
    };
    let one = run("1");
    assert_eq!(one.matches("\"rule\":\"frequency/quiet-hours\"").count() as u64, log.night());
    assert!(one == run("3"), "other bytes with three threads");
    std::fs::write(dir.path().join("log.csv"), format!("{head}\n{}\n", backwards.join("\n"))).unwrap();
    assert!(results(&one) == results(&run("2")), "other bytes when the rows come backwards");
}

/// A log of many blocks: fields that go on over lines and blocks, bytes that are no text, a stray quote, rows that cannot be read.
fn long_log() -> (Vec<u8>, Vec<usize>) {
    let mut log = b"call_id,borrower_id,callee_number,start,duration_s,note\n".to_vec();
    let (mut bad, mut line, mut counted) = (Vec::new(), 1, 0);
    for n in 0..60_000 {
        line += log[counted..].iter().filter(|b| **b == b'\n').count();
        counted = log.len();
        let row = format!(
            "D{n},L{},1200000{:04},2026-03-{:02}T10:00:{:02}+08:00,{}",
            n % 900,
            n % 7,
            1 + n % 28,
            n % 60,
            n % 90
        );
        log.extend(row.as_bytes());
        match n {
            20_000 | 45_000 => {
                log.extend(format!(",\"{}\"\n", "a \"\"quoted\"\" line\n".repeat(30_000)).as_bytes())
            }
            30_000 => log.extend(b",\xff\xfe\xff\n"),
            40_000 => log.extend(b",\"never closed\n"),
            50_000 => log.extend(b",one,field,more\n"),
            _ if n % 4_001 == 0 => log.extend(b",\"two\nlines\"\n"),
            _ => log.extend(b",\n"),
        }
        match n {
            30_000 | 40_000 | 50_000 => bad.push(line),
            // The stray quote ends with the next one: its lines are read one by one.
            40_010 => bad.extend([line, line + 1]),
            _ => {}
        }
        if n % 9_973 == 0 {
            log.extend(b"\r\n\n");
        }
    }
    (log, bad)
}

#[test]
fn a_log_of_many_blocks_says_the_same_for_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let (log, bad) = long_log();
    std::fs::write(dir.path().join("calls.csv"), log).unwrap();
    let scan = |threads: &str| {
        crate::program()
            .args(["scan", "--calls", "calls.csv", "--format", "jsonl", "--threads", threads])
            .args(["--now", "2026-04-01T00:00:00Z"])
            .current_dir(dir.path())
            .output()
            .unwrap()
    };
    let one = scan("1");
    let told = String::from_utf8(one.stderr.clone()).unwrap();
    let lines: Vec<usize> =
        told.lines().filter_map(|l| l.split("calls.csv:").nth(1)?.split(':').next()?.parse().ok()).collect();
    assert_eq!(lines, bad, "{told}");
    let out = String::from_utf8(one.stdout.clone()).unwrap();
    assert!(out.contains("\"calls_in_log\":59996"), "{}", out.lines().last().unwrap());
    for threads in ["2", "3"] {
        let other = scan(threads);
        assert_eq!(one.status.code(), other.status.code());
        assert!(one.stdout == other.stdout, "{threads} threads: other bytes");
        assert_eq!(one.stderr, other.stderr, "{threads} threads");
    }
}

#[test]
fn thousands_of_threads_are_refused() {
    for number in ["1025", "99999", "-1", "many"] {
        for verb in ["scan", "eval"] {
            let option = format!("--threads={number}");
            let output = crate::program().args([verb, "samples", &option]).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(said.contains("must be a whole number from 0 to 1024"), "{said}");
            assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{number}");
        }
    }
}

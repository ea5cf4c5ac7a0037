//! Same input, same bytes, for any number of threads.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cuicha::report::REPORTERS;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn scan(paths: &[&Path], format: &str, threads: usize) -> Output {
    let output = Command::new(env!("CARGO_BIN_EXE_cuicha"))
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
        let output = Command::new(env!("CARGO_BIN_EXE_cuicha"))
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

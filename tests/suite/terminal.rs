//! How the program behaves on a terminal, in a pipe, and when it is interrupted.
#![cfg(target_os = "linux")]

use std::io::Write;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use unicode_width::UnicodeWidthStr;

use crate::cli::{Desk, code, shown, told};

const THREAT: &str = "坐席：我弄死你信不信。\n客户：你说什么。\n";

fn with_env(desk: &Desk, args: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = crate::program();
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.args(args).envs(env.iter().copied()).current_dir(desk.0.path()).output().unwrap()
}

/// A shell line on a terminal of 80 columns; everything that reaches the terminal.
fn on_terminal(desk: &Desk, line: &str) -> String {
    let line = format!("stty cols 80 rows 24; export TERM=xterm; {line}")
        .replace("cuicha ", &format!("{} ", env!("CARGO_BIN_EXE_cuicha")));
    let output = Command::new("script")
        .args(["-qec", &line, "/dev/null"])
        .env_remove("NO_COLOR")
        .env("LC_ALL", "C")
        .current_dir(desk.0.path())
        .stdin(Stdio::null())
        .output()
        .expect("`script` of util-linux gives the terminal of this test");
    shown(&output)
}

/// Without what steers a terminal.
fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            let _ = chars.by_ref().skip(1).find(char::is_ascii_alphabetic);
        } else if c != '\r' {
            out.push(c);
        }
    }
    out
}

#[test]
fn colours_follow_the_conventions() {
    let desk = Desk::new(&[("call.txt", THREAT.as_bytes())]);
    let colored = |args: &[&str], env: &[(&str, &str)]| {
        shown(&with_env(&desk, &[&["scan", "call.txt"], args].concat(), env)).contains('\u{1b}')
    };
    assert!(!colored(&[], &[]), "a pipe");
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "0")]));
    assert!(!colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]));
    assert!(colored(&[], &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "")]), "an empty NO_COLOR is none");
    assert!(colored(&["--color", "always"], &[("NO_COLOR", "1")]), "what is typed holds");
    assert!(!colored(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(on_terminal(&desk, "cuicha scan call.txt").contains('\u{1b}'));
    assert!(!on_terminal(&desk, "NO_COLOR=1 cuicha scan call.txt 2>/dev/null").contains("\u{1b}["));
}

#[test]
fn compact_quiet_and_with_context() {
    let calls = "坐席：您好。\n客户：第一句。\n坐席：我弄死你信不信。\n客户：最后一句。\n";
    let desk = Desk::new(&[("call.txt", calls.as_bytes())]);
    let page = |args: &[&str]| shown(&desk.run(&[&["scan", "call.txt", "--lang", "en"], args].concat()));
    let (compact, full, quiet) = (page(&[]), page(&["-v"]), page(&["-q"]));
    assert!(
        compact.contains("Summary") && !compact.contains("= why:") && !compact.contains("第一句"),
        "{compact}"
    );
    assert!(full.contains("= why:") && full.contains("第一句") && full.contains("最后一句"), "{full}");
    assert!(!full.contains("您好"), "one turn on each side\n{full}");
    assert!(page(&["--context", "2"]).contains("您好"));
    assert!(quiet.contains("violation[") && !quiet.contains("Summary"), "{quiet}");
    assert!(desk.run(&["scan", "call.txt", "-q"]).stderr.is_empty());
    let bare = page(&["--context", "2", "--text", "none"]);
    assert!(!bare.contains("您好") && !bare.contains("弄死"), "{bare}");
    assert_eq!(code(&desk.run(&["scan", "call.txt", "-q", "-v"])), 2);
}

#[test]
fn progress_is_told_on_a_terminal_alone() {
    let desk = Desk::new(&[("call.txt", THREAT.as_bytes())]);
    let seen = plain(&on_terminal(&desk, "cuicha scan call.txt --lang en --format jsonl -o out.jsonl"));
    assert!(seen.contains("calls/s") && seen.contains("MB/s") && seen.contains('%'), "{seen:?}");
    for line in ["cuicha scan call.txt -q -o out.txt", "cuicha scan call.txt -o out.txt 2>err.txt"] {
        assert!(!plain(&on_terminal(&desk, line)).contains("/s"), "{line}");
    }
    assert_eq!(std::fs::read_to_string(desk.path("err.txt")).unwrap(), "");
    let piped = desk.run(&["scan", "call.txt", "--format", "jsonl"]);
    assert_eq!((told(&piped), shown(&piped).contains("MB/s")), (String::new(), false));
}

#[test]
fn columns_are_aligned_at_80_columns() {
    let mut records = String::new();
    for (n, (who, by)) in
        [("张三样本", "工号八零一"), ("B2", "802"), ("很长很长很长很长的借款人编号样本", "样本催收员三号组")]
            .iter()
            .enumerate()
    {
        records += &format!(
            "{{\"call_id\":\"K{n}\",\"borrower_id\":\"{who}\",\"collector_id\":\"{by}\",\"callee_role\":\"borrower\",\
             \"turns\":[{{\"speaker\":\"agent\",\"text\":\"我弄死你信不信，打断你的腿，你这个老赖骗子。\"}},{{\"speaker\":\"borrower\",\"text\":\"好\"}}]}}\n"
        );
    }
    let desk = Desk::new(&[("k.jsonl", records.as_bytes())]);
    let page = plain(&on_terminal(&desk, "cuicha scan k.jsonl --color never"));
    let mut tables = 0;
    for title in ["借款人（最差在前）", "催收员（最差在前）"] {
        let rows: Vec<&str> =
            page.lines().skip_while(|l| *l != title).skip(1).take_while(|l| !l.is_empty()).collect();
        assert!(rows.len() == 4, "{title}\n{page}");
        let starts: Vec<usize> =
            rows[1..].iter().map(|r| r[..r.find("违规").unwrap_or_else(|| panic!("{r}"))].width()).collect();
        let head = rows[0][..rows[0].find("结论").unwrap()].width();
        assert!(starts.iter().all(|s| *s == head), "{title}: {starts:?} {head}\n{page}");
        assert!(rows.iter().all(|r| r.width() <= 80), "{title}\n{page}");
        tables += 1;
    }
    assert_eq!(tables, 2);
}

#[test]
fn an_interrupt_leaves_nothing_half_written() {
    for (signal, ended) in [("-HUP", 129), ("-INT", 130), ("-TERM", 143)] {
        let desk = Desk::new(&[("out.jsonl", b"old")]);
        let mut child = crate::program()
            .args([
                "scan",
                "-",
                "--format",
                "jsonl",
                "--report",
                "jsonl=out.jsonl",
                "--report",
                "csv=out.csv",
            ])
            .current_dir(desk.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        let record = "{\"turns\":[{\"speaker\":\"agent\",\"text\":\"我弄死你信不信\"}]}\n";
        input.write_all(record.repeat(100).as_bytes()).unwrap();
        // It waits for more input with both files begun.
        send(signal, &child, &desk, 2);
        let since = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
            assert!(since.elapsed() < Duration::from_secs(60), "it does not end");
            std::thread::sleep(Duration::from_millis(20));
        };
        assert_eq!(status.code(), Some(ended), "{signal}");
        assert_eq!(desk.names(), ["out.jsonl"], "{signal}: something was left behind");
        assert_eq!(std::fs::read(desk.path("out.jsonl")).unwrap(), b"old");
    }
}

/// Sends a signal to a run once it has begun so many files.
fn send(signal: &str, run: &std::process::Child, desk: &Desk, files: usize) {
    let since = Instant::now();
    while desk.names().iter().filter(|name| name.starts_with(".cuicha-")).count() < files {
        assert!(since.elapsed() < Duration::from_secs(60), "{:?}", desk.names());
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Command::new("kill").args([signal, &run.id().to_string()]).status().unwrap().success());
}

#[test]
fn what_it_was_started_to_ignore_does_not_end_it() {
    let desk = Desk::new(&[]);
    let program = crate::program();
    let mut child = Command::new("sh")
        .args(["-c", "trap '' HUP; exec \"$0\" \"$@\""])
        .arg(program.get_program())
        .args(["scan", "-", "--format", "jsonl", "--report", "csv=out.csv"])
        .current_dir(desk.0.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    input
        .write_all("{\"turns\":[{\"speaker\":\"agent\",\"text\":\"我弄死你信不信\"}]}\n".as_bytes())
        .unwrap();
    send("-HUP", &child, &desk, 1);
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(desk.names(), ["out.csv"]);
}

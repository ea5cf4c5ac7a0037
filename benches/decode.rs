//! What reading costs beside the least that it can cost, the two in turn, so that a busy machine slows both.
//! `cargo bench --bench decode` decodes invented JSON Lines and compares with serde_json's typed parse of the same lines, text
//! borrowed; `-- --lines FILE` those of a file. `-- --files N` makes a folder of N small files (100,000 by default) and compares
//! the stage that reads them with a plain walk that opens and reads each. Times are those of this thread on a processor, where
//! the system tells them. Every run counts what it found.
#![allow(missing_docs, clippy::print_stdout)]

use std::borrow::Cow;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::time::{Duration, Instant};

use cuicha::decode::{self, Charset, Input};
use cuicha::pipeline::{self, Job};
use cuicha::source;
use serde::Deserialize;

mod corpus;

use corpus::corpus;

/// Calls of a run, and of one that only shows that it counts right; small files of the same.
const CALLS: (usize, usize) = (20_000, 200);
const FILES: (usize, usize) = (100_000, 300);
const ROUNDS: usize = 7;
/// Files of one folder.
const FOLDER: usize = 1_000;
/// Bytes of lines that are decoded at one go, as in a scan.
const PIECE: usize = 256 << 10;

/// The least that has to be looked at: a record whose words stay where they are.
#[derive(Deserialize)]
#[allow(dead_code)] // Parsed, to be compared.
struct Record<'a> {
    #[serde(borrow)]
    call_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    borrower_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    collector_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    start: Option<Cow<'a, str>>,
    #[serde(borrow)]
    turns: Vec<Turn<'a>>,
}

#[derive(Deserialize)]
#[allow(dead_code)] // Parsed, to be compared.
struct Turn<'a> {
    #[serde(borrow)]
    speaker: Option<Cow<'a, str>>,
    start_ms: Option<u64>,
    end_ms: Option<u64>,
    #[serde(borrow)]
    text: Cow<'a, str>,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let at = |name: &str| args.iter().position(|a| a == name);
    let after = |name: &str| at(name).and_then(|at| args.get(at + 1));
    let test = at("--test").is_some();
    let pick = |(most, least): (usize, usize)| if test { least } else { most };
    if at("--files").is_none() || test {
        let bytes = match after("--lines") {
            Some(file) => fs::read(file).unwrap_or_else(|e| panic!("{file}: {e}")),
            None => corpus(pick(CALLS), 3).json_lines().into_bytes(),
        };
        lines(&bytes, if test { 1 } else { ROUNDS });
    }
    if at("--files").is_some() || test {
        let number = after("--files").and_then(|n| n.parse().ok()).unwrap_or(pick(FILES));
        files(number, if test { 1 } else { ROUNDS }).unwrap_or_else(|e| panic!("{e}"));
    }
}

/// How long this thread was on a processor, or how late it is.
fn clock(begun: Instant) -> Duration {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let spent = told.and_then(|t| t.split(' ').next()?.parse().ok()).map(Duration::from_nanos);
    spent.unwrap_or_else(|| begun.elapsed())
}

/// Runs both in turn and tells their ratio.
fn compare(what: [&str; 2], rounds: usize, mut runs: [&mut dyn FnMut() -> usize; 2]) {
    let begun = Instant::now();
    let mut spent = [Vec::new(), Vec::new()];
    let mut found = [0; 2];
    for _ in 0..rounds {
        for (which, run) in runs.iter_mut().enumerate() {
            let before = clock(begun);
            found[which] = run();
            spent[which].push(clock(begun) - before);
        }
    }
    assert_eq!(found[0], found[1], "{} and {} do not find the same", what[0], what[1]);
    let middle = |times: &mut Vec<Duration>| {
        times.sort();
        times[times.len() / 2].as_secs_f64()
    };
    let [least, ours] = spent.each_mut().map(middle);
    println!("{}: {:.1} ms", what[0], least * 1e3);
    println!(
        "{}: {:.1} ms, {:.2} times as long, {:.2} of its speed",
        what[1],
        ours * 1e3,
        ours / least,
        least / ours
    );
}

fn lines(bytes: &[u8], rounds: usize) {
    println!("{} MB of JSON Lines", bytes.len() / 1_000_000);
    let of = |parsed: serde_json::Result<Record<'_>>| match parsed {
        Ok(record) => std::hint::black_box(&record).turns.len(),
        Err(e) => panic!("{e}"),
    };
    let mut parse = || {
        let records = bytes.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        records.map(|line| of(serde_json::from_slice(line))).sum()
    };
    let mut parse_text = || {
        let text = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{e}"));
        text.split('\n').filter(|line| !line.is_empty()).map(|line| of(serde_json::from_str(line))).sum()
    };
    let pieces = pieces(bytes);
    let mut decode = || {
        let mut turns = 0;
        for (first_line, bytes) in &pieces {
            let input = Input { file: "calls.jsonl", first_line: *first_line, bytes, whole: false };
            let decoded = decode::decode(&input, Charset::AUTO);
            assert!(decoded.notices.iter().all(|n| !n.lost), "{:?}", decoded.notices);
            turns += std::hint::black_box(&decoded.calls).iter().map(|call| call.turns.len()).sum::<usize>();
        }
        turns
    };
    compare(["serde_json, borrowed, of bytes", "decode"], rounds, [&mut parse, &mut decode]);
    compare(
        ["serde_json, borrowed, of text checked at once", "decode"],
        rounds,
        [&mut parse_text, &mut decode],
    );
}

/// Whole lines, and with which line each piece begins.
fn pieces(bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let (mut rest, mut line, mut pieces) = (bytes, 1, Vec::new());
    while !rest.is_empty() {
        let end = rest.iter().skip(PIECE).position(|b| *b == b'\n').map_or(rest.len(), |at| PIECE + at + 1);
        let (piece, behind) = rest.split_at(end);
        pieces.push((line, piece));
        line += piece.iter().filter(|b| **b == b'\n').count();
        rest = behind;
    }
    pieces
}

fn files(number: usize, rounds: usize) -> std::io::Result<()> {
    let dir = tempfile::tempdir()?;
    for n in 0..number {
        let folder = dir.path().join(format!("{:05}", n / FOLDER));
        if n % FOLDER == 0 {
            fs::create_dir(&folder)?;
        }
        let text = format!("坐席：您好，这里是第 {n} 通。\n客户：你好。\n坐席：请您按时还款。\n");
        fs::write(folder.join(format!("call-{n:07}.txt")), text)?;
    }
    println!("{number} small files");
    let mut plain = || walk(dir.path()).unwrap_or_else(|e| panic!("{e}"));
    let paths = [dir.path().to_owned()];
    let mut source = || {
        let pieces = source::open(&paths, pipeline::of_transcripts(&Job::default())).map(|item| match item {
            Ok(piece) => piece.bytes.len(),
            Err(notice) => panic!("{notice:?}"),
        });
        pieces.sum()
    };
    compare(["walked, opened and read", "read by the source"], rounds, [&mut plain, &mut source]);
    Ok(())
}

/// Bytes of all files of a folder.
fn walk(folder: &Path) -> std::io::Result<usize> {
    let mut bytes = 0;
    let mut entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            bytes += walk(&entry.path())?;
        } else {
            let mut held = Vec::new();
            fs::File::open(entry.path())?.read_to_end(&mut held)?;
            bytes += std::hint::black_box(held).len();
        }
    }
    Ok(bytes)
}

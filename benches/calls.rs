//! Counting a call log: time and memory by row. `cargo bench --bench calls` measures a log of a million rows;
//! `-- --rows N` another one; `-- --write N FILE` only writes the log, for `compare-duckdb.sh` and for the program itself.
//! `--half` gives one borrower half of all calls. Every run counts what it found, so that a fast wrong result is no result.
#![allow(missing_docs, clippy::print_stdout)]

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use cuicha::build::{Choices, Engine};
use cuicha::pipeline::{self, Job};

mod log;

use log::Log;

/// Rows of a run, and of one that only shows that it counts right.
const ROWS: (u64, u64) = (1_000_000, 20_000);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| args.iter().position(|a| a == name).map(|at| &args[at + 1..]);
    let half = args.iter().any(|a| a == "--half");
    if let Some([rows, file, ..]) = after("--write") {
        write(Path::new(file), &Log::new(number(rows), half));
        return;
    }
    let test = args.iter().any(|a| a == "--test");
    let rows = after("--rows").and_then(|rest| rest.first()).map(|n| number(n));
    measure(rows.unwrap_or(if test { ROWS.1 } else { ROWS.0 }), half);
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_else(|_| panic!("`{text}` is no number of rows"))
}

fn write(path: &Path, log: &Log) {
    let written = std::fs::File::create(path).and_then(|file| {
        let mut out = std::io::BufWriter::with_capacity(1 << 20, file);
        log.write(&mut out)?;
        out.flush()
    });
    written.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

fn measure(rows: u64, half: bool) {
    let Ok(dir) = tempfile::tempdir() else { panic!("no room for a folder") };
    let path = dir.path().join("calls.csv");
    let log = Log::new(rows, half);
    write(&path, &log);
    let engine = Engine::new(&Choices::default()).unwrap_or_else(|e| panic!("{e}"));
    let job = Job { logs: vec![path], ..Job::default() };
    let begun = Instant::now();
    let conclusion = pipeline::run(&engine, &job, &mut |_| Ok(())).unwrap_or_else(|e| panic!("{e}"));
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(conclusion.totals.calls_in_log, rows);
    assert_eq!(conclusion.totals.lost, 0);
    let night = conclusion.totals.findings.get("frequency/quiet-hours").copied().unwrap_or(0);
    assert_eq!(night, log.night(), "calls at night");
    println!(
        "{rows} rows: {seconds:.2} s, {:.2} million rows/s, {} findings",
        rows as f64 / seconds / 1e6,
        conclusion.frequency.len()
    );
}

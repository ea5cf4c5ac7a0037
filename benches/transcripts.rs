//! A whole scan of many calls by a fixed seed. `cargo bench --bench transcripts` scans 20,000 calls and tells how long it took;
//! `-- --calls N` other numbers, `-- --density D` so many of a hundred collector's turns that break a rule;
//! `-- --write N FOLDER` only writes them, for `compare.sh`: `calls.jsonl`, the words alone as `calls.txt`, and as `terms.txt`
//! every word that the lexicon looks for. Every run counts what it found, so that a fast wrong result is no result.
#![allow(missing_docs, clippy::print_stdout)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;
use std::time::Instant;

use cuicha::build::{Choices, Engine};
use cuicha::pipeline::{self, Job};

mod corpus;

use corpus::corpus;

/// Calls of a run, and of one that only shows that it counts right.
const CALLS: (usize, usize) = (20_000, 500);
/// Of a hundred of the collector's turns so many break a rule.
const DENSITY: usize = 3;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let after = |name: &str| args.iter().position(|a| a == name).and_then(|at| args.get(at + 1));
    let number =
        |name: &str| after(name).map(|n| n.parse::<usize>().unwrap_or_else(|e| panic!("{name} {n}: {e}")));
    let density = number("--density").unwrap_or(DENSITY);
    if let Some(calls) = number("--write") {
        let Some(folder) = args.iter().position(|a| a == "--write").and_then(|at| args.get(at + 2)) else {
            panic!("--write needs a number of calls and a folder")
        };
        return write(calls, density, Path::new(folder)).unwrap_or_else(|e| panic!("{folder}: {e}"));
    }
    let test = args.iter().any(|a| a == "--test");
    measure(number("--calls").unwrap_or(if test { CALLS.1 } else { CALLS.0 }), density);
}

fn engine() -> Engine {
    Engine::new(&Choices::default()).unwrap_or_else(|e| panic!("{e}"))
}

fn write(calls: usize, density: usize, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let corpus = corpus(calls, density);
    std::fs::write(folder.join("calls.jsonl"), corpus.json_lines())?;
    let mut text = String::new();
    for turn in corpus.calls.iter().flat_map(|call| &call.turns) {
        let _ = writeln!(text, "{}", turn.text);
    }
    std::fs::write(folder.join("calls.txt"), text)?;
    let terms: Vec<String> = engine().rules.patterns.iter().map(|p| p.text.to_string()).collect();
    std::fs::write(folder.join("terms.txt"), terms.join("\n") + "\n")
}

fn measure(calls: usize, density: usize) {
    let Ok(dir) = tempfile::tempdir() else { panic!("no room for a folder") };
    let corpus = corpus(calls, density);
    let text = corpus.json_lines();
    if let Err(e) = std::fs::write(dir.path().join("calls.jsonl"), &text) {
        panic!("{e}");
    }
    let engine = engine();
    let job = Job { paths: vec![dir.path().to_owned()], ..Job::default() };
    let mut found = 0;
    let begun = Instant::now();
    let conclusion = pipeline::run(&engine, &job, &mut |outcome| {
        found += outcome.findings.iter().map(|f| f.turn).collect::<BTreeSet<usize>>().len();
        Ok(())
    });
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(conclusion.map_or(0, |c| c.totals.calls_decoded), calls as u64);
    // The classifier may find more than what was planted, never less.
    assert!(found >= corpus.planted, "{found} of {}", corpus.planted);
    println!(
        "{calls} calls, {:.1} MB, {density} % broken: {seconds:.2} s, {:.0} calls/s, {found} turns found",
        text.len() as f64 / 1e6,
        calls as f64 / seconds
    );
}

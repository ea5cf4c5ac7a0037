//! `cuicha lexicon`: test, lint, list.

use std::io::Write;
use std::path::Path;

use cuicha::build::{Choices, Engine, files_with};
use cuicha::model::error::{Error, Fault};
use cuicha::selftest;

use crate::args::{LexiconArgs, LexiconVerb};
use crate::exit::Outcome;

pub fn run(args: &LexiconArgs) -> Result<Outcome, Error> {
    match &args.verb {
        LexiconVerb::Test { dir } => test(dir.as_deref()),
        LexiconVerb::Lint { dir } => lint(dir.as_deref()),
        LexiconVerb::List { dir } => list(dir.as_deref()),
    }
}

fn engine(dir: Option<&Path>) -> Result<Engine, Error> {
    Engine::from_files(&files_with(dir)?, &Choices::default())
}

fn test(dir: Option<&Path>) -> Result<Outcome, Error> {
    let engine = engine(dir)?;
    let failures = selftest::in_data(&engine);
    let tests: usize = engine.rules.rules.iter().map(|r| r.tests.len()).sum();
    let faults: Vec<Fault> = failures
        .iter()
        .map(|f| Fault { message: format!("{}: {}", f.rule, f.fault.message), ..f.fault.clone() })
        .collect();
    report(
        &faults,
        &format!(
            "{tests} tests in {} rules: {} passed, {} failed",
            engine.rules.rules.len(),
            tests - faults.len(),
            faults.len()
        ),
    )
}

fn lint(dir: Option<&Path>) -> Result<Outcome, Error> {
    let engine = engine(dir)?;
    let faults = selftest::unreachable(&engine);
    let rules = &engine.rules;
    let entries: usize = rules.rules.iter().map(|r| r.terms + r.phrases).sum();
    report(&faults, &format!("{entries} terms and phrases: {} can never match", faults.len()))
}

fn report(faults: &[Fault], summary: &str) -> Result<Outcome, Error> {
    let mut out = std::io::stdout().lock();
    let lines = faults.iter().map(|f| format!("{f}\n")).chain([format!("{summary}\n")]);
    for line in lines {
        out.write_all(line.as_bytes()).map_err(to_stdout)?;
    }
    Ok(if faults.is_empty() { Outcome::Clean } else { Outcome::Found })
}

fn list(dir: Option<&Path>) -> Result<Outcome, Error> {
    let engine = engine(dir)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{:<36} {:>6} {:>8} {:>6}", "rule", "terms", "phrases", "tests").map_err(to_stdout)?;
    for r in &engine.rules.rules {
        writeln!(out, "{:<36} {:>6} {:>8} {:>6}", r.id, r.terms, r.phrases, r.tests.len())
            .map_err(to_stdout)?;
    }
    Ok(Outcome::Clean)
}

/// An error of writing to standard output.
pub fn to_stdout(source: std::io::Error) -> Error {
    Error::Write { path: "<stdout>".into(), source }
}

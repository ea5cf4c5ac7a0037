//! `cuicha lexicon`: new, test, lint, format, coverage, list.

use std::io::Write;
use std::path::Path;

use cuicha::build::{Choices, Engine};
use cuicha::lexicon::scaffold;
use cuicha::lint::{self, Level, Remark};
use cuicha::model::error::{Error, Fault};
use cuicha::model::rules::{Owner, Phrase};
use cuicha::report::padded;
use cuicha::selftest;

use crate::args::{LexiconArgs, LexiconFormat, LexiconVerb};
use crate::engine;
use crate::exit::Outcome;
use crate::language::{fill, remark, say};

mod coverage;
mod format;

pub fn run(args: &LexiconArgs) -> Result<Outcome, Error> {
    match &args.verb {
        LexiconVerb::New { id, dir } => new(id, dir),
        LexiconVerb::Test { dir } => test(dir.as_deref()),
        LexiconVerb::Lint { dir, strict, format } => lint(dir.as_deref(), *strict, *format),
        LexiconVerb::Format { paths, check } => format::run(paths, *check),
        LexiconVerb::Coverage(a) => coverage::run(a),
        LexiconVerb::List { dir } => list(dir.as_deref()),
    }
}

fn engine(dir: Option<&Path>) -> Result<Engine, Error> {
    Engine::from_files(&engine::files(dir)?, &Choices::default())
}

fn test(dir: Option<&Path>) -> Result<Outcome, Error> {
    let engine = engine(dir)?;
    let failures = selftest::in_data(&engine);
    let tests = selftest::count(&engine.rules);
    let faults: Vec<Fault> = failures
        .iter()
        .map(|f| Fault { message: format!("{}: {}", f.rule, remark(&f.fault.message)), ..f.fault.clone() })
        .collect();
    let (rules, elements) = (engine.rules.rules.len(), engine.rules.conduct.len());
    let summary =
        fill("lexicon.tested", &[&tests, &rules, &elements, &(tests - faults.len()), &faults.len()]);
    report(&faults, &summary)
}

fn new(id: &str, dir: &Path) -> Result<Outcome, Error> {
    let path = scaffold::scaffold(id, dir)?;
    let dir = dir.display();
    let text = format!(
        "{}\n{}\n  cuicha lexicon test {dir}\n  cuicha scan CALLS --lexicon {dir}\n",
        path.display(),
        say("lexicon.new")
    );
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(to_stdout)?;
    Ok(Outcome::Clean)
}

fn lint(dir: Option<&Path>, strict: bool, format: LexiconFormat) -> Result<Outcome, Error> {
    let files = engine::files(dir)?;
    let engine = Engine::from_files(&files, &Choices::default())?;
    let remarks = lint::lint(&engine, &files);
    let entries: usize = engine.rules.rules.iter().map(|r| r.terms + r.phrases).sum();
    let errors = remarks.iter().filter(|r| r.level == Level::Error).count();
    let warnings = remarks.len() - errors;
    let text = match format {
        LexiconFormat::Json => {
            let all = serde_json::json!({ "entries": entries, "remarks": remarks });
            format!("{all}\n")
        }
        LexiconFormat::Text => {
            let line = |r: &Remark| {
                let level = say(if r.level == Level::Error { "error" } else { "warning" });
                let place = if r.line == 0 { r.file.clone() } else { format!("{}:{}", r.file, r.line) };
                format!("{place}: {level}[{}]: {}\n", r.kind, remark(&r.message))
            };
            let lines: String = remarks.iter().map(line).collect();
            format!("{lines}{}\n", fill("lexicon.linted", &[&entries, &errors, &warnings]))
        }
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(to_stdout)?;
    Ok(if errors > 0 || (strict && warnings > 0) { Outcome::Found } else { Outcome::Clean })
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
    let [rule, terms, phrases, tests] =
        ["rule", "terms", "phrases", "tests"].map(|name| say(&format!("lexicon.{name}")));
    writeln!(out, "{} {} {} {}", padded(&rule, 36), ahead(&terms, 6), ahead(&phrases, 8), ahead(&tests, 6))
        .map_err(to_stdout)?;
    for r in &engine.rules.rules {
        writeln!(out, "{:<36} {:>6} {:>8} {:>6}", r.id, r.terms, r.phrases, r.tests.len())
            .map_err(to_stdout)?;
    }
    for (ix, element) in engine.rules.conduct.iter().enumerate() {
        // Each line of terms of an element is kept as one phrase.
        let of = |p: &&Phrase| matches!(p.owner, Owner::Need(e, _) if e == ix);
        let phrases = engine.rules.phrases.iter().filter(of).count();
        let id = format!("conduct/{}", element.name);
        writeln!(out, "{id:<36} {:>6} {phrases:>8} {:>6}", "-", element.tests.len()).map_err(to_stdout)?;
    }
    Ok(Outcome::Clean)
}

/// The head of a column of numbers.
fn ahead(text: &str, width: usize) -> String {
    let padded = padded(text, width);
    let rest = padded.len() - padded.trim_end().len();
    format!("{}{text}", " ".repeat(rest))
}

/// An error of writing to standard output.
pub fn to_stdout(source: std::io::Error) -> Error {
    Error::Write { path: "<stdout>".into(), source }
}

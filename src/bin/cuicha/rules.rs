//! `cuicha rules`: list, show.

use std::io::Write;
use std::path::PathBuf;

use cuicha::build::{Choices, Engine};
use cuicha::lexicon::document::suggest;
use cuicha::model::error::Error;
use cuicha::model::messages::Language;
use cuicha::model::rules::{Bilingual, Rule, Severity};
use cuicha::report::padded;
use cuicha::report::rules_page::rules_page;

use crate::args::{RulesArgs, RulesFormat, RulesVerb};
use crate::engine;
use crate::exit::Outcome;
use crate::language::{self, fill, say};
use crate::lexicon::to_stdout;

pub fn run(args: &RulesArgs) -> Result<Outcome, Error> {
    match &args.verb {
        RulesVerb::List { format: RulesFormat::Text, lexicon } => list(&engine(lexicon)?),
        RulesVerb::List { format: RulesFormat::Markdown, lexicon } => {
            let engine = engine(lexicon)?;
            let page = rules_page(&engine.rules, &engine.profile);
            std::io::stdout().lock().write_all(page.as_bytes()).map_err(to_stdout)?;
            Ok(Outcome::Clean)
        }
        RulesVerb::Show { id, lexicon } => show(&engine(lexicon)?, id),
    }
}

fn engine(lexicons: &[PathBuf]) -> Result<Engine, Error> {
    engine::built(&Choices { lexicons: lexicons.to_vec(), ..Choices::default() })
}

fn list(engine: &Engine) -> Result<Outcome, Error> {
    let mut out = std::io::stdout().lock();
    for r in &engine.rules.rules {
        writeln!(out, "{:<36} {} {}", r.id, column(r.severity), title(&r.title)).map_err(to_stdout)?;
    }
    for r in &engine.profile.rules {
        let id = format!("frequency/{}", r.id);
        let called = r.title.clone().unwrap_or_default();
        writeln!(out, "{id:<36} {} {}", column(r.severity), title(&called)).map_err(to_stdout)?;
    }
    for e in &engine.rules.conduct {
        let id = format!("conduct/{}", e.name);
        writeln!(out, "{id:<36} {} {}", column(e.severity), title(&e.title)).map_err(to_stdout)?;
    }
    Ok(Outcome::Clean)
}

fn show(engine: &Engine, id: &str) -> Result<Outcome, Error> {
    let mut out = std::io::stdout().lock();
    if let Some(ix) = engine.rules.rule(id) {
        let text = page(&engine.rules.rules[ix]);
        out.write_all(text.as_bytes()).map_err(to_stdout)?;
        return Ok(Outcome::Clean);
    }
    let found = engine.rules.conduct.iter().find(|e| format!("conduct/{}", e.name) == id);
    if let Some(e) = found {
        let rule = Rule {
            id: id.to_owned(),
            group: "conduct".to_owned(),
            title: e.title.clone(),
            why: e.why.clone(),
            advice: Default::default(),
            severity: e.severity,
            basis: e.basis.clone(),
            speakers: Vec::new(),
            file: format!("lexicons/conduct/{}.toml", e.name),
            own: false,
            terms: 0,
            phrases: 0,
            tests: Vec::new(),
        };
        out.write_all(page(&rule).as_bytes()).map_err(to_stdout)?;
        return Ok(Outcome::Clean);
    }
    if let Some(r) = engine.profile.rules.iter().find(|r| format!("frequency/{}", r.id) == id) {
        let rule = Rule {
            id: id.to_owned(),
            group: "frequency".to_owned(),
            title: r.title.clone().unwrap_or_default(),
            why: r.why.clone().unwrap_or_default(),
            advice: Default::default(),
            severity: r.severity,
            basis: r.basis.clone(),
            speakers: Vec::new(),
            file: engine.profile.name.clone(),
            own: false,
            terms: 0,
            phrases: 0,
            tests: Vec::new(),
        };
        out.write_all(page(&rule).as_bytes()).map_err(to_stdout)?;
        return Ok(Outcome::Clean);
    }
    let known = engine.rules.rules.iter().map(|r| r.id.as_str());
    Err(Error::Usage(format!("no rule `{id}`{}; `cuicha rules list` names them all", suggest(id, known))))
}

fn page(rule: &Rule) -> String {
    let mut text = format!("{}  ({})\n{}\n", rule.id, told(rule.severity), title(&rule.title));
    for said in [&rule.why, &rule.advice] {
        for side in sides(said) {
            let gap = if std::ptr::eq(side, &said.zh) { "\n" } else { "" };
            text.push_str(&format!("{gap}{side}\n"));
        }
    }
    text.push_str(&format!("\n{}:\n", say("basis")));
    for b in &rule.basis {
        let day = |key: &str, day: Option<_>| {
            day.map(|day: jiff::civil::Date| format!(" {}", fill(key, &[&day]))).unwrap_or_default()
        };
        let (from, until) = (day("define.from", b.from), day("define.until", b.until));
        let certainty = b.certainty.as_deref();
        let certainty =
            certainty.map(|c| format!("  {}", fill("define.certainty", &[&c]))).unwrap_or_default();
        text.push_str(&format!("  {}{from}{until}{certainty}\n", b.id));
    }
    if rule.terms + rule.phrases > 0 {
        let size = fill("rules.size", &[&rule.terms, &rule.phrases, &rule.tests.len(), &rule.file]);
        text.push_str(&format!("\n{size}\n"));
    }
    text
}

/// What is said of a rule: who reads English works with calls in Chinese and sees both.
fn sides(text: &Bilingual) -> impl Iterator<Item = &String> {
    let english = Some(&text.en).filter(|_| language::chosen() == Language::English);
    [Some(&text.zh), english].into_iter().flatten().filter(|side| !side.is_empty())
}

fn title(text: &Bilingual) -> String {
    sides(text).map(String::as_str).collect::<Vec<_>>().join("  ")
}

/// A severity for people, padded to a column.
fn column(of: Severity) -> String {
    padded(&told(of), 9)
}

fn told(of: Severity) -> String {
    say(&format!("severity.{}", severity(of)))
}

/// The name of a severity as files and output spell it.
fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Minor => "minor",
        Severity::Major => "major",
        Severity::Critical => "critical",
    }
}

//! `cuicha rules`: list, show.

use std::io::Write;
use std::path::PathBuf;

use cuicha::build::{Choices, Engine};
use cuicha::lexicon::document::suggest;
use cuicha::model::error::Error;
use cuicha::model::rules::{Rule, Severity};
use cuicha::report::rules_page::rules_page;

use crate::args::{RulesArgs, RulesFormat, RulesVerb};
use crate::exit::Outcome;
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
    Engine::new(&Choices { lexicons: lexicons.to_vec(), ..Choices::default() })
}

fn list(engine: &Engine) -> Result<Outcome, Error> {
    let mut out = std::io::stdout().lock();
    for r in &engine.rules.rules {
        writeln!(out, "{:<36} {:<9} {}  {}", r.id, severity(r.severity), r.title.zh, r.title.en)
            .map_err(to_stdout)?;
    }
    for r in &engine.profile.rules {
        let id = format!("frequency/{}", r.id);
        let title = r.title.clone().unwrap_or_default();
        writeln!(out, "{id:<36} {:<9} {}  {}", severity(r.severity), title.zh, title.en)
            .map_err(to_stdout)?;
    }
    for e in &engine.rules.conduct {
        let id = format!("conduct/{}", e.name);
        writeln!(out, "{id:<36} {:<9} {}  {}", severity(e.severity), e.title.zh, e.title.en)
            .map_err(to_stdout)?;
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
    let mut text =
        format!("{}  ({})\n{}  {}\n", rule.id, severity(rule.severity), rule.title.zh, rule.title.en);
    for (zh, en) in [(&rule.why.zh, &rule.why.en), (&rule.advice.zh, &rule.advice.en)] {
        if !zh.is_empty() {
            text.push_str(&format!("\n{zh}\n{en}\n"));
        }
    }
    text.push_str("\nbasis:\n");
    for b in &rule.basis {
        let from = b.from.map(|d| format!(" from {d}")).unwrap_or_default();
        let until = b.until.map(|d| format!(" until {d}")).unwrap_or_default();
        let certainty = b.certainty.as_deref().map(|c| format!("  [certainty {c}]")).unwrap_or_default();
        text.push_str(&format!("  {}{from}{until}{certainty}\n", b.id));
    }
    if rule.terms + rule.phrases > 0 {
        text.push_str(&format!(
            "\n{} terms, {} phrases, {} tests in {}\n",
            rule.terms,
            rule.phrases,
            rule.tests.len(),
            rule.file
        ));
    }
    text
}

/// The name of a severity as files and output spell it.
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Minor => "minor",
        Severity::Major => "major",
        Severity::Critical => "critical",
    }
}

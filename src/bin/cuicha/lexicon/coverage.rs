//! `cuicha lexicon coverage`: which entries ever matched, and what stopped them.

use std::io::Write;

use cuicha::coverage::{Counter, Coverage, Entry};
use cuicha::explain::brief;
use cuicha::lexicon::document::suggest;
use cuicha::model::error::Error;
use cuicha::pipeline;
use cuicha::report::padded;

use super::to_stdout;
use crate::args::{CoverageArgs, LexiconFormat};
use crate::engine;
use crate::exit::{self, Outcome};
use crate::language::{fill, say};
use crate::scan::choices;

pub fn run(args: &CoverageArgs) -> Result<Outcome, Error> {
    let engine = engine::built(&choices(&args.engine, None))?;
    let only = match &args.rule {
        None => None,
        Some(id) => Some(engine.rules.rule(id).ok_or_else(|| {
            let hint = suggest(id, engine.rules.rules.iter().map(|r| r.id.as_str()));
            Error::Usage(format!("no rule `{id}`{hint}; `cuicha rules list` names them all"))
        })?),
    };
    let job = args.reading.job(&args.paths)?;
    let mut counter = Counter::new(&engine);
    let notices = pipeline::calls(&job, &mut |call| {
        counter.add(call);
        Ok(())
    })?;
    exit::tell(&notices);
    let coverage = counter.finish(only);
    let text = match args.format {
        LexiconFormat::Json => serde_json::to_string(&coverage).map_err(|e| to_stdout(e.into()))? + "\n",
        LexiconFormat::Text => page(&coverage, args.unused || args.rule.is_some()),
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(to_stdout)?;
    let incomplete = coverage.calls == 0 || notices.iter().any(|n| n.lost);
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Clean })
}

fn page(coverage: &Coverage, unused: bool) -> String {
    let mut text = String::new();
    let (mut used, mut all) = (0, 0);
    for rule in &coverage.rules {
        used += rule.used;
        all += rule.entries.len();
        if rule.used == 0 && !unused {
            continue;
        }
        text.push_str(&fill("coverage.rule", &[&rule.rule, &rule.used, &rule.entries.len()]));
        text.push('\n');
        for e in rule.entries.iter().filter(|e| unused || e.tally.matched > 0) {
            text.push_str(&line(e));
        }
    }
    let idle = coverage.rules.iter().filter(|r| r.used == 0).count();
    let rules = coverage.rules.len();
    text.push_str(&fill("coverage.all", &[&coverage.calls, &coverage.turns, &used, &all, &idle, &rules]));
    text.push('\n');
    text
}

fn line(e: &Entry) -> String {
    let t = &e.tally;
    let by = say(&format!("by.{}", e.by));
    if t.matched == 0 {
        return format!("  {} {by} {}\n", padded(&say("coverage.never"), 14), brief(&e.entry));
    }
    let mut said = vec![fill("coverage.found", &[&t.found])];
    if t.overruled > 0 {
        said.push(fill("coverage.overruled", &[&t.overruled]));
    }
    said.extend(t.rejected.iter().map(|(gate, n)| format!("{gate} {n}")));
    let matched = padded(&fill("coverage.matched", &[&t.matched]), 14);
    format!("  {matched} {by} {}: {}\n", brief(&e.entry), said.join(", "))
}

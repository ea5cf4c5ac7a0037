//! `cuicha baseline`: create, update, show.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use cuicha::accepted::{Baseline, Known};
use cuicha::compare::Results;
use cuicha::model::error::Error;

use crate::args::{BaselineArgs, BaselineVerb, BaselineWriteArgs};
use crate::exit::{Outcome, say};
use crate::inputs::Inputs;
use crate::language;
use crate::lexicon::to_stdout;
use crate::whole;

pub fn run(args: &BaselineArgs, configuration: Option<&Path>) -> Result<Outcome, Error> {
    match &args.verb {
        BaselineVerb::Create(a) => create(a, Inputs::new(configuration)),
        BaselineVerb::Update(a) => update(a, Inputs::new(configuration)),
        BaselineVerb::Show { baseline } => show(baseline),
    }
}

/// All findings of the results; what is wrong with suppressions is not known but to be mended.
fn found(args: &BaselineWriteArgs, inputs: Inputs) -> Result<Vec<Known>, Error> {
    inputs.with(&args.results).refuse(&args.baseline)?;
    let mut found = Vec::new();
    for file in &args.results {
        for (fingerprint, same) in Results::read(file)?.findings {
            let counts = same.into_iter().filter(|f| !f.rule.starts_with("suppression/"));
            found.extend(counts.take(1).map(|f| Known {
                rule: f.rule,
                call_id: f.call_id,
                borrower_id: f.borrower_id,
                fingerprint: fingerprint.clone(),
                line: 0,
            }));
        }
    }
    Ok(found)
}

fn create(args: &BaselineWriteArgs, inputs: Inputs) -> Result<Outcome, Error> {
    if args.baseline.exists() {
        let text =
            format!("{}: is there already; `cuicha baseline update` renews it", args.baseline.display());
        return Err(Error::Usage(text));
    }
    let baseline = Baseline::of(&args.baseline, found(args, inputs)?);
    whole::write_new(&args.baseline, baseline.text().as_bytes())?;
    say(&language::fill("baseline.findings", &[&args.baseline.display(), &baseline.entries().len()]));
    Ok(Outcome::Clean)
}

fn update(args: &BaselineWriteArgs, inputs: Inputs) -> Result<Outcome, Error> {
    let old = Baseline::read(&args.baseline)?;
    let new = Baseline::of(&args.baseline, found(args, inputs)?);
    let added = new.entries().keys().filter(|print| !old.entries().contains_key(*print)).count();
    let gone = old.entries().keys().filter(|print| !new.entries().contains_key(*print)).count();
    whole::write(&args.baseline, new.text().as_bytes())?;
    let all = new.entries().len();
    say(&language::fill("baseline.updated", &[&args.baseline.display(), &all, &added, &gone]));
    Ok(Outcome::Clean)
}

fn show(file: &PathBuf) -> Result<Outcome, Error> {
    let baseline = Baseline::read(Path::new(file))?;
    let mut by_rule: BTreeMap<&str, Vec<&Known>> = BTreeMap::new();
    for known in baseline.entries().values() {
        by_rule.entry(&known.rule).or_default().push(known);
    }
    let mut text = language::fill("baseline.findings", &[&file.display(), &baseline.entries().len()]) + "\n";
    for (rule, mut known) in by_rule {
        known.sort();
        text.push_str(&format!("{rule}  {}\n", known.len()));
        for one in known {
            let call = one.call_id.as_deref().or(one.borrower_id.as_deref()).unwrap_or("-");
            text.push_str(&format!("  {}  {}\n", one.fingerprint, call.escape_debug()));
        }
    }
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(to_stdout)?;
    Ok(Outcome::Clean)
}

//! `cuicha eval`: what is found, held against what people labelled.

use std::io::{self, BufWriter, Write};

use cuicha::build::Layers;
use cuicha::evaluate::{self, CallScores, Interval, Level, Results, Tally, UtteranceScores, WordList};
use cuicha::labelled;
use cuicha::model::error::Error;
use cuicha::report::padded;

use crate::args::{EvalArgs, EvalFormat, LayerArg};
use crate::engine;
use crate::exit::Outcome;
use crate::language::{fill, remark, say};
use crate::lexicon::to_stdout;
use crate::scan::choices;

pub fn run(args: &EvalArgs) -> Result<Outcome, Error> {
    let mut wanted = choices(&args.engine, None);
    if let Some(layers) = &args.layers {
        let has = |layer: LayerArg| layers.contains(&layer);
        wanted.layers = Layers {
            terms: has(LayerArg::Terms),
            phrases: has(LayerArg::Phrases),
            gates: has(LayerArg::Gates),
            normalising: has(LayerArg::Normalising),
            classifier: has(LayerArg::Classifier) && !args.engine.no_classifier,
        };
    }
    let engine = engine::built(&wanted)?;
    let data = evaluate::find(&args.data)?;
    let mut results = Results {
        version: env!("CARGO_PKG_VERSION"),
        lexicon: engine.rules.hash.clone(),
        utterances: Vec::new(),
        calls: Vec::new(),
    };
    let words = args.words.as_deref().map(WordList::read).transpose()?;
    for file in &data.utterances {
        let labelled = labelled::read(std::slice::from_ref(file))?;
        let name = evaluate::name_of(file);
        results.utterances.push(match &words {
            Some(words) => evaluate::evaluate_words(words, &name, &labelled),
            None => evaluate::evaluate_utterances(&engine, &name, &labelled, args.threads)?,
        });
    }
    for (calls, truth) in data.calls.iter().filter(|_| words.is_none()) {
        let name = evaluate::name_of(calls);
        results.calls.push(evaluate::evaluate_calls(&engine, &name, (calls, truth), args.threads)?);
    }
    if results.utterances.is_empty() && results.calls.is_empty() {
        return Err(Error::Usage("no labelled data in the given paths".to_owned()));
    }
    write(args, &mut results)?;
    Ok(Outcome::Clean)
}

fn write(args: &EvalArgs, results: &mut Results) -> Result<(), Error> {
    results.utterances.iter_mut().for_each(|u| u.mistakes.truncate(args.show));
    results.calls.iter_mut().for_each(|c| c.mistakes.truncate(args.show));
    let mut out = BufWriter::new(std::io::stdout().lock());
    let written = match args.format {
        EvalFormat::Json => serde_json::to_writer_pretty(&mut out, results)
            .map_err(io::Error::from)
            .and_then(|()| writeln!(out)),
        EvalFormat::Text => results
            .utterances
            .iter()
            .try_for_each(|u| utterances(&mut out, u))
            .and_then(|()| results.calls.iter().try_for_each(|c| calls(&mut out, c))),
    };
    written.and_then(|()| out.flush()).map_err(to_stdout)
}

fn name(level: Level) -> String {
    say(match level {
        Level::Violation => "eval.violation",
        Level::Review => "eval.review",
    })
}

fn share(i: Interval) -> String {
    format!("{:.3} ({:.3}–{:.3})", i.share, i.low, i.high)
}

/// A group of rules by the id that its labels have; the words are those of the data.
fn row(out: &mut impl Write, name: &str, t: &Tally) -> io::Result<()> {
    let counts = format!("{}/{}/{}", t.right, t.wrong, t.missed);
    let (p, r) = (share(t.precision()), share(t.recall()));
    writeln!(out, "  {} {p:<20} {r:<20} {:.3}  {counts}", padded(name, 16), t.f1())
}

fn table<'a>(
    out: &mut impl Write,
    groups: impl Iterator<Item = (&'a String, &'a Tally)>,
    micro: &Tally,
) -> io::Result<()> {
    let head = [("eval.group", 16), ("eval.precision", 20), ("eval.recall", 20)];
    let head: Vec<String> = head.iter().map(|(key, width)| padded(&say(key), *width)).collect();
    writeln!(out, "  {} F1     {}", head.join(" "), say("eval.counts"))?;
    for (group, tally) in groups {
        row(out, group, tally)?;
    }
    row(out, &say("eval.all"), micro)
}

fn utterances(out: &mut impl Write, u: &UtteranceScores) -> io::Result<()> {
    writeln!(out, "{}", fill("eval.utterances", &[&u.name, &u.utterances, &u.violating]))?;
    for level in &u.levels {
        writeln!(out, " {}", name(level.level))?;
        table(out, level.groups.iter(), &level.micro)?;
        row(out, &say("eval.any"), &level.any)?;
        let kinds: Vec<String> =
            level.kinds.iter().map(|(kind, (right, of))| format!("{kind} {right}/{of}")).collect();
        writeln!(out, "  {}", fill("eval.kinds", &[&kinds.join(", ")]))?;
    }
    writeln!(out, " {}", say("eval.confusion"))?;
    for (label, found) in &u.confusion {
        let cells: Vec<String> = found.iter().map(|(g, n)| format!("{g} {n}")).collect();
        writeln!(out, "  {label:<16} {}", cells.join(", "))?;
    }
    if !u.mistakes.is_empty() {
        writeln!(out, " {}", say("eval.worst"))?;
    }
    for m in &u.mistakes {
        let list = |names: &[String]| if names.is_empty() { "-".to_owned() } else { names.join(",") };
        writeln!(out, "  {} {} {} → {}: {}", m.id, m.kind, list(&m.labels), list(&m.found), m.text)?;
        m.because.iter().try_for_each(|line| writeln!(out, "      {}", remark(line)))?;
    }
    writeln!(out)
}

fn calls(out: &mut impl Write, c: &CallScores) -> io::Result<()> {
    writeln!(out, "{}", fill("eval.calls", &[&c.name, &c.calls, &c.clean]))?;
    for level in &c.levels {
        writeln!(out, " {}", name(level.level))?;
        table(out, level.groups.iter(), &level.micro)?;
        writeln!(out, "  {}", fill("eval.clean-flagged", &[&share(level.clean_flagged)]))?;
        writeln!(out, "  {}", fill("eval.own-turn", &[&share(level.own_turn)]))?;
    }
    writeln!(out, " {}", fill("eval.conduct", &[&share(c.conduct_all)]))?;
    for (element, i) in &c.conduct {
        writeln!(out, "  {element:<18} {}", share(*i))?;
    }
    if !c.mistakes.is_empty() {
        writeln!(out, " {}", say("eval.mistakes"))?;
    }
    c.mistakes.iter().try_for_each(|m| writeln!(out, "  {}", remark(m)))?;
    writeln!(out)
}

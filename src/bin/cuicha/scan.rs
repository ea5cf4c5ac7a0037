//! `cuicha scan`

use std::io::{self, IsTerminal};
use std::path::Path;

use cuicha::build::{Choices, Engine, Layers};
use cuicha::decode::Charset;
use cuicha::ledger;
use cuicha::model::error::Error;
use cuicha::model::messages::Voice;
use cuicha::model::scan::{Conclusion, Way};
use cuicha::pipeline::{self, Job};
use cuicha::report::{About, Detail, REPORTERS};
use jiff::Timestamp;

use crate::args::{Color, EngineArgs, ScanArgs, Text};
use crate::engine;
use crate::exit::{self, Outcome, say};
use crate::gate::{self, Gate};
use crate::inputs::Inputs;
use crate::language;
use crate::outputs::{Outputs, Pages};
use crate::progress::Progress;

/// Columns of a page that is no terminal.
const PAGE_WIDTH: usize = 100;

/// `configuration` is the file that sets defaults of it.
pub fn run(args: &ScanArgs, configuration: Option<&Path>) -> Result<Outcome, Error> {
    if args.paths.iter().chain(&args.calls).filter(|p| p.as_os_str() == "-").count() > 1 {
        return Err(Error::Usage("standard input (`-`) can be read once only".to_owned()));
    }
    let job = Job {
        logs: args.calls.clone(),
        ways: args.view.verbose,
        metadata: args.metadata.sources()?,
        speakers: args.metadata.speakers()?,
        threads: args.threads,
        history: history(args),
        now: Some(now(args.now.as_deref())?),
        ..args.reading.job(&args.paths)?
    };
    let mut wanted = vec![(format_index(&args.format), args.file().cloned())];
    wanted.extend(args.report.iter().map(|(format, path)| (*format, Some(path.clone()))));
    let accepting = [&args.accepting.baseline, &args.accepting.suppressions];
    let inputs = Inputs::new(configuration).with_engine(&args.engine, Some(&args.profile));
    let outputs = Outputs::open(&wanted, &job, &inputs.with(accepting.into_iter().flatten()))?;
    let asked = choices(&args.engine, Some(&args.profile));
    let choices = Choices { context: args.view.turns(), untested: true, ..asked };
    // Its thousands of tables go with the process: taking them apart would be a tenth of a short run.
    let engine = std::mem::ManuallyDrop::new(engine::built(&choices)?);
    let gate = Gate::new(args, &engine, &job)?;
    let outcome = scan(args, &engine, &job, outputs, gate)?;
    Ok(if args.exit_zero { outcome.forgive() } else { outcome })
}

/// The ledger, if one is named.
fn history(args: &ScanArgs) -> Option<ledger::Options> {
    args.history.as_ref().map(|path| ledger::Options {
        path: path.clone(),
        key: args.history_key.clone(),
        wait: std::time::Duration::from_secs(args.history_wait),
    })
}

/// The time that was given, or that of the machine.
fn now(given: Option<&str>) -> Result<Timestamp, Error> {
    let Some(text) = given else { return Ok(Timestamp::now()) };
    text.parse().map_err(|_| Error::Usage(format!("--now {text}: no time such as 2026-03-05T10:00:00+08:00")))
}

/// What was asked of the engine.
pub fn choices(args: &EngineArgs, profile: Option<&str>) -> Choices {
    Choices {
        lexicons: args.lexicon.clone(),
        profile: profile.map(str::to_owned),
        no_mask: args.no_mask,
        classifier: args.classifier.clone(),
        layers: Layers { classifier: !args.no_classifier, ..Layers::default() },
        context: 0,
        untested: false,
    }
}

/// The named encoding, or detection.
pub fn charset(label: Option<&str>) -> Result<Charset, Error> {
    label.map_or_else(|| Ok(Charset::default()), Charset::from_label)
}

fn scan(
    args: &ScanArgs,
    engine: &Engine,
    job: &Job,
    mut outputs: Outputs,
    mut gate: Gate,
) -> Result<Outcome, Error> {
    let inputs: Vec<String> =
        job.logs.iter().chain(&job.paths).map(|p| p.to_string_lossy().into_owned()).collect();
    let base = std::env::current_dir().unwrap_or_default();
    let language = language::of_reports();
    let file = About {
        rules: &engine.rules,
        profile: &engine.profile,
        voice: Voice { messages: &engine.rules.messages, language },
        color: args.color == Color::Always,
        detail: detail(args),
        width: PAGE_WIDTH,
        inputs: &inputs,
        base: &base,
    };
    let pages = Pages { standard: About { color: colored(args), width: width(args), ..file }, file };
    let settings = gate::settings(args)?;
    let progress = Progress::start(job, language::voice(), watched(args));
    let on_terminal = io::stdout().is_terminal() && args.file().is_none();
    let ran = pipeline::run(engine, job, &mut |outcome| {
        let outcome = gate.call(outcome);
        // Only what writes may cross the line that tells how far the run is.
        progress.aside(on_terminal && !outcome.findings.is_empty(), || match args.text {
            Text::Full => outputs.call(&pages, &outcome),
            Text::None => outputs.call(&pages, &outcome.without_text()),
        })
    });
    progress.end();
    let mut conclusion = ran?;
    conclusion.settings = settings;
    gate.conclude(&mut conclusion);
    let conclusion = if args.text == Text::None { conclusion.without_text() } else { conclusion };
    outputs.finish(&pages, &conclusion)?;
    tell_ways(&conclusion.ways);
    tell(&conclusion, args);
    gate.tell(&conclusion, args.format != "text" || args.file().is_some());
    let incomplete = conclusion.totals.lost > 0 || empty(&conclusion);
    Ok(if incomplete { Outcome::Incomplete } else { gate.outcome(&conclusion) })
}

fn detail(args: &ScanArgs) -> Detail {
    match (args.view.quiet, args.view.verbose) {
        (true, _) => Detail::Quiet,
        (_, true) => Detail::Full,
        _ => Detail::Compact,
    }
}

/// Whether to tell how far the run is: not where other records than those for people run over the same terminal.
fn watched(args: &ScanArgs) -> bool {
    let free = args.format == "text" || args.file().is_some() || !io::stdout().is_terminal();
    !args.view.quiet && free
}

fn format_index(name: &str) -> usize {
    REPORTERS.iter().position(|r| r.name == name).unwrap_or(0)
}

fn colored(args: &ScanArgs) -> bool {
    match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty());
            let plain = set("NO_COLOR").is_some() || set("TERM").is_some_and(|t| t == "dumb");
            let forced = set("CLICOLOR_FORCE").is_some_and(|v| v != "0");
            let wanted = set("CLICOLOR").is_none_or(|v| v != "0") && io::stdout().is_terminal();
            args.file().is_none() && !plain && (forced || wanted)
        }
    }
}

fn width(args: &ScanArgs) -> usize {
    let terminal = args.file().is_none() && io::stdout().is_terminal();
    let found = terminal.then(terminal_size::terminal_size).flatten();
    found.map_or(PAGE_WIDTH, |(w, _)| usize::from(w.0).clamp(60, 160))
}

/// By which decoder and in which encoding each file was read.
pub fn tell_ways(ways: &[Way]) {
    for way in ways {
        let encoding = if way.encoding.is_empty() { "ASCII" } else { way.encoding };
        exit::say(&language::fill("said.read-as", &[&way.file, &way.format, &encoding]));
    }
}

/// What a person must know even when the report goes to a file or a pipe.
fn tell(conclusion: &Conclusion, args: &ScanArgs) {
    // The records for people name them themselves, but for those that say the least.
    let apart = args.format != "text" || args.file().is_some() || args.view.quiet;
    for notice in conclusion.notices.iter().filter(|n| n.lost && apart).take(20) {
        exit::tell(std::slice::from_ref(notice));
    }
    if empty(conclusion) {
        say(&language::fill("said.warning", &[&language::say("scan.empty")]));
    }
}

fn empty(conclusion: &Conclusion) -> bool {
    conclusion.totals.calls_decoded == 0 && conclusion.totals.calls_in_log == 0
}

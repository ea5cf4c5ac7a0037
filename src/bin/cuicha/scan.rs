//! `cuicha scan`

use std::io::{self, IsTerminal};

use cuicha::build::{Choices, Engine, Layers};
use cuicha::decode::Charset;
use cuicha::ledger;
use cuicha::model::error::Error;
use cuicha::model::finding::Verdict;
use cuicha::model::messages::{Language, Voice};
use cuicha::model::rules::Severity;
use cuicha::model::scan::Conclusion;
use cuicha::pipeline::{self, Job};
use cuicha::report::{About, REPORTERS};
use jiff::Timestamp;

use crate::args::{Color, EngineArgs, FailOn, Lang, ScanArgs, Text};
use crate::exit::{Outcome, say};
use crate::outputs::{Outputs, Pages};

/// Columns of a page that is no terminal.
const PAGE_WIDTH: usize = 100;

pub fn run(args: &ScanArgs) -> Result<Outcome, Error> {
    if args.paths.iter().chain(&args.calls).filter(|p| p.as_os_str() == "-").count() > 1 {
        return Err(Error::Usage("standard input (`-`) can be read once only".to_owned()));
    }
    let job = Job {
        paths: args.paths.clone(),
        logs: args.calls.clone(),
        charset: charset(args.reading.encoding.as_deref())?,
        max_expanded_bytes: args.reading.max_expanded_bytes,
        threads: args.threads,
        history: history(args),
        now: Some(now(args.now.as_deref())?),
    };
    let mut wanted = vec![(format_index(&args.format), args.output.clone())];
    wanted.extend(args.report.iter().map(|(format, path)| (*format, Some(path.clone()))));
    let outputs = Outputs::open(&wanted, &job)?;
    let engine = Engine::new(&choices(&args.engine, Some(&args.profile)))?;
    let outcome = scan(args, &engine, &job, outputs)?;
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
    }
}

/// The named encoding, or detection.
pub fn charset(label: Option<&str>) -> Result<Charset, Error> {
    label.map_or_else(|| Ok(Charset::default()), Charset::from_label)
}

fn scan(args: &ScanArgs, engine: &Engine, job: &Job, mut outputs: Outputs) -> Result<Outcome, Error> {
    let inputs: Vec<String> =
        job.logs.iter().chain(&job.paths).map(|p| p.to_string_lossy().into_owned()).collect();
    let base = std::env::current_dir().unwrap_or_default();
    let language = if args.lang == Lang::En { Language::English } else { Language::Chinese };
    let file = About {
        rules: &engine.rules,
        profile: &engine.profile,
        voice: Voice { messages: &engine.rules.messages, language },
        color: args.color == Color::Always,
        width: PAGE_WIDTH,
        inputs: &inputs,
        base: &base,
    };
    let pages = Pages { standard: About { color: colored(args), width: width(args), ..file }, file };
    let mut worst: Option<Severity> = None;
    let conclusion = pipeline::run(engine, job, &mut |outcome| {
        let violations = outcome.findings.iter().filter(|f| f.verdict == Verdict::Violation);
        worst = worst.max(violations.map(|f| f.severity).max());
        match args.text {
            Text::Full => outputs.call(&pages, outcome),
            Text::None => outputs.call(&pages, &outcome.without_text()),
        }
    })?;
    let counted = conclusion.frequency.iter().filter(|f| f.verdict == Verdict::Violation);
    worst = worst.max(counted.map(|f| f.severity).max());
    let conclusion = if args.text == Text::None { conclusion.without_text() } else { conclusion };
    outputs.finish(&pages, &conclusion)?;
    tell(&conclusion, args);
    Ok(outcome(&conclusion, worst, args.fail_on))
}

fn format_index(name: &str) -> usize {
    REPORTERS.iter().position(|r| r.name == name).unwrap_or(0)
}

fn colored(args: &ScanArgs) -> bool {
    match args.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let plain = std::env::var_os("NO_COLOR").is_some_and(|v| !v.is_empty());
            args.output.is_none() && !plain && io::stdout().is_terminal()
        }
    }
}

fn width(args: &ScanArgs) -> usize {
    let terminal = args.output.is_none() && io::stdout().is_terminal();
    let found = terminal.then(terminal_size::terminal_size).flatten();
    found.map_or(PAGE_WIDTH, |(w, _)| usize::from(w.0).clamp(60, 160))
}

/// What a person must know even when the report goes to a file or a pipe.
fn tell(conclusion: &Conclusion, args: &ScanArgs) {
    let to_machine = args.format != "text" || args.output.is_some();
    for notice in conclusion.notices.iter().filter(|n| n.lost && to_machine).take(20) {
        let line = notice.line.map(|l| format!(":{l}")).unwrap_or_default();
        say(&format!("warning: {}{line}: {}", notice.file, notice.message));
    }
    if empty(conclusion) {
        say("warning: nothing to check: no call in the input; this does not mean clean");
    }
}

fn empty(conclusion: &Conclusion) -> bool {
    conclusion.totals.calls_decoded == 0 && conclusion.totals.calls_in_log == 0
}

fn outcome(conclusion: &Conclusion, worst: Option<Severity>, fail_on: FailOn) -> Outcome {
    let bar = match fail_on {
        FailOn::Critical => Some(Severity::Critical),
        FailOn::Major => Some(Severity::Major),
        FailOn::Minor => Some(Severity::Minor),
        FailOn::Never => None,
    };
    if conclusion.totals.lost > 0 || empty(conclusion) {
        Outcome::Incomplete
    } else if bar.is_some_and(|bar| worst.is_some_and(|w| w >= bar)) {
        Outcome::Found
    } else {
        Outcome::Clean
    }
}

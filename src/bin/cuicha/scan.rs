//! `cuicha scan`

use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;

use cuicha::build::{Choices, Engine};
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

use crate::args::{Color, EngineArgs, FailOn, Format, Lang, ScanArgs};
use crate::exit::{Outcome, say};

/// Columns of a page that is no terminal.
const PAGE_WIDTH: usize = 100;

pub fn run(args: &ScanArgs) -> Result<Outcome, Error> {
    if args.paths.iter().chain(&args.calls).filter(|p| p.as_os_str() == "-").count() > 1 {
        return Err(Error::Usage("standard input (`-`) can be read once only".to_owned()));
    }
    let engine = Engine::new(&choices(&args.engine, Some(&args.profile)))?;
    let job = Job {
        paths: args.paths.clone(),
        logs: args.calls.clone(),
        charset: charset(args.encoding.as_deref())?,
        threads: args.threads,
        history: history(args),
        now: Some(now(args.now.as_deref())?),
    };
    let outcome = match &args.output {
        None => scan(
            args,
            &engine,
            &job,
            &mut BufWriter::with_capacity(1 << 16, io::stdout().lock()),
            Path::new("<stdout>"),
        )?,
        Some(path) => to_file(args, &engine, &job, path)?,
    };
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
        no_classifier: args.no_classifier,
    }
}

/// The named encoding, or detection.
pub fn charset(label: Option<&str>) -> Result<Charset, Error> {
    label.map_or_else(|| Ok(Charset::default()), Charset::from_label)
}

/// Writes beside the target and renames at the end, so that a failed run leaves an old report as it was.
fn to_file(args: &ScanArgs, engine: &Engine, job: &Job, path: &Path) -> Result<Outcome, Error> {
    let fail = |source: io::Error| Error::Write { path: path.to_owned(), source };
    if job.paths.iter().chain(&job.logs).any(|input| same_file(input, path) || would_be_read(input, path)) {
        return Err(Error::Usage(format!(
            "{}: is an input of this run, it would be overwritten",
            path.display()
        )));
    }
    let own = job.history.iter().flat_map(|h| [h.path.clone(), h.key_file()]);
    if own.into_iter().any(|file| same_file(&file, path)) {
        return Err(Error::Usage(format!(
            "{}: belongs to the ledger, it would be overwritten",
            path.display()
        )));
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".cuicha-").tempfile_in(folder).map_err(fail)?;
    let outcome = {
        let mut out = BufWriter::with_capacity(1 << 16, file.as_file_mut());
        scan(args, engine, job, &mut out, path)?
    };
    readable(file.as_file()).map_err(fail)?;
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|e| fail(e.error))?;
    Ok(outcome)
}

/// A temporary file is private; a report is not, as far as the user's mask allows.
#[cfg(unix)]
fn readable(file: &std::fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o640))
}

#[cfg(not(unix))]
fn readable(_: &std::fs::File) -> io::Result<()> {
    Ok(())
}

/// Whether a scan of the folder `input` reads the file `output`.
fn would_be_read(input: &Path, output: &Path) -> bool {
    let extension = output.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
    let wanted = extension.is_some_and(|e| cuicha::decode::extensions().contains(&e.as_str()));
    let inside = matches!((input.canonicalize(), output.canonicalize()), (Ok(i), Ok(o)) if o.starts_with(&i));
    wanted && input.is_dir() && inside
}

pub fn same_file(a: &Path, b: &Path) -> bool {
    matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

fn scan(
    args: &ScanArgs,
    engine: &Engine,
    job: &Job,
    out: &mut dyn Write,
    shown: &Path,
) -> Result<Outcome, Error> {
    let fail = |source: io::Error| Error::Write { path: shown.to_owned(), source };
    let language = if args.lang == Lang::En { Language::English } else { Language::Chinese };
    let about = About {
        rules: &engine.rules,
        profile: &engine.profile,
        voice: Voice { messages: &engine.rules.messages, language },
        color: colored(args),
        width: width(args),
    };
    let mut reporter = (REPORTERS[format_index(args.format)].make)();
    let mut worst: Option<Severity> = None;
    let conclusion = pipeline::run(engine, job, &mut |outcome| {
        let violations = outcome.findings.iter().filter(|f| f.verdict == Verdict::Violation);
        worst = worst.max(violations.map(|f| f.severity).max());
        reporter.call(&about, outcome, &mut *out).map_err(fail)
    })?;
    let counted = conclusion.frequency.iter().filter(|f| f.verdict == Verdict::Violation);
    worst = worst.max(counted.map(|f| f.severity).max());
    reporter.finish(&about, &conclusion, &mut *out).map_err(fail)?;
    out.flush().map_err(fail)?;
    tell(&conclusion, args);
    Ok(outcome(&conclusion, worst, args.fail_on))
}

fn format_index(format: Format) -> usize {
    let name = match format {
        Format::Text => "text",
        Format::Json => "json",
        Format::Jsonl => "jsonl",
    };
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
    let to_machine = args.format != Format::Text || args.output.is_some();
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

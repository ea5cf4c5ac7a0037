//! `cuicha history`: info, verify, prune, export, import.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use cuicha::build::{Choices, Engine};
use cuicha::ledger;
use cuicha::lexicon::profile;
use cuicha::model::error::Error;
use cuicha::pipeline::{self, Job};
use cuicha::report::padded;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::{ExportArgs, HistoryArgs, HistoryVerb, ImportArgs, LedgerArgs, PruneArgs};
use crate::exit::{self, Outcome, say as tell};
use crate::inputs::{Inputs, same_file};
use crate::language::{fill, remark, say};
use crate::lexicon::to_stdout;
use crate::scan::charset;

pub fn run(args: &HistoryArgs, configuration: Option<&Path>) -> Result<Outcome, Error> {
    match &args.verb {
        HistoryVerb::Info(ledger) => info(ledger),
        HistoryVerb::Verify(ledger) => verify(ledger),
        HistoryVerb::Prune(args) => prune(args),
        HistoryVerb::Export(args) => export(args, configuration),
        HistoryVerb::Import(args) => import(args),
    }
}

impl LedgerArgs {
    fn options(&self) -> ledger::Options {
        ledger::Options {
            path: self.ledger.clone(),
            key: self.history_key.clone(),
            wait: std::time::Duration::from_secs(self.history_wait),
        }
    }
}

fn info(args: &LedgerArgs) -> Result<Outcome, Error> {
    let info = ledger::info(&args.options())?;
    let zone = zone(None)?;
    let day = |second: Option<i64>| {
        let time = second.and_then(|s| Timestamp::from_second(s).ok());
        time.map_or_else(|| "-".to_owned(), |t| zone.to_datetime(t).date().to_string())
    };
    let last_run = info.last_run.map_or_else(
        || "-".to_owned(),
        |(at, version)| {
            let time = at.and_then(|s| Timestamp::from_second(s).ok());
            let time = time.map_or_else(|| "-".to_owned(), |t| t.to_string());
            format!("{time}, {}", fill("history.version", &[&version]))
        },
    );
    let key = say(match info.key_fits {
        Some(true) => "history.key.fits",
        Some(false) => "history.key.wrong",
        None => "history.key.absent",
    });
    let mut out = io::stdout().lock();
    for (name, value) in [
        ("tables", fill("history.version", &[&info.schema])),
        ("runs", fill("history.changing", &[&info.runs])),
        ("last-run", last_run),
        ("calls", info.calls.to_string()),
        ("borrowers", info.borrowers.to_string()),
        ("first-day", day(info.first)),
        ("last-day", day(info.last)),
        ("size", fill("history.bytes", &[&info.bytes])),
        ("key", key),
    ] {
        let name = padded(&say(&format!("history.{name}")), 10);
        writeln!(out, "{name} {value}").map_err(to_stdout)?;
    }
    Ok(if info.key_fits == Some(false) { Outcome::Incomplete } else { Outcome::Clean })
}

fn verify(args: &LedgerArgs) -> Result<Outcome, Error> {
    let faults = ledger::verify(&args.options())?;
    for fault in &faults {
        let fault = remark(fault);
        tell(&fill("said.error", &[&format!("{}: {fault}", args.ledger.display())]));
    }
    if faults.is_empty() {
        writeln!(io::stdout(), "{}", say("history.whole")).map_err(to_stdout)?;
        return Ok(Outcome::Clean);
    }
    tell(&say("history.damaged"));
    Ok(Outcome::Incomplete)
}

/// The zone that days are of: that of a profile.
fn zone(name: Option<&str>) -> Result<TimeZone, Error> {
    Ok(profile::load(name.unwrap_or(cuicha::build::DEFAULT_PROFILE))?.timezone)
}

fn prune(args: &PruneArgs) -> Result<Outcome, Error> {
    let no_day = || Error::Usage(format!("--before {}: no day such as 2026-03-01", args.before));
    let day: Date = args.before.parse().map_err(|_| no_day())?;
    let start = zone(None)?.to_timestamp(day.at(0, 0, 0, 0)).map_err(|_| no_day())?;
    let gone = ledger::prune(&args.ledger.options(), start.as_second())?;
    writeln!(io::stdout(), "{}", fill("history.forgot", &[&gone, &start])).map_err(to_stdout)?;
    Ok(Outcome::Clean)
}

fn export(args: &ExportArgs, configuration: Option<&Path>) -> Result<Outcome, Error> {
    let options = args.ledger.options();
    let Some(path) = &args.output else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        ledger::export(&options, args.hashed, &mut out, Path::new("<stdout>"))?;
        return Ok(Outcome::Clean);
    };
    for own in [&options.path, &options.key_file()] {
        if same_file(own, path) {
            return Err(Error::Usage(format!(
                "{}: belongs to the ledger, it would be overwritten",
                path.display()
            )));
        }
    }
    Inputs::new(configuration).refuse(path)?;
    let fail = |source: io::Error| Error::Write { path: path.clone(), source };
    // Private, as temporary files are: it may hold every id.
    let mut file = crate::whole::beside(path).map_err(fail)?;
    let count = {
        let mut out = BufWriter::with_capacity(1 << 16, file.as_file_mut());
        ledger::export(&options, args.hashed, &mut out, path)?
    };
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|e| fail(e.error))?;
    tell(&fill("history.exported", &[&count]));
    Ok(Outcome::Clean)
}

fn import(args: &ImportArgs) -> Result<Outcome, Error> {
    let engine = Engine::new(&Choices { profile: Some(args.profile.clone()), ..Choices::default() })?;
    let job = Job {
        logs: args.logs.clone(),
        charset: charset(args.encoding.as_deref())?,
        history: Some(args.ledger.options()),
        now: Some(Timestamp::now()),
        ..Job::default()
    };
    let (changes, notices) = pipeline::import(&engine, &job)?;
    exit::tell(&notices);
    let counts = [changes.added, changes.completed, changes.corrected, changes.unchanged];
    let [added, completed, corrected, known] = &counts;
    let line = fill("history.imported", &[added, completed, corrected, known]);
    writeln!(io::stdout(), "{line}").map_err(to_stdout)?;
    let empty = counts.iter().sum::<u64>() == 0;
    if empty {
        tell(&fill("said.warning", &[&say("history.empty")]));
    }
    let lost = empty || notices.iter().any(|n| n.lost);
    Ok(if lost { Outcome::Incomplete } else { Outcome::Clean })
}

//! `cuicha history`: info, verify, prune, export, import.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use cuicha::build::{Choices, Engine};
use cuicha::ledger;
use cuicha::lexicon::profile;
use cuicha::model::error::Error;
use cuicha::model::notice::Notice;
use cuicha::pipeline::{self, Job};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::args::{ExportArgs, HistoryArgs, HistoryVerb, ImportArgs, LedgerArgs, PruneArgs};
use crate::exit::{Outcome, say};
use crate::lexicon::to_stdout;
use crate::scan::charset;

pub fn run(args: &HistoryArgs) -> Result<Outcome, Error> {
    match &args.verb {
        HistoryVerb::Info(ledger) => info(ledger),
        HistoryVerb::Verify(ledger) => verify(ledger),
        HistoryVerb::Prune(args) => prune(args),
        HistoryVerb::Export(args) => export(args),
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
            format!("{time}, version {version}")
        },
    );
    let key = match info.key_fits {
        Some(true) => "fits",
        Some(false) => "does not fit",
        None => "is not there",
    };
    let mut out = io::stdout().lock();
    for (name, value) in [
        ("tables", format!("version {}", info.schema)),
        ("runs", format!("{} that changed something", info.runs)),
        ("last run", last_run),
        ("calls", info.calls.to_string()),
        ("borrowers", info.borrowers.to_string()),
        ("first day", day(info.first)),
        ("last day", day(info.last)),
        ("size", format!("{} bytes", info.bytes)),
        ("key", key.to_owned()),
    ] {
        writeln!(out, "{name:<10} {value}").map_err(to_stdout)?;
    }
    Ok(if info.key_fits == Some(false) { Outcome::Incomplete } else { Outcome::Clean })
}

fn verify(args: &LedgerArgs) -> Result<Outcome, Error> {
    let faults = ledger::verify(&args.options())?;
    for fault in &faults {
        say(&format!("error: {}: {fault}", args.ledger.display()));
    }
    if faults.is_empty() {
        writeln!(io::stdout(), "whole: every page, every name and every call is as it was written")
            .map_err(to_stdout)?;
        return Ok(Outcome::Clean);
    }
    say("Put a good copy in its place, or make a new ledger from the logs. This one was not changed.");
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
    writeln!(io::stdout(), "forgot {gone} calls that began before {start}").map_err(to_stdout)?;
    Ok(Outcome::Clean)
}

fn export(args: &ExportArgs) -> Result<Outcome, Error> {
    let options = args.ledger.options();
    let Some(path) = &args.output else {
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        ledger::export(&options, args.hashed, &mut out, Path::new("<stdout>"))?;
        return Ok(Outcome::Clean);
    };
    for own in [&options.path, &options.key_file()] {
        if crate::outputs::same_file(own, path) {
            return Err(Error::Usage(format!(
                "{}: belongs to the ledger, it would be overwritten",
                path.display()
            )));
        }
    }
    let fail = |source: io::Error| Error::Write { path: path.clone(), source };
    // Private, as temporary files are: it may hold every id.
    let mut file = crate::whole::beside(path).map_err(fail)?;
    let count = {
        let mut out = BufWriter::with_capacity(1 << 16, file.as_file_mut());
        ledger::export(&options, args.hashed, &mut out, path)?
    };
    file.as_file().sync_all().map_err(fail)?;
    file.persist(path).map_err(|e| fail(e.error))?;
    say(&format!("{count} calls"));
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
    for notice in &notices {
        tell(notice);
    }
    writeln!(
        io::stdout(),
        "{} new calls, {} completed, {} corrected, {} known already",
        changes.added,
        changes.completed,
        changes.corrected,
        changes.unchanged
    )
    .map_err(to_stdout)?;
    let empty = changes.added + changes.completed + changes.corrected + changes.unchanged == 0;
    if empty {
        say("warning: no call in the logs");
    }
    let lost = empty || notices.iter().any(|n| n.lost);
    Ok(if lost { Outcome::Incomplete } else { Outcome::Clean })
}

fn tell(notice: &Notice) {
    let kind = if notice.lost { "warning" } else { "note" };
    let line = notice.line.map(|l| format!(":{l}")).unwrap_or_default();
    let colon = if notice.file.is_empty() { "" } else { ": " };
    say(&format!("{kind}: {}{line}{colon}{}", notice.file, notice.message));
}

//! The whole run: pieces of input in, outcomes out in the order of the input, the conclusion at the end. The one place
//! with threads; whatever their number, the same bytes come out.

mod batches;
mod counted;
mod log;
mod reading;
mod roleless;
mod said;
mod ways;

pub use ways::Heard;

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Timestamp;
use rayon::prelude::*;

use crate::aggregate::calls::{CallBook, Said};
use crate::aggregate::parties::Parties;
use crate::aggregate::records::Spill;
use crate::build::Engine;
use crate::decode::{self, Charset, Format, call_log};
use crate::history::History;
use crate::judge;
use crate::ledger;
use crate::metadata::{self, Metadata, Speakers};
use crate::model::error::Error;
use crate::model::finding::Verdict;
use crate::model::notice::Notice;
use crate::model::past::Changes;
use crate::model::scan::{CallOutcome, Conclusion, MOST_UNHEARD, Totals};
use crate::model::transcript::Call;
use crate::source::{self, Item, Meter, Opened, Options, Seen, Source};
use crate::standing::{self, Kind};
use said::{said, verdict_name};
use ways::Ways;

pub use reading::{decode_item, known, of_transcripts, reads};
use roleless::Roleless;

/// Bytes of what is known of calls with transcripts that stay in memory: those of some 150,000.
pub const MOST_CALL_BYTES: usize = 8 << 20;

/// What is to be looked at.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// Files and folders of transcripts; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Call logs; `-` is standard input.
    pub logs: Vec<PathBuf>,
    /// Encoding, when it is not to be detected.
    pub charset: Charset,
    /// Format of the transcripts, when it is not to be told by their content.
    pub format: Option<Format>,
    /// Threads; 0 takes one per core.
    pub threads: usize,
    /// The ledger of earlier runs.
    pub history: Option<ledger::Options>,
    /// Where more is known of the calls.
    pub metadata: metadata::Sources,
    /// Who is meant by the labels of the turns.
    pub speakers: Option<Speakers>,
    /// Most bytes that an archive may unpack to; without it [`source::MAX_EXPANDED_BYTES`].
    pub max_expanded_bytes: Option<u64>,
    /// Longest line in bytes; without it [`source::MAX_LINE_BYTES`].
    pub max_line_bytes: Option<usize>,
    /// Whether it is kept how each file was read.
    pub ways: bool,
    /// The time now: a call that begins later cannot be. Without it none is doubted.
    pub now: Option<Timestamp>,
    /// Counts along, for somebody who watches.
    pub meter: Meter,
    /// From when on what is known of the calls goes into temporary files; without it beyond [`MOST_CALL_BYTES`], where the system
    /// has its temporary files. What comes out is the same.
    pub spill: Option<Spill>,
}

/// What is done with each judged call, in the order of the input.
pub type Sink<'a> = dyn FnMut(&CallOutcome) -> Result<(), Error> + 'a;

/// Scans everything and hands each call to `sink` as soon as its turn comes.
///
/// # Errors
/// When a path does not exist, a log cannot be read, or `sink` fails.
pub fn run(engine: &Engine, job: &Job, sink: &mut Sink<'_>) -> Result<Conclusion, Error> {
    let mut history = job.history.as_ref().map(|h| History::open(h, job.now)).transpose()?;
    in_pool(job.threads, || Run::new(engine, job)?.go(job, sink, history.as_mut()))
}

/// Puts the rows of the logs into the ledger and counts nothing.
///
/// # Errors
/// When no ledger is named, a log cannot be read, or the ledger cannot be written.
pub fn import(engine: &Engine, job: &Job) -> Result<(Changes, Vec<Notice>), Error> {
    let options = job.history.as_ref().ok_or_else(|| Error::Usage("no ledger is named".to_owned()))?;
    let mut history = History::open(options, job.now)?;
    let mut run = Run::new(engine, job)?;
    run.notices.extend(history.load(&mut run.book, &engine.profile)?);
    let (changes, notices) = history.commit(&run.book)?;
    run.notices.extend(notices);
    run.notices.extend(run.book.notices());
    run.notices.sort();
    Ok((changes, run.notices))
}

/// Decodes everything and hands each call to `each`: for commands that look at calls one by one.
///
/// # Errors
/// When a path does not exist or `each` fails.
pub fn calls(job: &Job, each: &mut dyn FnMut(&Call) -> Result<(), Error>) -> Result<Vec<Notice>, Error> {
    heard(job, each).map(|heard| heard.notices)
}

/// The same, with how each file was read.
///
/// # Errors
/// As [`calls`].
pub fn heard(job: &Job, each: &mut dyn FnMut(&Call) -> Result<(), Error>) -> Result<Heard, Error> {
    source::check(&job.paths)?;
    let mut notices = Vec::new();
    let known = known(job)?;
    let (mut input, mut seen) = (open(job), Seen::default());
    let mut ways = Ways::new(job.ways);
    while let Some(batch) = batches::next(&mut input, &mut seen) {
        for item in &batch {
            let decoded = decode_item(item, job, &known);
            ways.add(file(item), &decoded);
            notices.extend(decoded.notices);
            decoded.calls.iter().try_for_each(&mut *each)?;
        }
    }
    notices.extend(known.finish());
    notices.extend(job.speakers.iter().flat_map(Speakers::notices));
    let ways = ways.end(&mut notices);
    notices.sort();
    notices.dedup();
    Ok(Heard { notices, ways })
}

/// The file of a piece, or that of which something is said.
fn file(item: &Item) -> &str {
    item.as_ref().map_or_else(|notice| &notice.file, |piece| &piece.file)
}

/// Judges calls that are already decoded, in parallel; one outcome per call, in order.
///
/// # Errors
/// None at present; the type is that of every run.
pub fn judge_all(engine: &Engine, calls: &[Call], threads: usize) -> Result<Vec<CallOutcome>, Error> {
    in_pool(threads, || Ok(calls.par_iter().map(|call| judge::call(engine, call)).collect()))
}

fn in_pool<T: Send>(threads: usize, work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    // The global pool is built once a process; a second run in the same process (tests) keeps the first one's threads,
    // which changes nothing but speed.
    let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    work()
}

fn open(job: &Job) -> Source {
    source::open(&job.paths, of_transcripts(job))
}

/// How the files of these kinds are to be read.
pub fn options(extensions: &[&str], job: &Job) -> Options {
    Options {
        max_expanded_bytes: job.max_expanded_bytes.unwrap_or(source::MAX_EXPANDED_BYTES),
        max_line_bytes: job.max_line_bytes.unwrap_or(source::MAX_LINE_BYTES),
        by_lines: job.format.is_none_or(Format::by_lines),
        name: decode::charset::name,
        ..Options::new(extensions)
    }
}

/// A run under way.
struct Run<'a> {
    engine: &'a Engine,
    known: Metadata,
    book: CallBook,
    borrowers: Parties,
    collectors: Parties,
    notices: Vec<Notice>,
    totals: Totals,
    /// Calls in which nobody knows who speaks.
    unheard: Roleless,
    /// Whether the calls are kept for later runs, which may count by another profile.
    keeps: bool,
    /// What was read.
    seen: Seen,
    /// How it was read.
    ways: Ways,
}

impl<'a> Run<'a> {
    fn new(engine: &'a Engine, job: &Job) -> Result<Run<'a>, Error> {
        source::check(&job.paths)?;
        let mut run = Run {
            engine,
            known: Metadata::open(&job.metadata, job.charset, &engine.profile.timezone)?,
            book: CallBook::default(),
            borrowers: Parties::default(),
            collectors: Parties::default(),
            notices: Vec::new(),
            totals: Totals::default(),
            unheard: Roleless::default(),
            keeps: job.history.is_some(),
            seen: Seen::new(job.meter.clone()),
            ways: Ways::new(job.ways),
        };
        let spill = || Spill { beyond: MOST_CALL_BYTES, folder: std::env::temp_dir() };
        run.book.spill(job.spill.clone().unwrap_or_else(spill));
        source::check(&job.logs)?;
        let options = Options { what: "call log", ..options(call_log::EXTENSIONS, job) };
        for log in source::files(&job.logs, options) {
            match log {
                Ok(log) => {
                    let file = log.name.clone();
                    let failed = run.read_log(log, job).err();
                    run.notices
                        .extend(failed.map(|e| Notice::lost(file, None, format!("cannot read on: {e}"))));
                }
                Err(notice) => run.notices.push(notice),
            }
        }
        Ok(run)
    }

    fn read_log(&mut self, log: Opened, job: &Job) -> Result<(), Error> {
        let file = log.name.clone();
        let context = call_log::Context { zone: &self.engine.profile.timezone, now: job.now };
        let (notices, failed) =
            log::read(&mut self.book, (&mut self.seen, &mut self.ways), log, &file, job, context)?;
        self.notices.extend(notices);
        failed.map_or(Ok(()), Err)
    }

    fn go(
        mut self,
        job: &Job,
        sink: &mut Sink<'_>,
        mut history: Option<&mut History>,
    ) -> Result<Conclusion, Error> {
        let mut input = open(job);
        let mut seen = std::mem::take(&mut self.seen);
        batches::each(&mut self, job, (&mut input, &mut seen), sink)?;
        self.seen = seen;
        self.notices.extend(self.unheard.notices());
        self.notices.extend(self.known.finish());
        self.notices.extend(job.speakers.iter().flat_map(Speakers::notices));
        if let Some(history) = &mut history {
            self.notices.extend(history.load(&mut self.book, &self.engine.profile)?);
        }
        self.conclude(history)
    }

    fn judge(&self, item: &Item, job: &Job) -> batches::Judged {
        let mut decoded = decode_item(item, job, &self.known);
        let mut calls = Vec::with_capacity(decoded.calls.len());
        for mut call in std::mem::take(&mut decoded.calls) {
            decoded.notices.extend(self.book.complete(&mut call));
            judge::voices::tell(self.engine, &mut call);
            let (outcome, refused) = judge::call_and_refusal(self.engine, &call);
            let said = said(self.engine, &outcome, refused, self.keeps);
            calls.push((call, outcome, said));
        }
        batches::Judged { calls, decoded }
    }

    /// Adds a judged call to everything that is counted.
    fn note(&mut self, call: &Call, outcome: &CallOutcome, said: Said) {
        self.book.add_judged(call, said);
        let keep = self.engine.rules.policy.cap_calls;
        if let Some(id) = &call.borrower_id {
            self.borrowers.add(id, outcome, keep);
        }
        if let Some(id) = &call.collector_id {
            self.collectors.add(id, outcome, keep);
        }
        self.unheard.note(call, outcome);
        let t = &mut self.totals;
        t.calls_decoded += 1;
        t.calls_with_known_roles += u64::from(outcome.record.roles_known);
        t.calls_judged += u64::from(outcome.record.verdict != Verdict::NotChecked);
        *t.verdicts.entry(verdict_name(outcome.record.verdict)).or_default() += 1;
        for f in &outcome.findings {
            *t.findings.entry(f.rule.clone()).or_default() += 1;
        }
    }

    fn conclude(mut self, history: Option<&mut History>) -> Result<Conclusion, Error> {
        let profile = &self.engine.profile;
        let merge = counted::counted(&self.book, profile);
        if let Some(fault) = self.book.fault() {
            return Err(fault);
        }
        let mut totals = self.totals;
        if let Some(history) = history {
            let (changes, notices) = history.keep(&self.book);
            totals.history = changes;
            self.notices.extend(notices);
        }
        self.notices.extend(self.book.notices());
        totals.replaced = Some(self.ways.replaced()).filter(|n| *n > 0);
        let ways = self.ways.end(&mut self.notices);
        self.notices.sort();
        self.notices.dedup();
        totals.calls_in_log = self.book.in_log();
        totals.calls_with_transcript = self.book.with_transcript();
        let most = if totals.calls_with_transcript > 0 { MOST_UNHEARD } else { 0 };
        let (unheard, without_transcript) = self.book.without_transcript(most);
        totals.connected_without_transcript = unheard;
        totals.lost = self.notices.iter().filter(|n| n.lost).count() as u64;
        let shown = standing::worst_borrowers(self.engine, &self.borrowers, merge.findings());
        let calendar = merge.calendar(&self.book, profile, &shown);
        let (mut counting, standings) = merge.finish(std::mem::take(&mut self.book), profile)?;
        standing::mask_numbers(self.engine, &mut counting);
        for f in &counting.findings {
            *totals.findings.entry(f.rule.clone()).or_default() += 1;
        }
        let found = &counting.findings;
        let borrowers = standing::records(self.engine, &self.borrowers, found, &standings, Kind::Borrower);
        let collectors = standing::records(self.engine, &self.collectors, found, &standings, Kind::Collector);
        totals.borrowers = borrowers.len() as u64;
        Ok(Conclusion {
            frequency: counting.findings,
            not_checked: counting.not_checked,
            borrowers,
            collectors,
            agencies: counting.agencies,
            calendar,
            notices: self.notices,
            without_transcript,
            audits: Vec::new(),
            stale: Vec::new(),
            input: self.seen.hash(),
            settings: BTreeMap::new(),
            ways,
            totals,
        })
    }
}

//! The whole run: pieces of input in, outcomes out in the order of the input, the conclusion at the end. The one file with
//! threads; whatever their number, the same bytes come out.

use std::collections::BTreeMap;
use std::path::PathBuf;

use rayon::prelude::*;

use crate::aggregate::calls::CallBook;
use crate::aggregate::frequency::{self, Counting};
use crate::aggregate::parties::{Parties, Party};
use crate::build::Engine;
use crate::decode::{self, Charset, Decoded, Input};
use crate::judge;
use crate::model::error::Error;
use crate::model::finding::{FrequencyFinding, Verdict};
use crate::model::notice::Notice;
use crate::model::scan::{CallOutcome, Conclusion, PartyRecord, RuleCount, Totals};
use crate::model::transcript::Call;
use crate::source::{self, Item, Options, PieceKind, Source};
use crate::verdict;

/// Bytes of input that are decoded and judged at one go; enough for every thread, little enough to stay small in memory.
const BATCH_BYTES: usize = 4 << 20;
/// Files that are decoded and judged at one go.
const BATCH_FILES: usize = 512;
/// Largest call log, in bytes.
const MOST_LOG_BYTES: u64 = 8 << 30;

/// What is to be looked at.
#[derive(Debug, Clone, Default)]
pub struct Job {
    /// Files and folders of transcripts; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Call logs; `-` is standard input.
    pub logs: Vec<PathBuf>,
    /// Encoding, when it is not to be detected.
    pub charset: Charset,
    /// Threads; 0 takes one per core.
    pub threads: usize,
}

/// What is done with each judged call, in the order of the input.
pub type Sink<'a> = dyn FnMut(&CallOutcome) -> Result<(), Error> + 'a;

/// Scans everything and hands each call to `sink` as soon as its turn comes.
///
/// # Errors
/// When a path does not exist, a log cannot be read, or `sink` fails.
pub fn run(engine: &Engine, job: &Job, sink: &mut Sink<'_>) -> Result<Conclusion, Error> {
    in_pool(job.threads, || Run::new(engine, job)?.go(job, sink))
}

/// Decodes everything and hands each call to `each`: for commands that look at calls one by one.
///
/// # Errors
/// When a path does not exist or `each` fails.
pub fn calls(job: &Job, each: &mut dyn FnMut(&Call) -> Result<(), Error>) -> Result<Vec<Notice>, Error> {
    source::check(&job.paths)?;
    let mut notices = Vec::new();
    let mut input = open(job);
    while let Some(batch) = next_batch(&mut input) {
        for decoded in batch.iter().map(|item| decode_item(item, job.charset)) {
            notices.extend(decoded.notices);
            decoded.calls.iter().try_for_each(&mut *each)?;
        }
    }
    notices.sort();
    Ok(notices)
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
    source::open(&job.paths, Options::new(&decode::extensions()))
}

/// The next pieces, together about [`BATCH_BYTES`]; nothing at the end of the input.
fn next_batch(input: &mut Source) -> Option<Vec<Item>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while bytes < BATCH_BYTES && batch.len() < BATCH_FILES {
        let Some(item) = input.next() else { break };
        bytes += item.as_ref().map_or(0, |piece| piece.bytes.len());
        batch.push(item);
    }
    (!batch.is_empty()).then_some(batch)
}

fn decode_item(item: &Item, charset: Charset) -> Decoded {
    match item {
        Err(notice) => Decoded { calls: Vec::new(), notices: vec![notice.clone()] },
        Ok(piece) => {
            let whole = piece.kind == PieceKind::Whole;
            decode::decode(
                &Input { file: &piece.file, first_line: piece.first_line, bytes: &piece.bytes, whole },
                charset,
            )
        }
    }
}

/// One piece, judged.
struct Judged {
    calls: Vec<(Call, CallOutcome)>,
    notices: Vec<Notice>,
}

/// A run under way.
struct Run<'a> {
    engine: &'a Engine,
    book: CallBook,
    borrowers: Parties,
    collectors: Parties,
    notices: Vec<Notice>,
    totals: Totals,
}

impl<'a> Run<'a> {
    fn new(engine: &'a Engine, job: &Job) -> Result<Run<'a>, Error> {
        source::check(&job.paths)?;
        let mut run = Run {
            engine,
            book: CallBook::default(),
            borrowers: Parties::default(),
            collectors: Parties::default(),
            notices: Vec::new(),
            totals: Totals::default(),
        };
        for log in &job.logs {
            run.read_log(log, job.charset)?;
        }
        Ok(run)
    }

    fn read_log(&mut self, path: &std::path::Path, charset: Charset) -> Result<(), Error> {
        let bytes = source::read_whole(path, MOST_LOG_BYTES)?;
        let file = if path.as_os_str() == "-" {
            source::STDIN.to_owned()
        } else {
            path.to_string_lossy().into_owned()
        };
        let text = match decode::charset::whole(&bytes, charset) {
            Ok(text) => text,
            Err(e) => {
                self.notices.push(Notice::lost(
                    file,
                    None,
                    format!("{} (byte {} of the file): not read", e.why, e.offset),
                ));
                return Ok(());
            }
        };
        let log = decode::call_log::decode_call_log(&file, &text, &self.engine.profile.timezone);
        self.notices.extend(log.notices);
        self.book.add_log(&log.rows);
        Ok(())
    }

    fn go(mut self, job: &Job, sink: &mut Sink<'_>) -> Result<Conclusion, Error> {
        let mut input = open(job);
        let mut batch = next_batch(&mut input);
        while let Some(items) = batch {
            // While one batch is judged the next one is read.
            let (judged, next) = rayon::join(
                || items.par_iter().map(|item| self.judge(item, job.charset)).collect::<Vec<_>>(),
                || next_batch(&mut input),
            );
            for part in judged {
                self.notices.extend(part.notices);
                for (call, outcome) in &part.calls {
                    self.note(call, outcome);
                    sink(outcome)?;
                }
            }
            batch = next;
        }
        Ok(self.conclude())
    }

    fn judge(&self, item: &Item, charset: Charset) -> Judged {
        let decoded = decode_item(item, charset);
        let calls = decoded.calls.into_iter().map(|mut call| {
            self.book.complete(&mut call);
            let outcome = judge::call(self.engine, &call);
            (call, outcome)
        });
        Judged { calls: calls.collect(), notices: decoded.notices }
    }

    /// Adds a judged call to everything that is counted.
    fn note(&mut self, call: &Call, outcome: &CallOutcome) {
        self.book.add_call(call);
        let keep = self.engine.rules.policy.cap_calls;
        if let Some(id) = &call.borrower_id {
            self.borrowers.add(id, outcome, keep);
        }
        if let Some(id) = &call.collector_id {
            self.collectors.add(id, outcome, keep);
        }
        let t = &mut self.totals;
        t.calls_decoded += 1;
        t.calls_with_known_roles += u64::from(outcome.record.roles_known);
        t.calls_judged += u64::from(outcome.record.verdict != Verdict::NotChecked);
        *t.verdicts.entry(verdict_name(outcome.record.verdict)).or_default() += 1;
        for f in &outcome.findings {
            *t.findings.entry(f.rule.clone()).or_default() += 1;
        }
    }

    /// Numbers that a rule counts by are as private as those in a quote. Done last: the order and the fingerprints are those
    /// of the true numbers.
    fn mask_numbers(&self, counting: &mut Counting) {
        for (part, value) in counting.findings.iter_mut().flat_map(|f| &mut f.key) {
            if part.ends_with("_number") {
                *value = self.engine.mask.apply(value);
            }
        }
    }

    fn conclude(mut self) -> Conclusion {
        let profile = &self.engine.profile;
        let tasks = frequency::tasks(&self.book, profile);
        let found = tasks.par_iter().map(|task| frequency::run(&self.book, profile, task)).collect();
        let mut counting = frequency::conclude(&self.book, profile, found);
        self.mask_numbers(&mut counting);
        self.notices.extend(self.book.notices());
        self.notices.sort();
        self.notices.dedup();
        let mut totals = self.totals;
        totals.calls_in_log = self.book.in_log();
        totals.calls_with_transcript = self.book.with_transcript();
        let without_transcript = self.book.without_transcript();
        totals.connected_without_transcript = without_transcript.len() as u64;
        totals.lost = self.notices.iter().filter(|n| n.lost).count() as u64;
        for f in &counting.findings {
            *totals.findings.entry(f.rule.clone()).or_default() += 1;
        }
        let borrowers = merge(self.engine, &self.borrowers, &counting, Kind::Borrower);
        let collectors = merge(self.engine, &self.collectors, &counting, Kind::Collector);
        totals.borrowers = borrowers.len() as u64;
        Conclusion {
            frequency: counting.findings,
            not_checked: counting.not_checked,
            borrowers,
            collectors,
            notices: self.notices,
            without_transcript,
            totals,
        }
    }
}

/// Whose record is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Borrower,
    Collector,
}

/// What the words said and what the counts said, as one record per party, worst first.
fn merge(engine: &Engine, words: &Parties, counting: &Counting, kind: Kind) -> Vec<PartyRecord> {
    let counted = if kind == Kind::Borrower { &counting.borrowers } else { &counting.collectors };
    let mut ids: Vec<&String> = words.0.keys().chain(counted.keys()).collect();
    ids.sort();
    ids.dedup();
    let mut by_party: BTreeMap<&str, Vec<&FrequencyFinding>> = BTreeMap::new();
    for f in counting.findings.iter().filter(|_| kind == Kind::Borrower) {
        by_party.entry(f.borrower_id.as_deref().unwrap_or_default()).or_default().push(f);
    }
    let nobody = Party::default();
    let mut records: Vec<PartyRecord> = ids
        .into_iter()
        .map(|id| {
            let spoken = words.0.get(id).unwrap_or(&nobody);
            let count = counted.get(id);
            let mut rules: BTreeMap<String, RuleCount> = spoken.rules.clone();
            if let Some(count) = count {
                rules.extend(count.rules.iter().map(|(rule, c)| (rule.clone(), c.clone())));
            }
            let verdicts = spoken.verdicts.iter().copied().chain(rules.values().map(|c| c.verdict));
            let found = by_party.get(id.as_str()).into_iter().flatten().copied();
            PartyRecord {
                id: id.clone(),
                // A rule that could not be tested does not undo a call that was looked at and found lawful.
                verdict: party_verdict(verdicts),
                score: verdict::party_score(&engine.rules.policy, spoken.scores.clone(), found),
                calls: count.map_or(0, |c| c.calls),
                rules,
            }
        })
        .collect();
    records.sort_by(|a, b| {
        b.verdict.cmp(&a.verdict).then_with(|| b.score.total_cmp(&a.score)).then_with(|| a.id.cmp(&b.id))
    });
    records
}

/// Violation beats review; a party with something looked at and nothing found passes; else nothing was checked.
fn party_verdict(verdicts: impl Iterator<Item = Verdict>) -> Verdict {
    let all: Vec<Verdict> = verdicts.collect();
    let bad = all.iter().copied().filter(|v| *v >= Verdict::Review).max();
    let passed = all.contains(&Verdict::Pass);
    bad.unwrap_or(if passed { Verdict::Pass } else { Verdict::NotChecked })
}

fn verdict_name(verdict: Verdict) -> String {
    match verdict {
        Verdict::Violation => "violation",
        Verdict::Review => "review",
        Verdict::Pass => "pass",
        Verdict::NotChecked => "not-checked",
    }
    .to_owned()
}

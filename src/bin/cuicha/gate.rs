//! What fails a scan: violations at or above the bar that nobody accepted, beyond the number that is allowed.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cuicha::accepted::{Acceptance, Baseline, Suppressions};
use cuicha::build::Engine;
use cuicha::config::Settings;
use cuicha::model::accepted;
use cuicha::model::error::Error;
use cuicha::model::finding::Verdict;
use cuicha::model::rules::Severity;
use cuicha::model::scan::{CallOutcome, Conclusion};
use cuicha::pipeline::Job;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::args::{EncodingErrors, FailOn, ScanArgs};
use crate::exit::{Outcome, say};
use crate::language;

/// The gate of one scan.
pub struct Gate {
    acceptance: Acceptance,
    /// Nothing fails the run where there is none.
    bar: Option<Severity>,
    allowed: u64,
    violations: u64,
}

impl Gate {
    /// Reads the baseline and the suppressions.
    ///
    /// # Errors
    /// When one cannot be read or is wrong.
    pub fn new(args: &ScanArgs, engine: &Engine, job: &Job) -> Result<Gate, Error> {
        let baseline = args.accepting.baseline.as_deref().map(Baseline::read).transpose()?;
        let counts: Vec<String> =
            engine.profile.rules.iter().map(|r| format!("frequency/{}", r.id)).collect();
        let words = engine.rules.rules.iter().map(|r| r.id.as_str());
        let known: Vec<&str> = words.chain(counts.iter().map(String::as_str)).collect();
        let suppressions = args.accepting.suppressions.as_deref();
        let suppressions = suppressions.map(|file| Suppressions::read(file, &known)).transpose()?;
        let now = job.now.unwrap_or_else(Timestamp::now);
        let today = now.to_zoned_datetime(engine.profile.timezone.clone()).date();
        Ok(Gate {
            acceptance: Acceptance::new(baseline, suppressions, today),
            bar: bar(args.fail_on),
            allowed: args.accepting.max_violations,
            violations: 0,
        })
    }

    /// The call with its accepted findings marked; its violations are counted.
    pub fn call<'a>(&mut self, outcome: &'a CallOutcome) -> Cow<'a, CallOutcome> {
        let outcome = self.acceptance.mark(outcome).map_or(Cow::Borrowed(outcome), Cow::Owned);
        for f in outcome.findings.iter().filter(|f| f.accepted.is_none()) {
            self.count(f.verdict, f.severity);
        }
        outcome
    }

    /// Marks and counts the rest, and puts the sums into the totals.
    pub fn conclude(&mut self, conclusion: &mut Conclusion) {
        self.acceptance.finish(conclusion);
        for f in conclusion.frequency.iter().filter(|f| f.accepted.is_none()) {
            self.count(f.verdict, f.severity);
        }
        if self.allowed > 0 {
            let gate = accepted::Gate { violations: self.violations, allowed: self.allowed };
            conclusion.totals.gate = Some(gate);
        }
    }

    fn count(&mut self, verdict: Verdict, severity: Severity) {
        let counts = verdict == Verdict::Violation && self.bar.is_some_and(|bar| severity >= bar);
        self.violations += u64::from(counts);
    }

    /// How the scan came out, as far as the findings say.
    pub fn outcome(&self, conclusion: &Conclusion) -> Outcome {
        // No number of allowed violations covers what is wrong with the suppressions.
        let misused = conclusion.audits.iter().any(|a| a.verdict == Verdict::Violation);
        let failed = self.bar.is_some() && (misused || self.violations > self.allowed);
        if failed { Outcome::Found } else { Outcome::Clean }
    }

    /// What a person must know of it even when the report goes elsewhere.
    pub fn tell(&self, conclusion: &Conclusion, to_machine: bool) {
        if let Some(gate) = conclusion.totals.gate {
            let key = if gate.violations > gate.allowed { "gate.above" } else { "gate.within" };
            say(&language::fill(key, &[&gate.violations, &gate.allowed]));
        }
        for audit in conclusion.audits.iter().filter(|_| to_machine).take(20) {
            let level = if audit.verdict == Verdict::Violation { "said.error" } else { "said.warning" };
            let notes: Vec<String> = audit.notes.iter().map(|note| language::remark(note)).collect();
            let text = format!("{}:{}: {} {}", audit.file, audit.line, audit.rule, notes.join("; "));
            say(&language::fill(level, &[&text]));
        }
    }
}

fn bar(fail_on: FailOn) -> Option<Severity> {
    match fail_on {
        FailOn::Critical => Some(Severity::Critical),
        FailOn::Major => Some(Severity::Major),
        FailOn::Minor => Some(Severity::Minor),
        FailOn::Never => None,
    }
}

/// What was set that can change results and that neither the lexicon nor the profile tells.
///
/// # Errors
/// When a file that is named cannot be read.
pub fn settings(args: &ScanArgs) -> Result<BTreeMap<&'static str, String>, Error> {
    let mut set = BTreeMap::new();
    let mut put = |key: &'static str, value: Option<String>| set.extend(value.map(|value| (key, value)));
    put("encoding", args.reading.encoding.clone());
    put("input-format", args.reading.input_format.clone());
    let replace = args.reading.encoding_errors == EncodingErrors::Replace;
    put("encoding-errors", replace.then(|| "replace".to_owned()));
    put("max-line-bytes", args.reading.max_line_bytes.map(|n| n.to_string()));
    put("name-pattern", args.metadata.name_pattern.clone());
    put("speakers", args.metadata.speakers.clone());
    put("no-mask", args.engine.no_mask.then(|| "true".to_owned()));
    put("no-classifier", args.engine.no_classifier.then(|| "true".to_owned()));
    put("name-pattern", args.metadata.name_pattern.clone());
    put("history", args.history.as_ref().map(|_| "given".to_owned()));
    let files = [
        ("classifier", &args.engine.classifier),
        ("manifest", &args.metadata.manifest),
        ("baseline", &args.accepting.baseline),
        ("suppressions", &args.accepting.suppressions),
    ];
    for (key, file) in files {
        put(key, file.as_deref().map(hash).transpose()?);
    }
    Ok(set)
}

fn hash(file: &Path) -> Result<String, Error> {
    let bytes = std::fs::read(file).map_err(|source| Error::Read { path: file.to_owned(), source })?;
    Ok(Sha256::digest(&bytes).iter().take(8).map(|b| format!("{b:02x}")).collect())
}

/// Refuses a configuration that was found among the calls it would judge: who delivers the calls must not set how they are judged.
/// One that is named is trusted.
///
/// # Errors
/// When it lies in a folder that is scanned.
pub fn trust(settings: &Settings, named: bool, args: &ScanArgs) -> Result<(), Error> {
    let Some(file) = settings.file.as_deref().filter(|_| !named) else { return Ok(()) };
    let inside = |folder: &PathBuf| {
        let (folder, file) = (folder.canonicalize(), file.canonicalize());
        matches!((folder, file), (Ok(folder), Ok(file)) if folder.is_dir() && file.starts_with(&folder))
    };
    if !args.paths.iter().any(inside) {
        return Ok(());
    }
    Err(Error::Usage(format!(
        "{}: lies in a folder that is scanned: name it by --config if you trust it, or leave it aside by --isolated",
        file.display()
    )))
}

/// Where the configuration came from, for who wants to know more.
pub fn tell_configuration(settings: &Settings) {
    if let Some(file) = settings.file.as_ref().filter(|_| !settings.values.is_empty()) {
        let keys: Vec<&str> = settings.values.keys().copied().collect();
        say(&language::fill("configuration", &[&file.display(), &keys.join(", ")]));
    }
}

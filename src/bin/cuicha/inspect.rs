//! `cuicha inspect`: what was understood of each file, and what is not known.

mod table;

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};

use cuicha::build::Engine;
use cuicha::decode::{Decoded, Other, charset};
use cuicha::judge::{self, voices};
use cuicha::metadata::Speakers;
use cuicha::model::error::Error;
use cuicha::model::notice::Notice;
use cuicha::model::roles::START;
use cuicha::model::transcript::{Call, Speaker};
use cuicha::pipeline::{self, Job};
use cuicha::report::padded;
use cuicha::source;

use crate::args::InspectArgs;
use crate::engine;
use crate::exit::{self, Outcome};
use crate::language::{fill, remark, say};
use crate::lexicon::to_stdout;
use crate::scan::choices;

pub fn run(args: &InspectArgs) -> Result<Outcome, Error> {
    source::check(&args.paths)?;
    let engine = engine::built(&choices(&args.engine, None))?;
    let mut files: Vec<Seen> = Vec::new();
    let job = Job {
        metadata: args.metadata.sources()?,
        speakers: args.metadata.speakers()?,
        ..args.reading.job(&args.paths)?
    };
    let known = pipeline::known(&job)?;
    for item in source::open(&args.paths, pipeline::of_transcripts(&job)) {
        let name = item.as_ref().map_or_else(|notice| &notice.file, |piece| &piece.file);
        if files.last().is_none_or(|seen| seen.file != *name) {
            files.push(Seen { file: name.clone(), ..Seen::default() });
        }
        let Some(seen) = files.last_mut() else { continue };
        let decoded = pipeline::decode_item(&item, &job, &known);
        if item.is_ok() {
            seen.form(&decoded);
        }
        seen.notices.extend(decoded.notices);
        decoded.calls.iter().for_each(|call| seen.call(&engine, call));
    }
    files.retain(|seen| !known.is_source(&seen.file));
    for notice in known.finish() {
        match files.iter_mut().find(|seen| seen.file == notice.file) {
            Some(seen) => seen.notices.push(notice),
            None => files.push(Seen { file: notice.file.clone(), notices: vec![notice], ..Seen::default() }),
        }
    }
    let mut out = BufWriter::new(std::io::stdout().lock());
    let several = files.iter().filter(|f| f.read).count() > 1;
    let text = match several && !args.detail {
        true => table::table(&files),
        false => files.iter().map(Seen::page).collect(),
    };
    out.write_all(text.as_bytes()).map_err(to_stdout)?;
    out.flush().map_err(to_stdout)?;
    exit::tell(&job.speakers.iter().flat_map(Speakers::notices).collect::<Vec<_>>());
    let incomplete =
        files.iter().all(|f| f.calls == 0) || files.iter().any(|f| f.notices.iter().any(|n| n.lost));
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Clean })
}

/// What is known of a file.
#[derive(Default)]
struct Seen {
    file: String,
    /// Whether its bytes could be read.
    read: bool,
    format: &'static str,
    encoding: &'static str,
    replaced: usize,
    calls: usize,
    turns: usize,
    /// Turns by speaker, as the file says and as was inferred.
    given: BTreeMap<&'static str, usize>,
    inferred: BTreeMap<&'static str, usize>,
    with_start: usize,
    with_end: usize,
    /// Voices whose roles the words tell, by call: the first calls.
    voices: Vec<String>,
    more_voices: usize,
    /// Calls that lack a thing.
    lacking: BTreeMap<&'static str, usize>,
    notices: Vec<Notice>,
}

/// What a call may lack; the table of texts tells what comes of it.
const LACKING: [&str; 4] = ["start", "borrower_id", "collector_id", "callee_role"];

/// Voices that are told one by one.
const MOST_VOICES: usize = 8;

impl Seen {
    fn format(&self) -> String {
        if self.format.is_empty() { say("inspect.no-format") } else { self.format.to_owned() }
    }

    fn encoding(&self) -> String {
        match (self.encoding, self.format) {
            ("", "") => say("inspect.no-encoding"),
            ("", _) => "ASCII".to_owned(),
            (encoding, _) => encoding.to_owned(),
        }
    }

    /// How the file is written.
    fn form(&mut self, decoded: &Decoded) {
        self.read = true;
        self.encoding = charset::both(self.encoding, decoded.encoding);
        self.format = decoded.other.map_or(decoded.format, Other::name);
        self.replaced += decoded.replaced.count;
    }

    fn call(&mut self, engine: &Engine, call: &Call) {
        self.calls += 1;
        self.turns += call.turns.len();
        for (turn, judged) in call.turns.iter().zip(judge::turns(engine, call)) {
            self.with_start += usize::from(turn.start_ms.is_some());
            self.with_end += usize::from(turn.end_ms.is_some());
            *self.given.entry(name(turn.speaker)).or_default() += 1;
            if judged.inferred || judged.speaker != turn.speaker {
                *self.inferred.entry(name(judged.speaker)).or_default() += 1;
            }
        }
        self.voices(engine, &voices::told(engine, call));
        let role = call.callee_role != cuicha::model::transcript::CalleeRole::Unknown;
        let there = [call.start.is_some(), call.borrower_id.is_some(), call.collector_id.is_some(), role];
        for (key, _) in LACKING.iter().zip(there).filter(|(_, there)| !there) {
            *self.lacking.entry(key).or_default() += 1;
        }
    }

    /// Tells whom the voices of a call are taken for, how sure, and by which words.
    fn voices(&mut self, engine: &Engine, call: &Call) {
        let lines = call.inferred_roles.iter().map(|role| {
            let words: Vec<String> = voices::words(engine, call, role)
                .into_iter()
                .map(|(piece, weight)| format!("{} {weight:.2}", piece.replace(START, "")))
                .collect();
            let voice = role.voice.clone().unwrap_or_else(|| say("inspect.every-other-turn"));
            let told = if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) };
            let role_name = say(&format!("role.{}", name(role.role)));
            format!("{}  {voice} \u{2192} {role_name} ({:.2}){told}", call.call_id, role.confidence)
        });
        let shown = lines.len().min(MOST_VOICES.saturating_sub(self.voices.len()));
        self.more_voices += lines.len() - shown;
        self.voices.extend(lines.take(shown));
    }

    fn page(&self) -> String {
        let mut text = format!("{}\n", self.file);
        let mut row = |key: &str, value: String| {
            text.push_str(&format!("  {} {value}\n", padded(&say(&format!("inspect.{key}")), 9)));
        };
        if self.read {
            row("format", self.format());
            row("encoding", self.encoding());
            row("calls", fill("inspect.of-calls", &[&self.calls, &self.turns]));
        }
        if self.replaced > 0 {
            row("replaced", fill("inspect.of-replaced", &[&self.replaced]));
        }
        if self.turns > 0 {
            row("speakers", counts(&self.given));
            if !self.inferred.is_empty() {
                row("inferred", counts(&self.inferred));
            }
            self.voices.iter().for_each(|voice| row("voice", voice.clone()));
            if self.more_voices > 0 {
                row("voice", fill("inspect.more-voices", &[&self.more_voices]));
            }
            row("times", fill("inspect.of-times", &[&self.with_start, &self.with_end]));
        }
        for key in LACKING {
            if let Some(n) = self.lacking.get(key) {
                let why = say(&format!("inspect.without.{key}"));
                row("missing", fill("inspect.lacks", &[&key, n, &self.calls, &why]));
            }
        }
        for notice in &self.notices {
            let told = remark(&notice.message);
            let told = notice.line.map_or(told.clone(), |line| fill("inspect.line", &[&line, &told]));
            row(if notice.lost { "lost" } else { "note" }, told);
        }
        text
    }
}

fn name(speaker: Speaker) -> &'static str {
    match speaker {
        Speaker::Collector => "collector",
        Speaker::Borrower => "borrower",
        Speaker::Contact => "contact",
        Speaker::Unknown => "unknown",
    }
}

fn counts(of: &BTreeMap<&'static str, usize>) -> String {
    of.iter().map(|(name, n)| format!("{} {n}", say(&format!("role.{name}")))).collect::<Vec<_>>().join(", ")
}

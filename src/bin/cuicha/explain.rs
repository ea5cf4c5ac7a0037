//! `cuicha explain`: every candidate of every turn, and the gate that stopped it.

use std::io::{BufWriter, Write};

use cuicha::build::Engine;
use cuicha::explain::{self, Explained, ExplainedCandidate, ExplainedTurn, Fate, Wording};
use cuicha::metadata::Speakers;
use cuicha::model::error::Error;
use cuicha::model::finding::Verdict;
use cuicha::model::notice::Notice;
use cuicha::model::transcript::CalleeRole;
use cuicha::pipeline::{self, Job};

use crate::args::{ExplainArgs, ExplainFormat};
use crate::exit::{Outcome, say};
use crate::lexicon::to_stdout;
use crate::scan::{charset, choices};

/// Groups less likely than this are no news to a reader.
const LEAST_SHOWN: f64 = 0.05;

pub fn run(args: &ExplainArgs) -> Result<Outcome, Error> {
    let engine = Engine::new(&choices(&args.engine, None))?;
    let mut out = Pages { out: BufWriter::new(std::io::stdout().lock()), args, shown: 0 };
    if !args.text.is_empty() {
        let callee = args.callee.map_or(CalleeRole::Unknown, |c| c.role());
        let speakers = args.metadata.speakers()?;
        let call = explain::typed(&args.text, callee, speakers.as_ref())
            .ok_or_else(|| Error::Usage("--text: nothing is said in it".to_owned()))?;
        out.page(&explain::explain(&engine, &call))?;
        out.end()?;
        tell(&speakers.iter().flat_map(Speakers::notices).collect::<Vec<_>>());
        return Ok(Outcome::Clean);
    }
    let job = Job {
        paths: args.paths.clone(),
        charset: charset(args.reading.encoding.as_deref())?,
        metadata: args.metadata.sources()?,
        max_expanded_bytes: args.reading.max_expanded_bytes,
        speakers: args.metadata.speakers()?,
        ..Job::default()
    };
    let notices = pipeline::calls(&job, &mut |call| {
        if args.call.as_ref().is_some_and(|id| *id != call.call_id) {
            return Ok(());
        }
        out.page(&explain::explain(&engine, call))
    })?;
    let shown = out.end()?;
    tell(&notices);
    if let (Some(id), 0) = (&args.call, shown) {
        return Err(Error::Usage(format!("no call `{id}` in the input")));
    }
    let incomplete = shown == 0 || notices.iter().any(|n| n.lost);
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Clean })
}

/// Says what happened while the input was read.
pub fn tell(notices: &[Notice]) {
    for n in notices {
        let line = n.line.map(|l| format!(":{l}")).unwrap_or_default();
        let place = if n.file.is_empty() { String::new() } else { format!("{}{line}: ", n.file) };
        say(&format!("{place}{}", n.message));
    }
}

/// Calls, one after another, in the form that was asked for.
struct Pages<'a, W: Write> {
    out: W,
    args: &'a ExplainArgs,
    shown: usize,
}

impl<W: Write> Pages<'_, W> {
    fn page(&mut self, call: &Explained) -> Result<(), Error> {
        let text = match self.args.format {
            ExplainFormat::Text => page(call, self.args.detail || !self.args.text.is_empty()),
            ExplainFormat::Json => {
                let head = if self.shown == 0 { "{\"calls\":[\n" } else { ",\n" };
                let body = serde_json::to_string(call).map_err(|e| to_stdout(e.into()))?;
                format!("{head}{body}")
            }
        };
        self.shown += 1;
        self.out.write_all(text.as_bytes()).map_err(to_stdout)
    }

    /// Closes the document; how many calls were shown.
    fn end(mut self) -> Result<usize, Error> {
        let tail = match (self.args.format, self.shown) {
            (ExplainFormat::Json, 0) => "{\"calls\":[]}\n",
            (ExplainFormat::Json, _) => "\n]}\n",
            (ExplainFormat::Text, _) => "",
        };
        self.out.write_all(tail.as_bytes()).and_then(|()| self.out.flush()).map_err(to_stdout)?;
        Ok(self.shown)
    }
}

fn page(call: &Explained, detail: bool) -> String {
    let mut text = format!("{}  {}:{}\n", call.call_id, call.file, call.line);
    for t in &call.turns {
        turn(t, detail, &mut text);
    }
    if detail {
        text.push_str(&format!("verdict {}, score {:.2}\n", verdict(call.verdict), call.score));
    }
    text.push('\n');
    text
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violation => "violation",
        Verdict::Review => "review",
        Verdict::Pass => "pass",
        Verdict::NotChecked => "not-checked",
    }
}

fn turn(t: &ExplainedTurn, detail: bool, text: &mut String) {
    let guess = if t.inferred { " (inferred)" } else { "" };
    let speaker = format!("{:?}", t.speaker).to_lowercase();
    text.push_str(&format!("[{}] {speaker}{guess}: {}\n", t.turn + 1, t.text));
    if let Some(judged) = &t.judged {
        text.push_str(&format!("      as judged: {judged}\n"));
    }
    if detail {
        text.push_str(&format!("      words: {}\n", t.tokens.join(" / ")));
    }
    for c in &t.candidates {
        text.push_str(&line(c));
        if detail {
            text.push_str(&gates(c));
        }
    }
    if detail {
        text.push_str(&wording(&t.classifier));
    }
}

fn line(c: &ExplainedCandidate) -> String {
    let probability = format!("{} {:.3}: {}", c.by, c.probability.unwrap_or(c.weight), c.matched);
    let by = if c.by == "classifier" { probability } else { format!("{} {}", c.by, c.matched) };
    let by = match (c.spelled, c.cost) {
        (Some(spelled), Some(cost)) => format!("{by}, {spelled}, cost {cost}"),
        _ => by,
    };
    let no = c.gates.iter().find(|g| !g.passed);
    let end = match (no, c.lowered.is_empty()) {
        (Some(g), _) => format!("rejected by {}: {}", g.gate, g.because.as_deref().unwrap_or_default()),
        (None, true) => format!("stands, weight {:.2}", c.weight),
        (None, false) => format!("stands for review, weight {:.2}: {}", c.weight, c.lowered.join("; ")),
    };
    format!("      {} `{}` ({by}): {end}\n", c.rule, c.words)
}

/// The gates that were passed, and what became of the candidate in the end.
fn gates(c: &ExplainedCandidate) -> String {
    let passed: Vec<&str> = c.gates.iter().filter(|g| g.passed).map(|g| g.gate).collect();
    let passed = if passed.is_empty() { "no gate".to_owned() } else { passed.join(", ") };
    let end = match c.outcome {
        Fate::Violation => "violation".to_owned(),
        Fate::Review => "review".to_owned(),
        Fate::Rejected => "rejected".to_owned(),
        Fate::BelowBar => "too little to be shown".to_owned(),
        Fate::Overruled => {
            let better = c.overruled_by.as_deref().unwrap_or("another");
            format!("overruled by a better match of {better}")
        }
    };
    format!("        passed: {passed}; outcome: {end}\n")
}

fn wording(w: &Wording) -> String {
    if let Some(why) = &w.not_asked {
        return format!("      classifier: not asked, {why}\n");
    }
    let shown: Vec<_> = w.groups.iter().filter(|g| g.probability >= LEAST_SHOWN).collect();
    if shown.is_empty() {
        return format!("      classifier: nothing above {LEAST_SHOWN} (any group {:.2})\n", w.alarm);
    }
    let mut text = String::new();
    for g in shown {
        let pieces: Vec<String> =
            g.pieces.iter().map(|p| format!("{} {:.0} %", p.words, 100.0 * p.weight)).collect();
        text.push_str(&format!(
            "      classifier: {} {:.2} (review from {:.2}, violation from {:.2}): {}\n",
            g.group,
            g.probability,
            g.review,
            g.violation,
            pieces.join(" | ")
        ));
    }
    text
}

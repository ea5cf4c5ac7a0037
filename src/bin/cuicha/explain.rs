//! `cuicha explain`: every candidate of every turn, and the gate that stopped it.

use std::io::{BufWriter, Write};

use cuicha::explain::{self, Explained, ExplainedCandidate, ExplainedElement, ExplainedTurn, Fate, Wording};
use cuicha::metadata::Speakers;
use cuicha::model::error::Error;
use cuicha::model::finding::Verdict;
use cuicha::model::scan::Presence;
use cuicha::model::transcript::CalleeRole;
use cuicha::pipeline::{self, Job};

use crate::args::{ExplainArgs, ExplainFormat};
use crate::engine;
use crate::exit::{self, Outcome};
use crate::language::{fill, pick, remark, say};
use crate::lexicon::to_stdout;
use crate::scan::{choices, tell_ways};

/// Groups less likely than this are no news to a reader.
const LEAST_SHOWN: f64 = 0.05;

pub fn run(args: &ExplainArgs) -> Result<Outcome, Error> {
    let engine = engine::built(&choices(&args.engine, None))?;
    let mut out = Pages { out: BufWriter::new(std::io::stdout().lock()), args, shown: 0 };
    if !args.text.is_empty() {
        let callee = args.callee.map_or(CalleeRole::Unknown, |c| c.role());
        let speakers = args.metadata.speakers()?;
        let call = explain::typed(&args.text, callee, speakers.as_ref())
            .ok_or_else(|| Error::Usage("--text: nothing is said in it".to_owned()))?;
        out.page(&explain::explain(&engine, &call))?;
        out.end()?;
        exit::tell(&speakers.iter().flat_map(Speakers::notices).collect::<Vec<_>>());
        return Ok(Outcome::Clean);
    }
    let job = Job {
        metadata: args.metadata.sources()?,
        speakers: args.metadata.speakers()?,
        ways: args.verbose,
        ..args.reading.job(&args.paths)?
    };
    let heard = pipeline::heard(&job, &mut |call| {
        if args.call.as_ref().is_some_and(|id| *id != call.call_id) {
            return Ok(());
        }
        out.page(&explain::explain(&engine, call))
    })?;
    let shown = out.end()?;
    exit::tell(&heard.notices);
    tell_ways(&heard.ways);
    if let (Some(id), 0) = (&args.call, shown) {
        return Err(Error::Usage(format!("no call `{id}` in the input")));
    }
    let incomplete = shown == 0 || heard.notices.iter().any(|n| n.lost);
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Clean })
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
        match call.another {
            Some([from, _]) if from == t.turn => below(&mut text, 6, &say("explain.another-listens")),
            Some([_, until]) if until == t.turn => below(&mut text, 6, &say("explain.borrower-listens")),
            _ => {}
        }
    }
    call.elements.iter().for_each(|e| below(&mut text, 0, &element(e)));
    if detail {
        let verdict = say(&format!("verdict.{}", verdict(call.verdict)));
        text.push_str(&fill("explain.verdict", &[&verdict, &format_args!("{:.2}", call.score)]));
        text.push('\n');
    }
    text.push('\n');
    text
}

/// A required element, and by which words it was shown.
fn element(e: &ExplainedElement) -> String {
    let mut shown = String::new();
    for s in &e.shown {
        let key = if shown.is_empty() { "explain.shown" } else { "explain.shown-more" };
        shown.push_str(&fill(key, &[&(s.turn + 1), &s.words]));
    }
    let name = format!("conduct/{}", e.name);
    let title = pick(&e.title);
    match (e.presence, shown.is_empty()) {
        (Presence::Present, _) => fill("explain.element", &[&name, &title, &shown]),
        (_, true) => fill("explain.element-missing", &[&name, &title]),
        (_, false) => fill("explain.element-late", &[&name, &title, &late(e), &shown]),
    }
}

/// By when an element was to be said.
fn late(e: &ExplainedElement) -> String {
    let before = e.before.as_deref().map(|other| format!("conduct/{other}"));
    match (before, e.first_turns) {
        (None, first) => fill("explain.late-first", &[&first]),
        (Some(other), 0) => fill("explain.late-before", &[&other]),
        (Some(other), first) => fill("explain.late-both", &[&first, &other]),
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Violation => "violation",
        Verdict::Review => "review",
        Verdict::Pass => "pass",
        Verdict::NotChecked => "not-checked",
    }
}

/// A line below that of its turn.
fn below(text: &mut String, indent: usize, line: &str) {
    text.push_str(&format!("{:indent$}{line}\n", ""));
}

fn turn(t: &ExplainedTurn, detail: bool, text: &mut String) {
    let speaker = say(&format!("role.{:?}", t.speaker).to_lowercase());
    let key = if t.inferred { "explain.guessed" } else { "explain.spoke" };
    text.push_str(&format!("[{}] {}\n", t.turn + 1, fill(key, &[&speaker, &t.text])));
    if let Some(judged) = &t.judged {
        below(text, 6, &fill("explain.judged", &[judged]));
    }
    if detail {
        below(text, 6, &fill("explain.words", &[&t.tokens.join(" / ")]));
    }
    for c in &t.candidates {
        below(text, 6, &line(c));
        if detail {
            below(text, 8, &gates(c));
        }
    }
    if detail {
        wording(&t.classifier, text);
    }
}

fn line(c: &ExplainedCandidate) -> String {
    let by = say(&format!("by.{}", c.by));
    let by = match c.by {
        "classifier" => {
            format!(
                "{by} {}",
                fill("explain.pieces", &[&sure(c.probability.unwrap_or(c.weight), 3), &c.matched])
            )
        }
        _ => format!("{by} {}", c.matched),
    };
    let by = match (c.spelled, c.cost) {
        (Some(spelled), Some(cost)) => fill("explain.spelled", &[&by, &remark(spelled), &cost]),
        _ => by,
    };
    let no = c.gates.iter().find(|g| !g.passed);
    let weight = sure(c.weight, 2);
    let end = match (no, c.lowered.is_empty()) {
        (Some(g), _) => {
            let because = remark(g.because.as_deref().unwrap_or_default());
            fill("explain.rejected", &[&g.gate, &because])
        }
        (None, true) => match &c.supported {
            Some(why) => fill("explain.supported", &[&weight, &remark(why)]),
            None => fill("explain.stands", &[&weight]),
        },
        (None, false) => {
            let lowered: Vec<String> = c.lowered.iter().map(|why| remark(why)).collect();
            fill("explain.for-review", &[&weight, &lowered.join("; ")])
        }
    };
    fill("explain.candidate", &[&c.rule, &c.words, &by, &end])
}

fn sure(value: f64, places: usize) -> String {
    format!("{value:.places$}")
}

/// The gates that were passed, and what became of the candidate in the end.
fn gates(c: &ExplainedCandidate) -> String {
    let passed: Vec<&str> = c.gates.iter().filter(|g| g.passed).map(|g| g.gate).collect();
    let passed = if passed.is_empty() { say("explain.no-gate") } else { passed.join(", ") };
    let end = match c.outcome {
        Fate::Violation => say("verdict.violation"),
        Fate::Review => say("verdict.review"),
        Fate::Rejected => say("explain.fate.rejected"),
        Fate::BelowBar => say("explain.fate.below-bar"),
        Fate::Overruled => {
            let another = say("explain.another");
            fill("explain.fate.overruled", &[&c.overruled_by.as_deref().unwrap_or(&another)])
        }
    };
    fill("explain.gates", &[&passed, &end])
}

fn wording(w: &Wording, text: &mut String) {
    if let Some(why) = &w.not_asked {
        return below(text, 6, &fill("explain.not-asked", &[&remark(why)]));
    }
    let shown: Vec<_> = w.groups.iter().filter(|g| g.probability >= LEAST_SHOWN).collect();
    if shown.is_empty() {
        return below(text, 6, &fill("explain.nothing-above", &[&LEAST_SHOWN, &sure(w.alarm, 2)]));
    }
    for g in shown {
        let pieces = g.pieces.iter().map(|p| format!("{} {:.0} %", p.words, 100.0 * p.weight));
        let pieces = pieces.collect::<Vec<_>>().join(" | ");
        let (likely, review, violation) = (sure(g.probability, 2), sure(g.review, 2), sure(g.violation, 2));
        let group = say(&format!("group.{}", g.group));
        below(text, 6, &fill("explain.group", &[&group, &likely, &review, &violation, &pieces]));
    }
}

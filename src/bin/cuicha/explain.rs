//! `cuicha explain`: every candidate of every turn, and the gate that stopped it.

use std::io::{BufWriter, Write};

use cuicha::build::Engine;
use cuicha::judge;
use cuicha::model::candidate::{Candidate, Likeness, Matched};
use cuicha::model::error::Error;
use cuicha::model::transcript::Call;
use cuicha::pipeline::{self, Job};

use crate::args::ExplainArgs;
use crate::exit::{Outcome, say};
use crate::lexicon::to_stdout;
use crate::scan::{charset, choices};

pub fn run(args: &ExplainArgs) -> Result<Outcome, Error> {
    let engine = Engine::new(&choices(&args.engine, None))?;
    let job = Job {
        paths: args.paths.clone(),
        charset: charset(args.reading.encoding.as_deref())?,
        max_expanded_bytes: args.reading.max_expanded_bytes,
        ..Job::default()
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut shown = 0;
    let notices = pipeline::calls(&job, &mut |call| {
        if args.call.as_ref().is_some_and(|id| *id != call.call_id) {
            return Ok(());
        }
        shown += 1;
        out.write_all(page(&engine, call).as_bytes()).map_err(to_stdout)
    })?;
    out.flush().map_err(to_stdout)?;
    for n in &notices {
        let line = n.line.map(|l| format!(":{l}")).unwrap_or_default();
        say(&format!("{}{line}: {}", n.file, n.message));
    }
    if let (Some(id), 0) = (&args.call, shown) {
        return Err(Error::Usage(format!("no call `{id}` in the input")));
    }
    let incomplete = shown == 0 || notices.iter().any(|n| n.lost);
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Clean })
}

fn page(engine: &Engine, call: &Call) -> String {
    let mut text = format!("{}  {}:{}\n", call.call_id, call.file, call.line);
    for (i, (turn, judged)) in call.turns.iter().zip(judge::turns(engine, call)).enumerate() {
        let guess = if judged.inferred { " (inferred)" } else { "" };
        let speaker = format!("{:?}", judged.speaker).to_lowercase();
        text.push_str(&format!("[{}] {speaker}{guess}: {}\n", i + 1, engine.mask.apply(&turn.text)));
        if judged.text.text != turn.text {
            text.push_str(&format!("      as judged: {}\n", engine.mask.apply(&judged.text.text)));
        }
        for c in &judged.candidates {
            text.push_str(&line(engine, &judged.text.text, c));
        }
    }
    text.push('\n');
    text
}

fn line(engine: &Engine, text: &str, c: &Candidate) -> String {
    let rules = &engine.rules;
    let by = match &c.matched {
        Matched::Term(p) => format!("term {}", rules.patterns[*p].shown),
        Matched::Phrase(p) => format!("phrase {}", rules.phrases[*p].shown),
        Matched::Classifier { probability, pieces } => {
            format!("classifier {probability:.3}: {}", pieces.join(" | "))
        }
    };
    let by = match &c.fold {
        Some(f) if f.by == Likeness::Pinyin => format!("{by}, spelled in letters, cost {}", f.cost),
        Some(f) => format!("{by}, by sound, cost {}", f.cost),
        None => by,
    };
    let end = match (&c.rejected, c.lowered.is_empty()) {
        (Some(r), _) => format!("rejected by {}: {}", r.gate, r.detail),
        (None, true) => format!("stands, weight {:.2}", c.weight),
        (None, false) => format!("stands for review, weight {:.2}: {}", c.weight, c.lowered.join("; ")),
    };
    let words = engine.mask.apply(&text[c.span.start..c.span.end]);
    format!("      {} `{words}` ({by}): {end}\n", rules.rules[c.rule].id)
}

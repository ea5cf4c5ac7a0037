//! `cuicha why-not`: the first stage that kept a rule from finding anything.

use std::io::Write;

use cuicha::explain::{self, Ask, Stage, WhyNot};
use cuicha::model::error::Error;
use cuicha::model::transcript::Call;
use cuicha::pipeline::{self, Job};

use crate::args::{ExplainFormat, WhyNotArgs};
use crate::engine;
use crate::exit::{self, Outcome};
use crate::language::{fill, remark, say};
use crate::lexicon::to_stdout;
use crate::scan::choices;

pub fn run(args: &WhyNotArgs) -> Result<Outcome, Error> {
    let engine = engine::built(&choices(&args.engine, args.profile.as_deref()))?;
    let job = Job {
        metadata: args.metadata.sources()?,
        speakers: args.metadata.speakers()?,
        ..args.reading.job(&args.paths)?
    };
    let mut answers = Vec::new();
    let notices = pipeline::calls(&job, &mut |call| {
        if let Some(turn) = asked(&args.call, call) {
            answers.push(explain::why_not(&engine, call, Ask { rule: &args.rule, turn })?);
        }
        Ok(())
    })?;
    exit::tell(&notices);
    if answers.is_empty() {
        let lost = if notices.iter().any(|n| n.lost) { "; some of it could not be read" } else { "" };
        return Err(Error::Usage(format!("no call `{}` in the input{lost}", args.call)));
    }
    let mut text = String::new();
    for answer in &answers {
        text.push_str(&match args.format {
            ExplainFormat::Text => page(answer),
            ExplainFormat::Json => serde_json::to_string(answer).map_err(|e| to_stdout(e.into()))? + "\n",
        });
    }
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(to_stdout)?;
    Ok(if notices.iter().any(|n| n.lost) { Outcome::Incomplete } else { Outcome::Clean })
}

/// Whether the call is the one that was asked for, and about which of its turns. An id may hold colons itself.
fn asked(wanted: &str, call: &Call) -> Option<Option<usize>> {
    if wanted == call.call_id {
        return Some(None);
    }
    let (id, turn) = wanted.rsplit_once(':')?;
    let turn: usize = turn.parse().ok().filter(|n| *n > 0)?;
    (id == call.call_id).then_some(Some(turn - 1))
}

fn page(answer: &WhyNot) -> String {
    let turn = answer.turn.map(|t| format!(", {}", fill("turn", &[&(t + 1)]))).unwrap_or_default();
    let head = format!("{} {}{turn}: {}", answer.rule, answer.call_id, name(answer.stage));
    let mut text = format!("{head}\n  {}\n", remark(&answer.message));
    if answer.turns.len() > 1 {
        text.push_str(&format!("{}\n", say("why-not.turns")));
        for t in &answer.turns {
            text.push_str(&format!("  [{}] {}: {}\n", t.turn + 1, name(t.stage), remark(&t.message)));
        }
    }
    text
}

/// What a stage is called, for people.
fn name(stage: Stage) -> String {
    say(match stage {
        Stage::RuleOff => "stage.rule-off",
        Stage::NotChecked => "stage.not-checked",
        Stage::NotTheCollector => "stage.not-the-collector",
        Stage::NotMatched => "stage.not-matched",
        Stage::NormalisedAway => "stage.normalised-away",
        Stage::CallRole => "stage.call-role",
        Stage::BelowBar => "stage.below-bar",
        Stage::Gate => "stage.gate",
        Stage::Overruled => "stage.overruled",
        Stage::Found => "stage.found",
    })
}

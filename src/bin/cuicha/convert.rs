//! `cuicha convert`: transcripts of any format as canonical records, one call a line.

use std::borrow::Cow;
use std::io::{BufWriter, Write};

use cuicha::decode::speaker::OTHER;
use cuicha::model::error::Error;
use cuicha::model::transcript::{Call, CalleeRole, Given, Speaker, Utterance};
use cuicha::pipeline::{self, Job};
use serde::Serialize;

use crate::args::{ConvertArgs, Target};
use crate::exit::{self, Outcome};
use crate::lexicon::to_stdout;
use crate::scan::tell_ways;

pub fn run(args: &ConvertArgs) -> Result<Outcome, Error> {
    let job = Job {
        metadata: args.metadata.sources()?,
        speakers: args.metadata.speakers()?,
        ways: args.verbose,
        ..args.reading.job(&args.paths)?
    };
    let mut out = BufWriter::new(std::io::stdout().lock());
    let mut written = 0;
    let heard = pipeline::heard(&job, &mut |call| {
        written += 1;
        let Target::Jsonl = args.to;
        let line = serde_json::to_string(&Record::of(call)).map_err(|e| to_stdout(e.into()))?;
        writeln!(out, "{line}").map_err(to_stdout)
    })?;
    out.flush().map_err(to_stdout)?;
    exit::tell(&heard.notices);
    tell_ways(&heard.ways);
    let incomplete = written == 0 || heard.notices.iter().any(|n| n.lost);
    Ok(if incomplete { Outcome::Incomplete } else { Outcome::Clean })
}

/// A call as a record; what is not known is left out.
#[derive(Serialize)]
struct Record<'a> {
    call_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    borrower_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    collector_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    agency: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caller_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    callee_role: Option<CalleeRole>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    connected: Option<bool>,
    /// `inbound`: the agency was called, and no rule counts that.
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
    /// Words that the recogniser masked: more than can be seen in the turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    masked_words: Option<usize>,
    turns: Vec<Turn<'a>>,
}

#[derive(Serialize)]
struct Turn<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    speaker: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_ms: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_ms: Option<u64>,
    text: &'a str,
}

/// The role where it is named; else the label, so that who speaks to whom is not lost.
fn speaker(turn: &Utterance) -> Option<Cow<'_, str>> {
    let role = match turn.speaker {
        Speaker::Collector => "collector",
        Speaker::Borrower => "borrower",
        Speaker::Contact => "contact",
        Speaker::Unknown => OTHER,
    };
    let label = || turn.voice.as_deref().map(Cow::Borrowed);
    if turn.given == Given::Named { Some(Cow::Borrowed(role)) } else { label() }
}

impl<'a> Record<'a> {
    fn of(call: &'a Call) -> Record<'a> {
        let turn = |turn: &'a Utterance| Turn {
            speaker: speaker(turn),
            start_ms: turn.start_ms,
            end_ms: turn.end_ms,
            text: &turn.text,
        };
        Record {
            call_id: &call.call_id,
            borrower_id: call.borrower_id.as_deref(),
            collector_id: call.collector_id.as_deref(),
            agency: call.agency.as_deref(),
            caller_number: call.caller_number.as_deref(),
            callee_number: call.callee_number.as_deref(),
            callee_role: Some(call.callee_role).filter(|r| *r != CalleeRole::Unknown),
            start: call.start.map(|t| t.to_string()),
            end: call.end.map(|t| t.to_string()),
            connected: call.connected,
            direction: call.inbound.then_some("inbound"),
            masked_words: Some(call.masked_words).filter(|n| *n > 0),
            turns: call.turns.iter().map(turn).collect(),
        }
    }
}

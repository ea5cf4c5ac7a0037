//! The table of pieces that tell who speaks, made from labelled turns.

use std::fmt::Write;
use std::path::PathBuf;

use super::{Labelled, read_file, truth};
use crate::build::Engine;
use crate::classify::roles::learn;
use crate::model::error::Error;
use crate::model::roles::written;
use crate::model::transcript::{Given, Speaker};

/// Kinds of labelled turns that are no talk of debts.
const OTHER_TALK: [&str; 2] = ["other-lawful", "small-talk"];

/// What stands above the table.
const HEAD: &str = "# Pieces of wording that tell who speaks, learnt from samples/labelled/train: a piece of up to three characters (`^`\n\
    # begins a turn), a tab, hundredths of what it speaks for the collector; below 0 for the other side. A test makes it anew.\n";

/// The table that labelled utterances and whole calls below these paths give. The engine's own table is not asked.
///
/// # Errors
/// When a file cannot be read or holds something else.
pub fn table(engine: &Engine, paths: &[PathBuf]) -> Result<String, Error> {
    let mut turns = Vec::new();
    let (mut collectors, mut others) = (Vec::new(), Vec::new());
    for file in super::files(paths)? {
        match truth::beside(&file) {
            Some(beside) => {
                for (call, _) in truth::read(&file, &beside)? {
                    let named = call.turns.into_iter().filter(|t| t.given == Given::Named);
                    turns.extend(named.map(|t| (t.text, t.speaker == Speaker::Collector)));
                }
            }
            None if truth::is_truth(&file) => {}
            None => {
                let mut all = Vec::new();
                read_file(&file, &mut all)?;
                let talk = all.into_iter().filter(|l| !OTHER_TALK.contains(&l.kind.as_str()));
                talk.for_each(|l| sort(l, &mut collectors, &mut others));
            }
        }
    }
    // Collectors say most of the utterances: as many of theirs, from all of them evenly.
    let (n, all) = (others.len().min(collectors.len()), collectors.len());
    turns.extend((0..n).map(|i| (std::mem::take(&mut collectors[i * all / n]), true)));
    turns.extend(others.into_iter().map(|text| (text, false)));
    for (text, _) in &mut turns {
        *text = engine.normaliser.apply(text).text;
    }
    let mut table = HEAD.to_owned();
    for (piece, hundredths) in learn(&turns) {
        let _ = writeln!(table, "{}\t{hundredths}", written(piece));
    }
    Ok(table)
}

/// Puts an utterance and the turns beside it with the sides that say them.
fn sort(labelled: Labelled, collectors: &mut Vec<String>, others: &mut Vec<String>) {
    let (own, beside) =
        if labelled.speaker == Speaker::Collector { (collectors, others) } else { (others, collectors) };
    own.push(labelled.text);
    beside.extend(labelled.prev);
    beside.extend(labelled.reply);
}

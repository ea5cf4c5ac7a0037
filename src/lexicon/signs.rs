//! `cues/care.toml` and `cues/voices.toml` → what words are a sign of, with their tests.

use std::collections::BTreeMap;

use toml::Spanned;

use super::builder::{Builder, Place};
use super::compile::toml_of;
use super::entries::{CareFile, SignTestsEntry, VoiceFile};
use super::files::Files;
use super::rule_file::spoken;
use crate::model::rules::{CareCue, Owner, SignTest, Voice};
use crate::model::transcript::Speaker;

/// Reads the cues of distress.
pub(super) fn read_care(
    files: &Files,
    b: &mut Builder<'_>,
    labels: &BTreeMap<String, Speaker>,
) -> Vec<CareCue> {
    let mut care = Vec::new();
    for (_, file) in files.below("cues/care", ".toml") {
        let Some((parsed, lines)) = toml_of::<CareFile>(file, &mut b.faults) else { continue };
        let place = Place { shown: &file.shown, lines: &lines };
        for entry in parsed.care {
            b.evidence(Owner::Care(care.len()), &entry.terms, &entry.phrase, place);
            let said = |line: &str| {
                unmarked(line)?;
                spoken(line, labels).map(|(speaker, text, _)| (speaker, text))
            };
            care.push(CareCue {
                name: entry.name,
                title: entry.title,
                speakers: entry.speakers,
                file: file.shown.clone(),
                tests: tests(&entry.tests, b, place, &said),
            });
        }
    }
    care
}

/// Reads the words that tell who speaks.
pub(super) fn read_voices(files: &Files, b: &mut Builder<'_>) -> Vec<Voice> {
    let mut voices = Vec::new();
    for (_, file) in files.below("cues/voices", ".toml") {
        let Some((parsed, lines)) = toml_of::<VoiceFile>(file, &mut b.faults) else { continue };
        let place = Place { shown: &file.shown, lines: &lines };
        for entry in parsed.voice {
            b.evidence(Owner::Voice(voices.len()), &entry.terms, &entry.phrase, place);
            // Who says it is what the words are to tell.
            let said = |line: &str| unmarked(line).map(|()| (Speaker::Unknown, line.to_owned()));
            voices.push(Voice {
                speaker: entry.speaker,
                weight: entry.weight,
                file: file.shown.clone(),
                tests: tests(&entry.tests, b, place, &said),
            });
        }
    }
    voices
}

/// Who says something and what, told from a line of a test, or why that cannot be told.
type Said<'a> = dyn Fn(&str) -> Result<(Speaker, String), String> + 'a;

/// The tests of one entry. `said`: who speaks in a line and what.
fn tests(entry: &SignTestsEntry, b: &mut Builder<'_>, place: Place<'_>, said: &Said<'_>) -> Vec<SignTest> {
    let mut read = Vec::new();
    let mut add = |one: &Spanned<String>, seen: bool| {
        let line = place.line(one);
        match said(one.get_ref()) {
            Ok((speaker, text)) => read.push(SignTest { line, text, speaker, seen }),
            Err(message) => b.faults.push(place.fault(line, message)),
        }
    };
    entry.hit.iter().for_each(|one| add(one, true));
    entry.miss.iter().for_each(|one| add(one, false));
    read
}

/// Refuses a mark: what is a sign is asked of the whole sentence.
fn unmarked(line: &str) -> Result<(), String> {
    match line.contains('\u{3010}') {
        true => Err(format!("`{line}`: a mark tells nothing here")),
        false => Ok(()),
    }
}

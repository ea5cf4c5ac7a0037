//! Who has begun goes on: what is likely by its wording beside a violation of the same group.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use cuicha::build::{Choices, Engine};
use cuicha::judge;
use cuicha::lexicon::Files;
use cuicha::model::finding::{Finding, Verdict};
use cuicha::pipeline::{self, Job};

use crate::spoken::built_in;

/// So far apart the two may stand, as `verdict.toml` says.
const WITHIN: usize = 6;

fn engine(verdict: impl Fn(&str) -> String) -> Engine {
    let mut files = Files::built_in();
    let file = files.0.get_mut("verdict.toml").unwrap();
    file.bytes = verdict(std::str::from_utf8(&file.bytes).unwrap()).into_bytes().into();
    Engine::from_files(&files, &Choices::default()).unwrap()
}

/// The lines of `verdict.toml` without those of some keys.
fn without(text: &str, keys: &[&str]) -> String {
    let other = |line: &&str| !keys.iter().any(|key| line.starts_with(key));
    text.lines().filter(other).map(|line| format!("{line}\n")).collect()
}

fn violations(findings: &[Finding]) -> BTreeSet<(String, usize)> {
    let sure = findings.iter().filter(|f| f.verdict == Verdict::Violation);
    sure.map(|f| (f.group.clone(), f.turn)).collect()
}

#[test]
fn only_turns_near_a_violation_of_their_group_are_added() {
    let alone = engine(|text| without(text, &["classifier_repeated"]));
    let mut added = 0;
    let sets = fs::read_dir("samples/labelled/test").unwrap().map(|entry| entry.unwrap().path());
    let calls: Vec<PathBuf> = sets.filter(|path| path.to_string_lossy().ends_with(".calls.jsonl")).collect();
    pipeline::calls(&Job { paths: calls, ..Job::default() }, &mut |call| {
        let before = judge::call(&alone, call);
        let after = judge::call(built_in(), call);
        let (stood, stand) = (violations(&before.findings), violations(&after.findings));
        assert!(stood.is_subset(&stand), "{}", call.call_id);
        assert_eq!(before.record.verdict, after.record.verdict, "{}", call.call_id);
        for (group, turn) in stand.difference(&stood) {
            let near = |(g, t): &(String, usize)| g == group && t.abs_diff(*turn) <= WITHIN;
            assert!(stood.iter().any(near), "{} {group} {turn}", call.call_id);
            let notes =
                after.findings.iter().filter(|f| f.turn == *turn && f.group == *group).flat_map(|f| &f.notes);
            assert!(
                notes.clone().any(|note| note.contains("near another violation")),
                "{} {turn}",
                call.call_id
            );
            added += 1;
        }
        Ok(())
    })
    .unwrap();
    assert!(added > 0);
}

#[test]
fn a_file_of_bars_that_does_not_name_what_came_later_does_without_it() {
    let old = engine(|text| {
        without(
            text,
            &[
                "classifier_passage",
                "classifier_repeated",
                "classifier_alone",
                "classifier_no_debt",
                "classifier_hardly",
            ],
        )
    });
    let policy = &old.rules.policy;
    assert_eq!((policy.passage_turn_chars, policy.repeated_turns, policy.alone), (usize::MAX, 0, 0.0));
    assert_eq!((policy.no_debt, policy.hardly_debt), (0.99, 0.0));
}

#[test]
fn what_belongs_together_is_named_together() {
    for keys in [&["classifier_passage_chars"][..], &["classifier_repeated_turns"]] {
        let mut files = Files::built_in();
        let file = files.0.get_mut("verdict.toml").unwrap();
        file.bytes = without(std::str::from_utf8(&file.bytes).unwrap(), keys).into_bytes().into();
        let error = Engine::from_files(&files, &Choices::default()).err().unwrap().to_string();
        assert!(error.contains("belong together"), "{error}");
    }
}

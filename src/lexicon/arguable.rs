//! `cues/arguable.toml`: what may be true of some debts.

use serde::Deserialize;

use super::compile::toml_of;
use super::document::suggest;
use super::files::Files;
use crate::model::arguable::Arguable;
use crate::model::error::Fault;
use crate::model::finding::Verdict;
use crate::model::rules::GROUPS;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArguableFile {
    #[serde(default)]
    arguable: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    groups: Vec<String>,
    claims: Vec<String>,
    hedges: Vec<String>,
    #[serde(default)]
    more: Vec<String>,
    debts: Vec<String>,
    other_debts: Vec<String>,
    least_yuan: u64,
    money: Vec<String>,
    numerals: Vec<(char, u64)>,
    tests: Vec<Test>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    call: Vec<String>,
    gives: Gives,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Gives {
    Violation,
    Review,
}

/// Files of truth tests, with what is wrong in them.
fn files(all: &Files, faults: &mut Vec<Fault>) -> Vec<(String, ArguableFile)> {
    let below = all.below("cues/arguable", ".toml");
    below.filter_map(|(_, file)| Some((file.shown.clone(), toml_of(file, faults)?.0))).collect()
}

/// Reads the truth tests; words become what they are after normalising.
pub(super) fn read(
    all: &Files,
    normalise: &dyn Fn(&str) -> String,
    faults: &mut Vec<Fault>,
) -> Vec<Arguable> {
    let mut found = Vec::new();
    for (shown, file) in files(all, faults) {
        for entry in file.arguable {
            let mut fault = |message: String| faults.push(Fault { file: shown.clone(), line: 0, message });
            for group in entry.groups.iter().filter(|g| !GROUPS.contains(&g.as_str())) {
                fault(format!("unknown group `{group}`{}", suggest(group, GROUPS)));
            }
            if entry.tests.len() < 2 {
                fault(
                    "an [[arguable]] needs tests, one that gives `review` and one that gives `violation`"
                        .to_owned(),
                );
            }
            let words = |words: &[String]| words.iter().map(|w| normalise(w)).collect();
            found.push(Arguable {
                groups: entry.groups.clone(),
                claims: words(&entry.claims),
                hedges: words(&entry.hedges),
                more: words(&entry.more),
                debts: words(&entry.debts),
                other_debts: words(&entry.other_debts),
                least_yuan: entry.least_yuan,
                money: words(&entry.money),
                numerals: entry.numerals.clone(),
            });
        }
    }
    found
}

/// The calls that the files of truth tests hold, each with the gravest verdict that it must have.
pub fn tests(all: &Files) -> Vec<(Vec<String>, Verdict)> {
    let verdict = |gives| match gives {
        Gives::Violation => Verdict::Violation,
        Gives::Review => Verdict::Review,
    };
    let entries = files(all, &mut Vec::new()).into_iter().flat_map(|(_, file)| file.arguable);
    entries.flat_map(|entry| entry.tests).map(|test| (test.call, verdict(test.gives))).collect()
}

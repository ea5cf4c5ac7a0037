//! `cues/arguable.toml`: what may be true of some debts.

use serde::Deserialize;
use toml::Spanned;

use super::builder::Place;
use super::compile::toml_of;
use super::document::{Lines, suggest};
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
    groups: Vec<Spanned<String>>,
    claims: Vec<String>,
    hedges: Vec<String>,
    #[serde(default)]
    more: Vec<String>,
    debts: Vec<String>,
    other_debts: Vec<String>,
    least_yuan: u64,
    money: Vec<String>,
    numerals: Vec<(char, u64)>,
    tests: Spanned<Vec<Test>>,
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
fn files<'a>(all: &'a Files, faults: &mut Vec<Fault>) -> Vec<(&'a str, (ArguableFile, Lines))> {
    let below = all.below("cues/arguable", ".toml");
    below.filter_map(|(_, file)| Some((file.shown.as_str(), toml_of(file, faults)?))).collect()
}

/// Reads the truth tests; words become what they are after normalising.
pub(super) fn read(
    all: &Files,
    normalise: &dyn Fn(&str) -> String,
    faults: &mut Vec<Fault>,
) -> Vec<Arguable> {
    let mut found = Vec::new();
    for (shown, (file, lines)) in files(all, faults) {
        let place = Place { shown, lines: &lines };
        for entry in file.arguable {
            for group in entry.groups.iter().filter(|g| !GROUPS.contains(&g.get_ref().as_str())) {
                let (line, name) = (place.line(group), group.get_ref());
                faults.push(place.fault(line, format!("unknown group `{name}`{}", suggest(name, GROUPS))));
            }
            if entry.tests.get_ref().len() < 2 {
                let message =
                    "an [[arguable]] needs tests, one that gives `review` and one that gives `violation`";
                faults.push(place.fault(place.line(&entry.tests), message));
            }
            let words = |words: &[String]| words.iter().map(|w| normalise(w)).collect();
            found.push(Arguable {
                groups: entry.groups.iter().map(|g| g.get_ref().clone()).collect(),
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
    let entries = files(all, &mut Vec::new()).into_iter().flat_map(|(_, (file, _))| file.arguable);
    entries.flat_map(|entry| entry.tests.into_inner()).map(|test| (test.call, verdict(test.gives))).collect()
}

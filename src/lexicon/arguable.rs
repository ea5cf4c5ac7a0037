//! `cues/arguable.toml`: what may be true of some debts.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::builder::Place;
use super::compile::toml_of;
use super::document::{Lines, suggest};
use super::files::Files;
use super::rule_file::spoken;
use crate::model::arguable::{Arguable, TruthTest};
use crate::model::error::Fault;
use crate::model::finding::Verdict;
use crate::model::rules::GROUPS;
use crate::model::transcript::Speaker;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ArguableFile {
    #[serde(default)]
    arguable: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    groups: Spanned<Vec<Spanned<String>>>,
    claims: Spanned<Vec<String>>,
    hedges: Spanned<Vec<String>>,
    more: Option<Spanned<Vec<String>>>,
    debts: Spanned<Vec<String>>,
    other_debts: Spanned<Vec<String>>,
    least_yuan: u64,
    money: Spanned<Vec<String>>,
    numerals: Vec<(char, u64)>,
    tests: Spanned<Vec<Test>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Test {
    call: Spanned<Vec<Spanned<String>>>,
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
    labels: &BTreeMap<String, Speaker>,
    faults: &mut Vec<Fault>,
) -> Vec<Arguable> {
    let mut found = Vec::new();
    for (shown, (file, lines)) in files(all, faults) {
        let place = Place { shown, lines: &lines };
        for entry in file.arguable {
            let groups = entry.groups.get_ref();
            for group in groups.iter().filter(|g| !GROUPS.contains(&g.get_ref().as_str())) {
                let (line, name) = (place.line(group), group.get_ref());
                faults.push(place.fault(line, format!("unknown group `{name}`{}", suggest(name, GROUPS))));
            }
            check(&entry, &place, faults);
            let words = |words: &[String]| words.iter().map(|w| normalise(w)).collect();
            found.push(Arguable {
                groups: groups.iter().map(|g| g.get_ref().clone()).collect(),
                claims: words(entry.claims.get_ref()),
                hedges: words(entry.hedges.get_ref()),
                more: words(entry.more.as_ref().map_or(&[][..], |more| more.get_ref())),
                debts: words(entry.debts.get_ref()),
                other_debts: words(entry.other_debts.get_ref()),
                least_yuan: entry.least_yuan,
                money: words(entry.money.get_ref()),
                numerals: entry.numerals.clone(),
                file: shown.to_owned(),
                tests: read_tests(entry.tests.get_ref(), &place, labels, faults),
            });
        }
    }
    found
}

/// Notes lists that hold nothing, or an empty text, which stands everywhere.
fn check(entry: &Entry, place: &Place<'_>, faults: &mut Vec<Fault>) {
    let needed = [
        ("claims", &entry.claims),
        ("hedges", &entry.hedges),
        ("debts", &entry.debts),
        ("money", &entry.money),
    ];
    let nothing = |name: &str| format!("`{name}` lists nothing");
    for (name, list) in needed.into_iter().filter(|(_, list)| list.get_ref().is_empty()) {
        faults.push(place.fault(place.line(list), nothing(name)));
    }
    let others = [Some(&entry.other_debts), entry.more.as_ref()].into_iter().flatten();
    for list in needed.into_iter().map(|(_, list)| list).chain(others) {
        for empty in list.get_ref().iter().filter(|word| word.trim().is_empty()) {
            faults
                .push(place.fault(place.line(list), format!("`{empty}`: an empty term matches everywhere")));
        }
    }
    if entry.groups.get_ref().is_empty() {
        faults.push(place.fault(place.line(&entry.groups), nothing("groups")));
    }
    if entry.tests.get_ref().len() < 2 {
        let message = "an [[arguable]] needs tests, one that gives `review` and one that gives `violation`";
        faults.push(place.fault(place.line(&entry.tests), message));
    }
}

fn read_tests(
    tests: &[Test],
    place: &Place<'_>,
    labels: &BTreeMap<String, Speaker>,
    faults: &mut Vec<Fault>,
) -> Vec<TruthTest> {
    let mut read = Vec::new();
    for test in tests {
        let (call, line) = (test.call.get_ref(), place.line(&test.call));
        if call.is_empty() {
            faults.push(place.fault(line, "a call without a turn"));
        }
        let mut turns = Vec::new();
        for turn in call {
            match spoken(turn.get_ref(), labels) {
                Ok((who, said, _)) => turns.push((who, said)),
                Err(message) => faults.push(place.fault(place.line(turn), message)),
            }
        }
        let written: Vec<&str> = call.iter().map(|turn| turn.get_ref().as_str()).collect();
        let gives = match test.gives {
            Gives::Violation => Verdict::Violation,
            Gives::Review => Verdict::Review,
        };
        read.push(TruthTest { line, written: written.join(" / "), turns, gives });
    }
    read
}

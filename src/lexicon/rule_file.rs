//! `phrases/<group>/<name>.toml` → rules with their terms, phrases, exceptions and tests.

use std::collections::BTreeMap;

use toml::Spanned;

use super::builder::{Builder, Place};
use super::compile::toml_of;
use super::document::suggest;
use super::entries::{FullTerm, RuleFile, Term, TestsEntry};
use super::files::Files;
use crate::model::rules::{Boundary, Expect, FULL_WEIGHT, GROUPS, Owner, Rule, RuleIx, RuleTest, Use};
use crate::model::span::RawSpan;
use crate::model::transcript::Speaker;

/// Reads every rule file, by id.
pub(super) fn read_all(
    files: &Files,
    b: &mut Builder<'_>,
    labels: &BTreeMap<String, Speaker>,
    gates: &[&'static str],
) -> Vec<Rule> {
    let mut named: Vec<(String, &str)> =
        files.below("phrases/", ".toml").map(|(path, _)| (id_of(path), path)).collect();
    named.sort();
    let mut rules = Vec::new();
    for (id, path) in named {
        let Some(file) = files.0.get(path) else { continue };
        let Some((parsed, lines)) = toml_of::<RuleFile>(file, &mut b.faults) else { continue };
        let place = Place { shown: &file.shown, lines: &lines };
        let Some((group, _)) = id.split_once('/').filter(|(_, name)| !name.is_empty() && !name.contains('/'))
        else {
            b.faults.push(place.fault(0, "a rule file stands at phrases/<group>/<name>.toml"));
            continue;
        };
        if !GROUPS.contains(&group) {
            b.faults.push(place.fault(0, format!("unknown group `{group}`{}", suggest(group, GROUPS))));
            continue;
        }
        let group = group.to_owned();
        rules.push(rule(rules.len(), id, group, parsed, Source { b, place, labels, gates, own: file.own }));
    }
    rules
}

fn id_of(path: &str) -> String {
    path.trim_start_matches("phrases/").trim_end_matches(".toml").to_owned()
}

struct Source<'a, 'b> {
    b: &'a mut Builder<'b>,
    place: Place<'a>,
    labels: &'a BTreeMap<String, Speaker>,
    gates: &'a [&'static str],
    own: bool,
}

fn rule(ix: RuleIx, id: String, group: String, parsed: RuleFile, source: Source<'_, '_>) -> Rule {
    let Source { b, place, labels, gates, own } = source;
    let default = parsed.boundary.unwrap_or(Boundary::Word);
    for term in &parsed.terms {
        let line = place.line(term);
        let (text, weight, boundary) = match term.get_ref() {
            Term::Plain(text) => (text, FULL_WEIGHT, default),
            Term::Full(full) => {
                let FullTerm { text, weight, boundary } = &**full;
                (text, weight.unwrap_or(FULL_WEIGHT), boundary.unwrap_or(default))
            }
        };
        b.check_weight(weight, place, line);
        b.pattern(text, Use::Term { rule: ix, weight, boundary }, place, line);
    }
    for except in &parsed.except {
        b.pattern(except.get_ref(), Use::Except { rule: ix }, place, place.line(except));
    }
    for phrase in &parsed.phrase {
        b.phrase(Owner::Rule(ix), phrase, place);
    }
    let tests = match &parsed.tests {
        Some(tests) => read_tests(tests, b, place, labels, gates),
        // A run that judges does not read those of the built-in files.
        None if !own => Vec::new(),
        None => {
            b.faults.push(place.fault(0, "no [tests]: each rule needs at least one `hit` and two `miss`"));
            Vec::new()
        }
    };
    Rule {
        id,
        group,
        title: parsed.title,
        why: parsed.why,
        advice: parsed.advice,
        severity: parsed.severity,
        basis: b.clauses(parsed.basis, place),
        speakers: parsed.speakers.unwrap_or_else(|| vec![Speaker::Collector]),
        file: place.shown.to_owned(),
        own,
        terms: parsed.terms.len(),
        phrases: parsed.phrase.len(),
        tests,
    }
}

fn read_tests(
    tests: &Spanned<TestsEntry>,
    b: &mut Builder<'_>,
    place: Place<'_>,
    labels: &BTreeMap<String, Speaker>,
    gates: &[&'static str],
) -> Vec<RuleTest> {
    let entry = tests.get_ref();
    if entry.hit.is_empty() || entry.miss.len() < 2 {
        let message = format!(
            "[tests] has {} `hit` and {} `miss`: at least one and two are needed",
            entry.hit.len(),
            entry.miss.len()
        );
        b.faults.push(place.fault(place.line(tests), message));
    }
    let mut read = Vec::new();
    for hit in &entry.hit {
        let line = place.line(hit);
        match spoken(hit.get_ref(), labels) {
            Ok((speaker, text, mark)) => {
                read.push(RuleTest { line, text, speaker, expect: Expect::Hit(mark) })
            }
            Err(message) => b.faults.push(place.fault(line, message)),
        }
    }
    for miss in &entry.miss {
        let line = place.line(miss);
        let because = &miss.get_ref().because;
        if because != "no-match" && !gates.contains(&because.as_str()) {
            let known = gates.iter().copied().chain(["no-match"]);
            b.faults
                .push(place.fault(line, format!("unknown reason `{because}`{}", suggest(because, known))));
        }
        match spoken(&miss.get_ref().say, labels) {
            Ok((speaker, text, _)) => {
                read.push(RuleTest { line, text, speaker, expect: Expect::Miss(because.clone()) });
            }
            Err(message) => b.faults.push(place.fault(line, message)),
        }
    }
    read
}

/// `label：text with a 【marked】 part` → who, what, where the mark stands.
pub(super) fn spoken(
    line: &str,
    labels: &BTreeMap<String, Speaker>,
) -> Result<(Speaker, String, Option<RawSpan>), String> {
    let (label, text) = line
        .split_once(['\u{ff1a}', ':'])
        .ok_or_else(|| format!("`{line}`: begin with who speaks and a colon"))?;
    let speaker = labels.get(label.trim()).copied().ok_or_else(|| {
        format!("`{label}`: no known speaker label{}", suggest(label, labels.keys().map(String::as_str)))
    })?;
    let (open, close) = ('\u{3010}', '\u{3011}');
    let Some(start) = text.find(open) else { return Ok((speaker, text.to_owned(), None)) };
    let plain: String = text.chars().filter(|c| *c != open && *c != close).collect();
    let marked = text[start..].find(close).ok_or_else(|| format!("`{line}`: a mark is not closed"))?;
    let end = start + marked - open.len_utf8();
    Ok((speaker, plain, Some(RawSpan { start, end })))
}

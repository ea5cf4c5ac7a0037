//! `conduct/<element>.toml` → required elements with what shows them, what speaks against them, and their tests.

use std::collections::BTreeMap;

use toml::Spanned;

use super::builder::{Builder, Place};
use super::compile::{check_groups, toml_of};
use super::document::{Lines, suggest};
use super::entries::{ConductFile, ElementTestsEntry};
use super::files::{File, Files};
use super::rule_file::spoken;
use crate::model::error::Fault;
use crate::model::rules::{ConductElement, ElementTest, Need, Owner};
use crate::model::transcript::Speaker;

/// The table of what stands above the turns of a text.
const HEADERS: &str = "tables/text-headers.tsv";

/// Reads every required element, in their order.
pub(super) fn read_all(
    files: &Files,
    b: &mut Builder<'_>,
    labels: &BTreeMap<String, Speaker>,
) -> Vec<ConductElement> {
    let mut read: Vec<(u32, String, &File, ConductFile, Lines)> = Vec::new();
    for (path, file) in files.below("conduct/", ".toml") {
        if let Some((parsed, lines)) = toml_of::<ConductFile>(file, &mut b.faults) {
            let name = path.trim_start_matches("conduct/").trim_end_matches(".toml").to_owned();
            read.push((parsed.order, name, file, parsed, lines));
        }
    }
    read.sort_by(|x, y| (x.0, &x.1).cmp(&(y.0, &y.1)));
    let agency = agency_labels(files);
    let (mut elements, mut before) = (Vec::new(), Vec::new());
    for (ix, (_, name, file, parsed, lines)) in read.into_iter().enumerate() {
        let place = Place { shown: &file.shown, lines: &lines };
        check_groups(&parsed.void_by, place, b);
        for need in parsed.need.iter().filter(|need| need.shows_nothing()) {
            let name = need.name.get_ref();
            let message = format!("[[need]] `{name}`: nothing can show it: no `terms`, `phrase` or `agency`");
            b.faults.push(place.fault(place.line(&need.name), message));
        }
        let needs = parsed.need.into_iter().enumerate().map(|(n, need)| {
            b.evidence(Owner::Need(ix, n), &need.terms, &need.phrase, place);
            let void = !need.void.is_empty();
            need.void.into_iter().for_each(|entry| b.void(Owner::Need(ix, n), entry, place));
            let speaker = need.speaker.unwrap_or(Speaker::Collector);
            let claims = need.claims.iter().map(|word| b.claim(word, place)).collect();
            Need { name: need.name.into_inner(), speaker, agency: need.agency, void, claims }
        });
        let needs = needs.collect();
        before.push(parsed.before.as_ref().map_or(0, |other| place.line(other)));
        let tests = read_tests(parsed.tests.unwrap_or_default(), b, place, (labels, &agency));
        elements.push(ConductElement {
            name,
            title: parsed.title,
            why: parsed.why,
            severity: parsed.severity,
            basis: b.clauses(parsed.basis, place),
            first_turns: parsed.first_turns,
            before: parsed.before.map(Spanned::into_inner),
            void_by: parsed.void_by.into_iter().map(Spanned::into_inner).collect(),
            needs,
            file: file.shown.clone(),
            tests,
        });
    }
    check_before(&elements, &before, &mut b.faults);
    elements
}

fn read_tests(
    entry: ElementTestsEntry,
    b: &mut Builder<'_>,
    place: Place<'_>,
    (labels, agency_labels): (&BTreeMap<String, Speaker>, &[String]),
) -> Vec<ElementTest> {
    let calls = entry.present.iter().map(|call| (call, true));
    let mut read = Vec::new();
    for (call, present) in calls.chain(entry.missing.iter().map(|call| (call, false))) {
        let line = place.line(call);
        let known = b.faults.len();
        let (mut turns, mut agency) = (Vec::new(), None);
        for (ix, turn) in call.get_ref().iter().enumerate() {
            let text = turn.get_ref();
            let name = named_agency(text, agency_labels);
            if let Some(name) = name.filter(|name| ix == 0 && !name.is_empty()) {
                agency = Some(name.to_owned());
                continue;
            }
            match spoken(text, labels) {
                _ if name.is_some() && ix > 0 => {
                    let message = format!("`{text}`: the agency is named before the first turn, and once");
                    b.faults.push(place.fault(place.line(turn), message));
                }
                _ if name.is_some() => {
                    b.faults.push(place.fault(place.line(turn), format!("`{text}`: names no agency")));
                }
                Ok((_, said, _)) if said.trim().is_empty() => {
                    b.faults.push(place.fault(place.line(turn), format!("`{text}`: nothing is said in it")));
                }
                Ok((who, said, _)) => turns.push((who, said)),
                Err(message) => b.faults.push(place.fault(place.line(turn), message)),
            }
        }
        if b.faults.len() == known && turns.is_empty() {
            b.faults.push(place.fault(line, "a call without a turn"));
        } else if b.faults.len() == known {
            let written: Vec<&str> = call.get_ref().iter().map(|turn| turn.get_ref().as_str()).collect();
            read.push(ElementTest { line, written: written.join(" / "), agency, turns, present });
        }
    }
    read
}

/// What stands before the name of an agency above a call.
fn agency_labels(files: &Files) -> Vec<String> {
    let table = files.0.get(HEADERS).map(|file| String::from_utf8_lossy(&file.bytes));
    let lines = table.iter().flat_map(|text| text.lines()).filter_map(|line| line.split_once('\t'));
    lines.filter(|(_, key)| *key == "agency").map(|(label, _)| label.to_owned()).collect()
}

/// The agency that a call names before its first turn.
fn named_agency<'a>(line: &'a str, labels: &[String]) -> Option<&'a str> {
    let (label, name) = line.split_once(['\u{ff1a}', ':'])?;
    labels.iter().any(|known| known == label.trim()).then_some(name.trim())
}

/// `before` must name another element; `lines` are those where it stands.
fn check_before(elements: &[ConductElement], lines: &[usize], faults: &mut Vec<Fault>) {
    for (e, line) in elements.iter().zip(lines) {
        let Some(other) = &e.before else { continue };
        if !elements.iter().any(|x| x.name == *other) {
            let hint = suggest(other, elements.iter().map(|x| x.name.as_str()));
            let message = format!("`before` names no element: `{other}`{hint}");
            faults.push(Fault { file: e.file.clone(), line: *line, message });
        }
    }
}

//! `verdict.toml`: how findings become verdicts and scores.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::compile::toml_of;
use super::document::{line_of, suggest};
use super::entries::{BarsEntry, PolicyBars, PolicyFile, PolicyRoles};
use super::files::{File, Files};
use crate::model::error::Fault;
use crate::model::policy::{Bars, Policy, RoleBars};
use crate::model::rules::GROUPS;

/// A turn that is long enough for passages does not come, nor is one sure enough.
const NO_PASSAGES: (usize, usize, f32) = (usize::MAX, 0, 2.0);
/// Nothing is near enough.
const NOT_REPEATED: (usize, f32) = (0, 2.0);

/// Reads the policy, or notes what is wrong with it.
pub(super) fn read(files: &Files, faults: &mut Vec<Fault>) -> Option<Policy> {
    let Some(file) = files.0.get("verdict.toml") else {
        faults.push(Fault { file: "verdict.toml".to_owned(), line: 0, message: "is missing".to_owned() });
        return None;
    };
    let (parsed, _) = toml_of::<PolicyFile>(file, faults)?;
    let mut fault = |at: &[&str], message: String| {
        faults.push(Fault { file: file.shown.clone(), line: line_in(file, at), message });
    };
    let bars = bars_of_groups(&parsed.classifier, &mut fault);
    if parsed.bars.review > parsed.bars.violation {
        fault(&["bars", "review"], "[bars]: review ≤ violation must hold".to_owned());
    }
    ranges(&parsed, &mut fault);
    let ((passage_turn_chars, passage_chars, passage), (repeated_turns, repeated)) =
        later(&parsed.bars, &mut fault);
    let r = &parsed.roles;
    if !(0.5 < r.told && r.told <= r.sure && r.sure <= 1.0 && r.told <= r.in_turns) {
        fault(&["roles"], "[roles]: 0.5 < told ≤ sure ≤ 1 and told ≤ in_turns must hold".to_owned());
    }
    let s = parsed.score;
    Some(Policy {
        violation: parsed.bars.violation,
        review: parsed.bars.review,
        second: parsed.bars.classifier_second,
        certain: parsed.bars.classifier_certain,
        lone_turns: parsed.bars.classifier_lone_turns,
        no_debt: parsed.bars.classifier_no_debt,
        hardly_debt: parsed.bars.classifier_hardly_debt,
        alone: parsed.bars.classifier_alone,
        short_chars: parsed.bars.classifier_short_chars,
        short: parsed.bars.classifier_short,
        lone: parsed.bars.classifier_lone,
        passage_turn_chars,
        passage_chars,
        passage,
        repeated_turns,
        repeated,
        overrule: parsed.bars.classifier_overrule,
        classifier_min_chars: parsed.bars.classifier_min_chars,
        severity_weight: [s.info, s.minor, s.major, s.critical],
        review_factor: s.review_factor,
        cap_per_rule: s.cap_per_rule,
        cap_calls: s.cap_calls,
        max_findings_per_rule: s.max_findings_per_rule,
        bars,
        roles: roles(r),
    })
}

/// Notes what is wrong with the value at a way of keys.
type Faults<'a> = &'a mut dyn FnMut(&[&str], String);

/// The line of the value at a way of keys, or of what is there of the way. Looked for where something is wrong only: a good file is
/// read once.
fn line_in(file: &File, way: &[&str]) -> usize {
    let text = std::str::from_utf8(&file.bytes).unwrap_or_default();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Ok(document) = DeTable::parse(text) else { return 0 };
    let (mut table, mut line) = (Some(document.get_ref()), 0);
    for name in way {
        let found = table.and_then(|t| t.iter().find(|(key, _)| key.get_ref() == name));
        let Some((key, value)) = found else { break };
        line = line_of(text, key.span().start);
        table = value.get_ref().as_table();
    }
    line
}

/// Those of the classifier, in the order of the groups.
fn bars_of_groups(classifier: &BTreeMap<String, BarsEntry>, fault: Faults<'_>) -> [Bars; 10] {
    for group in classifier.keys().filter(|g| !GROUPS.contains(&g.as_str())) {
        fault(
            &["classifier", group],
            format!("[classifier]: unknown group `{group}`{}", suggest(group, GROUPS)),
        );
    }
    let mut bars = [Bars { violation: 2.0, review: 2.0, doubt: 0.0 }; 10];
    for (bar, group) in bars.iter_mut().zip(GROUPS) {
        match classifier.get(group) {
            Some(e) if e.review <= e.violation && e.doubt <= e.review => {
                *bar = Bars { violation: e.violation, review: e.review, doubt: e.doubt };
            }
            Some(_) => fault(
                &["classifier", group],
                format!("[classifier.{group}]: doubt ≤ review ≤ violation must hold"),
            ),
            None => fault(&["classifier"], format!("[classifier.{group}] is missing")),
        }
    }
    bars
}

/// Notes bars and weights that are no probabilities, and numbers by which nothing would be counted: a percentage typed in place of a
/// share would let everything pass without a word.
fn ranges(file: &PolicyFile, fault: Faults<'_>) {
    let (b, s, r) = (&file.bars, &file.score, &file.roles);
    let bars = [
        ("violation", b.violation),
        ("review", b.review),
        ("classifier_second", b.classifier_second),
        ("classifier_certain", b.classifier_certain),
        ("classifier_overrule", b.classifier_overrule),
        ("classifier_lone", b.classifier_lone),
        ("classifier_alone", b.classifier_alone),
        ("classifier_short", b.classifier_short),
        ("classifier_no_debt", b.classifier_no_debt),
        ("classifier_hardly_debt", b.classifier_hardly_debt),
        ("classifier_passage", b.classifier_passage.unwrap_or_default()),
        ("classifier_repeated", b.classifier_repeated.unwrap_or_default()),
    ];
    let mut share = |table: &[&str], name: &str, value: f64| {
        if !(0.0..=1.0).contains(&value) {
            fault(&[table, &[name]].concat(), format!("[{}]: 0 ≤ {name} ≤ 1 must hold", table.join(".")));
        }
    };
    bars.iter().for_each(|(name, bar)| share(&["bars"], name, f64::from(*bar)));
    let weights = [("info", s.info), ("minor", s.minor), ("major", s.major), ("critical", s.critical)];
    for (name, weight) in weights.into_iter().chain([("review_factor", s.review_factor)]) {
        share(&["score"], name, weight);
    }
    for (group, e) in &file.classifier {
        for (name, bar) in [("violation", e.violation), ("review", e.review), ("doubt", e.doubt)] {
            share(&["classifier", group], name, f64::from(bar));
        }
    }
    share(&["roles"], "in_turns", f64::from(r.in_turns));
    let counts = [
        ("cap_per_rule", s.cap_per_rule),
        ("cap_calls", s.cap_calls),
        ("max_findings_per_rule", s.max_findings_per_rule),
    ];
    for (name, _) in counts.into_iter().filter(|(_, count)| *count == 0) {
        fault(&["score", name], format!("[score]: {name} must be at least 1"));
    }
    for (name, _) in [("least", r.least), ("most_per_turn", r.most_per_turn)]
        .into_iter()
        .filter(|r| !(0.0..f32::INFINITY).contains(&r.1))
    {
        fault(&["roles", name], format!("[roles]: 0 ≤ {name} must hold"));
    }
}

fn roles(r: &PolicyRoles) -> RoleBars {
    RoleBars {
        told: r.told,
        sure: r.sure,
        in_turns: r.in_turns,
        least: r.least,
        most_per_turn: r.most_per_turn,
    }
}

/// From how many characters of a turn passages of how many are looked at and how sure one must be; and how near a violation what
/// share of its bar is enough.
type Later = ((usize, usize, f32), (usize, f32));

/// What came later: a file that does not name it does without it, and one that names some of it names all.
fn later(bars: &PolicyBars, fault: Faults<'_>) -> Later {
    let passages =
        (bars.classifier_passage_turn_chars, bars.classifier_passage_chars, bars.classifier_passage);
    let passages = match passages {
        (Some(turn), Some(chars), Some(bar)) => (turn, chars, bar),
        (None, None, None) => NO_PASSAGES,
        _ => {
            fault(&["bars"], "[bars]: `classifier_passage_turn_chars`, `classifier_passage_chars` and `classifier_passage` belong together".to_owned());
            NO_PASSAGES
        }
    };
    let repeated = match (bars.classifier_repeated_turns, bars.classifier_repeated) {
        (Some(turns), Some(share)) => (turns, share),
        (None, None) => NOT_REPEATED,
        _ => {
            fault(
                &["bars"],
                "[bars]: `classifier_repeated_turns` and `classifier_repeated` belong together".to_owned(),
            );
            NOT_REPEATED
        }
    };
    (passages, repeated)
}

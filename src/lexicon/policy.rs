//! `verdict.toml`: how findings become verdicts and scores.

use super::compile::toml_of;
use super::document::suggest;
use super::entries::PolicyFile;
use super::files::Files;
use crate::model::error::Fault;
use crate::model::policy::{Bars, Policy, RoleBars};
use crate::model::rules::GROUPS;

/// Reads the policy, or notes what is wrong with it.
pub(super) fn read(files: &Files, faults: &mut Vec<Fault>) -> Option<Policy> {
    let Some(file) = files.0.get("verdict.toml") else {
        faults.push(Fault { file: "verdict.toml".to_owned(), line: 0, message: "is missing".to_owned() });
        return None;
    };
    let (parsed, _) = toml_of::<PolicyFile>(file, faults)?;
    let mut fault = |message: String| faults.push(Fault { file: file.shown.clone(), line: 0, message });
    for group in parsed.classifier.keys().filter(|g| !GROUPS.contains(&g.as_str())) {
        fault(format!("[classifier]: unknown group `{group}`{}", suggest(group, GROUPS)));
    }
    let mut bars = [Bars { violation: 2.0, review: 2.0, doubt: 0.0 }; 10];
    for (bar, group) in bars.iter_mut().zip(GROUPS) {
        match parsed.classifier.get(group) {
            Some(e) if e.review <= e.violation && e.doubt <= e.review => {
                *bar = Bars { violation: e.violation, review: e.review, doubt: e.doubt };
            }
            Some(_) => fault(format!("[classifier.{group}]: doubt ≤ review ≤ violation must hold")),
            None => fault(format!("[classifier.{group}] is missing")),
        }
    }
    if parsed.bars.review > parsed.bars.violation {
        fault("[bars]: review ≤ violation must hold".to_owned());
    }
    let r = &parsed.roles;
    if !(0.5 < r.told && r.told <= r.sure && r.sure <= 1.0 && r.told <= r.in_turns) {
        fault("[roles]: 0.5 < told ≤ sure ≤ 1 and told ≤ in_turns must hold".to_owned());
    }
    let s = parsed.score;
    Some(Policy {
        violation: parsed.bars.violation,
        review: parsed.bars.review,
        second: parsed.bars.classifier_second,
        certain: parsed.bars.classifier_certain,
        lone_turns: parsed.bars.classifier_lone_turns,
        short_chars: parsed.bars.classifier_short_chars,
        short: parsed.bars.classifier_short,
        lone: parsed.bars.classifier_lone,
        passage_turn_chars: parsed.bars.classifier_passage_turn_chars,
        passage_chars: parsed.bars.classifier_passage_chars,
        passage: parsed.bars.classifier_passage,
        overrule: parsed.bars.classifier_overrule,
        classifier_min_chars: parsed.bars.classifier_min_chars,
        severity_weight: [s.info, s.minor, s.major, s.critical],
        review_factor: s.review_factor,
        cap_per_rule: s.cap_per_rule,
        cap_calls: s.cap_calls,
        max_findings_per_rule: s.max_findings_per_rule,
        bars,
        roles: RoleBars {
            told: parsed.roles.told,
            sure: parsed.roles.sure,
            in_turns: parsed.roles.in_turns,
            least: parsed.roles.least,
            most_per_turn: parsed.roles.most_per_turn,
        },
    })
}

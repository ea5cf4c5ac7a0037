//! The tests in the files of required elements: short calls in which an element is present or missing.

use std::collections::BTreeSet;

use super::{Failure, Unshown, said};
use crate::build::Engine;
use crate::judge;
use crate::model::error::Fault;
use crate::model::rules::{ConductElement, ElementTest, Owner, RuleSet};
use crate::model::scan::Presence;
use crate::model::transcript::Call;

/// Runs them.
pub(super) fn in_data(engine: &Engine) -> Vec<Failure> {
    let elements = engine.rules.conduct.iter();
    let tests = elements.flat_map(|element| element.tests.iter().map(move |test| (element, test)));
    tests.filter_map(|(element, test)| wrong(engine, &engine.rules, element, test)).collect()
}

/// What went wrong in a test. `rules`: the engine's own, or those with something left out.
pub(super) fn wrong(
    engine: &Engine,
    rules: &RuleSet,
    element: &ConductElement,
    test: &ElementTest,
) -> Option<Failure> {
    let (elements, ..) = judge::elements(engine, rules, &call(test));
    let message = match (elements.get(&element.name), test.present) {
        (Some(Presence::Present), true) | (Some(Presence::Missing), false) => return None,
        (Some(Presence::Present), false) => format!("`{}`: present, should be missing", test.written),
        (Some(Presence::Missing), true) => format!("`{}`: missing, should be present", test.written),
        _ => format!("`{}`: cannot be checked, no turn is the collector's", test.written),
    };
    let fault = Fault { file: element.file.clone(), line: test.line, message };
    Some(Failure { rule: format!("conduct/{}", element.name), fault })
}

/// Phrases that no test shows: one that shows a need stands in no call in which the element is present, one that speaks against
/// it in none in which it is missing. What stands in one line of a file is shown together.
pub(super) fn unshown(engine: &Engine) -> Vec<Unshown> {
    let rules = &engine.rules;
    let mut shown: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (ix, element) in rules.conduct.iter().enumerate() {
        for test in &element.tests {
            let said = judge::elements(engine, rules, &call(test)).1;
            let speaks = said.into_iter().map(|phrase| &rules.phrases[phrase]).filter(|phrase| {
                matches!(phrase.owner, Owner::Need(of, _) if of == ix)
                    && (phrase.weight > 0.0) == test.present
            });
            shown.extend(speaks.map(|phrase| (ix, phrase.line)));
        }
    }
    let mut missing = Vec::new();
    for phrase in &rules.phrases {
        let Owner::Need(ix, _) = phrase.owner else { continue };
        if shown.contains(&(ix, phrase.line)) {
            continue;
        }
        let file = rules.conduct[ix].file.clone();
        missing.push(Unshown { file, line: phrase.line, entry: phrase.shown.clone() });
    }
    missing
}

/// A call to a borrower as a test tells it.
pub(super) fn call(test: &ElementTest) -> Call {
    Call { agency: test.agency.clone(), ..said(&test.turns) }
}

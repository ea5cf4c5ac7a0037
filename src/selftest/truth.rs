//! The tests of what may be true of some debts: short calls in which a claim is a violation or, of this debt, a matter for review.

use super::{Failure, said};
use crate::build::Engine;
use crate::judge;
use crate::model::arguable::{Arguable, TruthTest};
use crate::model::error::Fault;
use crate::model::finding::Verdict;

/// Runs them.
pub(super) fn in_data(engine: &Engine) -> Vec<Failure> {
    let claims = engine.rules.arguable.iter();
    let tests = claims.flat_map(|claim| claim.tests.iter().map(move |test| (claim, test)));
    tests.filter_map(|(claim, test)| wrong(engine, claim, test)).collect()
}

fn wrong(engine: &Engine, claim: &Arguable, test: &TruthTest) -> Option<Failure> {
    let outcome = judge::call(engine, &said(&test.turns));
    let findings = || outcome.findings.iter().filter(|f| claim.groups.contains(&f.group));
    // What a rule of the user's own lists stands, whatever the debt.
    let is_own = |rule: &str| engine.rules.rules.iter().any(|r| r.own && r.id == rule);
    let found = findings().map(|f| f.verdict).max();
    if found == Some(test.gives) || findings().any(|f| is_own(&f.rule)) {
        return None;
    }
    let message = match (found, test.gives) {
        (None, _) => format!("`{}`: nothing found", test.written),
        (_, Verdict::Violation) => format!("`{}`: for review, should be a violation", test.written),
        _ => format!("`{}`: a violation, should be for review", test.written),
    };
    let fault = Fault { file: claim.file.clone(), line: test.line, message };
    Some(Failure { rule: "cues/arguable".to_owned(), fault })
}

//! Truth tests: a claim that the law bears out for one kind of debt from an amount on.

use cuicha::explain;
use cuicha::judge;
use cuicha::lexicon::{self, Files};
use cuicha::model::finding::Verdict;
use cuicha::model::transcript::CalleeRole;

use crate::spoken::built_in;

fn outcome(lines: &[String]) -> cuicha::model::scan::CallOutcome {
    judge::call(built_in(), &explain::typed(lines, CalleeRole::Borrower, None).unwrap())
}

#[test]
fn kind_and_amount_of_the_debt_decide_as_the_files_say() {
    let tests = lexicon::read_truth_tests(&Files::built_in());
    for verdict in [Verdict::Review, Verdict::Violation] {
        assert!(tests.iter().any(|(_, v)| *v == verdict), "tests for both");
    }
    for (call, verdict) in tests {
        let outcome = outcome(&call);
        let found = outcome.findings.iter().filter(|f| f.group == "false-legal").map(|f| f.verdict).max();
        assert_eq!(found, Some(verdict), "{call:?}: {:?}", outcome.findings);
    }
}

#[test]
fn the_finding_tells_the_facts_that_decide() {
    let call = ["催收员：您的信用卡欠五万三千元。", "催收员：可能涉嫌信用卡诈骗。"].map(str::to_owned);
    let outcome = outcome(&call);
    let note = "may be true of this debt: `信用卡`, 53000 yuan (from 50000 yuan on, and only under further conditions)";
    assert!(outcome.findings.iter().any(|f| f.notes.iter().any(|n| n == note)), "{:?}", outcome.findings);
}

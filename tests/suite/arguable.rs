//! Truth tests: a claim that the law bears out for one kind of debt from an amount on.

use cuicha::build::{Choices, Engine};
use cuicha::explain;
use cuicha::judge;
use cuicha::lexicon::Files;
use cuicha::model::finding::Verdict;
use cuicha::model::transcript::CalleeRole;
use cuicha::selftest;

use crate::spoken::built_in;

fn outcome(lines: &[String]) -> cuicha::model::scan::CallOutcome {
    judge::call(built_in(), &explain::typed(lines, CalleeRole::Borrower, None).unwrap())
}

#[test]
fn kind_and_amount_of_the_debt_decide_as_the_files_say() {
    let claims = &built_in().rules.arguable;
    for verdict in [Verdict::Review, Verdict::Violation] {
        assert!(claims.iter().flat_map(|c| &c.tests).any(|t| t.gives == verdict), "tests for both");
    }
    let failures = selftest::in_data(built_in()).into_iter().filter(|f| f.rule == "cues/arguable");
    assert_eq!(failures.collect::<Vec<_>>(), []);
}

#[test]
fn a_truth_test_that_comes_out_otherwise_is_told_with_its_line() {
    let mut files = Files::built_in();
    let file = files.0.get_mut("cues/arguable.toml").unwrap();
    let text = String::from_utf8_lossy(&file.bytes).into_owned();
    let line = text.lines().position(|line| line.starts_with("call")).unwrap() + 1;
    file.bytes = text.replacen("gives = \"review\"", "gives = \"violation\"", 1).into_bytes().into();
    let engine = Engine::from_files(&files, &Choices::default()).unwrap();
    let failures = selftest::in_data(&engine);
    let [one] = &failures.iter().filter(|f| f.rule == "cues/arguable").collect::<Vec<_>>()[..] else {
        panic!("{failures:?}")
    };
    assert_eq!((&one.fault.file[..], one.fault.line), ("lexicons/cues/arguable.toml", line));
    assert!(one.fault.message.ends_with("for review, should be a violation"), "{}", one.fault.message);
}

#[test]
fn the_finding_tells_the_facts_that_decide() {
    let call = ["催收员：您的信用卡欠五万三千元。", "催收员：可能涉嫌信用卡诈骗。"].map(str::to_owned);
    let outcome = outcome(&call);
    let note = "may be true of this debt: `信用卡`, 53000 yuan (from 50000 yuan on, and only under further conditions)";
    assert!(outcome.findings.iter().any(|f| f.notes.iter().any(|n| n == note)), "{:?}", outcome.findings);
}

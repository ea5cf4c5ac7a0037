//! What the classifier hears: an answer in the light of what was asked, and a few words amid many.

use cuicha::explain;
use cuicha::judge;
use cuicha::model::finding::Verdict;
use cuicha::model::scan::CallOutcome;
use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};

use crate::spoken::built_in;

fn call(turns: &[(Speaker, &str)]) -> Call {
    let turns = turns.iter().map(|(speaker, text)| Utterance::said(*speaker, text)).collect();
    Call { turns, callee_role: CalleeRole::Borrower, ..Call::default() }
}

/// How likely a collector's answer blocks a right, by its wording, when it follows on these turns.
fn blocks(before: &[(Speaker, &str)], answer: &str) -> f64 {
    let turns: Vec<(Speaker, &str)> = before.iter().copied().chain([(Speaker::Collector, answer)]).collect();
    let explained = explain::explain(built_in(), &call(&turns));
    let wording = &explained.turns.last().unwrap().classifier;
    wording.groups.iter().find(|g| g.group == "obstruction").map_or(0.0, |g| g.probability)
}

#[test]
fn a_refusal_weighs_more_where_a_right_was_asked_for() {
    let (collector, borrower) = (Speaker::Collector, Speaker::Borrower);
    for answer in ["那个发不了，没有这规矩。", "不可能的，你想都别想。", "先把钱交了再说这个。"]
    {
        let right = blocks(&[(borrower, "那你把合同和还款明细发我看一下。")], answer);
        let plea = blocks(&[(borrower, "那你看能不能再给我便宜两百块。")], answer);
        assert!(right > plea, "{answer}: {right} {plea}");
        // What was asked for is still open a turn later.
        let later = blocks(
            &[(borrower, "你把还款明细发我。"), (collector, "嗯？"), (borrower, "我说话你听见没有啊。")],
            answer,
        );
        let never = blocks(
            &[(borrower, "你便宜点行不行。"), (collector, "嗯？"), (borrower, "我说话你听见没有啊。")],
            answer,
        );
        assert!(later > never, "{answer}: {later} {never}");
    }
}

/// The groups that are violations in a call of one long turn between two short ones.
fn violations(long: &str) -> Vec<String> {
    let turns = [
        (Speaker::Collector, "喂，您好，请问是邹海波吗？"),
        (Speaker::Borrower, "是我，你说。"),
        (Speaker::Collector, long),
        (Speaker::Borrower, "知道了。"),
    ];
    let CallOutcome { findings, .. } = judge::call(built_in(), &call(&turns));
    findings.into_iter().filter(|f| f.verdict == Verdict::Violation).map(|f| f.group).collect()
}

/// Lawful talk, long enough to drown what stands in it.
const BEFORE: &str =
    "您上个月十五号的那一期是三百二十块钱，系统显示还没有入账，您可以打开手机在首页点还款，也可以去柜台办，";
const AFTER: &str = "，要是这个月手头实在紧呢，您也可以先还一部分，剩下的我帮您申请延后几天，到时候短信会通知您，您留意一下就行";

#[test]
fn a_few_words_of_abuse_do_not_drown_in_a_long_turn() {
    assert_eq!(violations(&format!("{BEFORE}您听明白了吗{AFTER}")), Vec::<String>::new());
    for (words, group) in [
        ("不还的话我就叫几个兄弟天天去你女儿学校门口等她放学", "threat"),
        ("像你这种人活着也是给家里丢脸连条狗都不如", "insult"),
        ("警察下午就上你家铐人", "false-legal"),
        ("转我微信上就行别走公账", "improper-demand"),
    ] {
        let found = violations(&format!("{BEFORE}{words}{AFTER}"));
        assert!(found.iter().any(|g| g == group), "{words}: {found:?}");
    }
}

#[test]
fn what_stands_behind_the_longest_text_that_is_scored_as_one_is_heard() {
    let lawful: String = [BEFORE, AFTER].concat().repeat(5);
    assert!(lawful.chars().count() > 400);
    assert_eq!(violations(&lawful), Vec::<String>::new());
    let found = violations(&format!("{lawful}。不还的话我就叫几个兄弟天天去你女儿学校门口等她放学"));
    assert!(found.iter().any(|g| g == "threat"), "{found:?}");
}

#[test]
fn an_explanation_names_the_passage_that_is_a_violation() {
    let long = format!("{BEFORE}不还的话我就叫几个兄弟天天去你女儿学校门口等她放学{AFTER}");
    let explained = explain::explain(built_in(), &call(&[(Speaker::Collector, &long)]));
    let groups = &explained.turns[0].classifier.groups;
    let threat = groups.iter().find(|g| g.group == "threat").unwrap();
    assert!(threat.probability >= threat.violation, "{threat:?}");
    assert!(threat.pieces.iter().all(|p| !BEFORE.contains(&p.words)), "{threat:?}");
}

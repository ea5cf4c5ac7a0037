//! Who answers: a debt is told to the borrower alone, so it must be sure that he is on the line and nobody else.

use cuicha::judge;
use cuicha::model::scan::Presence;
use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};

use crate::spoken::built_in;

/// What the debt is told by, behind the first question and answers.
const DEBT: &str = "您那笔消费贷欠一万两千元，逾期三十天。";

/// Whether it is made sure who listens in a call of these turns, the collector's first, with the debt told behind them.
fn verified(turns: &[&str]) -> Presence {
    let speakers = [Speaker::Collector, Speaker::Borrower].into_iter().cycle();
    let said = turns.iter().copied().chain([DEBT, "知道了。"]);
    let turns = speakers.zip(said).map(|(speaker, text)| Utterance::said(speaker, text)).collect();
    let call = Call { turns, callee_role: CalleeRole::Borrower, ..Call::default() };
    judge::call(built_in(), &call).record.conduct["verify-identity"]
}

#[test]
fn who_speaks_as_another_confirms_nothing() {
    for answer in [
        "我姓梁。",
        "邹海波洗澡去了。",
        "他出车了，你说。",
        "我是他爱人，有事跟我讲。",
        "海波是我姐，啥事？",
        "打错了吧，我不姓邹。",
        "我爸的手机，他睡着呢，什么事？",
        "这是店里座机，你讲吧。",
        "你找他啥事，我去叫他。",
    ] {
        assert_eq!(verified(&["您好，请问是邹海波吗？", answer]), Presence::Missing, "{answer}");
    }
}

#[test]
fn the_borrower_may_speak_of_others() {
    for answer in [
        "是我，我爸住院了，你说。",
        "我就是，我老公出车了，小声点。",
        "我姓邹，邹海波，什么事？",
        "是我，你们别再打我老婆的电话。",
        "我是邹海波，你是哪个单位的？",
        "没打错，你讲。",
    ] {
        assert_eq!(verified(&["您好，请问是邹海波吗？", answer]), Presence::Present, "{answer}");
    }
}

#[test]
fn a_name_is_no_other_where_it_was_asked_for() {
    assert_eq!(verified(&["您好，请问您贵姓？", "我姓梁。"]), Presence::Present);
}

#[test]
fn who_turns_out_to_be_another_has_confirmed_nothing_before() {
    let turns =
        ["您好，请问是邹海波吗？", "嗯，你说。", "先跟您说一声，这个电话有录音。", "我是他弟弟，你录吧。"];
    assert_eq!(verified(&turns), Presence::Missing);
}

#[test]
fn the_borrower_may_come_to_the_phone() {
    let turns = [
        "您好，请问是邹海波吗？",
        "他在做饭，我去喊他。",
        "好，我等一下。",
        "喂，哪个？",
        "您是邹海波本人吗？",
        "是我，你讲。",
    ];
    assert_eq!(verified(&turns), Presence::Present);
}

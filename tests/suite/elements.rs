//! Required elements as people say them, and what is none.

use cuicha::judge;
use cuicha::model::scan::Presence;
use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};

use crate::spoken::built_in;

/// How an element stands in a call to the borrower; turns take turns, the collector's first.
fn stands(element: &str, agency: &str, turns: &[&str]) -> Presence {
    let sides = [Speaker::Collector, Speaker::Borrower].into_iter().cycle();
    let turns = sides.zip(turns).map(|(speaker, text)| Utterance::said(speaker, text)).collect();
    let agency = Some(agency.to_owned());
    let call = Call { turns, agency, callee_role: CalleeRole::Borrower, ..Call::default() };
    judge::call(built_in(), &call).record.conduct[element]
}

#[test]
fn ways_to_pay_are_told_from_bare_demands() {
    let says =
        |text| stands("repayment-options", "汀溪信服", &["喂，是妫长明吗？", "我是。", text, "知道了。"]);
    for text in [
        "营业厅、公众号都收，您看哪个方便。",
        "柜台也能还，带上身份证。",
        "六千，对公转账，户名别写错。",
        "那就从原来扣款那个卡走，存够就行。",
        "最低四百二，礼拜五前。",
        "今天还两千，后头的再说。",
        "这月底一千八，下月底一千七。",
        "三千我给您报上去，批不批看出借方。",
        "一次结清可以免违约金。",
        "首付四千，剩三十期。",
        "手机上就能还，点那个一键还清。",
        "我给您延二十天，利息照算。",
    ] {
        assert_eq!(says(text), Presence::Present, "{text}");
    }
    for text in [
        "你欠了三个月了，今天必须还。",
        "四万一，逾期两百天，你打算拖到什么时候是个头。",
        "判了以后可以申请强制执行。",
        "你在软件里借的钱，一分没还过。",
    ] {
        assert_eq!(says(text), Presence::Missing, "{text}");
    }
}

#[test]
fn a_name_that_no_list_knows_is_asked_for_all_the_same() {
    let asked = |question, answer| {
        let turns = [question, answer, "分期欠四千六，两个月了。", "晓得。"];
        stands("verify-identity", "汀溪信服", &turns)
    };
    for (question, answer) in [
        ("喂，妫小雨么？", "我是。"),
        ("檀九如？我汀溪信服的组长。", "对，我是。"),
        ("喂，尾号0000的机主，扎西顿珠？", "是。"),
        ("请问是揣正茂吗", "是，你讲。"),
        ("麻烦找一下佀建业。", "我就是。"),
    ] {
        assert_eq!(asked(question, answer), Presence::Present, "{question} {answer}");
    }
    for (question, answer) in [
        ("喂，听得见吗？", "嗯。"),
        ("您好，方便说话吗？", "嗯，你说。"),
        ("请问是妫小雨吗？", "我是她妈，她不在。"),
        ("汀溪信服的，你那个钱该还了吧？", "是，没钱。"),
    ] {
        assert_eq!(asked(question, answer), Presence::Missing, "{question} {answer}");
    }
}

#[test]
fn a_caller_with_a_rare_name_says_who_he_is() {
    let says = |text| stands("identify-self", "汀溪信服", &["请问是秦永顺吗？", "是我。", text, "嗯。"]);
    for text in ["汀溪信服的老妫，录着音呢。", "汀溪信服，姓璩，您那笔分期。"] {
        assert_eq!(says(text), Presence::Present, "{text}");
    }
    for text in ["汀溪信服的，您那笔分期。", "您姓璩还是姓妫？"] {
        assert_eq!(says(text), Presence::Missing, "{text}");
    }
}

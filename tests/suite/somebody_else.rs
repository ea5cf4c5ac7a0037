//! Who answers: a debt is told to the borrower alone, so it must be sure that he is on the line and nobody else.

use cuicha::explain;
use cuicha::judge;
use cuicha::model::finding::Verdict;
use cuicha::model::scan::{CallOutcome, Presence};
use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};

use crate::spoken::built_in;

/// What the debt is told by, behind the first question and answers.
const DEBT: &str = "您那笔消费贷欠一万两千元，逾期三十天。";

/// A call to a borrower of these turns, the collector's first.
fn call<'a>(said: impl Iterator<Item = &'a str>) -> Call {
    let speakers = [Speaker::Collector, Speaker::Borrower].into_iter().cycle();
    let turns = speakers.zip(said).map(|(speaker, text)| Utterance::said(speaker, text)).collect();
    Call { turns, callee_role: CalleeRole::Borrower, ..Call::default() }
}

/// Whether it is made sure who listens in a call of these turns with the debt told behind them.
fn verified(turns: &[&str]) -> Presence {
    let call = call(turns.iter().copied().chain([DEBT, "知道了。"]));
    let conduct = |outcome: CallOutcome| outcome.record.conduct["verify-identity"];
    let verified = conduct(judge::call(built_in(), &call));
    assert_eq!(verified, conduct(judge::call_plainly(built_in(), &call)), "looked at in full: {turns:?}");
    verified
}

#[test]
fn a_debt_that_is_told_to_whoever_answers_is_a_leak() {
    for told in ["那笔分期逾期十二天了，一共两千六。", "剩三千零五十，三个多月没付了。"]
    {
        let leaks = |answer| {
            let call = call(["您好，请问是邹海波先生吗？", answer, told, "哦。"].into_iter());
            let findings = judge::call(built_in(), &call).findings;
            findings.iter().any(|f| f.group == "disclosure" && f.verdict == Verdict::Violation)
        };
        assert!(leaks("他洗澡去了，我是他爱人。"), "{told}");
        assert!(!leaks("是我，你说。"), "{told}");
        assert!(!leaks("嗯，手机在充电，我开免提，你说。"), "{told}");
    }
}

#[test]
fn a_finding_tells_who_listens() {
    let answer = "他洗澡去了，我是他爱人。";
    let turns = ["您好，请问是邹海波先生吗？", answer, "那笔分期逾期十二天了，一共两千六。", "哦。"];
    let told = call(turns.into_iter());
    let note = format!("who answers is another: {answer}");
    let findings = judge::call(built_in(), &told).findings;
    assert!(findings.iter().any(|f| f.group == "disclosure" && f.notes.contains(&note)), "{findings:?}");
    assert_eq!(explain::explain(built_in(), &told).another, Some([1, 4]));

    let leaks = judge::call(built_in(), &call(["您欠的钱，我明天就告诉你们全村。", "你敢。"].into_iter()));
    assert!(leaks.findings.iter().any(|f| f.group == "disclosure"), "{:?}", leaks.findings);
    assert!(leaks.findings.iter().all(|f| f.notes.iter().all(|n| !n.contains("another"))));
    let borrower = call(["您好，请问是邹海波先生吗？", "是我，你说。"].into_iter());
    assert_eq!(explain::explain(built_in(), &borrower).another, None);
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
        "嗯，我爸的手机。你说",
        "嗯，不是我，他出差了，你说。",
        "邹海波在手术，我看它老响就接了。",
        "海波搬走了呀，这手机他留下给我收快递用的。",
        "他手机扔桌上了，我俩一个岗亭的。",
        "我是他前妻，离了四年了，号是我在用。",
        "他让我接的，你找拉货的？",
        "我室友，小声点，她睡了。",
        "好，她就是我姐，她去买菜了，你说。",
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
        "我他妈就是邹海波，怎么了？",
        "对，我是邹海波，你们别找我老婆！",
        "我是邹海波，我老婆她住院了，没钱。",
        "是我！我妈住院了。",
        "对，其他没了，你说。",
        "是的，我叫车呢，你说。",
        "我在护士站上班，你说。",
    ] {
        assert_eq!(verified(&["您好，请问是邹海波吗？", answer]), Presence::Present, "{answer}");
    }
}

#[test]
fn a_name_may_hold_a_word_for_another() {
    assert_eq!(verified(&["您好，请问您是佟伊娜吗？", "是我，你说。"]), Presence::Present);
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

/// The turns in which another is on the line.
fn another(turns: &[&str]) -> Option<[usize; 2]> {
    explain::explain(built_in(), &call(turns.iter().copied())).another
}

#[test]
fn who_begins_with_the_borrower_as_another_is_another() {
    let asked = "您好，请问是邹海波吗？";
    for answer in [
        "她进考场了，包在我这儿。",
        "人搬走喽，昨晚上搬的。",
        "妈妈在洗头发，你是哪个？",
        "海哥剪头呢，免提开着。",
        "邹总开标去了，你哪位？",
        "我妈去超市了，你是快递吗？",
        "喂你好，他手机落我这了。",
        "喂，您讲大声点，这个老爷子耳朵背，我帮他接。",
        "这部手机是客人寄在我们前台的。",
        "学员的手机，他在场上练车呢。",
        "机主不在，您是哪位？",
        "等等，我把电话给他。",
    ] {
        assert_eq!(another(&[asked, answer, "好的，再见。", "嗯。"]), Some([1, 4]), "{answer}");
    }
    for answer in [
        "他昨天打过了，怎么又打？",
        "找他干什么？",
        "他没跟我说还有利息。",
        "邹姐我上班呢，你说。",
        "海子那边我还了，你说。",
        "人在呢，讲。",
        "妈妈在旁边，小声点。",
        "我手机掉我车里了，刚拿到。",
        "手机捡到钱我才还得起。",
        "电话里说我帮朋友担保的那笔吗？",
        "钱是我帮他接的活，他没给我。",
        "还是学生的时候手机分期买的。",
        "他把我拉黑了，我也找不到人。",
        "他被你们换掉了？上回那个小伙子。",
        "老板跑了，工资三个月没发。",
        "爸爸走了，刚办完后事。",
    ] {
        assert_eq!(another(&[asked, answer, "就说两句。", "嗯。"]), None, "{answer}");
    }
}

#[test]
fn the_handover_is_heard_in_both_directions() {
    let asked = "您好，请问是邹海波吗？";
    let wife = "他在修水管，我是他媳妇，你说吧。";
    let wait = "那我等他。";
    assert_eq!(another(&[asked, wife, wait, "喂，我邹海波。", "您好。", "讲。"]), Some([1, 3]));
    assert_eq!(another(&[asked, wife, wait, "他说不接。", "好的。", "嗯。"]), Some([1, 6]));
    assert_eq!(
        another(&[asked, "是我，我听不清，叫我女儿讲。", "好。", "喂，我是他女儿，你说。"]),
        Some([3, 4])
    );
}

#[test]
fn the_handover_is_heard_however_late() {
    let mut turns = vec!["您好，请问是邹海波吗？", "他在洗澡，我是他老婆。"];
    turns.extend(["好的，我等等。", "嗯，快了。"].repeat(8));
    turns.extend(["喂？", "喂，我就是邹海波，你讲。", "您好。", "嗯。"]);
    assert_eq!(another(&turns), Some([1, 19]));
}

#[test]
fn what_only_sounds_like_a_claim_ends_nothing() {
    for answer in [
        "你说的是我？",
        "谁说是我？",
        "是我，他老婆。",
        "我是邹海波他爱人。",
        "我是邹海波的老婆。",
        "我是邹海波妈妈。",
        "打电话给他的是我。",
        "不是本人。",
    ] {
        let turns = ["您好，请问是邹海波吗？", "他在洗澡。", "您是哪位？", answer, "哦。", "嗯。"];
        assert_eq!(another(&turns), Some([1, 6]), "{answer}");
    }
    for answer in ["我叫邹海波，你说。", "喂，我邹海波。", "对，是我。", "我是邹海波本人。"]
    {
        let turns = ["您好，请问是邹海波吗？", "他在洗澡。", "那我等他。", answer, "您好。", "嗯。"];
        assert_eq!(another(&turns), Some([1, 3]), "{answer}");
    }
}

#[test]
fn who_has_confirmed_may_speak_of_others() {
    let asked = "您好，请问是邹海波吗？";
    for answer in [
        "对，我老婆不在，可以说。",
        "是，我跟他一个厂的那个也收到你们短信了。",
        "我是邹海波，我不认识你们公司啊。",
        "她不在家，你说吧，我是邹海波。",
        "我妈过世了，最近手头紧。",
        "我老婆在睡觉，你等我出去。",
        "对，我是快递站的，忙着派件呢。",
        "是邹海波，正开会，晚点。",
        "是我，那个是我老公的号，你们别打。",
    ] {
        assert_eq!(another(&[asked, answer, "那笔钱呢？", "下周。"]), None, "{answer}");
    }
    assert_eq!(another(&[asked, "是我，你说。", "那笔钱呢？", "他在外地，我联系不上。"]), None);
    assert_eq!(another(&[asked, "嗯。", "有个事跟您说。", "我老公出车了，你讲。"]), None);
    assert_eq!(another(&[asked, "我邹海波，上课呢，快说。"]), None);
}

#[test]
fn ordinary_sentences_of_the_borrower_take_nothing_back() {
    for later in [
        "我不认识这个公司，没借过。",
        "非本人操作，我没借过。",
        "我是给她妈看病借的钱。",
        "我是跟他朋友借的。",
        "我是他们老板，没发工资。",
    ] {
        let turns = ["您好，请问是邹海波吗？", "是我，你说。", "先跟您说一声，这个电话有录音。", later];
        assert_eq!(verified(&turns), Presence::Present, "{later}");
    }
}

#[test]
fn how_it_is_known_makes_no_difference() {
    // With the name of an agency, or in a turn too long for a glance, everything is looked at.
    let turns = ["您好，请问是邹海波吗？", "他出差了。", "您是邹海波本人吗？", "嗯。"];
    let long = format!("他出差了。{}", "咚。".repeat(700));
    let padded = ["您好，请问是邹海波吗？", &long, "您是邹海波本人吗？", "嗯。"];
    assert_eq!(verified(&turns), verified(&padded));
    assert_eq!(verified(&turns), Presence::Missing);
}

#[test]
fn an_agency_is_named_without_the_place_before_its_name() {
    let says = |agency: Option<&str>, words: &str| {
        let turns = ["喂，是邹海波吗？", "嗯。", words, "知道了。"].into_iter();
        let called = Call { agency: agency.map(str::to_owned), ..call(turns) };
        judge::call(built_in(), &called).record.conduct["identify-self"]
    };
    let words = "车易租我姓卞你那两期租金没给";
    assert_eq!(says(Some("北塬车易租"), words), Presence::Present);
    assert_eq!(says(None, words), Presence::Missing);
    // A mere kind of firm is no name.
    assert_eq!(says(Some("北塬服务中心"), "服务中心我姓卞"), says(None, "服务中心我姓卞"));
}

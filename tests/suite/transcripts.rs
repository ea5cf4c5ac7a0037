//! Text transcripts: how turns, times, speakers and headers may be written.

use cuicha::decode::{self, Charset, Decoded, Input};
use cuicha::model::transcript::{Call, CalleeRole, Speaker};

fn read(text: &str) -> Decoded {
    decode::decode(
        &Input { file: "in/K1.txt", first_line: 1, bytes: text.as_bytes(), whole: true },
        Charset::AUTO,
    )
}

fn call(text: &str) -> Call {
    let mut decoded = read(text);
    assert!(decoded.notices.iter().all(|n| !n.lost), "{text}: {:?}", decoded.notices);
    decoded.calls.remove(0)
}

/// Speakers by their first letter, then what was said.
fn turns(text: &str) -> Vec<String> {
    let letter = |s: Speaker| match s {
        Speaker::Collector => 'C',
        Speaker::Borrower => 'B',
        Speaker::Contact => 'T',
        Speaker::Unknown => '?',
    };
    call(text).turns.iter().map(|t| format!("{} {}", letter(t.speaker), t.text)).collect()
}

#[test]
fn one_turn_in_many_conventions() {
    // Text, start and end of the first of two turns.
    let cases: &[(&str, Option<u64>, Option<u64>)] = &[
        ("坐席：您好", None, None),
        ("坐席: 您好", None, None),
        ("  坐席 ： 您好  ", None, None),
        ("【坐席】您好", None, None),
        ("[坐席] 您好", None, None),
        ("（坐席）：您好", None, None),
        ("<坐席> 您好", None, None),
        ("坐席(工号1023)：您好", None, None),
        ("坐席（张*）: 您好", None, None),
        ("坐席1：您好", None, None),
        ("坐席 1：您好", None, None),
        ("客服-小李：您好", None, None),
        ("A：您好", None, None),
        ("agent: 您好", None, None),
        ("Agent 01: 您好", None, None),
        ("坐席\t您好", None, None),
        ("[00:01:03] 坐席：您好", Some(63_000), None),
        ("00:01:03 坐席: 您好", Some(63_000), None),
        ("(01:03) A：您好", Some(63_000), None),
        ("【00:01:03】坐席：您好", Some(63_000), None),
        ("00：01：03 坐席：您好", Some(63_000), None),
        ("[00:01:03.5] 坐席：您好", Some(63_500), None),
        ("[00:01:03,250] 坐席：您好", Some(63_250), None),
        ("[00:01:03.250-00:01:05.000] 坐席：您好", Some(63_250), Some(65_000)),
        ("01:03 ~ 01:05 坐席：您好", Some(63_000), Some(65_000)),
        ("01:03 - 坐席：您好", Some(63_000), None),
        ("75:10 坐席：您好", Some(4_510_000), None),
        ("坐席 00:01:03\n您好", Some(63_000), None),
        ("坐席 00:01:03 您好", Some(63_000), None),
        ("坐席 00:01:03：您好", Some(63_000), None),
        ("坐席(00:01:03)：您好", Some(63_000), None),
        ("坐席 [01:03]\n您好", Some(63_000), None),
        ("坐席：[00:01:03] 您好", Some(63_000), None),
        ("[坐席 01:03] 您好", Some(63_000), None),
        ("【坐席】 00:01:03\n您好", Some(63_000), None),
        ("00:01:03 坐席 您好", Some(63_000), None),
        ("00:01:03坐席：您好", Some(63_000), None),
        ("[00:01:03][坐席] 您好", Some(63_000), None),
        ("2026-03-05 10:10:00 坐席：您好", None, None),
        ("[2026/03/05 10:10:00] 坐席：您好", None, None),
        ("坐席 2026-03-05 10:10:00\n您好", None, None),
        ("坐席：\n\n您\n  好", None, None),
    ];
    for (text, start, end) in cases {
        let second = if start.is_some() { "[01:10] 客户：嗯" } else { "客户：嗯" };
        let whole = format!("{text}\n{second}\n");
        assert_eq!(turns(&whole), ["C 您好", "B 嗯"], "{text}");
        let first = call(&whole).turns.remove(0);
        assert_eq!((first.start_ms, first.end_ms, first.line), (*start, *end, Some(1)), "{text}");
    }
}

#[test]
fn colons_and_times_in_speech_begin_no_turn() {
    let cases: &[(&str, &[&str])] = &[
        ("坐席：我跟你说\n明天：还钱\n客户：好", &["C 我跟你说明天：还钱", "B 好"]),
        ("坐席：您的还款时间是\n12:30 之前\n客户：好", &["C 您的还款时间是 12:30 之前", "B 好"]),
        ("坐席：请看\nhttp://x.invalid\n客户：好", &["C 请看 http://x.invalid", "B 好"]),
        ("坐席：等\n（客户沉默）\n客户：好", &["C 等（客户沉默）", "B 好"]),
        ("坐席：等\n客户说不还\n客户：好", &["C 等客户说不还", "B 好"]),
        ("坐席：12:30我过去\n客户：好", &["C 12:30我过去", "B 好"]),
        (
            "[00:01] 坐席：再说\n[00:02] 我跟你说：还钱\n[00:03] 客户：好",
            &["C 再说", "? 我跟你说：还钱", "B 好"],
        ),
    ];
    for (text, want) in cases {
        assert_eq!(turns(text), *want, "{text}");
    }
}

#[test]
fn without_labels_a_line_or_a_sentence_is_a_turn() {
    let cases: &[(&str, &[&str])] = &[
        ("您好\n你好\n\n再不还钱就去找你", &["? 您好", "? 你好", "? 再不还钱就去找你"]),
        ("您好。你好！！再不还钱？好", &["? 您好。", "? 你好！！", "? 再不还钱？", "? 好"]),
        ("[00:01] 您好\n[00:02] 你好\n再说", &["? 您好", "? 你好再说"]),
        ("00:01\n您好\n00:02\n你好", &["? 您好", "? 你好"]),
        ("您好\n12:30 我过去\n你好", &["? 您好", "? 12:30 我过去", "? 你好"]),
        ("SPEAKER_00: 您好\nSPEAKER_01: 你好", &["? 您好", "? 你好"]),
        ("说话人1 00:01\n您好\n说话人2 00:03\n你好", &["? 您好", "? 你好"]),
        ("您好\r你好\r", &["? 您好", "? 你好"]),
    ];
    for (text, want) in cases {
        assert_eq!(turns(text), *want, "{text}");
    }
}

#[test]
fn a_label_that_is_not_in_the_table_begins_a_turn_when_it_comes_again() {
    let text = "坐席：您好\n王小姐：在\n坐席：好\n王小姐：嗯\n备注：无";
    assert_eq!(turns(text), ["C 您好", "? 在", "C 好", "? 嗯备注：无"]);
    let notices = read(text).notices;
    assert_eq!(notices.len(), 1);
    assert!(!notices[0].lost && notices[0].message.contains("王小姐 (2 turns)"), "{notices:?}");
}

#[test]
fn headers() {
    let text = "\u{feff}# Call ID: K9\n\
        【借款人编号】B1\n\
        坐席工号：0802\n\
        机构： 云岭示例\n\
        被叫号码:19900000001\n\
        被叫角色：联系人\n\
        开始时间：2026年3月5日 21时05分\n\
        duration_ms: 60000\n\
        接通状态：未接通\n\
        录音时长：00:01:00\n\
        # 无关\n\
        ==========\n\
        坐席：工号：802\n\
        机构：别的";
    let got = call(text);
    let ids = [
        Some(got.call_id.as_str()),
        got.borrower_id.as_deref(),
        got.collector_id.as_deref(),
        got.agency.as_deref(),
    ];
    assert_eq!(ids, [Some("K9"), Some("B1"), Some("0802"), Some("云岭示例")]);
    assert_eq!((got.callee_number.as_deref(), got.caller_number), (Some("19900000001"), None));
    assert_eq!((got.callee_role, got.connected, got.made_up_id), (CalleeRole::Contact, Some(false), false));
    assert_eq!(got.start.unwrap().to_string(), "2026-03-05T13:05:00Z");
    assert_eq!(got.end.unwrap().to_string(), "2026-03-05T13:06:00Z");
    assert_eq!(turns(text), ["C 工号：802 机构：别的"]);
    assert_eq!(read(text).notices[0].message, "header lines not known: 录音时长");
}

#[test]
fn header_lines_that_look_like_turns() {
    let timed = "坐席：1023\n客户：张某\n[00:01] 坐席：您好\n[00:03] 客户：嗯";
    assert_eq!(turns(timed), ["C 您好", "B 嗯"]);
    assert_eq!((call(timed).collector_id, call(timed).borrower_id), (None, None));
    assert_eq!(turns("坐席：您好\n客户：张某"), ["C 您好", "B 张某"]);
    let spoken = "坐席：您好，请问是本人吗？\n[00:03] 客户：嗯\n[00:04] 坐席：好";
    assert_eq!(turns(spoken), ["C 您好，请问是本人吗？", "B 嗯", "C 好"]);
}

#[test]
fn a_call_without_an_id_is_called_as_its_file() {
    let got = call("坐席：您好");
    assert_eq!((got.call_id.as_str(), got.made_up_id, got.line), ("K1", true, 1));
    assert_eq!((got.borrower_id, got.start, got.callee_role), (None, None, CalleeRole::Unknown));
    let bad = read("开始时间：下午三点\n坐席：您好");
    assert_eq!((bad.calls[0].start, bad.notices[0].line, bad.notices[0].lost), (None, Some(1), true));
}

#[test]
fn times_of_headers() {
    let cases = [
        ("2026-03-05T10:10:00+08:00", Some("2026-03-05T02:10:00Z")),
        ("2026-03-05T10:10:00Z", Some("2026-03-05T10:10:00Z")),
        ("2026-03-05 10:10", Some("2026-03-05T02:10:00Z")),
        ("2026/3/5 10:10:07", Some("2026-03-05T02:10:07Z")),
        ("2026年3月5日 10时10分7秒", Some("2026-03-05T02:10:07Z")),
        ("2026年3月5日 下午3时10分", None),
        ("2026-02-30 10:10", None),
        ("2026-03-05 25:10", None),
        ("5.3.2026 10:10", None),
        ("2026-03-05", None),
        ("2026-03-05T10", None),
        ("2026-03-05T10:10:00[America/New_York]", None),
        ("", None),
        ("99999999999999999999", None),
    ];
    for (text, want) in cases {
        assert_eq!(decode::time::lenient(text).map(|t| t.to_string()).as_deref(), want, "{text}");
    }
}

#[test]
fn other_formats_are_not_taken_for_speech() {
    let cases = [
        "姓名,工号,部门,备注\n甲,1,乙,无\n",
        "<?xml version=\"1.0\"?><page/>",
        "[\"a\", \"b\"]",
        "\u{1}\u{2}\u{3}\u{4}abc",
    ];
    for text in cases {
        let got = read(text);
        assert_eq!((got.calls.len(), got.notices.len()), (0, 1), "{text}");
        assert!(got.notices[0].lost && got.notices[0].message.starts_with("format not recognised"), "{text}");
    }
    let exchange = read("<?xml version=\"1.0\"?><cdr/>");
    assert!(
        exchange.calls.is_empty() && exchange.notices[0].message.starts_with("a call log"),
        "{exchange:?}"
    );
    let json = read("{\"call_id\":\"a\",\n\"turns\":[]}");
    assert_eq!((json.calls.len(), json.notices.len()), (1, 0));
    assert_eq!(turns("[00:01] 您好\n[00:02] 好").len(), 2);
    assert_eq!(turns("喂,你好,我是,那个").len(), 1);
}

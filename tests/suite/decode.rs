//! Encodings and JSON: tables of good and bad input, and that nothing panics.

use cuicha::decode::content::Content;
use cuicha::decode::{self, Charset, DECODERS, Decoded, Document, Input};
use cuicha::model::transcript::{Call, CalleeRole, Given, Speaker};
use encoding_rs::{BIG5, GB18030};
use proptest::prelude::*;

fn lines(bytes: &[u8]) -> Decoded {
    decode::decode(&Input { file: "in/calls.jsonl", first_line: 1, bytes, whole: false }, Charset::AUTO)
}

fn whole(file: &str, bytes: &[u8]) -> Decoded {
    decode::decode(&Input { file, first_line: 1, bytes, whole: true }, Charset::AUTO)
}

fn record(id: usize) -> String {
    format!(r#"{{"call_id":"K{id}","turns":[{{"speaker":"agent","text":"您好，这里是第{id}通电话。"}}]}}"#)
}

fn records(n: usize) -> Vec<String> {
    (0..n).map(record).collect()
}

fn only(json: &str) -> Call {
    let mut decoded = lines(json.as_bytes());
    assert_eq!(decoded.notices, [], "{json}");
    decoded.calls.remove(0)
}

#[test]
fn a_bad_line_loses_only_itself() {
    let bad: &[&[u8]] = &[b"\xc0\x80", b"\xe4\xbd", b"\xed\xa0\x80", b"\xf5", b"\xff\xff"];
    let good = lines(records(1000).join("\n").as_bytes());
    for bad in bad {
        let mut bytes: Vec<Vec<u8>> = records(1000).into_iter().map(String::into_bytes).collect();
        let middle = bytes[500].len() - 20;
        bytes[500].splice(middle..middle, bad.iter().copied());
        let got = lines(&bytes.join(&b'\n'));
        let mut want = good.calls.clone();
        want.remove(500);
        assert_eq!(got.calls, want, "{bad:?}");
        assert_eq!(got.notices.len(), 1, "{:?}", got.notices);
        assert_eq!((got.notices[0].line, got.notices[0].lost), (Some(501), true));
        assert!(got.notices[0].message.contains("(byte "), "{:?}", got.notices);
    }
}

#[test]
fn the_same_calls_in_every_encoding() {
    let text = records(100).join("\n");
    let want = lines(text.as_bytes()).calls;
    let utf16 = |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let (le, be) = (utf16(u16::to_le_bytes), utf16(u16::to_be_bytes));
    let cases: [Vec<u8>; 6] = [
        [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        GB18030.encode(&text).0.into_owned(),
        [&b"\xff\xfe"[..], &le].concat(),
        [&b"\xfe\xff"[..], &be].concat(),
        le,
        be,
    ];
    for (n, bytes) in cases.iter().enumerate() {
        let got = whole("in/calls.jsonl", bytes);
        assert_eq!(got.notices, [], "{n}");
        assert_eq!(got.calls, want, "{n}");
    }
    assert_eq!(lines(&cases[0]).calls, want);
    assert_eq!(lines(&cases[1]).calls, want);
    let big5 = BIG5.encode("客戶：再不還錢我就去你們單位\n坐席：好").0;
    assert!(whole("a.txt", &big5).notices[0].lost);
    let named = Input { file: "a.txt", first_line: 1, bytes: &big5, whole: true };
    let forced = decode::decode(&named, Charset::from_label("Big5").unwrap());
    assert_eq!(forced.calls[0].turns[0].text, "再不還錢我就去你們單位");
    assert!(Charset::from_label("klingon").is_err());
}

#[test]
fn texts_of_a_few_characters() {
    for text in ["还钱", "坐席：喂", "客户：还\n坐席：嗯", "再不还钱"] {
        assert_eq!(whole("a.txt", &GB18030.encode(text).0).notices, [], "{text}");
    }
    let le: Vec<u8> = "坐席：您好\n客户：你好\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(whole("a.txt", &le).calls[0].turns[1].text, "你好");
}

#[test]
fn gb18030_that_is_cut_short_loses_its_last_line() {
    let full = GB18030.encode("坐席：您好，请问是本人吗\n客户：是的，请说\n坐席：请尽快还款").0.into_owned();
    let whole_text = whole("a.txt", &full).calls;
    assert_eq!(whole_text[0].turns.len(), 3);
    for cut in [1, 3, 5] {
        let got = whole("a.txt", &full[..full.len() - cut]);
        assert_eq!(got.calls[0].turns, whole_text[0].turns[..2], "{cut}");
        assert_eq!(
            (got.notices.len(), got.notices[0].line, got.notices[0].lost),
            (1, Some(3), true),
            "{cut}"
        );
    }
}

#[test]
fn bytes_that_are_no_text_are_lost_with_their_place() {
    let mut bytes = b"ok\n".to_vec();
    bytes.extend((0_u32..2000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8 | 0x80));
    let got = whole("a.txt", &bytes);
    assert_eq!((got.calls.len(), got.notices.len()), (0, 1), "{:?}", got.notices);
    assert!(got.notices[0].lost && got.notices[0].message.contains("(byte "), "{:?}", got.notices);
    let got = whole("a.bin", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0");
    assert!(
        got.notices[0].message.ends_with("azure, jsonl (.jsonl, .ndjson, .json), text (.txt)"),
        "{:?}",
        got.notices
    );
}

#[test]
fn nothing_in_it() {
    for bytes in [&b""[..], b"\xef\xbb\xbf", b"\n\r\n \n", b"\xff\xfe"] {
        for file in ["a.txt", "a.jsonl", "a.json", "<stdin>"] {
            let got = whole(file, bytes);
            assert_eq!((got.calls.len(), got.notices.len()), (0, 1), "{file} {bytes:?}");
            assert!(!got.notices[0].lost && got.notices[0].message.contains("empty"), "{:?}", got.notices);
        }
    }
}

#[test]
fn keys_and_their_other_names() {
    let call = only(
        r#"{"call_id":17,"borrower_id":"B1","agent_id":"802","agency":null,"callee_role":"联系人","connected":1,"new key":[{}],
        "started_at":"2026-03-05 10:10:00","duration_ms":54000.4,"caller_number":1000,
        "segments":[{"speaker":"坐席","start_ms":380,"end_ms":"3120","text":"a\u0000\u2028b"},{"speaker":0,"start_ms":-1,"text":"c"},{"speaker":"CUSTOMER","channel":1,"text":""}]}"#
            .replace('\n', " ")
            .as_str(),
    );
    assert_eq!(
        (call.call_id.as_str(), call.made_up_id, call.caller_number.as_deref()),
        ("17", false, Some("1000"))
    );
    assert_eq!((call.collector_id.as_deref(), call.agency, call.connected), (Some("802"), None, Some(true)));
    assert_eq!(call.callee_role, CalleeRole::Contact);
    assert_eq!(call.start.unwrap().to_string(), "2026-03-05T02:10:00Z");
    assert_eq!(call.end.unwrap().to_string(), "2026-03-05T02:10:54Z");
    let speakers: Vec<Speaker> = call.turns.iter().map(|t| t.speaker).collect();
    assert_eq!(speakers, [Speaker::Collector, Speaker::Unknown, Speaker::Borrower]);
    assert_eq!(
        (call.turns[0].start_ms, call.turns[0].end_ms, call.turns[1].start_ms),
        (Some(380), Some(3120), None)
    );
    assert_eq!(call.turns[0].text, "a\0\u{2028}b");
}

#[test]
fn labels_of_speakers() {
    let cases = [
        ("agent", Speaker::Collector),
        ("催收员", Speaker::Collector),
        ("坐席2", Speaker::Collector),
        ("客服-小李", Speaker::Collector),
        (" Customer ", Speaker::Borrower),
        ("third_party", Speaker::Contact),
        ("B", Speaker::Borrower),
        ("客戶", Speaker::Borrower),
        ("SPEAKER_00", Speaker::Unknown),
        ("张三", Speaker::Unknown),
    ];
    for (label, speaker) in cases {
        let json = format!(r#"{{"turns":[{{"speaker":"{label}","text":"x"}}]}}"#);
        assert_eq!(only(&json).turns[0].speaker, speaker, "{label}");
    }
    for line in decode::speaker::TABLE.lines().filter(|l| !l.starts_with('#')) {
        let (label, role) = line.split_once('\t').unwrap();
        assert_eq!(label, label.to_lowercase(), "{line}");
        let known = decode::speaker::known(label).unwrap();
        let name = format!("{:?}", known.speaker).to_lowercase();
        let want = match (known.speaker, known.given) {
            (Speaker::Unknown, Given::Named) => "other".to_owned(),
            (_, Given::Presumed) => format!("{name}?"),
            _ => name,
        };
        assert_eq!(want, role, "{line}");
    }
}

#[test]
fn a_call_without_an_id_gets_one_from_its_place() {
    let got = lines(b"\n{\"turns\":[]}\n\r\n{\"call_id\":\" \",\"turns\":[]}");
    let ids: Vec<(&str, bool, usize)> =
        got.calls.iter().map(|c| (c.call_id.as_str(), c.made_up_id, c.line)).collect();
    assert_eq!(ids, [("calls#2", true, 2), ("calls#4", true, 4)]);
}

#[test]
fn bad_records_are_lost_and_the_rest_goes_on() {
    let deep = |n: usize| format!(r#"{{"x":{}{}}}"#, "[".repeat(n), "]".repeat(n));
    let cases = [
        (r#"{"call_id":"a","#.to_owned(), "EOF"),
        ("[]".to_owned(), "not a JSON object"),
        ("hello".to_owned(), "not a JSON object"),
        (r#"{"call_id":"a"}"#.to_owned(), "no `turns` array"),
        (r#"{"turns":null}"#.to_owned(), "no `turns` array"),
        (r#"{"turns":"x"}"#.to_owned(), "invalid type"),
        (r#"{"turns":[{"text":["x"]}]}"#.to_owned(), "invalid type"),
        (r#"{"turns":[3]}"#.to_owned(), "a turn (a JSON object)"),
        (r#"{"call_id":{},"turns":[]}"#.to_owned(), "text or a whole number"),
        (r#"{"call_id":"a","call_id":"b","turns":[]}"#.to_owned(), "duplicate field"),
        (r#"{"turns":[{"text":"\ud800"}]}"#.to_owned(), "hex escape"),
        (r#"{"turns":[],"duration_ms":1e400}"#.to_owned(), "out of range"),
        (deep(128), "no `turns` array"),
        (deep(10_000), "no `turns` array"),
        (deep(1_000_000), "no `turns` array"),
        (format!(r#"{{"x":{}"#, "[".repeat(1_000_000)), "EOF"),
        (format!(r#"{{"turns":[{{"text":{}"#, "[".repeat(1_000_000)), "invalid type"),
    ];
    for (bad, why) in &cases {
        let got = lines(format!("{}\n{bad}\n{}", record(1), record(3)).as_bytes());
        assert_eq!(got.calls.len(), 2, "{why}");
        assert_eq!(got.notices.len(), 1, "{why}: {:?}", got.notices);
        let notice = &got.notices[0];
        assert!(notice.lost && notice.line == Some(2) && notice.message.contains(why), "{why}: {notice:?}");
    }
}

#[test]
fn bad_parts_leave_the_rest_of_the_call() {
    let got = lines(r#"{"start":"gestern","end":5,"turns":[{"text":"a"},{"speaker":"agent"},{"text":null},{"text":"d"}]}"#.as_bytes());
    assert_eq!((got.calls[0].turns.len(), got.calls[0].start, got.calls[0].end), (4, None, None));
    let messages: Vec<&str> = got.notices.iter().map(|n| n.message.as_str()).collect();
    assert_eq!(messages.len(), 4, "{messages:?}");
    assert!(got.notices.iter().all(|n| n.lost) && messages[0] == "turn 1 has no `text`", "{messages:?}");
    let unanswered = only(r#"{"call_id":"a","connected":false}"#);
    assert!(unanswered.turns.is_empty());
    let late = r#"{"start":"2026-03-05T10:00:00Z","end":"2026-03-05T09:00:00Z","turns":[]}"#;
    assert!(!lines(late.as_bytes()).notices[0].lost);
}

#[test]
fn joined_files_and_old_line_ends() {
    let text = format!("\u{feff}{}\r\n\u{feff}{}\r\n", record(1), record(2));
    assert_eq!(lines(text.as_bytes()).calls.len(), 2);
    let got = lines(format!("{}\r{}\r", record(1), record(2)).as_bytes());
    assert_eq!((got.calls.len(), got.notices.len(), got.calls[1].line), (2, 0, 2));
}

#[test]
fn json_files() {
    let pretty = "{\n \"call_id\": \"a\",\n \"turns\": [\n  {\"text\": \"x\"}\n ]\n}\n";
    let broken = "{\n \"call_id\": \"a\",\n \"turns\": [\n  {\"text\": }\n ]\n}\n";
    let cases = [
        (pretty.to_owned(), vec![1], vec![]),
        (format!("[{pretty},{pretty}]"), vec![1, 7], vec![]),
        (format!("{pretty}{pretty}"), vec![1, 7], vec![]),
        (format!("{}\n{}", record(1), record(2)), vec![1, 2], vec![]),
        (format!("{broken}{pretty}"), vec![7], vec![Some(4)]),
        ("[]".to_owned(), vec![], vec![]),
        ("{\"a\":1}".to_owned(), vec![], vec![Some(1)]),
        (format!("[{pretty},"), vec![1], vec![Some(7)]),
        (format!("[{pretty},3]"), vec![1], vec![Some(7)]),
        ("hello".to_owned(), vec![], vec![None]),
    ];
    for (text, calls, lost) in cases {
        let got = whole("a.json", text.as_bytes());
        assert_eq!(got.calls.iter().map(|c| c.line).collect::<Vec<_>>(), calls, "{text}");
        assert_eq!(got.notices.iter().map(|n| n.line).collect::<Vec<_>>(), lost, "{text} {:?}", got.notices);
        assert!(got.notices.iter().all(|n| n.lost));
    }
}

/// What `decode` gives, whichever way the lines are cut.
fn in_pieces(bytes: &[u8], size: usize) -> Decoded {
    let mut all = Decoded::default();
    let options = cuicha::source::Options { piece_bytes: size, ..cuicha::source::Options::new(&[]) };
    for item in
        cuicha::source::from_reader("in/calls.jsonl", Box::new(std::io::Cursor::new(bytes.to_vec())), options)
    {
        let piece = item.unwrap();
        let (first_line, whole) = (piece.first_line, piece.kind == cuicha::source::PieceKind::Whole);
        let input = Input { file: &piece.file, first_line, bytes: &piece.bytes, whole };
        let decoded = decode::decode(&input, Charset::AUTO);
        all.calls.extend(decoded.calls);
        all.notices.extend(decoded.notices);
    }
    all
}

#[test]
fn every_cut_gives_the_same_calls() {
    let text = format!("\u{feff}{}\n\nbroken\r\n{}\n{}", record(1), record(2), records(30).join("\n"));
    let mut mixed = text.clone().into_bytes();
    mixed.extend_from_slice(&GB18030.encode(&format!("\n{}\n{}\n", record(8), record(9))).0);
    mixed.extend_from_slice(b"{\"turns\":\"\xff\"}\n");
    for bytes in [text.as_bytes(), &GB18030.encode(&text[3..]).0, &mixed] {
        let want = in_pieces(bytes, 1 << 20);
        assert!(want.calls.len() >= 32, "{:?}", want.notices);
        for size in (1..200).chain([4096, 65_536]) {
            assert_eq!(in_pieces(bytes, size), want, "{size}");
        }
    }
}

fn pieces_of_transcripts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        proptest::sample::select(vec![
            "坐席",
            "客户",
            "：",
            ":",
            "[",
            "]",
            "【",
            "】",
            "(",
            ")",
            "00:01:03",
            "12:30",
            "1:2",
            ".500",
            ",",
            "-",
            "~",
            "\n",
            "\r",
            " ",
            "　",
            "通话ID",
            "开始时间",
            "2026-03-05",
            "# ",
            "{",
            "}",
            "\"",
            "turns",
            "text",
            "null",
            "\u{feff}",
            "\0",
            "A",
            "你好",
            "。",
        ])
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|p| p.concat())
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), label in 0_usize..4) {
        let charset = [Charset::AUTO, Charset::from_label("gbk").unwrap(), Charset::from_label("big5").unwrap(), Charset::from_label("utf-16le").unwrap()][label];
        for (file, is_whole) in [("a.txt", true), ("a.json", true), ("a.jsonl", false), ("-", true)] {
            let _ = decode::decode(&Input { file, first_line: 1, bytes: &bytes, whole: is_whole }, charset);
        }
    }

    #[test]
    fn arbitrary_text_never_panics_in_any_decoder(text in prop_oneof![any::<String>(), pieces_of_transcripts()]) {
        for decoder in DECODERS {
            let _ = decoder.recognises(&Content::new(&text));
            for whole in [true, false] {
                let _ = decoder.decode(&Document { file: "a", first_line: 1, text: &text, whole });
            }
        }
    }
}

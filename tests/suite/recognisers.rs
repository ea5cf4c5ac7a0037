//! Output of recognisers: what is odd, broken, masked or not done, and that nothing panics.

use cuicha::decode::content::Content;
use cuicha::decode::{self, Charset, DECODERS, Decoded, Document, Input};
use cuicha::model::transcript::Speaker;
use proptest::prelude::*;

fn read(file: &str, text: &str) -> Decoded {
    decode::decode(&Input { file, first_line: 1, bytes: text.as_bytes(), whole: true }, Charset::AUTO)
}

/// Each turn as `start-end words`.
fn turns(file: &str, text: &str) -> Vec<String> {
    let decoded = read(file, text);
    assert!(decoded.notices.iter().all(|n| !n.lost), "{text}: {:?}", decoded.notices);
    let time = |ms: Option<u64>| ms.map_or("?".to_owned(), |ms| ms.to_string());
    let one = |t: &cuicha::model::transcript::Utterance| {
        format!("{}-{} {}", time(t.start_ms), time(t.end_ms), t.text)
    };
    decoded.calls.iter().flat_map(|call| call.turns.iter().map(one)).collect()
}

#[test]
fn odd_forms_of_json() {
    let cases: &[(&str, &[&str])] = &[
        (
            r#"[{"key":"a","text":"您好。在吗？","timestamp":[[0,10],[10,20],[30,40],[40,50]]}]"#,
            &["0-20 您好。", "30-50 在吗？"],
        ),
        (
            r#"[{"key":"a","text":"您 好 ok 吗","timestamp":[[0,10],[10,20],[20,30],[30,40]]}]"#,
            &["0-40 您好ok吗"],
        ),
        (
            r#"[{"key":"a","text":"","sentence_info":[{"text":"嗯，","start":0,"end":9,"spk":0},{"text":"好。","start":5000,"end":5009,"spk":0}]}]"#,
            &["0-9 嗯，", "5000-5009 好。"],
        ),
        (
            r#"{"Data":{"StatusStr":"success","ResultDetail":[{"SliceSentence":"1 3 8 您 好","StartMs":null,"SpeakerId":null}]}}"#,
            &["?-? 138您好"],
        ),
        (r#"{"StatusText":"SUCCESS_WITH_NO_VALID_FRAGMENT","StatusCode":21050003,"TaskId":"a"}"#, &[]),
        (r#"{"result":[{"utterances":[{"text":"a","start_time":1,"end_time":2}]}]}"#, &["1-2 a"]),
        (
            r#"{"results":[{"alternatives":[{"transcript":"您好","words":[{"endTime":"1.2s","word":"您好"}]}]},{}]}"#,
            &["0-1200 您好"],
        ),
        (
            r#"{"response":{"results":[{"alternatives":[{"transcript":"您好"}],"resultEndTime":"2s"}]}}"#,
            &["?-2000 您好"],
        ),
        (
            r#"{"recognizedPhrases":[{"recognitionStatus":"Success","offset":"PT1M2.5S","duration":"PT0.5S","nBest":[{"display":"你**。","itn":"你傻瓜","lexical":"你 傻瓜"}]}]}"#,
            &["62500-63000 你傻瓜"],
        ),
        (r#"{"results":{"transcripts":[{"transcript":"您 好"}],"items":[]}}"#, &["?-? 您好"]),
        (
            r#"{"results":{"transcripts":[],"items":[{"type":"pronunciation","start_time":"0.5","end_time":"0.7","alternatives":[{"content":"您好"}]},{"type":"punctuation","alternatives":[{"content":"。"}]},{"start_time":"0.8","end_time":"0.9","alternatives":[{"content":"在"}]}]}}"#,
            &["500-700 您好。", "800-900 在"],
        ),
        (r#"{"tasks_info":{"task_status":"Success","task_result":{"result":["您好"]}}}"#, &["?-? 您好"]),
        (r#"[{"onebest":"您好","bg":"1","ed":"2"}]"#, &["1-2 您好"]),
        (
            "{\"segments\":[{\"start\":1,\"end\":2,\"text\":\"a\"}]}\n{\"segments\":[{\"start\":3,\"end\":4,\"text\":\"b\"}]}",
            &["1000-2000 a", "3000-4000 b"],
        ),
        (r#"{"segments":[{"start":-1,"end":1e300,"text":" a "},{"start":null,"text":""}]}"#, &["?-? a"]),
    ];
    for (text, want) in cases {
        assert_eq!(turns("x.json", text), *want, "{text}");
    }
}

#[test]
fn odd_tables_and_subtitles() {
    let cases: &[(&str, &[&str])] = &[
        (
            "start,end,text\n1,2,\"他说\"\"还钱\"\"，好\"\n3,4,\"他说\\\"还\\\"\"\n",
            &["1-2 他说\"还钱\"，好", "3-4 他说\"还\""],
        ),
        ("start,end,speaker,text\r\n1,2,?,\"一\n二\"\r\n", &["1-2 一二"]),
        (
            "1\r\n00:00:01.5 --> 00:00:02,000\r\n一\r\n二\r\n\r\n三\r\n00:00:03,000 --> 100:00:00,000\r\n四\r\n",
            &["1500-2000 一二", "3000-360000000 四"],
        ),
        (
            "WEBVTT - x\n\nSTYLE\n::cue { }\n\n00:01.000 --> 00:02.000\n<v.loud 客户>一 &amp;lt; <b>二</b> 1 < 2</v><v 坐席>三",
            &["1000-2000 一 &lt; 二 1 < 2", "1000-2000 三"],
        ),
        (
            ";; x\nF A 0.5 0.25 您\nF B 0.6 0.1 嗯\nF A 0.75 0.25 好\nF A 9 1 在\n",
            &["500-750 您", "600-700 嗯", "750-1000 好", "9000-10000 在"],
        ),
        (
            "F A inter_segment_gap 0 1 <o,,> IGNORE_TIME_SEGMENT_IN_SCORING\nF A agent_1 1 2 您 好\n",
            &["1000-2000 您好"],
        ),
        ("s1-r1-0000010-0000020 您 好\ns1-r2-0000010-0000020 在\n", &["100-200 您好", "100-200 在"]),
    ];
    for (text, want) in cases {
        assert_eq!(turns("x", text), *want, "{text}");
    }
    let vtt = read("x.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v 客户>一</v><v 坐席>二").calls.remove(0);
    assert_eq!([vtt.turns[0].speaker, vtt.turns[1].speaker], [Speaker::Borrower, Speaker::Collector]);
    let ctm = read("x.ctm", "F A 0 1 您\nF B 1 1 好\n").calls.remove(0);
    assert!(ctm.turns.iter().all(|t| t.speaker == Speaker::Unknown), "a channel is no role");
    let labels =
        "1\n00:00:01,000 --> 00:00:02,000\n客服(01)：一\n\n2\n00:00:03,000 --> 00:00:04,000\n[客户]: 二\n";
    let roles: Vec<_> =
        read("x.srt", labels).calls[0].turns.iter().map(|t| (t.speaker, t.text.clone())).collect();
    assert_eq!(roles, [(Speaker::Collector, "一".to_owned()), (Speaker::Borrower, "二".to_owned())]);
}

#[test]
fn what_is_broken_or_not_done_is_lost_with_its_line() {
    let deep = format!("{{\"segments\":[{{\"start\":1,\"text\":{}", "[".repeat(100_000));
    let cases = [
        ("{\n\"segments\":[{\"start\":1,\n\"text\":}]}", 0, Some(3), "expected value"),
        (&deep, 0, Some(1), "recursion limit"),
        ("{\"segments\":[{\"start\":1,\"text\":\"a\"},{\"start\":2}]}", 1, Some(1), "segment 1 has no words"),
        (r#"{"StatusText":"QUEUEING","StatusCode":21050002,"TaskId":"a"}"#, 0, Some(1), "`QUEUEING`"),
        (
            r#"{"Response":{"Data":{"StatusStr":"doing","ResultDetail":null,"Result":""}}}"#,
            0,
            Some(1),
            "`doing`",
        ),
        (r#"{"Response":{"Error":{"Message":"no such task"}}}"#, 0, Some(1), "`no such task`"),
        (r#"{"content":{"orderInfo":{"status":3},"orderResult":""}}"#, 0, Some(1), "no result (`3`)"),
        (r#"{"err_no":26605,"failed":"busy","data":null}"#, 0, Some(1), "`busy`"),
        (r#"{"tasks_info":[{"task_status":"Running","task_result":{}}]}"#, 0, Some(1), "`Running`"),
        (r#"{"resp":{"code":2000,"message":"processing"}}"#, 0, Some(1), "`processing`"),
        (r#"{"jobName":"a","accountId":"0","status":"IN_PROGRESS"}"#, 0, Some(1), "`IN_PROGRESS`"),
        ("start\tend\ttext\n1\t2\ta\nb\n", 1, Some(3), "no row of"),
        (
            "1\n00:00:01,000 --> 00:00:02,000\na\n\n2\n00:00:0x,000 --> 00:00:03,000\nb\n",
            1,
            Some(6),
            "cue skipped",
        ),
    ];
    for (text, calls, line, why) in cases {
        let got = read("x", text);
        assert_eq!((got.calls.len(), got.notices.len()), (calls, 1), "{why}: {:?}", got.notices);
        let notice = &got.notices[0];
        assert!(notice.lost && notice.line == line && notice.message.contains(why), "{why}: {notice:?}");
    }
}

#[test]
fn the_raw_bytes_of_whisper_cpp_are_mended() {
    let json = "{\"systeminfo\":\"x\",\n\"transcription\":[{\"offsets\":{\"from\":1,\"to\":2},\n\"text\":\"a\u{1}\n\\\"b\",\n\n}]}";
    assert_eq!(turns("x.json", json), ["1-2 a  \"b"]);
}

#[test]
fn what_fits_several_formats_or_none_names_them() {
    let both = r#"{"flash_result":[],"tasks_info":[{"task_result":{}}]}"#;
    let got = read("x.json", both);
    assert_eq!(got.notices[0].message, "may be of several formats: tencent, baidu: not read");
    assert!(got.notices[0].lost && got.calls.is_empty());
    let near = read("x.json", r#"{"wav_name":"a"}"#);
    assert!(near.notices[0].lost, "{:?}", near.notices);
    assert_eq!(near.notices[1].message, "no format fits; the nearest are funasr (without `stamp_sents`)");
    let log = read("x.csv", "call_id,start,duration_s\na,2026-03-05 10:10:00,3\n");
    assert!(!log.notices[0].lost && log.notices[0].message.contains("--calls"), "{:?}", log.notices);
    let sides = read("x.txt", "s1-r1-0000010-0000020 r1 0.1 0.2\n");
    assert!(sides.calls.is_empty() && !sides.notices[0].lost, "{:?}", sides.notices);
}

#[test]
fn lines_of_recognisers_are_read_one_by_one() {
    let lines = "{\"segments\":[{\"start\":1,\"end\":2,\"text\":\"a\"}]}\n\
        {\"turns\":[{\"text\":\"b\"}]}\n\
        {\"flash_result\":[{\"sentence_list\":[{\"text\":\"c\",\"start_time\":5}]}]}\n\
        {\"segments\":[{\"text\":\"d\"}]}\n{\"x\":1}\n";
    let input = Input { file: "in/x.jsonl", first_line: 11, bytes: lines.as_bytes(), whole: false };
    let got = decode::decode(&input, Charset::AUTO);
    let seen: Vec<_> = got
        .calls
        .iter()
        .map(|c| (c.call_id.as_str(), c.line, c.turns[0].text.as_str(), c.turns[0].start_ms))
        .collect();
    let want = [
        ("x#11", 11, "a", Some(1000)),
        ("x#12", 12, "b", None),
        ("x#13", 13, "c", Some(5)),
        ("x#14", 14, "d", None),
    ];
    assert_eq!(seen, want);
    assert_eq!((got.notices.len(), got.notices[0].line, got.notices[0].lost), (1, Some(15), true));
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let files: Vec<_> = files.filter(|e| e.file_type().is_file()).map(|e| e.into_path()).collect();
    let name = |path: &std::path::Path| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

#[test]
fn a_sample_cut_anywhere_never_panics() {
    for (file, bytes) in samples() {
        for cut in (0..bytes.len()).step_by(97) {
            let _ = decode::decode(
                &Input { file: &file, first_line: 1, bytes: &bytes[..cut], whole: true },
                Charset::AUTO,
            );
        }
    }
}

#[test]
fn large_files_take_time_in_proportion() {
    let n = 20_000;
    let texts = [
        format!("{{\"segments\":[{}]}}", vec![r#"{"start":1,"end":2,"text":"a，"}"#; n].join(",")),
        format!(
            "[{{\"key\":\"a\",\"text\":\"\",\"sentence_info\":[{}]}}]",
            vec![r#"{"start":1,"end":2,"text":"嗯，"}"#; n].join(",")
        ),
        format!(
            "{{\"systeminfo\":1,\"transcription\":[{}",
            vec![r#"{"offsets":{},"text":"a"},"#; n].join("\n")
        ),
        "00:00:01,000 --> 00:00:02,000\na\n".repeat(n),
        format!("00:00:01,000 --> 00:00:02,000\n{}", "<v <".repeat(n)),
        format!("start,end,text\n1,2,\"{}", "a\n".repeat(n)),
        "F A 0.5 0.25 a\n".repeat(n),
        "s1-r1-0000010-0000020 您\n".repeat(n),
    ];
    for text in &texts {
        let begun = std::time::Instant::now();
        let _ = read("x", text);
        let took = begun.elapsed().as_secs_f64();
        assert!(took < 20.0, "{took} s for {}…", text.chars().take(40).collect::<String>());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]
    #[test]
    fn a_mutated_sample_never_panics(
        sample in 0_usize..1000,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0_usize..24, any::<u8>()), 1..8),
    ) {
        let all = samples();
        let (file, mut bytes) = all[sample % all.len()].clone();
        let pieces: [&[u8]; 10] = [b"null", b"-1", b"1e99", b"\"", b"{", b"]", b",", b"[[[[", b"\n", b"\\u0000"];
        for (place, length, byte) in changes {
            let at = place.index(bytes.len() + 1);
            let end = (at + length).min(bytes.len());
            let piece = pieces.get(usize::from(byte)).map_or(std::slice::from_ref(&byte), |p| *p);
            bytes.splice(at..end, piece.iter().copied());
        }
        let _ = decode::decode(&Input { file: &file, first_line: 1, bytes: &bytes, whole: true }, Charset::AUTO);
        let text = String::from_utf8_lossy(&bytes);
        let content = Content::new(&text);
        for decoder in DECODERS {
            let _ = decoder.recognises(&content);
            let _ = decoder.decode(&Document { file: "a", first_line: 1, text: &text, whole: true });
        }
    }
}

#[test]
fn masked_words_are_told_once_a_file_with_the_switch() {
    let azure = r#"{"combinedPhrases":[],"phrases":[{"text":"你这个**，***！","offsetMilliseconds":1},{"text":"尾号138****0001","offsetMilliseconds":9}]}"#;
    let got = read("x.json", azure);
    assert_eq!((got.calls.len(), got.notices.len()), (1, 1), "{:?}", got.notices);
    assert!(got.notices[0].lost, "a scan that could not look at them is not clean");
    let want = "2 words are masked by the recogniser (`**`): insults in them cannot be found; set `profanityFilterMode` to `None`";
    assert_eq!(got.notices[0].message, want);
    assert_eq!(read("x.txt", "坐席：您好，张**女士\n客户：嗯").notices, [], "people mask names in text");
}

#[test]
fn words_that_only_the_whole_text_has_are_not_lost() {
    let read = |json: &str| {
        let input = Input { file: "a.json", first_line: 1, bytes: json.as_bytes(), whole: true };
        decode::decode(&input, Charset::AUTO)
    };
    // The last clause of FunASR is dropped where no sign of punctuation ends it.
    let funasr = r#"[{"key":"a","text":"您好，请还款。再不还钱我就去你单位","sentence_info":[
        {"text":"您好，","start":0,"end":500,"spk":0},{"text":"请还款。","start":500,"end":900,"spk":0}]}]"#;
    let baidu = r#"{"tasks_info":[{"task_status":"Success","task_result":{"result":["您好，请还款。再不还钱我就去你单位"],
        "detailed_result":[{"res":["您好，请还款。"],"begin_time":0,"end_time":900,"speaker_id":0}]}}]}"#;
    let tencent = r#"{"Response":{"Data":{"Status":2,"StatusStr":"success",
        "Result":"[0:0.0,0:0.9,0]  您好，请还款。\n[0:1.0,0:2.0,0]  再不还钱我就去你单位\n",
        "ResultDetail":[{"FinalSentence":"您好，请还款。","StartMs":0,"EndMs":900,"SpeakerId":0}]}}}"#;
    for json in [funasr, baidu, tencent] {
        let got = read(json);
        let texts: Vec<&str> = got.calls[0].turns.iter().map(|t| t.text.as_str()).collect();
        assert_eq!(texts, ["您好，请还款。", "再不还钱我就去你单位"], "{json}");
        assert!(
            got.notices.len() == 1 && got.notices[0].message.contains("in the whole text alone"),
            "{json}"
        );
    }
    let middle = funasr
        .replace(r#"{"text":"您好，","start":0,"end":500,"spk":0},"#, "")
        .replace("请还款。\",", "好的。\",");
    let got = read(&middle);
    assert!(
        got.notices.iter().any(|n| n.lost && n.message.contains("some are missing")),
        "{:?}",
        got.notices
    );
}

#[test]
fn a_result_of_google_ends_where_it_says_unless_all_its_words_have_times() {
    let read = |words: &str| {
        let json = format!(
            "{{\"results\":[{{\"alternatives\":[{{\"transcript\":\"您好，请还款。\",\"words\":[{words}]}}],\"resultEndTime\":\"3.120s\"}}]}}"
        );
        let input = Input { file: "a.json", first_line: 1, bytes: json.as_bytes(), whole: true };
        decode::decode(&input, Charset::AUTO).calls[0].turns[0].end_ms
    };
    let word =
        |text: &str| format!("{{\"startTime\":\"0.380s\",\"endTime\":\"0.520s\",\"word\":\"{text}\"}}");
    assert_eq!((read(&word("您好")), read(&word("您好请还款"))), (Some(3120), Some(520)));
}

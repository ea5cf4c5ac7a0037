//! What is too long or too deep, and signs that parsers stumble over: told, and nothing else is lost.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use cuicha::decode::call_log::{Context, decode_call_log};
use cuicha::decode::{self, Charset, Decoded, Input};
use cuicha::source::{self, Options};
use jiff::tz::TimeZone;

/// A stream that is nowhere in memory: some bytes, very many equal ones, and some more.
struct Stream {
    before: Vec<u8>,
    many: usize,
    after: Vec<u8>,
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let take = |from: &mut Vec<u8>, buffer: &mut [u8]| {
            let n = from.len().min(buffer.len());
            buffer[..n].copy_from_slice(&from[..n]);
            from.drain(..n);
            n
        };
        if !self.before.is_empty() {
            return Ok(take(&mut self.before, buffer));
        }
        if self.many > 0 {
            let n = self.many.min(buffer.len());
            buffer[..n].fill(b'a');
            self.many -= n;
            return Ok(n);
        }
        Ok(take(&mut self.after, buffer))
    }
}

const MANY: usize = 300 << 20;

#[test]
fn a_line_without_end_is_passed_over_in_little_memory() {
    let record = "{\"call_id\":\"K1\",\"turns\":[{\"text\":\"a\"}]}\n";
    let cases = [
        ("a.jsonl", record.to_owned(), format!("\n{record}"), 2),
        ("a.txt", "坐席：您好。\n客户：你好。\n坐席：".to_owned(), "\n坐席：再见。\n".to_owned(), 3),
        ("a.srt", "1\n00:00:01,000 --> 00:00:02,000\na\n\n".to_owned(), "\n".to_owned(), 5),
    ];
    for (name, before, after, line) in cases {
        let begun = before.rsplit('\n').next().unwrap().len();
        let options = Options { max_line_bytes: 1 << 20, ..Options::new(&["jsonl", "txt"]) };
        let stream = Stream { before: before.into_bytes(), many: MANY, after: after.into_bytes() };
        let (mut held, mut told) = (0, Vec::new());
        for item in source::from_reader(name, Box::new(stream), options) {
            match item {
                Ok(piece) => held += piece.bytes.capacity(),
                Err(notice) => told.push(notice),
            }
        }
        let [notice] = &told[..] else { panic!("{name}: {told:?}") };
        let want =
            format!("line of {} bytes is longer than 1048576 (`--max-line-bytes`): skipped", MANY + begun);
        assert_eq!(
            (notice.line, notice.lost, notice.message.as_str()),
            (Some(line), true, want.as_str()),
            "{name}"
        );
        assert!(held < 8 << 20, "{name}: {held} bytes were held");
    }
}

/// Most memory that the program took, in bytes, when it has read this from standard input; and what it wrote.
#[cfg(target_os = "linux")]
fn fed(args: &[&str], mut stream: Stream) -> (usize, String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_cuicha"))
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    let mut chunk = vec![0; 1 << 16];
    loop {
        let n = stream.read(&mut chunk).unwrap();
        if n == 0 {
            break;
        }
        input.write_all(&chunk[..n]).unwrap();
    }
    // The end of the input is still to come: the program waits, and can be looked at.
    let status = std::fs::read_to_string(format!("/proc/{}/status", program.id())).unwrap();
    drop(input);
    let out = program.wait_with_output().unwrap();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap();
    let kib: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
    (kib << 10, String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap())
}

#[cfg(target_os = "linux")]
#[test]
fn the_program_reads_on_behind_a_line_without_end() {
    let record = |id: &str| format!("{{\"call_id\":\"{id}\",\"turns\":[{{\"text\":\"a\"}}]}}\n").into_bytes();
    let stream = Stream { before: record("K1"), many: MANY, after: [b"\n".to_vec(), record("K2")].concat() };
    let (peak, out, told) = fed(&["convert", "-"], stream);
    // Sixty-four mebibytes of a line may be held before it is known to be too long.
    assert!(peak < 200 << 20, "{peak} bytes");
    assert!(out.contains("K1") && out.contains("K2"), "{out}");
    assert!(told.contains("<stdin>:2: line of 314572800 bytes is longer than 67108864"), "{told}");
    let stream = Stream { before: record("K1"), many: MANY, after: [b"\n".to_vec(), record("K2")].concat() };
    let (peak, out, told) = fed(&["convert", "-", "--max-line-bytes", "100000"], stream);
    assert!(peak < 50 << 20, "{peak} bytes");
    assert!(out.contains("K1") && out.contains("K2") && told.contains("longer than 100000"), "{told}");
    let row = |id: &str, at: &str| format!("{id},B1,12000000001,2026-03-05T10:{at}:00+08:00,5,true\n");
    let before = format!("call_id,borrower_id,callee_number,start,duration_s,connected\n{}", row("L1", "00"));
    let stream = Stream {
        before: before.into_bytes(),
        many: MANY,
        after: format!("\n{}", row("L2", "10")).into_bytes(),
    };
    let (peak, out, _) =
        fed(&["scan", "--calls", "-", "--max-line-bytes", "100000", "--format", "jsonl"], stream);
    assert!(peak < 220 << 20, "{peak} bytes");
    assert!(
        out.contains("line of 314572800 bytes is longer than 100000") && out.contains("\"line\":3"),
        "{out}"
    );
    assert!(out.contains("\"calls_in_log\":2"), "{out}");
}

fn read(file: &str, bytes: &[u8], whole: bool) -> Decoded {
    decode::decode(&Input { file, first_line: 1, bytes, whole }, Charset::AUTO)
}

fn log(text: &str) -> cuicha::decode::call_log::CallLog {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    decode_call_log("log.csv", text, Context { zone: &zone, now: None })
}

#[test]
fn json_that_is_nested_too_deeply_is_told_and_the_rest_is_read() {
    let good = "{\"call_id\":\"good\",\"turns\":[{\"text\":\"a\"}]}";
    for depth in [200, 10_000, 1_000_000] {
        let (open, shut) = ("[".repeat(depth), "]".repeat(depth));
        let deep = [
            format!("{{\"turns\":{open}{shut}}}"),
            format!("{{\"turns\":[{{\"text\":\"a\",\"speaker\":{open}{shut}}}]}}"),
            format!("{{\"result\":{{\"utterances\":[{{\"text\":{open}{shut}}}]}}}}"),
            format!("{{\"segments\":[{{\"start\":1.0,\"text\":\"a\",\"words\":{open}{shut}}}]}}"),
        ];
        for (what, deep) in deep.iter().enumerate() {
            let text = format!("{good}\n{deep}\n{good}\n");
            let lines = read("a.jsonl", text.as_bytes(), false);
            assert_eq!(lines.calls.iter().filter(|c| c.call_id == "good").count(), 2, "{what}, {depth}");
            let lost: Vec<_> = lines.notices.iter().filter(|n| n.lost).map(|n| n.line).collect();
            assert_eq!(lost, [Some(2)], "{what}, {depth}: {:?}", lines.notices);
            let alone = read("a.json", format!("\n{deep}").as_bytes(), true);
            assert!(alone.calls.iter().all(|c| c.turns.is_empty()), "{what}, {depth}");
            assert!(alone.notices.iter().any(|n| n.lost && n.line.is_some()), "{what}: {:?}", alone.notices);
        }
        // JSON in a string in JSON, as one recogniser writes it.
        let inner = format!("{open}{shut}");
        let packed = format!("{{\"content\":{{\"orderResult\":\"{inner}\"}}}}");
        let got = read("a.json", packed.as_bytes(), true);
        assert!(got.notices.iter().any(|n| n.lost), "{:?}", got.notices);
        let cdr = format!("{{\"variables\":{{\"uuid\":{open}{shut}}}}}");
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let form = cuicha::decode::call_log::form(cdr.as_bytes()).unwrap();
        let context = Context { zone: &zone, now: None };
        let told = form.read("cdr.json", cdr.as_bytes(), Charset::AUTO, context, &mut |_| panic!("no row"));
        assert!(told.iter().any(|n| n.lost), "{told:?}");
    }
}

/// Turns of one call in every form, with these words in them, and these ends of lines.
fn forms(words: &str, end: &str) -> Vec<(&'static str, String)> {
    let json = |text: &str| serde_json::to_string(text).unwrap();
    let record = |id: u8| {
        format!("{{\"call_id\":\"K{id}\",\"turns\":[{{\"speaker\":\"agent\",\"text\":{}}}]}}", json(words))
    };
    let lines = |lines: &[&str]| lines.iter().map(|l| format!("{l}{end}")).collect::<String>();
    vec![
        ("a.jsonl", lines(&[&record(1), &record(2)])),
        ("a.json", lines(&["[", &record(1), ",", &record(2), "]"])),
        (
            "whisper.json",
            lines(&[
                "{\"segments\":[",
                &format!("{{\"start\":0.0,\"end\":1.0,\"text\":{}}},", json(words)),
                &format!("{{\"start\":1.0,\"end\":2.0,\"text\":{}}}", json(words)),
                "],\"language\":\"zh\"}",
            ]),
        ),
        ("a.txt", lines(&[&format!("坐席：{words}"), &format!("客户：{words}")])),
        (
            "a.srt",
            lines(&[
                "1",
                "00:00:01,000 --> 00:00:02,000",
                words,
                "",
                "2",
                "00:00:02,000 --> 00:00:03,000",
                words,
            ]),
        ),
        (
            "a.vtt",
            lines(&["WEBVTT", "", "00:01.000 --> 00:02.000", words, "", "00:02.000 --> 00:03.000", words]),
        ),
        (
            "a.tsv",
            lines(&["start\tend\ttext", &format!("0\t1000\t{words}"), &format!("1000\t2000\t{words}")]),
        ),
        (
            "a.csv",
            lines(&["start,end,text", &format!("0,1000,\"{words}\""), &format!("1000,2000,\"{words}\"")]),
        ),
        (
            "text",
            lines(&[&format!("spk1-rec-00000-00100 {words}"), &format!("spk2-rec-00100-00200 {words}")]),
        ),
        (
            "a.stm",
            lines(&[&format!("rec 1 spk1 0.00 1.00 {words}"), &format!("rec 1 spk2 1.00 2.00 {words}")]),
        ),
    ]
}

/// All turns of a file.
fn turns(name: &str, text: &str) -> Vec<String> {
    let got = read(name, text.as_bytes(), !name.ends_with(".jsonl"));
    assert_eq!(got.notices, [], "{name}: {text:?}");
    got.calls.into_iter().flat_map(|c| c.turns).map(|t| t.text).collect()
}

#[test]
fn nul_and_signs_of_line_and_mark_stay_inside_the_words() {
    for words in [
        "您好\u{0}请您按时还款",
        "您好\u{2028}请您按时还款",
        "您好\u{85}请您按时还款",
        "您好\u{feff}请您按时还款",
    ] {
        for (name, text) in forms(words, "\n") {
            // Where words stand apart by blanks, these signs are blanks too.
            let apart = matches!(name, "text" | "a.stm");
            let kept: String = words.chars().filter(|c| !apart || !c.is_whitespace()).collect();
            assert_eq!(turns(name, &text), [kept.as_str(); 2], "{name}");
        }
        let row = format!("call_id,borrower_id,agency,start\nc1,b1,{words},2026-03-05T10:00:00+08:00\n");
        let got = log(&row);
        assert_eq!(got.rows[0].agency.as_deref(), Some(words), "{:?}", got.notices);
    }
}

#[test]
fn all_ends_of_lines_also_side_by_side() {
    let words = "您好请您按时还款";
    for end in ["\n", "\r\n", "\r"] {
        for (name, text) in forms(words, end) {
            assert_eq!(turns(name, &text), [words, words], "{name} with {end:?}");
        }
    }
    // Each line ends otherwise.
    let mixed = |text: &str| -> String {
        let ends = ["\r\n", "\n", "\r"].into_iter().cycle();
        text.lines().zip(ends).map(|(line, end)| format!("{line}{end}")).collect()
    };
    for (name, text) in forms(words, "\n") {
        assert_eq!(turns(name, &mixed(&text)), [words, words], "{name}");
    }
    let row = |id: &str| format!("{id},b1,2026-03-05T10:00:00+08:00\n");
    let text = mixed(&format!("call_id,borrower_id,start\n{}{}{}", row("c1"), row("c2"), row("c3")));
    let got = log(&text);
    assert_eq!(got.rows.iter().map(|r| r.line).collect::<Vec<_>>(), [2, 3, 4], "{:?}", got.notices);
}

#[test]
fn a_mark_where_files_were_put_together_is_no_part_of_them() {
    let words = "您好请您按时还款";
    for (name, text) in forms(words, "\n") {
        if name == "a.json" || name == "whisper.json" {
            let twice = format!("\u{feff}{text}\u{feff}{text}");
            assert_eq!(turns(name, &twice), [words; 4], "{name}");
            continue;
        }
        let marked: String = text.lines().map(|line| format!("\u{feff}{line}\n")).collect();
        assert_eq!(turns(name, &marked), [words, words], "{name}");
    }
    let text = "\u{feff}call_id,borrower_id,start\nc1,b1,2026-03-05T10:00:00+08:00\n\u{feff}c2,b1,2026-03-05T11:00:00+08:00\n";
    let got = log(text);
    let ids: Vec<_> = got.rows.iter().map(|r| r.call_id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["c1", "c2"], "{:?}", got.notices);
}

#[test]
fn half_a_character_in_an_escape_loses_its_record_alone() {
    let good = "{\"call_id\":\"good\",\"turns\":[{\"text\":\"a\"}]}";
    for bad in ["\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud800\\ud800"] {
        let text = format!("{good}\n{{\"call_id\":\"bad\",\"turns\":[{{\"text\":\"{bad}\"}}]}}\n{good}\n");
        for (name, whole) in [("a.jsonl", false), ("a.json", true)] {
            let got = read(name, text.as_bytes(), whole);
            assert_eq!(got.calls.iter().filter(|c| c.call_id == "good").count(), 2, "{bad} in {name}");
            let lost: Vec<_> = got.notices.iter().filter(|n| n.lost).map(|n| n.line).collect();
            assert_eq!(lost, [Some(2)], "{bad} in {name}: {:?}", got.notices);
        }
        let text = format!(
            "{{\"segments\":[{{\"start\":0.0,\"text\":\"a\"}},\n{{\"start\":1.0,\"text\":\"{bad}\"}}],\"language\":\"zh\"}}"
        );
        let got = read("a.json", text.as_bytes(), true);
        assert!(got.notices.iter().any(|n| n.lost && n.line == Some(2)), "{bad}: {:?}", got.notices);
    }
}

//! Bytes to text: the same calls in every encoding, wherever the bytes are cut; what is no text is told with its place, or
//! replaced and counted.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::Command;

use cuicha::decode::{self, Charset, Decoded, Input, charset};
use cuicha::source::{self, Options, PieceKind};
use encoding_rs::{BIG5, Encoding, GB18030, UTF_8};

/// Gives so many bytes at once.
struct Drops(std::io::Cursor<Vec<u8>>, usize);

impl Read for Drops {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let n = buffer.len().min(self.1);
        self.0.read(&mut buffer[..n])
    }
}

/// Calls and remarks of a stream that comes in drops of so many bytes.
fn read(name: &str, bytes: &[u8], drop: usize, charset: Charset) -> Decoded {
    let options = Options { piece_bytes: drop, ..Options::new(&["json", "jsonl", "txt"]) };
    let mut all = Decoded::default();
    for item in
        source::from_reader(name, Box::new(Drops(std::io::Cursor::new(bytes.to_vec()), drop)), options)
    {
        let piece = item.unwrap();
        let (first_line, whole) = (piece.first_line, piece.kind == PieceKind::Whole);
        let decoded =
            decode::decode(&Input { file: &piece.file, first_line, bytes: &piece.bytes, whole }, charset);
        all.calls.extend(decoded.calls);
        all.notices.extend(decoded.notices);
        all.encoding = charset::both(all.encoding, decoded.encoding);
    }
    all
}

/// UTF-16, which `encoding_rs` does not write.
fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

/// The text in this encoding; nothing where it cannot hold it.
fn encoded(text: &str, encoding: &'static Encoding) -> Option<Vec<u8>> {
    let (bytes, _, lossy) = encoding.encode(text);
    (!lossy).then(|| bytes.into_owned())
}

/// Names, bytes and how to read them.
fn all_encodings(text: &str) -> Vec<(&'static str, Vec<u8>, Charset)> {
    let marked = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    let label = |label: &str| Charset::from_label(label).unwrap();
    let mut all = vec![
        ("utf-8", text.as_bytes().to_vec(), Charset::AUTO),
        ("utf-8 with a mark", marked(b"\xef\xbb\xbf", text.as_bytes().to_vec()), Charset::AUTO),
        ("utf-16le with a mark", marked(b"\xff\xfe", utf16(text, false)), Charset::AUTO),
        ("utf-16be with a mark", marked(b"\xfe\xff", utf16(text, true)), Charset::AUTO),
        ("utf-16le", utf16(text, false), Charset::AUTO),
        ("utf-16be", utf16(text, true), Charset::AUTO),
        ("gb18030 by name", encoded(text, GB18030).unwrap(), label("gbk")),
    ];
    // Traditional characters do not read like the Chinese of the mainland: that has to be said.
    if text != TRADITIONAL {
        all.push(("gb18030", encoded(text, GB18030).unwrap(), Charset::AUTO));
    }
    all.extend(encoded(text, BIG5).map(|bytes| ("big5", bytes, label("big5"))));
    all
}

/// A call in characters that Big5 has too.
const TRADITIONAL: &str = "坐席：您好，這裡是雲嶺示例。\n客戶：你好，我下週還錢。\n坐席：請您按時還款。\n";
/// One with characters of four bytes in GB18030.
const RARE: &str = "坐席：您好，请问是𠮷先生吗？这里是云岭示例。\n客户：是的，我姓𠮷，也写作㐂。\n坐席：好的，请您按时还款。\n";

fn texts() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    let mut all = vec![
        ("traditional.txt".to_owned(), TRADITIONAL.to_owned()),
        ("rare.txt".to_owned(), RARE.to_owned()),
    ];
    for path in paths {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let text = String::from_utf8(std::fs::read(&path).unwrap());
        // Those that are not UTF-8 are the same call as one that is.
        if let (Ok(text), false) = (text, name.starts_with("calls.") || name == "README.md") {
            all.push((name, text.trim_start_matches('\u{feff}').to_owned()));
        }
    }
    assert!(all.len() > 35, "{}", all.len());
    all
}

#[test]
fn every_sample_is_the_same_in_every_encoding_wherever_it_is_cut() {
    for (name, text) in texts() {
        // Of UTF-16 lines cannot be cut, so that a file of lines is one whole; its calls are the same but for that.
        let want = read(&name, text.as_bytes(), usize::MAX, Charset::AUTO);
        assert!(!want.calls.is_empty(), "{name}: {:?}", want.notices);
        for (encoding, bytes, charset) in all_encodings(&text) {
            let whole = read(&name, &bytes, usize::MAX, charset);
            assert_eq!(whole.calls, want.calls, "{name} in {encoding}: {:?}", whole.notices);
            let named = encoding.split(' ').next().unwrap();
            let plain = text.is_ascii() || whole.encoding == "UTF-8";
            assert!(
                whole.encoding.eq_ignore_ascii_case(named) || plain || named == "gb18030",
                "{name}: {named} {}",
                whole.encoding
            );
            for drop in 1..=64 {
                let cut = read(&name, &bytes, drop, charset);
                assert_eq!(
                    (cut.calls, cut.notices),
                    (whole.calls.clone(), whole.notices.clone()),
                    "{name} in {encoding} by {drop}"
                );
            }
        }
    }
}

fn whole(bytes: &[u8], charset: Charset) -> Decoded {
    decode::decode(&Input { file: "a.txt", first_line: 1, bytes, whole: true }, charset)
}

#[test]
fn a_file_that_ends_amid_a_character_names_the_byte() {
    let rare = GB18030.encode("您好，请您按时还款，谢谢您的配合，我姓𠮷").0.into_owned();
    for cut in 1..=3 {
        let bytes = &rare[..rare.len() - cut];
        let got = whole(bytes, Charset::from_label("gb18030").unwrap());
        let [lost] = &got.notices[..] else { panic!("{:?}", got.notices) };
        let want = format!("not gb18030 (byte {} of the file)", rare.len() - 4);
        assert!(
            lost.lost && lost.line == Some(1) && lost.message.starts_with(&want),
            "{cut}: {}",
            lost.message
        );
        let got = whole(bytes, Charset::from_label("gb18030").unwrap().replacing());
        assert_eq!((got.replaced.count, got.replaced.line), (1, 1), "{cut}");
        let text = &got.calls[0].turns.last().unwrap().text;
        assert!(text.contains("我姓\u{fffd}"), "{text}");
    }
}

#[test]
fn bytes_that_are_no_text_are_replaced_and_counted() {
    let wrong: [&[u8]; 5] = [b"\xc0\x80", b"\xe4\xbd", b"\xed\xa0\x80", b"\xf5", b"\xff"];
    for bad in wrong {
        let mut lines: Vec<Vec<u8>> =
            (1..=20).map(|n| format!("坐席：第{n}句，您好，请您按时还款。").into_bytes()).collect();
        let line = ["客户：好".as_bytes(), bad, "的。".as_bytes()].concat();
        lines.insert(7, line);
        let bytes = lines.join(&b'\n');
        let strict = whole(&bytes, Charset::AUTO);
        assert_eq!(strict.calls[0].turns.len(), 20, "{bad:?}");
        assert_eq!((strict.notices[0].line, strict.notices[0].lost), (Some(8), true), "{bad:?}");
        assert_eq!(strict.replaced.count, 0);
        let replaced = whole(&bytes, Charset::AUTO.replacing());
        assert_eq!((replaced.calls[0].turns.len(), replaced.notices.len()), (21, 0), "{bad:?}");
        let (text, _, _) = UTF_8.decode(bad);
        assert_eq!(replaced.replaced.count, text.matches('\u{fffd}').count(), "{bad:?}");
        assert_eq!((replaced.replaced.line, replaced.encoding), (8, "UTF-8"), "{bad:?}");
        assert!(replaced.calls[0].turns[7].text.contains('\u{fffd}'));
    }
    // A file of GB18030 stays one.
    let mut gb = GB18030.encode("坐席：您好，请您按时还款。\n客户：我下周还钱，可以吗？").0.into_owned();
    gb.extend_from_slice(b"\xff\n");
    let got = whole(&gb, Charset::AUTO.replacing());
    assert_eq!((got.encoding, got.replaced.count, got.calls[0].turns.len()), ("GB18030", 1, 2), "{got:?}");
}

#[test]
fn the_run_tells_what_was_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let record = |id: usize, words: &[u8]| {
        let mut line =
            format!("{{\"call_id\":\"K{id}\",\"turns\":[{{\"speaker\":\"agent\",\"text\":\"").into_bytes();
        line.extend_from_slice(words);
        line.extend_from_slice(b"\"}]}\n");
        line
    };
    let text = [record(1, "您好".as_bytes()), record(2, b"a\xff\xfeb"), record(3, b"\xff")].concat();
    std::fs::write(dir.path().join("calls.jsonl"), text).unwrap();
    let log = [
        &b"call_id,borrower_id,agency,start,duration_s\nL1,B1,"[..],
        b"a\xff",
        b",2026-03-05T10:00:00+08:00,5\n",
    ]
    .concat();
    std::fs::write(dir.path().join("log.csv"), log).unwrap();
    let run = |more: &[&str]| {
        let args = ["scan", "calls.jsonl", "--calls", "log.csv", "--format", "jsonl"];
        let run = Command::new(env!("CARGO_BIN_EXE_cuicha"))
            .args(args)
            .args(more)
            .current_dir(dir.path())
            .output()
            .unwrap();
        (run.status.code(), String::from_utf8(run.stdout).unwrap())
    };
    let (status, strict) = run(&[]);
    assert!(status == Some(2) && !strict.contains("\"replaced\""), "{strict}");
    assert_eq!(strict.matches("line skipped").count(), 2, "{strict}");
    let (status, replaced) = run(&["--encoding-errors", "replace"]);
    assert_ne!(status, Some(2), "{replaced}");
    let record = |kind: &str| -> Vec<serde_json::Value> {
        let all = replaced.lines().map(|l| serde_json::from_str(l).unwrap());
        all.filter(|r: &serde_json::Value| r["type"] == kind).collect()
    };
    let told: Vec<_> =
        record("notice").into_iter().filter(|n| n["message"].as_str().unwrap().contains("U+FFFD")).collect();
    let what: Vec<_> = told
        .iter()
        .map(|n| (n["file"].as_str().unwrap(), n["line"].as_u64().unwrap(), n["message"].as_str().unwrap()))
        .collect();
    let text =
        |times: &str| format!("no text in its encoding, replaced by U+FFFD: {times}, the first on this line");
    assert_eq!(
        what,
        [("calls.jsonl", 2, text("3 times").as_str()), ("log.csv", 2, text("once").as_str())],
        "{replaced}"
    );
    let summary = &record("summary")[0];
    assert_eq!(summary["totals"]["replaced"], 4, "{summary}");
    assert_eq!(summary["run"]["settings"]["encoding-errors"], "replace", "{summary}");
}

#[test]
fn what_tells_of_others_is_replaced_and_told_too() {
    let dir = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| std::fs::write(dir.path().join(name), bytes).unwrap();
    write("a.txt", "坐席：您好，请您按时还款。\n".as_bytes());
    write("a.meta.json", b"{\"call_id\": \"K1\",\n\"agency\": \"a\xff\"}");
    write("m.csv", b"file,borrower_id\na,b\xff1\n");
    let run = |more: &[&str]| {
        let args = ["convert", "a.txt", "--manifest", "m.csv"];
        let mut command = Command::new(env!("CARGO_BIN_EXE_cuicha"));
        command.args(args).args(more).current_dir(dir.path()).output().unwrap()
    };
    let told = |run: &std::process::Output| String::from_utf8_lossy(&run.stderr).into_owned();
    let strict = run(&[]);
    assert_eq!(strict.status.code(), Some(2), "{}", told(&strict));
    assert!(told(&strict).contains("m.csv") && told(&strict).contains("byte 20"), "{}", told(&strict));
    let replaced = run(&["--encoding-errors", "replace"]);
    assert_eq!(replaced.status.code(), Some(0), "{}", told(&replaced));
    let text = "no text in its encoding, replaced by U+FFFD: once, the first on this line";
    for place in ["a.meta.json:2: ", "m.csv:2: "] {
        assert!(told(&replaced).contains(&format!("{place}{text}")), "{}", told(&replaced));
    }
    let call: serde_json::Value = serde_json::from_slice(&replaced.stdout).unwrap();
    assert_eq!((&call["agency"], &call["borrower_id"]), (&"a\u{fffd}".into(), &"b\u{fffd}1".into()));
}

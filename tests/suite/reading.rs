//! How a file is read may be forced, is told on request, and is told with its first difference where it fails.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cuicha::decode::{self, Charset, DECODERS, Decoded, Format, Input, Reading};

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    let name = |p: &PathBuf| p.file_name().unwrap().to_str().unwrap().to_owned();
    paths
        .iter()
        .map(|p| (name(p), std::fs::read(p).unwrap()))
        .filter(|(n, _)| !n.starts_with("calls.") && n != "README.md")
        .collect()
}

fn read(file: &str, bytes: &[u8], format: Option<&str>) -> Decoded {
    let format = format.map(|name| Format::named(name).unwrap());
    let input = Input { file, first_line: 1, bytes, whole: true };
    decode::decode(&input, Reading { charset: Charset::AUTO, format })
}

#[test]
fn a_forced_format_reads_what_it_would_have_read_anyway() {
    let all = samples();
    assert!(all.len() > 40);
    for (name, bytes) in all {
        let free = read(&name, &bytes, None);
        assert!(!free.format.is_empty() && !free.encoding.is_empty(), "{name}: {free:?}");
        // The name of the file does not matter then.
        let mut forced = read("x/call.dat", &bytes, Some(free.format));
        for call in &mut forced.calls {
            call.file = name.clone();
            if call.made_up_id {
                call.call_id = free.calls[0].call_id.clone();
            }
        }
        assert_eq!(forced, free, "{name}");
    }
}

#[test]
fn a_forced_format_that_does_not_fit_is_told_with_its_place() {
    let mut told = 0;
    for (name, bytes) in samples() {
        let own = read(&name, &bytes, None).format;
        for decoder in DECODERS.iter().filter(|d| d.name() != own) {
            let got = read(&name, &bytes, Some(decoder.name()));
            if got.calls.iter().any(|c| !c.turns.is_empty()) {
                // What is read all the same: text takes every line of words, and some formats are near to each other.
                continue;
            }
            assert_eq!((got.calls.len(), got.format), (0, decoder.name()), "{name}");
            let lost: Vec<_> = got.notices.iter().filter(|n| n.lost).collect();
            assert!(!lost.is_empty(), "{name} as {}", decoder.name());
            assert!(lost.iter().all(|n| n.file == name && n.line.is_some()), "{name}: {lost:?}");
            told += usize::from(lost[0].message.starts_with(&format!("not {}: ", decoder.name())));
        }
    }
    assert!(told > 300, "{told}");
    let one = |file: &str, text: &str, format: &str| {
        let got = read(file, text.as_bytes(), Some(format));
        (got.notices[0].line.unwrap(), got.notices[0].message.clone())
    };
    let google = "\n{\"results\":[{\"words\":[],\n\"text\":\"a\"}]}";
    let want =
        "not google: `results[].alternatives` is missing, at `results[]` there is `text`, `words`: not read";
    assert_eq!(one("a.json", google, "google"), (2, want.to_owned()));
    let want = "not google: JSON expected, plain text found: not read";
    assert_eq!(one("a.txt", "\n\nhello", "google"), (3, want.to_owned()));
    let (line, broken) = one("a.json", "{\"results\":[\n{\"a\":1,\n]}", "google");
    assert!(line == 3 && broken.contains("is missing") && broken.contains("(column "), "{line} {broken}");
    let (line, rows) = one("a.stm", "F 1 A 0.00 1.00 a\nno row at all\n", "kaldi");
    assert!(line == 1 && rows.contains("names of utterances"), "{rows}");
    let (_, table) = one("a.csv", "a,b,c\n1,2,3\n", "whisper-table");
    assert!(table.contains("`start,end,[speaker,]text` expected, a line of 3 columns found"), "{table}");
}

#[test]
fn a_call_log_stays_one_whatever_is_forced() {
    let text = "call_id,borrower_id,start,duration_s\nc1,b1,2026-03-05T10:00:00+08:00,5\n";
    let got = read("log.csv", text.as_bytes(), Some("text"));
    assert_eq!(got.calls, []);
    assert!(!got.notices[0].lost && got.notices[0].message.contains("--calls"), "{:?}", got.notices);
}

#[test]
fn names_of_formats_are_typed_with_hyphens() {
    for decoder in DECODERS {
        let named = Format::named(&decoder.name().to_uppercase()).unwrap();
        assert_eq!(format!("{named:?}"), format!("Format({})", decoder.name()));
    }
    let names = Format::names();
    assert!(
        names.iter().all(|n| n.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))),
        "{names:?}"
    );
    let wrong = Format::named("wisper").unwrap_err().to_string();
    assert!(wrong.contains("did you mean `whisper`?") && wrong.contains("ctm-stm"), "{wrong}");
}

#[test]
fn what_several_formats_take_is_told_with_what_each_has() {
    let text = "{\"Response\":{\"Data\":{}},\"tasks_info\":[{\"task_result\":{}}]}";
    let got = read("a.json", text.as_bytes(), None);
    let want = "may be of several formats: tencent (has `Response.Data`) | baidu (has `tasks_info[].task_result`); \
        `--input-format` names the right one: not read";
    assert_eq!((got.notices[0].message.as_str(), got.notices[0].lost), (want, true));
    assert_eq!(read("a.json", text.as_bytes(), Some("tencent")).format, "tencent");
}

#[test]
fn what_no_format_takes_is_told_with_the_first_differences() {
    let told = |file: &str, text: &str| {
        let got = read(file, text.as_bytes(), None);
        assert!(got.calls.is_empty());
        got.notices.iter().map(|n| n.message.clone()).collect::<Vec<_>>().join("\n")
    };
    let table = told("a.txt", "\nname,no,part,remark\na,1,b,c\n");
    assert!(table.starts_with("format not recognised; the first differences are "), "{table}");
    for part in [
        "whisper table: line 2: a first line `start,end,[speaker,]text` expected, a line of 4 columns found",
        "ctm/stm: line 2: rows of ctm or stm expected",
        "kaldi: line 2: ",
        "subtitle: line 2: ",
        "`--input-format`",
    ] {
        assert!(table.contains(part), "{part}\n{table}");
    }
    // A table whose second row is no row of it any more.
    let json = told("a.json", "{\"results\":[{\"alternativen\":[]}],\"flash_results\":[]}");
    assert!(
        json.contains(
            "google: line 1: `results[].alternatives` is missing, at `results[]` there is `alternativen`"
        ),
        "{json}"
    );
    assert!(!json.contains("funasr: line"), "what has nothing in common is not near: {json}");
}

fn cuicha(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_cuicha")).args(args).current_dir(folder).output().unwrap()
}

fn desk() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("calls")).unwrap();
    let write =
        |name: &str, bytes: &[u8]| std::fs::write(dir.path().join("calls").join(name), bytes).unwrap();
    let formats = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    for name in ["call.gb18030.txt", "whisper.json", "call.jsonl", "call.utf16le.txt"] {
        write(name, &std::fs::read(formats.join(name)).unwrap());
    }
    std::fs::write(dir.path().join("log.csv"), std::fs::read(formats.join("calls.csv")).unwrap()).unwrap();
    std::fs::write(dir.path().join("log.xlsx"), std::fs::read(formats.join("calls.xlsx")).unwrap()).unwrap();
    dir
}

#[test]
fn verbose_tells_decoder_and_encoding_of_each_file() {
    let dir = desk();
    let base = [
        "calls/call.gb18030.txt: read as text, gb18030",
        "calls/call.jsonl: read as jsonl, UTF-8",
        "calls/call.utf16le.txt: read as text, UTF-16LE",
        "calls/whisper.json: read as whisper, UTF-8",
    ];
    let logs = ["log.csv: read as call log, UTF-8", "log.xlsx: read as call log (spreadsheet), "];
    let scan = ["scan", "calls", "--calls", "log.csv", "--calls", "log.xlsx", "--format", "jsonl"];
    for (args, with_logs) in
        [(&scan[..], true), (&["convert", "calls"][..], false), (&["explain", "calls"][..], false)]
    {
        let plain = cuicha(dir.path(), args);
        let told = cuicha(dir.path(), &[args, &["-v"]].concat());
        // Of a scan it asks for the turns around each finding too.
        assert!(args[0] == "scan" || plain.stdout == told.stdout, "{args:?}");
        let (plain, told) = (
            String::from_utf8_lossy(&plain.stderr).into_owned(),
            String::from_utf8_lossy(&told.stderr).into_owned(),
        );
        assert!(!plain.contains("read as"), "{plain}");
        let found: Vec<&str> = told.lines().filter(|l| l.contains(": read as ")).collect();
        let mut want: Vec<&str> = if with_logs { logs.to_vec() } else { Vec::new() };
        want.extend(base);
        assert_eq!(found.len(), want.len(), "{told}");
        assert!(
            found.iter().zip(&want).all(|(f, w)| f.to_lowercase().starts_with(&w.to_lowercase())),
            "{found:#?}"
        );
    }
}

#[test]
fn a_wrong_name_of_a_format_ends_the_run_before_it_begins() {
    let dir = desk();
    for verb in ["scan", "convert", "inspect", "explain"] {
        let run = cuicha(dir.path(), &[verb, "calls", "--input-format", "wisper"]);
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert_eq!(run.status.code(), Some(2), "{told}");
        assert!(
            told.contains("whisper-table") && told.contains("tip: some similar values exist")
                || told.contains("similar value exists"),
            "{told}"
        );
        assert!(told.contains("'whisper'"), "{told}");
        let run = cuicha(dir.path(), &[verb, "calls/whisper.json", "--input-format", "whisper"]);
        assert_eq!(run.status.code(), Some(0), "{verb}: {}", String::from_utf8_lossy(&run.stderr));
        let run = cuicha(dir.path(), &[verb, "calls/whisper.json", "--input-format", "google"]);
        let told = [run.stdout, run.stderr].concat();
        assert_eq!(run.status.code(), Some(2), "{verb}");
        assert!(
            String::from_utf8_lossy(&told).contains("results"),
            "{verb}: {}",
            String::from_utf8_lossy(&told)
        );
    }
}

#[test]
fn a_kaldi_folder_is_told_as_one_and_is_none_where_another_format_is_forced() {
    let dir = tempfile::tempdir().unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats/kaldi");
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let text = std::fs::read_to_string(entry.path()).unwrap();
        let bytes = encoding_rs::GB18030.encode(&text).0;
        std::fs::write(dir.path().join(entry.file_name()), bytes).unwrap();
    }
    let told = |run: &Output| String::from_utf8_lossy(&run.stderr).into_owned();
    let free = cuicha(dir.path(), &["convert", ".", "-v"]);
    assert!(told(&free).contains("text: read as kaldi, GB18030\n"), "{}", told(&free));
    let own = cuicha(dir.path(), &["convert", ".", "-v", "--input-format", "kaldi"]);
    assert_eq!((&own.stdout, told(&own)), (&free.stdout, told(&free)));
    let other = cuicha(dir.path(), &["convert", ".", "-v", "--input-format", "whisper"]);
    assert!(other.stdout.is_empty() && other.status.code() == Some(2));
    assert!(
        told(&other).contains("not whisper: JSON expected, plain text found: not read"),
        "{}",
        told(&other)
    );
    assert!(!told(&other).contains("other utterances"), "{}", told(&other));
}

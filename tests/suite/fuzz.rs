//! No bytes make a decoder panic, and none take it more than linear time.
//!
//! The rounds are the same at every run. `CUICHA_FUZZ_ROUNDS=N` makes N rounds on each sample, with other mutations for
//! each `CUICHA_FUZZ_SEED`.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use cuicha::decode::call_log::{self, Context, decode_call_log};
use cuicha::decode::{self, Charset, Format, Input, Reading, charset};
use cuicha::source::{self, Options};
use jiff::tz::TimeZone;
use proptest::prelude::*;

const ROUNDS: u64 = 12;

/// Names under which the bytes are read: what a name says must not matter to their safety.
const NAMES: &[&str] = &["a.json", "a.jsonl", "a.txt", "a.csv", "a"];

fn samples() -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    let files = walkdir::WalkDir::new(folder).sort_by_file_name().into_iter().map(Result::unwrap);
    let paths: Vec<PathBuf> = files.filter(|e| e.file_type().is_file()).map(|e| e.into_path()).collect();
    assert!(paths.len() > 40, "the samples are not where this test looks");
    paths.into_iter().map(|p| (p.clone(), std::fs::read(p).unwrap())).collect()
}

fn formats() -> impl Iterator<Item = Format> {
    Format::names().into_iter().map(|name| Format::named(&name).unwrap())
}

/// Everything that reads bytes.
fn read_all(name: &str, bytes: &[u8]) {
    for whole in [true, false] {
        let decoded = decode::decode(&Input { file: name, first_line: 1, bytes, whole }, Charset::AUTO);
        // Whatever comes out can be told with its place.
        assert!(decoded.notices.iter().all(|n| n.file == name));
        assert!(decoded.calls.iter().all(|c| c.file == name && c.line > 0));
    }
    for format in formats() {
        let reading = Reading { charset: Charset::AUTO.replacing(), format: Some(format) };
        let decoded = decode::decode(&Input { file: name, first_line: 1, bytes, whole: true }, reading);
        assert!(decoded.notices.iter().all(|n| n.file == name));
    }
    read_log(name, bytes);
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    drop(call_log::read_manifest(name, bytes, Charset::AUTO, &zone));
    decode::read_sidecar(name, bytes, Charset::AUTO, &mut Vec::new());
    let input = Input { file: name, first_line: 1, bytes, whole: true };
    let tables =
        [("segments", bytes), ("utt2spk", bytes), ("reco2file_and_channel", bytes), ("wav.scp", bytes)];
    drop(decode::decode_tables(&input, &tables, Charset::AUTO));
    let options = Options { name: charset::name, ..Options::new(&["json", "jsonl", "txt", "csv"]) };
    for max_line_bytes in [options.max_line_bytes, 1 + bytes.len() / 7] {
        let options = Options { max_line_bytes, ..options.clone() };
        source::from_reader(name, Box::new(Cursor::new(bytes.to_vec())), options).for_each(drop);
    }
}

fn read_log(name: &str, bytes: &[u8]) {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let context = Context { zone: &zone, now: None };
    match call_log::form(bytes) {
        Some(form) => drop(form.read(name, bytes, Charset::AUTO, context, &mut |_| {})),
        None => drop(decode_call_log(name, &String::from_utf8_lossy(bytes), context)),
    }
}

/// Numbers that look like chance and are the same each time.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }
}

/// Pieces that parsers stumble over.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"\\ud800",
    b"{",
    b"}",
    b"[",
    b"]",
    b"null",
    b"-1",
    b"1e400",
    b"99999999999999999999",
    b"\0",
    b"\xff",
    b"\xe4\xbd",
    b"\xed\xa0\x80",
    b"\r",
    b"\n\n",
    b",",
    b"\t",
    b"-->",
    b"00:00:00.000",
    b"\xef\xbb\xbf",
    b"<",
    b"&#0;",
    b"]]>",
    b"%",
    b"%zz",
    b"\xe2\x80\xa8",
    b"0",
    b"\x81\x30\x81\x30",
];

fn mutate(bytes: &mut Vec<u8>, chance: &mut Chance) {
    for _ in 0..1 + chance.below(6) {
        let at = chance.below(bytes.len());
        match chance.below(7) {
            0 if !bytes.is_empty() => bytes[at] ^= 1 << chance.below(8),
            1 if !bytes.is_empty() => bytes[at] = chance.next() as u8,
            2 => bytes.truncate(at),
            3 if !bytes.is_empty() => {
                let end = (at + chance.below(32)).min(bytes.len());
                bytes.drain(at..end);
            }
            4 => {
                let end = (at + chance.below(200)).min(bytes.len());
                let copy = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                bytes.splice(to..to, copy);
            }
            _ => {
                let piece = PIECES[chance.below(PIECES.len())];
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(otherwise)
}

#[test]
fn damaged_samples_never_panic() {
    let rounds = number("CUICHA_FUZZ_ROUNDS", ROUNDS);
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15 ^ number("CUICHA_FUZZ_SEED", 0));
    for (path, bytes) in samples() {
        let own = path.file_name().unwrap().to_str().unwrap();
        for round in 0..rounds {
            let mut damaged = bytes.clone();
            mutate(&mut damaged, &mut chance);
            let name = if round % 2 == 0 { own } else { NAMES[chance.below(NAMES.len())] };
            let read = std::panic::catch_unwind(|| read_all(name, &damaged));
            if read.is_err() {
                let kept = std::env::temp_dir().join(format!("cuicha-fuzz-{round}-{own}"));
                std::fs::write(&kept, &damaged).unwrap();
                panic!("{own}, round {round}, read as {name}: kept in {}", kept.display());
            }
        }
    }
}

/// Makes a text of about so many bytes.
type Make = fn(usize) -> String;

/// Deep, long or many: what could take more than linear time.
fn hostile() -> Vec<(&'static str, Make)> {
    vec![
        ("deep lists", |n| "[".repeat(n)),
        ("deep records", |n| "{\"a\":".repeat(n / 5)),
        ("begun records", |n| "\n{\"a\":[".repeat(n / 7)),
        ("one long string", |n| format!("{{\"turns\":[{{\"text\":\"{}\"}}]}}", "a".repeat(n))),
        ("many keys", |n| format!("{{{}\"a\":1}}", "\"a\":1,".repeat(n / 6))),
        ("many turns", |n| format!("{{\"turns\":[{}{{}}]}}", "{\"text\":\"\"},".repeat(n / 12))),
        ("many segments", |n| {
            format!(
                "{{\"segments\":[{}{{}}]}}",
                "{\"start\":1.0,\"end\":2.0,\"text\":\"a,\"},".repeat(n / 38)
            )
        }),
        ("a line without end", |n| "a".repeat(n)),
        ("empty lines", |n| "\n".repeat(n)),
        ("labels", |n| "A: a\n".repeat(n / 5)),
        ("brackets", |n| "[(".repeat(n / 2)),
        ("clocks", |n| "00:00 ".repeat(n / 6)),
        ("cues", |n| "1\n00:00:01,000 --> 00:00:02,000\na\n\n".repeat(n / 36)),
        ("tags", |n| format!("WEBVTT\n\n00:01.000 --> 00:02.000\n{}", "<v ".repeat(n / 3))),
        ("quotes", |n| format!("call_id,start\n{}", "\"".repeat(n))),
        ("quotes on lines", |n| format!("call_id,start\n{}", "\"\n".repeat(n / 2))),
        ("commas", |n| format!("call_id,start\n{}", ",".repeat(n))),
        ("rows of a log", |n| format!("call_id,start\n{}", "a,2026-08-06 09:00\n".repeat(n / 19))),
        ("deep elements", |n| "<cdr>".repeat(n / 5)),
        ("variables", |n| format!("<cdr><variables>{}", "<a>%41</a>".repeat(n / 10))),
        ("stm", |n| "F 1 A 0.00 1.00 a\n".repeat(n / 18)),
        ("kaldi", |n| "a-b-00001-00002 a\n".repeat(n / 18)),
        ("escapes", |n| format!("[{{\"key\":\"a\",\"text\":\"{}\"}}]", "\\u4f60".repeat(n / 6))),
    ]
}

/// How long this thread has worked: other work on the machine does not count, where the system tells.
fn worked(begun: Instant) -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|told| told.split(' ').next()?.parse().ok());
    nanos.map_or_else(|| begun.elapsed(), Duration::from_nanos)
}

/// By the format that the text has, or by one that is forced; the former as a log too.
fn quickest(text: &str, format: Option<Format>) -> Duration {
    let one = || {
        let begun = Instant::now();
        let before = worked(begun);
        let bytes = text.as_bytes();
        let reading = Reading { charset: Charset::AUTO, format };
        drop(decode::decode(&Input { file: "a.txt", first_line: 1, bytes, whole: true }, reading));
        if format.is_none() {
            read_log("a.txt", bytes);
        }
        worked(begun) - before
    };
    (0..3).map(|_| one()).min().unwrap_or_default()
}

#[test]
fn four_times_the_bytes_take_about_four_times_as_long() {
    // What takes less says nothing; what is quadratic takes sixteen times as long.
    let (short, least, most) = (60_000, Duration::from_millis(40), 11);
    for (what, make) in hostile() {
        let (small_text, large_text) = (make(short), make(4 * short));
        for format in std::iter::once(None).chain(formats().map(Some)) {
            let mut seen = Vec::new();
            // Other work on the machine takes long at times; what takes long every time is slow.
            let slow = (0..4).all(|_| {
                let (small, large) = (quickest(&small_text, format), quickest(&large_text, format));
                seen.push((small, large));
                large >= least && large >= small * most
            });
            assert!(!slow, "{what}, {format:?}: for four times as much {seen:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400), name in 0..NAMES.len()) {
        read_all(NAMES[name], &bytes);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "[\\[\\]{}\":,0-9a-zA-Z\\\\<>=\n\t \u{4e00}-\u{4e20}-]{0,300}", name in 0..NAMES.len()) {
        read_all(NAMES[name], text.as_bytes());
    }
}

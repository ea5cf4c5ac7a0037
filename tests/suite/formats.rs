//! The same call in every format gives the same call, up to what the format cannot carry.

use std::path::{Path, PathBuf};

use cuicha::decode::content::Content;
use cuicha::decode::{self, Charset, DECODERS, Decoded, Input};
use cuicha::model::transcript::{Call, Given, Speaker, Utterance};

/// Which times of turns a sample carries.
#[derive(Clone, Copy, PartialEq)]
enum Times {
    All,
    Seconds,
    None,
}

const SAMPLES: &[(&str, Times)] = &[
    ("call.jsonl", Times::All),
    ("call.gb18030.jsonl", Times::All),
    ("call.json", Times::All),
    ("call.aliases.ndjson", Times::All),
    ("call.utf8.txt", Times::All),
    ("call.utf8bom-crlf.txt", Times::All),
    ("call.gb18030.txt", Times::All),
    ("call.utf16le.txt", Times::All),
    ("call.utf16be.txt", Times::All),
    ("call.labels-ab.txt", Times::Seconds),
    ("call.next-line.txt", Times::Seconds),
    ("call.brackets.txt", Times::None),
    ("call.names.txt", Times::None),
];

/// What the output of a recogniser carries of the call, besides its words and their times.
#[derive(Clone, Copy, PartialEq)]
enum Carries {
    /// No more.
    Words,
    /// The name of the recording.
    Id,
    /// Who speaks.
    Roles,
    /// The name of the recording, but no punctuation.
    IdNoMarks,
    /// Name and speakers, but no punctuation.
    IdRolesNoMarks,
}

/// Sample, its decoder, and what it carries.
const RECOGNISED: &[(&str, &str, Carries)] = &[
    ("funasr.json", "funasr", Carries::Id),
    ("funasr-vad.json", "funasr", Carries::Id),
    ("funasr-tokens.json", "funasr", Carries::IdNoMarks),
    ("funasr-runtime.json", "funasr", Carries::Id),
    ("funasr-server.json", "whisper", Carries::Words),
    ("whisper.json", "whisper", Carries::Words),
    ("faster-whisper.json", "whisper", Carries::Words),
    ("whisperx.json", "whisper", Carries::Words),
    ("whisper-cpp.json", "whisper.cpp", Carries::Words),
    ("whisper-cpp.csv", "whisper table", Carries::Words),
    ("whisper.tsv", "whisper table", Carries::Words),
    ("subtitle.srt", "subtitle", Carries::Words),
    ("subtitle.vtt", "subtitle", Carries::Roles),
    ("kaldi.txt", "kaldi", Carries::IdNoMarks),
    ("words.ctm", "ctm/stm", Carries::IdNoMarks),
    ("turns.stm", "ctm/stm", Carries::IdRolesNoMarks),
    ("aliyun.json", "aliyun", Carries::Words),
    ("aliyun-callback.json", "aliyun", Carries::Words),
    ("aliyun-bailian.json", "aliyun", Carries::Words),
    ("tencent.json", "tencent", Carries::Words),
    ("tencent-text.json", "tencent", Carries::Words),
    ("tencent-flash.json", "tencent", Carries::Words),
    ("iflytek.json", "iflytek", Carries::Words),
    ("iflytek-v1.json", "iflytek", Carries::Words),
    ("baidu.json", "baidu", Carries::Words),
    ("volcengine.json", "volcengine", Carries::Words),
    ("volcengine-v3.json", "volcengine", Carries::Words),
    ("amazon.json", "amazon", Carries::Words),
    ("amazon-words.json", "amazon", Carries::Words),
    ("amazon-analytics.json", "amazon", Carries::Roles),
    ("google-v1.json", "google", Carries::Words),
    ("google-v2.json", "google", Carries::Words),
    ("azure.json", "azure", Carries::Words),
    ("azure-fast.json", "azure", Carries::Words),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats")
}

fn read(name: &str, whole: bool) -> Decoded {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    decode::decode(&Input { file: name, first_line: 1, bytes: &bytes, whole }, Charset::AUTO)
}

fn call(name: &str) -> Call {
    let mut decoded = read(name, true);
    assert_eq!(decoded.notices, [], "{name}");
    assert_eq!(decoded.calls.len(), 1, "{name}");
    decoded.calls.remove(0)
}

#[test]
fn every_format_gives_the_same_call() {
    let canonical = call("call.jsonl");
    assert_eq!(canonical.turns.len(), 6);
    for (name, times) in SAMPLES {
        let mut got = call(name);
        let mut want = canonical.clone();
        (want.file, want.line) = (got.file.clone(), got.line);
        for turn in &mut got.turns {
            turn.line = None;
        }
        unlabelled(&mut got.turns);
        unlabelled(&mut want.turns);
        for turn in &mut want.turns {
            turn.start_ms = match times {
                Times::All => turn.start_ms,
                Times::Seconds => turn.start_ms.map(|ms| ms / 1000 * 1000),
                Times::None => None,
            };
            turn.end_ms = turn.end_ms.filter(|_| *times == Times::All);
        }
        assert_eq!(got, want, "{name}");
    }
}

/// Takes the labels off, which differ from format to format, once it is sure that each role has one of its own.
fn unlabelled(turns: &mut [Utterance]) {
    for turn in &*turns {
        let same = turns.iter().filter(|t| t.voice == turn.voice);
        assert!(turn.voice.is_some() && same.clone().count() > 1, "{turn:?}");
        assert!(same.into_iter().all(|t| t.speaker == turn.speaker), "{turn:?}");
    }
    forget(turns);
}

fn forget(turns: &mut [Utterance]) {
    for turn in turns {
        (turn.voice, turn.given) = (None, Given::Open);
    }
}

/// Turns that a recogniser cuts shorter, put together as long as the wanted ones.
fn regrouped(got: &[Utterance], want: &[Utterance]) -> Vec<Utterance> {
    let mut rest = got.iter().cloned().peekable();
    let mut turns = Vec::new();
    for want in want {
        let Some(mut turn) = rest.next() else { break };
        while turn.text.len() < want.text.len() && rest.peek().is_some_and(|t| t.speaker == turn.speaker) {
            let more = rest.next().unwrap();
            turn.text.push_str(&more.text);
            turn.end_ms = more.end_ms;
        }
        turn.line = None;
        turns.push(turn);
    }
    turns.extend(rest);
    turns
}

#[test]
fn every_recogniser_gives_the_same_call() {
    let canonical = call("call.jsonl");
    for (name, decoder, carries) in RECOGNISED {
        let got = call(name);
        let text = std::fs::read_to_string(folder().join(name)).unwrap();
        let names: Vec<&str> =
            decode::candidates("x", &Content::new(&text)).iter().map(|d| d.name()).collect();
        assert_eq!(names, [*decoder], "{name}");
        let marks = !matches!(carries, Carries::IdNoMarks | Carries::IdRolesNoMarks);
        let roles = matches!(carries, Carries::Roles | Carries::IdRolesNoMarks);
        let mut want = canonical.turns.clone();
        for turn in &mut want {
            turn.text.retain(|c| marks || !"，。？！：、".contains(c));
            turn.speaker = if roles { turn.speaker } else { Speaker::Unknown };
        }
        let mut got_turns = regrouped(&got.turns, &want);
        forget(&mut got_turns);
        forget(&mut want);
        assert_eq!(got_turns, want, "{name}");
        let id = !matches!(carries, Carries::Words | Carries::Roles);
        let stem = name.rsplit_once('.').unwrap().0;
        assert_eq!((got.call_id.as_str(), got.made_up_id), (if id { "F0001" } else { stem }, !id), "{name}");
    }
}

#[test]
fn lines_of_a_format_that_is_read_by_lines_are_the_same_call() {
    for name in ["call.jsonl", "call.gb18030.jsonl", "call.aliases.ndjson"] {
        assert_eq!(read(name, false).calls, [call(name)], "{name}");
    }
}

#[test]
fn without_labels_the_words_are_there_and_the_speakers_are_unknown() {
    let got = call("call.no-labels.txt");
    let words = |call: &Call| call.turns.iter().map(|t| t.text.clone()).collect::<Vec<_>>();
    assert_eq!(words(&got), words(&call("call.jsonl")));
    assert!(got.turns.iter().all(|t| t.speaker == Speaker::Unknown && t.given == Given::Open));
    assert_eq!((got.call_id.as_str(), got.made_up_id), ("call.no-labels", true));
}

#[test]
fn turns_of_text_know_their_line() {
    let lines = |name: &str| call(name).turns.iter().map(|t| t.line.unwrap()).collect::<Vec<_>>();
    assert_eq!(lines("call.utf8.txt"), [12, 13, 14, 15, 16, 17]);
    assert_eq!(lines("call.utf8bom-crlf.txt"), [12, 13, 14, 15, 16, 17]);
    assert_eq!(lines("call.next-line.txt"), [11, 14, 17, 20, 23, 26]);
}

#[test]
fn every_extension_of_every_decoder_has_a_sample_and_every_sample_is_tested() {
    let files: Vec<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    for decoder in DECODERS {
        for extension in decoder.extensions() {
            let suffix = format!(".{extension}");
            assert!(files.iter().any(|f| f.ends_with(&suffix)), "no sample for {} {suffix}", decoder.name());
        }
    }
    let readme = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let table = std::fs::read_to_string(folder().join("../../docs/formats.md")).unwrap();
    for (file, ..) in RECOGNISED {
        assert!(table.contains(&format!("`{file}`")), "{file} is not in docs/formats.md");
    }
    for file in files.iter().filter(|f| *f != "README.md") {
        assert!(readme.contains(&format!("`{file}`")), "{file} is not in README.md");
        let tested =
            SAMPLES.iter().any(|(name, _)| name == file) || RECOGNISED.iter().any(|(name, ..)| name == file);
        assert!(
            tested || ["call.no-labels.txt", "kaldi"].contains(&file.as_str()) || file.starts_with("calls."),
            "{file} is not tested"
        );
    }
}

#[test]
fn every_decoder_reads_a_sample() {
    for decoder in DECODERS.iter().filter(|d| !d.is_general()) {
        assert!(RECOGNISED.iter().any(|(_, name, _)| *name == decoder.name()), "{}", decoder.name());
    }
}

#[test]
fn names_of_decoders_are_unique() {
    let mut names: Vec<&str> = DECODERS.iter().map(|d| d.name()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), DECODERS.len());
}

#[test]
fn the_table_of_inspect_lists_every_sample_as_it_is() {
    let mut program = crate::program();
    let output = program.arg("inspect").arg(folder()).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    let row = |name: &str| -> String {
        let path = folder().join(name);
        let found = page.lines().find_map(|l| l.strip_prefix(&format!("{} ", path.display())));
        found.unwrap_or_else(|| panic!("{name} is not listed\n{page}")).to_owned()
    };
    for (name, decoder, carries) in RECOGNISED {
        let row = row(name);
        let fields: Vec<&str> = row.split("  ").map(str::trim).filter(|f| !f.is_empty()).collect();
        let [format, encoding, calls, turns, speakers, times] = fields[..] else {
            panic!("{name}: {fields:?}")
        };
        assert_eq!((format, encoding, calls, times), (*decoder, "UTF-8", "1", "all"), "{name}");
        assert!(turns.parse::<usize>().unwrap() >= 6, "{name}: {turns}");
        let roles = matches!(carries, Carries::Roles | Carries::IdRolesNoMarks);
        assert_eq!(speakers == "borrower 3, collector 3", roles, "{name}: {speakers}");
    }
    for (name, form) in
        [("call.gb18030.txt", "GB18030"), ("call.utf16le.txt", "UTF-16LE"), ("kaldi/text", "kaldi")]
    {
        assert!(row(name).contains(form), "{name}: {}", row(name));
    }
    for log in ["calls.csv", "calls.asterisk.csv", "calls.freeswitch.csv", "calls.freeswitch.json"] {
        assert!(row(log).contains("call log"), "{log}: {}", row(log));
    }
}

#[test]
fn every_decoder_says_what_it_was_tested_against() {
    let page = std::fs::read_to_string(folder().join("../../docs/formats.md")).unwrap();
    let table = page.split("## Tested against").nth(1).unwrap();
    for decoder in DECODERS {
        let row = table.lines().find(|l| l.starts_with(&format!("| `{}` |", decoder.name())));
        let row = row.unwrap_or_else(|| panic!("{} is not in the table", decoder.name()));
        let cells: Vec<&str> = row.split('|').map(str::trim).filter(|c| !c.is_empty()).collect();
        assert_eq!(cells.len(), 3, "{row}");
        for sample in cells[2].split('`').skip(1).step_by(2).filter(|s| !s.contains('*')) {
            assert!(folder().join(sample).exists(), "{}: no sample {sample}", decoder.name());
        }
    }
}

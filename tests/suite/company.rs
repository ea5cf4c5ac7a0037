//! Files that belong together: sidecars beside transcripts, and the tables of a Kaldi folder; on disk and in archives.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::process::Output;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;

fn run(desk: &Path, args: &[&str]) -> Output {
    crate::program().args(args).current_dir(desk).output().unwrap()
}

fn write(desk: &Path, name: &str, bytes: impl AsRef<[u8]>) {
    let path = desk.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

fn records(output: &Output) -> Vec<Value> {
    String::from_utf8_lossy(&output.stdout).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn zip(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn tar_gz(files: &[(&str, &str)]) -> Vec<u8> {
    let mut archive = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        archive.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

const WORDS: &str = "催收员：您好，请您尽快还款。\n客户：好的。\n";
const META: &str = r#"{"call_id":"C-1","borrower_id":"B-1","agent_id":802,"callee_role":"borrower",
"start":"2026-03-05T10:10:00+08:00","duration_ms":27000,"connected":true,"direction":"outbound","loan":"x"}"#;

#[test]
fn a_sidecar_tells_of_the_transcript_beside_it() {
    let files = [("a/rec1.meta.json", META), ("a/rec1.txt", WORDS)];
    let desk = tempfile::tempdir().unwrap();
    files.iter().for_each(|(name, text)| write(desk.path(), &format!("disk/{name}"), text));
    write(desk.path(), "zip/all.zip", zip(&[files[1], files[0]]));
    write(desk.path(), "tar/all.tar.gz", tar_gz(&files));
    for input in ["disk", "zip", "tar", "disk/a/rec1.txt"] {
        let output = run(desk.path(), &["convert", input]);
        let calls = records(&output);
        assert_eq!(calls.len(), 1, "{input}: {}", told(&output));
        let call = &calls[0];
        assert_eq!(
            (&call["call_id"], &call["borrower_id"], &call["collector_id"], &call["callee_role"]),
            (&"C-1".into(), &"B-1".into(), &"802".into(), &"borrower".into()),
            "{input}"
        );
        assert_eq!((&call["end"], &call["connected"]), (&"2026-03-05T02:10:27Z".into(), &true.into()));
        assert!(
            told(&output).contains("rec1.meta.json: unknown key `loan`: it tells nothing"),
            "{}",
            told(&output)
        );
        assert_eq!(output.status.code(), Some(0), "{input}: {}", told(&output));
    }
    // Named together, as a shell does with `*`, it is read once.
    let output = run(desk.path(), &["convert", "disk/a/rec1.meta.json", "disk/a/rec1.txt"]);
    assert_eq!((records(&output).len(), output.status.code()), (1, Some(0)), "{}", told(&output));
}

#[test]
fn a_sidecar_goes_before_the_manifest_and_behind_the_transcript() {
    let desk = tempfile::tempdir().unwrap();
    let record = r#"{"call_id":"C-9","turns":[{"speaker":"agent","text":"您好"}]}"#;
    write(desk.path(), "in/rec1.json", record);
    write(desk.path(), "in/rec1.json.meta.json", META);
    write(desk.path(), "m.csv", "file,borrower_id,agency\nrec1.wav,B-2,某机构\n");
    let output = run(desk.path(), &["convert", "in", "--manifest", "m.csv", "--name-pattern", "{agency}"]);
    let call = &records(&output)[0];
    assert_eq!(
        (&call["call_id"], &call["borrower_id"], &call["agency"]),
        (&"C-9".into(), &"B-1".into(), &"某机构".into())
    );
    for wanted in [
        "`call_id` is `C-9` in the transcript and `C-1` in the sidecar: the transcript decides",
        "`borrower_id` is `B-1` in the sidecar and `B-2` in the manifest: the sidecar decides",
        "`agency` is `某机构` in the manifest and `rec1` in the name: the manifest decides",
    ] {
        assert!(told(&output).contains(wanted), "{wanted}\n{}", told(&output));
    }
}

#[test]
fn sidecars_that_are_broken_or_alone_are_told() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "in/a.txt", WORDS);
    write(desk.path(), "in/a.meta.json", "{\"borrower_id\": \"B1\",\n \"start\": }");
    write(desk.path(), "in/b.txt", WORDS);
    write(desk.path(), "in/b.meta.json", r#"{"turns":[]}"#);
    write(desk.path(), "in/c.txt", WORDS);
    write(desk.path(), "in/c.meta.json", r#"{"start":"soon","borrower_id":"B3"}"#);
    write(desk.path(), "in/lone.meta.json", META);
    let output = run(desk.path(), &["convert", "in"]);
    let message = told(&output);
    for wanted in [
        "in/a.meta.json:2: expected value (column 11): the sidecar is not used",
        "in/b.meta.json:1: holds turns: it is a transcript and no sidecar: the sidecar is not used",
        "in/c.meta.json:1: `start` is no RFC 3339 time: `soon`",
        "in: 1 file tells of a transcript that is not there: `in/lone.meta.json`",
    ] {
        assert!(message.contains(wanted), "{wanted}\n{message}");
    }
    let calls = records(&output);
    assert_eq!((calls.len(), &calls[2]["borrower_id"]), (3, &"B3".into()));
    assert_eq!(output.status.code(), Some(2));
    // A tape cannot be read twice.
    write(
        desk.path(),
        "late.tar.gz",
        tar_gz(&[("r.txt", WORDS), ("r.meta.json", META), ("s.meta.json", META)]),
    );
    let output = run(desk.path(), &["convert", "late.tar.gz"]);
    let message = told(&output);
    assert!(message.contains("late.tar.gz/r.meta.json: stands behind the file it tells of"), "{message}");
    assert!(
        message.contains("1 file tells of a transcript that is not there: `late.tar.gz/s.meta.json`"),
        "{message}"
    );
    assert_eq!((records(&output).len(), output.status.code()), (1, Some(2)));
}

#[test]
fn of_many_calls_a_sidecar_tells_what_may_hold_for_all() {
    let desk = tempfile::tempdir().unwrap();
    let line = |id: &str| format!("{{\"call_id\":\"{id}\",\"turns\":[{{\"text\":\"您好\"}}]}}\n");
    write(desk.path(), "in/all.jsonl", line("c1") + &line("c2"));
    write(desk.path(), "in/all.meta.json", META);
    let output = run(desk.path(), &["convert", "in"]);
    let calls = records(&output);
    assert!(calls.iter().all(|c| c["borrower_id"] == "B-1" && c["start"].is_null()), "{calls:?}");
    assert!(
        told(&output).contains("tells of one call, and the file beside it has several"),
        "{}",
        told(&output)
    );
}

fn kaldi() -> Vec<(&'static str, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats/kaldi");
    let read = |name: &'static str| (name, fs::read_to_string(folder.join(name)).unwrap());
    ["reco2file_and_channel", "segments", "text", "utt2spk", "wav.scp"].map(read).to_vec()
}

#[test]
fn the_tables_of_a_kaldi_folder_are_one_call() {
    let desk = tempfile::tempdir().unwrap();
    let tables = kaldi();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats/call.jsonl");
    let canonical = records(&run(desk.path(), &["convert", sample.to_str().unwrap()])).remove(0);
    let mut want = canonical["turns"].clone();
    for turn in want.as_array_mut().unwrap() {
        let words: String =
            turn["text"].as_str().unwrap().chars().filter(|c| !"，。？！：、".contains(*c)).collect();
        turn["text"] = words.into();
    }
    let inside = |prefix: &str| -> Vec<(String, String)> {
        tables.iter().map(|(name, text)| (format!("{prefix}{name}"), text.clone())).collect()
    };
    let refs = |files: &[(String, String)]| -> Vec<(String, String)> { files.to_vec() };
    inside("disk/data/").iter().for_each(|(name, text)| write(desk.path(), name, text));
    inside("prefixed/d_").iter().for_each(|(name, text)| write(desk.path(), &format!("{name}.txt"), text));
    let files = refs(&inside("data/"));
    let borrowed: Vec<(&str, &str)> = files.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    write(desk.path(), "zip/all.zip", zip(&borrowed));
    write(desk.path(), "tar/all.tar.gz", tar_gz(&borrowed));
    for input in ["disk", "prefixed", "zip", "tar", "disk/data/text"] {
        let output = run(desk.path(), &["convert", input]);
        let calls = records(&output);
        assert_eq!(told(&output), "", "{input}");
        assert_eq!(
            (calls.len(), &calls[0]["call_id"], output.status.code()),
            (1, &"F0001".into(), Some(0)),
            "{input}"
        );
        assert_eq!(calls[0]["turns"], want, "{input}");
    }
    let output = run(desk.path(), &["inspect", "disk"]);
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.contains("format    kaldi") && page.contains("borrower 3, collector 3"), "{page}");
}

#[test]
fn parts_that_a_kaldi_folder_lacks_are_told() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "in/text", "u1 您好 请 还款\nu2 好的\nu3 再见\nu3 再见\n");
    write(desk.path(), "in/segments", "u1 r1 0.5 1.25\nu2 r1 2 x\nu9 r1 5 6\nu3 r2 0 -1\n");
    write(desk.path(), "in/wav.scp", "r1 /x/r1.wav\n");
    write(desk.path(), "lone/segments", "u1 r1 0.5 1.25\n");
    let output = run(desk.path(), &["convert", "in", "lone"]);
    let message = told(&output);
    for wanted in [
        "in/text:4: the utterance `u3` stands twice: read once",
        "in/segments:2: no row of `segments`, nor are 0 more: skipped",
        "in/text:2: 1 utterances do not stand in `segments`",
        "in/text:2: 2 utterances do not stand in `wav.scp`",
        "in/text: no `utt2spk` beside it",
        "in/text: 1 utterances of `segments` have no words in `text`",
        "lone: 1 file tells of a transcript that is not there: `lone/segments`",
    ] {
        assert!(message.contains(wanted), "{wanted}\n{message}");
    }
    let calls = records(&output);
    assert_eq!(calls.iter().map(|c| c["call_id"].as_str().unwrap()).collect::<Vec<_>>(), ["r1", "u2", "r2"]);
    let first = &calls[0]["turns"][0];
    assert_eq!(
        (&first["start_ms"], &first["end_ms"], &first["text"]),
        (&500.into(), &1250.into(), &"您好请还款".into())
    );
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn tables_of_other_utterances_leave_the_text_alone() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "in/call_text.txt", WORDS);
    write(desk.path(), "in/call_segments.txt", "u1 r1 0 1\n");
    let output = run(desk.path(), &["convert", "in"]);
    assert_eq!(records(&output)[0]["turns"][0]["speaker"], "collector", "{}", told(&output));
    assert!(told(&output).contains("call_segments.txt: is called like a table"), "{}", told(&output));
}

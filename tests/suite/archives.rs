//! Archives are read as folders: the same calls come out as from the files themselves, and no archive can do harm.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use cuicha::decode::charset;
use cuicha::model::notice::Notice;
use cuicha::source::{self, Options, Piece};
use flate2::Compression;
use flate2::write::GzEncoder;
use zip::CompressionMethod;
use zip::write::SimpleFileOptions;

const FILES: &[(&str, &str)] = &[
    ("day/2.txt", "乙：您好\n"),
    ("day/1.jsonl", "{\"call_id\":\"1\"}\n{\"call_id\":\"2\"}\n"),
    ("day/note.md", "x"),
    ("day/.hidden.txt", "x"),
    ("__MACOSX/day/2.txt", "x"),
    ("empty/3.txt", ""),
];

fn options() -> Options {
    Options { name: charset::name, ..Options::new(&["jsonl", "txt", "json"]) }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(
        Cursor::new(bytes.to_vec()),
        ruzstd::encoding::CompressionLevel::Fastest,
    )
}

fn tar(files: &[(&str, &str)]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (name, text) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        header.set_mode(0o644);
        builder.append_data(&mut header, name, text.as_bytes()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn zip(files: &[(&str, &str)], method: CompressionMethod) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, SimpleFileOptions::default().compression_method(method)).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// The pieces and notices of a file with these bytes; names without the folder.
fn read_with(name: &str, bytes: &[u8], options: Options) -> (Vec<Piece>, Vec<Notice>) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let (mut pieces, mut notices) = (Vec::new(), Vec::new());
    let prefix = format!("{}/", folder.path().display());
    for item in source::open(&[folder.path().join(name)], options) {
        match item {
            Ok(mut piece) => {
                piece.file = piece.file.replace(&prefix, "");
                pieces.push(piece);
            }
            Err(mut notice) => {
                notice.file = notice.file.replace(&prefix, "");
                notices.push(notice);
            }
        }
    }
    (pieces, notices)
}

fn read(name: &str, bytes: &[u8]) -> (Vec<Piece>, Vec<Notice>) {
    read_with(name, bytes, options())
}

fn lost(notices: &[Notice]) -> Vec<(&str, &str)> {
    notices.iter().filter(|n| n.lost).map(|n| (n.file.as_str(), n.message.as_str())).collect()
}

#[test]
fn every_kind_of_archive_gives_the_files_in_it() {
    let plain = tar(FILES);
    let archives = [
        ("a.tar", plain.clone()),
        ("a.tar.gz", gzip(&plain)),
        ("a.tgz", gzip(&plain)),
        ("a.tar.zst", zstd(&plain)),
        ("without-extension", gzip(&plain)),
        ("a.zip", zip(FILES, CompressionMethod::Deflated)),
        ("stored.zip", zip(FILES, CompressionMethod::Stored)),
    ];
    for (name, bytes) in archives {
        let (mut pieces, notices) = read(name, &bytes);
        pieces.sort_by(|a, b| a.file.cmp(&b.file));
        let got: Vec<(String, String)> =
            pieces.into_iter().map(|p| (p.file, String::from_utf8(p.bytes).unwrap())).collect();
        let want = [FILES[1], FILES[0], FILES[5]].map(|(f, text)| (format!("{name}/{f}"), text.to_owned()));
        assert_eq!(got, want, "{name}");
        let said: Vec<&str> = notices.iter().map(|n| n.message.as_str()).collect();
        let hidden = "2 hidden files and folders skipped";
        assert_eq!(said, [hidden, "1 file of another kind skipped: .md 1"], "{name}");
        assert!(notices.iter().all(|n| n.file == name), "{notices:?}");
    }
}

#[test]
fn a_compressed_file_is_the_file() {
    let text = "{\"call_id\":\"1\"}\n".repeat(50_000);
    for (name, bytes) in [
        ("calls.jsonl.gz", gzip(text.as_bytes())),
        ("calls.jsonl.zst", zstd(text.as_bytes())),
        // Two files one behind the other are one.
        ("calls.jsonl.gz", [gzip(&text.as_bytes()[..400_000]), gzip(&text.as_bytes()[400_000..])].concat()),
        ("calls.jsonl.zst", [zstd(&text.as_bytes()[..400_000]), zstd(&text.as_bytes()[400_000..])].concat()),
        ("calls.zip", zip(&[("calls.jsonl", &text)], CompressionMethod::Deflated)),
    ] {
        let (pieces, notices) = read(name, &bytes);
        assert_eq!(notices, [], "{name}");
        assert!(pieces.len() > 1, "{name}: not read by lines");
        assert!(pieces.iter().all(|p| p.file == format!("{name}/calls.jsonl")), "{name}");
        let all: Vec<u8> = pieces.into_iter().flat_map(|p| p.bytes).collect();
        assert_eq!(all, text.as_bytes(), "{name}");
    }
}

#[test]
fn a_folder_is_searched_for_archives_too() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.zip"), zip(FILES, CompressionMethod::Deflated)).unwrap();
    fs::write(folder.path().join("b.txt.gz"), gzip("乙：您好\n".as_bytes())).unwrap();
    fs::write(folder.path().join("c.wav.gz"), gzip(b"RIFF")).unwrap();
    let items: Vec<_> = source::open(&[folder.path().to_owned()], options()).collect();
    let names: Vec<String> = items
        .iter()
        .flatten()
        .map(|p| p.file.strip_prefix(&format!("{}/", folder.path().display())).unwrap().to_owned())
        .collect();
    assert_eq!(names, ["a.zip/day/1.jsonl", "a.zip/day/2.txt", "a.zip/empty/3.txt", "b.txt.gz/b.txt"]);
}

#[test]
fn names_in_gbk_are_read() {
    let mut bytes = zip(&[("AAAA.txt", "x")], CompressionMethod::Stored);
    let gbk: &[u8] = b"\xcd\xa8\xbb\xb0";
    while let Some(at) = bytes.windows(4).position(|w| w == b"AAAA") {
        bytes[at..at + 4].copy_from_slice(gbk);
    }
    let (pieces, notices) = read("a.zip", &bytes);
    assert_eq!((pieces[0].file.as_str(), notices), ("a.zip/通话.txt", Vec::new()));
}

#[test]
fn a_name_that_leads_out_is_refused_and_nothing_is_written() {
    let files = [("a.txt", "x"), ("../../cuicha-escape.txt", "x"), ("/etc/cuicha.txt", "x")];
    let bytes = zip(&files, CompressionMethod::Stored);
    let (pieces, notices) = read("a.zip", &bytes);
    assert_eq!(pieces.len(), 1);
    let why = "its name leads out of the archive: not read";
    assert_eq!(lost(&notices), [("a.zip/../../cuicha-escape.txt", why), ("a.zip//etc/cuicha.txt", why)]);
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_read() {
    let mut bytes =
        zip(&[("1.txt", "AAAA"), ("2.txt", "BBBB"), ("3.txt", "CCCC")], CompressionMethod::Stored);
    let at = bytes.windows(4).position(|w| w == b"BBBB").unwrap();
    bytes[at] = b'X';
    let (pieces, notices) = read("a.zip", &bytes);
    assert_eq!(pieces.len(), 2);
    assert_eq!(lost(&notices), [("a.zip/2.txt", "cannot read on: the checksum is wrong: damaged")]);

    // The bit that says that a member is locked, in its own header and in the directory; then a strange method.
    for (offset, value, why) in
        [(0, 1, "locked by a password: not read"), (2, 97, "packed by a method that is not supported")]
    {
        let mut bytes = zip(&[("1.txt", "AAAA"), ("2.txt", "BBBB")], CompressionMethod::Stored);
        let headers = [(&b"PK\x03\x04"[..], 6), (&b"PK\x01\x02"[..], 8)];
        for (mark, flags) in headers {
            let at = bytes.windows(4).position(|w| w == mark).unwrap();
            bytes[at + flags + offset] |= value;
        }
        let (pieces, notices) = read("a.zip", &bytes);
        assert_eq!(pieces.len(), 1, "{notices:?}");
        let lost = lost(&notices);
        assert_eq!((lost.len(), lost[0].0), (1, "a.zip/1.txt"));
        assert!(lost[0].1.starts_with(why), "{lost:?}");
    }
}

#[test]
fn an_archive_in_an_archive_is_told() {
    let inner = zip(&[("1.txt", "x")], CompressionMethod::Stored);
    let mut outer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    outer.start_file("in.zip", SimpleFileOptions::default()).unwrap();
    outer.write_all(&inner).unwrap();
    outer.start_file("2.txt", SimpleFileOptions::default()).unwrap();
    outer.write_all(b"x").unwrap();
    let (pieces, notices) = read("a.zip", &outer.finish().unwrap().into_inner());
    assert_eq!(pieces.len(), 1);
    assert_eq!(lost(&notices), [("a.zip/in.zip", "an archive in an archive: not read")]);
    let (_, notices) = read("a.txt.gz", &gzip(&gzip(b"x")));
    assert_eq!(lost(&notices)[0].1, "an archive in an archive: not read");
}

#[test]
fn bombs_are_refused() {
    let zeros = vec![b'\n'; 40 << 20];
    for (name, bytes) in
        [("a.txt.gz", gzip(&zeros)), ("a.jsonl.gz", gzip(&zeros)), ("a.txt.zst", zstd(&zeros))]
    {
        let (pieces, notices) = read(name, &bytes);
        assert_eq!(pieces.len(), 0, "{name}");
        assert!(lost(&notices)[0].1.contains("unpacks to more than 200 times its size"), "{notices:?}");
    }
    let text = "x".repeat(1_000);
    let few = Options { max_expanded_bytes: 2_500, ..options() };
    let files = [("1.txt", text.as_str()), ("2.txt", &text), ("3.txt", &text)];
    for (name, bytes) in [("a.zip", zip(&files, CompressionMethod::Stored)), ("a.tar.gz", gzip(&tar(&files)))]
    {
        let (pieces, notices) = read_with(name, &bytes, few.clone());
        assert!(pieces.len() < 3, "{name}");
        assert!(lost(&notices)[0].1.contains("unpacks to more than 2500 bytes"), "{notices:?}");
    }
}

#[test]
fn broken_archives_are_told_wherever_they_break() {
    let plain = tar(FILES);
    let whole = [
        ("a.tar", plain.clone(), plain.len() - 1024),
        ("a.tar.gz", gzip(&plain), usize::MAX),
        ("a.tar.zst", zstd(&plain), usize::MAX),
        ("a.zip", zip(FILES, CompressionMethod::Deflated), usize::MAX),
        ("a.jsonl.gz", gzip(b"{}\n{}\n"), usize::MAX),
    ];
    for (name, bytes, full) in whole {
        for cut in (5..bytes.len()).filter(|cut| cut % 7 == 0 && *cut < full) {
            let (pieces, notices) = read(name, &bytes[..cut]);
            let between = name == "a.tar" && cut % 512 == 0;
            assert!(
                between || !lost(&notices).is_empty() || pieces.len() == 3,
                "{name} cut at {cut}: {notices:?}"
            );
        }
    }
}

#[test]
fn members_of_a_tape_with_long_names_and_links() {
    let long = format!("{}/通话.txt", "d".repeat(150));
    let mut builder = tar::Builder::new(Vec::new());
    for name in [long.as_str(), "b.txt"] {
        let mut header = tar::Header::new_gnu();
        header.set_size(1);
        builder.append_data(&mut header, name, &b"x"[..]).unwrap();
    }
    let mut link = tar::Header::new_gnu();
    link.set_entry_type(tar::EntryType::Symlink);
    link.set_size(0);
    builder.append_link(&mut link, "c.txt", "b.txt").unwrap();
    let mut pipe = tar::Header::new_gnu();
    pipe.set_entry_type(tar::EntryType::Fifo);
    pipe.set_size(0);
    builder.append_data(&mut pipe, "d.txt", &b""[..]).unwrap();
    let (pieces, notices) = read("a.tar", &builder.into_inner().unwrap());
    let names: Vec<&str> = pieces.iter().map(|p| p.file.as_str()).collect();
    assert_eq!(names, [format!("a.tar/{long}").as_str(), "a.tar/b.txt"]);
    assert_eq!(lost(&notices), [("a.tar/d.txt", "not a file (device or pipe): not read")]);
    assert!(notices.iter().any(|n| n.message == "1 symbolic link not followed"), "{notices:?}");
}

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("samples")
}

fn scan(args: &[&Path]) -> (String, Option<i32>) {
    let out = crate::program().args(["scan", "--format", "jsonl", "--calls"]).args(args).output().unwrap();
    (String::from_utf8(out.stdout).unwrap(), out.status.code())
}

#[test]
fn transcripts_and_logs_in_archives_are_judged_like_the_files() {
    let scenario = samples().join("scenarios/joined");
    let folder = tempfile::tempdir().unwrap();
    let log = fs::read(scenario.join("calls.csv")).unwrap();
    fs::write(
        folder.path().join("logs.tgz"),
        gzip(&tar(&[("calls.csv", std::str::from_utf8(&log).unwrap())])),
    )
    .unwrap();
    let texts: Vec<(String, String)> = fs::read_dir(scenario.join("transcripts"))
        .unwrap()
        .map(|e| e.unwrap())
        .map(|e| (e.file_name().into_string().unwrap(), fs::read_to_string(e.path()).unwrap()))
        .collect();
    let files: Vec<(&str, &str)> = texts.iter().map(|(n, t)| (n.as_str(), t.as_str())).collect();
    fs::write(folder.path().join("calls.zip"), zip(&files, CompressionMethod::Deflated)).unwrap();
    let (from_files, status) = scan(&[&scenario.join("calls.csv"), &scenario.join("transcripts")]);
    let (from_archives, status_of_archives) =
        scan(&[&folder.path().join("logs.tgz"), &folder.path().join("calls.zip")]);
    let shared = |text: &str| -> Vec<serde_json::Value> {
        text.lines()
            .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
            .map(|mut record| {
                record.as_object_mut().unwrap().remove("file");
                record
            })
            .filter(|record| {
                ["call", "borrower", "collector"].contains(&record["type"].as_str().unwrap_or(""))
            })
            .collect()
    };
    assert!(!shared(&from_files).is_empty());
    assert_eq!(shared(&from_archives), shared(&from_files));
    assert_eq!(status_of_archives, status);
}

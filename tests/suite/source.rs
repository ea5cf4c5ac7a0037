//! What is read, in which order, what is passed over, and in how much memory.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use cuicha::model::notice::Notice;
use cuicha::source::{self, Options, Piece, PieceKind, Source};
use proptest::prelude::*;

fn options() -> Options {
    Options::new(&["jsonl", "ndjson", "json", "txt"])
}

fn tree(files: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for file in files {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("{{\"in\":\"{file}\"}}\n")).unwrap();
    }
    folder
}

/// File names without the folder, and messages.
fn run(folder: &Path, paths: &[&str]) -> (Vec<String>, Vec<(String, bool)>) {
    let paths: Vec<PathBuf> =
        paths.iter().map(|p| if *p == "." { folder.to_owned() } else { folder.join(p) }).collect();
    let (pieces, notices) = sort_out(source::open(&paths, options()));
    let short =
        |file: &str| file.strip_prefix(folder.to_str().unwrap()).unwrap().trim_start_matches('/').to_owned();
    (
        pieces.iter().map(|p| short(&p.file)).collect(),
        notices.iter().map(|n| (format!("{}: {}", short(&n.file), n.message), n.lost)).collect(),
    )
}

fn sort_out(source: Source) -> (Vec<Piece>, Vec<Notice>) {
    let (mut pieces, mut notices) = (Vec::new(), Vec::new());
    for item in source {
        match item {
            Ok(piece) => pieces.push(piece),
            Err(notice) => notices.push(notice),
        }
    }
    (pieces, notices)
}

fn stream(bytes: &[u8], name: &str, options: Options) -> (Vec<Piece>, Vec<Notice>) {
    sort_out(source::from_reader(name, Box::new(io::Cursor::new(bytes.to_vec())), options))
}

#[test]
fn a_source_can_go_to_another_thread() {
    fn is_send<T: Send>() {}
    is_send::<Source>();
}

#[test]
fn folders_are_walked_by_name_and_paths_as_named() {
    let folder = tree(&["b/2.jsonl", "b/10.jsonl", "a.txt", "c/d/e.JSON", "B.ndjson"]);
    let sorted = ["B.ndjson", "a.txt", "b/10.jsonl", "b/2.jsonl", "c/d/e.JSON"];
    assert_eq!(run(folder.path(), &["."]), (sorted.map(String::from).to_vec(), Vec::new()));
    let (files, _) = run(folder.path(), &["c", "a.txt", "b"]);
    assert_eq!(files, ["c/d/e.JSON", "a.txt", "b/10.jsonl", "b/2.jsonl"]);
}

#[test]
fn what_is_passed_over_is_counted_once_per_folder() {
    let folder = tree(&[".git/a.jsonl", ".hidden.txt", "a.jsonl", "x.csv", "y.csv", "z.wav", "sub/README"]);
    let (files, notices) = run(folder.path(), &["."]);
    assert_eq!(files, ["a.jsonl"]);
    let want = [
        ": 2 hidden files and folders skipped",
        ": 4 files of other kinds skipped: .csv 2, .wav 1, without extension 1",
    ];
    assert_eq!(notices, want.map(|w| (w.to_owned(), false)));
}

#[test]
fn a_file_named_explicitly_is_always_taken() {
    let folder = tree(&[".hidden.txt", "x.csv", "log", ".git/a.jsonl"]);
    let (files, notices) = run(folder.path(), &["x.csv", ".hidden.txt", "log", ".git"]);
    assert_eq!((files.len(), notices), (4, Vec::new()));
}

#[test]
fn a_file_named_twice_is_read_once() {
    let folder = tree(&["a/1.txt", "a/2.txt", "a/x.csv", "a/.h/3.txt", "b/4.txt"]);
    let (files, notices) =
        run(folder.path(), &["a/1.txt", "a", "./a", "a/2.txt", "a/x.csv", "a/.h", ".", "b"]);
    assert_eq!(files, ["a/1.txt", "a/2.txt", "a/x.csv", "a/.h/3.txt", "b/4.txt"]);
    assert!(notices.iter().all(|(_, lost)| !lost), "{notices:?}");
    assert!(
        notices.contains(&("a: 1 file read already under another name".to_owned(), false)),
        "{notices:?}"
    );
    assert!(notices.iter().any(|(n, _)| n.starts_with("b: named twice")), "{notices:?}");
}

#[test]
fn a_folder_without_transcripts_is_not_a_success() {
    let folder = tree(&["x.csv"]);
    let (files, notices) = run(folder.path(), &["."]);
    assert_eq!(files, [""; 0]);
    assert!(notices.contains(&(": no transcript in this folder".to_owned(), true)), "{notices:?}");
}

#[test]
fn a_path_that_does_not_exist_is_an_error_before_anything_is_read() {
    let folder = tree(&["a.txt"]);
    let at = |p: &str| folder.path().join(p);
    assert!(source::check(&[at("a.txt"), at("."), PathBuf::from("-")]).is_ok());
    let error = source::check(&[at("no"), at("a.txt"), at("a.txt/in"), at("nor")]).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 3, "{error}");
    assert!(error.contains("nor: no such file or folder"), "{error}");
}

#[cfg(unix)]
#[test]
fn links_loops_pipes_and_sockets() {
    use std::os::unix::{fs::symlink, net::UnixListener};
    let folder = tree(&["a.jsonl", "elsewhere/b.jsonl"]);
    let at = |p: &str| folder.path().join(p);
    symlink(".", at("loop")).unwrap();
    symlink("elsewhere/b.jsonl", at("b-link.jsonl")).unwrap();
    symlink("nowhere", at("dangling.jsonl")).unwrap();
    symlink("self", at("self")).unwrap();
    let _socket = UnixListener::bind(at("s.jsonl")).unwrap();
    let (files, notices) = run(folder.path(), &["."]);
    assert_eq!(files, ["a.jsonl", "elsewhere/b.jsonl"]);
    let lost: Vec<&String> = notices.iter().filter(|(_, lost)| *lost).map(|(n, _)| n).collect();
    assert_eq!(lost.len(), 3, "{notices:?}");
    assert!(notices.contains(&(": 2 symbolic links not followed".to_owned(), false)), "{notices:?}");
    let (files, notices) = run(folder.path(), &["b-link.jsonl", "loop/elsewhere"]);
    assert_eq!((files, notices.len()), (vec!["b-link.jsonl".to_owned()], 1));
    let (files, notices) = run(folder.path(), &["s.jsonl"]);
    assert_eq!((files.len(), notices[0].1), (0, true));
}

#[cfg(unix)]
#[test]
fn devices_are_refused_and_names_need_not_be_utf8() {
    use std::os::unix::ffi::OsStringExt;
    let (pieces, notices) = sort_out(source::open(&[PathBuf::from("/dev/zero")], options()));
    assert_eq!((pieces.len(), notices[0].lost), (0, true));
    let folder = tempfile::tempdir().unwrap();
    let name = std::ffi::OsString::from_vec(b"\xff\n.json".to_vec());
    fs::write(folder.path().join(&name), "{}").unwrap();
    let (files, notices) = run(folder.path(), &["."]);
    assert_eq!((files, notices), (vec!["\u{fffd}\n.json".to_owned()], Vec::new()));
}

#[test]
fn lines_or_whole() {
    let cases: &[(&str, &[u8], PieceKind)] = &[
        ("a.jsonl", b"{}\n", PieceKind::Lines),
        ("a.NDJSON", b"oops\n{}\n", PieceKind::Lines),
        ("a.json", b"{}\n{}\n", PieceKind::Whole),
        ("<stdin>", b"\xef\xbb\xbf \n{\"a\":1}\n", PieceKind::Lines),
        ("<stdin>", b"{\n \"a\": 1\n}\n", PieceKind::Whole),
        ("<stdin>", b"[{}]", PieceKind::Whole),
        ("calls.log", b"{\"a\":1}", PieceKind::Lines),
        ("a.txt", b"A: {}\n", PieceKind::Whole),
        ("a.jsonl", b"\xff\xfe{\0}\0", PieceKind::Whole),
        ("a.jsonl", b"{\0}\0\n\0", PieceKind::Whole),
        ("a.jsonl", b"\0{\0}", PieceKind::Whole),
        ("a.jsonl", b"", PieceKind::Whole),
        ("a.jsonl", b"\n \r\n\n", PieceKind::Whole),
        ("a.jsonl", b"\xef\xbb\xbf\n", PieceKind::Whole),
        ("a.txt", b"", PieceKind::Whole),
    ];
    for (name, bytes, kind) in cases {
        let (pieces, notices) = stream(bytes, name, options());
        assert_eq!((pieces.len(), notices.len()), (1, 0), "{name} {bytes:?}");
        assert_eq!(pieces[0].kind, *kind, "{name} {bytes:?}");
    }
}

#[test]
fn a_line_that_is_too_long_is_skipped_and_said() {
    for piece_bytes in [1, 7, 100, 4096] {
        let limits = Options { max_line_bytes: 10, piece_bytes, ..options() };
        let input = b"{123456789\n{1234567890\n{2}\n{abcdefghijklm\n{3}\n{last-line-is-long-too";
        let (pieces, notices) = stream(input, "a.jsonl", limits);
        let lines: Vec<(usize, u8)> = pieces.iter().map(|p| (p.first_line, p.bytes[1])).collect();
        assert_eq!(lines, [(1, b'1'), (3, b'2'), (5, b'3')], "{piece_bytes}");
        let lost: Vec<Option<usize>> = notices.iter().map(|n| n.line).collect();
        assert_eq!(lost, [Some(2), Some(4), Some(6)], "{notices:?}");
        assert_eq!(notices[0].message, "line of 11 bytes is longer than 10 (`--max-line-bytes`): skipped");
    }
}

#[test]
fn a_line_without_end_takes_no_memory() {
    let limits = Options { max_line_bytes: 1 << 20, ..options() };
    let input = io::Read::chain(io::repeat(b'x').take(200 << 20), &b"\n{}\n"[..]);
    let (pieces, notices) = sort_out(source::from_reader("a.jsonl", Box::new(input), limits));
    assert_eq!((pieces.len(), pieces[0].first_line, pieces[0].bytes.as_slice()), (1, 2, &b"{}\n"[..]));
    assert_eq!((notices.len(), notices[0].line), (1, Some(1)));
}

#[test]
fn a_whole_file_that_is_too_large_is_lost() {
    let limits = Options { max_file_bytes: 100_000, ..options() };
    assert_eq!(stream(&[b'a'; 100_000], "a.txt", limits.clone()).0.len(), 1);
    let (pieces, notices) = stream(&[b'a'; 100_001], "a.txt", limits);
    assert_eq!((pieces.len(), notices[0].lost), (0, true));
}

struct Failing(usize);

impl Read for Failing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.0 == 0 {
            return Err(io::Error::other("disk on fire"));
        }
        self.0 -= 1;
        let text = b"{\"whole\":1}\n{\"begun";
        buffer[..text.len()].copy_from_slice(text);
        // Enough to begin with; the rest comes later.
        let fill = buffer.len().min(70_000);
        buffer[text.len()..fill].fill(b' ');
        Ok(fill)
    }
}

#[test]
fn a_read_error_keeps_the_whole_lines() {
    let (pieces, notices) = sort_out(source::from_reader("a.jsonl", Box::new(Failing(1)), options()));
    assert_eq!((pieces.len(), pieces[0].bytes.as_slice()), (1, &b"{\"whole\":1}\n"[..]));
    assert_eq!((notices[0].lost, notices[0].line), (true, Some(2)));
    let (pieces, notices) = sort_out(source::from_reader("a.jsonl", Box::new(Failing(0)), options()));
    assert_eq!((pieces.len(), notices.len(), notices[0].lost), (0, 1, true));
}

#[test]
fn a_file_in_blocks_for_other_readers() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let text: String = (0..1_000).map(|n| format!("line {n}\n")).collect::<String>() + "the end";
    std::fs::write(&path, &text).unwrap();
    let mut blocks = source::blocks(&path).unwrap();
    let mut read = Vec::new();
    while let Some(block) = blocks.next(100).unwrap() {
        assert!(block.ends_with(b"\n") || block.ends_with(b"the end"));
        read.extend(block);
    }
    assert_eq!(read, text.as_bytes());
    let mut blocks = source::blocks(&path).unwrap();
    let first = blocks.next(100).unwrap().unwrap();
    assert_eq!(blocks.rest(first, 1 << 20).unwrap(), text.as_bytes());
    let mut blocks = source::blocks(&path).unwrap();
    let first = blocks.next(100).unwrap().unwrap();
    assert!(blocks.rest(first, 500).is_err());
    assert!(source::blocks(&folder.path().join("b.csv")).is_err());
    assert!(source::blocks(folder.path()).is_err());
}

proptest! {
    #[test]
    fn pieces_put_together_are_the_file(
        lines in proptest::collection::vec("[ -~]{0,20}", 1..40),
        piece_bytes in 1_usize..200,
    ) {
        let bytes = format!("{{first}}\n{}", lines.join("\n")).into_bytes();
        let (pieces, notices) = stream(&bytes, "a.jsonl", Options { piece_bytes, ..options() });
        prop_assert_eq!(notices, Vec::new());
        // Pieces of blank lines only are left out; the others keep their place.
        let all: Vec<&[u8]> = bytes.split(|b| *b == b'\n').collect();
        let mut filled = 0;
        for piece in &pieces {
            for (index, line) in piece.bytes.split_inclusive(|b| *b == b'\n').enumerate() {
                prop_assert_eq!(line.trim_ascii(), all[piece.first_line - 1 + index].trim_ascii());
                filled += usize::from(!line.trim_ascii().is_empty());
            }
        }
        prop_assert_eq!(filled, all.iter().filter(|l| !l.trim_ascii().is_empty()).count());
    }

    #[test]
    fn the_order_does_not_depend_on_the_order_of_creation(
        mut names in proptest::collection::hash_set("[a-zA-Z0-9]{1,3}", 1..12).prop_map(Vec::from_iter)
    ) {
        let folder = tempfile::tempdir().unwrap();
        for name in &names {
            fs::write(folder.path().join(format!("{name}.txt")), "x").unwrap();
        }
        let (files, _) = run(folder.path(), &["."]);
        names.sort_by_key(|name| format!("{name}.txt"));
        prop_assert_eq!(files, names.iter().map(|n| format!("{n}.txt")).collect::<Vec<_>>());
    }
}

#[test]
fn a_file_that_changes_while_it_is_read_is_said() {
    let folder = tree(&[]);
    let path = folder.path().join("a.jsonl");
    fs::write(&path, "{\"a\":1}\n".repeat(100_000)).unwrap();
    let mut source = source::open(std::slice::from_ref(&path), options());
    assert!(source.next().unwrap().is_ok());
    io::Write::write_all(&mut fs::OpenOptions::new().append(true).open(&path).unwrap(), b"{}\n").unwrap();
    let (_, notices) = sort_out(source);
    assert_eq!((notices.len(), notices[0].lost), (1, true));
    assert!(notices[0].message.contains("changed while it was read"));
}

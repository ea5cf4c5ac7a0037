//! A report in Chinese says everything in Chinese: remarks, reasons and notes too.

use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The text report of a folder.
fn page(folder: &Path, args: &[&str]) -> String {
    let run = crate::program().arg("scan").args(args).current_dir(folder).output().unwrap();
    String::from_utf8(run.stdout).unwrap()
}

/// Whether three English words follow each other: no id, clause, rule or format does.
fn is_english(line: &str) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let plain =
        |w: &&str| w.len() > 1 && w.trim_end_matches([':', ',', ';']).bytes().all(|b| b.is_ascii_lowercase());
    words.windows(3).any(|three| three.iter().all(&plain))
}

/// The lines of remarks, reasons and notes.
fn remarks(page: &str) -> Vec<&str> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in page.lines() {
        if ["未检的规则", "输入提示", "对抑制文件的问题"].contains(&line) {
            inside = true;
        } else if line.is_empty() {
            inside = false;
        } else if (inside && !line.trim_start().starts_with("frequency/")) || line.contains("备注: ") {
            found.push(line);
        }
    }
    found
}

#[test]
fn the_scenarios_are_told_in_chinese() {
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("samples/scenarios")).unwrap() {
        let folder = entry.unwrap().path();
        if !folder.is_dir() {
            continue;
        }
        let text = std::fs::read_to_string(folder.join("expected.toml")).unwrap();
        let expected: toml::Table = toml::from_str(&text).unwrap();
        let args: Vec<&str> =
            expected["args"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        let page = page(&folder, &[&args[..], &["--lang", "zh"]].concat());
        for line in remarks(&page) {
            seen += 1;
            assert!(!is_english(line), "{}: {line}", folder.display());
        }
    }
    assert!(seen > 20, "{seen}");
}

#[test]
fn broken_input_is_told_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let log = "标题\ncall_id,borrower_id,start,duration_s,connected,end\nK1,B1,2026-03-05 10:10,x,true,\nK2,B1,2026-03-05 10:10,3,maybe,\n\
               K3,B1,2099-03-05 10:10,3,true,\nK4,B1,2026-03-05 10:10\nK5,B1,never,3,true,\nK6,B1,2026-03-05 10:10,-3,true,\n合计,,,9,,\n";
    for (name, bytes) in [
        ("a.jsonl", &b"{\"turns\":[{\"speaker\":\"agent\"}]}\n{\"a\":1}\n[]\n{\"turns\"\n{\"turns\":[],\"start\":\"x\"}\n"[..]),
        ("b.txt", "某某：您好\n坐席：好\n".as_bytes()),
        ("c.txt", b"\xff\xff\xff\x00\x01\xff\xff"),
        ("d.json", b"{\"a\":1}"),
        ("e.txt", b""),
        ("f.srt", b"1\nx --> y\nhello\n"),
        ("g.pdf", b"x"),
        (".hidden", b"x"),
        ("h.csv", log.as_bytes()),
    ] {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let page = page(folder.path(), &[".", "--calls", "h.csv", "--lang", "zh"]);
    let told = remarks(&page);
    assert!(told.len() > 12, "{page}");
    let english: Vec<&&str> =
        told.iter().filter(|line| !line.contains("已知的有") && is_english(line)).collect();
    assert!(english.is_empty(), "{english:#?}");
}

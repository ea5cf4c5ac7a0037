//! What a run reads is never written over, whatever it is and by whatever name.

use crate::cli::{Desk, code, refused, told};

const CALL: &str = "坐席：您好，请您尽快还款。\n客户：好的。\n";
const OWN: &str = "extends = \"base.toml\"\n";
const BASE: &str = "extends = \"strict\"\n";

fn desk() -> Desk {
    let files = [("call.txt", CALL), ("p.toml", OWN), ("base.toml", BASE), ("c.bin", "no classifier")];
    let files = files.map(|(name, text)| (name, text.as_bytes()));
    let desk = Desk::new(&files);
    std::fs::create_dir_all(desk.path("own/phrases/threat")).unwrap();
    std::fs::write(desk.path("own/phrases/threat/x.toml"), "a rule").unwrap();
    desk
}

#[test]
fn a_profile_and_what_it_extends() {
    let desk = desk();
    let scan = ["scan", "call.txt", "--profile", "p.toml"];
    for output in ["p.toml", "./own/../p.toml", "base.toml"] {
        refused(&desk, &[&scan[..], &["-o", output]].concat(), &desk.path(output));
        let report = format!("html={output}");
        refused(&desk, &[&scan[..], &["--report", &report]].concat(), &desk.path(output));
    }
    // One that the configuration names.
    std::fs::write(desk.path("cuicha.toml"), "profile = \"./p.toml\"\n").unwrap();
    refused(&desk, &["scan", "call.txt", "-o", "base.toml"], &desk.path("base.toml"));
    assert_eq!(code(&desk.run(&["scan", "call.txt", "-o", "report.toml"])), 0);
}

#[test]
fn profiles_in_a_circle_are_no_endless_work() {
    let desk = desk();
    std::fs::write(desk.path("base.toml"), "extends = \"p.toml\"\n").unwrap();
    let output = desk.run(&["scan", "call.txt", "--profile", "p.toml", "-o", "report.txt"]);
    assert!(code(&output) == 2 && told(&output).contains("circle"), "{}", told(&output));
}

#[test]
fn a_lexicon() {
    let desk = desk();
    let rule = desk.path("own/phrases/threat/x.toml");
    let scan = ["scan", "call.txt", "--lexicon", "own"];
    for output in ["own/phrases/threat/x.toml", "own/./phrases/threat/x.toml"] {
        refused(&desk, &[&scan[..], &["-o", output]].concat(), &rule);
    }
    std::fs::write(desk.path("cuicha.toml"), "lexicon = [\"own\"]\n").unwrap();
    refused(&desk, &["scan", "call.txt", "--report", "json=own/phrases/threat/x.toml"], &rule);
    std::fs::remove_file(desk.path("cuicha.toml")).unwrap();
    // What is not there yet would be read by the next run.
    let output = desk.run(&[&scan[..], &["-o", "own/phrases/threat/new.toml"]].concat());
    assert!(code(&output) == 2 && told(&output).contains("input"), "{}", told(&output));
    assert!(!desk.path("own/phrases/threat/new.toml").exists());
}

#[test]
fn a_report_beside_the_rules_is_none_of_them() {
    let desk = desk();
    let rule = include_str!("../../lexicons/phrases/threat/violence.toml");
    std::fs::write(desk.path("own/phrases/threat/x.toml"), rule).unwrap();
    std::fs::rename(desk.path("own/phrases/threat/x.toml"), desk.path("own/phrases/threat/violence.toml"))
        .unwrap();
    for _ in 0..2 {
        let output = desk.run(&["scan", "call.txt", "--lexicon", "own", "-o", "own/report.html"]);
        assert_eq!(code(&output), 0, "{}", told(&output));
    }
}

#[test]
fn a_classifier_and_a_configuration() {
    let desk = desk();
    std::fs::write(desk.path("other.toml"), "fail-on = \"minor\"\n").unwrap();
    refused(
        &desk,
        &["scan", "call.txt", "--classifier", "c.bin", "--report", "html=c.bin"],
        &desk.path("c.bin"),
    );
    let config = ["--config", "other.toml"];
    let kept = desk.path("other.toml");
    refused(&desk, &[&["scan", "call.txt", "--report", "html=other.toml"], &config[..]].concat(), &kept);
    refused(&desk, &[&["background", "call.txt", "--out", "other.toml"], &config[..]].concat(), &kept);
    std::fs::write(desk.path("found.json"), "{}").unwrap();
    let baseline = ["baseline", "update", "other.toml", "found.json"];
    let output = desk.run(&[&baseline[..], &config[..]].concat());
    assert_eq!((code(&output), std::fs::read(&kept).unwrap()), (2, b"fail-on = \"minor\"\n".to_vec()));
}

#[test]
fn what_is_read_beside_a_transcript() {
    let desk = desk();
    std::fs::write(desk.path("call.meta.json"), "{}").unwrap();
    refused(&desk, &["scan", "call.txt", "-o", "call.meta.json"], &desk.path("call.meta.json"));
    std::fs::create_dir(desk.path("kaldi")).unwrap();
    for (name, text) in [("text", "a-1 你好\n"), ("segments", "a-1 a 0.0 1.0\n"), ("old.zip", "PK")] {
        std::fs::write(desk.path("kaldi").join(name), text).unwrap();
    }
    refused(&desk, &["scan", "kaldi/text", "-o", "kaldi/segments"], &desk.path("kaldi/segments"));
    refused(&desk, &["scan", "kaldi", "-o", "kaldi/segments"], &desk.path("kaldi/segments"));
    refused(&desk, &["scan", "kaldi", "-o", "kaldi/old.zip"], &desk.path("kaldi/old.zip"));
}

#[test]
fn what_is_learnt_from() {
    let line = r#"{"id":"1","speaker":"collector","text":"您好","labels":[],"kind":"plain"}"#;
    let desk = desk();
    std::fs::create_dir(desk.path("data")).unwrap();
    for name in ["data/a.jsonl", "data/b.calls.jsonl", "data/b.truth.jsonl", "speech.bin"] {
        std::fs::write(desk.path(name), line).unwrap();
    }
    let train = ["train", "data", "--calibrate", "data/a.jsonl", "--background", "speech.bin"];
    for out in ["data/a.jsonl", "data/b.truth.jsonl", "speech.bin"] {
        refused(&desk, &[&train[..], &["--out", out]].concat(), &desk.path(out));
    }
    let alone = ["train", "data/b.calls.jsonl", "--out", "data/b.truth.jsonl"];
    refused(&desk, &alone, &desk.path("data/b.truth.jsonl"));
    let background = ["background", "call.txt", "--classifier", "c.bin", "--lexicon", "own"];
    for out in ["call.txt", "c.bin", "own/phrases/threat/x.toml"] {
        refused(&desk, &[&background[..], &["--out", out]].concat(), &desk.path(out));
    }
}

#[cfg(unix)]
#[test]
fn the_same_file_through_links() {
    use std::os::unix::fs::symlink;
    let desk = desk();
    symlink("p.toml", desk.path("link.toml")).unwrap();
    let kept = desk.path("p.toml");
    refused(&desk, &["scan", "call.txt", "--profile", "p.toml", "-o", "link.toml"], &kept);
    refused(&desk, &["scan", "call.txt", "--profile", "link.toml", "-o", "p.toml"], &kept);
    symlink("own", desk.path("alias")).unwrap();
    let rule = desk.path("own/phrases/threat/x.toml");
    let output = "own/phrases/threat/x.toml";
    refused(&desk, &["scan", "call.txt", "--lexicon", "alias", "-o", output], &rule);
    // A link that is one of the lexicon's files.
    symlink("../../../base.toml", desk.path("own/phrases/threat/y.toml")).unwrap();
    refused(&desk, &["scan", "call.txt", "--lexicon", "own", "-o", "base.toml"], &desk.path("base.toml"));
}

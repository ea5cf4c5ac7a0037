//! `cuicha.toml`: found upwards, below flags and above defaults, refused with its line where it is wrong.

use cuicha::config::{self, KEYS, Kind};
use serde_json::{Value, json};

use crate::cli::{Desk, code, shown, told};
use crate::schema;

const THREAT: &str = "坐席：我弄死你信不信。\n客户：你说什么。\n";

fn desk(config: &str) -> Desk {
    let desk = Desk::new(&[("cuicha.toml", config.as_bytes())]);
    std::fs::create_dir_all(desk.path("a/b")).unwrap();
    std::fs::write(desk.path("a/b/call.txt"), THREAT).unwrap();
    desk
}

/// Runs in a folder of the desk.
fn run(desk: &Desk, folder: &str, args: &[&str]) -> std::process::Output {
    crate::program().args(args).current_dir(desk.path(folder)).output().unwrap()
}

#[test]
fn it_is_found_upwards_and_beaten_by_flags() {
    let desk = desk("format = \"jsonl\"\nfail-on = \"never\"\nlang = \"en\"\n");
    let output = run(&desk, "a/b", &["scan", "call.txt"]);
    assert!(code(&output) == 0 && shown(&output).starts_with("{\"type\":\"finding\""), "{}", shown(&output));
    let flags = run(&desk, "a/b", &["scan", "call.txt", "--fail-on", "major", "--format", "text"]);
    assert!(code(&flags) == 1 && shown(&flags).starts_with("violation["), "{}", shown(&flags));
    let alone = run(&desk, "a/b", &["scan", "call.txt", "--isolated"]);
    assert!(code(&alone) == 1 && shown(&alone).starts_with("违规["), "{}", shown(&alone));
    let other = run(&desk, "a/b", &["--isolated", "scan", "call.txt"]);
    assert_eq!(shown(&alone), shown(&other), "before the verb and behind it");
    // The nearest one holds, and the farther one is not looked at.
    std::fs::write(desk.path("a/cuicha.toml"), "lang = \"zh\"\n").unwrap();
    assert!(shown(&run(&desk, "a/b", &["scan", "call.txt"])).starts_with("违规["));
    let named = run(&desk, "a/b", &["scan", "call.txt", "--config", "../../cuicha.toml"]);
    assert!(shown(&named).starts_with("{\"type\""));
}

#[test]
fn one_that_lies_among_the_calls_is_not_trusted_unless_it_is_named() {
    let desk = desk("fail-on = \"never\"\n");
    let found = run(&desk, "a", &["scan", ".."]);
    assert!(code(&found) == 2 && told(&found).contains("--config"), "{}", told(&found));
    assert_eq!(code(&run(&desk, "a", &["scan", "..", "--config", "../cuicha.toml"])), 0);
    assert_eq!(code(&run(&desk, "a", &["scan", "..", "--isolated"])), 1);
    assert_eq!(code(&run(&desk, "a", &["scan", "b"])), 0, "beside the calls it holds");
}

#[test]
fn paths_are_relative_to_the_file() {
    let desk = desk("baseline = \"base.json\"\n");
    std::fs::write(desk.path("base.json"), "{\"cuicha_baseline\":1}\n").unwrap();
    let output = run(&desk, "a/b", &["scan", "call.txt", "--format", "jsonl"]);
    assert!(
        code(&output) == 1 && shown(&output).contains("\"accepted\":{\"baseline\":0"),
        "{}",
        told(&output)
    );
}

#[test]
fn a_flag_beats_the_key_that_contradicts_it() {
    let desk = desk("no-classifier = true\n");
    let output = run(&desk, "a/b", &["scan", "call.txt", "--classifier", "gone.bin"]);
    assert!(code(&output) == 2 && told(&output).contains("gone.bin"), "{}", told(&output));
}

#[test]
fn what_is_wrong_is_refused_with_its_line_and_what_was_meant() {
    for (config, words) in [
        ("\nprofil = \"strict\"\n", &["cuicha.toml:2", "unknown key `profil`", "did you mean `profile`"][..]),
        ("fail-on = \"mayor\"\n", &["cuicha.toml:1", "did you mean `major`"]),
        ("format = \"xml\"\n", &["cuicha.toml:1", "jsonl"]),
        ("threads = -1\n", &["cuicha.toml:1", "whole number"]),
        ("context = 101\n", &["cuicha.toml:1", "100"]),
        ("no-mask = \"yes\"\n", &["cuicha.toml:1", "true or false"]),
        ("lexicon = \"rules\"\n", &["cuicha.toml:1", "list of folders"]),
        ("profile = 3\n", &["cuicha.toml:1", "text between quotes"]),
        ("lang = \"en\"\nlang = \"zh\"\n", &["cuicha.toml:2"]),
        ("output = \"x\"\n", &["unknown key `output`"]),
        ("[scan]\n", &["cuicha.toml:1", "unknown key `scan`"]),
        ("lang = \n", &["cuicha.toml:1"]),
        ("profile = \"strickt\"\n", &["strickt", "strict"]),
    ] {
        let output = run(&desk(config), "a/b", &["scan", "call.txt"]);
        let told = told(&output);
        assert!(code(&output) == 2 && words.iter().all(|w| told.contains(w)), "{config}: {told}");
        assert!(!told.contains("panicked"), "{told}");
    }
    let gone = run(&desk(""), "a/b", &["scan", "call.txt", "--config", "gone.toml"]);
    assert!(code(&gone) == 2 && told(&gone).contains("gone.toml"), "{}", told(&gone));
    let both = run(&desk(""), "a/b", &["scan", "call.txt", "--config", "x", "--isolated"]);
    assert_eq!(code(&both), 2);
}

#[test]
fn show_tells_each_value_with_its_origin() {
    let desk = desk("# mine\nlang = \"en\"\nlexicon = [\"own\"]\n");
    let page = shown(&run(&desk, "a", &["config", "show"]));
    for key in KEYS {
        assert!(page.contains(key.name), "{}\n{page}", key.name);
    }
    let line = |name: &str| page.lines().find(|l| l.starts_with(name)).unwrap().to_owned();
    assert!(line("lang").ends_with("cuicha.toml:2") && line("lexicon").contains("own"), "{page}");
    assert!(line("threads").ends_with("# default"), "{page}");
    // What is shown can be read again.
    std::fs::write(desk.path("again.toml"), &page).unwrap();
    assert_eq!(code(&run(&desk, "a", &["config", "show", "--config", "../again.toml"])), 0);
}

#[test]
fn init_writes_what_changes_nothing_and_never_overwrites() {
    let desk = Desk::new(&[("call.txt", THREAT.as_bytes())]);
    let before = shown(&desk.run(&["scan", "call.txt", "--format", "jsonl"]));
    assert_eq!(code(&desk.run(&["init"])), 0);
    assert_eq!(shown(&desk.run(&["scan", "call.txt", "--format", "jsonl"])), before);
    let text = std::fs::read_to_string(desk.path("cuicha.toml")).unwrap();
    let again = desk.run(&["init"]);
    assert!(code(&again) == 2 && told(&again).contains("already"), "{}", told(&again));
    assert_eq!(std::fs::read_to_string(desk.path("cuicha.toml")).unwrap(), text);
    // Every line that is commented out is right when it is not.
    let keys = KEYS.iter().map(|k| k.name);
    let bare: String = text
        .lines()
        .filter_map(|l| l.strip_prefix("# "))
        .filter(|l| keys.clone().any(|k| l.starts_with(&format!("{k} = "))))
        .map(|l| format!("{l}\n"))
        .collect();
    assert_eq!(bare.lines().count(), KEYS.len());
    std::fs::write(desk.path("bare.toml"), &bare).unwrap();
    assert_eq!(code(&desk.run(&["config", "show", "--config", "bare.toml"])), 0);
}

#[test]
fn the_schema_holds_every_key_and_refuses_what_the_program_refuses() {
    let written: Value = serde_json::from_str(&shown(&Desk::new(&[]).run(&["config", "schema"]))).unwrap();
    assert_eq!(written, config::schema());
    let properties = written["properties"].as_object().unwrap();
    assert_eq!(properties.len(), KEYS.len());
    for key in KEYS {
        // The schema and the reader agree on the example, and on a wrong kind of value.
        let example: Value = serde_json::from_str(key.example).unwrap();
        for (value, good) in [(example, true), (json!({ "a": 1 }), false)] {
            let faults = schema::faults(&written, &json!({ key.name: value.clone() }));
            assert_eq!(faults.is_empty(), good, "{}: {faults:?}", key.name);
        }
        let read = |value: &str| {
            let desk = Desk::new(&[("c.toml", format!("{} = {value}\n", key.name).as_bytes())]);
            config::Settings::read(&desk.path("c.toml")).is_ok()
        };
        assert!(read(key.example) && !read("{ a = 1 }"), "{}", key.name);
    }
    assert!(!schema::faults(&written, &json!({ "profil": "strict" })).is_empty());
}

#[test]
fn every_key_is_a_flag_of_the_same_words() {
    let help = shown(&Desk::new(&[]).run(&["scan", "--help"]));
    for key in KEYS {
        let flag = format!("--{} ", key.name);
        let at = help.find(&flag).or_else(|| help.find(&format!("--{}\n", key.name)));
        let Some(at) = at else { panic!("{} is no flag of `scan`", key.name) };
        if let Kind::Choice(known) = key.kind {
            let part: String = help[at..].lines().take(22).collect();
            for word in known() {
                let listed = [format!("- {word}:"), format!("<{word}|"), format!("|{word}>")];
                assert!(listed.iter().any(|l| part.contains(l)), "{} {word}: {part}", key.name);
            }
        }
    }
}

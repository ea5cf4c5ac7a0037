//! The commands in both READMEs, run as they stand there, give what stands there.
//!
//! With `UPDATE_README=1` in the environment the outputs are written into the READMEs instead; read the difference then.

use std::path::{Path, PathBuf};

const READMES: &[&str] = &["README.md", "README.zh-CN.md"];
const OWN_RULE: &str = "samples/scenarios/own-rule/lexicon/phrases/improper-demand/green-window.toml";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap()
}

/// Fenced blocks of a language: their lines.
pub fn blocks<'a>(text: &'a str, language: &str) -> Vec<Vec<&'a str>> {
    let (opening, mut found) = (format!("```{language}"), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("```") {
            let inside = lines.by_ref().take_while(|l| *l != "```").collect();
            if line == opening {
                found.push(inside);
            }
        }
    }
    found
}

/// The language of the system that each is written for.
fn locale(file: &str) -> &'static str {
    if file.contains(".zh") { "zh_CN.UTF-8" } else { "C" }
}

/// Runs one command; its standard output and status.
fn run(command: &str, locale: &str) -> (String, i32) {
    let words = command.strip_prefix("cargo run --release -- ").or_else(|| command.strip_prefix("cuicha "));
    let words = words.unwrap_or_else(|| panic!("`{command}` cannot be tested: use a block of another kind"));
    let mut program = crate::program();
    program.args(words.split_whitespace()).env("LC_ALL", locale).current_dir(root());
    let run = program.output().unwrap();
    (String::from_utf8(run.stdout).unwrap(), run.status.code().unwrap())
}

/// A block as it should read: each command followed by what it prints. `echo $?` prints the status of the one before it.
fn replay(block: &[&str], locale: &str) -> Vec<String> {
    let (mut lines, mut status, mut told) = (Vec::new(), 0, true);
    for command in block.iter().filter_map(|l| l.strip_prefix("$ ")) {
        lines.push(format!("$ {command}"));
        if command == "echo $?" {
            lines.push(status.to_string());
            told = true;
        } else {
            assert!(
                told || status == 0,
                "the command before `{command}` ends with {status}: show it by `echo $?`"
            );
            let (out, code) = run(command, locale);
            lines.extend(out.lines().map(|l| l.trim_end().to_owned()));
            (status, told) = (code, false);
        }
    }
    assert!(told || status == 0, "the last command ends with {status}: show it by `echo $?`");
    lines
}

/// Without what every change of the lexicon changes: its hash, and how many tests it has.
fn steady(line: &str) -> String {
    if let Some((_, failed)) = line.split_once(" passed, ").filter(|_| line.contains(" tests in ")) {
        return format!("# tests in # rules: # passed, {failed}");
    }
    let hash = |word: &str| word.len() == 12 && word.bytes().all(|b| b.is_ascii_hexdigit());
    line.split(' ').map(|word| if hash(word) { "#" } else { word }).collect::<Vec<_>>().join(" ")
}

fn update(file: &str) {
    let mut text = read(file);
    for block in blocks(&text.clone(), "console") {
        text = text.replace(&block.join("\n"), &replay(&block, locale(file)).join("\n"));
    }
    std::fs::write(root().join(file), text).unwrap();
}

#[test]
fn commands_of_the_readmes_give_what_stands_there() {
    for file in READMES {
        if std::env::var_os("UPDATE_README").is_some() {
            update(file);
        }
        let text = read(file);
        let examples = blocks(&text, "console");
        assert!(examples.len() >= 3, "{file}: where are the examples?");
        for block in examples {
            let want: Vec<String> = block.iter().map(|l| steady(l)).collect();
            let got: Vec<String> = replay(&block, locale(file)).iter().map(|l| steady(l)).collect();
            assert_eq!(got.join("\n"), want.join("\n"), "{file}");
        }
    }
}

#[test]
fn the_rule_in_the_readmes_is_the_one_of_the_scenario() {
    for file in READMES {
        let text = read(file);
        let rules: Vec<String> = blocks(&text, "toml").iter().map(|b| b.join("\n") + "\n").collect();
        assert!(rules.contains(&read(OWN_RULE)), "{file} shows another rule than {OWN_RULE}");
    }
}

#[test]
fn the_rule_in_the_readmes_passes_its_tests_and_finds_what_the_built_in_rules_do_not() {
    let (out, _) = run("cuicha lexicon test samples/scenarios/own-rule/lexicon", "C");
    assert!(!out.contains("green-window"), "{out}");
    let call = "samples/scenarios/own-rule/call.txt --format jsonl";
    assert_eq!(run(&format!("cuicha scan {call}"), "C").1, 0);
    let (out, status) = run(&format!("cuicha scan {call} --lexicon samples/scenarios/own-rule/lexicon"), "C");
    assert!(status == 1 && out.contains("improper-demand/green-window"), "{out}");
}

#[test]
fn profiles_and_links_of_the_readmes_are_there() {
    for file in READMES {
        let text = read(file);
        for entry in std::fs::read_dir(root().join("lexicons/frequency")).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            assert!(text.contains(&format!("`{name}`")), "{file} does not tell of the profile {name}");
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let there = link.starts_with("https://") || root().join(link).exists();
            assert!(there, "{file}: {link} is not there");
        }
    }
}

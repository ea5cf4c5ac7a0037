//! What docs/ci.md tells pipelines to do, done: its shell lines run as they stand there, its files are taken as they are.

use std::path::Path;
use std::process::{Command, Output};

use crate::cli::{Desk, code, shown, told};
use crate::readme::blocks;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/ci.md")).unwrap()
}

/// A folder with calls as a pipeline has them.
fn desk() -> Desk {
    let desk = Desk::new(&[]);
    std::fs::create_dir(desk.path("calls")).unwrap();
    std::fs::copy(root().join("samples/scenarios/threat/call.txt"), desk.path("calls/call.txt")).unwrap();
    desk
}

/// A line as the shell of a job runs it.
fn shell(desk: &Desk, line: &str) -> Output {
    let bin = Path::new(env!("CARGO_BIN_EXE_cuicha")).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    Command::new("sh")
        .args(["-ec", line])
        .env("PATH", path)
        .env("LC_ALL", "C")
        .current_dir(desk.0.path())
        .output()
        .unwrap()
}

/// The shell lines of the jobs: the language of their block, and the line.
fn jobs(page: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for language in ["yaml", "groovy"] {
        for line in blocks(page, language).concat() {
            let line = line.trim().trim_start_matches("- ").trim_start_matches("run: ");
            let line = line.strip_prefix("sh '").map_or(line, |rest| rest.trim_end_matches('\''));
            if line.starts_with("cuicha ") {
                found.push((language, line.to_owned()));
            }
        }
    }
    found
}

#[test]
fn the_jobs_run_and_leave_what_they_hand_over() {
    let page = page();
    let jobs = jobs(&page);
    assert_eq!(jobs.len(), 3, "GitHub, GitLab, Jenkins: {jobs:?}");
    for (_, line) in jobs {
        let desk = desk();
        let output = shell(&desk, &line);
        assert_eq!(code(&output), 1, "{line}: {}", told(&output));
        let files: Vec<&str> =
            line.split_whitespace().filter_map(|w| w.split_once('=')).map(|(_, file)| file).collect();
        assert!(!files.is_empty());
        for file in files {
            assert!(desk.path(file).is_file(), "{line}: {file} is not written");
            assert!(page.matches(file).count() >= 2, "{line}: nothing takes up {file}");
        }
    }
}

#[test]
fn the_shell_lines_run_one_after_another() {
    let (page, desk) = (page(), desk());
    let file = blocks(&page, "toml").into_iter().find(|b| b[0] == "# suppressions.toml").unwrap();
    // The one finding of the sample is all that its agency has.
    let text = file.join("\n").replace("max_share = 0.05", "max_share = 1.0");
    std::fs::write(desk.path("suppressions.toml"), text + "\n").unwrap();
    let mut came_out = Vec::new();
    for line in blocks(&page, "sh").concat().into_iter().filter(|l| l.starts_with("cuicha ")) {
        let output = shell(&desk, line);
        assert!(code(&output) < 2, "{line}: {}", told(&output));
        came_out.push((line, code(&output)));
    }
    let of =
        |line: &str| came_out.iter().find(|(l, _)| *l == line).unwrap_or_else(|| panic!("{line} is gone")).1;
    assert_eq!(of("cuicha scan calls --report jsonl=result.jsonl"), 1);
    assert_eq!(of("cuicha scan calls --baseline baseline.json"), 0);
    assert_eq!(of("cuicha scan calls --suppressions suppressions.toml"), 0);
    let moved = shell(&desk, "cuicha diff old.jsonl new.jsonl");
    assert!(
        code(&moved) == of("cuicha diff old.jsonl new.jsonl")
            && shown(&moved).contains("profile        moved")
    );
    let strict = file.join("\n");
    std::fs::write(desk.path("suppressions.toml"), strict + "\n").unwrap();
    let over = shell(&desk, "cuicha scan calls --suppressions suppressions.toml --lang en");
    assert!(code(&over) == 1 && shown(&over).contains("max_share allows 5 %"), "{}", shown(&over));
}

/// The hooks: key → value, one map a hook.
fn hooks() -> Vec<Vec<(String, String)>> {
    let text = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).unwrap();
    let mut hooks: Vec<Vec<(String, String)>> = Vec::new();
    for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
        if line.starts_with("- ") {
            hooks.push(Vec::new());
        }
        let (key, value) = line[2..].split_once(": ").unwrap();
        hooks.last_mut().unwrap().push((key.to_owned(), value.to_owned()));
    }
    hooks
}

#[test]
fn the_hooks_pass_a_good_lexicon_and_stop_a_bad_one() {
    let page = page();
    for hook in hooks() {
        let get =
            |key: &str| &hook.iter().find(|(k, _)| k == key).unwrap_or_else(|| panic!("{key}: {hook:?}")).1;
        assert!(page.contains(&format!("- id: {}", get("id"))), "docs/ci.md does not tell of {}", get("id"));
        assert_eq!((get("language").as_str(), get("pass_filenames").as_str()), ("rust", "false"));
        let line = format!("{} {}", get("entry"), get("args").trim_matches(['[', ']']));
        let desk = Desk::new(&[]);
        let rule = "phrases/improper-demand/green-window.toml";
        std::fs::create_dir_all(desk.path("lexicon/phrases/improper-demand")).unwrap();
        let good =
            std::fs::read_to_string(root().join("samples/scenarios/own-rule/lexicon").join(rule)).unwrap();
        std::fs::write(desk.path("lexicon").join(rule), &good).unwrap();
        assert_eq!(code(&shell(&desk, &line)), 0, "{line}");
        for bad in [good.replace("terms    =", "term     ="), good.replace("【绿色窗口】", "窗口")] {
            assert_ne!(bad, good);
            std::fs::write(desk.path("lexicon").join(rule), &bad).unwrap();
            let output = shell(&desk, &line);
            let stopped = code(&output) != 0 && (shown(&output) + &told(&output)).contains("green-window");
            assert!(
                stopped || (line.contains("lint") && bad.contains("terms    =")),
                "{line}: {}",
                shown(&output)
            );
        }
    }
    assert!(hooks().len() >= 2);
}

//! Where the reports for machines say that something stands.

use serde_json::Value;

use crate::cli::{Desk, shown, told};

const THREAT: &str = "坐席：我弄死你信不信。\n客户：你说什么。\n";
const HEAD: &str = "call_id,borrower_id,start,duration_s,connected\n";

/// A folder to run in, with calls beside it.
fn desk() -> Desk {
    let desk = Desk::new(&[]);
    for folder in ["calls", "samples/x"] {
        std::fs::create_dir_all(desk.path(folder)).unwrap();
    }
    std::fs::write(desk.path("samples/x/call.txt"), THREAT).unwrap();
    std::fs::write(desk.path("calls/call.txt"), THREAT).unwrap();
    desk
}

fn report(desk: &Desk, format: &str, args: &[&str]) -> String {
    let mut command = crate::program();
    command.args(["scan", "--format", format, "--now", "2026-04-01T00:00:00+08:00"]).args(args);
    let output = command.current_dir(desk.path("calls")).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    shown(&output)
}

/// The place of the first finding of these rules, and its line.
fn place(desk: &Desk, format: &str, rule: &str, args: &[&str]) -> (String, u64) {
    let text = report(desk, format, args);
    let parsed = || serde_json::from_str::<Value>(&text).unwrap();
    let of = |all: &Value, id: &str, file: &str, line: &str| {
        let found = all.as_array().unwrap().iter().find(|r| r[id].as_str().unwrap().starts_with(rule));
        let found = found.unwrap_or_else(|| panic!("{rule}: {text}"));
        let file = found.pointer(file).unwrap().as_str().unwrap().to_owned();
        (file, found.pointer(line).unwrap().as_u64().unwrap())
    };
    let at = "/locations/0/physicalLocation";
    match format {
        "sarif" => of(
            &parsed()["runs"][0]["results"],
            "ruleId",
            &format!("{at}/artifactLocation/uri"),
            &format!("{at}/region/startLine"),
        ),
        "gitlab" => of(&parsed(), "check_name", "/location/path", "/location/lines/begin"),
        _ => {
            let line = text.lines().find(|l| l.contains(&format!("[{rule}"))).unwrap();
            let part = |key: &str| line.split(key).nth(1).unwrap().split(',').next().unwrap();
            (part("file=").to_owned(), part("line=").parse().unwrap())
        }
    }
}

#[test]
fn a_path_that_was_named_relative_stays_so() {
    let desk = desk();
    let inside = desk.path("calls/call.txt").canonicalize().unwrap().display().to_string();
    for (named, file) in [
        ("../samples/x/call.txt", "../samples/x/call.txt"),
        ("./../calls/../samples/./x/call.txt", "../samples/x/call.txt"),
        ("../samples", "../samples/x/call.txt"),
        ("./call.txt", "call.txt"),
        ("../calls/call.txt", "call.txt"),
        (&inside, "call.txt"),
    ] {
        for format in ["sarif", "github", "gitlab"] {
            assert_eq!(place(&desk, format, "threat/", &[named]), (file.to_owned(), 1), "{format} {named}");
        }
        let home = desk.0.path().file_name().unwrap().to_string_lossy().into_owned();
        for format in ["sarif", "github", "gitlab", "junit"] {
            let text = report(&desk, format, &[named]);
            assert!(text.contains(file) && !text.contains(&home), "{format} {named}: {text}");
        }
    }
    let outside = desk.path("samples/x/call.txt").display().to_string();
    assert_eq!(place(&desk, "gitlab", "threat/", &[&outside]).0, outside);
    assert_eq!(place(&desk, "sarif", "threat/", &[&outside]).0, format!("file://{outside}"));
}

#[test]
fn a_counting_finding_stands_in_the_log_that_holds_its_calls() {
    let desk = desk();
    let quiet = "K1,B1,2026-03-05T10:10:00+08:00,60,true\n";
    let night = "K2,B2,2026-03-05T10:10:00+08:00,60,true\nK3,B2,2026-03-06T03:10:00+08:00,60,true\n";
    std::fs::write(desk.path("calls/a.csv"), format!("{HEAD}{quiet}")).unwrap();
    std::fs::write(desk.path("samples/b.csv"), format!("{HEAD}{night}")).unwrap();
    for format in ["sarif", "github", "gitlab"] {
        let logs = ["--calls", "a.csv", "--calls", "../samples/b.csv"];
        let found = place(&desk, format, "frequency/", &logs);
        assert_eq!(found, ("../samples/b.csv".to_owned(), 3), "{format}");
    }
}

#[test]
fn what_a_configuration_above_names_is_relative_too() {
    let desk = desk();
    std::fs::write(desk.path("cuicha.toml"), "suppressions = \"s.toml\"\n").unwrap();
    let expired = "max_share = 1.0\n[[suppression]]\nrule = \"threat/violence\"\nreason = \"r\"\nauthor = \"a\"\nexpires = 2020-01-01\n";
    std::fs::write(desk.path("s.toml"), expired).unwrap();
    for format in ["sarif", "gitlab"] {
        let found = place(&desk, format, "suppression/", &["call.txt"]);
        assert_eq!(found.0, "../s.toml", "{format}");
    }
}

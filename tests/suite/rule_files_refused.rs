//! What is wrong in a folder of rule files is told: with its line where it is refused, by its name where it is not read.

use crate::rule_files::{POOR, code, desk, run, text};

/// What a folder with one file is refused for, in English.
fn refused(path: &str, rule: &str) -> String {
    let output = run(desk(path, rule).path(), &["lexicon", "test", "my", "--lang", "en"]);
    assert_eq!(code(&output), 2, "{path}: {}", text(&output));
    text(&output)
}

#[test]
fn a_clause_of_no_known_certainty_without_an_id_or_ended_before_it_began_is_refused() {
    let conduct = "title = { zh = \"甲\", en = \"a\" }\nseverity = \"info\"\nwhy = { zh = \"乙\", en = \"b\" }\n\
        order = 9\n[[need]]\nname = \"said\"\nterms = [\"己庚辛壬\"]\n";
    let profile = "extends = \"strict\"\n[[rule]]\nid = \"quiet-hours\"\nseverity = \"info\"\n";
    for (basis, words) in [
        ("[{ id = \"X 1\", certainty = \"D\" }]", "`D`"),
        ("[{ id = \" \", certainty = \"A\" }]", "a clause needs an `id`"),
        (
            "[{ id = \"X 1\", from = \"2026-01-02\", until = \"2026-01-01\" }]",
            "the clause ends on 2026-01-01",
        ),
    ] {
        let with = |file: &str| file.replacen("severity =", &format!("basis = {basis}\nseverity ="), 1);
        for (path, file, line) in
            [("phrases/threat/sample.toml", POOR, 2), ("conduct/own-words.toml", conduct, 2)]
        {
            let told = refused(path, &with(file));
            assert!(told.contains(&format!("{path}:{line}: ")) && told.contains(words), "{told}");
            assert!(!told.contains("did you mean"), "no letter of it is right: {told}");
        }
        let told =
            cuicha::lexicon::profile::parse("own", "own.toml", &with(profile)).unwrap_err().to_string();
        assert!(told.starts_with("own.toml:4: ") && told.contains(words), "{told}");
    }
}

#[test]
fn faults_of_bars_and_needs_name_their_line() {
    let policy = std::fs::read_to_string("lexicons/verdict.toml").unwrap();
    let line_of = |start: &str| policy.lines().position(|l| l.starts_with(start)).unwrap() + 1;
    for (line, value, words) in [
        ("violation = 0.8", "violation = 1.8", "0 ≤ violation ≤ 1"),
        ("review = 0.3", "review = 0.9", "review ≤ violation must hold"),
        ("classifier_short = ", "classifier_short = 7 #", "0 ≤ classifier_short ≤ 1"),
        ("classifier_repeated = ", "classifier_repeated = 7 #", "0 ≤ classifier_repeated ≤ 1"),
        ("told = ", "told = 0.1 #", "[roles]: "),
    ] {
        let told = refused("verdict.toml", &policy.replacen(&format!("\n{line}"), &format!("\n{value}"), 1));
        let at = if line == "told = " { line_of("[roles]") } else { line_of(line) };
        assert!(told.contains(&format!("verdict.toml:{at}: ")) && told.contains(words), "{told}");
    }
    let element = "title = { zh = \"甲\", en = \"a\" }\nwhy = { zh = \"乙\", en = \"b\" }\nseverity = \"info\"\n\
        order = 9\nbefore = \"recording-notise\"\n[[need]]\nname = \"said\"\nclaims = [\"\"]\n";
    let told = refused("conduct/own-words.toml", element);
    for words in [
        "own-words.toml:7: [[need]] `said`: nothing can show it",
        "own-words.toml:5: `before` names no element: `recording-notise` (did you mean `recording-notice`?)",
        "own-words.toml:8: ``: an empty term",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let arguable = std::fs::read_to_string("lexicons/cues/arguable.toml").unwrap();
    let line = arguable.lines().position(|l| l.starts_with("groups")).unwrap() + 1;
    let told = refused("cues/arguable.toml", &arguable.replacen("groups = [\"", "groups = [\"x\", \"", 1));
    assert!(told.contains(&format!("arguable.toml:{line}: unknown group `x`")), "{told}");
}

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
        ("classifier_lone = ", "classifier_lone = 85 #", "[bars]: 0 ≤ classifier_lone ≤ 1"),
        ("critical = ", "critical = 8 #", "[score]: 0 ≤ critical ≤ 1"),
        ("review_factor = ", "review_factor = -4 #", "[score]: 0 ≤ review_factor ≤ 1"),
        (
            "max_findings_per_rule = ",
            "max_findings_per_rule = 0 #",
            "max_findings_per_rule must be at least 1",
        ),
        ("cap_per_rule = ", "cap_per_rule = 0 #", "cap_per_rule must be at least 1"),
        ("most_per_turn = ", "most_per_turn = nan #", "[roles]: 0 ≤ most_per_turn must hold"),
        ("least = ", "least = -3.0 #", "[roles]: 0 ≤ least must hold"),
        ("in_turns = ", "in_turns = 85 #", "[roles]: 0 ≤ in_turns ≤ 1"),
        ("told = ", "told = 0.1 #", "[roles]: "),
    ] {
        let told = refused("verdict.toml", &policy.replacen(&format!("\n{line}"), &format!("\n{value}"), 1));
        let at = if line == "told = " { line_of("[roles]") } else { line_of(line) };
        assert!(told.contains(&format!("verdict.toml:{at}: ")) && told.contains(words), "{told}");
    }
    let at = line_of("[classifier.threat]") + 1;
    let percent =
        policy.replace("[classifier.threat]\nviolation = 0", "[classifier.threat]\nviolation = 37 #");
    let told = refused("verdict.toml", &percent);
    assert!(told.contains(&format!("verdict.toml:{at}: [classifier.threat]: 0 ≤ violation ≤ 1")), "{told}");
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
    for (key, value, words) in [
        ("claims", "claims = [\"\", ", "``: an empty term matches everywhere"),
        ("money", "money = [] # [", "`money` lists nothing"),
        ("other_debts", "other_debts = [\" \", ", "` `: an empty term matches everywhere"),
        ("call", "call = [\"催收元：甲\", ", "no known speaker label"),
    ] {
        let at = arguable.lines().position(|l| l.starts_with(key)).unwrap();
        let whole = arguable.lines().nth(at).unwrap();
        let (_, rest) = whole.split_once('[').unwrap();
        let told = refused("cues/arguable.toml", &arguable.replacen(whole, &format!("{value}{rest}"), 1));
        assert!(told.contains(&format!("arguable.toml:{}: ", at + 1)) && told.contains(words), "{told}");
    }
}

/// What is told of the files of a folder that has a rule and these files beside it.
fn told_of(files: &[(&str, &str)], lang: &str) -> String {
    let dir = desk("phrases/threat/sample.toml", POOR);
    for (path, text) in files {
        let file = dir.path().join("my").join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    let output = run(dir.path(), &["rules", "show", "threat/sample", "--lexicon", "my", "--lang", lang]);
    assert_eq!(code(&output), 0, "{}", text(&output));
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_file_that_seems_to_be_of_the_lexicon_and_is_not_read_is_named() {
    let (ending, place) = ("its name must end in `.toml` or `.tsv`", "phrases/<group>/<name>.toml");
    let name = "no part of a lexicon has this name";
    let files = [
        ("cues/own.toml", name),
        ("tables/own.tsv", name),
        ("phrases/threat/own.tsv", name),
        ("verdict.txt", ending),
        ("phrases/threat/own.tml", ending),
        ("phrases/threat/own.txt", ending),
        ("phrases/threat/own", ending),
        ("conduct/own.tml", ending),
        ("verdict.toml.txt", ending),
        ("own.toml", place),
        ("other.TOML", place),
        ("own.toml.txt", place),
        ("own.txt", place),
        ("own", place),
        ("threat/own.toml", place),
    ];
    let written = files.map(|(path, _)| (path, POOR));
    let (english, chinese) = (told_of(&written, "en"), told_of(&written, "zh"));
    for (path, words) in files {
        let line = format!("warning: my/{path}: is not read: ");
        assert!(english.lines().any(|l| l.starts_with(&line) && l.ends_with(words)), "{path}: {english}");
        let line = format!("警告：my/{path}: 未读取：");
        assert!(chinese.lines().any(|l| l.starts_with(&line)), "{path}: {chinese}");
    }
    assert_eq!(english.lines().count(), files.len(), "{english}");
}

#[test]
fn notes_hidden_files_and_what_editors_leave_behind_are_not_named() {
    let beside = [
        ("README", POOR),
        ("README.md", POOR),
        ("phrases/README.txt", POOR),
        ("phrases/threat/readme", POOR),
        ("phrases/threat/.own.txt", POOR),
        ("phrases/threat/own.toml~", POOR),
        ("cues/negation-own.toml", "kind = \"negation\"\n[[cue]]\nwords = [\"甲乙丙\"]\nreach = 4\n"),
        ("phrases/threat/own.toml.bak", POOR),
        ("phrases/threat/own.swp", POOR),
        ("phrases/threat/#own.toml#", POOR),
        ("phrases/threat/~$own.toml", "no rule"),
        ("phrases/threat/own.toml.save", POOR),
        ("phrases/threat/4913", ""),
        ("phrases/threat/说明.txt", "本组规则由质检组维护\n"),
        ("template.toml", POOR),
        // What stands beside the folders of a lexicon may be anything.
        ("call.txt", "坐席：您好。\n"),
        ("night.toml", "[[rule]]\nid = \"q\"\nhours = { from = \"22:00\", to = \"08:00\" }\n"),
        ("cuicha.toml", "lang = \"zh\"\n"),
        ("calls/own", POOR),
    ];
    assert_eq!(told_of(&beside, "en"), "");
}

//! What a QA lead does with rule files: make one, fill it in, test, lint, format, measure; and the page of all rules.

use std::path::Path;
use std::process::Output;

use cuicha::lexicon::Files;
use cuicha::lexicon::format::format;
use serde_json::Value;

/// Runs the program in a folder.
pub fn run(folder: &Path, args: &[&str]) -> Output {
    crate::program().args(args).current_dir(folder).output().unwrap()
}

/// Of a run.
pub fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

/// What a run says.
pub fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + &String::from_utf8(output.stderr.clone()).unwrap()
}

/// A folder with one rule file of its own.
pub fn desk(path: &str, rule: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("my").join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, rule).unwrap();
    dir
}

#[test]
fn a_new_rule_is_made_filled_in_and_used() {
    let dir = tempfile::tempdir().unwrap();
    let made = run(dir.path(), &["lexicon", "new", "threat/door-paint", "my"]);
    assert_eq!(code(&made), 0, "{}", text(&made));
    // As it stands it is right, is in its form, and says that it is only an example.
    assert_eq!(code(&run(dir.path(), &["lexicon", "test", "my"])), 0);
    assert_eq!(code(&run(dir.path(), &["lexicon", "format", "--check", "my"])), 0);
    let linted = run(dir.path(), &["lexicon", "lint", "my"]);
    assert!(text(&linted).contains("warning[example-left]: `示例用语一`"), "{}", text(&linted));
    // The six places, in the order of the file.
    let file = dir.path().join("my/phrases/threat/door-paint.toml");
    let mut rule = std::fs::read_to_string(&file).unwrap();
    for (from, to) in [
        ("示例标题", "扬言往门上泼漆"),
        ("Example title", "Says the door will be painted"),
        ("\"major\"", "\"critical\""),
        ("为什么不许这样说。", "以毁坏财物相威胁。"),
        ("委托方作业规范 1", "委托方作业规范 7"),
        ("\"示例用语一\", \"示例用语二\"", "\"门口见红漆\", \"给你门刷红\""),
        ("\"示例用语一览\"", "\"给你门刷红漆的师傅\""),
        ("您好，【示例用语一】", "明早你家【门口见红漆】"),
        ("借款人：示例用语一", "借款人：你们要给我门口见红漆"),
        ("催收员：示例用语一览表发给您", "催收员：给你门刷红漆的师傅到了"),
    ] {
        assert!(rule.contains(from), "the template has no `{from}`");
        rule = rule.replace(from, to);
    }
    std::fs::write(&file, rule).unwrap();
    let tested = run(dir.path(), &["lexicon", "test", "my"]);
    assert!(code(&tested) == 0 && text(&tested).contains(" 0 failed"), "{}", text(&tested));
    let linted = run(dir.path(), &["lexicon", "lint", "my", "--strict"]);
    assert_eq!(code(&linted), 0, "{}", text(&linted));
    std::fs::write(dir.path().join("call.txt"), "坐席：您好。\n客户：你好。\n坐席：明早你家门口见红漆！\n")
        .unwrap();
    let found = run(dir.path(), &["scan", "call.txt", "--lexicon", "my"]);
    assert!(code(&found) == 1 && text(&found).contains("扬言往门上泼漆"), "{}", text(&found));
}

#[test]
fn a_rule_at_a_wrong_place_or_there_already_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    for (id, word) in [
        ("door-paint", "group/name"),
        ("treat/door", "did you mean `threat`?"),
        ("threat/Door", "small letters"),
        ("threat/../x", "small letters"),
        ("threat/", "small letters"),
    ] {
        let output = run(dir.path(), &["lexicon", "new", id, "my"]);
        assert!(code(&output) == 2 && text(&output).contains(word), "{id}: {}", text(&output));
    }
    assert!(!dir.path().join("my").exists(), "something was made");
    assert_eq!(code(&run(dir.path(), &["lexicon", "new", "threat/door", "my"])), 0);
    let file = dir.path().join("my/phrases/threat/door.toml");
    std::fs::write(&file, "mine").unwrap();
    let again = run(dir.path(), &["lexicon", "new", "threat/door", "my"]);
    assert!(code(&again) == 2 && text(&again).contains("is there already"), "{}", text(&again));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

/// A rule in which each thing is wrong that `lint` looks for, by line.
pub const POOR: &str = r#"title    = { zh = "样例", en = "Sample" }
severity = "major"
why      = { zh = "样例", en = "Sample" }
boundary = "free"
terms    = [
  "甲乙丙丁",
  "戊甲乙丙丁己",
  "弄死你",
  "庚Ａ辛壬",
]
except   = [
  "子丑寅卯",
  "甲乙丙丁一览",
]
[tests]
hit  = ["催收员：戊【甲乙丙丁】", "催收员：【庚A辛壬】"]
miss = [
  { say = "借款人：甲乙丙丁", because = "speaker" },
  { say = "催收员：请尽快还款", because = "no-match" },
]
"#;

#[test]
fn lint_names_each_poor_entry_at_its_line() {
    let dir = desk("phrases/threat/sample.toml", &POOR.replace("\"甲乙丙丁一览\"", "\"辛壬癸\""));
    let class = dir.path().join("my/cues/classes-own.toml");
    std::fs::create_dir_all(class.parent().unwrap()).unwrap();
    std::fs::write(&class, "[own-idle]\nwords = [\"亥\"]\n").unwrap();
    let output = run(dir.path(), &["lexicon", "lint", "my", "--format", "json"]);
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found: Vec<(String, u64)> = all["remarks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| (r["kind"].as_str().unwrap().to_owned(), r["line"].as_u64().unwrap()))
        .collect();
    found.sort();
    let wanted = [
        ("duplicate", 8),
        ("idle-except", 12),
        ("no-basis", 1),
        ("respelled", 9),
        ("shadowed", 7),
        ("unused-class", 1),
    ];
    assert_eq!(found, wanted.map(|(kind, line)| (kind.to_owned(), line)), "{all}");
    assert_eq!(code(&output), 0, "warnings alone are no fault");
    assert_eq!(code(&run(dir.path(), &["lexicon", "lint", "my", "--strict"])), 1);
    // An exception of the shorter term is a reason to list the longer one.
    let dir = desk("phrases/threat/sample.toml", POOR);
    let shown = text(&run(dir.path(), &["lexicon", "lint", "my"]));
    assert!(!shown.contains("shadowed") && shown.contains("duplicate"), "{shown}");
}

#[test]
fn lint_ends_with_one_where_an_entry_can_never_match() {
    let dead = POOR.replace("\"甲乙丙丁\",\n", "\"甲乙丙丁\",\n  \"，，\",\n");
    let dead = dead.replace("\"甲乙丙丁一览\"", "\"戊甲乙丙丁己，\", \"，甲乙丙丁\"");
    let dir = desk("phrases/threat/sample.toml", &dead);
    let output = run(dir.path(), &["lexicon", "lint", "my"]);
    assert!(code(&output) == 1 && text(&output).contains("error[unreachable]"), "{}", text(&output));
}

#[test]
fn a_failed_test_says_why() {
    for (from, to, word) in [
        (
            "戊【甲乙丙丁】",
            "戊【甲乙丙】",
            "nearest is the term `甲乙丙丁`: `甲乙丙` stands there, `丁` does not",
        ),
        ("戊【甲乙丙丁】", "【戊戌】，这里甲乙丙丁", "found at `甲乙丙丁`, which is not what is marked"),
        ("催收员：戊【", "借款人：戊【", "stopped by `speaker`"),
        ("请尽快还款", "甲乙丙丁", "found at `甲乙丙丁`, should be stopped by `no-match`"),
        ("because = \"speaker\"", "because = \"negation\"", "stopped by `speaker`, not by `negation`"),
    ] {
        assert!(POOR.contains(from), "{from}");
        let dir = desk("phrases/threat/sample.toml", &POOR.replacen(from, to, 1));
        let output = run(dir.path(), &["lexicon", "test", "my"]);
        let told = text(&output);
        assert!(code(&output) == 1 && told.contains(word) && told.contains(", 1 failed"), "{to}: {told}");
    }
}

#[test]
fn the_form_is_stable_and_keeps_meaning_and_comments_of_every_rule_file() {
    let files = Files::built_in();
    let mut seen = 0;
    for (name, file) in files.below("phrases/", ".toml") {
        let text = std::str::from_utf8(&file.bytes).unwrap();
        let once = format(name, text).unwrap();
        assert_eq!(format(name, &once).unwrap(), once, "{name}: another form the second time");
        let value = |t: &str| t.parse::<toml::Table>().unwrap();
        assert_eq!(value(&once), value(text), "{name}: another meaning");
        seen += 1;
    }
    assert!(seen > 50);
}

const MESSY: &str = r#"# head of the file

# another line of it
severity="major"   # behind a value
title={zh="样例",en="Sample"}
terms=["甲乙丙丁", # behind an entry
# above an entry
"戊己庚辛"
# at the end
]
why={zh="样例",en="Sample"}
[tests]
# about the tests
miss=[{say="借款人：甲乙丙丁",because="speaker"},{say="催收员：请还款",because="no-match"}]
hit=["催收员：【甲乙丙丁】"]
# about the phrase
[[phrase]]
gap=3
parts=["子","丑"]
# at the very end
"#;

const TIDY: &str = r#"# head of the file

# another line of it
title    = { zh = "样例", en = "Sample" }
severity = "major" # behind a value
why      = { zh = "样例", en = "Sample" }
terms    = [
  "甲乙丙丁", # behind an entry
  # above an entry
  "戊己庚辛",
  # at the end
]

# about the phrase
[[phrase]]
parts  = ["子", "丑"]
gap    = 3

[tests]
hit  = ["催收员：【甲乙丙丁】"]
# about the tests
miss = [
  { say = "借款人：甲乙丙丁", because = "speaker" },
  { say = "催收员：请还款", because = "no-match" },
]

# at the very end
"#;

#[test]
fn format_tidies_a_file_and_loses_no_comment() {
    let tidy = format("messy", MESSY).unwrap();
    let comments = |t: &str| t.matches('#').count();
    assert_eq!(comments(&tidy), comments(MESSY), "{tidy}");
    assert_eq!(tidy, TIDY);
    let dir = desk("phrases/threat/sample.toml", MESSY);
    let file = dir.path().join("my/phrases/threat/sample.toml");
    let checked = run(dir.path(), &["lexicon", "format", "--check", "my"]);
    assert!(code(&checked) == 1 && text(&checked).contains("sample.toml: would change"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), MESSY, "--check wrote");
    assert_eq!(code(&run(dir.path(), &["lexicon", "format", "my"])), 0);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), TIDY);
    assert_eq!(code(&run(dir.path(), &["lexicon", "format", "--check", file.to_str().unwrap()])), 0);
}

#[test]
fn format_writes_nothing_when_a_file_is_wrong() {
    let dir = desk("phrases/threat/sample.toml", MESSY);
    std::fs::write(dir.path().join("my/phrases/threat/wrong.toml"), "title = 1\n\nterms = [\"x\"\n").unwrap();
    let output = run(dir.path(), &["lexicon", "format", "my"]);
    assert!(code(&output) == 2 && text(&output).contains("wrong.toml:"), "{}", text(&output));
    let file = dir.path().join("my/phrases/threat/sample.toml");
    assert_eq!(std::fs::read_to_string(file).unwrap(), MESSY);
    for (args, word) in [(["lexicon", "format", "gone"], "gone"), (["lexicon", "format", "."], "")] {
        let empty = tempfile::tempdir().unwrap();
        let output = run(empty.path(), &args);
        assert!(code(&output) == 2 && text(&output).contains(word), "{}", text(&output));
    }
}

#[test]
fn coverage_counts_what_matched_and_what_stopped_it() {
    let dir = desk("phrases/threat/sample.toml", POOR);
    let call = "坐席：甲乙丙丁。\n客户：甲乙丙丁？\n坐席：我们绝不会甲乙丙丁。\n坐席：甲乙丙丁一览。\n";
    std::fs::write(dir.path().join("call.txt"), call).unwrap();
    let args = ["lexicon", "coverage", "call.txt", "--lexicon", "my", "--no-classifier", "--format", "json"];
    let output = run(dir.path(), &args);
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    let rule = all["rules"].as_array().unwrap().iter().find(|r| r["rule"] == "threat/sample").unwrap();
    let entry = &rule["entries"][0];
    assert_eq!((all["calls"].as_u64(), all["turns"].as_u64()), (Some(1), Some(4)));
    assert_eq!((entry["entry"].as_str(), entry["matched"].as_u64()), (Some("甲乙丙丁"), Some(4)));
    assert_eq!(entry["found"].as_u64(), Some(1));
    for gate in ["speaker", "negation", "except"] {
        assert_eq!(entry["rejected"][gate].as_u64(), Some(1), "{gate}: {entry}");
    }
    assert_eq!(rule["used"].as_u64(), Some(1));
    let shown = text(&run(
        dir.path(),
        &["lexicon", "coverage", "call.txt", "--lexicon", "my", "--rule", "threat/sample"],
    ));
    assert!(shown.contains("matched 4") && shown.contains("never"), "{shown}");
    let output = run(dir.path(), &["lexicon", "coverage", "call.txt", "--rule", "threat/violense"]);
    assert!(code(&output) == 2 && text(&output).contains("did you mean `threat/violence`?"));
}

/// With `UPDATE_DOCS=1` in the environment the page is written anew; read the difference then.
#[test]
fn the_page_of_rules_is_that_of_the_lexicon() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("docs/rules.md");
    let output = run(root, &["rules", "list", "--format", "markdown"]);
    assert_eq!(code(&output), 0);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&page, &output.stdout).unwrap();
    }
    let stands = std::fs::read_to_string(page).unwrap();
    let is = String::from_utf8(output.stdout).unwrap();
    let line = stands.lines().zip(is.lines()).position(|(a, b)| a != b);
    assert!(
        stands == is,
        "docs/rules.md differs from line {:?} on: renew it with UPDATE_DOCS=1",
        line.map(|n| n + 1)
    );
    let rules = cuicha::lexicon::Files::built_in().below("phrases/", ".toml").count();
    assert!(is.matches("\n### ").count() > rules, "a rule is missing");
}

#[test]
fn the_built_in_rule_files_are_in_their_form_and_carry_nothing_idle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let checked = run(root, &["lexicon", "format", "lexicons", "--check"]);
    assert_eq!(code(&checked), 0, "`cuicha lexicon format lexicons` mends it: {}", text(&checked));
    let output = run(root, &["lexicon", "lint", "--format", "json"]);
    let linted: Value = serde_json::from_slice(&output.stdout).unwrap();
    let remarks = linted["remarks"].as_array().unwrap();
    // What is left names a finding otherwise than the shorter or the other entry would: taking it out changes findings.
    let kept = ["duplicate", "shadowed", "respelled"];
    let idle: Vec<&Value> = remarks.iter().filter(|r| !kept.contains(&r["kind"].as_str().unwrap())).collect();
    assert!(idle.is_empty(), "{idle:#?}");
    assert!(remarks.len() <= 40, "{} entries that say nothing new: at most 40 were left", remarks.len());
}

//! The built-in lexicon keeps its own promises, and a wrong one is refused with file and line.

use std::path::Path;

use cuicha::build::{Choices, Engine, Layers};
use cuicha::judge;
use cuicha::model::error::{Error, Fault};
use cuicha::model::rules::GROUPS;
use cuicha::model::transcript::Speaker;
use cuicha::selftest;

use crate::spoken::{built_in, says};

#[test]
fn the_tests_in_the_built_in_rule_files_pass() {
    let failures = selftest::in_data(built_in());
    let told: Vec<String> = failures.iter().map(|f| f.fault.to_string()).collect();
    assert!(told.is_empty(), "\n{}", told.join("\n"));
}

#[test]
fn every_built_in_entry_can_be_found() {
    let dead: Vec<String> = selftest::unreachable(built_in()).iter().map(ToString::to_string).collect();
    assert!(dead.is_empty(), "{} entries:\n{}", dead.len(), dead.join("\n"));
}

#[test]
fn every_built_in_entry_is_shown_by_a_test_in_the_files() {
    let missing = selftest::unshown(built_in());
    let missing: Vec<String> =
        missing.iter().map(|u| format!("{}:{}: no test would miss `{}`", u.file, u.line, u.entry)).collect();
    assert!(missing.is_empty(), "{} entries:\n{}", missing.len(), missing.join("\n"));
}

/// What stands in no test of the file laid over the built-in lexicon, by its lines there.
fn unshown(text: &str) -> Vec<(usize, String)> {
    let (engine, file) = with("phrases/threat/sample.toml", text);
    let missing = selftest::unshown(&engine.unwrap());
    missing.into_iter().filter(|u| u.file == file).map(|u| (u.line, u.entry)).collect()
}

#[test]
fn an_entry_that_no_test_would_miss_is_told() {
    assert_eq!(unshown(GOOD), []);
    let more = "terms    = [\"甲乙丙丁戊\", \"乙丙丁戊\"]\nexcept = [\"丁戊己\"]\n\
                [[phrase]]\nparts = [\"庚辛\", \"壬癸\"]\nunless = [\"子丑\"]\n";
    let bare = GOOD.replace("terms    = [\"甲乙丙丁戊\"]\n", more);
    let missing = |text: &str| unshown(text).into_iter().map(|(_, entry)| entry).collect::<Vec<_>>();
    let all = ["乙丙丁戊", "except: 丁戊己", "unless: 庚辛 … 壬癸", "庚辛 … 壬癸"];
    assert_eq!(missing(&bare), all);
    assert_eq!(unshown(&bare).iter().map(|(line, _)| *line).collect::<Vec<_>>(), [4, 5, 7, 7]);
    let hits = "\"催收员：乙丙丁戊\", \"催收员：庚辛不壬癸\", \"催收员：您听";
    let misses = "miss = [\n  { say = \"催收员：乙丙丁戊己\", because = \"except\" },\n  \
                  { say = \"催收员：庚辛壬癸子丑\", because = \"no-match\" },";
    let shown = bare.replace("\"催收员：您听", hits).replace("miss = [", misses);
    assert_eq!(missing(&shown), [""; 0]);
    // What is found just as surely by another entry shows neither.
    let twice = shown.replace("\"乙丙丁戊\"]", "{ text = \"乙丙丁戊\", boundary = \"free\" }]");
    assert_eq!(missing(&twice), ["甲乙丙丁戊"]);
}

#[test]
fn a_word_of_a_list_that_no_test_would_miss_is_told() {
    let more = "[[phrase]]\nparts = [\"庚辛|子丑|寅卯\", \"壬癸|辰巳\"]\nunless = [\"午未|申酉\"]\n";
    let hits = "\"催收员：庚辛不壬癸\", \"催收员：那子丑的壬癸\", \"催收员：您听";
    let misses = "miss = [\n  { say = \"催收员：庚辛壬癸午未\", because = \"no-match\" },";
    let text = GOOD.replacen("[tests]", &format!("{more}\n[tests]"), 1);
    let text = text.replace("\"催收员：您听", hits).replace("miss = [", misses);
    let told: Vec<String> = unshown(&text).into_iter().map(|(_, entry)| entry).collect();
    let phrase = "庚辛|子丑|寅卯 … 壬癸|辰巳";
    assert_eq!(told, ["寅卯", "申酉", "辰巳"].map(|word| format!("{word} in {phrase}")));
}

#[test]
fn what_spares_a_turn_and_what_the_search_reads_is_asked_of_calls() {
    let built_in = std::fs::read_to_string("lexicons/conduct/verify-identity.toml").unwrap();
    let void = "[[need.void]]\nparts = [\"他欠的\"]\nexcept = [\"其他欠的\", \"他欠的那\"]\nunless_asked = [\"甲乙\", \"丙丁\"]\n[tests]\n";
    let told = |tests: &str| {
        let (rules, _) = built_in.split_once("\n[tests]\n").unwrap();
        let claims = rules.replacen("claims = [", "claims = [\"戊己庚\", ", 1);
        let (engine, file) = with("conduct/verify-identity.toml", &format!("{claims}\n{void}{tests}"));
        let missing = selftest::unshown(&engine.unwrap()).into_iter();
        let of_file = missing.filter(|u| u.file == file).map(|u| u.entry);
        let ours = |e: &String| e.contains("戊己庚") || e.ends_with(" in 他欠的");
        of_file.filter(ours).collect::<Vec<_>>()
    };
    let spares = ["except: 其他欠的", "except: 他欠的那", "unless_asked: 甲乙", "unless_asked: 丙丁"];
    let mut all: Vec<String> = spares.iter().map(|entry| format!("{entry} in 他欠的")).collect();
    all.push("claim: 戊己庚".to_owned());
    all.sort();
    let sorted = |mut told: Vec<String>| {
        told.sort();
        told
    };
    let none = "missing = [[\"催收员：请问是王强吗\", \"借款人：嗯，他欠的\"]]\n";
    assert_eq!(sorted(told(none)), all);
    let some = "present = [[\"催收员：请问是王强吗\", \"借款人：嗯，其他欠的\"], \
                [\"催收员：甲乙，请问是王强吗\", \"借款人：嗯，他欠的\"]]\n";
    let left = ["claim: 戊己庚", "except: 他欠的那 in 他欠的", "unless_asked: 丙丁 in 他欠的"];
    assert_eq!(sorted(told(&[none, some].concat())), left);
}

#[test]
fn the_tests_of_signs_are_run() {
    let care = "[[care]]\nname = \"flood\"\ntitle = { zh = \"淹水\" }\nspeakers = [\"borrower\"]\nterms = [\"淹了\", \"泡水\"]\n\
                [care.tests]\nhit = [\"借款人：我家淹了\", \"催收员：您家淹了\"]\nmiss = [\"借款人：泡水喝\"]\n";
    let (engine, file) = with("cues/care.toml", care);
    let engine = engine.unwrap();
    let failed = selftest::in_data(&engine).into_iter().filter(|f| f.fault.file == file);
    let failed: Vec<(usize, String)> = failed.map(|f| (f.fault.line, f.fault.message)).collect();
    let message = |text: &str, what: &str| format!("`{text}`: {what}");
    assert_eq!(
        failed,
        [(7, message("您家淹了", "not seen, should be")), (8, message("泡水喝", "seen, should not be"))]
    );
    let missing = selftest::unshown(&engine).into_iter().filter(|u| u.file == file);
    assert_eq!(missing.map(|u| u.entry).collect::<Vec<_>>(), ["泡水 in 淹了"]);
    let one = format!(
        "{care}[[care]]\nname = \"fire\"\ntitle = {{ zh = \"失火\" }}\nspeakers = [\"borrower\"]\nterms = [\"烧光\"]\n"
    );
    let (engine, file) = with("cues/care.toml", &one);
    let missing = selftest::unshown(&engine.unwrap()).into_iter().filter(|u| u.file == file);
    let missing: Vec<String> = missing.map(|u| u.entry).collect();
    assert!(missing.contains(&"烧光 in 烧光".to_owned()), "{missing:?}");
    let (engine, _) = with("cues/care.toml", &care.replace("借款人：泡", "某人：泡"));
    assert!(matches!(engine, Err(Error::Rules(faults)) if faults[0].line == 8));
    let (engine, _) = with("cues/care.toml", &care.replace("我家淹了", "我家【淹了】"));
    assert!(matches!(engine, Err(Error::Rules(faults)) if faults[0].line == 7));
}

#[test]
fn every_group_has_rules_and_one_for_what_is_implied() {
    let rules = &built_in().rules;
    for group in GROUPS {
        assert!(rules.rule(&format!("{group}/implied")).is_some(), "{group} has no rule `implied`");
        let listed = rules.rules.iter().filter(|r| r.group == group && r.terms + r.phrases > 0).count();
        assert!(listed > 0, "{group} has no rule with terms or phrases");
    }
}

#[test]
fn every_rule_and_element_names_its_clauses_and_itself() {
    let rules = &built_in().rules;
    for rule in &rules.rules {
        assert!(!rule.basis.is_empty(), "{}: no basis", rule.id);
        assert!(rule.basis.iter().all(|b| !b.id.trim().is_empty()), "{}: a basis without id", rule.id);
        let texts = [&rule.title, &rule.why];
        assert!(texts.iter().all(|t| !t.zh.is_empty() && !t.en.is_empty()), "{}: title, why", rule.id);
        assert!(rule.id.starts_with(&format!("{}/", rule.group)), "{}", rule.id);
    }
    for element in &rules.conduct {
        assert!(element.basis.iter().all(|b| !b.id.trim().is_empty()), "{}", element.name);
        assert!(!element.needs.is_empty(), "{}", element.name);
    }
}

const GOOD: &str = r#"title    = { zh = "样例", en = "Sample" }
severity = "major"
why      = { zh = "样例", en = "Sample" }
terms    = ["甲乙丙丁戊"]
[tests]
hit  = ["催收员：您听我说【甲乙丙丁戊】"]
miss = [
  { say = "借款人：甲乙丙丁戊", because = "speaker" },
  { say = "催收员：请尽快还款", because = "no-match" },
]
"#;

/// The engine with one file laid over the built-in lexicon.
fn with(path: &str, text: &str) -> (Result<Engine, Error>, String) {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(path);
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(&file, text).unwrap();
    (overlaid(dir.path()), file.to_string_lossy().into_owned())
}

fn overlaid(dir: &Path) -> Result<Engine, Error> {
    Engine::new(&Choices {
        lexicons: vec![dir.to_owned()],
        layers: Layers { classifier: false, ..Layers::default() },
        ..Choices::default()
    })
}

fn faults(path: &str, text: &str) -> (Vec<Fault>, String) {
    let (result, file) = with(path, text);
    match result {
        Err(Error::Rules(faults)) => (faults, file),
        Err(other) => panic!("{path}: not a fault of the rules: {other}\n{text}"),
        Ok(_) => panic!("{path}: taken as right:\n{text}"),
    }
}

#[test]
fn a_file_of_ones_own_adds_to_a_built_in_class() {
    let members = |rules: &cuicha::model::rules::RuleSet, name: &str| {
        rules.classes.iter().find(|class| class.name == name).unwrap().members.clone()
    };
    let (engine, _) =
        with("cues/classes-mine.toml", "[third-person]\nwords = [\"甲乙丙\"]\n[new]\nwords = [\"丁戊己\"]\n");
    let engine = engine.unwrap();
    let (before, after) =
        (members(&built_in().rules, "third-person"), members(&engine.rules, "third-person"));
    assert!(after.contains(&"甲乙丙".to_owned()) && before.iter().all(|word| after.contains(word)));
    assert_eq!(members(&engine.rules, "new"), ["丁戊己"]);
    // What includes the class has the word too.
    let outer = built_in().rules.classes.iter().find(|class| {
        class.included.iter().any(|inner| built_in().rules.classes[*inner].name == "third-person")
    });
    let outer = members(&engine.rules, &outer.unwrap().name);
    assert!(outer.contains(&"甲乙丙".to_owned()));
    let (faults, file) =
        faults("cues/classes-mine.toml", "[third-person]\nwords = [\"甲\"]\nboundary = \"free\"\n");
    assert!(
        faults[0].file == file && faults[0].line == 1 && faults[0].message.contains("`boundary`"),
        "{faults:?}"
    );
}

#[test]
fn full_width_signs_of_phrases_and_bars_beyond_one_are_refused() {
    let said =
        |path: &str, text: &str| faults(path, text).0.iter().map(|f| f.message.clone()).collect::<Vec<_>>();
    for (part, sign) in [("庚辛｜子丑", "|"), ("＠harm", "@")] {
        let told = said(
            "phrases/threat/sample.toml",
            &format!("{GOOD}[[phrase]]\nparts = [\"{part}\", \"壬癸\"]\n"),
        );
        assert!(told.iter().any(|m| m.contains(&format!("write `{sign}` for"))), "{told:?}");
    }
    let policy = std::fs::read_to_string("lexicons/verdict.toml").unwrap();
    let high = with_value(&policy, "\nviolation = ", "1.8");
    assert!(said("verdict.toml", &high).iter().any(|m| m.contains("0 ≤ violation ≤ 1")), "{high}");
    let none = "title = { zh = \"甲\", en = \"a\" }\nwhy = { zh = \"乙\", en = \"b\" }\nseverity = \"info\"\nbasis = []\norder = 9\n[[need]]\nname = \"said\"\n";
    assert!(said("conduct/empty.toml", none).iter().any(|m| m.contains("nothing can show it")));
}

/// A text with another value behind the first `key`.
fn with_value(text: &str, key: &str, value: &str) -> String {
    let (before, rest) = text.split_once(key).unwrap();
    let (_, after) = rest.split_once('\n').unwrap();
    format!("{before}{key}{value}\n{after}")
}

#[test]
fn a_good_file_adds_its_rule() {
    let (engine, file) = with("phrases/threat/sample.toml", GOOD);
    let engine = engine.unwrap();
    assert_eq!(engine.rules.rules[engine.rules.rule("threat/sample").unwrap()].file, file);
    let outcome = judge::call(&engine, &says(Speaker::Collector, "甲乙丙丁戊"));
    assert_eq!(outcome.findings[0].rule, "threat/sample");
    assert!(selftest::in_data(&engine).iter().all(|f| f.rule != "threat/sample"));
}

/// What is replaced in the good file, by what, and the line and words of the fault.
const BAD: &[(&str, &str, usize, &[&str])] = &[
    ("severity =", "severty =", 2, &["`severty`", "did you mean `severity`?"]),
    ("\"major\"", "\"mayor\"", 2, &["`mayor`", "did you mean `major`?"]),
    ("because = \"speaker\"", "becuase = \"speaker\"", 8, &["did you mean `because`?"]),
    ("[\"甲乙丙丁戊\"]", "[\"甲乙丙丁戊\", \"\"]", 4, &["an empty term"]),
    ("[\"甲乙丙丁戊\"]", "[\n\"甲乙丙丁戊\",\n\"  \"]", 6, &["an empty term"]),
    ("[\"甲乙丙丁戊\"]", "[\"甲乙丙丁戊\", \"\u{3000}\u{200b}\"]", 4, &["an empty term"]),
    ("[\"甲乙丙丁戊\"]", "[\"甲乙丙丁戊\",\n\"甲乙丙丁戊\"]", 5, &["`甲乙丙丁戊`", "twice"]),
    ("[\"甲乙丙丁戊\"]", "[\"甲乙丙丁戊\",\n\"甲 乙丙丁戊\"]", 5, &["`甲 乙丙丁戊`", "twice"]),
    ("[\"甲乙丙丁戊\"]", "[\"甲乙丙丁戊\",\n{ text = \"甲乙丙丁戊\", weight = 0.5 }]", 5, &["twice"]),
    ("[\"甲乙丙丁戊\"]", "[{ text = \"甲乙丙丁戊\", weight = 1.5 }]", 4, &["weight 1.5", "between 0 and 1"]),
    ("[\"甲乙丙丁戊\"]", "[{ text = \"甲乙丙丁戊\", weight = -0.1 }]", 4, &["weight -0.1"]),
    ("[\"甲乙丙丁戊\"]", "[{ text = \"甲乙丙丁戊\", weight = nan }]", 4, &["weight NaN"]),
    ("[\"甲乙丙丁戊\"]", "[{ text = \"甲乙丙丁戊\", wieght = 0.5 }]", 4, &["{ text, weight, boundary }"]),
    ("\"甲乙丙丁戊\"]", "\"甲乙丙丁戊\"", 5, &[]),
    (
        "[tests]",
        "[[phrase]]\nparts = [\"甲\", \"乙\"]\ngap = \"五\"\n[tests]",
        7,
        &["a whole number, 0 or more: \"五\""],
    ),
    ("severity = \"major\"", "severity = 3", 2, &["should be a text in quotes: 3"]),
    (
        "severity = \"major\"",
        "severity = \"major\"\nspeakers = \"a, expected b\"",
        3,
        &["should be a list: \"a, expected b\""],
    ),
    (
        "severity = \"major\"",
        "severity = \"major\"\nbasis = [{ id = \"X 1\", certainty = \"A\", from = 2026-01-30 }]",
        3,
        &["a date in quotes", ": 2026-01-30"],
    ),
    (
        "[tests]",
        "[[phrase]]\nparts = [\"甲\", \"乙\"]\ngap = 3.5\n[tests]",
        7,
        &["a whole number, 0 or more: 3.5"],
    ),
    (
        "[tests]",
        "[[phrase]]\nparts = [\"甲\", \"乙\"]\ngap = -3\n[tests]",
        7,
        &["a whole number, 0 or more: -3"],
    ),
    ("[tests]", "[[phrase]]\nparts = [\"甲\"]\nweight = \"高\"\n[tests]", 7, &["should be a number: \"高\""]),
    ("[tests]", "[[phrase]]\nparts = [\"甲\"]\nany_order = 1\n[tests]", 7, &["should be true or false: 1"]),
    ("hit  = [", "hit  = 1 #", 6, &["should be a list: 1"]),
    ("[\"甲乙丙丁戊\"]", "[\"甲乙丙丁戊\"]\nexcept = [2]", 5, &["should be a text in quotes: 2"]),
    (
        "[tests]",
        "[[phrase]]\nparts = [\"@famly\", \"甲\"]\n[tests]",
        6,
        &["`@famly`", "did you mean `family`?"],
    ),
    ("[tests]", "[[phrase]]\nparts = []\n[tests]", 6, &["at least one part"]),
    ("[tests]", "[[phrase]]\nparts = [\"甲\", \"\"]\n[tests]", 6, &["an empty term"]),
    ("[tests]", "[[phrase]]\nparts = [\"甲\", \"乙\"]\ngaps = [1, 2]\n[tests]", 6, &["need 1 gaps, not 2"]),
    ("[tests]", "[[phrase]]\nparts = [\"甲\", \"乙\"]\nweight = 2.0\n[tests]", 6, &["weight 2 "]),
    ("  { say = \"催收员：请尽快还款\", because = \"no-match\" },\n", "", 5, &["1 `hit` and 1 `miss`"]),
    ("hit  = [\"催收员：您听我说【甲乙丙丁戊】\"]", "hit = []", 5, &["0 `hit` and 2 `miss`"]),
    ("because = \"speaker\"", "because = \"speeker\"", 8, &["`speeker`", "did you mean `speaker`?"]),
    ("借款人：甲", "借款仁：甲", 8, &["`借款仁`", "no known speaker"]),
    ("催收员：请尽快", "请尽快", 9, &["who speaks and a colon"]),
    ("【甲乙丙丁戊】", "【甲乙丙丁戊", 6, &["a mark is not closed"]),
];

#[test]
fn a_bad_file_is_refused_with_its_line() {
    let mut wrong = Vec::new();
    for (old, new, line, words) in BAD {
        assert!(GOOD.contains(old), "{old}");
        let text = GOOD.replacen(old, new, 1);
        let found = std::panic::catch_unwind(|| faults("phrases/threat/sample.toml", &text));
        let Ok((found, file)) = found else {
            wrong.push(format!("{new}: taken as right, or another kind of error"));
            continue;
        };
        let meets =
            |f: &&Fault| f.file == file && f.line == *line && words.iter().all(|w| f.message.contains(w));
        if !found.iter().any(|f| meets(&f)) {
            wrong.push(format!("{new}: line {line} {words:?} expected, told {found:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_file_at_a_wrong_place_is_refused() {
    let (found, file) = faults("phrases/threats/sample.toml", GOOD);
    assert_eq!(
        (found.len(), &found[0].file, found[0].line, found[0].message.as_str()),
        (1, &file, 0, "unknown group `threats` (did you mean `threat`?)")
    );
    for path in ["phrases/sample.toml", "phrases/threat/deep/sample.toml"] {
        let (found, file) = faults(path, GOOD);
        assert!(
            found[0].file == file && found[0].message.contains("phrases/<group>/<name>.toml"),
            "{found:?}"
        );
    }
    let (found, _) = faults("phrases/threat/sample.toml", GOOD.split("[tests]").next().unwrap());
    assert!(found[0].message.contains("no [tests]"), "{found:?}");
}

#[test]
fn all_faults_are_told_at_once_in_order() {
    let text = GOOD.replace("[\"甲乙丙丁戊\"]", "[\"\", \"甲\",\n\"甲\"]").replace("\"speaker\"", "\"gate\"");
    let (found, _) = faults("phrases/threat/sample.toml", &text);
    assert_eq!(found.iter().map(|f| f.line).collect::<Vec<_>>(), [4, 5, 9], "{found:?}");
    let shown = Error::Rules(found).to_string();
    assert!(shown.contains("sample.toml:4: ") && shown.lines().count() == 3, "{shown}");
}

#[test]
fn an_entry_that_can_never_match_is_refused() {
    let text = GOOD.replace("terms    =", "boundary = \"word\"\nterms    =").replace(
        "[\"甲乙丙丁戊\"]",
        "[\"甲乙丙丁戊\", \"银行卡用\"]\nexcept = [\"甲乙丙丁戊己\", \"银行卡用户\"]",
    );
    match with("phrases/threat/sample.toml", &text).0 {
        Ok(_) => {}
        Err(e) => assert!(e.to_string().contains("can never match"), "{e}"),
    }
    let other = GOOD.replace("[\"甲乙丙丁戊\"]", "[\"甲乙丙丁戊\"]\nexcept = [\"，甲乙丙丁戊\"]");
    let (found, file) = faults("phrases/threat/sample.toml", &other);
    assert!(found.iter().any(|f| f.file == file && f.line == 4), "{found:?}");
    assert!(found[0].message.contains("the gate `except` stops it"), "{found:?}");
}

#[test]
fn a_folder_without_lexicon_files_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(overlaid(dir.path()), Err(Error::Usage(_))));
    assert!(matches!(overlaid(&dir.path().join("gone")), Err(Error::Read { .. })));
    std::fs::create_dir(dir.path().join("tables")).unwrap();
    std::fs::write(dir.path().join("tables/messages.tsv"), b"a\tb\n").unwrap();
    assert!(matches!(overlaid(dir.path()), Err(Error::Rules(_))));
    std::fs::write(dir.path().join("tables/messages.tsv"), b"a\tb\t\xff\n").unwrap();
    let Err(Error::Rules(found)) = overlaid(dir.path()) else { panic!("taken") };
    assert!(found[0].line == 1 && found[0].message.contains("UTF-8"), "{found:?}");
}

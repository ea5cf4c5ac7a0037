//! A report in Chinese says everything in Chinese: remarks, reasons and notes too.

use std::path::Path;

use cuicha::build::files_with;
use cuicha::lexicon::{Files, document, profile, read_messages};
use cuicha::model::error::Error;
use cuicha::model::messages::{Language, Voice};

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

const RULE: &str = r#"title    = { zh = "样例", en = "Sample" }
severity = "major"
why      = { zh = "样例", en = "Sample" }
basis    = [{ id = "X 1", from = "2026-01-01", certainty = "A" }]
terms    = ["甲乙丙丁戊"]
[tests]
hit  = ["催收员：您听我说【甲乙丙丁戊】"]
miss = [
  { say = "借款人：甲乙丙丁戊", because = "speaker" },
  { say = "催收员：说“请尽快还款”，【好】", because = "no-match" },
]
"#;

/// What is replaced in the rule, by what, and how the fault is told in Chinese, from the line on.
const SLIPS: &[(&str, &str, &str)] = &[
    // What a Chinese input method types.
    ("\"major\"", "“major”", "2: 第 12 列：`“` 是全角符号，请改用英文输入法下的 `\"`"),
    ("\"major\"", "\"major”", "2: 第 18 列：`”` 是全角符号，请改用英文输入法下的 `\"`"),
    ("\"甲乙丙丁戊\"]", "\"甲乙丙丁戊\"，\"己\"]", "5: 第 20 列：`，` 是全角符号，请改用英文输入法下的 `,`"),
    ("\"甲乙丙丁戊\"]", "\"甲乙丙丁戊\"、\"己\"]", "5: 第 20 列：`、` 是全角符号，请改用英文输入法下的 `,`"),
    ("severity =", "severity ＝", "2: 第 10 列：`＝` 是全角符号，请改用英文输入法下的 `=`"),
    ("severity =", "severity：", "2: 第 9 列：`：` 是全角符号，请改用英文输入法下的 `=`"),
    ("[tests]", "【tests】", "6: 第 1 列：`【` 是全角符号，请改用英文输入法下的 `[`"),
    ("[{ id", "[｛ id", "4: 第 13 列：`｛` 是全角符号，请改用英文输入法下的 `{`"),
    ("title ", "＃ 注\ntitle ", "1: 第 1 列：`＃` 是全角符号，请改用英文输入法下的 `#`"),
    ("severity = ", "severity　= ", "2: 第 9 列：这里有全角空格，请改为半角空格"),
    // What is left out or stands twice.
    ("\"major\"", "\"major", "2: 第 18 列：TOML 写法有误：文字没有写完，缺少结尾的引号 `\"`"),
    ("\"major\"", "major\"", "2: 第 12 列：TOML 写法有误：文字缺少开头的引号"),
    ("[\"催收员：您", "[催收员：您", "7: 第 9 列：TOML 写法有误：文字缺少开头的引号"),
    ("[\"甲乙丙丁戊\"]", "[甲，乙]", "5: 第 13 列：此处应为加引号的文字：甲，乙"),
    ("听我说【", "听\"我，说\"【", "7: 第 17 列：TOML 写法有误：列表的两项之间缺少逗号 `,`"),
    ("\"major\"", "major", "2: 第 12 列：此处应为加引号的文字：major"),
    ("\"major\"", "", "2: 第 12 列：`=` 后面没有值"),
    ("severity =", "severity", "2: 第 10 列：TOML 写法有误：键后面缺少 `=` 和值"),
    ("why ", "severity = \"minor\"\nwhy ", "3: 第 1 列：重复的键：`severity` 前面已经写过"),
    ("戊\"]\n[tests]", "戊\"\n[tests]", "6: 第 1 列：`[`（在第 5 行）到这一行还没有闭合，或者少了逗号"),
    (
        "Sample\" }\nseverity",
        "Sample\"\nseverity",
        "2: 第 1 列：`{`（在第 1 行）到这一行还没有闭合，或者少了逗号",
    ),
    ("[tests]", "[tests", "6: 第 7 列：`[`（在第 6 行）没有闭合"),
    ("},\n]\n", "},\n", "10: 第 54 列：`[`（在第 8 行）没有闭合"),
    ("[\"甲乙丙丁戊\"]", "[\"甲\" \"乙\"]", "5: 第 17 列：TOML 写法有误：列表的两项之间缺少逗号 `,`"),
    ("severity", "严重", "2: 第 1 列：TOML 写法有误：键只能由英文字母、数字、`-` 和 `_` 组成"),
    // A value of the wrong kind.
    ("\"major\"", "3", "2: 第 12 列：此处应为加引号的文字：3"),
    ("[\"甲乙丙丁戊\"]", "\"甲\"", "5: 第 12 列：此处应为方括号里的列表：\"甲\""),
    // A day that is none.
    ("2026-01-01", "2026-02-30", "4: 第 34 列：没有这一天：\"2026-02-30\""),
    ("2026-01-01", "2026年1月1日", "4: 第 34 列：此处应为加引号的日期，如 \"2026-01-30\"：\"2026年1月1日\""),
    ("\"2026-01-01\"", "2026-1-1", "4: 第 34 列：TOML 写法有误：日期有误，应为两位数的月份"),
    ("\"2026-01-01\"", "2026-13-01", "4: 第 34 列：没有这一天：2026-13-01"),
];

#[test]
fn a_slip_in_a_rule_file_is_told_in_chinese_with_its_column() {
    let messages = read_messages(&Files::built_in());
    let voice = Voice { messages: &messages, language: Language::Chinese };
    let mut wrong = Vec::new();
    for (old, new, told) in SLIPS {
        assert!(RULE.contains(old), "{old}");
        let error = refused(&RULE.replacen(old, new, 1));
        let (chinese, english) = (error.told(voice), error.to_string());
        if !chinese.ends_with(&format!("sample.toml:{told}")) {
            wrong.push(format!("{new}: {chinese}"));
        }
        // Who reads English is told what the parser says, and that alone.
        assert!(english.is_ascii() || !english.contains("full-width"), "{english}");
        assert!(!english.contains("column ") && !english.contains('\u{1e}'), "{english}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What the parser finds and no table knows is told in its words.
    let unknown = Error::Rules(vec![cuicha::model::error::Fault {
        file: "a".to_owned(),
        line: 1,
        message: cuicha::model::error::Fault::with_plain_words(
            "odd",
            "column 3: not written as TOML: odd thing",
        ),
    }]);
    assert_eq!(unknown.told(voice), "a:1: 第 3 列：TOML 写法有误：odd thing");
    assert_eq!(unknown.to_string(), "a:1: odd");
}

/// Slips that the parser stumbles over elsewhere, or takes for another: told where they are.
const CAUSES: &[(&str, &str, &str)] = &[
    // A text that ends in a quote of an input method, wherever it stands.
    ("[\"甲乙丙丁戊\"]", "[\"甲”, \"乙\"]", "5: 第 15 列：`”` 是全角符号，请改用英文输入法下的 `\"`"),
    ("[\"甲乙丙丁戊\"]", "[\"甲\", \"乙”]", "5: 第 20 列：`”` 是全角符号，请改用英文输入法下的 `\"`"),
    ("[\"甲乙丙丁戊\"]", "[\"甲”, \"乙”]", "5: 第 15 列：`”` 是全角符号，请改用英文输入法下的 `\"`"),
    ("[\"甲乙丙丁戊\"]", "[\"甲”, “乙”, \"丙\"]", "5: 第 15 列：`”` 是全角符号，请改用英文输入法下的 `\"`"),
    ("[\"甲乙丙丁戊\"]", "[\"甲”，\"乙\"]", "5: 第 15 列：`”` 是全角符号，请改用英文输入法下的 `\"`"),
    ("[\"甲乙丙丁戊\"]", "['甲’, '乙']", "5: 第 15 列：`’` 是全角符号，请改用英文输入法下的 `'`"),
    (
        "[\"甲乙丙丁戊\"]",
        "[\n\"甲\",\n\"乙”,\n\"丙\"]",
        "7: 第 3 列：`”` 是全角符号，请改用英文输入法下的 `\"`",
    ),
    ("【甲乙丙丁戊】\"]", "【甲乙丙丁戊】”]", "7: 第 25 列：`”` 是全角符号，请改用英文输入法下的 `\"`"),
    ("\"样例\", en", "\"样例”, en", "1: 第 22 列：`”` 是全角符号，请改用英文输入法下的 `\"`"),
    // A bracket of an input method, in a line of its own or at the end of one.
    ("[\"甲乙丙丁戊\"]", "[\n\"甲\",\n】", "7: 第 1 列：`】` 是全角符号，请改用英文输入法下的 `]`"),
    ("miss = [", "miss = 【", "8: 第 8 列：`【` 是全角符号，请改用英文输入法下的 `[`"),
    // A text without its end.
    ("[\"甲乙丙丁戊\"]", "[\"甲\", \"乙]", "5: 第 18 列：从这里开始的文字没有写完，缺少结尾的引号 `\"`"),
    ("[\"甲乙丙丁戊\"]", "[\"甲, \"乙\"]", "5: 第 13 列：从这里开始的文字没有写完，缺少结尾的引号 `\"`"),
    ("[\"甲乙丙丁戊\"]", "[\"甲, \" \"乙\"]", "5: 第 19 列：TOML 写法有误：列表的两项之间缺少逗号 `,`"),
    ("\"major\"", "\"\"\"major", "2: 第 12 列：从这里开始的文字没有写完，缺少结尾的引号 `\"\"\"`"),
    ("[\"甲乙丙丁戊\"]", "['''甲", "5: 第 13 列：从这里开始的文字没有写完，缺少结尾的引号 `'''`"),
    // What a text quotes, or a remark holds, is not to blame.
    ("\"major\"", "\"他说“不行”就挂了", "2: 第 22 列：TOML 写法有误：文字没有写完，缺少结尾的引号 `\"`"),
    ("\"major\"", "\"他说“不行”", "2: 第 19 列：TOML 写法有误：文字没有写完，缺少结尾的引号 `\"`"),
    ("\"major\"", "\"他说「不行」就挂了", "2: 第 22 列：TOML 写法有误：文字没有写完，缺少结尾的引号 `\"`"),
    ("\"major\"", "'他说“不行”就挂了", "2: 第 22 列：TOML 写法有误：文字没有写完，缺少结尾的引号 `'`"),
    ("\"major\"", "\"major # 注释“", "2: 第 24 列：TOML 写法有误：文字没有写完，缺少结尾的引号 `\"`"),
    // Words that begin as a number or a truth value does.
    ("\"major\"", "info", "2: 第 12 列：此处应为加引号的文字：info"),
    ("\"major\"", "free", "2: 第 12 列：此处应为加引号的文字：free"),
    ("\"major\"", "[never, text]", "2: 第 13 列：此处应为加引号的文字：never"),
    ("\"major\"", "ture", "2: 第 12 列：此处应为 true 或 false：ture"),
    ("\"major\"", "True", "2: 第 12 列：此处应为 true 或 false：True"),
    ("\"major\"", "no", "2: 第 12 列：此处应为 true、false 或加引号的文字：no"),
    // What is too much, where nothing in its place would be right.
    ("\"major\"", "\"major\"，", "2: 第 19 列：`，` 在这里是多余的，请删去"),
    ("\"major\"", "\"major\"； # 注", "2: 第 19 列：`；` 在这里是多余的，请删去"),
    ("\"major\"", "\"major\"。", "2: 第 19 列：`。` 在这里是多余的，请删去"),
    ("\"major\"", "\"major\",", "2: 第 19 列：`,` 在这里是多余的，请删去"),
    ("\"major\"", "3，", "2: 第 13 列：`，` 在这里是多余的，请删去"),
    ("\"major\"", "\"major\"， x = 1", "2: 第 19 列：TOML 写法有误：这里多了内容：一行只写一个键"),
    ("[\"甲乙丙丁戊\"]", "[\"甲\"。\"乙\"]", "5: 第 16 列：`。` 是全角符号，请改用英文输入法下的 `,`"),
    // Numbers.
    ("\"major\"", "６", "2: 第 12 列：数字只写半角数字，不带逗号和单位；文字须加引号：６"),
    ("\"major\"", "6个", "2: 第 12 列：数字只写半角数字，不带逗号和单位；文字须加引号：6个"),
    ("\"major\"", "50，000", "2: 第 12 列：数字只写半角数字，不带逗号和单位；文字须加引号：50，000"),
    ("\"major\"", "50,000", "2: 第 14 列：数字只写半角数字，不带逗号和单位；文字须加引号：50,000"),
    ("\"major\"", "0．5", "2: 第 13 列：`．` 是全角符号，请改用英文输入法下的 `.`"),
    ("\"major\"", "6　", "2: 第 13 列：这里有全角空格，请改为半角空格"),
    // Ends of lines of old systems.
    ("\"major\"\n", "\"major\"\r", "2: 第 20 列：TOML 写法有误：行尾的换行符不完整"),
];

#[test]
fn a_slip_is_told_where_it_is_and_what_is_right_is_not_blamed() {
    let messages = read_messages(&Files::built_in());
    let voice = Voice { messages: &messages, language: Language::Chinese };
    let mut wrong = Vec::new();
    for (old, new, told) in CAUSES {
        assert!(RULE.contains(old), "{old}");
        let chinese = refused(&RULE.replacen(old, new, 1)).told(voice);
        if !chinese.ends_with(&format!("sample.toml:{told}")) {
            wrong.push(format!("{new}: {chinese}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The line that is told in English is that of the parser, whose words it goes with.
    let error = refused(&RULE.replacen("\"]\n[tests]", "”]\nx = 1\n[tests]", 1)).to_string();
    assert!(error.ends_with("sample.toml:6: missing comma between array elements, expected `,`"), "{error}");
}

#[test]
fn any_sign_that_an_input_method_typed_is_found() {
    let signs = [
        ("\"", "”"),
        ("\"", "“"),
        (",", "，"),
        ("]", "】"),
        ("[", "【"),
        ("{", "｛"),
        ("}", "｝"),
        ("=", "＝"),
    ];
    let (mut wrong, mut seen) = (Vec::new(), 0);
    for (right, typed) in signs {
        for (at, _) in RULE.match_indices(right) {
            let (before, behind) = (&RULE[..at], &RULE[at + 1..]);
            let Err(fault) = document::parse::<toml::Table>("a", &format!("{before}{typed}{behind}")) else {
                panic!("taken as right: {before}{typed}");
            };
            let column = before.split('\n').next_back().unwrap().chars().count() + 1;
            let told = format!("column {column}: `{typed}` is a full-width sign: write `{right}`");
            seen += 1;
            if !fault.message.contains(&told) {
                wrong.push(format!("{told}, and not {fault:?}"));
            }
        }
    }
    assert!(wrong.is_empty() && seen > 80, "{seen}: {wrong:#?}");
}

#[test]
fn a_slip_in_a_very_long_line_is_told_too() {
    let terms: Vec<String> = (0..100_000).map(|n| format!("\"词{n}\"")).collect();
    let list = format!("terms = [{}，\"末\"]\n", terms.join(", "));
    let fault = document::parse::<toml::Table>("a", &list).unwrap_err();
    assert!(fault.message.contains("`，` is a full-width sign: write `,`"));
}

/// What is said of a rule file that is wrong.
fn refused(rule: &str) -> Error {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("phrases/threat");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("sample.toml"), rule).unwrap();
    let files = files_with(Some(dir.path())).unwrap();
    let normaliser = cuicha::normalise::Normaliser::none();
    match cuicha::build::compile(&files, &normaliser) {
        Err(error) => error,
        Ok(_) => panic!("taken as right:\n{rule}"),
    }
}

#[test]
fn a_slip_in_a_profile_or_a_configuration_is_told_in_chinese() {
    let messages = read_messages(&Files::built_in());
    let voice = Voice { messages: &messages, language: Language::Chinese };
    let error = profile::parse("mine", "mine.toml", "extends = “strict”\n").unwrap_err();
    assert_eq!(error.told(voice), "mine.toml:1: 第 11 列：`“` 是全角符号，请改用英文输入法下的 `\"`");
    assert_eq!(error.to_string(), "mine.toml:1: string values must be quoted, expected literal string");
    // The language that a broken file names holds for what is told of it.
    let dir = tempfile::tempdir().unwrap();
    for (text, told) in [
        ("lang = \"zh\"\nformat = “text”\n", "cuicha.toml:2: 第 10 列：`“` 是全角符号"),
        ("lang = \"zh\"\nformat = text\n", "cuicha.toml:2: 第 10 列：此处应为加引号的文字：text\n"),
        ("lang = \"zh\"\nfail-on = never\n", "cuicha.toml:2: 第 11 列：此处应为加引号的文字：never\n"),
        // The parser stumbles over it twice.
        ("lang = \"zh\"\nlexicon = [\"甲”, \"乙\"]\n", "cuicha.toml:2: 第 14 列：`”` 是全角符号"),
        (
            "lang = \"zh\"\nprofile = \"strickt\"\n",
            "cuicha.toml:2: `profile` 为 `strickt`（您是不是想写 `strict`？）",
        ),
        (
            "lang = \"en\"\nprofile = \"strickt\"\n",
            "cuicha.toml:2: `profile` is `strickt` (did you mean `strict`?)",
        ),
    ] {
        std::fs::write(dir.path().join("cuicha.toml"), text).unwrap();
        let run = crate::program().args(["config", "show"]).current_dir(dir.path()).output().unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(run.status.code() == Some(2) && said.matches(told).count() == 1, "{text}: {said}");
    }
}

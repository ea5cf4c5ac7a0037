//! Every text in the source that a person can come to read has a Chinese side: in the tables of remarks and faults, or as a key.

use std::collections::BTreeSet;
use std::path::Path;

use cuicha::lexicon::{Files, read_messages};
use cuicha::model::messages::{Language, Voice};

/// Files whose texts are no messages, and why.
const OTHER_FILES: &[(&str, &str)] = &[
    ("src/report/html", "markup; what it says comes by key"),
    ("src/report/rules_page.rs", "a page in both languages"),
    ("src/bin/cuicha/help.rs", "commands as they are typed, and headings: the help has a test of its own"),
    ("src/lexicon/format.rs", "keys of rule files"),
    ("src/schema/inputs.rs", "documentation within schemas, for programs"),
    ("src/schema/outputs.rs", "documentation within schemas, for programs"),
    ("src/decode/call_log/manifest_columns.rs", "documentation within schemas, for programs"),
    ("src/classify/model/tests.rs", "a test"),
    ("src/context", "what gates are for: not shown"),
];

/// Texts that nobody is told, by their beginning, and why.
const OTHER_TEXTS: &[(&str, &str)] = &[
    ("key check", "sealed with the ledger"),
    ("cuicha ledger: ", "separates the uses of a key"),
    ("borrower, start, key, agency", "columns of the ledger"),
    ("call id", "separates the uses of a key"),
    ("on record", "a value in an exported log"),
    ("WHERE ", "SQL"),
    ("INSERT ", "SQL"),
    ("SELECT ", "SQL"),
    ("UPDATE ", "SQL"),
    ("DELETE ", "SQL"),
    ("CREATE ", "SQL"),
    ("VACUUM ", "SQL"),
    ("BEGIN; ", "SQL"),
    ("auto, utf-8, ", "names of encodings"),
    ("cuicha {}", "name and version in a workbook"),
    ("at line {} column {}", "cut off a message of JSON"),
    ("at path", "cut off a message of the system"),
    ("whisper table", "name of a format"),
    ("call log", "name of a stage that is timed"),
    ("fixed offset", "a zone without a name"),
    ("{ zh, en }", "the shape of a table"),
    ("{ from, to }", "the shape of a table"),
    ("{ id, from, until, certainty }", "the shape of a table"),
    ("frequency/{}", "id of a rule"),
    ("{}\n{}\n  cuicha lexicon test", "commands as they are typed"),
    ("FORMAT=", "how a value is written"),
    ("invalid type:", "cut off a message of the parser"),
    ("invalid value:", "cut off a message of the parser"),
    (", expected", "cut off a message of the parser"),
    ("wanted string or table", "cut off a message of the parser"),
    ("missing escaped value", "cut off a message of the parser"),
    ("missing opening quote", "cut off a message of the parser"),
    ("missing comma", "cut off a message of the parser"),
    ("invalid date", "cut off a message of the parser"),
    ("invalid boolean", "cut off a message of the parser"),
    ("invalid float", "cut off a message of the parser"),
    ("unexpected key or value", "cut off a message of the parser"),
    ("a date string", "the parser's name for a value"),
    ("a boolean", "the parser's name for a value"),
    ("a string", "the parser's name for a value"),
    ("a map", "the parser's name for a value"),
    ("a sequence", "the parser's name for a value"),
    ("a tuple", "the parser's name for a value"),
    ("# Pieces of wording", "the head of a table that a test makes"),
];

/// String literals of Rust with their lines, up to the tests of the file; places of `format!` are `{}`.
fn literals(text: &str) -> Vec<(usize, String)> {
    let text = text.split("#[cfg(test)]").next().unwrap_or(text);
    let bytes: Vec<char> = text.chars().collect();
    let (mut at, mut line, mut found) = (0, 1, Vec::new());
    while at < bytes.len() {
        match bytes[at] {
            '\n' => line += 1,
            '/' if bytes.get(at + 1) == Some(&'/') => {
                at += bytes[at..].iter().position(|c| *c == '\n').unwrap_or(bytes.len() - at);
                continue;
            }
            '\'' if bytes.get(at + 1) == Some(&'\\') => {
                at += 2 + bytes[at + 2..].iter().skip(1).position(|c| *c == '\'').unwrap_or(0) + 1;
            }
            '\'' if bytes.get(at + 2) == Some(&'\'') => at += 2,
            '"' => {
                let (start, mut value) = (line, String::new());
                at += 1;
                while bytes[at] != '"' {
                    match (bytes[at], bytes.get(at + 1)) {
                        ('\\', Some('\n')) => {
                            while bytes[at + 1].is_whitespace() {
                                at += 1;
                                line += usize::from(bytes[at] == '\n');
                            }
                        }
                        ('\\', Some('n')) => {
                            value.push('\n');
                            at += 1;
                        }
                        ('\\', Some(c)) => {
                            value.push(*c);
                            at += 1;
                        }
                        (c, _) => {
                            line += usize::from(c == '\n');
                            value.push(c);
                        }
                    }
                    at += 1;
                }
                found.push((start, places(&value)));
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// The literal with every place as `{}`, and braces that stand for themselves alone.
fn places(literal: &str) -> String {
    let mut out = String::new();
    let mut rest = literal;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = rest.strip_prefix("{{") {
            out.push('{');
            rest = after;
        } else if let Some(after) = rest.strip_prefix("}}") {
            out.push('}');
            rest = after;
        } else if let Some((inside, after)) = rest.strip_prefix('{').and_then(|r| r.split_once('}'))
            && !inside.contains([' ', '\n'])
        {
            out.push_str("{}");
            rest = after;
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Whether it reads like speech: words of small letters with spaces between them.
fn is_said(text: &str) -> bool {
    let trim = |w: &str| w.trim_matches(|c: char| c.is_ascii_punctuation()).to_owned();
    let words: Vec<String> = text.split_whitespace().map(trim).collect();
    let plain = |w: &&String| w.len() > 1 && w.bytes().all(|b| b.is_ascii_lowercase());
    words.len() > 1 && words.iter().any(|w| plain(&w))
}

/// Attributes and documentation are written for programmers; help has a test of its own.
fn is_attribute(source: &str, line: usize) -> bool {
    source.lines().nth(line - 1).is_some_and(|l| {
        let l = l.trim_start();
        l.starts_with("#[") || l.starts_with("about = ") || l.starts_with("after_help = ")
    })
}

#[test]
fn every_text_that_is_said_has_a_chinese_side() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let messages = read_messages(&Files::built_in());
    let known: BTreeSet<&str> = messages.0.values().map(|[_, en]| en.trim()).collect();
    let (mut missing, mut seen, mut excused) = (Vec::new(), 0, BTreeSet::new());
    for entry in walkdir::WalkDir::new(root.join("src")).sort_by_file_name() {
        let entry = entry.unwrap();
        let path = entry.path().strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
        if !path.ends_with(".rs") {
            continue;
        }
        if let Some((start, _)) = OTHER_FILES.iter().find(|(start, _)| path.starts_with(start)) {
            excused.insert(*start);
            continue;
        }
        let source = std::fs::read_to_string(entry.path()).unwrap();
        for (line, literal) in literals(&source) {
            let text = literal.trim();
            if !is_said(text) || is_attribute(&source, line) {
                continue;
            }
            seen += 1;
            match OTHER_TEXTS.iter().find(|(start, _)| text.starts_with(start)) {
                Some((start, _)) => _ = excused.insert(*start),
                None if known.contains(text) => {}
                None => missing.push(format!("{path}:{line}: {text}")),
            }
        }
    }
    assert!(missing.is_empty(), "without Chinese in lexicons/tables:\n{}", missing.join("\n"));
    assert!(seen > 400, "{seen} texts: this test reads the source wrongly");
    let idle: Vec<&str> = OTHER_FILES
        .iter()
        .chain(OTHER_TEXTS)
        .map(|(start, _)| *start)
        .filter(|s| !excused.contains(s))
        .collect();
    assert!(idle.is_empty(), "nothing begins like this any more: {idle:?}");
}

#[test]
fn what_stands_within_a_remark_is_told_too() {
    let messages = read_messages(&Files::built_in());
    let voice = Voice { messages: &messages, language: Language::Chinese };
    for (text, told) in [
        (
            "no rule `a` (did you mean `b`?); `cuicha rules list` names them all",
            "没有规则 `a`（您是不是想写 `b`？）；`cuicha rules list` 列出全部规则",
        ),
        ("`lang` is `xx`; it is one of zh, en", "`lang` 为 `xx`；可以是 zh, en"),
        (
            "cannot read: No such file or directory (os error 2)",
            "无法读取：没有这个文件或文件夹（系统错误 2）",
        ),
        ("nobody knows this", "nobody knows this"),
    ] {
        assert_eq!(voice.remark(text), told);
    }
}

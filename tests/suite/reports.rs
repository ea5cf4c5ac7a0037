//! The forms of output: what each promises to those who read it, that input cannot break out of any, and that all forms of one
//! scan tell the same.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Output;

use cuicha::report::REPORTERS;
use serde_json::Value;

use crate::schema;

/// What would run, or end a cell, a line, a command or a tag.
const HOSTILE: &str =
    "=1+1,\"x\"\n::error::<script>alert(1)</script>'><img src=x onerror=alert(2)>]]>&%0A\u{1b}[31m\u{202e}";
/// The same for a file name.
const HOSTILE_FILE: &str = "=cmd,::error::\"><script>alert(3)<img src=x>%0A 甲.jsonl";
const RULE: &str = r#"
title    = { zh = "<script>alert(4)</script>\"'", en = "<script>alert(4)</script>\"'" }
severity = "major"
why      = { zh = "=why<b>\"", en = "=why<b>\"" }
advice   = { zh = "</style><b>", en = "</style><b>" }
basis    = [{ id = "<i>\"clause" }]
terms    = ["绿色窗口"]

[tests]
hit  = ["催收员：您这笔走【绿色窗口】，月底前还清就行"]
miss = [
  { say = "借款人：你们有没有绿色窗口", because = "speaker" },
  { say = "催收员：请您尽快还款", because = "no-match" },
]
"#;

/// What a page is made of.
const TAGS: &[&str] = &[
    "DOCTYPE",
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "section",
    "article",
    "div",
    "span",
    "h1",
    "h2",
    "h3",
    "p",
    "b",
    "small",
    "code",
    "mark",
    "blockquote",
    "dl",
    "dt",
    "dd",
    "ul",
    "li",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "svg",
    "g",
    "rect",
    "text",
    "path",
    "circle",
    "h4",
    "a",
    "script",
    "label",
    "input",
    "select",
    "option",
    "output",
];

/// A folder with calls of every kind: violations, matters for review, passes, a lost record, hostile names and words.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        std::fs::create_dir_all(desk.path("own/phrases/improper-demand")).unwrap();
        std::fs::write(desk.path("own/phrases/improper-demand/window.toml"), RULE).unwrap();
        std::fs::create_dir(desk.path("calls")).unwrap();
        let turn = |who: &str, text: &str| serde_json::json!({ "speaker": who, "text": text });
        let call = |id: &str, day: u32, hour: u32, words: &str| {
            serde_json::json!({
                "call_id": id, "borrower_id": format!("B{HOSTILE}"), "collector_id": format!("C{HOSTILE}"),
                "agency": HOSTILE, "callee_role": "borrower", "connected": true,
                "start": format!("2026-03-{day:02}T{hour:02}:10:00+08:00"), "end": format!("2026-03-{day:02}T{hour:02}:12:00+08:00"),
                "turns": [turn("collector", words), turn("borrower", "你说什么。")],
            })
            .to_string()
        };
        let lines = [
            call(HOSTILE, 5, 10, &format!("{HOSTILE} 我弄死你信不信 {HOSTILE}")),
            call("K2", 5, 11, "再不还就打断你的腿，您这笔走绿色窗口！"),
            call("K3", 5, 12, "您好，请您尽快还款。"),
            call("K4", 5, 13, "您好，请您尽快还款。"),
            call("K5", 6, 23, "您好，请您尽快还款。"),
            "no json".to_owned(),
        ];
        std::fs::write(desk.path("calls").join(HOSTILE_FILE), lines.join("\n")).unwrap();
        let unsure = "打断你的腿，信不信？\n你谁啊。\n";
        std::fs::write(desk.path("calls/unlabelled.txt"), unsure).unwrap();
        let mut log = "call_id,borrower_id,callee_number,start,duration_s,connected\n".to_owned();
        for minute in 0..8 {
            log += &format!("D{minute},=B9,19900000042,2026-03-05T10:0{minute}:00+08:00,0,false\n");
        }
        std::fs::write(desk.path("log.csv"), log).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        crate::program()
            .args(["scan", "calls", "--calls", "log.csv", "--lexicon", "own"])
            .args(args)
            .current_dir(self.0.path())
            .output()
            .unwrap()
    }

    fn bytes(&self, format: &str) -> Vec<u8> {
        let output = self.run(&["--format", format, "--lang", "en"]);
        assert_eq!(output.status.code(), Some(2), "{format}: one record is broken");
        output.stdout
    }

    fn report(&self, format: &str) -> String {
        text_of(format, self.bytes(format))
    }
}

/// A report as text: a workbook as its cells, with tabs between them and the name of its sheet in front.
fn text_of(format: &str, bytes: Vec<u8>) -> String {
    if format == "xlsx" { crate::workbook::cells(bytes) } else { String::from_utf8(bytes).unwrap() }
}

/// Findings by rule, verdict and call; those in counts belong to no one call.
type Facts = BTreeMap<(String, String, String), usize>;

fn count<'a>(found: impl IntoIterator<Item = (&'a str, &'a str, &'a str)>) -> Facts {
    let mut facts = Facts::new();
    for (rule, verdict, call) in found {
        let call = if rule.starts_with("frequency/") { "-" } else { call };
        *facts.entry((rule.to_owned(), verdict.to_owned(), shown(call))).or_default() += 1;
    }
    facts
}

/// An id as forms show it that are read as text: without control characters.
fn shown(id: &str) -> String {
    let control = |c: char| char::from_u32(0x2400 + c as u32).filter(|_| c < ' ');
    id.chars().map(|c| if c == '\u{202e}' { '\u{fffd}' } else { control(c).unwrap_or(c) }).collect()
}

/// The call in a sentence about a finding.
fn told_call(sentence: &str) -> &str {
    sentence
        .rsplit_once(", turn ")
        .and_then(|(rest, _)| rest.rsplit_once("(call "))
        .map_or("-", |(_, call)| call)
}

/// What stands between `open` and `close`, each time.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Vec<&'a str> {
    text.split(open).skip(1).filter_map(|rest| rest.split(close).next()).collect()
}

fn records(jsonl: &str, kind: &str) -> Vec<Value> {
    let all = jsonl.lines().map(|l| serde_json::from_str::<Value>(l).unwrap());
    all.filter(|r| r["type"] == kind).collect()
}

fn of_values<'a>(findings: impl IntoIterator<Item = &'a Value>, rule: &str, verdict: &str) -> Facts {
    let text = |f: &'a Value, at: &str| f.pointer(at).and_then(Value::as_str).unwrap_or("-");
    let call = |f: &'a Value| match text(f, "/description") {
        "-" => [text(f, "/call_id"), text(f, "/properties/call_id")]
            .into_iter()
            .find(|c| *c != "-")
            .unwrap_or("-"),
        sentence => told_call(sentence),
    };
    count(findings.into_iter().map(|f| (text(f, rule), text(f, verdict), call(f))))
}

/// Cells by row.
fn cells(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            c => cell.push(c),
        }
    }
    assert!(!quoted && cell.is_empty() && row.is_empty(), "the last row does not end");
    rows
}

fn facts(format: &str, text: &str) -> Facts {
    let parsed = || serde_json::from_str::<Value>(text).unwrap();
    match format {
        "jsonl" => of_values(&records(text, "finding"), "/rule", "/verdict"),
        "json" => of_values(parsed()["findings"].as_array().unwrap(), "/rule", "/verdict"),
        "sarif" => {
            of_values(parsed()["runs"][0]["results"].as_array().unwrap(), "/ruleId", "/properties/verdict")
        }
        "gitlab" => {
            let all = parsed();
            let found = all.as_array().unwrap().iter().filter(|e| e["check_name"] != "not-checked");
            of_values(found, "/check_name", "/verdict")
        }
        "csv" => {
            // The apostrophe that keeps a spreadsheet from reading a formula is not part of the id.
            let rows = cells(text);
            let call = |r: &'_ [String]| r[6].strip_prefix('\'').unwrap_or(&r[6]).to_owned();
            let found: Vec<_> = rows.iter().skip(1).map(|r| (r, call(r))).collect();
            count(found.iter().map(|(r, call)| (r[0].as_str(), r[4].as_str(), call.as_str())))
        }
        "xlsx" => count(text.lines().filter_map(|l| l.strip_prefix("Findings\t")).skip(1).map(|l| {
            let row: Vec<&str> = l.split('\t').collect();
            (row[4], row[0], row[5])
        })),
        "junit" => facts_of_junit(text),
        "github" => facts_of_github(text),
        "text" => facts_of_text(text),
        "html" => facts_of_html(text),
        other => panic!("say in this test how the facts of `{other}` are read"),
    }
}

fn facts_of_junit(text: &str) -> Facts {
    let report = quick_junit::Report::deserialize_from_str(text).unwrap();
    let cases = || report.test_suites.iter().flat_map(|s| &s.test_cases);
    let all = cases().flat_map(|c| c.properties.iter().map(move |p| (p, c.name.as_str())));
    let found = all.filter(|(p, _)| ["violation", "review"].contains(&p.name.as_str()));
    count(found.map(|(p, call)| (p.value.as_str(), p.name.as_str(), call)))
}

fn facts_of_github(text: &str) -> Facts {
    let lines: Vec<String> =
        text.lines().filter(|l| l.contains("]::")).map(|l| l.replace("%25", "%")).collect();
    count(lines.iter().map(|l| {
        let level = if l.starts_with("::error ") { "violation" } else { "review" };
        let (head, sentence) = l.split_once("]::").unwrap();
        (head.rsplit('[').next().unwrap(), level, told_call(sentence))
    }))
}

fn facts_of_text(text: &str) -> Facts {
    let mut found: Vec<(&str, &str, &str)> = Vec::new();
    for line in text.lines() {
        let rule = line.trim_start().split_once('[').map(|(v, rest)| (v.trim_end(), rest.split(']').next()));
        if let Some((verdict, Some(rule))) = rule.filter(|(v, _)| ["violation", "review"].contains(v)) {
            found.push((rule, verdict, ""));
        }
        let call = line.trim_start().strip_prefix("= call ").and_then(|l| l.split_once(" · turn "));
        if let (Some((call, _)), Some(last)) = (call, found.last_mut()) {
            last.2 = call;
        }
    }
    count(found)
}

fn facts_of_html(text: &str) -> Facts {
    let plain = |text: &str| {
        let marks =
            [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&#96;", "`"), ("&amp;", "&")];
        marks.iter().fold(text.to_owned(), |text, (mark, c)| text.replace(mark, c))
    };
    let tags = text.split("data-rule=\"").skip(1).map(|rest| rest.split('>').next().unwrap());
    let part = |tag: &str, key: &str| {
        tag.split(key).nth(1).map_or("-".to_owned(), |r| plain(r.split('"').next().unwrap()))
    };
    let found: Vec<[String; 3]> = tags
        .map(|tag| {
            [part(&format!("x=\"{tag}"), "x=\""), part(tag, "data-verdict=\""), part(tag, "data-call=\"")]
        })
        .collect();
    count(found.iter().map(|[rule, verdict, call]| (rule.as_str(), verdict.as_str(), call.as_str())))
}

#[test]
fn all_forms_of_one_scan_tell_the_same() {
    let desk = Desk::new();
    let want = facts("jsonl", &desk.report("jsonl"));
    assert!(want.values().sum::<usize>() >= 5, "{want:?}");
    assert!(want.keys().any(|(_, v, _)| v == "review"));
    assert!(want.keys().any(|(r, _, _)| r.starts_with("frequency/")));
    assert!(want.keys().any(|(_, _, call)| call.contains("alert(1)")), "the hostile id");
    let names: Vec<&str> = REPORTERS.iter().map(|r| r.name).collect();
    let targets: Vec<String> = names.iter().map(|n| format!("{n}=out.{n}")).collect();
    let mut args = vec!["--lang", "en"];
    args.extend(targets.iter().flat_map(|t| ["--report", t.as_str()]));
    let output = desk.run(&args);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    for name in names {
        let bytes = std::fs::read(desk.path(&format!("out.{name}"))).unwrap();
        assert!(bytes == desk.bytes(name), "{name}: one of several is not what it is alone");
        assert_eq!(facts(name, &text_of(name, bytes)), want, "{name}");
    }
}

#[test]
fn sarif_is_valid_and_within_the_limits_of_its_hosts() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/schema/sarif-2.1.0.json");
    let schema: Value = serde_json::from_str(&std::fs::read_to_string(root).unwrap()).unwrap();
    let log: Value = serde_json::from_str(&Desk::new().report("sarif")).unwrap();
    assert_eq!(schema::faults(&schema, &log), Vec::<String>::new());
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().all(|r| r["help"]["text"].as_str().is_some_and(|t| !t.is_empty())));
    assert_eq!(run["invocations"][0]["executionSuccessful"], false, "a record was lost");
    for result in run["results"].as_array().unwrap() {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(uri == "log.csv" || uri.starts_with("calls/"), "{uri}");
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(result["partialFingerprints"]["cuicha/v1"].as_str().is_some_and(|f| !f.is_empty()));
    }
}

#[test]
fn more_results_than_a_host_takes() {
    let dir = tempfile::tempdir().unwrap();
    let call = |n: usize, text: &str| {
        let turns = vec![serde_json::json!({ "speaker": "collector", "text": text }); 100];
        serde_json::json!({ "call_id": format!("K{n}"), "turns": turns }).to_string() + "\n"
    };
    let lines: String = (0..251).map(|n| call(n, "再不还就打断你的腿")).collect();
    std::fs::write(dir.path().join("calls.jsonl"), lines).unwrap();
    let output = crate::program()
        .args(["scan", "calls.jsonl", "--format", "sarif", "--report", "jsonl=all.jsonl"])
        .current_dir(dir.path())
        .output()
        .unwrap();
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = std::fs::read_to_string(dir.path().join("all.jsonl")).unwrap();
    let found = records(&all, "finding").len();
    let shown = log["runs"][0]["results"].as_array().unwrap().len();
    assert_eq!(shown, found.min(25_000));
    assert_eq!(log["runs"][0]["properties"]["resultsLeftOut"], found - shown);
    // What is cut is told, changes nothing about the exit status, and is the least grave.
    let told = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(told.contains(&format!("另有 {} 个问题未列入", found - shown)), "{told}");
    assert_eq!(output.status.code(), Some(1));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.len() <= 25_000 && log["runs"].as_array().unwrap().len() <= 20);
    let tags = |rule: &Value| rule["properties"]["tags"].as_array().unwrap().len();
    assert!(rules.iter().all(|rule| (1..=20).contains(&tags(rule))));
}

#[test]
fn nothing_of_the_input_can_break_out_of_the_page() {
    let desk = Desk::new();
    for lang in ["zh", "en"] {
        let output = desk.run(&["--format", "html", "--lang", lang]);
        let page = String::from_utf8(output.stdout).unwrap();
        for number in 1..=4 {
            let shown = format!("alert({number})");
            assert!(page.contains(&shown), "the canary {shown} is not on the page");
        }
        // Every tag is one of ours, and holds none but our attributes; there is one script and one style, and both are allowed
        // by their hashes alone.
        let [style, script] = ["style", "script"].map(|tag| {
            let all = between(&page, &format!("<{tag}>"), &format!("</{tag}>"));
            assert_eq!(all.len(), 1, "{tag}");
            all[0]
        });
        assert_eq!(page.to_lowercase().matches("<script").count(), 1);
        for tag in page.replace(style, "").replace(script, "").split('<').skip(1) {
            let (inside, _) = tag.split_once('>').unwrap();
            let name = inside.trim_start_matches(['/', '!']).split(' ').next().unwrap();
            assert!(TAGS.contains(&name), "<{inside}>");
            // Within quotes anything may stand that does not end them.
            let own: String = inside.split('"').step_by(2).collect();
            assert!(!own.contains("://") && !own.contains(" on") && !own.contains("style="), "<{inside}>");
            assert!(inside.matches('"').count().is_multiple_of(2), "<{inside}>");
            let link = inside.split("href=\"").nth(1);
            assert!(link.is_none_or(|to| to.starts_with('#')), "<{inside}>");
        }
        let mut anchors = between(&page, " id=\"", "\"");
        let all = anchors.len();
        anchors.sort_unstable();
        anchors.dedup();
        assert_eq!(anchors.len(), all, "an id stands twice");
        for link in between(&page, "href=\"#", "\"") {
            assert!(anchors.binary_search(&link).is_ok(), "nothing is called {link}");
        }
        let policy = between(&page, "Content-Security-Policy\" content=\"", "\"")[0];
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-") && !policy.contains("unsafe"));
        assert!(policy.contains("; script-src 'sha256-") && !policy.contains(['*', '\n']));
        assert!(
            !page.contains(['\u{1b}', '\u{202e}']) && !style.contains("url(") && !style.contains("@import")
        );
    }
}

#[test]
fn without_text_no_form_holds_words_of_a_call() {
    let desk = Desk::new();
    let want = facts("jsonl", &desk.report("jsonl"));
    for format in REPORTERS {
        let output = desk.run(&["--format", format.name, "--lang", "en", "--text", "none"]);
        assert_eq!(output.status.code(), Some(2), "{}", format.name);
        let text = text_of(format.name, output.stdout);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(facts(format.name, &text), want, "{}: what is found does not change", format.name);
        for word in ["弄死你信", "打断你的腿", "您这笔走", "再不还就", "你说什么", "19900000042", "19900"]
        {
            assert!(!text.contains(word) && !told.contains(word), "{} holds {word}", format.name);
        }
    }
}

#[test]
fn the_page_has_its_parts() {
    let page = Desk::new().report("html");
    assert!(page.contains("<html lang=\"en\">") && page.contains("Hour and weekday"));
    assert!(page.contains("<mark>") && page.contains("class=\"night\""));
    assert!(page.contains("<p class=\"beside\">borrower speaking: 你说什么。</p>"), "the turn after");
    let summary = records(&Desk::new().report("jsonl"), "summary").remove(0);
    for (verdict, count) in summary["totals"]["verdicts"].as_object().unwrap() {
        let tile = between(&page, &format!("<div class=\"tile {verdict}\">"), "</div>")[0];
        assert!(tile.contains(&format!("<b>{count}</b>")), "{verdict}: {tile}");
    }
    for part in [
        "<div class=\"said\">",
        "<div class=\"missed\">",
        "class=\"receipts\"",
        "class=\"dial",
        "class=\"whisker\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(
        page.contains("a href=\"#notices\"") && page.contains("id=\"notices\""),
        "the loss leads to its notice"
    );
    assert!(page.find("class=\"tile").unwrap() < page.find("<article").unwrap(), "verdicts come first");
}

#[test]
fn csv_opens_in_a_spreadsheet_and_holds_no_formula() {
    let text = Desk::new().report("csv");
    let rows = cells(text.strip_prefix('\u{feff}').expect("the mark of UTF-8"));
    assert!(rows.len() > 5 && rows.iter().all(|r| r.len() == rows[0].len()));
    assert!(text.contains("'=1+1"), "the hostile id is there");
    for cell in rows.iter().flatten() {
        let first = cell.trim_start().chars().next();
        assert!(!first.is_some_and(|c| "=+-@\t\r＝＋－＠".contains(c)), "{cell}");
    }
    let empty = tempfile::tempdir().unwrap();
    std::fs::write(empty.path().join("a.txt"), "坐席：您好，请您尽快还款。\n客户：好的。\n").unwrap();
    let output = crate::program()
        .args(["scan", "a.txt", "--format", "csv"])
        .current_dir(empty.path())
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap().lines().count(), 1, "the head alone");
}

#[test]
fn junit_counts_what_it_holds() {
    let text = Desk::new().report("junit");
    let report = quick_junit::Report::deserialize_from_str(&text).unwrap();
    assert_eq!(report.tests, report.test_suites.iter().map(|s| s.test_cases.len()).sum::<usize>());
    assert_eq!(report.errors, 1, "the lost record");
    assert!(report.failures >= 2 && report.test_suites.iter().any(|s| s.name.as_str() == "frequency"));
    let mut names: Vec<(String, String)> = Vec::new();
    for case in report.test_suites.iter().flat_map(|s| &s.test_cases) {
        let class = case.classname.as_ref().unwrap().as_str();
        names.push((class.to_owned(), case.name.as_str().to_owned()));
    }
    let all = names.len();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), all, "a host drops the second of two cases with one name");
}

#[test]
fn an_annotation_is_one_line_and_holds_one_command() {
    let text = Desk::new().report("github");
    for line in text.lines() {
        let (head, body) = line.split_once("::").unwrap().1.split_once("::").unwrap();
        let (level, keys) = head.split_once(' ').unwrap();
        assert!(["error", "warning"].contains(&level), "{line}");
        assert!(keys.split(',').all(|k| k.contains('=') && !k.contains(':')), "{line}");
        assert!(
            !body.replace("%25", "").contains('%') && !line.contains(['\u{1b}', '\u{202e}', '\r']),
            "{line}"
        );
    }
}

#[test]
fn code_quality_has_the_keys_that_gitlab_asks_for() {
    let all: Value = serde_json::from_str(&Desk::new().report("gitlab")).unwrap();
    let mut marks = std::collections::BTreeSet::new();
    for entry in all.as_array().unwrap() {
        assert!(entry["description"].is_string() && entry["check_name"].is_string(), "{entry}");
        assert!(["info", "minor", "major", "critical"].contains(&entry["severity"].as_str().unwrap()));
        assert!(!entry["location"]["path"].as_str().unwrap().starts_with(['/', '.']), "{entry}");
        assert!(entry["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(marks.insert(entry["fingerprint"].as_str().unwrap().to_owned()), "{entry}");
    }
}

#[test]
fn reports_that_cannot_be_written_are_refused_before_anything_is() {
    let desk = Desk::new();
    std::fs::write(desk.path("kept.csv"), "old").unwrap();
    std::fs::create_dir(desk.path("folder")).unwrap();
    let log = std::fs::read(desk.path("log.csv")).unwrap();
    for (bad, word) in [
        ("xml=out.xml", "known are text, json"),
        ("csv", "FORMAT=FILE"),
        ("csv=", "names no file"),
        ("csv=log.csv", "input"),
        ("csv=./folder/../log.csv", "input"),
        ("sarif=gone/out.sarif", "cannot write"),
        ("sarif=folder", "cannot write"),
        ("sarif=kept.csv", "two reports"),
    ] {
        let output = desk.run(&["--report", "csv=kept.csv", "--report", bad]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && told.contains(word), "{bad}: {told}");
        assert!(output.stdout.is_empty(), "{bad}: work has begun");
        assert_eq!(std::fs::read(desk.path("kept.csv")).unwrap(), b"old", "{bad}");
        assert_eq!(std::fs::read(desk.path("log.csv")).unwrap(), log, "{bad}");
    }
    let good = desk.run(&["--report", "csv=kept.csv"]);
    assert_ne!(std::fs::read(desk.path("kept.csv")).unwrap(), b"old");
    assert!(!good.stdout.is_empty(), "the report of --format is there too");
    let left = std::fs::read_dir(desk.0.path()).unwrap();
    let hidden = left.filter(|e| e.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'));
    assert_eq!(hidden.count(), 0, "something was left behind");
}

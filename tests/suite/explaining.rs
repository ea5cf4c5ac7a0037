//! `cuicha explain --text` and `cuicha why-not`: what they say is what the judge did.

use std::process::Output;

use cuicha::build::{Choices, Engine};
use cuicha::explain::{self, Ask, Fate, Stage};
use cuicha::judge;
use cuicha::model::error::Error;
use cuicha::model::finding::Verdict;
use cuicha::model::rules::GROUPS;
use cuicha::model::scan::Presence;
use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};
use serde_json::Value;

use crate::spoken::{built_in, says};

fn run(args: &[&str]) -> Output {
    crate::program().args(args).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + &String::from_utf8(output.stderr.clone()).unwrap()
}

fn typed(lines: &str) -> Call {
    explain::typed(&[lines.to_owned()], CalleeRole::Unknown, None).unwrap()
}

#[test]
fn typed_lines_are_turns_and_without_a_label_the_collectors() {
    let call = typed("再不还就打断你的腿\n\n客户：你说什么\nagent: 还钱\n时间：明天");
    let turns: Vec<(Speaker, &str)> = call.turns.iter().map(|t| (t.speaker, t.text.as_str())).collect();
    let wanted = [
        (Speaker::Collector, "再不还就打断你的腿"),
        (Speaker::Borrower, "你说什么"),
        (Speaker::Collector, "还钱"),
        (Speaker::Collector, "时间：明天"),
    ];
    assert_eq!(turns, wanted);
    assert!(explain::typed(&[" \n".to_owned()], CalleeRole::Unknown, None).is_none());
}

#[test]
fn an_explanation_agrees_with_the_findings() {
    let lines = [
        "坐席：再不还就打断你的腿，信不信？",
        "坐席：您刚才说有人要打断你的腿",
        "客户：弄死你",
        "请尽快还款",
    ];
    let call = typed(&lines.join("\n"));
    let (explained, outcome) = (explain::explain(built_in(), &call), judge::call(built_in(), &call));
    assert_eq!((explained.verdict, explained.score), (outcome.record.verdict, outcome.record.score));
    for t in &explained.turns {
        let stands: Vec<&str> = t
            .candidates
            .iter()
            .filter(|c| matches!(c.outcome, Fate::Violation | Fate::Review))
            .map(|c| c.rule.as_str())
            .collect();
        let found: Vec<&str> =
            outcome.findings.iter().filter(|f| f.turn == t.turn).map(|f| f.rule.as_str()).collect();
        assert_eq!(stands, found, "turn {}", t.turn);
        assert_eq!(t.tokens.concat(), t.text, "turn {}", t.turn);
        for c in &t.candidates {
            let stopped = c.gates.iter().any(|g| !g.passed);
            assert_eq!(stopped, c.outcome == Fate::Rejected, "{c:?}");
            let span: String = t.text.chars().skip(c.span.start).take(c.span.end - c.span.start).collect();
            assert_eq!(span, c.words);
        }
    }
    assert!(explained.turns[2].classifier.not_asked.is_some());
    let first = &explained.turns[0].classifier.groups[0];
    assert_eq!(first.group, "threat");
    assert!(first.probability > first.violation && !first.pieces.is_empty());
}

#[test]
fn explain_text_shows_every_layer_in_both_forms() {
    let shown = text(&run(&["explain", "--text", "坐席：我们绝不会打断你的腿，电话12000011112222"]));
    for want in
        ["words: 我们 / ", "rejected by negation: 绝不", "passed: speaker, except, boundary", "verdict "]
    {
        assert!(shown.contains(want), "{want}\n{shown}");
    }
    assert!(!shown.contains("12000011112222"), "a number is not masked\n{shown}");
    let output = run(&["explain", "--format", "json", "--text", "坐席：再不还就弄死你"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let turn = &json["calls"][0]["turns"][0];
    assert_eq!(turn["candidates"][0]["rule"], "threat/violence");
    assert!(turn["classifier"]["groups"][0]["pieces"][0]["weight"].as_f64().unwrap() > 0.0);
    assert_eq!(json["calls"][0]["verdict"], "violation");
}

#[test]
fn explain_refuses_what_makes_no_sense() {
    let file = "samples/scenarios";
    for args in [
        &["explain"][..],
        &["explain", "--text", " "],
        &["explain", "--text", "x", "y.txt"],
        // Who was called stands in a file itself.
        &["explain", "--callee", "contact", file],
    ] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
}

fn why(speaker: Speaker, said: &str, rule: &str) -> (Stage, String) {
    let call = says(speaker, said);
    let answer = explain::why_not(built_in(), &call, Ask { rule, turn: None }).unwrap();
    (answer.stage, answer.message)
}

/// Who says what, the rule that is asked about, the stage that says no and a word of its reason.
const REASONS: &[(Speaker, &str, &str, Stage, &str)] = &[
    (Speaker::Collector, "再不还就弄死你", "threat/violence", Stage::Found, "violation"),
    (Speaker::Collector, "我们绝不会打断你的腿", "threat/violence", Stage::Gate, "`negation`: 绝不"),
    (Speaker::Collector, "您说有人要打断你的腿", "threat/violence", Stage::Gate, "quotation"),
    (Speaker::Borrower, "我弄死你", "threat/violence", Stage::NotTheCollector, "borrower"),
    (Speaker::Borrower, "好的谢谢", "threat/violence", Stage::NotTheCollector, "borrower"),
    (Speaker::Collector, "今天天气不错，出去走走", "threat/violence", Stage::NotMatched, "no entry"),
    (Speaker::Collector, "今天天气不错，出去走走", "threat/implied", Stage::BelowBar, "review begins at"),
    (Speaker::Collector, "好", "threat/implied", Stage::NotChecked, "too little"),
    (Speaker::Collector, "您好", "conduct/identify-self", Stage::NotChecked, "callee_role"),
    (Speaker::Collector, "您好", "frequency/quiet-hours", Stage::NotChecked, "counts calls"),
];

#[test]
fn each_stage_that_says_no_is_named() {
    for (speaker, said, rule, stage, word) in REASONS {
        let (got, message) = why(*speaker, said, rule);
        assert!(got == *stage && message.contains(word), "{said} {rule}: {got:?} {message}");
    }
}

#[test]
fn a_better_match_and_a_missing_part_are_named() {
    let call = says(Speaker::Collector, "再不还就弄死你");
    let answer = explain::why_not(built_in(), &call, Ask { rule: "threat/implied", turn: Some(0) }).unwrap();
    assert_eq!(answer.stage, Stage::Overruled, "{answer:?}");
    assert!(answer.message.contains("threat/violence"));
    let call = says(Speaker::Collector, "小心你的腿，这事儿没完");
    let answer = explain::why_not(built_in(), &call, Ask { rule: "threat/violence", turn: None }).unwrap();
    assert_eq!(answer.stage, Stage::NotMatched);
    let near = answer.turns[0].nearest.as_ref().unwrap();
    assert!(!near.has.is_empty() && !near.lacks.is_empty(), "{near:?}");
}

#[test]
fn unknown_rules_calls_and_turns_are_refused_with_a_hint() {
    let call = says(Speaker::Collector, "您好");
    let asked = |rule, turn| explain::why_not(built_in(), &call, Ask { rule, turn });
    for (rule, turn, word) in [
        ("threat/violense", None, "did you mean `threat/violence`?"),
        ("conduct/identify-sef", None, "did you mean `conduct/identify-self`?"),
        ("threat/violence", Some(7), "no turn 8"),
    ] {
        let Err(Error::Usage(message)) = asked(rule, turn) else { panic!("{rule} is taken") };
        assert!(message.contains(word), "{message}");
    }
    let call = "samples/scenarios/quoted/call.txt";
    let path = format!("{}/{call}", env!("CARGO_MANIFEST_DIR"));
    let output = run(&["why-not", "S-QUOTED:5", "threat/violence", &path]);
    assert!(
        output.status.success() && text(&output).contains("turn 5: stopped by a gate"),
        "{}",
        text(&output)
    );
    let output = run(&["why-not", "S-QUOTED:5", "threat/violence", &path, "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((json["stage"].as_str(), json["turn"].as_u64()), (Some("gate"), Some(4)));
    let output = run(&["why-not", "NOBODY", "threat/violence", &path]);
    assert!(output.status.code() == Some(2) && text(&output).contains("no call `NOBODY`"));
}

#[test]
fn a_rule_of_another_profile_is_off_and_a_call_without_words_is_not_checked() {
    let call = says(Speaker::Collector, "您好");
    let rules = cuicha::lexicon::profile::load("us-regf").unwrap().rules;
    let other = rules.iter().find(|r| built_in().profile.rules.iter().all(|b| b.id != r.id)).unwrap();
    let id = format!("frequency/{}", other.id);
    let answer = explain::why_not(built_in(), &call, Ask { rule: &id, turn: None }).unwrap();
    assert!(answer.stage == Stage::RuleOff && answer.message.contains("us-regf"), "{answer:?}");
    let silent = says(Speaker::Unknown, "嗯");
    let answer = explain::why_not(built_in(), &silent, Ask { rule: "threat/violence", turn: None }).unwrap();
    let checked = judge::call(built_in(), &silent).record.verdict != Verdict::NotChecked;
    assert_eq!(answer.stage == Stage::NotChecked, !checked, "{answer:?}");
}

#[test]
fn what_normalising_took_away_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("my/phrases/threat");
    std::fs::create_dir_all(&folder).unwrap();
    let rule = r#"title    = { zh = "样例", en = "Sample" }
severity = "major"
why      = { zh = "样例", en = "Sample" }
boundary = "free"
terms    = ["月退"]
[tests]
hit  = ["催收员：这个【月退】"]
miss = [{ say = "借款人：月退", because = "speaker" }, { say = "催收员：您好", because = "no-match" }]
"#;
    std::fs::write(folder.join("sample.toml"), rule).unwrap();
    let call = dir.path().join("c1.txt");
    std::fs::write(&call, "坐席：小心断你的月退。\n客户：好。\n").unwrap();
    let (call, my) = (call.to_str().unwrap(), dir.path().join("my"));
    let output = run(&["why-not", "c1:1", "threat/sample", call, "--lexicon", my.to_str().unwrap()]);
    let told = text(&output);
    assert!(
        told.contains("normalised away") && told.contains("`月退`") && told.contains("断你的腿"),
        "{told}"
    );
}

#[test]
fn the_role_of_the_called_and_a_weight_below_the_bar_are_named() {
    let mut engine = Engine::new(&Choices::default()).unwrap();
    // Bars that any wording lies between, so that the role alone decides.
    let group = GROUPS.iter().position(|g| *g == "disclosure").unwrap();
    engine.rules.policy.bars[group].review = 0.0;
    engine.rules.policy.bars[group].violation = 2.0;
    let mut call = says(Speaker::Collector, "今天天气不错，出去走走");
    call.callee_role = CalleeRole::Borrower;
    let asked = |engine: &Engine, call: &Call, rule| {
        explain::why_not(engine, call, Ask { rule, turn: None }).unwrap()
    };
    let answer = asked(&engine, &call, "disclosure/implied");
    assert!(answer.stage == Stage::CallRole && answer.message.contains("borrower"), "{answer:?}");
    engine.rules.policy.review = 2.0;
    let answer = asked(&engine, &says(Speaker::Collector, "再不还就弄死你"), "threat/violence");
    assert!(answer.message.contains("what is shown needs 2.00"), "{answer:?}");
}

/// A call to the borrower in which two elements are said in time, one too late, and one not at all.
const ELEMENTS: &str = "催收员：您的信用卡逾期二十天，欠款三千二百元。\n借款人：你谁啊\n催收员：请问是郭守田本人吗？本次通话有录音\n借款人：是我。";

#[test]
fn each_required_element_is_told_with_the_words_that_show_it() {
    let call = |callee| explain::typed(&[ELEMENTS.to_owned()], callee, None).unwrap();
    let explained = explain::explain(built_in(), &call(CalleeRole::Borrower));
    let told: Vec<(&str, Presence, Vec<usize>)> = explained
        .elements
        .iter()
        .map(|e| (&*e.name, e.presence, e.shown.iter().map(|s| s.turn).collect()))
        .collect();
    let wanted = [
        ("identify-self", Presence::Missing, vec![]),
        ("verify-identity", Presence::Missing, vec![2, 3]),
        ("recording-notice", Presence::Present, vec![2]),
        ("debt-details", Presence::Present, vec![0]),
        ("repayment-options", Presence::Missing, vec![]),
    ];
    assert_eq!(told, wanted);
    assert!(explained.elements.iter().all(|e| explained.conduct[&e.name] == e.presence));
    for e in &explained.elements {
        for s in &e.shown {
            assert!(explained.turns[s.turn].text.contains(&s.words), "{s:?}");
        }
    }
    let contact = explain::explain(built_in(), &call(CalleeRole::Contact));
    assert_eq!(contact.elements, []);

    let page =
        |lang: &str| text(&run(&["--lang", lang, "explain", "--callee", "borrower", "--text", ELEMENTS]));
    for (lang, lines) in [
        (
            "zh",
            [
                "conduct/identify-self 表明身份：缺少\n",
                "并先于 conduct/debt-details）：第 3 句",
                "conduct/recording-notice 告知录音：已说，第 3 句“",
            ],
        ),
        (
            "en",
            [
                "conduct/identify-self Says who is calling: missing\n",
                "before conduct/debt-details): turn 3 `",
                ": said, turn 3 `",
            ],
        ),
    ] {
        let page = page(lang);
        assert!(lines.iter().all(|line| page.contains(line)), "{page}");
    }
}

#[test]
fn an_element_is_told_as_said_by_words_and_only_by_words_in_time() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/labelled/dev");
    let (mut said, mut late) = (0, 0);
    for name in ["whole-dev.calls.jsonl", "whole-dev-2.calls.jsonl"] {
        let lines = std::fs::read_to_string(root.join(name)).unwrap();
        for line in lines.lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            let mut call = typed("催收员：喂");
            call.callee_role = CalleeRole::Borrower;
            call.turns = record["turns"].as_array().unwrap().iter().map(utterance).collect();
            let elements = explain::explain(built_in(), &call).elements;
            let last = |name: &str| {
                elements.iter().find(|e| e.name == name).and_then(|e| e.shown.iter().map(|s| s.turn).max())
            };
            for e in &elements {
                let other = e.before.as_deref().and_then(last).unwrap_or(usize::MAX);
                match (e.presence, last(&e.name)) {
                    (Presence::Present, at) => {
                        said += 1;
                        assert!(at.is_some_and(|at| at <= other), "{line}: {e:?}");
                    }
                    (_, Some(_)) => late += 1,
                    (_, None) => {}
                }
            }
        }
    }
    assert!(said > 200 && late > 2, "{said} said, {late} too late");
    // A borrower who takes it back later, and one who is asked again, has confirmed it all the same.
    let lines = "催收员：请问是郭守田本人吗？\n借款人：是我\n催收员：您的信用卡逾期三十天，欠款三千元。\n借款人：我不是他，打错了";
    for more in ["", "\n催收员：请问是郭守田本人吗？\n借款人：是我"] {
        let call = explain::typed(&[format!("{lines}{more}")], CalleeRole::Borrower, None).unwrap();
        let verify = explain::explain(built_in(), &call).elements.remove(1);
        let turns: Vec<usize> = verify.shown.iter().map(|s| s.turn).collect();
        assert_eq!((verify.presence, turns), (Presence::Present, vec![0, 1]), "{more}");
    }
}

/// A turn as it stands in a record.
fn utterance(turn: &Value) -> Utterance {
    let speaker = if turn["speaker"] == "collector" { Speaker::Collector } else { Speaker::Borrower };
    Utterance::said(speaker, turn["text"].as_str().unwrap())
}

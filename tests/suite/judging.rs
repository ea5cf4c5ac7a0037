//! Who says what, and what becomes of it: the gates, overlapping matches, scores. With a small lexicon of its own and the
//! built-in cues.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

use cuicha::aggregate::parties::CallScore;
use cuicha::build::{Choices, Engine, Layers};
use cuicha::context::GATES;
use cuicha::judge;
use cuicha::labelled::{self, truth};
use cuicha::lexicon::{File, Files};
use cuicha::model::candidate::{Candidate, Matched};
use cuicha::model::finding::{Finding, Verdict};
use cuicha::model::receipt::Receipt;
use cuicha::model::rules::Severity;
use cuicha::model::transcript::Speaker::{self, Borrower, Collector, Contact, Unknown};
use cuicha::verdict;
use proptest::prelude::*;

use crate::spoken::{built_in, says};

const THREAT: &str = r#"title    = { zh = "样例", en = "Sample" }
severity = "critical"
why      = { zh = "样例", en = "Sample" }
boundary = "free"
terms    = ["打死", { text = "收拾你", weight = 0.5 }, { text = "上门", boundary = "word" }, { text = "上门堵", boundary = "word" }]
except   = ["打死结"]
[tests]
hit  = ["催收员：打死"]
miss = [{ say = "借款人：打死", because = "speaker" }, { say = "催收员：请还款", because = "no-match" }]
"#;

const LEGAL: &str = r#"title    = { zh = "样例", en = "Sample" }
severity = "major"
why      = { zh = "样例", en = "Sample" }
boundary = "free"
terms    = ["冻结", "抓你"]
[tests]
hit  = ["催收员：冻结"]
miss = [{ say = "借款人：冻结", because = "speaker" }, { say = "催收员：请还款", because = "no-match" }]
"#;

/// The built-in files with two rules instead of all.
fn small(threat: &str) -> Engine {
    let mut files = Files::built_in();
    files.0.retain(|path, _| !path.starts_with("phrases/"));
    for (path, text) in [("phrases/threat/sample.toml", threat), ("phrases/false-legal/sample.toml", LEGAL)] {
        let file = File { shown: path.to_owned(), bytes: text.as_bytes().to_vec().into(), own: true };
        files.0.insert(path.to_owned(), file);
    }
    Engine::from_files(
        &files,
        &Choices { layers: Layers { classifier: false, ..Layers::default() }, ..Choices::default() },
    )
    .unwrap()
}

static SMALL: LazyLock<Engine> = LazyLock::new(|| small(THREAT));

fn candidates(speaker: Speaker, text: &str) -> Vec<Candidate> {
    judge::turns(&SMALL, &says(speaker, text)).remove(0).candidates
}

/// Who says it, what, and the gate that stops it; `finding` when none does.
const TABLE: &[(Speaker, &str, &str)] = &[
    (Collector, "再不还就打死", "finding"),
    (Collector, "再不还就打 死", "finding"),
    (Collector, "再不还就打*死", "finding"),
    (Unknown, "再不还就打死", "finding"),
    (Borrower, "再不还就打死", "speaker"),
    (Contact, "再不还就打死", "speaker"),
    (Collector, "绳子打死结了", "except"),
    (Collector, "绳子打死结了，再不还就打死", "except finding"),
    (Collector, "我们绝不会打死谁", "negation"),
    (Collector, "谁也不会来冻结什么", "negation"),
    (Collector, "看我会不会打死他", "finding"),
    (Collector, "我们不会骂人。再不还就打死", "finding"),
    (Collector, "我们不会骂人，再不还就打死", "finding"),
    (Collector, "冻结的事都是假的", "negation"),
    (Collector, "您反映他要打死谁", "quotation"),
    (Collector, "再不还就打死，您反映也没用", "finding"),
    (Collector, "是不是有人要打死谁", "question"),
    (Collector, "账户由法院冻结", "notice"),
    (Collector, "账户依法冻结", "notice"),
    (Collector, "明天依法抓你", "finding"),
    (Collector, "打死也依法", "finding"),
    (Collector, "我们上门堵车了", "finding boundary"),
];

#[test]
fn each_gate_stops_what_it_is_for_and_nothing_else() {
    let mut wrong = Vec::new();
    for (speaker, text, expected) in TABLE {
        let became: Vec<&str> = candidates(*speaker, text)
            .iter()
            .map(|c| c.rejected.as_ref().map_or("finding", |r| r.gate))
            .collect();
        if became.join(" ") != *expected {
            wrong.push(format!("{speaker:?}: {text}: {expected} expected, became {became:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    let seen: BTreeSet<&str> = TABLE.iter().flat_map(|(_, _, e)| e.split(' ')).collect();
    assert!(GATES.iter().all(|g| seen.contains(g.name())), "a gate is missing from the table");
}

#[test]
fn a_rejected_candidate_names_the_words_that_decided() {
    let detail = |speaker, text| candidates(speaker, text)[0].rejected.clone().unwrap().detail;
    assert_eq!(detail(Borrower, "打死"), "borrower");
    assert_eq!(detail(Collector, "绳子打死结了"), "打死结");
    assert_eq!(detail(Collector, "账户由法院冻结"), "由法院");
}

#[test]
fn a_long_term_that_is_stopped_hides_no_short_one() {
    let found = candidates(Collector, "我们上门堵车了");
    let words: Vec<(usize, Option<&str>)> = found
        .iter()
        .map(|c| ((c.span.end - c.span.start) / 3, c.rejected.as_ref().map(|r| r.gate)))
        .collect();
    assert_eq!(words, [(2, None), (3, Some("boundary"))]);
    let outcome = judge::call(&SMALL, &says(Collector, "我们上门堵车了"));
    assert_eq!(outcome.findings.len(), 1);
    assert_eq!((outcome.findings[0].quote.as_str(), outcome.findings[0].matched.as_str()), ("上门", "上门"));
    // Where the long one holds, it alone is shown.
    let outcome = judge::call(&SMALL, &says(Collector, "明天上门堵，你等着"));
    let quotes: Vec<&str> = outcome.findings.iter().map(|f| f.quote.as_str()).collect();
    assert_eq!(quotes, ["上门堵"]);
}

#[test]
fn doubt_makes_a_matter_for_review() {
    let verdict = |speaker, text| judge::call(&SMALL, &says(speaker, text)).record.verdict;
    assert_eq!(verdict(Collector, "打死"), Verdict::Violation);
    assert_eq!(verdict(Collector, "收拾你"), Verdict::Review);
    assert_eq!(verdict(Unknown, "打死"), Verdict::Review);
    assert_eq!(verdict(Collector, "请尽快还款"), Verdict::Pass);
    assert_eq!(verdict(Borrower, "打死"), Verdict::Pass);
    assert_eq!(verdict(Unknown, "今天天气不错"), Verdict::NotChecked);
    assert_eq!(verdict(Collector, " \n"), Verdict::NotChecked);
    assert_eq!(verdict(Collector, ""), Verdict::NotChecked);
}

#[test]
fn the_quote_is_the_raw_text_and_the_span_counts_its_characters() {
    let text = "喂𠀀，（打 *死）打\u{200b}死";
    let outcome = judge::call(&SMALL, &says(Collector, text));
    let chars: Vec<char> = text.chars().collect();
    let quotes: Vec<String> =
        outcome.findings.iter().map(|f| chars[f.span.start..f.span.end].iter().collect()).collect();
    assert_eq!(quotes, ["打 *死", "打\u{200b}死"]);
    assert!(outcome.findings.iter().zip(&quotes).all(|(f, q)| f.quote == *q));
}

#[test]
fn fingerprints_tell_repetitions_apart_and_outlive_a_change_elsewhere() {
    let prints = |text: &str| -> Vec<String> {
        judge::call(&SMALL, &says(Collector, text)).findings.into_iter().map(|f| f.fingerprint).collect()
    };
    let twice = prints("打死，打死");
    assert!(twice.len() == 2 && twice[0] != twice[1]);
    assert_eq!(prints("今天还钱，打死，打 死"), twice);
}

#[test]
fn many_matches_of_one_rule_are_kept_to_a_bound_and_counted() {
    let most = SMALL.rules.policy.max_findings_per_rule;
    let outcome = judge::call(&SMALL, &says(Collector, &"打死，".repeat(most + 7)));
    assert_eq!((outcome.findings.len(), outcome.record.truncated), (most, 7));
}

fn finding(rule: usize, severity: Severity, verdict: Verdict, score: f64) -> Finding {
    let one = judge::call(&SMALL, &says(Collector, "打死")).findings.remove(0);
    Finding { rule: format!("threat/r{rule}"), severity, verdict, score, ..one }
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let severity =
        prop::sample::select(vec![Severity::Info, Severity::Minor, Severity::Major, Severity::Critical]);
    let verdict = prop::sample::select(vec![Verdict::Review, Verdict::Violation]);
    (0_usize..3, severity, verdict, 0.3_f64..=1.0).prop_map(|(r, s, v, score)| finding(r, s, v, score))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_more_finding_never_lowers_a_score(
        findings in prop::collection::vec(any_finding(), 0..8),
        more in any_finding(),
        at in 0_usize..8,
    ) {
        let policy = &SMALL.rules.policy;
        let before = verdict::call_score(policy, &findings);
        let mut longer = findings;
        longer.insert(at.min(longer.len()), more);
        let after = verdict::call_score(policy, &longer);
        prop_assert!(before <= after && (0.0..=1.0).contains(&after), "{before} {after}");
        longer.reverse();
        prop_assert_eq!(after, verdict::call_score(policy, &longer));
    }

    #[test]
    fn each_point_of_a_score_has_its_receipt(findings in prop::collection::vec(any_finding(), 0..12)) {
        let policy = &SMALL.rules.policy;
        let steps = verdict::call_receipts(policy, &findings);
        let mut left = 1.0;
        let mut per_rule = std::collections::BTreeMap::<&str, usize>::new();
        for (at, step) in steps.iter().enumerate() {
            let rule = step.rule.as_deref().unwrap();
            let named = findings.iter().any(|f| {
                f.rule == rule
                    && Some(&f.fingerprint) == step.fingerprint.as_ref()
                    && (verdict::weight(policy, f.severity, f.verdict, f.score) - step.weight).abs() < 1e-4
            });
            prop_assert!(named && step.step == at + 1, "{step:?}");
            prop_assert!(at == 0 || steps[at - 1].weight >= step.weight, "the heaviest comes first");
            prop_assert!((left * step.weight - step.points).abs() < 3e-4, "{step:?} of {left}");
            left -= step.points;
            *per_rule.entry(rule).or_default() += 1;
        }
        prop_assert!((1.0 - left - verdict::call_score(policy, &findings)).abs() < 1e-9, "points add up");
        for (rule, steps) in per_rule {
            let all = findings.iter().filter(|f| f.rule == rule).count();
            prop_assert_eq!(steps, all.min(policy.cap_per_rule), "{}", rule);
        }
    }

    #[test]
    fn one_more_call_never_lowers_a_borrowers_score(
        calls in prop::collection::vec(0.0_f64..=1.0, 0..9),
        more in 0.0_f64..=1.0,
    ) {
        let score = |calls: &[f64]| {
            let named = calls.iter().enumerate();
            let named = named.map(|(n, score)| CallScore { score: *score, call_id: format!("K{n}") });
            let steps = verdict::party_receipts(&SMALL.rules.policy, &named.collect::<Vec<_>>(), std::iter::empty());
            assert!(steps.iter().all(|s| s.call_id.is_some()));
            Receipt::total(&steps)
        };
        let (before, after) = (score(&calls), score(&[calls, vec![more]].concat()));
        prop_assert!(before <= after && (0.0..=1.0).contains(&after), "{before} {after}");
    }
}

#[test]
fn what_only_the_classifier_sees_in_a_whole_call_counts_if_all_turns_together_are_sure() {
    let engine = built_in();
    let policy = &engine.rules.policy;
    let beside = |calls: &Path| Some((calls.to_owned(), truth::beside(calls)?));
    let files = labelled::files(&["samples/labelled/dev".into(), "samples/labelled/test".into()]).unwrap();
    let files = files.iter().filter_map(|f| beside(f));
    let calls = files.flat_map(|(calls, truth)| truth::read(&calls, &truth).unwrap());
    let (mut alone, mut together, mut neither) = (0, 0, 0);
    for (call, _) in calls {
        let turns = judge::turns(engine, &call);
        let spoken = turns.iter().filter(|t| t.speaker == Collector).count();
        let seen = |c: &&Candidate| {
            let only_lone = c.lowered.iter().all(|why| why == "nothing else in the call speaks for it");
            c.rejected.is_none() && only_lone && c.weight >= policy.violation
        };
        let all = turns.iter().flat_map(|t| &t.candidates);
        if spoken < policy.lone_turns || all.clone().filter(seen).any(|c| c.listed()) {
            continue;
        }
        let surest = |t: &judge::JudgedTurn| {
            let seen = t.candidates.iter().filter(seen);
            let sure = seen.filter_map(|c| match c.matched {
                Matched::Classifier { probability, .. } => Some(probability),
                _ => None,
            });
            sure.fold(0.0, f32::max)
        };
        let lawful: f32 = turns.iter().map(|t| 1.0 - surest(t)).product();
        let most = turns.iter().map(surest).fold(0.0, f32::max);
        let counts = 1.0 - lawful >= policy.lone;
        for c in all.filter(seen) {
            assert_eq!(c.lowered.is_empty(), counts, "{}: {c:?}", call.call_id);
        }
        alone += usize::from(most >= policy.lone);
        together += usize::from(counts && most < policy.lone);
        neither += usize::from(!counts && most > 0.0);
    }
    assert!(alone > 10 && together > 0 && neither > 0, "{alone}, {together}, {neither}");
}

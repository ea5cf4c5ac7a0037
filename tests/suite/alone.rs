//! Words that stand alone must be surer than those that answer somebody, or stand in a talk.

use cuicha::build::{Choices, Engine};
use cuicha::judge;
use cuicha::lexicon::Files;
use cuicha::model::error::Error;
use cuicha::model::finding::Verdict;
use cuicha::model::transcript::{Call, Speaker, Utterance};

/// An engine for which what stands alone is never sure enough.
fn strict(line: &str) -> Engine {
    with(line).unwrap()
}

/// The built-in lexicon with one line of `verdict.toml` changed.
fn with(line: &str) -> Result<Engine, Error> {
    let mut files = Files::built_in();
    let file = files.0.get_mut("verdict.toml").unwrap();
    let text = std::str::from_utf8(&file.bytes).unwrap();
    let key = line.split(' ').next().unwrap();
    let changed: String = text
        .lines()
        .map(|l| if l.starts_with(&format!("{key} =")) { line } else { l })
        .collect::<Vec<_>>()
        .join("\n");
    assert_ne!(changed, text.trim_end(), "{key} is not in verdict.toml");
    file.bytes = changed.into_bytes().into();
    Engine::from_files(&files, &Choices::default())
}

/// The verdicts on the last turn of a call.
fn verdicts(engine: &Engine, turns: &[(Speaker, &str)]) -> Vec<Verdict> {
    let turns: Vec<Utterance> = turns.iter().map(|(who, text)| Utterance::said(*who, text)).collect();
    let last = turns.len() - 1;
    let call = Call { call_id: "c".to_owned(), turns, file: "c".to_owned(), line: 1, ..Call::default() };
    let found = judge::call(engine, &call).findings;
    found.iter().filter(|f| f.turn == last && !f.group.contains("conduct")).map(|f| f.verdict).collect()
}

const HINT: (Speaker, &str) = (Speaker::Collector, "你女儿在实验小学吧，挺乖的");
const SHORT: (Speaker, &str) = (Speaker::Collector, "等着收花圈吧");
const ANSWERED: (Speaker, &str) = (Speaker::Borrower, "我现在真的没有钱");

#[test]
fn what_answers_nobody_must_be_surer() {
    let strict = strict("classifier_alone = 1.0");
    assert_eq!(verdicts(&strict, &[HINT]), [Verdict::Review]);
    assert_eq!(verdicts(&strict, &[ANSWERED, HINT]), [Verdict::Violation]);
    // Two turns of the same side answer nobody.
    assert_eq!(verdicts(&strict, &[(Speaker::Collector, "您好"), HINT]), [Verdict::Review]);
    // Nor does what follows a turn without a word.
    assert_eq!(verdicts(&strict, &[(Speaker::Borrower, "……"), HINT]), [Verdict::Review]);
    // In a whole call others can bear out what it seems.
    let (ours, theirs) = ((Speaker::Collector, "那您看什么时候方便还款"), (Speaker::Borrower, "再说吧"));
    let call = [ours, theirs, ours, theirs, ours, ours, HINT];
    assert_eq!(verdicts(&strict, &call), [Verdict::Violation]);
}

#[test]
fn a_few_words_that_answer_nobody_must_be_surer_still() {
    let strict = strict("classifier_short = 1.0");
    assert_eq!(verdicts(&strict, &[SHORT]), [Verdict::Review]);
    assert_eq!(verdicts(&strict, &[ANSWERED, SHORT]), [Verdict::Violation]);
    assert_eq!(verdicts(&strict, &[HINT]), [Verdict::Violation], "it is no short one");
}

#[test]
fn a_bar_is_a_probability() {
    for line in ["classifier_alone = 1.5", "classifier_short = -0.1", "classifier_alone = nan"] {
        let error = with(line).err().unwrap().to_string();
        assert!(error.contains("≤ 1 must hold"), "{line}: {error}");
    }
}

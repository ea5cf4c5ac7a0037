//! What each stage costs, and a whole scan. Every run counts what it found, so that a fast wrong result is no result.
//! `cargo bench --bench stages`; the argument is how many of a hundred of the collector's turns break a rule.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cuicha::build::{Choices, Engine, Layers};
use cuicha::judge;
use cuicha::model::scan::CallOutcome;
use cuicha::model::transcript::{Call, Speaker, Utterance};
use cuicha::pipeline::{self, Job};
use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use jieba_rs::Jieba;

mod corpus;

use corpus::corpus;

const DENSITIES: [usize; 4] = [0, 3, 20, 100];
/// Calls of a run of one stage.
const CALLS: usize = 100;
/// Calls of a whole scan.
const SCANNED: usize = 2000;
/// Words within words, over and over: the worst that a turn can hold.
const NESTED: &str = "他妈的死全家你全家死光光滚蛋王八蛋";
/// How often: a turn of 156 KB.
const TIMES: usize = 3059;

/// Terms and phrases alone: what they find does not change when a classifier is trained anew.
static LISTED: LazyLock<Engine> = LazyLock::new(|| engine(true));
/// With the classifier, if the lexicon has one.
static WHOLE: LazyLock<Engine> = LazyLock::new(|| engine(false));

fn engine(no_classifier: bool) -> Engine {
    let layers = Layers { classifier: !no_classifier, ..Layers::default() };
    let choices = Choices { layers, ..Choices::default() };
    match Engine::new(&choices) {
        Ok(engine) => engine,
        Err(e) => panic!("{e}"),
    }
}

fn main() {
    divan::main();
}

/// Turns with a finding.
fn turns_found(outcome: &CallOutcome) -> usize {
    outcome.findings.iter().map(|f| f.turn).collect::<BTreeSet<usize>>().len()
}

#[divan::bench(args = DENSITIES)]
fn normalise(bencher: Bencher<'_, '_>, density: usize) {
    let corpus = corpus(CALLS, density);
    let turns: usize = corpus.calls.iter().map(|c| c.turns.len()).sum();
    bencher.counter(BytesCount::new(corpus.bytes)).bench(|| {
        let texts = corpus.calls.iter().flat_map(|c| &c.turns).map(|t| LISTED.normaliser.apply(&t.text));
        assert_eq!(texts.filter(|t| !t.text.is_empty()).count(), turns);
    });
}

#[divan::bench(args = DENSITIES)]
fn locate(bencher: Bencher<'_, '_>, density: usize) {
    let corpus = corpus(CALLS, density);
    let texts: Vec<String> =
        corpus.calls.iter().flat_map(|c| &c.turns).map(|t| LISTED.normaliser.entry(&t.text)).collect();
    let run =
        || -> usize { texts.iter().map(|t| LISTED.matcher.locate(t, &LISTED.rules).occurrences.len()).sum() };
    let expected = run();
    assert!(expected >= corpus.planted);
    bencher.counter(BytesCount::new(corpus.bytes)).bench(|| assert_eq!(run(), expected));
}

#[divan::bench(args = DENSITIES)]
fn judge_listed(bencher: Bencher<'_, '_>, density: usize) {
    let corpus = corpus(CALLS, density);
    let run = || -> usize { corpus.calls.iter().map(|c| turns_found(&judge::call(&LISTED, c))).sum() };
    assert_eq!(run(), corpus.planted);
    bencher.counter(ItemsCount::new(CALLS)).bench(|| assert_eq!(run(), corpus.planted));
}

#[divan::bench(args = DENSITIES)]
fn judge_whole(bencher: Bencher<'_, '_>, density: usize) {
    let corpus = corpus(CALLS, density);
    let run = || -> usize { corpus.calls.iter().map(|c| turns_found(&judge::call(&WHOLE, c))).sum() };
    let expected = run();
    assert!(expected >= corpus.planted);
    bencher.counter(ItemsCount::new(CALLS)).bench(|| assert_eq!(run(), expected));
}

#[divan::bench(args = DENSITIES, sample_count = 10)]
fn scan(bencher: Bencher<'_, '_>, density: usize) {
    let corpus = corpus(SCANNED, density);
    let text = corpus.json_lines();
    let written = tempfile::tempdir().and_then(|dir| {
        std::fs::write(dir.path().join("calls.jsonl"), &text)?;
        Ok(dir)
    });
    let Ok(dir) = written else { panic!("no room for a file of {} bytes", text.len()) };
    let job = Job { paths: vec![dir.path().to_owned()], ..Job::default() };
    bencher.counter(BytesCount::new(text.len())).bench(|| {
        let mut found = 0;
        let conclusion = pipeline::run(&LISTED, &job, &mut |outcome| {
            found += turns_found(outcome);
            Ok(())
        });
        assert_eq!(conclusion.map_or(0, |c| c.totals.calls_decoded), SCANNED as u64);
        assert_eq!(found, corpus.planted);
    });
}

/// All words of the text, with jieba's own dictionary: what the worst case is held against.
#[divan::bench(args = DENSITIES)]
fn cut_every_word(bencher: Bencher<'_, '_>, density: usize) {
    let jieba = Jieba::new();
    let corpus = corpus(CALLS, density);
    let texts: Vec<&str> = corpus.calls.iter().flat_map(|c| &c.turns).map(|t| t.text.as_str()).collect();
    let run = || -> usize { texts.iter().map(|t| jieba.cut(t, true).len()).sum() };
    let expected = run();
    bencher.counter(BytesCount::new(corpus.bytes)).bench(|| assert_eq!(run(), expected));
}

#[divan::bench]
fn judge_nested(bencher: Bencher<'_, '_>) {
    let text = NESTED.repeat(TIMES);
    let call = Call { turns: vec![Utterance::said(Speaker::Collector, &text)], ..Call::default() };
    let run = || judge::call(&WHOLE, &call).findings.len();
    let expected = run();
    assert!(expected > 0);
    bencher.counter(BytesCount::new(text.len())).bench(|| assert_eq!(run(), expected));
}

#[divan::bench]
fn cut_nested(bencher: Bencher<'_, '_>) {
    let jieba = Jieba::new();
    let text = NESTED.repeat(TIMES);
    let expected = jieba.cut(&text, true).len();
    bencher.counter(BytesCount::new(text.len())).bench(|| assert_eq!(jieba.cut(&text, true).len(), expected));
}

//! What is fast against what is plain: the automaton against looking every piece of the text up, phrases against trying each
//! phrase on every place, words cut block by block against the whole line cut at once. Identical, or the fast way is wrong.
//! `CUICHA_LINES` sets how many invented lines are compared.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cuicha::build::Engine;
use cuicha::model::candidate::{Occurrence, PhraseMatch};
use cuicha::model::rules::{Part, Phrase, RuleSet, Use};
use cuicha::model::span::NormSpan;
use cuicha::pipeline::{self, Job};
use cuicha::segment::Edges;
use rustc_hash::FxHashMap;

use crate::spoken::built_in;

/// Invented lines, unless the environment says otherwise.
const LINES: usize = 20_000;
/// Between listed words stands something like this.
const BETWEEN: &[&str] = &[
    "",
    "",
    "",
    "了",
    "我们",
    "。",
    "，",
    "？",
    "\n",
    " ",
    "abc",
    "12",
    "的话",
    "今天下午三点",
    "ｎ",
    "-",
    "起诉书",
    "人民法院",
];
/// Most matches of one phrase, and most places tried for one of its parts.
const MOST: usize = 8;

/// A linear congruential generator: the same lines everywhere.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % n
    }
}

/// The slow way.
struct Plain<'a> {
    rules: &'a RuleSet,
    patterns: FxHashMap<&'a str, usize>,
    longest: usize,
    whole: jieba_rs::Jieba,
}

impl<'a> Plain<'a> {
    fn new(rules: &'a RuleSet) -> Plain<'a> {
        let mut whole = jieba_rs::Jieba::new();
        for word in cuicha::lexicon::read_words(&cuicha::lexicon::Files::built_in()) {
            whole.add_word(&word, None, None);
        }
        let patterns: FxHashMap<&str, usize> =
            rules.patterns.iter().enumerate().map(|(ix, p)| (p.text.as_str(), ix)).collect();
        let longest = rules.patterns.iter().map(|p| p.text.chars().count()).max().unwrap();
        Plain { rules, patterns, longest, whole }
    }

    fn occurrences(&self, text: &str) -> Vec<Occurrence> {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut found = Vec::new();
        for (i, start) in ends.iter().enumerate() {
            for end in ends[i + 1..].iter().take(self.longest) {
                if let Some(pattern) = self.patterns.get(&text[*start..*end]) {
                    found.push(Occurrence { span: NormSpan { start: *start, end: *end }, pattern: *pattern });
                }
            }
        }
        found.sort_unstable();
        found
    }

    fn phrases(&self, text: &str, occurrences: &[Occurrence]) -> Vec<PhraseMatch> {
        let mut members: Vec<Vec<NormSpan>> = vec![Vec::new(); self.rules.classes.len()];
        for o in occurrences {
            for u in &self.rules.patterns[o.pattern].uses {
                if let Use::Member { class } = u {
                    members[*class].push(o.span);
                }
            }
        }
        let mut found = Vec::new();
        for (ix, phrase) in self.rules.phrases.iter().enumerate() {
            let mut orders = vec![phrase.parts.clone()];
            if phrase.any_order {
                let gap = phrase.parts.iter().map(|p| p.gap).max().unwrap();
                orders.push(phrase.parts.iter().rev().map(|p| Part { gap, ..p.clone() }).collect());
            }
            for parts in &orders {
                for chosen in ways(text, phrase, parts, &members) {
                    let (parts, classes) = chosen.into_iter().unzip();
                    found.push(PhraseMatch { phrase: ix, owner: phrase.owner, parts, classes });
                }
            }
        }
        found
    }

    fn edges(&self, text: &str) -> BTreeSet<usize> {
        let mut at = 0;
        let mut edges = BTreeSet::from([0]);
        edges.extend(self.whole.cut(text, false).iter().map(|token| {
            at += token.word.len();
            at
        }));
        edges
    }
}

type Chosen = Vec<(NormSpan, usize)>;

/// The matches of a phrase in one order of its parts.
fn ways(text: &str, phrase: &Phrase, parts: &[Part], members: &[Vec<NormSpan>]) -> Vec<Chosen> {
    let of = |part: &Part| -> Chosen {
        part.classes.iter().flat_map(|c| members[*c].iter().map(|span| (*span, *c))).collect()
    };
    let mut found = Vec::new();
    for first in of(&parts[0]) {
        let Some(chosen) = rest(text, &parts[1..], vec![first], &of) else { continue };
        let from = text[..first.0.start].rfind(['。', '！', '？', '!', '?', '\n', '\r']).unwrap_or(0);
        let last = chosen.last().unwrap().0.end;
        let to = text[last..].find(['。', '！', '？', '!', '?', '\n', '\r']).map_or(text.len(), |i| last + i);
        let forbids = |m: &NormSpan| {
            from <= m.start && m.end <= to && !chosen.iter().any(|(part, _)| part.overlaps(*m))
        };
        if !phrase.unless.iter().flat_map(|c| &members[*c]).any(forbids) {
            found.push(chosen);
            if found.len() == MOST {
                break;
            }
        }
    }
    found
}

fn rest(text: &str, parts: &[Part], chosen: Chosen, of: &dyn Fn(&Part) -> Chosen) -> Option<Chosen> {
    let Some((part, later)) = parts.split_first() else { return Some(chosen) };
    let last = chosen.last()?.0.end;
    let mut next = of(part);
    next.retain(|(span, _)| {
        span.start >= last && {
            let between = &text[last..span.start];
            between.chars().count() <= part.gap && !between.contains(['。', '！', '？', '!', '?', '\n', '\r'])
        }
    });
    next.sort_by_key(|(span, _)| (span.start, usize::MAX - span.end));
    next.into_iter().take(MOST).find_map(|one| {
        let mut longer = chosen.clone();
        longer.push(one);
        rest(text, later, longer, of)
    })
}

/// Compares both ways on one line; how many occurrences and phrases there were.
fn compare(engine: &Engine, plain: &Plain<'_>, line: &str) -> (usize, usize) {
    let text = engine.normaliser.entry(line);
    let located = engine.matcher.locate(&text, &engine.rules);
    let occurrences = plain.occurrences(&text);
    assert_eq!(located.occurrences, occurrences, "{text}");
    let phrases = plain.phrases(&text, &occurrences);
    assert_eq!(located.phrases, phrases, "{text}");
    let lazy = Edges::new(&text, engine.segmenter.as_ref());
    let whole = plain.edges(&text);
    for at in text.char_indices().map(|(at, _)| at).filter(|at| !text[..*at].ends_with('\r')) {
        assert_eq!(lazy.is_edge(at), whole.contains(&at), "byte {at} of {text}");
    }
    (occurrences.len(), phrases.len())
}

#[test]
fn fast_and_plain_agree_on_invented_lines() {
    let engine = built_in();
    let plain = Plain::new(&engine.rules);
    let lines = std::env::var("CUICHA_LINES").ok().map_or(LINES, |n| n.parse().unwrap());
    let (mut dice, mut occurrences, mut phrases) = (Dice(0x5851_f42d), 0, 0);
    for _ in 0..lines {
        let mut line = String::new();
        for _ in 0..2 + dice.below(9) {
            line += &engine.rules.patterns[dice.below(engine.rules.patterns.len())].shown;
            line += BETWEEN[dice.below(BETWEEN.len())];
        }
        // Words of one phrase, near one another: by chance they hardly ever meet.
        let phrase = &engine.rules.phrases[dice.below(engine.rules.phrases.len())];
        for part in &phrase.parts {
            let class = part.classes[dice.below(part.classes.len())];
            let members = &engine.rules.classes[class].members;
            if !members.is_empty() {
                line += &members[dice.below(members.len())];
            }
            line += BETWEEN[dice.below(BETWEEN.len())];
        }
        let (o, p) = compare(engine, &plain, &line);
        (occurrences, phrases) = (occurrences + o, phrases + p);
    }
    assert!(occurrences > 10 * lines && phrases > lines, "{occurrences} occurrences, {phrases} phrases");
}

#[test]
fn fast_and_plain_agree_on_the_labelled_calls() {
    let engine = built_in();
    let plain = Plain::new(&engine.rules);
    let job = Job { paths: vec![PathBuf::from("samples/labelled/test")], ..Job::default() };
    let mut turns = 0;
    let read = pipeline::calls(&job, &mut |call| {
        for turn in &call.turns {
            compare(engine, &plain, &turn.text);
            turns += 1;
        }
        Ok(())
    });
    read.unwrap();
    assert!(turns > 500, "{turns} turns");
}

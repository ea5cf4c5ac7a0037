//! What is fast against what is plain: the automaton against looking every piece of the text up, phrases against trying each
//! phrase on every place, words cut block by block against the whole line cut at once. Identical, or the fast way is wrong.
//! `CUICHA_LINES` sets how many invented lines are compared.

use std::collections::BTreeSet;
use std::path::PathBuf;

use cuicha::build::Engine;
use cuicha::judge;
use cuicha::matching::automaton::{Automaton, Bytes, Chars};
use cuicha::matching::prefixes::{Found, Room, Row};
use cuicha::model::candidate::{Occurrence, PhraseMatch};
use cuicha::model::effort;
use cuicha::model::rules::{Part, Phrase, RuleSet, Use};
use cuicha::model::span::NormSpan;
use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};
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
            rules.patterns.iter().enumerate().map(|(ix, p)| (&*p.text, ix)).collect();
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
            let around = chosen.iter().any(|(part, _)| m != part && m.covers(*part));
            let apart = !chosen.iter().any(|(part, _)| part.overlaps(*m));
            from <= m.start && m.end <= to && (around || apart)
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

/// A first look says of most turns that nothing of weight stands in them: a call comes out as if none had been left out. How
/// many findings there were.
fn judged_alike(engine: &Engine, call: &Call) -> usize {
    let (quick, plain) = (judge::call(engine, call), judge::call_plainly(engine, call));
    assert_eq!(format!("{quick:?}"), format!("{plain:?}"));
    plain.findings.len()
}

#[test]
fn fast_and_plain_agree_on_invented_lines() {
    let engine = built_in();
    let plain = Plain::new(&engine.rules);
    let lines = std::env::var("CUICHA_LINES").ok().map_or(LINES, |n| n.parse().unwrap());
    let (mut dice, mut occurrences, mut phrases) = (Dice(0x5851_f42d), 0, 0);
    let (mut said, mut findings) = (Vec::new(), 0);
    for _ in 0..lines {
        let mut line = String::new();
        for _ in 0..2 + dice.below(9) {
            line += engine.rules.patterns[dice.below(engine.rules.patterns.len())].shown();
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
        let speaker = [Speaker::Collector, Speaker::Borrower, Speaker::Unknown][dice.below(3)];
        said.push(Utterance::said(speaker, &line));
        if said.len() == 12 {
            let call = Call {
                callee_role: CalleeRole::Borrower,
                turns: std::mem::take(&mut said),
                ..Call::default()
            };
            findings += judged_alike(engine, &call);
        }
    }
    assert!(occurrences > 10 * lines && phrases > lines, "{occurrences} occurrences, {phrases} phrases");
    assert!(findings > lines / 10, "{findings} findings");
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
        judged_alike(engine, call);
        Ok(())
    });
    read.unwrap();
    assert!(turns > 500, "{turns} turns");
}

/// Comparisons that judging one turn takes, and whether not all of it was looked at.
fn effort(engine: &Engine, text: &str) -> (u64, bool) {
    let turns = vec![Utterance::said(Speaker::Collector, text)];
    let call = Call { callee_role: CalleeRole::Borrower, turns, ..Call::default() };
    let before = effort::spent();
    let outcome = judge::call(engine, &call);
    (effort::spent() - before, outcome.record.truncated > 0)
}

/// Both engines hand out the same places in the same order, whatever the words.
fn engines_agree(words: &[&str], texts: &[String]) -> usize {
    let (chars, bytes) =
        (Chars::new(words.iter().copied()).unwrap(), Bytes::new(words.iter().copied()).unwrap());
    let mut places = 0;
    let (mut row, mut room) = (Row::default(), Room::default());
    for text in texts {
        let (mut quick, mut plain) = (Vec::new(), Vec::new());
        chars.each(text, |span, word| {
            quick.push((span, word));
            true
        });
        bytes.each(text, |span, word| {
            plain.push((span, word));
            true
        });
        assert_eq!(quick, plain, "{text}");
        // By their starts the same places come in order.
        row.read(text, &chars.alphabet);
        let found = chars.prefixes.find(&row.codes, &mut room).iter();
        let place = |f: &Found| (row.span(f.start as usize, f.end as usize), f.word as usize);
        let by_start: Vec<(NormSpan, usize)> = found.map(place).collect();
        plain.sort_unstable();
        assert_eq!(by_start, plain, "{text}");
        places += plain.len();
    }
    places
}

#[test]
fn both_automata_find_the_same() {
    let engine = built_in();
    let words: Vec<&str> = engine.rules.patterns.iter().map(|p| &*p.text).collect();
    let mut dice = Dice(7);
    let mut line =
        |pieces: &[&str]| -> String { (0..30).map(|_| pieces[dice.below(pieces.len())]).collect() };
    let mixed: Vec<&str> = words.iter().copied().chain(BETWEEN.iter().copied()).collect();
    let texts: Vec<String> = (0..2_000).map(|_| line(&mixed)).collect();
    assert!(engines_agree(&words, &texts) > 100_000);
    // Words within words, of one to four bytes a character.
    let few = ["a", "ab", "é", "你", "你好", "你好你", "好你", "😀你", "b你a"];
    let texts: Vec<String> = (0..2_000).map(|_| line(&["a", "b", "é", "你", "好", "😀", "x"])).collect();
    assert!(engines_agree(&few, &texts) > 10_000);
    assert_eq!(engines_agree(&[], &texts), 0);
}

#[test]
fn hostile_texts_take_no_more_than_their_length() {
    let engine = built_in();
    // Words within words; all parts of phrases without a full stop; what sounds like words; fillers everywhere.
    let nested = "他妈的死全家你全家死光光滚蛋王八蛋";
    let parts: String =
        engine.rules.phrases.iter().take(40).map(|p| p.shown.replace(['@', '|', ' '], "")).collect();
    let sounded = "弄思你全加斯光滚但王巴蛋";
    let hesitant = "弄嗯嗯死死你你全嗯家家";
    for piece in [nested, &*parts, sounded, hesitant] {
        let at = |n: usize| effort(engine, &piece.repeat(n * (3_000 / piece.len()).max(1)));
        let [one, two, four] = [at(1), at(2), at(4)];
        assert!(two.0 < 3 * one.0 && four.0 < 3 * two.0, "{piece:.40}: {one:?}, {two:?}, {four:?}");
    }
    // Megabytes in one turn: beyond the cap nothing is compared any more.
    let (one, two) = (effort(engine, &nested.repeat(20_000)), effort(engine, &nested.repeat(40_000)));
    assert!(one.1 && two.1 && two.0 < one.0 + one.0 / 10, "{one:?}, {two:?}");
}

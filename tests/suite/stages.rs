//! Single stages against a slower way to the same result: words, normalising, matching, masks.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use cuicha::finding::Mask;
use cuicha::lexicon::{self, Files};
use cuicha::matching;
use cuicha::model::candidate::Occurrence;
use cuicha::model::span::NormSpan;
use cuicha::normalise::Normaliser;
use cuicha::segment::{Edges, Jieba};
use proptest::prelude::*;

use crate::spoken::built_in;

static WHOLE: LazyLock<jieba_rs::Jieba> = LazyLock::new(|| {
    let mut jieba = jieba_rs::Jieba::new();
    for word in lexicon::read_words(&Files::built_in()) {
        jieba.add_word(&word, None, None);
    }
    jieba
});
static BLOCKS: LazyLock<Jieba> = LazyLock::new(|| Jieba::new(lexicon::read_words(&Files::built_in())));
static FOLDS: LazyLock<Normaliser> =
    LazyLock::new(|| Normaliser::new(&lexicon::read_folds(&Files::built_in())));

/// Pieces that are put together into texts: Han of several planes, letters, digits, both widths, stops, blanks, line ends.
const PIECES: &[&str] = &[
    "我们",
    "上门",
    "堵车",
    "了",
    "今天",
    "还款",
    "银行卡",
    "用户",
    "不",
    "起诉",
    "法院",
    "人民法院",
    "研究生命",
    "起源",
    "打死结",
    "你",
    "還錢",
    "徵信",
    "㐀",
    "𠀀",
    "豈",
    "〇",
    "々",
    "〆",
    "sb",
    "A",
    "nmsl",
    "QQ",
    "3.14",
    "100%",
    "0",
    "9",
    "-",
    "_",
    "+",
    "#",
    "&",
    ".",
    "ｎｍｓｌ",
    "１２３",
    "％",
    "．",
    "，",
    "。",
    "！",
    "？",
    "、",
    "；",
    "（",
    "）",
    "“",
    "”",
    "…",
    ",",
    "!",
    "?",
    " ",
    "\u{3000}",
    "\t",
    "\n",
    "\r\n",
    "\r",
    "*",
    "/",
    "~",
    "\u{200b}",
    "\u{feff}",
    "\u{fe0f}",
    "★",
    "é",
    "ß",
    "ア",
    "한",
    "🙂",
    "👨\u{200d}👩",
    "İ",
    "ǅ",
];

fn mixed() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..40).prop_map(|pieces| pieces.concat())
}

fn boundaries(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(i, _)| i).chain([text.len()])
}

/// What cutting the whole text says.
fn edges_of_all(text: &str) -> BTreeSet<usize> {
    let mut at = 0;
    let ends = WHOLE.cut(text, false).into_iter().map(|token| {
        at += token.word.len();
        at
    });
    ends.chain([0]).collect()
}

fn same_edges(text: &str) -> Result<(), String> {
    let all = edges_of_all(text);
    let some = Edges::new(text, &*BLOCKS);
    for at in boundaries(text) {
        // A line end of two characters is one token of jieba's; no candidate begins or ends inside it.
        let line_end = text[..at].ends_with('\r') && text[at..].starts_with('\n');
        if !line_end && some.is_edge(at) != all.contains(&at) {
            return Err(format!("{text:?} at {at}: whole text {}", all.contains(&at)));
        }
    }
    Ok(())
}

/// Every place of every pattern, found by trying each at each character.
fn naive(text: &str) -> Vec<Occurrence> {
    let patterns = &built_in().rules.patterns;
    let mut found = Vec::new();
    for (start, _) in text.char_indices() {
        let here = patterns.iter().enumerate().filter(|(_, p)| text[start..].starts_with(&*p.text));
        found.extend(
            here.map(|(pattern, p)| Occurrence {
                span: NormSpan { start, end: start + p.text.len() },
                pattern,
            }),
        );
    }
    found.sort_unstable();
    found
}

/// Texts of patterns and neutral pieces, so that there is something to find.
fn with_patterns() -> impl Strategy<Value = String> {
    let pattern = any::<prop::sample::Index>().prop_map(|i| {
        let patterns = &built_in().rules.patterns;
        patterns[i.index(patterns.len())].text.to_string()
    });
    let neutral = prop::sample::select(PIECES).prop_map(str::to_owned);
    prop::collection::vec(prop_oneof![pattern, neutral], 0..10).prop_map(|pieces| pieces.concat())
}

#[test]
fn words_are_cut_alike_in_the_samples() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/labelled/dev");
    let mut texts = 0;
    for labelled in cuicha::labelled::read(&[folder]).unwrap().iter().take(500) {
        same_edges(&labelled.text).unwrap();
        texts += 1;
    }
    assert!(texts > 50, "{texts}");
}

#[test]
fn folds_settle() {
    for (from, _) in lexicon::read_folds(&Files::built_in()) {
        let to = FOLDS.fold(from);
        assert_eq!(FOLDS.fold(to), to, "{from} → {to}: a fold must not be folded further");
    }
}

#[test]
fn a_mask_shows_amounts_and_hides_numbers() {
    let mask = Mask::new(&built_in().rules.digits);
    for (text, masked) in [
        ("欠款12345.67元", "欠款*****.67元"),
        ("还款5000元", "还款5000元"),
        ("电话19900000001", "电话199****0001"),
        ("电话199 0000 0001。", "电话199 **** 0001。"),
        ("幺九九零零零零零零零幺", "幺九九****零零零幺"),
        ("身份证000000190001010000X", "身份证000***********0000X"),
        ("座机00000000", "座机******00"),
    ] {
        assert_eq!(mask.apply(text), masked);
    }
    assert_eq!(Mask::none().apply("19900000001"), "19900000001");
}

/// The longest run of digits.
fn longest_run(text: &str, is_digit: &dyn Fn(char) -> bool) -> usize {
    let (mut longest, mut run) = (0, 0);
    for c in text.chars() {
        run = if is_digit(c) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blocks_alone_are_cut_like_the_whole_text(text in mixed()) {
        prop_assert_eq!(same_edges(&text), Ok(()));
        prop_assert_eq!(same_edges(&FOLDS.entry(&text)), Ok(()));
    }

    #[test]
    fn every_place_maps_back(text in prop_oneof![mixed(), ".{0,60}"]) {
        let normal = FOLDS.apply(&text);
        let mut last = 0;
        for (start, c) in normal.text.char_indices() {
            let raw = normal.raw(NormSpan { start, end: start + c.len_utf8() });
            prop_assert!(last <= raw.start && raw.start < raw.end, "{:?} {:?}", text, raw);
            last = raw.end;
            let from = text.get(raw.start..raw.end);
            prop_assert!(from.is_some_and(|f| f.chars().count() == 1), "{:?} {:?}", text, raw);
            let folded = from.and_then(|f| f.chars().next()).map(|f| FOLDS.fold(f));
            prop_assert!(folded == Some(c) || c == '，', "{:?}: {:?} became {}", text, from, c);
        }
        prop_assert!(last <= text.len());
        let places: Vec<usize> = boundaries(&normal.text).collect();
        for pair in places.windows(3) {
            let whole = normal.raw(NormSpan { start: pair[0], end: pair[2] });
            let first = normal.raw(NormSpan { start: pair[0], end: pair[1] });
            let second = normal.raw(NormSpan { start: pair[1], end: pair[2] });
            prop_assert_eq!((whole.start, whole.end), (first.start, second.end));
        }
    }

    #[test]
    fn a_mask_keeps_the_length_and_no_long_number(
        text in "([0-9０-９零一二三四五六七八九幺两 ,.，、-]{0,12}[a-zX元号]?){0,4}",
    ) {
        let digits = &built_in().rules.digits;
        let masked = Mask::new(digits).apply(&text);
        prop_assert_eq!(masked.chars().count(), text.chars().count());
        let is_digit = |c: char| c.is_ascii_digit() || digits.contains(&c);
        prop_assert!(longest_run(&masked, &is_digit) < 7, "{} → {}", text, masked);
        let changed = text.chars().zip(masked.chars()).filter(|(a, b)| a != b);
        prop_assert!(changed.into_iter().all(|(a, b)| is_digit(a) && b == '*'), "{} → {}", text, masked);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_matcher_finds_what_a_search_one_by_one_finds(text in with_patterns()) {
        let located = built_in().matcher.locate(&text, &built_in().rules);
        prop_assert_eq!(&located.occurrences, &naive(&text));
        prop_assert!(!located.truncated);
        let candidates = matching::candidates(&located, &built_in().rules);
        prop_assert!(candidates.windows(2).all(|w| w[0].span <= w[1].span));
    }
}

//! Words that are spelled otherwise than listed: each row of the tables does what its example says, and no more is found than
//! should be.

use std::sync::LazyLock;

use cuicha::build::{Choices, Engine, Layers};
use cuicha::judge;
use cuicha::lexicon::{self, Files};
use cuicha::model::candidate::{Candidate, Likeness};
use cuicha::model::finding::Verdict;
use cuicha::model::rules::Expect;
use cuicha::model::transcript::Speaker::{self, Borrower, Collector};
use cuicha::normalise;

use crate::spoken::says;

static LISTED: LazyLock<Engine> = LazyLock::new(|| {
    let layers = Layers { classifier: false, ..Layers::default() };
    Engine::new(&Choices { layers, ..Choices::default() }).unwrap()
});

fn standing(speaker: Speaker, text: &str) -> Vec<(String, Candidate)> {
    let candidates = judge::turns(&LISTED, &says(speaker, text)).remove(0).candidates;
    let stand = candidates.into_iter().filter(|c| c.rejected.is_none());
    stand.map(|c| (LISTED.rules.rules[c.rule].id.clone(), c)).collect()
}

#[test]
fn each_spelling_is_read_as_its_example_says() {
    let rows = lexicon::read_spellings(&Files::built_in());
    assert!(rows.len() > 50, "the tables are not read");
    for row in rows {
        let read = LISTED.normaliser.apply(&row.say).text;
        assert!(read.contains(&row.becomes), "{}: `{}` is read as `{read}`", row.from, row.say);
        assert!(!row.to.contains(&row.from), "{} stands for itself", row.from);
    }
}

#[test]
fn each_fold_is_read_as_its_plain_form() {
    for (from, to) in lexicon::read_folds(&Files::built_in()) {
        let plain = LISTED.normaliser.fold(from);
        assert_eq!(plain, LISTED.normaliser.fold(to), "{from} is read as {to} is");
        assert_ne!(plain, from, "{from} stands for itself");
        assert_eq!(LISTED.normaliser.fold(plain), plain, "{from}");
    }
    assert_eq!(LISTED.normaliser.apply("①③⑧，ⓢⓑ，贰百").text, "138，傻逼，二百");
}

#[test]
fn each_word_of_a_plain_list_decides_its_example() {
    // In talk of a debt two words are counted, of which one may stand within the other.
    for (list, most) in [("asks", 1), ("refusals", 1), ("debt-talk", 2)] {
        let text = std::fs::read_to_string(format!("lexicons/tables/{list}.tsv")).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let rows: Vec<(&str, &str)> = lines.map(|line| line.split_once('\t').unwrap_or((line, ""))).collect();
        assert_eq!(
            rows.iter().map(|(word, _)| *word).collect::<Vec<_>>(),
            lexicon::read_list(&Files::built_in(), list)
        );
        for (word, example) in &rows {
            let said = LISTED.normaliser.apply(example).text;
            let stands = |word: &str| said.contains(&LISTED.normaliser.entry(word));
            let standing: Vec<&str> = rows.iter().map(|(w, _)| *w).filter(|w| stands(w)).collect();
            assert!(stands(word) && standing.len() <= most, "{list}: `{word}` in `{example}`: {standing:?}");
            assert!(list != "asks" || LISTED.asks.first_in(&said).is_some(), "{word}");
        }
    }
}

#[test]
fn each_further_reading_is_known() {
    let rows = lexicon::read_readings(&Files::built_in());
    let pairs: Vec<_> = rows.iter().map(|r| (r.from.chars().next().unwrap(), r.to.clone())).collect();
    let sounds = normalise::sounds(&pairs);
    for row in &rows {
        let c = row.from.chars().next().unwrap();
        let syllable = sounds.named(&row.to).unwrap_or_else(|| panic!("{}: no syllable {}", c, row.to));
        assert!(sounds.readings(c).skip(1).any(|s| s == syllable), "{c}");
        assert_ne!(sounds.syllable(c), Some(syllable), "{c}: that is its usual sound");
        assert!(row.say.contains(&row.to) && row.becomes.contains(c), "{c}: {}", row.say);
    }
}

#[test]
fn letters_for_words_count_as_whole_words_only() {
    for text in ["usb接口", "wxy", "sbc", "3sb", "jcb卡", "第三个月退款", "女表哥"] {
        assert_eq!(LISTED.normaliser.apply(text).text, text);
    }
    let read = LISTED.normaliser.apply("加 w x 吧");
    let raw = read.raw(cuicha::model::span::NormSpan { start: 3, end: 9 });
    assert_eq!((read.text.as_str(), &"加 w x 吧"[raw.start..raw.end]), ("加微信吧", "w x"));
}

#[test]
fn common_words_are_not_misheard() {
    for row in lexicon::read_plain_words(&Files::built_in()) {
        assert!(row.say.contains(&row.from) && row.becomes.contains(&row.to), "{}", row.from);
        let turn = judge::turns(&LISTED, &says(Collector, &row.say)).remove(0);
        let heard = turn.located.sounded.iter().map(|s| LISTED.rules.patterns[s.occurrence.pattern].shown());
        assert!(heard.clone().all(|shown| *shown != row.becomes), "{}: heard {}", row.say, row.becomes);
    }
}

/// What is said, the rule that must find it, and the verdict without a classifier.
const FOUND: &[(&str, &str, Verdict)] = &[
    ("再不还就弄si你", "threat/violence", Verdict::Violation),
    ("再不还就 nong 死你", "threat/violence", Verdict::Violation),
    ("再不还就弄 s i 你", "threat/violence", Verdict::Violation),
    ("你等着坐l.a.o吧", "false-legal/jail", Verdict::Violation),
    ("再不还就打短你的腿", "threat/violence", Verdict::Violation),
    ("今天我们就爆通讯路", "disclosure/to-contacts", Verdict::Review),
    ("老话说胡债妻还", "third-party/pay-for-him", Verdict::Review),
    ("再不还就弄呃死你", "threat/violence", Verdict::Violation),
    ("再不还就弄，那个，死你", "threat/violence", Verdict::Violation),
    ("再不还就打打断断你的的腿", "threat/violence", Verdict::Violation),
    ("你们家是父子还账，夫夫债呃妻妻还", "third-party/pay-for-him", Verdict::Violation),
];

#[test]
fn letters_and_sounds_are_recognised() {
    for (text, rule, verdict) in FOUND {
        let outcome = judge::call(&LISTED, &says(Collector, text));
        let rules: Vec<&str> = outcome.findings.iter().map(|f| f.rule.as_str()).collect();
        assert!(rules.contains(rule), "{text}: {rules:?}");
        assert_eq!(outcome.record.verdict, *verdict, "{text}");
    }
}

/// Lawful sentences that sound like something else somewhere, or hold letters.
const LAWFUL: &[&str] = &[
    "您好，我是某某金融的客服，请问是王先生本人吗",
    "您可以在APP里面自己操作还款，也可以打客服电话",
    "今天还款的话我这边给您登记一下",
    "您的wifi信号不好，我稍后再打",
    "OK，那我帮您备注一下，祝您生活愉快",
    "我们会严格保护您的个人信息",
    "那个，您好，嗯，我是呃某某金融的，就是说跟您核对一下这个账单",
    "嗯嗯，好的好的，您看看，这个这个月二十号行不行",
    "哎呀，您别急别急，我这边慢慢跟您说说",
];

#[test]
fn lawful_sentences_stay_clean() {
    for text in LAWFUL {
        let found = standing(Collector, text);
        assert!(found.iter().all(|(_, c)| c.fold.is_none()), "{text}: {found:?}");
    }
}

#[test]
fn the_borrower_is_not_listened_to() {
    let turn = judge::turns(&LISTED, &says(Borrower, "再不还就弄si你")).remove(0);
    assert!(turn.located.sounded.is_empty() && turn.candidates.is_empty());
}

#[test]
fn sound_alone_is_for_review() {
    for (text, _, _) in FOUND {
        for (_, c) in standing(Collector, text).iter().filter(|(_, c)| c.fold.is_some()) {
            let fold = c.fold.unwrap();
            assert!(fold.cost > 0, "{text}");
            assert!(fold.by != Likeness::Sound || c.weight < 1.0, "{text}");
        }
    }
}

#[test]
fn each_filler_is_left_out_as_its_example_says() {
    let rows = lexicon::read_fillers(&Files::built_in());
    assert!(rows.len() > 10, "the table is not read");
    for row in rows {
        assert!(row.say.contains(&row.from), "{}: `{}`", row.from, row.say);
        let found = standing(Collector, &row.say);
        let with_filler = |(rule, c): &(String, Candidate)| {
            *rule == row.becomes && c.fold.is_some_and(|f| f.by == Likeness::Hesitation)
        };
        assert!(found.iter().any(with_filler), "{}: `{}` {found:?}", row.from, row.say);
    }
}

/// The marked words of every rule's own tests, spoiled: how many of a hundred are found without and with the reading that
/// leaves fillers out.
fn found_when_spoiled(spoil: fn(&str) -> String) -> [usize; 2] {
    let layers = Layers { classifier: false, normalising: false, ..Layers::default() };
    let plain = Engine::new(&Choices { layers, ..Choices::default() }).unwrap();
    let (mut all, mut found) = (0, [0, 0]);
    for (ix, rule) in LISTED.rules.rules.iter().enumerate() {
        for test in &rule.tests {
            let Expect::Hit(Some(mark)) = &test.expect else { continue };
            let (before, rest) = test.text.split_at(mark.start);
            let (inside, behind) = rest.split_at(mark.end - mark.start);
            let text = format!("{before}{}{behind}", spoil(inside));
            all += 1;
            for (n, engine) in [&plain, &*LISTED].into_iter().enumerate() {
                let turn = judge::turns(engine, &says(test.speaker, &text)).remove(0);
                let stands = |c: &Candidate| c.rule == ix && c.rejected.is_none();
                found[n] += usize::from(turn.candidates.iter().any(stands));
            }
        }
    }
    assert!(all > 150, "{all} tests are marked");
    found.map(|n| n * 100 / all)
}

#[test]
fn fillers_and_doubled_characters_within_the_words_hide_little() {
    let filler = |words: &str| words.chars().map(String::from).collect::<Vec<_>>().join("\u{5443}");
    let doubled = |words: &str| words.chars().flat_map(|c| [c, c]).collect();
    for (spoil, most_before, least) in [(filler as fn(&str) -> String, 60, 91), (doubled, 60, 90)] {
        let [before, with] = found_when_spoiled(spoil);
        assert!(before <= most_before && with >= least, "of a hundred {before} without, {with} with");
    }
}

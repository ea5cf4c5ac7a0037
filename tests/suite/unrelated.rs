//! Talk of which nothing says that it is a collection call.

use cuicha::build::{Choices, Engine, Layers};
use cuicha::judge;
use cuicha::lexicon::{File, Files};
use cuicha::model::finding::{Finding, Verdict};
use cuicha::model::transcript::{Call, Speaker, Utterance};

use crate::spoken::built_in;

const NO_DEBT: &str = "nothing in the call speaks of a debt";
const HARDLY_DEBT: &str = "hardly anything in the call speaks of a debt";

/// A call of five turns of each side, with these words of the collector's in the midst and at the end.
fn call(words: &str, last: &str) -> Call {
    let turns =
        ["喂，在忙什么呢。", "我在看书。", "外面下雨了，你看见没有。", "看见了。", words, "你什么意思？"];
    let end = [last, "哦。", "行了，先这样。", "嗯。"];
    let sides = [Speaker::Collector, Speaker::Borrower].into_iter().cycle();
    let turns = sides.zip(turns.into_iter().chain(end)).map(|(side, text)| Utterance::said(side, text));
    Call { turns: turns.collect(), ..Call::default() }
}

fn findings(call: &Call) -> Vec<Finding> {
    judge::call(built_in(), call).findings
}

fn is_violation(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.verdict == Verdict::Violation)
}

fn is_lowered(findings: &[Finding]) -> bool {
    findings.iter().any(|f| f.notes.iter().any(|note| note == NO_DEBT || note == HARDLY_DEBT))
}

#[test]
fn what_the_wording_alone_suggests_is_for_review_unless_something_tells_of_a_debt() {
    let (mut lowered, mut stand) = (0, 0);
    for words in [
        "你才孤儿，你们全家的孤儿",
        "我让你一年都挨打",
        "你等着，我带人来",
        "你老婆在哪上班我清楚",
        "我会去你家里坐坐的",
    ] {
        let bare = call(words, "没什么意思，你自己想。");
        let found = findings(&bare);
        if !is_lowered(&found) {
            continue;
        }
        lowered += 1;
        assert!(!is_violation(&found), "{found:?}");
        let told = [
            Call { agency: Some("汀溪信服".to_owned()), ..bare.clone() },
            Call { borrower_id: Some("B1".to_owned()), ..bare.clone() },
            Call { collector_id: Some("C1".to_owned()), ..bare },
            call(words, "那两千块，录音里你认的。"),
        ];
        for call in told {
            // Some of it is for review all the same, as nothing else in the call bears it out.
            let found = findings(&call);
            assert!(!is_lowered(&found), "{words}: {found:?}");
            stand += usize::from(is_violation(&found));
        }
    }
    assert!(lowered > 1, "hardly any turn is likely and not beyond doubt");
    assert!(stand > lowered, "{stand} of {lowered} stand where something tells of a debt");
}

#[test]
fn one_word_of_a_debt_says_hardly_more_than_none() {
    let mut files = Files::built_in();
    let file = files.0.get_mut("verdict.toml").unwrap();
    let text = std::str::from_utf8(&file.bytes).unwrap();
    let strict = text.replace("classifier_hardly_debt = 0.9", "classifier_hardly_debt = 1.0");
    assert_ne!(strict, text);
    file.bytes = strict.into_bytes().into();
    let strict = Engine::from_files(&files, &Choices::default()).unwrap();
    let words = "我叫几个兄弟天天去你女儿学校门口等她放学";
    let found = judge::call(&strict, &call(words, "那两千块你自己想。")).findings;
    assert!(!is_violation(&found), "{found:?}");
    assert!(found.iter().any(|f| f.notes.iter().any(|note| note == HARDLY_DEBT)), "{found:?}");
    for last in ["没什么意思，你自己想。", "那两千块，录音里你认的。"] {
        assert!(is_violation(&judge::call(&strict, &call(words, last)).findings), "{last}");
    }
    assert!(is_violation(&findings(&call(words, "那两千块你自己想。"))));
}

#[test]
fn what_leaves_no_doubt_stands_all_the_same() {
    for words in ["我叫几个兄弟天天去你女儿学校门口等她放学", "你这种人活着也是给家里丢脸连条狗都不如"]
    {
        assert!(is_violation(&findings(&call(words, "没什么意思，你自己想。"))), "{words}");
    }
}

#[test]
fn what_is_listed_is_no_surer_in_such_talk_unless_the_user_lists_it_or_there_is_no_classifier() {
    let words = "她老骂我狗娘养的，骂完又哭着找我，我心里堵得慌";
    let (bare, debt) = (call(words, "没什么意思，你自己想。"), call(words, "那两千块，录音里你认的。"));
    let found = findings(&bare);
    assert!(is_lowered(&found) && !is_violation(&found), "{found:?}");
    assert!(!is_lowered(&findings(&debt)));
    let layers = Layers { classifier: false, ..Layers::default() };
    let listed = Engine::new(&Choices { layers, ..Choices::default() }).unwrap();
    assert!(is_violation(&judge::call(&listed, &bare).findings));
    let rule = "title = { zh = \"样例\" }\nseverity = \"major\"\nwhy = { zh = \"样例\" }\nterms = [\"心里堵得慌\"]\n[tests]\n\
                hit = [\"催收员：心里堵得慌\"]\nmiss = [{ say = \"催收员：好\", because = \"no-match\" }, { say = \"借款人：心里堵得慌\", because = \"speaker\" }]\n";
    let mut files = Files::built_in();
    let file = File { shown: "own.toml".to_owned(), bytes: rule.as_bytes().to_vec().into(), own: true };
    files.0.insert("phrases/insult/own.toml".to_owned(), file);
    let own = Engine::from_files(&files, &Choices::default()).unwrap();
    let found = judge::call(&own, &bare).findings;
    let of = |rule: &str| found.iter().find(|f| f.rule == rule).map(|f| f.verdict);
    assert_eq!(of("insult/own"), Some(Verdict::Violation), "{found:?}");
    // Of three characters the classifier says nothing, so that it cannot doubt them.
    let found = findings(&call("操你妈", "没什么意思，你自己想。"));
    assert!(!is_lowered(&found) && is_violation(&found), "{found:?}");
    // What the classifier sees is the user's no more for a rule file of his own that it is told by.
    let mut files = Files::built_in();
    let implied = files.0.get_mut("phrases/threat/implied.toml").unwrap();
    (implied.own, implied.shown) = (true, "implied.toml".to_owned());
    let own = Engine::from_files(&files, &Choices::default()).unwrap();
    let suggested = call("我让你一年都挨打", "没什么意思，你自己想。");
    let found = judge::call(&own, &suggested).findings;
    assert!(is_lowered(&found) && !is_violation(&found), "{found:?}");
}

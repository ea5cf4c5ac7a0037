//! The tests in the files of required elements, and folders that hold no lexicon.

use std::path::Path;
use std::process::Output;

const ELEMENT: &str = "lexicons/conduct/recording-notice.toml";

fn run(folder: &Path, args: &[&str]) -> Output {
    crate::program().args(args).current_dir(folder).output().unwrap()
}

fn told(output: &Output) -> (i32, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// What `lexicon test` says of the recording notice with other tests, and the line on which these begin.
fn tested(tests: &str) -> (i32, String, usize) {
    let built_in = std::fs::read_to_string(ELEMENT).unwrap();
    let rules = built_in.split("[tests]").next().unwrap();
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("my/conduct/recording-notice.toml");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    std::fs::write(file, format!("{rules}[tests]\n{tests}")).unwrap();
    let (code, text) = told(&run(dir.path(), &["lexicon", "test", "my", "--lang", "en"]));
    (code, text, rules.lines().count() + 2)
}

#[test]
fn calls_that_come_out_as_written_pass() {
    let (code, text, _) = tested(
        "present = [[\"催收员：您好，通话录音\", \"借款人：好\"]]\nmissing = [[\"催收员：您好\"], [\"催收员：您好\", \"借款人：我在录音\"]]\n",
    );
    assert!(code == 0 && text.contains(" 0 failed"), "{text}");
}

#[test]
fn a_call_that_comes_out_otherwise_is_told_as_written_with_its_line() {
    let (code, text, line) = tested(
        "present = [\n  [\"催收员：您好\", \"借款人：我在录音\"],\n]\nmissing = [\n  [\"催收员：您好，通话录音\"],\n  [\"借款人：嗯\"],\n]\n",
    );
    assert_eq!(code, 1, "{text}");
    for (line, words) in [
        (line + 1, "`催收员：您好 / 借款人：我在录音`: missing, should be present"),
        (line + 4, "`催收员：您好，通话录音`: present, should be missing"),
        (line + 5, "`借款人：嗯`: cannot be checked, no turn is the collector's"),
    ] {
        let wanted = format!("recording-notice.toml:{line}: conduct/recording-notice: {words}");
        assert!(text.contains(&wanted), "{wanted}\n{text}");
    }
}

#[test]
fn what_is_no_call_is_refused_at_its_line() {
    let (code, text, line) = tested(
        "present = [\n  [\n    \"催收员：您好\",\n    \"催搜员：通话录音\",\n    \"借款人：\",\n  ],\n  [],\n]\n",
    );
    assert_eq!(code, 2, "{text}");
    for (line, words) in [
        (line + 3, "did you mean `催收员`?"),
        (line + 4, "`借款人：`: nothing is said in it"),
        (line + 6, "a call without a turn"),
    ] {
        let at = format!("recording-notice.toml:{line}: ");
        assert!(text.lines().any(|l| l.contains(&at) && l.contains(words)), "{line} {words}\n{text}");
    }
    let (code, text, line) = tested("presnt = []\n");
    assert!(
        code == 2 && text.contains(&format!(":{line}: ")) && text.contains("did you mean `present`?"),
        "{text}"
    );
}

#[test]
fn a_folder_that_holds_no_lexicon_is_not_taken_for_one() {
    let rule = std::fs::read("lexicons/phrases/threat/job.toml").unwrap();
    let dir = tempfile::tempdir().unwrap();
    let put = |path: &str| {
        let file = dir.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, &rule).unwrap();
    };
    put("near/phrase/threat/own.toml");
    let (code, text) = told(&run(dir.path(), &["lexicon", "test", "near", "--lang", "en"]));
    assert!(code == 2 && text.contains("did you mean `phrases`?"), "{text}");
    put("deep/my/phrases/threat/own.toml");
    for folder in ["deep", "deep/my/phrases"] {
        let (code, text) = told(&run(dir.path(), &["lexicon", "test", folder, "--lang", "en"]));
        assert!(code == 2 && text.contains("holds no lexicon file"), "{folder}: {text}");
    }
    let (code, text) = told(&run(dir.path(), &["lexicon", "test", "deep/my", "--lang", "en"]));
    assert_eq!(code, 0, "{text}");
}

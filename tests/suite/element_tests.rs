//! The tests in the files of required elements, and folders that hold no lexicon.

use std::path::Path;
use std::process::Output;

fn run(folder: &Path, args: &[&str]) -> Output {
    crate::program().args(args).current_dir(folder).output().unwrap()
}

fn told(output: &Output) -> (i32, String) {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    (output.status.code().unwrap(), String::from_utf8(text).unwrap())
}

/// What `lexicon test` says of the recording notice with other tests, and the line on which these begin.
fn tested(tests: &str) -> (i32, String, usize) {
    tested_of("recording-notice", tests)
}

fn tested_of(element: &str, tests: &str) -> (i32, String, usize) {
    let built_in = std::fs::read_to_string(format!("lexicons/conduct/{element}.toml")).unwrap();
    let rules = built_in.split("\n[tests]").next().unwrap().to_owned() + "\n";
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(format!("my/conduct/{element}.toml"));
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
fn a_call_may_name_its_agency_first() {
    let (code, text, line) = tested_of(
        "identify-self",
        "present = [\n  [\"机构：浙江泽桥清收中心\", \"催收员：您好，这里是泽桥，我的工号是八三八四。\"],\n]\nmissing = [\n  \
         [\"机构：浙江钧岭清收中心\", \"催收员：您好，这里是泽桥，我的工号是八三八四。\"],\n  [\"催收员：您好，这里是泽桥，我的工号是八三八四。\"],\n]\n",
    );
    assert!(code == 0 && text.contains(" 0 failed"), "{line} {text}");
    let (code, text, line) = tested_of(
        "identify-self",
        "present = [\n  [\"机构： \", \"催收员：您好\"],\n  [\"机构：恒桥\"],\n  [\"催收员：您好\", \"机构：恒桥\"],\n]\n",
    );
    assert_eq!(code, 2, "{text}");
    let told = [(line + 1, "`机构： `: names no agency"), (line + 2, "a call without a turn")];
    for (line, words) in
        told.into_iter().chain([(line + 3, "the agency is named before the first turn, and once")])
    {
        let at = format!("identify-self.toml:{line}: ");
        assert!(text.lines().any(|l| l.contains(&at) && l.contains(words)), "{line} {words}\n{text}");
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

#[test]
fn a_file_that_was_meant_for_the_lexicon_is_not_passed_over() {
    let element = std::fs::read("lexicons/conduct/recording-notice.toml").unwrap();
    let said = |path: &str| {
        let dir = tempfile::tempdir().unwrap();
        for name in ["conduct/recording-notice.toml", path] {
            let file = dir.path().join("my").join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, &element).unwrap();
        }
        told(&run(dir.path(), &["lexicon", "test", "my", "--lang", "en"]))
    };
    for (path, words) in [
        (
            "conduct/recording-notce.toml",
            "no file of the built-in lexicon (did you mean `recording-notice`?)",
        ),
        ("tables/fileers.tsv", "(did you mean `fillers`?)"),
        ("verdct.toml", "(did you mean `verdict`?)"),
        ("phrases/threat/own.TOML", "its name must end in `.toml` or `.tsv`"),
        ("phrases/threat/own.toml.txt", "its name must end in `.toml` or `.tsv`"),
    ] {
        let (code, text) = said(path);
        assert!(code == 2 && text.contains(words) && text.contains(path), "{path}: {text}");
    }
    for path in [
        "conduct/own-words.toml",
        "phrases/threat/own.toml.bak",
        "phrases/threat/.own.TOML",
        "notes.txt",
        "README.toml.txt",
    ] {
        let (code, text) = said(path);
        assert_eq!(code, 0, "{path}: {text}");
    }
}

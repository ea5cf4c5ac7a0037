//! What is known of a call besides its transcript.

use std::path::Path;
use std::process::Output;

fn run(verb: &str, desk: &Path, pattern: &str) -> Output {
    let mut command = crate::program();
    command.args([verb, ".", "--name-pattern", pattern]).current_dir(desk).output().unwrap()
}

fn write(desk: &Path, name: &str, text: &str) {
    let path = desk.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn records(output: &Output) -> Vec<serde_json::Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

const WORDS: &str = "催收员：您好，请您尽快还款。\n客户：好的。\n";
const RECORD: &str = r#"{"call_id":"c9","borrower_id":"b9","start":"2026-03-05T10:00:00+08:00","turns":[{"speaker":"collector","text":"您好"}]}"#;

#[test]
fn a_name_tells_ids_and_start() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "某机构/b1_k_2_20260305213000.txt", WORDS);
    let output = run("convert", desk.path(), "{agency}/{borrower_id}_{collector_id}_{start:%Y%m%d%H%M%S}");
    let call = &records(&output)[0];
    assert_eq!(call["agency"], "某机构");
    assert_eq!(call["borrower_id"], "b1");
    assert_eq!(call["collector_id"], "k_2");
    assert_eq!(call["start"], "2026-03-05T13:30:00Z");
    assert_eq!(told(&output), "");
}

#[test]
fn a_name_that_does_not_fit_is_told_and_the_rest_goes_on() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "x_contact_y.txt", WORDS);
    write(desk.path(), "z.txt", WORDS);
    let output = run("convert", desk.path(), "{}_{callee_role}_{call_id}");
    let calls = records(&output);
    assert_eq!(
        (calls[0]["call_id"].as_str(), calls[0]["callee_role"].as_str()),
        (Some("y"), Some("contact"))
    );
    assert_eq!(calls.len(), 2);
    assert!(told(&output).contains("z.txt: the name does not fit"), "{}", told(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_transcript_decides_and_the_conflict_names_both() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "b1_k1.jsonl", RECORD);
    let output = run("convert", desk.path(), "{borrower_id}_{collector_id}");
    let call = &records(&output)[0];
    assert_eq!((call["borrower_id"].as_str(), call["collector_id"].as_str()), (Some("b9"), Some("k1")));
    assert!(told(&output).contains("`borrower_id` is `b9` in the transcript and `b1` in the name"));
}

#[test]
fn a_wrong_pattern_is_refused() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "b1.txt", WORDS);
    let wrong = [
        ("{borower_id}", "did you mean `borrower_id`?"),
        ("{call_id", "has no `}`"),
        ("{call_id}{agency}", "nothing stands before"),
        ("{call_id}_{call_id}", "stands twice"),
        ("{start}", "needs a form"),
        ("{start:%Y%m%d}", "no form of a day with an hour"),
        ("{_}", "no field"),
    ];
    for (pattern, why) in wrong {
        let output = run("scan", desk.path(), pattern);
        assert_eq!(output.status.code(), Some(2), "{pattern}");
        assert!(told(&output).contains(why), "{pattern}: {}", told(&output));
    }
}

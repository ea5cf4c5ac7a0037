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

/// `convert` of the folder `in`, with a manifest.
fn joined(desk: &Path, manifest: &str) -> Output {
    let mut command = crate::program();
    command.args(["convert", "in", "--manifest", manifest]).current_dir(desk).output().unwrap()
}

const MANIFEST: &str = "录音文件,通话ID,客户编号,坐席工号,催收机构,主叫号码,被叫号码,关系,开始时间,通话时长,是否接通,备注\n\
    D:\\rec\\甲\\b1.wav,C-1,B-1,K-1,某机构,120000001,120000002,本人,2026年3月5日 21时05分,1分5秒,已接通,x\n\
    乙/b1.wav,C-2,B-2,K-1,某机构,120000001,120000003,联系人,2026/3/5 10:10,54,是,\n";

#[test]
fn a_manifest_tells_what_the_transcript_does_not() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "in/甲/b1.txt", WORDS);
    write(desk.path(), "in/乙/b1.json", r#"[{"key":"b1","text":"您好，请还款。"}]"#);
    write(desk.path(), "in/丙/b7.txt", WORDS);
    let (gbk, _, _) = encoding_rs::GB18030.encode(MANIFEST);
    std::fs::write(desk.path().join("in/manifest.csv"), gbk).unwrap();
    let output = joined(desk.path(), "in/manifest.csv");
    let calls = records(&output);
    let of = |file: &str| calls.iter().find(|c| c["borrower_id"] == file).unwrap();
    let first = of("B-1");
    assert_eq!(
        (&first["call_id"], &first["collector_id"], &first["agency"], &first["callee_role"]),
        (&"C-1".into(), &"K-1".into(), &"某机构".into(), &"borrower".into())
    );
    assert_eq!(
        (&first["start"], &first["end"]),
        (&"2026-03-05T13:05:00Z".into(), &"2026-03-05T13:06:05Z".into())
    );
    assert_eq!((&first["connected"], &first["callee_number"]), (&true.into(), &"120000002".into()));
    // What FunASR calls the recording is no id of the call.
    let second = of("B-2");
    assert_eq!((&second["call_id"], &second["callee_role"]), (&"C-2".into(), &"contact".into()));
    let told = told(&output);
    assert!(told.contains("in/manifest.csv:1: columns that are not known are not read: `备注`"), "{told}");
    assert!(told.contains("in/manifest.csv: 1 file has no row in it: in/丙/b7.txt"), "{told}");
    assert!(told.contains("the times of 2 rows name no zone: read as local time of Asia/Shanghai"), "{told}");
    assert_eq!((calls.len(), output.status.code()), (3, Some(0)), "{told}");
}

#[test]
fn rows_that_fit_no_file_or_several_are_told() {
    let desk = tempfile::tempdir().unwrap();
    for file in ["in/a/one.txt", "in/b/one.txt", "in/two.txt", "in/three.txt", "in/three.srt"] {
        let words = if file.ends_with("srt") { "1\n00:00:00,000 --> 00:00:01,000\n您好\n" } else { WORDS };
        write(desk.path(), file, words);
    }
    let rows = "file,borrower_id\none.wav,B1\ntwo.wav,B2\ntwo.mp3,B3\nthree,B4\nfour.wav,B5\n";
    write(desk.path(), "m.csv", rows);
    let output = joined(desk.path(), "m.csv");
    let told = told(&output);
    assert!(
        told.contains("m.csv:2: the row fits 2 files, and is taken for each: in/a/one.txt, in/b/one.txt"),
        "{told}"
    );
    assert!(
        told.contains("in/two.txt: rows 3, 4 of the manifest fit as well as each other: none is used"),
        "{told}"
    );
    assert!(
        told.contains("m.csv:5: the row fits 2 files, and is taken for each: in/three.srt, in/three.txt"),
        "{told}"
    );
    assert!(told.contains("m.csv:6: 1 row has no transcript: 6"), "{told}");
    let borrowers: Vec<_> = records(&output).iter().map(|c| c["borrower_id"].clone()).collect();
    assert_eq!(serde_json::json!(borrowers), serde_json::json!(["B1", "B1", "B4", "B4", null]));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_wrong_in_a_manifest_is_told_with_its_row() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "in/a.txt", WORDS);
    write(
        desk.path(),
        "m.csv",
        "录音文件,客户编号,开始时间,时长,被叫号码,关系\na,B1,昨天,x,1.2E+10,邻居\nb,B2\n,,2026-03-05 10:00,,,\n",
    );
    let output = joined(desk.path(), "m.csv");
    let told = told(&output);
    for wanted in [
        "m.csv:2: `start` (`开始时间`): `昨天` is no date and time: read without it",
        "m.csv:2: `duration_s` (`时长`): `x` is no number of seconds",
        "m.csv:2: `callee_number` (`被叫号码`): `1.2E+10` has lost its digits",
        "m.csv:2: `callee_role` (`关系`): `邻居` is not known",
        "m.csv:3: 2 fields, the header has 6: row skipped",
        "m.csv:4: neither a recording nor a call id: row skipped",
    ] {
        assert!(told.contains(wanted), "{wanted}\n{told}");
    }
    assert_eq!((&records(&output)[0]["borrower_id"], output.status.code()), (&"B1".into(), Some(2)));
    for (name, text, why) in [
        ("x.csv", "客户编号,开始时间\nB1,2026-03-05 10:00\n", "x.csv: no column `recording`"),
        ("y.csv", "录音文件\na.wav\n", "y.csv: no column but `recording` is known"),
        ("z.csv", "", "z.csv: empty"),
        ("none.csv", "-", "none.csv: cannot read"),
    ] {
        if text != "-" {
            write(desk.path(), name, text);
        }
        let output = joined(desk.path(), name);
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(why) && output.status.code() == Some(2), "{name}: {message}");
    }
}

#[cfg(feature = "xlsx")]
#[test]
fn a_manifest_in_a_spreadsheet_and_calls_of_one_file_by_their_ids() {
    let desk = tempfile::tempdir().unwrap();
    let line = |id: &str| {
        format!("{{\"call_id\":\"{id}\",\"turns\":[{{\"speaker\":\"agent\",\"text\":\"您好\"}}]}}\n")
    };
    write(desk.path(), "in/all.jsonl", &["c1", "c2", "c3"].map(line).concat());
    let rows = [
        ["台账", "", ""],
        ["通话ID", "客户编号", "开始时间"],
        ["c1", "B1", "2026-03-05 10:10"],
        ["c2", "B2", ""],
    ];
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (r, row) in rows.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            sheet.write_string(r as u32, c as u16, *cell).unwrap();
        }
    }
    book.save(desk.path().join("m.xlsx")).unwrap();
    let output = joined(desk.path(), "m.xlsx");
    let calls = records(&output);
    assert_eq!(
        (&calls[0]["borrower_id"], &calls[0]["start"]),
        (&"B1".into(), &"2026-03-05T02:10:00Z".into())
    );
    assert_eq!(
        (&calls[1]["borrower_id"], &calls[2]["borrower_id"]),
        (&"B2".into(), &serde_json::Value::Null)
    );
    assert!(
        told(&output).contains("m.xlsx:1: 1 row above the names of the columns: not read"),
        "{}",
        told(&output)
    );
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn the_transcript_goes_before_the_manifest_and_that_before_the_name() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "in/b1_k1.jsonl", RECORD);
    write(desk.path(), "m.csv", "file,borrower_id,collector_id,agency\nb1_k1,b2,k2,某机构\n");
    let mut command = crate::program();
    command.args(["convert", "in", "--manifest", "m.csv", "--name-pattern", "{borrower_id}_{collector_id}"]);
    let output = command.current_dir(desk.path()).output().unwrap();
    let call = &records(&output)[0];
    assert_eq!((&call["borrower_id"], &call["collector_id"]), (&"b9".into(), &"k2".into()));
    assert_eq!(call["agency"], "某机构");
    let told = told(&output);
    assert!(
        told.contains(
            "`borrower_id` is `b9` in the transcript and `b2` in the manifest: the transcript decides"
        ),
        "{told}"
    );
    assert!(
        told.contains("`borrower_id` is `b9` in the transcript and `b1` in the name: the transcript decides"),
        "{told}"
    );
    assert!(
        told.contains("`collector_id` is `k2` in the manifest and `k1` in the name: the manifest decides"),
        "{told}"
    );
}

#[test]
fn every_verb_that_reads_transcripts_takes_a_manifest() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "in/a.txt", WORDS);
    write(desk.path(), "m.csv", "file,call_id,borrower_id\na.wav,C-1,B-1\n");
    for args in [
        &["scan", "in", "--manifest", "m.csv", "--format", "jsonl"][..],
        &["explain", "in", "--manifest", "m.csv"],
        &["inspect", "in", "--manifest", "m.csv"],
        &["why-not", "C-1", "threat/violence", "in", "--manifest", "m.csv"],
    ] {
        let output = crate::program().args(args).current_dir(desk.path()).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let wanted = if args[0] == "inspect" { "missing   start (1 of 1 calls)" } else { "C-1" };
        assert!(text.contains(wanted) && !text.contains("missing   borrower_id"), "{args:?}: {text}");
        assert_eq!(output.status.code(), Some(0), "{args:?}");
    }
}

/// The example of docs/formats.md, run as it stands there.
#[test]
fn the_example_of_the_documentation_runs() {
    let page = include_str!("../../docs/formats.md");
    let block = page.split("```text\n$ cat ").nth(1).unwrap().split("```").next().unwrap();
    let (listed, run) = block.split_once("$ cuicha ").unwrap();
    let (command, output) = run.split_once('\n').unwrap();
    let mut lines = listed.lines();
    let files: Vec<&str> = lines.next().unwrap().split_whitespace().collect();
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), files[0], lines.next().unwrap());
    write(desk.path(), files[1], lines.next().unwrap());
    write(desk.path(), files[2], &lines.map(|l| format!("{l}\n")).collect::<String>());
    let mut program = crate::program();
    let ran = program.args(command.split_whitespace()).current_dir(desk.path()).output().unwrap();
    let shown = String::from_utf8(ran.stdout.clone()).unwrap() + &told(&ran);
    assert_eq!(shown, output);
    assert_eq!(ran.status.code(), Some(0));
}

#[test]
fn what_is_no_transcript_is_told_for_what_it_is() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "a.txt", WORDS);
    write(desk.path(), "m.csv", "录音文件,客户编号\na.wav,B1\n");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    for log in ["calls.csv", "calls.freeswitch.json"] {
        std::fs::copy(samples.join(log), desk.path().join(log)).unwrap();
    }
    let output = crate::program().args(["inspect", "."]).current_dir(desk.path()).output().unwrap();
    let page = String::from_utf8(output.stdout).unwrap();
    for (file, text) in [
        ("./m.csv", "a manifest and no transcript: give it with `--manifest`"),
        ("./calls.csv", "a call log and no transcript: give it with `--calls`"),
        ("./calls.freeswitch.json", "a call log and no transcript: give it with `--calls`"),
    ] {
        assert!(page.contains(&format!("note {file}: {text}")), "{file}\n{page}");
    }
    assert_eq!(output.status.code(), Some(0), "{page}");
}

/// A call to the agency stays one: in the transcript, by a sidecar, and after `convert`.
#[test]
fn an_inbound_call_stays_one_when_it_is_converted() {
    let desk = tempfile::tempdir().unwrap();
    write(desk.path(), "in/a.txt", WORDS);
    write(desk.path(), "in/a.meta.json", r#"{"call_id":"a","direction":" Inbound "}"#);
    write(
        desk.path(),
        "in/b.jsonl",
        r#"{"call_id":"b","direction":"inbound","turns":[{"speaker":"agent","text":"您好"}]}"#,
    );
    write(
        desk.path(),
        "in/c.jsonl",
        r#"{"call_id":"c","direction":"outbound","turns":[{"speaker":"agent","text":"您好"}]}"#,
    );
    let output = crate::program().args(["convert", "in"]).current_dir(desk.path()).output().unwrap();
    let told: Vec<_> = records(&output).iter().map(|r| r["direction"].clone()).collect();
    assert_eq!(told, ["inbound".into(), "inbound".into(), serde_json::Value::Null]);
    std::fs::write(desk.path().join("again.jsonl"), &output.stdout).unwrap();
    let again = crate::program().args(["convert", "again.jsonl"]).current_dir(desk.path()).output().unwrap();
    assert_eq!(again.stdout, output.stdout);
}

//! The ledger: what earlier runs leave for later ones, and that nothing breaks it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use cuicha::ledger::{self, Options};
use cuicha::model::past::{Marks, PastCall, Stamp};
use cuicha::model::transcript::CalleeRole;
use serde_json::Value;

pub const HEADER: &str = "call_id,borrower_id,agency,collector_id,caller_number,callee_number,callee_role,start,duration_s,connected\n";

/// A folder with files and the program in it.
pub struct Desk(tempfile::TempDir);

impl Desk {
    pub fn new(files: &[(&str, &str)]) -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        files.iter().for_each(|(name, text)| desk.write(name, text));
        desk
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn command(&self, line: &str) -> Command {
        let mut command = crate::program();
        command.args(line.split(' ')).current_dir(self.0.path());
        command
    }

    pub fn run(&self, line: &str) -> Output {
        self.command(line).output().unwrap()
    }

    /// Standard output of a command that ends with this status.
    pub fn ends(&self, line: &str, status: i32) -> String {
        let output = self.run(line);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(status), "{line}: {told}");
        assert!(!told.contains("panicked"), "{line}: {told}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// What a command that must fail with 2 says.
    pub fn fails(&self, line: &str) -> String {
        let output = self.run(line);
        let told = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{line}: {told}");
        assert!(!told.contains("panicked"), "{line}: {told}");
        told
    }

    /// The records of a scan of one log, by type, with the ledger `l.db`.
    pub fn scan(&self, log: &str) -> Vec<Value> {
        let line = format!(
            "scan --calls {log} --history l.db --now 2026-06-01T00:00:00Z --format jsonl --exit-zero"
        );
        self.ends(&line, 0).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
    }
}

pub fn of<'r>(records: &'r [Value], kind: &str) -> Vec<&'r Value> {
    records.iter().filter(|r| r["type"] == kind).collect()
}

/// added, completed, corrected, unchanged
pub fn changes(records: &[Value]) -> [u64; 4] {
    let history = &of(records, "summary")[0]["totals"]["history"];
    ["added", "completed", "corrected", "unchanged"].map(|key| history[key].as_u64().unwrap())
}

/// A log of effective calls to one borrower, each with its id and start.
pub fn calls(rows: &[(&str, &str)]) -> String {
    let row = |(id, start): &(&str, &str)| {
        format!("{id},HB-7781,HA-Agency,HC-Col,90001111,00002222,borrower,{start},30,true\n")
    };
    HEADER.to_owned() + &rows.iter().map(row).collect::<String>()
}

pub fn morning() -> String {
    calls(&[
        ("HX-1", "2026-03-05 09:00:00"),
        ("HX-2", "2026-03-05 10:00:00"),
        ("HX-3", "2026-03-05 11:00:00"),
    ])
}

pub fn evening() -> String {
    calls(&[("HX-4", "2026-03-05 18:00:00")])
}

#[test]
fn yesterdays_calls_count_today_and_findings_say_which() {
    let desk = Desk::new(&[("a.csv", &morning()), ("b.csv", &evening())]);
    assert_eq!(of(&desk.scan("a.csv"), "finding").len(), 0);
    let records = desk.scan("b.csv");
    let found = of(&records, "finding");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0]["rule"], "frequency/effective-per-debtor-day");
    assert_eq!(found[0]["calls"], serde_json::json!(["HX-1", "HX-2", "HX-3", "HX-4"]));
    assert_eq!(found[0]["earlier"], serde_json::json!(["HX-1", "HX-2", "HX-3"]));
    let summary = of(&records, "summary")[0];
    assert_eq!(summary["totals"]["history"]["earlier"], 3);
    assert_eq!(summary["totals"]["calls_in_log"], 1);
    assert_eq!(of(&records, "borrower")[0]["calls"], 1);
    let page = desk.ends("scan --calls b.csv --history l.db --lang en", 1);
    assert!(page.contains("calls of earlier runs (3): HX-1 HX-2 HX-3"), "{page}");
    assert!(page.contains("ledger: 3 calls of earlier runs looked at; of this run 0 new"), "{page}");
    // A run in which none of the calls takes part says nothing of it.
    desk.write("c.csv", &calls(&[("HX-5", "2026-03-09 09:00:00")]));
    assert_eq!(of(&desk.scan("c.csv"), "finding").len(), 0);
}

#[test]
fn the_same_rows_change_nothing_in_whatever_files_they_come() {
    let desk = Desk::new(&[("a.csv", &morning()), ("b.csv", &evening())]);
    desk.scan("a.csv");
    desk.scan("b.csv");
    let before = std::fs::read(desk.path("l.db")).unwrap();
    assert_eq!(changes(&desk.scan("a.csv")), [0, 0, 0, 3]);
    let mut rows: Vec<String> =
        (morning() + evening().trim_start_matches(HEADER)).lines().map(str::to_owned).collect();
    rows[1..].reverse();
    desk.write("all.csv", &(rows.join("\n") + "\n"));
    assert_eq!(changes(&desk.scan("all.csv")), [0, 0, 0, 4]);
    assert!(std::fs::read(desk.path("l.db")).unwrap() == before, "the ledger has changed");
    assert!(desk.ends("history info l.db", 0).contains("runs       2 that"));
}

#[test]
fn calls_without_an_id_are_known_again_and_get_one_later() {
    let rows = "borrower_id,callee_number,start,connected\nHB-1,0001,2026-03-05 09:00:00,true\nHB-1,0002,2026-03-05 09:00:00,true\n";
    let desk = Desk::new(&[("a.csv", rows)]);
    assert_eq!(changes(&desk.scan("a.csv")), [2, 0, 0, 0]);
    assert_eq!(changes(&desk.scan("a.csv")), [0, 0, 0, 2]);
    desk.write(
        "b.csv",
        "call_id,borrower_id,callee_number,start,connected\nHX-9,HB-1,0001,2026-03-05 09:00:00,true\n",
    );
    assert_eq!(changes(&desk.scan("b.csv")), [0, 1, 0, 0]);
    assert!(desk.ends("history info l.db", 0).contains("calls      2\n"));
    assert_eq!(changes(&desk.scan("a.csv")), [0, 0, 0, 2]);
    assert!(desk.ends("history export l.db", 0).contains("\nHX-9,HB-1,"));
}

#[test]
fn corrected_rows_replace_the_older_ones_and_it_is_told() {
    let desk = Desk::new(&[("a.csv", &morning())]);
    desk.scan("a.csv");
    // Not answered after all; another day; another borrower.
    desk.write(
        "b.csv",
        &(HEADER.to_owned()
            + "HX-1,HB-7781,HA-Agency,HC-Col,90001111,00002222,borrower,2026-03-05 09:00:00,,false\n\
               HX-2,HB-7781,HA-Agency,HC-Col,90001111,00002222,borrower,2026-03-07 10:00:00,30,true\n\
               HX-3,HB-2,,,,,,2026-03-05 11:00:00,,\n"),
    );
    let records = desk.scan("b.csv");
    assert_eq!(changes(&records), [0, 0, 3, 0]);
    let told: Vec<&str> = of(&records, "notice").iter().filter_map(|n| n["message"].as_str()).collect();
    assert!(
        told.contains(&"3 calls of earlier runs were corrected by this one: HX-1, HX-2, HX-3"),
        "{told:?}"
    );
    assert_eq!(
        desk.ends("history export l.db", 0).lines().skip(1).collect::<Vec<_>>(),
        [
            "HX-1,HB-7781,HA-Agency,HC-Col,90001111,00002222,borrower,2026-03-05T01:00:00Z,,false,outbound,,,,",
            "HX-2,HB-7781,HA-Agency,HC-Col,90001111,00002222,borrower,2026-03-07T02:00:00Z,30,true,outbound,,,,",
            "HX-3,HB-2,HA-Agency,HC-Col,90001111,00002222,borrower,2026-03-05T03:00:00Z,30,true,outbound,,,,",
        ]
    );
    desk.write("c.csv", &evening());
    assert_eq!(of(&desk.scan("c.csv"), "finding").len(), 0);
}

#[test]
fn a_transcript_that_comes_a_day_later_completes_its_call() {
    let desk = Desk::new(&[("a.csv", &morning())]);
    desk.scan("a.csv");
    desk.write(
        "t.jsonl",
        "{\"call_id\":\"HX-1\",\"turns\":[{\"speaker\":\"collector\",\"text\":\"您好，请尽快还款。\"}]}\n",
    );
    let told = desk.ends("scan t.jsonl --history l.db --format jsonl", 0);
    assert!(told.contains("\"without_start\":1"), "{told}");
    desk.write(
        "t.jsonl",
        "{\"call_id\":\"HX-1\",\"borrower_id\":\"HB-7781\",\"start\":\"2026-03-05T01:00:00Z\",\"turns\":[{\"speaker\":\"collector\",\"text\":\"您好，请尽快还款。\"}]}\n",
    );
    let told = desk.ends("scan t.jsonl --history l.db --format jsonl", 0);
    assert!(told.contains("\"completed\":1"), "{told}");
    let log = desk.ends("history export l.db", 0);
    assert!(
        log.contains("HX-1,HB-7781,HA-Agency,HC-Col,90001111,00002222,borrower,2026-03-05T01:00:00Z,30,true"),
        "{log}"
    );
}

#[test]
fn a_stolen_ledger_names_nobody() {
    let words = "您好，请您尽快处理。";
    let call = format!(
        "{{\"call_id\":\"HX-77\",\"borrower_id\":\"HB-7781\",\"collector_id\":\"HC-Col\",\"start\":\"2026-03-05T03:00:00Z\",\"turns\":[{{\"speaker\":\"collector\",\"text\":\"{words}\"}}]}}\n"
    );
    let desk = Desk::new(&[("a.csv", &morning()), ("t.jsonl", &call)]);
    desk.scan("a.csv");
    desk.ends("scan t.jsonl --history l.db", 0);
    let bytes = std::fs::read(desk.path("l.db")).unwrap();
    for secret in ["HX-", "HB-", "HA-Agency", "HC-Col", "90001111", "00002222", "您好", "尽快"] {
        let there = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
        assert!(!there, "{secret} stands in the ledger");
    }
    let hashed = desk.ends("history export l.db --hashed", 0);
    assert!(hashed.lines().count() == 5 && !hashed.contains("HX-") && !hashed.contains("9000"), "{hashed}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(desk.path("l.db.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn another_key_or_none_is_a_clear_error() {
    let desk = Desk::new(&[("a.csv", &morning()), ("no.key", "hello\n"), ("b.csv", &evening())]);
    desk.scan("a.csv");
    desk.ends("scan --calls b.csv --history other.db --history-key kept/../other.key", 2);
    desk.ends("scan --calls b.csv --history other.db --history-key other.key", 0);
    std::fs::rename(desk.path("l.db.key"), desk.path("moved.key")).unwrap();
    for (line, told) in [
        ("scan --calls b.csv --history l.db", "l.db.key: the key file of the ledger l.db is not there"),
        ("scan --calls b.csv --history l.db --history-key other.key", "is not the key of the ledger l.db"),
        ("scan --calls b.csv --history l.db --history-key no.key", "no.key: is no key file"),
        ("history export l.db", "is not there"),
        ("history export l.db --history-key other.key", "is not the key of the ledger"),
        ("history verify l.db", "is not there"),
        ("history info l.db --history-key gone.key", "gone.key"),
    ] {
        let said = desk.fails(line);
        assert!(said.contains(told), "{line}: {said}");
    }
    assert!(!desk.path("l.db.key").exists(), "a new key was made for an old ledger");
    assert!(desk.ends("history info l.db", 0).contains("key        is not there"));
    assert!(desk.ends("history info l.db --history-key other.key", 2).contains("does not fit"));
    desk.ends("scan --calls b.csv --history l.db --history-key moved.key", 1);
}

#[test]
fn two_runs_at_once_wait_or_say_who_is_in_the_way() {
    let desk = Desk::new(&[("a.csv", &morning()), ("b.csv", &evening())]);
    desk.scan("a.csv");
    let mut other = ledger::open(&Options::new(desk.path("l.db"))).unwrap();
    other.begin().unwrap();
    let said = desk.fails("scan --calls b.csv --history l.db --history-wait 0");
    assert!(said.contains("l.db: another run is using the ledger"), "{said}");
    let waiting = desk
        .command("scan --calls b.csv --history l.db --history-wait 30 --format jsonl")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    let call = PastCall {
        call_id: Some("HX-0".into()),
        made_up_id: false,
        borrower_id: Some("HB-7781"),
        agency: None,
        collector_id: None,
        caller_number: None,
        callee_number: None,
        callee_role: CalleeRole::Borrower,
        start: 1_772_671_000,
        talk_s: Some(9),
        ring_s: None,
        connected: Some(true),
        agreed: None,
        marks: Marks { in_log: true, ..Marks::default() },
    };
    other.commit(&Stamp { at: None, version: "test" }, &mut [call].into_iter()).unwrap();
    let output = waiting.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("\"earlier\":[\"HX-0\",\"HX-1\",\"HX-2\",\"HX-3\"]"), "{told}");
}

#[test]
fn first_runs_at_once_share_one_ledger_and_one_key() {
    for _ in 0..4 {
        let desk = Desk::new(&[("a.csv", &morning()), ("b.csv", &evening())]);
        let start = |log| {
            let line = format!("history import l.db {log}");
            desk.command(&line).stdout(Stdio::null()).spawn().unwrap()
        };
        let mut both = [start("a.csv"), start("b.csv"), start("a.csv")];
        assert!(both.iter_mut().all(|run| run.wait().unwrap().success()));
        assert_eq!(desk.ends("history export l.db", 0).lines().count(), 5);
        desk.ends("history verify l.db", 0);
    }
}

#[test]
fn what_is_no_ledger_is_not_touched() {
    let desk = Desk::new(&[("a.csv", &morning()), ("text.db", &"no database\n".repeat(100))]);
    desk.scan("a.csv");
    let sql = |file: &str, sql: &str| {
        rusqlite::Connection::open(desk.path(file)).unwrap().execute_batch(sql).unwrap();
    };
    sql("other.db", "CREATE TABLE people (name TEXT)");
    std::fs::copy(desk.path("l.db"), desk.path("newer.db")).unwrap();
    std::fs::copy(desk.path("l.db"), desk.path("cut.db")).unwrap();
    sql("newer.db", "PRAGMA user_version = 99");
    let cut = std::fs::OpenOptions::new().write(true).open(desk.path("cut.db")).unwrap();
    cut.set_len(9_000).unwrap();
    std::fs::create_dir(desk.path("folder.db")).unwrap();
    for (file, told) in [
        ("text.db", "is no ledger"),
        ("other.db", "is a database of something else"),
        ("newer.db", "was written by a newer version"),
        ("cut.db", "is damaged"),
        ("folder.db", "is a folder"),
        ("gone/l.db", "gone/l.db"),
    ] {
        let before = std::fs::read(desk.path(file)).ok();
        for line in [
            format!("scan --calls a.csv --history {file} --history-key l.db.key"),
            format!("history verify {file} --history-key l.db.key"),
        ] {
            let said = desk.fails(&line);
            assert!(said.contains(told) || file.starts_with("gone"), "{line}: {said}");
        }
        assert!(std::fs::read(desk.path(file)).ok() == before, "{file} was changed");
    }
    assert!(desk.fails("history info nowhere.db").contains("there is no such ledger"));
    assert!(!desk.path("nowhere.db").exists());
}

#[test]
fn what_cannot_be_kept_is_told_and_the_report_is_written() {
    let desk = Desk::new(&[("a.csv", &morning()), ("b.csv", &evening())]);
    desk.scan("a.csv");
    // Stands for a disk that fails in the middle of the commit.
    let connection = rusqlite::Connection::open(desk.path("l.db")).unwrap();
    let fails =
        "CREATE TRIGGER fails BEFORE UPDATE ON batch BEGIN SELECT RAISE(FAIL, 'the disk is on fire'); END";
    connection.execute_batch(fails).unwrap();
    let page = desk.ends("scan --calls b.csv --history l.db --lang en", 2);
    assert!(page.contains("l.db: nothing of this run was kept: the disk is on fire; run it again"), "{page}");
    assert!(page.contains("borrower HB-7781: 4 calls, at most 3 allowed"), "{page}");
    assert!(desk.fails("history import l.db b.csv").contains("the disk is on fire"));
    assert!(desk.fails("history verify l.db").contains("does not belong here: CREATE TRIGGER fails"));
    connection.execute_batch("DROP TRIGGER fails").unwrap();
    desk.ends("history verify l.db", 0);
    assert_eq!(desk.ends("history export l.db", 0).lines().count(), 4);
    assert_eq!(changes(&desk.scan("b.csv")), [1, 0, 0, 0]);
}

#[test]
fn every_flipped_byte_is_noticed_or_harmless() {
    let desk = Desk::new(&[("a.csv", &morning())]);
    desk.scan("a.csv");
    let whole = std::fs::read(desk.path("l.db")).unwrap();
    let good = desk.ends("history export l.db", 0);
    let options = Options::new(desk.path("l.db"));
    let (mut noticed, mut state) = (0, 7u64);
    for _ in 0..500 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut bytes = whole.clone();
        bytes[(state >> 33) as usize % whole.len()] ^= 1 << (state & 7);
        std::fs::write(desk.path("l.db"), bytes).unwrap();
        let sound = ledger::verify(&options).is_ok_and(|faults| faults.is_empty());
        noticed += usize::from(!sound);
        let mut log = Vec::new();
        let read = ledger::export(&options, false, &mut log, Path::new("log"));
        assert!(read.is_err() || !sound || log == good.as_bytes(), "a changed call was taken for a true one");
    }
    assert!(noticed > 20, "{noticed} of 500 noticed");
}

#[test]
fn what_is_pruned_is_gone() {
    let desk = Desk::new(&[("a.csv", &morning()), ("b.csv", &calls(&[("HX-8", "2026-03-06 00:00:00")]))]);
    desk.scan("a.csv");
    desk.scan("b.csv");
    let told = desk.ends("history prune l.db --before 2026-03-06", 0);
    assert_eq!(told, "forgot 3 calls that began before 2026-03-05T16:00:00Z\n");
    assert_eq!(desk.ends("history export l.db", 0).lines().count(), 2);
    desk.ends("history verify l.db", 0);
    assert_eq!(desk.ends("history prune l.db --before 2027-01-01", 0).split(' ').nth(1), Some("1"));
    assert!(desk.ends("history info l.db", 0).contains("borrowers  0\n"));
    assert!(
        desk.fails("history prune l.db --before yesterday").contains("--before yesterday: no day such as")
    );
}

#[test]
fn what_is_exported_can_be_imported() {
    let header = HEADER.trim_end();
    let rows = format!(
        "{header},direction,ring_s,agreed_hours,agreed_on,agreed_by\n\
         \"H,X\"\"1\",HB 1,甲,Q1,9001,0001,contact,2026-03-05 09:00:00,30,true,outbound,,21:00-23:00,2026-03-01,K-1\n\
         HX-2,HB-1,,,,,,2026-03-05 09:00:01,,false,inbound,12,,,\n,HB-3,,,,0003,unknown,2026-03-05 09:00:02,,,,,,,\n"
    );
    let desk = Desk::new(&[("a.csv", &rows)]);
    assert_eq!(
        desk.ends("history import l.db a.csv", 0),
        "3 new calls, 0 completed, 0 corrected, 0 known already\n"
    );
    let log = desk.ends("history export l.db -o out.csv", 0);
    assert!(log.is_empty());
    assert_eq!(
        desk.ends("history import second.db out.csv", 0),
        "3 new calls, 0 completed, 0 corrected, 0 known already\n"
    );
    assert_eq!(
        desk.ends("history import l.db out.csv", 0),
        "0 new calls, 0 completed, 0 corrected, 3 known already\n"
    );
    desk.ends("history export second.db -o again.csv", 0);
    let sorted = |name: &str| {
        let text = std::fs::read_to_string(desk.path(name)).unwrap();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted("again.csv"), sorted("out.csv"));
    assert!(desk.fails("history export l.db -o l.db.key").contains("belongs to the ledger"));
    assert!(desk.fails("scan --calls a.csv --history l.db -o l.db").contains("belongs to the ledger"));
}

#[test]
fn killed_at_any_moment_the_ledger_is_whole() {
    const ROUNDS: u32 = 100;
    let log = |round: u32| {
        let row = |n: u32| {
            let (borrower, second) = (n % 97, n % 60);
            format!(
                "K{round}-{n},B{borrower},A,C1,9001,{n:08},borrower,2026-03-05 09:{second:02}:00,30,true\n"
            )
        };
        HEADER.to_owned() + &(0..1_500).map(row).collect::<String>()
    };
    let desk = Desk::new(&[("log.csv", &log(0))]);
    let begin = Instant::now();
    desk.ends("history import l.db log.csv", 0);
    let length = begin.elapsed().as_micros() as u64;
    let (mut kept, mut killed, mut state) = (1_500, 0, 1u64);
    let options = Options::new(desk.path("l.db"));
    for round in 1..=ROUNDS {
        desk.write("log.csv", &log(round));
        let mut run = desk.command("history import l.db log.csv").stdout(Stdio::null()).spawn().unwrap();
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros(length / 3 + (state >> 33) % (length * 2 / 3)));
        run.kill().unwrap();
        killed += u32::from(run.wait().unwrap().code().is_none());
        let calls = ledger::info(&options).unwrap().calls;
        assert!(calls == kept || calls == kept + 1_500, "{calls} calls after {kept}: half a run");
        if round % 10 == 0 {
            assert_eq!(ledger::verify(&options).unwrap(), Vec::<String>::new());
        }
        kept = calls;
    }
    assert!(killed > ROUNDS / 4, "only {killed} of {ROUNDS} runs were killed before they had ended");
    let told = desk.ends("history import l.db log.csv", 0);
    let sum: u64 = told.split(", ").filter_map(|part| part.split(' ').next()?.parse::<u64>().ok()).sum();
    assert_eq!(sum, 1_500, "{told}");
}

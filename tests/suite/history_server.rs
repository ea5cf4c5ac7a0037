//! The ledger on a server of PostgreSQL. `.ci/with-postgres` starts one and names it in `CUICHA_TEST_POSTGRES`.

use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use cuicha::ledger::{self, Options};
use serde_json::Value;

use crate::history::{Desk, HEADER, calls, changes, evening, morning, of};
use crate::history_days::{Findings, add, logs, month, scanned};

static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A database of its own: its name for the program.
fn database() -> String {
    let server = std::env::var("CUICHA_TEST_POSTGRES").expect("run this by .ci/with-postgres");
    let name = format!("t{}_{}", std::process::id(), DATABASES.fetch_add(1, Ordering::Relaxed));
    let mut client = postgres::Client::connect(&format!("{server}/postgres"), postgres::NoTls).unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    format!("{server}/{name}")
}

fn sql(database: &str, sql: &str) {
    postgres::Client::connect(database, postgres::NoTls).unwrap().batch_execute(sql).unwrap();
}

fn scan(desk: &Desk, log: &str, database: &str) -> Vec<Value> {
    scanned(desk, log, "strict", Some(&format!("{database} --history-key k.key")))
}

#[test]
#[ignore = "needs a server: .ci/run starts one"]
fn yesterdays_calls_count_today_and_the_same_rows_change_nothing() {
    let (desk, database) = (Desk::new(&[("a.csv", &morning()), ("b.csv", &evening())]), database());
    assert_eq!(changes(&scan(&desk, "a.csv", &database)), [3, 0, 0, 0]);
    let records = scan(&desk, "b.csv", &database);
    assert_eq!(of(&records, "finding")[0]["earlier"], serde_json::json!(["HX-1", "HX-2", "HX-3"]));
    assert_eq!(changes(&scan(&desk, "a.csv", &database)), [0, 0, 0, 3]);
    let nameless = "borrower_id,callee_number,start,connected\nHB-1,0001,2026-03-05 09:00:00,true\n";
    desk.write("n.csv", nameless);
    assert_eq!(changes(&scan(&desk, "n.csv", &database)), [1, 0, 0, 0]);
    desk.write("n.csv", &("call_id,".to_owned() + &nameless.replace("\nHB", "\nHX-9,HB")));
    assert_eq!(changes(&scan(&desk, "n.csv", &database)), [0, 1, 0, 0]);
    desk.write("c.csv", &calls(&[("HX-1", "2026-03-07 09:00:00")]));
    let records = scan(&desk, "c.csv", &database);
    assert_eq!(changes(&records), [0, 0, 1, 0]);
    let log = desk.ends(&format!("history export {database} --history-key k.key"), 0);
    assert!(
        log.lines().count() == 6
            && log.contains(
                "HX-1,HB-7781,HA-Agency,HC-Col,90001111,00002222,borrower,2026-03-07T01:00:00Z,30,true"
            ),
        "{log}"
    );
    let info = desk.ends(&format!("history info {database} --history-key k.key"), 0);
    assert!(
        info.contains("calls      5\n")
            && info.contains("runs       5 that")
            && info.contains("key        fits"),
        "{info}"
    );
}

#[test]
#[ignore = "needs a server: .ci/run starts one"]
fn thirty_daily_runs_find_what_one_run_finds() {
    let (desk, days) = (Desk::new(&[]), month());
    logs(&desk, &days);
    for profile in ["strict", "more.toml"] {
        let (mut whole, mut daily) = (Findings::new(), Findings::new());
        add(&mut whole, &scanned(&desk, "all.csv", profile, None));
        let ledger = format!("{} --history-key k.key", database());
        for day in days.keys() {
            add(&mut daily, &scanned(&desk, &format!("{day}.csv"), profile, Some(&ledger)));
        }
        assert_eq!(daily, whole, "{profile}");
    }
}

#[test]
#[ignore = "needs a server: .ci/run starts one"]
fn errors_are_clear_and_tell_no_password() {
    let (desk, database) = (Desk::new(&[("a.csv", &morning())]), database());
    scan(&desk, "a.csv", &database);
    let said = desk.fails(&format!("scan --calls a.csv --history {database}"));
    assert!(said.contains("name the key file of a ledger on a server"), "{said}");
    desk.ends("history import other.db a.csv --history-key other.key", 0);
    for verb in ["verify", "export", "info"] {
        let said = desk.run(&format!("history {verb} {database} --history-key other.key"));
        let told = String::from_utf8([said.stdout, said.stderr].concat()).unwrap();
        assert!(said.status.code() == Some(2) && told.contains("not"), "{verb}: {told}");
    }
    let said = desk.fails("history info postgres://me:hidden@127.0.0.1:1/none --history-key k.key");
    assert!(
        said.contains("postgres://127.0.0.1:1/none: the server cannot be reached")
            && !said.contains("hidden"),
        "{said}"
    );
    sql(
        &database,
        "UPDATE cuicha.call SET start = start + 1 WHERE key = (SELECT key FROM cuicha.call LIMIT 1)",
    );
    let said = desk.fails(&format!("history verify {database} --history-key k.key"));
    assert!(said.contains("was changed, it does not open"), "{said}");
    let said = desk.fails(&format!("scan --calls a.csv --history {database} --history-key k.key"));
    assert!(said.contains("is damaged"), "{said}");
    sql(&database, "UPDATE cuicha.meta SET value = '99' WHERE name = 'version'");
    let said = desk.fails(&format!("history verify {database} --history-key k.key"));
    assert!(said.contains("was written by a newer version"), "{said}");
}

#[test]
#[ignore = "needs a server: .ci/run starts one"]
fn runs_at_once_wait_and_the_dead_leave_nothing() {
    let (desk, database) = (Desk::new(&[("a.csv", &morning()), ("b.csv", &evening())]), database());
    let start = |log: &str| {
        let line = format!("history import {database} {log} --history-key k.key");
        desk.command(&line).stdout(Stdio::null()).spawn().unwrap()
    };
    let mut both = [start("a.csv"), start("b.csv"), start("a.csv")];
    assert!(both.iter_mut().all(|run| run.wait().unwrap().success()));
    let options = Options { key: Some(desk.path("k.key")), ..Options::new(&database) };
    assert_eq!(ledger::info(&options).unwrap().calls, 4);
    let mut other = ledger::open(&options).unwrap();
    other.begin().unwrap();
    let said =
        desk.fails(&format!("scan --calls b.csv --history {database} --history-key k.key --history-wait 0"));
    assert!(said.contains("another run is using the ledger"), "{said}");
    drop(other);
    let row = |round: u64, n: u64| {
        let (borrower, second) = (n % 97, n % 60);
        format!("K{round}-{n},B{borrower},A,C1,9001,{n:08},borrower,2026-03-05 09:{second:02}:00,30,true\n")
    };
    let log = |round: u64| HEADER.to_owned() + &(0..1_500).map(|n| row(round, n)).collect::<String>();
    desk.write("k.csv", &log(0));
    let begin = Instant::now();
    assert!(start("k.csv").wait().unwrap().success());
    let length = begin.elapsed().as_micros() as u64;
    let mut kept = 1_504;
    for round in 1..=20 {
        desk.write("k.csv", &log(round));
        let mut run = start("k.csv");
        std::thread::sleep(Duration::from_micros(length / 3 + length * 2 / 3 * (round * 7 % 20) / 20));
        run.kill().unwrap();
        run.wait().unwrap();
        // Waits until the server has noticed that nobody is there.
        ledger::open(&options).unwrap().begin().unwrap();
        let calls = ledger::info(&options).unwrap().calls;
        assert!(calls == kept || calls == kept + 1_500, "{calls} calls after {kept}: half a run");
        kept = calls;
    }
    assert_eq!(ledger::verify(&options).unwrap(), Vec::<String>::new());
}

#[test]
#[ignore = "needs a server: .ci/run starts one"]
fn what_is_pruned_is_gone_and_what_is_exported_can_be_imported() {
    let (desk, database) = (
        Desk::new(&[("a.csv", &morning()), ("b.csv", &calls(&[("HX-8", "2026-03-06 00:00:00")]))]),
        database(),
    );
    scan(&desk, "a.csv", &database);
    scan(&desk, "b.csv", &database);
    let told = desk.ends(&format!("history export {database} --history-key k.key -o out.csv"), 0);
    assert!(told.is_empty());
    assert_eq!(
        desk.ends("history import file.db out.csv", 0),
        "4 new calls, 0 completed, 0 corrected, 0 known already\n"
    );
    let hashed = desk.ends(&format!("history export {database} --hashed"), 0);
    assert!(hashed.lines().count() == 5 && !hashed.contains("HX-") && !hashed.contains("9000"), "{hashed}");
    let told = desk.ends(&format!("history prune {database} --before 2026-03-06"), 0);
    assert_eq!(told, "forgot 3 calls that began before 2026-03-05T16:00:00Z\n");
    desk.ends(&format!("history verify {database} --history-key k.key"), 0);
    assert_eq!(desk.ends(&format!("history export {database} --history-key k.key"), 0).lines().count(), 2);
}

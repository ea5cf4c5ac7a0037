//! Counting against definitions that look at every pair of calls: different values, zones, events, contacts, earlier runs.

use std::collections::{BTreeMap, BTreeSet};

use cuicha::aggregate::calls::CallBook;
use cuicha::model::calllog::{Direction, LogRow};
use cuicha::model::transcript::CalleeRole;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::frequency::{QUIET, book, count, past, profile_of, rule};

const BASE: i64 = 1_772_000_000;

fn row(n: usize, second: i64, role: u8, number: u8, connected: Option<bool>) -> LogRow {
    LogRow {
        call_id: Some(format!("c{n:03}")),
        borrower_id: Some("L1".to_owned()),
        agency: None,
        collector_id: None,
        caller_number: Some(format!("9{number}")),
        callee_number: Some(format!("0{number}")),
        callee_role: [CalleeRole::Borrower, CalleeRole::Contact][usize::from(role % 2)],
        start: jiff::Timestamp::from_second(BASE + second).unwrap(),
        duration_s: None,
        ring_s: None,
        connected,
        invalid_number: false,
        direction: Direction::Outbound,
        recording: None,
        agreed: None,
        file: "log.csv".to_owned(),
        line: n + 2,
    }
}

fn second(row: &LogRow) -> i64 {
    row.start.as_second() - BASE
}

fn id(row: &LogRow) -> String {
    row.call_id.clone().unwrap()
}

/// Calls of all findings.
fn all(book: &CallBook, rules: &str) -> BTreeSet<String> {
    count(book, &profile_of(rules)).findings.into_iter().flat_map(|f| f.calls.to_vec()).collect()
}

fn zone() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["Asia/Shanghai", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn different_values_equal_the_definition(
        calls in prop::collection::vec((0i64..300, 0u8..5), 0..30),
        length in 1i64..100,
        max in 0u64..4,
    ) {
        let rows: Vec<LogRow> = calls.iter().enumerate().map(|(n, (s, v))| row(n, *s, 0, *v, None)).collect();
        let text = rule("attempts", "\"borrower\"", &format!("{length}s"), max) + "distinct = \"caller_number\"\n";
        let inside = |t: i64| rows.iter().filter(move |r| (t..t + length).contains(&second(r)));
        let many = |t: i64| inside(t).map(|r| &r.caller_number).collect::<BTreeSet<_>>().len() as u64;
        let wanted: BTreeSet<String> =
            rows.iter().filter(|r| many(second(r)) > max).flat_map(|r| inside(second(r)).map(id)).collect();
        let counting = count(&book(&rows), &profile_of(&text));
        let found: BTreeSet<String> = counting.findings.iter().flat_map(|f| f.calls.to_vec()).collect();
        prop_assert_eq!(found, wanted);
        let most = rows.iter().map(|r| many(second(r))).max().unwrap_or(0);
        prop_assert_eq!(counting.borrowers.get("L1").map_or(0, |b| b.rules["frequency/r"].count), most);
    }

    #[test]
    fn days_and_hours_are_those_of_the_zone(
        calls in prop::collection::vec(0i64..2_600_000, 1..30),
        name in zone(),
        days in 1i64..4,
        max in 0u64..4,
    ) {
        let zone = TimeZone::get(name).unwrap();
        let rows: Vec<LogRow> = calls.iter().enumerate().map(|(n, s)| row(n, *s, 0, 0, None)).collect();
        let head = format!("timezone = \"{name}\"\n");
        let local = |r: &LogRow| zone.to_datetime(r.start);
        let night: BTreeSet<String> =
            rows.iter().filter(|r| !(8..22).contains(&local(r).hour())).map(id).collect();
        prop_assert_eq!(all(&book(&rows), &format!("{head}{QUIET}")), night);
        let text = head + &rule("attempts", "\"borrower\"", &format!("{days}-calendar-days"), max);
        let inside = |first: &LogRow| {
            let from = local(first).date();
            let to = from.checked_add(jiff::Span::new().days(days)).unwrap();
            rows.iter().filter(|r| from <= local(r).date() && local(r).date() < to).map(id).collect::<Vec<_>>()
        };
        let wanted: BTreeSet<String> =
            rows.iter().map(inside).filter(|calls| calls.len() as u64 > max).flatten().collect();
        prop_assert_eq!(all(&book(&rows), &text), wanted);
    }

    #[test]
    fn calls_behind_an_event_equal_the_definition(
        calls in prop::collection::vec((0i64..200, any::<bool>()), 0..20),
        length in 1i64..60,
    ) {
        let rows: Vec<LogRow> =
            calls.iter().enumerate().map(|(n, (s, c))| row(n, *s, 0, 0, Some(*c))).collect();
        let text = rule("attempts", "\"borrower\"", &format!("{length}s"), 0) + "after = \"connected\"\n";
        let follows = |r: &&LogRow| {
            let last = rows.iter().filter(|e| e.connected == Some(true) && second(e) < second(r)).map(second).max();
            last.is_some_and(|last| second(r) < last + length)
        };
        let wanted: BTreeSet<String> = rows.iter().filter(follows).map(id).collect();
        prop_assert_eq!(all(&book(&rows), &text), wanted);
    }

    #[test]
    fn contacts_called_too_early_equal_the_definition(
        calls in prop::collection::vec((0i64..100_000, 0u8..3, any::<bool>()), 0..25),
        failed in 1u64..4,
    ) {
        let rows: Vec<LogRow> =
            calls.iter().enumerate().map(|(n, (s, r, c))| row(n, *s, r / 2, 0, Some(*c))).collect();
        let text = format!("[[rule]]\nid = \"r\"\ncontact_after_failed = {failed}\n");
        let early = |r: &&LogRow| {
            if r.callee_role != CalleeRole::Contact {
                return false;
            }
            let before = rows.iter().filter(|b| b.callee_role == CalleeRole::Borrower && second(b) < second(r));
            let answered = before.clone().filter(|b| b.connected == Some(true)).map(second).max();
            let run = before.filter(|b| b.connected == Some(false) && answered.is_none_or(|a| second(b) > a));
            (run.count() as u64) < failed
        };
        let wanted: BTreeSet<String> = rows.iter().filter(early).map(id).collect();
        prop_assert_eq!(all(&book(&rows), &text), wanted);
    }

    #[test]
    fn calls_of_earlier_runs_count_and_make_no_finding_alone(
        calls in prop::collection::vec((0i64..400, any::<bool>()), 0..30),
        cut in 0i64..400,
        max in 0u64..4,
    ) {
        let rows: Vec<LogRow> =
            calls.iter().enumerate().map(|(n, (s, c))| row(n, *s, 0, 0, Some(*c))).collect();
        let profile = profile_of(&rule("connected", "\"borrower\"", "60s", max));
        let whole = count(&book(&rows), &profile);
        let mut parts = CallBook::default();
        rows.iter().filter(|r| second(r) < cut).for_each(|r| parts.add_past(&past(r)));
        let mut today = parts.intake();
        rows.iter().filter(|r| second(r) >= cut).for_each(|r| today.add(&r.line()));
        drop(today);
        prop_assert_eq!(parts.in_log(), rows.iter().filter(|r| second(r) >= cut).count() as u64);
        let split = count(&parts, &profile);
        let old: BTreeMap<String, bool> = rows.iter().map(|r| (id(r), second(r) < cut)).collect();
        let reaches = |calls: &[String]| calls.iter().any(|c| !old[c]);
        let wanted: Vec<(Vec<String>, String)> = whole
            .findings
            .iter()
            .filter(|f| reaches(&f.calls.to_vec()))
            .map(|f| (f.calls.to_vec(), f.fingerprint.clone()))
            .collect();
        let found: Vec<(Vec<String>, String)> =
            split.findings.iter().map(|f| (f.calls.to_vec(), f.fingerprint.clone())).collect();
        prop_assert_eq!(found, wanted);
        for f in &split.findings {
            let known: Vec<String> = f.calls.iter().filter(|c| old[*c]).map(str::to_owned).collect();
            prop_assert_eq!(f.earlier.to_vec(), known);
        }
    }
}

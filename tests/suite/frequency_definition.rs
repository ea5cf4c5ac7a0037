//! Windows and days against their definition; order and doubles change nothing.

use std::collections::{BTreeMap, BTreeSet};

use cuicha::model::calllog::{Direction, LogRow};
use cuicha::model::transcript::{Call, CalleeRole};
use jiff::tz::TimeZone;
use proptest::prelude::*;

use crate::frequency::{QUIET, book, call, count, profile_of, rule};

/// The definition, word for word: every window that begins with a call; those over the limit that share a call are one.
fn by_definition(times: &[(i64, String)], length: i64, max: u64) -> Vec<(BTreeSet<String>, u64)> {
    let window = |t: i64| times.iter().filter(move |(u, _)| t <= *u && *u < t + length);
    let mut found: Vec<(BTreeSet<String>, u64)> = Vec::new();
    for (t, _) in times {
        let mut calls: BTreeSet<String> = window(*t).map(|(_, id)| id.clone()).collect();
        let mut most = calls.len() as u64;
        if most <= max {
            continue;
        }
        let (shared, apart): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|(other, _)| !other.is_disjoint(&calls));
        for (other, n) in shared {
            calls.extend(other);
            most = most.max(n);
        }
        found = apart;
        found.push((calls, most));
    }
    found.sort();
    found
}

fn row(n: usize, second: i64, borrower: u8, collector: u8) -> LogRow {
    LogRow {
        call_id: Some(format!("c{n:03}")),
        borrower_id: Some(format!("L{borrower}")),
        agency: None,
        collector_id: Some(format!("Q{collector}")),
        caller_number: None,
        callee_number: Some(format!("000{}", borrower % 2)),
        callee_role: [CalleeRole::Borrower, CalleeRole::Contact, CalleeRole::Unknown]
            [usize::from(collector) % 3],
        start: jiff::Timestamp::from_second(1_780_000_000 + second).unwrap(),
        duration_s: Some(second.unsigned_abs() % 7),
        ring_s: None,
        connected: [Some(true), Some(false), None][n % 3],
        invalid_number: false,
        direction: Direction::Outbound,
        recording: None,
        agreed: None,
        file: format!("log{}.csv", n % 2),
        line: n + 2,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_equal_the_definition(
        calls in prop::collection::vec((0i64..400, 0u8..3), 0..40),
        length in 1i64..120,
        max in 0u64..5,
    ) {
        let rows: Vec<LogRow> = calls.iter().enumerate().map(|(n, (s, q))| row(n, *s, 1, *q)).collect();
        let counting = count(&book(&rows), &profile_of(&rule("attempts", "\"borrower\"", &format!("{length}s"), max)));
        let mut found: Vec<(BTreeSet<String>, u64)> =
            counting.findings.iter().map(|f| (f.calls.iter().map(str::to_owned).collect(), f.count)).collect();
        found.sort();
        let times: Vec<(i64, String)> = rows.iter().map(|r| (r.start.as_second(), r.call_id.clone().unwrap())).collect();
        prop_assert_eq!(found, by_definition(&times, length, max));
        for collector in 0u8..3 {
            let own = Some(format!("Q{collector}"));
            let most = rows.iter().filter_map(|first| {
                let t = first.start.as_second();
                let inside: Vec<_> = rows.iter().filter(|r| (t..t + length).contains(&r.start.as_second())).collect();
                inside.iter().any(|r| r.collector_id == own).then_some(inside.len() as u64)
            }).max();
            let stands = counting.collectors.get(&format!("Q{collector}")).map(|c| c.rules["frequency/r"].count);
            prop_assert_eq!(stands, most);
        }
    }

    #[test]
    fn days_equal_the_definition(calls in prop::collection::vec((0i64..400_000, 0u8..3), 1..40), max in 0u64..4) {
        let rows: Vec<LogRow> = calls.iter().enumerate().map(|(n, (s, b))| row(n, *s, *b, 0)).collect();
        let counting = count(&book(&rows), &profile_of(&rule("attempts", "\"borrower\"", "calendar-day", max)));
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let mut days: BTreeMap<(String, jiff::civil::Date), u64> = BTreeMap::new();
        for r in &rows {
            *days.entry((r.borrower_id.clone().unwrap(), zone.to_datetime(r.start).date())).or_default() += 1;
        }
        let mut wanted: Vec<(String, u64)> = days.into_iter().filter(|(_, n)| *n > max).map(|((b, _), n)| (b, n)).collect();
        let mut found: Vec<(String, u64)> = counting.findings.iter().map(|f| (f.borrower_id.clone().unwrap(), f.count)).collect();
        wanted.sort();
        found.sort();
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn order_changes_nothing_and_doubles_count_once(
        calls in prop::collection::vec((0i64..200_000, 0u8..3, 0u8..4, 0u8..8), 1..30),
        shuffled in any::<prop::sample::Index>(),
        seed in any::<u64>(),
    ) {
        let mut rows: Vec<LogRow> = calls.iter().enumerate().map(|(n, (s, b, q, _))| row(n, *s, *b, *q)).collect();
        for (r, (_, _, _, odd)) in rows.iter_mut().zip(&calls) {
            match odd {
                0 => r.call_id = None,
                1 => r.call_id = Some("c000".to_owned()),
                2 => r.borrower_id = None,
                3 => r.callee_number = None,
                _ => {}
            }
        }
        let said: Vec<Call> = (0..4).map(|n| call(&format!("c{n:03}"), "L1", "2026-05-29T00:00:00Z")).collect();
        let profile = profile_of(&format!(
            "{QUIET}{}{}",
            rule("attempts", "\"borrower\"", "2h", 1),
            rule("connected", "\"callee_number\"", "calendar-day", 1).replace("\"r\"", "\"s\"")
        ));
        let outcome = |rows: &[LogRow], said: &[Call]| {
            let mut book = book(rows);
            said.iter().for_each(|c| book.add_call(c));
            (format!("{:?}", count(&book, &profile)), book.notices(), book.without_transcript(99))
        };
        let plain = outcome(&rows, &said);
        let mut other = rows.clone();
        let mut state = seed | 1;
        for i in (1..other.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            other.swap(i, usize::try_from(state >> 33).unwrap() % (i + 1));
        }
        other.push(other[shuffled.index(other.len())].clone());
        let backwards: Vec<Call> = said.iter().rev().cloned().collect();
        prop_assert_eq!(plain, outcome(&other, &backwards));
    }
}

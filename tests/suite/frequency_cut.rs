//! The calls of one borrower may be cut into pieces anywhere: rules of every kind find the same as without a cut.

use cuicha::aggregate::calls::{CallBook, Said};
use cuicha::aggregate::frequency::{self, Cut};
use cuicha::aggregate::records::Spill;
use cuicha::lexicon::profile;
use cuicha::model::calllog::{Direction, LogRow};
use cuicha::model::profile::Profile;
use cuicha::model::transcript::CalleeRole;
use proptest::prelude::*;

use crate::frequency::{call, past, profile_of};

const BASE: i64 = 1_772_000_000;

/// A rule of every kind, over keys of every kind.
const RULES: &str = r#"
[[rule]]
id = "hours"
hours = { from = "22:00:00", to = "08:00:00", overrun = "review" }
[[rule]]
id = "rolling"
counts = "attempts"
key = ["borrower"]
window = "2h"
max = 2
[[rule]]
id = "days"
counts = "connected"
key = ["borrower"]
window = "calendar-day"
max = 1
[[rule]]
id = "number"
counts = "unanswered"
key = ["borrower", "callee_number"]
window = "3h"
max = 1
[[rule]]
id = "ring"
counts = "unanswered"
ring_max_seconds = 6
key = ["callee_number"]
window = "1d"
max = 0
[[rule]]
id = "agent"
counts = "effective"
key = ["collector"]
window = "5h"
max = 1
[[rule]]
id = "numbers"
counts = "attempts"
distinct = "caller_number"
key = ["borrower"]
window = "4h"
max = 1
[[rule]]
id = "contacts"
counts = "attempts"
distinct = "contact"
key = ["agency", "collector"]
window = "1d"
max = 1
[[rule]]
id = "first"
contact_after_failed = 2
[[rule]]
id = "recording"
requires = "recording"
[[rule]]
id = "talked"
after = "connected"
counts = "attempts"
key = ["borrower"]
window = "3h"
max = 1
[[rule]]
id = "refused"
after = "refusal"
counts = "attempts"
key = ["borrower", "callee_number"]
window = "forever"
max = 0
"#;

/// Second, borrower, role, number, collector, how answered, what is odd.
type Drawn = (i64, u8, u8, u8, u8, u8, u8);

fn row(n: usize, drawn: &Drawn) -> LogRow {
    let (second, borrower, role, number, collector, answer, odd) = *drawn;
    let connected = [Some(true), Some(false), None][usize::from(answer % 3)];
    LogRow {
        call_id: (odd != 1).then(|| format!("c{n:03}")),
        borrower_id: (odd != 2).then(|| format!("L{}", borrower / 3)),
        agency: Some(format!("A{}", collector % 2)),
        collector_id: (odd != 3).then(|| format!("Q{collector}")),
        caller_number: (odd != 4).then(|| format!("9{}", number % 3)),
        callee_number: (odd != 5).then(|| format!("0{number}")),
        callee_role: [CalleeRole::Borrower, CalleeRole::Contact, CalleeRole::Unknown][usize::from(role % 3)],
        start: jiff::Timestamp::from_second(BASE + second).unwrap(),
        duration_s: (connected == Some(true)).then_some(second.unsigned_abs() % 900),
        ring_s: (connected == Some(false)).then_some(u64::from(answer)),
        connected,
        invalid_number: odd == 6,
        direction: if odd == 7 { Direction::Inbound } else { Direction::Outbound },
        recording: (odd != 8).then(|| if answer > 5 { "r.wav".to_owned() } else { String::new() }),
        agreed: None,
        file: "log.csv".to_owned(),
        line: n + 2,
    }
}

/// Some rows belong to an earlier run, some calls have a transcript in which somebody refused, some have no start.
fn book_of(calls: &[Drawn]) -> CallBook {
    book_in(calls, usize::MAX)
}

/// The same with what is known of calls in files from so many bytes on.
fn book_in(calls: &[Drawn], beyond: usize) -> CallBook {
    let rows: Vec<LogRow> = calls.iter().enumerate().map(|(n, drawn)| row(n, drawn)).collect();
    let mut book = CallBook::default();
    book.spill(Spill { beyond, folder: std::env::temp_dir() });
    book.note_log();
    for (n, row) in rows.iter().enumerate() {
        match calls[n].6 {
            9 => book.add_past(&past(row)),
            10 | 11 => {
                let mut said = call(&format!("c{n:03}"), "L0", "2026-03-01T00:00:00Z");
                said.start = (calls[n].6 == 10).then_some(row.start);
                said.callee_number.clone_from(&row.callee_number);
                book.add_judged(&said, Said { refused: n % 2 == 0, ..Said::default() });
            }
            _ => book.add_row(&row.line()),
        }
    }
    book
}

fn same(calls: &[Drawn], profile: &Profile, cut: Cut) -> Result<usize, TestCaseError> {
    let book = book_of(calls);
    let whole = frequency::count(&book, profile, Cut::default());
    prop_assert_eq!(&frequency::count(&book, profile, cut), &whole);
    Ok(whole.findings.len())
}

fn drawn() -> impl Strategy<Value = Drawn> {
    (0i64..300_000, 0u8..6, 0u8..3, 0u8..5, 0u8..4, 0u8..9, 0u8..24)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_is_found_wherever_calls_are_cut(
        mut calls in prop::collection::vec(drawn(), 0..80),
        close in 1i64..100,
        many in 0usize..12,
        piece in 1usize..9,
    ) {
        // Also calls that lie close, and in the same second.
        calls.iter_mut().for_each(|call| call.0 /= close);
        same(&calls, &profile_of(RULES), Cut { many, piece })?;
    }

    #[test]
    fn every_built_in_profile_finds_the_same(
        calls in prop::collection::vec(drawn(), 40..80),
        piece in 1usize..30,
        close in 1i64..30,
    ) {
        let calls: Vec<Drawn> = calls.into_iter().map(|mut c| { c.0 /= close; c }).collect();
        for name in profile::builtin() {
            let profile = profile::load(name).unwrap();
            same(&calls, &profile, Cut { many: 3, piece })?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_is_found_in_files(
        mut calls in prop::collection::vec(drawn(), 0..400),
        beyond in 0usize..4_000,
        close in 1i64..100,
        many in 0usize..50,
        piece in 1usize..50,
    ) {
        calls.iter_mut().for_each(|call| call.0 /= close);
        // Most are calls that go into files.
        calls.iter_mut().for_each(|call| if call.6 > 11 { call.6 = 9 + call.6 % 3 });
        let (book, mut spilled, profile) = (book_of(&calls), book_in(&calls, beyond), profile_of(RULES));
        let cut = Cut { many, piece };
        prop_assert_eq!(frequency::count(&spilled, &profile, cut), frequency::count(&book, &profile, cut));
        prop_assert!(spilled.of_this_run().eq(book.of_this_run()));
        prop_assert_eq!(spilled.wanted(), book.wanted());
        prop_assert_eq!(spilled.notices(), book.notices());
        prop_assert_eq!(spilled.without_transcript(9), book.without_transcript(9));
        prop_assert!(spilled.fault().is_none());
    }
}

#[test]
fn the_rules_of_this_test_all_find_something() {
    let calls: Vec<Drawn> = (0..400u32)
        .map(|n| {
            let of = |m: u32| (n.wrapping_mul(2_654_435_761) >> 9) as u8 % m as u8;
            (i64::from(n) * 700, of(6), of(3), of(5), of(4), of(9), of(24))
        })
        .collect();
    let profile = profile_of(RULES);
    let counting = frequency::count(&book_of(&calls), &profile, Cut { many: 10, piece: 7 });
    for rule in &profile.rules {
        let id = format!("frequency/{}", rule.id);
        assert!(counting.findings.iter().any(|f| f.rule == id), "{id}: {:?}", counting.not_checked);
    }
}

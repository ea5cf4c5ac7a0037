//! Counting calls: windows, days, hours, identity of calls, what is not checked.

use std::collections::BTreeMap;

use cuicha::aggregate::calls::CallBook;
use cuicha::aggregate::frequency::{self, Counting, Cut};
use cuicha::decode::call_log::{Context, decode_call_log};
use cuicha::lexicon::profile;
use cuicha::model::calllog::LogRow;
use cuicha::model::finding::Verdict;
use cuicha::model::past::{Marks, PastCall};
use cuicha::model::profile::Profile;
use cuicha::model::transcript::{Call, CalleeRole, Speaker, Utterance};
use jiff::tz::TimeZone;

pub fn profile_of(rules: &str) -> Profile {
    profile::parse("test", "test.toml", rules).unwrap_or_else(|e| panic!("{e}"))
}

/// Counts; and wherever the calls of one borrower are cut, the same has to come out.
pub fn count(book: &CallBook, profile: &Profile) -> Counting {
    let whole = frequency::count(book, profile, Cut::default());
    for (many, piece) in [(0, 1), (0, 3), (2, 2), (5, 4)] {
        let cut = frequency::count(book, profile, Cut { many, piece });
        assert_eq!(cut, whole, "cut above {many} calls into pieces of {piece}");
    }
    whole
}

pub fn log(rows: &str) -> Vec<LogRow> {
    let tz = TimeZone::get("Asia/Shanghai").unwrap();
    let log = decode_call_log("log.csv", rows, Context { zone: &tz, now: None });
    assert!(log.notices.iter().all(|n| !n.lost), "{:?}", log.notices);
    log.rows
}

pub fn book(rows: &[LogRow]) -> CallBook {
    let mut book = CallBook::default();
    book.add_log(rows);
    book
}

pub fn counted(rows: &str, rules: &str) -> Counting {
    count(&book(&log(rows)), &profile_of(rules))
}

pub fn call(id: &str, borrower: &str, start: &str) -> Call {
    Call {
        call_id: id.to_owned(),
        borrower_id: Some(borrower.to_owned()),
        callee_role: CalleeRole::Borrower,
        start: Some(start.parse().unwrap()),
        turns: vec![Utterance {
            start_ms: Some(0),
            end_ms: Some(1_500),
            ..Utterance::said(Speaker::Collector, "您好")
        }],
        file: format!("{id}.jsonl"),
        line: 1,
        ..Call::default()
    }
}

/// The row as an earlier run kept it.
pub fn past(row: &LogRow) -> PastCall<'_> {
    PastCall {
        call_id: row.call_id.as_deref().map(Into::into),
        made_up_id: false,
        borrower_id: row.borrower_id.as_deref(),
        agency: None,
        collector_id: None,
        caller_number: row.caller_number.as_deref(),
        callee_number: row.callee_number.as_deref(),
        callee_role: row.callee_role,
        start: row.start.as_second(),
        talk_s: None,
        ring_s: None,
        connected: row.connected,
        agreed: None,
        marks: Marks { in_log: true, ..Marks::default() },
    }
}

pub const QUIET: &str = "[[rule]]\nid = \"quiet\"\nhours = { from = \"22:00:00\", to = \"08:00:00\" }\n";

pub fn rule(counts: &str, key: &str, window: &str, max: u64) -> String {
    format!(
        "[[rule]]\nid = \"r\"\ncounts = \"{counts}\"\nkey = [{key}]\nwindow = \"{window}\"\nmax = {max}\n"
    )
}

#[test]
fn hours_are_half_open_and_cross_midnight() {
    let rows = "call_id,borrower_id,start\n\
        a,L1,2026-08-06 21:59:59\nb,L1,2026-08-06 22:00:00\nc,L1,2026-08-07 00:00:00\n\
        d,L1,2026-08-07 07:59:59\ne,L1,2026-08-07 08:00:00\nf,L1,2026-08-06T14:00:00Z\n";
    let counting = counted(rows, QUIET);
    let ids: Vec<&str> = counting.findings.iter().map(|f| f.calls.iter().next().unwrap()).collect();
    assert_eq!(ids, ["b", "f", "c", "d"]);
    assert!(counting.findings.iter().all(|f| f.count == 1 && f.limit == 0 && f.from == f.to));
    assert_eq!(counting.findings[1].from, "2026-08-06T22:00:00+08:00");
    let stands = &counting.borrowers["L1"].rules["frequency/quiet"];
    assert_eq!((stands.count, stands.limit, stands.verdict), (4, 0, Verdict::Violation));
}

#[test]
fn hours_within_one_day_do_not_cross_midnight() {
    let rule = "[[rule]]\nid = \"noon\"\nhours = { from = \"12:00\", to = \"14:00\" }\n";
    let rows = "call_id,borrower_id,start\na,L1,2026-08-06 11:59:59\nb,L1,2026-08-06 12:00:00\n\
        c,L1,2026-08-06 13:59:59\nd,L1,2026-08-06 14:00:00\n";
    let ids: Vec<String> = counted(rows, rule).findings.into_iter().flat_map(|f| f.calls.to_vec()).collect();
    assert_eq!(ids, ["b", "c"]);
}

#[test]
fn a_zone_with_summer_time_is_followed() {
    let rule = format!("timezone = \"America/New_York\"\n{}", QUIET.replace("22", "21"));
    // 2026-03-08 is the day on which the clocks go forward.
    let rows = "call_id,borrower_id,start\nwinter,L1,2026-03-08T01:59:59Z\nwinter-in,L1,2026-03-08T02:00:00Z\n\
        summer,L1,2026-03-09T00:59:59Z\nsummer-in,L1,2026-03-09T01:00:00Z\n";
    let ids: Vec<String> = counted(rows, &rule).findings.into_iter().flat_map(|f| f.calls.to_vec()).collect();
    assert_eq!(ids, ["winter-in", "summer-in"]);
}

#[test]
fn rolling_windows_are_half_open_to_the_second() {
    for (second, expected) in [("2026-08-08T00:00:00Z", 0), ("2026-08-07T23:59:59Z", 1)] {
        let rows = format!("call_id,borrower_id,start\na,L1,2026-08-01T08:00:00+08:00\nb,L1,{second}\n");
        assert_eq!(
            counted(&rows, &rule("attempts", "\"borrower\"", "7d", 1)).findings.len(),
            expected,
            "{second}"
        );
    }
}

#[test]
fn a_day_is_one_of_the_profile_zone() {
    let rows = "call_id,borrower_id,start\na,L1,2026-08-06T15:59:59Z\nb,L1,2026-08-06T16:00:00Z\n\
        c,L1,2026-08-07 23:59:59\nd,L1,2026-08-08 00:00:00\n";
    let counting = counted(rows, &rule("attempts", "\"borrower\"", "calendar-day", 1));
    assert_eq!(counting.findings.len(), 1);
    let f = &counting.findings[0];
    assert_eq!((f.calls.to_vec().join(" "), f.count, f.limit), ("b c".to_owned(), 2, 1));
    assert_eq!((f.from.as_str(), f.to.as_str()), ("2026-08-07T00:00:00+08:00", "2026-08-07T23:59:59+08:00"));
}

#[test]
fn what_counts_as_what() {
    let rows = "call_id,borrower_id,callee_role,start,duration_s,connected\n\
        a,L1,borrower,2026-08-06 09:00,30,true\nb,L1,borrower,2026-08-06 09:10,5,true\n\
        c,L1,contact,2026-08-06 09:20,90,true\nd,L1,borrower,2026-08-06 09:30,0,false\n\
        e,L1,unknown,2026-08-06 09:40,60,true\n";
    let number = |counts: &str, head: &str, callees: &str| {
        let rule = format!("{head}{}{callees}", rule(counts, "\"borrower\"", "1d", 0));
        counted(rows, &rule).borrowers["L1"].rules["frequency/r"].count
    };
    assert_eq!(number("attempts", "", ""), 5);
    assert_eq!(number("connected", "", ""), 4);
    assert_eq!(number("unanswered", "", ""), 1);
    assert_eq!(number("effective", "", ""), 2);
    assert_eq!(number("effective", "effective_min_seconds = 5\n", ""), 1);
    assert_eq!(number("effective", "effective_min_seconds = 30\n", ""), 0);
    assert_eq!(number("attempts", "", "callees = [\"contact\", \"unknown\"]\n"), 2);
}

#[test]
fn a_call_that_may_count_is_neither_counted_nor_passed() {
    let rows = "call_id,borrower_id,callee_role,start,duration_s,connected\n\
        a,L1,borrower,2026-08-06 09:00,30,true\nb,L1,,2026-08-06 09:10,30,true\n\
        c,L2,borrower,2026-08-06 09:00,30,true\nd,L2,,2026-08-07 09:10,30,true\n";
    let counting = counted(rows, &rule("effective", "\"borrower\"", "calendar-day", 1));
    assert!(counting.findings.is_empty());
    let stands = |id: &str| counting.borrowers[id].rules["frequency/r"].clone();
    assert_eq!((stands("L1").count, stands("L1").verdict), (1, Verdict::NotChecked));
    assert_eq!((stands("L2").count, stands("L2").verdict), (1, Verdict::Pass));
    let over = counted(rows, &rule("effective", "\"borrower\"", "calendar-day", 0));
    assert_eq!(over.borrowers["L1"].rules["frequency/r"].verdict, Verdict::Violation);
}

#[test]
fn unknown_answers_are_attempts_only_and_are_told() {
    let rows =
        log("call_id,borrower_id,start,connected\na,L1,2026-08-06 09:00,\nb,L1,2026-08-06 09:01,true\n");
    let book = book(&rows);
    let stands = |counts: &str| {
        count(&book, &profile_of(&rule(counts, "\"borrower\"", "1h", 1))).borrowers["L1"].rules["frequency/r"]
            .clone()
    };
    assert_eq!((stands("attempts").count, stands("attempts").verdict), (2, Verdict::Violation));
    assert_eq!((stands("connected").count, stands("connected").verdict), (1, Verdict::NotChecked));
    assert_eq!((stands("unanswered").count, stands("unanswered").verdict), (0, Verdict::Pass));
    assert!(book.notices().iter().any(|n| n.message.starts_with("1 of 2 calls do not tell whether")));
}

#[test]
fn overlapping_windows_are_one_finding() {
    let rows = "call_id,borrower_id,start\na,L1,2026-08-06 09:00\nb,L1,2026-08-06 09:30\nc,L1,2026-08-06 09:59\n\
        d,L1,2026-08-06 10:20\ne,L1,2026-08-06 12:00\nf,L1,2026-08-06 15:00\ng,L1,2026-08-06 15:01\n\
        h,L1,2026-08-06 15:02\ni,L1,2026-08-06 15:03\n";
    let counting = counted(rows, &rule("attempts", "\"borrower\"", "1h", 2));
    let found: Vec<(String, u64)> =
        counting.findings.iter().map(|f| (f.calls.to_vec().concat(), f.count)).collect();
    assert_eq!(found, [("abcd".to_owned(), 3), ("fghi".to_owned(), 4)]);
}

#[test]
fn a_key_may_have_several_parts() {
    let rows = "call_id,borrower_id,callee_number,start\na,L1,000-1,2026-08-06 09:00\nb,L1,000-2,2026-08-06 09:01\n\
        c,L1,000-1,2026-08-06 09:02\nd,L2,000-1,2026-08-06 09:03\ne,L1,,2026-08-06 09:04\n";
    let counting = counted(rows, &rule("attempts", "\"borrower\", \"callee_number\"", "calendar-day", 1));
    assert_eq!(counting.findings.len(), 1);
    let f = &counting.findings[0];
    assert_eq!((f.calls.to_vec().concat(), f.borrower_id.as_deref()), ("ac".to_owned(), Some("L1")));
    assert_eq!(f.key, BTreeMap::from([("callee_number", "000-1".to_owned())]));
    assert_eq!(counting.borrowers["L1"].calls, 4);
    assert_eq!(counting.borrowers["L2"].rules["frequency/r"].verdict, Verdict::Pass);
}

#[test]
fn the_same_call_counts_once() {
    let header = "call_id,borrower_id,callee_number,collector_id,start,connected\n";
    let rows = format!(
        "{header}a,L1,000-1,Q1,2026-08-06 09:00,true\na,L1,000-1,Q1,2026-08-06T01:00:00Z,true\n\
         ,L1,000-1,,2026-08-06 09:00,true\n,L1,000-2,,2026-08-06 09:05,true\n,L1,000-2,,2026-08-06 09:05,true\n"
    );
    let mut book = book(&log(&rows));
    let mut same = call("a", "L1", "2026-08-06T01:00:00Z");
    same.borrower_id = None;
    same.callee_role = CalleeRole::Unknown;
    book.add_call(&same);
    assert_eq!((book.len(), book.in_log(), book.with_transcript()), (2, 2, 1));
    assert_eq!(book.without_transcript(9), (1, vec!["L1@2026-08-06T01:05:00Z#00-2".to_owned()]));
    assert!(book.notices().iter().all(|n| n.file.is_empty()), "{:?}", book.notices());
    let counting = count(&book, &profile_of(&rule("connected", "\"borrower\"", "1h", 1)));
    assert_eq!(counting.findings[0].calls, ["a", "L1@2026-08-06T01:05:00Z#00-2"]);
    assert_eq!(counting.collectors["Q1"].calls, 1);
}

#[test]
fn contradictions_are_told() {
    let mut book = book(&log(
        "call_id,borrower_id,start,connected\na,L1,2026-08-06 09:00,true\na,L2,2026-08-06 09:01,true\n",
    ));
    book.add_call(&call("a", "L1", "2026-08-06T01:00:00Z"));
    let notices: Vec<String> =
        book.notices().iter().filter(|n| !n.file.is_empty()).map(|n| n.message.clone()).collect();
    assert_eq!(notices.len(), 1, "{notices:?}");
    assert!(notices[0].contains("start 2026-08-06T01:01:00Z and not 2026-08-06T01:00:00Z"), "{notices:?}");
    assert!(
        notices[0].contains("borrower `L2` and not `L1`") && notices[0].contains("as log.csv:2 does"),
        "{notices:?}"
    );
    assert_eq!(book.len(), 1);
}

#[test]
fn the_log_completes_a_transcript() {
    let rows = "call_id,borrower_id,collector_id,agency,callee_role,start,connected\nc1,L1,Q1,甲,contact,2026-08-06 09:00,true\n";
    let book = book(&log(rows));
    let mut bare = call("c1", "L1", "2026-08-06T01:00:00Z");
    (bare.made_up_id, bare.borrower_id, bare.start, bare.callee_role) =
        (true, None, None, CalleeRole::Unknown);
    book.complete(&mut bare);
    assert_eq!(bare.borrower_id.as_deref(), Some("L1"));
    assert_eq!((bare.collector_id.as_deref(), bare.agency.as_deref()), (Some("Q1"), Some("甲")));
    assert_eq!((bare.callee_role, bare.connected, bare.made_up_id), (CalleeRole::Contact, Some(true), false));
    assert_eq!(bare.start.unwrap().to_string(), "2026-08-06T01:00:00Z");
}

#[test]
fn made_up_ids_identify_nothing_by_themselves() {
    let mut book = CallBook::default();
    for (file, borrower) in [("x/1.txt", "L1"), ("y/1.txt", "L2"), ("z/1.txt", "L2")] {
        let mut made_up = call("1", borrower, "2026-08-06T01:00:00Z");
        (made_up.made_up_id, made_up.file) = (true, file.to_owned());
        book.add_call(&made_up);
    }
    assert_eq!(book.len(), 2);
}

#[test]
fn without_a_log_what_needs_one_is_not_checked() {
    let mut book = CallBook::default();
    for (id, start) in [("a", "2026-08-06T01:00:00Z"), ("b", "2026-08-06T01:01:00Z")] {
        book.add_call(&call(id, "L1", start));
    }
    let not_checked = |rule: &str| count(&book, &profile_of(rule)).not_checked.remove("frequency/r");
    assert!(not_checked(&rule("unanswered", "\"borrower\"", "1h", 1)).is_some());
    let needing = format!("{}needs = \"call-log\"\n", rule("attempts", "\"borrower\"", "1h", 1));
    assert_eq!(not_checked(&needing).as_deref(), Some("needs a call log: none was given"));
    assert_eq!(
        not_checked(&rule("attempts", "\"agency\"", "1h", 1)).as_deref(),
        Some("no call tells its agency")
    );
    let counting = count(&book, &profile_of(&rule("attempts", "\"borrower\"", "1h", 1)));
    assert_eq!(counting.findings[0].notes, ["at least 2: no call log"]);
    let lawful = count(&book, &profile_of(&rule("attempts", "\"borrower\"", "1h", 2)));
    assert_eq!(lawful.borrowers["L1"].rules["frequency/r"].verdict, Verdict::NotChecked);
    let answered = count(&book, &profile_of(&rule("effective", "\"borrower\"", "1h", 2)));
    let stands = &answered.borrowers["L1"].rules["frequency/r"];
    assert_eq!((stands.count, stands.limit, stands.verdict), (2, 2, Verdict::Pass));
}

#[test]
fn calls_without_start_or_borrower_are_told() {
    let mut book = CallBook::default();
    let mut timeless = call("a", "L1", "2026-08-06T01:00:00Z");
    timeless.start = None;
    let mut nobody = call("b", "L1", "2026-08-06T01:00:00Z");
    nobody.borrower_id = None;
    book.add_call(&timeless);
    book.add_call(&nobody);
    let messages: Vec<String> = book.notices().into_iter().map(|n| n.message).collect();
    assert!(
        messages.iter().any(|m| m.starts_with("1 of 2 calls do not tell when they began")),
        "{messages:?}"
    );
    assert!(messages.iter().any(|m| m.starts_with("1 of 2 calls have no borrower id")), "{messages:?}");
    let counting = count(&book, &profile_of(QUIET));
    assert_eq!(counting.borrowers["L1"].rules["frequency/quiet"].verdict, Verdict::NotChecked);
    assert_eq!(counting.findings.len(), 0);
    let none = count(&CallBook::default(), &profile_of(QUIET));
    assert_eq!(none.not_checked["frequency/quiet"], "no call was given");
}

#[test]
fn the_basis_is_the_one_of_the_day() {
    let rule = format!(
        "{QUIET}review = true\nbasis = [{{ id = \"old\", until = \"2025-12-31\" }}, {{ id = \"new\", from = \"2026-01-01\", until = \"2026-06-30\" }}]\n"
    );
    let rows = "call_id,borrower_id,start\na,L1,2025-12-31 23:59:59\nb,L1,2026-01-01 00:00:00\nc,L1,2026-07-01 23:00:00\n";
    let findings = counted(rows, &rule).findings;
    let basis: Vec<String> = findings.iter().map(|f| f.basis.join(" ")).collect();
    assert_eq!(basis, ["old", "new", ""]);
    assert_eq!(findings[2].notes, ["no clause of this rule was in force on that day"]);
    assert!(
        findings.iter().all(|f| f.verdict == Verdict::Review && f.score == 0.5 && f.fingerprint.len() == 16)
    );
}

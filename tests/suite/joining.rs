//! Transcripts and rows of the log that are one call; and what is said where not all calls are seen.

use cuicha::lexicon::profile;
use cuicha::model::finding::Verdict;
use cuicha::model::transcript::{Call, CalleeRole};

use crate::frequency::{book, call, count, log, profile_of, rule};

/// A transcript that knows nothing of itself but its file.
fn bare(file: &str) -> Call {
    let mut bare = call(file.split('.').next().unwrap(), "L1", "2026-08-06T01:00:00Z");
    (bare.made_up_id, bare.borrower_id, bare.start, bare.callee_role) =
        (true, None, None, CalleeRole::Unknown);
    bare.file = format!("in/{file}");
    bare
}

const LOG: &str = "call_id,borrower_id,callee_role,callee_number,start,connected,recording\n\
    c1,L1,contact,0001,2026-08-06 09:00,true,D:\\rec\\one.wav\n\
    c2,L1,borrower,0002,2026-08-06 10:00,true,two.mp3\n\
    c3,L1,borrower,0002,2026-08-06 10:01:30,false,\n\
    c4,L2,borrower,0003,2026-08-06 10:00,true,\nc5,L2,borrower,0003,2026-08-06 10:01,true,\n";

#[test]
fn the_name_of_the_recording_tells_the_call() {
    let book = book(&log(LOG));
    let mut one = bare("one.txt");
    assert_eq!(book.complete(&mut one), []);
    assert_eq!((one.call_id.as_str(), one.made_up_id, one.callee_role), ("c1", false, CalleeRole::Contact));
    assert_eq!(one.borrower_id.as_deref(), Some("L1"));
    let mut none = bare("three.txt");
    assert_eq!(book.complete(&mut none), []);
    assert!(none.made_up_id && none.borrower_id.is_none());
}

#[test]
fn borrower_and_start_tell_the_call_where_only_one_comes_into_question() {
    let book = book(&log(LOG));
    let mut near = bare("x.txt");
    (near.borrower_id, near.start) = (Some("L1".to_owned()), Some("2026-08-06T02:00:20Z".parse().unwrap()));
    let told = book.complete(&mut near);
    assert_eq!(near.call_id, "c2", "c3 is as near, but nobody answered it");
    assert_eq!(told.len(), 1);
    assert!(told[0].message.contains("taken for the call `c2` of the log") && !told[0].lost, "{told:?}");
    let mut either = bare("y.txt");
    (either.borrower_id, either.start) =
        (Some("L2".to_owned()), Some("2026-08-06T02:00:20Z".parse().unwrap()));
    assert_eq!(book.complete(&mut either), []);
    assert!(either.made_up_id, "c4 and c5 are both near");
    let mut late = bare("z.txt");
    (late.borrower_id, late.start) = (Some("L1".to_owned()), Some("2026-08-06T01:02:01Z".parse().unwrap()));
    book.complete(&mut late);
    assert!(late.made_up_id, "121 seconds are too many");
    let mut other = bare("w.txt");
    (other.borrower_id, other.start) = (Some("L1".to_owned()), Some("2026-08-06T02:00:20Z".parse().unwrap()));
    other.callee_number = Some("0009".to_owned());
    book.complete(&mut other);
    assert!(other.made_up_id, "another number was called");
}

#[test]
fn one_call_of_log_and_transcript_counts_once() {
    let mut book = book(&log(LOG));
    let mut two = bare("two.jsonl");
    book.complete(&mut two);
    book.add_call(&two);
    assert_eq!((book.len(), book.in_log(), book.with_transcript()), (5, 5, 1));
    assert_eq!(book.without_transcript(9).0, 3);
    let counting = count(&book, &profile_of(&rule("connected", "\"borrower\"", "1d", 9)));
    assert_eq!(counting.borrowers["L1"].rules["frequency/r"].count, 2);
}

#[test]
fn the_log_decides_on_the_callee_and_conflicts_are_told() {
    let mut book = book(&log(LOG));
    let mut said = call("c1", "L1", "2026-08-06T01:00:05Z");
    let told = book.complete(&mut said);
    assert_eq!(said.callee_role, CalleeRole::Contact);
    assert!(told[0].message.contains("says callee role borrower, the log says contact"), "{told:?}");
    book.add_call(&said);
    let mut apart = call("c2", "L9", "2026-08-06T02:02:01Z");
    apart.connected = Some(true);
    book.complete(&mut apart);
    book.add_call(&apart);
    let mut silent = call("c3", "L1", "2026-08-06T02:01:30Z");
    book.complete(&mut silent);
    book.add_call(&silent);
    let told: Vec<String> =
        book.notices().into_iter().filter(|n| !n.file.is_empty()).map(|n| n.message).collect();
    assert_eq!(told.len(), 1, "five seconds are the ringing; {told:?}");
    assert!(told[0].contains("start 2026-08-06T02:02:01Z and not 2026-08-06T02:00:00Z"), "{told:?}");
    assert!(told[0].contains("borrower `L9` and not `L1`"), "{told:?}");
}

#[test]
fn without_a_log_counts_are_the_least_there_may_be() {
    let mut book = cuicha::aggregate::calls::CallBook::default();
    for (id, minute) in [("a", 0), ("b", 10), ("c", 20), ("d", 30)] {
        book.add_call(&call(id, "L1", &format!("2026-08-06T01:{minute:02}:00Z")));
    }
    let counting = count(&book, &profile::load("strict").unwrap());
    let f = &counting.findings[0];
    assert_eq!((f.rule.as_str(), f.count, f.at_least), ("frequency/effective-per-debtor-day", 4, true));
    assert_eq!(f.notes, ["at least 4: no call log"]);
    assert!(counting.borrowers["L1"].rules["frequency/effective-per-debtor-day"].at_least);
    assert!(counting.not_checked.contains_key("frequency/unanswered-per-number-day"));
}

#[test]
fn a_limit_for_all_agencies_is_a_lower_bound_and_says_so() {
    let rows = "call_id,borrower_id,callee_role,start,connected\na,L1,borrower,2024-08-06 09:00,true\n\
        b,L1,borrower,2024-08-06 10:00,true\nc,L1,borrower,2024-08-06 11:00,true\nd,L1,borrower,2024-08-06 12:00,true\n\
        e,L2,borrower,2024-08-06 12:00,true\n";
    let counting = count(&book(&log(rows)), &profile::load("online-loan").unwrap());
    let f = counting.findings.iter().find(|f| f.rule == "frequency/connected-per-debtor-day").unwrap();
    assert_eq!((f.at_least, f.basis.concat()), (true, "NIFA24".to_owned()));
    assert!(f.notes.iter().any(|n| n == "at least 4: calls of other agencies are not seen"), "{:?}", f.notes);
    let lawful = &counting.borrowers["L2"].rules["frequency/connected-per-debtor-day"];
    assert_eq!((lawful.verdict, lawful.at_least), (Verdict::Pass, true));
}

#[test]
fn rates_have_the_interval_of_wilson() {
    use cuicha::aggregate::rates::rate;
    let r = rate(1, 10);
    assert_eq!((r.violating_calls, r.per_100, r.low, r.high), (1, 10.0, 1.79, 40.42));
    let (none, all) = (rate(0, 20), rate(20, 20));
    assert_eq!((none.low, none.high, all.low, all.high), (0.0, 16.11, 83.89, 100.0));
    assert_eq!((rate(0, 0).low, rate(0, 0).high), (0.0, 100.0));
}

#[test]
fn collectors_and_agencies_answer_for_calls_that_belong_to_a_violation() {
    let mut rows = String::from("call_id,borrower_id,agency,collector_id,callee_role,start,connected\n");
    for n in 0..8 {
        let (agency, who, borrower) = if n < 4 { ("甲", "Q1", "L1") } else { ("乙", "Q2", "L2") };
        rows += &format!(
            "c{n},{borrower},{agency},{who},borrower,2026-08-{:02} {:02}:00,true\n",
            6 + n / 6,
            9 + n
        );
    }
    rows += "c9,L2,乙,Q2,borrower,2026-08-09 23:00,true\n";
    let counting = count(&book(&log(&rows)), &profile::load("strict").unwrap());
    let bad = |id: &str| counting.collectors[id].rate.as_deref().unwrap().violating_calls;
    assert_eq!((bad("Q1"), bad("Q2")), (4, 1));
    let agencies: Vec<(&str, u64, f64)> =
        counting.agencies.iter().map(|a| (a.agency.as_str(), a.calls, a.rate.per_100)).collect();
    assert_eq!(agencies, [("甲", 4, 100.0), ("乙", 5, 20.0)]);
    let timeline = counting.borrowers["L2"].timeline.clone().unwrap();
    assert_eq!((timeline.attempts, timeline.connected, timeline.night), (5, 5, 1));
    assert_eq!(timeline.last.unwrap().to_string(), "2026-08-09T23:00:00+08:00");
}

#[test]
fn what_stands_twice_is_said_with_both_places() {
    let turns = |text: &str| format!("\"turns\":[{{\"speaker\":\"collector\",\"text\":\"{text}\"}}]}}\n");
    let (mild, grave) = (turns("您好"), turns("再不还就打断你的腿"));
    let one = format!(
        "{{\"call_id\":\"D1\",\"borrower_id\":\"B1\",\"collector_id\":\"801\",\"agency\":\"甲\",{mild}"
    );
    let other = format!(
        "{{\"call_id\":\"D1\",\"borrower_id\":\"B1\",\"collector_id\":\"802\",\"agency\":\"乙\",{grave}"
    );
    let again = format!("{{\"call_id\":\"D2\",\"borrower_id\":\"B1\",{grave}");
    let desk = crate::cli::Desk::new(&[("d.jsonl", [&one[..], &other, &again, &again].concat().as_bytes())]);
    let output = crate::cli::shown(&desk.run(&["scan", "d.jsonl", "--format", "jsonl"]));
    for line in [
        "call `D1`: says collector `802` and not `801`, agency `乙` and not `甲`, as d.jsonl:1 does",
        "call `D1`: what is said in it stands at d.jsonl:1 too; both are judged, the call counts once",
        "call `D2`: what is said in it stands at d.jsonl:3 too; both are judged, the call counts once",
    ] {
        assert!(output.contains(line), "{line}\n{output}");
    }
}

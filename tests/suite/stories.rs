//! What only a log can tell: rotation, bursts, fan-out, contacts called too early, calls behind an event, missing recordings.

use cuicha::aggregate::frequency::Counting;
use cuicha::lexicon::profile;
use cuicha::model::finding::{FrequencyFinding, Verdict};

use crate::frequency::{book, count, counted, log, past};

fn found(rows: &str, rules: &str) -> Vec<FrequencyFinding> {
    counted(rows, rules).findings
}

fn ids(findings: &[FrequencyFinding]) -> Vec<String> {
    findings.iter().map(|f| f.calls.to_vec().concat()).collect()
}

fn strict(rows: &str) -> Counting {
    count(&book(&log(rows)), &profile::load("strict").unwrap())
}

const NUMBERS: &str = "[[rule]]\nid = \"n\"\ncounts = \"attempts\"\ndistinct = \"caller_number\"\nkey = [\"borrower\"]\nwindow = \"calendar-day\"\nmax = 2\n";

#[test]
fn different_numbers_are_counted_and_not_calls() {
    let rows = "call_id,borrower_id,caller_number,start\n\
        a,L1,0001,2026-08-06 09:00\nb,L1,0002,2026-08-06 10:00\nc,L1,0001,2026-08-06 11:00\n\
        d,L1,0003,2026-08-06 23:00\ne,L1,0004,2026-08-07 00:00\nf,L2,0001,2026-08-06 09:00\n\
        g,L2,,2026-08-06 09:01\nh,L2,0002,2026-08-06 09:02\n";
    let counting = counted(rows, NUMBERS);
    assert_eq!(ids(&counting.findings), ["abcd"]);
    assert_eq!((counting.findings[0].count, counting.findings[0].limit), (3, 2));
    assert_eq!(counting.borrowers["L1"].rules["frequency/n"].count, 3);
    let other = &counting.borrowers["L2"].rules["frequency/n"];
    assert_eq!((other.count, other.verdict), (2, Verdict::NotChecked), "the number of g may be a third one");
}

#[test]
fn contacts_are_told_apart_by_number_in_a_rolling_window() {
    let rule = "[[rule]]\nid = \"f\"\ncounts = \"attempts\"\ndistinct = \"contact\"\ncallees = [\"contact\"]\nkey = [\"borrower\"]\nwindow = \"2h\"\nmax = 2\n";
    let rows = "call_id,borrower_id,callee_number,callee_role,start\n\
        a,L1,0001,contact,2026-08-06 09:00\nb,L1,0002,contact,2026-08-06 10:00\nx,L1,0009,borrower,2026-08-06 10:01\n\
        c,L1,0003,contact,2026-08-06 10:59:59\nd,L2,0001,contact,2026-08-06 09:00\n\
        e,L2,0002,contact,2026-08-06 10:00\nf,L2,0003,contact,2026-08-06 11:00\n";
    assert_eq!(ids(&found(rows, rule)), ["abc"]);
}

#[test]
fn a_rule_may_count_per_contact() {
    let rule = "[[rule]]\nid = \"c\"\ncounts = \"attempts\"\nkey = [\"contact\"]\nwindow = \"calendar-day\"\nmax = 1\n";
    let rows = "call_id,borrower_id,callee_number,callee_role,start\n\
        a,L1,0001,contact,2026-08-06 09:00\nb,L2,0001,contact,2026-08-06 10:00\n\
        c,L1,0002,borrower,2026-08-06 09:00\nd,L1,0002,borrower,2026-08-06 10:00\n";
    let counting = counted(rows, rule);
    assert_eq!(ids(&counting.findings), ["ab"]);
    assert_eq!(counting.findings[0].borrower_id, None, "two borrowers have this contact");
    assert_eq!(counting.findings[0].key["contact"], "0001");
}

#[test]
fn ring_once_needs_the_time_of_ringing() {
    let rule = "[[rule]]\nid = \"r\"\ncounts = \"unanswered\"\nring_max_seconds = 6\nkey = [\"borrower\"]\nwindow = \"calendar-day\"\nmax = 1\n";
    let rows = "call_id,borrower_id,start,connected,ring_s\n\
        a,L1,2026-08-06 09:00,false,6\nb,L1,2026-08-06 09:10,false,7\nc,L1,2026-08-06 09:20,true,3\n\
        d,L1,2026-08-06 09:30,false,3\n";
    assert_eq!(ids(&found(rows, rule)), ["ad"]);
    let by_end = "call_id,borrower_id,start,end,connected\na,L1,2026-08-06 09:00:00,2026-08-06 09:00:05,false\n\
        b,L1,2026-08-06 09:10:00,2026-08-06 09:10:06,false\n";
    assert_eq!(ids(&found(by_end, rule)), ["ab"]);
    let silent = "call_id,borrower_id,start,connected\na,L1,2026-08-06 09:00,false\n";
    let counting = counted(silent, rule);
    assert_eq!(counting.not_checked["frequency/r"], "no call tells how long it rang");
}

#[test]
fn a_contact_may_be_called_after_three_failed_calls_in_a_row() {
    let rule = "[[rule]]\nid = \"c\"\ncontact_after_failed = 3\nreview = true\n";
    let head = "call_id,borrower_id,callee_role,start,connected\n";
    let rows = |list: &[(&str, &str)]| {
        let lines = list.iter().zip(b'a'..).enumerate().map(|(n, ((role, connected), id))| {
            format!("{},L1,{role},2026-08-06 {:02}:00,{connected}\n", char::from(id), 9 + n)
        });
        format!("{head}{}", lines.collect::<String>())
    };
    let (b, c) = ("borrower", "contact");
    let failed = [(b, "false"), (b, "false"), (b, "false"), (c, "true")];
    assert!(found(&rows(&failed), rule).is_empty());
    let broken = [(b, "false"), (b, "false"), (b, "true"), (b, "false"), (c, "true"), (c, "false")];
    let findings = found(&rows(&broken), rule);
    assert_eq!((ids(&findings), findings[0].count), (vec!["ef".to_owned()], 2));
    assert_eq!(findings[0].verdict, Verdict::Review);
    let gone = [(b, "空号"), (c, "true")];
    assert!(found(&rows(&gone), rule).is_empty(), "a number that does not exist cannot be called");
    let first = found(&rows(&[(c, "true")]), rule);
    assert_eq!(first[0].notes, ["these calls tell of no call to the borrower before"]);
    let unsure = [(b, "false"), (b, "false"), (b, ""), (c, "true")];
    let counting = counted(&rows(&unsure), rule);
    assert!(counting.findings.is_empty());
    assert_eq!(counting.borrowers["L1"].rules["frequency/c"].verdict, Verdict::NotChecked);
}

#[test]
fn no_call_within_seven_days_after_a_conversation() {
    let rows = "call_id,borrower_id,callee_role,start,connected\n\
        a,L1,borrower,2026-08-03T20:59:59-04:00,true\nb,L1,borrower,2026-08-09T08:00:00-04:00,false\n\
        c,L1,borrower,2026-08-10T08:00:00-04:00,false\nd,L2,borrower,2026-08-03T09:00:00-04:00,false\n\
        e,L2,borrower,2026-08-04T09:00:00-04:00,true\nf,L2,borrower,2026-08-05T09:00:00-04:00,true\n\
        g,L2,borrower,2026-08-05T10:00:00-04:00,false\n";
    let regf = count(&book(&log(rows)), &profile::load("us-regf").unwrap());
    let after: Vec<(String, Option<&str>)> = regf
        .findings
        .iter()
        .filter(|f| f.after.is_some())
        .map(|f| (f.calls.to_vec().concat(), f.after.as_deref()))
        .collect();
    // The day of the conversation is the first: the 9th is the seventh, the 10th is not one any more.
    let wanted = [("b", "a"), ("f", "e"), ("g", "f")].map(|(c, e)| (c.to_owned(), Some(e)));
    assert_eq!(after, wanted);
}

#[test]
fn answered_calls_without_a_recording() {
    let rows = "call_id,borrower_id,start,connected,录音文件\n\
        a,L1,2026-08-06 09:00,true,a.wav\nb,L1,2026-08-06 10:00,true,\nc,L1,2026-08-06 11:00,false,\n";
    let rule = "[[rule]]\nid = \"u\"\nrequires = \"recording\"\n";
    assert_eq!(ids(&found(rows, rule)), ["b"]);
    let none = "call_id,borrower_id,start,connected\na,L1,2026-08-06 09:00,true\n";
    assert_eq!(counted(none, rule).not_checked["frequency/u"], "no call log tells of recordings");
}

#[test]
fn agreed_hours_excuse_what_is_proved() {
    let rule = "[[rule]]\nid = \"q\"\nhours = { from = \"22:00\", to = \"08:00\" }\n";
    let rows = "call_id,borrower_id,start,agreed_hours,agreed_on,agreed_by\n\
        a,L1,2026-08-06 22:30,22:00-23:00,2026-08-01,C77\nb,L1,2026-08-06 22:30:01,22:00-23:00,2026-08-07,C77\n\
        c,L1,2026-08-06 22:30:02,22:00-23:00,2026-08-01,\nd,L1,2026-08-06 23:00,22:00-23:00,2026-08-01,C77\n\
        e,L1,2026-08-06 22:30:03,,,\n";
    let counting = counted(rows, rule);
    let verdicts: Vec<(String, Verdict)> =
        counting.findings.iter().map(|f| (f.calls.to_vec().concat(), f.verdict)).collect();
    let (v, r) = (Verdict::Violation, Verdict::Review);
    assert_eq!(verdicts, [("b", r), ("c", r), ("e", v), ("d", v)].map(|(c, v)| (c.to_owned(), v)));
    assert_eq!(counting.borrowers["L1"].timeline.as_ref().unwrap().agreed, 4);
}

#[test]
fn a_call_that_runs_on_into_the_night_is_for_review() {
    let rows = "call_id,borrower_id,callee_role,start,duration_s,connected\n\
        a,L1,borrower,2026-08-06 21:58,121,true\nb,L2,borrower,2026-08-06 21:58,120,true\n\
        c,L3,borrower,2026-08-06 21:58,600,false\n";
    let counting = strict(rows);
    let night: Vec<&FrequencyFinding> =
        counting.findings.iter().filter(|f| f.rule == "frequency/quiet-hours").collect();
    assert_eq!(
        (night.len(), night[0].calls.to_vec().concat(), night[0].verdict),
        (1, "a".to_owned(), Verdict::Review)
    );
    assert_eq!(counting.borrowers["L1"].rules["frequency/quiet-hours"].verdict, Verdict::Review);
    assert_eq!(counting.borrowers["L2"].rules["frequency/quiet-hours"].verdict, Verdict::Pass);
}

#[test]
fn calls_to_the_agency_do_not_count() {
    let rows = "call_id,borrower_id,start,direction\na,L1,2026-08-06 09:00,呼入\nb,L1,2026-08-06 09:01,呼出\n\
        c,L1,2026-08-06 09:02,\nd,L1,2026-08-06 23:02,inbound\n";
    let rules = "[[rule]]\nid = \"r\"\ncounts = \"attempts\"\nkey = [\"borrower\"]\nwindow = \"1h\"\nmax = 1\n[[rule]]\nid = \"q\"\nhours = { from = \"22:00\", to = \"08:00\" }\n";
    let counting = counted(rows, rules);
    assert_eq!(ids(&counting.findings), ["bc"]);
    let timeline = counting.borrowers["L1"].timeline.clone().unwrap();
    assert_eq!((timeline.attempts, timeline.inbound, timeline.night), (2, 2, 0));
}

#[test]
fn redials_after_a_broken_line_are_marked() {
    let rows = "call_id,borrower_id,callee_number,start,duration_s,connected\n\
        a,L1,0001,2026-08-06 09:00:00,30,true\nb,L1,0001,2026-08-06 09:01:29,10,true\n\
        c,L1,0001,2026-08-06 09:02:39,0,false\nd,L1,0002,2026-08-06 09:02:50,5,true\n";
    let rule =
        "[[rule]]\nid = \"r\"\ncounts = \"attempts\"\nkey = [\"borrower\"]\nwindow = \"1h\"\nmax = 1\n";
    let findings = found(rows, rule);
    assert_eq!((findings[0].count, findings[0].redials.to_vec().concat()), (4, "b".to_owned()));
}

#[test]
fn the_strict_profile_finds_a_burst_and_a_fan_out_for_review() {
    let mut rows = String::from(
        "call_id,borrower_id,callee_number,caller_number,callee_role,start,duration_s,connected\n",
    );
    for n in 0..4 {
        rows += &format!("b{n},L1,0001,9999,borrower,2026-08-06 09:{:02},0,false\n", n * 10);
        rows += &format!("f{n},L2,000{n},999{n},contact,2026-08-06 10:{:02},0,false\n", n * 10);
    }
    let counting = strict(&rows);
    let rules: Vec<&str> = counting.findings.iter().map(|f| f.rule.as_str()).collect();
    assert_eq!(
        rules,
        [
            "frequency/burst-hour",
            "frequency/contact-before-unreachable",
            "frequency/contacts-in-hours",
            "frequency/numbers-per-debtor-day"
        ]
    );
    assert!(counting.findings.iter().all(|f| f.verdict == Verdict::Review && !f.basis.is_empty()));
}

#[test]
fn a_refusal_of_an_earlier_run_still_holds() {
    let old = log(
        "call_id,borrower_id,callee_number,callee_role,start,connected\nold,L1,0001,contact,2026-07-01 09:00,true\n",
    );
    let new = log(
        "call_id,borrower_id,callee_number,callee_role,start,connected\nnew,L1,0001,contact,2026-08-06 09:00,false\n\
        other,L1,0002,contact,2026-08-06 09:01,false\n",
    );
    let mut book = book(&new);
    let mut refused = past(&old[0]);
    refused.marks.refused = true;
    book.add_past(&refused);
    let counting = count(&book, &profile::load("strict").unwrap());
    let f = counting.findings.iter().find(|f| f.rule == "frequency/contact-after-refusal").unwrap();
    assert_eq!((f.calls.to_vec().concat(), f.after.as_deref()), ("new".to_owned(), Some("old")));
    assert_eq!(book.in_log(), 2);
}

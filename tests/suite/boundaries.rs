//! The table of edges in docs/counting.md, run as it stands there.

use cuicha::lexicon::profile;
use cuicha::model::finding::Verdict;
use cuicha::model::profile::Profile;
use jiff::civil::DateTime;

use crate::frequency::{book, count, log};

/// Rows of the log that the third cell of a row means.
fn rows(cell: &str, answered: bool, profile: &Profile) -> String {
    let mut text = String::from("call_id,borrower_id,callee_number,callee_role,start,duration_s,connected\n");
    for (n, part) in cell.split("; ").enumerate() {
        let (times, rest) = part.split_once(" x ").unwrap_or(("1", part));
        let (start, seconds) = rest.split_once(" for ").unwrap_or((rest, "1 s"));
        let first: DateTime = start.parse().unwrap();
        for i in 0..times.parse::<i64>().unwrap() {
            let time = first.checked_add(jiff::Span::new().seconds(i)).unwrap();
            let start = profile.timezone.to_timestamp(time).unwrap();
            let seconds = seconds.trim_end_matches(" s");
            text += &format!("c{n}-{i},L1,0001,borrower,{start},{seconds},{answered}\n");
        }
    }
    text
}

#[test]
fn the_table_of_edges_comes_out_as_it_stands() {
    let page = include_str!("../../docs/counting.md");
    let (mut profile, mut tested) = (profile::load("strict").unwrap(), 0);
    for line in page.lines().filter(|l| l.starts_with("| ")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [_, rule, calls, outcome] = cells[..] else { panic!("{line}") };
        if let Some(name) = rule.strip_prefix("rule of `") {
            profile = profile::load(name.trim_end_matches('`')).unwrap();
            continue;
        }
        let rows = rows(calls, !rule.starts_with("unanswered"), &profile);
        let counting = count(&book(&log(&rows)), &profile);
        let verdict = match counting.borrowers["L1"].rules[format!("frequency/{rule}").as_str()].verdict {
            Verdict::Pass => "pass",
            Verdict::NotChecked => "not-checked",
            Verdict::Review => "review",
            Verdict::Violation => "violation",
        };
        assert_eq!(verdict, outcome, "{line}");
        tested += 1;
    }
    assert_eq!(tested, 17);
}

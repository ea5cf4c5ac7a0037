//! A month in one run, and the same month day by day with a ledger.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::history::{Desk, HEADER, of};

/// Rows of thirty days: many calls of few borrowers, of every kind.
pub fn month() -> BTreeMap<u32, Vec<String>> {
    let mut state = 42u64;
    let mut next = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut days: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for n in 0..2_400 {
        let (day, borrower, minute) = (1 + next(30), next(14), 6 * 60 + next(17 * 60));
        let contact = next(4) == 0;
        let (answered, number, line) = (next(3) > 0, next(5), next(6));
        let role = if contact { "contact" } else { "borrower" };
        let ring = if answered { String::new() } else { next(20).to_string() };
        let recording = if next(30) == 0 { String::new() } else { format!("r{n}") };
        let id = if next(12) == 0 { String::new() } else { format!("M{n:04}") };
        days.entry(day as u32).or_default().push(format!(
            "{id},B{borrower},A{},C{},9{line},0{}{number},{role},2026-04-{day:02} {:02}:{:02}:{:02},{},{answered},{ring},{recording}\n",
            next(2),
            next(9),
            u8::from(contact),
            minute / 60,
            minute % 60,
            next(60),
            if answered { 20 + next(90) } else { 0 },
        ));
    }
    days
}

/// Calls of a finding by its rule and key; of findings that grew from day to day the last.
pub type Findings = BTreeMap<(String, String), Vec<(Vec<String>, String)>>;

pub fn add(found: &mut Findings, records: &[Value]) {
    for f in of(records, "finding") {
        let text = |key: &str| f[key].to_string();
        let calls: Vec<String> = serde_json::from_value(f["calls"].clone()).unwrap();
        let entry =
            found.entry((text("rule"), text("borrower_id") + &text("key") + &text("after"))).or_default();
        if entry.iter().any(|(known, _)| calls.iter().all(|c| known.contains(c))) {
            continue;
        }
        entry.retain(|(known, _)| !known.iter().all(|c| calls.contains(c)));
        entry.push((calls, text("fingerprint") + &text("count") + &text("verdict")));
        entry.sort();
    }
}

pub fn logs(desk: &Desk, days: &BTreeMap<u32, Vec<String>>) {
    let header = HEADER.trim_end().to_owned() + ",ring_s,recording\n";
    for (day, rows) in days {
        desk.write(&format!("{day}.csv"), &(header.clone() + &rows.concat()));
    }
    desk.write("all.csv", &(header + &days.values().flatten().cloned().collect::<String>()));
    desk.write(
        "more.toml",
        "extends = \"strict\"\n[[rule]]\nid = \"week\"\ncounts = \"attempts\"\nkey = [\"borrower\"]\nwindow = \"7d\"\nmax = 22\n\
         [[rule]]\nid = \"collector-day\"\ncounts = \"connected\"\nkey = [\"collector\"]\nwindow = \"calendar-day\"\nmax = 8\n\
         [[rule]]\nid = \"after\"\nafter = \"effective\"\ncounts = \"attempts\"\ncallees = [\"borrower\"]\nkey = [\"borrower\"]\nwindow = \"2-calendar-days\"\nmax = 1\n",
    );
}

pub fn scanned(desk: &Desk, log: &str, profile: &str, ledger: Option<&str>) -> Vec<Value> {
    let history = ledger.map_or_else(String::new, |l| format!(" --history {l}"));
    let line = format!(
        "scan --calls {log} --profile {profile}{history} --no-mask --now 2026-06-01T00:00:00Z --format jsonl --exit-zero"
    );
    desk.ends(&line, 0).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn thirty_daily_runs_find_what_one_run_finds() {
    let (desk, days) = (Desk::new(&[]), month());
    logs(&desk, &days);
    for profile in ["strict", "us-regf", "more.toml"] {
        let (mut whole, mut daily) = (Findings::new(), Findings::new());
        add(&mut whole, &scanned(&desk, "all.csv", profile, None));
        let ledger = format!("{profile}.db");
        for day in days.keys() {
            add(&mut daily, &scanned(&desk, &format!("{day}.csv"), profile, Some(&ledger)));
        }
        let rules: std::collections::BTreeSet<&String> = whole.keys().map(|k| &k.0).collect();
        assert!(rules.len() >= 3, "{profile}: {rules:?}");
        assert_eq!(daily, whole, "{profile}");
    }
}

#[test]
fn late_days_and_days_given_twice_lose_nothing() {
    let (desk, days) = (Desk::new(&[]), month());
    logs(&desk, &days);
    for profile in ["strict", "more.toml"] {
        let (mut whole, mut daily) = (Findings::new(), Findings::new());
        add(&mut whole, &scanned(&desk, "all.csv", profile, None));
        let ledger = format!("late-{profile}.db");
        // Each day two days late every third time, and some again.
        let mut order: Vec<u32> = days.keys().copied().collect();
        order.chunks_exact_mut(3).for_each(<[u32]>::reverse);
        let again: Vec<u32> = order.iter().copied().filter(|d| d % 7 == 0).collect();
        for day in order.into_iter().chain(again) {
            add(&mut daily, &scanned(&desk, &format!("{day}.csv"), profile, Some(&ledger)));
        }
        // A call that comes late can also excuse what was found without it; a report that was written stays.
        let excused =
            |key: &(String, String)| key.0.contains("contact-before") || key.0.contains("frequency/after");
        for (key, found) in &whole {
            let known = daily.get(key).unwrap_or_else(|| panic!("{profile}: {key:?} was not found"));
            assert!(
                found.iter().all(|f| known.iter().any(|k| f.0.iter().all(|c| k.0.contains(c)))),
                "{key:?}"
            );
        }
        let steady = |findings: &Findings| -> Findings {
            findings.iter().filter(|(key, _)| !excused(key)).map(|(k, f)| (k.clone(), f.clone())).collect()
        };
        assert_eq!(steady(&daily), steady(&whole), "{profile}");
    }
}

//! Frequency profiles: the built-in ones and the faults of others.

use cuicha::lexicon::profile::{builtin, load, parse, source};
use cuicha::model::error::Error;
use cuicha::model::profile::{Counts, KeyPart, Test, Window, Wording};
use cuicha::model::rules::Severity;
use cuicha::model::transcript::CalleeRole;

fn faults(text: &str) -> Vec<(usize, String)> {
    match parse("mine", "mine.toml", text) {
        Err(Error::Rules(faults)) => {
            assert!(faults.iter().all(|f| f.file == "mine.toml"));
            faults.into_iter().map(|f| (f.line, f.message)).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn built_in_profiles_are_complete() {
    assert_eq!(builtin(), ["bank-card", "online-loan", "strict", "us-regf"]);
    for name in builtin() {
        let profile = load(name).unwrap_or_else(|e| panic!("{e}"));
        assert!(!profile.title.zh.is_empty() && !profile.title.en.is_empty());
        for rule in &profile.rules {
            let texts = [rule.title.as_ref(), rule.why.as_ref()];
            assert!(
                texts.iter().all(|t| t.is_some_and(|t| !t.zh.is_empty() && !t.en.is_empty())),
                "{name} {}",
                rule.id
            );
            assert!(
                !rule.basis.is_empty() && rule.basis.iter().all(|b| b.certainty.is_some()),
                "{name} {}",
                rule.id
            );
            let unanswered = rule.test.counts() == Some(Counts::Unanswered);
            assert!(!unanswered || rule.needs_call_log, "{name} {}", rule.id);
            // Only what a text forbids or requires may be a violation by itself.
            let binds = matches!(rule.wording, Some(Wording::MustNot | Wording::Should) | None);
            assert!(binds || rule.review, "{name} {}", rule.id);
        }
        assert!(source(name).is_some());
    }
}

#[test]
fn strict_says_what_the_texts_say() {
    let profile = load("strict").unwrap();
    assert_eq!(profile.timezone.iana_name(), Some("Asia/Shanghai"));
    let tests: Vec<(&str, &Test)> = profile.rules.iter().map(|r| (r.id.as_str(), &r.test)).collect();
    assert_eq!(
        tests[1..3],
        [
            (
                "effective-per-debtor-day",
                &Test::Count {
                    counts: Counts::Effective,
                    key: vec![KeyPart::Borrower],
                    window: Window::CalendarDay,
                    max: 3
                }
            ),
            (
                "unanswered-per-number-day",
                &Test::Count {
                    counts: Counts::Unanswered,
                    key: vec![KeyPart::Borrower, KeyPart::CalleeNumber],
                    window: Window::CalendarDay,
                    max: 6
                }
            ),
        ]
    );
    let in_force = |day: &str| -> Vec<String> {
        let day = day.parse().unwrap();
        profile.rules[0].basis.iter().filter(|b| b.in_force(Some(day))).map(|b| b.id.clone()).collect()
    };
    assert_eq!(in_force("2025-02-27"), [""; 0]);
    assert_eq!(in_force("2025-02-28"), ["GBT 5.3"]);
    assert_eq!(in_force("2026-01-30"), ["GBT 5.3", "CBA26 ch.3"]);
}

#[test]
fn defaults() {
    let profile = parse("mine", "mine.toml", "\u{feff}[[rule]]\r\nid = \"a\"\r\ncounts = \"attempts\"\r\nkey = [\"agency\"]\r\nwindow = \"90s\"\r\nmax = 0\r\n").unwrap();
    assert_eq!((profile.title.zh.as_str(), profile.effective_min_seconds), ("mine", 0));
    assert_eq!(profile.timezone.iana_name(), Some("Asia/Shanghai"));
    let rule = &profile.rules[0];
    assert_eq!((rule.severity, rule.review, rule.needs_call_log), (Severity::Major, false, false));
    assert!(rule.callees.is_empty() && rule.basis.is_empty() && rule.title.is_none());
    let Test::Count { window: Window::Rolling { seconds: 90 }, max: 0, .. } = rule.test else {
        panic!("{rule:?}")
    };
    let with = parse("mine", "mine.toml", "[[rule]]\nid = \"a\"\nhours = { from = 22:00:00, to = \"08:00\" }\ncallees = [\"contact\"]\nseverity = \"info\"\nneeds = \"call-log\"\n").unwrap();
    assert_eq!(
        (with.rules[0].callees.as_slice(), with.rules[0].needs_call_log),
        (&[CalleeRole::Contact][..], true)
    );
}

#[test]
fn every_fault_is_told_with_its_line() {
    let text = "timezone = \"Asia/Shanhai\"\n\
        efective_min_seconds = 3\n\
        [[rule]]\n\
        id = \"a\"\n\
        counts = \"atempts\"\n\
        key = []\n\
        window = \"7x\"\n\
        max = -1\n\
        [[rule]]\n\
        id = \"a\"\n\
        hours = { from = \"22:00:00\", to = \"22:00:00\" }\n\
        max = 3\n\
        severity = \"mayor\"\n\
        [[rule]]\n\
        id = \"c\"\n\
        counts = \"attempts\"\n\
        key = [\"borrower\", \"debtor\", \"borrower\"]\n\
        window = \"calender-day\"\n\
        [[rule]]\n\
        title = { zh = \"x\" }\n\
        basis = [{ id = \"B\", from = \"2025-02-30\" }, { from = \"2025-01-02\", until = \"2025-01-01\" }]\n";
    let found = faults(text);
    let expected = [
        (1, "unknown time zone `Asia/Shanhai` (did you mean `Asia/Shanghai`?)"),
        (2, "unknown key `efective_min_seconds` (did you mean `effective_min_seconds`?)"),
        (5, "unknown counts `atempts` (did you mean `attempts`?)"),
        (6, "`key` names nothing"),
        (7, "unknown window `7x`"),
        (8, "`max` must be a whole number from 0 on"),
        (10, "the rule id `a` is used already in line 4"),
        (11, "`from` and `to` are the same time"),
        (11, "a rule has either `hours` or `max`, not both"),
        (13, "unknown severity `mayor` (did you mean `major`?)"),
        (14, "the rule has no `max`"),
        (17, "`key` names `borrower` twice"),
        (17, "unknown key `debtor`"),
        (18, "unknown window `calender-day` (did you mean `calendar-day`?)"),
        (19, "a rule needs an `id`"),
        (19, "a rule needs either `hours` or"),
        (21, "a clause needs an `id`"),
        (21, "`from` must be a day"),
        (21, "the clause ends on 2025-01-01, before it begins on 2025-01-02"),
    ];
    let lines: Vec<usize> = found.iter().map(|(line, _)| *line).collect();
    assert_eq!(lines, expected.map(|(line, _)| line), "{found:#?}");
    for (line, begins) in expected {
        assert!(
            found.iter().any(|(l, m)| *l == line && m.starts_with(begins)),
            "{line} {begins}\n{found:#?}"
        );
    }
}

#[test]
fn other_faults() {
    for (text, line, part) in [
        ("", 1, "no rule"),
        ("rule = 3", 1, "[[rule]]"),
        ("[[rule]]\nid = \"a/b\"\nhours = { from = \"22:00\", to = \"08:00\" }", 2, "no rule id"),
        ("[[rule]]\nid = \"a\"\nhours = { from = \"22:00\" }", 3, "no `to`"),
        ("[[rule]]\nid = \"a\"\nhours = { from = \"22:00\", to = \"24:00\" }", 3, "time of day"),
        ("[[rule]]\nid = \"a\"\nhours = { from = \"22:00\", to = \"2025-01-01T08:00\" }", 3, "time of day"),
        ("[[rule]]\nid = \"a\"\nhours = { from = \"22:00\", to = \"8:00\" }", 3, "time of day"),
        (
            "[[rule]]\nid = \"a\"\nhours = { from = \"22:00\", to = \"08:00\" }\nneeds = \"cdr\"",
            4,
            "call-log",
        ),
        (
            "[[rule]]\nid = \"a\"\nhours = { from = \"22:00\", to = \"08:00\" }\nreview = \"yes\"",
            4,
            "true or false",
        ),
        (
            "[[rule]]\nid = \"a\"\ncounts = \"attempts\"\nkey = [\"borrower\"]\nwindow = \"99999999999999999w\"\nmax = 1",
            5,
            "unknown window",
        ),
        (
            "[[rule]]\nid = \"a\"\ncounts = \"attempts\"\nkey = [\"borrower\"]\nwindow = \"0h\"\nmax = 1",
            5,
            "unknown window",
        ),
        (
            "[[rule]]\nid = \"a\"\ncounts = \"attempts\"\nkey = \"borrower\"\nwindow = \"天\"\nmax = 1.5",
            4,
            "list of words",
        ),
        ("[[rule]\nid = \"a\"", 1, ""),
        ("x = 1\nx = 2\n", 2, ""),
    ] {
        let found = faults(text);
        assert!(found.iter().any(|(l, m)| *l == line && m.contains(part)), "{text}\n{found:?}");
    }
}

#[test]
fn a_file_or_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    std::fs::write(&path, "[[rule]]\nid = \"q\"\nhours = { from = \"22:00\", to = \"08:00\" }\n").unwrap();
    assert_eq!(load(path.to_str().unwrap()).unwrap().rules[0].id, "q");
    std::fs::write(&path, b"[[rule]]\n# \xff\n").unwrap();
    let Err(Error::Rules(found)) = load(path.to_str().unwrap()) else { panic!() };
    assert_eq!(found[0].line, 2);
    let Err(Error::Usage(message)) = load("strikt") else { panic!() };
    assert!(
        message.contains("(did you mean `strict`?)") && message.contains("bank-card, online-loan"),
        "{message}"
    );
    // Who names a file that is not there may mean the profile of its name.
    for name in ["strict.toml", "frequency/strict", "./strikt"] {
        let Err(Error::Usage(message)) = load(name) else { panic!() };
        assert!(message.contains("(did you mean `strict`?)"), "{message}");
    }
    assert!(matches!(load(folder.path().to_str().unwrap()), Err(Error::Read { .. })));
}

#[test]
fn a_profile_may_extend_another() {
    let text = "extends = \"strict\"\n[[rule]]\nid = \"effective-per-debtor-day\"\nmax = 2\nseverity = \"critical\"\n\
        [[rule]]\nid = \"burst-hour\"\noff = true\n[[rule]]\nid = \"own\"\ncounts = \"attempts\"\nkey = [\"agency\"]\nwindow = \"1h\"\nmax = 9\n";
    let (own, strict) = (parse("mine", "mine.toml", text).unwrap(), load("strict").unwrap());
    assert_eq!(own.name, "mine");
    assert_eq!(own.rules.len(), strict.rules.len());
    let rule = |id: &str| own.rules.iter().find(|r| r.id == id);
    let changed = rule("effective-per-debtor-day").unwrap();
    assert_eq!((changed.test.limit(), changed.severity), (2, Severity::Critical));
    assert_eq!(changed.test.counts(), Some(Counts::Effective));
    assert_eq!(changed.basis, strict.rules[1].basis);
    assert!(rule("burst-hour").is_none() && rule("own").is_some());
    assert_eq!(rule("quiet-hours"), strict.rules.iter().find(|r| r.id == "quiet-hours"));
    assert!(parse("mine", "mine.toml", "extends = \"strict\"\n").is_ok(), "nothing need be changed");
    for (text, line, part) in [
        ("extends = \"strikt\"\n", 1, "did you mean `strict`"),
        ("extends = \"strict\"\n[[rule]]\nid = \"x\"\noff = true\n", 2, "there is none with this id"),
        ("extends = \"strict\"\n[[rule]]\nid = \"x\"\nmax = 1\n", 2, "the rule has no `counts`"),
        (
            "[[rule]]\nid = \"x\"\ncounts = \"attempts\"\nkey = [\"borrower\"]\nwindow = \"forever\"\nmax = 1\n",
            1,
            "needs `after`",
        ),
    ] {
        let found = faults(text);
        assert!(found.iter().any(|(l, m)| *l == line && m.contains(part)), "{text}\n{found:?}");
    }
}

#[test]
fn profiles_of_ones_own_extend_files_beside_them_but_not_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    std::fs::write(path("base.toml"), "[[rule]]\nid = \"q\"\nhours = { from = \"22:00\", to = \"08:00\" }\n")
        .unwrap();
    std::fs::write(
        path("own.toml"),
        "extends = \"base.toml\"\n[[rule]]\nid = \"q\"\nhours = { from = \"21:00\" }\n",
    )
    .unwrap();
    let own = load(path("own.toml").to_str().unwrap()).unwrap();
    let Test::Hours { from, to, .. } = own.rules[0].test else { panic!() };
    assert_eq!((from.hour(), to.hour()), (21, 8));
    std::fs::write(path("round.toml"), "extends = \"round.toml\"\n").unwrap();
    let Err(Error::Rules(found)) = load(path("round.toml").to_str().unwrap()) else { panic!() };
    assert!(found[0].message.contains("perhaps in a circle"), "{found:?}");
}

#[test]
fn every_rule_is_told_in_words() {
    use cuicha::lexicon::{Files, read_messages};
    use cuicha::model::messages::{Language, Voice};
    use cuicha::report::definition;
    let messages = read_messages(&Files::built_in());
    for language in [Language::Chinese, Language::English] {
        for name in builtin() {
            let profile = load(name).unwrap();
            let page = definition::profile(&profile, Voice { messages: &messages, language });
            for rule in &profile.rules {
                assert!(page.contains(&format!("frequency/{}  ", rule.id)), "{page}");
                assert!(rule.basis.iter().all(|b| page.contains(&b.id)), "{page}");
            }
            assert!(
                !page.contains("{}") && !page.contains("define.") && !page.contains("wording."),
                "{page}"
            );
        }
    }
}

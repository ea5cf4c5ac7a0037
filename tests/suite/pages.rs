//! The page for reviewers and the report in a terminal where the span is long, the borrowers are many, or little is known.

use std::fmt::Write as _;
use std::process::Output;

/// A run in a folder of its own with one call log.
fn scan(log: &str, args: &[&str]) -> (Output, tempfile::TempDir) {
    let desk = tempfile::tempdir().unwrap();
    std::fs::write(desk.path().join("log.csv"), log).unwrap();
    let mut program = crate::program();
    let output = program.args(["scan", "--calls", "log.csv"]).args(args).current_dir(desk.path()).output();
    (output.unwrap(), desk)
}

fn told(log: &str, args: &[&str]) -> String {
    let (output, _desk) = scan(log, args);
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{told}");
    String::from_utf8(output.stdout).unwrap()
}

/// A call at night to each of `borrowers`, from `months` months in turn.
fn nights(borrowers: usize, months: usize) -> String {
    let mut log = "call_id,borrower_id,callee_role,start,duration_s,connected\n".to_owned();
    for n in 0..borrowers {
        let (year, month) = (2023 + n % months / 12, n % months % 12 + 1);
        writeln!(log, "N{n},B{n},borrower,{year}-{month:02}-05T23:30:00+08:00,40,true").unwrap();
    }
    log
}

/// Where the names below a plot stand, and the names.
fn names(plot: &str) -> Vec<(usize, String)> {
    let texts = plot.split("<text x=\"").skip(2);
    let parts = texts.map(|t| {
        let (x, rest) = t.split_once('"').unwrap();
        let name = rest.split_once('>').unwrap().1.split_once('<').unwrap().0;
        (x.parse().unwrap(), name.to_owned())
    });
    parts.collect()
}

#[test]
fn a_long_span_is_told_by_month_and_its_months_stand_apart() {
    for (months, lang, title) in [(8, "en", "Dials by month"), (30, "zh", "每月拨打")] {
        let page = told(&nights(60, months), &["--format", "html", "--lang", lang]);
        let other = if lang == "en" { "Dials by day" } else { "每日拨打" };
        assert!(page.contains(&format!("<h2>{title}</h2>")) && !page.contains(other), "{lang}");
        let plot = page.split(&format!("<h2>{title}</h2>")).nth(1).unwrap().split("</svg>").next().unwrap();
        let names = names(plot);
        assert!(names.len() >= 3 && names[0] == (0, "2023-01".to_owned()), "{names:?}");
        for pair in names.windows(2) {
            assert!(pair[1].0 - pair[0].0 >= 80, "{pair:?} touch");
        }
        assert!(names.iter().all(|(x, name)| name.len() == 7 && x + 48 <= 720), "{names:?}");
    }
    let page = told(&nights(10, 1), &["--format", "html", "--lang", "en"]);
    assert!(page.contains("<h2>Dials by day</h2>") && !page.contains("by month"));
}

#[test]
fn borrowers_without_a_timeline_are_counted() {
    for (lang, words) in
        [("en", "15 more borrowers with findings have no timeline here"), ("zh", "另有 15 位")]
    {
        let page = told(&nights(40, 1), &["--format", "html", "--lang", lang]);
        let part = page.split("id=\"timelines\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert_eq!(part.matches("<article").count(), 25);
        assert!(part.contains(words), "{lang}");
    }
    let page = told(&nights(25, 1), &["--format", "html", "--lang", "en"]);
    assert_eq!(page.split("id=\"timelines\"").nth(1).unwrap().matches("<article").count(), 25);
    assert!(!page.contains("have no timeline"), "all have one");
}

#[test]
fn what_is_not_known_of_numbers_is_not_told_as_zero() {
    let log = "call_id,borrower_id,callee_role,start,duration_s,connected\n\
        N1,B1,contact,2026-03-05T23:30:00+08:00,40,true\nN2,B1,borrower,2026-03-05T23:40:00+08:00,40,true\n";
    let known = "call_id,borrower_id,callee_role,start,duration_s,connected,caller_number,callee_number\n\
        N1,B1,contact,2026-03-05T23:30:00+08:00,40,true,12000000001,12000000002\n\
        N2,B1,borrower,2026-03-05T23:40:00+08:00,40,true,12000000001,12000000003\n";
    for format in ["text", "html"] {
        for (lang, log, words) in [
            ("zh", log, "打给联系人 1（号码未知），主叫号码未知，"),
            ("en", log, "to contacts 1 (numbers not known), calling numbers not known,"),
            ("zh", known, "打给联系人 1（1 人），主叫号码 1 个，"),
            ("en", known, "to contacts 1 (1 of them), numbers 1,"),
        ] {
            let page = told(log, &["--format", format, "--lang", lang]);
            assert!(page.contains(words), "{format} {lang}: {page}");
        }
    }
}

#[test]
fn one_agency_is_told_in_the_terminal_too() {
    let log = "call_id,borrower_id,agency,start,duration_s,connected\n\
        N1,B1,甲公司,2026-03-05T23:30:00+08:00,40,true\nN2,B1,甲公司,2026-03-06T10:30:00+08:00,40,true\n";
    for (lang, title) in [("en", "Agencies"), ("zh", "机构")] {
        let text = told(log, &["--lang", lang]);
        let row =
            text.lines().find(|l| l.trim_start().starts_with("甲公司")).unwrap_or_else(|| panic!("{text}"));
        assert!(row.contains("50.00 (") && text.contains(title), "{text}");
    }
    assert!(!told(&log.replace("甲公司", ""), &["--lang", "en"]).contains("Agencies"));
}

#[test]
fn what_is_wider_than_a_phone_says_so() {
    let page = told(&nights(3, 1), &["--format", "html", "--lang", "zh"]);
    let pictures = page.matches("<div class=\"wide\"><svg").count();
    let said = page.matches("<p class=\"swipe\">可左右滑动 ↔</p>\n<div class=\"wide\"><svg").count();
    assert!(pictures >= 5 && said == pictures, "{said} of {pictures}");
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    assert!(
        style.contains(".swipe{display:none") && style.contains("(max-width:600px){.swipe{display:block}}")
    );
}

#[test]
fn a_dash_is_standard_output_for_the_report_and_no_file_for_others() {
    let log = nights(2, 1);
    for (lang, words) in [("en", "for standard output use --format html"), ("zh", "请用 --format html")] {
        let (output, desk) = scan(&log, &["--report", "html=-", "--lang", lang]);
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.code() == Some(2) && told.contains(words), "{told}");
        assert!(output.stdout.is_empty() && !desk.path().join("-").exists());
    }
    let (plain, _) = scan(&log, &["--format", "html"]);
    let (dash, desk) = scan(&log, &["--format", "html", "--output", "-"]);
    assert_eq!((plain.stdout, plain.status), (dash.stdout, dash.status));
    assert!(!desk.path().join("-").exists());
}

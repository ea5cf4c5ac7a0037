//! The report as a workbook, read back.

#[cfg(not(feature = "xlsx"))]
pub fn cells(_: Vec<u8>) -> String {
    unreachable!("no workbook is written")
}

#[cfg(feature = "xlsx")]
pub use self::with::cells;

#[cfg(feature = "xlsx")]
mod with {
    use std::io::{Cursor, Read};
    use std::path::Path;
    use std::process::Command;

    use calamine::{Data, Reader, Xlsx};

    type Book = Xlsx<Cursor<Vec<u8>>>;

    fn open(bytes: Vec<u8>) -> Book {
        Xlsx::new(Cursor::new(bytes)).unwrap()
    }

    /// All cells, a row a line: the sheet, then the cells, with tabs between them.
    pub fn cells(bytes: Vec<u8>) -> String {
        let mut book = open(bytes);
        let mut text = String::new();
        for name in book.sheet_names() {
            for row in book.worksheet_range(&name).unwrap().rows() {
                text.push_str(&name);
                row.iter().for_each(|cell| text.push_str(&format!("\t{cell}")));
                text.push('\n');
            }
        }
        text
    }

    fn scan(folder: &Path, args: &[&str]) -> Vec<u8> {
        let output = crate::program()
            .args(["scan", "calls.jsonl", "--calls", "log.csv", "--format", "xlsx"])
            .args(args)
            .current_dir(folder)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Two calls, one with two violations, whose ids a spreadsheet could take for formulas; a log with a call at night.
    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let call = |id: &str, words: &[&str]| {
            let turns: Vec<_> =
                words.iter().map(|w| serde_json::json!({ "speaker": "collector", "text": w })).collect();
            serde_json::json!({ "call_id": id, "borrower_id": "=B1", "collector_id": "@C1", "agency": "+甲公司",
                "callee_role": "borrower", "start": "2026-03-05T10:00:00+08:00", "connected": true, "turns": turns })
            .to_string()
        };
        let lines = [
            call("=HYPERLINK(\"x\")", &["=1+1 再不还就打断你的腿", "＝弄死你信不信"]),
            call("K2", &["您好，请您尽快还款。"]),
        ];
        std::fs::write(folder.path().join("calls.jsonl"), lines.join("\n")).unwrap();
        let log =
            "call_id,borrower_id,start,duration_s,connected\nN1,=B2,2026-03-05T23:00:00+08:00,30,true\n";
        std::fs::write(folder.path().join("log.csv"), log).unwrap();
        folder
    }

    /// A part of the file: it is a zip of XML.
    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn a_workbook_has_sheets_filters_links_and_no_formula() {
        let folder = folder();
        let bytes = scan(folder.path(), &[]);
        let mut book = open(bytes.clone());
        let names = ["问题", "通话", "借款人", "催收员", "机构", "已接受", "说明"];
        assert_eq!(book.sheet_names(), names);
        for (at, name) in names.iter().enumerate() {
            assert!(book.worksheet_formula(name).unwrap().is_empty(), "{name}");
            let xml = part(&bytes, &format!("xl/worksheets/sheet{}.xml", at + 1));
            assert!(!xml.contains("<f>") && !xml.contains("<f "), "{name}");
            assert!(
                xml.contains("state=\"frozen\"") && xml.contains("<autoFilter ref=\"A1:"),
                "{name}: {xml}"
            );
        }
        let calls = book.worksheet_range("通话").unwrap();
        assert_eq!(calls.height(), 3);
        assert_eq!(calls.get((1, 0)), Some(&Data::String("=HYPERLINK(\"x\")".to_owned())));
        assert_eq!(calls.get((1, 1)), Some(&Data::String("违规".to_owned())));
        assert!(matches!(calls.get((1, 2)), Some(Data::Float(score)) if *score > 0.5));
        // The call leads to its first finding, each finding back to its call, the borrower to the first call.
        let links = |at: usize| part(&bytes, &format!("xl/worksheets/sheet{at}.xml"));
        assert!(
            links(1).contains("location=\"通话!A2\"") || links(1).contains("location=\"'通话'!A2\""),
            "{}",
            links(1)
        );
        assert!(links(2).contains("问题") && links(3).contains("!A2\"") && links(4).contains("!A2\""));
        // Text that would be a formula once somebody edits the cell is marked as text.
        assert!(part(&bytes, "xl/styles.xml").contains("quotePrefix=\"1\""));
    }

    #[test]
    fn a_workbook_speaks_english_and_has_what_the_records_have() {
        let folder = folder();
        let mut book = open(scan(folder.path(), &["--lang", "en"]));
        let names = ["Findings", "Calls", "Borrowers", "Collectors", "Agencies", "Accepted", "About"];
        assert_eq!(book.sheet_names(), names);
        let text = cells(scan(folder.path(), &["--lang", "en"]));
        let han = |c: char| matches!(c, '\u{4e00}'..='\u{9fff}');
        for row in names.iter().map(|n| book.worksheet_range(n).unwrap()) {
            let head: String = row.rows().next().unwrap().iter().map(ToString::to_string).collect();
            assert!(!head.contains(han), "{head}");
        }
        let rows = |sheet: &str| text.lines().filter(|l| l.starts_with(&format!("{sheet}\t"))).count() - 1;
        let output = crate::program()
            .args(["scan", "calls.jsonl", "--calls", "log.csv", "--format", "json"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        for (sheet, key) in [
            ("Findings", "findings"),
            ("Calls", "calls"),
            ("Borrowers", "borrowers"),
            ("Collectors", "collectors"),
            ("Agencies", "agencies"),
        ] {
            assert_eq!(rows(sheet), json[key].as_array().unwrap().len(), "{sheet}");
        }
    }

    #[test]
    fn what_is_accepted_has_a_sheet() {
        let folder = folder();
        let run = |args: &[&str]| crate::program().args(args).current_dir(folder.path()).output().unwrap();
        let calls = ["scan", "calls.jsonl", "--calls", "log.csv", "--format", "json"];
        run(&[&calls[..], &["-o", "all.json"]].concat());
        run(&["baseline", "create", "base.json", "all.json"]);
        let known = std::fs::read_to_string(folder.path().join("base.json")).unwrap();
        let gone = known.lines().nth(1).unwrap().replace("\"fingerprint\":\"", "\"fingerprint\":\"0");
        std::fs::write(folder.path().join("base.json"), format!("{known}{gone}\n")).unwrap();
        let entry = |rule: &str, day: &str| {
            format!(
                "[[suppression]]\nrule = \"{rule}\"\nreason = \"=已核实\"\nauthor = \"@qa\"\nexpires = {day}\n"
            )
        };
        let text = "max_share = 1.0\n".to_owned()
            + &entry("threat/violence", "9999-12-31")
            + &entry("threat/visit", "9999-12-31")
            + &entry("insult/name-calling", "2020-01-01");
        std::fs::write(folder.path().join("s.toml"), text).unwrap();
        for (lang, sheet, kinds) in [
            ("zh", "已接受", ["基线内的问题", "已抑制的问题", "抑制文件的问题", "过时的基线条目"]),
            (
                "en",
                "Accepted",
                [
                    "finding in the baseline",
                    "suppressed finding",
                    "about the suppressions",
                    "stale entry of the baseline",
                ],
            ),
        ] {
            let all = ["--baseline", "base.json", "--suppressions", "s.toml", "--lang", lang];
            let text = cells(scan(folder.path(), &all));
            let rows: Vec<Vec<&str>> = text.lines().map(|l| l.split('\t').collect()).collect();
            let of = |kind: &str| -> Vec<&Vec<&str>> {
                rows.iter().filter(|row| row[0] == sheet && row[1] == kind).collect()
            };
            let json: serde_json::Value =
                serde_json::from_slice(&run(&[&calls[..], &all].concat()).stdout).unwrap();
            let totals = &json["summary"]["totals"]["accepted"];
            let totals =
                ["baseline", "suppressed", "stale"].map(|key| totals[key].as_u64().unwrap() as usize);
            let audits = json["findings"].as_array().unwrap().iter();
            let audits = audits.filter(|f| f["group"] == "suppression").count();
            let counts = kinds.map(|kind| of(kind).len());
            assert_eq!(counts, [totals[0], totals[1], audits, totals[2]], "{text}");
            assert!(counts.iter().all(|n| *n > 0), "{counts:?}");
            let whole =
                |row: &&Vec<&str>| ["=已核实", "@qa", "9999-12-31"].iter().all(|cell| row.contains(cell));
            assert!(of(kinds[1]).iter().all(whole), "{text}");
            assert!(of(kinds[3])[0].contains(&"base.json"), "{text}");
        }
    }

    #[test]
    fn the_same_input_gives_the_same_workbook_later() {
        let folder = folder();
        let first = scan(folder.path(), &[]);
        std::thread::sleep(std::time::Duration::from_millis(2100));
        assert!(first == scan(folder.path(), &[]), "the time of writing is in it");
    }

    #[test]
    #[allow(clippy::print_stdout)] // What was not checked is said.
    fn a_workbook_is_nothing_for_a_terminal() {
        let folder = folder();
        let program = format!("{} scan calls.jsonl --format xlsx", env!("CARGO_BIN_EXE_cuicha"));
        let run =
            Command::new("script").args(["-qec", &program, "/dev/null"]).current_dir(folder.path()).output();
        let Ok(run) = run else { return println!("not checked: there is no `script` to make a terminal") };
        let told = String::from_utf8_lossy(&run.stdout).into_owned();
        assert!(
            run.status.code() == Some(2) && told.contains("--output FILE") && !told.contains("PK"),
            "{told}"
        );
    }
}

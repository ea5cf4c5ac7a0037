//! Call logs that are no CSV with a header: the same calls give the same rows; what cannot be read is told with its row.

use std::io::Write;
use std::path::Path;

use cuicha::decode::Charset;
use cuicha::decode::call_log::{self, CallLog, Context, decode_call_log};
use cuicha::model::calllog::LogRow;
use cuicha::model::transcript::CalleeRole;
use jiff::tz::TimeZone;
use zip::write::SimpleFileOptions;

/// Reads bytes as the pipeline does.
fn decode(file: &str, bytes: &[u8]) -> CallLog {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let context = Context { zone: &zone, now: None };
    match call_log::form(bytes) {
        Some(form) => {
            let mut rows = Vec::new();
            let notices = form.read(file, bytes, Charset::AUTO, context, &mut |row| rows.push(row.to_row()));
            CallLog { rows, notices }
        }
        None => decode_call_log(file, std::str::from_utf8(bytes).unwrap(), context),
    }
}

fn sample(name: &str) -> CallLog {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    decode(name, &std::fs::read(folder.join(name)).unwrap())
}

fn lost(log: &CallLog) -> Vec<(Option<usize>, &str)> {
    log.notices.iter().filter(|n| n.lost).map(|n| (n.line, n.message.as_str())).collect()
}

#[test]
fn every_form_of_a_log_gives_the_same_row() {
    let canonical = sample("calls.csv").rows.remove(0);
    let forms = [
        ("calls.xlsx", 3),
        ("calls.xls", 3),
        ("calls.asterisk.csv", 1),
        ("calls.freeswitch.csv", 1),
        ("calls.freeswitch.json", 1),
        ("calls.freeswitch.xml", 2),
    ];
    for (name, line) in forms {
        let log = sample(name);
        assert_eq!(lost(&log), [], "{name}");
        let [row] = &log.rows[..] else { panic!("{name}: {} rows", log.rows.len()) };
        let mut want = LogRow { file: name.to_owned(), line, ..canonical.clone() };
        if name == "calls.freeswitch.csv" {
            // It has no place for them.
            want = LogRow { borrower_id: None, agency: None, collector_id: None, ..want };
            want.callee_role = CalleeRole::Unknown;
        }
        assert_eq!(*row, want, "{name}");
    }
}

#[test]
fn the_sheet_that_is_read_is_named_with_those_that_are_not() {
    let said: Vec<String> = sample("calls.xlsx").notices.into_iter().map(|n| n.message).collect();
    assert!(said.contains(&"sheet `通话明细` is read; not read: `说明`".to_owned()), "{said:?}");
    assert!(said.contains(&"1 row above the names of the columns: not read".to_owned()), "{said:?}");
    assert!(said.iter().any(|m| m == "`合计`: a row with sums: not read"), "{said:?}");
}

/// A spreadsheet with one sheet of these rows; a cell is `t:` and a text or the XML of a number.
fn workbook(rows: &[&[&str]]) -> Vec<u8> {
    let mut sheet = String::new();
    for (r, row) in rows.iter().enumerate() {
        sheet.push_str(&format!("<row r=\"{}\">", r + 1));
        for (c, cell) in row.iter().enumerate() {
            let place = format!("{}{}", char::from(b'A' + u8::try_from(c).unwrap()), r + 1);
            sheet.push_str(&match cell.strip_prefix("t:") {
                Some(text) => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
                None => format!("<c r=\"{place}\"><v>{cell}</v></c>"),
            });
        }
        sheet.push_str("</row>");
    }
    package(&sheet)
}

fn package(sheet: &str) -> Vec<u8> {
    const SPACE: &str = "http://schemas.openxmlformats.org";
    let parts = [
        ("[Content_Types].xml", format!("<Types xmlns=\"{SPACE}/package/2006/content-types\"/>")),
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{SPACE}/package/2006/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{SPACE}/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{SPACE}/spreadsheetml/2006/main\" \
                 xmlns:r=\"{SPACE}/officeDocument/2006/relationships\"><sheets><sheet name=\"S\" sheetId=\"1\" \
                 r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{SPACE}/package/2006/relationships\"><Relationship Id=\"rId1\" \
                 Type=\"{SPACE}/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!(
                "<worksheet xmlns=\"{SPACE}/spreadsheetml/2006/main\"><sheetData>{sheet}</sheetData></worksheet>"
            ),
        ),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for (name, text) in parts {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn what_a_spreadsheet_has_ruined_is_told_with_its_row() {
    let head = ["t:通话ID", "t:被叫号码", "t:开始时间", "t:通话时长", "t:客户编号"];
    let rows: [&[&str]; 6] = [
        &head,
        &["t:C1", "t:1.99E+10", "t:2026/3/5 10:10", "t:54秒", "t:B1"],
        &["20260305101000801123", "19900000002", "46086.42361111111", "0.000625", "t:B1"],
        &["t:C3", "1000000000", "t:2026年3月5日 21时05分", "0", "t:B1"],
        &["t:C4", "t:19900000002", "t:2026-03-05", "1", "t:B1"],
        &["t:C5", "t:19900000002", "t:2026-03-05 10:00"],
    ];
    let log = decode("log.xlsx", &workbook(&rows));
    assert_eq!(
        lost(&log),
        [
            (
                Some(2),
                "`callee_number` (column 2, `被叫号码`): `1.99E+10` has lost its digits in a spreadsheet: read without it"
            ),
            (
                Some(3),
                "`call_id`: `2.0260305101000802e19` has lost its digits in a spreadsheet: read without it"
            ),
            (Some(5), "`start` (column 3, `开始时间`): `2026-03-05` is no date and time: row skipped"),
        ]
    );
    let numbers: Vec<Option<&str>> = log.rows.iter().map(|r| r.callee_number.as_deref()).collect();
    assert_eq!(numbers, [None, Some("19900000002"), Some("1000000000"), Some("19900000002")]);
    assert_eq!(log.rows[1].call_id, None);
    assert_eq!(log.rows[1].start.to_string(), "2026-03-05T02:10:00Z");
    let talk: Vec<Option<u64>> = log.rows.iter().map(|r| r.duration_s).collect();
    assert_eq!(talk, [Some(54), Some(1), Some(0), None]);
    assert!(
        log.notices.iter().any(|n| n.line == Some(4) && n.message.contains("1 cell is a number and no text"))
    );
}

#[test]
fn a_bomb_is_refused_and_a_far_cell_costs_nothing() {
    let far = package(
        "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
    );
    assert_eq!(decode("far.xlsx", &far).rows, []);
    let many = "a".repeat(40 << 20);
    let bomb = package(&format!("<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>{many}</t></is></c></row>"));
    assert!(bomb.len() < 100 << 10);
    let log = decode("bomb.xlsx", &bomb);
    assert!(lost(&log)[0].1.starts_with("unpacks to more than "), "{:?}", log.notices);
}

#[test]
fn damaged_and_locked_spreadsheets_are_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/formats");
    for name in ["calls.xlsx", "calls.xls"] {
        let whole = std::fs::read(folder.join(name)).unwrap();
        for cut in [8, 100, whole.len() / 2, whole.len() - 30] {
            let log = decode(name, &whole[..cut]);
            assert!(!lost(&log).is_empty() || !log.rows.is_empty(), "{name} cut at {cut}");
        }
    }
    let locked = {
        let mut file = cfb::CompoundFile::create(std::io::Cursor::new(Vec::new())).unwrap();
        file.create_stream("/EncryptedPackage").unwrap().write_all(b"secret").unwrap();
        file.into_inner().into_inner()
    };
    assert_eq!(lost(&decode("log.xlsx", &locked)), [(None, "locked by a password: not read")]);
    let empty = workbook(&[&["t:a", "t:b", "t:c"]]);
    assert!(lost(&decode("log.xlsx", &empty))[0].1.starts_with("no column `start`"));
}

#[test]
fn legs_of_a_call_are_one_call_and_an_odd_record_is_told() {
    let leg = |uuid: &str, call: &str, answer: u64| {
        format!(
            "{{\"variables\":{{\"uuid\":\"{uuid}\",\"call_uuid\":\"{call}\",\"start_epoch\":\"1772676600\",\
             \"answer_epoch\":\"{answer}\",\"billsec\":\"0\",\"end_epoch\":\"1772676630\",\"hangup_cause\":\"{}\"}}}}\n",
            if answer == 0 { "UNALLOCATED_NUMBER" } else { "NORMAL_CLEARING" }
        )
    };
    let text =
        format!("{}{{\"a\":1}}\n{{broken\n{}[{},3]", leg("a", "a", 0), leg("b", "a", 1), leg("c", "c", 1));
    let log = decode("cdr.json", text.as_bytes());
    let ids: Vec<Option<&str>> = log.rows.iter().map(|r| r.call_id.as_deref()).collect();
    assert_eq!(ids, [Some("a"), Some("a"), Some("c")]);
    let answers: Vec<(Option<bool>, bool)> =
        log.rows.iter().map(|r| (r.connected, r.invalid_number)).collect();
    assert_eq!(answers, [(Some(false), true), (Some(false), false), (Some(false), false)]);
    assert_eq!((log.rows[0].ring_s, log.rows[0].recording.as_deref()), (Some(30), None));
    let said = lost(&log);
    assert_eq!(said[0], (Some(2), "no record of FreeSWITCH: without `variables`: not read"));
    assert!(said[1].0 == Some(3) && said[1].1.starts_with("no JSON: "), "{said:?}");
    assert!(said[2].1.starts_with("record 2: no record of FreeSWITCH"), "{said:?}");
    for odd in
        ["<a><b></a>", "<html></html>", "<cdr><variables><uuid>1</uuid>", "<cdr><variables/></cdr>", "<"]
    {
        assert!(!lost(&decode("cdr.xml", odd.as_bytes())).is_empty(), "{odd}");
    }
}

#[test]
fn columns_of_an_exchange_are_known_without_names() {
    let row = |end: &str| {
        format!(
            "\"\",\"0001\",\"19900000001\",\"out\",\"\",\"\",\"\",\"Dial\",\"\",\"2026-03-05 10:10:00\",{end},\"DOCUMENTATION\"\n"
        )
    };
    let text = row("\"\",\"2026-03-05 10:10:30\",30,0,\"NO ANSWER\"") + &row("\"\",\"x\",30,0,\"BUSY\"");
    let log = decode("Master.csv", text.as_bytes());
    assert_eq!(log.rows.len(), 1);
    let row = &log.rows[0];
    assert_eq!(
        (row.connected, row.duration_s, row.ring_s, row.call_id.as_deref()),
        (Some(false), Some(0), Some(30), None)
    );
    assert_eq!(lost(&log), [(Some(2), "`end` (column 12): `x` is no date and time: row skipped")]);
    assert!(log.notices.iter().any(|n| n.message == "no names of columns: read as the log of Asterisk"));
}

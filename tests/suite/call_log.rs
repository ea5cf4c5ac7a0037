//! Call logs as CSV: columns, values, places.

use cuicha::decode::call_log::{CallLog, Context, Reader, decode_call_log};
use cuicha::model::transcript::CalleeRole;
use jiff::tz::TimeZone;
use proptest::prelude::*;

fn decode(text: &str) -> CallLog {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    decode_call_log("log.csv", text, Context { zone: &zone, now: None })
}

fn lost(log: &CallLog) -> Vec<(Option<usize>, &str)> {
    log.notices.iter().filter(|n| n.lost).map(|n| (n.line, n.message.as_str())).collect()
}

#[test]
fn columns_in_any_order_case_and_delimiter() {
    let comma = "call_id,borrower_id,agency,collector_id,caller_number,callee_number,callee_role,start,duration_s,connected\n\
        D1,L1,甲,Q1,0001,0002,borrower,2026-08-06T12:21:12Z,83,true\n";
    let plain = decode(comma);
    assert_eq!(plain.notices, []);
    for delimiter in [";", "\t"] {
        assert_eq!(decode(&comma.replace(',', delimiter)).rows, plain.rows);
    }
    let other = "\u{feff}Start, CONNECTED ,Call-ID,note,Borrower Id,Callee_Role\r\n2026-08-06 20:21:12,1,D1,x,L1,BORROWER\r\n";
    let row = &decode(other).rows[0];
    assert_eq!((row.call_id.as_deref(), row.borrower_id.as_deref()), (Some("D1"), Some("L1")));
    assert_eq!((row.start, row.connected, row.line), (plain.rows[0].start, Some(true), 2));
    assert_eq!(row.callee_role, CalleeRole::Borrower);
}

#[test]
fn chinese_columns_and_words() {
    let text = "通话ID,主叫号码,被叫号码,开始时间,结束时间,通话时长,坐席工号,客户编号,被叫角色,通话结果\n\
        C1,01000000000,19900000001,2026/3/5 10:10,2026/3/5 10:11,00:00:54,802,B1001,本人,接通\n\
        C2,01000000000,1.99E+10,2026年3月5日 21时05分,,1分5秒,802,B1001,联系人,未接通\n";
    let log = decode(text);
    assert_eq!(log.rows.len(), 2);
    let (a, b) = (&log.rows[0], &log.rows[1]);
    assert_eq!(
        (a.start.to_string(), a.duration_s, a.connected),
        ("2026-03-05T02:10:00Z".to_owned(), Some(54), Some(true))
    );
    assert_eq!((a.collector_id.as_deref(), a.callee_role), (Some("802"), CalleeRole::Borrower));
    assert_eq!(
        (b.start.to_string(), b.duration_s, b.connected),
        ("2026-03-05T13:05:00Z".to_owned(), Some(65), Some(false))
    );
    assert_eq!((b.callee_number.as_deref(), b.callee_role), (None, CalleeRole::Contact));
    assert_eq!(
        lost(&log),
        [(
            Some(3),
            "`callee_number` (column 3, `被叫号码`): `1.99E+10` has lost its digits in a spreadsheet: read without it"
        )]
    );
}

#[test]
fn times() {
    let one =
        |time: &str| decode(&format!("start;call_id\n{time};a\n")).rows.first().map(|r| r.start.to_string());
    for same in [
        "2026-08-06T12:21:12Z",
        "2026-08-06t12:21:12z",
        "2026-08-06T20:21:12+08:00",
        "2026-08-06 20:21:12 +08:00",
        "2026-08-06T07:21:12-05:00",
        "2026-08-06 20:21:12",
        "2026-08-06T20:21:12",
        "2026/8/6 20:21:12",
        "2026.08.06 20:21:12",
        "20260806202112",
        "2026年8月6日20时21分12秒",
    ] {
        assert_eq!(one(same).as_deref(), Some("2026-08-06T12:21:12Z"), "{same}");
    }
    assert_eq!(one("2026/8/6 8:05").as_deref(), Some("2026-08-06T00:05:00Z"));
    for bad in [
        "2026-08-06",
        "20260806",
        "06/08/2026 10:00",
        "2026-13-01 10:00",
        "2026-02-30 10:00",
        "2026-08-06 24:00:00",
        "2026-08-06 10:00:60",
        "2026-08-06 13:00 PM",
        "2026-08-06 10:00+8",
        "2026-08-0610:00",
        "10:00",
        "昨天",
        "2026-08-06 10",
        "2026-08-06 10:00:00.",
        "46240",
        "178601887",
    ] {
        assert_eq!(one(bad), None, "{bad}");
    }
}

#[test]
fn answered_or_not() {
    let by_duration = decode(
        "call_id,start,duration_s\na,2026-08-06 09:00,0\nb,2026-08-06 09:00,1\nc,2026-08-06 09:00,\nd,2026-08-06 09:00,0.4\n",
    );
    let answers: Vec<Option<bool>> = by_duration.rows.iter().map(|r| r.connected).collect();
    assert_eq!(answers, [Some(false), Some(true), None, Some(true)]);
    assert!(by_duration.notices.iter().any(|n| n.message.contains("counts as answered when")));
    let words =
        ["true", "FALSE", "1", "0", "yes", "no", "是", "否", "接通", "未接通", "No Answer", "ANSWERED"];
    let text: String = words.iter().map(|w| format!("2026-08-06 09:00,{w}\n")).collect();
    let log = decode(&format!("start,connected\n{text}"));
    let answers: Vec<bool> = log.rows.iter().filter_map(|r| r.connected).collect();
    assert_eq!(answers, [true, false, true, false, true, false, true, false, true, false, false, true]);
    let ringing = decode("start,end\n2026-08-06 09:00,2026-08-06 09:01\n");
    assert_eq!((ringing.rows[0].duration_s, ringing.rows[0].connected), (Some(60), None));
}

#[test]
fn bad_rows_are_told_with_field_value_and_line() {
    let text = "call_id,start,end,duration_s,connected\n\
        a,2026-08-06 09:00,,10,true\n\
        b,yesterday,,10,true\n\
        c,2026-08-06 09:00,,ten,true\n\
        d,2026-08-06 09:00,,-5,true\n\
        \n\
        e,2026-08-06 09:00,,10,perhaps\n\
        f,2026-08-06 09:00,,10\n\
        g,2026-08-06 09:00,2026-08-06 08:59,,true\n\
        \"h\nh\",2026-08-06 09:00,,10,true\n\
        i,,,10,true\n\
        ,,,,\n\
        j,2026-08-06 09:00,,10,true\n";
    let log = decode(text);
    let ids: Vec<_> = log.rows.iter().map(|r| (r.call_id.as_deref().unwrap(), r.line)).collect();
    assert_eq!(ids, [("a", 2), ("h\nh", 10), ("j", 14)]);
    assert_eq!(
        lost(&log),
        [
            (Some(3), "`start` (column 2): `yesterday` is no date and time: row skipped"),
            (Some(4), "`duration_s` (column 4): `ten` is no number of seconds: row skipped"),
            (Some(5), "`duration_s` (column 4): `-5` is negative: row skipped"),
            (Some(7), "`connected` (column 5): `perhaps` is neither true nor false: row skipped"),
            (Some(8), "4 fields, the header has 5: row skipped"),
            (
                Some(9),
                "`end` (column 3): 2026-08-06T00:59:00Z is before `start`: 2026-08-06T01:00:00Z: row skipped"
            ),
            (Some(12), "`start` (column 2) is empty: row skipped"),
        ]
    );
}

#[test]
fn a_stray_quote_costs_one_row() {
    let rows: Vec<String> = (0..50).map(|n| format!("c{n},2026-08-06 09:00,note")).collect();
    for (from, to) in [("c", "\"c"), ("2026", "\"2026"), ("note", "\"note")] {
        for n in [0, 20, 49] {
            let mut rows = rows.clone();
            rows[n] = rows[n].replace(from, to);
            for end in ["\n", "\r\n"] {
                let text = ["call_id,start,note", &rows.join(end), ""].join(end);
                let log = decode(&text);
                assert_eq!(log.rows.len(), 49, "{text}");
                assert_eq!(lost(&log), [(Some(n + 2), "a quote is not closed: row skipped")]);
                assert!(log.rows.iter().all(|r| r.call_id == Some(format!("c{}", r.line - 2))));
            }
        }
    }
    let two = "call_id,start,note\na,2026-08-06 09:00,\"x\nb,2026-08-06 09:00,\nc,2026-08-06 09:00,\"y\n";
    assert_eq!(decode(two).rows.len(), 1);
    assert_eq!(lost(&decode(two)).len(), 2);
    assert_eq!(lost(&decode("call_id,start,\"note\na,2026-08-06 09:00,x\n")).len(), 1);
}

#[test]
fn quoted_fields() {
    let log = decode(
        "call_id,start,note\r\n\"a \"\"b\"\"\",\"2026-08-06 09:00\",\"1,\r\n2\"\r\nc,2026-08-06 09:00,x\r\n",
    );
    let ids: Vec<_> = log.rows.iter().map(|r| (r.call_id.as_deref().unwrap(), r.line)).collect();
    assert_eq!((ids, lost(&log).len()), (vec![("a \"b\"", 2), ("c", 4)], 0));
}

#[test]
fn line_breaks_of_every_kind() {
    for end in ["\n", "\r\n", "\r"] {
        let log =
            decode(&["call_id,start", "", "a,2026-08-06 09:00", "b,bad", "c,2026-08-06 09:00"].join(end));
        let lines: Vec<usize> = log.rows.iter().map(|r| r.line).collect();
        assert_eq!((lines, lost(&log)[0].0), (vec![3, 5], Some(4)), "{end:?}");
    }
}

#[test]
fn without_start_nothing_can_be_read() {
    let log = decode("call_id,borrower_id,strat\na,L1,2026-08-06 09:00\n");
    assert_eq!(log.rows, []);
    let [(line, message)] = lost(&log)[..] else { panic!("{:?}", log.notices) };
    assert_eq!(line, Some(1));
    assert!(message.contains("no column `start` (did you mean `start` by `strat`?)"), "{message}");
    assert!(message.contains("there are `call_id`, `borrower_id`, `strat`"), "{message}");
    assert_eq!(lost(&decode("")).len(), 1);
    assert_eq!(lost(&decode("\n\n")).len(), 1);
}

#[test]
fn strange_roles_are_told_once() {
    let log = decode(
        "call_id,start,callee_role\na,2026-08-06 09:00,borower\nb,2026-08-06 09:00,x\nc,2026-08-06 09:00,\n",
    );
    assert_eq!(log.rows.len(), 3);
    assert!(log.rows.iter().all(|r| r.callee_role == CalleeRole::Unknown));
    assert_eq!(
        lost(&log),
        [(
            Some(2),
            "`callee_role` (column 3): `borower` and the words of 1 more rows are not known: read as unknown"
        )]
    );
}

#[test]
fn quotes_everywhere_take_no_longer_than_the_text() {
    for line in ["\"", "a,\"", "\"\"\"", "\"\",\"x", "a,b\"c,\"", "\"a\"b,\""] {
        let text = format!("call_id,start\n{}", format!("{line}\n").repeat(20_000));
        let begun = std::time::Instant::now();
        let _ = decode(&text);
        assert!(begun.elapsed().as_secs() < 20, "{line}: {:?}", begun.elapsed());
    }
}

#[test]
fn the_table_makes_sense() {
    let table = include_str!("../../lexicons/tables/call-log-columns.tsv");
    let columns = [
        "call_id",
        "borrower_id",
        "agency",
        "collector_id",
        "caller_number",
        "callee_number",
        "callee_role",
        "start",
        "duration_s",
        "connected",
        "end",
        "direction",
        "ring_s",
        "recording",
        "agreed_hours",
        "agreed_on",
        "agreed_by",
    ];
    let mut seen = std::collections::BTreeSet::new();
    for line in table.lines().filter(|l| !l.starts_with('#')) {
        let parts: Vec<&str> = line.split('\t').collect();
        let [kind, written, meaning] = parts[..] else { panic!("{line}: three columns are needed") };
        let folded = if kind == "half-day" { written.to_owned() } else { written.to_lowercase() };
        assert!(seen.insert((kind, folded)), "{line}: stands twice");
        let known = match kind {
            "column" => columns.contains(&meaning),
            "connected" => ["true", "false", "invalid"].contains(&meaning),
            "direction" => ["inbound", "outbound"].contains(&meaning),
            "half-day" => ["first", "second"].contains(&meaning),
            "file" => meaning == "recording",
            "total" => meaning == "total",
            "role" => ["borrower", "contact", "unknown"].contains(&meaning),
            "unit" => meaning.parse::<u64>().is_ok(),
            _ => false,
        };
        assert!(known, "{line}");
    }
}

/// The start of the only row.
fn start(time: &str) -> Option<String> {
    decode(&format!("start;call_id\n{time};a\n")).rows.first().map(|r| r.start.to_string())
}

#[test]
fn times_of_spreadsheets_and_machines() {
    for same in [
        "1786018872",
        "1786018872000",
        "46240.8480555556",
        "2026/8/6 下午 8:21:12",
        "2026/8/6 8:21:12 PM",
        "2026-08-06 20:21:12",
    ] {
        assert_eq!(start(same).as_deref(), Some("2026-08-06T12:21:12Z"), "{same}");
    }
    assert_eq!(start("2026年3月5日 21时05分").as_deref(), Some("2026-03-05T13:05:00Z"));
    assert_eq!(start("2026/8/6 12:05 AM").as_deref(), Some("2026-08-05T16:05:00Z"));
    for bad in ["46240", "2026/8/6 0:21 PM", "46240.", "1.78E+09", "2026-08-06T20:21:12+08:00[Nowhere/None]"]
    {
        assert_eq!(start(bad), None, "{bad}");
    }
}

#[test]
fn durations_in_words() {
    let seconds = |text: &str| {
        decode(&format!("start;duration_s\n2026-08-06 09:00;{text}\n")).rows.first().map(|r| r.duration_s)
    };
    for (text, wanted) in
        [("54秒", 54), ("1分5秒", 65), ("1小时2分3秒", 3_723), ("00:01:05", 65), ("54.2", 55)]
    {
        assert_eq!(seconds(text), Some(Some(wanted)), "{text}");
    }
    assert_eq!(seconds("1:05"), None, "hours and minutes, or minutes and seconds?");
}

#[test]
fn a_title_above_and_sums_below() {
    let text = "云岭示例商务咨询通话明细表,,,\n导出时间,2026-08-07 09:00:00,,\n\n\
        通话编号,客户编号,开始时间,通话时长\nc1,L1,2026-08-06T20:21:12+08:00,54秒\nc2,L1,2026-08-06T20:31:12+08:00,0秒\n合计,2,,54秒\n";
    let log = decode(text);
    let rows: Vec<(&str, usize)> = log.rows.iter().map(|r| (r.call_id.as_deref().unwrap(), r.line)).collect();
    assert_eq!((rows, lost(&log)), (vec![("c1", 5), ("c2", 6)], vec![]));
    let told: Vec<(Option<usize>, &str)> = log.notices.iter().map(|n| (n.line, n.message.as_str())).collect();
    assert!(told.contains(&(Some(4), "2 rows above the names of the columns: not read")), "{told:?}");
    assert!(told.contains(&(Some(7), "`合计`: a row with sums: not read")), "{told:?}");
}

#[test]
fn rows_of_no_time_are_not_counted() {
    let zone = TimeZone::get("Asia/Shanghai").unwrap();
    let now = Some("2026-08-06T12:00:00Z".parse().unwrap());
    let text = "call_id,start\na,2026-08-07T11:59:59Z\nb,2026-08-07T12:00:01Z\nc,1900-01-01 00:00:00\n";
    let log = decode_call_log("log.csv", text, Context { zone: &zone, now });
    assert_eq!(log.rows.len(), 1);
    assert_eq!(
        lost(&log),
        [
            (Some(3), "`start` (column 2): 2026-08-07T12:00:01Z lies in the future: row skipped"),
            (Some(4), "`start` (column 2): 1899-12-31T15:54:17Z is no time of a call: row skipped"),
        ]
    );
}

#[test]
fn times_without_a_zone_are_local_and_told() {
    let log =
        decode("call_id,start\na,2026-08-06 09:00\nb,2026-08-06T09:00:00+08:00\nc,2026-08-06 10:00:00\n");
    let told: Vec<&str> =
        log.notices.iter().filter(|n| n.message.contains("zone")).map(|n| n.message.as_str()).collect();
    assert_eq!(told, ["the times of 2 rows name no zone: read as local time of Asia/Shanghai"]);
}

#[test]
fn directions_agreements_and_recordings() {
    let text = "call_id,start,呼叫方向,约定时段,约定日期,约定凭证,录音文件,响铃时长\n\
        a,2026-08-06 22:00,呼入,19:00至24:00,2026年8月1日,C1,a.wav,12\nb,2026-08-06 22:00,斜向,晚上,,,,\n";
    let log = decode(text);
    let (a, b) = (&log.rows[0], &log.rows[1]);
    let agreed = a.agreed.unwrap();
    assert_eq!((agreed.from.hour(), agreed.to.hour(), agreed.proved), (19, 0, true));
    assert_eq!(agreed.on.unwrap().to_string(), "2026-08-01");
    assert_eq!((a.recording.as_deref(), b.recording.as_deref()), (Some("a.wav"), Some("")));
    assert_eq!((a.direction, a.ring_s), (cuicha::model::calllog::Direction::Inbound, Some(12)));
    assert_eq!((b.agreed, lost(&log).len()), (None, 2));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn wherever_a_log_is_cut_the_same_comes_out(
        text in "(([a-c]|\"|,|20260806090000|\r|\n|合计){0,12}(\n|\r\n)){0,12}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        // More than is waited for before the first rows are read.
        let many = "d,20260806090000\n".repeat(4_200);
        let body = format!("call_id,start\n{many}{text}");
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let context = Context { zone: &zone, now: None };
        let head = body.len() - text.len();
        let mut at: Vec<usize> = cuts.iter().map(|c| head + c.index(text.len() + 1)).filter(|c| body.is_char_boundary(*c)).collect();
        at.extend([head / 2, body.len()]);
        at.sort_unstable();
        let mut reader = Reader::new("log.csv", context);
        let (mut rows, mut from) = (Vec::new(), 0);
        for to in at {
            reader.push(&body[from..to], &mut |row| rows.push(row.to_row()));
            from = to;
        }
        let notices = reader.finish(&mut |row| rows.push(row.to_row()));
        prop_assert_eq!(CallLog { rows, notices }, decode(&body));
    }

    #[test]
    fn blocks_that_are_read_apart_say_the_same(
        text in "(([a-c]|\"|,|20260806090000|\r|合计){0,12}(\n|\r\n)){0,12}[a-c\",]{0,3}",
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let many = "d,20260806090000\n".repeat(4_200);
        let body = format!("call_id,start\n{many}{text}");
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        let context = Context { zone: &zone, now: None };
        let head = body.len() - text.len();
        // Blocks end with a line break.
        let ends: Vec<usize> = (head..body.len()).filter(|at| body.as_bytes()[at - 1] == b'\n').collect();
        let mut at: Vec<usize> = cuts.iter().filter(|_| !ends.is_empty()).map(|c| ends[c.index(ends.len())]).collect();
        at.extend([head, body.len()]);
        at.sort_unstable();
        let mut reader = Reader::new("log.csv", context);
        let mut rows = Vec::new();
        reader.push(&body[..head], &mut |row| rows.push(row.to_row()));
        let apart = reader.apart().unwrap();
        for pair in at.windows(2) {
            let block = &body[pair[0]..pair[1]];
            let mut own = Vec::new();
            let read = apart.read(block, &mut |row| own.push(row.to_row()));
            match reader.accept(&block[read.read()..], read) {
                Some(before) => rows.extend(own.into_iter().map(|mut row| { row.line += before; row })),
                None => reader.push(block, &mut |row| rows.push(row.to_row())),
            }
        }
        let notices = reader.finish(&mut |row| rows.push(row.to_row()));
        prop_assert_eq!(CallLog { rows, notices }, decode(&body));
    }

    #[test]
    fn no_text_panics_and_no_row_is_lost_silently(text in "[a-c,;\"\t\r\n0-9:/ -]{0,200}") {
        let body = format!("call_id,start,duration_s\n{text}");
        let log = decode(&body);
        prop_assert!(log.notices.iter().all(|n| n.line.is_none_or(|l| l <= body.split(['\n', '\r']).count())));
        let _ = decode(&text);
    }
}

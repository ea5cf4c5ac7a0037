//! Call logs: CSV with a header, one dial a row.

mod columns;
mod fields;
mod records;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::model::calllog::LogRow;
use crate::model::notice::Notice;
use crate::model::transcript::CalleeRole;
use columns::{
    AGENCY, BORROWER_ID, CALL_ID, CALLEE_NUMBER, CALLEE_ROLE, CALLER_NUMBER, COLLECTOR_ID, COLUMNS,
    CONNECTED, DURATION, END, Layout, START, WORDS, near,
};
use records::{Record, Records};

/// The rows of a call log, and what there is to say about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallLog {
    /// Rows in the order of the file.
    pub rows: Vec<LogRow>,
    /// Notices by line.
    pub notices: Vec<Notice>,
}

/// Decodes a whole call log. `tz` is the zone of times that name none.
pub fn decode_call_log(file: &str, text: &str, tz: &TimeZone) -> CallLog {
    let mut rows = Vec::new();
    let notices = for_each_row(file, text, tz, &mut |row| rows.push(row));
    CallLog { rows, notices }
}

/// The same, handing over one row at a time: a log of millions of rows need not stand in memory twice.
pub fn for_each_row(file: &str, text: &str, tz: &TimeZone, take: &mut dyn FnMut(LogRow)) -> Vec<Notice> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let Some((delimiter, header)) = header(text) else {
        return vec![Notice::lost(file, None, "empty: a call log begins with the names of its columns")];
    };
    if !header.closed {
        return vec![Notice::lost(
            file,
            Some(header.line),
            "a quote in the names of the columns is not closed",
        )];
    }
    let names = names(&header);
    let layout = Layout::of(&names);
    if layout.at[START].is_none() {
        return vec![Notice::lost(file, Some(header.line), without_start(&names, &layout))];
    }
    let mut notices = Vec::new();
    tell_columns(file, header.line, &layout, &mut notices);
    let mut log = Log { file, tz, layout, notices, strange_roles: None };
    log.rows(text, delimiter, take);
    if let Some((line, count, word)) = log.strange_roles.take() {
        let others = match count {
            1 => " is".to_owned(),
            n => format!(" and the words of {} more rows are", n - 1),
        };
        let message = format!("`{}`: `{word}`{others} not known: read as unknown", COLUMNS[CALLEE_ROLE]);
        log.notices.push(Notice::lost(file, Some(line), message));
        log.notices.sort_by_key(|n| n.line);
    }
    log.notices
}

/// The delimiter that makes the most sense of the header, and the header.
fn header(text: &str) -> Option<(u8, Record<'_>)> {
    let mut best: Option<(u8, Record<'_>, (usize, usize))> = None;
    for delimiter in [b',', b';', b'\t'] {
        let mut record = Record::default();
        if !Records::new(text, delimiter, 1).next(&mut record) {
            return None;
        }
        let rank = (Layout::of(&names(&record)).known(), record.fields.len());
        if best.as_ref().is_none_or(|(_, _, other)| rank > *other) {
            best = Some((delimiter, record, rank));
        }
    }
    best.map(|(delimiter, record, _)| (delimiter, record))
}

/// Whether a text is a call log: its first line names a start and more columns of one.
pub fn is_call_log(text: &str) -> bool {
    let header = header(text.strip_prefix('\u{feff}').unwrap_or(text));
    header.is_some_and(|(_, header)| {
        let layout = Layout::of(&names(&header));
        layout.at[START].is_some() && layout.known() >= 3
    })
}

fn names<'a>(header: &'a Record<'_>) -> Vec<&'a str> {
    header.fields.iter().map(|f| f.trim()).collect()
}

fn without_start(names: &[&str], layout: &Layout) -> String {
    let missing: Vec<&str> = layout.missing().into_iter().filter(|m| *m != COLUMNS[END]).collect();
    let near = near(names, START).map_or(String::new(), |n| format!(" (did you mean `start` by `{n}`?)"));
    let there: Vec<String> = names.iter().take(40).map(|n| shown(n)).collect();
    let listed = missing.join("`, `");
    format!(
        "no column `start`{near}: no row can be read; missing are `{listed}`; there are `{}`",
        there.join("`, `")
    )
}

fn tell_columns(file: &str, line: usize, layout: &Layout, notices: &mut Vec<Notice>) {
    let mut tell = |message| notices.push(Notice::remark(file, Some(line), message));
    for doubled in &layout.doubled {
        tell(format!("column `{}` says what another column says: it is not read", shown(doubled)));
    }
    let known_end = layout.at[DURATION].is_some() || layout.at[END].is_some();
    let missing: Vec<&str> = layout
        .missing()
        .into_iter()
        .filter(|m| *m != COLUMNS[END] && *m != COLUMNS[CONNECTED] && (*m != COLUMNS[DURATION] || !known_end))
        .collect();
    if !missing.is_empty() {
        tell(format!("no column `{}`: what needs it is not checked", missing.join("`, `")));
    }
    if layout.at[CONNECTED].is_none() {
        tell(match layout.at[DURATION] {
            Some(_) => {
                "no column `connected`: a call counts as answered when `duration_s` is more than 0".to_owned()
            }
            None => "no column `connected`: whether a call was answered is not known".to_owned(),
        });
    }
}

/// At most 40 characters of a value, on one line.
fn shown(value: &str) -> String {
    let mut chars = value.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut text: String = chars.by_ref().take(40).collect();
    if chars.next().is_some() {
        text.push('\u{2026}');
    }
    text
}

struct Log<'a> {
    file: &'a str,
    tz: &'a TimeZone,
    layout: Layout,
    notices: Vec<Notice>,
    /// First line, number and first word of the rows whose role is not known.
    strange_roles: Option<(usize, usize, String)>,
}

impl Log<'_> {
    /// All rows below the header. No byte is read more than twice.
    fn rows(&mut self, text: &str, delimiter: u8, take: &mut dyn FnMut(LogRow)) {
        let mut records = Records::new(text, delimiter, 1);
        let mut record = Record::default();
        records.next(&mut record);
        while records.next(&mut record) {
            let suspect = record.several_lines && !(record.closed && record.tidy);
            let outcome = if suspect { None } else { self.row(&record) };
            if suspect || (record.several_lines && matches!(outcome, Some(Err(_)))) {
                self.salvage(text, delimiter, &record, take);
            } else {
                self.settle(outcome, record.line, take);
            }
        }
    }

    /// A stray quote may have swallowed rows: reads each line of the record for itself.
    fn salvage(&mut self, text: &str, delimiter: u8, whole: &Record<'_>, take: &mut dyn FnMut(LogRow)) {
        let mut record = Record::default();
        let piece = text[whole.begin..whole.end].replace("\r\n", "\n");
        for (line, text) in (whole.line..).zip(piece.split(['\n', '\r'])) {
            if Records::new(text, delimiter, line).next(&mut record) {
                let outcome = self.row(&record);
                self.settle(outcome, line, take);
            }
        }
    }

    fn settle(&mut self, outcome: Option<Result<LogRow, String>>, line: usize, take: &mut dyn FnMut(LogRow)) {
        match outcome {
            None => {}
            Some(Ok(row)) => take(row),
            Some(Err(message)) => self.lost(line, format!("{message}: row skipped")),
        }
    }

    fn lost(&mut self, line: usize, message: String) {
        self.notices.push(Notice::lost(self.file, Some(line), message));
    }

    /// The row of a record; nothing if all its fields are empty.
    fn row(&mut self, record: &Record<'_>) -> Option<Result<LogRow, String>> {
        if record.fields.iter().all(|f| f.trim().is_empty()) {
            return None;
        }
        let (has, needs) = (record.fields.len(), self.layout.width);
        Some(if !record.closed {
            Err("a quote is not closed".to_owned())
        } else if has != needs {
            Err(format!("{has} fields, the header has {needs}"))
        } else {
            self.read(record)
        })
    }

    fn read(&mut self, record: &Record<'_>) -> Result<LogRow, String> {
        let (at, line) = (self.layout.at, record.line);
        let field = |column: usize| {
            let value = record.fields.get(at[column]?)?.trim();
            if value.is_empty() { None } else { Some(value) }
        };
        let owned = |column: usize| field(column).map(str::to_owned);
        let start = self.moment(START, field(START))?.ok_or("`start` is empty")?;
        let end = self.moment(END, field(END))?;
        let duration_s = duration(start, end, field(DURATION))?;
        let connected = connected(field(CONNECTED), field(DURATION), duration_s)?;
        let callee_role = self.role(field(CALLEE_ROLE), line);
        let caller_number = self.number(CALLER_NUMBER, field(CALLER_NUMBER), line);
        let callee_number = self.number(CALLEE_NUMBER, field(CALLEE_NUMBER), line);
        Ok(LogRow {
            call_id: owned(CALL_ID),
            borrower_id: owned(BORROWER_ID),
            agency: owned(AGENCY),
            collector_id: owned(COLLECTOR_ID),
            caller_number,
            callee_number,
            callee_role,
            start,
            duration_s,
            connected,
            file: self.file.to_owned(),
            line,
        })
    }

    fn moment(&self, column: usize, value: Option<&str>) -> Result<Option<Timestamp>, String> {
        let Some(value) = value else { return Ok(None) };
        match fields::moment(value, self.tz) {
            Some(time) => Ok(Some(time)),
            None => Err(format!("`{}`: `{}` is no date and time", COLUMNS[column], shown(value))),
        }
    }

    /// A row whose role is a strange word still is a dial.
    fn role(&mut self, value: Option<&str>, line: usize) -> CalleeRole {
        let Some(word) = value else { return CalleeRole::Unknown };
        WORDS.role(word).unwrap_or_else(|| {
            let (_, count, _) = self.strange_roles.get_or_insert_with(|| (line, 0, shown(word)));
            *count += 1;
            CalleeRole::Unknown
        })
    }

    /// A row whose number is ruined still is a dial.
    fn number(&mut self, column: usize, value: Option<&str>, line: usize) -> Option<String> {
        let value = value?;
        if fields::is_ruined_number(value) {
            let message = format!(
                "`{}`: `{}` has lost its digits in a spreadsheet: read without it",
                COLUMNS[column],
                shown(value)
            );
            self.lost(line, message);
            return None;
        }
        Some(value.to_owned())
    }
}

fn duration(start: Timestamp, end: Option<Timestamp>, value: Option<&str>) -> Result<Option<u64>, String> {
    let span = end.map(|end| end.as_second() - start.as_second());
    if let (Some(span), Some(end)) = (span, end)
        && span < 0
    {
        return Err(format!("`end`: {end} is before `start`: {start}"));
    }
    match value {
        None => Ok(span.and_then(|s| u64::try_from(s).ok())),
        Some(value) => match fields::duration(value) {
            Some(seconds) => Ok(Some(seconds)),
            None if value.starts_with('-') => Err(format!("`duration_s`: `{}` is negative", shown(value))),
            None => Err(format!("`duration_s`: `{}` is no number of seconds", shown(value))),
        },
    }
}

/// `end` alone does not tell whether a call was answered: it may have rung until then.
fn connected(
    word: Option<&str>,
    duration: Option<&str>,
    seconds: Option<u64>,
) -> Result<Option<bool>, String> {
    match word {
        None => Ok(duration.and(seconds).map(|s| s > 0)),
        Some(word) => match WORDS.connected(word) {
            Some(answer) => Ok(Some(answer)),
            None => Err(format!("`connected`: `{}` is neither true nor false", shown(word))),
        },
    }
}

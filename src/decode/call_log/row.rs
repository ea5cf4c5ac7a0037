//! One record of the text becomes one row, or a notice with its line and column.

use std::sync::Arc;

use jiff::Timestamp;

use super::columns::{
    AGENCY, AGREED_BY, AGREED_HOURS, AGREED_ON, Answer, BORROWER_ID, CALL_ID, CALLEE_NUMBER, CALLEE_ROLE,
    CALLER_NUMBER, COLLECTOR_ID, COLUMNS, CONNECTED, DIRECTION, DURATION, END, Layout, RECORDING, RING,
    START, WORDS,
};
use super::fields::{self, Local};
use super::records::Record;
use super::{Context, Take, bare, shown};
use crate::model::calllog::{Agreed, Direction, LogLine};
use crate::model::notice::Notice;
use crate::model::transcript::CalleeRole;

/// A clock may be wrong, and a log may be of a place where it is tomorrow already.
const DAY: i64 = 86_400;
/// 1990-01-01T00:00:00Z: before it nobody kept such logs, and a spreadsheet makes 1900 of nothing.
const OLDEST: i64 = 631_152_000;

/// Reads the rows of one log.
pub(super) struct Rows<'a> {
    file: &'a str,
    now: Option<i64>,
    local: Local<'a>,
    layout: Arc<Layout>,
    said: Remarks,
}

/// What there is to say about rows.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    notices: Vec<Notice>,
    /// First line, number and first word of the rows whose role, or direction, is not known.
    strange: [Option<(usize, usize, String)>; 2],
    /// First line and number of the rows whose time names no zone.
    zoneless: Option<(usize, usize)>,
}

impl Remarks {
    /// Adds what is said of rows that come after these and were counted from another line on, so many lines before.
    fn add(&mut self, later: Remarks, lines: usize) {
        self.notices.extend(later.notices.into_iter().map(|mut notice| {
            notice.line = notice.line.map(|line| line + lines);
            notice
        }));
        for (known, strange) in self.strange.iter_mut().zip(later.strange) {
            let Some((line, count, word)) = strange else { continue };
            known.get_or_insert((line + lines, 0, word)).1 += count;
        }
        if let Some((line, count)) = later.zoneless {
            self.zoneless.get_or_insert((line + lines, 0)).1 += count;
        }
    }
}

/// A record that is no row: one with sums is left out, any other is lost.
pub(super) fn skipped(file: &str, line: usize, first: &str, why: &str) -> Notice {
    if WORDS.is_total(first) {
        Notice::remark(file, Some(line), format!("`{}`: a row with sums: not read", shown(first)))
    } else {
        Notice::lost(file, Some(line), format!("{why}: row skipped"))
    }
}

impl<'a> Rows<'a> {
    pub fn new(file: &'a str, context: Context<'a>, layout: Arc<Layout>) -> Rows<'a> {
        Rows {
            file,
            now: context.now.map(Timestamp::as_second),
            local: Local::new(context.zone),
            layout,
            said: Remarks::default(),
        }
    }

    /// What was said so far.
    pub fn remarks(self) -> Remarks {
        self.said
    }

    /// Adds what is said of rows that were read apart, `lines` lines behind the first one.
    pub fn hear(&mut self, remarks: Remarks, lines: usize) {
        self.said.add(remarks, lines);
    }

    /// Takes a record. An empty one is none; one that cannot be read is told.
    pub fn record(&mut self, record: &Record<'_>, take: &mut Take<'_>) {
        if record.fields.iter().all(|f| trimmed(f).is_empty()) {
            return;
        }
        let outcome = match record.whole(self.layout.width) {
            Ok(()) => self.read(record, take),
            Err(message) => Err(message),
        };
        if let Err(message) = outcome {
            let first = record.fields.iter().map(|f| f.trim()).find(|f| !f.is_empty()).unwrap_or_default();
            self.said.notices.push(skipped(self.file, record.line, first, &message));
        }
    }

    /// Whether the record is no row.
    pub fn is_bad(&mut self, record: &Record<'_>) -> bool {
        let known = (self.said.notices.len(), self.said.strange.clone(), self.said.zoneless);
        let bad = record.whole(self.layout.width).is_err() || self.read(record, &mut |_| {}).is_err();
        self.said.notices.truncate(known.0);
        (self.said.strange, self.said.zoneless) = (known.1, known.2);
        bad
    }

    /// Whether the rows from now on say which recording they have.
    pub fn tell_recordings(&mut self, told: bool) {
        Arc::make_mut(&mut self.layout).at[RECORDING] = told.then_some(RECORDING);
    }

    /// What there is to say at the end.
    pub fn finish(mut self) -> Vec<Notice> {
        for (column, strange) in
            [CALLEE_ROLE, DIRECTION].into_iter().zip(std::mem::take(&mut self.said.strange))
        {
            let Some((line, count, word)) = strange else { continue };
            let others = match count {
                1 => " is".to_owned(),
                n => format!(" and the words of {} more rows are", n - 1),
            };
            let read = if column == DIRECTION { "outbound" } else { "unknown" };
            let message = format!("{}: `{word}`{others} not known: read as {read}", self.name(column));
            self.lost(line, message);
        }
        if let Some((line, count)) = self.said.zoneless {
            self.said.notices.push(self.local.zoneless(self.file, line, count));
        }
        self.said.notices
    }

    fn lost(&mut self, line: usize, message: String) {
        self.said.notices.push(Notice::lost(self.file, Some(line), message));
    }

    /// A column as the messages call it: its name, its place and its header where that is another one.
    fn name(&self, column: usize) -> String {
        let name = COLUMNS[column];
        match (self.layout.at[column], self.layout.written[column].as_str()) {
            (None, _) => format!("`{name}`"),
            _ if !self.layout.placed => format!("`{name}`"),
            (Some(at), written) if written.is_empty() || written == name => {
                format!("`{name}` (column {})", at + 1)
            }
            (Some(at), written) => format!("`{name}` (column {}, `{}`)", at + 1, shown(written)),
        }
    }

    fn read(&mut self, record: &Record<'_>, take: &mut Take<'_>) -> Result<(), String> {
        let (at, line) = (self.layout.at, record.line);
        let pairs = self.layout.pairs.and_then(|i| record.fields.get(i));
        let field = |column: usize| {
            let value = match (at[column], pairs) {
                (Some(i), _) => trimmed(record.fields.get(i)?),
                (None, Some(pairs)) => bare::pair(pairs, column)?,
                (None, None) => return None,
            };
            if value.is_empty() { None } else { Some(value) }
        };
        let start = self.moment(START, field(START), line)?;
        let start = start.ok_or_else(|| format!("{} is empty", self.name(START)))?;
        self.plausible(start)?;
        let end = self.moment(END, field(END), line)?;
        let span = self.span(start, end)?;
        let talk = self.seconds(DURATION, field(DURATION))?;
        let (connected, invalid_number) = self.connected(field(CONNECTED), talk)?;
        let rang = self.seconds(RING, field(RING))?;
        let ring_s = rang.or(if connected == Some(false) { span } else { None });
        let row = LogLine {
            call_id: field(CALL_ID),
            borrower_id: field(BORROWER_ID),
            agency: field(AGENCY),
            collector_id: field(COLLECTOR_ID),
            caller_number: self.number(CALLER_NUMBER, field(CALLER_NUMBER), line),
            callee_number: self.number(CALLEE_NUMBER, field(CALLEE_NUMBER), line),
            callee_role: self.role(field(CALLEE_ROLE), line),
            start,
            duration_s: talk.or(span),
            ring_s,
            connected,
            invalid_number,
            direction: self.direction(field(DIRECTION), line),
            recording: at[RECORDING].map(|_| field(RECORDING).unwrap_or_default()),
            agreed: self.agreed(field(AGREED_HOURS), field(AGREED_ON), field(AGREED_BY).is_some(), line),
            file: self.file,
            line,
        };
        take(&row);
        Ok(())
    }

    fn moment(
        &mut self,
        column: usize,
        value: Option<&str>,
        line: usize,
    ) -> Result<Option<Timestamp>, String> {
        let Some(value) = value else { return Ok(None) };
        let Some((time, named)) = fields::moment(value, &mut self.local) else {
            return Err(format!("{}: `{}` is no date and time", self.name(column), shown(value)));
        };
        if !named {
            self.said.zoneless.get_or_insert((line, 0)).1 += usize::from(column == START);
        }
        Ok(Some(time))
    }

    /// A call of the future, or of a time before there were logs, is a slip that must not be counted.
    fn plausible(&self, start: Timestamp) -> Result<(), String> {
        let second = start.as_second();
        if self.now.is_some_and(|now| second > now.saturating_add(DAY)) {
            return Err(format!("{}: {start} lies in the future", self.name(START)));
        }
        if second < OLDEST || u32::try_from(second).is_err() {
            return Err(format!("{}: {start} is no time of a call", self.name(START)));
        }
        Ok(())
    }

    fn span(&self, start: Timestamp, end: Option<Timestamp>) -> Result<Option<u64>, String> {
        let Some(end) = end else { return Ok(None) };
        u64::try_from(end.as_second() - start.as_second())
            .map(Some)
            .map_err(|_| format!("{}: {end} is before `start`: {start}", self.name(END)))
    }

    fn seconds(&self, column: usize, value: Option<&str>) -> Result<Option<u64>, String> {
        let Some(value) = value else { return Ok(None) };
        match fields::duration(value) {
            Some(seconds) => Ok(Some(seconds)),
            None if value.starts_with('-') => {
                Err(format!("{}: `{}` is negative", self.name(column), shown(value)))
            }
            None => Err(format!("{}: `{}` is no number of seconds", self.name(column), shown(value))),
        }
    }

    /// `end` alone does not tell whether a call was answered: it may have rung until then.
    fn connected(&self, word: Option<&str>, talk: Option<u64>) -> Result<(Option<bool>, bool), String> {
        let Some(word) = word else { return Ok((talk.map(|s| s > 0), false)) };
        match WORDS.connected(word) {
            Some(answer) => Ok((Some(answer == Answer::Yes), answer == Answer::Invalid)),
            None => Err(format!("{}: `{}` is neither true nor false", self.name(CONNECTED), shown(word))),
        }
    }

    /// A row whose role is a strange word still is a dial.
    fn role(&mut self, value: Option<&str>, line: usize) -> CalleeRole {
        let Some(word) = value else { return CalleeRole::Unknown };
        WORDS.role(word).unwrap_or_else(|| {
            self.said.strange[0].get_or_insert_with(|| (line, 0, shown(word))).1 += 1;
            CalleeRole::Unknown
        })
    }

    fn direction(&mut self, value: Option<&str>, line: usize) -> Direction {
        let Some(word) = value else { return Direction::Outbound };
        WORDS.direction(word).unwrap_or_else(|| {
            self.said.strange[1].get_or_insert_with(|| (line, 0, shown(word))).1 += 1;
            Direction::Outbound
        })
    }

    /// A row whose number is ruined still is a dial.
    fn number<'f>(&mut self, column: usize, value: Option<&'f str>, line: usize) -> Option<&'f str> {
        let value = value?;
        if fields::is_ruined_number(value) {
            let name = self.name(column);
            let message =
                format!("{name}: `{}` has lost its digits in a spreadsheet: read without it", shown(value));
            self.lost(line, message);
            return None;
        }
        Some(value)
    }

    /// A row whose agreement cannot be read is a row without one.
    fn agreed(&mut self, hours: Option<&str>, on: Option<&str>, proved: bool, line: usize) -> Option<Agreed> {
        let value = hours?;
        let Some((from, to)) = fields::hours(value) else {
            let message = format!(
                "{}: `{}` is no stretch of time such as 19:00-22:00: read without it",
                self.name(AGREED_HOURS),
                shown(value)
            );
            self.lost(line, message);
            return None;
        };
        let day = on.and_then(fields::day);
        if let Some(on) = on.filter(|_| day.is_none()) {
            let message = format!("{}: `{}` is no day: read without it", self.name(AGREED_ON), shown(on));
            self.lost(line, message);
        }
        Some(Agreed { from, to, on: day, proved })
    }
}

/// The text without the spaces around it, of which nearly every text has none.
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

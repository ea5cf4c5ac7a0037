//! Rows of a log on their way into the book. They wait until there are some, so that their names are looked up together: the
//! tables do not fit into the caches of a processor, and looked up one by one each name waits for memory several times.

use super::attempt::{Attempt, IN_LOG, INBOUND, NO_SUCH_NUMBER, RECORDED, TELLS_RECORDING};
use super::calls::{CallBook, second};
use super::symbols::{Batch, Symbol, Symbols};
use crate::model::calllog::{Direction, LogLine};

/// Rows that wait.
const ROWS: usize = 64;

/// Takes rows for a book; when it is dropped all of them are in.
#[derive(Debug)]
pub struct Intake<'b> {
    book: &'b mut CallBook,
    waiting: Vec<Attempt>,
    ids: Column,
    borrowers: Column,
    callers: Column,
    callees: Column,
    batch: Batch,
}

/// The texts of one column of the waiting rows; an empty one is none.
#[derive(Debug, Default)]
struct Column {
    text: String,
    ends: Vec<usize>,
}

impl Column {
    fn push(&mut self, text: Option<&str>) {
        self.text.push_str(text.unwrap_or_default());
        self.ends.push(self.text.len());
    }

    fn get(&self, row: usize) -> &str {
        let begin = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.text[begin..self.ends[row]]
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// Looks up all texts and puts their symbols where `place` says.
    fn intern(
        &mut self,
        names: &mut Symbols,
        batch: &mut Batch,
        rows: &mut [Attempt],
        place: fn(&mut Attempt) -> &mut Symbol,
    ) {
        names.intern_all(rows.len(), &|row| self.get(row), batch);
        for (row, symbol) in rows.iter_mut().zip(batch.symbols()) {
            *place(row) = *symbol;
        }
        self.clear();
    }
}

impl<'b> Intake<'b> {
    /// For rows of this run.
    pub(super) fn new(book: &'b mut CallBook) -> Intake<'b> {
        book.open_log();
        Intake {
            book,
            waiting: Vec::with_capacity(ROWS),
            ids: Column::default(),
            borrowers: Column::default(),
            callers: Column::default(),
            callees: Column::default(),
            batch: Batch::default(),
        }
    }

    /// Takes one row.
    pub fn add(&mut self, row: &LogLine<'_>) {
        let mut flags = IN_LOG;
        flags |= if row.direction == Direction::Inbound { INBOUND } else { 0 };
        flags |= if row.invalid_number { NO_SUCH_NUMBER } else { 0 };
        flags |= match row.recording {
            None => 0,
            Some("") => TELLS_RECORDING,
            Some(_) => TELLS_RECORDING | RECORDED,
        };
        let before = self.waiting.last().map(|a| a.file);
        let mut attempt = Attempt::at(self.book.file(row.file, before), row.line, flags);
        attempt.set_agency(self.book.names.agencies.intern_some(row.agency));
        attempt.collector = self.book.names.collectors.intern_some(row.collector_id);
        attempt.set_role(row.callee_role);
        attempt.set_start(Some(second(row.start)));
        attempt.set_duration(row.duration_s);
        attempt.set_connected(row.connected);
        if let Some(ring) = row.ring_s.filter(|_| row.connected == Some(false)) {
            attempt.set_ring(ring);
        }
        if let Some(agreed) = row.agreed {
            attempt.agreement = self.book.agreed(agreed);
        }
        if let Some(recording) = row.recording.filter(|r| !r.is_empty()) {
            self.book.note_recording(recording, self.waiting.len());
        }
        self.ids.push(row.call_id);
        self.borrowers.push(row.borrower_id);
        self.callers.push(row.caller_number);
        self.callees.push(row.callee_number);
        self.waiting.push(attempt);
        if self.waiting.len() == ROWS {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let (names, batch, rows) = (&mut self.book.names, &mut self.batch, &mut self.waiting);
        self.borrowers.intern(&mut names.borrowers, batch, rows, |a| &mut a.borrower);
        self.callers.intern(&mut names.others, batch, rows, |a| &mut a.caller);
        self.callees.intern(&mut names.others, batch, rows, |a| &mut a.callee);
        for (row, attempt) in self.waiting.drain(..).enumerate() {
            self.book.push(attempt, self.ids.get(row));
        }
        self.ids.clear();
    }
}

impl Drop for Intake<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

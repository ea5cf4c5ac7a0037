//! Rows of a log on their way into the book: what can be done without the book is done already, by as many threads as there are.

use super::attempt::{Attempt, IN_LOG, INBOUND, NO_SUCH_NUMBER, RECORDED, TELLS_RECORDING};
use super::calls::second;
use super::ids::{self, Ids};
use super::symbols::{Batch, Symbol, Symbols};
use crate::model::calllog::{Agreed, Direction, LogLine};

/// Texts that are looked up together.
const TOGETHER: usize = 64;

/// Some rows, without the numbers that the book gives to their texts.
#[derive(Debug, Default)]
pub struct Sheaf {
    pub(super) rows: Vec<Attempt>,
    pub(super) ids: Ids,
    pub(super) borrowers: Column,
    pub(super) callers: Column,
    pub(super) callees: Column,
    pub(super) recordings: Column,
    /// The rows that have them.
    pub(super) recorded: Vec<u32>,
    pub(super) agreements: Vec<(u32, Agreed)>,
    /// Texts of which there are few: the rows have the numbers that these give.
    pub(super) agencies: Symbols,
    pub(super) collectors: Symbols,
    pub(super) files: Symbols,
}

/// The texts of one column; an empty one is none.
#[derive(Debug, Default)]
pub(super) struct Column {
    text: String,
    ends: Vec<usize>,
    symbols: Vec<Symbol>,
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

    /// Looks up all texts.
    pub fn intern(&mut self, names: &mut Symbols, batch: &mut Batch) {
        let mut symbols = std::mem::take(&mut self.symbols);
        symbols.clear();
        let mut from = 0;
        while from < self.ends.len() {
            let count = TOGETHER.min(self.ends.len() - from);
            names.intern_all(count, &|row| self.get(from + row), batch);
            symbols.extend(batch.symbols());
            from += count;
        }
        self.symbols = symbols;
    }

    /// The numbers that were found.
    pub fn symbols(&self) -> &[Symbol] {
        &self.symbols
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.symbols.clear();
    }
}

impl Sheaf {
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
        let mut attempt = Attempt::at(self.file(row.file), row.line, flags);
        attempt.set_agency(self.agencies.intern_some(row.agency));
        attempt.collector = self.collectors.intern_some(row.collector_id);
        attempt.set_role(row.callee_role);
        attempt.set_start(Some(second(row.start)));
        attempt.set_duration(row.duration_s);
        attempt.set_connected(row.connected);
        if let Some(ring) = row.ring_s.filter(|_| row.connected == Some(false)) {
            attempt.set_ring(ring);
        }
        let number = self.rows.len() as u32;
        if let Some(agreed) = row.agreed {
            self.agreements.push((number, agreed));
        }
        if let Some(recording) = row.recording.filter(|r| !r.is_empty()) {
            self.recordings.push(Some(super::join::stem(recording)));
            self.recorded.push(number);
        }
        let id = row.call_id.unwrap_or_default();
        if !id.is_empty() {
            attempt.id_hash = ids::hash(id);
        }
        self.ids.push(id);
        self.borrowers.push(row.borrower_id);
        self.callers.push(row.caller_number);
        self.callees.push(row.callee_number);
        self.rows.push(attempt);
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Most rows come from the file of the one before.
    fn file(&mut self, file: &str) -> Symbol {
        match self.rows.last().map(|a| a.file) {
            Some(last) if self.files.get(last) == Some(file) => last,
            _ => self.files.intern(file),
        }
    }

    /// Empties it and keeps its room.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.ids.clear();
        for column in [&mut self.borrowers, &mut self.callers, &mut self.callees, &mut self.recordings] {
            column.clear();
        }
        self.recorded.clear();
        self.agreements.clear();
        for few in [&mut self.agencies, &mut self.collectors, &mut self.files] {
            few.clear();
        }
    }
}

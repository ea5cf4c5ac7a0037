//! Rows of a log into the book. They wait until there are some, so that their names are looked up together: the tables do not fit
//! into the caches of a processor, and looked up one by one each name waits for memory several times.

use super::calls::CallBook;
use super::sheaf::Sheaf;
use super::symbols::{Batch, Symbol, Symbols};
use crate::model::calllog::LogLine;

/// Rows that wait.
const ROWS: usize = 64;

/// Does two things that have nothing to do with one another, one after the other or at once.
pub type Both<'a> = &'a dyn Fn(&mut (dyn FnMut() + Send), &mut (dyn FnMut() + Send));

/// Takes rows for a book; when it is dropped all of them are in.
#[derive(Debug)]
pub struct Intake<'b> {
    book: &'b mut CallBook,
    waiting: Sheaf,
    batches: [Batch; 2],
}

impl<'b> Intake<'b> {
    /// For rows of this run.
    pub(super) fn new(book: &'b mut CallBook) -> Intake<'b> {
        book.open_log();
        Intake { book, waiting: Sheaf::default(), batches: Default::default() }
    }

    /// Takes one row.
    pub fn add(&mut self, row: &LogLine<'_>) {
        self.waiting.add(row);
        if self.waiting.len() == ROWS {
            self.flush();
        }
    }

    /// Takes many rows, whose lines are counted from one that has `before` lines before it. The sheaf is empty after that.
    pub fn take(&mut self, sheaf: &mut Sheaf, before: usize, both: Both<'_>) {
        self.flush();
        self.put(sheaf, before, both);
    }

    fn flush(&mut self) {
        let mut waiting = std::mem::take(&mut self.waiting);
        self.put(&mut waiting, 0, &|one, two| {
            one();
            two();
        });
        self.waiting = waiting;
    }

    fn put(&mut self, sheaf: &mut Sheaf, before: usize, both: Both<'_>) {
        let names = &mut self.book.names;
        let [batch, other] = &mut self.batches;
        let (agencies, collectors) =
            (known(&sheaf.agencies, &mut names.agencies), known(&sheaf.collectors, &mut names.collectors));
        let files = known(&sheaf.files, &mut names.others);
        let (borrowers, others) = (&mut names.borrowers, &mut names.others);
        let Sheaf { borrowers: debtors, callers, callees, recordings, .. } = sheaf;
        both(&mut || debtors.intern(borrowers, batch), &mut || {
            for column in [&mut *callers, &mut *callees, &mut *recordings] {
                column.intern(others, other);
            }
        });
        let first = self.book.records.len();
        for (recorded, recording) in sheaf.recorded.iter().zip(sheaf.recordings.symbols()) {
            let ix = u32::try_from(first + *recorded as usize).unwrap_or(u32::MAX);
            self.book.recordings.push((*recording, ix));
        }
        for (row, agreed) in &sheaf.agreements {
            sheaf.rows[*row as usize].agreement = self.book.agreed(*agreed);
        }
        let (debtors, callers, callees) =
            (sheaf.borrowers.symbols(), sheaf.callers.symbols(), sheaf.callees.symbols());
        let of =
            |list: &[Symbol], symbol: Symbol| list.get(symbol.0 as usize).copied().unwrap_or(Symbol::NONE);
        let before = u32::try_from(before).unwrap_or(u32::MAX);
        let rows = sheaf.rows.iter().enumerate().map(|(row, attempt)| {
            let mut attempt = *attempt;
            (attempt.borrower, attempt.caller, attempt.callee) = (debtors[row], callers[row], callees[row]);
            attempt.set_agency(of(&agencies, attempt.agency()));
            attempt.collector = of(&collectors, attempt.collector);
            attempt.file = of(&files, attempt.file);
            attempt.line = attempt.line.saturating_add(before);
            attempt
        });
        self.book.records.extend(rows, &sheaf.ids);
        sheaf.clear();
    }
}

/// The numbers that the book gives to texts, in the order of their own numbers.
fn known(few: &Symbols, names: &mut Symbols) -> Vec<Symbol> {
    few.iter().map(|(_, text)| names.intern(text)).collect()
}

impl Drop for Intake<'_> {
    fn drop(&mut self) {
        self.flush();
    }
}

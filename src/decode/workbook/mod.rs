//! Spreadsheets as rows of texts: `.xlsx` is read cell by cell, `.xls` as a whole. What a small file may blow up to is bounded before
//! anything is built from it.

mod cell;
mod legacy;
mod modern;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use cell::{Cell, Kind};

/// Cells beyond this column are not read: no table of calls is as wide.
const MOST_COLUMNS: usize = 256;

/// A row that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// 1-based number of the row, as the spreadsheet shows it.
    pub number: usize,
    /// The cells that are not empty, with their columns from 0.
    pub cells: Vec<(usize, Cell)>,
}

/// What is done with each row; false: no more are wanted.
pub type Each<'a> = dyn FnMut(Row) -> bool + 'a;

/// The sheets of a spreadsheet.
trait Sheets {
    fn names(&self) -> Vec<String>;
    fn rows(&mut self, sheet: &str, each: &mut Each<'_>) -> Result<(), String>;
}

/// An open spreadsheet.
pub struct Workbook<'a>(Box<dyn Sheets + 'a>);

const ZIP: &[u8] = b"PK\x03\x04";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

/// Whether a file that begins like this is a spreadsheet, or else nothing that is text.
pub fn is_workbook(head: &[u8]) -> bool {
    head.starts_with(ZIP) || head.starts_with(COMPOUND)
}

impl<'a> Workbook<'a> {
    /// Opens a file.
    ///
    /// # Errors
    /// Says why it cannot be read: no spreadsheet, damaged, locked by a password, or larger than any log when unpacked.
    pub fn open(bytes: &'a [u8]) -> Result<Workbook<'a>, String> {
        guarded(|| {
            Ok(Workbook(if bytes.starts_with(COMPOUND) {
                Box::new(legacy::Legacy::open(bytes)?)
            } else {
                Box::new(modern::Modern::open(bytes)?)
            }))
        })
    }

    /// Names of the sheets in their order.
    pub fn names(&self) -> Vec<String> {
        self.0.names()
    }

    /// The rows of a sheet.
    ///
    /// # Errors
    /// Says why the sheet cannot be read on; the rows before have been given.
    pub fn rows(&mut self, sheet: &str, each: &mut Each<'_>) -> Result<(), String> {
        guarded(|| self.0.rows(sheet, each))
    }
}

/// A damaged file must not end the run, even where the library gives up.
fn guarded<T>(work: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err("damaged: cannot be read".to_owned()))
}

/// Puts cells together to rows as they come.
struct Collector<'a, 'e> {
    row: Row,
    each: &'a mut Each<'e>,
}

impl<'a, 'e> Collector<'a, 'e> {
    fn new(each: &'a mut Each<'e>) -> Collector<'a, 'e> {
        Collector { row: Row { number: 0, cells: Vec::new() }, each }
    }

    /// Takes a cell by its places from 0; false: no more are wanted.
    fn cell(&mut self, (row, column): (u32, u32), cell: Cell) -> Result<bool, String> {
        let number = row as usize + 1;
        if cell.text.is_empty() {
            return Ok(true);
        }
        let mut on = true;
        if number != self.row.number {
            on = self.flush();
            self.row.number = number;
        }
        let column = column as usize;
        if column >= MOST_COLUMNS {
            return Err(format!(
                "row {number} has a cell in column {}: no table of calls is as wide",
                column + 1
            ));
        }
        self.row.cells.push((column, cell));
        Ok(on)
    }

    /// Gives the row that is held.
    fn flush(&mut self) -> bool {
        let cells = std::mem::take(&mut self.row.cells);
        cells.is_empty() || (self.each)(Row { number: self.row.number, cells })
    }
}

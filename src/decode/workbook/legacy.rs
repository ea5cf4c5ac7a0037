//! `.xls`: records in a compound file. The library lays a sheet out in full, so that one cell far out would take all memory: where the
//! cells stand is looked up before.

use std::io::{Cursor, Read};

use calamine::{Reader, Xls};

use super::cell::{Cell, borrowed};
use super::{Collector, Each, Sheets};

/// Most places for cells in all sheets together.
const MOST_PLACES: u64 = 8_000_000;

/// Records that begin a sheet, and those that are cells, by their numbers.
const BEGIN: u16 = 0x0809;
const CELLS: [u16; 10] = [0x0006, 0x00bd, 0x00be, 0x00d6, 0x00fd, 0x0201, 0x0203, 0x0204, 0x0205, 0x027e];
/// Cells side by side in one record: the last column stands at its end.
const SEVERAL: [u16; 2] = [0x00bd, 0x00be];

pub(super) struct Legacy<'a>(Xls<Cursor<&'a [u8]>>);

impl<'a> Legacy<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Legacy<'a>, String> {
        let records = records(bytes)?;
        let places = places(&records);
        if places > MOST_PLACES {
            return Err(format!("its sheets have {places} places for cells, at most {MOST_PLACES} are read"));
        }
        let workbook =
            Xls::new(Cursor::new(bytes)).map_err(|e| format!("no spreadsheet that can be read: {e}"))?;
        Ok(Legacy(workbook))
    }
}

/// The stream of records.
fn records(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let damaged = |e: std::io::Error| format!("damaged: {e}");
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(damaged)?;
    if file.is_stream("/EncryptedPackage") {
        return Err("locked by a password: not read".to_owned());
    }
    let name = ["/Workbook", "/Book"].into_iter().find(|name| file.is_stream(name));
    let name = name.ok_or_else(|| "no spreadsheet".to_owned())?;
    let mut stream = Vec::new();
    file.open_stream(name)
        .and_then(|s| s.take(bytes.len() as u64).read_to_end(&mut stream))
        .map_err(damaged)?;
    Ok(stream)
}

/// How many places the sheets have from their first to their last cell.
fn places(records: &[u8]) -> u64 {
    let number = |at: usize| records.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    let (mut total, mut bounds) = (0, None);
    let mut at = 0;
    while let (Some(kind), Some(length)) = (number(at), number(at + 2)) {
        let body = at + 4;
        at = body + usize::from(length);
        if kind == BEGIN {
            total += area(bounds.take());
        }
        if !CELLS.contains(&kind) || length < 4 {
            continue;
        }
        let (Some(row), Some(first)) = (number(body), number(body + 2)) else { break };
        let last = if SEVERAL.contains(&kind) { number(at - 2).unwrap_or(first) } else { first };
        let (a, b, c, d) = bounds.unwrap_or((row, row, first, first));
        bounds = Some((a.min(row), b.max(row), c.min(first), d.max(first.max(last))));
    }
    total + area(bounds)
}

fn area(bounds: Option<(u16, u16, u16, u16)>) -> u64 {
    bounds
        .map_or(0, |(top, bottom, left, right)| (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1))
}

impl Sheets for Legacy<'_> {
    fn names(&self) -> Vec<String> {
        self.0.sheet_names()
    }

    fn rows(&mut self, sheet: &str, each: &mut Each<'_>) -> Result<(), String> {
        let range = self.0.worksheet_range(sheet).map_err(|e| e.to_string())?;
        let (top, left) = range.start().unwrap_or_default();
        let mut rows = Collector::new(each);
        for (row, column, data) in range.used_cells() {
            // Places count from the first cell, not from A1.
            let place = (top + row as u32, left + column as u32);
            if !rows.cell(place, Cell::of(&borrowed(data)))? {
                return Ok(());
            }
        }
        rows.flush();
        Ok(())
    }
}

//! `.xlsx`: XML files in a zip archive.

use std::io::{Cursor, Read, sink};

use calamine::{Reader, Xlsx};

use super::cell::Cell;
use super::{Collector, Each, Sheets};

/// Most bytes of a spreadsheet when unpacked.
const MOST_EXPANDED: u64 = 1 << 30;
/// Most times its packed size; what is small when unpacked may be more.
const MOST_RATIO: u64 = 200;
const SMALL: u64 = 16 << 20;

pub(super) struct Modern<'a>(Xlsx<Cursor<&'a [u8]>>);

impl<'a> Modern<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Modern<'a>, String> {
        bounded(bytes)?;
        let workbook =
            Xlsx::new(Cursor::new(bytes)).map_err(|e| format!("no spreadsheet that can be read: {e}"))?;
        Ok(Modern(workbook))
    }
}

/// Unpacks everything once into nothing: what the file says of its sizes may be untrue, and the sums of its parts show damage.
fn bounded(bytes: &[u8]) -> Result<(), String> {
    let damaged = |name: &str, e: String| format!("damaged{name}: {e}");
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| damaged("", e.to_string()))?;
    let mut expanded = 0;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|e| damaged("", e.to_string()))?;
        let name = format!(" (`{}`)", String::from_utf8_lossy(member.name_raw()));
        let packed = member.compressed_size().min(bytes.len() as u64);
        let most = (packed * MOST_RATIO).max(SMALL).min(MOST_EXPANDED - expanded);
        let size = std::io::copy(&mut member.take(most + 1), &mut sink());
        let size = size.map_err(|e| damaged(&name, e.to_string()))?;
        if size > most {
            return Err(format!("unpacks to more than {most} bytes{name}: not read"));
        }
        expanded += size;
    }
    Ok(())
}

impl Sheets for Modern<'_> {
    fn names(&self) -> Vec<String> {
        self.0.sheet_names()
    }

    fn rows(&mut self, sheet: &str, each: &mut Each<'_>) -> Result<(), String> {
        let failed = |e: calamine::XlsxError| e.to_string();
        let mut cells = self.0.worksheet_cells_reader(sheet).map_err(failed)?;
        let mut rows = Collector::new(each);
        while let Some(cell) = cells.next_cell().map_err(failed)? {
            if !rows.cell(cell.get_position(), Cell::of(cell.get_value()))? {
                return Ok(());
            }
        }
        rows.flush();
        Ok(())
    }
}

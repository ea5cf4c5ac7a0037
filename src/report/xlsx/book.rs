//! Sheets that are written row by row.

use std::io;

use rust_xlsxwriter::{
    Color, DocProperties, ExcelDateTime, Format, FormatAlign, FormatUnderline, Workbook, XlsxError,
};

use crate::report::shared::{formula, other};
use crate::report::table::clean;

/// Rows of a sheet below its head.
const MOST_ROWS: u32 = 1_048_575;
/// Links of a sheet.
const MOST_LINKS: u32 = 65_000;
/// Characters of a cell.
const MOST_TEXT: usize = 32_000;
/// Characters of the name of a sheet.
const MOST_NAME: usize = 31;

/// What stands in a cell.
pub(super) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// Text that leads to a row of another sheet.
    Link {
        sheet: usize,
        row: u32,
        text: String,
    },
}

impl Cell {
    pub fn text(text: &str) -> Cell {
        if text.is_empty() { Cell::Empty } else { Cell::Text(text.to_owned()) }
    }

    pub fn maybe(text: Option<&str>) -> Cell {
        text.map_or(Cell::Empty, Cell::text)
    }

    pub fn count(n: u64) -> Cell {
        Cell::Number(n as f64)
    }

    pub fn link(sheet: usize, row: u32, text: &str) -> Cell {
        Cell::Link { sheet, row, text: text.to_owned() }
    }
}

/// How far a sheet is.
#[derive(Default)]
struct Sheet {
    name: String,
    columns: u16,
    /// Rows that are written, the head too.
    rows: u32,
    links: u32,
    left_out: u64,
}

/// How cells look. Text that a spreadsheet could take for a formula once somebody edits the cell is marked as text.
struct Styles {
    head: Format,
    plain: Format,
    risky: Format,
    link: Format,
    risky_link: Format,
}

pub(super) struct Book {
    workbook: Workbook,
    sheets: Vec<Sheet>,
    styles: Styles,
}

impl Book {
    /// A workbook with empty sheets: their names, and how many of their first columns stay in sight.
    pub fn new(names: &[(String, u16)]) -> io::Result<Book> {
        let mut workbook = Workbook::new();
        // The same input gives the same bytes: the time of writing is not told.
        let created = ExcelDateTime::from_ymd(2000, 1, 1).map_err(other)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
        let mut sheets = Vec::new();
        for (name, still) in names {
            let name: String = name.chars().take(MOST_NAME).collect();
            let sheet = workbook.add_worksheet_with_constant_memory().map_err(other)?;
            sheet.set_name(&name).and_then(|s| s.set_freeze_panes(1, *still)).map_err(other)?;
            sheets.push(Sheet { name, ..Sheet::default() });
        }
        let plain = Format::new().set_align(FormatAlign::Top);
        let link =
            plain.clone().set_font_color(Color::RGB(0x0005_63C1)).set_underline(FormatUnderline::Single);
        let styles = Styles {
            head: Format::new().set_bold().set_background_color(Color::RGB(0x00DC_E6F1)).set_text_wrap(),
            risky: plain.clone().set_quote_prefix(),
            risky_link: link.clone().set_quote_prefix(),
            plain,
            link,
        };
        Ok(Book { workbook, sheets, styles })
    }

    /// Writes the first row of a sheet: names and widths of its columns.
    pub fn head(&mut self, at: usize, columns: &[(String, f64)]) -> io::Result<()> {
        let sheet = self.workbook.worksheet_from_index(at).map_err(other)?;
        for (column, (name, width)) in (0..).zip(columns) {
            sheet
                .set_column_width(column, *width)
                .and_then(|s| s.write_string_with_format(0, column, clean(name), &self.styles.head))
                .map_err(other)?;
            self.sheets[at].columns = column + 1;
        }
        self.sheets[at].rows = 1;
        Ok(())
    }

    /// The row that is written next, from 0.
    pub fn next(&self, at: usize) -> u32 {
        self.sheets[at].rows
    }

    /// Writes a row; one beyond what a sheet holds is counted.
    pub fn put(&mut self, at: usize, cells: Vec<Cell>) -> io::Result<()> {
        let row = self.sheets[at].rows;
        if row > MOST_ROWS {
            self.sheets[at].left_out += 1;
            return Ok(());
        }
        self.sheets[at].rows += 1;
        for (column, cell) in (0..).zip(cells) {
            self.cell(at, (row, column), cell).map_err(other)?;
        }
        Ok(())
    }

    fn cell(&mut self, at: usize, (row, column): (u32, u16), cell: Cell) -> Result<(), XlsxError> {
        let (text, goal) = match cell {
            Cell::Empty => return Ok(()),
            Cell::Number(n) => {
                let sheet = self.workbook.worksheet_from_index(at)?;
                sheet.write_number_with_format(row, column, n, &self.styles.plain)?;
                return Ok(());
            }
            Cell::Text(text) => (text, None),
            Cell::Link { sheet, row, text } => (text, Some((sheet, row))),
        };
        let text: String = clean(&text).chars().take(MOST_TEXT).collect();
        let risky = formula(&text);
        let goal = goal.filter(|(_, row)| *row <= MOST_ROWS && self.sheets[at].links < MOST_LINKS);
        let goal = goal.map(|(to, row)| format!("internal:'{}'!A{}", self.sheets[to].name, row + 1));
        let (sheet, styles) = (self.workbook.worksheet_from_index(at)?, &self.styles);
        match goal {
            Some(goal) => {
                let style = if risky { &styles.risky_link } else { &styles.link };
                sheet.write_url_with_options(row, column, goal.as_str(), text, "", Some(style))?;
                self.sheets[at].links += 1;
            }
            None => {
                let style = if risky { &styles.risky } else { &styles.plain };
                sheet.write_string_with_format(row, column, text, style)?;
            }
        }
        Ok(())
    }

    /// Names of the sheets that could not hold all, with how many rows are left out.
    pub fn left_out(&self) -> Vec<(String, u64)> {
        let full = self.sheets.iter().filter(|s| s.left_out > 0);
        full.map(|s| (s.name.clone(), s.left_out)).collect()
    }

    /// The file.
    pub fn close(&mut self) -> io::Result<Vec<u8>> {
        for (at, sheet) in self.sheets.iter().enumerate().filter(|(_, s)| s.columns > 0) {
            let last = sheet.rows.saturating_sub(1).max(1);
            let page = self.workbook.worksheet_from_index(at).map_err(other)?;
            page.autofilter(0, 0, last, sheet.columns - 1).map_err(other)?;
        }
        self.workbook.save_to_buffer().map_err(other)
    }
}

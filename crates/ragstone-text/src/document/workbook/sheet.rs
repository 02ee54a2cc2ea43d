//! Writing a sheet cell by cell: gaps between cells are kept, and the first row that names columns heads the rest.

use crate::document::writer::Writer;
use crate::extract::ExtractError;

/// Level of the section of a sheet; that of its header row is one below.
const SHEET_LEVEL: u8 = 1;

pub(in crate::document) struct SheetWriter<'a> {
    writer: &'a mut Writer,
    row: Option<u32>,
    cells: Vec<String>,
    has_rows: bool,
}

impl<'a> SheetWriter<'a> {
    pub(in crate::document) fn begin(writer: &'a mut Writer, name: &str) -> Result<Self, ExtractError> {
        writer.heading(SHEET_LEVEL, name)?;
        writer.end_table();
        Ok(Self { writer, row: None, cells: Vec::new(), has_rows: false })
    }

    /// Adds a cell; they come by rows, and in a row from left to right.
    pub(in crate::document) fn cell(&mut self, at: (u32, u32), text: String) -> Result<(), ExtractError> {
        /// Excel has no wider sheets.
        const MAX_COLUMNS: u32 = 16_384;
        let (row, column) = at;
        if self.row != Some(row) {
            self.end_row()?;
            // A table ends at an empty row.
            if self.row.is_some_and(|last| row > last.saturating_add(1)) {
                self.writer.end_table();
            }
            self.row = Some(row);
        }
        let column = usize::try_from(column.min(MAX_COLUMNS - 1)).unwrap_or(0);
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        if let Some(cell) = self.cells.get_mut(column) {
            *cell = text;
        }
        Ok(())
    }

    pub(in crate::document) fn end(mut self) -> Result<(), ExtractError> {
        self.end_row()?;
        self.writer.end_table();
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), ExtractError> {
        if self.cells.iter().any(|cell| !cell.trim().is_empty()) {
            if !self.has_rows && names_columns(&self.cells) {
                self.writer.open_section(SHEET_LEVEL + 1, &header(&self.cells));
            }
            self.has_rows = true;
            self.writer.row(&self.cells)?;
        }
        self.cells.clear();
        Ok(())
    }
}

/// Whether a row reads like the names of columns: several, and none a number.
fn names_columns(cells: &[String]) -> bool {
    let names = cells.iter().filter(|cell| !cell.is_empty());
    names.clone().count() > 1 && names.clone().all(|cell| cell.parse::<f64>().is_err())
}

fn header(cells: &[String]) -> String {
    let names: Vec<&str> = cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    names.join(", ")
}

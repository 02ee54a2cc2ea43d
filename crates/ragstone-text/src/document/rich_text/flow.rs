//! Paragraphs and tables of RTF as they are written.

use std::collections::HashMap;

use crate::document::block::Block;
use crate::document::writer::Writer;
use crate::extract::ExtractError;

pub(super) struct Flow {
    pub(super) writer: Writer,
    /// Levels of headings by the numbers of their styles.
    pub(super) headings: HashMap<i32, u8>,
    pub(super) paragraph: Paragraph,
    /// Notes of the paragraph, which follow it.
    pub(super) notes: Vec<String>,
    cells: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Text of the cell before its last paragraph.
    cell: String,
}

/// The paragraph that is being read.
#[derive(Default)]
pub(super) struct Paragraph {
    pub(super) text: String,
    pub(super) marker: String,
    pub(super) style: Option<i32>,
    pub(super) heading: Option<u8>,
    pub(super) depth: u8,
    pub(super) is_in_table: bool,
}

impl Flow {
    pub(super) fn new(writer: Writer) -> Self {
        Self {
            writer,
            headings: HashMap::new(),
            paragraph: Paragraph::default(),
            notes: Vec::new(),
            cells: Vec::new(),
            rows: Vec::new(),
            cell: String::new(),
        }
    }

    /// Takes back what a paragraph is; its text goes on.
    pub(super) fn reset_paragraph(&mut self) {
        let text = std::mem::take(&mut self.paragraph.text);
        let marker = std::mem::take(&mut self.paragraph.marker);
        self.paragraph = Paragraph { text, marker, ..Paragraph::default() };
    }

    pub(super) fn end_paragraph(&mut self) -> Result<(), ExtractError> {
        let text = std::mem::take(&mut self.paragraph.text);
        let marker = std::mem::take(&mut self.paragraph.marker);
        if self.paragraph.is_in_table {
            self.add_to_cell(&text);
            return Ok(());
        }
        self.end_table()?;
        let style = self.paragraph.style.and_then(|style| self.headings.get(&style).copied());
        let depth = self.paragraph.depth;
        let block = match (self.paragraph.heading.or(style), marker.trim()) {
            (Some(level), "") => Block::Heading(level, text),
            (Some(level), marker) => Block::Heading(level, format!("{marker} {text}")),
            (None, "") => Block::Paragraph(text),
            (None, marker) => {
                let marker = if marker.contains(char::is_alphanumeric) { marker } else { "-" };
                Block::Item { depth, marker: marker.to_owned(), text }
            }
        };
        block.write(&mut self.writer)?;
        self.write_notes()
    }

    fn add_to_cell(&mut self, text: &str) {
        if !self.cell.is_empty() && !text.is_empty() {
            self.cell.push(' ');
        }
        self.cell.push_str(text);
    }

    pub(super) fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.paragraph.text);
        self.add_to_cell(&text);
        self.cells.push(std::mem::take(&mut self.cell));
    }

    pub(super) fn end_row(&mut self) {
        if !self.cells.is_empty() {
            self.rows.push(std::mem::take(&mut self.cells));
        }
    }

    pub(super) fn end(&mut self) -> Result<(), ExtractError> {
        self.paragraph.is_in_table = false;
        self.end_paragraph()?;
        self.end_row();
        self.end_table()
    }

    fn end_table(&mut self) -> Result<(), ExtractError> {
        if self.rows.is_empty() {
            return Ok(());
        }
        Block::Table(std::mem::take(&mut self.rows)).write(&mut self.writer)?;
        self.write_notes()
    }

    fn write_notes(&mut self) -> Result<(), ExtractError> {
        for note in std::mem::take(&mut self.notes) {
            self.writer.paragraph(&note)?;
        }
        Ok(())
    }
}

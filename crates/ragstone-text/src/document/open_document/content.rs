//! The content of OpenDocument: headings, paragraphs, lists, tables, notes and slides.

use std::collections::HashMap;

use super::style::Styles;
use crate::document::block::{Block, flatten};
use crate::document::blocks::BlockReader;
use crate::document::writer::Writer;
use crate::document::xml::{Element, Node, Xml};
use crate::extract::{ExtractError, ExtractLimits};

pub(super) struct Content {
    pub(super) styles: Styles,
    /// Text of the first paragraph whose style is that of titles.
    pub(super) title: Option<String>,
    /// Notes and comments of the paragraph that is being read.
    pub(super) notes: Vec<Block>,
    /// Next numbers of lists by their style, which later lists may continue.
    pub(super) next_numbers: HashMap<String, u32>,
}

/// Lists around a paragraph.
#[derive(Clone, Default)]
struct Lists {
    style: String,
    depth: u8,
    /// Whether the numbers of an earlier list go on.
    goes_on: bool,
}

impl BlockReader for Content {
    fn block(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Vec<Block>, ExtractError> {
        let style = element.attribute("style-name");
        match element.name() {
            "h" => {
                let level = element.attribute("outline-level").and_then(|level| level.parse().ok());
                let text = self.paragraph(xml)?;
                Ok(self.with_notes(Block::Heading(level.unwrap_or(1), text)))
            }
            "p" => {
                let text = self.paragraph(xml)?;
                if self.styles.is_hidden(style.as_deref()) || text.trim().is_empty() {
                    return Ok(std::mem::take(&mut self.notes));
                }
                if self.styles.is_title(style.as_deref()) {
                    self.title.get_or_insert_with(|| text.clone());
                    return Ok(self.with_notes(Block::Heading(1, text)));
                }
                Ok(self.with_notes(Block::Paragraph(text)))
            }
            "list" => {
                let goes_on =
                    element.attribute("continue-numbering").is_some_and(|goes_on| goes_on == "true")
                        || element.attribute("continue-list").is_some();
                self.list(xml, &Lists { style: style.unwrap_or_default(), depth: 0, goes_on })
            }
            "table" => self.table(xml),
            "tracked-changes"
            | "hidden-paragraph"
            | "forms"
            | "table-of-content-source"
            | "title"
            | "desc" => {
                xml.skip()?;
                Ok(Vec::new())
            }
            _ => Ok(Vec::new()),
        }
    }
}

impl Content {
    /// Writes each page of a presentation, with its title and its notes.
    pub(super) fn write_slides(
        &mut self,
        xml: &mut Xml<'_>,
        writer: &mut Writer,
    ) -> Result<(), ExtractError> {
        let depth = xml.depth();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            if element.name() != "page" {
                continue;
            }
            if self.styles.is_hidden(element.attribute("style-name").as_deref()) {
                xml.skip()?;
                continue;
            }
            writer.page()?;
            writer.close_sections();
            self.write_slide(xml, writer)?;
        }
        Ok(())
    }

    fn write_slide(&mut self, xml: &mut Xml<'_>, writer: &mut Writer) -> Result<(), ExtractError> {
        let depth = xml.depth();
        let mut is_titled = false;
        let mut is_title = false;
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "frame" | "custom-shape" => {
                    is_title = !is_titled && element.attribute("class").as_deref() == Some("title");
                }
                "text-box" if is_title => {
                    is_title = false;
                    is_titled = true;
                    let blocks = self.blocks(xml)?;
                    writer.heading(1, &flatten(&blocks))?;
                    continue;
                }
                "notes" => {
                    for block in self.blocks(xml)? {
                        writer.paragraph(&format!("Note: {}", flatten(&[block])))?;
                    }
                    continue;
                }
                _ => {}
            }
            for block in self.block(xml, &element)? {
                block.write(writer)?;
            }
        }
        Ok(())
    }

    fn with_notes(&mut self, block: Block) -> Vec<Block> {
        let mut blocks = vec![block];
        blocks.append(&mut self.notes);
        blocks
    }

    fn list(&mut self, xml: &mut Xml<'_>, lists: &Lists) -> Result<Vec<Block>, ExtractError> {
        let depth = xml.depth();
        let numbers = self.styles.numbers(&lists.style, lists.depth.saturating_add(1));
        let start = numbers.as_ref().map_or(1, |numbers| numbers.start);
        let next = self.next_numbers.get(&lists.style).copied().filter(|_| lists.goes_on);
        let mut number = next.unwrap_or(start);
        let mut blocks = Vec::new();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            if !matches!(element.name(), "list-item" | "list-header") {
                continue;
            }
            number = element.attribute("start-value").and_then(|start| start.parse().ok()).unwrap_or(number);
            let marker = match &numbers {
                Some(numbers) => format!("{}{number}{}", numbers.prefix, numbers.suffix),
                None => "-".to_owned(),
            };
            blocks.extend(self.item(xml, lists, &marker)?);
            number = number.saturating_add(1);
        }
        if lists.depth == 0 {
            self.next_numbers.insert(lists.style.clone(), number);
        }
        Ok(blocks)
    }

    fn item(&mut self, xml: &mut Xml<'_>, lists: &Lists, marker: &str) -> Result<Vec<Block>, ExtractError> {
        let depth = xml.depth();
        let mut blocks = Vec::new();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            if element.name() == "list" {
                let style = element.attribute("style-name").unwrap_or_else(|| lists.style.clone());
                let inner = Lists { style, depth: lists.depth.saturating_add(1), goes_on: false };
                blocks.extend(self.list(xml, &inner)?);
                continue;
            }
            for block in self.block(xml, &element)? {
                blocks.push(match block {
                    Block::Paragraph(text) if !text.starts_with("[^") => {
                        Block::Item { depth: lists.depth, marker: marker.to_owned(), text }
                    }
                    block => block,
                });
            }
        }
        Ok(blocks)
    }

    fn table(&mut self, xml: &mut Xml<'_>) -> Result<Vec<Block>, ExtractError> {
        let depth = xml.depth();
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut notes = Vec::new();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "table-row" => rows.push(Vec::new()),
                "table-cell" | "covered-table-cell" => {
                    let times = repeated(&element, "number-columns-repeated");
                    let blocks = self.blocks(xml)?;
                    let (mut found, cell): (Vec<Block>, Vec<Block>) = blocks
                        .into_iter()
                        .partition(|block| matches!(block, Block::Paragraph(text) if text.starts_with("[^")));
                    notes.append(&mut found);
                    if let Some(row) = rows.last_mut() {
                        repeat(row, &flatten(&cell), times, xml.limits())?;
                    }
                }
                _ => {}
            }
        }
        let mut blocks = vec![Block::Table(rows)];
        blocks.append(&mut notes);
        Ok(blocks)
    }

    /// Text of the paragraph that was started last; its notes are kept for after it.
    pub(super) fn paragraph(&mut self, xml: &mut Xml<'_>) -> Result<String, ExtractError> {
        let depth = xml.depth();
        let mut text = String::new();
        while let Some(node) = xml.next_inside(depth)? {
            match node {
                Node::Text(part) => text.push_str(&part),
                Node::Start(element) => self.inline(xml, &element, &mut text)?,
                Node::End => {}
            }
        }
        Ok(text)
    }

    fn inline(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        text: &mut String,
    ) -> Result<(), ExtractError> {
        match element.name() {
            "s" | "tab" => text.push(' '),
            "line-break" => text.push('\n'),
            "span" if self.styles.is_hidden(element.attribute("style-name").as_deref()) => xml.skip()?,
            "hidden-text" | "hidden-paragraph" | "title" | "desc" | "ruby-text" | "tracked-changes" => {
                xml.skip()?;
            }
            "note" => self.note(xml, text)?,
            "annotation" => self.annotation(xml)?,
            "text-box" | "table" => {
                let mut blocks = if element.name() == "table" { self.table(xml)? } else { self.blocks(xml)? };
                self.notes.append(&mut blocks);
            }
            "object" | "object-ole" => xml.skip()?,
            _ => {}
        }
        Ok(())
    }

    fn note(&mut self, xml: &mut Xml<'_>, text: &mut String) -> Result<(), ExtractError> {
        let depth = xml.depth();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "note-citation" => {
                    let mark = xml.text()?;
                    let mark = format!("[^{mark}]");
                    text.push_str(&mark);
                    self.notes.push(Block::Paragraph(mark + ": "));
                }
                "note-body" => {
                    // Notes of a note would follow it; the format has none.
                    let before = std::mem::take(&mut self.notes);
                    let blocks = self.blocks(xml)?;
                    self.notes = before;
                    if let Some(Block::Paragraph(note)) = self.notes.last_mut() {
                        note.push_str(&flatten(&blocks));
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    pub(super) fn annotation(&mut self, xml: &mut Xml<'_>) -> Result<(), ExtractError> {
        let depth = xml.depth();
        let mut author = String::from("unknown");
        let mut comment = String::new();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "creator" => author = xml.text()?,
                "p" => {
                    let text = xml.text()?;
                    comment.push_str(&text);
                    comment.push(' ');
                }
                "date" | "creator-initials" => xml.skip()?,
                _ => {}
            }
        }
        self.notes.push(Block::Paragraph(format!("[^comment by {author}]: {comment}")));
        Ok(())
    }
}

/// How often an element stands for itself.
pub(super) fn repeated(element: &Element<'_>, attribute: &str) -> usize {
    element.attribute(attribute).and_then(|times| times.parse().ok()).unwrap_or(1).max(1)
}

/// Adds a cell as often as it stands for itself; empty ones, which fill a sheet to its end, no more often than columns
/// are told apart.
pub(super) fn repeat(
    row: &mut Vec<String>,
    cell: &str,
    times: usize,
    limits: &ExtractLimits,
) -> Result<(), ExtractError> {
    /// Empty columns of a gap between two cells that are kept.
    const MAX_GAP: usize = 256;
    if cell.trim().is_empty() {
        row.extend(std::iter::repeat_n(String::new(), times.min(MAX_GAP)));
        return Ok(());
    }
    if cell.len().saturating_mul(times) > limits.max_text_bytes {
        return Err(ExtractError::TooMuchText { limit: limits.max_text_bytes });
    }
    row.extend(std::iter::repeat_n(cell.to_owned(), times));
    Ok(())
}

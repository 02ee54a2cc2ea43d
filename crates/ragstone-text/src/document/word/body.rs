//! The body of a Word document: paragraphs, lists, tables, and what hangs on them.

use std::collections::HashMap;

use super::notes::Notes;
use super::numbering::{Numbering, Place};
use super::styles::{Styles, outline_level};
use crate::document::block::{Block, flatten};
use crate::document::blocks::BlockReader;
use crate::document::xml::{Element, Node, Xml};
use crate::extract::ExtractError;

pub(super) struct Body {
    pub(super) styles: Styles,
    pub(super) numbering: Numbering,
    pub(super) footnotes: Notes,
    pub(super) endnotes: Notes,
    pub(super) comments: Notes,
    /// Charts by the ids of their relationships.
    pub(super) charts: HashMap<String, Vec<Block>>,
    /// Text of the first paragraph whose style is that of titles.
    pub(super) title: Option<String>,
}

/// A paragraph that is being read.
#[derive(Default)]
struct Paragraph {
    text: String,
    style: Option<String>,
    heading: Option<u8>,
    place: Place,
    is_run_hidden: bool,
    /// What follows the paragraph: text boxes, notes and comments.
    after: Vec<Block>,
}

impl BlockReader for Body {
    fn block(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Vec<Block>, ExtractError> {
        match element.name() {
            "p" => self.paragraph(xml),
            "tbl" => self.table(xml),
            "del" | "moveFrom" | "Fallback" | "sdtPr" | "sectPr" => {
                xml.skip()?;
                Ok(Vec::new())
            }
            _ => Ok(Vec::new()),
        }
    }
}

impl Body {
    fn table(&mut self, xml: &mut Xml<'_>) -> Result<Vec<Block>, ExtractError> {
        let depth = xml.depth();
        let mut rows: Vec<Vec<String>> = Vec::new();
        let mut after = Vec::new();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "tr" => rows.push(Vec::new()),
                "tc" => {
                    let (cell, span) = self.cell(xml, &mut after)?;
                    if let Some(row) = rows.last_mut() {
                        row.push(cell);
                        row.extend(std::iter::repeat_n(String::new(), span - 1));
                    }
                }
                _ => {}
            }
        }
        let mut blocks = vec![Block::Table(rows)];
        blocks.append(&mut after);
        Ok(blocks)
    }

    /// Text of a cell, and the number of columns that it covers.
    fn cell(&mut self, xml: &mut Xml<'_>, after: &mut Vec<Block>) -> Result<(String, usize), ExtractError> {
        /// Word has no wider tables.
        const MAX_SPAN: usize = 63;
        let depth = xml.depth();
        let mut span = 1;
        let mut blocks = Vec::new();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            if element.name() == "gridSpan" {
                let columns = element.attribute("val").and_then(|columns| columns.parse().ok());
                span = columns.unwrap_or(1).clamp(1, MAX_SPAN);
            }
            blocks.extend(self.block(xml, &element)?);
        }
        let is_note = |block: &mut Block| matches!(block, Block::Paragraph(text) if text.starts_with("[^"));
        after.extend(blocks.extract_if(.., is_note));
        Ok((flatten(&blocks), span))
    }

    fn paragraph(&mut self, xml: &mut Xml<'_>) -> Result<Vec<Block>, ExtractError> {
        let depth = xml.depth();
        let mut paragraph = Paragraph::default();
        while let Some(node) = xml.next_inside(depth)? {
            if let Node::Start(element) = node {
                self.inline(xml, &element, &mut paragraph)?;
            }
        }
        Ok(self.finish(paragraph))
    }

    /// Reads one element inside a paragraph.
    fn inline(
        &mut self,
        xml: &mut Xml<'_>,
        element: &Element<'_>,
        paragraph: &mut Paragraph,
    ) -> Result<(), ExtractError> {
        match element.name() {
            "pPr" => paragraph.read_properties(xml)?,
            "r" => paragraph.is_run_hidden = false,
            "vanish" => paragraph.is_run_hidden = element.is_on(),
            "t" => {
                let text = xml.text()?;
                paragraph.push(&text);
            }
            "tab" | "ptab" => paragraph.push(" "),
            // Parts of formulas, which would run together without a sign.
            "sup" => paragraph.push("^"),
            "sub" => paragraph.push("_"),
            "den" => paragraph.push("/"),
            "rad" => paragraph.push("√"),
            "chart" => {
                let id = element.attribute("id").unwrap_or_default();
                paragraph.after.extend(self.charts.remove(&id).unwrap_or_default());
            }
            "br" | "cr" => paragraph.push("\n"),
            "noBreakHyphen" => paragraph.push("-"),
            "del" | "moveFrom" | "Fallback" | "sdtPr" | "rPrChange" => xml.skip()?,
            "txbxContent" => {
                let mut blocks = self.blocks(xml)?;
                paragraph.after.append(&mut blocks);
            }
            "footnoteReference" => Self::note(&self.footnotes, element, "", paragraph),
            "endnoteReference" => Self::note(&self.endnotes, element, "e", paragraph),
            "commentReference" => self.comment(element, paragraph),
            _ => {}
        }
        Ok(())
    }

    fn note(notes: &Notes, element: &Element<'_>, prefix: &str, paragraph: &mut Paragraph) {
        let id = element.attribute("id").unwrap_or_default();
        if let Some(note) = notes.get(&id) {
            let mark = format!("[^{prefix}{id}]");
            paragraph.push(&mark);
            paragraph.after.push(Block::Paragraph(format!("{mark}: {}", note.text)));
        }
    }

    fn comment(&self, element: &Element<'_>, paragraph: &mut Paragraph) {
        let id = element.attribute("id").unwrap_or_default();
        if let Some(comment) = self.comments.get(&id) {
            let author = comment.author.as_deref().unwrap_or("unknown");
            paragraph.after.push(Block::Paragraph(format!("[^comment by {author}]: {}", comment.text)));
        }
    }

    fn finish(&mut self, paragraph: Paragraph) -> Vec<Block> {
        let Paragraph { text, style, heading, place, mut after, .. } = paragraph;
        let style = style.unwrap_or_default();
        let place = place.or(&self.styles.place(&style));
        // Empty paragraphs are counted by no list, and hidden ones are not there.
        if text.trim().is_empty() || self.styles.is_hidden(&style) {
            return after;
        }
        let marker = self.numbering.marker(&place);
        let block = if let Some(level) = heading.or_else(|| self.styles.heading(&style)) {
            if self.styles.is_title(&style) {
                self.title.get_or_insert_with(|| text.clone());
            }
            match marker.filter(|marker| marker != "-") {
                Some(marker) => Block::Heading(level, format!("{marker} {text}")),
                None => Block::Heading(level, text),
            }
        } else if let Some(marker) = marker {
            Block::Item { depth: place.level.unwrap_or(0), marker, text }
        } else {
            Block::Paragraph(text)
        };
        after.insert(0, block);
        after
    }
}

impl Paragraph {
    /// Adds text that is shown; boxes that are ticked or not are written as Markdown has them.
    fn push(&mut self, text: &str) {
        if self.is_run_hidden {
            return;
        }
        for c in text.chars() {
            match c {
                '☐' => self.text.push_str("[ ]"),
                '☑' | '☒' => self.text.push_str("[x]"),
                c => self.text.push(c),
            }
        }
    }

    fn read_properties(&mut self, xml: &mut Xml<'_>) -> Result<(), ExtractError> {
        let depth = xml.depth();
        while let Some(node) = xml.next_inside(depth)? {
            let Node::Start(element) = node else { continue };
            let value = || element.attribute("val");
            match element.name() {
                "pStyle" => self.style = value(),
                "outlineLvl" => self.heading = outline_level(value()),
                "numId" => self.place.list = value(),
                "ilvl" => self.place.level = value().and_then(|level| level.parse().ok()),
                // What is said here is about the mark at the end of the paragraph, or about its past.
                "rPr" | "pPrChange" => xml.skip()?,
                _ => {}
            }
        }
        Ok(())
    }
}

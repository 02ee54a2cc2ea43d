//! Spreadsheets of OpenDocument.

use super::content::{Content, repeat, repeated};
use crate::document::block::{Block, flatten};
use crate::document::writer::Writer;
use crate::document::xml::{Node, Xml};
use crate::extract::ExtractError;

/// Writes each sheet under its name; hidden ones are left out.
pub(super) fn write_sheets(
    content: &mut Content,
    xml: &mut Xml<'_>,
    writer: &mut Writer,
) -> Result<(), ExtractError> {
    let depth = xml.depth();
    while let Some(node) = xml.next_inside(depth)? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "table" if content.styles.is_hidden(element.attribute("style-name").as_deref()) => xml.skip()?,
            "table" => {
                writer.heading(1, &element.attribute("name").unwrap_or_default())?;
                write_rows(content, xml, writer)?;
            }
            "tracked-changes" | "forms" | "content-validations" => xml.skip()?,
            _ => {}
        }
    }
    Ok(())
}

fn write_rows(content: &mut Content, xml: &mut Xml<'_>, writer: &mut Writer) -> Result<(), ExtractError> {
    let depth = xml.depth();
    let mut notes = Vec::new();
    writer.end_table();
    while let Some(node) = xml.next_inside(depth)? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "table-row" => {
                let times = repeated(&element, "number-rows-repeated");
                let cells = row(content, xml, &mut notes)?;
                if cells.iter().all(|cell| cell.trim().is_empty()) {
                    writer.end_table();
                    continue;
                }
                for _ in 0..times {
                    writer.row(&cells)?;
                }
            }
            "shapes" | "forms" | "table-source" => xml.skip()?,
            _ => {}
        }
    }
    writer.end_table();
    for note in notes {
        note.write(writer)?;
    }
    Ok(())
}

fn row(
    content: &mut Content,
    xml: &mut Xml<'_>,
    notes: &mut Vec<Block>,
) -> Result<Vec<String>, ExtractError> {
    let depth = xml.depth();
    let mut cells = Vec::new();
    while let Some(node) = xml.next_inside(depth)? {
        let Node::Start(element) = node else { continue };
        if matches!(element.name(), "table-cell" | "covered-table-cell") {
            let times = repeated(&element, "number-columns-repeated");
            let text = cell(content, xml, notes)?;
            repeat(&mut cells, &text, times, xml.limits())?;
        }
    }
    Ok(cells)
}

fn cell(content: &mut Content, xml: &mut Xml<'_>, notes: &mut Vec<Block>) -> Result<String, ExtractError> {
    let depth = xml.depth();
    let mut paragraphs = Vec::new();
    while let Some(node) = xml.next_inside(depth)? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "p" => paragraphs.push(Block::Paragraph(content.paragraph(xml)?)),
            "annotation" => {
                content.annotation(xml)?;
                notes.append(&mut content.notes);
            }
            _ => {}
        }
    }
    notes.append(&mut content.notes);
    Ok(flatten(&paragraphs))
}

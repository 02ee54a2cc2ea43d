//! Blocks of a document between the reader that finds them and the writer.

use super::writer::Writer;
use crate::extract::ExtractError;

pub(super) enum Block {
    /// A heading with its level, from 1.
    Heading(u8, String),
    Paragraph(String),
    Item {
        /// Lists around its own.
        depth: u8,
        marker: String,
        text: String,
    },
    /// Rows of cells, the header first.
    Table(Vec<Vec<String>>),
}

impl Block {
    pub(super) fn write(&self, writer: &mut Writer) -> Result<(), ExtractError> {
        match self {
            Self::Heading(level, text) => writer.heading(*level, text),
            Self::Paragraph(text) => writer.paragraph(text),
            Self::Item { depth, marker, text } => writer.item(*depth, marker, text),
            Self::Table(rows) => writer.table(rows),
        }
    }

    fn flatten(&self, into: &mut String) {
        let mut add = |text: &str| {
            if !into.is_empty() && !text.is_empty() {
                into.push(' ');
            }
            into.push_str(text);
        };
        match self {
            Self::Heading(_, text) | Self::Paragraph(text) => add(text),
            Self::Item { marker, text, .. } => {
                add(marker);
                add(text);
            }
            Self::Table(rows) => rows.iter().flatten().for_each(|cell| add(cell)),
        }
    }
}

/// The text of blocks where there is room for one line only, such as in a cell.
pub(super) fn flatten(blocks: &[Block]) -> String {
    // One item is no list.
    if let [Block::Item { text, .. }] = blocks {
        return text.clone();
    }
    let mut text = String::new();
    for block in blocks {
        block.flatten(&mut text);
    }
    text
}

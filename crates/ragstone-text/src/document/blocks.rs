//! The walk over an element whose children give blocks, whatever the format.

use super::block::Block;
use super::writer::Writer;
use super::xml::{Element, Node, Xml};
use crate::extract::ExtractError;

/// Reads the blocks of one format.
pub(super) trait BlockReader {
    /// What an element gives; elements around blocks give nothing themselves.
    fn block(&mut self, xml: &mut Xml<'_>, element: &Element<'_>) -> Result<Vec<Block>, ExtractError>;

    /// Writes the element that was started last, block by block.
    fn write(&mut self, xml: &mut Xml<'_>, writer: &mut Writer) -> Result<(), ExtractError> {
        let depth = xml.depth();
        while let Some(node) = xml.next_inside(depth)? {
            if let Node::Start(element) = node {
                for block in self.block(xml, &element)? {
                    block.write(writer)?;
                }
            }
        }
        Ok(())
    }

    /// Blocks of the element that was started last.
    fn blocks(&mut self, xml: &mut Xml<'_>) -> Result<Vec<Block>, ExtractError> {
        let depth = xml.depth();
        let mut blocks = Vec::new();
        while let Some(node) = xml.next_inside(depth)? {
            if let Node::Start(element) = node {
                blocks.extend(self.block(xml, &element)?);
            }
        }
        Ok(blocks)
    }
}

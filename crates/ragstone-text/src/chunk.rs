//! Cutting an extracted text into chunks that follow its structure.

use ragstone_core::{ByteSpan, Error, LineRange, PageRange};

use self::lines::LineCounter;
use self::pieces::Assembler;
use crate::extract::Extracted;

mod lines;
mod pieces;
mod split;

/// Sizes that chunks aim at.
///
/// The default suits an embedding model that reads 512 tokens, and keeps a scientific abstract in one chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkOptions {
    target_bytes: usize,
    max_bytes: usize,
}

/// A passage of the text without blank ends; the indentation of its first line is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextChunk {
    /// Place in the document, counted from 0.
    pub ordinal: u32,
    /// Bytes in [`Extracted::text`].
    pub span: ByteSpan,
    /// Lines in [`Extracted::text`].
    pub lines: LineRange,
    /// Pages or slides that the chunk lies on; `None` where the format has none.
    pub pages: Option<PageRange>,
    /// Headings or symbols above the chunk, outermost first; what all its parts have in common.
    pub headings: Vec<String>,
}

impl ChunkOptions {
    /// Smallest target.
    pub const MIN_TARGET_BYTES: usize = 64;
    /// Largest chunk.
    pub const MAX_BYTES: usize = 1024 * 1024;

    /// Chunks of about `target_bytes` and never more than `max_bytes`.
    ///
    /// # Errors
    /// `InvalidArgument` unless `64 <= target_bytes <= max_bytes <= 1 MiB`.
    pub fn try_new(target_bytes: usize, max_bytes: usize) -> Result<Self, Error> {
        if target_bytes < Self::MIN_TARGET_BYTES || target_bytes > max_bytes {
            return Err(Error::invalid("target_bytes", "must be at least 64 and at most max_bytes"));
        }
        if max_bytes > Self::MAX_BYTES {
            return Err(Error::invalid("max_bytes", "must be at most 1048576"));
        }
        Ok(Self { target_bytes, max_bytes })
    }

    /// Size at which neighbouring paragraphs, rows or small symbols stop being joined.
    pub const fn target_bytes(&self) -> usize {
        self.target_bytes
    }

    /// Size that no chunk exceeds.
    pub const fn max_bytes(&self) -> usize {
        self.max_bytes
    }

    /// Units below this size are joined with small neighbours.
    const fn small_bytes(&self) -> usize {
        self.target_bytes / 4
    }

    /// Units below this size do not stand alone where a neighbour has room, whatever separates them.
    const fn runt_bytes(&self) -> usize {
        self.target_bytes / 12
    }

    /// Size up to which a block, a list or a section without sections stays whole; leaves room for a runt.
    const fn block_bytes(&self) -> usize {
        self.max_bytes - self.runt_bytes()
    }
}

impl Default for ChunkOptions {
    fn default() -> Self {
        Self { target_bytes: 1800, max_bytes: 2400 }
    }
}

/// Cuts `extracted` into chunks in ascending order.
///
/// Laws: spans do not overlap, never cut a character, are at most [`ChunkOptions::max_bytes`] long, and
/// together cover everything but white space. The same input gives the same chunks.
/// Cost: linear in the text.
pub fn chunk(extracted: &Extracted, options: &ChunkOptions) -> Vec<TextChunk> {
    let text = extracted.text.as_str();
    let outline = &extracted.outline;
    let mut lines = LineCounter::new(text);
    Assembler::new(text, outline, options)
        .assemble()
        .into_iter()
        .zip(0..)
        .map(|(piece, ordinal)| TextChunk {
            ordinal,
            span: piece.span,
            lines: lines.range(piece.span),
            pages: extracted.pages.range(piece.span),
            headings: outline.headings(piece.section),
        })
        .collect()
}

#[cfg(test)]
mod tests;

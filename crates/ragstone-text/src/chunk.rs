//! Cutting an extracted text into chunks that follow its structure.

use ragstone_core::{ByteSpan, Error, LineRange, PageRange};

use self::lines::LineCounter;
use self::pieces::Assembler;
use self::ruler::Ruler;
use crate::extract::Extracted;

pub(crate) use self::ruler::is_ideograph;
pub use self::ruler::{estimated_tokens, measured_pieces};

mod lines;
mod overlap;
mod pieces;
mod ruler;
mod split;

/// Sizes that chunks aim at: in bytes with [`chunk()`], in what a measure counts with [`chunk_by`].
///
/// The default, in bytes, suits an embedding model that reads 512 tokens, and keeps a scientific abstract in one chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkOptions {
    target: usize,
    max: usize,
    overlap: usize,
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
    pub const MIN_TARGET: usize = 64;
    /// Largest chunk.
    pub const MAX: usize = 1024 * 1024;

    /// Chunks of about `target` and never more than `max`, which share nothing.
    ///
    /// # Errors
    /// `InvalidArgument` unless `64 <= target <= max <= 1 MiB`.
    pub fn try_new(target: usize, max: usize) -> Result<Self, Error> {
        if target < Self::MIN_TARGET || target > max {
            return Err(Error::invalid("target", "must be at least 64 and at most the largest size"));
        }
        if max > Self::MAX {
            return Err(Error::invalid("max", "must be at most 1048576"));
        }
        Ok(Self { target, max, overlap: 0 })
    }

    /// Chunks that begin with up to `overlap` of the one before them, which counts in their size.
    ///
    /// # Errors
    /// `InvalidArgument` for more than half of the target.
    pub fn with_overlap(self, overlap: usize) -> Result<Self, Error> {
        if overlap > self.target / 2 {
            return Err(Error::invalid("overlap", "must be at most half of the target"));
        }
        Ok(Self { overlap, ..self })
    }

    /// Size at which neighbouring paragraphs, rows or small symbols stop being joined.
    pub const fn target(&self) -> usize {
        self.target
    }

    /// Size that no chunk exceeds.
    pub const fn max(&self) -> usize {
        self.max
    }

    /// Most that a chunk shares with the one before it.
    pub const fn overlap(&self) -> usize {
        self.overlap
    }

    /// The target of what a chunk has of its own.
    const fn body_target(&self) -> usize {
        self.target - self.overlap
    }

    /// The most of what a chunk has of its own.
    const fn body_max(&self) -> usize {
        self.max - self.overlap
    }

    /// Units below this size are joined with small neighbours.
    const fn small(&self) -> usize {
        self.body_target() / 4
    }

    /// Units below this size do not stand alone where a neighbour has room, whatever separates them.
    const fn runt(&self) -> usize {
        self.body_target() / 12
    }

    /// Size up to which a block, a list or a section without sections stays whole; leaves room for a runt.
    const fn block(&self) -> usize {
        self.body_max() - self.runt()
    }
}

impl Default for ChunkOptions {
    fn default() -> Self {
        Self { target: 1800, max: 2400, overlap: 0 }
    }
}

/// Cuts `extracted` into chunks in ascending order, measured in bytes.
///
/// Laws: spans never cut a character, are at most [`ChunkOptions::max`] long, and together cover everything but white
/// space. Each begins and ends behind the one before it; they overlap by at most [`ChunkOptions::overlap`], and not
/// over a heading or the end of a symbol. The same input gives the same chunks.
/// Cost: linear in the text.
pub fn chunk(extracted: &Extracted, options: &ChunkOptions) -> Vec<TextChunk> {
    chunk_with(extracted, options, &Ruler::Bytes(&extracted.text))
}

/// Cuts as [`chunk()`] does, measured in what `measure` counts, such as the tokens of a model.
///
/// The measure is asked once about each of the [`measured_pieces`] of the text, and a chunk is as long as its pieces are
/// together. What has no length counts 1, so that a chunk has at most 116 bytes for each that it may have.
/// Cost: linear in the text, and what the measure costs.
pub fn chunk_by(
    extracted: &Extracted,
    options: &ChunkOptions,
    measure: &dyn Fn(&str) -> usize,
) -> Vec<TextChunk> {
    chunk_with(extracted, options, &Ruler::of_pieces(&extracted.text, measure))
}

fn chunk_with(extracted: &Extracted, options: &ChunkOptions, ruler: &Ruler<'_>) -> Vec<TextChunk> {
    let text = extracted.text.as_str();
    let outline = &extracted.outline;
    let mut lines = LineCounter::new(text);
    let mut pieces = Assembler::new(text, outline, ruler, options).assemble();
    overlap::extend(text, outline, (ruler, options.overlap), &mut pieces);
    pieces
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

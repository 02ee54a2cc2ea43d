//! Joining blocks into pieces of a good size: strong separations are kept, weak ones are packed.

use ragstone_core::ByteSpan;

use super::ruler::Ruler;
use super::{ChunkOptions, split};
use crate::outline::{Block, Outline, SectionId};

/// A chunk to be, with its white space trimmed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) span: ByteSpan,
    pub(super) section: SectionId,
    /// Whether it is small, or made of small units only.
    is_small: bool,
}

/// What stands between two pieces.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Separation {
    /// Paragraphs, rows, statements: packed up to the target.
    Weak,
    /// Sections and symbols: joined only while both sides are small.
    Strong,
}

pub(super) struct Assembler<'a> {
    text: &'a str,
    outline: &'a Outline,
    blocks: &'a [Block],
    ruler: &'a Ruler<'a>,
    options: &'a ChunkOptions,
}

impl<'a> Assembler<'a> {
    pub(super) fn new(
        text: &'a str,
        outline: &'a Outline,
        ruler: &'a Ruler<'a>,
        options: &'a ChunkOptions,
    ) -> Self {
        Self { text, outline, blocks: outline.blocks(), ruler, options }
    }

    /// The pieces of the whole text in ascending order.
    pub(super) fn assemble(&self) -> Vec<Piece> {
        let before_first = self.blocks.first().map_or(self.text.len(), |block| block.start);
        let mut pieces = Vec::new();
        self.split_span(0, before_first, 0, false, &mut pieces);
        let rest = self.pieces(0, self.blocks.len());
        self.join_lists(&mut pieces, rest, Separation::Weak);
        pieces
    }

    /// Pieces of the blocks `first..last`.
    ///
    /// Recursion ends after as many rounds as there are levels, because each round removes the strongest one.
    fn pieces(&self, first: usize, last: usize) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let Some(inner) = self.blocks.get(first + 1..last) else {
            return pieces;
        };
        let Some(level) = inner.iter().map(|block| block.level).min() else {
            self.split_block(first, &mut pieces);
            return pieces;
        };
        if self.is_one_piece(first, last, inner) {
            let section = inner.iter().fold(self.section(first), |common, block| {
                self.outline.common_section(common, block.section)
            });
            self.push(self.start(first), self.start(last), section, &mut pieces);
            return pieces;
        }
        let mut separation = Separation::Weak;
        let mut group = first;
        while group < last {
            let next = (group + 1..last)
                .find(|&index| self.blocks.get(index).is_some_and(|block| block.level == level))
                .unwrap_or(last);
            let opens_unit = group > first && self.opens_unit(group);
            let before = if opens_unit { Separation::Strong } else { separation };
            let inside = self.pieces(group, next);
            self.join_lists(&mut pieces, inside, before);
            separation = if opens_unit { Separation::Strong } else { Separation::Weak };
            group = next;
        }
        if separation == Separation::Weak {
            self.join_tail(&mut pieces);
        }
        pieces
    }

    /// Whether the blocks, like a single one, stay whole: they fit, and nothing among them wants to be apart.
    fn is_one_piece(&self, first: usize, last: usize, inner: &[Block]) -> bool {
        self.ruler.between(self.start(first), self.start(last)) <= self.options.block()
            && !inner.iter().any(|block| block.kind.opens_unit())
    }

    fn split_block(&self, index: usize, pieces: &mut Vec<Piece>) {
        let Some(block) = self.blocks.get(index) else {
            return;
        };
        let is_prose =
            matches!(block.kind, crate::outline::BlockKind::Text | crate::outline::BlockKind::Heading);
        self.split_span(block.start, self.start(index + 1), block.section, is_prose, pieces);
    }

    fn split_span(
        &self,
        start: usize,
        end: usize,
        section: SectionId,
        is_prose: bool,
        pieces: &mut Vec<Piece>,
    ) {
        let Some(span) = split::trim(self.text, start, end) else {
            return;
        };
        let limit = self.options.block();
        let target = self.options.body_target().min(limit);
        for part in split::split((self.text, self.ruler), span, is_prose, target, limit) {
            self.push(part.start(), part.end(), section, pieces);
        }
    }

    fn push(&self, start: usize, end: usize, section: SectionId, pieces: &mut Vec<Piece>) {
        if let Some(span) = split::trim(self.text, start, end) {
            pieces.push(Piece { span, section, is_small: self.ruler.len(span) < self.options.small() });
        }
    }

    /// Appends `next`, joining the two pieces that meet where their separation allows it.
    fn join_lists(&self, pieces: &mut Vec<Piece>, next: Vec<Piece>, separation: Separation) {
        let mut next = next.into_iter();
        if let Some(last) = pieces.last_mut()
            && let Some(first) = next.next()
        {
            match self.join(*last, first, separation) {
                Some(joined) => *last = joined,
                None => pieces.push(first),
            }
        }
        pieces.extend(next);
    }

    fn join(&self, a: Piece, b: Piece, separation: Separation) -> Option<Piece> {
        let span = ByteSpan::try_new(a.span.start(), b.span.end())?;
        let len = self.ruler.len(span);
        let has_runt = self.ruler.len(a.span).min(self.ruler.len(b.span)) < self.options.runt();
        let fits = match separation {
            _ if has_runt => len <= self.options.body_max(),
            Separation::Weak => len <= self.options.body_target(),
            Separation::Strong => a.is_small && b.is_small && len <= self.options.body_target(),
        };
        fits.then(|| self.joined(a, b, span, has_runt))
    }

    fn joined(&self, a: Piece, b: Piece, span: ByteSpan, has_runt: bool) -> Piece {
        let common = self.outline.common_section(a.section, b.section);
        let (runt, body) = if a.span.len() < b.span.len() { (a, b) } else { (b, a) };
        // A heading or an opening brace says nothing that the section below it does not say.
        let section = if has_runt && common == runt.section { body.section } else { common };
        let is_small = a.is_small && b.is_small;
        Piece { span, section, is_small }
    }

    /// Joins a small rest to the piece before it, so that packing does not leave crumbs.
    fn join_tail(&self, pieces: &mut Vec<Piece>) {
        if let [.., before, tail] = pieces.as_slice()
            && self.ruler.len(tail.span) < self.options.small()
            && let Some(span) = ByteSpan::try_new(before.span.start(), tail.span.end())
            && self.ruler.len(span) <= self.options.body_max()
        {
            let joined = self.joined(*before, *tail, span, false);
            pieces.truncate(pieces.len() - 2);
            pieces.push(joined);
        }
    }

    fn start(&self, index: usize) -> usize {
        self.blocks.get(index).map_or(self.text.len(), |block| block.start)
    }

    fn section(&self, index: usize) -> SectionId {
        self.blocks.get(index).map_or(0, |block| block.section)
    }

    fn opens_unit(&self, index: usize) -> bool {
        self.blocks.get(index).is_some_and(|block| block.kind.opens_unit())
    }
}

//! Beginning a chunk with the end of the one before it.

use ragstone_core::ByteSpan;

use super::pieces::Piece;
use super::ruler::Ruler;
use super::split;
use crate::outline::{Block, BlockKind, Outline};

/// Draws the start of each piece back into the one before it, by at most `length`, to the start of a sentence or line,
/// else of a word.
///
/// Never over a heading or out of a symbol, and never to the start of the piece before.
pub(super) fn extend(
    text: &str,
    outline: &Outline,
    (ruler, length): (&Ruler<'_>, usize),
    pieces: &mut [Piece],
) {
    if length == 0 {
        return;
    }
    let mut before: Option<ByteSpan> = None;
    for piece in pieces {
        let own = piece.span;
        if let Some(before) = before {
            let earliest = ruler.back(own.start(), length).max(before.start() + 1);
            let (floor, kind) = floor(outline.blocks(), own.start(), earliest);
            let start = best_start(text, floor.max(earliest), own.start(), (floor >= earliest, kind));
            let extended = start.and_then(|start| split::trim(text, start, own.end()));
            piece.span = extended.unwrap_or(own);
        }
        before = Some(own);
    }
}

/// Start of what belongs to the same section as `at`, as far back as it matters; and what stands there.
fn floor(blocks: &[Block], at: usize, earliest: usize) -> (usize, BlockKind) {
    let mut index = blocks.partition_point(|block| block.start <= at);
    let Some(own) = index.checked_sub(1).and_then(|index| blocks.get(index)) else {
        return (0, BlockKind::Text);
    };
    while let Some(block) = index.checked_sub(1).and_then(|index| blocks.get(index)) {
        let is_other = block.section != own.section;
        if is_other {
            return (blocks.get(index).map_or(at, |next| next.start), own.kind);
        }
        if block.start <= earliest || block.kind.opens_unit() {
            return (block.start, own.kind);
        }
        index -= 1;
    }
    (blocks.first().map_or(0, |first| first.start), own.kind)
}

/// First good place to begin at in `low..high`: `low` itself where something begins there, else the first sentence, line
/// or word behind it.
fn best_start(text: &str, low: usize, high: usize, (is_start, kind): (bool, BlockKind)) -> Option<usize> {
    let window = text.get(text.ceil_char_boundary(low)..high)?;
    if window.trim().is_empty() {
        return None;
    }
    if is_start {
        return Some(low);
    }
    let low = high - window.len();
    let is_prose = matches!(kind, BlockKind::Text | BlockKind::Heading);
    let sentence = || if is_prose { first_sentence_start(window) } else { None };
    let line = || memchr::memchr(b'\n', window.as_bytes()).map(|at| at + 1);
    let word = || window.find(char::is_whitespace);
    let is_something = |at: &usize| window.get(*at..).is_some_and(|rest| !rest.trim().is_empty());
    let start = sentence().filter(is_something).or_else(|| line().filter(is_something));
    start.or_else(|| word().filter(is_something)).map(|at| low + at)
}

/// Behind the first sentence that ends within the window.
fn first_sentence_start(window: &str) -> Option<usize> {
    let mut characters = window.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        let follows = characters.peek().is_none_or(|(_, next)| next.is_whitespace());
        if (matches!(c, '.' | '!' | '?') && follows) || matches!(c, '。' | '！' | '？') {
            return Some(at + c.len_utf8());
        }
    }
    None
}

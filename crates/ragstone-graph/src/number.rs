//! Conversions between counts, vertices and reals.

use crate::graph::Vertex;

/// A count as a real; exact below 2⁵³.
#[inline]
#[expect(clippy::cast_precision_loss, reason = "counts of vertices and entries are below 2^53")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// An index that is known to number a vertex or an entry.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a graph has fewer than 2^32 vertices and entries")]
pub(crate) fn vertex(index: usize) -> Vertex {
    index as Vertex
}

/// A count as a number of bytes or steps.
#[inline]
pub(crate) fn wide(count: usize) -> u64 {
    count as u64
}

/// A real that is not negative as a count, rounded up; `usize::MAX` where it is too large.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates")]
pub(crate) fn count(real: f64) -> usize {
    real.ceil() as usize
}

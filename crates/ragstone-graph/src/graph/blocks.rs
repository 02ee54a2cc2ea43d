//! Runs of vertices of about equal work: the same on any number of threads, so that sums over them are too.

use std::ops::Range;

use rayon::prelude::*;

use crate::error::Result;
use crate::number;
use crate::watch::Watch;

/// Entries and vertices that one task looks at: some tens of microseconds.
pub(crate) const BLOCK: usize = 1 << 15;

/// Cuts rows that begin at `offsets` into runs of about `work` vertices and entries; a row stays whole.
pub(crate) fn blocks(offsets: &[u32], work: usize) -> Vec<Range<usize>> {
    let vertices = offsets.len().saturating_sub(1);
    let work_before = |vertex: usize| offsets[vertex] as usize + vertex;
    let mut blocks = Vec::new();
    let mut first = 0;
    while first < vertices {
        let goal = work_before(first) + work;
        let (mut low, mut high) = (first + 1, vertices);
        while low < high {
            let middle = low.midpoint(high);
            if work_before(middle) < goal {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        blocks.push(first..low);
        first = low;
    }
    blocks
}

/// Cuts values, one for each vertex, at the borders of blocks.
pub(crate) fn cut<'a, T>(blocks: &[Range<usize>], mut values: &'a mut [T]) -> Vec<&'a mut [T]> {
    let mut parts = Vec::with_capacity(blocks.len());
    for block in blocks {
        let (part, rest) = values.split_at_mut(block.len());
        parts.push(part);
        values = rest;
    }
    parts
}

/// Runs `work` on each item, on all threads if there are several, and gives what it found in the order of the items.
pub(crate) fn each<I: Send, R: Send>(
    items: Vec<I>,
    watch: &Watch,
    work: impl Fn(I) -> Result<R> + Sync + Send,
) -> Result<Vec<R>> {
    let checked = |item| watch.check().and_then(|()| work(item));
    if items.len() < 2 {
        return items.into_iter().map(checked).collect();
    }
    items.into_par_iter().map(checked).collect()
}

/// A value for each vertex, computed on all threads.
pub(crate) fn fill<T: Send>(
    offsets: &[u32],
    values: &mut [T],
    watch: &Watch,
    value: impl Fn(usize) -> T + Sync + Send,
) -> Result<()> {
    let blocks = blocks(offsets, BLOCK);
    let parts = cut(&blocks, values);
    each(blocks.into_iter().zip(parts).collect(), watch, |(block, part)| {
        block.zip(part).for_each(|(vertex, place)| *place = value(vertex));
        Ok(())
    })?;
    Ok(())
}

/// Runs of `length` numbers from 0 to `count`.
pub(crate) fn runs(count: usize, length: usize) -> Vec<Range<u32>> {
    (0..count)
        .step_by(length)
        .map(|first| number::vertex(first)..number::vertex((first + length).min(count)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_cover_every_vertex_once_and_leave_long_rows_whole() {
        let offsets = [0, 1, 1, 100, 101, 102, 103];
        let blocks = blocks(&offsets, 4);
        assert_eq!(blocks, [0..3, 3..5, 5..6]);
        let mut values = [0; 6];
        assert_eq!(cut(&blocks, &mut values).iter().map(|part| part.len()).sum::<usize>(), 6);
    }

    #[test]
    fn no_vertices_make_no_blocks() {
        assert!(blocks(&[0], 4).is_empty());
        assert_eq!(runs(5, 2), [0..2, 2..4, 4..5]);
    }
}

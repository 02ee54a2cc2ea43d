//! A simple graph with each edge led to the end of the higher degree, and the triangles found along it.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use crate::error::Result;
use crate::graph::Vertex;
use crate::graph::blocks::{BLOCK, blocks, each};
use crate::graph::simple::Simple;
use crate::number;
use crate::watch::Watch;

/// Arcs by the vertex of the lower degree (of the lower number among equals): no row is longer than the square root of
/// twice the edges.
pub(crate) struct Oriented {
    pub(crate) offsets: Vec<u32>,
    pub(crate) targets: Vec<Vertex>,
    /// In how many directions each arc's edge leads; empty where the simple graph does not say.
    pub(crate) ways: Vec<u8>,
}

/// The three arcs of a triangle, and its vertices by ascending degree.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Triangle {
    pub(crate) vertices: [Vertex; 3],
    /// First to second, first to third, second to third.
    pub(crate) arcs: [usize; 3],
}

impl Oriented {
    pub(crate) fn new(simple: &Simple<'_>, watch: &Watch) -> Result<Self> {
        let parts = each(blocks(&simple.offsets, BLOCK), watch, |block| Ok(orient(simple, block)))?;
        let arcs = simple.targets.len() / 2;
        let mut oriented = Self {
            offsets: Vec::with_capacity(simple.offsets.len()),
            targets: Vec::with_capacity(arcs),
            ways: Vec::with_capacity(if simple.ways.is_empty() { 0 } else { arcs }),
        };
        oriented.offsets.push(0);
        for part in parts {
            let begin = number::vertex(oriented.targets.len());
            oriented.offsets.extend(part.offsets.into_iter().map(|end| begin + end));
            oriented.targets.extend(part.targets);
            oriented.ways.extend(part.ways);
        }
        Ok(oriented)
    }

    #[inline]
    pub(crate) fn arcs(&self, vertex: Vertex) -> Range<usize> {
        self.offsets[vertex as usize] as usize..self.offsets[vertex as usize + 1] as usize
    }

    /// Calls `visit` with every triangle once and adds up what it counts, on all threads. `counts` numbers are kept;
    /// they must not depend on the order of the visits.
    pub(crate) fn count(
        &self,
        counts: usize,
        watch: &Watch,
        visit: impl Fn(&mut [u64], Triangle) + Sync + Send,
    ) -> Result<Vec<u64>> {
        let spare: Mutex<Vec<Tally>> = Mutex::new(Vec::new());
        each(self.blocks(), watch, |block| {
            let taken = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut tally = taken.unwrap_or_else(|| Tally::new(self.offsets.len() - 1, counts));
            let done = self.visit(block, &mut tally, watch, &visit);
            spare.lock().unwrap_or_else(PoisonError::into_inner).push(tally);
            done
        })?;
        let mut tallies = spare.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut sum = tallies.pop().map_or_else(|| vec![0; counts], |tally| tally.counts);
        for tally in tallies {
            sum.iter_mut().zip(tally.counts).for_each(|(sum, count)| *sum += count);
        }
        Ok(sum)
    }

    /// Blocks of about equal numbers of arcs behind arcs.
    fn blocks(&self) -> Vec<Range<usize>> {
        let vertices = self.offsets.len() - 1;
        let mut blocks = Vec::new();
        let (mut first, mut work) = (0, 0);
        for vertex in 0..vertices {
            let arcs = self.arcs(number::vertex(vertex)).len();
            // The square is what the row costs if the rows behind it are as long: an estimate without reading them.
            work += 4 + arcs * arcs;
            if work >= 4 * BLOCK || vertex + 1 == vertices {
                blocks.push(first..vertex + 1);
                (first, work) = (vertex + 1, 0);
            }
        }
        blocks
    }

    fn visit(
        &self,
        block: Range<usize>,
        tally: &mut Tally,
        watch: &Watch,
        visit: &impl Fn(&mut [u64], Triangle),
    ) -> Result<()> {
        let mut step = 0u32;
        for first in block.map(number::vertex) {
            let arcs = self.arcs(first);
            if arcs.len() < 2 {
                continue;
            }
            for arc in arcs.clone() {
                tally.arc_to[self.targets[arc] as usize] = number::vertex(arc);
            }
            let (begin, length) = (number::vertex(arcs.start), number::vertex(arcs.len()));
            for arc in arcs {
                let second = self.targets[arc];
                for beyond in self.arcs(second) {
                    let third = self.targets[beyond];
                    let closing = tally.arc_to[third as usize];
                    // What an earlier vertex left lies outside the row of this one.
                    if closing.wrapping_sub(begin) < length {
                        let vertices = [first, second, third];
                        visit(
                            &mut tally.counts,
                            Triangle { vertices, arcs: [arc, closing as usize, beyond] },
                        );
                    }
                }
                watch.pace(&mut step)?;
            }
        }
        Ok(())
    }
}

/// What one thread counts, and where it notes the arcs of a row.
struct Tally {
    arc_to: Vec<u32>,
    counts: Vec<u64>,
}

impl Tally {
    fn new(vertices: usize, counts: usize) -> Self {
        Self { arc_to: vec![u32::MAX; vertices], counts: vec![0; counts] }
    }
}

/// The part of the arcs that begins in a block, with the ends of its rows.
fn orient(simple: &Simple<'_>, block: Range<usize>) -> Oriented {
    let mut part =
        Oriented { offsets: Vec::with_capacity(block.len()), targets: Vec::new(), ways: Vec::new() };
    let first = simple.offsets[block.start] as usize;
    // One slot more than the arcs, because the place after the last is written before it is known to be none.
    part.targets = vec![0; simple.offsets[block.end] as usize - first + 1];
    let has_ways = !simple.ways.is_empty();
    let mut length = 0;
    for vertex in block.map(number::vertex) {
        let rank = rank(simple, vertex);
        for (index, &target) in simple.row(vertex).iter().enumerate() {
            let rises = rank < self::rank(simple, target);
            part.targets[length] = target;
            if has_ways && rises {
                part.ways.push(simple.ways[simple.begin(vertex) + index]);
            }
            length += usize::from(rises);
        }
        part.offsets.push(number::vertex(length));
    }
    part.targets.truncate(length);
    part
}

/// Grows with the degree, and among equals with the number.
#[inline]
pub(crate) fn rank(simple: &Simple<'_>, vertex: Vertex) -> u64 {
    u64::from(simple.degree(vertex)) << 32 | u64::from(vertex)
}

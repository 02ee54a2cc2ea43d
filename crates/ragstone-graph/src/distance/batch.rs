//! Breadth-first searches from many vertices in one pass, one bit for each.

use std::mem::swap;

use rayon::prelude::*;

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::path::each_bit;
use crate::watch::Watch;

/// Words of bits that a vertex has.
const WORDS: usize = 4;
/// How many searches run at once.
pub(super) const WIDTH: usize = WORDS * 64;
/// Vertices that are one task.
const TASK: usize = 4096;
/// Vertices look for new searches once those that have some to give are more than this part.
const TURN: usize = 16;

type Bits = [u64; WORDS];
const NONE: Bits = [0; WORDS];

/// What one search found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reach {
    /// Hops to the furthest vertex.
    pub(super) eccentricity: u32,
    /// Sum of hops to all vertices.
    pub(super) sum: u64,
    /// Vertices that were reached, without the source.
    pub(super) count: u64,
}

/// The state of searches, which can be run again: 96 bytes a vertex and more while few vertices are at work.
///
/// Then, Kaufmann, Chirigati and others: The more the merrier: efficient multi-source graph traversal, VLDB 2014.
pub(super) struct Batch<'a> {
    graph: &'a Graph,
    seen: Vec<Bits>,
    front: Vec<Bits>,
    next: Vec<Bits>,
    active: Vec<Vertex>,
    touched: Vec<Vertex>,
}

impl<'a> Batch<'a> {
    pub(super) fn new(graph: &'a Graph) -> Self {
        let none = || vec![NONE; graph.vertex_count()];
        Self { graph, seen: none(), front: none(), next: none(), active: Vec::new(), touched: Vec::new() }
    }

    /// Bytes that a batch on a graph of so many vertices takes.
    pub(super) fn memory(vertices: usize) -> u64 {
        3 * size_of::<Bits>() as u64 * vertices as u64
    }

    /// Searches from at most [`WIDTH`] sources.
    pub(super) fn run(&mut self, sources: &[Vertex], watch: &Watch) -> Result<Vec<Reach>> {
        self.seen.fill(NONE);
        self.front.fill(NONE);
        self.next.fill(NONE);
        self.active.clear();
        let mut all = NONE;
        for (bit, &source) in sources.iter().enumerate() {
            let at = &mut self.front[source as usize];
            if *at == NONE {
                self.active.push(source);
            }
            at[bit / 64] |= 1 << (bit % 64);
            self.seen[source as usize][bit / 64] |= 1 << (bit % 64);
            all[bit / 64] |= 1 << (bit % 64);
        }
        let mut reaches = vec![Reach::default(); sources.len()];
        let mut is_listed = true;
        for level in 1u32.. {
            let was_dense = !is_listed;
            let counts = if is_listed && self.active.len() < self.graph.vertex_count() / TURN {
                self.give(watch)?
            } else {
                is_listed = false;
                self.look(all, watch)?
            };
            let mut has_found = false;
            for (reach, &count) in reaches.iter_mut().zip(&counts) {
                if count > 0 {
                    has_found = true;
                    reach.eccentricity = level;
                    reach.sum += u64::from(level) * count;
                    reach.count += count;
                }
            }
            if !has_found {
                break;
            }
            // A long tail of levels with few vertices is walked vertex by vertex again.
            if was_dense && counts.iter().sum::<u64>() < (self.graph.vertex_count() / TURN) as u64 {
                self.list();
                is_listed = true;
            }
        }
        Ok(reaches)
    }

    /// Makes the list of vertices with something to give.
    fn list(&mut self) {
        let Self { front, active, next, .. } = self;
        active.clear();
        active.extend(
            (0..).zip(&*front).filter(|&(_, bits)| *bits != NONE).map(|(vertex, _): (Vertex, _)| vertex),
        );
        next.fill(NONE);
    }

    /// A level in which vertices give what is new to their neighbours; the work is that of their edges.
    fn give(&mut self, watch: &Watch) -> Result<Vec<u64>> {
        let Self { graph, seen, front, next, active, touched } = self;
        let mut step = 0;
        for &vertex in &*active {
            watch.pace(&mut step)?;
            let bits = std::mem::replace(&mut front[vertex as usize], NONE);
            for &target in graph.neighbors(vertex) {
                let new = without(bits, seen[target as usize]);
                if new != NONE {
                    let at = &mut next[target as usize];
                    if *at == NONE {
                        touched.push(target);
                    }
                    *at = or(*at, new);
                }
            }
        }
        let mut counts = Counts::default();
        for &vertex in &*touched {
            let new = next[vertex as usize];
            seen[vertex as usize] = or(seen[vertex as usize], new);
            counts.add(new);
        }
        swap(front, next);
        swap(active, touched);
        touched.clear();
        Ok(counts.finish())
    }

    /// A level in which vertices look at those from where an edge leads to them, until nothing more can come.
    fn look(&mut self, all: Bits, watch: &Watch) -> Result<Vec<u64>> {
        let Self { graph, seen, front, next, .. } = self;
        let tasks = seen.par_chunks_mut(TASK).zip(next.par_chunks_mut(TASK)).enumerate();
        let counts = tasks.map(|(task, (seen, next))| {
            watch.check()?;
            let first = Vertex::try_from(task * TASK).unwrap_or(Vertex::MAX);
            Ok(look(graph, front, all, first, seen, next))
        });
        let add = |mut one: Vec<u64>, other: Vec<u64>| {
            one.iter_mut().zip(other).for_each(|(sum, count)| *sum += count);
            Ok::<_, GraphError>(one)
        };
        let counts = counts.try_reduce(|| vec![0; WIDTH], add)?;
        swap(front, next);
        Ok(counts)
    }
}

/// What is new to the vertices of one task.
fn look(
    graph: &Graph,
    front: &[Bits],
    all: Bits,
    first: Vertex,
    seen: &mut [Bits],
    next: &mut [Bits],
) -> Vec<u64> {
    let mut counts = Counts::default();
    for ((seen, next), vertex) in seen.iter_mut().zip(next).zip(first..) {
        *next = NONE;
        let missing = without(all, *seen);
        if missing == NONE {
            continue;
        }
        let mut met = NONE;
        for &source in graph.sources(vertex) {
            met = or(met, front[source as usize]);
            if without(missing, met) == NONE {
                break;
            }
        }
        *next = without(met, *seen);
        *seen = or(*seen, *next);
        counts.add(*next);
    }
    counts.finish()
}

#[inline]
fn or(one: Bits, other: Bits) -> Bits {
    std::array::from_fn(|word| one[word] | other[word])
}

#[inline]
fn without(one: Bits, other: Bits) -> Bits {
    std::array::from_fn(|word| one[word] & !other[word])
}

/// Counts each bit by itself: sixteen planes hold the digits of all counts, so that adding touches two of them on average.
struct Counts {
    planes: [Bits; Self::DIGITS],
    added: u32,
    sums: Vec<u64>,
}

impl Default for Counts {
    fn default() -> Self {
        Self { planes: [NONE; Self::DIGITS], added: 0, sums: vec![0; WIDTH] }
    }
}

impl Counts {
    const DIGITS: usize = 16;

    #[inline]
    fn add(&mut self, bits: Bits) {
        let mut carry = bits;
        for plane in &mut self.planes {
            if carry == NONE {
                break;
            }
            let both = std::array::from_fn(|word| plane[word] & carry[word]);
            *plane = std::array::from_fn(|word| plane[word] ^ carry[word]);
            carry = both;
        }
        self.added += 1;
        if self.added == (1 << Self::DIGITS) - 1 {
            self.settle();
        }
    }

    fn settle(&mut self) {
        for (digit, plane) in self.planes.iter().enumerate() {
            for (word, sums) in plane.iter().zip(self.sums.chunks_mut(64)) {
                each_bit(*word, |bit| sums[bit as usize] += 1 << digit);
            }
        }
        self.planes = [NONE; Self::DIGITS];
        self.added = 0;
    }

    fn finish(mut self) -> Vec<u64> {
        self.settle();
        self.sums
    }
}

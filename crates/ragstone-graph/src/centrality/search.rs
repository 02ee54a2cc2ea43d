//! Searches from one vertex, or from up to 64 at once, to all others.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::centrality::{Side, Weights, refuse_negative};
use crate::error::{GraphError, Result};
use crate::graph::rows::Rows;
use crate::graph::{Graph, Vertex, Weight};
use crate::number;
use crate::watch::Watch;

/// How many sources one search takes at once: the bits of a word.
pub(crate) const TOGETHER: usize = 64;

/// Rows that are walked from a vertex towards others, and those that lead back.
pub(crate) struct Ways<'a> {
    pub(crate) ahead: Vec<&'a Rows>,
    back: Vec<&'a Rows>,
}

impl<'a> Ways<'a> {
    pub(crate) fn new(graph: &'a Graph, side: Side) -> Self {
        let (outgoing, incoming) = (graph.outgoing_rows(), graph.incoming_rows());
        match side {
            _ if !graph.is_directed() => Self { ahead: vec![outgoing], back: vec![outgoing] },
            Side::Outgoing => Self { ahead: vec![outgoing], back: vec![incoming] },
            Side::Incoming => Self { ahead: vec![incoming], back: vec![outgoing] },
            Side::Both => Self { ahead: vec![outgoing, incoming], back: vec![outgoing, incoming] },
        }
    }

    pub(crate) fn turned(self) -> Self {
        Self { ahead: self.back, back: self.ahead }
    }

    pub(crate) fn vertex_count(&self) -> usize {
        self.ahead.first().map_or(0, |rows| rows.vertex_count())
    }
}

/// Refuses weights that are no distances, where weights count.
pub(crate) fn refuse_no_distance(graph: &Graph, weights: Weights) -> Result<()> {
    refuse_negative(graph, weights)?;
    if weights.matter(graph) && graph.edges().any(|edge| edge.weight == 0.0) {
        return Err(GraphError::OutOfRange {
            option: "weight",
            found: "0".to_owned(),
            expected: "distances above 0: join the ends of edges of no length first, or ignore the weights",
        });
    }
    Ok(())
}

/// Searches breadth first from up to 64 sources at once: a bit for each says who was there. Calls `visit` with a
/// vertex, a distance from 1 that never falls, and the bits of the sources that are as far from it.
///
/// Source: Then et al., "The more the merrier: efficient multi-source graph traversal", 2014.
pub(crate) fn walk_together(
    ways: &Ways<'_>,
    sources: &[Vertex],
    watch: &Watch,
    mut visit: impl FnMut(Vertex, u32, u64),
) -> Result<()> {
    let mut crowd = Crowd::new(ways, sources);
    let entries: usize = ways.ahead.iter().map(|rows| rows.targets.len()).sum();
    let (mut distance, mut step) = (0, 0);
    while !crowd.front.is_empty() {
        distance += 1;
        // Asking all vertices at once costs a fraction for each entry, but reads most of them.
        if 4 * crowd.leading() > entries {
            crowd.pull(&mut step, watch)?;
        } else {
            crowd.push(&mut step, watch)?;
        }
        for &vertex in &crowd.coming {
            crowd.seen[vertex as usize] |= crowd.next[vertex as usize];
            visit(vertex, distance, crowd.next[vertex as usize]);
        }
        crowd.front.clear();
        std::mem::swap(&mut crowd.front, &mut crowd.coming);
        std::mem::swap(&mut crowd.here, &mut crowd.next);
    }
    Ok(())
}

/// For each vertex the bits of those who were there, who are there, and who come next.
struct Crowd<'a> {
    ways: &'a Ways<'a>,
    everyone: u64,
    seen: Vec<u64>,
    here: Vec<u64>,
    next: Vec<u64>,
    front: Vec<Vertex>,
    coming: Vec<Vertex>,
}

impl<'a> Crowd<'a> {
    fn new(ways: &'a Ways<'a>, sources: &[Vertex]) -> Self {
        let none = vec![0; ways.vertex_count()];
        let mut here = none.clone();
        for (bit, &source) in sources.iter().enumerate().take(TOGETHER) {
            here[source as usize] |= 1 << bit;
        }
        let everyone = here.iter().fold(0, |everyone, bits| everyone | bits);
        let (front, coming) = (sources.to_vec(), Vec::new());
        Self { ways, everyone, seen: here.clone(), here, next: none, front, coming }
    }

    /// How many entries lead on from here.
    fn leading(&self) -> usize {
        let length =
            |&vertex: &Vertex| self.ways.ahead.iter().map(|rows| rows.targets(vertex).len()).sum::<usize>();
        self.front.iter().map(length).sum()
    }

    fn push(&mut self, step: &mut u32, watch: &Watch) -> Result<()> {
        for &vertex in &self.front {
            let bits = std::mem::take(&mut self.here[vertex as usize]);
            for &target in self.ways.ahead.iter().flat_map(|rows| rows.targets(vertex)) {
                let index = target as usize;
                let new = bits & !self.seen[index];
                if new != 0 {
                    if self.next[index] == 0 {
                        self.coming.push(target);
                    }
                    self.next[index] |= new;
                }
            }
            watch.pace(step)?;
        }
        Ok(())
    }

    fn pull(&mut self, step: &mut u32, watch: &Watch) -> Result<()> {
        for (index, (seen, next)) in self.seen.iter().zip(&mut self.next).enumerate() {
            if *seen == self.everyone {
                continue;
            }
            let vertex = number::vertex(index);
            let mut bits = *seen;
            for part in self.ways.back.iter().flat_map(|rows| rows.targets(vertex).chunks(16)) {
                bits = part.iter().fold(bits, |bits, &source| bits | self.here[source as usize]);
                if bits == self.everyone {
                    break;
                }
            }
            if bits != *seen {
                *next = bits & !seen;
                self.coming.push(vertex);
            }
            watch.pace(step)?;
        }
        for &vertex in &self.front {
            self.here[vertex as usize] = 0;
        }
        Ok(())
    }
}

/// Dijkstra's search by weights above 0.
pub(crate) struct Settling {
    pub(crate) distances: Vec<f64>,
    /// Settled vertices by distance; the source is first.
    pub(crate) order: Vec<Vertex>,
    is_settled: Vec<bool>,
    heap: BinaryHeap<(Reverse<Distance>, Reverse<Vertex>)>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Distance(Weight);

impl Eq for Distance {}

impl PartialOrd for Distance {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Distance {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

impl Settling {
    pub(crate) fn new(vertices: usize) -> Self {
        Self {
            distances: vec![f64::INFINITY; vertices],
            order: Vec::new(),
            is_settled: vec![false; vertices],
            heap: BinaryHeap::new(),
        }
    }

    /// Settles all that can be reached. `relax` is told of each edge that leads as short a way as is known so far to
    /// what is not settled: its ends, and whether the way is shorter than all before.
    #[expect(clippy::float_cmp, reason = "ways are equally short if their sums are the same to the last bit")]
    pub(crate) fn walk(
        &mut self,
        rows: &[&Rows],
        source: Vertex,
        watch: &Watch,
        mut relax: impl FnMut(Vertex, Vertex, bool),
    ) -> Result<()> {
        for &vertex in &self.order {
            self.distances[vertex as usize] = f64::INFINITY;
            self.is_settled[vertex as usize] = false;
        }
        self.order.clear();
        self.heap.clear();
        self.distances[source as usize] = 0.0;
        self.heap.push((Reverse(Distance(0.0)), Reverse(source)));
        let mut step = 0;
        while let Some((_, Reverse(vertex))) = self.heap.pop() {
            if std::mem::replace(&mut self.is_settled[vertex as usize], true) {
                continue;
            }
            watch.pace(&mut step)?;
            self.order.push(vertex);
            let here = self.distances[vertex as usize];
            for (target, weight) in rows.iter().flat_map(|rows| rows.entries(vertex)) {
                let there = here + weight;
                let known = &mut self.distances[target as usize];
                let is_shorter = there < *known;
                if is_shorter {
                    *known = there;
                    self.heap.push((Reverse(Distance(there)), Reverse(target)));
                }
                // A weight too small to change the sum may lead back to what is settled: that is no way.
                if is_shorter || (there == *known && !self.is_settled[target as usize]) {
                    relax(vertex, target, is_shorter);
                }
            }
        }
        Ok(())
    }
}

/// Counts bits of words, for each of the 64 places by itself: digit `k` of all counts is word `k`.
#[derive(Debug, Default)]
pub(crate) struct Abacus {
    digits: Vec<u64>,
}

impl Abacus {
    #[inline]
    pub(crate) fn add(&mut self, mut carry: u64) {
        for digit in &mut self.digits {
            if carry == 0 {
                return;
            }
            (*digit, carry) = (*digit ^ carry, *digit & carry);
        }
        if carry != 0 {
            self.digits.push(carry);
        }
    }

    /// The counts so far, which begin again at 0.
    pub(crate) fn take(&mut self) -> [u32; TOGETHER] {
        let mut counts = [0; TOGETHER];
        for (place, digit) in self.digits.drain(..).enumerate() {
            for (bit, count) in counts.iter_mut().enumerate() {
                *count |= number::vertex((digit >> bit & 1) as usize) << place;
            }
        }
        counts
    }
}

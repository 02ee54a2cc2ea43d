//! Betweenness from random shortest paths.

use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::centrality::betweenness::brandes::refuse_too_many;
use crate::centrality::sampling::{afford, seed_of};
use crate::centrality::{Estimate, Sampling};
use crate::error::{GraphError, Result};
use crate::graph::blocks::{each, runs};
use crate::graph::rows::Rows;
use crate::graph::{Graph, Vertex};
use crate::number::{self, count, real};
use crate::watch::Watch;

/// The fewest samples that are taken with one sequence of random numbers.
const BLOCK: usize = 64;

const UNSEEN: u32 = u32::MAX;

/// Estimates normalised [`betweenness`](super::betweenness) without weights from random shortest paths between random
/// pairs.
///
/// Every score is off by at most `error`, except with probability `risk`. Takes (⌊log₂(d − 1)⌋ + 1 + ln(1 / `risk`)) /
/// (2 · `error`²) samples, where d bounds the edges of any shortest path: twice what a search from one vertex of each
/// component finds in an undirected graph, the greatest component in a directed one. A sample is a search from both ends
/// that mostly sees a small part of the graph. 24 bytes for a vertex and thread.
///
/// # Errors
/// `OutOfRange` for an option outside its range and for more shortest paths between two vertices than a double counts,
/// `TooLarge` for more than 2³² samples, `TooExpensive`, counted as if a sample read a sixteenth of all entries.
///
/// Source: Riondato and Kornaropoulos, "Fast approximation of betweenness centrality through sampling", 2016; Borassi and
/// Natale, "KADABRA is an adaptive algorithm for betweenness", 2016, for the search from both ends.
pub fn betweenness_sampled(graph: &Graph, sampling: &Sampling, watch: &Watch) -> Result<Estimate> {
    sampling.check()?;
    let vertices = graph.vertex_count();
    let edges = longest(graph, watch)?;
    if vertices < 3 || edges < 2 {
        return Ok(Estimate { scores: vec![0.0; vertices], samples: 0, error: 0.0 });
    }
    // Pairs are drawn from all vertices, and scores are by pairs of others.
    let scale = real(vertices) / real(vertices - 2);
    let error = sampling.error / scale;
    let dimension = f64::from((edges - 1).ilog2()) + 1.0;
    let samples = count((dimension + (1.0 / sampling.risk).ln()) / (2.0 * error * error));
    let limit = u32::MAX.into();
    if samples as u64 > limit {
        return Err(GraphError::TooLarge { what: "samples", found: samples as u64, limit });
    }
    afford(
        watch,
        vertices * (24 * rayon::current_num_threads() + 4),
        samples.saturating_mul(graph.entry_count() / 16),
    )?;
    let passed: Vec<AtomicU32> = (0..vertices).map(|_| AtomicU32::new(0)).collect();
    let spare: Mutex<Vec<Meeting<'_>>> = Mutex::new(Vec::new());
    let block = BLOCK.max(samples >> 14);
    each(runs(samples, block), watch, |block| {
        let taken = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut meeting = taken.unwrap_or_else(|| Meeting::new(graph));
        let random = Pcg64Mcg::seed_from_u64(seed_of(sampling.seed, block.start as usize));
        meeting.sample(block, random, &passed, watch)?;
        spare.lock().unwrap_or_else(PoisonError::into_inner).push(meeting);
        Ok(())
    })?;
    let part = |passed: AtomicU32| f64::from(passed.into_inner()) * scale / real(samples);
    Ok(Estimate { scores: passed.into_iter().map(part).collect(), samples, error: sampling.error })
}

/// No shortest path has more edges than this.
fn longest(graph: &Graph, watch: &Watch) -> Result<usize> {
    let rows = [graph.outgoing_rows(), graph.incoming_rows()];
    let rows = if graph.is_directed() { &rows[..] } else { &rows[..1] };
    let mut is_seen = vec![false; graph.vertex_count()];
    let (mut most, mut step) = (0, 0);
    let mut component: Vec<(Vertex, usize)> = Vec::new();
    for start in graph.vertices() {
        if std::mem::replace(&mut is_seen[start as usize], true) {
            continue;
        }
        component.clear();
        component.push((start, 0));
        let mut next = 0;
        while let Some(&(vertex, distance)) = component.get(next) {
            for &target in rows.iter().flat_map(|rows| rows.targets(vertex)) {
                if !std::mem::replace(&mut is_seen[target as usize], true) {
                    component.push((target, distance + 1));
                }
            }
            watch.pace(&mut step)?;
            next += 1;
        }
        let far = |back: usize| component.len().checked_sub(back).map_or(0, |place| component[place].1);
        let bound = if graph.is_directed() { component.len() - 1 } else { far(1) + far(2) };
        most = most.max(bound);
    }
    Ok(most)
}

/// Searches from two ends, level by level, until they meet.
struct Meeting<'a> {
    ends: [End<'a>; 2],
    vertices: usize,
}

struct End<'a> {
    /// Rows to search along, and to walk back along.
    ahead: &'a Rows,
    back: &'a Rows,
    distances: Vec<u32>,
    paths: Vec<f64>,
    order: Vec<Vertex>,
    /// Where in `order` the last level begins, and what it costs to find the next.
    front: usize,
    cost: usize,
    step: u32,
}

impl<'a> Meeting<'a> {
    fn new(graph: &'a Graph) -> Self {
        let (outgoing, incoming) = (graph.outgoing_rows(), graph.incoming_rows());
        let vertices = graph.vertex_count();
        let ends = [End::new(outgoing, incoming, vertices), End::new(incoming, outgoing, vertices)];
        Self { ends, vertices }
    }

    fn sample(
        &mut self,
        block: Range<u32>,
        mut random: Pcg64Mcg,
        passed: &[AtomicU32],
        watch: &Watch,
    ) -> Result<()> {
        for _ in block {
            let source = random.random_range(0..self.vertices);
            let other = random.random_range(0..self.vertices - 1);
            let target = if other < source { other } else { other + 1 };
            if let Some(meet) =
                self.meet(number::vertex(source), number::vertex(target), &mut random, watch)?
            {
                for end in &self.ends {
                    end.walk_back(meet, &mut random, passed);
                }
                if meet as usize != source && meet as usize != target {
                    passed[meet as usize].fetch_add(1, Ordering::Relaxed);
                }
            }
        }
        watch.check()
    }

    /// A vertex in the middle of a random shortest path, which both ends know their paths to.
    fn meet(
        &mut self,
        source: Vertex,
        target: Vertex,
        random: &mut Pcg64Mcg,
        watch: &Watch,
    ) -> Result<Option<Vertex>> {
        let [first, second] = &mut self.ends;
        first.begin(source);
        second.begin(target);
        loop {
            if first.front == first.order.len() || second.front == second.order.len() {
                return Ok(None);
            }
            let (near, far) =
                if first.cost <= second.cost { (&mut *first, &*second) } else { (&mut *second, &*first) };
            near.advance(watch)?;
            // All that both know now is on the last level of the one and, as they had not met, of the other.
            let both = |vertex: Vertex| near.paths[vertex as usize] * far.paths[vertex as usize];
            let total: f64 = near.level().iter().map(|&vertex| both(vertex)).sum();
            refuse_too_many(total)?;
            if total > 0.0 {
                let mut rest = random.random::<f64>() * total;
                let mut chosen = None;
                for &vertex in near.level().iter().filter(|&&vertex| both(vertex) > 0.0) {
                    chosen = Some(vertex);
                    rest -= both(vertex);
                    if rest < 0.0 {
                        break;
                    }
                }
                return Ok(chosen);
            }
        }
    }
}

impl<'a> End<'a> {
    fn new(ahead: &'a Rows, back: &'a Rows, vertices: usize) -> Self {
        let (distances, paths) = (vec![UNSEEN; vertices], vec![0.0; vertices]);
        Self { ahead, back, distances, paths, order: Vec::new(), front: 0, cost: 0, step: 0 }
    }

    fn begin(&mut self, vertex: Vertex) {
        for &seen in &self.order {
            self.distances[seen as usize] = UNSEEN;
            self.paths[seen as usize] = 0.0;
        }
        self.order.clear();
        self.order.push(vertex);
        self.distances[vertex as usize] = 0;
        self.paths[vertex as usize] = 1.0;
        self.front = 0;
        self.cost = self.ahead.targets(vertex).len();
    }

    fn level(&self) -> &[Vertex] {
        &self.order[self.front..]
    }

    /// Finds the next level.
    fn advance(&mut self, watch: &Watch) -> Result<()> {
        let (begin, end) = (self.front, self.order.len());
        self.cost = 0;
        for index in begin..end {
            let vertex = self.order[index];
            let next = self.distances[vertex as usize] + 1;
            let paths = self.paths[vertex as usize];
            for &target in self.ahead.targets(vertex) {
                let place = target as usize;
                if self.distances[place] == UNSEEN {
                    self.distances[place] = next;
                    self.order.push(target);
                    self.cost += self.ahead.targets(target).len();
                }
                if self.distances[place] == next {
                    self.paths[place] += paths;
                }
            }
            watch.pace(&mut self.step)?;
        }
        self.front = end;
        Ok(())
    }

    /// Walks a random shortest path back to where the search began, and notes what lies between.
    fn walk_back(&self, from: Vertex, random: &mut Pcg64Mcg, passed: &[AtomicU32]) {
        let mut vertex = from;
        while self.distances[vertex as usize] > 1 {
            let before = self.distances[vertex as usize] - 1;
            let mut rest = random.random::<f64>() * self.paths[vertex as usize];
            let mut chosen = vertex;
            for &source in self.back.targets(vertex) {
                if self.distances[source as usize] == before {
                    chosen = source;
                    rest -= self.paths[source as usize];
                    if rest < 0.0 {
                        break;
                    }
                }
            }
            if chosen == vertex {
                return;
            }
            passed[chosen as usize].fetch_add(1, Ordering::Relaxed);
            vertex = chosen;
        }
    }
}

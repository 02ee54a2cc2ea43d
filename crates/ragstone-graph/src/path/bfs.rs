//! Breadth-first search that turns its direction where most of the graph is at hand.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use rayon::prelude::*;

use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::path::{NOBODY, UNREACHED, trace};
use crate::watch::Watch;

/// Vertices whose states are one task: a multiple of the 64 bits of a word.
const TASK: usize = 8192;
/// Vertices of a frontier that are expanded by one task.
const EXPANDED_TOGETHER: usize = 1024;
/// Below this many entries a level is not worth waking other threads.
const SMALL: usize = 1 << 15;
/// Looking for parents pays once the frontier has more than this part of the entries that are left.
const TURN: usize = 12;
/// And no longer once the frontier is less than this part of the vertices.
const TURN_BACK: usize = 24;

/// Shortest paths by hops from one vertex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HopTree {
    source: Vertex,
    distances: Vec<u32>,
    parents: Vec<Vertex>,
}

impl HopTree {
    /// The vertex where all paths begin.
    pub fn source(&self) -> Vertex {
        self.source
    }

    /// Hops to each vertex, [`UNREACHED`] where no path leads.
    pub fn distances(&self) -> &[u32] {
        &self.distances
    }

    /// The vertex before `vertex` on a shortest path, the least of all that can be; `None` for the source, and where no
    /// path leads.
    pub fn parent(&self, vertex: Vertex) -> Option<Vertex> {
        self.parents.get(vertex as usize).copied().filter(|&parent| parent != NOBODY)
    }

    /// The vertices of a shortest path to `target`, if one leads there.
    pub fn path_to(&self, target: Vertex) -> Option<Vec<Vertex>> {
        let distance = *self.distances.get(target as usize)?;
        (distance != UNREACHED).then(|| trace(&self.parents, target))
    }
}

/// Counts the hops from `source` to every vertex, [`UNREACHED`] where no path leads.
///
/// Weights are not looked at. O(vertices + entries) time, most often far less, and 4 bytes a vertex beside the answer;
/// large levels run on all threads. On a directed graph it looks for parents only where the rows of
/// [`sources`](Graph::sources) are already there. Errors: [`NoVertex`](crate::GraphError::NoVertex).
///
/// Beamer, Asanović, Patterson: Direction-optimizing breadth-first search, SC 2012.
pub fn bfs(graph: &Graph, source: Vertex, watch: &Watch) -> Result<Vec<u32>> {
    let mut search = Search::new(graph);
    search.run(source, watch)?;
    Ok(search.into_distances())
}

/// [`bfs`] with a tree of shortest paths; the rows of [`sources`](Graph::sources) are built if they are not there.
pub fn bfs_tree(graph: &Graph, source: Vertex, watch: &Watch) -> Result<HopTree> {
    let distances = bfs(graph, source, watch)?;
    let parent = |vertex: Vertex| match distances[vertex as usize] {
        0 | UNREACHED => NOBODY,
        distance => {
            let before = |&&parent: &&Vertex| distances[parent as usize] == distance - 1;
            graph.sources(vertex).iter().find(before).copied().unwrap_or(NOBODY)
        }
    };
    let mut parents = vec![NOBODY; distances.len()];
    parents.par_chunks_mut(TASK).zip(starts(distances.len())).try_for_each(|(parents, first)| {
        watch.check()?;
        for (place, vertex) in parents.iter_mut().zip(first..) {
            *place = parent(vertex);
        }
        Ok::<_, crate::GraphError>(())
    })?;
    Ok(HopTree { source, distances, parents })
}

/// The first vertices of all tasks.
fn starts(vertices: usize) -> impl IndexedParallelIterator<Item = Vertex> {
    (0..vertices.div_ceil(TASK)).into_par_iter().map(|task| Vertex::try_from(task * TASK).unwrap_or(NOBODY))
}

/// The state of a search, which can be run again from another vertex.
#[derive(Debug)]
pub(crate) struct Search<'a> {
    graph: &'a Graph,
    distances: Vec<AtomicU32>,
    frontier: Vec<Vertex>,
    next: Vec<Vertex>,
    /// One bit a vertex: in the frontier, reached, in the next frontier.
    bits: [Vec<u64>; 3],
    can_turn: bool,
    last: u32,
}

impl<'a> Search<'a> {
    pub(crate) fn new(graph: &'a Graph) -> Self {
        let count = graph.vertex_count();
        Self {
            graph,
            distances: (0..count).map(|_| AtomicU32::new(UNREACHED)).collect(),
            frontier: Vec::new(),
            next: Vec::new(),
            bits: [Vec::new(), Vec::new(), Vec::new()],
            can_turn: !graph.is_directed() || graph.has_sources(),
            last: 0,
        }
    }

    /// Hops to `vertex` in the last run.
    #[inline]
    pub(crate) fn distance(&self, vertex: usize) -> u32 {
        self.distances[vertex].load(Relaxed)
    }

    /// The most hops of the last run.
    pub(crate) fn eccentricity(&self) -> u32 {
        self.last
    }

    pub(crate) fn into_distances(self) -> Vec<u32> {
        self.distances.into_iter().map(AtomicU32::into_inner).collect()
    }

    /// Searches from `source`.
    pub(crate) fn run(&mut self, source: Vertex, watch: &Watch) -> Result<()> {
        self.graph.vertex(source)?;
        watch.check()?;
        self.distances.iter_mut().for_each(|distance| *distance.get_mut() = UNREACHED);
        self.frontier.clear();
        self.frontier.push(source);
        *self.distances[source as usize].get_mut() = 0;
        self.last = 0;
        let mut left = self.graph.entry_count();
        let mut step = 0;
        while !self.frontier.is_empty() {
            let entries = self.entries_of_frontier();
            if self.can_turn && entries > left / TURN && entries > SMALL {
                self.climb(watch)?;
                left = usize::MAX;
                continue;
            }
            left = left.saturating_sub(entries);
            if entries > SMALL {
                self.expand_on_all_threads(watch)?;
            } else {
                self.expand(watch, &mut step)?;
            }
            self.advance();
        }
        Ok(())
    }

    /// Makes the next frontier the frontier.
    fn advance(&mut self) {
        std::mem::swap(&mut self.frontier, &mut self.next);
        self.next.clear();
        if !self.frontier.is_empty() {
            self.last += 1;
        }
    }

    fn entries_of_frontier(&self) -> usize {
        self.frontier.iter().map(|&vertex| self.graph.neighbors(vertex).len()).sum()
    }

    fn expand(&mut self, watch: &Watch, step: &mut u32) -> Result<()> {
        let level = self.last + 1;
        for &vertex in &self.frontier {
            watch.pace(step)?;
            for &target in self.graph.neighbors(vertex) {
                let distance = self.distances[target as usize].get_mut();
                if *distance == UNREACHED {
                    *distance = level;
                    self.next.push(target);
                }
            }
        }
        Ok(())
    }

    fn expand_on_all_threads(&mut self, watch: &Watch) -> Result<()> {
        let level = self.last + 1;
        let (graph, distances) = (self.graph, &self.distances);
        let expand = |vertices: &[Vertex]| {
            watch.check()?;
            let mut found = Vec::new();
            for &target in vertices.iter().flat_map(|&vertex| graph.neighbors(vertex)) {
                let distance = &distances[target as usize];
                let is_new = distance.load(Relaxed) == UNREACHED;
                if is_new && distance.compare_exchange(UNREACHED, level, Relaxed, Relaxed).is_ok() {
                    found.push(target);
                }
            }
            Ok(found)
        };
        let found: Result<Vec<_>> = self.frontier.par_chunks(EXPANDED_TOGETHER).map(expand).collect();
        self.next.extend(found?.into_iter().flatten());
        Ok(())
    }

    /// Runs levels in which each vertex looks for a parent, until the frontier is small again.
    fn climb(&mut self, watch: &Watch) -> Result<()> {
        let count = self.distances.len();
        let words = count.div_ceil(64);
        let [front, reached, next] = &mut self.bits;
        for bits in [&mut *front, &mut *reached, &mut *next] {
            bits.clear();
            bits.resize(words, 0);
        }
        for (word, distances) in reached.iter_mut().zip(self.distances.chunks(64)) {
            for (bit, distance) in distances.iter().enumerate() {
                *word |= u64::from(distance.load(Relaxed) != UNREACHED) << bit;
            }
        }
        for &vertex in &self.frontier {
            front[vertex as usize / 64] |= 1 << (vertex % 64);
        }
        // Bits behind the last vertex count as reached.
        if let Some(word) = reached.last_mut().filter(|_| !count.is_multiple_of(64)) {
            *word |= u64::MAX << (count % 64);
        }
        loop {
            let level = self.last + 1;
            let tasks = self.distances.par_chunks_mut(TASK).zip(reached.par_chunks_mut(TASK / 64));
            let tasks = tasks.zip(next.par_chunks_mut(TASK / 64)).zip(starts(count));
            let found = tasks.map(|(((distances, reached), next), first)| {
                watch.check()?;
                Ok(look_for_parents(self.graph, front, level, first, distances, reached, next))
            });
            let found: usize =
                found.try_reduce(|| 0, |one, other| Ok::<_, crate::GraphError>(one + other))?;
            if found == 0 {
                self.frontier.clear();
                return Ok(());
            }
            self.last = level;
            std::mem::swap(front, next);
            if found < count / TURN_BACK {
                break;
            }
        }
        self.frontier.clear();
        for (word, base) in front.iter().zip((0..).step_by(64)) {
            each_bit(*word, |bit| self.frontier.push(base + bit));
        }
        Ok(())
    }
}

/// Gives each vertex that was not reached the next level if an edge leads to it from the frontier; returns how many.
fn look_for_parents(
    graph: &Graph,
    front: &[u64],
    level: u32,
    first: Vertex,
    distances: &mut [AtomicU32],
    reached: &mut [u64],
    next: &mut [u64],
) -> usize {
    let mut found = 0;
    let words = reached.iter_mut().zip(next).zip(distances.chunks_mut(64));
    for (((reached, next), distances), first) in words.zip((first..).step_by(64)) {
        let mut new = 0u64;
        each_bit(!*reached, |bit| {
            let is_near = |&parent: &Vertex| front[parent as usize / 64] >> (parent % 64) & 1 == 1;
            if graph.sources(first + bit).iter().any(is_near) {
                *distances[bit as usize].get_mut() = level;
                new |= 1 << bit;
            }
        });
        *next = new;
        *reached |= new;
        found += new.count_ones() as usize;
    }
    found
}

/// Calls `visit` for each bit that is set, from the lowest.
#[inline]
pub(crate) fn each_bit(mut word: u64, mut visit: impl FnMut(u32)) {
    while word != 0 {
        visit(word.trailing_zeros());
        word &= word - 1;
    }
}

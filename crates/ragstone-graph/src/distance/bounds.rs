//! Eccentricities kept between bounds that each search makes narrower.

use rayon::prelude::*;

use crate::component::{Components, weak};
use crate::distance::batch::{Batch, WIDTH};
use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::path::{Search, UNREACHED};
use crate::watch::Watch;

/// Searches of one round: half from the middle, half from the rim.
const ROUND: usize = 4;
/// A round that settles less than this part of the open vertices is followed by one of the other kind.
const ENOUGH: usize = 16;
/// What a batch of searches costs, in searches.
const COST_OF_BATCH: u64 = 40;
/// Vertices whose bounds are one task.
const TASK: usize = 8192;

/// Which eccentricities have to be known exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Goal {
    /// Enough of them to know the greatest.
    Greatest,
    /// All that are as small as the least.
    Least,
    /// All.
    All,
}

/// What is known of the eccentricity of each vertex.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub(super) low: u32,
    pub(super) high: u32,
    is_searched: bool,
}

/// Searches until the goal is reached, and returns what is known then.
///
/// Takes, Kosters: Computing the eccentricity distribution of large graphs, Algorithms 2013, with the vertices that the
/// bounds do not tell apart searched from in batches.
pub(super) fn bound(graph: &Graph, goal: Goal, watch: &Watch, remedy: &'static str) -> Result<Vec<Bounds>> {
    let reversed = graph.is_directed().then(|| graph.reversed());
    let mut hunt = Hunt {
        graph,
        goal,
        watch,
        bounds: begin(graph, watch)?,
        ahead: (0..ROUND).map(|_| Search::new(graph)).collect(),
        back: reversed.iter().flat_map(|graph| (0..ROUND).map(|_| Search::new(graph))).collect(),
        batch: None,
    };
    let work = (graph.vertex_count() + graph.entry_count()) as u64;
    let mut spent = 0;
    let mut is_batch = false;
    let mut open = hunt.open();
    let all = open.len();
    while !open.is_empty() {
        watch.afford(0, spent, remedy)?;
        watch.progress(all - open.len().min(all), all);
        is_batch |= open.len() <= ROUND;
        spent += work.saturating_mul(if is_batch { COST_OF_BATCH } else { ROUND as u64 });
        if is_batch {
            hunt.search_batch(open.clone())?;
        } else {
            hunt.search_round(&open)?;
        }
        let before = open.len();
        open = hunt.open();
        if before.saturating_sub(open.len()) < before / ENOUGH {
            is_batch = !is_batch;
        }
    }
    Ok(hunt.bounds)
}

/// What is known at first: nothing is further than the other end of the component.
fn begin(graph: &Graph, watch: &Watch) -> Result<Vec<Bounds>> {
    let bounds = |furthest: usize| Bounds {
        low: 0,
        high: u32::try_from(furthest).unwrap_or(UNREACHED),
        is_searched: false,
    };
    let components: Components = weak(graph, watch)?;
    let sizes = components.sizes();
    Ok(components.numbers().iter().map(|&number| bounds(sizes[number as usize] - 1)).collect())
}

struct Hunt<'a> {
    graph: &'a Graph,
    goal: Goal,
    watch: &'a Watch,
    bounds: Vec<Bounds>,
    /// Searches over the edges, and on a directed graph against them.
    ahead: Vec<Search<'a>>,
    back: Vec<Search<'a>>,
    batch: Option<Batch<'a>>,
}

impl Hunt<'_> {
    /// Vertices of which more has to be known.
    fn open(&self) -> Vec<Vertex> {
        let greatest = self.bounds.iter().map(|bounds| bounds.low).max().unwrap_or(0);
        let least = self.bounds.iter().map(|bounds| bounds.high).min().unwrap_or(0);
        let is_open = |bounds: &Bounds| match self.goal {
            Goal::Greatest => bounds.high > greatest,
            Goal::Least => bounds.low < bounds.high && bounds.low <= least,
            Goal::All => bounds.low < bounds.high,
        };
        let open = (0..).zip(&self.bounds).filter(|(_, bounds)| is_open(bounds));
        open.map(|(vertex, _)| vertex).collect()
    }

    /// Searches from some vertices in the middle, which lower the upper bounds, and some at the rim, which raise the lower.
    fn search_round(&mut self, open: &[Vertex]) -> Result<()> {
        let middle = |&vertex: &Vertex| {
            let bounds = self.bounds[vertex as usize];
            (bounds.low, usize::MAX - self.graph.neighbors(vertex).len(), vertex)
        };
        let mut sources = self.rim(open);
        let mut near: Vec<Vertex> = open.to_vec();
        near.extend(open.iter().flat_map(|&vertex| self.graph.neighbors(vertex)));
        near.retain(|&vertex| !self.bounds[vertex as usize].is_searched);
        near.sort_unstable();
        near.dedup();
        sources.extend(first(near, ROUND / 2, middle));
        sources.sort_unstable();
        sources.dedup();
        let Self { ahead, back, watch, .. } = self;
        ahead.par_iter_mut().zip(&sources).try_for_each(|(search, &source)| search.run(source, watch))?;
        back.par_iter_mut().zip(&sources).try_for_each(|(search, &source)| search.run(source, watch))?;
        let back = if self.back.is_empty() { &self.ahead } else { &self.back };
        self.bounds.par_chunks_mut(TASK).enumerate().for_each(|(task, bounds)| {
            for (ahead, back) in self.ahead.iter().zip(back).take(sources.len()) {
                for (bounds, vertex) in bounds.iter_mut().zip(task * TASK..) {
                    bounds.learn(ahead.eccentricity(), ahead.distance(vertex), back.distance(vertex));
                }
            }
        });
        Ok(())
    }

    /// Vertices that are far from others. Those whose own eccentricity is asked for are the best, but where the least is,
    /// any that are far apart show that the others are not so near.
    fn rim(&self, open: &[Vertex]) -> Vec<Vertex> {
        if self.goal == Goal::Least {
            let is_new = |vertex: &Vertex| !self.bounds[*vertex as usize].is_searched;
            let key = |&vertex: &Vertex| (u32::MAX - self.bounds[vertex as usize].low, scattered(vertex));
            return first(self.graph.vertices().filter(is_new).collect(), ROUND / 2, key);
        }
        let key = |&vertex: &Vertex| {
            let bounds = self.bounds[vertex as usize];
            (u32::MAX - bounds.high, u32::MAX - bounds.low, self.graph.neighbors(vertex).len(), vertex)
        };
        first(open.to_vec(), ROUND / 2, key)
    }

    /// Searches from as many open vertices as one batch takes.
    fn search_batch(&mut self, open: Vec<Vertex>) -> Result<()> {
        let likely = |&vertex: &Vertex| {
            let Bounds { low, high, .. } = self.bounds[vertex as usize];
            let degree = self.graph.neighbors(vertex).len();
            if self.goal == Goal::Least {
                (low, usize::MAX - degree, vertex)
            } else {
                (u32::MAX - high, degree, vertex)
            }
        };
        let sources = first(open, WIDTH, likely);
        let reaches = self.batch.get_or_insert_with(|| Batch::new(self.graph)).run(&sources, self.watch)?;
        for (&source, reach) in sources.iter().zip(&reaches) {
            self.bounds[source as usize] =
                Bounds { low: reach.eccentricity, high: reach.eccentricity, is_searched: true };
            if !self.graph.is_directed() {
                for &neighbor in self.graph.neighbors(source) {
                    self.bounds[neighbor as usize].learn(reach.eccentricity, 1, 1);
                }
            }
        }
        Ok(())
    }
}

impl Bounds {
    /// Learns from the eccentricity of a vertex and the distances from there and to there. Where both are finite, the two
    /// reach the same vertices.
    fn learn(&mut self, eccentricity: u32, from: u32, to: u32) {
        if to == UNREACHED {
            return;
        }
        self.low = self.low.max(to);
        if from != UNREACHED {
            self.low = self.low.max(eccentricity.saturating_sub(from));
            self.high = self.high.min(eccentricity.saturating_add(to));
        }
        if to == 0 {
            self.is_searched = true;
        }
    }
}

/// An order in which neighbours in number are far apart: a multiplication by an odd number turns none into the same.
fn scattered(vertex: Vertex) -> u32 {
    vertex.wrapping_mul(2_654_435_761)
}

/// The first `count` vertices in the order of a key, which no two share.
fn first<K: Ord>(mut vertices: Vec<Vertex>, count: usize, key: impl Fn(&Vertex) -> K) -> Vec<Vertex> {
    if vertices.len() > count {
        vertices.select_nth_unstable_by_key(count, &key);
        vertices.truncate(count);
    }
    vertices
}

/// Refuses what would take too much memory.
pub(super) fn afford(graph: &Graph, watch: &Watch, remedy: &'static str) -> Result<()> {
    let vertices = graph.vertex_count() as u64;
    let searches = vertices * 4 * ROUND as u64 * if graph.is_directed() { 2 } else { 1 };
    let bounds = vertices * size_of::<Bounds>() as u64;
    let turned = if graph.is_directed() { graph.memory() as u64 } else { 0 };
    watch.afford(Batch::memory(graph.vertex_count()) + searches + bounds + turned, 0, remedy)
}

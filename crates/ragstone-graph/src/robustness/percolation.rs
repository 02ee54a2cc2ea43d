//! Edges or vertices that come one by one by chance, and how they grow together.

use rayon::prelude::*;

use crate::error::{GraphError, Result};
use crate::graph::simple::simple;
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::number::{self, real};
use crate::robustness::{samples, shuffled};
use crate::sets::Sets;
use crate::watch::Watch;

const REMEDY: &str = "ask for fewer runs";

/// Runs whose curves are in memory at one time.
const RUN_TOGETHER: usize = 16;

/// What is there by chance only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PercolationLost))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "PercolationLost"))]
pub enum Lost {
    /// Edges.
    #[default]
    Edges,
    /// Vertices, with their edges.
    Vertices,
}

/// How to percolate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PercolationOptions {
    /// What is there by chance only.
    pub lost: Lost,
    /// Runs whose mean is the answer, 1 to 10,000.
    pub runs: u32,
    /// Moments at which a run is looked at, 1 to 1,000,000.
    pub points: usize,
    /// Seed of all runs.
    pub seed: u64,
}

impl Default for PercolationOptions {
    fn default() -> Self {
        Self { lost: Lost::default(), runs: 20, points: 100, seed: 0 }
    }
}

/// A moment of a percolation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PercolationPoint {
    /// Share of the edges, or vertices, that is there.
    pub occupied: f64,
    /// Mean share of all vertices in the largest component.
    pub largest: f64,
    /// Mean over vertices of the size of their component, the largest one left out.
    pub susceptibility: f64,
}

/// The course of a percolation.
#[derive(Debug, Clone, PartialEq)]
pub struct Percolation {
    /// From nothing there to all there.
    pub curve: Vec<PercolationPoint>,
    /// Share at which the susceptibility is greatest: about there a large component appears.
    pub threshold: f64,
}

/// Lets edges or vertices come in an order of chance.
///
/// Edges are read both ways; loops, parallel edges and weights mean nothing. Each point is the mean over sets of exactly
/// that share.
/// [`GraphError::OutOfRange`] for runs or points out of range.
/// O(runs · E α(V)), on all threads of the pool; 24 bytes a vertex and 12 an edge for each.
/// M. Newman, R. Ziff, Fast Monte Carlo algorithm for site or bond percolation, 2001.
pub fn percolation(graph: &Graph, options: &PercolationOptions, watch: &Watch) -> Result<Percolation> {
    let refuse = |option, found: String, expected| Err(GraphError::OutOfRange { option, found, expected });
    if !(1..=10_000).contains(&options.runs) {
        return refuse("runs", options.runs.to_string(), "from 1 to 10,000");
    }
    if !(1..=1_000_000).contains(&options.points) {
        return refuse("points", options.points.to_string(), "from 1 to 1,000,000");
    }
    let (vertices, edges) = (number::wide(graph.vertex_count()), number::wide(graph.entry_count()));
    let threads = number::wide(rayon::current_num_threads());
    let bytes = (vertices * 24 + edges * 12) * threads + number::wide(options.points) * 32;
    watch.afford(bytes, (vertices + edges) * u64::from(options.runs), REMEDY)?;
    let graph = simple(graph, watch)?;
    let steps = Steps::new(&graph, options.lost);
    let places = samples(steps.total, options.points);
    let mut sums = vec![(0.0, 0.0); places.len()];
    let runs: Vec<u64> = (0..u64::from(options.runs)).collect();
    for (part, runs) in runs.chunks(RUN_TOGETHER).enumerate() {
        let run = |&run: &u64| steps.run(&places, options.seed, run, watch);
        let curves: Vec<Vec<(f64, f64)>> = runs.par_iter().map(run).collect::<Result<_>>()?;
        for curve in curves {
            for (sum, (largest, others)) in sums.iter_mut().zip(curve) {
                sum.0 += largest;
                sum.1 += others;
            }
        }
        watch.progress((part + 1) * RUN_TOGETHER, options.runs as usize);
    }
    let (all, runs) = (real(graph.vertex_count().max(1)), f64::from(options.runs));
    let point = |(&place, sum): (&usize, &(f64, f64))| PercolationPoint {
        occupied: real(place) / real(steps.total.max(1)),
        largest: sum.0 / runs / all,
        susceptibility: sum.1 / runs / all,
    };
    let curve: Vec<_> = places.iter().zip(&sums).map(point).collect();
    let greatest = curve
        .iter()
        .reduce(|best, point| if point.susceptibility > best.susceptibility { point } else { best });
    let threshold = greatest.map_or(0.0, |point| point.occupied);
    Ok(Percolation { curve, threshold })
}

struct Steps<'a> {
    graph: &'a Graph,
    lost: Lost,
    edges: Vec<(Vertex, Vertex)>,
    /// Number of edges or vertices that come.
    total: usize,
}

impl<'a> Steps<'a> {
    fn new(graph: &'a Graph, lost: Lost) -> Self {
        match lost {
            Lost::Vertices => Self { graph, lost, edges: Vec::new(), total: graph.vertex_count() },
            Lost::Edges => {
                let edges: Vec<_> = graph.edges().map(|edge| (edge.source, edge.target)).collect();
                Self { graph, lost, total: edges.len(), edges }
            }
        }
    }

    /// Size of the largest component, and sum of the squares of the others, at each of the places.
    fn run(&self, places: &[usize], seed: u64, run: u64, watch: &Watch) -> Result<Vec<(f64, f64)>> {
        let mut meter = Meter::new(watch, REMEDY);
        let mut growth = Growth::new(self.graph.vertex_count(), self.lost);
        let mut is_there = vec![false; if self.lost == Lost::Vertices { self.total } else { 0 }];
        let order = shuffled(number::vertex(self.total), seed, run);
        let mut curve = Vec::with_capacity(places.len());
        let mut come = 0;
        for &place in places {
            for &next in &order[come..place] {
                if self.lost == Lost::Edges {
                    let (one, other) = self.edges[next as usize];
                    meter.add(1)?;
                    growth.join(one, other);
                    continue;
                }
                is_there[next as usize] = true;
                growth.appear();
                meter.add(1 + number::wide(self.graph.neighbors(next).len()))?;
                for &other in self.graph.neighbors(next) {
                    if is_there[other as usize] {
                        growth.join(next, other);
                    }
                }
            }
            come = place;
            curve.push(growth.state());
        }
        Ok(curve)
    }
}

struct Growth {
    sets: Sets,
    largest: u32,
    /// Sum of the squares of the sizes of all components.
    squares: f64,
}

impl Growth {
    fn new(vertices: usize, lost: Lost) -> Self {
        let there = if lost == Lost::Edges { vertices } else { 0 };
        Self { sets: Sets::new(vertices), largest: u32::from(there > 0), squares: real(there) }
    }

    fn appear(&mut self) {
        self.largest = self.largest.max(1);
        self.squares += 1.0;
    }

    fn join(&mut self, one: Vertex, other: Vertex) {
        let (a, b) = (self.sets.size(one), self.sets.size(other));
        if let Some(size) = self.sets.join(one, other) {
            self.largest = self.largest.max(size);
            self.squares += 2.0 * f64::from(a) * f64::from(b);
        }
    }

    fn state(&self) -> (f64, f64) {
        (f64::from(self.largest), self.squares - f64::from(self.largest).powi(2))
    }
}

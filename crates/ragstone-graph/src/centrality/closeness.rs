//! Closeness and harmonic centrality, exact and from samples.

use std::ops::Range;

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::centrality::sampling::{afford, seed_of};
use crate::centrality::search::{Abacus, Settling, TOGETHER, Ways, refuse_no_distance, walk_together};
use crate::centrality::{Estimate, Sampling, Scale, Side, Weights};
use crate::error::Result;
use crate::graph::blocks::{each, runs};
use crate::graph::{Graph, Vertex};
use crate::number::{self, count, real};
use crate::watch::Watch;

/// Options of [`closeness`] and [`harmonic`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closeness {
    /// `Incoming` measures the way from others to a vertex, `Outgoing` from it to others, `Both` without directions.
    pub side: Side,
    /// Whether an edge is as long as it weighs; a parallel edge is then the shorter of the two.
    pub weights: Weights,
    /// Of closeness: normalised by the part of the graph that is near at all, after Wasserman and Faust; raw, by the
    /// vertices that are. Of harmonic centrality: divided by the number of other vertices; raw, a sum.
    pub scale: Scale,
}

impl Default for Closeness {
    fn default() -> Self {
        Self { side: Side::Incoming, weights: Weights::Ignored, scale: Scale::Normalized }
    }
}

/// Computes the inverse of the mean distance between each vertex and those it is joined to; 0 where it is to none.
///
/// [`Scale::Normalized`] multiplies it by the part of all other vertices that these are, so that a vertex of a small
/// component is not closer than one in the middle of the graph.
///
/// Takes O(vertices · entries / 64) time at best and O(vertices · entries) at worst without weights, a logarithm more
/// with them; 40 bytes for a vertex and thread. Loops change nothing.
///
/// # Errors
/// `NegativeWeight`, `OutOfRange` for a weight of 0, `TooExpensive`.
///
/// Source: Wasserman and Faust, "Social network analysis", 1994.
pub fn closeness(graph: &Graph, options: &Closeness, watch: &Watch) -> Result<Vec<f64>> {
    let others = real(graph.vertex_count().saturating_sub(1));
    let score = |reach: Reach| {
        if reach.distance <= 0.0 {
            return 0.0;
        }
        let part = if options.scale == Scale::Normalized { reach.count / others } else { 1.0 };
        part * reach.count / reach.distance
    };
    Ok(reaches(graph, *options, watch)?.into_iter().map(score).collect())
}

/// Adds up the inverse distances between each vertex and all others, where those that cannot be reached add nothing.
///
/// Costs what [`closeness`] costs, and has its errors.
///
/// Source: Marchiori and Latora, "Harmony in the small-world", 2000.
pub fn harmonic(graph: &Graph, options: &Closeness, watch: &Watch) -> Result<Vec<f64>> {
    let others = match options.scale {
        Scale::Normalized => real(graph.vertex_count().saturating_sub(1).max(1)),
        Scale::Raw => 1.0,
    };
    Ok(reaches(graph, *options, watch)?.into_iter().map(|reach| reach.inverse / others).collect())
}

/// What is known of a vertex's distances.
#[derive(Debug, Clone, Copy, Default)]
struct Reach {
    count: f64,
    distance: f64,
    inverse: f64,
}

impl Reach {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.distance += other.distance;
        self.inverse += other.inverse;
    }
}

fn reaches(graph: &Graph, options: Closeness, watch: &Watch) -> Result<Vec<Reach>> {
    refuse_no_distance(graph, options.weights)?;
    let vertices = graph.vertex_count();
    let is_weighted = options.weights.matter(graph);
    let searches = if is_weighted { vertices } else { vertices.div_ceil(TOGETHER) };
    let steps = (searches as u64).saturating_mul((graph.entry_count() + vertices) as u64);
    watch.afford(vertices as u64 * 64, steps, "estimate it from samples, with a bound of the error")?;
    let ways = Ways::new(graph, options.side);
    let found = each(runs(vertices, TOGETHER), watch, |sources| {
        if is_weighted { weighted(&ways, sources, watch) } else { unweighted(&ways, sources, watch) }
    })?;
    Ok(found.into_iter().flatten().collect())
}

fn unweighted(ways: &Ways<'_>, sources: Range<Vertex>, watch: &Watch) -> Result<Vec<Reach>> {
    let sources: Vec<Vertex> = sources.collect();
    let mut reaches = vec![Reach::default(); sources.len()];
    let mut abacus = Abacus::default();
    let mut level = 1;
    let mut close = |abacus: &mut Abacus, distance: u32| {
        for (reach, count) in reaches.iter_mut().zip(abacus.take()) {
            let (count, distance) = (f64::from(count), f64::from(distance));
            reach.count += count;
            reach.distance += count * distance;
            reach.inverse += count / distance;
        }
    };
    walk_together(ways, &sources, watch, |_, distance, bits| {
        if distance != level {
            close(&mut abacus, level);
            level = distance;
        }
        abacus.add(bits);
    })?;
    close(&mut abacus, level);
    Ok(reaches)
}

fn weighted(ways: &Ways<'_>, sources: Range<Vertex>, watch: &Watch) -> Result<Vec<Reach>> {
    let mut search = Settling::new(ways.vertex_count());
    let reach = |source| {
        search.walk(&ways.ahead, source, watch, |_, _, _| {})?;
        let distances = search.order.iter().skip(1).map(|&vertex| search.distances[vertex as usize]);
        Ok(distances.fold(Reach::default(), |reach, distance| Reach {
            count: reach.count + 1.0,
            distance: reach.distance + distance,
            inverse: reach.inverse + 1.0 / distance,
        }))
    };
    sources.map(reach).collect()
}

/// Estimates normalised [`closeness`] without weights, from the distances of some vertices to all others.
///
/// In a graph in which every vertex reaches every other, the mean distance that is the inverse of a score is off by at
/// most `error` times the greatest distance, except with probability `risk`. Elsewhere the part that is near is estimated
/// too, with an error of at most `error` of all vertices, and a vertex that none of the samples reaches has 0.
///
/// Takes ln(2 · vertices / `risk`) / (2 · `error`²) samples, 64 of them in one pass over the entries at best; at most as
/// many as there are vertices, and the answer is then exact. 24 bytes for a vertex and thread.
///
/// # Errors
/// `OutOfRange`, `TooExpensive`.
///
/// Source: Eppstein and Wang, "Fast approximation of centrality", 2001.
pub fn closeness_sampled(graph: &Graph, side: Side, sampling: &Sampling, watch: &Watch) -> Result<Estimate> {
    sampled(graph, side, sampling, watch, |reach, samples| {
        if reach.distance > 0.0 { reach.count / samples * reach.count / reach.distance } else { 0.0 }
    })
}

/// Estimates normalised [`harmonic`] centrality without weights, from the distances of some vertices to all others.
///
/// Every score is off by at most `error`, except with probability `risk`, in any graph: by Hoeffding's bound, as inverse
/// distances lie between 0 and 1. Costs what [`closeness_sampled`] costs, and has its errors.
///
/// Source: Eppstein and Wang, "Fast approximation of centrality", 2001.
pub fn harmonic_sampled(graph: &Graph, side: Side, sampling: &Sampling, watch: &Watch) -> Result<Estimate> {
    sampled(graph, side, sampling, watch, |reach, samples| reach.inverse / samples)
}

/// Passes whose sums are held at once, so that they can be added in order.
const HELD: usize = 8;

/// Scores from the distances of samples; `score` is given their sums, and how many samples are other vertices.
fn sampled(
    graph: &Graph,
    side: Side,
    sampling: &Sampling,
    watch: &Watch,
    score: impl Fn(&Reach, f64) -> f64,
) -> Result<Estimate> {
    sampling.check()?;
    let vertices = graph.vertex_count();
    let wanted = (2.0 * real(vertices.max(1)) / sampling.risk).ln() / (2.0 * sampling.error.powi(2));
    // One more, because a vertex may itself be one of the samples.
    let samples = (count(wanted) + 1).min(vertices);
    let steps = samples.div_ceil(TOGETHER).saturating_mul(graph.entry_count() + vertices);
    afford(watch, vertices.saturating_mul(24 * HELD), steps)?;
    let sources = pick(vertices, samples, sampling.seed);
    // Distances to a vertex are found by walking from others along their edges.
    let ways = Ways::new(graph, side).turned();
    let mut sums = vec![Reach::default(); vertices];
    for group in sources.chunks(TOGETHER * HELD) {
        let passes = each(group.chunks(TOGETHER).collect(), watch, |sources| pass(&ways, sources, watch))?;
        for pass in passes {
            sums.iter_mut().zip(pass).for_each(|(sum, part)| sum.add(part));
        }
    }
    let mut others = vec![real(samples); vertices];
    for source in sources {
        others[source as usize] = real(samples - 1).max(1.0);
    }
    let scores = sums.iter().zip(others).map(|(reach, others)| score(reach, others)).collect();
    Ok(Estimate { scores, samples, error: if samples == vertices { 0.0 } else { sampling.error } })
}

fn pass(ways: &Ways<'_>, sources: &[Vertex], watch: &Watch) -> Result<Vec<Reach>> {
    let mut reaches = vec![Reach::default(); ways.vertex_count()];
    walk_together(ways, sources, watch, |vertex, distance, bits| {
        let (count, distance) = (f64::from(bits.count_ones()), f64::from(distance));
        let reach = &mut reaches[vertex as usize];
        reach.count += count;
        reach.distance += count * distance;
        reach.inverse += count / distance;
    })?;
    Ok(reaches)
}

/// Different vertices, each as likely as any other, ascending.
fn pick(vertices: usize, samples: usize, seed: u64) -> Vec<Vertex> {
    if samples == vertices {
        return (0..number::vertex(vertices)).collect();
    }
    let mut random = Pcg64Mcg::seed_from_u64(seed_of(seed, 0));
    let mut all: Vec<Vertex> = (0..number::vertex(vertices)).collect();
    for place in 0..samples {
        all.swap(place, random.random_range(place..vertices));
    }
    all.truncate(samples);
    all.sort_unstable();
    all
}

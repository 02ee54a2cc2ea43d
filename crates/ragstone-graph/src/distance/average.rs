//! The average length of shortest paths.

use rand::SeedableRng;
use rand::seq::index;
use rand_pcg::Pcg64Mcg;

use crate::distance::batch::{Batch, WIDTH};
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// How exactly to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AverageLengthOptions {
    /// From how many vertices to search, drawn without return; from all if `None`, which is exact.
    pub samples: Option<usize>,
    /// What the draw depends on.
    pub seed: u64,
}

/// The average length of shortest paths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AverageLength {
    /// Hops, on average over all pairs of different vertices of which one reaches the other; 0 if there are none.
    pub mean: f64,
    /// Standard error of the mean, 0 if it is exact.
    pub standard_error: f64,
    /// Ordered pairs that were looked at, those left out not counted.
    pub pairs: u64,
    /// Ordered pairs between which no path leads, of those that were looked at.
    pub unreached_pairs: u64,
}

/// Averages the length of the shortest paths between all pairs of vertices, or from some vertices to all.
///
/// O(sources × entries) time, a batch of 256 searches costing as much as some 40, on all threads; 100 bytes a vertex.
/// Repeats with the seed on any number of threads. Errors: [`OutOfRange`](GraphError::OutOfRange) for less than two
/// samples; [`TooExpensive`](GraphError::TooExpensive).
pub fn average_length(graph: &Graph, options: AverageLengthOptions, watch: &Watch) -> Result<AverageLength> {
    const REMEDY: &str = "ask for fewer samples";
    let count = graph.vertex_count();
    let sources: Vec<Vertex> = match options.samples {
        Some(samples @ 0..2) => {
            return Err(GraphError::OutOfRange {
                option: "samples",
                found: samples.to_string(),
                expected: "at least 2 samples say how exact they are",
            });
        }
        Some(samples) if samples < count => draw(count, samples, options.seed),
        _ => graph.vertices().collect(),
    };
    let work = (count + graph.entry_count()) as u64;
    watch.afford(
        Batch::memory(count),
        (sources.len().div_ceil(WIDTH) as u64).saturating_mul(40 * work),
        REMEDY,
    )?;
    let mut batch = Batch::new(graph);
    let mut reaches = Vec::with_capacity(sources.len());
    for part in sources.chunks(WIDTH) {
        watch.progress(reaches.len(), sources.len());
        reaches.extend(batch.run(part, watch)?);
    }
    let sum: u64 = reaches.iter().map(|reach| reach.sum).sum();
    let pairs: u64 = reaches.iter().map(|reach| reach.count).sum();
    let all = sources.len() as u64 * (count as u64).saturating_sub(1);
    let mean = if pairs == 0 { 0.0 } else { float(sum) / float(pairs) };
    // The error of a ratio of two sums that are drawn together.
    let square = |difference: f64| difference * difference;
    let squares: f64 = reaches.iter().map(|reach| square(float(reach.sum) - mean * float(reach.count))).sum();
    let (drawn, total) = (float(sources.len() as u64), float(count as u64));
    let is_exact = sources.len() == count || pairs == 0;
    let standard_error = if is_exact {
        0.0
    } else {
        (squares / (drawn - 1.0) * drawn * (1.0 - drawn / total)).sqrt() / float(pairs)
    };
    Ok(AverageLength { mean, standard_error, pairs, unreached_pairs: all - pairs })
}

fn draw(count: usize, samples: usize, seed: u64) -> Vec<Vertex> {
    let drawn = index::sample(&mut Pcg64Mcg::seed_from_u64(seed), count, samples);
    let mut vertices: Vec<Vertex> =
        drawn.into_iter().map(|index| Vertex::try_from(index).unwrap_or(0)).collect();
    vertices.sort_unstable();
    vertices
}

#[expect(clippy::cast_precision_loss, reason = "an average is a float, and its parts are exact to 16 digits")]
fn float(number: u64) -> f64 {
    number as f64
}

//! Embedding by random projection of the powers of the matrix of transitions.

use rand::RngExt;
use rayon::prelude::*;

use crate::embedding::{Embedding, generator};
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Weight};
use crate::number;
use crate::watch::Watch;

const REMEDY: &str = "ask for fewer dimensions or steps";

/// Vertices whose vectors are made by one task.
const MADE_TOGETHER: usize = 256;

/// How to project.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectionOptions {
    /// Length of each vector, 1 to 65,536.
    pub dimensions: usize,
    /// How much what is 1, 2, … edges away counts; 1 to 100 finite numbers.
    pub step_weights: Vec<f32>,
    /// How much the vertex itself counts.
    pub self_weight: f32,
    /// Power of the degree that a vertex's own share is multiplied with, -8 to 8: below 0 hubs count less.
    pub degree_power: f64,
    /// Seed of the projection.
    pub seed: u64,
}

impl Default for ProjectionOptions {
    fn default() -> Self {
        Self {
            dimensions: 128,
            step_weights: vec![0.0, 1.0, 1.0],
            self_weight: 0.0,
            degree_power: 0.0,
            seed: 0,
        }
    }
}

impl ProjectionOptions {
    fn require(&self) -> Result<()> {
        let refuse =
            |option, found: String, expected| Err(GraphError::OutOfRange { option, found, expected });
        if !(1..=65_536).contains(&self.dimensions) {
            return refuse("dimensions", self.dimensions.to_string(), "from 1 to 65,536");
        }
        let is_finite = self.step_weights.iter().chain([&self.self_weight]).all(|weight| weight.is_finite());
        if !(1..=100).contains(&self.step_weights.len()) || !is_finite {
            return refuse("step_weights", format!("{:?}", self.step_weights), "1 to 100 finite numbers");
        }
        if !(-8.0..=8.0).contains(&self.degree_power) {
            return refuse("degree_power", self.degree_power.to_string(), "from -8 to 8");
        }
        Ok(())
    }
}

/// Gives vertices whose surroundings overlap vectors of like direction.
///
/// Follows edges from source to target (take [`Graph::to_undirected`] for both ways); a step averages over the targets by
/// weight, parallel edges and loops count as they are there. A vertex without a way on has the vector 0 from there on.
/// [`GraphError::NegativeWeight`] for weights below 0, [`GraphError::OutOfRange`] for options.
/// O(steps · dimensions · E), on all threads of the pool; 12 bytes a dimension and vertex.
/// H. Chen et al., Fast and accurate network embeddings via very sparse random projection (FastRP), 2019.
pub fn projection_embedding(graph: &Graph, options: &ProjectionOptions, watch: &Watch) -> Result<Embedding> {
    options.require()?;
    if let Some(edge) = graph.negative_edge() {
        let remedy = "weights of an average are at least 0";
        let (source_vertex, target, weight) = (edge.source, edge.target, edge.weight);
        return Err(GraphError::NegativeWeight { source_vertex, target, weight, remedy });
    }
    let (dimensions, steps) = (options.dimensions, options.step_weights.len());
    let cells = number::wide(graph.vertex_count()).saturating_mul(number::wide(dimensions));
    // Eight numbers of a vector are added at once.
    let work = number::wide(graph.entry_count()) * number::wide(steps) * number::wide(dimensions.div_ceil(8));
    watch.afford(cells.saturating_mul(12), work, REMEDY)?;
    let mut vectors = chance(graph, options, watch)?;
    let mut values = vec![0.0; vectors.len()];
    add(&mut values, &vectors, options.self_weight, dimensions);
    let mut next = vec![0.0; vectors.len()];
    for (step, &weight) in options.step_weights.iter().enumerate() {
        average(graph, &vectors, &mut next, dimensions, watch)?;
        std::mem::swap(&mut vectors, &mut next);
        add(&mut values, &vectors, weight, dimensions);
        watch.progress(step + 1, steps);
    }
    Ok(Embedding { dimensions, values })
}

/// Vectors of chance: a sixth of the numbers each way, the others 0.
fn chance(graph: &Graph, options: &ProjectionOptions, watch: &Watch) -> Result<Vec<f32>> {
    let dimensions = options.dimensions;
    let mut vectors = vec![0.0f32; graph.vertex_count() * dimensions];
    vectors.par_chunks_mut(dimensions * MADE_TOGETHER).enumerate().try_for_each(|(part, vectors)| {
        watch.check()?;
        for (index, vector) in vectors.chunks_mut(dimensions).enumerate() {
            let vertex = number::vertex(part * MADE_TOGETHER + index);
            let degree = number::real(graph.neighbors(vertex).len().max(1));
            let size = single((3.0f64).sqrt() * degree.powf(options.degree_power));
            let mut generator = generator(options.seed, u64::from(vertex));
            for value in vector {
                *value = match generator.random_range(0..6u32) {
                    0 => size,
                    1 => -size,
                    _ => 0.0,
                };
            }
        }
        Ok::<_, GraphError>(())
    })?;
    Ok(vectors)
}

/// For each vertex the mean of the vectors of its targets.
fn average(graph: &Graph, vectors: &[f32], next: &mut [f32], dimensions: usize, watch: &Watch) -> Result<()> {
    next.par_chunks_mut(dimensions * MADE_TOGETHER).enumerate().try_for_each(|(part, next)| {
        watch.check()?;
        for (index, mean) in next.chunks_mut(dimensions).enumerate() {
            let vertex = number::vertex(part * MADE_TOGETHER + index);
            let sum: Weight = graph.entries(vertex).map(|entry| entry.1).sum();
            mean.fill(0.0);
            if sum <= 0.0 {
                continue;
            }
            for (target, weight) in graph.entries(vertex) {
                let begin = target as usize * dimensions;
                let share = single(weight / sum);
                for (mean, value) in mean.iter_mut().zip(&vectors[begin..begin + dimensions]) {
                    *mean += share * value;
                }
            }
        }
        Ok(())
    })
}

/// Adds vectors of length 1, times a weight.
fn add(values: &mut [f32], vectors: &[f32], weight: f32, dimensions: usize) {
    if weight == 0.0 {
        return;
    }
    values.par_chunks_mut(dimensions).zip(vectors.par_chunks(dimensions)).for_each(|(values, vector)| {
        let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length > 0.0 {
            for (value, part) in values.iter_mut().zip(vector) {
                *value += weight * part / length;
            }
        }
    });
}

#[expect(clippy::cast_possible_truncation, reason = "vectors are kept in single precision")]
fn single(value: f64) -> f32 {
    value as f32
}

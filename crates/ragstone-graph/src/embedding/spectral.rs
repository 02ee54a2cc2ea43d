//! Embedding by eigenvectors of the normalised Laplacian.

use rand::RngExt;
use rayon::prelude::*;

use crate::embedding::block::Block;
use crate::embedding::{Embedding, generator};
use crate::error::{GraphError, Result};
use crate::graph::Graph;
use crate::number;
use crate::watch::Watch;

const REMEDY: &str = "ask for fewer dimensions";

/// Degree of the polynomial that a round applies.
const DEGREE: usize = 16;

/// Vertices whose rows one task multiplies.
const MULTIPLIED_TOGETHER: usize = 512;

/// How to find the eigenvectors.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectralOptions {
    /// Number of eigenvectors, 1 to 512, and less than the number of vertices that have edges.
    pub dimensions: usize,
    /// Greatest length of what is left over when an eigenvector is multiplied, 1e-12 to 0.1. Eigenvalues are exact to about
    /// its square; where many lie within it of each other, the vectors are some of theirs, not surely the first.
    pub tolerance: f64,
    /// Rounds of 16 multiplications each, 1 or more.
    pub max_rounds: usize,
    /// Seed of the first guess.
    pub seed: u64,
}

impl Default for SpectralOptions {
    fn default() -> Self {
        Self { dimensions: 8, tolerance: 1e-3, max_rounds: 200, seed: 0 }
    }
}

/// Eigenvectors with their eigenvalues.
#[derive(Debug, Clone, PartialEq)]
pub struct SpectralEmbedding {
    /// For each vertex its place in every eigenvector.
    pub embedding: Embedding,
    /// Eigenvalues of the normalised Laplacian, rising, from 0 to 2. Another 0 stands for another component.
    pub eigenvalues: Vec<f64>,
}

/// Places vertices by the smoothest functions on the graph: the first eigenvectors of the normalised Laplacian but the
/// one that is the same everywhere, divided by the roots of the degrees.
///
/// Directed graphs are read as their [`Graph::to_undirected`]; parallel edges add up, a loop counts once to the degree.
/// A vertex without edges lies at 0. The greatest number of each eigenvector is positive.
/// [`GraphError::NegativeWeight`] for weights below 0, [`GraphError::OutOfRange`] for options, and
/// [`GraphError::NotConverged`] where eigenvalues lie too near to each other, as on long paths.
/// O(rounds · dimensions · (E + V · dimensions)), on all threads of the pool; 40 bytes a vertex and dimension.
/// M. Belkin, P. Niyogi, Laplacian eigenmaps for dimensionality reduction, 2003; Chebyshev-filtered subspace iteration by
/// Y. Zhou et al., Self-consistent-field calculations using Chebyshev-filtered subspace iteration, 2006.
pub fn spectral_embedding(
    graph: &Graph,
    options: &SpectralOptions,
    watch: &Watch,
) -> Result<SpectralEmbedding> {
    if graph.is_directed() {
        return spectral_embedding(&graph.to_undirected(), options, watch);
    }
    require(graph, options)?;
    let operator = Operator::new(graph);
    let there = operator.scales.iter().filter(|&&scale| scale > 0.0).count();
    let space = there.saturating_sub(1);
    if options.dimensions > space {
        let expected = "fewer dimensions than vertices with edges";
        let found = options.dimensions.to_string();
        return Err(GraphError::OutOfRange { option: "dimensions", found, expected });
    }
    let columns = (options.dimensions + (options.dimensions / 2).max(8)).min(space);
    let cells = number::wide(graph.vertex_count()) * number::wide(columns);
    let work = (number::wide(graph.entry_count()) * 16 + cells) * number::wide(columns);
    watch.afford(cells * 40, work, REMEDY)?;
    let (vectors, mut values) = iterate(&operator, columns, options, watch)?;
    values.truncate(options.dimensions);
    let eigenvalues = values.into_iter().map(|value| 1.0 - value).collect();
    Ok(SpectralEmbedding { embedding: operator.embedding(&vectors, options.dimensions), eigenvalues })
}

fn require(graph: &Graph, options: &SpectralOptions) -> Result<()> {
    let refuse = |option, found: String, expected| Err(GraphError::OutOfRange { option, found, expected });
    if !(1..=512).contains(&options.dimensions) {
        return refuse("dimensions", options.dimensions.to_string(), "from 1 to 512");
    }
    if !(1e-12..=0.1).contains(&options.tolerance) {
        return refuse("tolerance", options.tolerance.to_string(), "from 1e-12 to 0.1");
    }
    if options.max_rounds == 0 {
        return refuse("max_rounds", "0".to_owned(), "at least 1");
    }
    if let Some(edge) = graph.negative_edge() {
        let remedy = "weights of a Laplacian are at least 0";
        let (source_vertex, target, weight) = (edge.source, edge.target, edge.weight);
        return Err(GraphError::NegativeWeight { source_vertex, target, weight, remedy });
    }
    Ok(())
}

/// The greatest eigenvalues of the normalised matrix of edges, falling, with their vectors.
fn iterate(
    operator: &Operator<'_>,
    columns: usize,
    options: &SpectralOptions,
    watch: &Watch,
) -> Result<(Block, Vec<f64>)> {
    let constant = operator.constant();
    let mut vectors = operator.chance(columns, options.seed);
    let mut residual = f64::INFINITY;
    for round in 0..=options.max_rounds {
        vectors.remove(&constant);
        vectors.orthonormalize();
        let mut products = operator.multiply(&vectors, watch)?;
        let (values, turn) = vectors.products(&products).eigen();
        vectors.combine(&turn);
        products.combine(&turn);
        residual = greatest_residual(&vectors, &products, &values[..options.dimensions]);
        if residual <= options.tolerance {
            return Ok((vectors, values));
        }
        if round < options.max_rounds {
            let damped = values.last().copied().unwrap_or(0.0).clamp(-0.999, 0.999_999);
            vectors = operator.filter(vectors, products, damped, watch)?;
        }
    }
    Err(GraphError::NotConverged {
        algorithm: "the spectral embedding",
        iterations: options.max_rounds,
        residual,
        remedy: "raise the tolerance or the number of rounds",
    })
}

/// The greatest length that is left of `products` less `values` times `vectors`.
fn greatest_residual(vectors: &Block, products: &Block, values: &[f64]) -> f64 {
    let mut squares = vec![0.0; values.len()];
    for (row, product) in vectors.cells.chunks(vectors.columns).zip(products.cells.chunks(vectors.columns)) {
        for (place, square) in squares.iter_mut().enumerate() {
            *square += (product[place] - values[place] * row[place]).powi(2);
        }
    }
    squares.into_iter().fold(0.0, f64::max).sqrt()
}

/// The matrix of edges, each divided by the roots of the degrees of its ends.
struct Operator<'a> {
    graph: &'a Graph,
    degrees: Vec<f64>,
    /// One over the root of the degree, 0 where there is no edge.
    scales: Vec<f64>,
}

impl<'a> Operator<'a> {
    fn new(graph: &'a Graph) -> Self {
        let degree = |vertex| graph.entries(vertex).map(|entry| entry.1).sum::<f64>();
        let degrees: Vec<f64> = graph.vertices().map(degree).collect();
        let scales =
            degrees.iter().map(|&degree| if degree > 0.0 { 1.0 / degree.sqrt() } else { 0.0 }).collect();
        Self { graph, degrees, scales }
    }

    /// The eigenvector that is the same everywhere but for the degrees.
    fn constant(&self) -> Vec<f64> {
        let total: f64 = self.degrees.iter().sum();
        self.degrees.iter().map(|&degree| (degree / total).sqrt()).collect()
    }

    fn chance(&self, columns: usize, seed: u64) -> Block {
        let mut block = Block::zero(self.scales.len(), columns);
        block.cells.par_chunks_mut(columns).zip(&self.scales).enumerate().for_each(
            |(vertex, (row, &scale))| {
                let mut generator = generator(seed, number::wide(vertex));
                if scale > 0.0 {
                    row.fill_with(|| generator.random_range(-1.0..1.0));
                }
            },
        );
        block
    }

    fn multiply(&self, block: &Block, watch: &Watch) -> Result<Block> {
        let columns = block.columns;
        let mut product = Block::zero(self.scales.len(), columns);
        product.cells.par_chunks_mut(columns * MULTIPLIED_TOGETHER).enumerate().try_for_each(
            |(part, rows)| {
                watch.check()?;
                for (index, row) in rows.chunks_mut(columns).enumerate() {
                    let vertex = number::vertex(part * MULTIPLIED_TOGETHER + index);
                    for (target, weight) in self.graph.entries(vertex) {
                        let share = weight * self.scales[target as usize] * self.scales[vertex as usize];
                        let begin = target as usize * columns;
                        for (sum, value) in row.iter_mut().zip(&block.cells[begin..begin + columns]) {
                            *sum += share * value;
                        }
                    }
                }
                Ok::<_, GraphError>(())
            },
        )?;
        Ok(product)
    }

    /// Applies a Chebyshev polynomial that is small from -1 to `damped` and grows steeply above.
    fn filter(&self, mut before: Block, mut product: Block, damped: f64, watch: &Watch) -> Result<Block> {
        let (half, middle) = (f64::midpoint(damped, 1.0), f64::midpoint(damped, -1.0));
        let scale = |product: &mut Block, now: &Block, factor: f64| {
            product.cells.par_iter_mut().zip(&now.cells).for_each(|(product, &now)| {
                *product = factor * (*product - middle * now) / half;
            });
        };
        scale(&mut product, &before, 1.0);
        let mut now = product;
        for _ in 1..DEGREE {
            let mut next = self.multiply(&now, watch)?;
            scale(&mut next, &now, 2.0);
            next.cells.par_iter_mut().zip(&before.cells).for_each(|(next, &before)| *next -= before);
            before = std::mem::replace(&mut now, next);
        }
        Ok(now)
    }

    fn embedding(&self, vectors: &Block, dimensions: usize) -> Embedding {
        let mut greatest = vec![0.0f64; dimensions];
        let scaled = || {
            let rows = vectors.cells.chunks(vectors.columns).zip(&self.scales);
            rows.flat_map(|(row, &scale)| row[..dimensions].iter().map(move |&value| value * scale))
        };
        for (place, value) in scaled().enumerate() {
            let greatest = &mut greatest[place % dimensions];
            if value.abs() > greatest.abs() {
                *greatest = value;
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "vectors are kept in single precision")]
        let values = scaled()
            .enumerate()
            .map(|(place, value)| (value * greatest[place % dimensions].signum()) as f32)
            .collect();
        Embedding { dimensions, values }
    }
}

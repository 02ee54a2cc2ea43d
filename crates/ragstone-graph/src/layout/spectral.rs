//! Vertices where the slowest vibrations of the graph put them.

mod eigen;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::SeedableRng;
use rayon::prelude::*;

use self::eigen::symmetric;
use crate::error::{GraphError, Result};
use crate::graph::Graph;
use crate::layout::force::{Random, Weights, each_component};
use crate::layout::mesh::Mesh;
use crate::layout::positions::{Point, Positions};
use crate::watch::Watch;

/// Vectors that are iterated together: two are wanted, the rest makes them come faster.
const BLOCK: usize = 6;

/// Components of up to so many vertices are solved whole.
const SMALL: usize = 10;

/// Rows that one task looks at.
const TOGETHER: usize = 1024;

/// Steps of the filter in one iteration.
const DEGREES: (f64, f64) = (6.0, 200.0);

/// After so many of them the known eigenvector is taken away again.
const CLEANED: f64 = 8.0;

/// Logarithm of how much the filter may raise one vector over others: their differences stay within a double.
const RAISE: f64 = 25.0;

/// How [`spectral`] works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spectral {
    /// Where iteration begins.
    pub seed: u64,
    /// Most iterations, from 1 to 100,000.
    pub iterations: u32,
    /// Residual of the eigenvectors in relation to their eigenvalues, from 1e-8 to 1.
    pub tolerance: f64,
    /// What weights mean.
    pub weights: Weights,
}

impl Default for Spectral {
    fn default() -> Self {
        Self { seed: 0, iterations: 500, tolerance: 1e-4, weights: Weights::Strength }
    }
}

/// Takes the two smallest nontrivial eigenvectors of the normalised Laplacian, divided by the roots of degrees, as
/// coordinates. Shows the coarse shape of meshes; much hangs together at one place where a graph has dense groups.
/// Direction does not matter, parallel edges count as often as they are there, loops do not. Components are packed
/// beside each other.
///
/// Each iteration is O(E) times up to 200, on all threads of the pool, with the same answer on any number of them; how
/// many it takes depends on how well the graph hangs together. Takes about 200 bytes a vertex.
/// [`GraphError::NotConverged`] where the iterations do not reach the tolerance.
///
/// Sources: Koren (2005) for the layout; Zhou, Saad, Tiago and Chelikowsky (2006) for subspaces filtered by Chebyshev's
/// polynomials.
pub fn spectral(graph: &Graph, options: &Spectral, watch: &Watch) -> Result<Positions> {
    let refuse = |option, found: String, expected| Err(GraphError::OutOfRange { option, found, expected });
    if !(1..=100_000).contains(&options.iterations) {
        return refuse("iterations", options.iterations.to_string(), "from 1 to 100,000");
    }
    if !(1e-8..=1.0).contains(&options.tolerance) {
        return refuse("tolerance", options.tolerance.to_string(), "from 1e-8 to 1");
    }
    let entries = graph.entry_count() as u64;
    let remedy = "use a force-directed layout, or lay out a part of the graph";
    watch.afford(300 * graph.vertex_count() as u64 + 16 * entries, 1000 * entries, remedy)?;
    let mesh = Mesh::of(graph, graph.is_weighted() && options.weights == Weights::Strength, watch)?;
    Positions::new(each_component(&mesh, watch, |part, watch| vibrations(part, options, watch))?)
}

fn vibrations(mesh: &Mesh, options: &Spectral, watch: &Watch) -> Result<Vec<Point>> {
    let operator = Operator::new(mesh, watch);
    let vectors = if mesh.len() <= SMALL { operator.dense() } else { operator.iterate(options)? };
    let roots = operator.roots.iter().zip(vectors);
    Ok(roots.map(|(root, [x, y])| Point::new(x / root.max(1e-150), y / root.max(1e-150))).collect())
}

type Row = [f64; BLOCK];

/// 1 minus the normalised Laplacian: eigenvalues from -1 to 1, of which the greatest, 1, is known.
struct Operator<'a> {
    mesh: &'a Mesh,
    watch: &'a Watch,
    /// Roots of the degrees: the eigenvector of 1.
    roots: Vec<f64>,
}

impl<'a> Operator<'a> {
    fn new(mesh: &'a Mesh, watch: &'a Watch) -> Self {
        let degree = |vertex| mesh.springs(vertex).map(|(_, strength)| strength).sum::<f64>().sqrt();
        Self { mesh, watch, roots: (0..mesh.len()).map(degree).collect() }
    }

    /// The two vectors of a small component.
    fn dense(&self) -> Vec<[f64; 2]> {
        let count = self.mesh.len();
        let mut matrix = vec![vec![0.0; count]; count];
        for (vertex, row) in matrix.iter_mut().enumerate() {
            for (target, strength) in self.mesh.springs(vertex) {
                row[target] = strength / (self.roots[vertex] * self.roots[target]);
            }
        }
        let (_, vectors) = symmetric(matrix);
        let vector = |which: usize, vertex: usize| vectors.get(which).map_or(0.0, |vector| vector[vertex]);
        (0..count).map(|vertex| [vector(1, vertex), vector(2, vertex)]).collect()
    }

    fn iterate(&self, options: &Spectral) -> Result<Vec<[f64; 2]>> {
        let mut random = Random::new(Pcg64Mcg::seed_from_u64(options.seed));
        let mut block: Vec<Row> =
            (0..self.mesh.len()).map(|_| [(); BLOCK].map(|()| random.unit() - 0.5)).collect();
        let mut worst = f64::INFINITY;
        for iteration in 0..options.iterations {
            self.watch.progress(iteration as usize, options.iterations as usize);
            self.orthonormalise(&mut block, &mut random);
            let mut image = vec![[0.0; BLOCK]; block.len()];
            self.apply(&block, &mut image, |image, _, _| image)?;
            let (values, turn) = symmetric(gram(&block, &image));
            rotate(&mut block, &turn);
            rotate(&mut image, &turn);
            worst = (0..2)
                .map(|which| relative_residual(&block, &image, which, values[which]))
                .fold(0.0, f64::max);
            if worst <= options.tolerance {
                return Ok(block.into_iter().map(|row| [row[0], row[1]]).collect());
            }
            block = self.filter(block, values[BLOCK - 1].min(1.0 - 1e-13), values[0].min(1.0))?;
        }
        Err(GraphError::NotConverged {
            algorithm: "spectral layout",
            iterations: options.iterations as usize,
            residual: worst,
            remedy: "allow more iterations or a greater tolerance, or use a force-directed layout",
        })
    }

    /// Raises what belongs to eigenvalues above `least` by Chebyshev's polynomial, which stays within -1 and 1 below.
    fn filter(&self, block: Vec<Row>, least: f64, most: f64) -> Result<Vec<Row>> {
        let (half, centre) = (f64::midpoint(least, 1.0), f64::midpoint(least, -1.0));
        let half = half.max(1e-6);
        let growth = ((most - centre) / half).max(1.0).acosh();
        let degree = (RAISE / growth.max(1e-9)).clamp(DEGREES.0, DEGREES.1);
        let mut before = block;
        let mut now = vec![[0.0; BLOCK]; before.len()];
        self.apply(&before, &mut now, |image, own, _| (image - centre * own) / half)?;
        let mut step = 1.0;
        while step < degree {
            self.apply(&now, &mut before, |image, own, before| 2.0 * (image - centre * own) / half - before)?;
            std::mem::swap(&mut before, &mut now);
            step += 1.0;
            if (step % CLEANED).abs() < 0.5 {
                self.clean(&mut before);
                self.clean(&mut now);
            }
        }
        Ok(now)
    }

    /// Sets each entry to what `combine` makes of the operator's image, of the entry that it is applied to, and of what
    /// was in the place.
    fn apply(
        &self,
        block: &[Row],
        result: &mut [Row],
        combine: impl Fn(f64, f64, f64) -> f64 + Sync,
    ) -> Result<()> {
        result.par_chunks_mut(TOGETHER).enumerate().try_for_each(|(chunk, rows)| {
            self.watch.check()?;
            for (offset, row) in rows.iter_mut().enumerate() {
                let vertex = chunk * TOGETHER + offset;
                let mut image = [0.0; BLOCK];
                for (target, strength) in self.mesh.springs(vertex) {
                    let factor = strength / (self.roots[vertex] * self.roots[target]);
                    for (sum, value) in image.iter_mut().zip(&block[target]) {
                        *sum += factor * value;
                    }
                }
                for lane in 0..BLOCK {
                    row[lane] = combine(image[lane], block[vertex][lane], row[lane]);
                }
            }
            Ok(())
        })
    }

    /// Takes away what rounding brings back of the known eigenvector, which the filter would raise most of all.
    fn clean(&self, block: &mut [Row]) {
        let known: f64 = self.roots.iter().map(|root| root * root).sum();
        let mut along = [0.0; BLOCK];
        for (root, row) in self.roots.iter().zip(&*block) {
            for (sum, value) in along.iter_mut().zip(row) {
                *sum += root * value;
            }
        }
        for (root, row) in self.roots.iter().zip(block) {
            for (value, along) in row.iter_mut().zip(along) {
                *value -= along / known * root;
            }
        }
    }

    /// Makes vectors orthogonal to the known eigenvector and to each other, twice, because once leaves rounding errors.
    fn orthonormalise(&self, block: &mut [Row], random: &mut Random) {
        let known: f64 = self.roots.iter().map(|root| root * root).sum();
        for which in 0..BLOCK {
            for _ in 0..2 {
                let along: f64 = self.roots.iter().zip(&*block).map(|(root, row)| root * row[which]).sum();
                for (root, row) in self.roots.iter().zip(&mut *block) {
                    row[which] -= along / known * root;
                }
                for other in 0..which {
                    let along: f64 = block.iter().map(|row| row[which] * row[other]).sum();
                    for row in &mut *block {
                        row[which] -= along * row[other];
                    }
                }
                let length = block.iter().map(|row| row[which] * row[which]).sum::<f64>().sqrt();
                let is_lost = !length.is_finite() || length <= 0.0;
                for row in &mut *block {
                    row[which] = if is_lost { random.unit() - 0.5 } else { row[which] / length };
                }
            }
        }
    }
}

/// Products of each vector with each image.
fn gram(block: &[Row], image: &[Row]) -> Vec<Vec<f64>> {
    let mut products = vec![vec![0.0; BLOCK]; BLOCK];
    for (row, image) in block.iter().zip(image) {
        for (products, value) in products.iter_mut().zip(row) {
            for (product, image) in products.iter_mut().zip(image) {
                *product += value * image;
            }
        }
    }
    products
}

/// Replaces vectors by the sums of them that `turn` lists.
fn rotate(block: &mut [Row], turn: &[Vec<f64>]) {
    for row in block {
        let old = *row;
        for (value, weights) in row.iter_mut().zip(turn) {
            *value = weights.iter().zip(&old).map(|(weight, old)| weight * old).sum();
        }
    }
}

/// How far a vector is from being an eigenvector, in relation to its eigenvalue of the Laplacian.
fn relative_residual(block: &[Row], image: &[Row], which: usize, value: f64) -> f64 {
    let off = |(row, image): (&Row, &Row)| (image[which] - value * row[which]).powi(2);
    let residual = block.iter().zip(image).map(off).sum::<f64>().sqrt();
    residual / (1.0 - value).max(1e-10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Direction, Vertex};

    fn path(count: Vertex) -> Graph {
        let edges: Vec<(Vertex, Vertex)> = (1..count).map(|vertex| (vertex - 1, vertex)).collect();
        Graph::from_edges(Direction::Undirected, count as usize, &edges).unwrap()
    }

    #[test]
    fn ring_becomes_a_circle() {
        let edges: Vec<(Vertex, Vertex)> = (0..60).map(|vertex| (vertex, (vertex + 1) % 60)).collect();
        let graph = Graph::from_edges(Direction::Directed, 60, &edges).unwrap();
        let positions = spectral(&graph, &Spectral::default(), &Watch::unbounded()).unwrap();
        let radii: Vec<f64> = positions.points().iter().map(|point| point.length()).collect();
        assert!(radii.iter().all(|radius| (0.97..1.03).contains(radius)), "{radii:?}");
        let step = positions.point(0).unwrap().minus(positions.point(1).unwrap()).length();
        assert!((0.09..0.12).contains(&step), "{step}");
    }

    #[test]
    fn path_follows_the_cosine_of_its_eigenvector() {
        for count in [5, 400] {
            let positions = spectral(&path(count), &Spectral::default(), &Watch::unbounded()).unwrap();
            let x: Vec<f64> = positions.points().iter().map(|point| point.x).collect();
            let sign = x[0].signum();
            for (index, x) in (0..).zip(x) {
                // The eigenvector of a path, divided by roots of degrees.
                let expected = (std::f64::consts::PI * f64::from(index) / f64::from(count - 1)).cos();
                assert!((sign * x - expected).abs() < 0.01, "{index} of {count}: {x}, {expected}");
            }
        }
    }

    #[test]
    fn vectors_of_a_graph_without_a_gap_are_found_soon() {
        // Each vertex hangs on some before it: an expander, whose eigenvalues crowd.
        let edges: Vec<(Vertex, Vertex)> = (1..3000_u32)
            .flat_map(|vertex| {
                [7919, 104_729, 1_299_709].map(|factor: u32| (vertex, vertex.wrapping_mul(factor) % vertex))
            })
            .collect();
        let graph = Graph::from_edges(Direction::Undirected, 3000, &edges).unwrap();
        let options = Spectral { iterations: 25, ..Spectral::default() };
        assert!(spectral(&graph, &options, &Watch::unbounded()).is_ok());
    }

    #[test]
    fn few_iterations_for_a_long_path_are_reported() {
        let options = Spectral { iterations: 2, ..Spectral::default() };
        let refused = spectral(&path(5000), &options, &Watch::unbounded());
        assert!(matches!(refused, Err(GraphError::NotConverged { iterations: 2, .. })));
    }

    #[test]
    fn parts_without_edges_have_a_place() {
        for count in 0..4 {
            let graph = Graph::from_edges(Direction::Undirected, count, &[]).unwrap();
            let positions = spectral(&graph, &Spectral::default(), &Watch::unbounded()).unwrap();
            assert_eq!(positions.points().len(), count);
            assert!(positions.points().iter().all(|point| point.is_finite()));
        }
    }
}

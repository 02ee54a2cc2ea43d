//! Graphs made from a few numbers: regular shapes, trees and random models.

mod attachment;
mod block;
mod configuration;
mod pairs;
mod random;
mod regular;
mod shape;
mod small_world;
mod tree;

use crate::error::{GraphError, Result};
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

/// What to generate, with all that decides it: the same value gives the same graph on every machine of one kind and on
/// any number of threads. Graphs are undirected where no direction is given, and none has weights. No model makes loops
/// or parallel edges.
#[derive(Debug, Clone, PartialEq)]
pub enum Generator {
    /// Every two vertices joined; with a direction, both ways.
    Complete {
        /// Number of vertices.
        vertices: u32,
        /// Whether edges lead one way.
        direction: Direction,
    },
    /// The vertices from 0 to `left` - 1, each joined to every one of the `right` vertices that follow.
    CompleteBipartite {
        /// Number of vertices of the first part.
        left: u32,
        /// Number of vertices of the second part.
        right: u32,
    },
    /// Each vertex joined to the next.
    Path {
        /// Number of vertices.
        vertices: u32,
        /// Whether edges lead one way, from the lesser vertex.
        direction: Direction,
    },
    /// A path whose last vertex is joined to the first.
    Cycle {
        /// Number of vertices, at least 3.
        vertices: u32,
        /// Whether edges lead one way, from each vertex to the next.
        direction: Direction,
    },
    /// Vertex 0 joined to every other.
    Star {
        /// Number of vertices with the one in the middle, at least 1.
        vertices: u32,
    },
    /// Vertex 0 joined to every vertex of a cycle of the others.
    Wheel {
        /// Number of vertices with the one in the middle, at least 4.
        vertices: u32,
    },
    /// Rows and columns, each place joined to those beside, above and below it. Vertex `row * columns + column`.
    Grid {
        /// Number of rows, at least 1.
        rows: u32,
        /// Number of columns, at least 1.
        columns: u32,
    },
    /// A grid whose last row is joined to the first, and whose last column to the first.
    Torus {
        /// Number of rows, at least 3.
        rows: u32,
        /// Number of columns, at least 3.
        columns: u32,
    },
    /// A tree in the order of a heap: the children of `v` are `v * branching + 1` to `v * branching + branching`, as far
    /// as there are so many. With a branching of 2 the complete binary tree.
    HeapTree {
        /// Number of vertices, at least 1.
        vertices: u32,
        /// Children of each vertex, at least 1.
        branching: u32,
    },
    /// A tree whose leaves all lie at the same depth, numbered level by level.
    BalancedTree {
        /// Children of each inner vertex, at least 1.
        branching: u32,
        /// Number of edges from the root, which is vertex 0, to a leaf.
        height: u32,
    },
    /// A tree drawn evenly from all labelled trees, read from a random Prüfer sequence in O(vertices).
    ///
    /// H. Prüfer, Neuer Beweis eines Satzes über Permutationen, Archiv der Mathematik und Physik 27, 1918; decoded as in
    /// X. Wang, L. Wang and Y. Wu, An optimal algorithm for Prufer codes, JSEA 2, 2009.
    RandomTree {
        /// Number of vertices, at least 1.
        vertices: u32,
        /// Where chance begins.
        seed: u64,
    },
    /// G(n, p): each possible edge is there with the same probability, in O(vertices + edges) by skipping what is not.
    ///
    /// E. N. Gilbert, Random graphs, Annals of Mathematical Statistics 30, 1959; V. Batagelj and U. Brandes, Efficient
    /// generation of large random networks, Physical Review E 71, 2005.
    RandomByProbability {
        /// Number of vertices.
        vertices: u32,
        /// Probability of an edge, from 0 to 1.
        probability: f64,
        /// Whether edges lead one way; then both ways between two vertices are drawn apart.
        direction: Direction,
        /// Where chance begins.
        seed: u64,
    },
    /// G(n, m): so many edges, drawn evenly from all sets of that size, in O(edges log edges).
    ///
    /// P. Erdős and A. Rényi, On random graphs I, Publicationes Mathematicae 6, 1959.
    RandomByCount {
        /// Number of vertices.
        vertices: u32,
        /// Number of edges, no more than there are pairs.
        edges: u64,
        /// Whether edges lead one way; then both ways between two vertices are two pairs.
        direction: Direction,
        /// Where chance begins.
        seed: u64,
    },
    /// Preferential attachment: after a star of `attached` + 1 vertices each new vertex is joined to `attached` earlier
    /// ones, drawn by their degree, in O(edges).
    ///
    /// A.-L. Barabási and R. Albert, Emergence of scaling in random networks, Science 286, 1999; drawn from the list of
    /// ends as in Batagelj and Brandes, 2005.
    BarabasiAlbert {
        /// Number of vertices, more than `attached`.
        vertices: u32,
        /// Edges of each new vertex, at least 1.
        attached: u32,
        /// Where chance begins.
        seed: u64,
    },
    /// A small world: a ring whose vertices are joined to the nearest `neighbors`, each edge then moved to another target
    /// with probability `rewired`, in O(edges).
    ///
    /// D. J. Watts and S. H. Strogatz, Collective dynamics of 'small-world' networks, Nature 393, 1998.
    WattsStrogatz {
        /// Number of vertices, more than `neighbors`.
        vertices: u32,
        /// Nearest vertices that each is joined to, half on either side: even.
        neighbors: u32,
        /// Probability that an edge moves, from 0 to 1.
        rewired: f64,
        /// Where chance begins.
        seed: u64,
    },
    /// Groups of vertices, with a probability of an edge for each two groups, in O(vertices + edges + groups²).
    ///
    /// P. W. Holland, K. B. Laskey and S. Leinhardt, Stochastic blockmodels: first steps, Social Networks 5, 1983; drawn
    /// by skipping as in Batagelj and Brandes, 2005.
    StochasticBlock {
        /// Numbers of vertices of the groups, which are numbered one group after the other.
        sizes: Vec<u32>,
        /// Row `g` holds the probabilities of an edge from group `g` to each group; without direction the same both ways.
        probabilities: Vec<Vec<f64>>,
        /// Whether edges lead one way.
        direction: Direction,
        /// Where chance begins.
        seed: u64,
    },
    /// A graph whose vertices all have the same degree, nearly evenly drawn for degrees that are small beside the number
    /// of vertices; about O(edges).
    ///
    /// A. Steger and N. C. Wormald, Generating random regular graphs quickly, Combinatorics, Probability and Computing 8,
    /// 1999; J. H. Kim and V. H. Vu, Generating random regular graphs, STOC 2003.
    RandomRegular {
        /// Number of vertices, more than `degree`; it or `degree` is even.
        vertices: u32,
        /// Degree of each vertex.
        degree: u32,
        /// Where chance begins.
        seed: u64,
    },
    /// Degrees drawn from a power law, joined by the configuration model without its loops and parallel edges, so that
    /// large degrees come out a little less than drawn; O(edges log edges).
    ///
    /// M. E. J. Newman, S. H. Strogatz and D. J. Watts, Random graphs with arbitrary degree distributions, Physical
    /// Review E 64, 2001; erased as in T. Britton, M. Deijfen and A. Martin-Löf, Generating simple random graphs with
    /// prescribed degree distribution, Journal of Statistical Physics 124, 2006.
    PowerLaw {
        /// Number of vertices.
        vertices: u32,
        /// A degree `k` has a probability in proportion to `k` to the power of minus this; more than 1.
        exponent: f64,
        /// Least degree, at least 1.
        min_degree: u32,
        /// Greatest degree, from `min_degree` to `vertices` - 1.
        max_degree: u32,
        /// Where chance begins.
        seed: u64,
    },
}

/// Edges before they become a graph.
type Edges = Vec<(Vertex, Vertex)>;

impl Generator {
    /// Makes the graph. Sizes and probabilities outside their range are [`GraphError::OutOfRange`], more edges than a
    /// graph numbers [`GraphError::TooLarge`], both before anything is allocated; a random regular graph that is not
    /// found in 1,000 tries is [`GraphError::NotConverged`].
    pub fn generate(&self, watch: &Watch) -> Result<Graph> {
        match *self {
            Self::Complete { .. }
            | Self::CompleteBipartite { .. }
            | Self::Path { .. }
            | Self::Cycle { .. }
            | Self::Star { .. }
            | Self::Wheel { .. }
            | Self::Grid { .. }
            | Self::Torus { .. } => self.shape(watch),
            Self::HeapTree { vertices, branching } => tree::heap(vertices, branching, watch),
            Self::BalancedTree { branching, height } => tree::balanced(branching, height, watch),
            Self::RandomTree { vertices, seed } => tree::random(vertices, seed, watch),
            Self::RandomByProbability { vertices, probability, direction, seed } => {
                random::by_probability(vertices, probability, direction, seed, watch)
            }
            Self::RandomByCount { vertices, edges, direction, seed } => {
                random::by_count(vertices, edges, direction, seed, watch)
            }
            Self::BarabasiAlbert { vertices, attached, seed } => {
                attachment::barabasi_albert(vertices, attached, seed, watch)
            }
            Self::WattsStrogatz { vertices, neighbors, rewired, seed } => {
                small_world::watts_strogatz(vertices, neighbors, rewired, seed, watch)
            }
            Self::StochasticBlock { ref sizes, ref probabilities, direction, seed } => {
                block::stochastic(sizes, probabilities, direction, seed, watch)
            }
            Self::RandomRegular { vertices, degree, seed } => {
                regular::random_regular(vertices, degree, seed, watch)
            }
            Self::PowerLaw { vertices, exponent, min_degree, max_degree, seed } => {
                configuration::power_law(vertices, exponent, min_degree..=max_degree, seed, watch)
            }
        }
    }

    fn shape(&self, watch: &Watch) -> Result<Graph> {
        match *self {
            Self::CompleteBipartite { left, right } => shape::complete_bipartite(left, right, watch),
            Self::Path { vertices, direction } => shape::path(vertices, direction, watch),
            Self::Cycle { vertices, direction } => shape::cycle(vertices, direction, watch),
            Self::Star { vertices } => shape::star(vertices, watch),
            Self::Wheel { vertices } => shape::wheel(vertices, watch),
            Self::Grid { rows, columns } => shape::grid(rows, columns, watch),
            Self::Torus { rows, columns } => shape::torus(rows, columns, watch),
            Self::Complete { vertices, direction } => shape::complete(vertices, direction, watch),
            _ => Err(out_of_range("generator", "a model", "no shape")),
        }
    }
}

/// Room for edges, refused where a graph would not number their entries or the caller does not afford them.
fn room(direction: Direction, vertices: u64, edges: u64, watch: &Watch) -> Result<Edges> {
    let entries = if direction == Direction::Directed { edges } else { edges.saturating_mul(2) };
    let limit = u64::from(u32::MAX);
    if entries > limit {
        return Err(GraphError::TooLarge { what: "entries", found: entries, limit });
    }
    if vertices > limit - 1 {
        return Err(GraphError::TooLarge { what: "vertices", found: vertices, limit: limit - 1 });
    }
    let bytes = edges * 8 + entries * 4 + vertices * 4;
    watch.afford(bytes, vertices + entries, "ask for fewer vertices or edges")?;
    Ok(Vec::with_capacity(usize::try_from(edges).unwrap_or(usize::MAX)))
}

fn out_of_range(option: &'static str, found: impl ToString, expected: &'static str) -> GraphError {
    GraphError::OutOfRange { option, found: found.to_string(), expected }
}

/// Refuses sizes below what a shape needs.
fn at_least(option: &'static str, found: u32, least: u32, expected: &'static str) -> Result<()> {
    if found < least { Err(out_of_range(option, found, expected)) } else { Ok(()) }
}

/// Refuses what is no probability.
fn probability(option: &'static str, found: f64) -> Result<()> {
    if (0.0..=1.0).contains(&found) {
        Ok(())
    } else {
        Err(out_of_range(option, found, "a probability lies from 0 to 1"))
    }
}

#[cfg(test)]
mod tests;

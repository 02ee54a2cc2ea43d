//! Betweenness of vertices and edges, exact and from samples.

mod brandes;
mod sampled;

pub use self::sampled::betweenness_sampled;

use std::sync::atomic::{AtomicUsize, Ordering};

use crate::centrality::betweenness::brandes::Brandes;
use crate::centrality::search::refuse_no_distance;
use crate::centrality::{Scale, Weights};
use crate::error::Result;
use crate::graph::blocks::each;
use crate::graph::{Graph, Vertex};
use crate::number::{self, real};
use crate::watch::Watch;

/// Sums that are kept apart and then added in order, so that they are the same on any number of threads.
const LANES: usize = 32;

/// The same for edges, of which there are more.
const EDGE_LANES: usize = 8;

/// Options of [`betweenness`] and [`edge_betweenness`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Betweenness {
    /// Whether an edge is as long as it weighs; ways of the same length to the last bit are equally short.
    pub weights: Weights,
    /// Normalised, divided by the number of pairs of other vertices (of an edge, of all pairs).
    pub scale: Scale,
}

impl Default for Betweenness {
    fn default() -> Self {
        Self { weights: Weights::Ignored, scale: Scale::Normalized }
    }
}

/// Adds up, over all pairs of other vertices, which part of the shortest paths between them leads through a vertex.
///
/// Parallel edges make paths of their own, loops none. An undirected pair counts once.
///
/// Takes O(vertices · entries) time without weights, a logarithm more with them, on all threads; 256 bytes for a vertex
/// and 44 for a vertex and thread.
///
/// # Errors
/// `NegativeWeight`, `OutOfRange` for a weight of 0 and for more shortest paths between two vertices than a double
/// counts, `TooExpensive`.
///
/// Source: Brandes, "A faster algorithm for betweenness centrality", 2001.
pub fn betweenness(graph: &Graph, options: &Betweenness, watch: &Watch) -> Result<Vec<f64>> {
    let count = graph.vertex_count();
    let sums = accumulate(graph, options.weights, watch, LANES, count, |search, source, sums| {
        search.add_vertices(source, sums, watch)
    })?;
    let pairs = match options.scale {
        Scale::Normalized => real(count.saturating_sub(1)) * real(count.saturating_sub(2)),
        Scale::Raw => counted_twice(graph),
    };
    Ok(sums.into_iter().map(|sum| if pairs > 0.0 { sum / pairs } else { sum }).collect())
}

/// Adds up, over all pairs of vertices, which part of the shortest paths between them leads along an edge; in the order
/// of [`Graph::edges`].
///
/// Costs what [`betweenness`] costs with 64 bytes for an entry more, and has its errors.
///
/// Source: Brandes, "On variants of shortest-path betweenness centrality and their generic computation", 2008.
pub fn edge_betweenness(graph: &Graph, options: &Betweenness, watch: &Watch) -> Result<Vec<f64>> {
    let (count, entries) = (graph.vertex_count(), graph.entry_count());
    let sums = accumulate(graph, options.weights, watch, EDGE_LANES, entries, |search, source, sums| {
        search.add_edges(source, sums, watch)
    })?;
    let pairs = match options.scale {
        Scale::Normalized => real(count) * real(count.saturating_sub(1)),
        Scale::Raw => counted_twice(graph),
    };
    let both_ways = if graph.is_directed() { sums } else { joined(graph, &sums) };
    Ok(both_ways.into_iter().map(|sum| if pairs > 0.0 { sum / pairs } else { sum }).collect())
}

/// How often a pair is counted: from both its ends if edges lead both ways.
fn counted_twice(graph: &Graph) -> f64 {
    if graph.is_directed() { 1.0 } else { 2.0 }
}

/// Runs a search from every vertex and adds up what `add` adds in `sums` places.
fn accumulate(
    graph: &Graph,
    weights: Weights,
    watch: &Watch,
    lanes: usize,
    sums: usize,
    add: impl Fn(&mut Brandes<'_>, Vertex, &mut [f64]) -> Result<()> + Sync + Send,
) -> Result<Vec<f64>> {
    refuse_no_distance(graph, weights)?;
    let count = graph.vertex_count();
    let lanes = lanes.min(count);
    let bytes = (8 * lanes * sums + 44 * count * rayon::current_num_threads()) as u64;
    let steps = (count as u64).saturating_mul(2 * (graph.entry_count() + count) as u64);
    watch.afford(bytes, steps, "estimate it from samples, with a bound of the error")?;
    let done = AtomicUsize::new(0);
    let parts = each((0..lanes).collect(), watch, |lane| {
        let mut search = Brandes::new(graph, weights);
        let mut part = vec![0.0; sums];
        for source in (lane..count).step_by(lanes) {
            add(&mut search, number::vertex(source), &mut part)?;
            watch.progress(done.fetch_add(1, Ordering::Relaxed) + 1, count);
        }
        Ok(part)
    })?;
    let mut total = vec![0.0; sums];
    for part in parts {
        total.iter_mut().zip(part).for_each(|(total, part)| *total += part);
    }
    Ok(total)
}

/// Adds the sums of the two entries of each undirected edge, in the order of the edges.
fn joined(graph: &Graph, sums: &[f64]) -> Vec<f64> {
    let offsets = &graph.outgoing_rows().offsets;
    // Vertices are walked in order, so those before a row's next place have had theirs.
    let mut next = offsets.clone();
    let mut edges = Vec::with_capacity(graph.edge_count());
    for vertex in graph.vertices() {
        let begin = offsets[vertex as usize] as usize;
        for (index, &target) in graph.neighbors(vertex).iter().enumerate() {
            if target == vertex {
                edges.push(sums[begin + index]);
            } else if target > vertex {
                let mirror = &mut next[target as usize];
                edges.push(sums[begin + index] + sums[*mirror as usize]);
                *mirror += 1;
            }
        }
    }
    edges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::GraphError;
    use crate::graph::Direction;

    const RAW: Betweenness = Betweenness { weights: Weights::Used, scale: Scale::Raw };

    #[test]
    fn middle_of_a_path_is_between() {
        let edges = [(0, 1), (1, 2), (2, 3)];
        let watch = Watch::unbounded();
        let graph = Graph::from_edges(Direction::Undirected, 4, &edges).unwrap();
        assert_eq!(betweenness(&graph, &RAW, &watch).unwrap(), [0.0, 2.0, 2.0, 0.0]);
        assert_eq!(edge_betweenness(&graph, &RAW, &watch).unwrap(), [3.0, 4.0, 3.0]);
        let normalized = betweenness(&graph, &Betweenness::default(), &watch).unwrap();
        assert!((normalized[1] - 2.0 / 3.0).abs() < 1e-15);
        let directed = Graph::from_edges(Direction::Directed, 4, &edges).unwrap();
        assert_eq!(betweenness(&directed, &RAW, &watch).unwrap(), [0.0, 2.0, 2.0, 0.0]);
    }

    #[test]
    fn parallel_edges_are_paths_of_their_own_and_loops_none() {
        // From 0 to 3: twice through 1, once through 2.
        let edges = [(0, 1), (0, 1), (1, 3), (0, 2), (2, 3), (1, 1)];
        let graph = Graph::from_edges(Direction::Directed, 4, &edges).unwrap();
        let found = betweenness(&graph, &RAW, &Watch::unbounded()).unwrap();
        assert!((found[1] - 2.0 / 3.0).abs() < 1e-15 && (found[2] - 1.0 / 3.0).abs() < 1e-15);
        let found = edge_betweenness(&graph, &RAW, &Watch::unbounded()).unwrap();
        // 0 to 1 half of one pair, a third of another; the loop nothing.
        assert!((found[0] - 5.0 / 6.0).abs() < 1e-15 && (found[1] - found[0]).abs() < 1e-15);
        assert!(found[3].abs() < 1e-15);
    }

    #[test]
    fn longer_way_by_weight_is_not_taken() {
        let edges = [(0, 1, 5.0), (0, 2, 1.0), (2, 1, 1.0), (2, 2, 1.0), (0, 2, 9.0)];
        let graph = Graph::from_weighted_edges(Direction::Undirected, 3, &edges).unwrap();
        assert_eq!(betweenness(&graph, &RAW, &Watch::unbounded()).unwrap(), [0.0, 0.0, 1.0]);
        assert_eq!(edge_betweenness(&graph, &RAW, &Watch::unbounded()).unwrap(), [0.0, 2.0, 0.0, 2.0, 0.0]);
        let ignoring = Betweenness { weights: Weights::Ignored, ..RAW };
        assert_eq!(betweenness(&graph, &ignoring, &Watch::unbounded()).unwrap(), [0.0, 0.0, 0.0]);
    }

    #[test]
    fn weight_too_small_to_change_a_sum_makes_no_way_back() {
        let edges = [(0, 1, 1e20), (1, 2, 1.0), (2, 3, 1.0), (1, 1, 1.0)];
        let graph = Graph::from_weighted_edges(Direction::Undirected, 4, &edges).unwrap();
        assert_eq!(betweenness(&graph, &RAW, &Watch::unbounded()).unwrap(), [0.0, 2.0, 2.0, 0.0]);
    }

    #[test]
    fn edge_of_no_length_and_too_much_work_are_refused() {
        let graph = Graph::from_weighted_edges(Direction::Undirected, 2, &[(0, 1, 0.0)]).unwrap();
        let refused = betweenness(&graph, &RAW, &Watch::unbounded()).unwrap_err();
        assert!(matches!(refused, GraphError::OutOfRange { option: "weight", .. }));
        let refused = betweenness(&graph, &Betweenness::default(), &Watch::unbounded().with_max_steps(9));
        assert!(matches!(refused.unwrap_err(), GraphError::TooExpensive { unit: "steps", .. }));
    }

    #[test]
    fn more_paths_than_can_be_counted_are_refused() {
        // 1,100 diamonds in a row: 2 to the power of 1,100 shortest paths.
        let diamond = |d: Vertex| {
            [(3 * d, 3 * d + 1), (3 * d, 3 * d + 2), (3 * d + 1, 3 * d + 3), (3 * d + 2, 3 * d + 3)]
        };
        let edges: Vec<_> = (0..1100).flat_map(diamond).collect();
        let graph = Graph::from_edges(Direction::Undirected, 3301, &edges).unwrap();
        let refused = betweenness(&graph, &RAW, &Watch::unbounded()).unwrap_err();
        assert!(matches!(refused, GraphError::OutOfRange { .. }));
    }
}

//! Triangles and what is made of them: local and average clustering, transitivity, and LDBC's directed coefficient.

pub(crate) mod oriented;

use crate::clustering::oriented::Oriented;
use crate::error::Result;
use crate::graph::simple::Simple;
use crate::graph::{Graph, Vertex};
use crate::number::{self, real};
use crate::watch::Watch;

/// Triangles of a graph by vertex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triangles {
    /// In how many triangles each vertex is.
    pub at: Vec<u64>,
    /// How many other vertices each vertex is joined to.
    pub degrees: Vec<u32>,
}

impl Triangles {
    /// Number of triangles, each once.
    pub fn total(&self) -> u64 {
        self.at.iter().sum::<u64>() / 3
    }

    /// Local clustering coefficient: which part of the pairs of neighbours of a vertex are neighbours themselves; 0 for a
    /// vertex of fewer than two.
    #[expect(clippy::cast_precision_loss, reason = "a coefficient has no more digits")]
    pub fn local(&self, vertex: Vertex) -> f64 {
        let index = vertex as usize;
        match (self.at.get(index), self.degrees.get(index)) {
            (Some(&triangles), Some(&degree)) if degree > 1 => triangles as f64 / pairs(degree),
            _ => 0.0,
        }
    }

    /// [`local`](Self::local) of all vertices.
    pub fn coefficients(&self) -> Vec<f64> {
        (0..self.at.len()).map(|vertex| self.local(number::vertex(vertex))).collect()
    }

    /// Mean of the local coefficients of all vertices, also those of fewer than two neighbours; 0 of no vertices.
    pub fn average(&self) -> f64 {
        let sum: f64 = (0..self.at.len()).map(|vertex| self.local(number::vertex(vertex))).sum();
        sum / real(self.at.len().max(1))
    }

    /// Which part of all paths of two edges is closed by a third; 0 where there are none.
    #[expect(clippy::cast_precision_loss, reason = "a coefficient has no more digits")]
    pub fn transitivity(&self) -> f64 {
        let paths: f64 = self.degrees.iter().map(|&degree| pairs(degree)).sum();
        if paths > 0.0 { self.at.iter().sum::<u64>() as f64 / paths } else { 0.0 }
    }
}

/// Counts the triangles at every vertex.
///
/// Directions, weights, loops and parallel edges mean nothing to it. Takes O(entries · √entries) time at worst, in
/// practice little more than a few passes, on all threads; 12 bytes for a vertex and thread, 4 for an edge.
///
/// Source: Latapy, "Main-memory triangle computations for very large (sparse (power-law)) graphs", 2008.
pub fn triangles(graph: &Graph, watch: &Watch) -> Result<Triangles> {
    let simple = Simple::new(graph, watch)?;
    let oriented = Oriented::new(&simple, watch)?;
    let at = oriented.count(simple.vertex_count(), watch, |counts, triangle| {
        for vertex in triangle.vertices {
            counts[vertex as usize] += 1;
        }
    })?;
    Ok(Triangles { at, degrees: degrees(&simple) })
}

/// Local clustering as LDBC Graphalytics defines it for directed graphs: of the ordered pairs of vertices that are joined
/// to a vertex in either direction, the part with an edge from the first to the second.
///
/// Equals [`Triangles::coefficients`] on undirected graphs. Loops, parallel edges and weights mean nothing to it. Costs
/// what [`triangles`] costs, and a copy of the rows.
///
/// Source: Iosup et al., "The LDBC Graphalytics Benchmark", version 1.0.5, section 2.3.5.
pub fn directed_coefficients(graph: &Graph, watch: &Watch) -> Result<Vec<f64>> {
    if !graph.is_directed() {
        return Ok(triangles(graph, watch)?.coefficients());
    }
    let simple = Simple::with_ways(graph, watch)?;
    let oriented = Oriented::new(&simple, watch)?;
    let edges = oriented.count(simple.vertex_count(), watch, |counts, triangle| {
        let [first, second, third] = triangle.vertices.map(|vertex| vertex as usize);
        let [to_second, to_third, beyond] = triangle.arcs.map(|arc| u64::from(oriented.ways[arc]));
        counts[first] += beyond;
        counts[second] += to_third;
        counts[third] += to_second;
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a coefficient has no more digits")]
    let coefficient =
        |(edges, degree): (u64, u32)| if degree > 1 { edges as f64 / (2.0 * pairs(degree)) } else { 0.0 };
    Ok(edges.into_iter().zip(degrees(&simple)).map(coefficient).collect())
}

fn degrees(simple: &Simple<'_>) -> Vec<u32> {
    simple.offsets.windows(2).map(|bounds| bounds[1] - bounds[0]).collect()
}

/// Pairs among `degree` vertices.
fn pairs(degree: u32) -> f64 {
    f64::from(degree) * (f64::from(degree) - 1.0) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn triangle_with_a_tail_has_one_triangle() {
        let edges = [(0, 1), (1, 2), (2, 0), (2, 3)];
        let graph = Graph::from_edges(Direction::Undirected, 5, &edges).unwrap();
        let triangles = triangles(&graph, &Watch::unbounded()).unwrap();
        assert_eq!((triangles.total(), &triangles.at[..]), (1, &[1, 1, 1, 0, 0][..]));
        assert_eq!(triangles.coefficients(), [1.0, 1.0, 1.0 / 3.0, 0.0, 0.0]);
        assert!((triangles.average() - 7.0 / 15.0).abs() < 1e-15);
        assert!((triangles.transitivity() - 0.6).abs() < 1e-15);
    }

    #[test]
    fn loops_parallel_edges_and_directions_make_no_triangle() {
        let edges = [(0, 1), (1, 0), (0, 1), (1, 1), (1, 2)];
        for direction in [Direction::Directed, Direction::Undirected] {
            let graph = Graph::from_edges(direction, 3, &edges).unwrap();
            assert_eq!(triangles(&graph, &Watch::unbounded()).unwrap().total(), 0);
        }
    }

    #[test]
    fn edge_both_ways_counts_twice_with_directions() {
        let edges = [(0, 1), (0, 2), (1, 2), (2, 1)];
        let graph = Graph::from_edges(Direction::Directed, 3, &edges).unwrap();
        assert_eq!(directed_coefficients(&graph, &Watch::unbounded()).unwrap(), [1.0, 0.5, 0.5]);
        assert_eq!(triangles(&graph, &Watch::unbounded()).unwrap().coefficients(), [1.0, 1.0, 1.0]);
    }

    #[test]
    fn graph_of_nothing_has_no_triangles() {
        let graph = Graph::from_edges(Direction::Undirected, 0, &[]).unwrap();
        let triangles = triangles(&graph, &Watch::unbounded()).unwrap();
        assert_eq!((triangles.total(), triangles.average(), triangles.transitivity()), (0, 0.0, 0.0));
    }
}

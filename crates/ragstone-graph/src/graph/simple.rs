//! The simple graph beneath a graph: no directions, loops or parallel edges.

use std::borrow::Cow;

use crate::error::Result;
use crate::graph::blocks::{BLOCK, blocks, each};
use crate::graph::rows::Rows;
use crate::graph::{Graph, Vertex};
use crate::number;
use crate::watch::Watch;

/// Rows in which each neighbour is once, in ascending order, and no vertex is its own.
pub(crate) struct Simple<'a> {
    pub(crate) offsets: Cow<'a, [u32]>,
    pub(crate) targets: Cow<'a, [Vertex]>,
    /// For each entry in how many directions the edge leads, 1 or 2; empty if that was not asked for.
    pub(crate) ways: Vec<u8>,
}

impl<'a> Simple<'a> {
    /// The simple graph beneath `graph`; borrowed where that is `graph` itself. O(entries).
    pub(crate) fn new(graph: &'a Graph, watch: &Watch) -> Result<Self> {
        let rows = graph.outgoing_rows();
        if !graph.is_directed() && is_simple(rows, watch)? {
            let (offsets, targets) = (Cow::Borrowed(&rows.offsets[..]), Cow::Borrowed(&rows.targets[..]));
            return Ok(Self { offsets, targets, ways: Vec::new() });
        }
        let mut simple = Self::with_ways(graph, watch)?;
        simple.ways = Vec::new();
        Ok(simple)
    }

    /// The simple graph with the number of directions of each edge; both of an undirected one.
    pub(crate) fn with_ways(graph: &'a Graph, watch: &Watch) -> Result<Self> {
        let (outgoing, incoming) = (graph.outgoing_rows(), graph.incoming_rows());
        let parts = each(blocks(&outgoing.offsets, BLOCK), watch, |block| {
            let (mut ends, mut targets, mut ways) = (Vec::with_capacity(block.len()), Vec::new(), Vec::new());
            for vertex in block.map(number::vertex) {
                merge(vertex, outgoing.targets(vertex), incoming.targets(vertex), |target, way| {
                    targets.push(target);
                    ways.push(way);
                });
                ends.push(number::vertex(targets.len()));
            }
            Ok((ends, targets, ways))
        })?;
        let mut offsets = Vec::with_capacity(outgoing.offsets.len());
        offsets.push(0);
        let (mut targets, mut ways) = (Vec::new(), Vec::new());
        for (ends, part, part_ways) in parts {
            let begin = number::vertex(targets.len());
            offsets.extend(ends.into_iter().map(|end| begin + end));
            targets.extend(part);
            ways.extend(part_ways);
        }
        Ok(Self { offsets: offsets.into(), targets: targets.into(), ways })
    }

    pub(crate) fn vertex_count(&self) -> usize {
        self.offsets.len() - 1
    }

    #[inline]
    pub(crate) fn degree(&self, vertex: Vertex) -> u32 {
        self.offsets[vertex as usize + 1] - self.offsets[vertex as usize]
    }

    #[inline]
    pub(crate) fn begin(&self, vertex: Vertex) -> usize {
        self.offsets[vertex as usize] as usize
    }

    #[inline]
    pub(crate) fn row(&self, vertex: Vertex) -> &[Vertex] {
        &self.targets[self.begin(vertex)..self.offsets[vertex as usize + 1] as usize]
    }
}

/// The simple graph beneath `graph` as a graph, which is `graph` itself if it is simple; weights mean nothing in it. O(entries).
pub(crate) fn simple<'a>(graph: &'a Graph, watch: &Watch) -> Result<Cow<'a, Graph>> {
    let Simple { offsets, targets, .. } = Simple::new(graph, watch)?;
    let (Cow::Owned(offsets), Cow::Owned(targets)) = (offsets, targets) else {
        return Ok(Cow::Borrowed(graph));
    };
    let rows = Rows { offsets, targets, weights: None };
    Ok(Cow::Owned(Graph::of_rows(rows)))
}

fn is_simple(rows: &Rows, watch: &Watch) -> Result<bool> {
    let parts = each(blocks(&rows.offsets, 4 * BLOCK), watch, |block| {
        Ok(block.map(number::vertex).all(|vertex| {
            let row = rows.targets(vertex);
            // Counted to the end, because that takes no branches.
            let falls = row.windows(2).map(|pair| u32::from(pair[0] >= pair[1])).sum::<u32>();
            let loops = row.iter().map(|&target| u32::from(target == vertex)).sum::<u32>();
            falls + loops == 0
        }))
    })?;
    Ok(parts.into_iter().all(|part| part))
}

/// Calls `visit` with each other vertex of two ascending rows, and in how many of them it is.
fn merge(vertex: Vertex, outgoing: &[Vertex], incoming: &[Vertex], mut visit: impl FnMut(Vertex, u8)) {
    let (mut out, mut back) = (0, 0);
    while out < outgoing.len() || back < incoming.len() {
        let next = |row: &[Vertex], index: usize| row.get(index).map_or(u64::MAX, |&target| target.into());
        let (first, second) = (next(outgoing, out), next(incoming, back));
        let (least, ways) = (first.min(second), 1 + u8::from(first == second));
        while next(outgoing, out) == least {
            out += 1;
        }
        while next(incoming, back) == least {
            back += 1;
        }
        match Vertex::try_from(least) {
            Ok(target) if target != vertex => visit(target, ways),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn directions_loops_and_parallel_edges_go() {
        let edges = [(0, 1), (1, 0), (1, 1), (2, 1), (2, 1)];
        let graph = Graph::from_edges(Direction::Directed, 3, &edges).unwrap();
        let simple = Simple::with_ways(&graph, &Watch::unbounded()).unwrap();
        assert_eq!((simple.row(1), &simple.ways[..]), (&[0, 2][..], &[2, 2, 1, 1][..]));
        assert_eq!((simple.degree(2), simple.begin(2)), (1, 3));
    }

    #[test]
    fn what_is_beneath_is_a_graph() {
        let edges = [(0, 1), (1, 0), (1, 1), (2, 1), (2, 1)];
        let graph = Graph::from_edges(Direction::Directed, 3, &edges).unwrap();
        let beneath = simple(&graph, &Watch::unbounded()).unwrap();
        assert_eq!((beneath.neighbors(1), beneath.edge_count()), (&[0, 2][..], 2));
        assert_eq!((beneath.is_directed(), beneath.degree(2)), (false, 1));
        assert!(matches!(simple(&beneath, &Watch::unbounded()), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn simple_graph_is_not_copied() {
        let graph = Graph::from_edges(Direction::Undirected, 3, &[(0, 1), (2, 1)]).unwrap();
        let simple = Simple::new(&graph, &Watch::unbounded()).unwrap();
        assert!(matches!(simple.targets, Cow::Borrowed(_)));
        let looped = Graph::from_edges(Direction::Undirected, 3, &[(0, 1), (1, 1)]).unwrap();
        assert_eq!(*Simple::new(&looped, &Watch::unbounded()).unwrap().targets, [1, 0]);
    }
}

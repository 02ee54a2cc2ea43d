//! Spanning forests of least and of greatest weight.

use rayon::prelude::*;

use crate::component::Disjoint;
use crate::error::{GraphError, Result};
use crate::graph::{Edge, Graph, Weight};
use crate::path::ordered;
use crate::watch::Watch;

/// Edges that are given a key by one task.
const TASK: usize = 4096;

/// Which spanning forest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extreme {
    /// Of the least weight.
    #[default]
    Minimum,
    /// Of the greatest weight.
    Maximum,
}

/// A tree in each component that reaches all its vertices.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanningForest {
    /// The edges, ordered by source, then target.
    pub edges: Vec<Edge>,
    /// Sum of their weights.
    pub weight: Weight,
    /// How many trees there are, vertices without edges included.
    pub trees: usize,
}

/// Finds a spanning forest of least or greatest weight.
///
/// Weights may be negative; each edge of a graph without weights weighs 1; loops are left out. Of edges that weigh the same
/// the one that comes first in [`Graph::edges`] is taken. O(entries × log entries) time, the sorting on all threads; 32 bytes
/// an edge. Errors: [`WrongKind`](GraphError::WrongKind) on a directed graph.
///
/// Kruskal: On the shortest spanning subtree of a graph, Proc. AMS 1956; with the heavy edges left unsorted as by Osipov,
/// Sanders, Singler: The filter-Kruskal minimum spanning tree algorithm, ALENEX 2009.
pub fn spanning_forest(graph: &Graph, extreme: Extreme, watch: &Watch) -> Result<SpanningForest> {
    if graph.is_directed() {
        return Err(GraphError::WrongKind {
            algorithm: "a spanning forest",
            expected: "undirected",
            remedy: "take each edge both ways first",
        });
    }
    watch.check()?;
    let edges: Vec<Edge> = graph.edges().filter(|edge| edge.source != edge.target).collect();
    let mut growth =
        Growth { edges: &edges, sets: Disjoint::new(graph.vertex_count()), chosen: Vec::new(), watch };
    if graph.is_weighted() {
        let key = |(index, edge): (u32, &Edge)| {
            let weight = if extreme == Extreme::Minimum { edge.weight } else { -edge.weight };
            u128::from(ordered(weight)) << 32 | u128::from(index)
        };
        let mut keys = vec![0; edges.len()];
        let parts = keys.par_chunks_mut(TASK).zip(edges.par_chunks(TASK)).enumerate();
        parts.for_each(|(part, (keys, edges))| {
            let first = u32::try_from(part * TASK).unwrap_or(u32::MAX);
            keys.iter_mut().zip((first..).zip(edges)).for_each(|(place, edge)| *place = key(edge));
        });
        growth.grow(keys)?;
    } else {
        growth.add(0..edges.len())?;
    }
    let mut chosen = growth.chosen;
    chosen.sort_unstable();
    let edges: Vec<Edge> = chosen.into_iter().map(|index| edges[index]).collect();
    let weight = edges.iter().map(|edge| edge.weight).sum();
    Ok(SpanningForest { weight, trees: graph.vertex_count() - edges.len(), edges })
}

struct Growth<'a> {
    edges: &'a [Edge],
    sets: Disjoint,
    chosen: Vec<usize>,
    watch: &'a Watch,
}

impl Growth<'_> {
    /// Adds edges by their keys, the light ones first. Keys are told apart by the index in their lower half.
    fn grow(&mut self, mut keys: Vec<u128>) -> Result<()> {
        let mut parts: Vec<Vec<u128>> = Vec::new();
        // As many light edges as a tree has are sorted; most of the heavy ones are then found to be of no use.
        while keys.len() > self.sets.len().max(TASK) {
            let middle = keys.len() / 4;
            keys.select_nth_unstable(middle);
            parts.push(keys.split_off(middle));
        }
        parts.push(keys);
        while let Some(mut keys) = parts.pop() {
            self.watch.check()?;
            if !self.chosen.is_empty() {
                let Self { edges, sets, .. } = self;
                keys.retain(|&key| {
                    let edge = edges[index(key)];
                    sets.root(edge.source) != sets.root(edge.target)
                });
            }
            keys.par_sort_unstable();
            self.add(keys.into_iter().map(index))?;
        }
        Ok(())
    }

    fn add(&mut self, order: impl Iterator<Item = usize>) -> Result<()> {
        let mut step = 0;
        for index in order {
            self.watch.pace(&mut step)?;
            if self.sets.join(self.edges[index].source, self.edges[index].target) {
                self.chosen.push(index);
            }
        }
        Ok(())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half of a key is an index")]
fn index(key: u128) -> usize {
    key as u32 as usize
}

#[cfg(test)]
mod tests;

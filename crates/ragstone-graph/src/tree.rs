//! Spanning forests of least and of greatest weight.

use rayon::prelude::*;

use crate::component::Disjoint;
use crate::error::{GraphError, Result};
use crate::graph::{Edge, Graph, Vertex, Weight};
use crate::path::{ordered, unordered};
use crate::watch::Watch;

/// The most edges that are sorted at once, some milliseconds of work.
const SORTED_TOGETHER: usize = 1 << 16;
/// Edges from which it is guessed how heavy a quarter is.
const SAMPLE: usize = 1024;

/// Which spanning forest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SpanningExtreme))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "SpanningExtreme"))]
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
    let mut growth = Growth { sets: Disjoint::new(graph.vertex_count()), chosen: Vec::new(), watch };
    let sign = if extreme == Extreme::Minimum { 1.0 } else { -1.0 };
    let keys = graph.vertices().flat_map(|source| {
        let entries = graph.entries(source).filter(move |&(target, _)| source < target);
        entries.map(move |(target, weight)| key(sign * weight, source, target))
    });
    if graph.is_weighted() {
        let mut all = Vec::with_capacity(graph.edge_count());
        let mut step = 0;
        for key in keys {
            watch.pace(&mut step)?;
            all.push(key);
        }
        growth.grow(all)?;
    } else {
        growth.add(keys)?;
    }
    let mut chosen = growth.chosen;
    chosen.sort_unstable_by_key(|&key| ends(key));
    let edge = |key: u128| {
        let (source, target) = ends(key);
        Edge { source, target, weight: sign * unordered(high(key)) }
    };
    let edges: Vec<Edge> = chosen.into_iter().map(edge).collect();
    let weight = edges.iter().map(|edge| edge.weight).sum();
    Ok(SpanningForest { weight, trees: graph.vertex_count() - edges.len(), edges })
}

/// A number that is ordered by the weight, then by the ends.
fn key(weight: Weight, source: Vertex, target: Vertex) -> u128 {
    u128::from(ordered(weight)) << 64 | u128::from(source) << 32 | u128::from(target)
}

#[expect(clippy::cast_possible_truncation, reason = "the parts of what `key` put together")]
fn ends(key: u128) -> (Vertex, Vertex) {
    ((key >> 32) as Vertex, key as Vertex)
}

fn high(key: u128) -> u64 {
    (key >> 64) as u64
}

struct Growth<'a> {
    sets: Disjoint,
    chosen: Vec<u128>,
    watch: &'a Watch,
}

impl Growth<'_> {
    /// Adds edges by their keys, the light ones first.
    fn grow(&mut self, keys: Vec<u128>) -> Result<()> {
        let mut parts = vec![keys];
        while let Some(mut keys) = parts.pop() {
            if !self.chosen.is_empty() {
                self.filter(&mut keys)?;
            }
            // The heavy part waits until the light one has grown trees that make most of it of no use.
            if keys.len() > SORTED_TOGETHER {
                let (light, heavy) = self.split(&keys)?;
                if !light.is_empty() {
                    parts.extend([heavy, light]);
                    continue;
                }
            }
            self.watch.check()?;
            keys.par_sort_unstable();
            self.add(keys.into_iter())?;
        }
        Ok(())
    }

    /// Leaves out edges within a tree.
    fn filter(&mut self, keys: &mut Vec<u128>) -> Result<()> {
        let mut kept = 0;
        let mut step = 0;
        for index in 0..keys.len() {
            self.watch.pace(&mut step)?;
            let (source, target) = ends(keys[index]);
            if self.sets.root(source) != self.sets.root(target) {
                keys[kept] = keys[index];
                kept += 1;
            }
        }
        keys.truncate(kept);
        Ok(())
    }

    /// Parts keys where about a quarter is less.
    fn split(&self, keys: &[u128]) -> Result<(Vec<u128>, Vec<u128>)> {
        let mut sample: Vec<u128> = keys.iter().copied().step_by(keys.len() / SAMPLE).collect();
        sample.sort_unstable();
        let pivot = sample[sample.len() / 4];
        let (mut light, mut heavy) = (Vec::with_capacity(keys.len() / 3), Vec::with_capacity(keys.len()));
        let mut step = 0;
        for &key in keys {
            self.watch.pace(&mut step)?;
            if key < pivot { light.push(key) } else { heavy.push(key) }
        }
        Ok((light, heavy))
    }

    fn add(&mut self, keys: impl Iterator<Item = u128>) -> Result<()> {
        let mut step = 0;
        for key in keys {
            self.watch.pace(&mut step)?;
            let (source, target) = ends(key);
            if self.sets.join(source, target) {
                self.chosen.push(key);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;

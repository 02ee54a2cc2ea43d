//! Nodes and edges that are removed.

use hashbrown::HashSet;

use super::{Outcome, Result};
use crate::document::NodeKey;
use crate::graph::Vertex;
use crate::property::PropertyGraph;
use crate::property::change::{EdgeName, Tally};
use crate::property::delta::Delta;
use crate::property::error::ChangeError;
use crate::property::slots::Slots;

pub(super) fn nodes(graph: &PropertyGraph, keys: &[NodeKey]) -> Result<Outcome> {
    let mut gone = Vec::with_capacity(keys.len());
    for key in keys {
        gone.push(graph.require(key)?);
    }
    gone.sort_unstable();
    if let Some(twice) = gone.windows(2).find_map(|two| (two.first() == two.last()).then(|| two.first())) {
        let key = graph.key_at(twice.copied().unwrap_or_default());
        return Err(ChangeError::DuplicateNode { key });
    }
    let removed_nodes = Slots::of_sorted(gone);
    Ok(removed(incident(graph, &removed_nodes), removed_nodes))
}

/// All edges of nodes.
fn incident(graph: &PropertyGraph, nodes: &Slots) -> Slots {
    if nodes.is_empty() {
        return Slots::default();
    }
    let mut is_gone = vec![false; graph.node_count()];
    for (start, end) in nodes.runs() {
        is_gone.get_mut(start as usize..end as usize).unwrap_or_default().fill(true);
    }
    let is_gone = |node: Vertex| is_gone.get(node as usize).copied().unwrap_or_default();
    let mut edges = Slots::default();
    for (edge, (source, target)) in (0..).zip(graph.edges.iter()) {
        if is_gone(source) || is_gone(target) {
            edges.push(edge);
        }
    }
    edges
}

pub(super) fn edges(graph: &PropertyGraph, names: &[EdgeName]) -> Result<Outcome> {
    let mut gone = HashSet::new();
    for name in names {
        for edge in graph.require_edges(name)? {
            if !gone.insert(edge) {
                return Err(ChangeError::DuplicateEdge {
                    source_key: name.source.clone(),
                    target_key: name.target.clone(),
                    key: name.key.clone(),
                });
            }
        }
    }
    let mut gone: Vec<_> = gone.into_iter().collect();
    gone.sort_unstable();
    Ok(removed(Slots::of_sorted(gone), Slots::default()))
}

pub(super) fn all(graph: &PropertyGraph) -> Outcome {
    let (nodes, edges) = graph.base();
    let mut outcome = removed(Slots::of_range(0, edges), Slots::of_range(0, nodes));
    outcome.delta.attributes = graph.attributes.iter().map(|(name, _)| (name.into(), None)).collect();
    outcome
}

fn removed(removed_edges: Slots, removed_nodes: Slots) -> Outcome {
    let nodes = Tally { removed: removed_nodes.len(), ..Tally::default() };
    let edges = Tally { removed: removed_edges.len(), ..Tally::default() };
    let delta = Delta { removed_edges, removed_nodes, ..Delta::default() };
    Outcome { delta, nodes, edges }
}

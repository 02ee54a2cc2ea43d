//! The layer of each vertex.

use std::cmp::Ordering;

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// How often all vertices are moved to shorten edges.
const ROUNDS: usize = 16;

/// Layers by longest paths from sources, then shortened: each vertex goes to that end of its room, between its sources
/// and its targets, where more edges get shorter.
pub(super) fn ranks(graph: &Graph, watch: &Watch) -> Result<Vec<u32>> {
    let order = topological(graph, watch)?;
    let mut ranks = vec![0_u32; graph.vertex_count()];
    for &vertex in &order {
        let next = ranks[vertex as usize] + 1;
        for &target in graph.neighbors(vertex) {
            let rank = &mut ranks[target as usize];
            *rank = next.max(*rank);
        }
    }
    for round in 0..ROUNDS {
        watch.check()?;
        // Against the order first: targets that stay leave room for their sources to come closer.
        let is_back = round % 2 == 0;
        let mut has_moved = false;
        for index in 0..order.len() {
            let vertex = if is_back { order[order.len() - 1 - index] } else { order[index] };
            has_moved |= shorten(graph, vertex, &mut ranks);
        }
        if !has_moved && round > 0 {
            break;
        }
    }
    let least = ranks.iter().copied().min().unwrap_or(0);
    for rank in &mut ranks {
        *rank -= least;
    }
    Ok(ranks)
}

/// Moves one vertex where its edges are shortest.
fn shorten(graph: &Graph, vertex: Vertex, ranks: &mut [u32]) -> bool {
    let (sources, targets) = (graph.sources(vertex), graph.neighbors(vertex));
    let rank = |vertex: &Vertex| ranks[*vertex as usize];
    let new = match targets.len().cmp(&sources.len()) {
        Ordering::Greater => targets.iter().map(rank).min().map(|least| least - 1),
        Ordering::Less => sources.iter().map(rank).max().map(|most| most + 1),
        Ordering::Equal => None,
    };
    match new {
        Some(new) if new != ranks[vertex as usize] => {
            ranks[vertex as usize] = new;
            true
        }
        _ => false,
    }
}

/// Vertices so that each comes before its targets (Kahn).
fn topological(graph: &Graph, watch: &Watch) -> Result<Vec<Vertex>> {
    let mut waits: Vec<usize> = graph.vertices().map(|vertex| graph.sources(vertex).len()).collect();
    let mut order: Vec<Vertex> = graph.vertices().filter(|&vertex| waits[vertex as usize] == 0).collect();
    let (mut next, mut step) = (0, 0);
    while let Some(&vertex) = order.get(next) {
        watch.pace(&mut step)?;
        next += 1;
        for &target in graph.neighbors(vertex) {
            waits[target as usize] -= 1;
            if waits[target as usize] == 0 {
                order.push(target);
            }
        }
    }
    if order.len() == graph.vertex_count() { Ok(order) } else { Err(cycle(graph, &waits)) }
}

/// A cycle among vertices that still wait: each has a source that waits too.
fn cycle(graph: &Graph, waits: &[usize]) -> GraphError {
    let mut place = vec![usize::MAX; waits.len()];
    let mut walk: Vec<Vertex> =
        graph.vertices().find(|&vertex| waits[vertex as usize] > 0).into_iter().collect();
    while let Some(&vertex) = walk.last() {
        place[vertex as usize] = walk.len() - 1;
        let waiting = graph.sources(vertex).iter().find(|&&source| waits[source as usize] > 0);
        let Some(&source) = waiting else { break };
        if place[source as usize] != usize::MAX {
            walk.drain(..place[source as usize]);
            break;
        }
        walk.push(source);
    }
    walk.reverse();
    GraphError::Cycle { vertices: walk }
}

//! Whether there is a cycle, and where.

use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::path::NOBODY;
use crate::watch::Watch;

/// Whether no cycle is there: a directed graph is a DAG, an undirected one a forest. As fast as [`find_cycle`].
pub fn is_acyclic(graph: &Graph, watch: &Watch) -> Result<bool> {
    Ok(find_cycle(graph, watch)?.is_none())
}

/// Finds one cycle: its vertices in order, from the least; `None` if there is none.
///
/// A loop is a cycle of one vertex, two parallel edges without direction are one of two. O(vertices + entries) time on one
/// thread, 13 bytes a vertex, no recursion.
pub fn find_cycle(graph: &Graph, watch: &Watch) -> Result<Option<Vec<Vertex>>> {
    let mut states = vec![State::New; graph.vertex_count()];
    let mut path: Vec<Step> = Vec::new();
    let mut pace = 0;
    for root in graph.vertices() {
        watch.pace(&mut pace)?;
        if states[root as usize] != State::New {
            continue;
        }
        path.push(Step {
            vertex: root,
            read: 0,
            back: if graph.is_directed() { None } else { Some(NOBODY) },
        });
        states[root as usize] = State::Open;
        while let Some(step) = path.last_mut() {
            watch.pace(&mut pace)?;
            let vertex = step.vertex;
            let Some(&target) = graph.neighbors(vertex).get(step.read as usize) else {
                states[vertex as usize] = State::Done;
                path.pop();
                continue;
            };
            step.read += 1;
            // The edge that led here leads back once; a parallel one is a cycle.
            if step.back == Some(target) {
                step.back = Some(NOBODY);
                continue;
            }
            match states[target as usize] {
                State::New => {
                    states[target as usize] = State::Open;
                    let back = step.back.map(|_| vertex);
                    path.push(Step { vertex: target, read: 0, back });
                }
                State::Open => {
                    let vertices = path.iter().map(|step| step.vertex).skip_while(|&vertex| vertex != target);
                    return Ok(Some(from_least(vertices.collect())));
                }
                State::Done => {}
            }
        }
    }
    Ok(None)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    Open,
    Done,
}

struct Step {
    vertex: Vertex,
    /// How many of its edges were read.
    read: u32,
    /// Without direction: the vertex before, until the edge from there was met.
    back: Option<Vertex>,
}

/// The same cycle from its least vertex.
pub(crate) fn from_least(mut cycle: Vec<Vertex>) -> Vec<Vertex> {
    let least = cycle.iter().enumerate().min_by_key(|&(_, &vertex)| vertex).map_or(0, |(place, _)| place);
    cycle.rotate_left(least);
    cycle
}

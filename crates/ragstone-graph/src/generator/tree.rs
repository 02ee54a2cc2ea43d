//! Trees: heap-shaped, balanced, and drawn evenly.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{at_least, out_of_range, room};
use crate::error::Result;
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

pub(super) fn heap(vertices: u32, branching: u32, watch: &Watch) -> Result<Graph> {
    at_least("vertices", vertices, 1, "a tree has at least 1")?;
    at_least("branching", branching, 1, "a vertex has at least 1 child")?;
    let mut edges = room(Direction::Undirected, vertices.into(), u64::from(vertices) - 1, watch)?;
    edges.extend((1..vertices).map(|child| ((child - 1) / branching, child)));
    Graph::from_edges(Direction::Undirected, vertices as usize, &edges)
}

pub(super) fn balanced(branching: u32, height: u32, watch: &Watch) -> Result<Graph> {
    at_least("branching", branching, 1, "a vertex has at least 1 child")?;
    let too_high = || out_of_range("height", height, "the tree has fewer than 2³² vertices");
    let mut vertices: u32 = 1;
    if branching == 1 {
        vertices = height.checked_add(1).ok_or_else(too_high)?;
    } else {
        let mut level: u32 = 1;
        for _ in 0..height {
            level = level.checked_mul(branching).ok_or_else(too_high)?;
            vertices = vertices.checked_add(level).ok_or_else(too_high)?;
        }
    }
    heap(vertices, branching, watch)
}

pub(super) fn random(vertices: u32, seed: u64, watch: &Watch) -> Result<Graph> {
    at_least("vertices", vertices, 1, "a tree has at least 1")?;
    let mut edges = room(Direction::Undirected, vertices.into(), u64::from(vertices) - 1, watch)?;
    let count = vertices as usize;
    if vertices >= 2 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let sequence: Vec<Vertex> = (2..vertices).map(|_| random.random_range(0..vertices)).collect();
        let mut open = vec![1u32; count];
        for &vertex in &sequence {
            open[vertex as usize] += 1;
        }
        // The least leaf only moves on; a vertex that becomes a leaf behind it is taken at once.
        let mut step = 0;
        let mut next = first_leaf(&open, 0);
        let mut leaf = next;
        for &vertex in &sequence {
            watch.pace(&mut step)?;
            edges.push((leaf, vertex));
            open[leaf as usize] = 0;
            open[vertex as usize] -= 1;
            if open[vertex as usize] == 1 && vertex < next {
                leaf = vertex;
            } else {
                next = first_leaf(&open, next + 1);
                leaf = next;
            }
        }
        edges.push((leaf, vertices - 1));
    }
    Graph::from_edges(Direction::Undirected, count, &edges)
}

/// The first vertex from `from` that stands in the rest of the sequence no more.
fn first_leaf(open: &[u32], from: Vertex) -> Vertex {
    let mut vertex = from;
    while open.get(vertex as usize).is_some_and(|&degree| degree != 1) {
        vertex += 1;
    }
    vertex
}

//! Shapes without chance.

use super::{Edges, at_least, room};
use crate::error::Result;
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

pub(super) fn complete(vertices: u32, direction: Direction, watch: &Watch) -> Result<Graph> {
    let count = u64::from(vertices);
    let pairs = count * count.saturating_sub(1);
    let is_directed = direction == Direction::Directed;
    let mut edges = room(direction, count, if is_directed { pairs } else { pairs / 2 }, watch)?;
    for source in 0..vertices {
        watch.check()?;
        let first = if is_directed { 0 } else { source + 1 };
        edges.extend((first..vertices).filter(|&target| target != source).map(|target| (source, target)));
    }
    Graph::from_edges(direction, vertices as usize, &edges)
}

pub(super) fn complete_bipartite(left: u32, right: u32, watch: &Watch) -> Result<Graph> {
    let count = u64::from(left) + u64::from(right);
    let mut edges = room(Direction::Undirected, count, u64::from(left) * u64::from(right), watch)?;
    for source in 0..left {
        watch.check()?;
        edges.extend((left..left + right).map(|target| (source, target)));
    }
    Graph::from_edges(Direction::Undirected, left as usize + right as usize, &edges)
}

pub(super) fn path(vertices: u32, direction: Direction, watch: &Watch) -> Result<Graph> {
    let mut edges = room(direction, vertices.into(), vertices.saturating_sub(1).into(), watch)?;
    edges.extend((1..vertices).map(|vertex| (vertex - 1, vertex)));
    Graph::from_edges(direction, vertices as usize, &edges)
}

pub(super) fn cycle(vertices: u32, direction: Direction, watch: &Watch) -> Result<Graph> {
    at_least("vertices", vertices, 3, "a cycle has at least 3")?;
    let mut edges = room(direction, vertices.into(), vertices.into(), watch)?;
    ring(0, vertices, &mut edges);
    Graph::from_edges(direction, vertices as usize, &edges)
}

pub(super) fn star(vertices: u32, watch: &Watch) -> Result<Graph> {
    at_least("vertices", vertices, 1, "a star has at least 1")?;
    let mut edges = room(Direction::Undirected, vertices.into(), u64::from(vertices) - 1, watch)?;
    edges.extend((1..vertices).map(|leaf| (0, leaf)));
    Graph::from_edges(Direction::Undirected, vertices as usize, &edges)
}

pub(super) fn wheel(vertices: u32, watch: &Watch) -> Result<Graph> {
    at_least("vertices", vertices, 4, "a wheel has at least 4")?;
    let mut edges = room(Direction::Undirected, vertices.into(), 2 * (u64::from(vertices) - 1), watch)?;
    edges.extend((1..vertices).map(|rim| (0, rim)));
    ring(1, vertices, &mut edges);
    Graph::from_edges(Direction::Undirected, vertices as usize, &edges)
}

pub(super) fn grid(rows: u32, columns: u32, watch: &Watch) -> Result<Graph> {
    at_least("rows", rows, 1, "a grid has at least 1")?;
    at_least("columns", columns, 1, "a grid has at least 1")?;
    lattice(rows, columns, false, watch)
}

pub(super) fn torus(rows: u32, columns: u32, watch: &Watch) -> Result<Graph> {
    at_least("rows", rows, 3, "a torus has at least 3, or edges would be parallel")?;
    at_least("columns", columns, 3, "a torus has at least 3, or edges would be parallel")?;
    lattice(rows, columns, true, watch)
}

/// Joins the vertices from `first` to `end` - 1 to a ring.
fn ring(first: Vertex, end: Vertex, edges: &mut Edges) {
    edges.extend((first + 1..end).map(|vertex| (vertex - 1, vertex)));
    edges.push((end - 1, first));
}

fn lattice(rows: u32, columns: u32, closed: bool, watch: &Watch) -> Result<Graph> {
    let count = u64::from(rows) * u64::from(columns);
    let mut edges = room(Direction::Undirected, count, 2 * count, watch)?;
    for row in 0..rows {
        watch.check()?;
        for column in 0..columns {
            let place = row * columns + column;
            if column + 1 < columns {
                edges.push((place, place + 1));
            } else if closed {
                edges.push((place, row * columns));
            }
            if row + 1 < rows {
                edges.push((place, place + columns));
            } else if closed {
                edges.push((place, column));
            }
        }
    }
    Graph::from_edges(Direction::Undirected, usize::try_from(count).unwrap_or(usize::MAX), &edges)
}

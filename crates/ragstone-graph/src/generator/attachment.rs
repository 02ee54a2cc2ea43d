//! Growth by preferential attachment.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::{at_least, out_of_range, room};
use crate::error::Result;
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

/// Targets of a vertex that are compared one by one.
const COMPARED: u32 = 32;

pub(super) fn barabasi_albert(vertices: u32, attached: u32, seed: u64, watch: &Watch) -> Result<Graph> {
    at_least("attached", attached, 1, "a new vertex has at least 1 edge")?;
    if vertices <= attached {
        return Err(out_of_range("vertices", vertices, "more than are attached to a new one"));
    }
    let count = u64::from(attached) * u64::from(vertices - attached);
    let mut edges = room(Direction::Undirected, vertices.into(), count, watch)?;
    edges.extend((1..=attached).map(|leaf| (0, leaf)));
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    // Holds the vertex for which a target was last chosen.
    let mut chosen_for = if attached > COMPARED { vec![0; vertices as usize] } else { Vec::new() };
    let mut step = 0;
    for vertex in attached + 1..vertices {
        watch.pace(&mut step)?;
        let first = edges.len();
        let ends = u32::try_from(2 * first).unwrap_or(u32::MAX);
        while edges.len() - first < attached as usize {
            let drawn = random.random_range(0..ends);
            let (source, target) = edges[drawn as usize / 2];
            let end = if drawn.is_multiple_of(2) { source } else { target };
            let is_new = if attached > COMPARED {
                std::mem::replace(&mut chosen_for[end as usize], vertex) != vertex
            } else {
                edges[first..].iter().all(|&(_, chosen): &(Vertex, Vertex)| chosen != end)
            };
            if is_new {
                edges.push((vertex, end));
            }
        }
    }
    Graph::from_edges(Direction::Undirected, vertices as usize, &edges)
}

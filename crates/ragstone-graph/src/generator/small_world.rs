//! A ring of neighbours with some edges moved.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::pairs::Pairs;
use super::{out_of_range, probability, room};
use crate::error::Result;
use crate::graph::{Direction, Graph};
use crate::watch::Watch;

pub(super) fn watts_strogatz(
    vertices: u32,
    neighbors: u32,
    rewired: f64,
    seed: u64,
    watch: &Watch,
) -> Result<Graph> {
    probability("rewired", rewired)?;
    if !neighbors.is_multiple_of(2) {
        return Err(out_of_range("neighbors", neighbors, "an even number, half on either side"));
    }
    if neighbors >= vertices && neighbors > 0 {
        return Err(out_of_range("neighbors", neighbors, "fewer than there are vertices"));
    }
    let reach = neighbors / 2;
    let count = u64::from(vertices) * u64::from(reach);
    let mut edges = room(Direction::Undirected, vertices.into(), count, watch)?;
    for distance in 1..=reach {
        watch.check()?;
        let target = |source: u32| (u64::from(source) + u64::from(distance)) % u64::from(vertices);
        edges.extend((0..vertices).map(|source| (source, u32::try_from(target(source)).unwrap_or(u32::MAX))));
    }
    if rewired > 0.0 {
        rewire(&mut edges, vertices, rewired, seed, watch)?;
    }
    Graph::from_edges(Direction::Undirected, vertices as usize, &edges)
}

/// Moves targets of edges, in their order, to vertices that the source is not yet joined to. Edges that were moved away
/// free their place.
fn rewire(edges: &mut [(u32, u32)], vertices: u32, rewired: f64, seed: u64, watch: &Watch) -> Result<()> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut joined = Pairs::with_capacity(edges.len());
    let mut degrees = vec![0u32; vertices as usize];
    for &(source, target) in edges.iter() {
        joined.insert(source, target);
        degrees[source as usize] += 1;
        degrees[target as usize] += 1;
    }
    let mut step = 0;
    for (source, target) in edges {
        watch.pace(&mut step)?;
        if random.random::<f64>() >= rewired || degrees[*source as usize] >= vertices - 1 {
            continue;
        }
        let moved = loop {
            watch.pace(&mut step)?;
            let moved = random.random_range(0..vertices);
            if moved != *source && !joined.contains(*source, moved) {
                break moved;
            }
        };
        joined.remove(*source, *target);
        joined.insert(*source, moved);
        degrees[*target as usize] -= 1;
        degrees[moved as usize] += 1;
        *target = moved;
    }
    Ok(())
}

//! Random graphs of one degree.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

use super::pairs::Pairs;
use super::{Edges, out_of_range, room};
use crate::error::{GraphError, Result};
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

/// Pairings that are begun before giving up; one in a few succeeds.
const TRIES: usize = 1000;

pub(super) fn random_regular(vertices: u32, degree: u32, seed: u64, watch: &Watch) -> Result<Graph> {
    if degree > 0 && degree >= vertices {
        return Err(out_of_range("degree", degree, "less than the number of vertices"));
    }
    let ends = u64::from(vertices) * u64::from(degree);
    if !ends.is_multiple_of(2) {
        return Err(out_of_range("degree", degree, "even where the number of vertices is odd"));
    }
    let mut edges = room(Direction::Undirected, vertices.into(), ends / 2, watch)?;
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    // Pairing fails for large degrees, whose complement is as even a choice.
    let is_complement = degree > vertices / 2;
    let paired = if is_complement { vertices - 1 - degree } else { degree };
    let mut tries = 0;
    let joined = loop {
        if let Some(joined) = pair(vertices, paired, &mut edges, &mut random, watch)? {
            break joined;
        }
        tries += 1;
        if tries == TRIES {
            return Err(GraphError::NotConverged {
                algorithm: "random regular graph",
                iterations: TRIES,
                residual: 1.0,
                remedy: "take another seed or a smaller degree",
            });
        }
    };
    if is_complement {
        edges.clear();
        for source in 0..vertices {
            watch.check()?;
            let others = (source + 1..vertices).filter(|&target| !joined.contains(source, target));
            edges.extend(others.map(|target| (source, target)));
        }
    }
    Graph::from_edges(Direction::Undirected, vertices as usize, &edges)
}

/// Pairs ends at random, again those whose edge was a loop or there already; `None` where none of the rest fit.
fn pair(
    vertices: u32,
    degree: u32,
    edges: &mut Edges,
    random: &mut Pcg64Mcg,
    watch: &Watch,
) -> Result<Option<Pairs>> {
    edges.clear();
    let mut ends: Vec<Vertex> = (0..degree).flat_map(|_| 0..vertices).collect();
    let mut joined = Pairs::with_capacity(ends.len() / 2);
    let mut step = 0;
    while !ends.is_empty() {
        watch.check()?;
        ends.shuffle(random);
        let mut rest = Vec::new();
        for two in ends.chunks_exact(2) {
            watch.pace(&mut step)?;
            let (one, other) = (two[0], two[1]);
            if one != other && joined.insert(one, other) {
                edges.push((one, other));
            } else {
                rest.extend([one, other]);
            }
        }
        rest.sort_unstable();
        if !rest.is_empty() && !has_candidate(&rest, &joined, watch)? {
            return Ok(None);
        }
        ends = rest;
    }
    Ok(Some(joined))
}

/// Whether some two of the ends may still be joined.
fn has_candidate(ends: &[Vertex], joined: &Pairs, watch: &Watch) -> Result<bool> {
    let mut vertices = ends.to_vec();
    vertices.dedup();
    let mut step = 0;
    for (index, &one) in vertices.iter().enumerate() {
        for &other in &vertices[..index] {
            watch.pace(&mut step)?;
            if !joined.contains(one, other) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

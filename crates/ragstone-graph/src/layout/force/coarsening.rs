//! Ever smaller meshes, each of groups of the one before.

use crate::error::Result;
use crate::layout::force::Random;
use crate::layout::mesh::{Mesh, NONE};
use crate::watch::Watch;

/// Meshes of so few vertices are laid out from nothing.
const FEW: usize = 12;

/// A mesh is worth laying out if it has at most this share of the vertices of the one before.
const SHRUNK: f64 = 0.95;

/// Vertices that hang on the same one and make a group of their own.
const SIBLINGS: u8 = 3;

/// A smaller mesh.
pub(super) struct Level {
    /// In which of its vertices each one of the finer mesh is.
    pub(super) groups: Vec<u32>,
    pub(super) mesh: Mesh,
}

/// Levels from the finest to one of few vertices.
pub(super) fn coarsen(finest: &Mesh, random: &mut Random, watch: &Watch) -> Result<Vec<Level>> {
    let mut levels: Vec<Level> = Vec::new();
    loop {
        watch.check()?;
        let mesh = levels.last().map_or(finest, |level| &level.mesh);
        if mesh.len() <= FEW {
            return Ok(levels);
        }
        let (groups, count) = group(mesh, random, watch)?;
        #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
        if count as f64 > SHRUNK * mesh.len() as f64 {
            return Ok(levels);
        }
        let mesh = mesh.quotient(&groups, count);
        levels.push(Level { groups, mesh });
    }
}

/// Joins each vertex to the free neighbour that it holds to most; those without one make groups with others that hang
/// on the same neighbour, so that stars shrink too.
fn group(mesh: &Mesh, random: &mut Random, watch: &Watch) -> Result<(Vec<u32>, usize)> {
    let mut order: Vec<(usize, u64, usize)> =
        (0..mesh.len()).map(|vertex| (mesh.degree(vertex), random.number(), vertex)).collect();
    order.sort_unstable();
    let mut groups = vec![NONE; mesh.len()];
    let mut waiting = vec![(NONE, 0_u8); mesh.len()];
    let (mut count, mut step) = (0_u32, 0);
    for (_, _, vertex) in order {
        watch.pace(&mut step)?;
        if groups[vertex] != NONE {
            continue;
        }
        if let Some(partner) = closest(mesh, vertex, |target| groups[target] == NONE) {
            groups[partner] = count;
        } else if let Some(hub) = closest(mesh, vertex, |_| true) {
            let (group, size) = &mut waiting[hub];
            if *group != NONE && *size < SIBLINGS {
                groups[vertex] = *group;
                *size += 1;
                continue;
            }
            (*group, *size) = (count, 1);
        }
        groups[vertex] = count;
        count += 1;
    }
    Ok((groups, count as usize))
}

/// The neighbour with the strongest spring in relation to its mass, the first of equals.
fn closest(mesh: &Mesh, vertex: usize, is_free: impl Fn(usize) -> bool) -> Option<usize> {
    let free = mesh.springs(vertex).filter(|&(target, _)| is_free(target));
    let rated = free.map(|(target, strength)| (target, strength / mesh.masses[target]));
    rated.reduce(|best, other| if other.1 > best.1 { other } else { best }).map(|(target, _)| target)
}

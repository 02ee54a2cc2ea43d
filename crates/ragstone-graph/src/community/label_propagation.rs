//! Communities by labels that spread among neighbours.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::community::level::{Base, Level, Strength};
use crate::community::partition::Partition;
use crate::community::scratch::{Amount, Scratch};
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// How to spread labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelPropagationOptions {
    /// Most times that all vertices are gone through. At least 1. Default 100; ten are nearly always enough.
    pub sweeps: usize,
    /// Decides the order of vertices and between labels that are equally strong.
    pub seed: u64,
}

impl Default for LabelPropagationOptions {
    fn default() -> Self {
        Self { sweeps: 100, seed: 0 }
    }
}

/// Gives each vertex a label of its own, then lets vertices, one after the other in random order, take the label to
/// which most weight leads, until all have such a label. Those that already have one keep it.
///
/// Edges of a directed graph count both ways; weights count and may not be negative; parallel edges add up; loops do
/// not count. Communities need not be connected, and a graph without clear communities may end up as one. Each sweep
/// takes O(entries) at most; only vertices whose neighbours have changed are visited again. One thread.
///
/// Fails with [`NegativeWeight`](crate::GraphError::NegativeWeight), and with
/// [`NotConverged`](crate::GraphError::NotConverged) if labels still change after the last sweep.
///
/// Raghavan, Albert, Kumara, "Near linear time algorithm to detect community structures in large-scale networks", 2007;
/// Traag, Šubelj, "Large network community detection by fast label propagation", 2023, for the vertices that are left
/// out.
pub fn propagate_labels(
    graph: &Graph,
    options: &LabelPropagationOptions,
    watch: &Watch,
) -> Result<Partition> {
    if options.sweeps == 0 {
        return Err(GraphError::OutOfRange {
            option: "sweeps",
            found: "0".to_owned(),
            expected: "at least 1",
        });
    }
    let labels = match Base::of(graph, watch)? {
        Base::Plain(level) => propagate(&level, options, watch),
        Base::Weighted(level) => propagate(&level, options, watch),
        Base::Directed(level) => propagate(&level, options, watch),
        Base::WeightedDirected(level) => propagate(&level, options, watch),
    }?;
    Ok(Partition::from_labels(&labels))
}

fn propagate<W: Amount, S: Strength>(
    level: &Level<'_, W, S>,
    options: &LabelPropagationOptions,
    watch: &Watch,
) -> Result<Vec<u32>> {
    let count = level.vertex_count();
    let mut random = Pcg64Mcg::seed_from_u64(options.seed);
    let mut labels: Vec<u32> = (0..Vertex::try_from(count).unwrap_or(Vertex::MAX)).collect();
    let mut order: Vec<Vertex> = labels.clone();
    let mut is_active = vec![true; count];
    let mut scratch: Scratch<W> = Scratch::new(count);
    let mut next: Vec<Vertex> = Vec::new();
    let mut step = 0;
    for _ in 0..options.sweeps {
        for last in (1..order.len()).rev() {
            order.swap(last, random.random_range(0..=last));
        }
        for &vertex in &order {
            watch.pace(&mut step)?;
            is_active[vertex as usize] = false;
            let label = strongest(level, vertex, &labels, &mut scratch, &mut random);
            if label == labels[vertex as usize] {
                continue;
            }
            labels[vertex as usize] = label;
            for &target in level.row(vertex).targets {
                let is_asleep = !std::mem::replace(&mut is_active[target as usize], true);
                if is_asleep && labels[target as usize] != label {
                    next.push(target);
                } else if is_asleep {
                    is_active[target as usize] = false;
                }
            }
        }
        if next.is_empty() {
            return Ok(labels);
        }
        std::mem::swap(&mut order, &mut next);
        next.clear();
    }
    Err(GraphError::NotConverged {
        algorithm: "label propagation",
        iterations: options.sweeps,
        #[expect(clippy::cast_precision_loss, reason = "a part of the vertices need not be exact")]
        residual: order.len() as f64 / count as f64,
        remedy: "allow more sweeps, or take Leiden",
    })
}

/// A label to which most weight leads: the vertex's own if it is one, else any with equal chance.
fn strongest<W: Amount, S: Strength>(
    level: &Level<'_, W, S>,
    vertex: Vertex,
    labels: &[u32],
    scratch: &mut Scratch<W>,
    random: &mut Pcg64Mcg,
) -> u32 {
    level.row(vertex).each(|target, weight| scratch.add(labels[target as usize], weight));
    let own = labels[vertex as usize];
    let mut most: f64 = scratch.sum(own).into();
    let (mut label, mut ties) = (own, 0u32);
    scratch.drain(|other, weight| {
        let weight: f64 = weight.into();
        if weight > most {
            (label, most, ties) = (other, weight, 1);
        } else if weight >= most && ties > 0 {
            ties += 1;
            if random.random_range(0..ties) == 0 {
                label = other;
            }
        }
    });
    label
}

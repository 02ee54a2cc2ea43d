//! Vertices taken away one after the other, and what remains together.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::error::{GraphError, Result};
use crate::graph::simple::simple;
use crate::graph::{Graph, Vertex};
use crate::meter::Meter;
use crate::number::{self, real};
use crate::robustness::{load, samples, shuffled};
use crate::sets::Sets;
use crate::watch::Watch;

const REMEDY: &str = "ask for fewer runs";

/// Which vertices go first. Ties go to the lesser vertex.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Attack {
    /// Those of most neighbours in the whole graph.
    Degree,
    /// The one of most neighbours in what remains, each time. O(E log V).
    RecalculatedDegree,
    /// Those of most betweenness in the whole graph, from so many sources chosen by the seed; from all, and thus exact, if
    /// there are fewer vertices. O(sources · E), on all threads of the pool.
    Betweenness {
        /// Number of sources.
        sources: usize,
        /// Seed of their choice.
        seed: u64,
    },
    /// By chance; the curve is the mean of the runs, and the order that of the first.
    Random {
        /// Seed of all runs.
        seed: u64,
        /// Number of runs, 1 to 10,000.
        runs: u32,
    },
    /// In an order of the caller's that names each vertex at most once; those that it does not name stay.
    Order(Vec<Vertex>),
}

/// What remains together after a part of the vertices is gone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RemovalPoint {
    /// Share of all vertices that is gone.
    pub removed: f64,
    /// Share of all vertices that is in the largest component.
    pub largest: f64,
}

/// The course of an attack.
#[derive(Debug, Clone, PartialEq)]
pub struct Removal {
    /// The vertices in the order in which they go.
    pub order: Vec<Vertex>,
    /// From nothing gone to all of `order` gone.
    pub curve: Vec<RemovalPoint>,
    /// Mean share of the largest component after each removal, from 0 to 0.5 if all vertices go (C. Schneider et al.,
    /// Mitigation of malicious attacks on networks, 2011).
    pub index: f64,
}

/// Takes vertices away in the order of an attack, and says at `points` evenly spread moments how large the largest
/// component is.
///
/// Edges are read both ways; loops, parallel edges and weights mean nothing.
/// [`GraphError::OutOfRange`] for no points, runs out of range, or a vertex that the order names twice.
/// O(E α(V)) for each run beside the cost of the attack: vertices are put back in reverse order (M. Newman, R. Ziff 2001).
pub fn removal(graph: &Graph, attack: &Attack, points: usize, watch: &Watch) -> Result<Removal> {
    if points == 0 {
        let (found, expected) = ("0".to_owned(), "at least 1");
        return Err(GraphError::OutOfRange { option: "points", found, expected });
    }
    watch.afford(number::wide(graph.vertex_count()) * 40, number::wide(graph.entry_count()), REMEDY)?;
    let graph = simple(graph, watch)?;
    let mut meter = Meter::new(watch, REMEDY);
    let order = order(&graph, attack, watch, &mut meter)?;
    let mut sums: Vec<u64> = sizes(&graph, &order, &mut meter)?.into_iter().map(u64::from).collect();
    let runs = if let Attack::Random { seed, runs } = *attack { (seed, runs) } else { (0, 1) };
    for run in 1..runs.1 {
        let order = shuffled(number::vertex(graph.vertex_count()), runs.0, u64::from(run));
        for (sum, size) in sums.iter_mut().zip(sizes(&graph, &order, &mut meter)?) {
            *sum += u64::from(size);
        }
        watch.progress(run as usize, runs.1 as usize);
    }
    let all = real(graph.vertex_count().max(1));
    #[expect(clippy::cast_precision_loss, reason = "sums of sizes over at most 10,000 runs are below 2^53")]
    let share = |sum: u64| sum as f64 / f64::from(runs.1) / all;
    let point = |removed: usize| RemovalPoint { removed: real(removed) / all, largest: share(sums[removed]) };
    let curve = samples(order.len(), points).into_iter().map(point).collect();
    let index = sums[1..].iter().map(|&sum| share(sum)).sum::<f64>() / real(order.len().max(1));
    Ok(Removal { order, curve, index })
}

fn order(graph: &Graph, attack: &Attack, watch: &Watch, meter: &mut Meter<'_>) -> Result<Vec<Vertex>> {
    let count = number::vertex(graph.vertex_count());
    match attack {
        Attack::Degree => {
            let mut order: Vec<Vertex> = graph.vertices().collect();
            order.sort_by_key(|&vertex| Reverse(graph.neighbors(vertex).len()));
            Ok(order)
        }
        Attack::RecalculatedDegree => recalculated(graph, meter),
        Attack::Betweenness { sources, seed } => {
            let mut chosen = shuffled(count, *seed, 0);
            chosen.truncate(*sources);
            chosen.sort_unstable();
            let load = load::load(graph, &chosen, watch)?;
            let mut order: Vec<Vertex> = graph.vertices().collect();
            order.sort_by(|&one, &other| load[other as usize].total_cmp(&load[one as usize]));
            Ok(order)
        }
        Attack::Random { seed, runs: 1..=10_000 } => Ok(shuffled(count, *seed, 0)),
        Attack::Random { runs, .. } => {
            let expected = "from 1 to 10,000";
            Err(GraphError::OutOfRange { option: "runs", found: runs.to_string(), expected })
        }
        Attack::Order(order) => {
            let mut is_named = vec![false; graph.vertex_count()];
            for &vertex in order {
                if std::mem::replace(&mut is_named[graph.vertex(vertex)? as usize], true) {
                    let (found, expected) = (format!("vertex {vertex} twice"), "each vertex at most once");
                    return Err(GraphError::OutOfRange { option: "order", found, expected });
                }
            }
            Ok(order.clone())
        }
    }
}

/// The vertex of most neighbours that are left, again and again.
fn recalculated(graph: &Graph, meter: &mut Meter<'_>) -> Result<Vec<Vertex>> {
    let mut degrees: Vec<usize> = graph.vertices().map(|vertex| graph.neighbors(vertex).len()).collect();
    let mut heap: BinaryHeap<_> = degrees.iter().copied().zip(graph.vertices().map(Reverse)).collect();
    let mut is_gone = vec![false; degrees.len()];
    let mut order = Vec::with_capacity(degrees.len());
    while let Some((degree, Reverse(vertex))) = heap.pop() {
        if is_gone[vertex as usize] || degree != degrees[vertex as usize] {
            continue;
        }
        is_gone[vertex as usize] = true;
        order.push(vertex);
        meter.add(1 + number::wide(graph.neighbors(vertex).len()))?;
        for &other in graph.neighbors(vertex) {
            degrees[other as usize] -= 1;
            if !is_gone[other as usize] {
                heap.push((degrees[other as usize], Reverse(other)));
            }
        }
    }
    Ok(order)
}

/// Size of the largest component after each number of removals, from none to all of the order.
fn sizes(graph: &Graph, order: &[Vertex], meter: &mut Meter<'_>) -> Result<Vec<u32>> {
    let mut is_there = vec![true; graph.vertex_count()];
    for &vertex in order {
        is_there[vertex as usize] = false;
    }
    let mut sets = Sets::new(graph.vertex_count());
    let mut largest = 0;
    let mut put = |vertex: Vertex, is_there: &[bool], largest: &mut u32| {
        *largest = (*largest).max(1);
        for &other in graph.neighbors(vertex) {
            if is_there[other as usize] {
                *largest = (*largest).max(sets.join(vertex, other).unwrap_or(0));
            }
        }
        meter.add(1 + number::wide(graph.neighbors(vertex).len()))
    };
    for vertex in graph.vertices().filter(|&vertex| is_there[vertex as usize]) {
        put(vertex, &is_there, &mut largest)?;
    }
    let mut sizes = vec![largest];
    for &vertex in order.iter().rev() {
        is_there[vertex as usize] = true;
        put(vertex, &is_there, &mut largest)?;
        sizes.push(largest);
    }
    sizes.reverse();
    Ok(sizes)
}

//! Slow and plain ways to what the crate computes, for small graphs.

use std::collections::BTreeSet;

use ragstone_graph::centrality::{Side, Weights};
use ragstone_graph::{Graph, Vertex};

fn real(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

fn weight_of(weights: Weights, weight: f64) -> f64 {
    if weights == Weights::Used { weight } else { 1.0 }
}

/// All entries: an undirected edge both ways, a loop once.
fn entries(graph: &Graph, weights: Weights) -> Vec<(usize, usize, f64)> {
    let row = |vertex: Vertex| {
        graph
            .entries(vertex)
            .map(move |(target, weight)| (vertex as usize, target as usize, weight_of(weights, weight)))
    };
    graph.vertices().flat_map(row).collect()
}

/// Floyd and Warshall.
fn distances(count: usize, entries: &[(usize, usize, f64)]) -> Vec<Vec<f64>> {
    let mut distances = vec![vec![f64::INFINITY; count]; count];
    for (vertex, row) in distances.iter_mut().enumerate() {
        row[vertex] = 0.0;
    }
    for &(a, b, weight) in entries {
        distances[a][b] = distances[a][b].min(weight);
    }
    for middle in 0..count {
        for a in 0..count {
            for b in 0..count {
                let around = distances[a][middle] + distances[middle][b];
                distances[a][b] = distances[a][b].min(around);
            }
        }
    }
    distances
}

/// Normalised closeness and harmonic centrality.
pub(crate) fn closeness(graph: &Graph, weights: Weights, side: Side) -> (Vec<f64>, Vec<f64>) {
    let count = graph.vertex_count();
    let mut entries = entries(graph, weights);
    if side == Side::Both {
        entries.extend(entries.clone().into_iter().map(|(a, b, weight)| (b, a, weight)));
    }
    let distances = distances(count, &entries);
    let others = real(count.max(2) - 1);
    let scores = (0..count).map(|vertex| {
        let ways = (0..count).filter(|&other| other != vertex).map(|other| match side {
            Side::Incoming => distances[other][vertex],
            _ => distances[vertex][other],
        });
        let ways: Vec<f64> = ways.filter(|way| way.is_finite()).collect();
        let reached = real(ways.len());
        let total: f64 = ways.iter().sum();
        let near = if total > 0.0 { reached / others * reached / total } else { 0.0 };
        (near, ways.iter().map(|way| 1.0 / way).sum::<f64>() / others)
    });
    scores.unzip()
}

/// Raw betweenness of vertices, and of edges in order.
pub(crate) fn betweenness(graph: &Graph, weights: Weights) -> (Vec<f64>, Vec<f64>) {
    let count = graph.vertex_count();
    let entries = entries(graph, weights);
    let distances = distances(count, &entries);
    let paths: Vec<Vec<f64>> = (0..count).map(|source| paths(source, &distances[source], &entries)).collect();
    let pairs: Vec<(usize, usize)> =
        (0..count).flat_map(|s| (0..count).map(move |t| (s, t))).filter(|&(s, t)| s != t).collect();
    let halves = if graph.is_directed() { 1.0 } else { 2.0 };
    let is_on_way = |s: usize, t: usize, way: f64| (way - distances[s][t]).abs() < 1e-9;
    let through = |vertex: usize| {
        let others = pairs.iter().filter(|&&(s, t)| s != vertex && t != vertex && paths[s][t] > 0.0);
        let parts = others.filter(|&&(s, t)| is_on_way(s, t, distances[s][vertex] + distances[vertex][t]));
        parts.map(|&(s, t)| paths[s][vertex] * paths[vertex][t] / paths[s][t]).sum::<f64>() / halves
    };
    let along = |from: usize, to: usize, weight: f64| {
        let reached = pairs.iter().filter(|&&(s, t)| paths[s][t] > 0.0);
        let parts =
            reached.filter(|&&(s, t)| is_on_way(s, t, distances[s][from] + weight + distances[to][t]));
        parts.map(|&(s, t)| paths[s][from] * paths[to][t] / paths[s][t]).sum::<f64>() / halves
    };
    let edges = graph.edges().map(|edge| {
        let (a, b) = (edge.source as usize, edge.target as usize);
        let weight = weight_of(weights, edge.weight);
        let back = if graph.is_directed() { 0.0 } else { along(b, a, weight) };
        if a == b { 0.0 } else { along(a, b, weight) + back }
    });
    ((0..count).map(through).collect(), edges.collect())
}

/// Shortest paths from one vertex, counted by distance.
fn paths(source: usize, distances: &[f64], entries: &[(usize, usize, f64)]) -> Vec<f64> {
    let mut order: Vec<usize> =
        (0..distances.len()).filter(|&vertex| distances[vertex].is_finite()).collect();
    order.sort_by(|&a, &b| distances[a].total_cmp(&distances[b]));
    let mut paths = vec![0.0; distances.len()];
    paths[source] = 1.0;
    for vertex in order {
        for &(from, _, weight) in entries.iter().filter(|entry| entry.1 == vertex && entry.0 != vertex) {
            if vertex != source && (distances[from] + weight - distances[vertex]).abs() < 1e-9 {
                paths[vertex] += paths[from];
            }
        }
    }
    paths
}

/// A thousand steps with a dense matrix.
pub(crate) fn pagerank(graph: &Graph, weights: Weights, personalization: &[(Vertex, f64)]) -> Vec<f64> {
    let count = graph.vertex_count();
    let entries = entries(graph, weights);
    let mut restart = vec![if personalization.is_empty() { 1.0 } else { 0.0 }; count];
    for &(vertex, share) in personalization {
        restart[vertex as usize] += share;
    }
    to_sum_of_one(&mut restart);
    let mut totals = vec![0.0; count];
    for &(from, _, weight) in &entries {
        totals[from] += weight;
    }
    let mut scores = restart.clone();
    for _ in 0..1000 {
        let stuck: f64 =
            (0..count).filter(|&vertex| totals[vertex] == 0.0).map(|vertex| scores[vertex]).sum();
        let mut next: Vec<f64> = restart.iter().map(|share| (0.15 + 0.85 * stuck) * share).collect();
        for &(from, to, weight) in &entries {
            next[to] += 0.85 * scores[from] * weight / totals[from];
        }
        scores = next;
    }
    scores
}

/// What each vertex takes from those that point to it.
pub(crate) fn taken(graph: &Graph, weights: Weights, scores: &[f64]) -> Vec<f64> {
    let mut taken = vec![0.0; scores.len()];
    for (from, to, weight) in entries(graph, weights) {
        taken[to] += weight * scores[from];
    }
    taken
}

pub(crate) fn most_incoming(graph: &Graph, weights: Weights) -> f64 {
    taken(graph, weights, &vec![1.0; graph.vertex_count()]).into_iter().fold(0.0, f64::max)
}

pub(crate) fn to_sum_of_one(values: &mut [f64]) {
    let sum: f64 = values.iter().sum();
    if sum > 0.0 {
        for value in values {
            *value /= sum;
        }
    }
}

/// Pairs of different vertices that an edge joins, the lesser first.
fn joined(graph: &Graph) -> BTreeSet<(Vertex, Vertex)> {
    let edges = graph.edges().filter(|edge| edge.source != edge.target);
    edges.map(|edge| (edge.source.min(edge.target), edge.source.max(edge.target))).collect()
}

fn are_joined(joined: &BTreeSet<(Vertex, Vertex)>, a: Vertex, b: Vertex) -> bool {
    joined.contains(&(a.min(b), a.max(b)))
}

/// For each k removes what has fewer than k neighbours until nothing more goes.
pub(crate) fn cores(graph: &Graph) -> Vec<u32> {
    let joined = joined(graph);
    let mut numbers = vec![0; graph.vertex_count()];
    for k in 1..u32::try_from(graph.vertex_count()).unwrap() {
        let mut left: BTreeSet<Vertex> = graph.vertices().collect();
        loop {
            let degree =
                |vertex: Vertex| left.iter().filter(|&&other| are_joined(&joined, vertex, other)).count();
            let gone: Vec<Vertex> =
                left.iter().copied().filter(|&vertex| degree(vertex) < k as usize).collect();
            if gone.is_empty() {
                break;
            }
            for vertex in gone {
                assert!(left.remove(&vertex));
            }
        }
        for vertex in left {
            numbers[vertex as usize] = k;
        }
    }
    numbers
}

/// Each vertex has no more than `degeneracy` neighbours among those after it.
pub(crate) fn check_order(graph: &Graph, order: &[Vertex], degeneracy: u32) {
    let joined = joined(graph);
    assert_eq!(order.iter().collect::<BTreeSet<_>>().len(), graph.vertex_count());
    for (place, &vertex) in order.iter().enumerate() {
        let after = order[place + 1..].iter().filter(|&&other| are_joined(&joined, vertex, other)).count();
        assert!(after <= degeneracy as usize);
    }
}

/// For each k removes edges in fewer than k - 2 triangles until nothing more goes.
pub(crate) fn trusses(graph: &Graph) -> Vec<((Vertex, Vertex), u32)> {
    let all = joined(graph);
    let mut numbers: Vec<((Vertex, Vertex), u32)> = all.iter().map(|&edge| (edge, 2)).collect();
    for k in 3..=u32::try_from(graph.vertex_count()).unwrap() {
        let mut left = all.clone();
        loop {
            let support = |&(a, b): &(Vertex, Vertex)| {
                graph.vertices().filter(|&c| are_joined(&left, a, c) && are_joined(&left, b, c)).count()
            };
            let gone: Vec<_> = left.iter().copied().filter(|edge| support(edge) < k as usize - 2).collect();
            if gone.is_empty() {
                break;
            }
            for edge in gone {
                assert!(left.remove(&edge));
            }
        }
        numbers.iter_mut().filter(|(edge, _)| left.contains(edge)).for_each(|(_, number)| *number = k);
    }
    numbers
}

/// Triangles, and the part of the pairs of neighbours that are joined.
pub(crate) fn clustering(graph: &Graph) -> (u64, Vec<f64>) {
    let joined = joined(graph);
    let pairs = |vertex: Vertex| {
        let near: Vec<Vertex> =
            graph.vertices().filter(|&other| are_joined(&joined, vertex, other)).collect();
        let all = near.iter().flat_map(|&a| near.iter().map(move |&b| (a, b))).filter(|(a, b)| a < b);
        let all: Vec<_> = all.collect();
        (all.iter().filter(|&&(a, b)| are_joined(&joined, a, b)).count(), all.len())
    };
    let found: Vec<(usize, usize)> = graph.vertices().map(pairs).collect();
    let total: usize = found.iter().map(|&(closed, _)| closed).sum();
    (total as u64 / 3, found.iter().map(|&(closed, all)| real(closed) / real(all.max(1))).collect())
}

/// The part of the ordered pairs of neighbours, in either direction, with an edge from one to the other.
pub(crate) fn directed_clustering(graph: &Graph) -> Vec<f64> {
    let joined = joined(graph);
    let leads = |a: Vertex, b: Vertex| graph.neighbors(a).contains(&b);
    let coefficient = |vertex: Vertex| {
        let near: Vec<Vertex> =
            graph.vertices().filter(|&other| are_joined(&joined, vertex, other)).collect();
        let all = near.iter().flat_map(|&a| near.iter().map(move |&b| (a, b))).filter(|(a, b)| a != b);
        let edges = all.filter(|&(a, b)| leads(a, b)).count();
        real(edges) / real((near.len() * near.len().saturating_sub(1)).max(1))
    };
    graph.vertices().map(coefficient).collect()
}

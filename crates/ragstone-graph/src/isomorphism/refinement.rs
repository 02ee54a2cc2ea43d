//! Kinds of vertices that their surroundings tell apart.

use std::collections::BTreeMap;

use crate::error::Result;
use crate::graph::{Graph, Vertex};
use crate::isomorphism::{VertexLabels, count};
use crate::meter::Meter;
use crate::number;

/// Rounds after which to leave the rest to the search. A round looks one edge further.
const MAX_ROUNDS: usize = 32;

/// The kinds of the vertices of both graphs. `None` if one of them has more of a kind than the other.
pub(super) fn refine(
    one: &Graph,
    other: &Graph,
    labels: Option<&VertexLabels>,
    meter: &mut Meter<'_>,
) -> Result<Option<(Vec<u32>, Vec<u32>)>> {
    let label =
        |labels: Option<&Vec<u32>>, vertex: Vertex| labels.map_or(0, |labels| labels[vertex as usize]);
    let first = |graph: &Graph, labels: Option<&Vec<u32>>| -> Vec<Vec<u32>> {
        let kind = |vertex| {
            let loops = number::vertex(count(graph.neighbors(vertex), vertex));
            let degrees = [graph.neighbors(vertex).len(), graph.sources(vertex).len()].map(number::vertex);
            vec![label(labels, vertex), loops, degrees[0], degrees[1]]
        };
        graph.vertices().map(kind).collect()
    };
    let pattern = first(one, labels.map(|labels| &labels.pattern));
    let target = first(other, labels.map(|labels| &labels.target));
    let Some(mut kinds) = number_kinds(&pattern, &target) else {
        return Ok(None);
    };
    for _ in 0..MAX_ROUNDS {
        let pattern = surroundings(one, &kinds.pattern, meter)?;
        let target = surroundings(other, &kinds.target, meter)?;
        let Some(next) = number_kinds(&pattern, &target) else {
            return Ok(None);
        };
        if next.count == kinds.count {
            break;
        }
        kinds = next;
    }
    Ok(Some((kinds.pattern, kinds.target)))
}

struct Kinds {
    pattern: Vec<u32>,
    target: Vec<u32>,
    count: usize,
}

/// Numbers what is alike, if both have as much of each.
fn number_kinds(pattern: &[Vec<u32>], target: &[Vec<u32>]) -> Option<Kinds> {
    let mut counts: BTreeMap<&[u32], (u32, i64)> = BTreeMap::new();
    for signature in pattern {
        counts.entry(signature).or_default().1 += 1;
    }
    for signature in target {
        counts.entry(signature).or_default().1 -= 1;
    }
    if counts.values().any(|&(_, surplus)| surplus != 0) {
        return None;
    }
    for (number, entry) in (0..).zip(counts.values_mut()) {
        entry.0 = number;
    }
    let numbers = |signatures: &[Vec<u32>]| {
        signatures.iter().filter_map(|signature| counts.get(&signature[..])).map(|entry| entry.0).collect()
    };
    Some(Kinds { pattern: numbers(pattern), target: numbers(target), count: counts.len() })
}

/// The kind of each vertex, followed by those of its targets, and of its sources.
fn surroundings(graph: &Graph, kinds: &[u32], meter: &mut Meter<'_>) -> Result<Vec<Vec<u32>>> {
    let mut signatures = Vec::with_capacity(kinds.len());
    for vertex in graph.vertices() {
        let mut signature = vec![kinds[vertex as usize]];
        let rows = [graph.neighbors(vertex), if graph.is_directed() { graph.sources(vertex) } else { &[] }];
        for row in rows {
            meter.add(1 + number::wide(row.len()))?;
            let begin = signature.len();
            signature.extend(row.iter().map(|&other| kinds[other as usize]));
            signature[begin..].sort_unstable();
        }
        signatures.push(signature);
    }
    Ok(signatures)
}

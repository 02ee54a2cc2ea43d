//! In which order the vertices of a pattern are matched, and what each has to fit to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use crate::graph::{Graph, Vertex};
use crate::isomorphism::count;

/// An edge to a vertex that is matched before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tie {
    /// The other vertex of the pattern.
    pub(super) other: Vertex,
    /// Number of edges to it.
    pub(super) there: usize,
    /// Number of edges from it.
    pub(super) back: usize,
}

/// A vertex of the pattern with what it has to fit to.
#[derive(Debug)]
pub(super) struct Stage {
    pub(super) vertex: Vertex,
    pub(super) ties: Vec<Tie>,
    /// Number of edges to and from vertices that are matched before.
    pub(super) there: usize,
    pub(super) back: usize,
    pub(super) loops: usize,
}

#[derive(Debug)]
pub(super) struct Plan {
    pub(super) stages: Vec<Stage>,
    /// Vertices of the target by their kinds.
    pub(super) by_kind: BTreeMap<u32, Vec<Vertex>>,
}

impl Plan {
    /// Vertices with most edges to those before come first, then those of rare kinds, then those of many edges.
    pub(super) fn new(pattern: &Graph, kinds: &[u32], targets: &[u32]) -> Self {
        let mut by_kind: BTreeMap<u32, Vec<Vertex>> = BTreeMap::new();
        for (vertex, &kind) in (0..).zip(targets) {
            by_kind.entry(kind).or_default().push(vertex);
        }
        let rarity = |vertex: Vertex| Reverse(by_kind.get(&kinds[vertex as usize]).map_or(0, Vec::len));
        let degree = |vertex: Vertex| pattern.degree(vertex) + pattern.in_degree(vertex);
        let mut tied = vec![0usize; pattern.vertex_count()];
        let mut places = vec![usize::MAX; pattern.vertex_count()];
        let mut heap: BinaryHeap<_> =
            pattern.vertices().map(|vertex| (0, rarity(vertex), degree(vertex), Reverse(vertex))).collect();
        let mut stages: Vec<Stage> = Vec::new();
        while let Some((known, _, _, Reverse(vertex))) = heap.pop() {
            if places[vertex as usize] != usize::MAX || known != tied[vertex as usize] {
                continue;
            }
            places[vertex as usize] = stages.len();
            stages.push(Stage::new(pattern, vertex, &places));
            for &other in pattern.neighbors(vertex).iter().chain(pattern.sources(vertex)) {
                if places[other as usize] == usize::MAX {
                    tied[other as usize] += 1;
                    heap.push((tied[other as usize], rarity(other), degree(other), Reverse(other)));
                }
            }
        }
        Self { stages, by_kind }
    }
}

impl Stage {
    fn new(pattern: &Graph, vertex: Vertex, places: &[usize]) -> Self {
        let (targets, sources) = (pattern.neighbors(vertex), pattern.sources(vertex));
        let mut others: Vec<Vertex> = targets.iter().chain(sources).copied().collect();
        others.retain(|&other| other != vertex && places[other as usize] != usize::MAX);
        others.sort_unstable_by_key(|&other| places[other as usize]);
        others.dedup();
        let ties: Vec<Tie> = others
            .into_iter()
            .map(|other| Tie { other, there: count(targets, other), back: count(sources, other) })
            .collect();
        Self {
            vertex,
            there: ties.iter().map(|tie| tie.there).sum(),
            back: ties.iter().map(|tie| tie.back).sum(),
            loops: count(targets, vertex),
            ties,
        }
    }
}

//! Compressed sparse rows: for each vertex the ascending targets of its edges.

use rayon::prelude::*;

use crate::error::{GraphError, Result};
use crate::graph::{Vertex, Weight};

/// Rows that are sorted together by one task.
const SORTED_TOGETHER: usize = 1024;

/// `targets[offsets[v]..offsets[v + 1]]` is the row of `v`; `weights`, where they are, lie beside `targets`.
#[derive(Debug, Clone)]
pub(crate) struct Rows {
    pub(crate) offsets: Vec<u32>,
    pub(crate) targets: Vec<Vertex>,
    pub(crate) weights: Option<Vec<Weight>>,
}

impl Rows {
    /// Sorts edges into rows by counting. `mirrored` puts each edge into the rows of both its ends, a loop into one.
    pub(crate) fn build<E: Sync>(
        vertices: usize,
        mirrored: bool,
        edges: &[E],
        parts: impl Fn(&E) -> (Vertex, Vertex, Option<Weight>) + Sync,
    ) -> Result<Self> {
        limit("vertices", vertices, u32::MAX as usize - 1)?;
        let mut offsets = count(vertices, mirrored, edges, &parts)?;
        let total = begin(&mut offsets)?;
        let is_weighted = edges.first().is_some_and(|edge| parts(edge).2.is_some());
        let mut targets = vec![0; total];
        let mut weights = is_weighted.then(|| vec![0.0; total]);
        for edge in edges {
            let (source, target, weight) = parts(edge);
            let mut put = |source: Vertex, target: Vertex| {
                let slot = &mut offsets[source as usize];
                targets[*slot as usize] = target;
                if let (Some(weights), Some(weight)) = (&mut weights, weight) {
                    weights[*slot as usize] = weight;
                }
                *slot += 1;
            };
            put(source, target);
            if mirrored && source != target {
                put(target, source);
            }
        }
        let mut rows = Self { offsets: end_to_begin(offsets), targets, weights };
        rows.sort();
        Ok(rows)
    }

    pub(crate) fn vertex_count(&self) -> usize {
        self.offsets.len() - 1
    }

    /// One past the last vertex.
    pub(crate) fn last_vertex(&self) -> Vertex {
        Vertex::try_from(self.vertex_count()).unwrap_or(Vertex::MAX)
    }

    #[inline]
    pub(crate) fn targets(&self, vertex: Vertex) -> &[Vertex] {
        let (begin, end) = self.bounds(vertex);
        &self.targets[begin..end]
    }

    #[inline]
    pub(crate) fn weights(&self, vertex: Vertex) -> Option<&[Weight]> {
        let (begin, end) = self.bounds(vertex);
        self.weights.as_ref().map(|weights| &weights[begin..end])
    }

    #[inline]
    pub(crate) fn entries(&self, vertex: Vertex) -> impl Iterator<Item = (Vertex, Weight)> + '_ {
        let weights = self.weights(vertex);
        let weight = move |index: usize| weights.map_or(1.0, |weights| weights[index]);
        self.targets(vertex).iter().enumerate().map(move |(index, &target)| (target, weight(index)))
    }

    /// The rows of the same edges by their targets. Rows come out ascending, because sources are walked in order.
    pub(crate) fn transposed(&self) -> Self {
        let mut offsets = vec![0u32; self.offsets.len()];
        for &target in &self.targets {
            offsets[target as usize] += 1;
        }
        let mut sum = 0;
        for offset in &mut offsets {
            sum += std::mem::replace(offset, sum);
        }
        let mut targets = vec![0; self.targets.len()];
        let mut weights = self.weights.as_ref().map(|weights| vec![0.0; weights.len()]);
        for source in 0..self.last_vertex() {
            for (target, weight) in self.entries(source) {
                let slot = &mut offsets[target as usize];
                targets[*slot as usize] = source;
                if let Some(weights) = &mut weights {
                    weights[*slot as usize] = weight;
                }
                *slot += 1;
            }
        }
        Self { offsets: end_to_begin(offsets), targets, weights }
    }

    /// The rows of both, each target once with its weights added up. A loop counts as it did in `self`.
    pub(crate) fn merged(&self, other: &Self) -> Self {
        let mut offsets = Vec::with_capacity(self.offsets.len());
        let mut targets: Vec<Vertex> = Vec::with_capacity(self.targets.len() * 2);
        let mut weights = self.weights.as_ref().map(|_| Vec::with_capacity(self.targets.len() * 2));
        let mut row: Vec<(Vertex, Weight)> = Vec::new();
        offsets.push(0);
        for vertex in 0..self.last_vertex() {
            row.clear();
            row.extend(self.entries(vertex));
            row.extend(other.entries(vertex).filter(|&(target, _)| target != vertex));
            row.sort_unstable_by_key(|&(target, _)| target);
            let begin = targets.len();
            for &(target, weight) in &row {
                let is_new = targets.len() == begin || targets.last() != Some(&target);
                if is_new {
                    targets.push(target);
                }
                if let Some(weights) = &mut weights {
                    match weights.last_mut() {
                        Some(sum) if !is_new => *sum += weight,
                        _ => weights.push(weight),
                    }
                }
            }
            offsets.push(u32::try_from(targets.len()).unwrap_or(u32::MAX));
        }
        Self { offsets, targets, weights }
    }

    pub(crate) fn memory(&self) -> usize {
        self.offsets.capacity() * size_of::<u32>()
            + self.targets.capacity() * size_of::<Vertex>()
            + self.weights.as_ref().map_or(0, |weights| weights.capacity() * size_of::<Weight>())
    }

    #[inline]
    fn bounds(&self, vertex: Vertex) -> (usize, usize) {
        let vertex = vertex as usize;
        match (self.offsets.get(vertex), self.offsets.get(vertex + 1)) {
            (Some(&begin), Some(&end)) => (begin as usize, end as usize),
            _ => (0, 0),
        }
    }

    /// Makes every row ascending; parallel edges stay in the order in which they were given.
    fn sort(&mut self) {
        let Some(weights) = &mut self.weights else {
            let parts = split(&self.offsets, &mut self.targets);
            parts.into_par_iter().for_each(|(offsets, targets)| {
                each_row(offsets, |row| targets[row].sort_unstable());
            });
            return;
        };
        let targets = split(&self.offsets, &mut self.targets);
        let weights = split(&self.offsets, weights);
        targets.into_par_iter().zip(weights).for_each(|((offsets, targets), (_, weights))| {
            let mut order = Vec::new();
            each_row(offsets, |row| sort_weighted(&mut targets[row.clone()], &mut weights[row], &mut order));
        });
    }
}

fn limit(what: &'static str, found: usize, limit: usize) -> Result<()> {
    if found <= limit {
        return Ok(());
    }
    Err(GraphError::TooLarge { what, found: found as u64, limit: limit as u64 })
}

/// How many entries each row will have, and a last row of none.
fn count<E>(
    vertices: usize,
    mirrored: bool,
    edges: &[E],
    parts: &impl Fn(&E) -> (Vertex, Vertex, Option<Weight>),
) -> Result<Vec<u32>> {
    limit("edges", edges.len(), u32::MAX as usize / 2)?;
    let mut counts = vec![0u32; vertices + 1];
    for edge in edges {
        let (source, target, _) = parts(edge);
        let furthest = source.max(target);
        if furthest as usize >= vertices {
            return Err(GraphError::NoVertex { vertex: furthest, count: vertices });
        }
        counts[source as usize] += 1;
        if mirrored && source != target {
            counts[target as usize] += 1;
        }
    }
    Ok(counts)
}

/// Turns counts into the places where rows begin; returns the number of all entries.
fn begin(counts: &mut [u32]) -> Result<usize> {
    let mut sum = 0u64;
    for count in counts.iter_mut() {
        let next = sum + u64::from(*count);
        *count = u32::try_from(sum).unwrap_or(u32::MAX);
        sum = next;
    }
    let total = usize::try_from(sum).unwrap_or(usize::MAX);
    limit("entries", total, u32::MAX as usize)?;
    Ok(total)
}

/// After every row was filled its place is where it ends, which is where the next begins.
fn end_to_begin(mut offsets: Vec<u32>) -> Vec<u32> {
    offsets.rotate_right(1);
    offsets[0] = 0;
    offsets
}

/// Cuts entries at the borders of rows, with the offsets of each part.
fn split<'a, T>(offsets: &'a [u32], mut entries: &'a mut [T]) -> Vec<(&'a [u32], &'a mut [T])> {
    let mut parts = Vec::new();
    let mut first = 0;
    while first + 1 < offsets.len() {
        let last = (first + SORTED_TOGETHER).min(offsets.len() - 1);
        let (part, rest) = entries.split_at_mut((offsets[last] - offsets[first]) as usize);
        parts.push((&offsets[first..=last], part));
        entries = rest;
        first = last;
    }
    parts
}

fn each_row(offsets: &[u32], mut visit: impl FnMut(std::ops::Range<usize>)) {
    let first = offsets[0];
    for bounds in offsets.windows(2) {
        visit((bounds[0] - first) as usize..(bounds[1] - first) as usize);
    }
}

fn sort_weighted(targets: &mut [Vertex], weights: &mut [Weight], order: &mut Vec<(Vertex, Weight)>) {
    if targets.is_sorted() {
        return;
    }
    order.clear();
    order.extend(targets.iter().copied().zip(weights.iter().copied()));
    order.sort_by_key(|&(target, _)| target);
    for (index, &(target, weight)) in order.iter().enumerate() {
        targets[index] = target;
        weights[index] = weight;
    }
}

//! A graph as the search for communities sees it: rows of both directions without loops, and how strong vertices are.

use std::borrow::Cow;
use std::ops::{Add, Sub};

use rayon::prelude::*;

use crate::community::partition::Groups;
use crate::community::scratch::{Amount, Scratches};
use crate::error::{GraphError, Result};
use crate::graph::rows::Rows;
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// Entries that one task goes through.
const ENTRIES_TOGETHER: usize = 1 << 15;

/// How much weight meets at a vertex or at a community.
pub(super) trait Strength:
    Copy + Default + Add<Output = Self> + Sub<Output = Self> + Send + Sync + 'static
{
    /// Weight that chance would put between two, times the weight of the graph.
    fn pull(self, other: Self) -> f64;

    /// What the weights of all vertices add up to.
    fn size(self) -> f64;
}

impl Strength for f64 {
    #[inline]
    fn pull(self, other: Self) -> f64 {
        self * other
    }

    fn size(self) -> f64 {
        self
    }
}

/// Strength in a directed graph.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Flow {
    pub(super) out: f64,
    pub(super) into: f64,
}

impl Add for Flow {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { out: self.out + other.out, into: self.into + other.into }
    }
}

impl Sub for Flow {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { out: self.out - other.out, into: self.into - other.into }
    }
}

impl Strength for Flow {
    #[inline]
    fn pull(self, other: Self) -> f64 {
        self.out * other.into + self.into * other.out
    }

    fn size(self) -> f64 {
        self.out
    }
}

/// Vertices, or communities that stand for them, with their neighbours. A neighbour may be in a row more than once.
#[derive(Debug, Clone)]
pub(super) struct Level<'g, W: Clone, S> {
    offsets: Cow<'g, [u32]>,
    targets: Cow<'g, [Vertex]>,
    /// Beside `targets`; where there are none, each entry weighs one.
    weights: Option<Cow<'g, [W]>>,
    pub(super) strengths: Vec<S>,
}

/// A row with its weights.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'l, W> {
    pub(super) targets: &'l [Vertex],
    weights: Option<&'l [W]>,
}

impl<W: Amount> Row<'_, W> {
    #[inline]
    pub(super) fn each(self, mut visit: impl FnMut(Vertex, W)) {
        match self.weights {
            None => self.targets.iter().for_each(|&target| visit(target, W::ONE)),
            Some(weights) => {
                for (&target, &weight) in self.targets.iter().zip(weights) {
                    visit(target, weight);
                }
            }
        }
    }
}

impl<W: Amount, S: Strength> Level<'_, W, S> {
    pub(super) fn vertex_count(&self) -> usize {
        self.strengths.len()
    }

    pub(super) fn entry_count(&self) -> usize {
        self.targets.len()
    }

    #[inline]
    pub(super) fn row(&self, vertex: Vertex) -> Row<'_, W> {
        let vertex = vertex as usize;
        let bounds = self.offsets[vertex] as usize..self.offsets[vertex + 1] as usize;
        let weights = self.weights.as_ref().map(|weights| &weights[bounds.clone()]);
        Row { targets: &self.targets[bounds], weights }
    }

    #[inline]
    pub(super) fn row_length(&self, vertex: Vertex) -> usize {
        (self.offsets[vertex as usize + 1] - self.offsets[vertex as usize]) as usize
    }

    /// What all weights add up to: twice the edges of an undirected graph, once those of a directed one.
    pub(super) fn total(&self) -> f64 {
        self.strengths.iter().map(|strength| strength.size()).sum()
    }

    /// Bytes, as far as they are its own.
    pub(super) fn memory(&self) -> u64 {
        let entry = size_of::<Vertex>() + self.weights.as_ref().map_or(0, |_| size_of::<W>());
        let vertex = size_of::<u32>() + size_of::<S>();
        (self.entry_count() * entry + self.vertex_count() * vertex) as u64
    }

    fn mean_weight(&self) -> f64 {
        let weights = self.weights.as_deref().unwrap_or_default();
        let sum: f64 = weights.iter().map(|&weight| weight.into()).sum();
        #[expect(clippy::cast_precision_loss, reason = "entries are counted in 32 bits")]
        let count = weights.len() as f64;
        if weights.is_empty() { 1.0 } else { sum / count }
    }

    /// The level whose vertices are the groups of this one. Weights between two groups are added up, those within one
    /// are left out.
    pub(super) fn aggregate(
        &self,
        labels: &[u32],
        count: usize,
        scratches: &Scratches<W>,
        watch: &Watch,
    ) -> Result<Level<'static, W, S>> {
        let groups = Groups::of(labels, count);
        let tasks = self.cut(&groups);
        let parts: Vec<Part<W, S>> = tasks
            .into_par_iter()
            .map(|task| {
                watch.check()?;
                Ok(self.aggregate_part(labels, &groups, task, scratches))
            })
            .collect::<Result<_>>()?;
        Ok(join(&parts, count))
    }

    /// Ranges of groups that have about as many entries.
    fn cut(&self, groups: &Groups) -> Vec<std::ops::Range<usize>> {
        let count = groups.starts.len() - 1;
        let (mut tasks, mut first, mut entries) = (Vec::new(), 0, 0);
        for index in 0..count {
            entries += groups.group(index).iter().map(|&vertex| self.row_length(vertex)).sum::<usize>();
            if entries >= ENTRIES_TOGETHER || index + 1 == count {
                tasks.push(first..index + 1);
                (first, entries) = (index + 1, 0);
            }
        }
        tasks
    }

    fn aggregate_part(
        &self,
        labels: &[u32],
        groups: &Groups,
        task: std::ops::Range<usize>,
        scratches: &Scratches<W>,
    ) -> Part<W, S> {
        let mut part =
            Part { lengths: Vec::new(), targets: Vec::new(), weights: Vec::new(), strengths: Vec::new() };
        let scratch = &mut *scratches.hold();
        for index in task {
            let mut strength = S::default();
            for &vertex in groups.group(index) {
                strength = strength + self.strengths[vertex as usize];
                self.row(vertex).each(|target, weight| {
                    let label = labels[target as usize];
                    if label as usize != index {
                        scratch.add(label, weight);
                    }
                });
            }
            part.strengths.push(strength);
            part.lengths.push(scratch.labels().len());
            scratch.drain(|label, weight| {
                part.targets.push(label);
                part.weights.push(weight);
            });
        }
        part
    }
}

/// Some rows of a level that is being made.
struct Part<W, S> {
    lengths: Vec<usize>,
    targets: Vec<Vertex>,
    weights: Vec<W>,
    strengths: Vec<S>,
}

fn join<W: Amount, S: Strength>(parts: &[Part<W, S>], count: usize) -> Level<'static, W, S> {
    let entries = parts.iter().map(|part| part.targets.len()).sum();
    let mut offsets = Vec::with_capacity(count + 1);
    let mut targets = Vec::with_capacity(entries);
    let mut weights = Vec::with_capacity(entries);
    let mut strengths = Vec::with_capacity(count);
    let mut end = 0;
    offsets.push(0);
    for part in parts {
        for &length in &part.lengths {
            end += length;
            // There are no more entries than in the level before, which had its offsets in 32 bits.
            offsets.push(u32::try_from(end).unwrap_or(u32::MAX));
        }
        targets.extend_from_slice(&part.targets);
        weights.extend_from_slice(&part.weights);
        strengths.extend_from_slice(&part.strengths);
    }
    Level { offsets: offsets.into(), targets: targets.into(), weights: Some(weights.into()), strengths }
}

/// A graph of any kind as its first level.
pub(super) enum Base<'g> {
    /// Undirected, without weights.
    Plain(Level<'g, u32, f64>),
    /// Undirected, with weights.
    Weighted(Level<'g, f64, f64>),
    /// Directed, without weights.
    Directed(Level<'g, u32, Flow>),
    /// Directed, with weights.
    WeightedDirected(Level<'g, f64, Flow>),
}

impl<'g> Base<'g> {
    /// The first level of `graph`, in O(entries). Refuses negative weights.
    pub(super) fn of(graph: &'g Graph, watch: &Watch) -> Result<Self> {
        refuse_negative(graph)?;
        watch.check()?;
        Ok(match (graph.is_directed(), graph.is_weighted()) {
            (false, false) => Self::Plain(undirected(graph, |_| None)),
            (false, true) => Self::Weighted(undirected(graph, |rows| rows.weights.as_deref())),
            (true, false) => Self::Directed(directed(graph, |_, _| 1)?),
            (true, true) => Self::WeightedDirected(directed(graph, weight_of)?),
        })
    }

    /// What an edge weighs on average, loops left out; 1 without edges.
    pub(super) fn mean_weight(&self) -> f64 {
        match self {
            Self::Plain(_) | Self::Directed(_) => 1.0,
            Self::Weighted(level) => level.mean_weight(),
            Self::WeightedDirected(level) => level.mean_weight(),
        }
    }
}

/// Refuses a graph with a negative weight.
pub(super) fn refuse_negative(graph: &Graph) -> Result<()> {
    match graph.negative_edge() {
        None => Ok(()),
        Some(edge) => Err(GraphError::NegativeWeight {
            source_vertex: edge.source,
            target: edge.target,
            weight: edge.weight,
            remedy: "leave negative edges out, or shift all weights above nothing",
        }),
    }
}

fn weight_of(rows: &Rows, index: usize) -> f64 {
    rows.weights.as_ref().map_or(1.0, |weights| weights[index])
}

/// Borrows the rows of a graph that has neither loops nor edges without weight, else copies the other entries.
fn undirected<'g, W: Amount>(
    graph: &'g Graph,
    weights: impl Fn(&'g Rows) -> Option<&'g [W]>,
) -> Level<'g, W, f64> {
    let rows = graph.outgoing_rows();
    let weights = weights(rows);
    let weight = |index: usize| weights.map_or(W::ONE, |weights| weights[index]);
    let strength = |vertex: Vertex| {
        let (mut strength, mut is_clean) = (0.0, true);
        for index in range(rows, vertex) {
            let weight: f64 = weight(index).into();
            let is_loop = rows.targets[index] == vertex;
            strength += if is_loop { 2.0 * weight } else { weight };
            is_clean &= !is_loop && weight > 0.0;
        }
        (strength, is_clean)
    };
    let (strengths, clean): (Vec<f64>, Vec<bool>) =
        (0..rows.last_vertex()).into_par_iter().with_min_len(4096).map(strength).unzip();
    if clean.iter().all(|&is_clean| is_clean) {
        let (offsets, targets) = (rows.offsets.as_slice().into(), rows.targets.as_slice().into());
        return Level { offsets, targets, weights: weights.map(Cow::Borrowed), strengths };
    }
    let mut copy = Copied::with_capacity(rows.vertex_count(), rows.targets.len());
    for vertex in 0..rows.last_vertex() {
        range(rows, vertex).for_each(|index| copy.push(vertex, rows.targets[index], weight(index)));
        copy.end_row();
    }
    copy.into_level(strengths)
}

/// Puts both directions of each edge into the rows of both its ends.
fn directed<W: Amount>(graph: &Graph, weight: impl Fn(&Rows, usize) -> W) -> Result<Level<'static, W, Flow>> {
    let (out, into) = (graph.outgoing_rows(), graph.incoming_rows());
    let limit = u64::from(u32::MAX) / 2;
    let found = out.targets.len() as u64;
    if found > limit {
        return Err(GraphError::TooLarge { what: "edges of a directed graph for communities", found, limit });
    }
    let mut copy = Copied::with_capacity(out.vertex_count(), out.targets.len() * 2);
    let mut strengths = vec![Flow::default(); out.vertex_count()];
    for vertex in 0..out.last_vertex() {
        let strength = &mut strengths[vertex as usize];
        for (rows, sum) in [(out, &mut strength.out), (into, &mut strength.into)] {
            for index in range(rows, vertex) {
                let weight = weight(rows, index);
                *sum += weight.into();
                copy.push(vertex, rows.targets[index], weight);
            }
        }
        copy.end_row();
    }
    Ok(copy.into_level(strengths))
}

fn range(rows: &Rows, vertex: Vertex) -> std::ops::Range<usize> {
    rows.offsets[vertex as usize] as usize..rows.offsets[vertex as usize + 1] as usize
}

/// Rows that are written one after the other, without loops and without entries that weigh nothing.
struct Copied<W> {
    offsets: Vec<u32>,
    targets: Vec<Vertex>,
    weights: Vec<W>,
}

impl<W: Amount> Copied<W> {
    fn with_capacity(vertices: usize, entries: usize) -> Self {
        let mut offsets = Vec::with_capacity(vertices + 1);
        offsets.push(0);
        Self { offsets, targets: Vec::with_capacity(entries), weights: Vec::with_capacity(entries) }
    }

    fn push(&mut self, source: Vertex, target: Vertex, weight: W) {
        if source != target && weight != W::default() {
            self.targets.push(target);
            self.weights.push(weight);
        }
    }

    fn end_row(&mut self) {
        self.offsets.push(u32::try_from(self.targets.len()).unwrap_or(u32::MAX));
    }

    fn into_level<S: Strength>(self, strengths: Vec<S>) -> Level<'static, W, S> {
        let weights = self.weights.iter().any(|&weight| weight != W::ONE).then(|| self.weights.into());
        Level { offsets: self.offsets.into(), targets: self.targets.into(), weights, strengths }
    }
}

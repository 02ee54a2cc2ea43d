//! Product of the graph's matrix and a vector: the step that all iterations on scores repeat.

use std::ops::Range;

use crate::centrality::Weights;
use crate::error::Result;
use crate::graph::blocks::{BLOCK, blocks, cut, each};
use crate::graph::rows::Rows;
use crate::graph::{Graph, Vertex, Weight};
use crate::number;
use crate::watch::Watch;

/// Rows to multiply with. Sums are over fixed blocks in a fixed order: the same on any number of threads.
pub(crate) struct Product<'a> {
    rows: &'a Rows,
    weights: Option<&'a [Weight]>,
    blocks: Vec<Range<usize>>,
}

impl<'a> Product<'a> {
    /// Takes from each vertex what its edges lead to.
    pub(crate) fn outgoing(graph: &'a Graph, weights: Weights) -> Self {
        Self::new(graph.outgoing_rows(), weights)
    }

    /// Takes from each vertex what leads to it.
    pub(crate) fn incoming(graph: &'a Graph, weights: Weights) -> Self {
        Self::new(graph.incoming_rows(), weights)
    }

    fn new(rows: &'a Rows, weights: Weights) -> Self {
        let weights = rows.weights.as_deref().filter(|_| weights == Weights::Used);
        Self { rows, weights, blocks: blocks(&rows.offsets, BLOCK) }
    }

    /// For each vertex adds up `values` of its row and hands the sum to `step`, with the vertex's places in `kept` and
    /// `next`; adds up what `step` measures.
    pub(crate) fn sweep(
        &self,
        values: &[f64],
        kept: &mut [f64],
        next: &mut [f64],
        watch: &Watch,
        step: impl Fn(usize, f64, &mut f64, &mut f64) -> [f64; 2] + Sync + Send,
    ) -> Result<[f64; 2]> {
        let (kept, next) = (cut(&self.blocks, kept), cut(&self.blocks, next));
        let parts = self.blocks.iter().zip(kept).zip(next).collect();
        let sums = each(parts, watch, |((block, kept), next)| {
            let mut measured = [0.0; 2];
            for ((vertex, kept), next) in block.clone().zip(kept).zip(next) {
                let found = step(vertex, self.sum(vertex, values), kept, next);
                measured[0] += found[0];
                measured[1] += found[1];
            }
            Ok(measured)
        })?;
        Ok(sums.into_iter().fold([0.0; 2], |sum, part| [sum[0] + part[0], sum[1] + part[1]]))
    }

    /// Puts in `out` what `value` makes of each vertex and the sum of `values` of its row, and adds up its measure.
    pub(crate) fn multiply(
        &self,
        values: &[f64],
        out: &mut [f64],
        watch: &Watch,
        value: impl Fn(usize, f64) -> f64 + Sync + Send,
        measure: impl Fn(f64) -> f64 + Sync + Send,
    ) -> Result<f64> {
        let parts = self.blocks.iter().zip(cut(&self.blocks, out)).collect();
        let sums = each(parts, watch, |(block, out)| {
            let mut measured = 0.0;
            for (vertex, out) in block.clone().zip(out) {
                *out = value(vertex, self.sum(vertex, values));
                measured += measure(*out);
            }
            Ok(measured)
        })?;
        Ok(sums.into_iter().sum())
    }

    /// Sum of the weights of each row, or of its entries.
    pub(crate) fn totals(&self) -> Vec<f64> {
        let rows = (0..self.rows.vertex_count()).map(|vertex| self.bounds(vertex));
        match self.weights {
            Some(weights) => rows.map(|row| weights[row].iter().sum()).collect(),
            None => rows.map(|row| f64::from(number::vertex(row.len()))).collect(),
        }
    }

    #[inline]
    fn sum(&self, vertex: usize, values: &[f64]) -> f64 {
        let row = self.bounds(vertex);
        match self.weights {
            None => gather(values, &self.rows.targets[row]),
            Some(weights) => {
                let entries = self.rows.targets[row.clone()].iter().zip(&weights[row]);
                entries.map(|(&target, weight)| weight * values[target as usize]).sum()
            }
        }
    }

    #[inline]
    fn bounds(&self, vertex: usize) -> Range<usize> {
        self.rows.offsets[vertex] as usize..self.rows.offsets[vertex + 1] as usize
    }
}

/// Sum of the values of a row's vertices, in four sums so that additions need not wait for each other.
#[inline]
pub(crate) fn gather(values: &[f64], row: &[Vertex]) -> f64 {
    let mut sums = [0.0; 4];
    let mut quads = row.chunks_exact(4);
    for quad in &mut quads {
        for (sum, &vertex) in sums.iter_mut().zip(quad) {
            *sum += values[vertex as usize];
        }
    }
    let rest: f64 = quads.remainder().iter().map(|&vertex| values[vertex as usize]).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

//! Moves single vertices to the neighbouring communities where they add most to modularity.
//!
//! A vertex is visited again only after a neighbour has moved away. Small levels are gone through in random order, large
//! ones in that of the vertices, which is kind to caches, and in batches at first: all moves of a batch are chosen in
//! parallel from the same state and then made one after the other, as far as they still gain. What is chosen does not
//! depend on the number of threads.

use std::sync::atomic::{AtomicBool, Ordering};

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use crate::community::level::{Level, Strength};
use crate::community::refinement::shuffle;
use crate::community::scratch::{Amount, Scratch, Scratches};
use crate::error::Result;
use crate::graph::Vertex;
use crate::watch::Watch;

/// Entries from which on a level is large.
pub(super) const LARGE: usize = 1 << 18;

/// Batches in a pass over a level: the more, the fewer moves are chosen from a state that has passed.
const BATCHES: usize = 100;

/// Sweeps that go in batches. Later ones have few vertices to visit, and vertices might change places for ever.
const BATCHED_SWEEPS: usize = 4;

/// Entries between two looks at the watch.
const PACE: usize = 1 << 16;

/// The part of a vertex's strength that a move has to gain, so that errors of rounding move nothing.
const NOISE: f64 = 1e-12;

/// The label of whichever community is empty.
const VACANT: u32 = u32::MAX;

/// How far to go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Plan {
    /// Resolution, divided by the weight of the graph: the weight that a unit of pull costs.
    pub(super) price: f64,
    /// Most sweeps over the vertices that are to be visited.
    pub(super) sweeps: usize,
    /// Weight that a sweep has to gain for another to follow.
    pub(super) least_gain: f64,
    /// Whether to look in the end at all vertices again, also those whose neighbours have stayed.
    pub(super) is_thorough: bool,
    /// Decides the order of vertices in a level that is not large.
    pub(super) seed: u64,
}

/// Where a vertex would go.
#[derive(Debug, Clone, Copy)]
struct Choice {
    label: u32,
    /// Weight of its edges there, less that of its edges to where it is.
    weight: f64,
}

/// Moves vertices between communities, whose labels are below the number of vertices, until that gains nothing more or
/// the plan says to stop.
pub(super) fn improve<W: Amount, S: Strength>(
    level: &Level<'_, W, S>,
    labels: &mut [u32],
    plan: &Plan,
    scratches: &Scratches<W>,
    watch: &Watch,
) -> Result<()> {
    let is_large = level.entry_count() >= LARGE;
    let mut moving = Moving::new(level, labels, plan.price);
    if !is_large {
        moving.order = moving.all().collect();
        shuffle(&mut moving.order, &mut Pcg64Mcg::seed_from_u64(plan.seed));
    }
    let mut is_full = true;
    for sweep in 0..plan.sweeps {
        let gain = if sweep < BATCHED_SWEEPS && is_large {
            moving.sweep_in_batches(scratches, watch)?
        } else {
            moving.sweep(&mut scratches.hold(), watch)?
        };
        if gain > plan.least_gain {
            is_full = false;
        } else if is_full || !plan.is_thorough {
            break;
        } else {
            moving.wake_all();
            is_full = true;
        }
    }
    Ok(())
}

struct Moving<'l, 'g, W: Clone, S> {
    level: &'l Level<'g, W, S>,
    price: f64,
    labels: &'l mut [u32],
    /// By community.
    totals: Vec<S>,
    sizes: Vec<u32>,
    vacant: Vec<u32>,
    /// By vertex: whether to visit it.
    active: Vec<AtomicBool>,
    /// Vertices as they are visited; empty for that of their numbers.
    order: Vec<Vertex>,
}

impl<'l, 'g, W: Amount, S: Strength> Moving<'l, 'g, W, S> {
    fn new(level: &'l Level<'g, W, S>, labels: &'l mut [u32], price: f64) -> Self {
        let count = level.vertex_count();
        let mut totals = vec![S::default(); count];
        let mut sizes = vec![0u32; count];
        for (&label, &strength) in labels.iter().zip(&level.strengths) {
            totals[label as usize] = totals[label as usize] + strength;
            sizes[label as usize] += 1;
        }
        let empty = (0..).zip(&sizes).filter(|&(_, &size)| size == 0);
        let mut vacant: Vec<u32> = empty.map(|(label, _)| label).collect();
        vacant.reverse();
        let active = (0..count).map(|_| AtomicBool::new(true)).collect();
        Self { level, price, labels, totals, sizes, vacant, active, order: Vec::new() }
    }

    /// Visits all vertices that are to be visited, each in the state that the ones before have left. Returns the gain.
    fn sweep(&mut self, scratch: &mut Scratch<W>, watch: &Watch) -> Result<f64> {
        let (mut gain, mut entries) = (0.0, 0);
        for index in self.all() {
            let vertex = self.order.get(index as usize).copied().unwrap_or(index);
            if !self.take(vertex) {
                continue;
            }
            entries += self.level.row_length(vertex) + 1;
            if entries >= PACE {
                watch.check()?;
                entries = 0;
            }
            let choice = self.choose(vertex, scratch);
            if let Some(gained) = self.make(vertex, choice) {
                gain += gained;
                self.wake_neighbors(vertex);
            }
        }
        Ok(gain)
    }

    /// [`sweep`](Self::sweep), with many vertices visited in the same state.
    fn sweep_in_batches(&mut self, scratches: &Scratches<W>, watch: &Watch) -> Result<f64> {
        let most = self.level.entry_count() / BATCHES;
        let (mut vertices, mut choices, mut moved) = (Vec::new(), Vec::new(), Vec::new());
        let (mut gain, mut cursor) = (0.0, 0);
        loop {
            watch.check()?;
            vertices.clear();
            cursor = self.take_batch(cursor, most, &mut vertices);
            if vertices.is_empty() {
                return Ok(gain);
            }
            self.choose_all(&vertices, &mut choices, scratches);
            moved.clear();
            for (&vertex, &choice) in vertices.iter().zip(&choices) {
                if choice.label == self.labels[vertex as usize] {
                    continue;
                }
                if let Some(gained) = self.make(vertex, choice) {
                    gain += gained;
                    moved.push(vertex);
                } else {
                    self.active[vertex as usize].store(true, Ordering::Relaxed);
                }
            }
            let wake = |moved: &[Vertex]| moved.iter().for_each(|&vertex| self.wake_neighbors(vertex));
            moved.par_chunks(task_size(moved.len())).for_each(wake);
        }
    }

    /// Collects vertices from `cursor` on, until they have `most` entries. Returns where it stopped.
    fn take_batch(&self, mut cursor: Vertex, most: usize, vertices: &mut Vec<Vertex>) -> Vertex {
        let mut entries = 0;
        let end = self.all().end;
        while cursor < end && entries < most {
            if self.take(cursor) {
                vertices.push(cursor);
                entries += self.level.row_length(cursor);
            }
            cursor += 1;
        }
        cursor
    }

    fn choose_all(&self, vertices: &[Vertex], choices: &mut Vec<Choice>, scratches: &Scratches<W>) {
        choices.clear();
        choices.resize(vertices.len(), Choice { label: 0, weight: 0.0 });
        let size = task_size(vertices.len());
        let choose = |(vertices, choices): (&[Vertex], &mut [Choice])| {
            let scratch = &mut *scratches.hold();
            for (&vertex, choice) in vertices.iter().zip(choices) {
                *choice = self.choose(vertex, scratch);
            }
        };
        vertices.par_chunks(size).zip(choices.par_chunks_mut(size)).for_each(choose);
    }

    /// The neighbouring community to which `vertex` adds most, or its own.
    #[inline]
    fn choose(&self, vertex: Vertex, scratch: &mut Scratch<W>) -> Choice {
        let labels = &*self.labels;
        self.level.row(vertex).each(|target, weight| scratch.add(labels[target as usize], weight));
        let strength = self.level.strengths[vertex as usize];
        let own = labels[vertex as usize];
        let linked: f64 = scratch.sum(own).into();
        let rest = self.totals[own as usize] - strength;
        let mut most = linked - self.price * strength.pull(rest) + NOISE * strength.size();
        let mut choice = Choice { label: own, weight: 0.0 };
        scratch.drain(|label, sum| {
            let sum: f64 = sum.into();
            let gain = sum - self.price * strength.pull(self.totals[label as usize]);
            if gain > most && label != own {
                most = gain;
                choice = Choice { label, weight: sum - linked };
            }
        });
        if most < 0.0 { Choice { label: VACANT, weight: -linked } } else { choice }
    }

    /// Moves `vertex` if that still gains something, and returns what.
    #[inline]
    fn make(&mut self, vertex: Vertex, choice: Choice) -> Option<f64> {
        let own = self.labels[vertex as usize];
        if choice.label == own {
            return None;
        }
        let label = if choice.label == VACANT { *self.vacant.last()? } else { choice.label };
        let strength = self.level.strengths[vertex as usize];
        let (from, to) = (self.totals[own as usize], self.totals[label as usize]);
        let gain = choice.weight - self.price * strength.pull(to - from + strength);
        if gain <= 0.0 {
            return None;
        }
        if choice.label == VACANT {
            self.vacant.pop();
        }
        self.totals[own as usize] = from - strength;
        self.totals[label as usize] = to + strength;
        self.sizes[label as usize] += 1;
        self.sizes[own as usize] -= 1;
        if self.sizes[own as usize] == 0 {
            self.totals[own as usize] = S::default();
            self.vacant.push(own);
        }
        self.labels[vertex as usize] = label;
        Some(gain)
    }

    /// Has the neighbours of a vertex that has moved visited, except those where it has moved to.
    fn wake_neighbors(&self, vertex: Vertex) {
        let label = self.labels[vertex as usize];
        for &target in self.level.row(vertex).targets {
            if self.labels[target as usize] != label {
                self.active[target as usize].store(true, Ordering::Relaxed);
            }
        }
    }

    /// Whether `vertex` is to be visited; from then on it was.
    fn take(&self, vertex: Vertex) -> bool {
        let active = &self.active[vertex as usize];
        let is_active = active.load(Ordering::Relaxed);
        if is_active {
            active.store(false, Ordering::Relaxed);
        }
        is_active
    }

    fn wake_all(&mut self) {
        self.active.iter_mut().for_each(|active| *active.get_mut() = true);
    }

    fn all(&self) -> std::ops::Range<Vertex> {
        0..Vertex::try_from(self.level.vertex_count()).unwrap_or(Vertex::MAX)
    }
}

/// Vertices that one task visits, so that each thread has some tasks.
fn task_size(count: usize) -> usize {
    count.div_ceil(rayon::current_num_threads() * 4).max(8)
}

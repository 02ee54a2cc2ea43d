//! Search for communities on a stack of ever coarser levels: down by moving and merging, up by moving again.

use crate::community::coarsening::split_connected;
use crate::community::level::{Base, Level, Strength};
use crate::community::modularity::modularity;
use crate::community::moving::{LARGE, Plan, improve};
use crate::community::partition::{Communities, Partition, renumber};
use crate::community::refinement::{Chance, Refined, mix, refine};
use crate::community::scratch::{Amount, Scratches};
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// Most sweeps over a level that is not large.
const SWEEPS: usize = 50;

/// Modularity that a sweep over a large level between the finest and the coarsest has to gain for another to follow.
const PASSING: f64 = 1e-4;

/// Most levels above the first: each has far fewer vertices than the one before.
const MOST_LEVELS: usize = 64;

/// What to do if the levels need too much memory.
const REMEDY: &str = "take label propagation, which makes no coarser graphs, or a part of the graph";

/// Most times that communities are split and vertices moved in the end.
const SETTLED: usize = 5;

/// What to look for.
pub(super) struct Search {
    pub(super) resolution: f64,
    pub(super) tolerance: f64,
    /// Most iterations; by default few for a large graph.
    pub(super) iterations: Option<usize>,
    /// Most sweeps over a large level before it is made coarser.
    pub(super) sweeps: usize,
    /// Randomness of the refinement of communities before they are merged; without, they are merged whole.
    pub(super) refinement: Option<f64>,
    pub(super) seed: u64,
}

impl Search {
    /// Refuses options outside their ranges.
    fn check(&self) -> Result<()> {
        resolution(self.resolution)?;
        not_negative("tolerance", self.tolerance)?;
        not_negative("randomness", self.refinement.unwrap_or(0.0))?;
        if self.iterations == Some(0) {
            let found = "0".to_owned();
            return Err(GraphError::OutOfRange { option: "iterations", found, expected: "at least 1" });
        }
        Ok(())
    }

    /// The best communities found in `graph`, each connected.
    pub(super) fn run(mut self, graph: &Graph, watch: &Watch) -> Result<Communities> {
        self.check()?;
        let base = Base::of(graph, watch)?;
        if let Some(randomness) = &mut self.refinement {
            *randomness *= base.mean_weight();
        }
        match base {
            Base::Plain(level) => self.run_from(graph, &level, watch),
            Base::Weighted(level) => self.run_from(graph, &level, watch),
            Base::Directed(level) => self.run_from(graph, &level, watch),
            Base::WeightedDirected(level) => self.run_from(graph, &level, watch),
        }
    }

    fn run_from<W: Amount, S: Strength>(
        self,
        graph: &Graph,
        base: &Level<'_, W, S>,
        watch: &Watch,
    ) -> Result<Communities> {
        let total = base.total();
        let price = price(self.resolution, total)?;
        let mut labels: Vec<u32> = (0..end(base.vertex_count())).collect();
        if total <= 0.0 {
            return Ok(Communities {
                partition: Partition::from_labels(&labels),
                modularity: 0.0,
                iterations: 0,
            });
        }
        let few = if base.entry_count() >= LARGE { 2 } else { 10 };
        let most = self.iterations.unwrap_or(few);
        let least_gain = self.tolerance * total;
        let plan = Plan { price, sweeps: SWEEPS, least_gain, is_thorough: false, seed: self.seed };
        let scratches = Scratches::new(base.vertex_count());
        let (mut best, mut iterations) = (f64::NEG_INFINITY, 0);
        while iterations < most {
            watch.progress(iterations, most);
            let plan = Plan { seed: mix(self.seed, iterations as u64), ..plan };
            self.descend(base, &mut labels, &plan, &scratches, watch)?;
            iterations += 1;
            if iterations < most {
                let found = modularity(graph, &Partition::from_labels(&labels), self.resolution, watch)?;
                if found - best <= self.tolerance {
                    break;
                }
                best = found;
            }
        }
        let partition = settle(graph, base, labels, &plan, &scratches, watch)?;
        let modularity = modularity(graph, &partition, self.resolution, watch)?;
        Ok(Communities { partition, modularity, iterations })
    }

    /// Improves `labels` on `level`, then on the level whose vertices are the parts found, then here again.
    fn descend<W: Amount, S: Strength>(
        &self,
        level: &Level<'_, W, S>,
        labels: &mut [u32],
        plan: &Plan,
        scratches: &Scratches<W>,
        watch: &Watch,
    ) -> Result<()> {
        let mut stack: Vec<(Level<'static, W, S>, Vec<u32>)> = Vec::new();
        let mut labels_here = labels.to_vec();
        let (total, mut bytes) = (level.total(), scratches.memory());
        loop {
            let here = stack.last().map_or(level, |(level, _)| level);
            let sweeps = if here.entry_count() >= LARGE { self.sweeps } else { plan.sweeps };
            let seed = mix(plan.seed, stack.len() as u64);
            improve(here, &mut labels_here, &Plan { sweeps, seed, ..*plan }, scratches, watch)?;
            let count = renumber(&mut labels_here, here.vertex_count());
            if count == here.vertex_count() || stack.len() == MOST_LEVELS {
                break;
            }
            let refined = self.parts(here, &labels_here, count, &Plan { seed, ..*plan }, scratches, watch)?;
            let coarser = here.aggregate(&refined.parts, refined.communities.len(), scratches, watch)?;
            bytes += coarser.memory();
            watch.afford(bytes, 0, REMEDY)?;
            stack.push((coarser, refined.parts));
            labels_here = refined.communities;
        }
        while let Some((_, parts)) = stack.pop() {
            let mut finer: Vec<u32> = parts.iter().map(|&part| labels_here[part as usize]).collect();
            let here = stack.last().map_or(level, |(level, _)| level);
            // What is left to gain on a coarse level is gained on the finer ones as well.
            let is_passing = !stack.is_empty() && here.entry_count() >= LARGE;
            let least_gain = if is_passing { plan.least_gain.max(PASSING * total) } else { plan.least_gain };
            let seed = mix(plan.seed, !(stack.len() as u64));
            improve(here, &mut finer, &Plan { least_gain, seed, ..*plan }, scratches, watch)?;
            labels_here = finer;
        }
        labels.copy_from_slice(&labels_here);
        Ok(())
    }

    /// What to merge: parts of communities, or whole ones if that is asked for or parts would hardly merge anything.
    fn parts<W: Amount, S: Strength>(
        &self,
        level: &Level<'_, W, S>,
        labels: &[u32],
        count: usize,
        plan: &Plan,
        scratches: &Scratches<W>,
        watch: &Watch,
    ) -> Result<Refined> {
        if let Some(randomness) = self.refinement {
            let chance = Chance { seed: plan.seed, randomness };
            let refined = refine(level, labels, count, plan.price, chance, scratches, watch)?;
            if refined.communities.len() < level.vertex_count() - level.vertex_count() / 20 {
                return Ok(refined);
            }
        }
        Ok(Refined { parts: labels.to_vec(), communities: (0..end(count)).collect() })
    }
}

/// Moves vertices until none gains by moving alone, and splits communities that are not connected.
fn settle<W: Amount, S: Strength>(
    graph: &Graph,
    base: &Level<'_, W, S>,
    mut labels: Vec<u32>,
    plan: &Plan,
    scratches: &Scratches<W>,
    watch: &Watch,
) -> Result<Partition> {
    for _ in 1..SETTLED {
        improve(base, &mut labels, &Plan { is_thorough: true, ..*plan }, scratches, watch)?;
        let moved = Partition::from_labels(&labels);
        let split = split_connected(graph, &moved, watch)?;
        if split == moved {
            return Ok(split);
        }
        labels = split.labels().to_vec();
    }
    Ok(Partition::from_labels(&labels))
}

/// Refuses a resolution that is no positive number.
pub(super) fn resolution(found: f64) -> Result<()> {
    not_negative("resolution", found)
}

fn not_negative(option: &'static str, found: f64) -> Result<()> {
    if found.is_finite() && found >= 0.0 {
        return Ok(());
    }
    Err(GraphError::OutOfRange { option, found: found.to_string(), expected: "a finite number, at least 0" })
}

/// What a unit of pull costs in a graph whose weights add up to `total`.
fn price(resolution: f64, total: f64) -> Result<f64> {
    let price = if total > 0.0 { resolution / total } else { 0.0 };
    if total.is_finite() && price.is_finite() {
        return Ok(price);
    }
    Err(GraphError::OutOfRange {
        option: "sum of weights",
        found: total.to_string(),
        expected: "scale the weights so that their sum is an ordinary number",
    })
}

/// One past the last of `count`, which counts vertices.
fn end(count: usize) -> Vertex {
    Vertex::try_from(count).unwrap_or(Vertex::MAX)
}

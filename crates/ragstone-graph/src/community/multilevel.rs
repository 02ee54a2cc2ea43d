//! Search for communities on a stack of ever coarser levels: down by moving and merging, up by moving again.

use crate::community::coarsening::split_connected;
use crate::community::level::{Base, Level, Strength};
use crate::community::modularity::modularity;
use crate::community::moving::{Plan, improve};
use crate::community::partition::{Communities, Partition, renumber};
use crate::community::refinement::{Chance, Refined, mix, refine};
use crate::community::scratch::{Amount, Scratches};
use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::watch::Watch;

/// Entries from which on a level is large: sweeps over it are not repeated until nothing moves.
const LARGE: usize = 1 << 18;

/// Most sweeps over a level that is not large.
const SWEEPS: usize = 50;

/// Modularity that a sweep over a large level between the finest and the coarsest has to gain for another to follow.
const PASSING: f64 = 1e-4;

/// What to look for.
pub(super) struct Search {
    pub(super) resolution: f64,
    pub(super) tolerance: f64,
    pub(super) iterations: usize,
    /// Most sweeps over a large level before it is made coarser.
    pub(super) sweeps: usize,
    /// How to refine communities before they are merged; without, they are merged whole.
    pub(super) refinement: Option<Chance>,
}

impl Search {
    /// Refuses options outside their ranges.
    fn check(&self) -> Result<()> {
        resolution(self.resolution)?;
        not_negative("tolerance", self.tolerance)?;
        not_negative("randomness", self.refinement.map_or(0.0, |chance| chance.randomness))?;
        if self.iterations == 0 {
            let found = self.iterations.to_string();
            return Err(GraphError::OutOfRange { option: "iterations", found, expected: "at least 1" });
        }
        Ok(())
    }

    /// The best communities found in `graph`, each connected.
    pub(super) fn run(&self, graph: &Graph, watch: &Watch) -> Result<Communities> {
        self.check()?;
        match Base::of(graph, watch)? {
            Base::Plain(level) => self.run_from(graph, &level, watch),
            Base::Weighted(level) => self.run_from(graph, &level, watch),
            Base::Directed(level) => self.run_from(graph, &level, watch),
            Base::WeightedDirected(level) => self.run_from(graph, &level, watch),
        }
    }

    fn run_from<W: Amount, S: Strength>(
        &self,
        graph: &Graph,
        base: &Level<'_, W, S>,
        watch: &Watch,
    ) -> Result<Communities> {
        let total = base.total();
        let price = price(self.resolution, total)?;
        let mut labels: Vec<u32> = (0..end(base.vertex_count())).collect();
        if total <= 0.0 {
            return Ok(Communities { partition: Partition::from_labels(&labels), modularity: 0.0, iterations: 0 });
        }
        let plan = Plan { price, sweeps: SWEEPS, least_gain: self.tolerance * total };
        let scratches = Scratches::new(base.vertex_count());
        let (mut best, mut iterations) = (f64::NEG_INFINITY, 0);
        while iterations < self.iterations {
            watch.progress(iterations, self.iterations);
            self.descend(base, &mut labels, &plan, iterations as u64, &scratches, watch)?;
            iterations += 1;
            if iterations < self.iterations {
                let found = modularity(graph, &Partition::from_labels(&labels), self.resolution, watch)?;
                if found - best <= self.tolerance {
                    break;
                }
                best = found;
            }
        }
        let partition = split_connected(graph, &Partition::from_labels(&labels), watch)?;
        let modularity = modularity(graph, &partition, self.resolution, watch)?;
        Ok(Communities { partition, modularity, iterations })
    }

    /// Improves `labels` on `level`, then on the level whose vertices are the parts found, then here again.
    fn descend<W: Amount, S: Strength>(
        &self,
        level: &Level<'_, W, S>,
        labels: &mut [u32],
        plan: &Plan,
        depth: u64,
        scratches: &Scratches<W>,
        watch: &Watch,
    ) -> Result<()> {
        let mut stack: Vec<(Level<'static, W, S>, Vec<u32>)> = Vec::new();
        let mut labels_here = labels.to_vec();
        let total = level.total();
        loop {
            let here = stack.last().map_or(level, |(level, _)| level);
            let sweeps = if here.entry_count() >= LARGE { self.sweeps } else { plan.sweeps };
            improve(here, &mut labels_here, &Plan { sweeps, ..*plan }, scratches, watch)?;
            let count = renumber(&mut labels_here, here.vertex_count());
            if count == here.vertex_count() {
                break;
            }
            let seed = mix(depth, stack.len() as u64);
            let refined = self.parts(here, &labels_here, count, plan.price, seed, scratches, watch)?;
            let coarser = here.aggregate(&refined.parts, refined.communities.len(), scratches, watch)?;
            stack.push((coarser, refined.parts));
            labels_here = refined.communities;
        }
        while let Some((_, parts)) = stack.pop() {
            let mut finer: Vec<u32> = parts.iter().map(|&part| labels_here[part as usize]).collect();
            let here = stack.last().map_or(level, |(level, _)| level);
            // What is left to gain on a coarse level is gained on the finer ones as well.
            let is_passing = !stack.is_empty() && here.entry_count() >= LARGE;
            let least_gain = if is_passing { plan.least_gain.max(PASSING * total) } else { plan.least_gain };
            improve(here, &mut finer, &Plan { least_gain, ..*plan }, scratches, watch)?;
            labels_here = finer;
        }
        labels.copy_from_slice(&labels_here);
        Ok(())
    }

    /// What to merge: parts of communities, or whole ones if that is asked for or parts would hardly merge anything.
    #[expect(clippy::too_many_arguments, reason = "they are the state of one step")]
    fn parts<W: Amount, S: Strength>(
        &self,
        level: &Level<'_, W, S>,
        labels: &[u32],
        count: usize,
        price: f64,
        step: u64,
        scratches: &Scratches<W>,
        watch: &Watch,
    ) -> Result<Refined> {
        if let Some(chance) = self.refinement {
            let chance = Chance { seed: mix(chance.seed, step), ..chance };
            let refined = refine(level, labels, count, price, chance, scratches, watch)?;
            if refined.communities.len() < level.vertex_count() - level.vertex_count() / 20 {
                return Ok(refined);
            }
        }
        Ok(Refined { parts: labels.to_vec(), communities: (0..end(count)).collect() })
    }
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

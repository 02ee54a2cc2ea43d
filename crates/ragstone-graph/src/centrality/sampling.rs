//! How exact an estimate is to be, and how many samples that takes.

use crate::centrality::require;
use crate::error::Result;
use crate::watch::Watch;

/// Options of estimates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// How far any normalised score may be off: above 0, below 1.
    pub error: f64,
    /// Probability that some score is further off: above 0, below 1.
    pub risk: f64,
    /// Seed of the samples: the same seed gives the same answer on any number of threads.
    pub seed: u64,
}

impl Default for Sampling {
    fn default() -> Self {
        Self { error: 0.01, risk: 0.1, seed: 0 }
    }
}

/// Scores from samples.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// A score for each vertex.
    pub scores: Vec<f64>,
    /// How many samples were taken.
    pub samples: usize,
    /// How far any score may be off, except with the probability that was asked for; 0 where all were looked at.
    pub error: f64,
}

impl Sampling {
    pub(crate) fn check(&self) -> Result<()> {
        let inside = |value: f64| value > 0.0 && value < 1.0;
        require(inside(self.error), "error", self.error, "above 0 and below 1, such as 0.01")?;
        require(inside(self.risk), "risk", self.risk, "above 0 and below 1, such as 0.1")
    }
}

/// Refuses more work than is allowed; estimates get cheaper with a greater error.
pub(crate) fn afford(watch: &Watch, bytes: usize, steps: usize) -> Result<()> {
    watch.afford(bytes as u64, steps as u64, "allow a greater error or a greater risk")
}

/// Seed of the random numbers of one block of samples.
pub(crate) fn seed_of(seed: u64, block: usize) -> u64 {
    // The step of SplitMix64 keeps neighbouring blocks apart.
    seed ^ (block as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

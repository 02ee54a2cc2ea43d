//! Randomness that spreads waits; seedable and not for secrets.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Source of random numbers, shared by concurrent calls without a lock.
///
/// SplitMix64 (Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators*, 2014).
#[derive(Debug)]
pub struct Jitter(AtomicU64);

impl Jitter {
    /// Starts a sequence that is the same for the same seed.
    pub const fn seeded(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    /// Starts a sequence that differs from process to process.
    pub fn random() -> Self {
        Self::seeded(RandomState::new().hash_one(0_u64))
    }

    /// Draws 64 random bits.
    pub fn draw(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let state = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Draws a number below `bound`; 0 for a bound of 0.
    pub fn below(&self, bound: u64) -> u64 {
        // The high half of the product is uniform over the bound up to a bias of bound / 2^64.
        let product = u128::from(self.draw()) * u128::from(bound);
        u64::try_from(product >> 64).unwrap_or(0)
    }

    /// Draws a wait from zero to `ceiling`, both included, in whole microseconds.
    pub fn up_to(&self, ceiling: Duration) -> Duration {
        let micros = u64::try_from(ceiling.as_micros()).unwrap_or(u64::MAX);
        Duration::from_micros(self.below(micros.saturating_add(1)))
    }
}

impl Default for Jitter {
    fn default() -> Self {
        Self::random()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers() {
        let (left, right) = (Jitter::seeded(7), Jitter::seeded(7));
        assert!((0..100).all(|_| left.draw() == right.draw()));
    }

    #[test]
    fn draws_spread_over_the_whole_range() {
        let jitter = Jitter::seeded(1);
        let mut counts = [0_u32; 10];
        for _ in 0..10_000 {
            let place = usize::try_from(jitter.below(10)).expect("small");
            counts[place] += 1;
        }
        assert!(counts.iter().all(|count| (850..1150).contains(count)), "{counts:?}");
    }

    #[test]
    fn a_ceiling_of_zero_draws_zero() {
        assert_eq!(Jitter::seeded(3).up_to(Duration::ZERO), Duration::ZERO);
    }
}

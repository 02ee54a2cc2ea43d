//! Whether the difference of two runs may be chance.

use std::collections::BTreeMap;

use super::{Judgements, Measure, Run, by_query, mean_of};

/// Random exchanges of the two runs, query by query, that a p-value is counted from.
pub const PERMUTATIONS: u32 = 100_000;

/// Where the random exchanges begin, so that a p-value is the same each time.
const SEED: u64 = 42;

/// Two runs beside each other in one measure, over the queries that both have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Mean of the first run.
    pub mean: f64,
    /// Mean of the second one, which the first is compared with.
    pub baseline: f64,
    /// Queries in which the first is better.
    pub wins: usize,
    /// Queries in which it is worse.
    pub losses: usize,
    /// Queries that both have.
    pub queries: usize,
    /// How likely a difference of this size is, up or down, if it does not matter which run answers a query.
    pub p_value: f64,
}

/// Compares a run with a baseline by a paired randomisation test, two-sided, with [`PERMUTATIONS`] random exchanges
/// from a fixed seed.
///
/// The observed assignment counts as one more, so a p-value is never 0.
/// Sources: Smucker, Allan and Carterette, *A Comparison of Statistical Significance Tests for Information Retrieval
/// Evaluation*, CIKM 2007; Phipson and Smyth, *Permutation P-values Should Never Be Zero*, 2010.
/// Costs [`PERMUTATIONS`] additions for each query.
pub fn compare(judgements: &Judgements, run: &Run, baseline: &Run, measure: Measure) -> Comparison {
    let theirs: BTreeMap<&str, f64> =
        by_query(judgements, baseline).map(|(query, ranked)| (query, ranked.value(measure))).collect();
    let pairs: Vec<(f64, f64)> = by_query(judgements, run)
        .filter_map(|(query, ranked)| Some((ranked.value(measure), *theirs.get(query)?)))
        .collect();
    let differences: Vec<f64> = pairs.iter().map(|(ours, theirs)| ours - theirs).collect();
    Comparison {
        mean: mean_of(pairs.iter().map(|(ours, _)| *ours)),
        baseline: mean_of(pairs.iter().map(|(_, theirs)| *theirs)),
        wins: differences.iter().filter(|difference| **difference > 0.0).count(),
        losses: differences.iter().filter(|difference| **difference < 0.0).count(),
        queries: differences.len(),
        p_value: p_value(&differences, PERMUTATIONS),
    }
}

/// Share of the exchanges whose sum is at least as far from 0 as the observed one.
pub(super) fn p_value(differences: &[f64], permutations: u32) -> f64 {
    // Sums of the same numbers in another order of signs may differ in their last bits.
    let observed = differences.iter().sum::<f64>().abs() - 1e-9;
    let mut random = Random(SEED);
    let mut extreme = 1_u32;
    for _ in 0..permutations {
        let sum: f64 = differences.chunks(64).map(|part| exchanged(part, random.next())).sum();
        extreme += u32::from(sum.abs() >= observed);
    }
    f64::from(extreme) / f64::from(permutations.saturating_add(1))
}

/// The sum with the signs turned where a bit is set.
fn exchanged(differences: &[f64], bits: u64) -> f64 {
    differences
        .iter()
        .enumerate()
        .map(|(at, difference)| if (bits >> at) & 1 == 1 { -difference } else { *difference })
        .sum()
}

/// SplitMix64, which is the same on every machine.
///
/// Source: Steele, Lea and Flood, *Fast Splittable Pseudorandom Number Generators*, 2014.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn p_value_is_near_the_exact_one_for_few_queries() {
        // Of the 16 ways to turn the signs, 2 are as extreme as all in one direction.
        let estimated = p_value(&[0.1, 0.2, 0.3, 0.4], 50_000);
        assert!((estimated - 0.125).abs() < 0.005, "{estimated}");
    }

    #[test]
    fn equal_runs_do_not_differ_and_a_large_difference_is_no_chance() {
        assert!((p_value(&[0.0; 40], 1000) - 1.0).abs() < 1e-12);
        assert!(p_value(&[0.2; 40], 1000) < 0.001);
    }

    #[test]
    fn p_value_is_the_same_each_time() {
        let differences: Vec<f64> = (0..100).map(|at| f64::from(at % 7) - 2.9).collect();
        assert_eq!(p_value(&differences, 500).to_bits(), p_value(&differences, 500).to_bits());
    }

    #[test]
    fn only_queries_of_both_runs_are_compared() {
        let mut judgements = Judgements::default();
        let (mut ours, mut theirs) = (Run::default(), Run::default());
        for query in ["1", "2", "3"] {
            judgements.insert(query, "a", 1);
            ours.insert(query, vec![("a".to_owned(), 1.0)]);
        }
        theirs.insert("1", vec![("b".to_owned(), 1.0)]);
        theirs.insert("2", vec![("a".to_owned(), 1.0)]);
        let comparison = compare(&judgements, &ours, &theirs, Measure::MAIN);
        assert_eq!((comparison.queries, comparison.wins, comparison.losses), (2, 1, 0));
        assert!((comparison.mean - 1.0).abs() < 1e-12 && (comparison.baseline - 0.5).abs() < 1e-12);
    }
}

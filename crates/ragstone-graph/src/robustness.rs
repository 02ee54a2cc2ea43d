//! How a graph holds together while vertices or edges are lost.

mod load;
mod percolation;
mod removal;

pub use self::percolation::{Lost, Percolation, PercolationOptions, PercolationPoint, percolation};
pub use self::removal::{Attack, Removal, RemovalPoint, removal};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64Mcg;

/// Numbers in an order of chance, of its own for each run.
fn shuffled(count: u32, seed: u64, run: u64) -> Vec<u32> {
    // An odd constant with well-mixed bits (the golden ratio) keeps the runs of neighbouring seeds apart.
    let seed = seed.wrapping_add(run.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let mut order: Vec<u32> = (0..count).collect();
    order.shuffle(&mut Pcg64Mcg::seed_from_u64(seed));
    order
}

/// Places of `points` + 1 evenly spread samples among 0 to `total`, each once.
fn samples(total: usize, points: usize) -> Vec<usize> {
    let wide = |point: usize| (point as u128 * total as u128 / points.max(1) as u128) as usize;
    let mut samples: Vec<usize> =
        if points >= total { (0..=total).collect() } else { (0..=points).map(wide).collect() };
    samples.dedup();
    samples
}

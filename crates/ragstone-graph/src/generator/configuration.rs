//! Random graphs whose degrees follow a power law.

use std::ops::RangeInclusive;

use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use super::{at_least, out_of_range, room};
use crate::error::Result;
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

pub(super) fn power_law(
    vertices: u32,
    exponent: f64,
    degrees: RangeInclusive<u32>,
    seed: u64,
    watch: &Watch,
) -> Result<Graph> {
    if !(exponent.is_finite() && exponent > 1.0) {
        return Err(out_of_range("exponent", exponent, "a finite number above 1"));
    }
    at_least("min_degree", *degrees.start(), 1, "at least 1")?;
    if degrees.is_empty() {
        return Err(out_of_range("max_degree", degrees.end(), "no less than min_degree"));
    }
    if *degrees.end() >= vertices {
        return Err(out_of_range("max_degree", degrees.end(), "less than the number of vertices"));
    }
    let sums = cumulative(exponent, degrees.clone(), watch)?;
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let drawn = draw(vertices, &sums, *degrees.start(), &mut random, watch)?;
    let total: u64 = drawn.iter().map(|&degree| u64::from(degree)).sum();
    let mut edges = room(Direction::Undirected, vertices.into(), total.div_ceil(2), watch)?;
    let mut ends: Vec<Vertex> = Vec::with_capacity(usize::try_from(total).unwrap_or(usize::MAX) + 1);
    for (vertex, &degree) in (0..vertices).zip(&drawn) {
        ends.extend(std::iter::repeat_n(vertex, degree as usize));
    }
    if !total.is_multiple_of(2) {
        ends.push(random.random_range(0..vertices));
    }
    watch.check()?;
    ends.shuffle(&mut random);
    let pairs = ends.chunks_exact(2).map(|two| (two[0].min(two[1]), two[0].max(two[1])));
    edges.extend(pairs.filter(|&(one, other)| one != other));
    watch.check()?;
    edges.par_sort_unstable();
    edges.dedup();
    Graph::from_edges(Direction::Undirected, vertices as usize, &edges)
}

/// Sums of the weights of the degrees, ascending.
fn cumulative(exponent: f64, degrees: RangeInclusive<u32>, watch: &Watch) -> Result<Vec<f64>> {
    let least = f64::from(*degrees.start());
    let mut sums = Vec::new();
    let (mut sum, mut step) = (0.0, 0);
    for degree in degrees {
        watch.pace(&mut step)?;
        // Beside the least degree, so that no weight is below the least number.
        sum += (f64::from(degree) / least).powf(-exponent);
        sums.push(sum);
    }
    Ok(sums)
}

fn draw(vertices: u32, sums: &[f64], least: u32, random: &mut Pcg64Mcg, watch: &Watch) -> Result<Vec<u32>> {
    let whole = sums.last().copied().unwrap_or(0.0);
    let mut step = 0;
    let mut one = |_| {
        watch.pace(&mut step)?;
        let place = random.random::<f64>() * whole;
        let index = sums.partition_point(|&sum| sum <= place).min(sums.len() - 1);
        Ok(least + u32::try_from(index).unwrap_or(0))
    };
    (0..vertices).map(&mut one).collect()
}

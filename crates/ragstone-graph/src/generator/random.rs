//! Random graphs without structure: by probability and by number of edges.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

use super::{Edges, out_of_range, probability as check_probability, room};
use crate::error::{GraphError, Result};
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

/// Rows that a walk goes on one by one before it computes its place.
const STRIDES: usize = 64;

pub(super) fn by_probability(
    vertices: u32,
    probability: f64,
    direction: Direction,
    seed: u64,
    watch: &Watch,
) -> Result<Graph> {
    check_probability("probability", probability)?;
    let pairs = pairs(vertices, direction);
    let mut edges = room(direction, vertices.into(), expected(pairs, probability), watch)?;
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let mut walk = Walk::new(vertices, direction);
    skip(pairs, probability, &mut random, watch, |steps| {
        edges.push(walk.forward(steps));
        fits(&edges, direction)
    })?;
    Graph::from_edges(direction, vertices as usize, &edges)
}

pub(super) fn by_count(
    vertices: u32,
    count: u64,
    direction: Direction,
    seed: u64,
    watch: &Watch,
) -> Result<Graph> {
    let pairs = pairs(vertices, direction);
    if count > pairs {
        return Err(out_of_range("edges", count, "no more than there are pairs of vertices"));
    }
    let mut edges = room(direction, vertices.into(), count, watch)?;
    // The lesser of the chosen and the others is drawn.
    let is_complement = count > pairs / 2;
    let drawn = distinct(pairs, if is_complement { pairs - count } else { count }, seed, watch)?;
    let mut walk = Walk::new(vertices, direction);
    let (mut place, mut step) = (0, 0);
    let mut take = |index: u64| {
        edges.push(walk.forward(index + 1 - place));
        place = index + 1;
        watch.pace(&mut step)
    };
    if is_complement {
        let mut others = drawn.into_iter().peekable();
        (0..pairs).filter(|index| others.next_if_eq(index).is_none()).try_for_each(&mut take)?;
    } else {
        drawn.into_iter().try_for_each(&mut take)?;
    }
    Graph::from_edges(direction, vertices as usize, &edges)
}

/// Number of pairs that an edge may join.
fn pairs(vertices: u32, direction: Direction) -> u64 {
    let count = u64::from(vertices);
    let ordered = count * count.saturating_sub(1);
    if direction == Direction::Directed { ordered } else { ordered / 2 }
}

/// Row and column of a place below the diagonal, counted row by row: row `r` begins at `r (r - 1) / 2`.
pub(super) fn triangle(place: u64) -> (u64, u64) {
    let place = u128::from(place);
    let begin = |row: u128| row * row.saturating_sub(1) / 2;
    let mut row = (8 * place + 1).isqrt().div_ceil(2);
    while begin(row) > place {
        row -= 1;
    }
    while begin(row + 1) <= place {
        row += 1;
    }
    (u64::try_from(row).unwrap_or(u64::MAX), u64::try_from(place - begin(row)).unwrap_or(u64::MAX))
}

/// How many of the pairs are to be expected, and room for what chance adds.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate, finite and not negative"
)]
pub(super) fn expected(pairs: u64, probability: f64) -> u64 {
    let mean = pairs as f64 * probability;
    ((mean + 4.0 * (mean * (1.0 - probability)).sqrt()).ceil() as u64).min(pairs)
}

/// Refuses more edges than a graph numbers, before they take all memory.
pub(super) fn fits(edges: &Edges, direction: Direction) -> Result<()> {
    let limit = if direction == Direction::Directed { u32::MAX } else { u32::MAX / 2 };
    let found = edges.len() as u64;
    if found <= u64::from(limit) {
        return Ok(());
    }
    Err(GraphError::TooLarge { what: "edges", found, limit: limit.into() })
}

/// Walks `places`, each hit with `probability`, and tells `hit` how many steps lie between one hit and the next.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a skip is not negative and ends at the number of places"
)]
pub(super) fn skip(
    places: u64,
    probability: f64,
    random: &mut Pcg64Mcg,
    watch: &Watch,
    mut hit: impl FnMut(u64) -> Result<()>,
) -> Result<()> {
    if probability <= 0.0 {
        return Ok(());
    }
    let scale = if probability < 1.0 { (-probability).ln_1p().recip() } else { 0.0 };
    let mut left = places;
    let mut step = 0;
    loop {
        watch.pace(&mut step)?;
        let missed = (-random.random::<f64>()).ln_1p() * scale;
        if missed >= left as f64 || missed.is_nan() {
            return Ok(());
        }
        let steps = missed as u64 + 1;
        if steps > left {
            return Ok(());
        }
        left -= steps;
        hit(steps)?;
    }
}

/// So many distinct numbers below `end`, evenly drawn, ascending: what is drawn twice is drawn again.
fn distinct(end: u64, count: u64, seed: u64, watch: &Watch) -> Result<Vec<u64>> {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let count = usize::try_from(count).unwrap_or(usize::MAX);
    let mut drawn = Vec::with_capacity(count);
    let mut step = 0;
    while drawn.len() < count {
        for _ in drawn.len()..count {
            watch.pace(&mut step)?;
            drawn.push(random.random_range(0..end));
        }
        drawn.par_sort_unstable();
        drawn.dedup();
    }
    Ok(drawn)
}

/// A walk over all pairs in order: without direction those whose second is the lesser, with direction all but loops.
struct Walk {
    row: u64,
    column: u64,
    vertices: u64,
    direction: Direction,
}

impl Walk {
    fn new(vertices: u32, direction: Direction) -> Self {
        Self { row: 0, column: 0, vertices: vertices.into(), direction }
    }

    /// Goes so many pairs on, and gives the one before the place that is reached.
    fn forward(&mut self, steps: u64) -> (Vertex, Vertex) {
        self.column += steps - 1;
        if self.direction == Direction::Directed {
            let width = self.vertices - 1;
            self.row += self.column / width;
            self.column %= width;
        } else {
            for _ in 0..STRIDES {
                if self.column < self.row {
                    break;
                }
                self.column -= self.row;
                self.row += 1;
            }
            if self.column >= self.row {
                let place = self.row * self.row.saturating_sub(1) / 2 + self.column;
                (self.row, self.column) = triangle(place);
            }
        }
        let column = match self.direction {
            Direction::Directed if self.column >= self.row => self.column + 1,
            _ => self.column,
        };
        self.column += 1;
        (narrow(self.row), narrow(column))
    }
}

/// A vertex below a number that was one of 32 bits.
fn narrow(place: u64) -> Vertex {
    Vertex::try_from(place).unwrap_or(Vertex::MAX)
}

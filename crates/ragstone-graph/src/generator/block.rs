//! Groups of vertices with a probability for each two.

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use super::random::{expected, fits, skip, triangle};
use super::{Edges, out_of_range, probability, room};
use crate::error::Result;
use crate::graph::{Direction, Graph, Vertex};
use crate::watch::Watch;

pub(super) fn stochastic(
    sizes: &[u32],
    probabilities: &[Vec<f64>],
    direction: Direction,
    seed: u64,
    watch: &Watch,
) -> Result<Graph> {
    check(sizes, probabilities, direction)?;
    let blocks = blocks(sizes, direction);
    let estimate = blocks.iter().map(|block| expected(block.places(), probabilities[block.from][block.to]));
    let vertices: u64 = sizes.iter().map(|&size| u64::from(size)).sum();
    let mut edges = room(direction, vertices, estimate.fold(0, u64::saturating_add), watch)?;
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    for block in &blocks {
        watch.check()?;
        let probability = probabilities[block.from][block.to];
        let mut place = 0;
        skip(block.places(), probability, &mut random, watch, |steps| {
            place += steps;
            block.push(place - 1, &mut edges);
            fits(&edges, direction)
        })?;
    }
    Graph::from_edges(direction, usize::try_from(vertices).unwrap_or(usize::MAX), &edges)
}

fn check(sizes: &[u32], probabilities: &[Vec<f64>], direction: Direction) -> Result<()> {
    let groups = sizes.len();
    if probabilities.len() != groups || probabilities.iter().any(|row| row.len() != groups) {
        return Err(out_of_range("probabilities", probabilities.len(), "a row and a column for each group"));
    }
    for (from, row) in probabilities.iter().enumerate() {
        for (to, &chance) in row.iter().enumerate() {
            probability("probabilities", chance)?;
            #[expect(clippy::float_cmp, reason = "the two are given, not computed")]
            if direction == Direction::Undirected && chance != probabilities[to][from] {
                return Err(out_of_range(
                    "probabilities",
                    chance,
                    "without direction the same from one group to another as back",
                ));
            }
        }
    }
    Ok(())
}

/// The pairs of two groups, or of one with itself.
struct Block {
    from: usize,
    to: usize,
    rows: (u64, u64),
    columns: (u64, u64),
    shape: Shape,
}

/// Which places of a block are pairs.
#[derive(Clone, Copy)]
enum Shape {
    /// All.
    Full,
    /// All but the diagonal.
    NoDiagonal,
    /// What lies below the diagonal.
    Lower,
}

/// Two groups that have edges between them; without direction each two once.
fn blocks(sizes: &[u32], direction: Direction) -> Vec<Block> {
    let firsts: Vec<u64> = sizes
        .iter()
        .scan(0, |first, &size| Some(std::mem::replace(first, *first + u64::from(size))))
        .collect();
    let mut blocks = Vec::new();
    for from in 0..sizes.len() {
        let end = if direction == Direction::Directed { sizes.len() } else { from + 1 };
        for to in 0..end {
            let shape = match direction {
                _ if from != to => Shape::Full,
                Direction::Directed => Shape::NoDiagonal,
                Direction::Undirected => Shape::Lower,
            };
            let rows = (firsts[from], u64::from(sizes[from]));
            let columns = (firsts[to], u64::from(sizes[to]));
            blocks.push(Block { from, to, rows, columns, shape });
        }
    }
    blocks
}

impl Block {
    fn places(&self) -> u64 {
        let (rows, columns) = (self.rows.1, self.columns.1);
        match self.shape {
            Shape::Full => rows * columns,
            Shape::NoDiagonal => rows * rows.saturating_sub(1),
            Shape::Lower => rows * rows.saturating_sub(1) / 2,
        }
    }

    fn push(&self, place: u64, edges: &mut Edges) {
        let columns = self.columns.1;
        let (row, column) = match self.shape {
            Shape::Full => (place / columns, place % columns),
            Shape::NoDiagonal => {
                let (row, column) = (place / (columns - 1), place % (columns - 1));
                (row, if column >= row { column + 1 } else { column })
            }
            Shape::Lower => triangle(place),
        };
        let narrow = |vertex: u64| Vertex::try_from(vertex).unwrap_or(Vertex::MAX);
        edges.push((narrow(self.rows.0 + row), narrow(self.columns.0 + column)));
    }
}

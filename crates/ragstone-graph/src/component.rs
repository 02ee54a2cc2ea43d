//! Parts of a graph that hang together: weakly, strongly, and where one vertex or edge may be missing.

mod block;
mod disjoint;
mod strong;
mod weak;

pub use block::{Blocks, blocks};
pub use strong::strong;
pub use weak::weak;

pub(crate) use disjoint::Disjoint;

use crate::graph::Vertex;

/// The parts of a graph, numbered by their least vertices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Components {
    numbers: Vec<u32>,
    least: Vec<Vertex>,
}

impl Components {
    /// Numbers the parts that `representative` tells apart, where a representative is of its own part.
    fn from_representatives(mut numbers: Vec<Vertex>) -> Self {
        const UNNUMBERED: u32 = u32::MAX;
        let mut number_of = vec![UNNUMBERED; numbers.len()];
        let mut least = Vec::new();
        for (vertex, number) in (0..).zip(&mut numbers) {
            let of = &mut number_of[*number as usize];
            if *of == UNNUMBERED {
                *of = u32::try_from(least.len()).unwrap_or(UNNUMBERED);
                least.push(vertex);
            }
            *number = *of;
        }
        Self { numbers, least }
    }

    /// How many parts there are.
    pub fn count(&self) -> usize {
        self.least.len()
    }

    /// The part of each vertex, from 0 to [`count`](Self::count) - 1.
    pub fn numbers(&self) -> &[u32] {
        &self.numbers
    }

    /// The least vertex of each part, ascending.
    pub fn least(&self) -> &[Vertex] {
        &self.least
    }

    /// Whether both vertices are there and in the same part.
    pub fn is_same(&self, one: Vertex, other: Vertex) -> bool {
        let number = |vertex: Vertex| self.numbers.get(vertex as usize);
        number(one).is_some() && number(one) == number(other)
    }

    /// How many vertices each part has.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.count()];
        for &number in &self.numbers {
            sizes[number as usize] += 1;
        }
        sizes
    }

    /// The number of the part with most vertices, the first of those; `None` in a graph without vertices.
    pub fn largest(&self) -> Option<u32> {
        let sizes = self.sizes();
        let most = sizes.iter().max()?;
        let first = sizes.iter().position(|size| size == most)?;
        u32::try_from(first).ok()
    }

    /// The vertices of each part, ascending.
    pub fn members(&self) -> Vec<Vec<Vertex>> {
        let mut members: Vec<_> = self.sizes().into_iter().map(Vec::with_capacity).collect();
        for (vertex, &number) in (0..).zip(&self.numbers) {
            members[number as usize].push(vertex);
        }
        members
    }
}

#[cfg(test)]
mod tests;

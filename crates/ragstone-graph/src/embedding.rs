//! Embeddings: a vector for each vertex so that vertices near in the graph are near in space.

mod block;
mod projection;
mod spectral;
mod symmetric;

pub use self::projection::{ProjectionOptions, projection_embedding};
pub use self::spectral::{SpectralEmbedding, SpectralOptions, spectral_embedding};

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::graph::Vertex;

/// A vector for each vertex.
#[derive(Debug, Clone, PartialEq)]
pub struct Embedding {
    dimensions: usize,
    values: Vec<f32>,
}

impl Embedding {
    /// Length of each vector.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The vector of a vertex, `None` if it is not there.
    pub fn vector(&self, vertex: Vertex) -> Option<&[f32]> {
        let begin = (vertex as usize).checked_mul(self.dimensions)?;
        self.values.get(begin..begin.checked_add(self.dimensions)?)
    }

    /// All vectors one after the other.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// All vectors one after the other.
    pub fn into_values(self) -> Vec<f32> {
        self.values
    }
}

/// A generator of a vertex's own, so that no order of work changes what it gives.
fn generator(seed: u64, vertex: u64) -> Pcg64Mcg {
    // An odd constant with well-mixed bits (the golden ratio) keeps the vertices of neighbouring seeds apart.
    Pcg64Mcg::seed_from_u64(seed.wrapping_add(vertex.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15)))
}

//! Disjoint sets of vertices that only grow together.

use crate::graph::Vertex;
use crate::number;

/// Union by size with halving of paths: O(α) per operation.
#[derive(Debug, Clone)]
pub(crate) struct Sets {
    parents: Vec<Vertex>,
    sizes: Vec<u32>,
}

impl Sets {
    pub(crate) fn new(count: usize) -> Self {
        Self { parents: (0..number::vertex(count)).collect(), sizes: vec![1; count] }
    }

    #[inline]
    pub(crate) fn find(&mut self, mut vertex: Vertex) -> Vertex {
        loop {
            let parent = self.parents[vertex as usize];
            if parent == vertex {
                return vertex;
            }
            let above = self.parents[parent as usize];
            self.parents[vertex as usize] = above;
            vertex = above;
        }
    }

    /// Number of vertices in the set of `vertex`.
    pub(crate) fn size(&mut self, vertex: Vertex) -> u32 {
        let root = self.find(vertex);
        self.sizes[root as usize]
    }

    /// Joins two sets; the size of the joined one if they were two.
    pub(crate) fn join(&mut self, one: Vertex, other: Vertex) -> Option<u32> {
        let (one, other) = (self.find(one), self.find(other));
        if one == other {
            return None;
        }
        let (large, small) =
            if self.sizes[one as usize] < self.sizes[other as usize] { (other, one) } else { (one, other) };
        self.parents[small as usize] = large;
        self.sizes[large as usize] += self.sizes[small as usize];
        Some(self.sizes[large as usize])
    }
}

//! Disjoint sets of vertices.

use crate::graph::Vertex;

/// Sets that are joined one by one. Operations take nearly constant time.
#[derive(Debug)]
pub(crate) struct Disjoint {
    parents: Vec<Vertex>,
}

impl Disjoint {
    /// Sets of one vertex each.
    pub(crate) fn new(vertices: usize) -> Self {
        Self { parents: (0..Vertex::try_from(vertices).unwrap_or(Vertex::MAX)).collect() }
    }

    /// The vertex that stands for the set; the way to it becomes half as long.
    #[inline]
    pub(crate) fn root(&mut self, mut vertex: Vertex) -> Vertex {
        loop {
            let parent = self.parents[vertex as usize];
            let above = self.parents[parent as usize];
            if parent == above {
                return parent;
            }
            self.parents[vertex as usize] = above;
            vertex = above;
        }
    }

    /// Makes two sets one; false if they were.
    pub(crate) fn join(&mut self, one: Vertex, other: Vertex) -> bool {
        let (one, other) = (self.root(one), self.root(other));
        self.parents[one.max(other) as usize] = one.min(other);
        one != other
    }
}

//! Which community each vertex belongs to.

use std::collections::HashMap;

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};

/// A division of the vertices into communities. Communities are numbered from 0 in the order of their least vertices,
/// so that equal divisions are equal values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    labels: Vec<u32>,
    count: usize,
}

impl Partition {
    /// Puts vertices with equal labels together; which numbers the labels are does not matter. O(vertices).
    pub fn from_labels(labels: &[u32]) -> Self {
        let mut labels = labels.to_vec();
        let bound = labels.iter().max().map_or(0, |&label| label as usize + 1);
        if bound <= labels.len().saturating_mul(4) {
            let count = renumber(&mut labels, bound);
            return Self { labels, count };
        }
        let mut numbers = HashMap::new();
        for label in &mut labels {
            let next = u32::try_from(numbers.len()).unwrap_or(u32::MAX);
            *label = *numbers.entry(*label).or_insert(next);
        }
        Self { labels, count: numbers.len() }
    }

    /// Each vertex by itself.
    pub fn singletons(vertices: Vertex) -> Self {
        Self { labels: (0..vertices).collect(), count: vertices as usize }
    }

    /// Number of communities.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Number of vertices.
    pub fn vertex_count(&self) -> usize {
        self.labels.len()
    }

    /// The community of each vertex.
    pub fn labels(&self) -> &[u32] {
        &self.labels
    }

    /// The community of `vertex`; `None` for a vertex that is not there.
    pub fn community(&self, vertex: Vertex) -> Option<u32> {
        self.labels.get(vertex as usize).copied()
    }

    /// How many vertices each community has.
    pub fn sizes(&self) -> Vec<usize> {
        let mut sizes = vec![0; self.count];
        for &label in &self.labels {
            sizes[label as usize] += 1;
        }
        sizes
    }

    /// The vertices of each community, ascending.
    pub fn members(&self) -> Vec<Vec<Vertex>> {
        let mut members: Vec<Vec<Vertex>> = self.sizes().into_iter().map(Vec::with_capacity).collect();
        for (vertex, &label) in (0..).zip(&self.labels) {
            members[label as usize].push(vertex);
        }
        members
    }

    /// Refuses a partition of another number of vertices than `graph` has.
    pub(super) fn belongs_to(&self, graph: &Graph) -> Result<()> {
        same_vertices(self.vertex_count(), graph.vertex_count())
    }
}

/// A partition found by an algorithm, with how good it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Communities {
    /// Who belongs together.
    pub partition: Partition,
    /// Its modularity at the resolution that was asked for.
    pub modularity: f64,
    /// How many times the algorithm went from the vertices to the coarsest graph and back.
    pub iterations: usize,
}

pub(super) fn same_vertices(found: usize, expected: usize) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    Err(GraphError::OutOfRange {
        option: "partition",
        found: format!("of {found} vertices"),
        expected: "give a partition of the same vertices",
    })
}

/// Numbers labels, which are below `bound`, anew in the order in which they first occur; returns how many there are.
pub(super) fn renumber(labels: &mut [u32], bound: usize) -> usize {
    let mut numbers = vec![u32::MAX; bound];
    let mut count = 0;
    for label in labels {
        let number = &mut numbers[*label as usize];
        if *number == u32::MAX {
            *number = count;
            count += 1;
        }
        *label = *number;
    }
    count as usize
}

/// Vertices in the order of their communities, and of their numbers within one.
pub(super) struct Groups {
    /// Group `g` is `members[starts[g]..starts[g + 1]]`.
    pub(super) starts: Vec<u32>,
    pub(super) members: Vec<Vertex>,
}

impl Groups {
    pub(super) fn of(labels: &[u32], count: usize) -> Self {
        let mut starts = vec![0u32; count + 2];
        for &label in labels {
            starts[label as usize + 2] += 1;
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut members = vec![0; labels.len()];
        for (vertex, &label) in (0..).zip(labels) {
            let slot = &mut starts[label as usize + 1];
            members[*slot as usize] = vertex;
            *slot += 1;
        }
        starts.truncate(count + 1);
        Self { starts, members }
    }

    pub(super) fn group(&self, index: usize) -> &[Vertex] {
        &self.members[self.starts[index] as usize..self.starts[index + 1] as usize]
    }

    /// Where each vertex stands in `members`.
    pub(super) fn places(&self) -> Vec<u32> {
        let mut places = vec![0; self.members.len()];
        for (place, &vertex) in (0..).zip(&self.members) {
            places[vertex as usize] = place;
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn communities_are_numbered_by_their_least_vertices() {
        let partition = Partition::from_labels(&[7, 3, 7, u32::MAX, 3]);
        assert_eq!(partition.labels(), [0, 1, 0, 2, 1]);
        assert_eq!(partition, Partition::from_labels(&[1, 0, 1, 4, 0]));
        assert_eq!((partition.count(), partition.sizes()), (3, vec![2, 2, 1]));
        assert_eq!(partition.members(), [vec![0, 2], vec![1, 4], vec![3]]);
        assert_eq!((partition.community(4), partition.community(5)), (Some(1), None));
    }

    #[test]
    fn partition_of_nothing_has_no_communities() {
        assert_eq!(Partition::from_labels(&[]), Partition::singletons(0));
    }

    #[test]
    fn groups_keep_the_order_of_vertices() {
        let groups = Groups::of(&[1, 0, 1, 2, 0], 3);
        assert_eq!(
            (groups.starts.as_slice(), groups.members.as_slice()),
            (&[0, 2, 4, 5][..], &[1, 4, 0, 2, 3][..])
        );
        assert_eq!(groups.places(), [2, 0, 3, 4, 1]);
        assert_eq!(groups.group(1), [0, 2]);
    }
}

//! Vertices on a square lattice.

use crate::error::Result;
use crate::graph::Graph;
use crate::layout::positions::{Point, Positions, real, whole};
use crate::watch::Watch;

/// Puts vertices on a square lattice, row by row in the order of their numbers, in O(vertices). Edges do not matter.
/// `columns` of 0 stands for as many as make the lattice about square.
pub fn grid(graph: &Graph, columns: usize, watch: &Watch) -> Result<Positions> {
    watch.check()?;
    let count = graph.vertex_count();
    let columns = if columns == 0 { whole(real(count).sqrt().ceil()).max(1) } else { columns };
    Positions::new((0..count).map(|index| Point::new(real(index % columns), real(index / columns))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn rows_are_filled_in_order() {
        let graph = Graph::from_edges(Direction::Undirected, 5, &[]).unwrap();
        let positions = grid(&graph, 0, &Watch::unbounded()).unwrap();
        assert_eq!(positions.point(2), Some(Point::new(1.0, -0.5)));
        assert_eq!(positions.point(3), Some(Point::new(-1.0, 0.5)));
        let row = grid(&graph, 5, &Watch::unbounded()).unwrap();
        assert!(row.points().iter().all(|point| point.y == 0.0));
    }
}

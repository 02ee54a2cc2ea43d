//! Vertices on one circle, or on circles around each other.

use std::f64::consts::TAU;

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};
use crate::layout::positions::{Point, Positions, one_each, real, whole};
use crate::watch::Watch;

/// Puts vertices on a circle at equal distances, from the top clockwise, in O(vertices). `order` says in which order,
/// each vertex once; where it is empty, by their numbers. Edges do not matter: to let an order follow them, take
/// vertices by community or by degree.
pub fn circular(graph: &Graph, order: &[Vertex], watch: &Watch) -> Result<Positions> {
    watch.check()?;
    let count = graph.vertex_count();
    let mut points = vec![Point::default(); count];
    let angle = |place: usize| TAU * (real(place) / real(count) - 0.25);
    if order.is_empty() {
        for (place, point) in points.iter_mut().enumerate() {
            *point = Point::at_angle(angle(place), 1.0);
        }
        return Positions::new(points);
    }
    one_each("order", order.len(), count)?;
    let mut is_placed = vec![false; count];
    for (place, &vertex) in order.iter().enumerate() {
        let vertex = graph.vertex(vertex)? as usize;
        if std::mem::replace(&mut is_placed[vertex], true) {
            return Err(GraphError::OutOfRange {
                option: "order",
                found: format!("a list with vertex {vertex} twice"),
                expected: "each vertex once",
            });
        }
        points[vertex] = Point::at_angle(angle(place), 1.0);
    }
    Positions::new(points)
}

/// What lies in the middle of shells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ShellCentre))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "ShellCentre"))]
pub enum Centre {
    /// Vertices of the highest value, such as centrality or core number.
    #[default]
    Highest,
    /// Vertices of the lowest value, such as the distance from a vertex.
    Lowest,
}

/// How shells are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shells {
    /// What lies in the middle.
    pub centre: Centre,
    /// Most circles, from 1 to 1,000. More values than circles are cut into ranges of about as many vertices as the
    /// length of their circle has room for.
    pub most: usize,
}

impl Default for Shells {
    fn default() -> Self {
        Self { centre: Centre::Highest, most: 12 }
    }
}

/// Puts vertices on circles around each other by a value: equal values on one circle. On each circle vertices are
/// ordered by the mean angle of their neighbours further inside, so that few edges cross. O(V log V + E).
///
/// Refused: values that are not one for each vertex or are not numbers ([`GraphError::OutOfRange`]).
pub fn shells(graph: &Graph, values: &[f64], options: &Shells, watch: &Watch) -> Result<Positions> {
    one_each("values", values.len(), graph.vertex_count())?;
    if let Some(value) = values.iter().find(|value| value.is_nan()) {
        return Err(GraphError::OutOfRange {
            option: "values",
            found: value.to_string(),
            expected: "values are numbers",
        });
    }
    if !(1..=1000).contains(&options.most) {
        let found = options.most.to_string();
        return Err(GraphError::OutOfRange { option: "most", found, expected: "from 1 to 1,000 circles" });
    }
    watch.check()?;
    let mut points = vec![Point::default(); graph.vertex_count()];
    let mut is_placed = vec![false; graph.vertex_count()];
    let (mut radius, mut step) = (0.0_f64, 0);
    for (number, shell) in cut(values, options).into_iter().enumerate() {
        let room = real(shell.len()) / TAU;
        radius = if number == 0 && shell.len() == 1 { 0.0 } else { (radius + 1.0).max(room) };
        let mut around: Vec<(f64, Vertex)> = Vec::with_capacity(shell.len());
        for (place, &vertex) in shell.iter().enumerate() {
            watch.pace(&mut step)?;
            let inside = neighbours(graph, vertex).filter(|&other| is_placed[other as usize]);
            let sum = inside.fold(Point::default(), |sum, other| {
                let point = points[other as usize];
                sum.plus(point.times(1.0 / point.length().max(1e-9)))
            });
            let own = TAU * real(place) / real(shell.len());
            let angle = if sum.length() > 1e-9 { sum.y.atan2(sum.x).rem_euclid(TAU) } else { own };
            around.push((angle, vertex));
        }
        around.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let turn = mean_turn(&around);
        for (place, &(_, vertex)) in around.iter().enumerate() {
            points[vertex as usize] = Point::at_angle(turn + TAU * real(place) / real(around.len()), radius);
            is_placed[vertex as usize] = true;
        }
    }
    Positions::new(points)
}

/// The turn of a circle that brings its vertices nearest to the angles that they want.
fn mean_turn(around: &[(f64, Vertex)]) -> f64 {
    let sum = around.iter().enumerate().fold(Point::default(), |sum, (place, &(angle, _))| {
        sum.plus(Point::at_angle(angle - TAU * real(place) / real(around.len()), 1.0))
    });
    sum.y.atan2(sum.x)
}

fn neighbours(graph: &Graph, vertex: Vertex) -> impl Iterator<Item = Vertex> + '_ {
    let sources = if graph.is_directed() { graph.sources(vertex) } else { &[] };
    graph.neighbors(vertex).iter().chain(sources).copied()
}

/// Vertices by shell, the innermost first.
fn cut(values: &[f64], options: &Shells) -> Vec<Vec<Vertex>> {
    let mut order: Vec<(f64, Vertex)> = values.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let mut equal: Vec<Vec<Vertex>> = order
        .chunk_by(|a, b| a.0.total_cmp(&b.0).is_eq())
        .map(|same| same.iter().map(|pair| pair.1).collect())
        .collect();
    if options.centre == Centre::Highest {
        equal.reverse();
    }
    if equal.len() <= options.most {
        return equal;
    }
    // The circle number k is k times as long as the first: with k² of all vertices inside it, all are as dense.
    let mut shells: Vec<Vec<Vertex>> = Vec::new();
    let mut inside = 0;
    let mut last = None;
    for same in equal {
        let middle = (real(inside) + real(same.len()) / 2.0) / real(values.len());
        let number = whole(middle.sqrt() * real(options.most)).min(options.most - 1);
        inside += same.len();
        match shells.last_mut() {
            Some(shell) if last == Some(number) => shell.extend(same),
            _ => shells.push(same),
        }
        last = Some(number);
    }
    shells
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    fn star() -> Graph {
        Graph::from_edges(Direction::Directed, 5, &[(4, 0), (1, 4), (4, 2), (4, 3), (4, 4)]).unwrap()
    }

    #[test]
    fn circle_begins_at_the_top_and_follows_the_order() {
        let positions = circular(&star(), &[3, 0, 1, 2, 4], &Watch::unbounded()).unwrap();
        let top = positions.point(3).unwrap();
        assert!(positions.points().iter().all(|point| point.y >= top.y));
        assert!(positions.point(0).unwrap().x > 0.0);
        assert_eq!(circular(&star(), &[], &Watch::unbounded()).unwrap().points().len(), 5);
    }

    #[test]
    fn order_that_misses_a_vertex_is_refused() {
        for wrong in [&[0, 1, 2, 3][..], &[0, 1, 2, 3, 3], &[0, 1, 2, 3, 9]] {
            assert!(circular(&star(), wrong, &Watch::unbounded()).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn shells_lie_around_the_highest_value() {
        let positions =
            shells(&star(), &[1.0, 1.0, 2.0, 2.0, 5.0], &Shells::default(), &Watch::unbounded()).unwrap();
        let distance: Vec<f64> = [4, 2, 3, 0, 1]
            .map(|vertex| positions.point(vertex).unwrap().minus(positions.point(4).unwrap()).length())
            .into();
        assert!(distance[0] < distance[1] && distance[2] < distance[3], "{distance:?}");
        assert!((distance[1] - distance[2]).abs() < 1e-9 && (distance[3] - distance[4]).abs() < 1e-9);
    }

    #[test]
    fn many_values_are_cut_into_few_circles() {
        let values: Vec<f64> = (0..1000).map(f64::from).collect();
        let cut = cut(&values, &Shells { centre: Centre::Lowest, most: 5 });
        assert_eq!(cut.iter().map(Vec::len).collect::<Vec<_>>(), [40, 120, 200, 280, 360]);
        assert_eq!(cut[0][0], 0);
    }

    #[test]
    fn values_that_are_no_numbers_are_refused() {
        let refused =
            shells(&star(), &[0.0, f64::NAN, 0.0, 0.0, 0.0], &Shells::default(), &Watch::unbounded());
        assert!(matches!(refused, Err(GraphError::OutOfRange { option: "values", .. })));
    }
}

//! The lines of edges: straight, bent or looped, with arrowheads.

use crate::graph::{Edge, Graph};
use crate::layout::positions::{Point, real};

/// A line.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Way {
    Straight(Point, Point),
    /// From the first to the last, rounded near those between.
    Bent(Vec<Point>),
    /// From the first to the last, with the others as handles (Bézier).
    Loop([Point; 4]),
}

impl Way {
    /// Straight pieces that are about the same.
    pub(super) fn pieces(&self) -> Vec<(Point, Point)> {
        match self {
            Self::Straight(from, to) => vec![(*from, *to)],
            Self::Bent(points) => points.windows(2).map(|pair| (pair[0], pair[1])).collect(),
            Self::Loop(points) => {
                let [from, first, second, to] = *points;
                // The middle of the curve is its furthest point.
                let middle = from.plus(first.times(3.0)).plus(second.times(3.0)).plus(to).times(0.125);
                vec![(from, middle), (middle, to)]
            }
        }
    }
}

/// All edges between two vertices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bundle {
    /// The lesser vertex.
    pub(super) first: usize,
    pub(super) second: usize,
    pub(super) count: usize,
    pub(super) weight: f64,
    /// Whether there is an edge from the first to the second, and one that leads back.
    pub(super) leads: (bool, bool),
    /// One of the edges, by its number.
    pub(super) edge: usize,
}

/// Edges with the same ends together, by ends.
pub(super) fn bundles(graph: &Graph) -> Vec<Bundle> {
    let mut bundles: Vec<Bundle> =
        graph.edges().enumerate().map(|(number, edge)| Bundle::of(number, edge)).collect();
    bundles.sort_by_key(|bundle| (bundle.first, bundle.second));
    bundles.dedup_by(|next, kept| {
        let is_same = (next.first, next.second) == (kept.first, kept.second);
        if is_same {
            kept.count += next.count;
            kept.weight += next.weight;
            kept.leads = (kept.leads.0 || next.leads.0, kept.leads.1 || next.leads.1);
        }
        is_same
    });
    bundles
}

impl Bundle {
    fn of(number: usize, edge: Edge) -> Self {
        let is_forward = edge.source <= edge.target;
        let (first, second) = (edge.source.min(edge.target) as usize, edge.source.max(edge.target) as usize);
        Self { first, second, count: 1, weight: edge.weight, leads: (is_forward, !is_forward), edge: number }
    }

    pub(super) fn is_loop(&self) -> bool {
        self.first == self.second
    }
}

/// A vertex as a disc.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Disc {
    pub(super) centre: Point,
    pub(super) radius: f64,
}

/// A triangle, its tip first.
pub(super) type Head = [Point; 3];

/// The line of a bundle through `bends`, from the first to the second, and its arrowheads. `None` where discs cover it.
pub(super) fn way(
    ends: [Disc; 2],
    bends: Vec<Point>,
    arrows: (bool, bool),
    width: f64,
) -> Option<(Way, Vec<Head>)> {
    let [from, to] = ends;
    let mut points: Vec<Point> = Vec::with_capacity(bends.len() + 2);
    points.push(from.centre);
    points.extend(bends);
    points.push(to.centre);
    let last = points.len() - 1;
    let length = from.centre.minus(to.centre).length() - from.radius - to.radius;
    if points.len() == 2 && length <= 0.0 {
        return None;
    }
    let mut heads = Vec::new();
    let size = head_size(width, length.max(1.0), points.len() > 2);
    let toward = points[last - 1];
    points[last] = end(to, toward, arrows.0.then_some(size), width, &mut heads);
    let toward = points[1];
    points[0] = end(from, toward, arrows.1.then_some(size), width, &mut heads);
    let way = if points.len() == 2 { Way::Straight(points[0], points[1]) } else { Way::Bent(points) };
    Some((way, heads))
}

/// Where a line from `toward` ends at a disc: at its border, or at the back of an arrowhead that touches it.
fn end(disc: Disc, toward: Point, head: Option<f64>, width: f64, heads: &mut Vec<Head>) -> Point {
    let away = toward.minus(disc.centre);
    let direction = away.times(1.0 / away.length().max(1e-9));
    let border = disc.centre.plus(direction.times(disc.radius));
    let Some(size) = head else { return border };
    let tip = disc.centre.plus(direction.times(disc.radius + 0.5));
    heads.push(triangle(tip, direction, size, width));
    tip.plus(direction.times(size * 0.8))
}

fn triangle(tip: Point, direction: Point, size: f64, width: f64) -> Head {
    let across = Point::new(-direction.y, direction.x).times((size * 0.4).max(width * 0.8));
    let back = tip.plus(direction.times(size));
    [tip, back.plus(across), back.minus(across)]
}

fn head_size(width: f64, length: f64, is_bent: bool) -> f64 {
    let wanted = 5.0 + 2.2 * width;
    if is_bent { wanted } else { wanted.min(length * 0.45) }
}

/// A loop that leaves its vertex in a direction, and its arrowhead.
pub(super) fn around(disc: Disc, direction: f64, has_arrow: bool, width: f64) -> (Way, Vec<Head>) {
    let reach = (disc.radius * 2.0).max(9.0) + disc.radius;
    let at = |turn: f64, radius: f64| disc.centre.plus(Point::at_angle(direction + turn, radius));
    let mut heads = Vec::new();
    let end = if has_arrow {
        let size = head_size(width, reach, true).min(reach * 0.5);
        let tip = at(0.55, disc.radius + 0.5);
        let back = Point::at_angle(direction + 0.35, 1.0);
        heads.push(triangle(tip, back, size, width));
        tip.plus(back.times(size * 0.8))
    } else {
        at(0.55, disc.radius)
    };
    (Way::Loop([at(-0.55, disc.radius), at(-0.6, reach * 1.3), at(0.6, reach * 1.3), end]), heads)
}

/// How far a loop reaches from the centre of its vertex.
pub(super) fn loop_reach(radius: f64) -> f64 {
    ((radius * 2.0).max(9.0) + radius) * 1.15
}

/// Where there is most room for a loop: away from the mean of all neighbours, upwards where there is none.
pub(super) fn free_direction(centre: Point, neighbours: &[Point]) -> f64 {
    let mut angles: Vec<f64> = neighbours
        .iter()
        .map(|point| point.minus(centre))
        .filter(|away| away.length() > 1e-9)
        .map(|away| away.y.atan2(away.x))
        .collect();
    angles.sort_unstable_by(f64::total_cmp);
    let Some(&first) = angles.first() else { return -std::f64::consts::FRAC_PI_2 };
    let next = angles.iter().skip(1).copied().chain([first + std::f64::consts::TAU]);
    let gaps = angles.iter().zip(next).map(|(&angle, next)| (next - angle, f64::midpoint(angle, next)));
    gaps.reduce(|best, gap| if gap.0 > best.0 { gap } else { best }).map_or(0.0, |gap| gap.1)
}

/// How much wider a line is that stands for several.
pub(super) fn times_wider(count: usize) -> f64 {
    real(count).sqrt().min(4.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Direction;

    #[test]
    fn edges_between_two_vertices_are_one_bundle() {
        let edges = [(1, 0, 2.0), (0, 1, 3.0), (0, 1, 4.0), (2, 2, 1.0), (2, 1, 1.0)];
        let graph = Graph::from_weighted_edges(Direction::Directed, 3, &edges).unwrap();
        let found = bundles(&graph);
        assert_eq!(found.len(), 3);
        assert_eq!((found[0].count, found[0].weight, found[0].leads), (3, 9.0, (true, true)));
        assert_eq!((found[1].first, found[1].second, found[1].leads), (1, 2, (false, true)));
        assert!(found[2].is_loop());
    }

    #[test]
    fn arrow_touches_the_border_of_its_target() {
        let disc = |x| Disc { centre: Point::new(x, 0.0), radius: 5.0 };
        let (way, heads) = way([disc(0.0), disc(100.0)], Vec::new(), (true, false), 1.0).unwrap();
        assert_eq!(heads[0][0], Point::new(94.5, 0.0));
        let Way::Straight(from, to) = way else { panic!("not straight") };
        assert_eq!(from, Point::new(5.0, 0.0));
        assert!(to.x < 94.5 && to.x > 85.0);
        assert_eq!(super::way([disc(0.0), disc(9.0)], Vec::new(), (true, true), 1.0), None);
    }

    #[test]
    fn loop_goes_where_no_neighbour_is() {
        let right = [Point::new(1.0, 0.0), Point::new(1.0, 0.1)];
        let angle = free_direction(Point::default(), &right);
        assert!(angle.cos() < -0.9, "{angle}");
    }
}

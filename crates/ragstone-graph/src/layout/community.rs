//! A circle for each community, near those that it is joined to.

use crate::error::Result;
use crate::graph::Graph;
use crate::layout::force::{Force, Weights, spread};
use crate::layout::mesh::{Mesh, NONE, members};
use crate::layout::packing::side;
use crate::layout::positions::{Point, Positions, one_each, real};
use crate::watch::Watch;

/// Space between circles, in radii of the smaller one.
const GAP: f64 = 0.25;

/// How much the middle of all draws circles, of what draws them in all.
const TO_MIDDLE: f64 = 0.4;

/// Rounds of pushing circles apart and pulling them together.
const ROUNDS: usize = 300;

/// Lays out a graph by a partition: `communities` has a number for each vertex, any numbers. Each community becomes a
/// circle whose area is as its number of vertices; circles lie where [`force`](crate::layout::force) puts the graph of
/// communities, and do not overlap. Members lie inside their circle where their own edges put them, and the circle is
/// turned so that edges to other communities are short.
///
/// Costs what `force` costs for each community and for the graph of communities, and O(communities²) for each of 300
/// rounds that part circles, up to 2,000 communities; more are packed by size.
pub fn communities(graph: &Graph, communities: &[u32], options: &Force, watch: &Watch) -> Result<Positions> {
    options.check()?;
    one_each("communities", communities.len(), graph.vertex_count())?;
    let entries = graph.entry_count() as u64;
    let steps = u64::from(options.iterations) * (100 * graph.vertex_count() as u64 + entries);
    let remedy = "ask for fewer iterations, or lay out a part of the graph";
    watch.afford(250 * graph.vertex_count() as u64 + 50 * entries, steps, remedy)?;
    let (groups, count) = numbered(communities);
    let mesh = Mesh::of(graph, graph.is_weighted() && options.weights == Weights::Strength, watch)?;
    let members = members(&groups, count);
    let circles = Circles::place(&mesh, &groups, &members, options, watch)?;
    let mut points = vec![Point::default(); mesh.len()];
    let mut numbers = vec![NONE; mesh.len()];
    for (group, members) in members.iter().enumerate() {
        watch.check()?;
        watch.progress(group, count);
        let part = mesh.part(members, &mut numbers);
        let inside = round(spread(&part, options, &watch.without_progress())?);
        let radius = circles.radii[group];
        for (&member, point) in members.iter().zip(inside) {
            points[member as usize] = point.times(radius);
        }
    }
    for (group, members) in members.iter().enumerate() {
        watch.check()?;
        let turn = circles.turn(group, members, &mesh, &groups, &points);
        for &member in members {
            let point = &mut points[member as usize];
            let (x, y) = (turn.x * point.x - turn.y * point.y, turn.y * point.x + turn.x * point.y);
            *point = circles.centres[group].plus(Point::new(x, y));
        }
    }
    Positions::new(points)
}

/// Numbers from 0 in place of any numbers, and how many there are.
fn numbered(communities: &[u32]) -> (Vec<u32>, usize) {
    let mut names = communities.to_vec();
    names.sort_unstable();
    names.dedup();
    let number = |name: &u32| u32::try_from(names.binary_search(name).unwrap_or(0)).unwrap_or(0);
    (communities.iter().map(number).collect(), names.len())
}

/// Moves points into the circle of radius 1, outliers more than others: half way to where an even spread would put
/// them.
fn round(mut points: Vec<Point>) -> Vec<Point> {
    let centre = points.iter().fold(Point::default(), |sum, &point| sum.plus(point));
    let centre = centre.times(1.0 / real(points.len().max(1)));
    let mut order: Vec<usize> = (0..points.len()).collect();
    for point in &mut points {
        *point = point.minus(centre);
    }
    order.sort_by(|&a, &b| points[a].length().total_cmp(&points[b].length()).then(a.cmp(&b)));
    let furthest = order.last().map_or(0.0, |&last| points[last].length());
    if furthest <= 0.0 {
        return points;
    }
    for (rank, &index) in order.iter().enumerate() {
        let own = points[index].length();
        let even = (real(rank + 1) / real(order.len())).sqrt();
        let radius = f64::midpoint(own / furthest, even).min(1.0);
        if own > 0.0 {
            points[index] = points[index].times(radius / own);
        }
    }
    points
}

struct Circles {
    centres: Vec<Point>,
    radii: Vec<f64>,
}

impl Circles {
    fn place(
        mesh: &Mesh,
        groups: &[u32],
        members: &[Vec<u32>],
        options: &Force,
        watch: &Watch,
    ) -> Result<Self> {
        let radii: Vec<f64> = members.iter().map(|members| side(members.len())).collect();
        let mut quotient = mesh.quotient(groups, members.len());
        quotient.relative();
        let mut circles = Self { centres: spread(&quotient, options, &watch.without_progress())?, radii };
        if members.len() > 2000 {
            circles.pack();
        } else {
            circles.part(&quotient, watch)?;
        }
        Ok(circles)
    }

    /// Squares around circles, packed.
    fn pack(&mut self) {
        let room = |radius: &f64| Point::new(2.0 * radius * (1.0 + GAP), 2.0 * radius * (1.0 + GAP));
        let sizes: Vec<Point> = self.radii.iter().map(room).collect();
        let corners = crate::layout::packing::pack(&sizes);
        self.centres =
            corners.iter().zip(&sizes).map(|(corner, size)| corner.plus(size.times(0.5))).collect();
    }

    /// Blows the layout up until circles have room, then lets each come nearer to those that it is joined to, as far as
    /// none overlap.
    fn part(&mut self, quotient: &Mesh, watch: &Watch) -> Result<()> {
        let count = self.centres.len();
        let mut scale: f64 = 0.0;
        for a in 0..count {
            watch.check()?;
            for b in 0..a {
                let away = self.centres[a].minus(self.centres[b]).length();
                scale = scale.max(self.room(a, b) / away.max(1e-6)).min(1e6);
            }
        }
        if scale > 0.0 {
            for centre in &mut self.centres {
                *centre = centre.times(scale);
            }
        }
        for round in 0..ROUNDS {
            watch.check()?;
            let pull = 0.05 * (1.0 - real(round) / real(ROUNDS));
            self.pull(quotient, pull);
            for _ in 0..4 {
                self.push();
            }
        }
        for _ in 0..ROUNDS {
            watch.check()?;
            if !self.push() {
                break;
            }
        }
        Ok(())
    }

    fn pull(&mut self, quotient: &Mesh, part: f64) {
        let all = self.centres.iter().zip(&self.radii);
        let weight: f64 = self.radii.iter().map(|radius| radius * radius).sum();
        let sum =
            all.fold(Point::default(), |sum, (&centre, radius)| sum.plus(centre.times(radius * radius)));
        let middle = sum.times(1.0 / weight.max(1e-9));
        let moved: Vec<Point> = (0..self.centres.len())
            .map(|group| {
                let (mut sum, mut total) = (Point::default(), 0.0);
                for (other, strength) in quotient.springs(group) {
                    sum = sum.plus(self.centres[other].times(strength));
                    total += strength;
                }
                let near = if total > 0.0 { sum.times(1.0 / total) } else { middle };
                let goal = near.times(1.0 - TO_MIDDLE).plus(middle.times(TO_MIDDLE));
                self.centres[group].plus(goal.minus(self.centres[group]).times(part))
            })
            .collect();
        self.centres = moved;
    }

    /// Moves circles that overlap away from each other, the smaller one more. Says whether there were any.
    fn push(&mut self) -> bool {
        let mut has_pushed = false;
        for a in 0..self.centres.len() {
            for b in 0..a {
                let away = self.centres[a].minus(self.centres[b]);
                let overlap = self.room(a, b) - away.length();
                if overlap <= 1e-9 {
                    continue;
                }
                has_pushed = true;
                let direction = if away.length() > 1e-9 {
                    away.times(1.0 / away.length())
                } else {
                    Point::at_angle(real(a), 1.0)
                };
                let (weight_a, weight_b) = (self.radii[a].powi(2), self.radii[b].powi(2));
                let share = weight_b / (weight_a + weight_b);
                self.centres[a] = self.centres[a].plus(direction.times(overlap * share));
                self.centres[b] = self.centres[b].minus(direction.times(overlap * (1.0 - share)));
            }
        }
        has_pushed
    }

    fn room(&self, a: usize, b: usize) -> f64 {
        let (a, b) = (self.radii[a], self.radii[b]);
        a + b + GAP * a.min(b).max(1.0)
    }

    /// The direction, of length 1, by which a circle is turned so that its members lie towards those that they are
    /// joined to.
    fn turn(&self, group: usize, members: &[u32], mesh: &Mesh, groups: &[u32], points: &[Point]) -> Point {
        let mut sum = Point::default();
        for &member in members {
            let own = points[member as usize];
            for (target, strength) in mesh.springs(member as usize) {
                let other = groups[target] as usize;
                if other != group {
                    let to = self.centres[other].minus(self.centres[group]);
                    let to = to.times(strength / to.length().max(1e-9));
                    sum = sum.plus(Point::new(own.x * to.x + own.y * to.y, own.x * to.y - own.y * to.x));
                }
            }
        }
        let length = sum.length();
        if length > 0.0 { sum.times(1.0 / length) } else { Point::new(1.0, 0.0) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::{Direction, Vertex};

    /// Rings of 10, 20, 30 and 40 in a row.
    fn rings() -> (Graph, Vec<u32>) {
        let (mut edges, mut communities, mut first): (Vec<(Vertex, Vertex)>, _, _) =
            (Vec::new(), Vec::new(), 0);
        for size in [10, 20, 30, 40] {
            edges.extend((0..size).map(|place| (first + place, first + (place + 1) % size)));
            communities.extend(std::iter::repeat_n(1_000_000 - first, size as usize));
            edges.extend((first > 0).then(|| (first, first - 1)));
            first += size;
        }
        (Graph::from_edges(Direction::Directed, 100, &edges).unwrap(), communities)
    }

    #[test]
    fn members_lie_in_circles_that_do_not_overlap() {
        let (graph, partition) = rings();
        let positions = communities(&graph, &partition, &Force::default(), &Watch::unbounded()).unwrap();
        let (groups, count) = numbered(&partition);
        let circles: Vec<(Point, f64)> = members(&groups, count)
            .iter()
            .map(|members| {
                let points: Vec<Point> = members.iter().map(|&v| positions.point(v).unwrap()).collect();
                let centre = points
                    .iter()
                    .fold(Point::default(), |sum, &p| sum.plus(p))
                    .times(1.0 / real(points.len()));
                (centre, points.iter().map(|point| point.minus(centre).length()).fold(0.0, f64::max))
            })
            .collect();
        for a in 0..count {
            for b in 0..a {
                let away = circles[a].0.minus(circles[b].0).length();
                assert!(away > 0.97 * (circles[a].1 + circles[b].1), "{:?} {:?}", circles[a], circles[b]);
            }
        }
        assert!(circles[0].1 > circles[3].1);
    }

    #[test]
    fn partition_of_one_and_of_each_for_itself_have_places() {
        let (graph, _) = rings();
        for partition in [vec![7; 100], (0..100).collect()] {
            let positions = communities(&graph, &partition, &Force::default(), &Watch::unbounded()).unwrap();
            assert!(positions.points().iter().all(|point| point.is_finite()));
        }
        assert!(communities(&graph, &[1, 2], &Force::default(), &Watch::unbounded()).is_err());
    }
}

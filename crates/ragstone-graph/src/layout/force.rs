//! Vertices that repel each other, held together by edges.

mod coarsening;
mod repulsion;
mod room;

use rand_pcg::Pcg64Mcg;
use rand_pcg::rand_core::{Rng, SeedableRng};
use rayon::prelude::*;

use self::coarsening::coarsen;
use self::repulsion::Cells;
use self::room::make_room;
use crate::error::{GraphError, Result};
use crate::graph::Graph;
use crate::layout::mesh::{Mesh, NONE};
use crate::layout::packing::{beside, side};
use crate::layout::positions::{Point, Positions, real};
use crate::watch::Watch;

/// Vertices whose springs one task looks at.
const TOGETHER: usize = 512;

/// Below this many vertices, forces are not worth more than one thread.
const SEQUENTIAL: usize = 2048;

/// Share of the distance between vertices that the last step still moves them.
const LAST_STEP: f64 = 0.01;

/// Least distance between vertices that is striven for at the end, in distances of an even spread or in lengths of edges,
/// whichever is less.
const ROOM: f64 = 0.4;

/// Space between components, in distances between vertices.
const GAP: f64 = 1.2;

/// How edges pull.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(
    feature = "analysis",
    derive(serde::Serialize, serde::Deserialize),
    serde(rename_all = "kebab-case")
)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = EdgeAttraction))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(rename = "EdgeAttraction"))]
pub enum Attraction {
    /// In proportion to their length: groups that hold together lie far from each other.
    Linear,
    /// With the square of their length.
    #[default]
    Quadratic,
    /// With the cube of their length: edges are nearly as long as each other, groups have room.
    Cubic,
}

/// What a weight means to a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Weights {
    /// How strongly an edge pulls, in relation to the mean of all weights, at most 32 times it and at least a 32nd.
    /// An edge of weight 0 or less does not pull.
    #[default]
    Strength,
    /// Nothing: all edges pull alike.
    Ignored,
}

/// How [`force`] works.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Force {
    /// Where the first vertices lie.
    pub seed: u64,
    /// Steps on each level, from 1 to 10,000.
    pub iterations: u32,
    /// From which ratio of size to distance on a group of vertices repels as one, from 0 (never) to 2.
    pub theta: f64,
    /// How edges pull.
    pub attraction: Attraction,
    /// What weights mean.
    pub weights: Weights,
}

impl Default for Force {
    fn default() -> Self {
        Self {
            seed: 0,
            iterations: 120,
            theta: 1.0,
            attraction: Attraction::default(),
            weights: Weights::Strength,
        }
    }
}

impl Force {
    pub(crate) fn check(&self) -> Result<()> {
        let refuse =
            |option, found: String, expected| Err(GraphError::OutOfRange { option, found, expected });
        if !(1..=10_000).contains(&self.iterations) {
            return refuse("iterations", self.iterations.to_string(), "from 1 to 10,000 steps");
        }
        if !(0.0..=2.0).contains(&self.theta) {
            return refuse("theta", self.theta.to_string(), "from 0 to 2");
        }
        Ok(())
    }
}

/// Lays vertices out by forces: all repel each other with the product of their degrees over their distance, edges pull
/// their ends together. Direction does not matter, parallel edges pull together, loops do not pull. Components are laid
/// out each for itself and packed beside each other.
///
/// O(V log V + E) a step, [`Force::iterations`] steps on each of about log V levels; on all threads of the pool, with
/// the same answer on any number of them. Takes about 200 bytes a vertex and 50 an entry.
///
/// Sources: Barnes and Hut (1986) for groups; Walshaw (2003) and Hu (2005) for levels; Jacomy, Venturini, Heymann and
/// Bastian (2014) for degrees as masses.
pub fn force(graph: &Graph, options: &Force, watch: &Watch) -> Result<Positions> {
    options.check()?;
    let entries = graph.entry_count() as u64;
    let steps = u64::from(options.iterations) * (100 * graph.vertex_count() as u64 + entries);
    let bytes = 200 * graph.vertex_count() as u64 + 50 * entries;
    watch.afford(bytes, steps, "ask for fewer iterations, or lay out a part of the graph")?;
    let mesh = Mesh::of(graph, graph.is_weighted() && options.weights == Weights::Strength, watch)?;
    Positions::new(spread(&mesh, options, watch)?)
}

/// [`settle`] for each component, packed. The distance between neighbours is about 1.
pub(crate) fn spread(mesh: &Mesh, options: &Force, watch: &Watch) -> Result<Vec<Point>> {
    each_component(mesh, watch, |part, watch| settle(part, options, watch))
}

/// Lays out each component by itself, then packs them.
pub(crate) fn each_component(
    mesh: &Mesh,
    watch: &Watch,
    lay_out: impl Fn(&Mesh, &Watch) -> Result<Vec<Point>>,
) -> Result<Vec<Point>> {
    let components = mesh.components();
    if components.len() == 1 {
        let mut points = lay_out(mesh, watch)?;
        natural_size(mesh, &mut points);
        return Ok(points);
    }
    let mut numbers = vec![NONE; mesh.len()];
    let mut parts = Vec::with_capacity(components.len());
    for (done, members) in components.iter().enumerate() {
        watch.check()?;
        watch.progress(done, components.len());
        let part = mesh.part(members, &mut numbers);
        let mut points = lay_out(&part, &watch.without_progress())?;
        natural_size(&part, &mut points);
        parts.push(points);
    }
    beside(&mut parts, GAP);
    let mut points = vec![Point::default(); mesh.len()];
    for (members, part) in components.iter().zip(parts) {
        for (&member, point) in members.iter().zip(part) {
            points[member as usize] = point;
        }
    }
    Ok(points)
}

/// Lays out a mesh of one component, level by level from the coarsest.
fn settle(mesh: &Mesh, options: &Force, watch: &Watch) -> Result<Vec<Point>> {
    let mut random = Random::new(Pcg64Mcg::seed_from_u64(options.seed));
    let levels = coarsen(mesh, &mut random, watch)?;
    let coarsest = levels.last().map_or(mesh, |level| &level.mesh);
    let mut points: Vec<Point> = (0..coarsest.len()).map(|_| random.in_circle()).collect();
    let steps = Steps { options, watch };
    steps.run(coarsest, &mut points, side(coarsest.len()))?;
    for finer in (0..levels.len()).rev() {
        watch.progress(levels.len() - finer, levels.len() + 1);
        let mesh = if finer == 0 { mesh } else { &levels[finer - 1].mesh };
        let around = 0.3 * spacing(&points);
        let groups = &levels[finer].groups;
        points = groups
            .iter()
            .map(|&group| points[group as usize].plus(random.in_circle().times(around)))
            .collect();
        steps.run(mesh, &mut points, 1.5)?;
    }
    let room = ROOM * spacing(&points).min(mean_length(mesh, &points));
    make_room(&mut points, room, watch)?;
    Ok(points)
}

/// Scales so that vertices are about 1 apart where they are dense, and edges about 1 long where they are not.
fn natural_size(mesh: &Mesh, points: &mut [Point]) {
    upright(points);
    let (apart, mean) = (spacing(points), mean_length(mesh, points));
    let scale = [apart, mean]
        .into_iter()
        .filter(|&length| length > 1e-100)
        .map(|length| 1.0 / length)
        .fold(0.0, f64::max);
    for point in points {
        *point = point.times(scale);
    }
}

fn mean_length(mesh: &Mesh, points: &[Point]) -> f64 {
    let lengths = |vertex: usize| {
        mesh.springs(vertex).map(|(target, _)| points[vertex].minus(points[target]).length()).sum::<f64>()
    };
    (0..mesh.len()).map(lengths).sum::<f64>() / real(mesh.entries().max(1))
}

/// Turns points so that they spread most from left to right.
fn upright(points: &mut [Point]) {
    let centre = points.iter().fold(Point::default(), |sum, &point| sum.plus(point));
    let centre = centre.times(1.0 / real(points.len().max(1)));
    let (mut across, mut both, mut down) = (0.0, 0.0, 0.0);
    for point in points.iter() {
        let away = point.minus(centre);
        across += away.x * away.x;
        both += away.x * away.y;
        down += away.y * away.y;
    }
    let angle = 0.5 * (2.0 * both).atan2(across - down);
    let (sine, cosine) = angle.sin_cos();
    for point in points {
        let away = point.minus(centre);
        *point = Point::new(cosine * away.x + sine * away.y, cosine * away.y - sine * away.x);
    }
}

/// Distance between vertices that are spread evenly.
fn spacing(points: &[Point]) -> f64 {
    let centre = points.iter().fold(Point::default(), |sum, &point| sum.plus(point));
    let centre = centre.times(1.0 / real(points.len().max(1)));
    let square: f64 = points.iter().map(|point| point.minus(centre).length().powi(2)).sum();
    // A disc has half the square of its radius as mean square of the distance to its centre.
    (2.0 * std::f64::consts::PI * square).sqrt() / real(points.len().max(1))
}

pub(crate) struct Random(Pcg64Mcg);

impl Random {
    pub(crate) fn new(generator: Pcg64Mcg) -> Self {
        Self(generator)
    }

    pub(crate) fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// From 0 to below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        f64::from(self.0.next_u32()) / 4_294_967_296.0
    }

    fn in_circle(&mut self) -> Point {
        Point::at_angle(std::f64::consts::TAU * self.unit(), self.unit().sqrt())
    }
}

struct Steps<'a> {
    options: &'a Force,
    watch: &'a Watch,
}

impl Steps<'_> {
    /// Moves every vertex along its force, by `first` distances between vertices at first and less with every step.
    fn run(&self, mesh: &Mesh, points: &mut [Point], first: f64) -> Result<()> {
        if mesh.len() < 2 {
            return Ok(());
        }
        let iterations = self.options.iterations;
        let cooling = (LAST_STEP / first).powf(1.0 / f64::from(iterations));
        self.rescale(mesh, points);
        let mut length = first * spacing(points);
        for iteration in 0..iterations {
            self.watch.check()?;
            let cells = Cells::build(points, &mesh.masses);
            let mut forces = vec![Point::default(); points.len()];
            cells.repel(self.options.theta, &mut forces, self.watch)?;
            self.pull(mesh, points, &mut forces)?;
            for (point, force) in points.iter_mut().zip(&forces) {
                let strength = force.length();
                if strength > 0.0 {
                    *point = point.plus(force.times(length / strength));
                }
            }
            length *= cooling;
            if iteration % 8 == 7 {
                let before = spacing(points);
                self.rescale(mesh, points);
                length *= spacing(points) / before;
            }
        }
        Ok(())
    }

    fn pull(&self, mesh: &Mesh, points: &[Point], forces: &mut [Point]) -> Result<()> {
        let attraction = self.options.attraction;
        let pull = |vertex: usize, force: &mut Point| {
            let own = points[vertex];
            let mut sum = Point::default();
            for (target, strength) in mesh.springs(vertex) {
                let away = points[target].minus(own);
                let square = away.x * away.x + away.y * away.y;
                let factor = match attraction {
                    Attraction::Linear => strength,
                    Attraction::Quadratic => strength * square.sqrt(),
                    Attraction::Cubic => strength * square,
                };
                sum = sum.plus(away.times(factor));
            }
            *force = force.plus(sum);
        };
        if points.len() < SEQUENTIAL {
            forces.iter_mut().enumerate().for_each(|(vertex, force)| pull(vertex, force));
            return Ok(());
        }
        forces.par_chunks_mut(TOGETHER).enumerate().try_for_each(|(chunk, forces)| {
            self.watch.check()?;
            for (offset, force) in forces.iter_mut().enumerate() {
                pull(chunk * TOGETHER + offset, force);
            }
            Ok(())
        })
    }

    /// Brings all points to the size at which forces are in balance: the energy of springs grows with a power of the
    /// size, that of repulsion falls with its logarithm.
    fn rescale(&self, mesh: &Mesh, points: &mut [Point]) {
        let power = match self.options.attraction {
            Attraction::Linear => 2,
            Attraction::Quadratic => 3,
            Attraction::Cubic => 4,
        };
        let mut springs = 0.0;
        for vertex in 0..mesh.len() {
            for (target, strength) in mesh.springs(vertex) {
                springs += 0.5 * strength * points[vertex].minus(points[target]).length().powi(power);
            }
        }
        let mass: f64 = mesh.masses.iter().sum();
        let own: f64 = mesh.masses.iter().map(|mass| mass * mass).sum();
        let repulsion = 0.5 * (mass * mass - own);
        let scale = (repulsion / springs).powf(1.0 / f64::from(power));
        if scale.is_finite() && scale > 0.0 {
            for point in points {
                *point = point.times(scale);
            }
        }
    }
}

//! Repulsion of all by all, with far groups taken as one (Barnes and Hut).

use std::ops::Range;

use rayon::prelude::*;

use crate::error::Result;
use crate::layout::positions::{Bounds, Point, real, whole};
use crate::watch::Watch;

/// Points that are not divided further.
const LEAF: usize = 16;

/// How often the square around all points is halved.
const DEPTH: u32 = 24;

/// Sums that are formed beside each other, so that the processor can work on them at once.
const LANES: usize = 4;

/// Added to squares of distances, so that no push is infinite; distances are about 1.
const SOFT: f64 = 1e-12;

/// Points in order along a curve that leaves no square before it has seen all of it, and the squares as a tree.
pub(super) struct Cells {
    /// Where the points were.
    order: Vec<u32>,
    points: Bodies,
    /// Each before its parts.
    all: Vec<Cell>,
}

/// Points with masses, coordinate by coordinate.
#[derive(Debug, Clone, Default)]
struct Bodies {
    x: Vec<f64>,
    y: Vec<f64>,
    mass: Vec<f64>,
}

struct Cell {
    bounds: Bounds,
    centre: Point,
    mass: f64,
    points: Range<usize>,
    /// The cell after all its parts.
    next: usize,
    is_leaf: bool,
}

impl Cells {
    pub(super) fn build(points: &[Point], masses: &[f64]) -> Self {
        let mut codes: Vec<(u64, u32)> = codes(points);
        if points.len() < super::SEQUENTIAL {
            codes.sort_unstable();
        } else {
            codes.par_sort_unstable();
        }
        let order: Vec<u32> = codes.iter().map(|&(_, index)| index).collect();
        let pick = |of: &dyn Fn(usize) -> f64| order.iter().map(|&index| of(index as usize)).collect();
        let sorted = Bodies {
            x: pick(&|index| points[index].x),
            y: pick(&|index| points[index].y),
            mass: pick(&|index| masses[index]),
        };
        let mut tree = Self { order, points: sorted, all: Vec::with_capacity(points.len() / 4) };
        tree.divide(&codes, 0..codes.len(), DEPTH);
        tree
    }

    /// Adds to each force what all other points push, with mass times mass over distance.
    pub(super) fn repel(&self, theta: f64, forces: &mut [Point], watch: &Watch) -> Result<()> {
        let leaves: Vec<&Cell> = self.all.iter().filter(|cell| cell.is_leaf).collect();
        let mut sorted = vec![Point::default(); forces.len()];
        let mut tasks = Vec::with_capacity(leaves.len());
        let mut rest = &mut sorted[..];
        for leaf in leaves {
            let (own, others) = rest.split_at_mut(leaf.points.len());
            tasks.push((leaf, own));
            rest = others;
        }
        let run = |near: &mut Bodies, (leaf, own): (&Cell, &mut [Point])| -> Result<()> {
            watch.check()?;
            self.collect(leaf, theta, near);
            for (index, force) in leaf.points.clone().zip(own) {
                let push = near.push_on(self.points.x[index], self.points.y[index]);
                *force = push.times(self.points.mass[index]);
            }
            Ok(())
        };
        if forces.len() < super::SEQUENTIAL {
            let mut near = Bodies::default();
            tasks.into_iter().try_for_each(|task| run(&mut near, task))?;
        } else {
            tasks.into_par_iter().with_min_len(4).try_for_each_init(Bodies::default, run)?;
        }
        for (&index, force) in self.order.iter().zip(sorted) {
            let index = index as usize;
            forces[index] = forces[index].plus(force);
        }
        Ok(())
    }

    /// Makes the cell of a range of points, and those of its parts.
    fn divide(&mut self, codes: &[(u64, u32)], range: Range<usize>, depth: u32) {
        let this = self.all.len();
        let is_leaf = range.len() <= LEAF || depth == 0;
        self.all.push(self.points.cell(range.clone(), is_leaf));
        if !is_leaf {
            let shift = 2 * (depth - 1);
            let mut begin = range.start;
            while begin < range.end {
                let quarter = codes[begin].0 >> shift;
                let end = begin + codes[begin..range.end].partition_point(|code| code.0 >> shift == quarter);
                self.divide(codes, begin..end, depth - 1);
                begin = end;
            }
        }
        self.all[this].next = self.all.len();
    }

    /// What pushes the points of a leaf: near points, and far cells as one point.
    fn collect(&self, leaf: &Cell, theta: f64, near: &mut Bodies) {
        near.clear();
        let mut index = 0;
        while let Some(cell) = self.all.get(index) {
            let across = |least: f64, most: f64, at: f64| (least - at).max(at - most).max(0.0);
            let x = across(leaf.bounds.least.x, leaf.bounds.most.x, cell.centre.x);
            let y = across(leaf.bounds.least.y, leaf.bounds.most.y, cell.centre.y);
            let size = cell.bounds.width().max(cell.bounds.height());
            if size * size < theta * theta * (x * x + y * y) {
                near.add(cell.centre.x, cell.centre.y, cell.mass);
                index = cell.next;
            } else {
                if cell.is_leaf {
                    near.extend(&self.points, cell.points.clone());
                }
                index += 1;
            }
        }
        near.fill();
    }
}

impl Bodies {
    fn clear(&mut self) {
        self.x.clear();
        self.y.clear();
        self.mass.clear();
    }

    fn add(&mut self, x: f64, y: f64, mass: f64) {
        self.x.push(x);
        self.y.push(y);
        self.mass.push(mass);
    }

    fn extend(&mut self, other: &Self, range: Range<usize>) {
        self.x.extend_from_slice(&other.x[range.clone()]);
        self.y.extend_from_slice(&other.y[range.clone()]);
        self.mass.extend_from_slice(&other.mass[range]);
    }

    /// Fills the last lanes with points of no mass.
    fn fill(&mut self) {
        while !self.x.len().is_multiple_of(LANES) {
            self.add(0.0, 0.0, 0.0);
        }
    }

    /// The push on a point of mass 1; a point does not push itself, nor one at the same place.
    fn push_on(&self, x: f64, y: f64) -> Point {
        let (mut along, mut down) = ([0.0; LANES], [0.0; LANES]);
        let bodies =
            self.x.chunks_exact(LANES).zip(self.y.chunks_exact(LANES)).zip(self.mass.chunks_exact(LANES));
        for ((xs, ys), masses) in bodies {
            for lane in 0..LANES {
                let (dx, dy) = (x - xs[lane], y - ys[lane]);
                let factor = masses[lane] / (dx * dx + dy * dy + SOFT);
                along[lane] += dx * factor;
                down[lane] += dy * factor;
            }
        }
        Point::new(along.iter().sum(), down.iter().sum())
    }

    fn cell(&self, range: Range<usize>, is_leaf: bool) -> Cell {
        let first = Point::new(self.x[range.start], self.y[range.start]);
        let mut bounds = Bounds { least: first, most: first };
        let (mut centre, mut mass) = (Point::default(), 0.0);
        for index in range.clone() {
            let point = Point::new(self.x[index], self.y[index]);
            bounds.least = Point::new(bounds.least.x.min(point.x), bounds.least.y.min(point.y));
            bounds.most = Point::new(bounds.most.x.max(point.x), bounds.most.y.max(point.y));
            centre = centre.plus(point.times(self.mass[index]));
            mass += self.mass[index];
        }
        let centre = centre.times(1.0 / mass);
        Cell { bounds, centre, mass, points: range, next: 0, is_leaf }
    }
}

/// Morton's code of each point in the square around all, and which point it is.
fn codes(points: &[Point]) -> Vec<(u64, u32)> {
    let Some(bounds) = Bounds::of(points) else {
        return Vec::new();
    };
    let side = bounds.width().max(bounds.height()).max(f64::MIN_POSITIVE);
    let last = (1_usize << DEPTH) - 1;
    let code = |point: &Point| {
        let along =
            |at: f64, least: f64| spread_bits(whole((at - least) / side * real(last)).min(last) as u64);
        along(point.x, bounds.least.x) | along(point.y, bounds.least.y) << 1
    };
    points.iter().map(code).zip(0..).collect()
}

/// Moves each bit to twice its place.
fn spread_bits(number: u64) -> u64 {
    let mut bits = number & 0xFFFF_FFFF;
    bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF;
    bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF;
    bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F;
    bits = (bits | bits << 2) & 0x3333_3333_3333_3333;
    (bits | bits << 1) & 0x5555_5555_5555_5555
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scattered(count: u32) -> (Vec<Point>, Vec<f64>) {
        let point =
            |index: u32| Point::new(f64::from(index * 7919 % 1009), f64::from(index * 104_729 % 997) * 0.5);
        ((0..count).map(point).collect(), (0..count).map(|index| 1.0 + f64::from(index % 5)).collect())
    }

    fn exact(points: &[Point], masses: &[f64]) -> Vec<Point> {
        let push = |a: usize, b: usize| {
            let away = points[a].minus(points[b]);
            let square = away.x * away.x + away.y * away.y;
            if square == 0.0 { Point::default() } else { away.times(masses[a] * masses[b] / square) }
        };
        (0..points.len())
            .map(|a| (0..points.len()).fold(Point::default(), |sum, b| sum.plus(push(a, b))))
            .collect()
    }

    fn worst(theta: f64) -> f64 {
        let (points, masses) = scattered(700);
        let mut forces = vec![Point::default(); points.len()];
        Cells::build(&points, &masses).repel(theta, &mut forces, &Watch::unbounded()).unwrap();
        let exact = exact(&points, &masses);
        let mean = exact.iter().map(|force| force.length()).sum::<f64>() / 700.0;
        forces.iter().zip(&exact).map(|(a, b)| a.minus(*b).length() / mean).fold(0.0, f64::max)
    }

    #[test]
    fn forces_are_near_the_exact_sum() {
        assert!(worst(0.0) < 1e-9, "{}", worst(0.0));
        assert!(worst(0.5) < 0.02, "{}", worst(0.5));
        assert!(worst(1.0) < 0.08, "{}", worst(1.0));
        assert!(worst(1.0) > 0.0);
    }

    #[test]
    fn points_at_one_place_do_not_push_each_other() {
        let points = vec![Point::new(3.0, 4.0); 100];
        let mut forces = vec![Point::default(); 100];
        Cells::build(&points, &[1.0; 100]).repel(1.0, &mut forces, &Watch::unbounded()).unwrap();
        assert!(forces.iter().all(|force| force.length() == 0.0));
    }
}

//! Room around vertices that lie nearly on each other.

use rayon::prelude::*;

use crate::error::Result;
use crate::layout::positions::{Point, real};
use crate::watch::Watch;

/// How often vertices are moved apart.
const ROUNDS: usize = 40;

/// Others of a row of squares that a vertex looks at.
const MOST: usize = 48;

/// Points that one task looks at.
const TOGETHER: usize = 1024;

/// Moves points apart that are nearer to each other than `least`, as far as some rounds reach.
pub(super) fn make_room(points: &mut [Point], least: f64, watch: &Watch) -> Result<()> {
    if points.len() < 2 || least.is_nan() || least <= 0.0 {
        return Ok(());
    }
    for _ in 0..ROUNDS {
        watch.check()?;
        let squares = Squares::of(points, least);
        let mut moved = vec![Point::default(); points.len()];
        moved.par_chunks_mut(TOGETHER).enumerate().try_for_each(|(chunk, moved)| -> Result<()> {
            watch.check()?;
            for (offset, moved) in moved.iter_mut().enumerate() {
                *moved = squares.away(chunk * TOGETHER + offset, points, least);
            }
            Ok(())
        })?;
        let has_moved = moved.iter().any(|moved| moved.length() > 0.02 * least);
        points.iter_mut().zip(moved).for_each(|(point, moved)| *point = point.plus(moved));
        if !has_moved {
            break;
        }
    }
    Ok(())
}

/// Points by the square that they are in, row by row.
struct Squares {
    sorted: Vec<(i64, i64, u32)>,
}

impl Squares {
    fn of(points: &[Point], side: f64) -> Self {
        let mut sorted: Vec<(i64, i64, u32)> = points
            .iter()
            .zip(0..)
            .map(|(point, index)| (cell(point.y, side), cell(point.x, side), index))
            .collect();
        sorted.par_sort_unstable();
        Self { sorted }
    }

    /// Where others that are too near push a point.
    fn away(&self, own: usize, points: &[Point], least: f64) -> Point {
        let point = points[own];
        let (row, column) = (cell(point.y, least), cell(point.x, least));
        let (mut sum, mut count) = (Point::default(), 0);
        for row in row - 1..=row + 1 {
            let first = self.sorted.partition_point(|&(y, x, _)| (y, x) < (row, column - 1));
            let near = self.sorted[first..].iter().take(MOST);
            for &(_, _, other) in near.take_while(|&&(y, x, _)| y == row && x <= column + 1) {
                let other = other as usize;
                let away = point.minus(points[other]);
                let distance = away.length();
                if other == own || distance >= least {
                    continue;
                }
                // Two at one place go where their numbers say.
                let turn = if own < other { own } else { other };
                let direction = if distance > 1e-9 * least {
                    away.times(1.0 / distance)
                } else {
                    Point::at_angle(real(turn), if own < other { 1.0 } else { -1.0 })
                };
                sum = sum.plus(direction.times((least - distance) * 0.5));
                count += 1;
            }
        }
        if count > 2 { sum.times(2.0 / f64::from(count)) } else { sum }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "squares are as wide as vertices lie from each other")]
fn cell(at: f64, side: f64) -> i64 {
    (at / side).floor() as i64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_on_each_other_part_and_others_stay() {
        let mut points = vec![Point::default(); 3];
        points.push(Point::new(9.0, 0.0));
        make_room(&mut points, 1.0, &Watch::unbounded()).unwrap();
        assert_eq!(points[3], Point::new(9.0, 0.0));
        for a in 0..3 {
            for b in 0..a {
                let apart = points[a].minus(points[b]).length();
                assert!(apart > 0.9, "{points:?}");
            }
        }
    }
}

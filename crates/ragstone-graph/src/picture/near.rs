//! How near to each other vertices lie.

use std::collections::HashMap;

use crate::layout::positions::{Point, real};

/// Squares around a point in which others are looked for.
const AROUND: [i64; 3] = [-1, 0, 1];

/// Points that are looked at.
const SAMPLE: usize = 4000;

/// The distance to the nearest other point that three of four points have at least, at most `most`.
pub(super) fn typical_distance(points: &[Point], most: f64) -> f64 {
    let square = |point: &Point| ((point.x / most).floor(), (point.y / most).floor());
    #[expect(clippy::cast_possible_truncation, reason = "squares of a picture are few")]
    let key = |(x, y): (f64, f64)| (x as i64, y as i64);
    let mut squares: HashMap<(i64, i64), Vec<usize>> = HashMap::new();
    for (index, point) in points.iter().enumerate() {
        squares.entry(key(square(point))).or_default().push(index);
    }
    let stride = points.len().div_ceil(SAMPLE).max(1);
    let mut nearest: Vec<f64> = Vec::with_capacity(points.len() / stride + 1);
    for index in (0..points.len()).step_by(stride) {
        let (x, y) = key(square(&points[index]));
        let around = AROUND.iter().flat_map(|&column| AROUND.iter().map(move |&row| (x + column, y + row)));
        let others =
            around.filter_map(|square| squares.get(&square)).flat_map(|members| members.iter().take(200));
        let distances =
            others.filter(|&&other| other != index).map(|&other| points[other].minus(points[index]).length());
        nearest.push(distances.fold(most, f64::min));
    }
    nearest.sort_unstable_by(f64::total_cmp);
    nearest.get(quarter(nearest.len())).copied().unwrap_or(most)
}

fn quarter(count: usize) -> usize {
    crate::layout::positions::whole(real(count) * 0.25)
}

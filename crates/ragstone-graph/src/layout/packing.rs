//! Rectangles beside each other in a frame that is about as wide as high.

use crate::layout::positions::{Bounds, Point, real};

/// How many widths of the frame are tried.
const WIDTHS: u32 = 12;

/// The left upper corner of each rectangle, given by width and height, so that none overlap. The highest come first,
/// each at the highest place where it fits, the leftmost of those: O(n²) at worst, O(n √n) for rectangles of a size.
pub(crate) fn pack(sizes: &[Point]) -> Vec<Point> {
    let mut order: Vec<usize> = (0..sizes.len()).collect();
    order.sort_by(|&a, &b| {
        sizes[b].y.total_cmp(&sizes[a].y).then(sizes[b].x.total_cmp(&sizes[a].x)).then(a.cmp(&b))
    });
    let widest = sizes.iter().fold(0.0, |widest: f64, size| widest.max(size.x));
    let area: f64 = sizes.iter().map(|size| size.x * size.y).sum();
    let mut best: Option<(f64, Vec<Point>)> = None;
    for step in 0..WIDTHS {
        let width = widest.max(area.sqrt() * (0.9 + 0.1 * f64::from(step)));
        let (corners, height) = place(sizes, &order, width);
        let side = width.max(height);
        if best.as_ref().is_none_or(|(least, _)| side < *least) {
            best = Some((side, corners));
        }
    }
    best.map(|(_, corners)| corners).unwrap_or_default()
}

/// Puts layouts side by side, with `gap` around each. The points of each are moved, not scaled.
pub(crate) fn beside(parts: &mut [Vec<Point>], gap: f64) {
    let bounds: Vec<Option<Bounds>> = parts.iter().map(|points| Bounds::of(points)).collect();
    let size = |bounds: &Option<Bounds>| {
        bounds.map_or(Point::default(), |bounds| Point::new(bounds.width() + gap, bounds.height() + gap))
    };
    let corners = pack(&bounds.iter().map(size).collect::<Vec<_>>());
    for ((points, bounds), corner) in parts.iter_mut().zip(bounds).zip(corners) {
        let least = bounds.map_or(Point::default(), |bounds| bounds.least);
        for point in points {
            *point = point.minus(least).plus(corner).plus(Point::new(gap / 2.0, gap / 2.0));
        }
    }
}

/// The lower edge of what is placed: pieces from left to right, each with where it begins and how deep it is.
struct Skyline {
    pieces: Vec<(f64, f64)>,
    width: f64,
}

fn place(sizes: &[Point], order: &[usize], width: f64) -> (Vec<Point>, f64) {
    let mut skyline = Skyline { pieces: vec![(0.0, 0.0)], width };
    let mut corners = vec![Point::default(); sizes.len()];
    let mut height: f64 = 0.0;
    for &index in order {
        let corner = skyline.take(sizes[index]);
        height = height.max(corner.y + sizes[index].y);
        corners[index] = corner;
    }
    (corners, height)
}

impl Skyline {
    /// Finds the highest place for a rectangle and lowers the edge below it.
    fn take(&mut self, size: Point) -> Point {
        let mut best: Option<Point> = None;
        for (index, &(left, _)) in self.pieces.iter().enumerate() {
            if left + size.x > self.width * (1.0 + 1e-9) {
                break;
            }
            let below = self.pieces[index..].iter().take_while(|piece| piece.0 < left + size.x);
            let depth = below.fold(0.0, |depth: f64, piece| depth.max(piece.1));
            if best.is_none_or(|best| depth < best.y) {
                best = Some(Point::new(left, depth));
            }
        }
        let corner = best.unwrap_or_else(|| {
            Point::new(0.0, self.pieces.iter().fold(0.0, |depth: f64, piece| depth.max(piece.1)))
        });
        self.lower(corner, size);
        corner
    }

    fn lower(&mut self, corner: Point, size: Point) {
        let (left, right) = (corner.x, corner.x + size.x);
        let first = self.pieces.partition_point(|piece| piece.0 < left);
        let last = self.pieces.partition_point(|piece| piece.0 < right);
        let rest = self.pieces[..last].last().map(|&(_, depth)| (right, depth));
        let ends_here = self.pieces.get(last).is_some_and(|piece| piece.0 <= right) || right >= self.width;
        let new = [(left, corner.y + size.y)].into_iter().chain(rest.filter(|_| !ends_here));
        self.pieces.splice(first..last.max(first), new);
    }
}

/// Side of the square that `count` vertices fill.
pub(crate) fn side(count: usize) -> f64 {
    real(count).sqrt()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn packed_rectangles_do_not_overlap(sizes in prop::collection::vec((0.1f64..9.0, 0.1f64..9.0), 1..60)) {
            let sizes: Vec<Point> = sizes.into_iter().map(|(x, y)| Point::new(x, y)).collect();
            let corners = pack(&sizes);
            for a in 0..sizes.len() {
                for b in 0..a {
                    let apart = |at: f64, size: f64, other: f64| at + size <= other + 1e-9;
                    prop_assert!(
                        apart(corners[a].x, sizes[a].x, corners[b].x)
                            || apart(corners[b].x, sizes[b].x, corners[a].x)
                            || apart(corners[a].y, sizes[a].y, corners[b].y)
                            || apart(corners[b].y, sizes[b].y, corners[a].y),
                        "{a} and {b}"
                    );
                }
            }
        }
    }

    #[test]
    fn many_of_a_size_make_a_square() {
        let corners = pack(&[Point::new(1.0, 1.0); 100]);
        let bounds = Bounds::of(&corners).unwrap();
        assert!(bounds.width() <= 10.0 && bounds.height() <= 10.0, "{bounds:?}");
    }
}

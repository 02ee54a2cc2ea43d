//! Points of the plane, and the frame that every layout is fitted into.

use crate::error::{GraphError, Result};
use crate::graph::{Graph, Vertex};

/// A point of the plane. `y` grows downwards, as it does in pictures.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// A point by its coordinates.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        Self::new(self.x + other.x, self.y + other.y)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self::new(self.x - other.x, self.y - other.y)
    }

    pub(crate) fn times(self, factor: f64) -> Self {
        Self::new(self.x * factor, self.y * factor)
    }

    /// Distance to the origin.
    pub(crate) fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    pub(crate) fn at_angle(angle: f64, radius: f64) -> Self {
        Self::new(radius * angle.cos(), radius * angle.sin())
    }

    pub(crate) fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

/// A point for each vertex, centred on the origin: the longer side of what they cover reaches from -1 to 1, the other
/// is as long as its proportion says. All points are finite. Vertices that cover nothing lie at the origin.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Positions {
    points: Vec<Point>,
}

impl Positions {
    /// Moves and scales points into the frame, both directions alike; refuses coordinates that are not finite or whose
    /// differences are not.
    pub fn new(mut points: Vec<Point>) -> Result<Self> {
        let Some(bounds) = Bounds::of(&points) else {
            return Ok(Self { points });
        };
        let (size, centre) = (bounds.width().max(bounds.height()), bounds.centre());
        if !size.is_finite() || !centre.is_finite() || points.iter().any(|point| !point.is_finite()) {
            return Err(GraphError::OutOfRange {
                option: "position",
                found: format!("between {:?} and {:?}", bounds.least, bounds.most),
                expected: "coordinates are finite numbers of less than 1e300",
            });
        }
        for point in &mut points {
            let moved = point.minus(centre);
            let scaled =
                if size > 0.0 { Point::new(moved.x / size, moved.y / size) } else { Point::default() };
            *point = Point::new((scaled.x * 2.0).clamp(-1.0, 1.0), (scaled.y * 2.0).clamp(-1.0, 1.0));
        }
        Ok(Self { points })
    }

    /// Points that are in the frame already.
    pub(crate) fn of_fitted(points: Vec<Point>) -> Self {
        Self { points }
    }

    pub(crate) fn into_points(self) -> Vec<Point> {
        self.points
    }

    /// The points in the order of the vertices.
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// Where `vertex` lies.
    pub fn point(&self, vertex: Vertex) -> Option<Point> {
        self.points.get(vertex as usize).copied()
    }

    /// Refuses positions of another graph.
    pub(crate) fn belong_to(&self, graph: &Graph) -> Result<()> {
        one_each("positions", self.points.len(), graph.vertex_count())
    }
}

/// Refuses a list that does not have one entry for each vertex.
pub(crate) fn one_each(option: &'static str, found: usize, vertices: usize) -> Result<()> {
    if found == vertices {
        return Ok(());
    }
    Err(GraphError::OutOfRange {
        option,
        found: format!("a list of {found} for {vertices} vertices"),
        expected: "the list has one entry for each vertex",
    })
}

/// The smallest upright rectangle around points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    pub(crate) least: Point,
    pub(crate) most: Point,
}

impl Bounds {
    /// `None` without points.
    pub(crate) fn of(points: &[Point]) -> Option<Self> {
        let first = *points.first()?;
        Some(points.iter().fold(Self { least: first, most: first }, |bounds, point| Self {
            least: Point::new(bounds.least.x.min(point.x), bounds.least.y.min(point.y)),
            most: Point::new(bounds.most.x.max(point.x), bounds.most.y.max(point.y)),
        }))
    }

    pub(crate) fn width(&self) -> f64 {
        self.most.x - self.least.x
    }

    pub(crate) fn height(&self) -> f64 {
        self.most.y - self.least.y
    }

    pub(crate) fn centre(&self) -> Point {
        self.least.plus(self.most).times(0.5)
    }
}

/// A count as a coordinate.
#[expect(clippy::cast_precision_loss, reason = "counts of a picture are far below 2^52")]
pub(crate) fn real(count: usize) -> f64 {
    count as f64
}

/// The whole part of a number that is at least 0 and below 2^32; 0 for what is not a number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped before")]
pub(crate) fn whole(number: f64) -> usize {
    number.clamp(0.0, 4_294_967_295.0) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_are_centred_and_keep_their_proportion() {
        let positions =
            Positions::new(vec![Point::new(10.0, 5.0), Point::new(30.0, 5.0), Point::new(20.0, 10.0)])
                .unwrap();
        assert_eq!(
            positions.points(),
            [Point::new(-1.0, -0.25), Point::new(1.0, -0.25), Point::new(0.0, 0.25)]
        );
    }

    #[test]
    fn points_that_cover_nothing_lie_at_the_origin() {
        assert_eq!(Positions::new(vec![Point::new(7.0, 7.0); 2]).unwrap().points(), [Point::default(); 2]);
        assert_eq!(Positions::new(Vec::new()).unwrap().points(), []);
    }

    #[test]
    fn coordinates_of_no_number_are_refused() {
        for wrong in [f64::NAN, f64::INFINITY, f64::MAX] {
            let points = vec![Point::new(-f64::MAX, 0.0), Point::new(wrong, 0.0)];
            assert!(matches!(Positions::new(points), Err(GraphError::OutOfRange { .. })), "{wrong}");
        }
        assert!(Positions::new(vec![Point::new(0.0, f64::NAN)]).is_err());
    }
}

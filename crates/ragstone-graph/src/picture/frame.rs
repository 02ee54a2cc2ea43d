//! Where the graph lies in the picture.

use crate::layout::positions::{Bounds, Point};

/// An upright rectangle in pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Area {
    pub(super) fn new(left: f64, top: f64, width: f64, height: f64) -> Self {
        Self { left, top, right: left + width, bottom: top + height }
    }

    pub(super) fn around(centre: Point, radius: f64) -> Self {
        Self::new(centre.x - radius, centre.y - radius, 2.0 * radius, 2.0 * radius)
    }

    pub(super) fn width(&self) -> f64 {
        self.right - self.left
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom - self.top
    }

    pub(super) fn contains(&self, other: &Self) -> bool {
        self.left <= other.left
            && self.top <= other.top
            && self.right >= other.right
            && self.bottom >= other.bottom
    }

    /// How much of the plane is in both.
    pub(super) fn shared(&self, other: &Self) -> f64 {
        let along = (self.right.min(other.right) - self.left.max(other.left)).max(0.0);
        let down = (self.bottom.min(other.bottom) - self.top.max(other.top)).max(0.0);
        along * down
    }

    /// The same with less on all sides, at least a pixel.
    pub(super) fn inset(&self, across: f64, down: f64) -> Self {
        let across = across.min((self.width() - 1.0) / 2.0).max(0.0);
        let down = down.min((self.height() - 1.0) / 2.0).max(0.0);
        Self {
            left: self.left + across,
            top: self.top + down,
            right: self.right - across,
            bottom: self.bottom - down,
        }
    }

    /// Where points of a layout lie when it fills this area, in the middle and with its proportion kept.
    pub(super) fn fit(&self, points: &[Point]) -> Fit {
        let around = Bounds::of(points).unwrap_or(Bounds { least: Point::default(), most: Point::default() });
        let across = self.width() / around.width().max(1e-9);
        let down = self.height() / around.height().max(1e-9);
        let scale = across.min(down).min(self.width().max(self.height()));
        let middle = Point::new(f64::midpoint(self.left, self.right), f64::midpoint(self.top, self.bottom));
        Fit { scale, from: around.centre(), to: middle }
    }
}

/// A map from a layout to pixels.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fit {
    scale: f64,
    from: Point,
    to: Point,
}

impl Fit {
    pub(super) fn pixel(&self, point: Point) -> Point {
        point.minus(self.from).times(self.scale).plus(self.to)
    }
}

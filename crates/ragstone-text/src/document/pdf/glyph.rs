//! A glyph on a page, in a frame in which its text runs to the right and its lines run down.

/// A glyph with the place of its origin and of its end.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) text: String,
    /// Left end.
    pub(super) left: f64,
    pub(super) right: f64,
    /// Baseline, growing downwards.
    pub(super) base: f64,
    /// Size of the font as it is shown.
    pub(super) size: f64,
    pub(super) turn: Turn,
    pub(super) is_bold: bool,
}

/// Direction in which text runs, to the nearest quarter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Turn {
    #[default]
    Right,
    Up,
    Left,
    Down,
}

impl Turn {
    pub(super) const ALL: [Self; 4] = [Self::Right, Self::Up, Self::Left, Self::Down];

    /// The quarter of a direction, in which y grows upwards.
    pub(super) fn of(x: f64, y: f64) -> Self {
        if x.abs() >= y.abs() {
            if x >= 0.0 { Self::Right } else { Self::Left }
        } else if y >= 0.0 {
            Self::Up
        } else {
            Self::Down
        }
    }

    /// Place along the text, and place down the lines, of a point in which y grows upwards.
    pub(super) const fn frame(self, x: f64, y: f64) -> (f64, f64) {
        match self {
            Self::Right => (x, -y),
            Self::Up => (y, x),
            Self::Left => (-x, y),
            Self::Down => (-y, -x),
        }
    }
}

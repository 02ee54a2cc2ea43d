//! Places for labels, so that none lies on another.

use crate::error::Result;
use crate::layout::positions::{Point, real, whole};
use crate::picture::frame::Area;
use crate::picture::text;
use crate::picture::way::Disc;
use crate::watch::Watch;

/// Share of the picture that labels may cover.
const COVERED: f64 = 1.0 / 6.0;

/// Space around the text of a label.
const PADDING: f64 = 2.0;

/// Side of a square of the index, in sizes of the font.
const SQUARE: f64 = 4.0;

/// What it costs to touch a vertex and to lie on one entirely, and to be crossed by a line.
const AT_VERTEX: f64 = 0.4;
const ON_VERTEX: f64 = 4.0;
const ON_LINE: f64 = 0.15;

/// Above this many lines they do not matter for places.
const MOST_LINES: usize = 4000;

/// Which point of a text stays where it is if another font is wider or less wide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A label with its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) vertex: usize,
    pub(super) text: String,
    pub(super) area: Area,
    pub(super) anchor: Anchor,
    /// Whether it lies on its own vertex.
    pub(super) is_inside: bool,
}

/// What labels are put among.
pub(super) struct Surroundings<'a> {
    pub(super) frame: Area,
    pub(super) discs: &'a [Disc],
    pub(super) lines: &'a [(Point, Point)],
    pub(super) size: f64,
    pub(super) most: usize,
}

/// Finds a place for each text, in their order: the one of thirteen around its vertex that is within the frame, on no other
/// label, and on as few vertices and lines as can be. Texts without such a place are left out.
pub(super) fn place(
    texts: Vec<(usize, String)>,
    around: &Surroundings<'_>,
    watch: &Watch,
) -> Result<Vec<Placed>> {
    let mut squares = Squares::new(around);
    let mut placed: Vec<Placed> = Vec::new();
    let (mut covered, mut step) = (0.0, 0);
    let room = COVERED * around.frame.width() * around.frame.height();
    for (vertex, text) in texts {
        watch.pace(&mut step)?;
        if placed.len() >= around.most || covered >= room {
            break;
        }
        let mut best: Option<(f64, Area, Anchor)> = None;
        for (preference, (area, anchor)) in (0..).zip(candidates(&text, around.discs[vertex], around.size)) {
            if !around.frame.contains(&area) || squares.is_taken(&area, &placed) {
                continue;
            }
            let cost = f64::from(preference) * 0.05 + squares.cost(&area, vertex, around);
            if best.as_ref().is_none_or(|best| cost < best.0) {
                best = Some((cost, area, anchor));
            }
        }
        if let Some((_, area, anchor)) = best {
            squares.take(&area, placed.len());
            covered += area.width() * area.height();
            let Disc { centre, radius } = around.discs[vertex];
            let is_inside = Area::around(centre, radius).contains(&area);
            placed.push(Placed { vertex, text, area, anchor, is_inside });
        }
    }
    Ok(placed)
}

/// Places around a vertex, the best first; inside where it is large enough.
fn candidates(text: &str, disc: Disc, size: f64) -> Vec<(Area, Anchor)> {
    let width = text::width(text, size) + 2.0 * PADDING;
    let height = text::LINE * size;
    let Disc { centre, radius } = disc;
    let at = |x: f64, y: f64, anchor| (Area::new(centre.x + x, centre.y + y, width, height), anchor);
    let mut places = Vec::with_capacity(13);
    if width.hypot(height) < 2.0 * radius {
        places.push(at(-width / 2.0, -height / 2.0, Anchor::Middle));
    }
    let (near, slant) = (radius + 1.0, radius * 0.71 + 1.0);
    places.push(at(near, -height / 2.0, Anchor::Start));
    places.push(at(-near - width, -height / 2.0, Anchor::End));
    places.push(at(-width / 2.0, -near - height, Anchor::Middle));
    places.push(at(-width / 2.0, near, Anchor::Middle));
    places.push(at(slant, -slant - height * 0.7, Anchor::Start));
    places.push(at(slant, slant - height * 0.3, Anchor::Start));
    places.push(at(-slant - width, -slant - height * 0.7, Anchor::End));
    places.push(at(-slant - width, slant - height * 0.3, Anchor::End));
    for shift in [-0.2, -0.8] {
        places.push(at(width * shift, -near - height, Anchor::Middle));
        places.push(at(width * shift, near, Anchor::Middle));
    }
    places
}

/// What lies where, in squares of the picture.
struct Squares {
    side: f64,
    columns: usize,
    rows: usize,
    labels: Vec<Vec<u32>>,
    discs: Vec<Vec<u32>>,
    lines: Vec<Vec<u32>>,
}

impl Squares {
    fn new(around: &Surroundings<'_>) -> Self {
        let side = around.size * SQUARE;
        let columns = whole(around.frame.right / side) + 1;
        let rows = whole(around.frame.bottom / side) + 1;
        let empty = || vec![Vec::new(); columns * rows];
        let mut squares = Self { side, columns, rows, labels: empty(), discs: empty(), lines: empty() };
        for (index, disc) in (0..).zip(around.discs) {
            for square in squares.of(&Area::around(disc.centre, disc.radius)) {
                squares.discs[square].push(index);
            }
        }
        if around.lines.len() <= MOST_LINES {
            for (index, &(from, to)) in (0..).zip(around.lines) {
                let steps = whole(from.minus(to).length() / side * 2.0) + 1;
                let mut last = usize::MAX;
                for step in 0..=steps {
                    let point = from.plus(to.minus(from).times(real(step) / real(steps)));
                    let square = squares.at(point.x, point.y);
                    if square != last {
                        squares.lines[square].push(index);
                        last = square;
                    }
                }
            }
        }
        squares
    }

    fn at(&self, x: f64, y: f64) -> usize {
        let column = whole(x / self.side).min(self.columns - 1);
        whole(y / self.side).min(self.rows - 1) * self.columns + column
    }

    fn of(&self, area: &Area) -> impl Iterator<Item = usize> + use<> {
        let (first, last) = (self.at(area.left, area.top), self.at(area.right, area.bottom));
        let columns = self.columns;
        (first / columns..=last / columns)
            .flat_map(move |row| (first % columns..=last % columns).map(move |column| row * columns + column))
    }

    fn is_taken(&self, area: &Area, placed: &[Placed]) -> bool {
        self.of(area).any(|square| {
            self.labels[square].iter().any(|&label| placed[label as usize].area.shared(area) > 0.0)
        })
    }

    fn take(&mut self, area: &Area, label: usize) {
        let label = u32::try_from(label).unwrap_or(u32::MAX);
        for square in self.of(area) {
            self.labels[square].push(label);
        }
    }

    /// What a place costs: how much of it lies on vertices, and how many lines cross it.
    fn cost(&self, area: &Area, own: usize, around: &Surroundings<'_>) -> f64 {
        let inner = area.inset(1.0, 2.0);
        let (mut discs, mut lines) = (Vec::new(), Vec::new());
        for square in self.of(area) {
            discs.extend(self.discs[square].iter().map(|&disc| disc as usize).filter(|&disc| disc != own));
            lines.extend(self.lines[square].iter().map(|&line| line as usize));
        }
        discs.sort_unstable();
        discs.dedup();
        lines.sort_unstable();
        lines.dedup();
        let on_disc = |&disc: &usize| {
            let Disc { centre, radius } = around.discs[disc];
            let shared = inner.shared(&Area::around(centre, radius));
            let part = shared / (inner.width() * inner.height()).max(1.0);
            if shared > 0.0 { AT_VERTEX + ON_VERTEX * part } else { 0.0 }
        };
        let crossing = lines.iter().filter(|&&line| crosses(&inner, around.lines[line])).count();
        discs.iter().map(on_disc).sum::<f64>() + ON_LINE * real(crossing).min(10.0)
    }
}

/// Whether a line passes an area (Liang and Barsky).
fn crosses(area: &Area, (from, to): (Point, Point)) -> bool {
    let along = to.minus(from);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, near, far) in [
        (along.x, area.left - from.x, area.right - from.x),
        (along.y, area.top - from.y, area.bottom - from.y),
    ] {
        if step.abs() < 1e-12 {
            if near > 0.0 || far < 0.0 {
                return false;
            }
            continue;
        }
        let (a, b) = (near / step, far / step);
        enter = enter.max(a.min(b));
        leave = leave.min(a.max(b));
    }
    enter <= leave
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn labels_share_no_place_and_stay_in_the_frame(
            points in prop::collection::vec((0.0f64..400.0, 0.0f64..300.0, "[a-zA-Z ]{1,14}"), 1..80),
        ) {
            let frame = Area::new(10.0, 20.0, 380.0, 260.0);
            let discs: Vec<Disc> =
                points.iter().map(|(x, y, _)| Disc { centre: Point::new(*x, *y), radius: 4.0 }).collect();
            let around = Surroundings { frame, discs: &discs, lines: &[], size: 12.0, most: 500 };
            let texts = points.iter().enumerate().map(|(vertex, (_, _, text))| (vertex, text.clone())).collect();
            let placed = place(texts, &around, &Watch::unbounded()).unwrap();
            for (index, label) in placed.iter().enumerate() {
                prop_assert!(frame.contains(&label.area));
                for other in &placed[..index] {
                    prop_assert!(label.area.shared(&other.area) <= 0.0, "{label:?} {other:?}");
                }
            }
        }
    }

    #[test]
    fn label_avoids_the_vertex_beside_its_own() {
        let disc = |x, y| Disc { centre: Point::new(x, y), radius: 5.0 };
        let discs = [disc(100.0, 100.0), disc(118.0, 100.0)];
        let lines = [(Point::new(0.0, 100.0), Point::new(100.0, 100.0))];
        let around = Surroundings {
            frame: Area::new(0.0, 0.0, 300.0, 300.0),
            discs: &discs,
            lines: &lines,
            size: 12.0,
            most: 5,
        };
        let placed = place(vec![(0, "name".to_owned())], &around, &Watch::unbounded()).unwrap();
        assert_eq!(placed[0].anchor, Anchor::Middle);
    }

    #[test]
    fn lines_cross_areas_that_they_pass() {
        let area = Area::new(10.0, 10.0, 10.0, 10.0);
        let line = |a: (f64, f64), b: (f64, f64)| (Point::new(a.0, a.1), Point::new(b.0, b.1));
        assert!(crosses(&area, line((0.0, 0.0), (30.0, 30.0))));
        assert!(crosses(&area, line((15.0, 15.0), (16.0, 15.0))));
        assert!(!crosses(&area, line((0.0, 0.0), (9.0, 30.0))));
        assert!(!crosses(&area, line((0.0, 25.0), (30.0, 25.0))));
    }
}

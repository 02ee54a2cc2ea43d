//! What explains colours and sizes, in a column to the right of the graph.

use crate::layout::positions::Point;
use crate::picture::colour::{Colour, viridis};
use crate::picture::frame::Area;
use crate::picture::scale::{Coloured, radius, short};
use crate::picture::text;
use crate::picture::way::Disc;

/// Longest name in a legend, in characters.
const LONGEST: usize = 24;

/// Steps of a bar of colours.
const STEPS: u32 = 48;

/// Height of a bar of colours, in lines.
const BAR: f64 = 7.0;

/// Space between parts and around the column.
const SPACE: f64 = 16.0;

/// A part of the column.
pub(super) enum Part {
    /// A bar of colours with three values, the least first.
    Bar { name: String, marks: [f64; 3] },
    /// Areas of three values, the least first, and the radii of the least and of the greatest.
    Discs { name: String, marks: [f64; 3], radii: (f64, f64) },
    /// Categories with their colours.
    Swatches { name: String, coloured: Coloured },
}

/// Something to draw.
pub(super) enum Mark {
    Box(Area, Colour),
    Disc(Disc, Colour),
    /// A text with the left end of its feet line.
    Text {
        text: String,
        at: Point,
        size: f64,
        is_strong: bool,
    },
}

/// Marks of a column that begins at the left upper corner of `area`, without what has no room below, and its width.
pub(super) fn column(parts: &[Part], area: Area, size: f64) -> (Vec<Mark>, f64) {
    let mut column = Column { marks: Vec::new(), left: area.left, y: area.top, size, right: area.left };
    for part in parts {
        let name = match part {
            Part::Bar { name, .. } | Part::Discs { name, .. } | Part::Swatches { name, .. } => name,
        };
        let height = column.height(part);
        let is_cut = column.y + height > area.bottom;
        if is_cut && !matches!(part, Part::Swatches { .. }) {
            continue;
        }
        let heading = text::clean(name, LONGEST);
        if !heading.is_empty() {
            column.text(heading, 0.0, true);
            column.y += column.line() * 1.25;
        }
        match part {
            Part::Bar { marks, .. } => column.bar(marks),
            Part::Discs { marks, radii, .. } => column.discs(marks, *radii),
            Part::Swatches { coloured, .. } => column.swatches(coloured, area.bottom),
        }
        column.y += SPACE;
    }
    (column.marks, column.right - area.left)
}

struct Column {
    marks: Vec<Mark>,
    left: f64,
    y: f64,
    size: f64,
    right: f64,
}

impl Column {
    fn line(&self) -> f64 {
        self.size * text::LINE * 1.2
    }

    fn height(&self, part: &Part) -> f64 {
        let lines = match part {
            Part::Bar { .. } => BAR + 1.0,
            Part::Discs { radii, .. } => 6.0 * radii.1.max(self.line() / 2.0) / self.line(),
            Part::Swatches { coloured, .. } => crate::layout::positions::real(coloured.listed.len()) + 1.0,
        };
        (lines + 1.25) * self.line()
    }

    fn text(&mut self, text: String, indent: f64, is_strong: bool) {
        let at = Point::new(self.left + indent, self.y + text::ASCENT * self.size);
        let boldness = if is_strong { 1.12 } else { 1.0 };
        self.right = self.right.max(at.x + text::width(&text, self.size) * boldness);
        self.marks.push(Mark::Text { text, at, size: self.size, is_strong });
    }

    /// The greatest value at the top.
    fn bar(&mut self, marks: &[f64; 3]) {
        let height = BAR * self.line();
        let (top, step) = (self.y + self.line() * 0.3, height / f64::from(STEPS));
        for number in 0..STEPS {
            let part = 1.0 - (f64::from(number) + 0.5) / f64::from(STEPS);
            // A little over the next one, so that no gap shines through.
            let over = if number + 1 < STEPS { 0.6 } else { 0.0 };
            let area = Area::new(self.left, top + f64::from(number) * step, 14.0, step + over);
            self.marks.push(Mark::Box(area, viridis(part)));
        }
        let places = if marks[0] < marks[2] { [1.0, 0.5, 0.0] } else { [2.0, 0.5, 2.0] };
        for (value, place) in marks.iter().zip(places).filter(|pair| pair.1 <= 1.0) {
            self.y = top + height * place - self.size * text::LINE / 2.0;
            self.text(short(*value), 22.0, false);
        }
        self.y = top + height + self.line() * 0.5;
    }

    fn discs(&mut self, marks: &[f64; 3], radii: (f64, f64)) {
        let mut last = None;
        for (&value, part) in marks.iter().zip([0.0, 0.5, 1.0]) {
            let label = short(value);
            if last.as_ref() == Some(&label) {
                continue;
            }
            let radius = radius(part, radii.0, radii.1);
            let height = (2.0 * radius + 4.0).max(self.line());
            let centre = Point::new(self.left + radii.1, self.y + height / 2.0);
            self.marks.push(Mark::Disc(Disc { centre, radius }, Colour::GREY));
            let y = self.y;
            self.y = centre.y - self.size * text::LINE / 2.0;
            self.text(label.clone(), 2.0 * radii.1 + 8.0, false);
            self.y = y + height;
            last = Some(label);
        }
    }

    fn swatches(&mut self, coloured: &Coloured, bottom: f64) {
        let mut rest = coloured.others;
        for (name, colour, count) in &coloured.listed {
            if self.y + 2.0 * self.line() > bottom {
                rest = (rest.0 + 1, rest.1 + count);
                continue;
            }
            self.swatch(format!("{} ({count})", text::clean(name, LONGEST)), *colour);
        }
        if rest.0 > 0 && self.y + self.line() <= bottom {
            // Those that only have no room here keep their colours in the graph.
            self.swatch(format!("{} others ({})", rest.0, rest.1), Colour::GREY);
        }
    }

    fn swatch(&mut self, label: String, colour: Colour) {
        let side = self.size * 0.8;
        let centre = Point::new(self.left + side / 2.0, self.y + self.size * text::LINE / 2.0);
        self.marks.push(Mark::Disc(Disc { centre, radius: side / 2.0 }, colour));
        self.text(label, side + 7.0, false);
        self.y += self.line();
    }
}

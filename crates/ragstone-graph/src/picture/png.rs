//! A picture as PNG.

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider};
use tiny_skia::{
    Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform,
};

use crate::error::{GraphError, Result};
use crate::layout::positions::Point;
use crate::picture::colour::Colour;
use crate::picture::frame::Area;
use crate::picture::legend::Mark;
use crate::picture::scene::{Scene, feet};
use crate::picture::way::{Disc, Way};
use crate::watch::Watch;

/// Shapes between two looks at the watch.
const AT_ONCE: usize = 64;

/// The picture, and how many characters the font does not have.
pub(super) fn paint(scene: &Scene, watch: &Watch) -> Result<(Vec<u8>, usize)> {
    let broken = |what: &'static str| GraphError::OutOfRange {
        option: "picture",
        found: format!("{} × {} pixels", scene.width, scene.height),
        expected: what,
    };
    let pixmap =
        Pixmap::new(scene.width, scene.height).ok_or_else(|| broken("a size that memory has room for"))?;
    let mut canvas = Canvas {
        pixmap,
        regular: Letters::of(dejavu::sans::regular()),
        bold: Letters::of(dejavu::sans::bold()),
        missing: 0,
    };
    canvas.pixmap.fill(opaque(scene.background));
    canvas.lines(scene, watch)?;
    canvas.dots(scene, watch)?;
    canvas.words(scene, watch)?;
    let content = canvas.pixmap.encode_png().map_err(|_| broken("a size that PNG has room for"))?;
    Ok((content, canvas.missing))
}

struct Canvas {
    pixmap: Pixmap,
    regular: Option<Letters>,
    bold: Option<Letters>,
    missing: usize,
}

impl Canvas {
    fn lines(&mut self, scene: &Scene, watch: &Watch) -> Result<()> {
        for lines in scene.lines.chunks(AT_ONCE) {
            watch.check()?;
            for line in lines {
                if let Some(path) = path(&line.way) {
                    let stroke = Stroke { width: single(line.width), ..Stroke::default() };
                    let paint = paint_of(line.colour, scene.opacity);
                    self.pixmap.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
                }
                for [tip, left, right] in &line.heads {
                    let mut builder = PathBuilder::new();
                    move_to(&mut builder, *tip);
                    line_to(&mut builder, *left);
                    line_to(&mut builder, *right);
                    builder.close();
                    self.fill(builder.finish(), line.colour, scene.opacity.sqrt());
                }
            }
        }
        Ok(())
    }

    fn dots(&mut self, scene: &Scene, watch: &Watch) -> Result<()> {
        let stroke = Stroke { width: single(scene.outline), ..Stroke::default() };
        for dots in scene.dots.chunks(AT_ONCE) {
            watch.check()?;
            for dot in dots {
                self.fill(circle(dot.disc), dot.colour, 1.0);
                if let Some(path) = circle(dot.disc).filter(|_| scene.outline > 0.0) {
                    let paint = paint_of(scene.background, 1.0);
                    self.pixmap.stroke_path(&path, &paint, &stroke, Transform::identity(), None);
                }
            }
        }
        Ok(())
    }

    fn words(&mut self, scene: &Scene, watch: &Watch) -> Result<()> {
        for (label, &colour) in scene.labels.iter().zip(&scene.label_colours) {
            watch.check()?;
            let left = feet(label, scene.label_size)[0];
            let halo = (!label.is_inside).then_some(scene.background);
            self.word(&label.text, left, scene.label_size, false, colour, halo);
        }
        if !scene.title.is_empty() {
            self.word(&scene.title, scene.title_place(), scene.title_size(), true, scene.ink, None);
        }
        for mark in &scene.marks {
            match mark {
                Mark::Box(area, colour) => {
                    self.fill(rectangle(area), *colour, 1.0);
                }
                Mark::Disc(disc, colour) => self.fill(circle(*disc), *colour, 1.0),
                Mark::Text { text, at, size, is_strong } => {
                    self.word(text, *at, *size, *is_strong, scene.ink, None);
                }
            }
        }
        Ok(())
    }

    fn fill(&mut self, path: Option<Path>, colour: Colour, opacity: f64) {
        if let Some(path) = path {
            let paint = paint_of(colour, opacity);
            self.pixmap.fill_path(&path, &paint, FillRule::Winding, Transform::identity(), None);
        }
    }

    fn word(
        &mut self,
        text: &str,
        feet: Point,
        size: f64,
        is_strong: bool,
        ink: Colour,
        halo: Option<Colour>,
    ) {
        let Some(letters) = (if is_strong { &self.bold } else { &self.regular }) else { return };
        let (path, missing) = letters.path(text, feet, size);
        self.missing += missing;
        let Some(path) = path else { return };
        if let Some(halo) = halo {
            let stroke = Stroke {
                width: 3.0,
                line_join: LineJoin::Round,
                line_cap: LineCap::Round,
                ..Stroke::default()
            };
            self.pixmap.stroke_path(&path, &paint_of(halo, 0.85), &stroke, Transform::identity(), None);
        }
        self.fill(Some(path), ink, 1.0);
    }
}

/// The letters of a font.
struct Letters {
    font: FontRef<'static>,
}

impl Letters {
    fn of(bytes: &'static [u8]) -> Option<Self> {
        FontRef::new(bytes).ok().map(|font| Self { font })
    }

    /// The outlines of a line of text, and how many characters were not there.
    fn path(&self, text: &str, feet: Point, size: f64) -> (Option<Path>, usize) {
        let size = Size::new(single(size));
        let metrics = self.font.glyph_metrics(size, LocationRef::default());
        let (characters, outlines) = (self.font.charmap(), self.font.outline_glyphs());
        let mut pen = Pen { builder: PathBuilder::new(), x: single(feet.x), y: single(feet.y) };
        let mut missing = 0;
        for character in text.chars() {
            let glyph = characters.map(character).unwrap_or_else(|| {
                missing += 1;
                GlyphId::NOTDEF
            });
            if let Some(outline) = outlines.get(glyph) {
                // A glyph that cannot be drawn leaves its place empty.
                let _ = outline.draw(DrawSettings::unhinted(size, LocationRef::default()), &mut pen);
            }
            pen.x += metrics.advance_width(glyph).unwrap_or(0.0);
        }
        (pen.builder.finish(), missing)
    }
}

/// Puts outlines, which grow upwards, at a place of the picture.
struct Pen {
    builder: PathBuilder,
    x: f32,
    y: f32,
}

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.builder.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.builder.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.builder.quad_to(self.x + cx, self.y - cy, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (dx, dy) = (self.x, self.y);
        self.builder.cubic_to(dx + ax, dy - ay, dx + bx, dy - by, dx + x, dy - y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}

fn path(way: &Way) -> Option<Path> {
    let mut builder = PathBuilder::new();
    match way {
        Way::Straight(from, to) => {
            move_to(&mut builder, *from);
            line_to(&mut builder, *to);
        }
        Way::Loop([from, first, second, to]) => {
            move_to(&mut builder, *from);
            let [(ax, ay), (bx, by), (x, y)] =
                [first, second, to].map(|point| (single(point.x), single(point.y)));
            builder.cubic_to(ax, ay, bx, by, x, y);
        }
        Way::Bent(points) => {
            move_to(&mut builder, *points.first()?);
            for pair in points[1..].windows(2) {
                let middle = pair[0].plus(pair[1]).times(0.5);
                builder.quad_to(single(pair[0].x), single(pair[0].y), single(middle.x), single(middle.y));
            }
            line_to(&mut builder, *points.last()?);
        }
    }
    builder.finish()
}

fn circle(disc: Disc) -> Option<Path> {
    PathBuilder::from_circle(single(disc.centre.x), single(disc.centre.y), single(disc.radius))
}

fn rectangle(area: &Area) -> Option<Path> {
    Rect::from_ltrb(single(area.left), single(area.top), single(area.right), single(area.bottom))
        .map(PathBuilder::from_rect)
}

fn move_to(builder: &mut PathBuilder, point: Point) {
    builder.move_to(single(point.x), single(point.y));
}

fn line_to(builder: &mut PathBuilder, point: Point) {
    builder.line_to(single(point.x), single(point.y));
}

fn paint_of(colour: Colour, opacity: f64) -> Paint<'static> {
    let mut paint = Paint::default();
    let mut filling = opaque(colour);
    filling.set_alpha(single(opacity));
    paint.set_color(filling);
    paint.anti_alias = true;
    paint
}

fn opaque(colour: Colour) -> Color {
    Color::from_rgba8(colour.red, colour.green, colour.blue, 255)
}

#[expect(clippy::cast_possible_truncation, reason = "pixels have no use for more digits")]
fn single(number: f64) -> f32 {
    number as f32
}

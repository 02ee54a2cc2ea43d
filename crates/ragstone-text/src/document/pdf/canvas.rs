//! What pages are drawn on: it keeps glyphs, and stops drawings that do not end.

use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use hayro_cmap::{BfString, WritingMode};
use hayro_interpret::font::{Glyph as FontGlyph, GlyphRun, PositionedGlyph};
use hayro_interpret::{
    BlendMode, ClipPath, Context, Device, DrawMode, DrawProps, Image, ImageDrawProps, InterpreterCache,
    InterpreterSettings, SoftMask, interpret_page,
};
use hayro_syntax::Pdf;
use hayro_syntax::object::{Dict, Name};
use hayro_syntax::page::Page;
use kurbo::{Affine, BezPath, Point, Rect};

use super::glyph::{Glyph, Turn};
use super::script;
use crate::document::Source;
use crate::extract::ExtractError;

/// Units of a font in its size.
const UNITS: f64 = 1000.0;
/// No page that somebody reads has more glyphs; those of a page are in memory together.
const MAX_PAGE_GLYPHS: usize = 500_000;
/// Width of a glyph that its font does not tell.
const DEFAULT_WIDTH: f32 = 500.0;

pub(super) struct Canvas<'a> {
    pdf: &'a Pdf,
    cache: InterpreterCache<'a>,
    source: Source<'a>,
    budget: Budget,
    /// Running heads that were kept once, without their numbers.
    heads: HashSet<String>,
}

/// What may still be drawn, on all pages together.
#[derive(Clone, Copy)]
struct Budget {
    operations: usize,
    text_bytes: usize,
}

/// Why a drawing was stopped.
enum Stop {
    Operations,
    Text,
    Glyphs,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(pdf: &'a Pdf, source: Source<'a>) -> Self {
        let budget =
            Budget { operations: source.limits.max_operations, text_bytes: source.limits.max_text_bytes };
        Self { pdf, cache: InterpreterCache::new(), source, budget, heads: HashSet::new() }
    }

    /// The glyphs of a page in the order in which they are drawn.
    ///
    /// # Errors
    /// `TooMany`, `TooMuchText`, and `Damaged` where the interpreter gives up.
    pub(super) fn draw(&mut self, page: &Page<'a>) -> Result<Vec<Glyph>, ExtractError> {
        let unit = Rect::new(0.0, 0.0, 1.0, 1.0);
        let settings = InterpreterSettings::default();
        let mut context = Context::new(Affine::IDENTITY, unit, &self.cache, self.pdf.xref(), settings);
        let mut surface = Surface {
            glyphs: Vec::new(),
            budget: self.budget,
            stop: None,
            marks: Vec::new(),
            heads: &mut self.heads,
        };
        // A drawing has no other end than unwinding before it is complete.
        let drawn = catch_unwind(AssertUnwindSafe(|| interpret_page(page, &mut context, &mut surface)));
        self.budget = surface.budget;
        let limits = self.source.limits;
        match surface.stop {
            Some(Stop::Operations) => {
                Err(ExtractError::TooMany { parts: "drawing operations", limit: limits.max_operations })
            }
            Some(Stop::Glyphs) => {
                Err(ExtractError::TooMany { parts: "glyphs on a page", limit: MAX_PAGE_GLYPHS })
            }
            Some(Stop::Text) => Err(ExtractError::TooMuchText { limit: limits.max_text_bytes }),
            None => drawn.map(|()| surface.glyphs).map_err(|_| self.source.damaged("a page cannot be drawn")),
        }
    }
}

struct Surface<'h> {
    glyphs: Vec<Glyph>,
    budget: Budget,
    stop: Option<Stop>,
    /// Marks that are open, with the first glyph of those that are around running heads.
    marks: Vec<Option<usize>>,
    heads: &'h mut HashSet<String>,
}

impl Surface<'_> {
    /// Counts an operation, and ends the drawing where there are too many.
    fn count(&mut self) {
        match self.budget.operations.checked_sub(1) {
            Some(left) => self.budget.operations = left,
            None => self.end(Stop::Operations),
        }
    }

    fn end(&mut self, stop: Stop) {
        self.stop = Some(stop);
        resume_unwind(Box::new(()));
    }

    fn keep(&mut self, glyph: &PositionedGlyph<'_>, transform: Affine, font: Font) {
        let Some(text) = glyph.as_unicode().map(text).filter(|text| !text.is_empty()) else {
            return;
        };
        match self.budget.text_bytes.checked_sub(text.len()) {
            Some(left) => self.budget.text_bytes = left,
            None => self.end(Stop::Text),
        }
        if self.glyphs.len() >= MAX_PAGE_GLYPHS {
            self.end(Stop::Glyphs);
        }
        self.glyphs.extend(placed(text, glyph, transform * glyph.transform(), font));
    }
}

/// A glyph where it is drawn; `None` where that is nowhere.
fn placed(text: String, glyph: &FontGlyph<'_>, transform: Affine, font: Font) -> Option<Glyph> {
    let width = match glyph {
        FontGlyph::Outline(outline) => outline.advance_width(),
        FontGlyph::Type3(drawn) => drawn.advance_width(),
    };
    let start = transform * Point::ZERO;
    let end = transform * Point::new(f64::from(width.unwrap_or(DEFAULT_WIDTH)), 0.0);
    let [along_x, along_y, up_x, up_y, ..] = transform.as_coeffs();
    let size = up_x.hypot(up_y) * UNITS;
    let turn = if font.is_vertical { Turn::Down } else { Turn::of(along_x, along_y) };
    let (left, base) = turn.frame(start.x, start.y);
    // Glyphs of vertical text follow one another at the distance of their size.
    let right = if font.is_vertical { left + size } else { turn.frame(end.x, end.y).0.max(left) };
    let is_somewhere = [left, right, base, size].iter().all(|number| number.is_finite()) && size > 0.0;
    is_somewhere.then_some(Glyph { text, left, right, base, size, turn, is_bold: font.is_bold })
}

/// What the font of a run says of all its glyphs.
#[derive(Clone, Copy)]
struct Font {
    is_bold: bool,
    is_vertical: bool,
}

/// Whether the font of a glyph is a bold one, by its weight or its name; fonts of Type 1 do not tell.
fn is_bold(glyph: &FontGlyph<'_>) -> bool {
    /// Least weight that is called bold.
    const SEMIBOLD: u32 = 600;
    let FontGlyph::Outline(outline) = glyph else {
        return false;
    };
    outline.font_data().is_some_and(|font| {
        let name = font.postscript_name.unwrap_or_default();
        font.weight.is_some_and(|weight| weight >= SEMIBOLD)
            || name.contains("Bold")
            || name.contains("Black")
    })
}

/// The characters of a glyph, without those that are only forms of others.
fn text(found: BfString) -> String {
    let text = match found {
        BfString::Char(c) => c.to_string(),
        BfString::String(text) => text,
    };
    script::without_forms(&text)
}

impl<'a> Device<'a> for Surface<'_> {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'a>, _: &DrawMode) {
        self.count();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'a>>, _: BlendMode) {
        self.count();
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, 'a>, props: DrawProps<'a>, _: &DrawMode) {
        let font = Font {
            is_bold: run.glyphs().first().is_some_and(|glyph| is_bold(glyph)),
            is_vertical: run.writing_mode() == WritingMode::Vertical,
        };
        for glyph in run.glyphs() {
            self.count();
            self.keep(glyph, props.transform, font);
        }
    }

    fn draw_image(&mut self, _: Image<'a, '_>, _: ImageDrawProps<'a>) {
        self.count();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, tag: &[u8], properties: Option<&Dict<'_>>) {
        self.count();
        let kind = properties.and_then(|properties| properties.get::<Name<'_>>("Type"));
        let is_running = tag == b"Artifact" && kind.is_some_and(|kind| kind.as_ref() == b"Pagination");
        self.marks.push(is_running.then_some(self.glyphs.len()));
    }

    /// Keeps a running head on the first page that has it.
    fn end_marked_content(&mut self) {
        let Some(start) = self.marks.pop().flatten() else {
            return;
        };
        let glyphs = self.glyphs.get(start..).unwrap_or_default();
        let is_part = |c: &char| !c.is_numeric() && !c.is_whitespace();
        let head: String = glyphs.iter().flat_map(|glyph| glyph.text.chars()).filter(is_part).collect();
        if !self.heads.insert(head) {
            self.glyphs.truncate(start);
        }
    }
}

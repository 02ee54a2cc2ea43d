//! Glyphs that stand on one line and near to one another.

use super::glyph::{Glyph, Turn};
use super::script;

/// A gap that is wider than this part of the size stands between words.
const WORD_GAP: f64 = 0.17;
/// A gap that is wider than this part of the size may stand between columns or cells.
const CELL_GAP: f64 = 0.5;
/// A bullet or number is no further from its item than this, in sizes.
const ITEM_GAP: f64 = 4.0;
/// Glyphs of a bullet or number.
const MAX_MARKER: usize = 6;
/// Baselines that are nearer than this part of the size are one line.
const SAME_BASE: f64 = 0.3;
/// A glyph that follows another one may be raised or lowered by this part of the size.
const RAISED: f64 = 0.55;

/// A piece of a line: glyphs without a wide gap between them.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) left: f64,
    pub(super) right: f64,
    /// Baseline, growing downwards.
    pub(super) base: f64,
    pub(super) size: f64,
    pub(super) turn: Turn,
    /// Whether all its letters are bold.
    pub(super) is_bold: bool,
    /// Place of the line among those of its page, before lines are put in order.
    pub(super) row: usize,
}

impl Line {
    /// The pieces of a row as one line; `None` where there are none.
    pub(super) fn join(row: Vec<Self>) -> Option<Self> {
        row.into_iter().reduce(|mut line, next| {
            line.text.push(' ');
            line.text.push_str(&next.text);
            line.right = line.right.max(next.right);
            line.size = line.size.max(next.size);
            line.is_bold &= next.is_bold;
            line
        })
    }
}

/// A piece whose text is not put together yet.
struct Piece {
    glyphs: Vec<Glyph>,
    base: f64,
    size: f64,
    left: f64,
    right: f64,
}

/// The lines of a page from top to bottom and from left to right; text that is turned comes after the rest.
pub(super) fn lines(glyphs: Vec<Glyph>) -> Vec<Line> {
    let mut lines = Vec::new();
    let count = |turn: Turn| glyphs.iter().filter(|glyph| glyph.turn == turn).count();
    let mut turns = Turn::ALL;
    turns.sort_by_key(|turn| std::cmp::Reverse(count(*turn)));
    for turn in turns {
        let turned = glyphs.iter().filter(|glyph| glyph.turn == turn);
        lines.append(&mut turned_lines(turned, turn, lines.last().map_or(0, |line: &Line| line.row + 1)));
    }
    lines
}

fn turned_lines<'g>(glyphs: impl Iterator<Item = &'g Glyph>, turn: Turn, first_row: usize) -> Vec<Line> {
    let mut pieces = pieces(glyphs);
    pieces.sort_by(|a, b| a.base.total_cmp(&b.base));
    let mut lines = Vec::new();
    let mut row: Vec<Piece> = Vec::new();
    let mut number = first_row;
    for piece in pieces {
        // Measured from the first piece, so that a row does not creep down the page.
        let is_same = row
            .first()
            .is_some_and(|first| piece.base - first.base <= SAME_BASE * first.size.min(piece.size));
        if !is_same && !row.is_empty() {
            finish_row(std::mem::take(&mut row), turn, number, &mut lines);
            number += 1;
        }
        row.push(piece);
    }
    finish_row(row, turn, number, &mut lines);
    lines
}

/// Pieces in the order of drawing: a glyph that goes on where the last one ended belongs to it.
fn pieces<'g>(glyphs: impl Iterator<Item = &'g Glyph>) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    for glyph in glyphs {
        match pieces.last_mut() {
            Some(piece) if piece.goes_on(glyph) => piece.push(glyph.clone()),
            _ if glyph.text.trim().is_empty() => {}
            _ => pieces.push(Piece::new(glyph.clone())),
        }
    }
    pieces
}

/// Joins the pieces of a row that stand near to one another.
fn finish_row(mut row: Vec<Piece>, turn: Turn, number: usize, lines: &mut Vec<Line>) {
    row.sort_by(|a, b| a.left.total_cmp(&b.left));
    let mut joined: Vec<Piece> = Vec::new();
    for piece in row {
        match joined.last_mut() {
            Some(last) if last.is_near(&piece) => last.append(piece),
            _ => joined.push(piece),
        }
    }
    lines.extend(joined.into_iter().filter_map(|piece| piece.finish(turn, number)));
}

impl Piece {
    fn new(glyph: Glyph) -> Self {
        let Glyph { left, right, base, size, .. } = glyph;
        Self { glyphs: vec![glyph], base, size, left, right }
    }

    /// Whether a glyph follows the piece, possibly raised or lowered.
    fn goes_on(&self, glyph: &Glyph) -> bool {
        let size = self.size.max(glyph.size);
        let gap = glyph.left - self.right;
        (glyph.base - self.base).abs() <= RAISED * size
            && gap > -0.3 * size
            && gap <= CELL_GAP * size.min(self.size)
    }

    /// Whether another piece of the row belongs to the same text.
    fn is_near(&self, next: &Self) -> bool {
        let most = if self.is_marker() { ITEM_GAP } else { CELL_GAP };
        next.left - self.right <= most * self.size.min(next.size)
    }

    /// Whether the piece is a bullet, or a number with a sign, that an item follows.
    fn is_marker(&self) -> bool {
        self.glyphs.len() <= MAX_MARKER && {
            let text: String = self.glyphs.iter().map(|glyph| glyph.text.as_str()).collect();
            is_marker(text.trim())
        }
    }

    fn push(&mut self, glyph: Glyph) {
        self.right = self.right.max(glyph.right);
        self.glyphs.push(glyph);
    }

    fn append(&mut self, mut other: Self) {
        let len = |piece: &Self| piece.right - piece.left;
        if len(&other) > len(self) {
            self.base = other.base;
            self.size = other.size;
        }
        self.right = self.right.max(other.right);
        self.glyphs.append(&mut other.glyphs);
    }

    /// The text with spaces where gaps are, in reading order; `None` where nothing is left.
    fn finish(mut self, turn: Turn, row: usize) -> Option<Line> {
        self.glyphs.sort_by(|a, b| a.left.total_cmp(&b.left));
        let size = self.usual_size();
        let is_bold = self.glyphs.iter().all(|glyph| glyph.is_bold || glyph.text.trim().is_empty());
        let mut parts: Vec<String> = Vec::with_capacity(self.glyphs.len());
        let mut last: Option<&Glyph> = None;
        for glyph in &self.glyphs {
            if last.is_some_and(|last| last.is_under(glyph)) {
                continue;
            }
            let gap = last.map_or(0.0, |last| glyph.left - last.right);
            if gap > WORD_GAP * size && !glyph.text.starts_with(' ') {
                parts.push(" ".to_owned());
            }
            parts.push(glyph.text.clone());
            last = Some(glyph);
        }
        script::reading_order(&mut parts);
        let text = parts.concat();
        let text = text.trim().to_owned();
        let Self { left, right, base, .. } = self;
        (!text.is_empty()).then_some(Line { text, left, right, base, size, turn, is_bold, row })
    }

    /// The size of most of its letters.
    fn usual_size(&self) -> f64 {
        let mut sizes: Vec<f64> = self.glyphs.iter().map(|glyph| glyph.size).collect();
        sizes.sort_by(f64::total_cmp);
        sizes.get(sizes.len() / 2).copied().unwrap_or(self.size)
    }
}

/// Whether a word is a bullet, or a number or letter with a sign, such as `1.` or `(a)`.
pub(super) fn is_marker(word: &str) -> bool {
    let number = word.trim_start_matches('(').trim_end_matches(['.', ')']);
    let is_number = number.len() < word.len()
        && number.len() <= 3
        && !number.is_empty()
        && (number.bytes().all(|byte| byte.is_ascii_digit()) || number.len() == 1);
    is_number || word == "-" || (!word.is_empty() && word.chars().all(is_bullet))
}

pub(super) const fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '·' | '▪' | '◦' | '●' | '■' | '‣' | '–' | '\u{f0b7}' | '\u{f0a7}')
}

impl Glyph {
    /// Whether another glyph is the same at the same place, which makes letters look bold.
    fn is_under(&self, other: &Self) -> bool {
        let near = (0.1 * self.size).min(0.4 * (self.right - self.left));
        self.text == other.text
            && (self.left - other.left).abs() < near
            && (self.base - other.base).abs() < 0.1 * self.size
    }
}

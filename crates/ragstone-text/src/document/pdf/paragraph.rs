//! Paragraphs, headings, items and tables of lines in reading order.

use super::column::Region;
use super::line::{Line, is_bullet, is_marker};
use crate::document::writer::Writer;
use crate::extract::ExtractError;

/// Headings are larger than the usual text by this factor.
const LARGER: f64 = 1.12;
/// Levels of headings that are told apart by their size.
const MAX_LEVELS: usize = 4;
/// A document that has more sizes has no style.
const MAX_SIZES: usize = 256;
/// Of a document in which more than one part in this many is bold, bold lines are no headings.
const MAX_BOLD_SHARE: usize = 4;
/// Longer lines are text, however large they are.
const MAX_HEADING_BYTES: usize = 200;
/// Lines of a paragraph are no further apart than this, in sizes of their text.
const LEADING: f64 = 1.75;
/// Lines of a paragraph are no further apart than this, in distances that are usual around them.
const SPREAD: f64 = 1.25;
/// A first line is indented by this, in sizes of its text.
const INDENT: f64 = 0.8;

/// The sizes of the text of a document, of which the larger ones are those of headings.
pub(super) struct Style {
    usual: f64,
    /// Sizes of headings, largest first.
    headings: Vec<f64>,
    /// Whether so little is bold that it means something.
    has_rare_bold: bool,
}

impl Style {
    pub(super) fn of<'a>(regions: impl Iterator<Item = &'a Region>) -> Self {
        let mut bytes_by_size: Vec<(f64, usize)> = Vec::new();
        let (mut bytes, mut bold_bytes) = (0, 0);
        for region in regions {
            let Region::Prose(lines) = region else { continue };
            for line in lines {
                bytes += line.text.len();
                bold_bytes += if line.is_bold { line.text.len() } else { 0 };
                let size = rounded(line.size);
                let known = bytes_by_size.iter().position(|(known, _)| same(*known, size));
                if let Some((_, bytes)) = known.and_then(|at| bytes_by_size.get_mut(at)) {
                    *bytes += line.text.len();
                } else if bytes_by_size.len() < MAX_SIZES {
                    bytes_by_size.push((size, line.text.len()));
                }
            }
        }
        let usual = bytes_by_size.iter().max_by_key(|(_, bytes)| *bytes).map_or(0.0, |(size, _)| *size);
        let mut headings: Vec<f64> = bytes_by_size.iter().map(|(size, _)| *size).collect();
        headings.retain(|size| *size >= usual * LARGER);
        headings.sort_by(|a, b| b.total_cmp(a));
        Self { usual, headings, has_rare_bold: bold_bytes * MAX_BOLD_SHARE < bytes }
    }

    /// Level of the heading that a line is; `None` where it is text.
    fn heading(&self, line: &Line) -> Option<u8> {
        if line.text.len() > MAX_HEADING_BYTES || !line.text.contains(char::is_alphabetic) {
            return None;
        }
        if line.size >= self.usual * LARGER {
            let at = self.headings.iter().position(|size| same(*size, rounded(line.size)))?;
            return u8::try_from(at.min(MAX_LEVELS - 1) + 1).ok();
        }
        let is_bold = self.has_rare_bold && line.is_bold && line.size >= self.usual / LARGER;
        let is_sentence = line.text.ends_with(['.', ',', ';']);
        let level = u8::try_from(self.headings.len().min(MAX_LEVELS) + 1).ok();
        level.filter(|_| is_bold && !is_sentence)
    }
}

fn rounded(size: f64) -> f64 {
    (size * 2.0).round() / 2.0
}

fn same(a: f64, b: f64) -> bool {
    (a - b).abs() < 0.25
}

pub(super) struct Paragraphs<'a> {
    style: &'a Style,
    writer: &'a mut Writer,
}

impl<'a> Paragraphs<'a> {
    pub(super) const fn new(style: &'a Style, writer: &'a mut Writer) -> Self {
        Self { style, writer }
    }

    pub(super) fn write(&mut self, regions: &[Region]) -> Result<(), ExtractError> {
        for region in regions {
            match region {
                Region::Prose(lines) => self.write_prose(lines)?,
                Region::Table(rows) => self.writer.table(rows)?,
            }
        }
        Ok(())
    }

    fn write_prose(&mut self, lines: &[Line]) -> Result<(), ExtractError> {
        let leading = usual_leading(lines);
        let mut start = 0;
        for at in 1..=lines.len() {
            let goes_on = lines.get(at).is_some_and(|line| {
                self.goes_on(lines.get(start..).unwrap_or_default(), at - start, line, leading)
            });
            if !goes_on {
                self.write_paragraph(lines.get(start..at).unwrap_or_default())?;
                start = at;
            }
        }
        Ok(())
    }

    /// Whether the line at `at` goes on with the paragraph that begins with the first of `lines`.
    fn goes_on(&self, lines: &[Line], at: usize, line: &Line, leading: f64) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|at| lines.get(at)) else {
            return false;
        };
        let size = line.size.max(before.size);
        let distance = line.base - before.base;
        let is_near = distance <= (LEADING * size).min(leading * SPREAD) && line.turn == before.turn;
        if !is_near || self.style.heading(line) != self.style.heading(before) || begins_item(&line.text) {
            return false;
        }
        // The first line of a paragraph is indented, and the next one is not.
        let next = lines.get(at + 1);
        let is_item = lines.first().is_some_and(|first| begins_item(&first.text));
        let is_indented = !is_item
            && line.left - before.left > INDENT * size
            && next.is_none_or(|next| line.left - next.left > INDENT * size);
        !is_indented && same(rounded(line.size), rounded(before.size))
    }

    fn write_paragraph(&mut self, lines: &[Line]) -> Result<(), ExtractError> {
        let Some(first) = lines.first() else {
            return Ok(());
        };
        let text = joined(lines);
        match self.style.heading(first).filter(|_| text.len() <= MAX_HEADING_BYTES) {
            Some(level) => self.writer.heading(level, &text),
            None => match text.split_once(char::is_whitespace) {
                Some((marker, item)) if is_marker(marker) => {
                    let marker = if marker.chars().all(is_bullet) { "-" } else { marker };
                    self.writer.item(0, marker, item)
                }
                _ => self.writer.paragraph(&text),
            },
        }
    }
}

/// The distance of most lines from the one before.
fn usual_leading(lines: &[Line]) -> f64 {
    let pairs = lines.iter().zip(lines.iter().skip(1));
    let mut distances: Vec<f64> = pairs.map(|(before, line)| line.base - before.base).collect();
    distances.retain(|distance| *distance > 0.0);
    distances.sort_by(f64::total_cmp);
    distances.get(distances.len() / 2).copied().unwrap_or(f64::INFINITY)
}

/// Lines as one: a hyphen at the end of a line stays, and the next line goes on without a space.
fn joined(lines: &[Line]) -> String {
    let mut text = String::new();
    for line in lines {
        let is_broken = text.ends_with(['-', '\u{ad}', '\u{2010}'])
            && text.trim_end_matches(['-', '\u{ad}', '\u{2010}']).ends_with(char::is_alphabetic)
            && line.text.starts_with(char::is_lowercase);
        if !is_broken && !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&line.text);
    }
    without_leaders(&text)
}

/// Replaces the dots that lead to the numbers of pages.
fn without_leaders(text: &str) -> String {
    /// Fewer dots are an ellipsis.
    const MIN_DOTS: usize = 5;
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('.') {
        let (before, from) = rest.split_at(at);
        let len = from.find(|c: char| c != '.' && c != ' ').unwrap_or(from.len());
        let (leader, after) = from.split_at(len);
        kept.push_str(before);
        let is_leader = leader.bytes().filter(|byte| *byte == b'.').count() >= MIN_DOTS;
        kept.push_str(if is_leader { " … " } else { leader });
        rest = after;
    }
    kept.push_str(rest);
    kept
}

/// Whether a line begins like an item: with a bullet, or with a number and a sign.
fn begins_item(text: &str) -> bool {
    text.split_once(char::is_whitespace).is_some_and(|(first, _)| is_marker(first))
}

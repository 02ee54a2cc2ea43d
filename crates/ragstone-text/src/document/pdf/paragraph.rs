//! Paragraphs, headings, items and tables of lines in reading order.

use super::column::Region;
use super::line::Line;
use crate::document::writer::Writer;
use crate::extract::ExtractError;

/// Headings are larger than the usual text by this factor.
const LARGER: f64 = 1.12;
/// Levels of headings that are told apart by their size.
const MAX_LEVELS: usize = 4;
/// A document that has more sizes has no style.
const MAX_SIZES: usize = 256;
/// Longer lines are text, however large they are.
const MAX_HEADING_BYTES: usize = 200;
/// Lines of a paragraph are no further apart than this, in sizes of their text.
const LEADING: f64 = 1.75;
/// A first line is indented by this, in sizes of its text.
const INDENT: f64 = 0.8;

/// The sizes of the text of a document, of which the larger ones are those of headings.
pub(super) struct Style {
    usual: f64,
    /// Sizes of headings, largest first.
    headings: Vec<f64>,
}

impl Style {
    pub(super) fn of<'a>(regions: impl Iterator<Item = &'a Region>) -> Self {
        let mut bytes_by_size: Vec<(f64, usize)> = Vec::new();
        for region in regions {
            let Region::Prose(lines) = region else { continue };
            for line in lines {
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
        Self { usual, headings }
    }

    /// Level of the heading that a line is; `None` where it is text.
    fn heading(&self, line: &Line) -> Option<u8> {
        let is_large = line.size >= self.usual * LARGER;
        let is_short = line.text.len() <= MAX_HEADING_BYTES;
        if !is_large || !is_short || !line.text.contains(char::is_alphabetic) {
            return None;
        }
        let at = self.headings.iter().position(|size| same(*size, rounded(line.size)))?;
        u8::try_from(at.min(MAX_LEVELS - 1) + 1).ok()
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
                Region::Table(rows) => self.write_table(rows)?,
            }
        }
        Ok(())
    }

    fn write_table(&mut self, rows: &[Vec<Line>]) -> Result<(), ExtractError> {
        let cells = |row: &Vec<Line>| row.iter().map(|line| line.text.clone()).collect();
        self.writer.table(&rows.iter().map(cells).collect::<Vec<_>>())
    }

    fn write_prose(&mut self, lines: &[Line]) -> Result<(), ExtractError> {
        let mut start = 0;
        for at in 1..=lines.len() {
            let goes_on = lines.get(at).is_some_and(|line| self.goes_on(lines, at, line));
            if !goes_on {
                self.write_paragraph(lines.get(start..at).unwrap_or_default())?;
                start = at;
            }
        }
        Ok(())
    }

    /// Whether the line at `at` goes on with the paragraph of the line before it.
    fn goes_on(&self, lines: &[Line], at: usize, line: &Line) -> bool {
        let Some(before) = at.checked_sub(1).and_then(|at| lines.get(at)) else {
            return false;
        };
        let size = line.size.max(before.size);
        let is_near = line.base - before.base <= LEADING * size && line.turn == before.turn;
        if !is_near || self.style.heading(line) != self.style.heading(before) || begins_item(&line.text) {
            return false;
        }
        // The first line of a paragraph is indented, and the next one is not.
        let next = lines.get(at + 1);
        let is_indented = line.left - before.left > INDENT * size
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
            None => match text.strip_prefix(is_bullet) {
                Some(item) => self.writer.item(0, "-", item),
                None => self.writer.paragraph(&text),
            },
        }
    }
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
    text
}

const fn is_bullet(c: char) -> bool {
    matches!(c, '•' | '▪' | '◦' | '●' | '■' | '‣' | '–' | '\u{f0b7}' | '\u{f0a7}')
}

/// Whether a line begins like an item: with a bullet, or with a number and a sign.
fn begins_item(text: &str) -> bool {
    let Some((first, rest)) = text.split_once(' ') else {
        return false;
    };
    if rest.is_empty() {
        return false;
    }
    let number = first.trim_end_matches(['.', ')']);
    let is_number = number.len() < first.len()
        && number.len() <= 3
        && !number.is_empty()
        && (number.bytes().all(|byte| byte.is_ascii_digit()) || number.len() == 1);
    is_number || first.chars().all(is_bullet) || first == "-"
}

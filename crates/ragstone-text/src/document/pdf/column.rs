//! What stands beside what: columns that are read one after the other, and tables that are read by rows.

use super::line::Line;

/// Columns inside columns.
const MAX_DEPTH: usize = 6;
/// A table has no more columns.
const MAX_COLUMNS: usize = 64;
/// Space between columns, as a part of the size of the text.
const GUTTER: f64 = 0.8;
/// Lines of a column of prose fill this part of it, at the median.
const FILL: f64 = 0.7;
/// Words of a line of prose, at the median.
const WORDS: usize = 4;

/// A part of a page, in reading order.
#[derive(Debug)]
pub(super) enum Region {
    /// Lines below one another.
    Prose(Vec<Line>),
    /// Rows of cells.
    Table(Vec<Vec<Line>>),
}

/// Lines that have the same gutters, from top to bottom.
struct Band {
    lines: Vec<Line>,
    gutters: Vec<Gutter>,
}

#[derive(Clone, Copy, Debug)]
struct Gutter {
    left: f64,
    right: f64,
}

/// The regions of a page whose lines come by rows.
pub(super) fn blocks(lines: Vec<Line>) -> Vec<Region> {
    let mut regions = Vec::new();
    let mut rest = lines;
    // Text that is turned has a frame of its own.
    while let Some(turn) = rest.first().map(|line| line.turn) {
        let (turned, others) = rest.into_iter().partition(|line| line.turn == turn);
        arrange(turned, 0, &mut regions);
        rest = others;
    }
    regions
}

fn arrange(lines: Vec<Line>, depth: usize, regions: &mut Vec<Region>) {
    for band in bands(lines) {
        if band.gutters.is_empty() || depth >= MAX_DEPTH {
            push_prose(band.lines, regions);
        } else if band.is_columns() {
            for column in band.columns() {
                arrange(column, depth + 1, regions);
            }
        } else {
            regions.push(Region::Table(band.rows()));
        }
    }
}

fn push_prose(lines: Vec<Line>, regions: &mut Vec<Region>) {
    match regions.last_mut() {
        Some(Region::Prose(before)) if follows(before, &lines) => before.extend(lines),
        _ => regions.push(Region::Prose(lines)),
    }
}

/// Whether lines go on below others, rather than at the top of the next column.
fn follows(before: &[Line], lines: &[Line]) -> bool {
    match (before.last(), lines.first()) {
        (Some(last), Some(first)) => last.turn == first.turn && first.base >= last.base,
        _ => false,
    }
}

/// Divides lines into bands, each as high as its gutters stay free.
fn bands(lines: Vec<Line>) -> Vec<Band> {
    let mut bands: Vec<Band> = Vec::new();
    for row in rows(lines) {
        let own = gutters(&row);
        if let Some(band) = bands.last_mut() {
            let shared = band.shared_gutters(&row);
            let goes_on = if band.gutters.is_empty() { own.is_empty() } else { !shared.is_empty() };
            if goes_on {
                band.gutters = shared;
                band.lines.extend(row);
                continue;
            }
        }
        bands.push(Band { gutters: own, lines: row });
    }
    bands
}

fn rows(lines: Vec<Line>) -> Vec<Vec<Line>> {
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row) if row.first().is_some_and(|first| first.row == line.row) => row.push(line),
            _ => rows.push(vec![line]),
        }
    }
    rows
}

/// Gaps between the pieces of one row.
fn gutters(row: &[Line]) -> Vec<Gutter> {
    let pairs = row.iter().zip(row.iter().skip(1));
    let gaps = pairs.map(|(before, after)| Gutter { left: before.right, right: after.left });
    gaps.filter(|gap| gap.right - gap.left > 0.0).take(MAX_COLUMNS - 1).collect()
}

impl Band {
    /// The gutters that stay free beside the lines of a row.
    fn shared_gutters(&self, row: &[Line]) -> Vec<Gutter> {
        let mut shared = Vec::new();
        for gutter in &self.gutters {
            let mut free = *gutter;
            for line in row {
                free = free.beside(line);
            }
            let size = row.iter().map(|line| line.size).fold(f64::INFINITY, f64::min);
            if free.right - free.left >= GUTTER * size {
                shared.push(free);
            }
        }
        shared
    }

    fn columns(self) -> Vec<Vec<Line>> {
        let mut columns: Vec<Vec<Line>> = (0..=self.gutters.len()).map(|_| Vec::new()).collect();
        for line in self.lines {
            let at = self.gutters.iter().filter(|gutter| gutter.right <= line.left + 0.01).count();
            if let Some(column) = columns.get_mut(at) {
                column.push(line);
            }
        }
        columns.retain(|column| !column.is_empty());
        columns
    }

    /// Whether every column of some height reads like prose.
    fn is_columns(&self) -> bool {
        let counts = |at: usize| {
            self.lines.iter().filter(move |line| {
                self.gutters.iter().filter(|gutter| gutter.right <= line.left + 0.01).count() == at
            })
        };
        (0..=self.gutters.len()).all(|at| is_prose(&counts(at).collect::<Vec<_>>()))
    }

    /// Rows with a cell for each column; what stands in one column of a row is one cell.
    fn rows(self) -> Vec<Vec<Line>> {
        rows(self.lines)
    }
}

impl Gutter {
    /// What of a gutter stays free beside a line; nothing where the line crosses it.
    fn beside(self, line: &Line) -> Self {
        let Self { left, right } = self;
        if line.right <= left || line.left >= right {
            self
        } else if line.left <= left && line.right < right {
            Self { left: line.right, right }
        } else if line.right >= right && line.left > left {
            Self { left, right: line.left }
        } else {
            Self { left, right: left }
        }
    }
}

fn is_prose(lines: &[&Line]) -> bool {
    /// Fewer lines are a cell.
    const MIN_LINES: usize = 3;
    let left = lines.iter().map(|line| line.left).fold(f64::INFINITY, f64::min);
    let right = lines.iter().map(|line| line.right).fold(f64::NEG_INFINITY, f64::max);
    let width = (right - left).max(f64::MIN_POSITIVE);
    let mut fills: Vec<f64> = lines.iter().map(|line| (line.right - line.left) / width).collect();
    fills.sort_by(f64::total_cmp);
    let mut words: Vec<usize> = lines.iter().map(|line| line.text.split_whitespace().count()).collect();
    words.sort_unstable();
    let middle = lines.len() / 2;
    lines.len() >= MIN_LINES
        && fills.get(middle).is_some_and(|fill| *fill >= FILL)
        && words.get(middle).is_some_and(|words| *words >= WORDS)
}

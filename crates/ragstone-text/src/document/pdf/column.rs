//! What stands beside what: columns that are read one after the other, and tables that are read by rows.

use super::line::Line;

/// Columns inside columns.
const MAX_DEPTH: usize = 6;
/// A table has no more columns.
const MAX_COLUMNS: usize = 64;
/// One row is a line with gaps, such as a heading after its number.
const MIN_ROWS: usize = 2;
/// Space between columns, as a part of the size of the text.
const GUTTER: f64 = 0.45;
/// Space that is no space between words.
const WIDE_GUTTER: f64 = 1.0;
/// Rows in which the same gap is no chance.
const MANY_ROWS: usize = 5;
/// Lines of a column that others may stand beside as notes.
const LONG: usize = 8;
/// Lines of a column of prose fill this part of it, at the median.
const FILL: f64 = 0.7;
/// Words of a line of prose, at the median.
const WORDS: usize = 4;

/// A part of a page, in reading order.
#[derive(Debug)]
pub(super) enum Region {
    /// Lines below one another.
    Prose(Vec<Line>),
    /// Rows of cells, with an empty one where a column has nothing in a row.
    Table(Vec<Vec<String>>),
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
    for mut band in bands(lines) {
        band.drop_gaps_of_words();
        if band.gutters.is_empty() || depth >= MAX_DEPTH {
            push_prose(rows(band.lines), regions);
        } else if band.is_columns() {
            for column in band.columns() {
                arrange(column, depth + 1, regions);
            }
        } else {
            push_table(band, regions);
        }
    }
}

/// Adds a table; single pieces above and below it are no part of it.
fn push_table(band: Band, regions: &mut Vec<Region>) {
    let mut table: Vec<Vec<Line>> =
        rows(band.lines).into_iter().map(|row| join(row, &band.gutters)).collect();
    let is_row = |row: &Vec<Line>| row.len() > 1;
    let below = table.split_off(table.iter().rposition(is_row).map_or(0, |last| last + 1));
    let rest = table.split_off(table.iter().position(is_row).unwrap_or(table.len()));
    push_prose(table, regions);
    if rest.len() < MIN_ROWS {
        push_prose(rest, regions);
    } else {
        regions.push(Region::Table(cells(&rest)));
    }
    push_prose(below, regions);
}

/// Adds rows as lines, whatever gaps they have.
fn push_prose(rows: Vec<Vec<Line>>, regions: &mut Vec<Region>) {
    let lines: Vec<Line> = rows.into_iter().filter_map(Line::join).collect();
    match regions.last_mut() {
        Some(Region::Prose(before)) if follows(before, &lines) => before.extend(lines),
        _ if lines.is_empty() => {}
        _ => regions.push(Region::Prose(lines)),
    }
}

/// The pieces of a row with those joined that only a space between words divides.
fn join(row: Vec<Line>, gutters: &[Gutter]) -> Vec<Line> {
    let mut cells: Vec<Vec<Line>> = Vec::new();
    for line in row {
        let is_same = cells.last().and_then(|cell| cell.last()).is_some_and(|before| {
            line.left - before.right < WIDE_GUTTER * line.size.min(before.size)
                && column_of(before, gutters) == column_of(&line, gutters)
        });
        match cells.last_mut() {
            Some(cell) if is_same => cell.push(line),
            _ => cells.push(vec![line]),
        }
    }
    cells.into_iter().filter_map(Line::join).collect()
}

/// Number of the column that a piece stands in.
fn column_of(line: &Line, gutters: &[Gutter]) -> usize {
    gutters.iter().filter(|gutter| gutter.right <= line.left + 0.01).count()
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

    /// Drops gutters that are as narrow as a wide space between words, unless many rows have them.
    fn drop_gaps_of_words(&mut self) {
        let rows: Vec<&[Line]> = self.lines.chunk_by(|a, b| a.row == b.row).collect();
        let divides = |gutter: &Gutter, row: &[Line]| {
            row.iter().any(|line| line.right <= gutter.left + 0.01)
                && row.iter().any(|line| line.left >= gutter.right - 0.01)
        };
        let size = self.lines.iter().map(|line| line.size).fold(0.0, f64::max);
        self.gutters.retain(|gutter| {
            let is_wide = gutter.right - gutter.left >= WIDE_GUTTER * size;
            is_wide || rows.iter().filter(|row| divides(gutter, row)).count() >= MANY_ROWS
        });
    }

    fn columns(self) -> Vec<Vec<Line>> {
        let mut columns: Vec<Vec<Line>> = (0..=self.gutters.len()).map(|_| Vec::new()).collect();
        for line in self.lines {
            if let Some(column) = columns.get_mut(column_of(&line, &self.gutters)) {
                column.push(line);
            }
        }
        columns.retain(|column| !column.is_empty());
        columns
    }

    /// Whether the columns read like prose, except for short ones beside a long one.
    fn is_columns(&self) -> bool {
        let columns: Vec<Vec<Line>> = (0..=self.gutters.len())
            .map(|at| {
                let column = self.lines.iter().filter(|line| column_of(line, &self.gutters) == at);
                rows(column.cloned().collect()).into_iter().filter_map(Line::join).collect()
            })
            .collect();
        let longest = columns.iter().filter(|column| is_prose(column)).map(Vec::len).max().unwrap_or(0);
        let is_beside = |column: &Vec<Line>| longest >= LONG && column.len() * 4 <= longest;
        columns.iter().all(|column| is_prose(column) || is_beside(column))
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

/// Rows with a cell for each column.
///
/// The rows with the most pieces say where the columns are; what stands in one column of a row is one cell.
fn cells(rows: &[Vec<Line>]) -> Vec<Vec<String>> {
    let most = rows.iter().map(Vec::len).max().unwrap_or(0).min(MAX_COLUMNS);
    let mut columns: Vec<Gutter> = Vec::new();
    for row in rows.iter().filter(|row| row.len() >= most) {
        for (at, line) in row.iter().enumerate() {
            match columns.get_mut(at) {
                Some(column) => {
                    column.left = column.left.min(line.left);
                    column.right = column.right.max(line.right);
                }
                None => columns.push(Gutter { left: line.left, right: line.right }),
            }
        }
    }
    rows.iter().map(|row| cells_of_row(row, &columns)).collect()
}

fn cells_of_row(row: &[Line], columns: &[Gutter]) -> Vec<String> {
    let mut cells = vec![String::new(); columns.len()];
    let mut last = 0;
    for line in row {
        let middle = f64::midpoint(line.left, line.right);
        let distance = |column: &Gutter| (f64::midpoint(column.left, column.right) - middle).abs();
        let overlapped =
            columns.iter().position(|column| column.left < line.right && line.left < column.right);
        let nearest = || {
            let by_distance =
                columns.iter().enumerate().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)));
            by_distance.map(|(at, _)| at)
        };
        // Cells stay in order, whatever stands over what.
        last = overlapped.or_else(nearest).unwrap_or(0).max(last);
        if let Some(cell) = cells.get_mut(last) {
            cell.push_str(if cell.is_empty() { "" } else { " " });
            cell.push_str(&line.text);
        }
    }
    cells
}

fn is_prose(lines: &[Line]) -> bool {
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

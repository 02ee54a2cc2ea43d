//! Ascending numbers of rows, kept as runs.

use crate::number;

/// Rows from `start` to before `end`, with `before` rows in earlier runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    start: u32,
    end: u32,
    before: u32,
}

/// Ascending numbers of rows. Takes 12 bytes for a run, however long it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Slots {
    runs: Vec<Run>,
}

impl Slots {
    /// All rows of a range.
    pub(crate) fn of_range(start: u32, end: u32) -> Self {
        let mut slots = Self::default();
        slots.push_run(start, end);
        slots
    }

    /// Rows that are ascending and distinct already.
    pub(crate) fn of_sorted(rows: impl IntoIterator<Item = u32>) -> Self {
        let mut slots = Self::default();
        rows.into_iter().for_each(|row| slots.push(row));
        slots
    }

    /// Adds a row behind all others.
    #[inline]
    pub(crate) fn push(&mut self, row: u32) {
        match self.runs.last_mut() {
            Some(run) if run.end == row => run.end += 1,
            _ => self.push_run(row, row + 1),
        }
    }

    /// Adds rows behind all others; an empty range adds none.
    pub(crate) fn push_run(&mut self, start: u32, end: u32) {
        if start >= end {
            return;
        }
        match self.runs.last_mut() {
            Some(run) if run.end == start => run.end = end,
            _ => {
                let before = number::vertex(self.len());
                self.runs.push(Run { start, end, before });
            }
        }
    }

    /// Adds all rows of another, which lie behind all of these.
    pub(crate) fn append(&mut self, other: &Self) {
        other.runs.iter().for_each(|run| self.push_run(run.start, run.end));
    }

    /// Number of rows.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.runs.last().map_or(0, |run| (run.before + (run.end - run.start)) as usize)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// One past the last row.
    pub(crate) fn end(&self) -> u32 {
        self.runs.last().map_or(0, |run| run.end)
    }

    /// Which one in order a row is. O(log runs).
    #[inline]
    pub(crate) fn rank(&self, row: u32) -> Option<usize> {
        let run = match self.runs.as_slice() {
            [run] => run,
            runs => runs.get(runs.partition_point(|run| run.end <= row))?,
        };
        (run.start <= row && row < run.end).then(|| (run.before + (row - run.start)) as usize)
    }

    pub(crate) fn contains(&self, row: u32) -> bool {
        self.rank(row).is_some()
    }

    /// How many rows are less than `row`.
    pub(crate) fn count_below(&self, row: u32) -> usize {
        let next = self.runs.partition_point(|run| run.end <= row);
        match self.runs.get(next) {
            Some(run) => (run.before + row.saturating_sub(run.start)) as usize,
            None => self.len(),
        }
    }

    /// The rows from `start` to before `end`, with the numbers that they have.
    pub(crate) fn between(&self, start: u32, end: u32) -> Self {
        let mut part = Self::default();
        let first = self.runs.partition_point(|run| run.end <= start);
        for run in self.runs.get(first..).unwrap_or_default() {
            if run.start >= end {
                break;
            }
            part.push_run(run.start.max(start), run.end.min(end));
        }
        part
    }

    /// The rows from 0 to before `end` that are not among these.
    pub(crate) fn complement(&self, end: u32) -> Self {
        let mut rest = Self::default();
        let mut next = 0;
        for run in &self.runs {
            rest.push_run(next, run.start.min(end));
            next = run.end;
        }
        rest.push_run(next, end);
        rest
    }

    /// Where each run begins and ends.
    pub(crate) fn runs(&self) -> impl ExactSizeIterator<Item = (u32, u32)> + DoubleEndedIterator + '_ {
        self.runs.iter().map(|run| (run.start, run.end))
    }

    /// All rows in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u32> + Clone + '_ {
        self.runs.iter().flat_map(|run| run.start..run.end)
    }

    pub(crate) fn memory(&self) -> usize {
        self.runs.capacity() * size_of::<Run>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_answer_as_the_rows_do() {
        let rows = [1, 2, 3, 7, 9, 10];
        let slots = Slots::of_sorted(rows);
        assert_eq!(slots.runs().count(), 3);
        assert_eq!(slots.iter().collect::<Vec<_>>(), rows);
        for row in 0..12 {
            assert_eq!(slots.rank(row), rows.iter().position(|&other| other == row), "{row}");
            assert_eq!(slots.count_below(row), rows.iter().filter(|&&other| other < row).count(), "{row}");
        }
        assert_eq!(slots.between(2, 10).iter().collect::<Vec<_>>(), [2, 3, 7, 9]);
        assert_eq!(slots.complement(9).iter().collect::<Vec<_>>(), [0, 4, 5, 6, 8]);
        assert_eq!((slots.len(), slots.end()), (6, 11));
    }
}

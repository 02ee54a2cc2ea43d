//! The values of one attribute at the rows that have it.

use super::cell::{Cell, ValueKind};
use super::slots::Slots;
use super::values::Values;

/// The values of one attribute, at the nodes or edges that have it.
#[derive(Debug, Clone, Default)]
pub struct Column {
    pub(crate) rows: Slots,
    pub(crate) values: Values,
}

impl Column {
    /// The value of a node or an edge. O(1) where all rows or a first part of them have one, else O(log rows).
    #[inline]
    pub fn get(&self, row: u32) -> Option<Cell<'_>> {
        self.rows.rank(row).and_then(|place| self.values.get(place))
    }

    /// Rows with their values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, Cell<'_>)> {
        self.rows.iter().zip(self.values.iter())
    }

    /// How many rows have a value.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether none has.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The values of rows 0 to `rows` - 1, where each has a real.
    pub fn floats(&self, rows: usize) -> Option<&[f64]> {
        match &self.values {
            Values::Floats(values) if self.fills(rows) => Some(values),
            _ => None,
        }
    }

    /// The values of rows 0 to `rows` - 1, where each has an integer.
    pub fn integers(&self, rows: usize) -> Option<&[i64]> {
        match &self.values {
            Values::Integers(values) if self.fills(rows) => Some(values),
            _ => None,
        }
    }

    /// How many values of each kind there are, ascending by kind. O(rows).
    pub fn kinds(&self) -> Vec<(ValueKind, usize)> {
        let mut counts = std::collections::BTreeMap::new();
        for cell in self.values.iter() {
            *counts.entry(cell.kind()).or_insert(0) += 1;
        }
        counts.into_iter().collect()
    }

    /// Adds a row behind all others.
    #[inline]
    pub(crate) fn push(&mut self, row: u32, cell: Cell<'_>) {
        self.rows.push(row);
        self.values.push(cell);
    }

    /// Sets the values of another column. O(its rows) where they are all here or behind, else O(rows of both).
    pub(crate) fn put(&mut self, other: Self) {
        let is_behind = other.rows.runs().next().is_none_or(|(start, _)| start >= self.rows.end());
        if is_behind {
            self.rows.append(&other.rows);
            self.values.append(other.values);
        } else if other.rows.iter().all(|row| self.rows.contains(row)) {
            for (row, cell) in other.iter() {
                if let Some(place) = self.rows.rank(row) {
                    self.values.set(place, cell);
                }
            }
        } else {
            *self = self.merged(&other);
        }
    }

    /// Takes the values of rows out. O(rows).
    pub(crate) fn take(&mut self, rows: &Slots) {
        let kept = || self.rows.iter().enumerate().filter(|(_, row)| !rows.contains(*row));
        let values = self.values.gather(kept().map(|(place, _)| place));
        let rows = Slots::of_sorted(kept().map(|(_, row)| row));
        *self = Self { rows, values };
    }

    /// The values of the given rows, as rows from 0.
    pub(crate) fn gather(&self, rows: &[u32]) -> Self {
        if self.is_empty() {
            return Self::default();
        }
        let found =
            || (0..).zip(rows).filter_map(|(place, &row)| self.rows.rank(row).map(|value| (place, value)));
        let values = self.values.gather(found().map(|(_, value)| value));
        Self { rows: Slots::of_sorted(found().map(|(place, _)| place)), values }
    }

    /// The values of the rows from `start` to before `end`.
    pub(crate) fn between(&self, start: u32, end: u32) -> Self {
        let places = self.rows.count_below(start)..self.rows.count_below(end);
        Self { rows: self.rows.between(start, end), values: self.values.gather(places) }
    }

    pub(crate) fn memory(&self) -> usize {
        self.rows.memory() + self.values.memory()
    }

    fn fills(&self, rows: usize) -> bool {
        self.rows.len() == rows && self.rows.end() as usize == rows
    }

    fn merged(&self, other: &Self) -> Self {
        let mut merged = Self::default();
        let mut ours = self.iter().peekable();
        for (row, cell) in other.iter() {
            while let Some((earlier, cell)) = ours.next_if(|&(earlier, _)| earlier < row) {
                merged.push(earlier, cell);
            }
            ours.next_if(|&(same, _)| same == row);
            merged.push(row, cell);
        }
        ours.for_each(|(row, cell)| merged.push(row, cell));
        merged
    }
}

/// Equal where the same rows have equal values, however they are kept.
impl PartialEq for Column {
    fn eq(&self, other: &Self) -> bool {
        self.rows == other.rows && self.values.iter().eq(other.values.iter())
    }
}

//! All attributes of the nodes, or of the edges.

use std::sync::Arc;

use super::column::Column;
use super::slots::Slots;
use crate::document::Attributes;

/// Columns by name, none of them empty.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Columns(Vec<(Arc<str>, Column)>);

impl Columns {
    /// Of columns with distinct names.
    pub(crate) fn of(mut columns: Vec<(Arc<str>, Column)>) -> Self {
        columns.retain(|(_, column)| !column.is_empty());
        columns.sort_by(|one, two| one.0.cmp(&two.0));
        Self(columns)
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Column> {
        self.find(name).ok().and_then(|place| self.0.get(place)).map(|(_, column)| column)
    }

    /// Names and columns, ascending by name.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Column)> {
        self.0.iter().map(|(name, column)| (name, column))
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Attributes of a row. O(columns log rows).
    pub(crate) fn row(&self, row: u32) -> Attributes {
        let value =
            |(name, column): &(Arc<str>, Column)| column.get(row).map(|cell| (name.clone(), cell.to_value()));
        self.0.iter().filter_map(value).collect()
    }

    pub(crate) fn put(&mut self, other: Self) {
        for (name, column) in other.0 {
            match self.find(&name) {
                Ok(place) => {
                    if let Some((_, known)) = self.0.get_mut(place) {
                        known.put(column);
                    }
                }
                Err(place) => self.0.insert(place, (name, column)),
            }
        }
    }

    pub(crate) fn take(&mut self, name: &str, rows: &Slots) {
        let Ok(place) = self.find(name) else { return };
        if let Some((_, column)) = self.0.get_mut(place) {
            column.take(rows);
            if column.is_empty() {
                self.0.remove(place);
            }
        }
    }

    /// The given rows, numbered from 0.
    pub(crate) fn gather(&self, rows: &[u32]) -> Self {
        self.each(|column| column.gather(rows))
    }

    /// The rows from `start` to before `end`, with the numbers that they have.
    pub(crate) fn between(&self, start: u32, end: u32) -> Self {
        self.each(|column| column.between(start, end))
    }

    pub(crate) fn memory(&self) -> usize {
        let each = size_of::<(Arc<str>, Column)>();
        self.0.iter().map(|(name, column)| each + name.len() + column.memory()).sum()
    }

    fn each(&self, make: impl Fn(&Column) -> Column) -> Self {
        let columns = self.0.iter().map(|(name, column)| (name.clone(), make(column)));
        Self(columns.filter(|(_, column)| !column.is_empty()).collect())
    }

    fn find(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(other, _)| (**other).cmp(name))
    }
}

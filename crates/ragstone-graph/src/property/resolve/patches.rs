//! Values that are set in any order, on their way to columns.

use std::collections::HashMap;
use std::sync::Arc;

use super::Result;
use crate::number;
use crate::property::cell::Cell;
use crate::property::column::Column;
use crate::property::columns::Columns;
use crate::property::delta::Gaps;
use crate::property::limit::{check_name, check_value};
use crate::property::slots::Slots;
use crate::property::values::Values;

struct Loose {
    name: Arc<str>,
    rows: Vec<u32>,
    values: Values,
}

/// Values by name and row. A row has a name once.
#[derive(Default)]
pub(crate) struct Patches {
    loose: Vec<Loose>,
    places: HashMap<Arc<str>, usize>,
    /// Where the next name is if rows have the same names in the same order.
    next: usize,
}

impl Patches {
    /// Sets a value, or refuses it.
    #[inline]
    pub(crate) fn set(&mut self, row: u32, name: &str, cell: Cell<'_>) -> Result<()> {
        check_value(name, cell)?;
        let place = match self.loose.get(self.next) {
            Some(loose) if *loose.name == *name => self.next,
            _ => self.place(name)?,
        };
        self.next = if place + 1 < self.loose.len() { place + 1 } else { 0 };
        if let Some(loose) = self.loose.get_mut(place) {
            loose.rows.push(row);
            loose.values.push(cell);
        }
        Ok(())
    }

    /// The columns, each in the order of its rows.
    pub(crate) fn finish(self) -> Columns {
        let column = |loose: Loose| (loose.name, sorted(loose.rows, loose.values));
        Columns::of(self.loose.into_iter().map(column).collect())
    }

    fn place(&mut self, name: &str) -> Result<usize> {
        if let Some(&place) = self.places.get(name) {
            return Ok(place);
        }
        check_name(name)?;
        let name = Arc::<str>::from(name);
        self.places.insert(name.clone(), self.loose.len());
        self.loose.push(Loose { name, rows: Vec::new(), values: Values::default() });
        Ok(self.loose.len() - 1)
    }
}

/// A column of rows in any order, each once.
pub(crate) fn sorted(rows: Vec<u32>, values: Values) -> Column {
    if rows.is_sorted() {
        return Column { rows: Slots::of_sorted(rows), values };
    }
    let row = |place: &u32| rows.get(*place as usize).copied();
    let mut order: Vec<_> = (0..number::vertex(rows.len())).collect();
    order.sort_unstable_by_key(row);
    let values = values.gather(order.iter().map(|&place| place as usize));
    Column { rows: Slots::of_sorted(order.iter().filter_map(row)), values }
}

/// Values that are taken away, by name and row.
#[derive(Default)]
pub(crate) struct Takings(HashMap<Arc<str>, Vec<u32>>);

impl Takings {
    pub(crate) fn take(&mut self, row: u32, name: &str) {
        match self.0.get_mut(name) {
            Some(rows) => rows.push(row),
            None => {
                self.0.insert(name.into(), vec![row]);
            }
        }
    }

    /// Rows by name, ascending.
    pub(crate) fn finish(self) -> Gaps {
        let gap = |(name, mut rows): (Arc<str>, Vec<u32>)| {
            rows.sort_unstable();
            (name, Slots::of_sorted(rows))
        };
        let mut gaps: Gaps = self.0.into_iter().map(gap).collect();
        gaps.sort_by(|one, two| one.0.cmp(&two.0));
        gaps
    }
}

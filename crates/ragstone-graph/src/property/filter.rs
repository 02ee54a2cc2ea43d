//! Conditions on attributes.

use std::cmp::Ordering;

use serde_json::Value;

use super::cell::Cell;
use super::column::Column;
use super::columns::Columns;
use super::{EdgeSlot, PropertyGraph};
use crate::graph::Vertex;

/// A condition on the attributes of a node or an edge.
///
/// Numbers are compared by their amounts, so that 1 equals 1.0. A comparison with an attribute that is not there, or of
/// values that have no order, does not hold; [`Comparison::Different`] holds for values of different kinds.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Filter {
    /// The attribute is there.
    Has(String),
    /// The attribute compares to a value.
    Compare {
        /// Name of the attribute.
        name: String,
        /// How.
        comparison: Comparison,
        /// The value on the right.
        value: Value,
    },
    /// The attribute equals one of the values.
    In {
        /// Name of the attribute.
        name: String,
        /// The values.
        values: Vec<Value>,
    },
    /// The attribute is a text with this text in it, a list with this value, or an object with this name.
    Contains {
        /// Name of the attribute.
        name: String,
        /// What it contains.
        value: Value,
    },
    /// All hold; of none, yes.
    All(Vec<Self>),
    /// One holds; of none, no.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The same.
    Equal,
    /// Not the same.
    Different,
    /// Before.
    Less,
    /// Before or the same.
    AtMost,
    /// Behind.
    Greater,
    /// Behind or the same.
    AtLeast,
}

/// A condition whose attributes are found already.
enum Bound<'a> {
    Has(Option<&'a Column>),
    Compare(Option<&'a Column>, Comparison, &'a Value),
    In(Option<&'a Column>, &'a [Value]),
    Contains(Option<&'a Column>, &'a Value),
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
}

impl Filter {
    /// Rows from 0 to `rows` - 1 for which it holds. O(rows) for each condition.
    pub(crate) fn rows(&self, columns: &Columns, rows: u32) -> Vec<bool> {
        let bound = self.bind(columns);
        (0..rows).map(|row| bound.holds(row)).collect()
    }

    fn bind<'a>(&'a self, columns: &'a Columns) -> Bound<'a> {
        let all = |filters: &'a [Self]| filters.iter().map(|filter| filter.bind(columns)).collect();
        match self {
            Self::Has(name) => Bound::Has(columns.get(name)),
            Self::Compare { name, comparison, value } => {
                Bound::Compare(columns.get(name), *comparison, value)
            }
            Self::In { name, values } => Bound::In(columns.get(name), values),
            Self::Contains { name, value } => Bound::Contains(columns.get(name), value),
            Self::All(filters) => Bound::All(all(filters)),
            Self::Any(filters) => Bound::Any(all(filters)),
            Self::Not(filter) => Bound::Not(Box::new(filter.bind(columns))),
        }
    }
}

impl PropertyGraph {
    /// Nodes for which a condition holds, in order. O(nodes) for each part of it.
    pub fn nodes_where(&self, filter: &Filter) -> Vec<Vertex> {
        places(&filter.rows(&self.node_columns, self.base().0))
    }

    /// Edges for which a condition holds, in order. O(edges) for each part of it.
    pub fn edges_where(&self, filter: &Filter) -> Vec<EdgeSlot> {
        places(&filter.rows(&self.edge_columns, self.base().1))
    }
}

fn places(rows: &[bool]) -> Vec<u32> {
    (0..).zip(rows).filter_map(|(row, holds)| holds.then_some(row)).collect()
}

impl Bound<'_> {
    fn holds(&self, row: u32) -> bool {
        match self {
            Self::Has(column) => cell(*column, row).is_some(),
            Self::Compare(column, comparison, value) => {
                cell(*column, row).is_some_and(|cell| comparison.holds(cell, Cell::from(*value)))
            }
            Self::In(column, values) => cell(*column, row)
                .is_some_and(|cell| values.iter().any(|value| is_same(cell, Cell::from(value)))),
            Self::Contains(column, value) => cell(*column, row).is_some_and(|cell| contains(cell, value)),
            Self::All(filters) => filters.iter().all(|filter| filter.holds(row)),
            Self::Any(filters) => filters.iter().any(|filter| filter.holds(row)),
            Self::Not(filter) => !filter.holds(row),
        }
    }
}

fn cell(column: Option<&Column>, row: u32) -> Option<Cell<'_>> {
    column.and_then(|column| column.get(row))
}

impl Comparison {
    fn holds(self, one: Cell<'_>, two: Cell<'_>) -> bool {
        match self {
            Self::Equal => is_same(one, two),
            Self::Different => !is_same(one, two),
            Self::Less => one.order(two) == Some(Ordering::Less),
            Self::AtMost => one.order(two).is_some_and(Ordering::is_le),
            Self::Greater => one.order(two) == Some(Ordering::Greater),
            Self::AtLeast => one.order(two).is_some_and(Ordering::is_ge),
        }
    }
}

fn is_same(one: Cell<'_>, two: Cell<'_>) -> bool {
    one == two || one.order(two) == Some(Ordering::Equal)
}

fn contains(cell: Cell<'_>, part: &Value) -> bool {
    match (cell, part) {
        (Cell::Text(text), Value::String(part)) => text.contains(part.as_str()),
        (Cell::Json(Value::Array(values)), part) => {
            values.iter().any(|value| is_same(Cell::from(value), Cell::from(part)))
        }
        (Cell::Json(Value::Object(values)), Value::String(name)) => values.contains_key(name),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn holds(comparison: Comparison, one: &Value, two: &Value) -> bool {
        comparison.holds(Cell::from(one), Cell::from(two))
    }

    #[test]
    fn values_of_different_kinds_have_no_order() {
        assert!(holds(Comparison::Different, &json!(1), &json!("1")));
        assert!(!holds(Comparison::Less, &json!(1), &json!("2")));
        assert!(!holds(Comparison::AtMost, &json!([1]), &json!([1])));
        assert!(holds(Comparison::Equal, &json!([1]), &json!([1])));
        assert!(holds(Comparison::Equal, &json!(1), &json!(1.0)));
        assert!(holds(Comparison::AtLeast, &json!("b"), &json!("a")));
    }

    #[test]
    fn text_list_and_object_contain() {
        assert!(contains(Cell::Text("knowledge"), &json!("led")));
        assert!(contains(Cell::from(&json!([1, "a"])), &json!("a")));
        assert!(contains(Cell::from(&json!({"a": 1})), &json!("a")));
        assert!(!contains(Cell::Integer(12), &json!(1)));
    }
}

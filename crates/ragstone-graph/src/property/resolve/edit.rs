//! Attributes that are set, taken away, or written for all.

use hashbrown::HashSet;
use serde_json::Value;

use super::draft::update;
use super::patches::{Patches, Takings};
use super::{Outcome, Result};
use crate::number;
use crate::property::PropertyGraph;
use crate::property::cell::Cell;
use crate::property::change::{AttributeEdit, ColumnValues, EdgeEdit, NodeEdit, Tally};
use crate::property::column::Column;
use crate::property::columns::Columns;
use crate::property::delta::{Delta, Gaps};
use crate::property::error::ChangeError;
use crate::property::limit::{check_attributes, check_name, check_value};
use crate::property::slots::Slots;
use crate::property::values::Values;

/// What changes in the attributes of nodes, or of edges.
#[derive(Default)]
struct Edits {
    values: Patches,
    takings: Takings,
    tally: Tally,
    named: HashSet<u32>,
}

impl Edits {
    /// Edits a row; says whether it is the first time.
    fn row(&mut self, columns: &Columns, row: u32, edit: &AttributeEdit) -> Result<bool> {
        check_names(edit)?;
        if !self.named.insert(row) {
            return Ok(false);
        }
        let mut is_updated = update(&mut self.values, columns, row, &edit.set)?;
        for name in &edit.remove {
            if columns.get(name).is_some_and(|column| column.get(row).is_some()) {
                self.takings.take(row, name);
                is_updated = true;
            }
        }
        self.tally.count(is_updated);
        Ok(true)
    }
}

/// Refuses a name that is there twice.
fn check_names(edit: &AttributeEdit) -> Result<()> {
    let mut seen = HashSet::new();
    let twice = edit.remove.iter().find(|name| edit.set.get(name).is_some() || !seen.insert(name.as_str()));
    twice.map_or(Ok(()), |name| Err(ChangeError::DuplicateName { name: name.clone() }))
}

pub(super) fn nodes(graph: &PropertyGraph, edits: &[NodeEdit]) -> Result<Outcome> {
    let mut all = Edits::default();
    for NodeEdit { key, edit } in edits {
        let node = graph.require(key)?;
        if !all.row(&graph.node_columns, node, edit)? {
            return Err(ChangeError::DuplicateNode { key: key.clone() });
        }
    }
    let (node_values, node_gaps) = (all.values.finish(), all.takings.finish());
    let delta = Delta { node_gaps, node_values, ..Delta::default() };
    Ok(Outcome { delta, nodes: all.tally, edges: Tally::default() })
}

pub(super) fn edges(graph: &PropertyGraph, edits: &[EdgeEdit]) -> Result<Outcome> {
    let mut all = Edits::default();
    for EdgeEdit { edge: name, edit } in edits {
        for edge in graph.require_edges(name)? {
            if !all.row(&graph.edge_columns, edge, edit)? {
                return Err(ChangeError::DuplicateEdge {
                    source_key: name.source.clone(),
                    target_key: name.target.clone(),
                    key: name.key.clone(),
                });
            }
        }
    }
    let (edge_values, edge_gaps) = (all.values.finish(), all.takings.finish());
    let delta = Delta { edge_gaps, edge_values, ..Delta::default() };
    Ok(Outcome { delta, nodes: Tally::default(), edges: all.tally })
}

pub(super) fn graph(graph: &PropertyGraph, edit: &AttributeEdit) -> Result<Outcome> {
    check_names(edit)?;
    check_attributes(&edit.set)?;
    let set = edit.set.iter().filter(|(name, value)| graph.attributes.get(name) != Some(value));
    let set = set.map(|(name, value)| (name.into(), Some(value.clone())));
    let removed = edit.remove.iter().filter(|name| graph.attributes.get(name).is_some());
    let attributes = set.chain(removed.map(|name| (name.as_str().into(), None))).collect();
    let delta = Delta { attributes, ..Delta::default() };
    Ok(Outcome { delta, nodes: Tally::default(), edges: Tally::default() })
}

pub(super) fn write_nodes(graph: &PropertyGraph, name: &str, values: &ColumnValues) -> Result<Outcome> {
    let (node_values, node_gaps, nodes) = written(&graph.node_columns, graph.node_count(), name, values)?;
    let delta = Delta { node_gaps, node_values, ..Delta::default() };
    Ok(Outcome { delta, nodes, edges: Tally::default() })
}

pub(super) fn write_edges(graph: &PropertyGraph, name: &str, values: &ColumnValues) -> Result<Outcome> {
    let (edge_values, edge_gaps, edges) = written(&graph.edge_columns, graph.edge_count(), name, values)?;
    let delta = Delta { edge_gaps, edge_values, ..Delta::default() };
    Ok(Outcome { delta, nodes: Tally::default(), edges })
}

fn written(
    columns: &Columns,
    expected: usize,
    name: &str,
    values: &ColumnValues,
) -> Result<(Columns, Gaps, Tally)> {
    check_name(name)?;
    if values.len() != expected {
        return Err(ChangeError::WrongLength { name: name.to_owned(), found: values.len(), expected });
    }
    let values = match values {
        ColumnValues::Floats(values) => Values::Floats(values.clone()),
        ColumnValues::Integers(values) => Values::Integers(values.clone()),
        ColumnValues::Booleans(values) => Values::Booleans(values.clone()),
        ColumnValues::Values(values) => return scattered(columns, name, values),
    };
    let old = columns.get(name);
    let mut tally = Tally::default();
    for (row, cell) in (0..).zip(values.iter()) {
        check_value(name, cell)?;
        tally.count(old.and_then(|column| column.get(row)) != Some(cell));
    }
    if tally.updated == 0 {
        return Ok((Columns::default(), Gaps::new(), tally));
    }
    let column = Column { rows: Slots::of_range(0, number::vertex(expected)), values };
    Ok((Columns::of(vec![(name.into(), column)]), Gaps::new(), tally))
}

fn scattered(columns: &Columns, name: &str, values: &[Option<Value>]) -> Result<(Columns, Gaps, Tally)> {
    let (mut patches, mut takings, mut tally) = (Patches::default(), Takings::default(), Tally::default());
    for (row, value) in (0..).zip(values) {
        let old = columns.get(name).and_then(|column| column.get(row));
        let new = value.as_ref().map(Cell::from);
        tally.count(old != new);
        match new {
            _ if old == new => {}
            Some(cell) => patches.set(row, name, cell)?,
            None => takings.take(row, name),
        }
    }
    Ok((patches.finish(), takings.finish(), tally))
}

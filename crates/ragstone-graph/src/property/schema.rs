//! What is in a graph: labels, attributes with their kinds, and counts.

use std::collections::HashMap;

use super::PropertyGraph;
use super::cell::{Cell, ValueKind};
use super::column::Column;
use super::columns::Columns;
use crate::graph::Direction;
use crate::number::real;

/// What nodes and edges of a graph are like.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// Values of the attribute that labels nodes, the most frequent first.
    pub node_labels: Vec<LabelCount>,
    /// How many nodes have no text there.
    pub unlabelled_nodes: usize,
    /// Values of the attribute that labels edges, the most frequent first.
    pub edge_labels: Vec<LabelCount>,
    /// How many edges have no text there.
    pub unlabelled_edges: usize,
    /// Attributes of nodes, ascending by name.
    pub node_properties: Vec<Property>,
    /// Attributes of edges, ascending by name.
    pub edge_properties: Vec<Property>,
}

/// How often a label is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelCount {
    /// The label.
    pub label: String,
    /// How many have it.
    pub count: usize,
}

/// An attribute, and what its values are.
#[derive(Debug, Clone, PartialEq)]
pub struct Property {
    /// Its name.
    pub name: String,
    /// Kinds of its values with their numbers, ascending by kind.
    pub kinds: Vec<(ValueKind, usize)>,
    /// Which part of the nodes or edges has it, above 0 and at most 1.
    pub share: f64,
}

/// Numbers about a graph.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Whether edges lead one way.
    pub direction: Direction,
    /// Whether edges may be parallel.
    pub multigraph: bool,
    /// Number of nodes.
    pub node_count: usize,
    /// Number of edges.
    pub edge_count: usize,
    /// Number of edges that end where they begin.
    pub loop_count: usize,
    /// Number of edges, divided by the number of pairs of nodes that could have one; 0 of fewer than two nodes.
    pub density: f64,
}

impl PropertyGraph {
    /// What nodes and edges are like. `node_label` and `edge_label` name the attributes that label them, often `type` or
    /// `label`; of each the `most` most frequent texts are told, and of those as frequent the lesser first. O(graph).
    pub fn schema(&self, node_label: &str, edge_label: &str, most: usize) -> Schema {
        let (node_labels, labelled_nodes) = labels(self.node_columns.get(node_label), most);
        let (edge_labels, labelled_edges) = labels(self.edge_columns.get(edge_label), most);
        Schema {
            node_labels,
            unlabelled_nodes: self.node_count() - labelled_nodes,
            edge_labels,
            unlabelled_edges: self.edge_count() - labelled_edges,
            node_properties: properties(&self.node_columns, self.node_count()),
            edge_properties: properties(&self.edge_columns, self.edge_count()),
        }
    }

    /// Numbers about the graph. O(edges).
    pub fn summary(&self) -> Summary {
        let nodes = real(self.node_count());
        let pairs = nodes * (nodes - 1.0) / if self.is_directed() { 1.0 } else { 2.0 };
        Summary {
            direction: self.direction(),
            multigraph: self.is_multigraph(),
            node_count: self.node_count(),
            edge_count: self.edge_count(),
            loop_count: self.edges.iter().filter(|(source, target)| source == target).count(),
            density: if pairs > 0.0 { real(self.edge_count()) / pairs } else { 0.0 },
        }
    }
}

fn labels(column: Option<&Column>, most: usize) -> (Vec<LabelCount>, usize) {
    let mut counts = HashMap::<&str, usize>::new();
    for (_, cell) in column.into_iter().flat_map(Column::iter) {
        if let Cell::Text(text) = cell {
            *counts.entry(text).or_default() += 1;
        }
    }
    let labelled = counts.values().sum();
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_unstable_by(|one, two| two.1.cmp(&one.1).then(one.0.cmp(two.0)));
    counts.truncate(most);
    let count = |(label, count): (&str, usize)| LabelCount { label: label.to_owned(), count };
    (counts.into_iter().map(count).collect(), labelled)
}

fn properties(columns: &Columns, rows: usize) -> Vec<Property> {
    let property = |(name, column): (&std::sync::Arc<str>, &Column)| Property {
        name: name.to_string(),
        kinds: column.kinds(),
        share: real(column.len()) / real(rows),
    };
    columns.iter().map(property).collect()
}

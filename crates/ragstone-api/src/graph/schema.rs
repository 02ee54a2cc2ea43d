//! What nodes and edges of a graph are like.

use ragstone_graph::property as library;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::GraphEntry;

/// Attribute that labels nodes and edges where none is named.
pub const DEFAULT_LABEL: &str = "type";

/// What nodes and edges of a graph are like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GraphSchema {
    /// The graph.
    pub graph: GraphEntry,
    /// Attributes of the graph itself.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub attributes: Map<String, Value>,
    /// Number of edges that end where they begin.
    pub loops: usize,
    /// Number of edges, divided by the number of pairs of nodes that could have one.
    pub density: f64,
    /// Labels and attributes of nodes.
    pub nodes: ElementSchema,
    /// Labels and attributes of edges.
    pub edges: ElementSchema,
}

/// What nodes, or edges, are like.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ElementSchema {
    /// The fifty most frequent labels.
    pub labels: Vec<LabelCount>,
    /// How many have no label.
    pub unlabelled: usize,
    /// Attributes, by name.
    pub properties: Vec<PropertySchema>,
}

/// How often a label is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LabelCount {
    /// The label.
    pub label: String,
    /// How many have it.
    pub count: usize,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PropertySchema {
    /// Its name.
    pub name: String,
    /// Kinds of its values, such as `integer`, with their numbers.
    pub kinds: Vec<KindCount>,
    /// Which part of the nodes, or edges, has it.
    pub share: f64,
}

/// How many values of an attribute are of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KindCount {
    /// `null`, `boolean`, `integer`, `float`, `text`, `list` or `object`.
    pub kind: String,
    /// How many are.
    pub count: usize,
}

impl GraphSchema {
    /// What the library says of a graph.
    pub fn new(
        graph: GraphEntry,
        attributes: Map<String, Value>,
        summary: &library::Summary,
        schema: library::Schema,
    ) -> Self {
        let nodes = ElementSchema::new(schema.node_labels, schema.unlabelled_nodes, schema.node_properties);
        let edges = ElementSchema::new(schema.edge_labels, schema.unlabelled_edges, schema.edge_properties);
        Self { graph, attributes, loops: summary.loop_count, density: summary.density, nodes, edges }
    }
}

impl ElementSchema {
    fn new(labels: Vec<library::LabelCount>, unlabelled: usize, properties: Vec<library::Property>) -> Self {
        let label = |library::LabelCount { label, count }| LabelCount { label, count };
        Self {
            labels: labels.into_iter().map(label).collect(),
            unlabelled,
            properties: properties.into_iter().map(PropertySchema::from).collect(),
        }
    }
}

impl From<library::Property> for PropertySchema {
    fn from(library::Property { name, kinds, share }: library::Property) -> Self {
        let kind =
            |(kind, count): (library::ValueKind, usize)| KindCount { kind: kind.name().to_owned(), count };
        Self { name, kinds: kinds.into_iter().map(kind).collect(), share }
    }
}

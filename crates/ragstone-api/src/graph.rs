//! Named graphs: listings, and in the modules below what they hold and what is computed on them.
//!
//! Algorithms, generators and pictures are asked for as the library `ragstone-graph` reads them (decision 59).

pub mod analysis;
pub mod change;
pub mod content;
pub mod filter;
pub mod query;
pub mod schema;

use ragstone_core::{GraphName, graph as core};
use serde::{Deserialize, Serialize};

use crate::time::rfc3339;

/// A graph as a listing tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GraphEntry {
    /// Name.
    pub name: String,
    /// What it is about.
    pub description: String,
    /// Whether edges lead one way.
    pub directed: bool,
    /// Whether several edges may join the same two nodes.
    pub multigraph: bool,
    /// How often it has changed; every answer about a graph names the version that it is about.
    pub version: u64,
    /// Number of nodes.
    pub nodes: u64,
    /// Number of edges.
    pub edges: u64,
    /// Bytes that it takes in the catalog.
    pub stored_bytes: u64,
    /// Name of the caller who created it.
    pub created_by: String,
    /// When it was created (RFC 3339).
    pub created_at: String,
    /// When it last changed (RFC 3339).
    pub updated_at: String,
}

impl From<core::GraphEntry> for GraphEntry {
    fn from(entry: core::GraphEntry) -> Self {
        Self {
            name: entry.name.into(),
            description: entry.description,
            directed: entry.kind.is_directed,
            multigraph: entry.kind.is_multigraph,
            version: entry.version.0,
            nodes: entry.nodes,
            edges: entry.edges,
            stored_bytes: entry.log_len,
            created_by: entry.created_by,
            created_at: rfc3339(entry.created_at),
            updated_at: rfc3339(entry.updated_at),
        }
    }
}

/// Part of a listing of graphs, by name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GraphPage {
    /// The graphs.
    pub graphs: Vec<GraphEntry>,
    /// Give it as `cursor` to read on; left out at the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// Another name for a graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenameGraphRequest {
    /// The new name: 1 to 64 characters of `a-z`, `0-9`, `_` and `-`.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub name: GraphName,
}
